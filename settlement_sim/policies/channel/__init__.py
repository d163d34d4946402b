"""Policies of the channel slot, one per file."""
