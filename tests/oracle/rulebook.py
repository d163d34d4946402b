"""One number of one rule at a time, as the pages of the rule data say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from settlement_sim.rules.book import RuleBook
from settlement_sim.vocabulary import SCHEMES


class Rules:
    """Scalar look-ups, remembered. `added` shifts every cell of a rule, to prove that a test can fail."""

    def __init__(self, book: RuleBook, added: Mapping[str, int] | None = None) -> None:
        self.book, self.added = book, dict(added or {})
        self._known: dict[tuple[object, ...], int] = {}
        self._places: dict[tuple[object, ...], int] = {}

    def __call__(self, name: str, pool: str, scheme: str, date: dt.date, **axes: str) -> int:
        """The value of a cell: fen, 1/10,000, or the code of a flag or choice."""
        key = (name, pool, scheme, date, *axes.values())
        if key not in self._known:
            cell = self.book.cell(name, pool=pool, scheme=scheme, date=date, **axes)
            self._known[key] = cell.value + self.added.get(name, 0)
        return self._known[key]

    def of_place(self, name: str, pool: str, date: dt.date, **axes: str) -> int:
        """The value of a cell that is one for both schemes."""
        key = (name, pool, date, *axes.values())
        if key not in self._places:
            values = {self(name, pool, scheme, date, **axes) for scheme in SCHEMES}
            assert len(values) == 1, f"{name} of {pool} on {date} differs by scheme: {sorted(values)}"
            self._places[key] = values.pop()
        return self._places[key]
