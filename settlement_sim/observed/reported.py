"""What is a reported figure, and what is a hold-out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from settlement_sim.errors import LookupOutside, nearest
from settlement_sim.fields import Number, Words
from settlement_sim.provenance import Source


@dataclass(frozen=True)
class Interval:
    """What a printed form leaves open. `from_` is inside; `until` is outside, or inside where `closed`.

    Bounds are numbers, or ISO dates where the figure is a date.

    >>> Interval(2562750, 2562850).contains(2562850), Interval(8, 10, closed=True).contains(10)
    (False, True)
    """

    from_: Number | str
    until: Number | str
    closed: bool = False

    def contains(self, value: Number | str) -> bool:
        """Does the interval leave room for this value? A month stands for its first day."""
        low, high, at = (_comparable(bound) for bound in (self.from_, self.until, value))
        return low <= at < high or (self.closed and at == high)


@dataclass(frozen=True)
class Period:
    """First and last day, ISO, both inside."""

    from_: str
    until: str


@dataclass(frozen=True)
class Place:
    """Where in the article: the heading and the opening words of the paragraph, verbatim."""

    heading: str
    paragraph: str


@dataclass(frozen=True)
class Comparison:
    """Which simulated total stands beside the figure (see terms.DIRECTIONS, terms.MEASURES)."""

    direction: str
    measure: str


@dataclass(frozen=True)
class Ambiguity:
    """One thing the article leaves open. `source` is the id of the document that says so, or empty."""

    text: Words
    source: str


@dataclass(frozen=True)
class Figure:
    """One reported figure. `value` is an int, a Decimal (shares, growth, points) or an ISO date or month.

    `value_before` is the first number of a printed pair. `ambiguities` holds the common ones first.
    """

    id: str
    name: Words
    value: Number | str
    unit: str
    interval: Interval
    scope: Words
    article: str
    place: Place
    speaks_to: str
    printed: tuple[str, ...]
    derived: str
    period: Period | None
    period_note: Words | None
    qualifier: Words | None
    value_before: Number | str | None
    interval_before: Interval | None
    parts: Mapping[str, int]
    comparison: Comparison | None
    ambiguities: tuple[Ambiguity, ...]
    readings: Mapping[str, Words]

    @property
    def source(self) -> str:
        """The id of the article among the sources."""
        return source_id(self.article)


@dataclass(frozen=True)
class HoldOut:
    """A quantity nothing was fitted to: `value` (to `value_to`), and the `low`–`high` a run is expected in.

    `where` narrows the simulated `measure` to one axis, such as care_type: inpatient. Never a verdict.
    """

    id: str
    name: Words
    value: Number
    value_to: Number | None
    unit: str
    low: Decimal
    high: Decimal
    measure: str
    where: Mapping[str, str]
    scope: Words
    period: Period | None
    period_note: Words | None
    grade: str
    sources: tuple[str, ...]
    work: tuple[str, ...]
    note: Words | None


@dataclass(frozen=True)
class Figures:
    """All figures and hold-outs by id, in the order of the files, and the documents they cite."""

    figures: Mapping[str, Figure]
    hold_outs: Mapping[str, HoldOut]
    sources: Mapping[str, Source]

    def __getitem__(self, id: str) -> Figure:
        """The figure of this id. Raises LookupOutside."""
        if id not in self.figures:
            close = nearest(id, self.figures)
            raise LookupOutside(f"no figure {id!r}" + (f"; did you mean {close!r}?" if close else ""))
        return self.figures[id]

    def comparable(self) -> tuple[Figure, ...]:
        """The figures a simulated total can stand beside."""
        return tuple(figure for figure in self.figures.values() if figure.comparison)


def source_id(article: str) -> str:
    """The id of an article among the sources: its file name without the ending."""
    return article.removesuffix(".txt")


def _comparable(value: Number | str) -> Decimal:
    if isinstance(value, str):
        return Decimal((value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value).replace("-", ""))
    return Decimal(value)
