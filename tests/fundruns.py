"""What do tests of the money between the funds stand on? Small runs with their journals, and tiny cases."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import runs

import settlement_sim as ss
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.record.tables import tables
from settlement_sim.study.run import Finished, run

#: November is the run-in, the prepayment opens on the volume of December; two months of a window.
SPAN = ("world.scale=0.001", "warm_up=2023-11-01", "window.from=2024-01-01", "window.until=2024-02-29")
FIRST = "2024-01-01"
#: Everything that the plain procedure leaves alone: netting, advances, top-ups, settlements taken back, a late payer.
BUSY = f"""format: 1
extends: {runs.BASELINE}
disturbances:
  - {{what: late, payer: [chengdu, zigong], months: 1, from: 2024-01-01, until: 2024-01-31}}
policies:
  channel: [{{use: one_stop, with: {{reversed: 20, reversed_after: 9}}}}]
  clearing:
    - use: bilateral_net
      with: {{usage: outstanding, prepayment_months: 1, retention: 10, advance: 60, pooling: earmarked}}
"""


@dataclass(frozen=True)
class Recorded:
    """A finished run and its journal."""

    finished: Finished
    journal: pd.DataFrame

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        return tables(self.finished.outcome)

    @property
    def house(self) -> ClearingHouse:
        return self.finished.outcome.funds

    def rows(self, *events: str) -> pd.DataFrame:
        """Entries of some events."""
        return self.journal[self.journal.event.isin(events)]


@cache
def recorded(name: str) -> Recorded:
    """`plain`: the baseline; `busy`: everything else."""
    folder = Path(tempfile.mkdtemp(prefix="funds"))
    (folder / "busy.yaml").write_text(BUSY, "utf-8")
    plain = runs.prepared(*SPAN)
    prepared = plain if name == "plain" else runs.with_plan(plain, *SPAN, scenario=folder / "busy.yaml")
    path = folder / "journal.parquet"
    finished = run(prepared, journal=path)
    journal = pd.read_parquet(path)
    path.unlink()
    province = journal.pool.map(lambda pool: pool if pool == "chongqing" else "sichuan")
    return Recorded(finished, journal.assign(month=journal.day.str[:7], province=province))


def summed(frame: pd.DataFrame, keys: list[str], amount: str) -> dict[Any, int]:
    """An amount by keys; what is zero is left out."""
    sums = frame.groupby(keys)[amount].sum()
    return {key: int(value) for key, value in sums.items() if value}


def house(
    *owed: tuple[str, str, str, str], window: tuple[str, str] = ("2024-01-01", "2024-03-31"),
    policy: Any = "prepaid_monthly_gross", opening: str = "", **more: Any,
) -> ClearingHouse:  # fmt: skip
    """What came of a case of provinces a, b and c of one pool each: (day, from, at, yuan) for employees.

    `opening`: yuan that a has prepaid at b.
    """
    standing = [{"from": "a", "at": "b", "amount": opening}] if opening else []
    case = {
        "format": 1, "title": {"zh": "例", "en": "A case"}, "provinces": {"a": ["a"], "b": ["b"], "c": ["c"]},
        "window": {"from": window[0], "until": window[1]}, "policy": policy, "opening": standing,
        "obligations": [{"on": day, "from": payer, "at": at, "amount": yuan} for day, payer, at, yuan in owed], **more,
    }  # fmt: skip
    return ss.clear(case).house
