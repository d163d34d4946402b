"""Who waits for whom? Days from settlement to hospitals' cash, what hospitals are owed, instructions that waited,
and how much a province has to send on a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.clearing.log import AGES, KINDS
from settlement_sim.record.funds import CENTRE

if TYPE_CHECKING:
    import pandas as pd

Whole = npt.NDArray[np.int64]
#: Percentiles, weighted by fen.
PERCENTILES: Final = (50, 90, 95)
#: Members × hospitals: what kind of hospital it is, for the tables; −1 where there is none.
Levels = npt.NDArray[np.integer[Any]]


def days_to_cash(house: ClearingHouse, levels: Levels, names: Sequence[str]) -> pd.DataFrame:
    """Insured province × level × kind: fen of the window's settlements paid to hospitals, and the days they waited.

    `retained` is what was kept back until the annual closing.
    """
    import pandas as pd

    rows = []
    for i, province in enumerate(house.members.provinces):
        for level, name in (*enumerate(names), (None, "all")):
            for kind in KINDS:
                by_day = _of(house, house.log.waits[kind], i, levels, level)
                if by_day.any():
                    rows.append((province, name, kind, *waited(by_day)))
    head = ["insured_province", "level", "kind", "amount", "mean_days", *(f"p{p}" for p in PERCENTILES), "longest"]
    return pd.DataFrame(rows, columns=head)


def waited(by_day: Whole) -> tuple[int, float, int, int, int, int]:
    """Amount, mean, percentiles and longest of fen by days waited."""
    total = int(by_day.sum())
    mean = float(np.round(np.arange(len(by_day)) @ by_day / total, 2)) if total else 0.0
    upto = np.cumsum(by_day)
    marks = (int(np.argmax(upto * 100 >= p * total)) for p in PERCENTILES)
    p50, p90, p95 = marks
    return total, mean, p50, p90, p95, int(np.flatnonzero(by_day)[-1])


def receivables(house: ClearingHouse, levels: Levels, names: Sequence[str]) -> pd.DataFrame:
    """Month (its last day) × insured province × care pool × level × age in days: what hospitals are owed, fen."""
    import pandas as pd

    members, ages = house.members, (*(f"up to {age}" for age in AGES), f"over {AGES[-1]}")
    rows = []
    for month, amount in sorted(house.log.receivables.items()):
        by_province = amount.reshape(len(members.provinces), len(members.schemes), *amount.shape[1:]).sum(1)
        for i, province in enumerate(members.provinces if month >= dates.month_index(house.log.first) else ()):
            key = members.hospital_pool[i] * len(names) + levels[i]
            for cell in np.unique(key[members.hospital_pool[i] >= 0]).tolist():
                pool, level = divmod(cell, len(names))
                rows += [
                    (dates.month_iso(month), province, members.pools[pool], names[level], age, int(fen))
                    for age, fen in zip(ages, by_province[i, key == cell].sum(0), strict=True) if fen
                ]  # fmt: skip
    head = ["month", "insured_province", "care_pool", "level", "age", "amount"]
    return pd.DataFrame(rows, columns=head)


def waiting(house: ClearingHouse) -> pd.DataFrame:
    """Instructions of the care place, due from the window on, that waited for money; no `paid_on` while they do."""
    import pandas as pd

    members, first = house.members, house.log.first
    late: list[tuple[int, int | None, str, int, int, int]] = [
        (p.due, p.day, p.kind, p.member, p.place, p.amount) for p in house.log.payments if p.due < p.day
    ]  # fmt: skip
    late += [(p.due, None, p.kind, p.member, p.place, house.bank.amount(p)) for p in house.bank.queue]
    rows = [
        (dates.iso(due), kind, *members.of_member(member),
         (members.provinces if kind == "return" else members.pools)[place],
         "" if day is None else dates.iso(day), None if day is None else day - due, amount)
        for due, day, kind, member, place, amount in sorted(late, key=lambda row: (row[0], row[2:5])) if due >= first
    ]  # fmt: skip
    head = ["due", "kind", "insured_province", "scheme", "place", "paid_on", "days", "amount"]
    return pd.DataFrame(rows, columns=head)


def liquidity(house: ClearingHouse) -> pd.DataFrame:
    """Province × scheme: clearing that left it from the window on: how often, how much, and its largest day.

    `gross` counts what was set off too. The centre's rows are what it passes on.
    """
    import pandas as pd

    members = house.members
    rows = []
    for payer, province in (*enumerate(members.provinces), (-1, CENTRE)):
        for s, scheme in enumerate(members.schemes):
            own = [t for t in house.log.transfers if t.payer == payer and t.scheme == s and t.day >= house.log.first]
            sent = [t for t in own if t.kind == "clearing"]
            by_day: dict[int, int] = {}
            for t in sent:
                by_day[t.day] = by_day.get(t.day, 0) + t.amount
            kept = sum(t.amount for t in own if t.kind == "set_off")
            if own:
                total = sum(by_day.values())
                rows.append((province, scheme, len(sent), total, total + kept, max(by_day.values(), default=0)))
    return pd.DataFrame(rows, columns=["payer", "scheme", "remittances", "sent", "gross", "largest_day"])


def _of(house: ClearingHouse, amount: Whole, province: int, levels: Levels, level: int | None) -> Whole:
    """Members × hospitals × anything, summed over a province's schemes and the hospitals of a level (None: all)."""
    schemes = len(house.members.schemes)
    own = amount[province * schemes : (province + 1) * schemes].sum(0)
    result: Whole = own.sum(0) if level is None else own[levels[province] == level].sum(0)
    return result
