"""Which runs are the lives of needs told of, and what is looked for in a life?"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import runs
from rich.console import Console

from settlement_sim import dates
from settlement_sim.demand.needs import need_id
from settlement_sim.engine.probe import Probe
from settlement_sim.engine.simulation import Simulation
from settlement_sim.record.claims import ClaimsFile
from settlement_sim.record.journal import JournalFile
from settlement_sim.report.life import life_page
from settlement_sim.study.explain import explain
from settlement_sim.study.life import ClaimOfRun, Life, Step
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import CARE_TYPES

DELAY = 10
BASE = (
    "world.scale=0.002", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-29",
    f"manual.delay_days={DELAY}",
)  # fmt: skip
DIRECT = ("policies.channel.0.use=direct",)
REVERSED = (*DIRECT, "policies.channel.0.with.reversed=30", "policies.channel.0.with.reversed_after=3")
DESK = (*DIRECT, "manual.review_days=5", "manual.staff=1", "manual.claims_per_day=1")
BY_HAND = (*DESK, "policies.channel.0.use=manual")
UNPAID = (
    "policies.channel.0.use=treat_first_pay_later", "policies.channel.0.with.eligible=everybody",
    "policies.channel.0.with.defaults=15",
)  # fmt: skip
DETERRED = ("demand.response=declared", "policies.access.0.use=filing_required")
#: Steps of the funds, in the order in which they come where the prepayment suffices.
CLEARED = ["state", "pay_hospitals", "remit"]
FILING = ("policies.access.0.use=filing_required", "policies.access.0.with.late_filers=50")


class Kinds(Probe):
    """Which needs met which event, of everybody."""

    def __init__(self) -> None:
        self.ids: dict[str, list[int]] = defaultdict(list)

    def note(self, event: str, batch: Any, **beside: Any) -> None:
        flag = {"enter": "free", "take_back": "allowed"}.get(event)
        ids = batch.id
        if event == "enter":
            self.ids["asks_for_bed"] += ids[beside["free"] & (batch.care == CARE_TYPES.index("inpatient"))].tolist()
        if flag:
            self.ids[f"not {event}"] += ids[~beside[flag]].tolist()
            ids = ids[beside[flag]]
        self.ids[event] += ids.tolist()


@dataclass(frozen=True)
class Seen:
    """One run as it wrote itself down."""

    prepared: Prepared
    kinds: dict[str, list[int]]
    claims: pd.DataFrame
    journal: pd.DataFrame

    def claim(self, need: int, entry: str) -> Any:
        (row,) = self.claims[(self.claims.need == need) & (self.claims.entry == entry)].itertuples()
        return row

    def first(self, *kinds: str) -> int:
        """The first need that met all of these events."""
        found = set.intersection(*(set(self.kinds[kind]) for kind in kinds))
        return min(found)

    def tell(self, need: int) -> Life:
        return explain(self.prepared, need)


@cache
def seen(*settings: str) -> Seen:
    return see(runs.prepared(*BASE, *settings))


def see(prepared: Prepared) -> Seen:
    from tempfile import TemporaryDirectory

    kinds = Kinds()
    simulation = Simulation(prepared.world, prepared.book, prepared.plan, kinds)
    ledger = simulation.outcome.ledger
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "claims.parquet", Path(folder) / "journal.parquet"
        with (
            closing(ClaimsFile(paths[0], prepared.world, prepared.plan.first)) as settled,
            closing(JournalFile(paths[1], prepared.world, ledger)) as entries,
        ):
            simulation.observers.append(settled)
            ledger.listeners.append(entries)
            simulation.run()
        claims, journal = (pd.read_parquet(path) for path in paths)
    plain = {name: claims[name].astype(str) for name in claims.select_dtypes("category")}
    return Seen(prepared, kinds.ids, claims.assign(**plain), journal)


def what(life: Life) -> list[str]:
    return [step.what for step in life.steps]


def step(life: Life, name: str) -> Step:
    (found,) = (step for step in life.steps if step.what == name)
    return found


def claim(life: Life, entry: str) -> ClaimOfRun:
    (found,) = (claim for claim in life.claims if claim.entry == entry)
    return found


def after(day: str, days: int) -> str:
    return dates.iso(dates.day(day) + days)


def world_id(text: str) -> int:
    person, year, month, k = map(int, text.split("-"))
    return int(need_id(np.array([person]), dates.month_of(f"{year}-{month:02d}"), k)[0])


def page(life: Life, lang: Any) -> str:
    out = StringIO()
    Console(file=out, width=200).print(life_page(life, lang))
    return out.getvalue()
