"""Do exports hold what the run folder holds, defined, in the names and unit asked for, and nothing that runs?"""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import runs
from click.testing import CliRunner, Result
from pyarrow import parquet

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.exports import book
from settlement_sim.exports.definitions import unit_of_output
from settlement_sim.exports.sheets import unique
from settlement_sim.exports.tables import read
from settlement_sim.record.columns import Column
from settlement_sim.study.folder import write_run
from settlement_sim.study.replications import leaves
from settlement_sim.study.run import run

SMALL = ("world.scale=0.05", "recognition.window.until=2024-12-31")
#: What a scenario may be called and ask, to run as a formula in whoever's spreadsheet opens it.
NAME, ZH, EN = "=1+1", "＝HYPERLINK(1)", "@SUM(A1)\\r=2+2"


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def done(*arguments: str | Path) -> str:
    outcome = invoke(*arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def rows(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "the mark by which a spreadsheet knows UTF-8"
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def table(path: Path) -> pd.DataFrame:
    head, *body = rows(path)
    return pd.DataFrame(body, columns=head)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with visits, every table of it."""
    folder = tmp_path_factory.mktemp("tiny") / "run"
    folder.mkdir()
    write_run(run(runs.prepared(*runs.TINY)), folder)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of two scenarios whose names and questions look like formulas."""
    place = tmp_path_factory.mktemp("hostile")
    for name in (NAME, "-2+3"):
        said = f'format: 1\nextends: q9_lapse\nquestion: {{id: Q9, zh: {ZH}, en: "{EN}"}}\n'
        (place / f"{name}.yaml").write_text(said, "utf-8")
    loaded = [ss.load(place / f"{name}.yaml", *SMALL) for name in (NAME, "-2+3")]
    return ss.compare(*loaded, runs=2).save(place / "both")


@pytest.fixture(scope="module")
def opened(hostile: Path) -> Any:
    """The workbook of the comparison."""
    done(hostile, "--out", hostile.parent / "both.xlsx", "--unit", "yuan")
    return openpyxl.load_workbook(hostile.parent / "both.xlsx")


# CSV ----------------------------------------------------------------------------------------------------


def test_every_table_of_a_run_is_there_as_it_was(tiny: Path, tmp_path: Path) -> None:
    assert "tables (simulated data)" in done(tiny, "--out", tmp_path / "out")
    within = {path.name for path in (tiny / "tables").glob("*.csv")}
    beside = {"measures.csv", "assumptions.csv", "units.csv", "pools.csv"}
    assert names(tmp_path / "out") == within | beside | {"definitions.csv", "about.csv", "export.json"}
    for name in within:
        ours = pd.read_csv(tiny / "tables" / name)
        back = pd.read_csv(tmp_path / "out" / name, encoding="utf-8-sig")
        pd.testing.assert_frame_equal(back, ours, check_dtype=False)
    said = json.loads((tmp_path / "out/export.json").read_text("utf-8"))
    assert (said["simulated"], said["fields"], said["unit"]) == (True, "ours", "fen")


def test_money_in_yuan_is_exact(tiny: Path, tmp_path: Path) -> None:
    done(tiny, "--out", tmp_path / "out", "--unit", "yuan")
    for name in ("totals", "fund_per_retiree", "advanced"):
        fen, yuan = pd.read_csv(tiny / f"tables/{name}.csv"), table(tmp_path / f"out/{name}.csv")
        told = table(tmp_path / "out/definitions.csv").query(f"table == '{name}'").set_index("column")
        for column in fen:
            if told.unit[column].startswith("yuan") and not column.endswith("_se"):
                assert [len(text.split(".")[1]) for text in yuan[column]] == [2] * len(fen)
                assert [Decimal(text) * 100 for text in yuan[column]] == fen[column].tolist()
    assert (pd.read_csv(tiny / "tables/fund_per_retiree.csv").surplus < 0).any(), "also below zero"


def test_national_names_where_there_are_some(tiny: Path, tmp_path: Path) -> None:
    done(tiny, "--out", tmp_path / "out", "--fields", "national", "--table", "by_month", "--table", "statements")
    assert names(tmp_path / "out") == {"by_month.csv", "statements.csv", "definitions.csv", "about.csv", "export.json"}
    head = rows(tmp_path / "out/by_month.csv")[0]
    assert head[:7] == [
        "month", "direction", "care_type", "settlements", "reversed", "net", "medfee_sumamt",
    ]  # fmt: skip
    head = rows(tmp_path / "out/statements.csv")[0]
    assert head[:5] == ["setlym", "insuplc_admdvs", "insutype", "mdtrtarea_admvs", "med_type"] and "psntime" in head
    said = dict(rows(tmp_path / "out/about.csv"))
    assert "verify them before" in said["national fields"]


def test_two_columns_never_share_a_name() -> None:
    columns = [Column(name, "str", "", "key", name, name) for name in ("a", "b", "c", "d")]
    assert unique(["n", "n", "d", "m"], columns) == ["a", "b", "c", "m"]


@pytest.mark.parametrize("unit", ["fen", "yuan"])
def test_every_number_of_totals_has_a_unit(tiny: Path, unit: str) -> None:
    counts = {"settlements", "reversed", "applied", "accepted", "refused", "open"}
    for path, _ in leaves(json.loads((tiny / "totals.json").read_text("utf-8"))):
        room, last = path.split("/")[0], path.split("/")[-1]
        expected = "count" if room == "counts" or last in counts else "months" if last == "months_saved" else "fen"
        assert unit_of_output(path) == ("seconds" if last == "seconds_waited" else expected), path


def test_the_scenarios_of_a_comparison_stand_one_below_the_other(hostile: Path, tmp_path: Path) -> None:
    done(hostile, "--out", tmp_path / "out")
    totals = table(tmp_path / "out/recognition_totals.csv")
    assert totals.columns[:2].tolist() == ["scenario", "seed"]
    assert list(dict.fromkeys(totals.scenario)) == ["'=1+1", "'-2+3"] and set(totals.seed) == {"1", "2"}
    one = pd.read_csv(hostile / f"0-{NAME}/tables/recognition_totals.csv")
    assert [int(text) for text in totals.saved[: len(one)]] == one.saved.tolist()
    told = table(tmp_path / "out/measures.csv").set_index("measure")
    assert (told.unit["saved"], told.zh["saved"]) == ("fen", "少补缴金额")
    by_seed = table(tmp_path / "out/measures_by_seed.csv")
    assert len(by_seed) == 4 and float(told.reference["saved"]) == sum(int(s) for s in by_seed.saved[:2]) / 2


def test_several_seeds_become_rows(tmp_path: Path) -> None:
    from settlement_sim.study.replications import replications

    found = replications(ss.load("q9_recognition", *SMALL), 2)
    ss.export(found, tmp_path / "out", unit="yuan", tables=["replications", "summary"])
    long = table(tmp_path / "out/replications.csv")
    assert set(long.unit) == {"count", "months", "yuan"}
    for seed, output, unit, value in long.to_numpy():
        assert Decimal(value) * (100 if unit == "yuan" else 1) == int(found.outputs.loc[int(seed), output])
    assert dict(rows(tmp_path / "out/about.csv"))["calibration"] == "carried over from another scenario"


# what a spreadsheet would run -----------------------------------------------------------------------------


def test_nothing_in_a_csv_file_runs(hostile: Path, tmp_path: Path) -> None:
    done(hostile, "--out", tmp_path / "out")
    cells = [cell for path in (tmp_path / "out").glob("*.csv") for row in rows(path) for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) and not _is_number(cell)]
    assert "'=1+1" in cells and "Q9 @SUM(A1)\n=2+2" in cells


def _is_number(text: str) -> bool:
    try:
        return bool(float(text) or True)
    except ValueError:
        return False


def test_nothing_in_a_workbook_runs(opened: Any) -> None:
    kinds = {cell.data_type for sheet in opened for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "inlineStr", "n"}, "no formula, no error"
    cells = [cell for row in opened["measures_by_seed"].iter_rows(min_row=3) for cell in row[:1]]
    assert {(cell.value, cell.quotePrefix) for cell in cells} == {(NAME, True), ("-2+3", True)}


# XLSX ---------------------------------------------------------------------------------------------------


def test_definitions_come_first_and_are_complete(opened: Any) -> None:
    assert opened.sheetnames[:2] == ["definitions", "about"] and "assumptions" in opened.sheetnames
    defined = [row[:2] for row in opened["definitions"].iter_rows(min_row=3, values_only=True)]
    heads = [(sheet.title, cell.value) for sheet in opened.worksheets[1:] for cell in sheet[2]]
    assert sorted(defined) == sorted(heads) and len(set(defined)) == len(defined)
    for row in opened["definitions"].iter_rows(min_row=3, values_only=True):
        assert row[4] and row[5], f"{row[:3]} says what it means in both languages"


def test_it_says_what_was_simulated(opened: Any) -> None:
    said = [row[:2] for row in opened["about"].iter_rows(min_row=3, values_only=True)]
    for label, value in (
        ("nature", "simulated data, no agency's record"), ("program", f"settlement-sim {ss.__version__}"),
        ("reference", NAME), ("scenario", "-2+3"), ("seeds", "1, 2"), ("kind", "counterfactual"),
        ("calibration", "carried over from another scenario"), ("unit of money", "yuan"),
    ):  # fmt: skip
        assert (label, value) in said, label
    listed = opened["assumptions"].iter_rows(min_row=3, values_only=True)
    grades = [row[5] for row in listed if row[:2] == (NAME, "rule")]
    counts = dict(said)["rests on: values of rules"]
    for grade in set(grades):
        assert f"{grade} {grades.count(grade)}" in counts


def test_numbers_are_numbers_and_heads_stay(opened: Any, hostile: Path) -> None:
    sheet = opened["recognition_totals"]
    assert sheet.freeze_panes == "A3" and sheet.auto_filter.ref == f"A2:L{sheet.max_row}"
    head = [cell.value for cell in sheet[2]]
    assert sheet[1][head.index("saved")].value == "back-payment spared"
    fen = pd.read_csv(hostile / f"0-{NAME}/tables/recognition_totals.csv").saved.tolist()
    cells = [sheet.cell(row, head.index("saved") + 1) for row in range(3, 3 + len(fen))]
    assert [Decimal(str(cell.value)) * 100 for cell in cells] == fen
    assert {cell.number_format for cell in cells} == {"#,##0.00"}
    assert sheet.cell(3, head.index("seed") + 1).number_format == "0"
    assert sheet.cell(3, head.index("months_saved") + 1).number_format == "#,##0"


def test_the_same_run_gives_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        done(tiny, "--out", tmp_path / f"{name}.xlsx", "--lang", "zh")
        done(tiny, "--out", tmp_path / name, "--format", "parquet")
        done(tiny, "--out", tmp_path / f"{name}.csv.d")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    for one, two in (("one", "two"), ("one.csv.d", "two.csv.d")):
        files = {path.name: path.read_bytes() for path in (tmp_path / one).iterdir()}
        assert files == {path.name: path.read_bytes() for path in (tmp_path / two).iterdir()}


def test_a_sheet_holds_only_so_many_rows(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = len(pd.read_csv(tiny / "tables/flows.csv"))
    monkeypatch.setattr(book, "ROWS", number + 2)
    done(tiny, "--out", tmp_path / "fits.xlsx", "--table", "flows")
    monkeypatch.setattr(book, "ROWS", number + 1)
    outcome = invoke(tiny, "--out", tmp_path / "out.xlsx", "--table", "flows")
    assert outcome.exit_code == 2 and not (tmp_path / "out.xlsx").exists()
    assert f"table flows: found {number:,} rows; expected at most {number - 1:,} rows in a sheet" in outcome.stderr


# Parquet ------------------------------------------------------------------------------------------------


def test_parquet_has_the_types_of_the_contract(tiny: Path, tmp_path: Path) -> None:
    done(tiny, "--out", tmp_path / "fen", "--format", "parquet")
    done(tiny, "--out", tmp_path / "yuan", "--format", "parquet", "--unit", "yuan")
    fen, yuan = (parquet.read_table(tmp_path / unit / "totals.parquet") for unit in ("fen", "yuan"))
    ours = pd.read_parquet(tiny / "tables/totals.parquet")
    pd.testing.assert_frame_equal(fen.to_pandas(), ours, check_dtype=False)
    kinds = [str(fen.schema.field(name).type) for name in ("direction", "total_fee", "total_fee_se")]
    assert kinds == ["string", "int64", "double"]
    assert str(yuan.schema.field("total_fee").type) == "decimal128(20, 2)"
    assert [v * 100 for v in yuan["total_fee"].to_pylist()] == ours.total_fee.tolist()
    about = {key.decode(): value.decode() for key, value in yuan.schema.field("total_fee").metadata.items()}
    assert about["zh"] == "医疗总费用" and about["unit"] == "yuan" and about["national"] == "medfee_sumamt"
    assert (tmp_path / "fen/definitions.csv").exists()


# where it is written ------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["mine", "mine.xlsx"])
def test_only_an_earlier_export_is_replaced(tiny: Path, tmp_path: Path, out: str) -> None:
    target = tmp_path / out
    done(tiny, "--out", target, "--table", "flows")
    assert "1 table (simulated data)" in done(tiny, "--out", target, "--table", "totals")
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    target.write_text("thesis", "utf-8")
    outcome = invoke(tiny, "--out", target)
    assert outcome.exit_code == 2 and "found something that is no export" in outcome.stderr
    assert target.read_text("utf-8") == "thesis" and names(tmp_path) == {out}


def test_a_workbook_of_somebody_else_is_not_replaced(tiny: Path, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "mine.xlsx")
    assert invoke(tiny, "--out", tmp_path / "mine.xlsx").exit_code == 2
    assert not book.is_export(tmp_path / "nowhere.xlsx")


def test_what_fails_leaves_nothing(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr("settlement_sim.exports.export.csv_bytes", fails)
    monkeypatch.setattr(Path, "replace", fails)
    for out in ("out", "out.xlsx"):
        with pytest.raises(OSError, match="no space"):
            ss.export(tiny, tmp_path / out, tables=["flows"])
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("out", "kind", "expected"), [("a.xlsx", "csv", "a folder"), ("a", "xlsx", "a file FILE.xlsx")]
)
def test_a_name_that_says_otherwise_is_told(tiny: Path, tmp_path: Path, out: str, kind: str, expected: str) -> None:
    outcome = invoke(tiny, "--out", tmp_path / out, "--format", kind)
    assert outcome.exit_code == 2 and f"with --format {kind}; expected {expected}" in outcome.stderr


def test_a_table_that_is_not_there_is_told(tiny: Path, tmp_path: Path) -> None:
    outcome = invoke(tiny, "--out", tmp_path / "out", "--table", "flow")
    assert outcome.exit_code == 2 and "did you mean 'flows'?" in outcome.stderr and names(tmp_path) == set()


def test_without_openpyxl_the_extra_is_named(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settlement_sim.report.workbook.find_spec", lambda name: None)
    outcome = invoke(tiny, "--out", tmp_path / "out.xlsx")
    assert outcome.exit_code == 2 and "pip install 'settlement-sim[xlsx]'" in outcome.stderr
    done(tiny, "--out", tmp_path / "out")


def test_what_cannot_be_read_is_told(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    (copy / "tables/mine.csv").write_text("unheard_of\n1\n", "utf-8")
    for folder in (copy, tmp_path):
        with pytest.raises(InputError, match="what cannot be read"):
            read(folder)
    (copy / "manifest.json").write_text('{"what": "gallery"}', "utf-8")
    with pytest.raises(InputError, match="a folder of kind 'gallery'"):
        read(copy)


# from Python --------------------------------------------------------------------------------------------


def test_a_result_is_exported_as_its_folder(tmp_path: Path) -> None:
    result = ss.simulate(ss.load("q9_recognition", *SMALL))
    result.save(tmp_path / "run")
    assert ss.export(result, tmp_path / "a", fields="national") == tmp_path / "a"
    done(tmp_path / "run", "--out", tmp_path / "b", "--fields", "national")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
