"""Which policy answers for which rows on which day?

The entries of a slot cover pool × scheme × time exactly once; the engine splits a batch where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.policies.base import Policy

Answer = TypeVar("Answer", bound=Columns)


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

    def parts(
        self, day: int | npt.NDArray[np.integer[Any]], group: npt.NDArray[np.integer[Any]]
    ) -> list[tuple[Policy, npt.NDArray[np.int64] | slice]]:
        """Policies that answer for some rows, each with its rows."""
        epoch = np.searchsorted(self.starts, day, side="right") - 1
        codes = self.assigned[epoch, group]
        present = np.unique(codes)
        if len(present) == 1:
            return [(self.policies[present[0]], slice(None))]
        return [(self.policies[code], np.flatnonzero(codes == code)) for code in present]


class Slots:
    """All slots of a scenario."""

    def __init__(self, timelines: Mapping[str, Timeline]) -> None:
        self.timelines = dict(timelines)

    def ask(
        self, slot: str, day: int | npt.NDArray[np.integer[Any]], group: Callable[[], npt.NDArray[np.integer[Any]]],
        question: Callable[[Any, Any], Answer],
    ) -> Answer:  # fmt: skip
        """Ask each policy about its rows (`question(policy, index)`) and put the answers together.

        `group()`: pool · 2 + scheme of each row; asked for only where more than one policy can answer.
        """
        timeline = self.timelines[slot]
        if timeline.uniform:
            return question(timeline.policies[0], slice(None))
        rows = group()
        if not len(rows):
            return question(timeline.policies[0], slice(None))
        parts = timeline.parts(day, rows)
        if len(parts) == 1:
            return question(*parts[0])
        return merge(len(rows), [(index, question(policy, index)) for policy, index in parts])


def merge(rows: int, answers: list[tuple[Any, Answer]]) -> Answer:
    """One answer from answers about disjoint rows."""
    first = answers[0][1]
    columns: dict[str, Any] = {}
    for field in fields(first):
        parts = [(index, getattr(answer, field.name)) for index, answer in answers]
        if field.name == "increments":
            columns[field.name] = [replace(i, index=index[i.index]) for index, part in parts for i in part]
            continue
        column = np.empty(rows, parts[0][1].dtype)
        for index, part in parts:
            column[index] = part
        columns[field.name] = column
    return replace(first, **columns)
