"""What do many seeds of one scenario give? All seeds are known before the first run; workers share out whole runs."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.calibration import Calibration
from settlement_sim.record.tables import by_direction
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.outputs import exact
from settlement_sim.study.run import Finished, Prepared, prepare, run
from settlement_sim.study.years import simulate_years

#: Directions × care types × (settlements, gross in fen).
Sums = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Task:
    """What a worker needs to build its own world once and run its share of the seeds."""

    loaded: Loaded
    calibration: Calibration | None
    seeds: tuple[int, ...]
    exact: bool


def replicate(
    loaded: Loaded, seeds: Sequence[int], *, calibration: Calibration | None = None, workers: int = 1
) -> list[Sums]:
    """Settlements and gross of every seed, in the order of the seeds, whatever the number of workers."""
    return _shared_out(_Task(loaded, calibration, tuple(seeds), exact=False), workers)


def replicate_exact(loaded: Loaded, seeds: Sequence[int], workers: int = 1) -> list[dict[str, Any]]:
    """The integers of `totals.json` of every seed, in the order of the seeds, whatever the number of workers."""
    return _shared_out(_Task(loaded, None, tuple(seeds), exact=True), workers)


def _shared_out(task: _Task, workers: int) -> list[Any]:
    number = min(workers, len(task.seeds))
    shares = [replace(task, seeds=task.seeds[part::number]) for part in range(number)]
    if number == 1:
        return _share(shares[0])
    with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(_share, shares))
    return [parts[index % number][index // number] for index in range(len(task.seeds))]


def _share(task: _Task) -> list[Any]:
    if task.exact and task.loaded.scenario.visits == "off":
        return [simulate_years(task.loaded, seed).exact for seed in task.seeds]
    return list(_runs(prepare(task.loaded, calibration=task.calibration), task))


def _runs(prepared: Prepared, task: _Task) -> Iterator[Any]:
    for seed in task.seeds:
        seeded = replace(prepared, plan=replace(prepared.plan, seed=seed))
        finished = run(seeded, recognition=task.exact)
        yield exact(finished) if task.exact else _sums(finished)
        # A finished simulation refers to itself; its columns are large, its objects too few to wake the collector.
        gc.collect()


def _sums(finished: Finished) -> Sums:
    table: dict[str, Any] = by_direction(finished.outcome.recorder)
    return np.stack([table["settlements"], table["total_fee"]], axis=-1)
