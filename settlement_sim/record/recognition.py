"""What came of the track of contribution years? Applications, what was saved, who paid whom, each fund's surplus."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.money import WHOLE, share
from settlement_sim.recognition.desk import OPEN, STATES
from settlement_sim.recognition.track import Track
from settlement_sim.record.columns import typed
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES

if TYPE_CHECKING:
    import pandas as pd

Whole = npt.NDArray[np.int64]
#: Sums of a group of applications.
SUMS: Final = ("applied", "accepted", "refused", "open", "months_saved", "saved", "back_payment", "claimed")


def tables(track: Track) -> dict[str, pd.DataFrame]:
    """All tables of the track by name."""
    found = {
        "recognitions": recognitions(track),
        "recognition_totals": recognition_totals(track),
        "recognition_months": recognition_months(track),
        "back_payments": back_payments(track),
        "fund_transfers": fund_transfers(track),
        "fund_claims": fund_claims(track),
        "fund_per_retiree": fund_per_retiree(track),
    }
    return {name: typed(frame) for name, frame in found.items()}


def recognitions(track: Track) -> pd.DataFrame:
    """One row per application, in the order of their days."""
    import pandas as pd

    a, decided = track.assessed, track.decided
    return pd.DataFrame({
        "day": _days(a.applied), "decided": _days(decided.day), "applied_in": _names(POOLS, a.pool),
        "retires_in": _names(POOLS, a.after.place), "retiree": _names(RETIREES, a.retiree),
        "insured_as": _names(INSURED_AS, a.insured_as), "age_in_years": a.age, "months_here": a.months_here,
        "months_elsewhere": a.months_elsewhere, "overlapping": a.overlapping, "deemed": a.after.deemed,
        "required": a.after.required, "short_before": a.before.short, "short": a.after.short,
        "price_before": a.price_before, "back_payment": a.price_after, "saved": a.price_before - a.price_after,
        "claimed": claimed(track), "state": state(track), "corrected": decided.corrected.astype(np.int64),
    })  # fmt: skip


def state(track: Track) -> list[str]:
    """Where each application stands at the end of the window."""
    closed = np.where(track.decided.day == OPEN, 2, np.where(track.accepted, 0, 1))
    return _names(STATES, closed)


def claimed(track: Track) -> Whole:
    """Fen that the fund of retirement may claim from pooled funds left behind, for each application."""
    return np.bincount(track.left.person, track.claimed, len(track.assessed)).astype(np.int64)


def sums(track: Track) -> dict[str, Whole]:
    """Each of `SUMS` by application; what was not accepted saves and pays nothing."""
    a, accepted = track.assessed, track.accepted.astype(np.int64)
    states = np.array(state(track))
    return {
        "applied": np.ones(len(a), np.int64), "accepted": accepted,
        "refused": (states == "refused").astype(np.int64), "open": (states == "open").astype(np.int64),
        "months_saved": (a.before.short - a.after.short) * accepted,
        "saved": (a.price_before - a.price_after) * accepted, "back_payment": a.price_after * accepted,
        "claimed": claimed(track) * accepted,
    }  # fmt: skip


def recognition_totals(track: Track) -> pd.DataFrame:
    """Pool of application × pool of retirement: applications by state, months and fen saved, back-paid, claimed."""
    import pandas as pd

    a, columns = track.assessed, sums(track)
    rows = []
    for pair in sorted(set(zip(a.pool.tolist(), a.after.place.tolist(), strict=True))):
        here = (a.pool == pair[0]) & (a.after.place == pair[1])
        rows.append((POOLS[pair[0]], POOLS[pair[1]], *(int(columns[name][here].sum()) for name in SUMS)))
    return pd.DataFrame(rows, columns=["applied_in", "retires_in", *SUMS])


def recognition_months(track: Track) -> pd.DataFrame:
    """Month × pool: applications made and decisions in favour."""
    import pandas as pd

    a = track.assessed
    made = Counter(zip(_months(a.applied), _names(POOLS, a.pool), strict=True))
    kept = track.accepted
    given = Counter(zip(_months(track.decided.day[kept]), _names(POOLS, a.pool[kept]), strict=True))
    rows = [(*key, made[key], given[key]) for key in sorted(made.keys() | given.keys())]
    return pd.DataFrame(rows, columns=["month", "applied_in", "applied", "accepted"])


def back_payments(track: Track) -> pd.DataFrame:
    """Month × pool of retirement: payments for missing months."""
    import pandas as pd

    number, amount = Counter[Any](), Counter[Any]()
    for payment in track.back_payments:
        key = (dates.month_iso(dates.month_index(payment.day)), POOLS[payment.pool])
        number[key] += 1
        amount[key] += payment.amount
    return pd.DataFrame(
        [(*k, number[k], amount[k]) for k in sorted(number)], columns=["month", "pool", "payments", "amount"]
    )


def fund_transfers(track: Track) -> pd.DataFrame:
    """Month × paying pool × receiving pool × kind: money that followed recognised months."""
    import pandas as pd

    number, amount = Counter[Any](), Counter[Any]()
    for moved in track.transfers.moved:
        key = (dates.month_iso(dates.month_index(moved.day)), POOLS[moved.payer], POOLS[moved.payee], moved.kind)
        number[key] += 1
        amount[key] += moved.amount
    head = ["month", "payer_pool", "payee_pool", "kind", "payments", "amount"]
    return pd.DataFrame([(*k, number[k], amount[k]) for k in sorted(number)], columns=head)


def fund_claims(track: Track) -> pd.DataFrame:
    """Paying pool × receiving pool: what is owed and not yet paid at the end, netted."""
    import pandas as pd

    owed = track.transfers.open
    rows = [(POOLS[p], POOLS[q], int(owed[p, q])) for p, q in np.argwhere(owed).tolist()]
    return pd.DataFrame(rows, columns=["payer_pool", "payee_pool", "amount"])


def fund_per_retiree(track: Track) -> pd.DataFrame:
    """Pool of retirement × pool left behind: what the fund has and will have of the recognised, and what they cost it.

    Sums in fen over accepted cases; surplus = saved contributions + back-payments + claims − present value of costs.
    Claims count whether paid or not; what waits is in `fund_claims`.
    """
    import pandas as pd

    a, left, kept = track.assessed, track.left, track.accepted
    saved = share(a.own, WHOLE - 100 * track.priors["money.claims_ratio"])
    main = _main_pool(track)
    rows = []
    for place, pool in sorted(set(zip(a.after.place[kept].tolist(), main[kept].tolist(), strict=True))):
        here = kept & (a.after.place == place) & (main == pool)
        columns = [saved, a.price_after, claimed(track), a.cost]
        own, paid, claims, cost = (int(column[here].sum()) for column in columns)
        months = int(left.months[here[left.person]].sum())
        names = (POOLS[place], POOLS[pool] if pool >= 0 else "none")
        rows.append((*names, int(here.sum()), months, own, paid, claims, cost, own + paid + claims - cost))
    head = [
        "retires_in",
        "left_behind",
        "cases",
        "months_elsewhere",
        "own",
        "back_payment",
        "claimed",
        "cost",
        "surplus",
    ]
    return pd.DataFrame(rows, columns=head)


def _main_pool(track: Track) -> Whole:
    """The pool left behind with most recognised months of each applicant; −1 without any."""
    main, most = np.full(len(track.assessed), -1), np.zeros(len(track.assessed), np.int64)
    for person, pool, months in zip(track.left.person, track.left.pool, track.left.months, strict=True):
        if months > most[person]:
            main[person], most[person] = pool, months
    return main


def exact(track: Track) -> dict[str, Any]:
    """The integers a run of the track is pinned by, by pool of application."""
    columns, pool = sums(track), track.assessed.pool
    by_pool = {POOLS[p]: {name: int(columns[name][pool == p].sum()) for name in SUMS} for p in np.unique(pool).tolist()}
    moved = Counter[str]()
    for each in track.transfers.moved:
        moved[each.kind] += each.amount
    return {"applied_in": by_pool, "moved": {kind: moved[kind] for kind in ("account", "pooled")},
            "back_paid": sum(payment.amount for payment in track.back_payments)}  # fmt: skip


def _names(labels: tuple[str, ...], codes: npt.NDArray[Any]) -> list[str]:
    return [labels[code] for code in codes.tolist()]


def _days(days: npt.NDArray[Any]) -> list[str]:
    return ["" if day == OPEN else dates.iso(day) for day in days.tolist()]


def _months(days: npt.NDArray[Any]) -> list[str]:
    return [dates.month_iso(dates.month_index(day)) for day in days.tolist()]
