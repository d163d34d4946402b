"""What do several seeds of one scenario say? Mean, spread and 95 % interval of every output.

The interval is Student's: for few seeds wider than the normal one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.scenario.load import Loaded
from settlement_sim.study.replicate import replicate_exact

if TYPE_CHECKING:
    import pandas as pd

#: 97.5 % quantiles of Student's distribution by degrees of freedom; beyond the last the normal one.
_QUANTILES: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
_NORMAL: Final = 1.960
#: Leaves of `totals.json` that say something about the run and are no outputs.
_NO_OUTPUTS: Final = ("format", "recognition/check")


@dataclass(frozen=True)
class Replications:
    """Runs of one scenario: a row per seed, a column per output (path in `totals.json`); money in fen."""

    loaded: Loaded
    seeds: tuple[int, ...]
    outputs: pd.DataFrame

    @property
    def summary(self) -> pd.DataFrame:
        """Output → mean, standard deviation of a run, standard error of the mean, low and high of the interval."""
        found = self.outputs.agg(["mean", "std"]).T
        error = found["std"] / len(self.seeds) ** 0.5
        wide = quantile(len(self.seeds) - 1) * error
        columns = {
            "mean": found["mean"],
            "sd": found["std"],
            "se": error,
            "low": found["mean"] - wide,
            "high": found["mean"] + wide,
        }
        return self.outputs.__class__(columns).rename_axis("output").reset_index()

    def save(self, folder: str | Path) -> Path:
        """Write `replications.csv`, `summary.csv` and `manifest.json` atomically; returns the folder."""
        from settlement_sim.study.folder import replications_manifest, unfinished, write_manifest

        with unfinished(Path(folder)) as work:
            self.outputs.rename_axis("seed").to_csv(work / "replications.csv", lineterminator="\n")
            self.summary.to_csv(work / "summary.csv", index=False, lineterminator="\n")
            write_manifest(work, replications_manifest(self.loaded, self.seeds))
        return Path(folder)


def replications(loaded: Loaded, number: int, workers: int = 1, first: int | None = None) -> Replications:
    """Run so many seeds from `first` on, by default the scenario's own. Numbers do not depend on the workers."""
    import pandas as pd

    first = loaded.scenario.seed if first is None else first
    seeds = tuple(range(first, first + number))
    rows = [dict(leaves(found)) for found in replicate_exact(loaded, seeds, workers)]
    return Replications(loaded, seeds, pd.DataFrame(rows, index=list(seeds)).fillna(0).astype("int64"))


def leaves(data: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number of nested data with its path; by direction also the sum over care types, as `all`."""
    for name, part in data.items():
        here = f"{path}/{name}" if path else name
        if here in _NO_OUTPUTS:
            continue
        if isinstance(part, Mapping):
            yield from leaves(part, here)
            yield from _sums(part, here)
        elif isinstance(part, int):
            yield here, part


def _sums(part: Mapping[str, Any], path: str) -> Iterator[tuple[str, int]]:
    """Sums over the care types of a direction."""
    if path.startswith(("direct/", "by_hand/")) and path.count("/") == 1:
        cares = [care for care in part.values() if isinstance(care, Mapping)]
        for column in cares[0]:
            yield f"{path}/all/{column}", sum(care[column] for care in cares)


def quantile(freedom: int) -> float:
    """97.5 % quantile of Student's distribution; not a number where one run has no spread."""
    if freedom < 1:
        return float("nan")
    return _QUANTILES[freedom - 1] if freedom <= len(_QUANTILES) else _NORMAL


def headline(outputs: Sequence[str]) -> list[str]:
    """The outputs that a person wants to see first, of those there are."""
    ends = ("settlements", "total_fee", "fund_total", "personal_account", "cash")
    direct = [f"direct/{d}/all/{end}" for d in ("chongqing_to_sichuan", "sichuan_to_chongqing") for end in ends]
    years = [
        f"recognition/applied_in/{pool}/{end}" for pool in ("chongqing", "chengdu") for end in ("accepted", "saved")
    ]
    return [name for name in (*direct, *years, "recognition/moved/pooled") if name in set(outputs)]
