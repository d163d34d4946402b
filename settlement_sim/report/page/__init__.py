"""One self-contained HTML page of a run, of several seeds or of a comparison.

    folder ─► study.py ─► sections/*.py (numbers.py, charts) ─► template.html ─► page.py

Every number on the page comes out of `study.py` and carries the table, column and rows that it is the sum of.
"""
