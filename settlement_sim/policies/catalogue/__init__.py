"""Policies of the catalogue slot, one per file."""
