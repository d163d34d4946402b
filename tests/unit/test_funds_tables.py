"""Do the tables of the money between the funds add up to the journal, and say what one would work out by hand?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from fundruns import FIRST, Recorded, house, recorded, summed

from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.observed.growth import growth
from settlement_sim.record import funds
from settlement_sim.vocabulary import POOLS

POSTED = ["settle", "reverse"]
MONTH_PAIR = ["month", "pool", "scheme", "care_pool"]


@pytest.fixture(scope="module", params=["plain", "busy"])
def any_run(request: pytest.FixtureRequest) -> Recorded:
    return recorded(request.param)


@pytest.fixture(scope="module")
def plain() -> Recorded:
    return recorded("plain")


@pytest.fixture(scope="module")
def busy() -> Recorded:
    return recorded("busy")


def pooled(obligations: pd.DataFrame) -> pd.DataFrame:
    """With the key of the journal."""
    return obligations.rename(columns={"payer_pool": "pool"})


# the run: obligations -----------------------------------------------------------------------------------


def test_the_busy_run_has_everything(busy: Recorded) -> None:
    events = set(busy.journal.event)
    assert {"reverse", "set_off", "advance_hospitals", "recover", "prepay"} <= events
    assert {"clearing", "set_off", "top_up"} <= set(busy.tables["remittances"].kind)
    assert len(busy.tables["waiting"]) and busy.house.disturbances.felt == {0}


def test_three_ways_care_place_insured_place_and_centre_have_the_same(any_run: Recorded) -> None:
    """What care places recorded, what insured places set aside, and what the centre posted."""
    window = any_run.rows(*POSTED)
    window = window[(window.day >= FIRST) & (window.day <= "2024-02-29")]
    care_places = summed(window, MONTH_PAIR, "hospital_receivable")
    insured_places = summed(window, MONTH_PAIR, "set_aside")
    centre = summed(pooled(any_run.tables["obligations"]), MONTH_PAIR, "posted")
    assert care_places == insured_places == centre
    assert summed(any_run.tables["statements"], MONTH_PAIR, "cleared") == centre, "the recorder's cube"
    by_pool = summed(any_run.tables["by_pool"], ["pool", "scheme"], "cleared")
    assert summed(pooled(any_run.tables["obligations"]), ["pool", "scheme"], "posted") == by_pool
    assert len(centre) > 100 and {pool for _, pool, *_ in centre} > {"chongqing", "chengdu"}


def test_the_busy_run_takes_back(busy: Recorded) -> None:
    back = busy.rows("reverse")
    assert back.set_aside.sum() < 0 and (back.set_aside == -back.drop(columns="set_aside")[
        ["pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance", "personal_accounts"]
    ].sum(axis=1)).all()  # fmt: skip


#: Month of settlement, of its statement on the 21st, and of its remittance 5 and 10 working days later: 12 January,
#: 8 February, 13 March, 12 April.
MONTHS = (
    ("2023-11", "2023-12", "2024-01"), ("2023-12", "2024-01", "2024-02"),
    ("2024-01", "2024-02", "2024-03"), ("2024-02", "2024-03", "2024-04"),
)  # fmt: skip


def asked(of: Recorded) -> tuple[dict[str, dict[Any, int]], dict[Any, int]]:
    """What statements must ask for, by month of settlement and pair; and credits that nothing was set against.

    A month in which more is taken back than settled is not stated; the rest lessens the months after it.
    """
    posted, rest, statements = of.rows(*POSTED), Counter[Any](), {}
    for month, *_ in MONTHS:
        rest.update(summed(posted[posted.month == month], MONTH_PAIR[1:], "set_aside"))
        statements[month] = {pair: fen for pair, fen in rest.items() if fen > 0}
        rest = Counter({pair: fen for pair, fen in rest.items() if fen < 0})
    return statements, dict(rest)


def test_a_month_is_stated_in_the_next(any_run: Recorded) -> None:
    found, (statements, credits) = pooled(any_run.tables["obligations"]), asked(any_run)
    for month, then, _ in MONTHS[1:]:
        assert summed(found[found.month == then], MONTH_PAIR[1:], "stated") == statements[month]
    assert found.stated.sum() == sum(sum(statements[month].values()) for month, *_ in MONTHS[1:])
    assert bool(credits) == ("reverse" in set(any_run.journal.event))


def test_a_month_is_remitted_in_that_after_its_statement(plain: Recorded) -> None:
    found, (statements, _) = pooled(plain.tables["obligations"]), asked(plain)
    for month, _, after in MONTHS:
        assert summed(found[found.month == after], MONTH_PAIR[1:], "remitted") == statements[month]
    assert sorted(set(found.month)) == ["2024-01", "2024-02", "2024-03", "2024-04"]


def test_after_the_run_out_what_was_stated_is_collected_and_discharged(any_run: Recorded) -> None:
    """And what was posted is stated, but for credits that nothing came after."""
    statements, credits = asked(any_run)
    due: Counter[Any] = Counter()
    for month in statements.values():
        for (pool, scheme, _), fen in month.items():
            due[pool, scheme] += fen
    assert summed(any_run.rows("collect"), ["pool", "scheme"], "province_account") == due
    assert summed(any_run.rows("remit", "set_off"), ["pool", "scheme"], "prepayment") == due
    posted = any_run.rows(*POSTED).set_aside.sum()
    assert due.total() + sum(credits.values()) == posted > 0
    assert any_run.journal.set_aside.sum() == sum(credits.values()), "credits stay set aside"


# the run: what moved ------------------------------------------------------------------------------------

BY_MEMBER = ["day", "province", "scheme"]


def moved(of: Recorded, *kinds: str) -> pd.DataFrame:
    """Transfers of some kinds, by who pays."""
    found = of.tables["remittances"]
    return found[found.kind.isin(kinds)].rename(columns={"payer": "province"})


@pytest.mark.parametrize(("event", "kind"), [("remit", "clearing"), ("set_off", "set_off")])
def test_remittances_are_those_of_the_journal(any_run: Recorded, event: str, kind: str) -> None:
    entries = any_run.rows(event)
    written = summed(entries[entries.day >= FIRST], BY_MEMBER, "prepayment")
    assert summed(moved(any_run, kind), BY_MEMBER, "amount") == written
    assert bool(written) == (kind == "clearing" or "set_off" in set(any_run.journal.event))


def test_what_both_set_off_is_the_same_on_each_day_and_scheme(busy: Recorded) -> None:
    kept = summed(moved(busy, "set_off"), BY_MEMBER, "amount")
    assert kept
    for (day, province, scheme), fen in kept.items():
        other = "sichuan" if province == "chongqing" else "chongqing"
        assert kept[day, other, scheme] == fen
        crossed = summed(moved(busy, "clearing"), BY_MEMBER, "amount")
        assert not ((day, province, scheme) in crossed and (day, other, scheme) in crossed), "only one side pays"


def test_obligations_are_discharged_in_the_month_in_which_money_moved(any_run: Recorded) -> None:
    found = moved(any_run, "clearing", "set_off")
    found = found.assign(month=found.day.str[:7])
    obligations = pooled(any_run.tables["obligations"])
    obligations = obligations.assign(province=obligations.pool.where(obligations.pool == "chongqing", "sichuan"))
    keys = ["month", "province", "scheme"]
    assert summed(found, keys, "amount") == summed(obligations, keys, "remitted")


def test_collections_are_those_of_the_journal(any_run: Recorded) -> None:
    entries, found = any_run.rows("collect"), any_run.tables["collections"]
    keys = ["day", "pool", "scheme"]
    assert summed(found, keys, "amount") == summed(entries[entries.day >= FIRST], keys, "province_account")
    assert set(found.pool) == set(POOLS)
    home = found.pool.where(found.pool == "chongqing", "sichuan")
    assert (home != found.care_province).all()


def test_prepayments_are_those_of_the_journal(any_run: Recorded) -> None:
    """What is returned has the province of care as its payer."""
    entries = any_run.rows("prepay")
    found = moved(any_run, "opening", "adjustment", "top_up")
    back = any_run.tables["remittances"].query("kind == 'return'").rename(columns={"payee": "province"})
    net = pd.concat([found, back.assign(amount=-back.amount)])
    assert summed(net, BY_MEMBER, "amount") == summed(entries[entries.day >= FIRST], BY_MEMBER, "prepayment")
    assert set(back.payer) <= {"chongqing", "sichuan"} and (back.payer != back.province).all()


# the run: prepayments -----------------------------------------------------------------------------------


def opened(of: Recorded) -> dict[tuple[str, str], int]:
    """What was prepaid on the last day of December, by pool and scheme."""
    entries = of.rows("prepay")
    assert set(entries.day[entries.day < FIRST]) == {"2023-12-31"}
    return summed(entries[entries.day < FIRST], ["pool", "scheme"], "prepayment")


@pytest.mark.parametrize(("name", "months"), [("plain", 2), ("busy", 1)])
def test_a_run_opens_on_the_first_month_after_the_run_in_less_a_year_of_growth(name: str, months: int) -> None:
    of = recorded(name)
    posted = of.rows(*POSTED)
    posted = posted[posted.month == "2023-12"]
    said = growth("R1")
    factor = {"chongqing": said.gross("chongqing_to_sichuan"), "sichuan": said.gross("sichuan_to_chongqing")}
    expected = {}
    for (province, pool, scheme), fen in summed(posted, ["province", "pool", "scheme"], "set_aside").items():
        expected[pool, scheme] = (2 * months * fen * 10_000 + factor[province]) // (2 * factor[province])
    assert opened(of) == expected


def daily(of: Recorded, rows: pd.DataFrame, amount: str) -> pd.DataFrame:
    """Days of the window × provinces: what has come together by the end of each."""
    sums = rows.pivot_table(index="day", columns="province", values=amount, aggfunc="sum", fill_value=0)
    days = [day.strftime("%Y-%m-%d") for day in pd.date_range("2023-11-01", "2024-02-29")]
    return sums.reindex(days, fill_value=0).cumsum().loc[FIRST:]


def in_force(of: Recorded) -> pd.DataFrame:
    """The opening, and top-ups as they arrive; the adjustment of the year counts from 1 March only."""
    entries = of.rows("prepay")
    rows = [entries[entries.day < FIRST].rename(columns={"prepayment": "amount"}), moved(of, "top_up")]
    return daily(of, pd.concat(rows)[["day", "province", "amount"]], "amount")


def test_balances_and_usage_are_those_of_the_journal(any_run: Recorded) -> None:
    held = daily(any_run, any_run.journal, "prepayment")
    owed = any_run.rows(*POSTED).assign(amount=lambda rows: rows.set_aside)
    paid = any_run.rows("remit", "set_off").assign(amount=lambda rows: -rows.prepayment)
    unpaid, force = daily(any_run, pd.concat([owed, paid]), "amount"), in_force(any_run)
    table = any_run.tables["prepayment"]
    assert len(table) == 4
    for row in table.itertuples():
        days = [day for day in held.index if day.startswith(row.month)]
        mine = held.loc[days, row.insured_province]
        assert (row.mean_balance, row.lowest_balance) == (mine.sum() // len(days), mine.min())
        used = 100 * unpaid.loc[days, row.insured_province] / force.loc[days, row.insured_province]
        assert row.usage_outstanding == pytest.approx(used.mean(), abs=0.0051)
        assert row.yellow_days_outstanding == (used >= 70).sum() and row.red_days_outstanding == (used >= 90).sum()
        posted = owed[(owed.month == row.month) & (owed.province == row.insured_province)].amount.sum()
        assert row.posted == posted and row.in_force == force.loc[days[0], row.insured_province]
        assert row.usage_month == pytest.approx(100 * posted / row.in_force, abs=0.0051)


def test_top_ups_raise_what_is_in_force(busy: Recorded) -> None:
    force = in_force(busy)
    assert (force.iloc[-1] > force.iloc[0]).all()


# the run: what it is pinned by --------------------------------------------------------------------------


def test_the_pinned_integers_are_sums_of_tables_and_journal(any_run: Recorded) -> None:
    said, found = funds.exact(any_run.house), any_run.tables
    assert said["posted"] == found["obligations"].posted.sum() == found["by_pool"].cleared.sum()
    kinds = ("clearing", "set_off", "opening", "adjustment", "top_up", "return")
    assert {kind: said[kind] for kind in kinds} == {
        kind: found["remittances"].amount[found["remittances"].kind == kind].sum() for kind in kinds
    }
    after = any_run.journal[any_run.journal.day >= FIRST]
    cash = after.groupby("event").hospital_cash.sum()
    assert said["paid_hospitals"] + said["paid_retained"] == cash["pay_hospitals"]
    assert said["paid_advance"] == cash.get("advance_hospitals", 0)
    assert said["paid_return"] == said["return"] and said["still_owed_to_hospitals"] == 0
    assert said["paid_retained"] > 0 and any_run.journal.hospital_receivable.sum() == 0


# by hand: one obligation --------------------------------------------------------------------------------

#: 21 February; +5 and +10 working days: 6 March collected, 13 March remitted. 20 February + 5: 27 February hospitals.
ONE = ("2024-01-15", "a", "b", "100.00")


@pytest.fixture(scope="module")
def one() -> ClearingHouse:
    return house(ONE, opening="125.00")


def test_one_obligation_in_every_table(one: ClearingHouse) -> None:
    assert funds.obligations(one).to_numpy().tolist() == [
        ["2024-01", "a", "employee", "b", 100_00, 0, 0],
        ["2024-02", "a", "employee", "b", 0, 100_00, 0],
        ["2024-03", "a", "employee", "b", 0, 0, 100_00],
    ]
    assert funds.remittances(one).to_numpy().tolist() == [
        ["2024-01-01", "a", "employee", "b", "opening", 125_00],
        ["2024-03-13", "a", "employee", "b", "clearing", 100_00],
    ]
    assert funds.collections(one).to_numpy().tolist() == [["2024-03-06", "a", "employee", "b", 100_00]]


def test_one_obligation_and_its_prepayment(one: ClearingHouse) -> None:
    """Unpaid on 17 days of January, 29 of February, 12 of March: 80 % of 125.

    The account: 125, from 27 February 125 − 95 = 30 (5 % are kept back), from 13 March 130.
    """
    found = funds.prepayment(one)
    assert found.drop(columns=["insured_province", "care_province"]).to_numpy().tolist() == [
        ["2024-01", 125_00, 100_00, 80.0, round(80 * 17 / 31, 2), 17, 0, 125_00, 125_00],
        ["2024-02", 125_00, 0, 0.0, 80.0, 29, 0, (26 * 125_00 + 3 * 30_00) // 29, 30_00],
        ["2024-03", 125_00, 0, 0.0, round(80 * 12 / 31, 2), 12, 0, (12 * 30_00 + 19 * 130_00) // 31, 30_00],
    ]
    assert set(found.insured_province) == {"a"} and set(found.care_province) == {"b"}


def test_one_obligation_and_its_usage(one: ClearingHouse) -> None:
    """Neither basis was simulated: its own keeps what was in force, the other stays empty."""
    found = rows(funds.usage(one))
    assert found["last_q4_mean", "month"] == (3, round(80 / 3, 2), 80.0, 31, 0)
    assert found["last_q4_mean", "outstanding"] == (3, round(80 * 58 / 91, 2), 80.0, 58, 0)
    assert found["last_year_mean", "month"] == found["last_year_mean", "outstanding"] == (0, None, None, None, None)


def rows(usage: pd.DataFrame) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Basis and definition: months, mean, highest, yellow and red days."""
    plain = usage.astype(object).where(usage.notna(), None)
    assert len(plain) == 4, "two bases by two definitions"
    return {(row[2], row[3]): tuple(row[4:9]) for row in plain.itertuples(index=False, name=None)}


@pytest.mark.parametrize(("months", "percent"), [("2", 50.0), ("1", 100.0), ("3", 33.33)])
def test_by_growth_alone_a_month_is_one_of_those_prepaid(months: str, percent: float) -> None:
    """In a case nothing grows; told once, where it is comparable."""
    policy = {"use": "prepaid_monthly_gross", "with": {"prepayment_months": months}}
    found = funds.usage(house(ONE, opening="125.00", policy=policy)).set_index(["basis", "definition"]).by_growth
    assert found["last_year_mean", "month"] == percent and found.notna().sum() == 1


def test_by_growth_there_is_nothing_where_nothing_is_prepaid() -> None:
    policy = {"use": "prepaid_monthly_gross", "with": {"prepayment_months": "0"}}
    assert funds.usage(house(ONE, opening="125.00", policy=policy)).by_growth.isna().all()


def test_without_a_prepayment_there_is_no_usage() -> None:
    nothing = house(ONE)
    found = funds.prepayment(nothing)
    assert found.in_force.sum() == 0 and found.usage_month.isna().all() and found.usage_outstanding.isna().all()
    assert found.yellow_days_outstanding.sum() == found.red_days_outstanding.sum() == 0
    assert set(rows(funds.usage(nothing)).values()) == {(0, None, None, None, None)}


def test_what_is_in_force_changes_within_a_month() -> None:
    """Red on 10 February, 95 of 100; the top-up of 35.72 arrives on 7 March; 60 are remitted on 13 March.

    95 ÷ 135.72 is 69.997 %, 35 ÷ 135.72 is 25.8 %: no alert any more. 1 to 6 March: red.
    """
    policy = {"use": "prepaid_monthly_gross", "with": {"retention": "0", "usage": "outstanding"}}
    owed = ("2024-01-15", "a", "b", "60.00"), ("2024-02-10", "a", "b", "35.00")
    found = funds.prepayment(house(*owed, policy=policy, opening="100.00")).set_index("month")
    assert found.red_days_outstanding.tolist() == [0, 20, 6] == found.yellow_days_outstanding.tolist()
    mean = (6 * 95 + 6 * 9500 / 135.72 + 19 * 3500 / 135.72) / 31
    assert found.usage_outstanding["2024-03"] == round(mean, 2)
    assert found.in_force.tolist() == [100_00, 100_00, 100_00], "on the first of the month"


# by hand: a year before ---------------------------------------------------------------------------------


def year(basis: str, **terms: str) -> ClearingHouse:
    """2023: nine months of 100, three of 300; 2024: 100, 100, 270, 150. Opening 500."""
    amounts = [100] * 9 + [300] * 3 + [100, 100, 270, 150]
    months = [f"{2023 + at // 12}-{at % 12 + 1:02d}-10" for at in range(16)]
    owed = [(day, "a", "b", f"{yuan}.00") for day, yuan in zip(months, amounts, strict=True)]
    policy = {"use": "prepaid_monthly_gross", "with": {"basis": basis, **terms}}
    return house(*owed, window=("2023-01-01", "2024-04-30"), policy=policy, opening="500.00")


def test_two_bases_by_two_definitions() -> None:
    """Mean of the last quarter 300, of the year 150: 600 and 300 in force from March 2024.

    Own basis: 500 until February 2024: nine months 20 %, three 60 %, two 20 %; March 45 %, April 25 %. The other: March
    270 ÷ 300 = 90 %, exactly red, April 50 %.
    """
    found = rows(funds.usage(year("last_q4_mean")))
    assert found["last_q4_mean", "month"] == (16, round((9 * 20 + 3 * 60 + 2 * 20 + 45 + 25) / 16, 2), 60.0, 0, 0)
    assert found["last_year_mean", "month"] == (2, 70.0, 90.0, 31, 31)
    for (basis, definition), (months, *_) in found.items():
        assert months == (16 if basis == "last_q4_mean" else 2), (basis, definition)


def test_under_the_other_basis_its_own_months_are_the_long_ones() -> None:
    """Own basis: 500, then 300. The last quarter: 600 from March on, 45 % and 25 %."""
    of = year("last_year_mean")
    found = rows(funds.usage(of))
    assert found["last_year_mean", "month"] == (16, round((9 * 20 + 3 * 60 + 2 * 20 + 90 + 50) / 16, 2), 90.0, 31, 31)
    assert found["last_q4_mean", "month"] == (2, 35.0, 45.0, 0, 0)
    assert funds.prepayment(of).set_index("month").in_force[["2024-02", "2024-03"]].tolist() == [500_00, 300_00]


@pytest.mark.parametrize(("basis", "in_force"), [("last_q4_mean", 600), ("last_year_mean", 300)])
def test_unpaid_over_what_a_basis_would_have_in_force(basis: str, in_force: int) -> None:
    """Under the other basis: March and April alone, day by day from what was posted and what was remitted."""
    other = {"last_q4_mean": "last_year_mean", "last_year_mean": "last_q4_mean"}[basis]
    of = year(other)
    owed, paid = funds.obligations(of), funds.remittances(of).query("kind == 'clearing'")
    shares = []
    for day in pd.date_range("2024-03-01", "2024-04-30"):
        so_far = owed.posted[(owed.month + "-10") <= f"{day.date()}"].sum()
        shares.append((so_far - paid.amount[paid.day <= f"{day.date()}"].sum()) / in_force)
    months, mean, highest, yellow, red = rows(funds.usage(of))[basis, "outstanding"]
    assert (months, mean) == (2, pytest.approx(sum(shares) / len(shares), abs=0.0051))
    assert highest == pytest.approx(max(shares), abs=0.0051)
    assert (yellow, red) == (sum(s >= 70 for s in shares), sum(s >= 90 for s in shares))


def test_months_prepaid_belong_to_what_is_in_force() -> None:
    """One month: 300 and 150 from March on; thresholds are the policy's."""
    found = rows(funds.usage(year("last_q4_mean", prepayment_months="1", yellow="40", red="50")))
    assert found["last_year_mean", "month"] == (2, (180.0 + 100) / 2, 180.0, 61, 61)
    march, april = 90.0, 50.0
    assert found["last_q4_mean", "month"][1] == round((9 * 20 + 3 * 60 + 2 * 20 + march + april) / 16, 2)
    assert found["last_q4_mean", "month"][3:] == (92 + 61, 92 + 61), "October to December, March, April"


def test_two_of_three_months_stand_for_the_quarter_and_are_rounded_half_up() -> None:
    """November 0.01, December 0.02: mean 0.015, two months 0.03; one month 0.02, half up."""
    owed = ("2023-11-10", "a", "b", "0.01"), ("2023-12-10", "a", "b", "0.02"), ("2024-03-10", "a", "b", "0.01")
    for months, in_force in (("2", 3), ("1", 2)):
        policy = {"use": "prepaid_monthly_gross", "with": {"prepayment_months": months}}
        of = house(*owed, window=("2023-11-01", "2024-03-31"), policy=policy, opening="1.00")
        assert funds.prepayment(of).in_force.tolist()[-1] == in_force
        assert rows(funds.usage(of))["last_q4_mean", "month"][2] == round(100 / in_force, 2), "the same to the fen"


# by hand: who sets off ----------------------------------------------------------------------------------


def test_netting_is_told_pair_by_pair_and_through_the_centre() -> None:
    owed = ("2024-01-10", "a", "b", "100.00"), ("2024-01-09", "b", "a", "30.00"), ("2024-01-11", "b", "c", "80.00")
    both = funds.remittances(house(*owed, policy="bilateral_net"))
    assert set(both.day) == {"2024-03-13"} and set(both.scheme) == {"employee"}
    assert both[["kind", "payer", "payee", "amount"]].to_numpy().tolist() == [
        ["clearing", "a", "b", 70_00],
        ["clearing", "b", "c", 80_00],
        ["set_off", "a", "b", 30_00],
        ["set_off", "b", "a", 30_00],
    ]
    # a owes 70, b 10, c is owed 80: what a is owed by b, 30, and b by a, 100, is set off.
    found = funds.remittances(house(*owed, policy="multilateral_net"))
    crossed = found[found.kind == "clearing"][["payer", "payee", "amount"]].to_numpy().tolist()
    assert crossed == [["a", "centre", 70_00], ["b", "centre", 10_00], ["centre", "c", 80_00]]
    assert summed(found[found.kind == "set_off"], ["payer"], "amount") == {"a": 30_00, "b": 100_00}
