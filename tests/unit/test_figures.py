"""Does the loader of reported figures refuse every broken file, with its place and its words?"""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from settlement_sim.errors import InputError, LookupOutside
from settlement_sim.fields import is_date
from settlement_sim.observed import figures
from settlement_sim.observed.growth import PACKAGED as GROWTH
from settlement_sim.provenance import FOLDER

OVERLAY = """\
format: 1
sources:
  bureau_2025:
    title: {zh: 某局月报, en: Monthly report}
    publisher: A bureau
    date: 2025-03
    grade: official
common_ambiguities:
  mine:
    - {en: One thing open}
figures:
  A1:
    name: {zh: 结算, en: Settlements}
    value: 2600000
    unit: settlements
    interval: {from: 2599950, until: 2600050}
    period: {from: 2024-01-01, until: 2024-09-30}
    scope: {zh: 重庆, en: Chongqing}
    printed: [260.00万]
    article: bureau_2025
    place: {heading: 表1, paragraph: 合计}
    comparison: {direction: chongqing_to_sichuan, measure: settlements}
    speaks_to: settlement
    common: mine
  Z1:
    name: {zh: 占比, en: Share}
    value: 0.10
    value_before: 0.05
    unit: share
    interval: {from: 0.095, until: 0.105}
    interval_before: {from: 0.045, until: 0.055}
    period_note: {zh: 某年, en: some year}
    scope: {zh: 重庆, en: Chongqing}
    derived: counted by hand
    article: bureau_2025
    place: {heading: 表2, paragraph: 合计}
    speaks_to: demography
hold_outs:
  share_employee:
    name: {zh: 职工, en: Employees}
    value: 0.70
    unit: share
    range: {low: 0.60, high: 0.85}
    measure: share_of_settlements
    where: {scheme: employee}
    scope: {zh: 川渝, en: corridor}
    period_note: {zh: 某年, en: some year}
    grade: official
    sources: [bureau_2025]
    work: ["7 ÷ 10"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(tmp_path: Path, *changes: tuple[str, str]) -> str:
    """What is said about the overlay after these replacements, without the folder."""
    text = OVERLAY
    for old, new in changes:
        assert text.count(old) >= 1, f"the example has no {old!r}"
        text = text.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        figures.load([written(tmp_path, text)])
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_an_overlay_replaces_by_id_and_adds(tmp_path: Path) -> None:
    packaged, loaded = figures.load(), figures.load([written(tmp_path, OVERLAY)])
    assert list(loaded.figures) == [*packaged.figures, "Z1"], "A1 keeps its place, Z1 comes last"
    assert loaded["A1"].value == 2_600_000, "the overlay's A1 wins"
    assert loaded["A1"].period == figures.Period("2024-01-01", "2024-09-30"), "both days inside"
    assert [a.text.en for a in loaded["A1"].ambiguities] == ["One thing open"], "common list of the overlay"
    assert loaded["A2"] == packaged["A2"], "others stay"
    assert loaded.hold_outs["share_employee"].value == Decimal("0.70"), "hold-outs are replaced as well"
    assert loaded.sources["bureau_2025"].grade == "official", "its own sources are known"


def test_money_and_counts_are_int_and_shares_decimal(tmp_path: Path) -> None:
    loaded = figures.load([written(tmp_path, OVERLAY)])
    assert type(loaded["A2"].value) is int, "money"
    assert type(loaded["A1"].value) is int, "a count"
    assert loaded["Z1"].value == Decimal("0.10") and type(loaded["Z1"].value) is Decimal, "a share"
    assert type(loaded["C11"].value) is Decimal, "a share of 1 as well"
    assert loaded["B1"].value == "2024-03-01", "a date stays ISO text"


def test_figures_travel_to_workers() -> None:
    loaded = figures.load()
    assert pickle.loads(pickle.dumps(loaded)) == loaded, "figures must survive pickling"
    assert pickle.loads(pickle.dumps(figures.growth())) == figures.growth(), "and growth"


def test_an_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(LookupOutside, match=r"no figure 'C111'; did you mean 'C11'\?"):
        figures.load()["C111"]


@pytest.mark.parametrize(
    ("at", "inside"),
    [(9, False), (10, True), (Decimal("19.99"), True), (20, False)],
)
def test_until_is_outside(at: int | Decimal, inside: bool) -> None:
    assert figures.Interval(10, 20).contains(at) is inside


def test_to_is_inside_and_a_month_is_its_first_day() -> None:
    assert figures.Interval(8, 10, closed=True).contains(10), "closed at the end"
    december = figures.Interval("2024-12-01", "2025-01-01")
    assert december.contains("2024-12"), "the month printed"
    assert not december.contains("2025-01"), "the next month"
    assert not december.contains("2024"), "a year stands for its first day"


def test_dates() -> None:
    assert is_date("2024-02-29") and not is_date("2023-02-29"), "leap days are checked"
    assert is_date("2024", months=True) and not is_date("2024"), "a year only where months will do"
    assert not is_date("1 March") and not is_date("2024-13", months=True), "no other forms"


# One row per guard: what is changed in OVERLAY, and everything that is said about it.
BROKEN = {
    "unknown section": (
        ("hold_outs:", "holdouts:"),
        "mine.yaml:38:1: found key 'holdouts'; expected one of format, sources, common_ambiguities, figures, "
        "hold_outs; did you mean 'hold_outs'?",
    ),
    "unknown key": (
        ("    speaks_to: settlement\n", "    speaks_to: settlement\n    qualifer: {zh: 余, en: over}\n"),
        "mine.yaml:24:5: found key 'qualifer'; expected one of name, value, unit, interval, scope, article, "
        "place, speaks_to, value_before, interval_before, parts, period, period_note, qualifier, printed, "
        "derived, comparison, common, ambiguities, readings; did you mean 'qualifier'?",
    ),
    "missing key": (
        ("    unit: settlements\n", ""),
        "mine.yaml:12:3: found no key 'unit'; expected the keys name, value, unit, interval, scope, article, "
        "place, speaks_to",
    ),
    "missing language": (
        ("name: {zh: 结算, en: Settlements}", "name: {zh: 结算}"),
        "mine.yaml:13:5: found no key 'en'; expected the keys zh, en",
    ),
    "empty text": (
        ("{zh: 结算, en: Settlements}", '{zh: 结算, en: ""}'),
        "mine.yaml:13:24: found nothing; expected a text",
    ),
    "a text instead of a mapping": (
        ("scope: {zh: 重庆, en: Chongqing}", "scope: Chongqing"),
        "mine.yaml:18:12: found 'Chongqing'; expected a mapping with zh, en",
    ),
    "exponent": (
        ("value: 2600000", "value: 2.6e6"),
        "mine.yaml:14:12: found '2.6e6'; expected a whole number without commas or exponent",
    ),
    "thousands comma": (
        ("value: 2600000", "value: 2,600,000"),
        "mine.yaml:14:12: found '2,600,000'; expected a whole number without commas or exponent",
    ),
    "a count with decimals": (
        ("value: 2600000", "value: 2600000.5"),
        "mine.yaml:14:12: found '2600000.5'; expected a whole number without commas or exponent",
    ),
    "a share with a percent sign": (
        ("value: 0.10", "value: 10%"),
        "mine.yaml:27:12: found '10%'; expected a number without commas or exponent",
    ),
    "value outside its interval": (
        ("value: 2600000", "value: 2600050"),
        "mine.yaml:16:15: found [2599950, 2600050); expected an interval that contains the value 2600050",
    ),
    "earlier value outside its interval": (
        ("value_before: 0.05", "value_before: 0.06"),
        "mine.yaml:31:22: found [0.045, 0.055); expected an interval that contains the value 0.06",
    ),
    "two ends": (
        ("until: 2600050}", "until: 2600050, to: 2600050}"),
        "mine.yaml:16:15: found from and until and to; expected from and until (outside), or from and to (inside)",
    ),
    "earlier value without interval": (
        ("    interval_before: {from: 0.045, until: 0.055}\n", ""),
        "mine.yaml:28:5: found 'value_before' alone; expected value_before and interval_before together",
    ),
    "bad date": (
        ("until: 2024-09-30", "until: 2024-09-31"),
        "mine.yaml:17:39: found '2024-09-31'; expected a date such as 2024-03-01",
    ),
    "period backwards": (
        ("until: 2024-09-30", "until: 2023-09-30"),
        "mine.yaml:17:39: found '2023-09-30'; expected a day not before 2024-01-01",
    ),
    "no period": (
        ("    period: {from: 2024-01-01, until: 2024-09-30}\n", ""),
        "mine.yaml:12:3: found neither 'period' nor 'period_note'; expected at least one of them",
    ),
    "neither printed nor derived": (
        ("    printed: [260.00万]\n", ""),
        "mine.yaml:12:3: found neither 'printed' nor 'derived'; expected at least one of them",
    ),
    "nothing printed": (
        ("printed: [260.00万]", "printed: []"),
        "mine.yaml:19:14: found an empty list; expected a list with at least one entry",
    ),
    "unknown source": (
        ("article: bureau_2025", "article: bureau_2024"),
        "mine.yaml:20:14: found 'bureau_2024'; expected the file name or id of a listed source; "
        "did you mean 'bureau_2025'?",
    ),
    "unknown direction": (
        ("direction: chongqing_to_sichuan", "direction: chongqing_sichuan"),
        "mine.yaml:22:29: found 'chongqing_sichuan'; expected a direction: chongqing_to_sichuan, "
        "sichuan_to_chongqing; did you mean 'chongqing_to_sichuan'?",
    ),
    "unknown measure": (
        ("measure: settlements", "measure: total_fees"),
        "mine.yaml:22:60: found 'total_fees'; expected a simulated total: settlements, total_fee; "
        "did you mean 'total_fee'?",
    ),
    "unknown subject": (
        ("speaks_to: settlement", "speaks_to: settlements"),
        "mine.yaml:23:16: found 'settlements'; expected what a run must contain: settlement, two_periods, "
        "recognition, examination, emergency, card, shortage, assistance, agreement, demography; "
        "did you mean 'settlement'?",
    ),
    "unknown common list": (
        ("common: mine", "common: mines"),
        "mine.yaml:24:13: found 'mines'; expected a list under common_ambiguities: direct_settlement, mine; "
        "did you mean 'mine'?",
    ),
    "grade of a source": (
        ("grade: official", "grade: offical"),
        "mine.yaml:7:12: found 'offical'; expected a grade: article, official, secondary, assumption; "
        "did you mean 'official'?",
    ),
    "hold-out range beside its value": (
        ("high: 0.85}", "high: 0.65}"),
        "mine.yaml:43:12: found 0.60 to 0.65; expected a range around the value 0.70",
    ),
    "hold-out measure": (
        ("measure: share_of_settlements", "measure: share_of_settlement"),
        "mine.yaml:44:14: found 'share_of_settlement'; expected a simulated measure: "
        "cleared_share_of_total_fee, cleared_per_settlement, share_of_settlements, "
        "manual_share; did you mean 'share_of_settlements'?",
    ),
    "hold-out axis": (
        ("where: {scheme: employee}", "where: {scheme: employe}"),
        "mine.yaml:45:21: found 'employe'; expected a scheme: employee, resident; did you mean 'employee'?",
    ),
    "a settled total without a comparison": (
        ("    comparison: {direction: chongqing_to_sichuan, measure: settlements}\n", ""),
        "mine.yaml:22:16: found 'settlement' without a comparison; expected comparison: {direction, measure} "
        "beside it, the simulated total it stands against",
    ),
    "a comparison of something else": (
        ("speaks_to: settlement", "speaks_to: card"),
        "mine.yaml:23:16: found 'card'; expected 'settlement' beside a comparison, or no comparison",
    ),
    "a comparison in another unit": (
        ("unit: settlements", "unit: persons"),
        "mine.yaml:15:11: found 'persons'; expected 'settlements', the unit of settlements",
    ),
    "a comparison with nothing": (
        (
            "value: 2600000\n    unit: settlements\n    interval: {from: 2599950,",
            "value: 0\n    unit: settlements\n    interval: {from: 0,",
        ),
        "mine.yaml:14:12: found '0'; expected a number above zero, because a run differs by a share of it",
    ),
    "a comparison without days": (
        ("period: {from: 2024-01-01, until: 2024-09-30}", "period_note: {zh: 某年, en: some year}"),
        "mine.yaml:22:5: found a comparison without a period; expected period: {from, until}, because a figure is "
        "compared over exactly its days",
    ),
    "a second figure of one total": (
        ("  A1:", "  mine:"),
        "mine.yaml:22:5: found the total of A1 again; expected another total or other days; under the id 'A1' it "
        "would replace that figure",
    ),
    "a share of settlements by nothing": (
        ("where: {scheme: employee}", "where: {}"),
        "mine.yaml:45:12: found share_of_settlements by no axis; expected it by care_type or scheme",
    ),
    "a share of settlements by two axes": (
        ("where: {scheme: employee}", "where: {care_type: chronic, scheme: employee}"),
        "mine.yaml:45:12: found share_of_settlements by care_type and scheme; expected it by care_type or scheme",
    ),
    "relief by scheme": (
        ("measure: share_of_settlements", "measure: cleared_share_of_total_fee"),
        "mine.yaml:45:12: found cleared_share_of_total_fee by scheme; expected it by none or care_type",
    ),
    "a share in yuan": (
        (
            "measure: share_of_settlements\n    where: {scheme: employee}",
            "measure: cleared_per_settlement\n    where: {care_type: chronic}",
        ),
        "mine.yaml:42:11: found 'share'; expected 'yuan', the unit of cleared_per_settlement",
    ),
    "visits by hand": (
        (
            "measure: share_of_settlements\n    where: {scheme: employee}",
            "measure: manual_share\n    where: {care_type: outpatient}",
        ),
        "mine.yaml:45:24: found 'outpatient'; expected 'inpatient': only stays are compared by hand",
    ),
    "nothing said": (
        (OVERLAY[len("format: 1\n") :], ""),
        "mine.yaml:1:1: found nothing but the format; expected one of sources, common_ambiguities, figures, hold_outs",
    ),
}


@pytest.mark.parametrize("guard", BROKEN)
def test_broken_overlays(tmp_path: Path, guard: str) -> None:
    change, said = BROKEN[guard]
    assert refusal(tmp_path, change) == said


def test_unknown_unit_and_source_of_a_hold_out(tmp_path: Path) -> None:
    said = refusal(tmp_path, ("unit: settlements", "unit: settlement"))
    assert said.startswith("mine.yaml:15:11: found 'settlement'; expected a unit: share, growth, ")
    assert said.endswith("; did you mean 'settlements'?")
    said = refusal(tmp_path, ("sources: [bureau_2025]", "sources: [bureau_2026]"))
    assert said.startswith("mine.yaml:49:15: found 'bureau_2026'; expected the id of a listed source: ")
    assert said.endswith("; did you mean 'bureau_2025'?")


def test_a_hold_out_is_not_better_than_its_sources(tmp_path: Path) -> None:
    said = refusal(tmp_path, ("grade: official", "grade: secondary"))
    expected = "at most secondary, the grade of its source 'bureau_2025'"
    assert said == f"mine.yaml:48:12: found 'official'; expected {expected}"


def test_the_id_of_a_known_source_is_taken(tmp_path: Path) -> None:
    said = refusal(tmp_path, *[("bureau_2025", "nhsa_2020")] * 4)
    assert said.startswith("mine.yaml:3:3: found source 'nhsa_2020' again; expected another name than ")
    assert "sources/observed.yaml:" in said and said.endswith(" uses")


def test_two_files_may_list_the_very_same_source(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(OVERLAY, encoding="utf-8")
    loaded = figures.load([written(tmp_path, OVERLAY), tmp_path / "more.yaml"])
    assert loaded.sources["bureau_2025"].date == "2025-03"
    again = OVERLAY.replace("2025-03", "2025-04")
    (tmp_path / "more.yaml").write_text(again, encoding="utf-8")
    with pytest.raises(InputError, match=r"more\.yaml:3:3: found source 'bureau_2025' again; expected another name"):
        figures.load([written(tmp_path, OVERLAY), tmp_path / "more.yaml"])


def test_all_problems_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    said = refusal(
        tmp_path,
        ("high: 0.85}", "high: 0.65}"),
        ("value: 2600000", "value: many"),
        ("publisher: A bureau", "publisher:"),
    ).splitlines()
    assert said == [
        "mine.yaml:5:5: found nothing; expected a text",
        "mine.yaml:14:12: found 'many'; expected a whole number without commas or exponent",
        "mine.yaml:43:12: found 0.60 to 0.65; expected a range around the value 0.70",
    ]


def test_growth_of_the_default_and_of_each_direction() -> None:
    default = figures.growth()
    assert default.reading == "R1", "R1 is the default"
    assert default.settlements("chongqing_to_sichuan") == 14_200, "basis points of the factor"
    assert default.gross("sichuan_to_chongqing") == 11_300
    assert default.stays("chongqing_to_sichuan") == 11_795


def test_what_a_reading_does_not_say_comes_from_the_named_one() -> None:
    third = figures.growth("R3")
    borrowed = third.directions["chongqing_to_sichuan"]
    assert borrowed.otherwise == "R1" and borrowed.stays.reading == "R1", "the loan is visible"
    assert third.directions["sichuan_to_chongqing"].otherwise == "", "nothing borrowed here"
    fifth = figures.growth("R5").directions["chongqing_to_sichuan"]
    assert (fifth.settlements.reading, fifth.gross.reading) == ("R5", "R2"), "only the gap is filled"


def test_before_rounds_half_up() -> None:
    half = figures.Factor(20_000, 20_000, 20_000, "assumption", (), "R1")
    assert [half.before(n) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_unknown_reading() -> None:
    with pytest.raises(InputError) as caught:
        figures.growth("R7")
    assert str(caught.value).startswith("reading of growth: found 'R7'; expected one of R1, R2, R3, R4, R5, R6")


GROWTH_BROKEN = {
    "value above high": (
        ("          value: 1.42\n", "          value: 2.42\n"),
        "found 24200 basis points; expected a value from low 11300 to high 22692",
    ),
    "five decimals": (
        ("          value: 1.42\n", "          value: 1.42001\n"),
        "found 1.42001; expected a factor above zero with at most four decimals",
    ),
    "zero": (
        ("          low: 1.13\n", "          low: 0\n"),
        "found 0; expected a factor above zero with at most four decimals",
    ),
    "no fallback": (
        ("        otherwise: R1\n", ""),
        "found something unknown without `otherwise`; expected the reading that is used in its place",
    ),
    "fallback knows nothing": (
        ("otherwise: R1", "otherwise: R3"),
        "found 'R3'; expected a reading that knows settlements, gross, stays of chongqing_to_sichuan",
    ),
    "fallback of nothing": (
        ("  R3:\n", "        otherwise: R1\n  R3:\n"),
        "found 'R1'; expected no `otherwise`, because nothing is unknown",
    ),
    "unknown default": (
        ("default: R1", "default: R9"),
        "found 'R9'; expected a reading: R1, R2, R3, R4, R5, R6",
    ),
    "a reading left out": (
        ("  R6:\n", "  R66:\n"),
        "found key 'R66'; expected one of R1, R2, R3, R4, R5, R6; did you mean 'R6'?",
    ),
}


@pytest.mark.parametrize("guard", GROWTH_BROKEN)
def test_broken_growth(tmp_path: Path, guard: str) -> None:
    (old, new), said = GROWTH_BROKEN[guard]
    text = GROWTH.read_text(encoding="utf-8")
    assert old in text, f"growth.yaml has no {old!r}"
    path = written(tmp_path, text.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        figures.growth(path=path)
    assert f"{path}:{place(text, old, new)}: {said}" in str(caught.value).splitlines()


def place(text: str, old: str, new: str) -> str:
    """Line and column where the broken value or key stands, counted by hand from the replacement."""
    start = text.index(old)
    line = text.count("\n", 0, start) + 1
    if not new:  # the direction that lacks the key begins four lines above, after two levels of names
        return f"{line - 4}:7"
    value = new.splitlines()[0]
    column = value.index(": ") + 3 if ": " in value else len(value) - len(value.lstrip()) + 1
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return f"{line}:{len(before) + column}"


def test_sources_file_has_no_unknown_words() -> None:
    assert (FOLDER / "observed.yaml").read_text(encoding="utf-8").startswith("#"), "says what it is"
    assert all(source.title.zh and source.title.en for source in figures.load().sources.values())
