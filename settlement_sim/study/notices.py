"""What should whoever reads a run know before believing it? Policies without effect, settings that nothing read,
assumptions outside their stated range."""

from __future__ import annotations

from settlement_sim.errors import InputError, Problem
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.unread import outside_range, unread, unread_priors
from settlement_sim.study.run import Finished
from settlement_sim.study.years import YearsResult


def warnings_of(run: Finished | YearsResult) -> list[str]:
    """Those of a run with visits or without."""
    return run.warnings() if isinstance(run, YearsResult) else warnings(run)


def warnings(finished: Finished) -> list[str]:
    """One sentence for each; empty when everything that was asked for had its effect."""
    prepared = finished.prepared
    loaded, timelines = prepared.loaded, dict(prepared.plan.timelines)
    idle = finished.outcome.slots.idle()
    if finished.years:
        timelines |= finished.years.track.plan.timelines
        idle += finished.years.track.slots.idle()
    said = [*idle, *unread(loaded, timelines), *outside_range(loaded, timelines)]
    own = unread_priors(loaded, prepared.world.calibration.own_priors)
    return [*said, *own, *_unfelt(finished)]


def _unfelt(finished: Finished) -> list[str]:
    """Disturbances in whose days nobody of their payers had anything to pay."""
    loaded, felt = finished.prepared.loaded, finished.outcome.funds.disturbances.felt
    return [
        f"{loaded.place('disturbances', number)}: this disturbance delayed nothing: no payment of its payers fell due"
        for number in range(len(loaded.scenario.disturbances)) if number not in felt
    ]  # fmt: skip


def refuse_silent_reform(loaded: Loaded, said: list[str]) -> None:
    """Raises InputError with every warning of a run."""
    where, expected = str(loaded.path), "every setting and policy to have an effect (--strict)"
    found = [Problem(where, text, expected) for text in said]
    if found:
        raise InputError(found)
