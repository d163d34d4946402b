"""What do many seeds of scenarios give? All seeds are known before the first run; workers share out whole runs."""

from __future__ import annotations

import gc
import signal
import threading
import uuid
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.calibration import Calibration
from settlement_sim.engine.simulation import Progress
from settlement_sim.record.tables import by_direction
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.run import Finished, Prepared, prepare, run
from settlement_sim.study.years import YearsResult, simulate_years

#: Directions × care types × (settlements, gross in fen).
Sums = npt.NDArray[np.int64]
#: What is kept of a run; it has to be a function of a module, for it travels to a worker.
Reader = Callable[[Finished | YearsResult], Any]


#: How long worker processes outlast their work, or a process that was killed.
_IDLE_SECONDS: Final = 10


@dataclass(frozen=True)
class _Task:
    """What a worker needs to run any seed of a scenario; `world` names the world that these runs share."""

    loaded: Loaded
    calibration: Calibration | None
    read: Reader
    world: str


def replicate(
    loaded: Loaded, seeds: Sequence[int], *, calibration: Calibration | None = None, workers: int = 1
) -> list[Sums]:
    """Settlements and gross of every seed, in the order of the seeds, whatever the number of workers."""
    (found,) = replicate_all([loaded], seeds, _sums, calibration=calibration, workers=workers)
    return found


def replicate_all(
    scenarios: Sequence[Loaded], seeds: Sequence[int], read: Reader, *, calibration: Calibration | None = None,
    workers: int = 1, progress: Progress | None = None,
) -> list[list[Any]]:  # fmt: skip
    """What `read` keeps of every seed of every scenario, in their order, whatever the number of workers.

    `progress` hears how many runs are done, of how many.
    """
    tasks = [_Task(loaded, calibration, read, uuid.uuid4().hex) for loaded in scenarios]
    jobs = [(task, seed) for task in tasks for seed in seeds]
    found = []
    with closing(_shared_out(jobs, min(workers, len(jobs)))) as results:
        for kept in results:
            found.append(kept)
            if progress:
                progress(len(found), len(jobs))
    return [found[start : start + len(seeds)] for start in range(0, len(found), len(seeds))]


def _shared_out(jobs: Sequence[tuple[_Task, int]], workers: int) -> Generator[Any, None, None]:
    """Results in the order of the jobs. Whatever ends it early, an interrupt too, leaves no process behind."""
    from joblib import Parallel, delayed

    running = None
    try:
        with _deaf_children():
            shared = Parallel(
                workers, backend="loky", return_as="generator", batch_size=1, idle_worker_timeout=_IDLE_SECONDS
            )
            running = shared(delayed(_one)(task, seed) for task, seed in jobs)
        for kept in running:  # noqa: UP028 - `yield from` would close `running` with a warning
            yield kept
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if running is not None:
                running.close()
        _WORLD.clear()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that begin in here never hear Ctrl-C; it waits for this process, which answers it after the block.

    It reaches the whole group. A blocked signal is inherited, and kept for later where an ignored one would be lost.
    """
    from multiprocessing import resource_tracker

    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # before Python 3.12 it unblocks the signal when it begins
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


#: The world that this process built last: runs of one scenario share it, and memory holds no second one.
_WORLD: Final[dict[str, Prepared]] = {}


def _one(task: _Task, seed: int) -> Any:
    if task.loaded.scenario.visits == "off":
        return task.read(simulate_years(task.loaded, seed))
    prepared = _prepared(task)
    finished = run(replace(prepared, plan=replace(prepared.plan, seed=seed)), recognition=task.read is not _sums)
    kept = task.read(finished)
    # A finished simulation refers to itself; its columns are large, its objects too few to wake the collector.
    del finished
    gc.collect()
    return kept


def _prepared(task: _Task) -> Prepared:
    if task.world not in _WORLD:
        _WORLD.clear()
        _WORLD[task.world] = prepare(task.loaded, calibration=task.calibration)
    return _WORLD[task.world]


def _sums(finished: Finished | YearsResult) -> Sums:
    assert isinstance(finished, Finished)
    table: dict[str, Any] = by_direction(finished.outcome.recorder)
    return np.stack([table["settlements"], table["total_fee"]], axis=-1)
