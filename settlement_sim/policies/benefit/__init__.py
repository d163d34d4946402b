"""Policies of the benefit slot, one per file."""
