"""What does a run need besides the world, and what does it leave?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from settlement_sim.clearing.house import ClearingHouse, Terms
from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.rates import Growth
from settlement_sim.engine.admissions import Counts, Episodes
from settlement_sim.engine.advanced import Advanced
from settlement_sim.engine.desk import DeskRules
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.slots import Slots, Timeline
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.record.recorder import Recorder

#: Rows adjudicated in one call; any other number gives the same fen.
DEFAULT_BATCH: Final = 1 << 16
Progress = Callable[[int, int], None]
#: Event (settle, reimburse, reverse), day, settlements, their episodes; aligned rows.
Observer = Callable[[str, int, Settled, Episodes], None]


@dataclass(frozen=True)
class Plan:
    """What a run needs besides the world: dates, policies, seed. Days are day numbers, all inclusive."""

    warm_up: int
    first: int
    last: int
    seed: int
    growth: Growth
    timelines: Mapping[str, Timeline]
    predecessors: Mapping[str, Timeline] | None = None
    restated: frozenset[str] = frozenset()
    desk: DeskRules = field(default_factory=DeskRules)
    response: Response = field(default_factory=Response)
    potential_bp: int = 10_000
    funds: Terms = field(default_factory=Terms)
    batch: int = DEFAULT_BATCH
    replication: int = 0


@dataclass
class Outcome:
    """Everything a run leaves: sums, counts, ledger, the money between the funds."""

    recorder: Recorder
    counts: Counts
    ledger: Ledger
    slots: Slots  # what was decided, and which policies changed nothing
    funds: ClearingHouse  # the money between the funds
    advanced: Advanced = field(default_factory=Advanced)
    empty_accounts: int = 0
    open_stays: int = 0
    waiting: int = 0
    open_manual: int = 0
    reversals_refused: int = 0
