"""The questions of a page, one file each, in the order in which they are asked."""
