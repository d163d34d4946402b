"""One broken rule file per message: the words, and the place."""

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import Problem
from settlement_sim.fields import Words
from settlement_sim.provenance import Source
from settlement_sim.rules import loading
from settlement_sim.rules.declarations import read_declarations
from settlement_sim.rules.leaf import Series

LEAVES = read_declarations(
    yamlio.read_text(
        """format: 1
leaves:
  pooled.ceiling: {unit: yuan, may_be_none: "true", zh: 限额, en: ceiling}
  inpatient.deductible: {unit: yuan, axes: [level], without: {level: [pharmacy]}, zh: 起付线, en: deductible}
  inpatient.ratio: {unit: percent, axes: [status], zh: 比例, en: ratio}
  catastrophic.counts_on: {unit: choice, choices: [excess, absolute], zh: 计法, en: counting}
  catalogue.advance: {unit: percent, axes: [item], zh: 先行自付, en: advance}
  tilt.ratio: {unit: percent, by_district: "true", zh: 倾斜救助, en: tilt}
  chronic.listed: {unit: flag, national: "true", zh: 病种, en: listed}
""",
        "leaves.yaml",
    )
)
SOURCES = {
    "law": Source("law", Words("文", "law"), "city", "2023", "official", where="s.yaml:1:1"),
    "page": Source("page", Words("页", "page"), "web", "2023", "secondary", where="s.yaml:2:1"),
}
HEAD = "format: 1\npools: [chengdu]\nscheme: employee\ngrade: secondary\nsource: page\nleaves:\n"


def read(*texts: str) -> tuple[dict[loading.Key, Series], list[str]]:
    problems: list[Problem] = []
    documents = [yamlio.read_text(text, "r.yaml" if i == 0 else f"r{i}.yaml") for i, text in enumerate(texts)]
    series = loading.assemble([documents], LEAVES, dict(SOURCES), problems)
    return series, [str(problem) for problem in problems]


def wrong(*texts: str) -> list[str]:
    return read(*texts)[1]


def one_leaf(body: str, *, name: str = "pooled.ceiling", unit: str = "yuan") -> str:
    """A file whose line 7 is the leaf, line 8 its unit, and `body` from line 9 on, indented by four."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{HEAD}  {name}:\n    unit: {unit}\n{lines}"


def dated(cell: str) -> str:
    """One value whose cell stands in line 9, from column 35 on."""
    return one_leaf(f"values: [{{from: 2023-01-01, cells: {cell}}}]")


def levels(cells: str) -> str:
    """A deductible whose cells stand in line 10, from column 35 on."""
    body = f"axes: [level]\nvalues: [{{from: 2023-01-01, cells: {cells}}}]"
    return one_leaf(body, name="inpatient.deductible")


def test_a_whole_file_reads_without_a_problem() -> None:
    series, problems = read(dated("380000.00"))
    assert problems == []
    (cell,) = series[("pooled.ceiling", "chengdu", "employee", "")].versions[0].cells.values()
    assert (cell.value, cell.grade, cell.source, cell.where) == (
        38_000_000,
        "secondary",
        "page",
        "r.yaml:9:40",
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("880.005", "found '880.005'; expected yuan with at most 2 decimals"),
        ("'1,000.00'", "found '1,000.00'; expected a number without a thousands comma: 1000.00"),
        ("1e5", "found '1e5'; expected a number of yuan such as 880.00 or none"),
        ("1_000", "found '1_000'; expected a number of yuan such as 880.00 or none"),
        ("-1.00", "found '-1.00'; expected yuan from 0 to 9999999999.98"),
        ("9999999999.99", "found '9999999999.99'; expected yuan from 0 to 9999999999.98"),
        ("~", "found no number; expected a value in yuan"),
        ("[1.00]", "found no number; expected a value in yuan"),
    ],
)
def test_a_number_that_is_none(cell: str, said: str) -> None:
    assert wrong(dated(cell)) == [f"r.yaml:9:40: {said}"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("100.01", "found '100.01'; expected percent from 0 to 100"),
        ("-5", "found '-5'; expected percent from 0 to 100"),
        ("95.005", "found '95.005'; expected percent with at most 2 decimals"),
        ("none", "found 'none'; expected a number of percent such as 95"),
        ("95%", "found '95%'; expected a number of percent such as 95"),
    ],
)
def test_a_percentage_that_is_none(number: str, said: str) -> None:
    body = f"axes: [status]\nvalues: [{{from: 2023-01-01, cells: {{others: '{number}'}}}}]"
    assert wrong(one_leaf(body, name="inpatient.ratio", unit="percent")) == [f"r.yaml:10:49: {said}"]


def test_a_choice_that_does_not_exist() -> None:
    text = one_leaf("values: [{from: 2023-01-01, cells: exces}]", name="catastrophic.counts_on", unit="choice")
    said = "found 'exces'; expected one of excess, absolute; did you mean 'excess'?"
    assert wrong(text) == [f"r.yaml:9:40: {said}"]


def test_unknown_keys_at_every_depth() -> None:
    text = HEAD.replace("scheme", "pool: x\nscheme") + (
        "  pooled.ceiling:\n    unit: yuan\n    axis: []\n    values:\n"
        "      - {from: 2023-01-01, untill: 2024-01-01, cells: {value: 1.00, hihg: 2.00}}\n"
    )
    keys = [line.split(";")[0] + ";" + line.split(";")[-1] for line in wrong(text)]
    assert keys == [
        "r.yaml:3:1: found key 'pool'; did you mean 'pools'?",
        "r.yaml:10:5: found key 'axis'; did you mean 'axes'?",
        "r.yaml:12:28: found key 'untill'; did you mean 'until'?",
        "r.yaml:12:69: found key 'hihg'; did you mean 'high'?",
    ]


def test_an_unknown_leaf() -> None:
    assert wrong(one_leaf("cells: 1.00", name="pooled.cieling")) == [
        "r.yaml:7:3: found leaf 'pooled.cieling'; expected a leaf of leaves.yaml; did you mean 'pooled.ceiling'?"
    ]


def test_another_unit_than_declared() -> None:
    assert wrong(one_leaf("values: [{from: 2023-01-01, cells: 1.00}]", unit="yaun")) == [
        "r.yaml:8:11: found unit 'yaun'; expected yuan, as leaves.yaml declares; did you mean 'yuan'?"
    ]


def test_no_unit() -> None:
    text = f"{HEAD}  pooled.ceiling: {{values: [{{from: 2023-01-01, cells: 1.00}}]}}\n"
    assert wrong(text) == ["r.yaml:7:19: found no unit; expected yuan, as leaves.yaml declares"]


def test_other_axes_than_declared() -> None:
    text = levels("{others: 1.00}").replace("[level]", "[lvel]")
    said = "found axes [lvel]; expected [level], as leaves.yaml declares; did you mean 'level'?"
    assert wrong(text) == [f"r.yaml:9:11: {said}"]


def test_unknown_pools_and_schemes() -> None:
    text = dated("1.00").replace("[chengdu]", "[chengd, sichuan]").replace("scheme: employee", "scheme: employe")
    first, second = wrong(text)
    assert first.startswith("r.yaml:2:9: found 'chengd'; expected one of chongqing, chengdu,")
    assert first.endswith("did you mean 'chengdu'?")
    assert second == "r.yaml:3:9: found 'employe'; expected one of employee, resident; did you mean 'employee'?"


def test_no_pools() -> None:
    assert wrong(dated("1.00").replace("pools: [chengdu]", "pools: chengdu")) == [
        "r.yaml:2:8: found no list of pools; expected pools: [name, …]"
    ]


def test_no_leaves() -> None:
    assert wrong("format: 1\npools: [chengdu]\n") == ["r.yaml:1:1: found no leaves; expected a mapping of leaves"]


def test_an_unknown_pool_to_inherit_from() -> None:
    (line,) = wrong("format: 1\npools: [yibin]\ninherits: chengu\n")
    assert line.startswith("r.yaml:3:11: found 'chengu'; expected one of chongqing,")
    assert line.endswith("did you mean 'chengdu'?")


def test_an_unknown_label() -> None:
    assert wrong(levels('{community: 1.00, "1": 1.00, "2": 1.00, "3": 1.00, pharmacy: 1.00}')) == [
        "r.yaml:10:91: found level 'pharmacy'; expected one of community, 1, 2, 3"
    ]
    (line,) = wrong(levels("{comunity: 1.00, others: 1.00}"))
    assert line == (
        "r.yaml:10:41: found level 'comunity'; expected one of community, 1, 2, 3; did you mean 'community'?"
    )


def test_a_label_of_the_other_scheme() -> None:
    body = "axes: [status]\nvalues: [{from: 2023-01-01, cells: {adult: 90, others: 90}}]"
    assert wrong(one_leaf(body, name="inpatient.ratio", unit="percent")) == [
        "r.yaml:10:41: found status 'adult'; expected one of active, retired"
    ]


def test_missing_cells() -> None:
    assert wrong(levels('{community: 1.00, "2": 1.00}')) == [
        "r.yaml:10:40: found no cell for level 1, 3; expected every level: community, 1, 2, 3"
    ]


def test_one_number_in_place_of_labels() -> None:
    assert wrong(levels("1.00")) == [
        "r.yaml:10:40: found no mapping; expected a mapping with one entry for every level"
    ]


def test_others_that_stands_for_nothing() -> None:
    assert wrong(levels('{community: 1.00, "1": 1.00, "2": 1.00, "3": 1.00, others: 1.00}')) == [
        "r.yaml:10:99: found 'others' that stands for nothing; expected a level still open, or no 'others'"
    ]


def test_dates_that_overlap() -> None:
    values = "values:\n  - {from: 2023-01-01, until: 2024-06-30, cells: 1.00}\n  - {from: 2024-01-01, cells: 2.00}"
    assert wrong(one_leaf(values)) == [
        "r.yaml:11:16: found 2024-01-01, although the value before holds until 2024-06-30; expected no overlap"
    ]


def test_dates_with_a_gap() -> None:
    values = "values:\n  - {from: 2023-01-01, until: 2023-11-30, cells: 1.00}\n  - {from: 2024-01-01, cells: 2.00}"
    assert wrong(one_leaf(values)) == [
        "r.yaml:11:16: found 2024-01-01, although the value before ends on 2023-11-30; expected no gap"
    ]


@pytest.mark.parametrize("day", ["2023-01-01", "2022-12-31"])
def test_dates_out_of_order(day: str) -> None:
    values = f"values:\n  - {{from: 2023-01-01, cells: 1.00}}\n  - {{from: {day}, cells: 2.00}}"
    assert wrong(one_leaf(values)) == [
        f"r.yaml:11:16: found {day}, not after 2023-01-01; expected values in order of time, without overlap"
    ]


def test_an_end_before_the_beginning() -> None:
    assert wrong(one_leaf("values: [{from: 2023-01-01, until: 2022-12-31, cells: 1.00}]")) == [
        "r.yaml:9:40: found 2022-12-31, before the first day 2023-01-01; expected the last day in force"
    ]


@pytest.mark.parametrize("text", ["2023-02-30", "2023-1-1", "20230101"])
def test_a_date_that_is_none(text: str) -> None:
    assert wrong(one_leaf(f"values: [{{from: {text}, cells: 1.00}}]")) == [
        f"r.yaml:9:21: found {text!r}; expected a date such as 2024-01-01"
    ]


def test_a_value_without_a_first_day() -> None:
    said = "found a value without a first day; expected from: YYYY-MM-DD here or at the top of the file"
    assert wrong(one_leaf("values: [{cells: 1.00}]")) == [f"r.yaml:9:14: {said}"]
    assert wrong(one_leaf("cells: 1.00")) == [f"r.yaml:8:5: {said}"]


def test_a_value_without_cells() -> None:
    assert wrong(one_leaf("values: [{from: 2023-01-01}]")) == [
        "r.yaml:9:14: found a value without cells; expected cells: with one number for every label"
    ]
    assert wrong(one_leaf("values: []")) == [
        "r.yaml:9:13: found leaf 'pooled.ceiling' without values; expected cells, or a list of values"
    ]


def test_both_cells_and_values() -> None:
    text = one_leaf("cells: 1.00\nvalues: []").replace("scheme: employee", "scheme: employee\nfrom: 2023-01-01")
    assert wrong(text) == [
        "r.yaml:11:13: found both cells and values; expected cells for one value, or a list of values"
    ]


def test_from_known_is_true_or_false() -> None:
    assert wrong(one_leaf("values: [{from: 2023-01-01, from_known: NO, cells: 1.00}]")) == [
        "r.yaml:9:45: found 'NO'; expected true or false"
    ]


def test_a_leaf_or_value_that_is_no_mapping() -> None:
    assert wrong(f"{HEAD}  pooled.ceiling: 3\n")[0] == (
        "r.yaml:7:19: found no mapping; expected a mapping of keys and values"
    )
    assert wrong(one_leaf("values: [3]"))[0] == ("r.yaml:9:14: found no mapping; expected a mapping of keys and values")


def test_an_unknown_grade() -> None:
    assert wrong(dated("{value: 1.00, grade: secondry, source: page}")) == [
        "r.yaml:9:61: found 'secondry'; expected one of article, official, secondary, assumption; "
        "did you mean 'secondary'?"
    ]


def test_an_unknown_source() -> None:
    assert wrong(dated("{value: 1.00, source: pag}")) == [
        "r.yaml:9:62: found source 'pag'; expected a source of sources/rules.yaml or of this file; did you mean 'page'?"
    ]


def test_a_value_without_a_grade() -> None:
    assert wrong(dated("1.00").replace("grade: secondary\n", "note: x\n")) == [
        "r.yaml:9:40: found a value without a grade; expected grade: one of article, official, secondary, assumption"
    ]


def test_a_new_grade_needs_a_new_source() -> None:
    assert wrong(dated("{value: 1.00, grade: official}")) == [
        "r.yaml:9:48: found a value graded official without a source; expected a source"
    ]


def test_a_value_graded_above_its_source() -> None:
    assert wrong(dated("{value: 1.00, grade: official, source: page}")) == [
        "r.yaml:9:48: found a value graded official; expected at most secondary, the grade of its source 'page'"
    ]


def test_an_assumption_needs_a_range_and_a_note() -> None:
    assert wrong(dated("{value: 1.00, grade: assumption, low: 0.50}")) == [
        "r.yaml:9:48: found an assumption without low and high; expected both, or a spread in percent",
        "r.yaml:9:48: found an assumption without a note; expected a note that says what it rests on",
    ]


def test_a_range_that_misses_the_value() -> None:
    assert wrong(dated("{value: 1.00, low: 2.00, high: 0.50}")) == [
        "r.yaml:9:48: found a low above the value; expected low <= value <= high",
        "r.yaml:9:48: found a high below the value; expected low <= value <= high",
    ]


def test_a_range_is_read_like_the_value() -> None:
    assert wrong(dated("{value: 1.00, low: x}")) == [
        "r.yaml:9:59: found 'x'; expected a number of yuan such as 880.00 or none"
    ]


@pytest.mark.parametrize("spread", ["101", "-5", "ten", "2.5"])
def test_a_spread_is_a_whole_percentage(spread: str) -> None:
    line = wrong(dated(f"{{value: 1.00, grade: assumption, note: x, spread: '{spread}'}}"))[0]
    assert line == f"r.yaml:9:90: found '{spread}'; expected a whole percentage from 0 to 100"


def test_a_leaf_filled_twice() -> None:
    assert wrong(dated("1.00"), dated("2.00")) == [
        "r1.yaml:7:3: found pooled.ceiling for chengdu employee again (first at r.yaml:7:3); "
        "expected each leaf once for a pool and scheme"
    ]


def test_a_file_may_bring_its_own_sources_but_not_rename_others() -> None:
    own = "sources:\n  %s: {title: {zh: 文, en: text}, publisher: we, date: 2024, grade: official}\n"
    cell = "{value: 1.00, grade: official, source: ours}"
    assert wrong(dated(cell) + own % "ours") == []
    assert wrong(dated("1.00") + own % "page") == [
        "r.yaml:11:3: found source 'page' again; expected another name than s.yaml:2:1 uses"
    ]


CATALOGUE = """  catalogue.advance:
    unit: percent
    axes: [item]
    values: [{from: 2023-01-01, cells: {others: 10}}]
"""


def test_a_catalogue_of_one_scheme() -> None:
    assert wrong(HEAD + CATALOGUE) == [
        "r.yaml:7:3: found catalogue.advance for the employee scheme alone; "
        "expected a file without `scheme`: catalogues hold for both schemes"
    ]
    assert wrong((HEAD + CATALOGUE).replace("scheme: employee\n", "")) == []


def test_a_catalogue_is_not_inherited_for_one_scheme() -> None:
    chengdu = (HEAD + CATALOGUE).replace("scheme: employee\n", "")
    heir = "format: 1\npools: [yibin]\nscheme: %s\ninherits: chengdu\nspread: 0\n"
    both, problems = read(chengdu, (heir % "x").replace("scheme: x\n", ""))
    assert problems == []
    assert {key[2] for key in both if key[1] == "yibin"} == {"employee", "resident"}
    alone, problems = read(chengdu, heir % "employee")
    assert problems == []
    assert not [key for key in alone if key[1] == "yibin"], "whose lists they are does not follow the scheme"


TILT = """format: 1
pools: [chongqing]
districts: [yubei]
grade: official
source: law
from: 2023-01-01
leaves:
  tilt.ratio: {unit: percent, cells: 60}
"""


def test_a_district_speaks_beside_its_pool() -> None:
    pool = TILT.replace("districts: [yubei]\n", "").replace("60", "50")
    series, problems = read(TILT, pool)
    assert problems == []
    values = {key[3]: one.versions[0].cells[()].value for key, one in series.items() if key[2] == "resident"}
    assert values == {"yubei": 6_000, "": 5_000}


def test_a_district_speaks_only_of_what_districts_set() -> None:
    assert wrong(
        TILT.replace("tilt.ratio: {unit: percent, cells: 60}", "pooled.ceiling: {unit: yuan, cells: 1.00}")
    ) == ["r.yaml:8:3: found pooled.ceiling for districts; expected a leaf that leaves.yaml declares by_district"]


def test_districts_are_those_of_chongqing() -> None:
    assert wrong(TILT.replace("[chongqing]", "[chengdu]")) == [
        "r.yaml:3:1: found districts; expected pools: [chongqing], whose districts set rules of their own"
    ]
    assert wrong(TILT.replace("[yubei]", "yubei")) == [
        "r.yaml:3:12: found no list of districts; expected districts: [name, …]"
    ]


def test_a_district_filled_twice() -> None:
    again = wrong(TILT, TILT)
    assert len(again) == 2, "once for each scheme"
    assert again[0] == (
        "r1.yaml:8:3: found tilt.ratio for yubei employee again (first at r.yaml:8:3); "
        "expected each leaf once for a pool and scheme"
    )


def test_a_national_rule_is_one_for_all() -> None:
    text = "format: 1\npools: [all]\ngrade: official\nsource: law\nfrom: 2023-01-01\nleaves:\n"
    text += "  chronic.listed: {unit: flag, cells: 'true'}\n"
    assert wrong(text) == []
    said = "expected pools: [all] and no scheme, as it is national"
    for narrowed in (text.replace("all", "chengdu"), text.replace("grade", "scheme: resident\ngrade", 1)):
        (line,) = wrong(narrowed)
        assert line.endswith(f"found chronic.listed for some pools or one scheme; {said}")


def test_all_problems_of_several_files_come_together() -> None:
    assert len(wrong(dated("x"), dated("y").replace("chengdu", "chongqing"))) == 2
