"""What does a run leave beside its settlements? Decisions and their reasons, money advanced, care at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement_sim import dates
from settlement_sim.engine.admissions import AT_HOME
from settlement_sim.engine.advanced import KINDS
from settlement_sim.record.tidy import tidy
from settlement_sim.vocabulary import CARE_TYPES, POOLS, SCHEMES

if TYPE_CHECKING:
    import pandas as pd

    from settlement_sim.engine.plan import Outcome


def decisions(outcome: Outcome) -> pd.DataFrame:
    """Slot × policy × reason: how many rows of the window were decided so. A policy without reasons has one row."""
    import pandas as pd

    rows = []
    for (slot, code), counts in sorted(outcome.slots.tally.items(), key=lambda item: item[0]):
        timeline = outcome.slots.timelines[slot]
        policy = timeline.policies[code]
        epoch = int((timeline.assigned == code).any(1).argmax())
        for reason, count in zip(policy.reasons or ("any",), counts.tolist(), strict=True):
            rows.append((slot, policy.name, dates.iso(int(timeline.starts[epoch])), reason, count))
    return pd.DataFrame(rows, columns=["slot", "policy", "from", "reason", "rows"])


def advanced(outcome: Outcome) -> pd.DataFrame:
    """Kind × pool × scheme: money that patients advanced, and for how long."""
    sums = outcome.advanced.sums.reshape(3, len(KINDS), len(POOLS), len(SCHEMES))
    columns = dict(zip(("cases", "advanced", "fen_days"), sums, strict=True))
    return tidy(columns, kind=KINDS, pool=POOLS, scheme=SCHEMES)


def care_at_home(outcome: Outcome) -> pd.DataFrame:
    """Reason × pool × scheme × care type: needs that stayed at home, and what their care costs there."""
    shape = (len(AT_HOME), len(POOLS), len(SCHEMES), len(CARE_TYPES))
    counts = outcome.counts
    columns = {"needs": counts.at_home.reshape(shape), "home_cost": counts.home_cost.reshape(shape)}
    return tidy(columns, reason=AT_HOME, pool=POOLS, scheme=SCHEMES, care_type=CARE_TYPES)
