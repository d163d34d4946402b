"""What is wrong with a career beside its form? Months that cannot be, spells that contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from settlement_sim import dates
from settlement_sim.errors import nearest
from settlement_sim.policies.careers import FIRST_MONTH
from settlement_sim.study.case_policies import Finding, Loc

if TYPE_CHECKING:
    from settlement_sim.study.recognition_case import RecognitionCase, Spell

#: Days on which an application may be made: the rules begin with the first, and retirement has to be known.
_APPLIED: Final = (dt.date(1999, 1, 1), dt.date(2099, 12, 31))
#: The retirement age is that of 1978-06-02 and later; it is looked up 50 years after birth.
_BORN: Final = dates.month_of("1928-07")
_YOUNGEST: Final = 192


def findings(case: RecognitionCase, overlays: Sequence[Path]) -> Iterator[Finding]:
    """Everything, place by place."""
    yield from _person(case)
    for index, spell in enumerate(case.career):
        yield from _spell(("career", index), spell, dates.month_index(dates.day(case.person.applied)))
    yield from _overlaps(case.career)
    for index, path in enumerate(overlays):
        if not path.is_file():
            close = nearest(path.name, [other.name for other in path.parent.glob("*.yaml")])
            yield ("rules", index), repr(case.rules[index]), "a file that exists beside the case", close


def _person(case: RecognitionCase) -> Iterator[Finding]:
    person, (first, last) = case.person, _APPLIED
    if not first <= person.applied <= last:
        yield ("person", "applied"), str(person.applied), f"a day from {first} to {last}", ""
    if person.born is None:
        return
    begun = min((spell.first for spell in case.career if spell.first is not None), default=None)
    until = min(dates.month_index(dates.day(person.applied)), 10**6 if begun is None else begun) - _YOUNGEST
    if not _BORN <= person.born <= until:
        expected = f"a month from {dates.month_iso(_BORN)} to {dates.month_iso(until)}, 16 years before the career"
        yield ("person", "born"), dates.month_iso(person.born), expected, ""


def _spell(loc: Loc, spell: Spell, applied: int) -> Iterator[Finding]:
    ends = {"from": spell.first, "until": spell.last}
    if spell.months is not None and (spell.first is not None or spell.last is not None):
        yield (*loc, "months"), f"months {spell.months} beside from or until", "one of the two", ""
        return
    if spell.kind == "deemed" and spell.months is not None:
        return
    if spell.months is not None:
        yield (*loc, "months"), f"months {spell.months}", "from and until: months that were paid have a date", ""
        return
    missing = [key for key, month in ends.items() if month is None]
    if missing:
        yield loc, f"no {' and no '.join(missing)}", "from and until" + " or months" * (spell.kind == "deemed"), ""
        return
    yield from _dated(loc, spell, applied)


def _dated(loc: Loc, spell: Spell, applied: int) -> Iterator[Finding]:
    assert spell.first is not None and spell.last is not None
    first, last = (dates.month_iso(month) for month in (spell.first, spell.last))
    if spell.last < spell.first:
        yield (*loc, "until"), last, f"a month not before {first}", ""
    if spell.kind == "actual" and spell.first < FIRST_MONTH:
        expected = f"a month from {dates.month_iso(FIRST_MONTH)} on; earlier ones are deemed: kind: deemed"
        yield (*loc, "from"), first, expected, ""
    if max(spell.first, spell.last) > applied:
        late = "until" if spell.last > applied else "from"
        expected = f"a month not after the application, {dates.month_iso(applied)}"
        yield (*loc, late), last if late == "until" else first, expected, ""


def _overlaps(career: Sequence[Spell]) -> Iterator[Finding]:
    """Two spells of one pool that share a month: the later entry is named."""
    for index, spell in enumerate(career):
        for earlier in career[:index]:
            if earlier.pool == spell.pool and _share_a_month(earlier, spell):
                assert earlier.first is not None and earlier.last is not None
                months = f"{dates.month_iso(earlier.first)} to {dates.month_iso(earlier.last)}"
                expected = f"months of {spell.pool} that no other spell has: another is {months}"
                yield ("career", index), _told(spell), expected, ""
                break


def _share_a_month(one: Spell, other: Spell) -> bool:
    if None in (one.first, one.last, other.first, other.last):
        return False
    return one.first <= other.last and other.first <= one.last  # type: ignore[operator]


def _told(spell: Spell) -> str:
    assert spell.first is not None and spell.last is not None
    return f"{dates.month_iso(spell.first)} to {dates.month_iso(spell.last)} again"
