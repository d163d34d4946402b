"""Which settlements are taken back, and when? Only what is still a person's latest
claim, by hand or at the counter, and only before its money was stated or paid to the hospital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.columns import Columns
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.probe import SILENT, Probe
from settlement_sim.engine.settled import Settled

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Taken(Columns):
    """Settlements that are to be taken back: their episodes, what was settled, their person-year and day."""

    episodes: Episodes
    settled: Settled
    place: Whole
    day: Whole
    previous: Whole  # the person's latest settlement before this one, or -1

    def __len__(self) -> int:
        return len(self.day)


class Reversals:
    """Settlements that wait to be taken back."""

    def __init__(self, persons: int, probe: Probe = SILENT) -> None:
        self._persons, self.probe = persons, probe
        self._latest: Whole | None = None
        self._due: dict[int, list[Taken]] = {}
        #: Settlements that should have been taken back but were no longer the latest, or had been cleared.
        self.refused = 0

    def note(self, today: int, settled: Settled, episodes: Episodes, place: Whole) -> None:
        """Remember which settlement is each person's latest, and which will be taken back. Rows as adjudicated."""
        after = settled.advances.reversed_after * settled.counted
        if self._latest is None and not after.any():
            return
        if self._latest is None:
            self._latest = np.full(self._persons, -1, np.int64)
        previous = self._previous(settled)
        for days in np.unique(after[after > 0]).tolist():
            rows = np.flatnonzero(after == days)
            day = np.full(rows.size, today)
            taken = Taken(episodes.take(rows), settled.take(rows), place[rows], day, previous[rows])
            self._due.setdefault(today + days, []).append(taken)

    def _previous(self, settled: Settled) -> Whole:
        """The person's latest settlement before each row; afterwards the last row of each person is the latest."""
        assert self._latest is not None
        rows = np.flatnonzero(settled.counted)
        rows = rows[np.argsort(settled.visits.row[rows], kind="stable")]  # rows of a person come in their order
        row, ids = settled.visits.row[rows], settled.visits.id[rows]
        before = np.where(np.diff(row, prepend=-1) == 0, np.roll(ids, 1), gather(self._latest, row))
        self._latest[row] = ids
        previous = np.full(len(settled.counted), -1, np.int64)
        previous[rows] = before
        return previous

    def due(self, day: int, closed_until: Whole, group: npt.NDArray[np.integer]) -> Taken | None:
        """What is taken back today. `closed_until`: by pool and scheme the last day whose settlements were stated or
        paid to hospitals; `group`: of each person.
        """
        waiting = self._due.pop(day, [])
        if not waiting or self._latest is None:
            return None
        taken = Taken.stack(waiting)
        row = taken.settled.visits.row
        allowed = gather(self._latest, row) == taken.settled.visits.id
        # Assistance that was claimed by hand would be paid twice.
        allowed &= taken.settled.advances.claimed_later == 0
        allowed &= gather(closed_until, gather(group, row)) < taken.day
        self.probe.note("take_back", taken.settled.visits, allowed=allowed)
        self.refused += int((~allowed).sum())
        kept = taken.take(np.flatnonzero(allowed))
        self._latest[kept.settled.visits.row] = kept.previous
        return kept if len(kept) else None
