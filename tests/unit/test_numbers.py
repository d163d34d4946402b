"""Numbers as a person reads them: unit, grouping, sign, and a dash where there is nothing."""

from __future__ import annotations

import pytest

from settlement_sim.record.measures import MEASURES
from settlement_sim.report.numbers import called, interval, unit_of, with_unit, written

#: 1.8 billion yuan.
FEN = 1_800_000_000_00


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (FEN, "fen", "180,000.00", "1,800.000"),
        (123_456_78, "fen", "12.35", "0.123"),
        (2_562_800, "count", "2,562,800", "2,562,800"),
        (12.5, "count", "12.5", "12.5"),
        (1_234.5, "count", "1,234", "1,234"),
        (41.05, "days", "41.05", "41.05"),
        (79.25, "percent", "79.2", "79.2"),
        (0.0377, "percent", "0.038", "0.038"),
        (-0.0012, "percent", "−0.0012", "−0.0012"),
        (FEN, "fen_days", "180,000.00", "1,800.000"),
        (1_234_56, "yuan", "1,235", "1,235"),
        (6_299_900, "ten_thousand", "629.99", "6,299.9"),
        (367, "months", "367", "367"),
        (0, "fen", "0.00", "0.000"),
    ],
)
def test_a_number_in_its_unit(value: float, unit: str, zh: str, en: str) -> None:
    assert (written(value, unit, "zh"), written(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "plain", "signed"),
    [(-72_630_000_00, "−7,263.00", "−7,263.00"), (72_630_000_00, "7,263.00", "+7,263.00"), (0, "0.00", "0.00")],
)
def test_a_difference_has_its_sign_and_nothing_has_none(value: int, plain: str, signed: str) -> None:
    """The minus is the typographic one, as wide as the plus."""
    assert (written(value, "fen", "zh"), written(value, "fen", "zh", signed=True)) == (plain, signed)
    assert "-" not in plain + signed


@pytest.mark.parametrize("value", [4_900, -4_900, 0.4, -0.4])
def test_what_rounds_to_nothing_has_no_sign(value: float) -> None:
    assert written(value, "fen", "zh", signed=True) == "0.00"
    assert written(value / 10**7, "percent", "en", signed=True) == "0.0"
    assert written(value / 10**6, "count", "en", signed=True) == "0.0"


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_what_is_not_there_is_a_dash_without_a_unit(nothing: float | None) -> None:
    assert written(nothing, "fen", "zh") == written(nothing, "count", "en", signed=True) == "—"
    assert with_unit(nothing, "fen", "zh") == with_unit(nothing, "percent", "en") == "—"
    assert interval(nothing, 1.0, "days", "en") == interval(1.0, nothing, "days", "zh") == "—"


def test_the_unit_stands_behind() -> None:
    assert with_unit(FEN, "fen", "zh") == "180,000.00 万元" and with_unit(FEN, "fen", "en") == "1,800.000 million yuan"
    assert with_unit(79.25, "percent", "zh") == "79.2%" and with_unit(-5, "months", "en", signed=True) == "−5 months"
    assert with_unit(5, "count", "zh") == "5"


def test_an_interval_has_both_ends() -> None:
    assert interval(-2_000_000, 3_000_000, "fen", "zh", signed=True) == "−2.00 至 +3.00"
    assert interval(1.5, 2.25, "days", "en") == "1.50 to 2.25"


def test_every_measure_has_a_name_with_its_unit_in_both_languages() -> None:
    for one in MEASURES:
        for lang, words in (("zh", one.zh), ("en", one.en)):
            unit = unit_of(one.unit, lang).name
            assert called(one.name, lang).startswith(words) and unit in called(one.name, lang)
            assert called(one.name, lang, unit=False) == words
    assert called("fund_total", "zh") == "基金支付（万元）"
    assert called("fund_total", "en") == "fund payments, million yuan"
