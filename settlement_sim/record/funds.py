"""What passed between the funds? Obligations by month and pair of pools, remittances, prepayments and their usage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.clearing.payments import PRIORITY
from settlement_sim.clearing.prepayments import BASIS
from settlement_sim.money import WHOLE

if TYPE_CHECKING:
    import pandas as pd

Whole = npt.NDArray[np.int64]
CENTRE: Final = "centre"
#: Kinds of transfers between provinces.
_KINDS: Final = ("clearing", "set_off", "opening", "adjustment", "top_up", "return")
DEFINITIONS: Final = ("month", "outstanding")


def obligations(house: ClearingHouse) -> pd.DataFrame:
    """Month × insured pool × scheme × care pool: fen posted, stated, remitted (or set off) in it.

    Whole months, from that in which the window begins.
    """
    import pandas as pd

    log, members = house.log, house.members
    kinds = (log.posted, log.stated, log.discharged_in)
    nothing = np.zeros((members.groups, len(members.pools)), np.int64)
    rows = []
    for month in sorted({m for kind in kinds for m in kind if m >= dates.month_index(log.first)}):
        columns = [kind.get(month, nothing) for kind in kinds]
        for group, care in np.argwhere(np.any(columns, axis=0)).tolist():
            names = (*members.of_group(group), members.pools[care])
            rows.append((dates.month_iso(month), *names, *(int(column[group, care]) for column in columns)))
    head = ["month", "payer_pool", "scheme", "care_pool", "posted", "stated", "remitted"]
    return pd.DataFrame(rows, columns=head)


def remittances(house: ClearingHouse) -> pd.DataFrame:
    """Day × payer × scheme × payee × kind: money between provinces from the window on; `set_off` did not move."""
    import pandas as pd

    members = house.members
    places = (*members.provinces, CENTRE)
    rows = [
        (dates.iso(t.day), places[t.payer], members.schemes[t.scheme], places[t.payee], t.kind, t.amount)
        for t in house.log.transfers if t.day >= house.log.first
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["day", "payer", "scheme", "payee", "kind", "amount"])


def collections(house: ClearingHouse) -> pd.DataFrame:
    """Day × pool × scheme × care province: what pools paid their province from the window on."""
    import pandas as pd

    members = house.members
    rows = [
        (dates.iso(c.day), *members.of_group(c.group), members.provinces[c.province], c.amount)
        for c in house.log.collections if c.day >= house.log.first
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["day", "pool", "scheme", "care_province", "amount"])


def prepayment(house: ClearingHouse) -> pd.DataFrame:
    """Month of the window × insured × care province: in force, posted, usage by both definitions, and the balance.

    `usage_…` in percent, of the month by what is in force on its first day, of unpaid by what is in force on each day;
    `lowest_balance` is money that lay idle all month.
    """
    import pandas as pd

    log = house.log
    rows = []
    for month in _months(house):
        days = _days(house, month)
        for i, j in _pairs(house):
            in_force, posted = int(_on_first(house, month)[i, j]), int(_posted(house, month)[i, j])
            held = [int(_of_province(house, log.balances[at])[i, j]) for at in days]
            ratios = [(month, int(log.outstanding[at][i, j]), int(log.in_force[at][i, j]), 1) for at in days]
            _, used, _, yellow, red = _summary(house, i, [ratio for ratio in ratios if ratio[2]])
            rows.append((
                dates.month_iso(month), house.members.provinces[i], house.members.provinces[j], in_force, posted,
                _percent(posted, in_force), used, yellow or 0, red or 0, sum(held) // len(held), min(held),
            ))  # fmt: skip
    head = [
        "month", "insured_province", "care_province", "in_force", "posted", "usage_month", "usage_outstanding",
        "yellow_days_outstanding", "red_days_outstanding", "mean_balance", "lowest_balance",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=head)


def usage(house: ClearingHouse) -> pd.DataFrame:
    """Insured × care province × basis × definition: usage of the prepayment over the window, in percent.

    Amounts in force are those that each basis would have set, without top-ups; where its months were not simulated, the
    basis of the run keeps what was in force, and months of the other are left out. Thresholds and months prepaid are
    those of the last day of the window. Alert days of the definition `month` are the days of months that reach the
    threshold.
    `by_growth` is what the declared growth of money alone would give; a run grows by numbers of visits, at one price.
    """
    import pandas as pd

    rows = []
    for i, j in _pairs(house):
        for basis in BASIS:
            for definition in DEFINITIONS:
                rows.append((
                    house.members.provinces[i], house.members.provinces[j], basis, definition,
                    *_summary(house, i, [*_ratios(house, i, j, basis, definition)]),
                    _by_growth(house, i) if (basis, definition) == ("last_year_mean", "month") else None,
                ))  # fmt: skip
    head = ["insured_province", "care_province", "basis", "definition", "months", "usage", "highest",
            "yellow_days", "red_days", "by_growth"]  # fmt: skip
    return pd.DataFrame(rows, columns=head)


def exact(house: ClearingHouse) -> dict[str, int]:
    """The integers that clearing is pinned by, from the window on, in fen."""
    log, first = house.log, house.log.first
    crossed = {kind: sum(t.amount for t in log.transfers if t.kind == kind and t.day >= first) for kind in _KINDS}
    paid = {kind: sum(p.amount for p in log.payments if p.kind == kind and p.day >= first) for kind in PRIORITY}
    return {
        "posted": sum(int(amount.sum()) for month, amount in log.posted.items() if month >= dates.month_index(first)),
        **crossed,
        **{f"paid_{kind}": amount for kind, amount in paid.items()},
        "still_owed_to_hospitals": house.receivable,
    }


def _ratios(house: ClearingHouse, i: int, j: int, basis: Any, definition: str) -> Iterator[tuple[int, int, int, int]]:
    """(month, used, in force, days) of each month under `month`, of each day under `outstanding`."""
    log = house.log
    for month in _months(house):
        in_force = _shadow(house, i, j, basis, month)
        if not in_force:
            continue
        days = _days(house, month)
        if definition == "month":
            if house.prepayments.simulated(month):
                yield month, int(_posted(house, month)[i, j]), in_force, len(days)
        else:
            yield from ((month, int(log.outstanding[at][i, j]), in_force, 1) for at in days)


def _summary(house: ClearingHouse, i: int, ratios: list[tuple[int, int, int, int]]) -> tuple[Any, ...]:
    if not ratios:
        return 0, None, None, None, None
    shares = [100 * used / in_force for _, used, in_force, _ in ratios]
    days = (
        sum(n for _, used, in_force, n in ratios if _reaches(house, i, level, used, in_force))
        for level in ("yellow", "red")
    )
    return len({month for month, *_ in ratios}), round(sum(shares) / len(shares), 2), round(max(shares), 2), *days


def _by_growth(house: ClearingHouse, i: int) -> float | None:
    """What the declared growth of money alone would give: a month of this year over so many months of the last."""
    months = house.prepayments.policy_of_province(i).prepayment_months
    return round(int(house.prepayments.growth[i]) / 100 / months, 2) if months else None


def _shadow(house: ClearingHouse, i: int, j: int, basis: Any, month: int) -> int:
    """What a basis would have in force in a month; 0 where the months it rests on were not simulated."""
    prepayments = house.prepayments
    year = dates.EPOCH.year + month // 12 - (month % 12 < 2)
    based_on = [m for m in (12 * (year - 1 - dates.EPOCH.year) + k for k in BASIS[basis]) if prepayments.simulated(m)]
    count = len(based_on)
    if 3 * count >= 2 * len(BASIS[basis]):
        groups = np.flatnonzero(house.members.province_of_group == i)
        months = np.array([prepayments.policy_of(group).prepayment_months for group in groups.tolist()])
        total = np.maximum(sum(np.asarray(prepayments.posted[m])[groups, j] for m in based_on), 0)
        # Half up, to the fen, group by group: as the amounts in force are.
        return int(((2 * total * months + count) // (2 * count)).sum())
    own = prepayments.policy_of_province(i).basis or prepayments.basis
    return int(_on_first(house, month)[i, j]) if basis == own else 0


def _on_first(house: ClearingHouse, month: int) -> Whole:
    """In force on the first of a month, insured × care provinces."""
    return house.members.by_province(house.prepayments.on_first_of[month])


def _posted(house: ClearingHouse, month: int) -> Whole:
    """Insured × care provinces."""
    return house.members.by_province(np.asarray(house.prepayments.posted[month]))


def _of_province(house: ClearingHouse, balances: Whole) -> Whole:
    members = house.members
    return balances.reshape(len(members.provinces), len(members.schemes), -1).sum(1)


def _reaches(house: ClearingHouse, i: int, level: str, used: int, in_force: int) -> bool:
    threshold = int(getattr(house.prepayments.policy_of_province(i), level))
    return in_force > 0 and used * WHOLE >= threshold * in_force


def _percent(used: int, in_force: int) -> float | None:
    return round(100 * used / in_force, 2) if in_force else None


def _days(house: ClearingHouse, month: int) -> list[int]:
    """Positions in the log of the days of a month that lie in the window."""
    first, last = house.log.first, house.clock.last
    return [at for at, day in enumerate(house.log.days) if first <= day <= last and dates.month_index(day) == month]


def _months(house: ClearingHouse) -> range:
    """Months of the window."""
    return range(dates.month_index(house.log.first), dates.month_index(house.clock.last) + 1)


def _pairs(house: ClearingHouse) -> list[tuple[int, int]]:
    """Insured and care provinces between which anything was posted."""
    total = sum(np.asarray(amount) for amount in house.prepayments.posted.values())
    return [(int(i), int(j)) for i, j in np.argwhere(house.members.by_province(np.asarray(total)))]
