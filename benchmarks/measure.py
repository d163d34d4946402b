"""What does one measurement, alone in a fresh process, find?

    python -m benchmarks.measure engine 0.02

prints one line of JSON. Seconds are of the run itself; the peak of memory is of the whole process.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from settlement_sim.study.run import Prepared

Found = dict[str, Any]
SCENARIO = "baseline_2024q1q3"


def engine(scale: float) -> Found:
    """The simulation proper, as `settlement-sim run` does it; building the world apart."""
    from settlement_sim.study.run import run

    prepared = _prepared(scale)
    found: Found = {"persons": len(prepared.world.population), "world_seconds": prepared.build_seconds}
    with timed(found):
        finished = run(prepared)
    found["seconds"] = finished.run_seconds
    return found


def totals(scale: float) -> Found:
    """What the engine's run settles, warm-up and claims by hand included; `reported` as it is reported. Not timed."""
    from settlement_sim.record.columns import MONEY_NAMES
    from settlement_sim.study.run import run

    prepared = _prepared(scale)
    reported = run(prepared).outcome.recorder.cube["settlements"][0].sum()
    from_the_first_day = replace(prepared.plan, first=prepared.plan.warm_up)
    cube = run(replace(prepared, plan=from_the_first_day)).outcome.recorder.cube
    sums = {name: int(cube[name].sum()) for name in MONEY_NAMES}
    return {"settlements": int(cube["settlements"].sum()), "reported": int(reported), "sums": sums}


def phases(scale: float) -> Found:
    """Seconds of the engine by phase of the day."""
    from settlement_sim.engine.clock import PHASES
    from settlement_sim.engine.simulation import Simulation

    prepared = _prepared(scale)
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    spent, last = dict.fromkeys(PHASES, 0.0), 0.0

    def stamp(phase: str, day: int) -> None:
        nonlocal last
        now = time.perf_counter()
        spent[phase] += now - last
        last = now

    for phase in PHASES:
        simulation.clock.on(phase, partial(stamp, phase))
    last = time.perf_counter()
    simulation.run()
    return {"phases": spent, "days": prepared.plan.last - prepared.plan.warm_up + 1}


def oracle(scale: float) -> Found:
    """The per-patient model on the same needs, its draws made before the clock starts."""
    from benchmarks.per_patient import model_of
    from settlement_sim.record.columns import MONEY_NAMES

    model = model_of(_prepared(scale))
    found: Found = {}
    gc.collect()
    gc.disable()
    with timed(found):
        model.run()
    claims = model.claims.values()
    sums = {name: sum(claim.money[name] for claim in claims) for name in MONEY_NAMES}
    return found | {"settlements": len(claims), "sums": sums}


def lean(visits: float) -> Found:
    """The lean program."""
    return _lean(visits, empty=False)


def empty(visits: float) -> Found:
    """The lean program's arrivals, with processes that do nothing."""
    return _lean(visits, empty=True)


def _lean(visits: float, *, empty: bool) -> Found:
    from benchmarks.lean_simpy import simulate

    result = simulate(int(visits), empty=empty)
    found = {name: result[name] for name in ("seconds", "processor_seconds")}
    return found | {"settlements": result["visits"]}


@contextmanager
def timed(found: Found) -> Iterator[None]:
    """Seconds by the clock and by the processor (all threads) of what is inside."""
    clock, processor = time.perf_counter(), time.process_time()
    yield
    found["seconds"] = time.perf_counter() - clock
    found["processor_seconds"] = time.process_time() - processor


def _prepared(scale: float) -> Prepared:
    from settlement_sim.scenario.load import load
    from settlement_sim.study.run import prepare

    loaded = load(SCENARIO, settings=(f"world.scale={scale}",))
    return prepare(loaded)


def peak_mb() -> float:
    """Peak of resident memory; on Linux of this program alone, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


KINDS: dict[str, Callable[[float], Found]] = {
    "engine": engine, "totals": totals, "phases": phases, "oracle": oracle, "lean": lean, "empty": empty,
}  # fmt: skip

if __name__ == "__main__":
    answer = KINDS[sys.argv[1]](float(sys.argv[2]))
    print(json.dumps(answer | {"peak_mb": peak_mb()}))
