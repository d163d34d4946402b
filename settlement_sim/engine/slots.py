"""Which policy answers for which rows on which day, what did it decide, and did it change anything?

The entries of a slot cover pool × scheme × time exactly once; a batch is split where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.columns import Columns
from settlement_sim.demand.needs import need_text
from settlement_sim.engine.checks import Unfit, as_columns, checked, length
from settlement_sim.engine.complete import Routed
from settlement_sim.errors import PolicyError, SettlementSimError
from settlement_sim.policies.base import Policy

Row = TypeVar("Row", bound=Columns)
Rows = npt.NDArray[np.int64] | slice
EVERYONE = slice(None)


@dataclass(frozen=True)
class Timeline:
    """The policies of one slot: `assigned[epoch, pool · 2 + scheme]`, epochs beginning on `starts` (days)."""

    policies: tuple[Policy, ...]
    starts: npt.NDArray[np.int64]
    assigned: npt.NDArray[np.int16]

    @property
    def uniform(self) -> bool:
        """One policy, or several entries with the same policy and parameters, answer for everybody."""
        return all(policy == self.policies[0] for policy in self.policies)

    def codes(self, day: int | npt.NDArray[np.integer[Any]], group: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Any]:
        """Which policy answers for each row."""
        return self.assigned[np.searchsorted(self.starts, day, side="right") - 1, group]

    def parts(
        self, day: int | npt.NDArray[np.integer[Any]], group: npt.NDArray[np.integer[Any]]
    ) -> list[tuple[int, Rows]]:
        """Policies (by position) that answer for some rows, each with its rows."""
        codes = self.codes(day, group)
        present = np.unique(codes)
        if len(present) == 1:
            return [(int(present[0]), EVERYONE)]
        return [(int(code), np.flatnonzero(codes == code)) for code in present]


@dataclass(frozen=True)
class Asked:
    """Rows put to a slot: how many, the day (or days) that govern them, their pool · 2 + scheme and their ids."""

    rows: int
    day: int | npt.NDArray[np.int64]
    group: Callable[[], npt.NDArray[np.integer[Any]]]
    need: npt.NDArray[np.int64]

    def first(self, index: Rows, row: int = 0) -> tuple[str, str]:
        """Day and id of a row of a part (by default its first), for people."""
        at = index.indices(self.rows)[0] + row if isinstance(index, slice) else int(index[row])
        day = self.day if isinstance(self.day, int) else int(self.day[at])
        return dates.iso(day), need_text(int(self.need[at])) if len(self.need) else "none"


class Slots:
    """All slots of a scenario, with a tally of what was decided."""

    def __init__(
        self, timelines: Mapping[str, Timeline], predecessors: Mapping[str, Timeline] | None = None,
        restated: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """`predecessors`: who would have answered before this scenario; None: nothing is compared. `restated`: slots
        that the scenario itself fills, so that even an exact copy of its parent is a reform without effect.
        """
        self.timelines, self.before = dict(timelines), dict(predecessors or {})
        #: Rows by reason code of each policy (slot, position), from the day on which counting begins.
        self.tally: dict[tuple[str, int], npt.NDArray[np.int64]] = {}
        self.counting = False
        #: Policies (slot, position) that were asked about any row.
        self.heard: set[tuple[str, int]] = set()
        self._uniform = {slot for slot, timeline in self.timelines.items() if timeline.uniform}
        #: Policies that have not yet decided otherwise than their predecessor.
        self.unchanged = {entry for slot in self.before for entry in self._watched(slot, slot in restated)}

    def _watched(self, slot: str, restated: bool) -> set[tuple[str, int]]:
        timeline, before = self.timelines[slot], self.before[slot]
        codes = range(len(timeline.policies))
        repeats = restated and all(policy in before.policies for policy in timeline.policies)
        differing = {(slot, code) for code in codes if _differs(timeline, before, code)}
        return differing or {(slot, code) for code in codes if repeats}

    def ask(self, slot: str, asked: Asked, kind: type, question: Callable[[Any, Any], Any]) -> list[tuple[Rows, Any]]:
        """Ask each policy about its rows (`question(policy, index)`): checked answers, each with its rows.

        `kind`: what a policy of this slot returns; a `Route` comes back as `Routed`, `Advances` as `Payment`.
        """
        return [
            (index, self.answer(slot, code, asked, index, kind, question)) for code, index in self.parts(slot, asked)
        ]

    def parts(self, slot: str, asked: Asked) -> list[tuple[int, Rows]]:
        """Positions of the policies that answer, each with its rows."""
        if slot in self._uniform or not asked.rows:
            return [(0, EVERYONE)]
        return self.timelines[slot].parts(asked.day, asked.group())

    def who(self, slot: str, asked: Asked, row: int) -> Policy:
        """The policy that answers for one row."""
        codes = dict(self.parts(slot, asked))
        code = next(c for c, i in codes.items() if isinstance(i, slice) or row in i)
        return self.timelines[slot].policies[code]

    def idle(self) -> list[str]:
        """One sentence for each policy that was never asked, or that decided nothing otherwise than before."""
        said = []
        for slot, timeline in self.timelines.items():
            for code, policy in enumerate(timeline.policies[:1] if slot in self._uniform else timeline.policies):
                who = f"policy {policy.name} of slot {slot}, entry {code + 1}"
                if (slot, code) not in self.heard:
                    said.append(f"{who}, was never asked: nothing came its way on its days")
                elif (slot, code) in self.unchanged:
                    said.append(f"{who}, changed nothing: every decision was what it would have been without it")
        return said

    def answer(
        self, slot: str, code: int, asked: Asked, index: Rows, kind: type, question: Callable[[Any, Any], Any]
    ) -> Any:
        """The checked answer of one policy, by position. Raises PolicyError where it fails."""
        policy, rows = self.timelines[slot].policies[code], length(index, asked.rows)
        try:
            answer = checked(question(policy, index), kind, slot, rows, len(policy.reasons))
        except SettlementSimError:
            raise
        except Exception as error:
            what = str(error) if isinstance(error, Unfit) else f"raised {type(error).__name__}: {error}"
            raise PolicyError(slot, policy.name, *asked.first(index, getattr(error, "row", 0)), what) from error
        if rows:
            self.heard.add((slot, code))
        if self.counting:
            self._count(slot, code, policy, answer, rows)
        if (slot, code) in self.unchanged and rows and self._changes(slot, asked, index, kind, question, answer):
            self.unchanged.discard((slot, code))
        return answer

    def _count(self, slot: str, code: int, policy: Policy, answer: Any, rows: int) -> None:
        labels = max(len(policy.reasons), 1)
        kept = self.tally.get((slot, code))
        if kept is None:
            kept = self.tally[slot, code] = np.zeros(labels, np.int64)
        if isinstance(answer, Routed):
            kept += np.bincount(answer.reason, minlength=labels)
        else:
            kept[0] += rows

    def _changes(
        self, slot: str, asked: Asked, index: Rows, kind: type, question: Callable[[Any, Any], Any], answer: Any
    ) -> bool:
        """Whether the predecessors would have decided otherwise about these rows."""
        before, rows = self.before[slot], np.arange(asked.rows)[index]
        days = asked.day if isinstance(asked.day, int) else asked.day[rows]
        mine = as_columns(answer, len(rows))
        for code, part in before.parts(days, asked.group()[rows]):
            there = rows[part]
            own = before.policies[code]
            other = checked(question(own, there), kind, slot, len(there), len(own.reasons))
            theirs = as_columns(other, len(there))
            for name in mine.keys() | theirs.keys():  # what one of them leaves out is 0
                ours = mine[name][part] if name in mine else 0
                if np.any(ours != theirs.get(name, 0)):
                    return True
        return False


def joined(rows: int, answers: list[tuple[Rows, Row]]) -> Row:
    """One answer from answers about disjoint rows."""
    first = answers[0][1]
    if len(answers) == 1:
        return first
    columns: dict[str, Any] = {}
    for field in fields(first):
        parts = [(index, getattr(answer, field.name)) for index, answer in answers]
        column = np.empty((rows, *parts[0][1].shape[1:]), parts[0][1].dtype)
        for index, part in parts:
            column[index] = part
        columns[field.name] = column
    return replace(first, **columns)


def _differs(timeline: Timeline, before: Timeline, code: int) -> bool:
    """Whether an entry stands anywhere for another policy or other parameters."""
    for epoch, start in enumerate(timeline.starts):
        groups = np.flatnonzero(timeline.assigned[epoch] == code)
        for position in np.unique(before.codes(int(start), groups)) if groups.size else ():
            if before.policies[position] != timeline.policies[code]:
                return True
    return False
