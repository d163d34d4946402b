"""Policies of the access slot, one per file."""
