"""What does one scenario change against another? Both run the same seeds, so most of chance cancels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from settlement_sim.scenario.load import Loaded
from settlement_sim.study.replications import Replications, quantile, replications

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """A reference and others, run with the same seeds. Money in fen."""

    reference: Replications
    others: tuple[Replications, ...]

    def differences(self, other: Replications) -> pd.DataFrame:
        """Seed × output: other less reference; what one of them does not have counts as 0 there."""
        mine, theirs = other.outputs.align(self.reference.outputs, join="outer", fill_value=0)
        return mine - theirs

    @property
    def summary(self) -> pd.DataFrame:
        """Scenario × output: reference, other, difference, its error, 95 % interval, and the error without pairing."""
        import pandas as pd

        return pd.concat([self._summary(other) for other in self.others], ignore_index=True)

    def _summary(self, other: Replications) -> pd.DataFrame:
        import pandas as pd

        change, runs = self.differences(other), len(self.reference.seeds)
        mine, theirs = other.outputs.align(self.reference.outputs, join="outer", fill_value=0)
        error = change.std() / runs**0.5
        wide = quantile(runs - 1) * error
        frame = pd.DataFrame({
            "scenario": other.loaded.name, "reference": theirs.mean(), "other": mine.mean(),
            "difference": change.mean(), "se": error, "low": change.mean() - wide, "high": change.mean() + wide,
            "se_unpaired": ((mine.var() + theirs.var()) / runs) ** 0.5,
        })  # fmt: skip
        return frame.rename_axis("output").reset_index()

    def save(self, folder: str | Path) -> Path:
        """Write `comparison.csv`, `replications.csv` of every scenario and `manifest.json` atomically."""
        from settlement_sim.study.folder import replications_manifest, unfinished, write_manifest

        with unfinished(Path(folder)) as work:
            self.summary.to_csv(work / "comparison.csv", index=False, lineterminator="\n")
            for number, each in enumerate((self.reference, *self.others)):
                name = f"{number}-{each.loaded.name}.csv"
                each.outputs.rename_axis("seed").to_csv(work / name, lineterminator="\n")
            about = replications_manifest(self.reference.loaded, self.reference.seeds)
            write_manifest(work, about | {"compared": [other.loaded.name for other in self.others]})
        return Path(folder)


def compare(scenarios: Sequence[Loaded], number: int, workers: int = 1) -> Comparison:
    """The first scenario and what the others change, over seeds from the first one's own on."""
    reference, *others = (replications(loaded, number, workers, scenarios[0].scenario.seed) for loaded in scenarios)
    return Comparison(reference, tuple(others))
