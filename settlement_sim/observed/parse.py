"""How does a file of figures become figures, with everything wrong in it noted at once?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from settlement_sim.errors import nearest
from settlement_sim.fields import Fields, Number, Words
from settlement_sim.observed.reported import (
    Ambiguity,
    Comparison,
    Figure,
    HoldOut,
    Interval,
    Period,
    Place,
    source_id,
)
from settlement_sim.observed.sense import both_or_neither, check_figure, check_hold_out, one_or_other
from settlement_sim.observed.terms import (
    DECIMAL_UNITS,
    DIRECTIONS,
    HOLD_OUT_MEASURES,
    MEASURES,
    READINGS,
    SPEAKS_TO,
    UNITS,
)
from settlement_sim.provenance import Source, read_sources
from settlement_sim.vocabulary import CARE_TYPES, GRADES, SCHEMES
from settlement_sim.yamlio import Loc

_SECTIONS: Final = ("sources", "common_ambiguities", "figures", "hold_outs")
_REQUIRED: Final = ("name", "value", "unit", "interval", "scope", "article", "place", "speaks_to")
_OPTIONAL: Final = (
    "value_before", "interval_before", "parts", "period", "period_note", "qualifier", "printed", "derived",
    "comparison", "common", "ambiguities", "readings",
)  # fmt: skip
_HOLD_OUT: Final = ("name", "value", "unit", "range", "measure", "where", "scope", "grade", "sources", "work")
_AXES: Final = {"care_type": CARE_TYPES, "scheme": SCHEMES}


@dataclass
class Parsed:
    """What has been read so far; a later file replaces an earlier one by id."""

    sources: dict[str, Source]
    figures: dict[str, Figure] = field(default_factory=dict)
    hold_outs: dict[str, HoldOut] = field(default_factory=dict)
    common: dict[str, tuple[Ambiguity, ...]] = field(default_factory=dict)

    def add(self, fields: Fields) -> None:
        """Read one file on top of the others; problems are noted in `fields`."""
        sections = fields.keys((), ("format",), _SECTIONS)
        if len(sections) < 2:
            fields.refuse_key((), "nothing but the format", f"one of {', '.join(_SECTIONS)}")
        if "sources" in sections:
            self.sources |= read_sources(fields.document, fields.problems, self.sources)
        for name in fields.names(("common_ambiguities",)):
            self.common[name] = _ambiguities(fields, ("common_ambiguities", name), self.sources)
        for id in fields.names(("figures",)):
            self.figures[id] = self._figure(fields, ("figures", id), id)
        for id in fields.names(("hold_outs",)):
            self.hold_outs[id] = self._hold_out(fields, ("hold_outs", id), id)

    def _figure(self, fields: Fields, loc: Loc, id: str) -> Figure:
        known = fields.keys(loc, _REQUIRED, _OPTIONAL)
        before = len(fields.problems)
        unit = fields.one_of((*loc, "unit"), UNITS, "a unit")
        figure = Figure(
            id=id,
            name=fields.words((*loc, "name")),
            value=_value(fields, (*loc, "value"), unit),
            unit=unit,
            interval=_interval(fields, (*loc, "interval"), unit),
            scope=fields.words((*loc, "scope")),
            article=self._article(fields, (*loc, "article")),
            place=_place(fields, (*loc, "place")),
            speaks_to=fields.one_of((*loc, "speaks_to"), SPEAKS_TO, "what a run must contain"),
            printed=fields.texts((*loc, "printed")),
            derived=fields.text((*loc, "derived")),
            period=_period(fields, (*loc, "period")),
            period_note=_maybe_words(fields, (*loc, "period_note")),
            qualifier=_maybe_words(fields, (*loc, "qualifier")),
            value_before=_value(fields, (*loc, "value_before"), unit) if "value_before" in known else None,
            interval_before=_maybe_interval(fields, (*loc, "interval_before"), unit),
            parts=_parts(fields, (*loc, "parts")),
            comparison=_comparison(fields, (*loc, "comparison")),
            ambiguities=self._common(fields, (*loc, "common"))
            + _ambiguities(fields, (*loc, "ambiguities"), self.sources),
            readings=_readings(fields, (*loc, "readings")),
        )
        one_or_other(fields, loc, ("printed", "derived"), known)
        one_or_other(fields, loc, ("period", "period_note"), known)
        both_or_neither(fields, loc, ("value_before", "interval_before"), known)
        if len(fields.problems) == before and {*_REQUIRED} <= {*known}:
            check_figure(fields, loc, figure, self.figures)
        return figure

    def _article(self, fields: Fields, loc: Loc) -> str:
        article = fields.text(loc)
        if article and source_id(article) not in self.sources:
            close = nearest(source_id(article), self.sources)
            fields.refuse(loc, repr(article), "the file name or id of a listed source", close)
        return article

    def _common(self, fields: Fields, loc: Loc) -> tuple[Ambiguity, ...]:
        name = fields.one_of(loc, self.common, "a list under common_ambiguities")
        return self.common.get(name, ())

    def _hold_out(self, fields: Fields, loc: Loc, id: str) -> HoldOut:
        known = fields.keys(loc, _HOLD_OUT, ("value_to", "period", "period_note", "note"))
        before = len(fields.problems)
        unit = fields.one_of((*loc, "unit"), UNITS, "a unit")
        fields.keys((*loc, "range"), ("low", "high"))
        hold_out = HoldOut(
            id=id,
            name=fields.words((*loc, "name")),
            value=_number(fields, (*loc, "value"), unit),
            value_to=_number(fields, (*loc, "value_to"), unit) if "value_to" in known else None,
            unit=unit,
            low=fields.decimal((*loc, "range", "low")),
            high=fields.decimal((*loc, "range", "high")),
            measure=fields.one_of((*loc, "measure"), HOLD_OUT_MEASURES, "a simulated measure"),
            where=_where(fields, (*loc, "where")),
            scope=fields.words((*loc, "scope")),
            period=_period(fields, (*loc, "period")),
            period_note=_maybe_words(fields, (*loc, "period_note")),
            grade=fields.one_of((*loc, "grade"), GRADES, "a grade"),
            sources=tuple(_source(fields, item, self.sources) for item in fields.items((*loc, "sources"))),
            work=fields.texts((*loc, "work")),
            note=_maybe_words(fields, (*loc, "note")),
        )
        one_or_other(fields, loc, ("period", "period_note"), known)
        if len(fields.problems) == before and {*_HOLD_OUT} <= {*known}:
            check_hold_out(fields, loc, hold_out, self.sources)
        return hold_out


def _value(fields: Fields, loc: Loc, unit: str) -> Number | str:
    return fields.date(loc, months=True) if unit == "date" else _number(fields, loc, unit)


def _number(fields: Fields, loc: Loc, unit: str) -> Number:
    """Shares, growth and points as Decimal, everything else as int."""
    return fields.decimal(loc) if unit in DECIMAL_UNITS else fields.whole(loc)


def _interval(fields: Fields, loc: Loc, unit: str) -> Interval:
    known = fields.keys(loc, ("from",), ("until", "to"))
    if "from" in known and len(known) != 2:
        fields.refuse(loc, " and ".join(known), "from and until (outside), or from and to (inside)")
    end = "to" if "to" in known else "until"
    low, high = (fields.date((*loc, key)) if unit == "date" else fields.number((*loc, key)) for key in ("from", end))
    return Interval(low, high, closed=end == "to")


def _maybe_interval(fields: Fields, loc: Loc, unit: str) -> Interval | None:
    return _interval(fields, loc, unit) if fields.has(loc) else None


def _maybe_words(fields: Fields, loc: Loc) -> Words | None:
    return fields.words(loc) if fields.has(loc) else None


def _period(fields: Fields, loc: Loc) -> Period | None:
    if not fields.has(loc):
        return None
    fields.keys(loc, ("from", "until"))
    period = Period(fields.date((*loc, "from")), fields.date((*loc, "until")))
    if period.until and period.until < period.from_:
        fields.refuse((*loc, "until"), repr(period.until), f"a day not before {period.from_}")
    return period


def _place(fields: Fields, loc: Loc) -> Place:
    fields.keys(loc, ("heading", "paragraph"))
    return Place(fields.text((*loc, "heading")), fields.text((*loc, "paragraph")))


def _parts(fields: Fields, loc: Loc) -> dict[str, int]:
    return {name: fields.whole((*loc, name)) for name in fields.names(loc)}


def _comparison(fields: Fields, loc: Loc) -> Comparison | None:
    if not fields.has(loc):
        return None
    fields.keys(loc, ("direction", "measure"))
    direction = fields.one_of((*loc, "direction"), DIRECTIONS, "a direction")
    return Comparison(direction, fields.one_of((*loc, "measure"), MEASURES, "a simulated total"))


def _ambiguities(fields: Fields, loc: Loc, sources: Collection[str]) -> tuple[Ambiguity, ...]:
    found = []
    for item in fields.items(loc):
        text = fields.words(item, also=("source",), zh_optional=True)
        found.append(Ambiguity(text, _source(fields, (*item, "source"), sources)))
    return tuple(found)


def _source(fields: Fields, loc: Loc, sources: Collection[str]) -> str:
    return fields.one_of(loc, sources, "the id of a listed source")


def _readings(fields: Fields, loc: Loc) -> dict[str, Words]:
    if not fields.has(loc):
        return {}
    return {name: fields.words((*loc, name)) for name in fields.keys(loc, READINGS)}


def _where(fields: Fields, loc: Loc) -> dict[str, str]:
    known = fields.keys(loc, (), tuple(_AXES))
    return {axis: fields.one_of((*loc, axis), _AXES[axis], f"a {axis}") for axis in known}
