"""What does one scenario change against another? Both run the same seeds, so most of chance cancels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from settlement_sim.engine.simulation import Progress
from settlement_sim.record.measures import MEASURES
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.replications import Replications, replications_of, spread

if TYPE_CHECKING:
    import pandas as pd

#: Means and maxima: where a run has none of it, that is not 0.
_NO_SUMS: Final = frozenset(one.name for one in MEASURES if not one.whole)


@dataclass(frozen=True, repr=False)
class Comparison:
    """A reference and others, run with the same seeds. Money in fen."""

    reference: Replications
    others: tuple[Replications, ...]

    @property
    def summary(self) -> pd.DataFrame:
        """Scenario × output: reference, other, difference, its error, 95 % interval, and the error without pairing."""
        return _by_scenario("output", self.labels[1:], [paired(self.reference.outputs, o.outputs) for o in self.others])

    @property
    def measures(self) -> pd.DataFrame:
        """The same of every measure, by which a person reads a run."""
        frames = [paired(self.reference.measures, other.measures, _NO_SUMS) for other in self.others]
        return _by_scenario("measure", self.labels[1:], frames)

    @property
    def labels(self) -> list[str]:
        """What tells the scenarios apart in tables: their names, with their number where two have the same."""
        return told_apart([each.loaded.name for each in (self.reference, *self.others)])

    def __repr__(self) -> str:
        return f"Comparison of {', '.join(one.loaded.name for one in self.others)} with {self.reference.loaded.name}"

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_comparison

        return of_comparison(self)

    def save(self, folder: str | Path) -> Path:
        """Write `comparison.csv`, `measures.csv`, a folder for every scenario and `manifest.json` atomically."""
        from settlement_sim.study.folder import unfinished
        from settlement_sim.study.folders import write_comparison

        with unfinished(Path(folder)) as work:
            write_comparison(self, work)
        return Path(folder)


def told_apart(names: list[str]) -> list[str]:
    """Names of scenarios, with their number where two have the same.

    >>> told_apart(["baseline", "filing", "filing"])
    ['baseline', '1-filing', '2-filing']
    """
    return [f"{number}-{name}" if names.count(name) > 1 else name for number, name in enumerate(names)]


def paired(reference: pd.DataFrame, other: pd.DataFrame, no_sums: frozenset[str] = frozenset()) -> pd.DataFrame:
    """A row per column of values by seed; what one of both does not have counts as 0 there, but not in `no_sums`."""
    import pandas as pd

    mine, theirs = other.align(reference, join="outer")
    zero = dict.fromkeys(mine.columns.difference([*no_sums]), 0)
    mine, theirs = mine.fillna(zero), theirs.fillna(zero)
    spreads = spread(mine - theirs)
    variance = mine.var(skipna=False) + theirs.var(skipna=False)
    return pd.DataFrame({
        "reference": theirs.mean(skipna=False), "other": mine.mean(skipna=False), "difference": spreads["mean"],
        **spreads[["se", "low", "high"]], "se_unpaired": (variance / len(mine)) ** 0.5,
    })  # fmt: skip


def _by_scenario(name: str, labels: Sequence[str], frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(dict(zip(labels, frames, strict=True)), names=["scenario", name]).reset_index()


def compare(scenarios: Sequence[Loaded], number: int, workers: int = 1, progress: Progress | None = None) -> Comparison:
    """The first scenario and what the others change, over seeds from the first one's own on."""
    reference, *others = replications_of(scenarios, number, workers, progress=progress)
    return Comparison(reference, tuple(others))
