"""Which rules did a policy consult? Rules that answer as ever and keep a log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from settlement_sim.rules.compiled import PROFILE_AXES, Codes, Rules
from settlement_sim.study.lines import Basis, Lookup
from settlement_sim.vocabulary import AXES

#: Leaf, row of the tables, code on the local axis (none: it has no local axis), whether the district was asked first.
_Question = tuple[str, int, int | None, bool]


class RecordedRules(Rules):
    """The rules of a claim, with what was asked of them since `forget`."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._log: dict[_Question, None] = {}

    def forget(self) -> None:
        """Begin a new log."""
        self._log = {}

    def take(self, leaf: str, rows: Codes, local: Any = None, unit: Any = None) -> Any:
        """As ever; noted."""
        codes = [None] * len(rows) if local is None else np.broadcast_to(local, len(rows)).tolist()
        for row, code in zip(rows.tolist(), codes, strict=True):
            self._log[leaf, row, code, unit is not None] = None
        return super().take(leaf, rows, local, unit)

    def place(self, leaf: str, rows: Codes, item: int) -> Any:
        """As ever; noted."""
        self._log |= dict.fromkeys((leaf, row, item, False) for row in rows.tolist())
        return super().place(leaf, rows, item)

    def consulted(self, lookup: Lookup) -> tuple[Basis, ...]:
        """The rules asked for since `forget`, in that order, as lines cite them."""
        return tuple(self._basis(lookup, *question) for question in self._log)

    def _basis(self, lookup: Lookup, leaf: str, row: int, code: int | None, by_district: bool) -> Basis:
        place = self.book.leaves[leaf].for_both_schemes
        version, at = divmod(row, len(AXES["pool"]) if place else len(self.profiles))
        pool = AXES["pool"][at if place else self.profiles.pool[at]]
        lookup = replace(lookup.in_pool(pool), date=self.book.starts[version])
        if not by_district:
            lookup = replace(lookup, district="")
        local = [axis for axis in self.book.axes(leaf) if axis not in PROFILE_AXES]
        labels = {axis: AXES[axis][code or 0] for axis in local}
        return lookup.place(leaf, pool, labels["item"]) if place else lookup.rule(leaf, **labels)
