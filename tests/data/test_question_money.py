"""Q3, Q4, Q5, Q18: does the money between the funds move as asked, and nothing else?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

import pandas as pd
import pytest
import runs
from questions import MONEY

from settlement_sim.record.tables import tables
from settlement_sim.scenario.load import load
from settlement_sim.study.notices import refuse_silent_reform, warnings
from settlement_sim.study.run import Finished, run

#: November is the run-in, the prepayment opens on December's volume; the last statement is April's.
SPAN = ("world.scale=0.001", "warm_up=2023-11-01", "window.from=2024-01-01", "window.until=2024-04-30")
BETWEEN = {
    "obligations", "remittances", "collections", "prepayment", "usage", "liquidity", "days_to_cash", "receivables",
    "waiting",
}  # fmt: skip
DISTURBED = [name for name, question in MONEY.items() if question.departs == "disturbances"]


@cache
def cleared(name: str) -> Finished:
    """Four months of clearing."""
    return run(runs.with_plan(runs.prepared(*SPAN), *SPAN, scenario=name))


@cache
def money(name: str) -> Mapping[str, pd.DataFrame]:
    """Its tables. Nobody may write into them."""
    return tables(cleared(name).outcome)


def cell(name: str, table: str, column: str, **where: str) -> int | float:
    """The one cell of a table whose keys are these."""
    frame = money(name)[table]
    for key, value in where.items():
        frame = frame[frame[key] == value]
    (value,) = frame[column]
    return value


@pytest.mark.parametrize("name", MONEY)
def test_visits_and_bills_are_those_of_the_reference(name: str) -> None:
    """Every table but those between the funds, and what they rest on: what was posted, and that all of it was paid."""
    mine, reference = money(name), money(MONEY[name].reference)
    assert set(mine) == set(reference) >= BETWEEN
    for table in set(mine) - BETWEEN:
        one, other = (frame[frame.slot != "clearing"] if table == "decisions" else frame
                      for frame in (mine[table], reference[table]))  # fmt: skip
        pd.testing.assert_frame_equal(one, other, obj=f"{name}, {table}")
    assert mine["statements"].cleared.sum() > 10_000_000
    posted = [frame["obligations"].set_index(["month", "payer_pool", "scheme", "care_pool"]).posted
              for frame in (mine, reference)]  # fmt: skip
    pd.testing.assert_series_equal(*(series[series != 0] for series in posted))
    paid = [frame["days_to_cash"].query("level == 'all'").groupby("insured_province").amount.sum()
            for frame in (mine, reference)]  # fmt: skip
    pd.testing.assert_series_equal(*paid)
    assert cleared(name).outcome.funds.receivable == 0


@pytest.mark.parametrize("name", [name for name in MONEY if name != "q3_prepayment"])
def test_the_money_between_the_funds_differs_and_nothing_is_idle(name: str) -> None:
    mine, reference = money(name), money(MONEY[name].reference)
    assert {table for table in BETWEEN if not mine[table].equals(reference[table])}
    assert warnings(cleared(name)) == []
    refuse_silent_reform(cleared(name).prepared.loaded, warnings(cleared(name)))


def test_the_long_warm_up_is_all_that_q3_changes() -> None:
    """Given the same warm-up it is the baseline; its own covers the last quarter of 2022 and all of 2023."""
    assert all(money("q3_prepayment")[table].equals(money(runs.BASELINE)[table]) for table in BETWEEN)
    assert load("q3_prepayment").scenario.warm_up == dt.date(2022, 10, 1)


def test_one_month_is_half_of_two() -> None:
    """Half up in each of 44 pools and schemes, so at most a fen of each apart."""
    for insured, care in (("chongqing", "sichuan"), ("sichuan", "chongqing")):
        pair = {"month": "2024-01", "insured_province": insured, "care_province": care}
        two, one = (cell(name, "prepayment", "in_force", **pair) for name in ("q3_prepayment", "q3_one_month"))
        assert 0 < abs(two - 2 * one) + 1 <= 45
        less, more = (cell(name, "prepayment", "mean_balance", **pair) for name in ("q3_one_month", "q3_prepayment"))
        assert less < more


def test_who_is_prepaid_one_month_makes_hospitals_wait() -> None:
    """January is due on 27 February, when December's money has come and January's has not."""
    assert money("q3_prepayment")["waiting"].empty and len(money("q3_one_month")["waiting"])
    for insured in ("chongqing", "sichuan"):
        main = {"insured_province": insured, "level": "all", "kind": "main"}
        longer, shorter = (cell(n, "days_to_cash", "mean_days", **main) for n in ("q3_one_month", "q3_prepayment"))
        assert longer >= shorter
        kept = main | {"kind": "retained"}
        assert cell("q3_one_month", "days_to_cash", "p50", **kept) == cell(
            "q3_prepayment", "days_to_cash", "p50", **kept
        )


FASTER = (runs.BASELINE, "q4_half_monthly", "q4_daily_net", "q4_real_time_gross")


@pytest.mark.parametrize("insured", ["chongqing", "sichuan"])
def test_the_faster_the_funds_clear_the_sooner_hospitals_have_cash(insured: str) -> None:
    main = {"insured_province": insured, "level": "all", "kind": "main"}
    for column in ("mean_days", "p50", "p90", "longest"):
        days = [cell(name, "days_to_cash", column, **main) for name in FASTER]
        assert days == sorted(days, reverse=True) and days[0] > days[-1] == 0, column
    # Half a month ends on the 31st or 15th: +5 days, +3 working days; never more than the 16 + 14 of a holiday.
    assert cell("q4_half_monthly", "days_to_cash", "longest", **main) <= 30
    # The day after, and a working day more: at most the eight days of Spring Festival and Qingming, and those two.
    assert cell("q4_daily_net", "days_to_cash", "longest", **main) <= 10
    later = [cell(name, "days_to_cash", "longest", **(main | {"kind": "retained"})) for name in FASTER]
    assert set(later) == {later[0]}, "what is kept back waits for the annual closing all the same"


@pytest.mark.parametrize(("insured", "care"), [("chongqing", "sichuan"), ("sichuan", "chongqing")])
def test_the_faster_the_funds_clear_the_less_lies_idle(insured: str, care: str) -> None:
    """In January, before a month of clearing against one month prepaid raises an alert."""
    pair = {"month": "2024-01", "insured_province": insured, "care_province": care}
    monthly, half, daily, real = (cell(name, "prepayment", "in_force", **pair) for name in FASTER)
    assert abs(monthly - 2 * half) <= 44 and daily == real == 0, "two months, one month, none"
    for column in ("mean_balance", "lowest_balance"):
        monthly, half, daily, real = (cell(name, "prepayment", column, **pair) for name in FASTER)
        assert monthly > half > max(daily, real) > 0, "what is kept back of hospitals lies there all the same"


def test_without_a_prepayment_nothing_but_clearing_moves() -> None:
    assert set(money("q4_real_time_gross")["remittances"].kind) == {"clearing"}
    assert set(money("q4_daily_net")["remittances"].kind) == {"clearing", "set_off"}


@pytest.mark.parametrize("name", ["q3_one_month", "q4_half_monthly"])
def test_one_month_prepaid_is_red_by_definition_and_topped_up(name: str) -> None:
    """A month of clearing is about all of it: red is 90 %, and a top-up brings it down to 70 %."""
    found = money(name)["remittances"].query("kind == 'top_up'")
    assert set(found.payer) == {"chongqing", "sichuan"}
    usage = money(name)["prepayment"].query("month == '2024-01'").usage_month
    assert (usage >= 90).all()
    assert "top_up" not in set(money(runs.BASELINE)["remittances"].kind)


def test_in_real_time_everything_moves_on_its_day() -> None:
    """What was posted by month is what was stated and remitted in it."""
    found = money("q4_real_time_gross")["obligations"]
    assert (found.posted == found.stated).all() and (found.posted == found.remitted).all()
    sent = len(money("q4_real_time_gross")["remittances"])
    assert sent > 10 * len(money(runs.BASELINE)["remittances"].query("kind == 'clearing'"))


def test_netting_saves_transfers_and_money_and_delays_nobody() -> None:
    mine, reference = money("q5_bilateral_net"), money(runs.BASELINE)
    for table in BETWEEN - {"remittances", "liquidity"}:
        pd.testing.assert_frame_equal(mine[table], reference[table])
    net, gross = mine["liquidity"], reference["liquidity"]
    assert net.gross.tolist() == gross.gross.tolist() == gross.sent.tolist()
    assert (net.sent <= gross.sent).all() and net.sent.sum() < gross.sent.sum()
    assert net.remittances.sum() <= gross.remittances.sum() / 2, "of each pair of transfers at most one is left"
    kept = mine["remittances"].query("kind == 'set_off'").groupby(["day", "scheme", "payer"]).amount.sum().unstack()
    assert len(kept) and (kept.chongqing == kept.sichuan).all()
    # Of each day and scheme the difference crosses.
    before = reference["remittances"].query("kind == 'clearing'").pivot_table(
        index=["day", "scheme"], columns="payer", values="amount", aggfunc="sum"
    )  # fmt: skip
    after = mine["remittances"].query("kind == 'clearing'").groupby(["day", "scheme"]).amount.sum()
    pd.testing.assert_series_equal(after, (before.chongqing - before.sichuan).abs(), check_names=False)


@pytest.mark.parametrize("name", DISTURBED)
def test_before_april_nobody_is_disturbed(name: str) -> None:
    for table in ("remittances", "collections"):
        one, other = (frame[frame.day < "2024-04-01"] for frame in (money(name)[table], money(runs.BASELINE)[table]))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(("name", "payer"), [("q18_late_payer", "sichuan"), ("q18_side_stops", "chongqing")])
def test_only_the_disturbed_pay_late_and_only_their_patients_hospitals_wait(name: str, payer: str) -> None:
    other = "chongqing" if payer == "sichuan" else "sichuan"
    mine, reference = money(name), money(runs.BASELINE)
    for table, key in (
        ("collections", "care_province"), ("remittances", "payee"), ("prepayment", "care_province"),
        ("receivables", "insured_province"), ("days_to_cash", "insured_province"), ("usage", "care_province"),
    ):  # fmt: skip
        theirs = other if key == "insured_province" else payer  # at the place of care of those who pay in time
        one, same = (frame[table][frame[table][key] == theirs].reset_index(drop=True) for frame in (mine, reference))
        pd.testing.assert_frame_equal(one, same, obj=table)
    assert reference["waiting"].empty and set(mine["waiting"].insured_province) == {payer}
    main = {"insured_province": payer, "level": "all", "kind": "main"}
    for column in ("mean_days", "longest"):
        assert cell(name, "days_to_cash", column, **main) > cell(runs.BASELINE, "days_to_cash", column, **main)


def test_three_months_late_is_three_months_late() -> None:
    """February, March and April: due on 7 April, 7 May, 4 June 2024; come on Monday 8 July, 7 August, 4 September.

    21 March + 5 + 5 working days; 21 April + 5 is the 26th, the five after it Sunday 28, 29, 30 April (Labour Day is 1
    to 5 May), 6 and 7 May; 21 May + 10.
    """
    of = money("q18_late_payer")["collections"].query("care_province == 'chongqing' and day >= '2024-04-01'")
    reference = money(runs.BASELINE)["collections"].query("care_province == 'chongqing' and day >= '2024-04-01'")
    days = {"2024-04-07": "2024-07-08", "2024-05-07": "2024-08-07", "2024-06-04": "2024-09-04"}
    assert set(reference.day) == set(days)
    moved = reference.assign(day=reference.day.map(days))
    pd.testing.assert_frame_equal(of.reset_index(drop=True), moved.reset_index(drop=True))


def test_who_stops_pays_everything_when_it_is_over() -> None:
    """1 to 7 October 2024 is National Day."""
    of = money("q18_side_stops")["collections"].query("care_province == 'sichuan' and day >= '2024-04-01'")
    reference = money(runs.BASELINE)["collections"].query("care_province == 'sichuan' and day >= '2024-04-01'")
    assert set(of.day) == {"2024-10-08"}
    assert of.groupby(["pool", "scheme"]).amount.sum().equals(reference.groupby(["pool", "scheme"]).amount.sum())
    waited = money("q18_side_stops")["waiting"]
    assert set(waited.paid_on) == {"2024-10-08"} and set(waited.kind) == {"hospitals"}
