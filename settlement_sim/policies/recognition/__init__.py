"""Policies of the recognition slot, one per file."""
