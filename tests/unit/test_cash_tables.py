"""Do the tables of cash and waiting add up to the journal, and say what one would work out by hand?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fundruns import FIRST, Recorded, house, recorded, summed

from settlement_sim import dates
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.clearing.log import LONGEST
from settlement_sim.record import cash
from settlement_sim.vocabulary import LEVELS

POSTED = ["settle", "reverse"]
#: Pools of the cases are a, b and c, each with one hospital; to the tables b's is a large one.
SIZES, NAMES = np.array([[0, 1, 0]] * 3), ("small", "large")
ONE = ("2024-01-15", "a", "b", "100.00")


@pytest.fixture(scope="module", params=["plain", "busy"])
def any_run(request: pytest.FixtureRequest) -> Recorded:
    return recorded(request.param)


@pytest.fixture(scope="module")
def plain() -> Recorded:
    return recorded("plain")


@pytest.fixture(scope="module")
def busy() -> Recorded:
    return recorded("busy")


def with_level(of: Recorded, rows: pd.DataFrame) -> pd.DataFrame:
    """With the level of the provider."""
    world = of.finished.prepared.world
    names = dict(zip(world.geography.providers, (LEVELS[level] for level in world.provider_level), strict=True))
    return rows.assign(level=rows.provider.map(names))


# percentiles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        ({10: 50, 20: 40, 30: 5, 40: 5}, (100, 16.5, 10, 20, 30, 40)),  # 500 + 800 + 150 + 200
        ({10: 49, 20: 51}, (100, 15.1, 20, 20, 20, 20)),
        ({0: 1}, (1, 0.0, 0, 0, 0, 0)),
        ({0: 1, 3: 2}, (3, 2.0, 3, 3, 3, 3)),  # a third is not half
        ({5: 10, 6: 9, 7: 1}, (20, 5.55, 5, 6, 6, 7)),  # 10 of 20 are half, 19 are 95 %
        ({LONGEST: 7}, (7, 999.0, 999, 999, 999, 999)),
    ],
)
def test_days_waited_weigh_by_fen(fen: dict[int, int], said: tuple[Any, ...]) -> None:
    """Amount, mean, and the first day by which 50, 90, 95 percent had come; the longest."""
    by_day = np.zeros(LONGEST + 1, np.int64)
    for day, amount in fen.items():
        by_day[day] = amount
    assert cash.waited(by_day) == said


# the run: days to cash ----------------------------------------------------------------------------------


def kept_back(of: Recorded, share: int) -> pd.DataFrame:
    """Bills of the window by day, pool, scheme and hospital, and the part of each kept back: half up, with its sign."""
    rows = of.rows(*POSTED)
    keys = ["day", "province", "pool", "scheme", "provider"]
    bills = rows[(rows.day >= FIRST)].groupby(keys, observed=True).hospital_receivable.sum().reset_index()
    whole = bills.hospital_receivable.abs()
    return bills.assign(kept=(whole * share + 5_000) // 10_000 * np.sign(bills.hospital_receivable))


@pytest.mark.parametrize(("name", "share"), [("plain", 500), ("busy", 1_000)])
def test_days_to_cash_hold_every_fen_of_the_window(name: str, share: int) -> None:
    of = recorded(name)
    found = of.tables["days_to_cash"]
    whole = found[found.level == "all"]
    cleared = of.tables["by_pool"].assign(
        insured_province=lambda rows: rows.pool.where(rows.pool == "chongqing", "sichuan")
    )
    assert summed(whole, ["insured_province"], "amount") == summed(cleared, ["insured_province"], "cleared")
    retained = whole[whole.kind == "retained"]
    bills = kept_back(of, share).rename(columns={"province": "insured_province"})
    assert summed(retained, ["insured_province"], "amount") == summed(bills, ["insured_province"], "kept")


def test_days_to_cash_are_told_by_level(any_run: Recorded) -> None:
    found = any_run.tables["days_to_cash"]
    levels = any_run.tables["by_level"].assign(
        insured_province=lambda rows: rows.direction.str.split("_to_").str[0],
    )
    keys = ["insured_province", "level"]
    assert summed(found[found.level != "all"], keys, "amount") == summed(levels, keys, "cleared")
    assert set(found.level) == {*LEVELS, "all"}


def test_days_to_cash_of_the_procedure(plain: Recorded) -> None:
    """Nobody waits for money: January is paid on 27 February, February on 27 March, the rest on 31 March 2025."""
    assert plain.tables["waiting"].empty
    bills = kept_back(plain, 500)
    paid = {"2024-01": "2024-02-27", "2024-02": "2024-03-27"}
    days = [dates.day(paid[day[:7]]) - dates.day(day) for day in bills.day]
    late = [dates.day("2025-03-31") - dates.day(day) for day in bills.day]
    table = plain.tables["days_to_cash"].query("level == 'all'").set_index(["insured_province", "kind"])
    for province in ("chongqing", "sichuan"):
        mine = (bills.province == province).to_numpy()
        main, kept = bills.hospital_receivable - bills.kept, bills.kept
        for kind, waited, fen in (("main", days, main), ("retained", late, kept)):
            expected = weighted(np.array(waited)[mine], fen[mine].to_numpy())
            row = table.loc[(province, kind)]
            assert row[["p50", "p90", "p95", "longest"]].tolist() == expected[1:]
            assert row.mean_days == pytest.approx(expected[0], abs=0.0051)
    assert table.loc[("chongqing", "main"), "longest"] == 57, "1 January to 27 February"


def weighted(days: np.ndarray, fen: np.ndarray) -> list[float]:
    """Mean, the days by which 50, 90, 95 percent and all of the money had come."""
    order = np.argsort(days, kind="stable")
    upto, total = np.cumsum(fen[order]), fen.sum()
    marks = [int(days[order][np.searchsorted(upto * 100, share * total)]) for share in (50, 90, 95)]
    return [float(days @ fen / total), *marks, int(days[fen != 0].max())]


def test_what_an_advance_covered_did_not_wait(busy: Recorded) -> None:
    """What was recovered of the bills of the window waited no day; where another pool's were taken back, less did."""
    recovered = busy.rows("recover")
    # Bills of January and February are paid from 27 February on.
    advanced = recovered[recovered.day >= "2024-02-27"].advances_received.sum()
    waited_no_day = busy.house.log.waits["main"][..., 0].sum()
    assert 0.99 * advanced < waited_no_day <= advanced


# the run: receivables -----------------------------------------------------------------------------------


def test_receivables_are_what_was_posted_and_not_paid(any_run: Recorded) -> None:
    """At each month's end, until the annual closing in March 2025."""
    entries = with_level(any_run, any_run.journal[any_run.journal.hospital_receivable != 0])
    found = any_run.tables["receivables"].rename(columns={"insured_province": "province"})
    keys = ["province", "care_pool", "level"]
    months = [f"{month}" for month in pd.period_range("2024-01", "2025-03", freq="M")]
    for month in months:
        so_far = entries[entries.month <= month]
        assert summed(found[found.month == month], keys, "amount") == summed(so_far, keys, "hospital_receivable")
    assert set(found.month) == set(months[:-1]), "on 31 March nothing is owed any more"


def test_bills_of_the_month_are_at_most_thirty_days_old(plain: Recorded) -> None:
    """At the end of January: the month itself, and what was kept back of November and December."""
    found = plain.tables["receivables"].query("month == '2024-01'")
    bills = plain.rows(*POSTED)
    this_month = bills[bills.month == "2024-01"].hospital_receivable.sum()
    assert found[found.age == "up to 30"].amount.sum() == this_month
    assert set(found.age) == {"up to 30", "up to 60", "up to 90", "over 90"}
    first = bills[bills.day == "2023-11-01"]  # 91 days before
    cells = first.groupby(["pool", "scheme", "provider"], observed=True).hospital_receivable.sum()
    assert found[found.age == "over 90"].amount.sum() == ((cells * 500 + 5_000) // 10_000).sum() > 0


# the run: liquidity and waiting -------------------------------------------------------------------------


def test_liquidity_is_a_sum_of_remittances(any_run: Recorded) -> None:
    sent = any_run.tables["remittances"]
    clearing = sent[sent.kind == "clearing"]
    for row in any_run.tables["liquidity"].itertuples():
        mine = clearing[(clearing.payer == row.payer) & (clearing.scheme == row.scheme)]
        kept = sent[(sent.kind == "set_off") & (sent.payer == row.payer) & (sent.scheme == row.scheme)]
        assert (row.remittances, row.sent) == (len(mine), mine.amount.sum())
        assert row.gross == mine.amount.sum() + kept.amount.sum()
        assert row.largest_day == max(summed(mine, ["day"], "amount").values(), default=0)
    assert len(any_run.tables["liquidity"]) == 4


def test_what_waited_was_paid_on_its_day(busy: Recorded) -> None:
    found = busy.tables["waiting"]
    assert (found.paid_on > found.due).all() and (found.due >= FIRST).all()
    days = [dates.day(row.paid_on) - dates.day(row.due) for row in found.itertuples()]
    assert found.days.tolist() == days
    hospitals = found[found.kind != "return"]
    entries = busy.rows("pay_hospitals", "advance_hospitals").rename(columns={"province": "insured_province"})
    paid = summed(entries, ["day", "insured_province", "scheme", "care_pool"], "hospital_cash")
    late = summed(hospitals, ["paid_on", "insured_province", "scheme", "place"], "amount")
    assert late and all(fen <= paid[key] for key, fen in late.items())


# by hand ------------------------------------------------------------------------------------------------


def test_one_bill_and_its_twentieth() -> None:
    """95.00 on 27 February, 43 days; 5.00 on 31 March 2025: 366 days to 15 January, 75 more."""
    of = house(ONE, opening="125.00")
    row, kept = [95_00, 43.0, 43, 43, 43, 43], [5_00, 441.0, 441, 441, 441, 441]
    assert cash.days_to_cash(of, SIZES, NAMES).to_numpy().tolist() == [
        ["a", "large", "main", *row],
        ["a", "large", "retained", *kept],
        ["a", "all", "main", *row],
        ["a", "all", "retained", *kept],
    ]


def test_one_bill_grows_old() -> None:
    """On 31 January 16 days, 29 February 45, 31 March 76; later more than 90; paid on 31 March 2025."""
    found = cash.receivables(house(ONE, opening="125.00"), SIZES, NAMES)
    assert found[:3].to_numpy().tolist() == [
        ["2024-01", "a", "b", "large", "up to 30", 100_00],
        ["2024-02", "a", "b", "large", "up to 60", 5_00],
        ["2024-03", "a", "b", "large", "up to 90", 5_00],
    ]
    assert found[3:][["month", "age", "amount"]].to_numpy().tolist() == [
        [f"{month}", "over 90", 5_00] for month in pd.period_range("2024-04", "2025-02", freq="M")
    ]


@pytest.mark.parametrize(
    ("day", "month", "age"),
    [
        ("2024-01-31", "2024-01", "up to 30"),  # 0 days
        ("2024-01-01", "2024-01", "up to 30"),  # 30
        ("2024-01-29", "2024-02", "up to 60"),  # 31
        ("2024-01-31", "2024-03", "up to 60"),  # 60: 29 + 31
        ("2024-01-30", "2024-03", "up to 90"),
        ("2024-01-31", "2024-04", "up to 90"),  # 90: 29 + 31 + 30
        ("2024-01-30", "2024-04", "over 90"),
    ],
)
def test_ages_end_with_their_day(day: str, month: str, age: str) -> None:
    found = cash.receivables(house((day, "a", "b", "1.00"), opening="125.00"), SIZES, NAMES).set_index("month")
    assert found.age[month] == age


def test_without_a_prepayment_hospitals_wait_for_the_remittance() -> None:
    """Due on 27 February, paid on 13 March."""
    of = house(ONE)
    assert cash.waiting(of).to_numpy().tolist() == [
        ["2024-02-27", "hospitals", "a", "employee", "b", "2024-03-13", 15, 95_00]
    ]
    assert cash.days_to_cash(of, SIZES, NAMES).iloc[0].tolist() == ["a", "large", "main", 95_00, *[58] * 5]


def test_with_enough_nobody_waits() -> None:
    assert cash.waiting(house(ONE, opening="95.00")).empty


def stopped() -> ClearingHouse:
    """a never pays, and has prepaid nothing."""
    return house(ONE, disturbances=[{"what": "stops", "payer": "a", "from": "2024-01-01"}])


def test_who_still_waits_has_no_day_of_payment() -> None:
    """All until the end of the next year."""
    found = cash.waiting(stopped())
    assert found.drop(columns="days").to_numpy().tolist() == [
        ["2024-02-27", "hospitals", "a", "employee", "b", "", 95_00],
        ["2025-03-31", "retained", "a", "employee", "b", "", 5_00],
    ]
    assert found.days.isna().all()
    assert cash.days_to_cash(stopped(), SIZES, NAMES).empty
    owed = cash.receivables(stopped(), SIZES, NAMES)
    assert owed.amount.tolist() == [100_00] * 24 and owed.month.tolist()[-1] == "2025-12"


def test_a_return_waits_at_a_province() -> None:
    """Opening 900, basis of the last quarter 100 a month: 700 go back, on 26 February, when 100 are there.

    Until then: 26 January December's 100, by 27 February January's; remitted on 8 February and 13 March.
    """
    owed = [(f"2023-{month}-15", "a", "b", "100.00") for month in (10, 11, 12)] + [("2024-01-10", "a", "b", "800.00")]
    policy = {"use": "prepaid_monthly_gross", "with": {"retention": "0", "hospital_days": "0"}}
    of = house(*owed, window=("2023-10-01", "2024-03-31"), policy=policy, opening="900.00")
    # 20 February: January's 800 are paid of 900, 100 are left for the return of 700 until 13 March.
    assert cash.waiting(of).to_numpy().tolist() == [
        ["2024-02-26", "return", "a", "employee", "b", "2024-03-13", 16, 700_00]
    ]


def test_liquidity_of_the_centre_is_what_it_passes_on() -> None:
    owed = ("2024-01-10", "a", "b", "100.00"), ("2024-01-09", "b", "a", "30.00"), ("2024-01-11", "b", "c", "80.00")
    found = cash.liquidity(house(*owed, policy="multilateral_net")).set_index(["payer", "scheme"])
    assert found.loc[("a", "employee")].tolist() == [1, 70_00, 100_00, 70_00]
    assert found.loc[("b", "employee")].tolist() == [1, 10_00, 110_00, 10_00]
    assert found.loc[("centre", "employee")].tolist() == [1, 80_00, 80_00, 80_00]
    assert len(found) == 3, "c owes nothing"


def test_the_largest_day_is_one_day() -> None:
    """January 100 and 40 to two provinces on one day, February 120 on another."""
    owed = ("2024-01-10", "a", "b", "100.00"), ("2024-01-11", "a", "c", "40.00"), ("2024-02-11", "a", "b", "120.00")
    assert cash.liquidity(house(*owed)).to_numpy().tolist() == [["a", "employee", 3, 260_00, 260_00, 140_00]]


def test_an_advance_is_paid_in_the_day() -> None:
    """Half of January's 95 % = 95.00 is advanced on 1 February and covers the first of February's 190.00.

    20.00 × 95 % = 19.00 of 3 February and 76.00 of the 171.00 of 13 February: 0 days. 95.00 on 27 March: 43 days.
    """
    owed = ("2024-01-15", "a", "b", "200.00"), ("2024-02-03", "a", "b", "20.00"), ("2024-02-13", "a", "b", "180.00")
    policy = {"use": "prepaid_monthly_gross", "with": {"advance": "50"}}
    of = house(*owed, window=("2024-01-01", "2024-02-29"), policy=policy, opening="900.00")
    by_day = of.log.waits["main"].sum((0, 1))
    assert {int(day): int(by_day[day]) for day in np.flatnonzero(by_day)} == {0: 95_00, 43: 190_00 + 95_00}


def test_what_is_taken_back_is_no_longer_owed() -> None:
    """Of January's 100, 40 are taken back on 5 February: nothing is stated of them twice, hospitals get 57 + 3."""
    of = house(ONE, ("2024-02-05", "a", "b", "-40.00"), opening="500.00")
    amounts: Counter[str] = Counter()
    for row in cash.days_to_cash(of, SIZES, NAMES).query("level == 'all'").itertuples():
        amounts[row.kind] += row.amount
    assert amounts == {"main": 57_00, "retained": 3_00}
    assert cash.receivables(of, SIZES, NAMES).query("month == '2024-02'").amount.sum() == 60_00 - 95_00
