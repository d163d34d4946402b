"""Do the entries of every slot cover pool × scheme × time exactly once, and which policy answers when?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from settlement_sim import dates
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.policies.base import SLOTS, Policy
from settlement_sim.policies.registry import policies_of
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.schema import Entry
from settlement_sim.vocabulary import POOLS, SCHEMES

GROUPS = [(pool, scheme) for pool in POOLS for scheme in SCHEMES]


@dataclass(frozen=True)
class _Span:
    """Days and groups of one entry."""

    first: int
    last: int
    groups: frozenset[int]


def timelines(loaded: Loaded) -> dict[str, Timeline]:
    """The timeline of every slot. Raises InputError for unknown policies, wrong parameters, gaps and overlaps."""
    problems: list[Problem] = []
    built = {slot: _timeline(loaded, slot, problems) for slot in SLOTS}
    if problems:
        raise InputError(problems)
    return {slot: timeline for slot, timeline in built.items() if timeline is not None}


def _timeline(loaded: Loaded, slot: str, problems: list[Problem]) -> Timeline | None:
    entries: list[Entry] = getattr(loaded.scenario.policies, slot)
    policies = [_policy(loaded, slot, index, entry, problems) for index, entry in enumerate(entries)]
    problems += _backwards(loaded, slot, entries)
    spans = _spans(loaded, entries)
    first, last = dates.day(loaded.scenario.warm_up), dates.day(loaded.scenario.window.last)
    starts = sorted({first, *(s.first for s in spans), *(s.last + 1 for s in spans if s.last < last)})
    starts = [day for day in starts if first <= day <= last]
    assigned = np.full((len(starts), len(GROUPS)), -1, np.int16)
    for index, span in enumerate(spans):
        for epoch, day in enumerate(starts):
            for group in span.groups if span.first <= day <= span.last else ():
                if assigned[epoch, group] >= 0:
                    problems.append(_overlap(loaded, slot, index, group, day))
                    return None
                assigned[epoch, group] = index
    problems += list(_gaps(loaded, slot, starts, assigned))
    known = [policy for policy in policies if policy is not None]
    return Timeline(tuple(known), np.array(starts), assigned) if len(known) == len(entries) else None


def _backwards(loaded: Loaded, slot: str, entries: list[Entry]) -> Iterator[Problem]:
    for index, entry in enumerate(entries):
        if entry.first and entry.last and entry.last < entry.first:
            at = loaded.place("policies", slot, index, "until")
            yield Problem(at, repr(str(entry.last)), f"a last day on or after the entry's first, {entry.first}")


def _spans(loaded: Loaded, entries: list[Entry]) -> list[_Span]:
    first, last = dates.day(loaded.scenario.warm_up), dates.day(loaded.scenario.window.last)
    named: set[int] = set()
    for entry in entries:
        if entry.where != "others":
            named |= _groups(entry)
    return [
        _Span(
            dates.day(entry.first) if entry.first else first,
            dates.day(entry.last) if entry.last else last,
            frozenset(set(range(len(GROUPS))) - named if entry.where == "others" else _groups(entry)),
        )
        for entry in entries
    ]


def _groups(entry: Entry) -> set[int]:
    where = entry.where
    assert where != "others"
    return {
        index
        for index, (pool, scheme) in enumerate(GROUPS)
        if (where.pool == "all" or pool in where.pool) and where.scheme in ("all", scheme)
    }


def _policy(loaded: Loaded, slot: str, index: int, entry: Entry, problems: list[Problem]) -> Policy | None:
    at = loaded.place("policies", slot, index, "use")
    name, known = entry.use, policies_of(slot)
    if name.startswith("reading."):
        name = str(getattr(loaded.scenario.readings, name.removeprefix("reading."), name))
    if name not in known:
        problems.append(Problem(at, repr(name), f"a policy of slot {slot}: {', '.join(known)}", nearest(name, known)))
        return None
    try:
        return known[name].model_validate(entry.parameters)
    except ValidationError as error:
        fields = list(known[name].model_fields)
        for item in error.errors():
            key = str(item["loc"][0])
            where = loaded.place("policies", slot, index, "with", key)
            unknown = item["type"] == "extra_forbidden"
            expected = (
                f"a parameter of {name}: {', '.join(fields) or 'none'}"
                if unknown
                else str(item["msg"]).removeprefix("Input should be ").removeprefix("Input should be ")
            )
            problems.append(
                Problem(
                    where,
                    repr(key if unknown else item["input"]),
                    expected,
                    nearest(key, fields) if unknown else "",
                )
            )
        return None


def _overlap(loaded: Loaded, slot: str, index: int, group: int, day: int) -> Problem:
    pool, scheme = GROUPS[group]
    found = f"a second policy of slot {slot} for {pool} {scheme} on {dates.iso(day)}"
    return Problem(loaded.place("policies", slot, index), found, "one policy for each pool, scheme and day")


def _gaps(loaded: Loaded, slot: str, starts: list[int], assigned: np.ndarray) -> Iterator[Problem]:
    for epoch, group in np.argwhere(assigned < 0)[:1]:
        pool, scheme = GROUPS[group]
        found = f"no policy of slot {slot} for {pool} {scheme} from {dates.iso(starts[epoch])}"
        yield Problem(loaded.place("policies", slot), found, "one policy for each pool, scheme and day")
