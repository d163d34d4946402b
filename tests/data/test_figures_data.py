"""Do the packaged figures say what the articles print, and does their arithmetic hold?

The articles are not part of the project. Where they lie beside it, under ../shared/domain/seeds from the root
of the repository, every fragment is looked up in them; elsewhere those tests are skipped and say so.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from settlement_sim.observed import figures
from settlement_sim.observed.terms import DIRECTIONS, GROWING, READINGS
from settlement_sim.vocabulary import GRADES

ARTICLES = Path(__file__).parents[2].parent / "shared" / "domain" / "seeds"
FIGURES = figures.load()
COUNTS = {"A": 6, "B": 6, "C": 11, "D": 12, "E": 5, "F": 2, "G": 4, "H": 8, "I": 4}
IDS = [f"{section}{n}" for section, count in COUNTS.items() for n in range(1, count + 1)]

beside_the_articles = pytest.mark.skipif(
    not ARTICLES.is_dir(),
    reason="the source articles do not lie beside the repository; fragments not looked up",
)


def flat(text: str) -> str:
    """The text without line breaks and the spaces around them."""
    return re.sub(r"\s*\n\s*", "", text)


def article(name: str) -> str:
    return flat((ARTICLES / name).read_text(encoding="utf-8"))


def whole(id: str) -> int:
    value = FIGURES[id].value
    assert isinstance(value, int), f"{id} is a count or money"
    return value


def test_every_figure_is_there_and_nothing_else() -> None:
    assert list(FIGURES.figures) == IDS, "the ids A1 to I4, in order"


@pytest.mark.parametrize("id", IDS)
def test_intervals_contain_their_values(id: str) -> None:
    figure = FIGURES[id]
    assert figure.interval.contains(figure.value), f"{id}: {figure.value} outside {figure.interval}"
    if figure.value_before is not None and figure.interval_before is not None:
        assert figure.interval_before.contains(figure.value_before), f"{id}: earlier value outside"


@pytest.mark.parametrize("id", IDS)
def test_both_languages_and_an_article(id: str) -> None:
    figure = FIGURES[id]
    assert FIGURES.sources[figure.source].grade == "article", f"{id} comes from a source article"
    assert all(a.text.zh and a.text.en for a in figure.ambiguities), f"{id}: ambiguities in both languages"


@beside_the_articles
@pytest.mark.parametrize("id", IDS)
def test_fragments_are_verbatim_and_where_they_are_said_to_be(id: str) -> None:
    figure = FIGURES[id]
    text = article(figure.article)
    assert flat(figure.place.heading) in text, f"{id}: no heading {figure.place.heading!r}"
    assert text.count(figure.place.paragraph) == 1, f"{id}: {figure.place.paragraph!r} must name one place"
    following = text[text.index(figure.place.paragraph) :][:700]
    for fragment in figure.printed:
        assert fragment in following, f"{id}: {fragment!r} does not follow {figure.place.paragraph!r}"
        assert len(fragment) <= 25, f"{id}: fragments are short"


@beside_the_articles
def test_the_corrupted_repost_is_not_quoted() -> None:
    assert not [f.id for f in FIGURES.figures.values() if f.article.startswith("004")]


#: Chinese numerals of size, as zeros behind the digit.
TENS = {"": 0, "万": 4, "亿": 8}
#: Figures whose interval is half a unit of the last printed place.
ROUNDED = ["A1", "A2", "A3", "A4", "C7", "C8", "C10", "E3", "E5", "I4"]
SHARES = ["A5", "A6", "D5", "D6", "D8", "I2"]


def printed_number(fragment: str, unit: str = "") -> tuple[Fraction, Fraction]:
    """A printed number and half a unit of its last place, as exact fractions."""
    numbers = re.findall(r"([\d.]+)(%)" if unit == "%" else r"([\d.]+)(万|亿)", fragment)
    digits, size = numbers[-1]
    scale = Fraction(1, 100) if size == "%" else Fraction(10 ** TENS[size])
    places = len(digits.partition(".")[2])
    return Fraction(digits) * scale, scale / 10**places / 2


@pytest.mark.parametrize("id", ROUNDED + SHARES)
def test_half_a_unit_in_the_last_printed_place(id: str) -> None:
    figure = FIGURES[id]
    fragment = figure.printed[0]
    value, half = printed_number(fragment, "%" if id in SHARES else "")
    assert Fraction(figure.value) == value, f"{id}: {fragment} is {value}"
    assert Fraction(figure.interval.from_) == value - half, f"{id}: lower end of {fragment}"
    assert Fraction(figure.interval.until) == value + half, f"{id}: upper end of {fragment}"
    assert not figure.interval.closed, "the upper end is outside"


@pytest.mark.parametrize(
    ("id", "digit"),
    [("B5", 10_000), ("C5", 10_000), ("C9", 10_000_000), ("D2", 10), ("D4", 10), ("I1", 1_000_000)],
)
def test_more_than_reaches_to_the_next_unit(id: str, digit: int) -> None:
    figure = FIGURES[id]
    assert figure.qualifier is not None and figure.qualifier.en == "more than"
    assert (figure.interval.from_, figure.interval.until) == (whole(id), whole(id) + digit)


@pytest.mark.parametrize("id", ["B2", "B3", "B4", "B6", "C1", "C2", "C4", "D3", "D9", "E1", "E2", "E4", "F1"])
def test_counts_are_exact_and_printed(id: str) -> None:
    figure = FIGURES[id]
    assert (figure.interval.from_, figure.interval.until) == (whole(id), whole(id) + 1), f"{id} is exact"
    assert str(figure.value) in "".join(figure.printed) or id == "B2", f"{id}: {figure.value} is printed"


def test_cards_of_both_sides_add_up() -> None:
    assert whole("E2") + whole("E4") == whole("E1"), "1294 + 1044 = 2338"


def test_other_arithmetic_of_the_page() -> None:
    assert Fraction(whole("C8"), whole("C7")) == Fraction(7885, 97533), "one repeat avoided in some 12 views"
    assert whole("D7") == 14 * 60 + 46, "14 minutes 46 seconds"
    assert FIGURES["H7"].parts == {"border_prefectures": 6, "sichuan_counties": 17, "chongqing_districts": 13}
    assert Decimal("0.189") * 31_914_300 >= whole("I1"), "I2 of the residents of 2023 is above I1"


def test_only_the_four_totals_are_compared_over_nine_months() -> None:
    compared = {f.id: f.comparison for f in FIGURES.comparable()}
    assert compared == {
        "A1": figures.Comparison("chongqing_to_sichuan", "settlements"),
        "A2": figures.Comparison("chongqing_to_sichuan", "total_fee"),
        "A3": figures.Comparison("sichuan_to_chongqing", "settlements"),
        "A4": figures.Comparison("sichuan_to_chongqing", "total_fee"),
    }
    assert {f.period for f in FIGURES.comparable()} == {figures.Period("2024-01-01", "2024-09-30")}
    assert all(len(f.ambiguities) >= 6 for f in FIGURES.comparable()), "the common list holds for all four"


def test_growth_needs_two_periods_and_has_six_readings() -> None:
    for id in ("A5", "A6"):
        assert FIGURES[id].speaks_to == "two_periods"
        assert tuple(FIGURES[id].readings) == READINGS


def test_hold_outs_are_graded_and_narrow_one_axis() -> None:
    assert len(FIGURES.hold_outs) == 11
    for hold_out in FIGURES.hold_outs.values():
        assert hold_out.grade in GRADES and hold_out.grade != "article", f"{hold_out.id}: found elsewhere"
        assert len(hold_out.where) == 1 and hold_out.work, f"{hold_out.id}: one axis, with its work"


def test_national_averages_of_the_hold_outs() -> None:
    relief = {"inpatient": (1173.58, 1066.69), "outpatient": (142.03, 11_100), "chronic": (63.84, 622.07),
              "pharmacy": (50.24, 4224.87)}  # fmt: skip
    for care, (hundred_millions, ten_thousands) in relief.items():
        share = ten_thousands / 17_000
        assert FIGURES.hold_outs[f"relief_{care}"].value == round(hundred_millions * 10_000 / ten_thousands)
        assert float(FIGURES.hold_outs[f"share_{care}"].value) == pytest.approx(share, abs=5e-4), care


# ---- growth.yaml: the stays are derived again, exactly.

OUTSIDE_HOSPITAL, STAY, FELL = Fraction(160), Fraction(10_000), Fraction(902, 1000)
TOTALS = {
    "chongqing_to_sichuan": (Fraction(whole("A1")), Fraction(whole("A2"))),
    "sichuan_to_chongqing": (Fraction(whole("A3")), Fraction(whole("A4"))),
}
BOTH = (Fraction(whole("A1") + whole("A3")), Fraction(whole("A2") + whole("A4")))


def stays(settlements: Fraction, gross: Fraction, bill: Fraction) -> Fraction:
    return (gross - settlements * OUTSIDE_HOSPITAL) / (bill - OUTSIDE_HOSPITAL)


def stay_factor(totals: tuple[Fraction, Fraction], visits: Fraction, gross: Fraction, fell: Fraction) -> int:
    """2024 ÷ 2023 in basis points, if the bill of a stay was 10,000 ÷ `fell` in 2023."""
    then = stays(totals[0] / visits, totals[1] / gross, STAY / fell)
    return round(stays(*totals, STAY) / then * 10_000)


A5, A6 = (1 + Fraction(str(FIGURES[id].value)) for id in ("A5", "A6"))


def test_derived_stays() -> None:
    for way in DIRECTIONS:
        own = TOTALS[way]
        assert figures.growth("R1").stays(way) == stay_factor(BOTH, A5, A6, FELL), f"R1 {way}"
        assert figures.growth("R4").stays(way) == stay_factor(own, A5, A6, FELL), f"R4 {way}"
        low = figures.growth("R4").directions[way].stays.low
        assert low == stay_factor(own, A5, A6, Fraction(1)), f"R4 {way}, the bill of a stay unchanged"
        second = figures.growth("R2").directions[way]
        assert second.stays.value == second.settlements.value == second.gross.value, "R2: the mix stayed"
        rate = Fraction(second.gross.value, 10_000)
        assert second.stays.high == stay_factor(own, rate, rate, FELL), f"R2 {way}, the bill of a stay fell"
    assert figures.growth("R3").stays("sichuan_to_chongqing") == figures.growth("R4").stays("sichuan_to_chongqing")
    assert figures.growth("R1").directions["sichuan_to_chongqing"].stays.low == stay_factor(BOTH, A5, A6, Fraction(1))


def test_the_ends_of_the_first_reading() -> None:
    before = (BOTH[0] / A5, BOTH[1] / A6)
    first = figures.growth("R1").directions
    for way, other in zip(DIRECTIONS, reversed(DIRECTIONS), strict=True):
        high = TOTALS[way][0] / (before[0] - TOTALS[other][0] / A6)
        assert first[way].settlements.high == round(high * 10_000), f"{way}: the other side grew by 13 %"
        assert first[way].settlements.low == A6 * 10_000
    slow = TOTALS["sichuan_to_chongqing"][1] / (before[1] - TOTALS["chongqing_to_sichuan"][1] / A5)
    fast = TOTALS["sichuan_to_chongqing"][1] / (before[1] - TOTALS["chongqing_to_sichuan"][1])
    gross = first["sichuan_to_chongqing"].gross
    assert (gross.low, gross.high) == (round(slow * 10_000), round(fast * 10_000))


@pytest.mark.parametrize("reading", READINGS)
def test_every_reading_is_complete_printed_and_an_assumption(reading: str) -> None:
    printed = {A5 * 10_000, A6 * 10_000}
    growth = figures.growth(reading)
    for way in DIRECTIONS:
        here = growth.directions[way]
        assert here.settlements.value in printed and here.gross.value in printed, f"{reading} {way}"
        for what in GROWING:
            factor = getattr(here, what)
            assert factor.grade == "assumption" and factor.work, f"{reading} {way} {what}: graded, with work"
            assert factor.low <= factor.value <= factor.high
            assert factor.reading in (reading, here.otherwise), "what is borrowed comes from `otherwise`"


def test_every_source_is_used() -> None:
    cited = {f.source for f in FIGURES.figures.values()}
    cited |= {a.source for f in FIGURES.figures.values() for a in f.ambiguities}
    cited |= {source for h in FIGURES.hold_outs.values() for source in h.sources}
    unused = set(FIGURES.sources) - cited
    assert unused == {"004_69558bfc5d82e551"}, "the repost is listed only to say that it is not quoted"
