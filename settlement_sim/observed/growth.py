"""How much larger was January–September 2024 than January–September 2023, under each declared reading?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.fields import Fields, Words, raise_all
from settlement_sim.observed.terms import DIRECTIONS, GROWING, READINGS
from settlement_sim.vocabulary import GRADES
from settlement_sim.yamlio import Loc, read

PACKAGED: Final = Path(__file__).parent / "growth.yaml"
_BASIS_POINTS: Final = 10_000


@dataclass(frozen=True)
class Factor:
    """2024 ÷ 2023 in basis points: 14,200 is growth of 42 %. `reading` is the one it was taken from.

    >>> Factor(14_200, 14_150, 14_250, "assumption", (), "R1").before(2_562_800)
    1804789
    """

    value: int
    low: int
    high: int
    grade: str
    work: tuple[str, ...]
    reading: str

    def before(self, amount: int) -> int:
        """The 2023 amount behind a 2024 amount, rounded half up to a whole unit."""
        return _divided(amount, self.value)

    def least_before(self, amount: int) -> int:
        """The 2023 amount if growth was as fast as the range allows."""
        return _divided(amount, self.high)

    def most_before(self, amount: int) -> int:
        """The 2023 amount if growth was as slow as the range allows."""
        return _divided(amount, self.low)


def _divided(amount: int, factor: int) -> int:
    return (amount * _BASIS_POINTS + factor // 2) // factor


@dataclass(frozen=True)
class DirectionGrowth:
    """The three factors of one direction. `otherwise` is the reading that filled the gaps, or empty."""

    settlements: Factor
    gross: Factor
    stays: Factor
    otherwise: str = ""


@dataclass(frozen=True)
class Growth:
    """One reading of A5 and A6, complete in both directions."""

    reading: str
    text: Words
    directions: Mapping[str, DirectionGrowth]

    def settlements(self, direction: str) -> int:
        """Factor of settlements in basis points."""
        return self.directions[direction].settlements.value

    def gross(self, direction: str) -> int:
        """Factor of gross bills in basis points."""
        return self.directions[direction].gross.value

    def stays(self, direction: str) -> int:
        """Factor of inpatient stays in basis points, derived (see the head of growth.yaml)."""
        return self.directions[direction].stays.value


def growth(reading: str = "", path: Path = PACKAGED) -> Growth:
    """The growth under one reading, R1 to R6; without one, under the default of the file.

    Raises InputError for an unknown reading or a broken file.
    """
    default, readings = _load(path)
    if (reading or default) in readings:
        return readings[reading or default]
    close = nearest(reading, readings)
    raise InputError(Problem("reading of growth", repr(reading), f"one of {', '.join(readings)}", close))


@dataclass(frozen=True)
class _Spoken:
    """What a reading says of one direction before gaps are filled; None is unknown."""

    factors: Mapping[str, Factor | None]
    otherwise: str


def _load(path: Path) -> tuple[str, dict[str, Growth]]:
    fields = Fields(read(path))
    fields.keys((), ("format", "default", "sources", "readings"))
    default = fields.one_of(("default",), READINGS, "a reading")
    fields.texts(("sources",))
    names = fields.keys(("readings",), READINGS)
    spoken = {(name, way): _spoken(fields, name, way) for name in names for way in _directions(fields, name)}
    texts = {name: fields.words(("readings", name, "text")) for name in names}
    raise_all([fields])
    for name, way in spoken:
        _refuse_empty_fallback(fields, spoken, name, way)
    raise_all([fields])
    return default, {name: Growth(name, texts[name], _filled(spoken, name)) for name in names}


def _directions(fields: Fields, name: str) -> tuple[str, ...]:
    fields.keys(("readings", name), ("text", "directions"))
    return fields.keys(("readings", name, "directions"), DIRECTIONS)


def _spoken(fields: Fields, name: str, way: str) -> _Spoken:
    loc: Loc = ("readings", name, "directions", way)
    fields.keys(loc, GROWING, ("otherwise",))
    factors = {what: _factor(fields, (*loc, what), name) for what in GROWING}
    otherwise = fields.one_of((*loc, "otherwise"), READINGS, "a reading")
    if None in factors.values() and not otherwise:
        fields.refuse_key(loc, "something unknown without `otherwise`", "the reading that is used in its place")
    if None not in factors.values() and otherwise:
        fields.refuse((*loc, "otherwise"), repr(otherwise), "no `otherwise`, because nothing is unknown")
    return _Spoken(factors, otherwise)


def _factor(fields: Fields, loc: Loc, name: str) -> Factor | None:
    if fields.is_text(loc, "unknown"):
        return None
    fields.keys(loc, ("value", "low", "high", "grade", "work"))
    value, low, high = (_basis_points(fields, (*loc, key)) for key in ("value", "low", "high"))
    grade = fields.one_of((*loc, "grade"), GRADES, "a grade")
    if 0 not in (value, low, high) and not low <= value <= high:
        fields.refuse((*loc, "value"), f"{value} basis points", f"a value from low {low} to high {high}")
    return Factor(value, low, high, grade, fields.texts((*loc, "work")), name)


def _basis_points(fields: Fields, loc: Loc) -> int:
    before = len(fields.problems)
    factor = fields.decimal(loc) * _BASIS_POINTS
    if len(fields.problems) == before and fields.has(loc) and (factor != int(factor) or factor <= 0):
        shown = str(factor / _BASIS_POINTS)
        fields.refuse(loc, shown, "a factor above zero with at most four decimals")
    return int(factor)


def _refuse_empty_fallback(fields: Fields, spoken: Mapping[tuple[str, str], _Spoken], name: str, way: str) -> None:
    """What a reading borrows must be known where it borrows."""
    here = spoken[name, way]
    gaps = [what for what in GROWING if here.factors[what] is None]
    if missing := [what for what in gaps if spoken[here.otherwise, way].factors[what] is None]:
        loc: Loc = ("readings", name, "directions", way, "otherwise")
        fields.refuse(loc, repr(here.otherwise), f"a reading that knows {', '.join(missing)} of {way}")


def _filled(spoken: Mapping[tuple[str, str], _Spoken], name: str) -> Mapping[str, DirectionGrowth]:
    return {way: _complete(spoken, name, way) for way in DIRECTIONS}


def _complete(spoken: Mapping[tuple[str, str], _Spoken], name: str, way: str) -> DirectionGrowth:
    here = spoken[name, way]
    factors = {}
    for what in GROWING:
        factor = here.factors[what] or spoken[here.otherwise, way].factors[what]
        assert factor is not None
        factors[what] = factor
    return DirectionGrowth(**factors, otherwise=here.otherwise)
