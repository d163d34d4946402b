"""What is wrong with a case of clearing beside its form? Unknown names, days outside it, amounts never owed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settlement_sim import dates
from settlement_sim.errors import nearest
from settlement_sim.money import format_yuan
from settlement_sim.record.funds import CENTRE
from settlement_sim.study.case_policies import Finding, Loc

if TYPE_CHECKING:
    from settlement_sim.study.clearing_case import ClearingCase


def findings(case: ClearingCase) -> Iterator[Finding]:
    """Everything, place by place."""
    wrong = [*_provinces(case)]
    if case.window.last < case.window.first:
        wrong.append((("window", "until"), str(case.window.last), f"a day on or after {case.window.first}", ""))
    yield from wrong
    if not wrong:
        for check in (_policies, _obligations, _taken_back, _opening, _payers):
            yield from check(case)


def _provinces(case: ClearingCase) -> Iterator[Finding]:
    if len(case.provinces) < 2:
        yield ("provinces",), f"{len(case.provinces)} provinces", "at least two, between which something is owed", ""
    home: dict[str, str] = {}
    for province, pools in case.provinces.items():
        loc: Loc = ("provinces", province)
        if province == CENTRE:
            yield loc, f"key {CENTRE!r}", "another name, since this is the national centre", ""
        if not pools:
            yield loc, "no pool", "at least one", ""
        for index, pool in enumerate(pools):
            if pool in home:
                yield (*loc, index), repr(pool), f"a name of its own: a pool of {home[pool]!r} has it", ""
            elif pool != province and pool in case.provinces:
                yield (*loc, index), repr(pool), "a name that no other province has", ""
            home.setdefault(pool, province)


def _policies(case: ClearingCase) -> Iterator[Finding]:
    """Days of the window with no policy, or with two: the first of each."""
    spans = [(entry.first or case.window.first, entry.last or case.window.last) for entry in case.policy]
    told: set[int] = set()
    for number in range(dates.day(case.window.first), dates.day(case.window.last) + 1):
        day = dates.date(number)
        there = [index for index, (first, last) in enumerate(spans) if first <= day <= last]
        if len(there) == 1 or len(there) in told:
            continue
        told.add(len(there))
        found = "two policies" if there else "no policy"
        yield ("policy", there[1] if there else 0), f"{found} on {day}", "one on every day of the window", ""


def _obligations(case: ClearingCase) -> Iterator[Finding]:
    first, last, pools = case.window.first, case.window.last, case.pools
    home = {pool: province for province, own in case.provinces.items() for pool in own}
    for index, owed in enumerate(case.obligations):
        loc: Loc = ("obligations", index)
        for key, name in (("from", owed.payer), ("at", owed.at)):
            yield from _unless((*loc, key), name, pools)
        if not first <= owed.on <= last:
            yield (*loc, "on"), str(owed.on), f"a day from {first} to {last}", ""
        if home.get(owed.payer, 0) == home.get(owed.at, 1):
            yield (*loc, "at"), repr(owed.at), f"a pool of another province than {owed.payer!r}", ""


def _taken_back(case: ClearingCase) -> Iterator[Finding]:
    """No more is taken back by the end of a day than was settled until then."""
    rest: dict[tuple[str, ...], int] = {}
    in_time = sorted(enumerate(case.obligations), key=lambda row: (row[1].on, row[1].amount < 0))
    for index, owed in in_time:
        row = (owed.payer, owed.at, owed.scheme)
        before = rest.get(row, 0)
        rest[row] = max(before + owed.amount, 0)
        if before + owed.amount < 0:
            found, expected = f"{format_yuan(-owed.amount)} taken back", f"no more than the {format_yuan(before)} left"
            yield ("obligations", index, "amount"), found, f"{expected} of what was settled until {owed.on}", ""


def _opening(case: ClearingCase) -> Iterator[Finding]:
    for index, standing in enumerate(case.opening):
        loc: Loc = ("opening", index)
        yield from _unless((*loc, "from"), standing.payer, case.pools)
        yield from _unless((*loc, "at"), standing.at, [*case.provinces])
        if standing.payer in case.provinces.get(standing.at, ()):
            yield (*loc, "at"), repr(standing.at), f"another province than that of {standing.payer!r}", ""


def _payers(case: ClearingCase) -> Iterator[Finding]:
    known = [*dict.fromkeys((*case.provinces, *case.pools))]
    for index, disturbed in enumerate(case.disturbances):
        loc: Loc = ("disturbances", index, "payer")
        if isinstance(disturbed.payer, str):
            yield from _unless(loc, disturbed.payer, known)
        else:
            for place, name in enumerate(disturbed.payer):
                yield from _unless((*loc, place), name, known)


def _unless(loc: Loc, name: str, known: list[str]) -> Iterator[Finding]:
    """A name that is none of those that are known."""
    if name not in known:
        yield loc, repr(name), f"one of {', '.join(known)}", nearest(name, known)
