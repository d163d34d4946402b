"""Do the tables of the track say what happened, and do they add up to each other?"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from career_cases import track

from settlement_sim import dates
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.recognition.track import Track
from settlement_sim.record import recognition as record
from settlement_sim.vocabulary import POOLS

SUMS = list(record.SUMS)


@cache
def ran() -> Track:
    return track(Retrospective(account="moves"), seed=5)


@cache
def tables() -> dict[str, pd.DataFrame]:
    return record.tables(ran())


def test_the_tables() -> None:
    assert set(tables()) == {
        "recognitions", "recognition_totals", "recognition_months", "back_payments", "fund_transfers", "fund_claims",
        "fund_per_retiree",
    }  # fmt: skip
    assert all(len(frame) for name, frame in tables().items() if name != "fund_claims")


def test_every_application_is_a_row() -> None:
    rows = tables()["recognitions"]
    assert len(rows) == len(ran().assessed)
    assert set(rows.state.astype(str)) == {"accepted", "refused", "open"}
    days = rows.decided.astype(str)
    assert ((days == "") == (rows.state.astype(str) == "open")).all()
    assert (rows.saved == rows.price_before - rows.back_payment).all()
    assert (rows.saved[rows.state.astype(str) == "accepted"] > 0).all()
    assert rows.age_in_years.between(50, 70).all()
    assert (rows.claimed[rows.state.astype(str) != "accepted"] == 0).all()


def test_totals_are_sums_of_the_rows() -> None:
    rows, totals = tables()["recognitions"], tables()["recognition_totals"]
    rows = rows.assign(
        applied_in=rows.applied_in.astype(str), retires_in=rows.retires_in.astype(str), state=rows.state.astype(str),
        months_saved=rows.short_before - rows.short, applied=1,
    )  # fmt: skip
    for kind in ("accepted", "refused", "open"):
        rows[kind] = (rows.state == kind).astype(int)
    for name in ("months_saved", "saved", "back_payment", "claimed"):
        rows[name] = rows[name] * rows.accepted
    expected = rows.groupby(["applied_in", "retires_in"])[SUMS].sum()
    found = totals.assign(applied_in=totals.applied_in.astype(str), retires_in=totals.retires_in.astype(str))
    found = found.set_index(["applied_in", "retires_in"])[SUMS].sort_index()
    assert (found == expected.sort_index()).all(axis=None)


def test_months_are_counts_of_the_rows() -> None:
    rows, months = tables()["recognitions"], tables()["recognition_months"]
    assert months.applied.sum() == len(rows) and months.accepted.sum() == ran().accepted.sum()
    march = months[(months.month.astype(str) == "2024-03") & (months.applied_in.astype(str) == "chongqing")]
    of_march = rows.day.astype(str).str.startswith("2024-03") & (rows.applied_in.astype(str) == "chongqing")
    assert march.applied.tolist() == [of_march.sum()]
    given = rows.decided.astype(str).str.startswith("2024-05") & (rows.state.astype(str) == "accepted")
    may = months[months.month.astype(str) == "2024-05"]
    assert may.accepted.sum() == given.sum() > 0


def test_money_that_moved() -> None:
    one = ran()
    paid, moved = tables()["back_payments"], tables()["fund_transfers"]
    assert paid.amount.sum() == sum(payment.amount for payment in one.back_payments)
    assert paid.payments.sum() == len(one.back_payments)
    balances = one.ledger.balances["pooled_fund"][::2]
    pooled = moved[moved.kind.astype(str) == "pooled"]
    for number, pool in enumerate(POOLS):
        received = int(pooled.amount[pooled.payee_pool.astype(str) == pool].sum())
        handed_over = int(pooled.amount[pooled.payer_pool.astype(str) == pool].sum())
        back = int(paid.amount[paid.pool.astype(str) == pool].sum())
        assert balances[number] == back + received - handed_over
    assert len(tables()["fund_claims"]) == 0


def test_what_stays_open_under_a_band() -> None:
    claims = record.tables(track(ReciprocalBand(band="none"), seed=5))["fund_claims"]
    pairs = {frozenset(pair) for pair in zip(claims.payer_pool.astype(str), claims.payee_pool.astype(str), strict=True)}
    assert len(pairs) == len(claims) > 0 and claims.amount.min() > 0
    paid = tables()["recognition_totals"].claimed.sum()
    assert claims.amount.sum() <= paid


def test_what_the_recognised_cost_their_fund() -> None:
    one, frame = ran(), tables()["fund_per_retiree"]
    assert frame.cases.sum() == one.accepted.sum()
    pairs = set(zip(frame.retires_in.astype(str), frame.left_behind.astype(str), strict=True))
    kept = one.accepted[one.left.person]
    places = one.assessed.after.place[one.left.person[kept]].tolist()
    behind = {(POOLS[p], POOLS[q]) for p, q in zip(places, one.left.pool[kept].tolist(), strict=True)}
    assert pairs - {(pool, "none") for pool in POOLS} == behind
    assert (frame.surplus == frame.own + frame.back_payment + frame.claimed - frame.cost).all()
    assert frame.cost.sum() == one.assessed.cost[one.accepted].sum()
    saved = (one.assessed.own[one.accepted] * 3_500 + 5_000) // 10_000  # claims ratio 65 percent
    assert frame.own.sum() == saved.sum()
    assert frame.months_elsewhere.sum() == one.left.months[kept].sum()


def test_exact_integers() -> None:
    one, exact = ran(), record.exact(ran())
    whole = tables()["recognition_totals"][SUMS].sum()
    for name in SUMS:
        assert sum(pool[name] for pool in exact["applied_in"].values()) == whole[name]
    assert exact["back_paid"] == tables()["back_payments"].amount.sum()
    assert exact["moved"] == {
        kind: sum(moved.amount for moved in one.transfers.moved if moved.kind == kind) for kind in ("account", "pooled")
    }
    assert list(exact["applied_in"]) == [POOLS[p] for p in np.unique(one.assessed.pool)]


@pytest.mark.parametrize("name", ["recognition_months", "back_payments", "fund_transfers"])
def test_months_lie_in_the_window(name: str) -> None:
    months = tables()[name].month.astype(str)
    assert months.min() >= "2024-03" and months.max() <= "2024-12"
    assert dates.iso(ran().plan.first) == "2024-03-01"
