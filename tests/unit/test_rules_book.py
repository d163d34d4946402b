"""Looking up, overlaying, covering and flattening the book of rules."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from settlement_sim.errors import InputError, LookupOutside
from settlement_sim.rules import units
from settlement_sim.rules.book import RuleBook
from settlement_sim.vocabulary import AXES, POOLS, SCHEMES

DAY = dt.date(2024, 5, 15)
OVERLAY = """format: 1
pools: [chengdu]
scheme: employee
sources:
  own: {title: {zh: 本市文件, en: our by-law}, publisher: we, date: 2024, grade: official}
grade: official
source: own
leaves:
  inpatient.deductible:
    unit: yuan
    axes: [level]
    values:
      - {from: 2023-01-01, until: 2024-06-30, cells: {others: 700.00}}
      - {from: 2024-07-01, cells: {others: 650.00}}
"""


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return RuleBook.load()


def overlaid(tmp_path: Path, text: str = OVERLAY) -> RuleBook:
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    return RuleBook.load([tmp_path / "own.yaml"])


def test_a_cell_carries_its_number_grade_source_and_place(book: RuleBook) -> None:
    cell = book.cell("inpatient.deductible", pool="chongqing", scheme="employee", date=DAY, level="3")
    assert (cell.value, cell.unit, cell.grade, cell.source) == (
        88_000,
        "yuan",
        "secondary",
        "cq_employee_benefits",
    )
    assert (cell.start, cell.from_known, cell.until) == (dt.date(2022, 10, 1), False, None)
    assert cell.where.startswith("settlement_sim/rules/data/chongqing/employee.yaml:")


def test_a_value_ends_the_day_before_the_next_begins(book: RuleBook) -> None:
    def threshold(day: dt.date) -> int:
        return book.cell("catastrophic.threshold", pool="chengdu", scheme="resident", date=day, assistance="none").value

    assert threshold(dt.date(2023, 12, 31)) < threshold(dt.date(2024, 1, 1))


def test_an_inherited_cell_is_an_assumption_with_a_range_and_says_from_whom(book: RuleBook) -> None:
    own = book.cell("inpatient.deductible", pool="chengdu", scheme="employee", date=DAY, level="3")
    cell = book.cell("inpatient.deductible", pool="yibin", scheme="employee", date=DAY, level="3")
    assert (cell.value, cell.grade, cell.inherited_from) == (own.value, "assumption", "chengdu")
    assert (cell.low, cell.high) == (own.value * 8 // 10, own.value * 12 // 10)
    assert own.inherited_from == "" and own.grade == "secondary"


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("inpatient.rato", {}, "no rule 'inpatient.rato'; did you mean 'inpatient.ratio'?"),
        ("inpatient.deductible", {"pool": "chengd"}, "no pool 'chengd'; did you mean 'chengdu'?"),
        ("inpatient.deductible", {"scheme": "x"}, "no scheme 'x'; there are employee, resident"),
        (
            "inpatient.deductible",
            {"date": dt.date(2022, 9, 30)},
            "on 2022-09-30: covered only from 2022-10-01",
        ),
        ("inpatient.deductible", {"level": "pharmacy"}, "no level 'pharmacy'; there are community, 1, 2, 3"),
        ("inpatient.ratio", {}, "its axes are tier, status, level; given were level"),
        ("large_sum.ratio", {}, "its axes are none; given were level"),
    ],
)
def test_a_lookup_outside_says_what_was_asked_and_what_there_is(
    book: RuleBook, name: str, changed: dict[str, object], said: str
) -> None:
    asked: dict[str, object] = {"pool": "chengdu", "scheme": "employee", "date": DAY, "level": "3"} | changed
    with pytest.raises(LookupOutside) as caught:
        book.cell(name, **asked)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_dense_agrees_with_every_cell_and_is_minus_one_elsewhere(book: RuleBook) -> None:
    dense = {name: book.dense(name) for name, leaf in book.leaves.items() if not leaf.of_careers}
    seen = {name: np.zeros(array.shape, bool) for name, array in dense.items()}
    for entry in (entry for entry in book.entries() if entry.leaf.name in dense):
        at = [AXES[axis].index(label) for axis, label in zip(entry.leaf.axes, entry.labels, strict=True)]
        for version, day in enumerate(book.starts):
            if entry.cell.start <= day and (entry.cell.until is None or day <= entry.cell.until):
                place = (version, POOLS.index(entry.pool), SCHEMES.index(entry.scheme), *at)
                if entry.district:
                    assert book.dense(entry.leaf.name, entry.district)[place] == entry.cell.value
                    continue
                assert dense[entry.leaf.name][place] == entry.cell.value
                seen[entry.leaf.name][place] = True
    for name, array in dense.items():
        assert array.dtype == np.int64 and (array[~seen[name]] == -1).all(), name


def test_dense_marks_what_does_not_apply(book: RuleBook) -> None:
    ratio = book.dense("inpatient.ratio")
    assert ratio.shape == (len(book.starts), 22, 2, 3, 4, 5)
    assert (ratio[..., AXES["level"].index("pharmacy")] == -1).all()
    assert (ratio[:, :, SCHEMES.index("resident"), AXES["tier"].index("none")] == -1).all()


def test_axes_are_those_of_the_declaration(book: RuleBook) -> None:
    assert book.axes("inpatient.ratio") == ("tier", "status", "level") and book.axes("large_sum.ratio") == ()


def test_starts_are_sorted_and_include_the_day_after_an_end(book: RuleBook, tmp_path: Path) -> None:
    assert book.starts == sorted(set(book.starts)) and book.starts[0] == dt.date(2022, 10, 1)
    ending = overlaid(tmp_path, OVERLAY.replace("      - {from: 2024-07-01, cells: {others: 650.00}}\n", ""))
    assert dt.date(2024, 7, 1) in ending.starts and dt.date(2024, 7, 1) not in book.starts
    level_3 = ending.dense("inpatient.deductible")[:, 1, 0, 3]
    assert level_3[ending.starts.index(dt.date(2024, 7, 1))] == -1


def test_an_overlay_replaces_only_what_it_names(book: RuleBook, tmp_path: Path) -> None:
    own = overlaid(tmp_path)

    def deductible(of: RuleBook, pool: str, scheme: str, day: dt.date = DAY) -> int:
        return of.cell("inpatient.deductible", pool=pool, scheme=scheme, date=day, level="3").value

    assert deductible(own, "chengdu", "employee") == 70_000
    assert deductible(own, "chengdu", "employee", dt.date(2024, 7, 1)) == 65_000
    for pool, scheme in [("chengdu", "resident"), ("yibin", "employee"), ("chongqing", "employee")]:
        assert deductible(own, pool, scheme) == deductible(book, pool, scheme)
    assert own.sources["own"].title.en == "our by-law"


def test_the_last_overlay_wins_and_may_inherit(tmp_path: Path) -> None:
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"]
    paths[0].write_text(OVERLAY, encoding="utf-8")
    paths[1].write_text(OVERLAY.replace("own", "newer").replace("700", "600"), encoding="utf-8")
    paths[2].write_text("format: 1\npools: [yibin]\nscheme: employee\ninherits: chengdu\nspread: 0\n", encoding="utf-8")
    cell = RuleBook.load(paths).cell("inpatient.deductible", pool="yibin", scheme="employee", date=DAY, level="3")
    assert (cell.value, cell.inherited_from) == (60_000, "chengdu")


def test_problems_of_all_overlays_come_together(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(OVERLAY.replace("700.00", "x"), encoding="utf-8")
    second.write_text("format: 1\nformat: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        RuleBook.load([first, second, tmp_path / "none.yaml"])
    wheres = [problem.where for problem in caught.value.problems]
    assert sorted(wheres) == [f"{first}:13:63", f"{second}:2:1", f"{tmp_path}/none.yaml"]


def test_covers_names_what_begins_too_late_or_ends_too_early(book: RuleBook, tmp_path: Path) -> None:
    first, last = dt.date(2023, 10, 1), dt.date(2024, 12, 31)
    assert book.covers(first, last) == []
    early = book.covers(dt.date(2022, 9, 30), last)
    settlement = [leaf for leaf in book.leaves.values() if not leaf.of_careers]
    assert len(early) == len(settlement) * len(POOLS) * len(SCHEMES)
    text = OVERLAY.replace("      - {from: 2024-07-01, cells: {others: 650.00}}\n", "")
    (problem,) = overlaid(tmp_path, text).covers(first, last)
    assert str(problem) == (
        f"{tmp_path}/own.yaml:13:63: found inpatient.deductible for chengdu employee only from 2023-01-01 "
        "until 2024-06-30; expected it in force from 2023-10-01 until 2024-12-31"
    )


def test_covers_names_a_leaf_that_nobody_fills(book: RuleBook) -> None:
    without = {key: value for key, value in book._series.items() if key != ("large_sum.ratio", "aba", "resident", "")}
    bare = RuleBook(book.leaves, book.sources, without, "", "")
    (problem,) = bare.covers(dt.date(2023, 10, 1), dt.date(2024, 12, 31))
    assert problem.found == "no large_sum.ratio for aba resident"
    assert problem.where.startswith("settlement_sim/rules/leaves.yaml:")
    with pytest.raises(LookupOutside, match=r"large_sum.ratio for aba resident on 2024-05-15: covered only for"):
        bare.cell("large_sum.ratio", pool="aba", scheme="resident", date=DAY)


def test_the_fingerprint_sees_content_and_not_line_endings_or_folders(book: RuleBook, tmp_path: Path) -> None:
    assert RuleBook.load().fingerprint() == book.fingerprint()
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    texts = [OVERLAY, OVERLAY.replace("\n", "\r\n"), OVERLAY.replace("700.00", "701.00")]
    prints = []
    for folder, text in zip(folders, texts, strict=True):
        folder.mkdir()
        (folder / "own.yaml").write_bytes(text.encode())
        prints.append(RuleBook.load([folder / "own.yaml"]).fingerprint())
    assert prints[0] == prints[1] and len({book.fingerprint(), prints[0], prints[2]}) == 3


DISTRICT = """format: 1
pools: [chongqing]
districts: [wanzhou]
grade: assumption
note: a district of its own
spread: 0
leaves:
  tilt.ratio:
    unit: percent
    axes: [assistance]
    values: [{from: 2024-03-01, until: 2024-06-30, cells: {others: 33}}]
"""


def tilt(of: RuleBook, day: dt.date, district: str = "") -> int:
    axes = {"pool": "chongqing", "scheme": "resident", "assistance": "low_income"}
    return of.cell("tilt.ratio", date=day, district=district, **axes).value


def test_a_district_comes_before_the_pool_on_the_days_it_speaks_of(tmp_path: Path) -> None:
    own, pool = overlaid(tmp_path, DISTRICT), tilt(RuleBook.load(), DAY)
    assert tilt(own, DAY, "wanzhou") == 3_300 and tilt(own, DAY, "fuling") == tilt(own, DAY) == pool
    assert tilt(own, dt.date(2024, 2, 29), "wanzhou") == tilt(own, dt.date(2024, 7, 1), "wanzhou") == pool
    assert set(own.districts) == {"yubei", "wanzhou"}
    assert own.districts["wanzhou"] == f"{tmp_path}/own.yaml:11:68"


def test_dense_of_a_district_is_the_pool_where_it_is_silent(tmp_path: Path) -> None:
    own = overlaid(tmp_path, DISTRICT)
    pool, district = own.dense("tilt.ratio"), own.dense("tilt.ratio", "wanzhou")
    speaks = np.array([dt.date(2024, 3, 1) <= day <= dt.date(2024, 6, 30) for day in own.starts])
    assert (district[speaks][:, 0] == 3_300).all() and speaks.any()
    assert (district[~speaks] == pool[~speaks]).all() and (district[:, 1:] == pool[:, 1:]).all()


def test_an_overlay_of_the_pool_leaves_a_district_its_own(book: RuleBook, tmp_path: Path) -> None:
    pool = DISTRICT.replace("districts: [wanzhou]\n", "").replace("2024-03-01, until: 2024-06-30", "2022-10-01")
    own = overlaid(tmp_path, pool)
    assert tilt(own, DAY) == 3_300 and tilt(own, DAY, "yubei") == tilt(book, DAY, "yubei") != 3_300


def test_entries_name_their_district(book: RuleBook) -> None:
    named = {(entry.district, entry.leaf.name) for entry in book.entries() if entry.district}
    assert {name for district, name in named if district == "yubei"} == {
        "assistance.ratio", "assistance.ceiling", "tilt.ratio", "tilt.threshold",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["0.00", "880.00", "9999999999.98", "none"])
def test_show_is_the_inverse_of_parse_for_money(text: str) -> None:
    assert units.show(units.parse(text, "yuan", may_be_none=True), "yuan") == text


@pytest.mark.parametrize("value", [0, 1, 50, 9_550, 10_000])
def test_show_is_the_inverse_of_parse_for_percent(value: int) -> None:
    assert units.parse(units.show(value, "percent"), "percent") == value


def test_a_tenth_is_exact() -> None:
    assert units.parse("0.1", "percent") == 10 and units.parse("0.29", "yuan") == 29
