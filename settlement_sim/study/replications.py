"""What do several seeds of one scenario say? Mean, spread and 95 % interval of every output.

The interval is Student's: for few seeds wider than the normal one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.engine.simulation import Progress
from settlement_sim.record.measures import Value, measures
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.manifest import calibration_of
from settlement_sim.study.notices import warnings_of
from settlement_sim.study.outputs import exact, tables
from settlement_sim.study.replicate import replicate_all
from settlement_sim.study.run import Finished
from settlement_sim.study.years import YearsResult

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
#: Tables that are kept of every seed; the others grow with days, pairs of pools or applications.
KEPT: Final = (
    "totals", "by_month", "by_pool", "by_scheme", "by_payer", "by_hand", "flows", "prepayment", "usage",
    "days_to_cash", "liquidity", "advanced", "care_at_home", "recognition_totals", "fund_transfers",
)  # fmt: skip


def _nothing() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame()


@dataclass(frozen=True)
class Kept:
    """What is kept of one run."""

    outputs: dict[str, int]
    measures: dict[str, Value]
    tables: dict[str, pd.DataFrame]
    warnings: list[str]
    calibration: str


@dataclass(frozen=True, repr=False)
class Replications:
    """Runs of one scenario; money in fen.

    `outputs`: a row per seed, a column per path in `totals.json`. `measures`: a row per seed, a column per measure.
    `tables`: by name, with the seed as their first column. `warnings`: those of any seed. `calibration`: how
    it relates to the inputs.
    """

    loaded: Loaded
    seeds: tuple[int, ...]
    outputs: pd.DataFrame
    measures: pd.DataFrame = field(default_factory=_nothing)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    calibration: str = ""

    @property
    def summary(self) -> pd.DataFrame:
        """Output → mean, standard deviation of a run, standard error of the mean, low and high of the interval."""
        return spread(self.outputs).rename_axis("output").reset_index()

    def __repr__(self) -> str:
        return f"Replications of {self.loaded.name}, seeds {self.seeds}"

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_replications

        return of_replications(self)

    def save(self, folder: str | Path) -> Path:
        """Write the folder of several runs atomically; returns it."""
        from settlement_sim.study.folder import unfinished
        from settlement_sim.study.folders import write_replications

        with unfinished(Path(folder)) as work:
            write_replications(self, work)
        return Path(folder)


def spread(values: pd.DataFrame) -> pd.DataFrame:
    """A row per column of values by seed: mean, standard deviation, error of the mean, 95 % interval.

    What one seed does not have is not averaged over the others.
    """
    mean, sd = values.mean(skipna=False), values.std(skipna=False)
    error = sd / len(values) ** 0.5
    wide = quantile(len(values) - 1) * error
    return values.__class__({"mean": mean, "sd": sd, "se": error, "low": mean - wide, "high": mean + wide})


def replications(
    loaded: Loaded, number: int, workers: int = 1, first: int | None = None, progress: Progress | None = None
) -> Replications:
    """Run so many seeds from `first` on, by default the scenario's own. Numbers do not depend on the workers."""
    (found,) = replications_of([loaded], number, workers, first, progress)
    return found


def replications_of(
    scenarios: Sequence[Loaded], number: int, workers: int = 1, first: int | None = None,
    progress: Progress | None = None,
) -> list[Replications]:  # fmt: skip
    """The same seeds of every scenario, by default from the first one's own on."""
    first = scenarios[0].scenario.seed if first is None else first
    seeds = tuple(range(first, first + number))
    kept = replicate_all(scenarios, seeds, keep, workers=workers, progress=progress)
    return [_together(loaded, seeds, runs) for loaded, runs in zip(scenarios, kept, strict=True)]


def keep(run: Finished | YearsResult) -> Kept:
    """What is kept of a run."""
    totals, found = exact(run), tables(run)
    counts = totals.get("counts", {})
    return Kept(
        dict(leaves(totals)), measures(found, counts), {n: found[n] for n in KEPT if n in found}, warnings_of(run),
        calibration_of(run),
    )  # fmt: skip


def _together(loaded: Loaded, seeds: tuple[int, ...], runs: Sequence[Kept]) -> Replications:
    import pandas as pd

    outputs = pd.DataFrame([run.outputs for run in runs], index=list(seeds)).fillna(0).astype("int64")
    told = pd.DataFrame([run.measures for run in runs], index=list(seeds))
    frames = {
        name: pd.concat({seed: run.tables[name] for seed, run in zip(seeds, runs, strict=True)}, names=["seed"])
        .reset_index(level="seed").reset_index(drop=True)
        for name in runs[0].tables
    }  # fmt: skip
    said = dict.fromkeys(text for run in runs for text in run.warnings)
    return Replications(loaded, seeds, outputs, told, frames, tuple(said), runs[0].calibration)


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
