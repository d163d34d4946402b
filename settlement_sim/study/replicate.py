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
from settlement_sim.study.run import Prepared, prepare, run

#: Directions × care types × (settlements, gross in fen).
Sums = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Task:
    """What a worker needs to build its own world once and run its share of the seeds."""

    loaded: Loaded
    calibration: Calibration | None
    seeds: tuple[int, ...]


def replicate(
    loaded: Loaded, seeds: Sequence[int], *, calibration: Calibration | None = None, workers: int = 1
) -> list[Sums]:
    """Settlements and gross of every seed, in the order of the seeds, whatever the number of workers."""
    shares = [_Task(loaded, calibration, tuple(seeds[part::workers])) for part in range(min(workers, len(seeds)))]
    if workers == 1:
        return _share(shares[0])
    with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(_share, shares))
    return [parts[index % len(shares)][index // len(shares)] for index in range(len(seeds))]


def _share(task: _Task) -> list[Sums]:
    return list(_runs(prepare(task.loaded, calibration=task.calibration), task.seeds))


def _runs(prepared: Prepared, seeds: Sequence[int]) -> Iterator[Sums]:
    for seed in seeds:
        seeded = replace(prepared, plan=replace(prepared.plan, seed=seed))
        table: dict[str, Any] = by_direction(run(seeded, recognition=False).outcome.recorder)
        yield np.stack([table["settlements"], table["total_fee"]], axis=-1)
        # A finished simulation refers to itself; its columns are large, its objects too few to wake the collector.
        gc.collect()
