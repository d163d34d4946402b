"""What does one scenario change against another? Both run the same seeds, so most of chance cancels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from settlement_sim.engine.simulation import Progress
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.replications import Replications, quantile, replications_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """A reference and others, run with the same seeds. Money in fen."""

    reference: Replications
    others: tuple[Replications, ...]

    @property
    def summary(self) -> pd.DataFrame:
        """Scenario × output: reference, other, difference, its error, 95 % interval, and the error without pairing."""
        return self._each("outputs", "output")

    @property
    def measures(self) -> pd.DataFrame:
        """The same of every measure, by which a person reads a run."""
        return self._each("measures", "measure")

    def _each(self, frame: str, name: str) -> pd.DataFrame:
        import pandas as pd

        rows = [
            paired(getattr(self.reference, frame), getattr(other, frame)).assign(scenario=other.loaded.name)
            for other in self.others
        ]
        found = pd.concat(rows).rename_axis(name).reset_index()
        return found[["scenario", *found.columns.drop("scenario")]]

    def save(self, folder: str | Path) -> Path:
        """Write `comparison.csv`, `measures.csv`, a folder for every scenario and `manifest.json` atomically."""
        from settlement_sim.study.folder import unfinished
        from settlement_sim.study.folders import write_comparison

        with unfinished(Path(folder)) as work:
            write_comparison(self, work)
        return Path(folder)


def paired(reference: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """A row per column of values by seed; what one of both does not have counts as 0 there."""
    import pandas as pd

    mine, theirs = other.align(reference, join="outer", fill_value=0)
    change, runs = mine - theirs, len(mine)
    error = change.std() / runs**0.5
    wide = quantile(runs - 1) * error
    return pd.DataFrame({
        "reference": theirs.mean(), "other": mine.mean(),
        "difference": change.mean(), "se": error, "low": change.mean() - wide, "high": change.mean() + wide,
        "se_unpaired": ((mine.var() + theirs.var()) / runs) ** 0.5,
    })  # fmt: skip


def compare(scenarios: Sequence[Loaded], number: int, workers: int = 1, progress: Progress | None = None) -> Comparison:
    """The first scenario and what the others change, over seeds from the first one's own on."""
    reference, *others = replications_of(scenarios, number, workers, progress=progress)
    return Comparison(reference, tuple(others))
