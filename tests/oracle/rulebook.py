"""One number of one rule at a time, as the pages of the rule data say it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import SCHEMES

#: How the book writes `none`.
NONE = NO_LIMIT


class Rules:
    """Scalar look-ups, remembered until any rule changes. `added` shifts a rule, to prove that a test can fail."""

    def __init__(self, book: RuleBook, added: Mapping[str, int] | None = None) -> None:
        self.book, self.added, self._starts = book, dict(added or {}), list(book.starts)
        self._known: dict[tuple[object, ...], int] = {}
        self._places: dict[tuple[object, ...], int] = {}

    def __call__(
        self, name: str, pool: str, scheme: str, date: dt.date, *, district: str = "", **axes: str
    ) -> int:  # fmt: skip
        """The value of a cell: fen, 1/10,000, or the code of a flag or choice."""
        key = (name, pool, scheme, district, self.version(date), *axes.values())
        if key not in self._known:
            cell = self.book.cell(name, pool=pool, scheme=scheme, date=date, district=district, **axes)
            self._known[key] = cell.value + self.added.get(name, 0)
        return self._known[key]

    def version(self, date: dt.date) -> int:
        """How many times any rule has changed up to a date."""
        return bisect_right(self._starts, date)

    def of_place(self, name: str, pool: str, date: dt.date, **axes: str) -> int:
        """The value of a cell that is one for both schemes."""
        key = (name, pool, self.version(date), *axes.values())
        if key not in self._places:
            values = {self(name, pool, scheme, date, **axes) for scheme in SCHEMES}
            assert len(values) == 1, f"{name} of {pool} on {date} differs by scheme: {sorted(values)}"
            self._places[key] = values.pop()
        return self._places[key]


@dataclass(frozen=True)
class By:
    """Whose rules a layer goes by, and the filing category whose rules away from home hold ("": local terms)."""

    rules: Rules
    pool: str
    scheme: str
    date: dt.date
    filing: str = ""
    district: str = ""

    def __call__(self, name: str, **axes: str) -> int:
        """The value of a rule."""
        return self.rules(name, self.pool, self.scheme, self.date, district=self.district, **axes)

    def away(self, part: str, neutral: int) -> int:
        """The value of a rule for stays away from home; neutral on local terms."""
        return self(f"away.{part}", filing=self.filing) if self.filing else neutral
