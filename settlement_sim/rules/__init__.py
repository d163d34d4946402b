"""What do the rules say? Dated, graded, sourced leaves in YAML, and the `book.RuleBook` to ask."""
