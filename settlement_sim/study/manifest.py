"""How did a run come about, and on what does it rest? What the manifest of a folder says."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from typing import Any, Final

import settlement_sim
from settlement_sim import dates
from settlement_sim.scenario.load import OVERLAID, Loaded
from settlement_sim.study.fingerprint import inputs_fingerprint
from settlement_sim.study.run import Finished, Prepared
from settlement_sim.study.track import is_fitted
from settlement_sim.study.years import YearsResult

LIBRARIES: Final = ("simpy", "numpy", "pandas", "pyarrow", "pydantic", "ruamel.yaml")


def manifest(run: Finished | YearsResult) -> dict[str, Any]:
    """How a run came about: fingerprints, versions, readings, seed, speed, memory."""
    return _years_manifest(run) if isinstance(run, YearsResult) else _visits_manifest(run)


def _visits_manifest(finished: Finished) -> dict[str, Any]:
    prepared, outcome = finished.prepared, finished.outcome
    scenario = prepared.loaded.scenario
    settlements = sum(int(c.sum()) for c in outcome.recorder.cube["settlements"])
    return {
        **about(prepared.loaded, "run"),
        "window": [dates.iso(prepared.plan.first), dates.iso(prepared.plan.last)],
        "warm_up": dates.iso(prepared.plan.warm_up),
        "seed": prepared.plan.seed,
        "world_seed": scenario.world.world_seed,
        "scale": scenario.world.scale,
        "origins": origins(prepared),
        "demand": scenario.demand.model_dump(mode="json", by_alias=True),
        "manual": scenario.manual.model_dump(mode="json"),
        "disturbances": [each.model_dump(mode="json", by_alias=True) for each in scenario.disturbances],
        "fingerprints": fingerprints(prepared),
        "calibration": calibration_state(prepared),
        "seconds": {"world": round(prepared.build_seconds, 3), "simulation": round(finished.run_seconds, 3)},
        "settlements_per_second": round(settlements / finished.run_seconds),
        "peak_memory_mb": peak_memory_mb(),
    }


def _years_manifest(result: YearsResult) -> dict[str, Any]:
    plan, scenario = result.track.plan, result.loaded.scenario
    return {
        **about(result.loaded, "run"),
        "window": [dates.iso(plan.first), dates.iso(plan.last)],
        "seed": plan.seed,
        "world_seed": plan.world_seed,
        "scale": scenario.world.scale,
        "calibration": calibration_of(result),
        "fingerprints": {"rules": result.track.rules.book.fingerprint(), "priors": result.track.priors.fingerprint},
        "seconds": {"recognition": round(result.seconds, 3)},
        "peak_memory_mb": peak_memory_mb(),
    }


def about(loaded: Loaded, what: str) -> dict[str, Any]:
    """What every manifest says: what it is (run, replications, comparison), program, scenario, policies, machine."""
    scenario = loaded.scenario
    recognition = scenario.years
    return {
        "format": 1,
        "settlement_sim": settlement_sim.__version__,
        "what": what,
        "scenario": loaded.name,
        "question": scenario.question.model_dump(),
        "kind": scenario.kind,
        "settings": loaded.said,
        "own_files": own_files(loaded),
        "visits": scenario.visits,
        "recognition": recognition.model_dump(mode="json", by_alias=True) if recognition else None,
        "readings": scenario.readings.model_dump(),
        "policies": scenario.policies.model_dump(mode="json", by_alias=True),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "machine": platform.platform(),
    }


def own_files(loaded: Loaded) -> dict[str, dict[str, str]]:
    """sha256 of the own files beside each part of the package, by the names that the scenario has for them."""
    found: dict[str, dict[str, str]] = {}
    for part in OVERLAID:
        for name, path in zip(getattr(loaded.scenario, part).overlays, loaded.overlays(part), strict=True):
            for file in sorted(path.iterdir()) if path.is_dir() else [path]:
                said = f"{name}/{file.name}" if path.is_dir() else name
                found.setdefault(part, {})[said] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def origins(prepared: Prepared) -> dict[str, list[str]]:
    """Where the policies of each slot come from: built in, a package, or a file with its sha256."""
    return {
        slot: [f"{policy.name}: {policy.origin}" for policy in timeline.policies]
        for slot, timeline in prepared.plan.timelines.items()
    }


def fingerprints(prepared: Prepared) -> dict[str, str]:
    """sha256 of the inputs, part by part."""
    return {
        "inputs": inputs_fingerprint(prepared),
        "world": prepared.world.fingerprint(),
        "rules": prepared.book.fingerprint(),
        "priors": prepared.world.priors.fingerprint,
        "calibration": prepared.world.calibration.fingerprint,
    }


def calibration_of(run: Finished | YearsResult) -> str:
    """How the calibration of a run relates to its inputs."""
    if isinstance(run, YearsResult):
        return "fitted" if is_fitted(run.loaded, run.track) else "carried over"
    return calibration_state(run.prepared)


def calibration_state(prepared: Prepared) -> str:
    """How the calibration relates to these inputs.

    `fitted`: it rests on exactly them; `carried over`: a scenario that is never fitted takes another's; `stale`: it
    rests on others.
    """
    if prepared.world.calibration.fingerprint == inputs_fingerprint(prepared):
        return "fitted"
    return "stale" if prepared.loaded.scenario.kind in ("history", "backcast") else "carried over"


def peak_memory_mb() -> int | None:
    """Peak resident memory of this process, where the operating system tells."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 if platform.system() == "Linux" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
