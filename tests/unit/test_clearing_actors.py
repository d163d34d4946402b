"""Does everybody act on the day that is theirs? Steps, drawn delays, late payers, the yearly notice, top-ups."""

from __future__ import annotations

from typing import Any

import pytest
from tiny_funds import A1, A2, B1, C1, ClearingHouse, by_group, day, lived, policy

from settlement_sim import dates
from settlement_sim.clearing.disturbances import Disturbance

Bill = tuple[str, int, int, int]
#: One bill of each group of employees in January.
ALL: list[Bill] = [("01-10", group, 0, 100 + group) for group in (A1, A2, B1, C1)]


def collected(house: ClearingHouse) -> dict[int, list[str]]:
    """Days on which each group paid its province."""
    found: dict[int, list[str]] = {}
    for row in house.log.collections:
        found.setdefault(row.group, []).append(dates.iso(row.day)[2:])
    return found


def crossed(house: ClearingHouse, kind: str = "clearing") -> list[tuple[str, int, int, int]]:
    found = (t for t in house.log.transfers if t.kind == kind)
    return [(dates.iso(t.day)[2:], t.payer, t.payee, t.amount) for t in found]


# steps --------------------------------------------------------------------------------------------------


def test_every_step_takes_all_the_days_it_may() -> None:
    """Stated on 21 February; submitted on the 28th, collected on 6 March, remitted on 13 March."""
    house = lived(*ALL).life()
    assert collected(house) == {group: ["24-03-06"] for group in (A1, A2, B1, C1)}
    assert crossed(house) == [
        ("24-03-13", 0, 1, 202), ("24-03-13", 1, 0, 104), ("24-03-13", 2, 0, 106),
    ]  # fmt: skip


def test_whoever_owes_nothing_does_nothing() -> None:
    house = lived(("01-10", A2 + 1, 2, 5)).life()
    assert collected(house) == {A2 + 1: ["24-03-06"]}
    assert [(c.province, c.amount) for c in house.log.collections] == [(2, 5)]


def test_a_group_pays_for_each_care_province_by_itself() -> None:
    house = lived(("01-10", A1, 0, 7), ("01-11", A1, 1, 1), ("01-12", A1, 2, 30)).life()
    assert [(c.province, c.amount) for c in house.log.collections] == [(1, 8), (2, 30)]


# drawn delays -------------------------------------------------------------------------------------------

KEYED = policy(delays="keyed", submission_days=4, collection_days=6, remittance_days=9)
#: A bill of every group in every month of a year.
YEAR: list[Bill] = [(f"{month:02d}-10", group, 0, 100) for month in range(1, 13) for group in range(8)]


def keyed(*bills: Bill, seed: int = 1) -> ClearingHouse:
    return lived(*bills, until="12-31", of=(KEYED,), seed=seed).life()


def test_drawn_delays_are_between_one_day_and_all_of_them() -> None:
    house, calendar = keyed(*YEAR), lived().house.calendar
    waits = {
        calendar.working_days_between(statement.day, row.day)
        for statement in house.log.statements
        for row in house.log.collections
        if 0 < row.day - statement.day < 25
    }
    assert min(waits) == 2 and max(waits) == 4 + 6, "submission and collection, one day each or all of both"
    assert {calendar.is_working_day(row.day) for row in house.log.collections} == {True}


def test_delays_are_fixed_by_whose_statement_it_is_and_not_by_who_else_owes() -> None:
    """Alone, in another order, with other amounts: the same days."""
    together = collected(keyed(*YEAR))
    alone = collected(keyed(*(bill for bill in YEAR if bill[1] == A2)))
    other = collected(keyed(*((on, group, 2, 7) for on, group, _, _ in YEAR[::-1] if group in (A2, A2 + 1))))
    assert alone == {A2: together[A2]} and other[A2] == together[A2]


def test_delays_differ_between_pools_members_statements_and_seeds() -> None:
    found, other = collected(keyed(*YEAR)), collected(keyed(*YEAR, seed=2))
    assert found != other
    assert len({tuple(days) for days in found.values()}) == 8, "each group has its own"
    lengths = {text[-2:] for text in found[A1]}
    assert len(lengths) > 3, "statements of the 21st are not always paid on the same day of the month"


def test_a_province_submits_once_for_all_its_pools() -> None:
    """Whatever a1 and a2 need to collect, they begin on the same day, and the province remits both together."""
    house = lived(("01-10", A1, 0, 1), ("01-10", A2, 0, 2), of=(policy(delays="keyed", collection_days=0),)).life()
    assert len({day for days in collected(house).values() for day in days}) == 1
    assert [amount for *_, amount in crossed(house)] == [3]


# disturbances -------------------------------------------------------------------------------------------


def disturbed(*bills: Bill, of: Any = None, **said: Any) -> ClearingHouse:
    pools = frozenset(said.pop("pools", {0}))
    what = Disturbance(said.pop("what", "late"), pools, day("01-01"), **said)
    return lived(*bills, of=(of or policy(),), disturbances=(what,)).life()


def test_a_late_pool_is_remitted_when_it_has_paid() -> None:
    """a1 pays on 6 April instead of 6 March: the first bank day is Sunday the 7th, made up for Qingming."""
    house = disturbed(*ALL, months=1)
    assert collected(house)[A1] == ["24-04-07"] and collected(house)[A2] == ["24-03-06"]
    assert crossed(house)[:1] + crossed(house)[-1:] == [("24-03-13", 0, 1, 102), ("24-04-07", 0, 1, 100)]
    assert house.disturbances.felt == {0} and house.receivable == 0


def test_money_that_moves_on_any_day_comes_on_the_day_itself() -> None:
    assert collected(disturbed(*ALL, of=policy(bank="every_day"), months=1))[A1] == ["24-04-06"]


def test_who_never_pays_is_never_remitted_and_hospitals_wait_to_the_end() -> None:
    house = disturbed(*ALL, of=policy(prepayment_months=0), what="stops")
    assert A1 not in collected(house) and house.log.days[-1] == house.limit == dates.day("2025-12-31")
    assert not house.idle and house.ledger.balances["set_aside"][A1] == 100
    assert house.receivable == 202, "the 100 of a1, and its neighbours' 102 that stand behind them"


def test_a_disturbance_that_meets_nobody_is_not_felt() -> None:
    house = disturbed(("01-10", B1, 0, 5), months=1)
    assert collected(house) == {B1: ["24-03-06"]} and not house.disturbances.felt


# prepayments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "notice"), [(2023, "2023-01-31"), (2024, "2024-01-31"), (2025, "2025-01-27"), (2026, "2026-01-30")]
)
def test_the_notice_comes_on_the_last_working_day_of_january(year: int, notice: str) -> None:
    """In 2025 the Spring Festival begins on the 28th; 31 January 2026 is a Saturday."""
    assert dates.iso(lived().house.actors.notice_day(year)) == notice


@pytest.mark.parametrize(
    ("monthly", "moved"),
    [(300, [("adjustment", 0, 1, 200)]), (100, [("return", 1, 0, 200)]), (200, [])],
)
def test_the_year_adds_or_returns_what_the_quarter_says(monthly: int, moved: list[tuple[str, int, int, int]]) -> None:
    """400 stand. Two months of the last quarter's mean; noticed on 27 January 2025, +5 working days: 10 February (the
    8th is made up); +10: the 24th; in force from 1 March."""
    bills = [(f"{month}-15", A1, 0, monthly) for month in (10, 11, 12)]
    house = lived(*bills, until="2025-03-31", opening=by_group((A1, 1, 400))).window()
    found = [t for t in house.log.transfers if t.kind in ("adjustment", "return", "top_up")]
    assert [(t.kind, t.payer, t.payee, t.amount) for t in found] == moved
    assert {dates.iso(t.day) for t in found} <= {"2025-02-24"}
    in_force = {dates.iso(on): int(sums[0, 1]) for on, sums in zip(house.log.days, house.log.in_force, strict=True)}
    assert (in_force["2025-02-28"], in_force["2025-03-01"]) == (400, 2 * monthly)


def test_a_red_alert_asks_for_one_top_up() -> None:
    """95 of 100 are unpaid on 2 January: 36 more, submitted on the 9th, there and in force on the 23rd."""
    of = policy(usage="outstanding")
    house = lived(("01-02", A1, 0, 95), of=(of,), opening=by_group((A1, 1, 100))).window()
    assert crossed(house, "top_up") == [("24-01-23", 0, 1, 36)]
    in_force = {dates.iso(on)[5:]: int(sums[0, 1]) for on, sums in zip(house.log.days, house.log.in_force, strict=True)}
    assert (in_force["01-22"], in_force["01-23"]) == (100, 136) and not house.prepayments.pending


def test_there_is_a_second_top_up_when_the_first_was_not_enough() -> None:
    """60 more on the 10th, while the first is on its way; on the 23rd 155 of 136 are unpaid: 155 ÷ 70 % = 221.4, so 86.
    Submitted on the 30th; ten working days over the Spring Festival, the 4th and the 18th made up, end on the 18th.
    """
    of = policy(usage="outstanding")
    bills = ("01-02", A1, 0, 95), ("01-10", A1, 0, 60)
    house = lived(*bills, of=(of,), opening=by_group((A1, 1, 100))).window()
    assert crossed(house, "top_up") == [("24-01-23", 0, 1, 36), ("24-02-18", 0, 1, 86)]
