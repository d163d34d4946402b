"""On what does a result rest? One digest of rules, places, people, priors, calendar, policies and window."""

from __future__ import annotations

import hashlib
import json

from settlement_sim.study.run import Prepared


def inputs_fingerprint(prepared: Prepared) -> str:
    """sha256 of everything a calibration depends on: all inputs but the run seed and the calibration itself."""
    scenario = prepared.loaded.scenario
    said = scenario.model_dump(mode="json", include={"window", "warm_up", "readings", "world", "manual", "policies"})
    growth = hashlib.sha256(prepared.plan.growth.factor.tobytes()).hexdigest()
    parts = (prepared.world.fingerprint(), prepared.book.fingerprint(), growth, json.dumps(said, sort_keys=True))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
