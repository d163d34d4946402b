"""The commands of the command line, one per file; no logic of their own."""
