"""Policies of the clearing slot, one per file."""
