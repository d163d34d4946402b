"""Policies of the transfer slot, one per file."""
