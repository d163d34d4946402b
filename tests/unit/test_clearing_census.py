"""Is usage judged, is every day kept, and has every bill an age? Worked by hand, in fen."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import A1, A2, A, ClearingHouse, by_group, day, lived, policy

from settlement_sim import dates


def top_ups(house: ClearingHouse) -> int:
    return sum(t.amount for t in house.log.transfers if t.kind == "top_up")


@pytest.mark.parametrize(("used", "asked"), [(89, 0), (90, 29), (100, 43)])
def test_a_red_alert_begins_at_90_percent(used: int, asked: int) -> None:
    """Of 100 in force: 90 ÷ 70 % = 128.6; 100 ÷ 70 % = 142.9."""
    house = lived(("01-02", A1, 0, used), of=(policy(usage="outstanding"),), opening=by_group((A1, 1, 100))).window()
    assert top_ups(house) == asked


def test_the_thresholds_are_those_of_the_policy() -> None:
    of = policy(usage="outstanding", red=50, top_up_to=60)
    house = lived(("01-02", A1, 0, 80), of=(of,), opening=by_group((A1, 1, 100))).window()
    assert top_ups(house) == 34, "80 ÷ 60 % = 133.3"


def test_both_schemes_of_a_province_are_judged_together_and_care_provinces_apart() -> None:
    """95 of a's employees in b, whose residents have 100 more there; 95 of 100 in c."""
    opening = by_group((A1, 1, 100), (A1 + 1, 1, 100), (A2, 2, 100))
    bills = [("01-02", A1, 0, 95), ("01-02", A2, 2, 95)]
    house = lived(*bills, of=(policy(usage="outstanding"),), opening=opening).window()
    found = [(t.payer, t.payee, t.amount) for t in house.log.transfers if t.kind == "top_up"]
    assert found == [(0, 2, 36)]


def test_what_was_never_prepaid_is_not_judged() -> None:
    house = lived(("01-02", A1, 0, 95), of=(policy(usage="outstanding", prepayment_months=0),)).window()
    assert top_ups(house) == 0


def test_every_day_is_kept_as_it_ended() -> None:
    """100 posted on the 2nd; 120 prepaid; nothing else moves in January."""
    house = lived(("01-02", A1, 0, 100), until="01-05", opening=by_group((A1, 1, 120))).window()
    log = house.log
    assert log.days == list(range(day("01-01"), day("01-06")))
    assert [int(sums[0, 1]) for sums in log.outstanding] == [0, 100, 100, 100, 100]
    assert [int(sums[A, 1]) for sums in log.balances] == [int(sums[0, 1]) for sums in log.in_force] == [120] * 5
    log.balances[0][A, 1] = 9
    assert house.bank.prepaid[A, 1] == 120, "what is kept is a copy"


def ages(house: ClearingHouse, month: str, slot: int = 0) -> list[int]:
    found = house.log.receivables.get(dates.month_of(month))
    return [] if found is None else found[A, slot].tolist()


def test_bills_have_an_age_at_the_end_of_every_month() -> None:
    """Not prepaid: 100 of 1 January are 30 days old on the 31st, 59 on 29 February; on 13 March 95 are paid, and 5 are
    90 days old on the 31st, older from April on. 40 of 10 February are 19 days old."""
    of = policy(prepayment_months=0)
    house = lived(("01-01", A1, 0, 100), ("02-10", A1, 1, 40), of=(of,)).life()
    assert [ages(house, f"2024-{n:02d}") for n in range(1, 5)] == [
        [100, 0, 0, 0], [0, 100, 0, 0], [0, 0, 5, 0], [0, 0, 0, 5],
    ]  # fmt: skip
    assert [ages(house, f"2024-{n:02d}", 1) for n in range(1, 5)] == [
        [0, 0, 0, 0], [40, 0, 0, 0], [0, 40, 0, 0], [0, 0, 2, 0],
    ]  # fmt: skip
    assert ages(house, "2025-02") == [0, 0, 0, 5] and ages(house, "2025-03") == []


def test_what_is_owed_at_the_end_of_a_month_is_what_the_ages_come_to() -> None:
    days = [(month, on, slot) for month in (1, 2, 3) for on in (10, 20) for slot in (0, 2)]
    bills = [(f"{month:02d}-{on}", A1, slot, month * on + slot) for month, on, slot in days]
    house = lived(*bills, until="03-31").window()
    assert house.log.receivables[dates.month_of("2024-03")].sum() == house.receivable
    assert np.array_equal(sorted(house.log.receivables), sorted(map(dates.month_of, ("2024-01", "2024-02", "2024-03"))))
