"""Does `settlement-sim statements` write notices that read the same as CSV and as XLSX, and never half of them?"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import runs
from click.testing import CliRunner, Result
from openpyxl.utils import get_column_letter

from settlement_sim.cli import main
from settlement_sim.report import workbook
from settlement_sim.report.grid import lines, width
from settlement_sim.study.folder import write_run
from settlement_sim.study.run import run

SHEETS = ("notice", "pairs", "detail")
WEEKS = ("world.scale=0.004", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-05")


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["statements", *map(str, arguments)])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(run(runs.prepared(*WEEKS)), folder)
    return folder


@pytest.fixture(scope="module", params=["zh", "en"])
def written(saved: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """All notices of the run."""
    out = tmp_path_factory.mktemp("written") / "out"
    outcome = invoke(saved, "--out", out, "--lang", request.param)
    assert outcome.exit_code == 0, outcome.output
    assert str(out) in outcome.stdout and ("模拟数据" if request.param == "zh" else "simulated") in outcome.stdout
    return out


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def of_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_files_of_a_run(written: Path) -> None:
    pairs = [f"{a}_{month}" for a in ("chongqing_sichuan", "sichuan_chongqing") for month in ("2024-01", "2024-02")]
    expected = [f"{sheet}_{pair}.csv" for sheet in SHEETS for pair in pairs]
    assert names(written) == sorted([*expected, *(f"notice_{pair}.xlsx" for pair in pairs), "notices.json"])


def test_the_index_and_the_notices_sum_to_the_run(saved: Path, written: Path) -> None:
    index = json.loads((written / "notices.json").read_text("utf-8"))
    totals = pd.read_csv(saved / "tables/totals.csv").query("care_type == 'all'").set_index("direction")
    for direction, insured in (("chongqing_to_sichuan", "chongqing"), ("sichuan_to_chongqing", "sichuan")):
        mine = [notice for notice in index["notices"] if notice["insured_province"] == insured]
        assert sum(notice["cleared"] for notice in mine) == totals.cleared[direction]
        assert sum(notice["net"] for notice in mine) == totals.net[direction]
        for notice in mine:
            last = next(row for row in of_csv(written / notice["files"][0]) if "cleared" in row)
            assert Decimal(last[-1]) * 100 == notice["cleared"]
    assert index["simulated"] is True and index["asked"] == {"month": None, "pool": None, "scheme": None}
    assert sorted([*(name for notice in index["notices"] for name in notice["files"]), "notices.json"]) == names(
        written
    )


def test_a_workbook_reads_back_as_its_csv(written: Path) -> None:
    for path in sorted(written.glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        assert len(book.sheetnames) == 3
        for sheet, name in zip(book, SHEETS, strict=True):
            rows = [[text(cell) for cell in row] for row in sheet.iter_rows()]
            plain = of_csv(written / f"{name}_{path.stem.removeprefix('notice_')}.csv")
            assert rows == [row + [""] * (sheet.max_column - len(row)) for row in plain]
            assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def text(cell: Any) -> str:
    """A cell as CSV has it: money with two decimals, exactly."""
    if cell.value is None:
        return ""
    if cell.data_type != "n":
        return str(cell.value)
    return str(round(Decimal(repr(cell.value)), 2)) if cell.number_format == "#,##0.00" else str(cell.value)


def test_money_is_a_number_with_two_decimals(written: Path) -> None:
    sheet = openpyxl.load_workbook(next(written.glob("*.xlsx"))).worksheets[2]
    ours = [cell.value for cell in sheet[4]]
    last = sheet[sheet.max_row]
    assert (last[ours.index("total_fee")].data_type, last[ours.index("total_fee")].number_format) == ("n", "#,##0.00")
    assert (last[ours.index("net")].data_type, last[ours.index("net")].number_format) == ("n", "#,##0")


def test_nothing_is_cut_off_and_a_page_is_a4_landscape(written: Path) -> None:
    """A number fits its column on one line; a text fits the lines that its row is high, in the columns it runs over."""
    for path in written.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
            assert sheet.print_area.endswith(f"$A$1:${get_column_letter(sheet.max_column)}${sheet.max_row}")
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            merged = {area.min_row: area.max_col for area in sheet.merged_cells.ranges}
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
                until = merged.get(cell.row, cell.column) if cell.column == first_of(sheet, cell.row) else cell.column
                room = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(cell.column, until + 1))
                if cell.data_type == "n":
                    shown = f"{cell.value:,.2f}" if cell.number_format == "#,##0.00" else f"{cell.value:,}"
                    assert width(shown) < room
                else:
                    assert cell.alignment.wrap_text
                    assert 15 * lines(cell.value, int(room) - 1) <= sheet.row_dimensions[cell.row].height


def first_of(sheet: Any, row: int) -> int | None:
    """Where the merged cell of a row begins."""
    return next((area.min_col for area in sheet.merged_cells.ranges if area.min_row == row), None)


def test_the_heads_of_tables_stay(written: Path) -> None:
    notice, pairs, detail = openpyxl.load_workbook(next(written.glob("*.xlsx"))).worksheets
    assert (notice.freeze_panes, pairs.freeze_panes, detail.freeze_panes) == (None, "E6", "F6")
    assert (detail.print_title_rows, detail.print_title_cols) == ("$1:$5", "$A:$E")
    assert (notice.page_setup.fitToWidth, detail.page_setup.fitToWidth) == (1, 2)


def test_the_same_run_gives_the_same_bytes(saved: Path, written: Path, tmp_path: Path) -> None:
    lang = "zh" if "模拟" in (written / "notice_chongqing_sichuan_2024-01.csv").read_text("utf-8") else "en"
    assert invoke(saved, "--out", tmp_path / "again", "--lang", lang).exit_code == 0
    for path in written.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_workbook_carries_no_clock(written: Path) -> None:
    content = next(written.glob("*.xlsx")).read_bytes()
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.created == properties.modified == datetime(1980, 1, 1)
    assert properties.creator == "settlement-sim" and properties.title
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_part_of_one_month_as_csv(saved: Path, tmp_path: Path) -> None:
    outcome = invoke(
        saved, "--month", "2024-01", "--pool", "chengdu", "--scheme", "employee", "--format", "csv",
        "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.output
    assert names(tmp_path / "out") == sorted(
        [*(f"{sheet}_sichuan_chongqing_2024-01_chengdu_employee.csv" for sheet in SHEETS), "notices.json"]
    )
    said = json.loads(outcome.stdout)
    assert said == json.loads((tmp_path / "out/notices.json").read_text("utf-8"))
    stated = pd.read_csv(saved / "tables/statements.csv")
    mine = stated.query("month == '2024-01' and pool == 'chengdu' and scheme == 'employee'")
    assert [notice["cleared"] for notice in said["notices"]] == [mine.cleared.sum()]
    detail = of_csv(tmp_path / "out/detail_sichuan_chongqing_2024-01_chengdu_employee.csv")
    assert len(detail) == 5 + len(mine) + 1


def test_xlsx_alone(saved: Path, tmp_path: Path) -> None:
    assert invoke(saved, "--month", "2024-02", "--format", "xlsx", "--out", tmp_path / "out").exit_code == 0
    assert {Path(name).suffix for name in names(tmp_path / "out")} == {".xlsx", ".json"}


def test_without_openpyxl_it_says_how_to_install_it(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(workbook, "find_spec", lambda name: None if name == "openpyxl" else find(name))
    outcome = invoke(saved, "--out", tmp_path / "out")
    assert outcome.exit_code == 2 and names(tmp_path) == []
    assert outcome.stderr == (
        "--format: found no openpyxl, which writes XLSX; expected it to be installed: "
        "pip install 'settlement-sim[xlsx]'; or --format csv\n"
    )
    assert invoke(saved, "--out", tmp_path / "out", "--format", "csv").exit_code == 0


def test_what_is_unknown_is_told_at_once_and_nothing_is_written(saved: Path, tmp_path: Path) -> None:
    outcome = invoke(saved, "--month", "2024-1", "--pool", "chengdou", "--out", tmp_path / "out")
    assert outcome.exit_code == 2 and names(tmp_path) == []
    month, pool = outcome.stderr.splitlines()
    assert month == "--month: found '2024-1'; expected one of 2024-01, 2024-02; did you mean '2024-01'?"
    assert pool.startswith("--pool: found 'chengdou'; expected one of chongqing, ")
    assert pool.endswith("did you mean 'chengdu'?")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    outcome = invoke(tmp_path, "--out", tmp_path / "out")
    assert outcome.exit_code == 2 and names(tmp_path) == [] and "found no run folder" in outcome.stderr


def test_neither_the_run_nor_a_strange_folder_is_overwritten(saved: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    for out in (saved, tmp_path, tmp_path / "mine.txt"):
        outcome = invoke(saved, "--out", out)
        assert outcome.exit_code == 2 and "something that is no folder of notices" in outcome.stderr
    assert {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()} == before
    assert names(tmp_path) == ["mine.txt"]


@pytest.mark.parametrize("earlier", [False, True])
def test_what_breaks_half_way_leaves_nothing_new(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    out = tmp_path / "out"
    if earlier:
        assert invoke(saved, "--month", "2024-02", "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.glob("*")}
    written = []

    def breaks(grids: Any, title: str) -> bytes:
        written.append(title)
        if len(written) == 3:
            raise OSError("the disk is full")
        return b""

    monkeypatch.setattr(workbook, "workbook_bytes", breaks)
    outcome = invoke(saved, "--out", out)
    assert isinstance(outcome.exception, OSError)
    assert {path.name: path.read_bytes() for path in out.glob("*")} == before
    assert names(tmp_path) == ["out"] * earlier


def test_earlier_notices_are_replaced_as_a_whole(saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert invoke(saved, "--format", "csv", "--out", out).exit_code == 0
    assert invoke(saved, "--format", "csv", "--month", "2024-02", "--out", out).exit_code == 0
    assert not any("2024-01" in name for name in names(out)) and len(names(out)) == 7
    assert names(tmp_path) == ["out"]


def test_what_looks_like_a_formula_is_text() -> None:
    from settlement_sim.report.grid import Grid

    grid = Grid("x", "x", (("=1+1", "x"), (1, Decimal("2.50"))), range(0, 1), frozenset(), frozenset())
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook.workbook_bytes([grid], "t")))
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")
    assert (sheet["B2"].value, sheet["B2"].number_format) == (2.5, "#,##0.00")


@pytest.mark.parametrize("fen", [1, 10**15 - 1, -(10**15) + 1, 123_456_789_012_345])
def test_amounts_survive_a_workbook_to_the_fen(fen: int) -> None:
    from settlement_sim.report.grid import Grid, yuan

    grid = Grid("x", "x", (("a",), (yuan(fen),)), range(0, 1), frozenset(), frozenset())
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook.workbook_bytes([grid], "t")))
    assert Decimal(text(sheet["A2"])) * 100 == fen
