"""What does a person hold in hand after a run? Tables, exact totals, and how it compares with the reported figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim import dates
from settlement_sim.errors import InputError, Problem
from settlement_sim.observed.check import Beside, Row, Run, beside, check
from settlement_sim.observed.reported import Figures
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.record.errors_of_sums import standard_errors
from settlement_sim.study import outputs
from settlement_sim.study.fingerprint import figures_of
from settlement_sim.study.folder import unfinished, write_run
from settlement_sim.study.manifest import calibration_state
from settlement_sim.study.run import Finished
from settlement_sim.vocabulary import CARE_TYPES

if TYPE_CHECKING:
    import pandas as pd


STALE: Final = "; the calibration is stale: it rests on other inputs"


@dataclass(frozen=True)
class Result:
    """One finished run. Money in tables is integer fen."""

    finished: Finished

    @property
    def run(self) -> Finished:
        """What is read and written of it; of a run without visits it is the result itself."""
        return self.finished

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables by name."""
        return outputs.tables(self.finished)

    @property
    def totals(self) -> pd.DataFrame:
        """Direction × care type (and all): sums with standard errors."""
        return self.tables["totals"]

    @cached_property
    def exact(self) -> dict[str, Any]:
        """The integers of `totals.json`."""
        return outputs.exact(self.finished)

    def check(self) -> list[Row]:
        """One row per reported figure. Raises InputError unless the scenario is of kind `history`."""
        return check(self.to_compare(), self._figures())

    def beside(self) -> list[Beside]:
        """Quantities that were never fitted, beside the run."""
        return beside(self.to_compare(), self._figures())

    def save(self, folder: str | Path) -> Path:
        """Write the run folder atomically; returns it."""
        with unfinished(Path(folder)) as work:
            write_run(self.finished, work)
        return Path(folder)

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_result

        return of_result(self)

    def _figures(self) -> Figures:
        return figures_of(self.finished.prepared.loaded)

    def to_compare(self) -> Run:
        """What the check needs."""
        prepared, recorder = self.finished.prepared, self.finished.outcome.recorder
        loaded = prepared.loaded
        refuse_unless_history(loaded.scenario.kind, loaded.place("kind"))
        errors = standard_errors(recorder)
        fitted = calibration_state(prepared) == "fitted"
        totals = {d: {c: dict(v) for c, v in cares.items()} for d, cares in self.exact["direct"].items()}
        schemes = self.tables["by_scheme"]
        for direction, scheme, care, count in schemes[["direction", "scheme", "care_type", "settlements"]].to_numpy():
            totals[direction][care][f"settlements_{scheme}"] = int(count)
        return Run(
            first=dates.iso(prepared.plan.first),
            last=dates.iso(prepared.plan.last),
            full_scale=loaded.scenario.world.scale == 1,
            calibration_note="" if fitted else STALE,
            pharmacy_inside=loaded.scenario.readings.pharmacy_inside_a1 == "yes",
            totals=totals,
            by_hand=self.exact["by_hand"],
            errors={
                direction: {m: float(errors[m][d, len(CARE_TYPES)]) for m in ("settlements", "total_fee")}
                for d, direction in enumerate(DIRECTIONS)
            },
            years=self.finished.years.years() if self.finished.years else None,
        )


def refuse_unless_history(kind: str, where: str) -> None:
    """A counterfactual is not compared with what was reported."""
    if kind != "history":
        expected = "kind: history; reported figures describe what was, not what would be"
        raise InputError(Problem(where, f"kind: {kind}", expected))
