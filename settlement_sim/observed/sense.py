"""Does a figure or hold-out whose fields all read well make sense as a whole?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from settlement_sim.fields import Fields
from settlement_sim.observed.reported import Figure, HoldOut
from settlement_sim.observed.terms import HOLD_OUT_MEASURES, MEASURES, SETTLEMENT
from settlement_sim.provenance import Source, outranks
from settlement_sim.yamlio import Loc

#: Reimbursement by hand is compared for stays alone.
_BY_HAND: Final = {"care_type": "inpatient"}


def one_or_other(fields: Fields, loc: Loc, keys: tuple[str, str], known: Collection[str]) -> None:
    """Refuse a mapping with neither of two keys."""
    if not {*keys} & {*known}:
        fields.refuse_key(loc, f"neither {keys[0]!r} nor {keys[1]!r}", "at least one of them")


def both_or_neither(fields: Fields, loc: Loc, keys: tuple[str, str], known: Collection[str]) -> None:
    """Refuse a mapping with one of two keys that belong together."""
    if len(present := [key for key in keys if key in known]) == 1:
        fields.refuse_key((*loc, present[0]), f"{present[0]!r} alone", f"{keys[0]} and {keys[1]} together")


def check_figure(fields: Fields, loc: Loc, figure: Figure, others: Mapping[str, Figure]) -> None:
    """Refuse a value outside its interval, and a figure that could not be held against a run as it says.

    `others` are the figures read so far: a total of some days has one figure, or no fit would know which to meet.
    """
    _intervals(fields, loc, figure)
    if figure.comparison is not None:
        _comparison(fields, loc, figure, figure.comparison.measure)
        _alone(fields, loc, figure, others)
    elif figure.speaks_to == SETTLEMENT:
        expected = "comparison: {direction, measure} beside it, the simulated total it stands against"
        fields.refuse((*loc, "speaks_to"), f"{SETTLEMENT!r} without a comparison", expected)


def _intervals(fields: Fields, loc: Loc, figure: Figure) -> None:
    """The interval of a printed form must leave room for the value printed."""
    pairs = (
        ("interval", figure.interval, figure.value),
        ("interval_before", figure.interval_before, figure.value_before),
    )
    for key, interval, value in pairs:
        if interval is not None and value is not None and not interval.contains(value):
            shown = f"[{interval.from_}, {interval.until}{']' if interval.closed else ')'}"
            fields.refuse((*loc, key), shown, f"an interval that contains the value {value}")


def _comparison(fields: Fields, loc: Loc, figure: Figure, measure: str) -> None:
    if figure.speaks_to != SETTLEMENT:
        expected = f"{SETTLEMENT!r} beside a comparison, or no comparison"
        fields.refuse((*loc, "speaks_to"), repr(figure.speaks_to), expected)
    if figure.unit != MEASURES[measure]:
        fields.refuse((*loc, "unit"), repr(figure.unit), f"{MEASURES[measure]!r}, the unit of {measure}")
    elif figure.value == 0:
        fields.refuse((*loc, "value"), "'0'", "a number above zero, because a run differs by a share of it")
    if figure.period is None:
        expected = "period: {from, until}, because a figure is compared over exactly its days"
        fields.refuse_key((*loc, "comparison"), "a comparison without a period", expected)


def _alone(fields: Fields, loc: Loc, figure: Figure, others: Mapping[str, Figure]) -> None:
    same = (figure.comparison, figure.period)
    for other in others.values():
        if other.id != figure.id and (other.comparison, other.period) == same:
            expected = f"another total or other days; under the id {other.id!r} it would replace that figure"
            fields.refuse_key((*loc, "comparison"), f"the total of {other.id} again", expected)


def check_hold_out(fields: Fields, loc: Loc, hold_out: HoldOut, sources: Mapping[str, Source]) -> None:
    """Refuse a value outside its range, a grade above its sources', and axes that nothing is simulated for."""
    ends = (hold_out.value, hold_out.value if hold_out.value_to is None else hold_out.value_to)
    if not hold_out.low <= ends[0] <= ends[1] <= hold_out.high:
        found = f"{hold_out.low} to {hold_out.high}"
        fields.refuse((*loc, "range"), found, f"a range around the value {hold_out.value}")
    for source in (sources[id] for id in hold_out.sources):
        if outranks(hold_out.grade, source):
            expected = f"at most {source.grade}, the grade of its source {source.id!r}"
            fields.refuse((*loc, "grade"), repr(hold_out.grade), expected)
    _axes(fields, loc, hold_out)


def _axes(fields: Fields, loc: Loc, hold_out: HoldOut) -> None:
    measure, where = hold_out.measure, hold_out.where
    unit, axes = HOLD_OUT_MEASURES[measure]
    if hold_out.unit != unit:
        fields.refuse((*loc, "unit"), repr(hold_out.unit), f"{unit!r}, the unit of {measure}")
    if " and ".join(where) not in axes:
        found = f"{measure} by {' and '.join(where) or 'no axis'}"
        fields.refuse((*loc, "where"), found, f"it by {' or '.join(axis or 'none' for axis in axes)}")
    elif measure == "manual_share" and where != _BY_HAND:
        found = repr(where["care_type"])
        fields.refuse((*loc, "where", "care_type"), found, "'inpatient': only stays are compared by hand")
