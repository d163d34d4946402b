"""Do the entries of every slot cover pool × scheme × time exactly once, and which policy answers when?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError, Problem
from settlement_sim.policies.base import EVERY_SLOT, RECOGNITION_SLOTS, SLOTS
from settlement_sim.scenario.entries import entries_of, policy_of_entry
from settlement_sim.scenario.layers import Loc
from settlement_sim.scenario.load import Loaded, out_of_order
from settlement_sim.scenario.schema import Entry, slot_loc
from settlement_sim.vocabulary import POOLS, SCHEMES

GROUPS: Final = [(pool, scheme) for pool in POOLS for scheme in SCHEMES]
_ONCE: Final = "one policy for each pool, scheme and day"


@dataclass(frozen=True)
class _Span:
    """Days and groups of one entry."""

    first: int
    last: int
    groups: frozenset[int]


def timelines(loaded: Loaded) -> dict[str, Timeline]:
    """The timeline of every slot. Raises InputError for unknown policies, wrong parameters, gaps and overlaps."""
    return _timelines(loaded, SLOTS, _days(loaded))


def recognition_timelines(loaded: Loaded) -> dict[str, Timeline]:
    """The same for the slots of recognition, over its own window."""
    return _timelines(loaded, RECOGNITION_SLOTS, _recognition_days(loaded))


def every_timeline(loaded: Loaded) -> dict[str, Timeline]:
    """Of all slots that a run asks: those of contribution years only where they are simulated."""
    return timelines(loaded) | (recognition_timelines(loaded) if loaded.scenario.years else {})


def _timelines(loaded: Loaded, slots: Iterable[str], days: tuple[int, int]) -> dict[str, Timeline]:
    problems: list[Problem] = []
    built = {slot: _timeline(loaded, slot, days, problems) for slot in slots}
    if problems:
        raise InputError(problems)
    return {slot: timeline for slot, timeline in built.items() if timeline is not None}


def predecessors(loaded: Loaded) -> dict[str, Timeline]:
    """Who would answer if this scenario had never been written: its parent's policies over the same days.

    Where there is no parent, or its entries do not cover these days, each entry's predecessor is the one before it in
    time for the same group, and the first answers for itself. The policies are none of those in `timelines(loaded)`.
    """
    return _predecessors(loaded, timelines(loaded), _days(loaded))


def recognition_predecessors(loaded: Loaded) -> dict[str, Timeline]:
    """The same for the slots of recognition."""
    return _predecessors(loaded, recognition_timelines(loaded), _recognition_days(loaded))


def _predecessors(loaded: Loaded, own: Mapping[str, Timeline], days: tuple[int, int]) -> dict[str, Timeline]:
    before: dict[str, Timeline] = {}
    for slot, timeline in own.items():
        problems: list[Problem] = []
        parents = _timeline(loaded.parent, slot, days, problems) if loaded.parent else None
        before[slot] = parents if parents and not problems else _one_epoch_later(timeline)
    return before


def restated(loaded: Loaded) -> frozenset[str]:
    """Slots that the scenario itself fills though its parent does."""
    own = tuple(loaded.layers.own()) if loaded.parent else ()
    return frozenset(slot for slot in EVERY_SLOT if any(loc[: len(slot_loc(slot))] == slot_loc(slot) for loc in own))


def _one_epoch_later(timeline: Timeline) -> Timeline:
    later = timeline.assigned.copy()
    for epoch in range(1, len(later)):
        stays = timeline.assigned[epoch] == timeline.assigned[epoch - 1]
        later[epoch] = np.where(stays, later[epoch - 1], timeline.assigned[epoch - 1])
    return replace(timeline, assigned=later)


def _days(loaded: Loaded) -> tuple[int, int]:
    """First and last simulated day."""
    return dates.day(loaded.scenario.warm_up), dates.day(loaded.scenario.window.last)


def _recognition_days(loaded: Loaded) -> tuple[int, int]:
    """First and last day of the window of recognition."""
    options = loaded.scenario.years
    assert options is not None, "asked only where recognition is simulated"
    return dates.day(options.window.first), dates.day(options.window.last)


def _timeline(loaded: Loaded, slot: str, days: tuple[int, int], problems: list[Problem]) -> Timeline | None:
    """The timeline of one slot, as far as it can be built; what is wrong is added to `problems`."""
    entries = entries_of(loaded.scenario.policies, slot)
    policies = [policy_of_entry(loaded, slot, index, entry, problems) for index, entry in enumerate(entries)]
    problems += _backwards(loaded, slot, entries)
    spans, (first, last) = _spans(entries, days), days
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
    problems += _gaps(loaded, slot, starts, assigned)
    known = [policy for policy in policies if policy is not None]
    return Timeline(tuple(known), np.array(starts), assigned) if len(known) == len(entries) else None


def _backwards(loaded: Loaded, slot: str, entries: list[Entry]) -> Iterator[Problem]:
    for index, entry in enumerate(entries):
        if entry.first and entry.last and entry.last < entry.first:
            loc = (*slot_loc(slot), index)
            yield out_of_order(
                loaded.layers, ((*loc, "from"), entry.first, "a first day on or before the entry's last"),
                ((*loc, "until"), entry.last, "a last day on or after the entry's first"),
            )  # fmt: skip


def _spans(entries: list[Entry], days: tuple[int, int]) -> list[_Span]:
    named: set[int] = set()
    for entry in entries:
        if entry.where != "others":
            named |= _groups(entry)
    return [
        _Span(
            dates.day(entry.first) if entry.first else days[0],
            dates.day(entry.last) if entry.last else days[1],
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


def _overlap(loaded: Loaded, slot: str, index: int, group: int, day: int) -> Problem:
    pool, scheme = GROUPS[group]
    found = f"a second policy of slot {slot} for {pool} {scheme} on {dates.iso(day)}"
    return Problem(loaded.place(*slot_loc(slot), index), found, _ONCE)


def _gaps(loaded: Loaded, slot: str, starts: list[int], assigned: npt.NDArray[np.int16]) -> Iterator[Problem]:
    """The first gap; told at the entries, or at the first or last day of the scenario where that was set later."""
    entries: Loc = slot_loc(slot)
    for epoch, group in np.argwhere(assigned < 0)[:1]:
        pool, scheme = GROUPS[group]
        found = f"no policy of slot {slot} for {pool} {scheme} from {dates.iso(starts[epoch])}"
        covered = assigned[:, group] >= 0
        ends: list[Loc] = [("warm_up",)] * (not covered[0]) + [("window", "until")] * (not covered[-1])
        blamed = loaded.layers.newest(entries, *(ends if covered.any() else []))
        elsewhere = "" if blamed == entries else f"; its entries: {loaded.place(*entries)}"
        yield Problem(loaded.place(*blamed), found, _ONCE + elsewhere)
