"""Why does a need of a run settle as it does? The policy, its parameters, its reason, and the uniforms it read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.behaviour import STREAM, accepts_all
from settlement_sim.draws import Bits, Draws
from settlement_sim.engine.needs_view import NeedsView
from settlement_sim.engine.probe import Event
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.policies.answers import LOCAL, MANUAL
from settlement_sim.record.recorder import PATHS
from settlement_sim.vocabulary import FILINGS


@dataclass(frozen=True)
class _Heard(Draws):
    """Draws that remember which streams were asked for."""

    streams: dict[str, None] = field(default_factory=dict)

    def bits(self, stream: str, ids: Any) -> Bits:
        """As ever; noted."""
        self.streams[stream] = None
        return super().bits(stream, ids)


def access_of(simulation: Simulation, event: Event) -> dict[str, Any]:
    """What access decided about a need; `event`: its `route`."""
    row, day = event.number("row"), event.day
    timeline = simulation.slots.timelines["access"]
    policy: Any = timeline.policies[int(timeline.codes(day, np.array([simulation.world.group[row]]))[0])]
    reason, filing = event.number("route.reason"), event.number("route.filing")
    return {
        "policy": policy.name, "parameters": policy.model_dump(mode="json"), "governing_day": dates.iso(day),
        "reason": policy.reasons[reason] if reason < len(policy.reasons) else str(reason),
        "path": PATHS[event.number("route.path")], "cut": event.number("route.cut"),
        "filing_terms": "local" if filing == LOCAL else FILINGS[filing], "draws": _draws(simulation, policy, event),
        "acceptance": _acceptance(simulation, event),
    }  # fmt: skip


def _draws(simulation: Simulation, policy: Any, event: Event) -> dict[str, int]:
    """The uniforms that the policy read: it is asked again about this need alone."""
    draws = simulation.adjudicator.draws
    heard = _Heard(draws.seed, draws.replication)
    gross = event.beside["gross"]
    view = NeedsView(simulation.world, heard).of(event.day, event.row, gross, event.beside["emergency"])
    policy.route(view, simulation.rules)
    purposes = [stream.removeprefix("policy/") for stream in heard.streams]
    return {purpose: int(uniforms(draws, purpose, event.row.id)[0]) for purpose in purposes}


def _acceptance(simulation: Simulation, event: Event) -> dict[str, int] | None:
    """Attraction of its terms, uniform and potential (1/10,000): accepted where u · P < attraction. None: all are."""
    admissions = simulation.admissions
    response, potential = admissions.response, admissions.potential_bp
    if accepts_all(potential, response):
        return None
    route, emergency = event.beside["route"], event.beside["emergency"]
    # An emergency does not weigh its terms.
    attraction = int(response.attraction((route.path == MANUAL) & ~emergency, np.where(emergency, 0, route.cut))[0])
    bits = admissions.draws.bits(STREAM, event.row.id)
    uniform = int((bits >> np.uint64(32))[0]) * 10_000 >> 32
    return {"attraction": attraction, "uniform": uniform, "potential": potential}
