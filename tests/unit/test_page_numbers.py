"""Is every number of a page what the tables of its folder say, and is it shown as such?

The numbers are worked out anew from the CSV files by `tests/retold.py`, which shares nothing with the page.
"""

from __future__ import annotations

import csv
import math
import re
import shutil
from pathlib import Path

import pytest
import studies
from marked import Number, Reader
from retold import Files

#: Where digits stand in a cell without being a number of the run: what others reported.
NOT_OF_THE_RUN = {
    ("reported", "报道"), ("reported", "reported"), ("reported", "外部数"), ("reported", "external"),
    ("reported", "区间"), ("reported", "range"),
}  # fmt: skip
CASES = [(name, lang) for name in studies.NAMES for lang in studies.LANGS]


def read(name: str, lang: str, root: Path) -> Reader:
    return Reader(studies.page(name, lang, root).read_text("utf-8"))


def wrong(numbers: list[Number], files: Files) -> list[str]:
    """The numbers that are not what the tables say."""
    pairs = [(number, files.said(number)) for number in numbers]
    return [f"{n.value} is not {said}: {n.of}" for n, said in pairs if not same(n.value, said)]


def same(mine: float, theirs: float) -> bool:
    return math.isclose(mine, theirs, rel_tol=1e-12, abs_tol=1e-6) or (math.isnan(mine) and math.isnan(theirs))


def shown(number: Number, lang: str, files: Files) -> bool:
    """Whether the text is the value, or both ends of the interval, in its unit and to its decimals."""
    if math.isnan(number.value):
        return number.shown == "—"
    ends, size = number.ends(), number.size(lang)
    if number.stat in ("half_width", "between_persons"):
        of = number.of.replace("_se ", " ")
        middle = sum(files.by_seed(of)) if number.stat == "between_persons" else files.mean(of)
        expected = [middle - number.value, middle + number.value]
    else:
        expected = [number.value]
    if number.stat == "check":
        size = 1
    return len(ends) == len(expected) and all(
        abs(text - value / size) <= 0.5 * 10**-decimals + 1e-9
        for (text, decimals), value in zip(ends, expected, strict=True)
    )


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_number_is_what_the_tables_say(name: str, lang: str, studies_root: Path) -> None:
    numbers = read(name, lang, studies_root).numbers
    assert len(numbers) > 20
    assert wrong(numbers, Files(studies.folder(name, studies_root))) == []


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_number_is_shown_in_the_unit_that_stands_beside_it(name: str, lang: str, studies_root: Path) -> None:
    files = Files(studies.folder(name, studies_root))
    found = read(name, lang, studies_root).numbers
    assert [(n.shown, n.value, n.of, n.around) for n in found if not shown(n, lang, files)] == []


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_no_number_of_the_run_stands_unmarked_in_a_cell(name: str, lang: str, studies_root: Path) -> None:
    assert {(section, head) for section, head, _ in read(name, lang, studies_root).loose} <= NOT_OF_THE_RUN


@pytest.mark.parametrize("name", ["run", "visits"])
def test_what_a_thousand_insured_are_divided_by(name: str, studies_root: Path) -> None:
    """By the insured of the pool and by the share of travellers that is simulated."""
    files, found = Files(studies.folder(name, studies_root)), 0
    for number in read(name, "zh", studies_root).numbers:
        match = re.fullmatch(r"(\d) by_pool.settlements pool=(\w+) × 1000 ÷ (\d+) ÷ (\S+)", number.of)
        if match:
            side, pool, insured, scale = match.groups()
            (row,) = (row for row in files.rows(files.side(side) / "pools.csv") if row["pool"] == pool)
            assert (row["insured"], float(scale)) == (insured, 1 if name == "run" else 0.01)
            found += 1
    assert found == 22


def test_both_languages_show_the_same_numbers(studies_root: Path) -> None:
    for name in studies.NAMES:
        chinese, english = (read(name, lang, studies_root).numbers for lang in studies.LANGS)
        assert [(n.of, n.stat, repr(n.value)) for n in chinese] == [(n.of, n.stat, repr(n.value)) for n in english]


@pytest.mark.parametrize(
    ("table", "column"), [("tables/totals.csv", "total_fee"), ("measures.csv", "cash"), ("pools.csv", "insured")]
)
def test_one_other_number_in_a_table_is_noticed(table: str, column: str, studies_root: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(studies.folder("run", studies_root), tmp_path / "run")
    with (folder / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = str(int(rows[0][column]) + 1)
    with (folder / table).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert wrong(read("run", "en", studies_root).numbers, Files(folder)) != []


@pytest.mark.parametrize("text", ["21,306", "21307", "−21,307", "21,307 thousand", "21,307 to 21,307", "—"])
def test_a_number_shown_otherwise_is_noticed(text: str, studies_root: Path) -> None:
    files = Files(studies.folder("run", studies_root))
    number = Number(21307.0, "0 measures.settlements", "mean", "measures", [], text)
    assert shown(number, "en", files) == (text == "21307")


def test_a_number_that_is_not_marked_is_noticed() -> None:
    head = '<section id="months"><table><thead><tr><th>month</th><th class="n">cost</th></tr></thead><tbody><tr>'
    cells = '<th>2024-01</th><td class="n">5 <data value="5" data-of="0 measures.cash" data-stat="mean">5</data></td>'
    found = Reader(f"{head}{cells}</tr></tbody></table></section>")
    assert found.loose == [("months", "cost", "5 ")] and len(found.numbers) == 1
