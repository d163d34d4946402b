"""Every measure from small tables written by hand; each is silent where the run has no such table."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from settlement_sim.record.measures import MEASURE, MEASURE_NAMES, MEASURES, USUAL, measures, told


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


#: Two directions, each with its sum over care types; the others are as bare as the measures allow.
TABLES = {
    "totals": frame(
        "direction care_type settlements total_fee in_scope fund_total personal_account cash medical_assistance",
        ("there", "inpatient", 2, 800, 700, 400, 100, 300, 5),
        ("there", "pharmacy", 3, 100, 0, 0, 100, 0, 0),
        ("there", "all", 5, 900, 700, 400, 200, 300, 5),
        ("here", "inpatient", 1, 50, 40, 30, 0, 20, 1),
        ("here", "all", 1, 50, 40, 30, 0, 20, 1),
    ),
    "by_hand": frame("direction care_type settlements", ("there", "inpatient", 3), ("here", "chronic", 4)),
    "care_at_home": frame("reason needs home_cost", ("not_listed", 2, 10), ("turned_away", 5, 70)),
    "advanced": frame(
        "kind advanced fen_days", ("assistance", 10, 300), ("assistance", 1, 30), ("deposit", 100, 1_000),
        ("unpaid", 7, 0), ("manual", 999, 999),
    ),
    # 30 days × 300 and 50 days × 100 of the main part: 14,000 ÷ 400 = 35.
    "days_to_cash": frame(
        "insured_province level kind amount mean_days longest",
        ("chongqing", "all", "main", 300, 30.0, 40), ("sichuan", "all", "main", 100, 50.0, 57),
        ("sichuan", "3", "main", 100, 50.0, 99), ("sichuan", "all", "retained", 9, 300.0, 400),
    ),
    # Both provinces together: 30 + 20 in January, 10 + 6 in February; their mean is 33.
    "prepayment": frame(
        "month insured_province usage_month red_days_outstanding mean_balance",
        ("2024-01", "chongqing", 61.5, 2, 30), ("2024-01", "sichuan", 79.25, 0, 20),
        ("2024-02", "chongqing", 40.0, 1, 10), ("2024-02", "sichuan", 12.0, 4, 6),
    ),
    "remittances": frame("kind amount", ("clearing", 500), ("top_up", 20), ("top_up", 3)),
    "liquidity": frame(
        "payer scheme remittances sent largest_day",
        ("chongqing", "employee", 2, 50, 40), ("sichuan", "employee", 3, 60, 35), ("centre", "employee", 9, 110, 80),
    ),
    "waiting": frame("kind amount days", ("hospitals", 100, 3.0), ("hospitals", 10, None), ("between", 77, 7.0)),
    "recognition_totals": frame("applied_in accepted months_saved saved back_payment",
                                ("chongqing", 2, 30, 1_000, 50), ("chengdu", 1, 12, 400, 0)),
    "fund_transfers": frame("kind amount", ("pooled", 600), ("account", 90), ("pooled", 4)),
}  # fmt: skip
COUNTS = {"open_claims_by_hand": 6}
EXPECTED = {
    "settlements": 6, "stays": 3, "by_hand": 3 + 4 + 6, "at_home": 7, "home_cost": 80, "total_fee": 950,
    "in_scope": 740, "fund_total": 430, "personal_account": 200, "cash": 320, "medical_assistance": 6,
    "assistance_later": 11, "assistance_days": 330, "deposits": 100, "deposit_days": 1_000, "unpaid": 7,
    "mean_days": 35.0, "longest": 57, "usage_highest": 79.25, "red_days": 7, "idle": 33, "top_up": 23,
    "remittances": 5, "crossed": 110, "largest_day": 40, "waited": 110, "waited_days": 300,
    "recognised": 3, "months_saved": 42, "saved": 1_400, "back_payment": 50, "moved": 604,
}  # fmt: skip


def test_each_by_hand_in_the_order_in_which_they_are_told() -> None:
    found = measures(TABLES, COUNTS)
    assert found == EXPECTED
    assert [*found] == [*EXPECTED] == [*MEASURE_NAMES]
    assert {type(value) for name, value in found.items() if MEASURE[name].whole} == {int}


@pytest.mark.parametrize("table", TABLES)
def test_without_its_table_a_measure_is_silent(table: str) -> None:
    found = measures({name: rows for name, rows in TABLES.items() if name != table}, COUNTS)
    missing = {one.name for one in MEASURES if one.table == table}
    assert missing and {*found} == {*EXPECTED} - missing


def test_nothing_has_no_highest_no_mean_and_sums_to_nothing() -> None:
    """As pandas has a table without rows, its columns are of no type in particular."""
    empty = {name: pd.DataFrame(columns=rows.columns) for name, rows in TABLES.items()}
    found = measures(empty, {"open_claims_by_hand": 0})
    gone = {"usage_highest", "mean_days", "longest", "largest_day", "idle"}
    assert found == dict.fromkeys((name for name in MEASURE_NAMES if name not in gone), 0)


def test_a_prepayment_of_which_nothing_is_known_has_no_highest_usage() -> None:
    """Without a prepayment in force a month's clearing is no share of anything."""
    unknown = TABLES["prepayment"].assign(usage_month=float("nan"))
    found = measures({"prepayment": unknown}, COUNTS)
    assert found == {"red_days": 7, "idle": 33}


def test_names_are_unique_and_told_in_both_languages() -> None:
    assert len(set(MEASURE_NAMES)) == len(MEASURES)
    for one in MEASURES:
        assert re.search(r"[一-鿿]", one.zh) and re.fullmatch(r"[ -~]+|.*×.*", one.en), one.name
        assert one.unit in ("count", "months", "days", "percent", "fen", "fen_days")
    for language in ("zh", "en"):
        assert len({getattr(one, language) for one in MEASURES}) == len(MEASURES), "two would be told apart by nothing"


def test_means_and_maxima_are_no_whole_numbers_whose_parts_add_up() -> None:
    assert {one.name for one in MEASURES if not one.whole} == {"mean_days", "longest", "usage_highest"}


def test_what_the_question_asks_for_is_told_first_then_the_usual() -> None:
    assert told(["cash", "idle", "settlements", "moved"], ["moved", "cash"]) == ["moved", "cash", "settlements"]
    assert told(["cash"], ["idle"]) == ["cash"], "what the run does not have is not told"
    assert {*USUAL} <= {*MEASURE_NAMES}
