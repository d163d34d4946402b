"""Does the command line do what its help says, and does it never leave anything half done?"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pyarrow.parquet as pq
import pytest
import runs
from click.testing import CliRunner, Result

import settlement_sim as ss
from settlement_sim.cli import COMMANDS, main
from settlement_sim.ledger.ledger import Book
from settlement_sim.observed.check import Run
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES
from settlement_sim.record.tables import exact
from settlement_sim.study import results

CASES = Path(__file__).parents[1] / "cases"
KEYS = {"figure", "reported", "interval", "simulated", "standard_error", "basis", "verdict", "reason"}
TABLES = {
    "totals", "by_hand", "by_month", "by_pool", "by_scheme", "by_level", "by_payer", "flows", "statements",
    "obligations", "remittances", "collections", "prepayment", "usage", "liquidity", "days_to_cash", "receivables",
    "waiting", "decisions", "advanced", "care_at_home", "recognitions", "recognition_totals", "recognition_months",
    "back_payments", "fund_transfers", "fund_claims", "fund_per_retiree",
}  # fmt: skip
FILES = {
    "manifest.json",
    "totals.json",
    "tables",
    "measures.csv",
    "assumptions.csv",
    "units.csv",
    "pools.csv",
    "warnings.txt",
}
CLAIM_KEYS = (
    "entry", "need", "person", "pool", "unit", "residence", "scheme", "tier", "status", "assistance",
    "care_type", "provider", "level", "born", "admitted",
    "discharged", "settled", "insurance_year", "path",
)  # fmt: skip
HEAVY = {"pandas", "pyarrow", "matplotlib", "simpy"}


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@dataclass(frozen=True)
class Saved:
    """One run by the command line: its folder and what it printed."""

    folder: Path
    settings: tuple[str, ...]
    said: dict[str, Any]

    @property
    def options(self) -> list[str]:
        return [part for setting in self.settings for part in ("--set", setting)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("saved")
    calibration = runs.write_calibration(folder / "calibration.yaml")
    settings = (*runs.TINY, f"calibration={calibration}")
    options = [part for setting in settings for part in ("--set", setting)]
    result = invoke("run", *options, "--out", folder / "run", "--claims", "--journal", "--check", "--json")
    assert result.exit_code == 0, result.stderr
    return Saved(folder / "run", settings, json.loads(result.stdout))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too; empty folders as themselves."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


# help ---------------------------------------------------------------------------------------------------


def test_help_lists_every_command_with_its_line() -> None:
    said = invoke("--help")
    assert said.exit_code == 0
    text = " ".join(said.stdout.split())
    assert all(f"{name} {line}" in text for name, line in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_its_example_parses(name: str) -> None:
    said = invoke(name, "--help")
    assert said.exit_code == 0
    assert "Example:" in said.stdout
    options = [option for option in command(name).params if isinstance(option, click.Option)]
    assert all(option.help for option in options), "an option without a word of help"
    example = examples(said.stdout)
    assert example and all(example_parses(line) for line in example)


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


def examples(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("settlement-sim ")]


def example_parses(line: str) -> bool:
    program, name, *arguments = shlex.split(line)
    context = command(name).make_context(name, arguments)
    case = context.params.get("case")
    assert case is None or (CASES.parents[1] / case).is_file(), f"{case} is not there"
    return program == "settlement-sim" and not context.args


def test_the_example_of_the_program_parses() -> None:
    lines = examples(invoke("--help").stdout)
    assert lines and all(example_parses(line) for line in lines)


def test_the_version_is_that_of_the_package() -> None:
    assert invoke("--version").stdout == f"settlement-sim, version {ss.__version__}\n"


# run ----------------------------------------------------------------------------------------------------


def test_a_run_folder_holds_what_it_should(saved: Saved) -> None:
    names = {path.name for path in saved.folder.iterdir()}
    assert names == FILES | {"claims.parquet", "journal.parquet"}
    files = {path.name for path in (saved.folder / "tables").iterdir()}
    assert files == {f"{table}.{ending}" for table in TABLES for ending in ("csv", "parquet", "columns.json")}
    assert not [path for path in saved.folder.parent.iterdir() if path.name.startswith(".")], "hidden leftovers"


def test_what_run_prints_for_machines(saved: Saved) -> None:
    said = saved.said
    assert set(said) == {"format", "folder", "manifest", "totals", "figures"}
    assert said["format"] == 1 and Path(said["folder"]) == saved.folder
    assert said["totals"] == json.loads((saved.folder / "totals.json").read_text("utf-8"))
    written = json.loads((saved.folder / "manifest.json").read_text("utf-8"))
    changing = {"peak_memory_mb"}
    assert {k: v for k, v in said["manifest"].items() if k not in changing} == {
        k: v for k, v in written.items() if k not in changing
    }
    assert all(set(row) >= KEYS for row in said["figures"])


def test_the_manifest_says_how_the_run_came_about(saved: Saved) -> None:
    said = saved.said["manifest"]
    assert (said["settlement_sim"], said["kind"], said["seed"]) == (ss.__version__, "history", 1)
    assert said["window"] == ["2024-01-01", "2024-01-14"] and said["scale"] == 0.002
    assert said["readings"]["growth"] == "R1"
    assert set(said["fingerprints"]) == {"inputs", "world", "rules", "priors", "calibration"}
    assert {"python", "numpy", "simpy"} <= set(said["versions"])
    assert said["seconds"]["simulation"] > 0 and said["settlements_per_second"] > 0
    assert said["calibration"] == "stale", "a calibration of a small world by hand fits nothing"


def test_every_table_has_its_contract_and_is_the_same_in_both_forms(saved: Saved) -> None:
    for name in TABLES:
        frame = pd.read_csv(saved.folder / f"tables/{name}.csv")
        pd.testing.assert_frame_equal(
            frame, pd.read_parquet(saved.folder / f"tables/{name}.parquet"), check_dtype=False
        )
        contract = json.loads((saved.folder / f"tables/{name}.columns.json").read_text("utf-8"))
        assert contract["format"] == 1
        assert [column["name"] for column in contract["columns"]] == list(frame.columns)
        assert all(column["zh"] and column["en"] for column in contract["columns"])


def test_the_claims_file_has_the_documented_columns(saved: Saved) -> None:
    schema = pq.read_schema(saved.folder / "claims.parquet")
    zero = [column.name for column in ALWAYS_ZERO]
    assert schema.names[: len(CLAIM_KEYS)] == list(CLAIM_KEYS)
    assert {*MONEY_NAMES, *DERIVED_NAMES, *zero} <= {*schema.names}
    assert all(str(schema.field(name).type) == "int64" for name in (*MONEY_NAMES, *DERIVED_NAMES, *zero))
    claims = pd.read_parquet(saved.folder / "claims.parquet")
    direct = claims[claims.path == "direct"]
    totals = pd.read_csv(saved.folder / "tables/totals.csv").query("care_type == 'all'")
    assert len(direct) == totals.settlements.sum() and direct.total_fee.sum() == totals.total_fee.sum()


def test_the_journal_has_the_documented_columns(saved: Saved) -> None:
    journal = pd.read_parquet(saved.folder / "journal.parquet")
    keys = ["day", "event", "pool", "scheme", "care_type", "care_pool", "provider", "count"]
    accounts = [name for name in journal.columns if name not in keys]
    assert list(journal.columns[: len(keys)]) == keys
    assert set(accounts) == set(Book.load().accounts)
    assert (journal[accounts].sum(axis=1) == 0).all()


def test_the_command_line_and_python_give_the_same_numbers(saved: Saved) -> None:
    result = ss.simulate(ss.load(runs.BASELINE, *saved.settings))
    assert isinstance(result, ss.Result) and result.exact == saved.said["totals"]
    visits = exact(result.finished.outcome)
    assert {name: result.exact[name] for name in visits} == visits, "the visits of a run with and without recognition"
    assert set(result.tables) == TABLES
    for name, table in result.tables.items():
        assert table.to_csv(index=False) == (saved.folder / f"tables/{name}.csv").read_text("utf-8")
    assert result.totals is result.tables["totals"]
    rows = json.loads(json.dumps([row.to_dict() for row in result.check()]))
    assert rows == saved.said["figures"]


def test_a_result_saves_the_same_folder(saved: Saved, tmp_path: Path) -> None:
    folder = ss.simulate(ss.load(runs.BASELINE, *saved.settings)).save(tmp_path / "mine")
    for name in TABLES:
        path = f"tables/{name}.csv"
        assert (folder / path).read_bytes() == (saved.folder / path).read_bytes()
    assert (folder / "totals.json").read_bytes() == (saved.folder / "totals.json").read_bytes()


def test_a_run_without_out_goes_to_its_own_folder(saved: Saved, here: Path) -> None:
    said = invoke("run", *saved.options, "--seed", "5")
    assert said.exit_code == 0, said.stderr
    folder = here / "runs/baseline_2024q1q3-5"
    assert "runs/baseline_2024q1q3-5" in said.stdout
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["seed"] == 5
    assert [path.name for path in here.iterdir()] == ["runs"] and len(list((here / "runs").iterdir())) == 1
    assert (folder / "totals.json").read_bytes() != (saved.folder / "totals.json").read_bytes(), "the seed is inert"
    assert not (folder / "claims.parquet").exists() and not (folder / "journal.parquet").exists()


def test_an_earlier_run_is_replaced(saved: Saved, tmp_path: Path) -> None:
    target = tmp_path / "run"
    shutil.copytree(saved.folder, target)
    (target / "stale.txt").write_text("of the earlier run", "utf-8")
    said = invoke("run", *saved.options, "--seed", "6", "--out", target, "--lang", "zh")
    assert said.exit_code == 0 and "结果文件夹" in said.stdout
    assert json.loads((target / "manifest.json").read_text("utf-8"))["seed"] == 6
    assert {path.name for path in target.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.mkdir(),
        lambda path: path.write_text("a thesis", "utf-8"),
        lambda path: (path.mkdir(), (path / "thesis.txt").write_text("a thesis", "utf-8")),
        lambda path: (path.mkdir(), (path / "manifest.json").write_text('{"name": "a web page"}', "utf-8")),
    ],
    ids=["an empty folder", "a file", "a folder of something else", "another program's manifest"],
)
def test_what_is_no_run_is_never_replaced(make: Callable[[Path], Any], saved: Saved, tmp_path: Path) -> None:
    make(tmp_path / "mine")
    before = everything(tmp_path)
    said = invoke("run", *saved.options, "--out", tmp_path / "mine")
    assert said.exit_code == 2, "something was replaced"
    assert f"{tmp_path / 'mine'}: found something that is no run folder" in said.stderr
    assert "expected a new name, or an earlier run folder to replace" in said.stderr
    assert everything(tmp_path) == before


# bad input ----------------------------------------------------------------------------------------------

WRONG = """format: 1
extends: baseline_2024q1q3
window: {from: 2024-01-01, until: 2024-13-01}
sede: 7
readings: {growth: R9}
"""


@pytest.mark.parametrize("name", ["run", "check", "validate", "calibrate"])
def test_bad_input_names_every_place_and_leaves_nothing(name: str, here: Path) -> None:
    path = here / "wrong.yaml"
    path.write_text(WRONG, "utf-8")
    before = everything(here)
    said = invoke(name, "wrong.yaml")
    assert said.exit_code == 2 and said.stdout == ""
    lines = said.stderr.splitlines()
    assert [line.split(": found ")[0] for line in lines] == [
        "wrong.yaml:3:35", "wrong.yaml:4:1", "wrong.yaml:5:20",
    ]  # fmt: skip
    assert "'2024-13-01'" in lines[0]
    assert "found 'sede'" in lines[1] and "seed" in lines[1].split("expected")[1]
    assert "'R9'; expected 'R1', 'R2'" in lines[2]
    assert everything(here) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["baseline_2024q1"], "no such file or packaged scenario"),
        (["--set", "readings.growth=R9"], "--set readings.growth: found 'R9'"),
        (["--set", "nonsense"], "a setting such as readings.growth=R2"),
        (["--seed", "-1"], "-1 is not in the range x>=0"),
        (["--set", "calibration=nowhere.yaml"], "nowhere.yaml: found no such file"),
        (["--set", "rules.overlays=nowhere.yaml"], "nowhere.yaml: found no such file"),
        (["--set", "warm_up=2019-01-01"], "2019-01-01"),
        (["--lang", "fr"], "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_bad_options_are_refused_and_leave_nothing(arguments: list[str], words: str, here: Path) -> None:
    said = invoke("run", *arguments)
    assert said.exit_code == 2, said.output
    assert words in said.stderr
    assert everything(here) == {}, "something was left behind"


def test_validate_runs_nothing(here: Path) -> None:
    said = invoke("validate", runs.BASELINE)
    assert said.exit_code == 0 and said.stdout.endswith("baseline_2024q1q3.yaml: valid\n")
    assert invoke("validate", "--rules").exit_code == 0
    assert everything(here) == {}


def test_validate_with_rules_sees_days_that_no_rule_covers(here: Path) -> None:
    early = ("--set", "warm_up=2019-01-01")
    assert invoke("validate", *early).exit_code == 0
    said = invoke("validate", "--rules", *early)
    assert said.exit_code == 2 and ".yaml:" in said.stderr


# check --------------------------------------------------------------------------------------------------

FIGURE = """format: 1
figures:
  A1:
    name: {{zh: 两周结算人次, en: Settlements of two weeks}}
    value: {value}
    unit: settlements
    interval: {{from: {value}, until: {until}}}
    period: {{from: 2024-01-01, until: 2024-01-14}}
    scope: {{zh: 重庆参保, en: insured in Chongqing}}
    derived: counted
    article: 002_efb03179287a1613.txt
    place: {{heading: 表, paragraph: 合计}}
    comparison: {{direction: chongqing_to_sichuan, measure: settlements}}
    speaks_to: settlement
"""


def with_figure(folder: Path, value: int) -> Path:
    """The baseline, held against a figure of its own for the two weeks that are simulated."""
    (folder / "figures.yaml").write_text(FIGURE.format(value=value, until=value + 1), "utf-8")
    path = folder / "two_weeks.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\nobserved: {{overlays: [figures.yaml]}}\n", "utf-8")
    return path


@pytest.fixture
def as_if_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reduced world speaks to no figure: here it is taken for the whole."""

    def to_compare(self: results.Result) -> Run:
        return replace(plain(self), full_scale=True)

    plain = results.Result.to_compare
    monkeypatch.setattr(results.Result, "to_compare", to_compare)


def settlements(saved: Saved) -> int:
    return sum(row["settlements"] for row in saved.said["totals"]["direct"]["chongqing_to_sichuan"].values())


@pytest.mark.usefixtures("as_if_whole")
@pytest.mark.parametrize(
    ("name", "times", "code", "verdict"),
    [("run", 1, 0, "met"), ("run", 3, 1, "missed"), ("check", 3, 1, "missed")],
)
def test_a_missed_figure_is_exit_code_1(
    name: str, times: int, code: int, verdict: str, saved: Saved, here: Path
) -> None:
    path = with_figure(here, times * settlements(saved))
    options = ["--check", "--out", "run"] if name == "run" else []
    said = invoke(name, path, *saved.options, *options, "--json")
    assert said.exit_code == code, said.stderr
    (row,) = (row for row in json.loads(said.stdout)["figures"] if row["figure"] == "A1")
    assert (row["verdict"], row["simulated"], row["basis"]) == (verdict, settlements(saved), "calibrated")
    assert row["reported"] == times * settlements(saved) and row["standard_error"] > 0
    assert "stale" in row["reason"]
    assert (here / "run/manifest.json").is_file() == (name == "run"), "a missed run is a finished run"


def test_check_of_a_folder_is_the_check_of_the_run(saved: Saved) -> None:
    said = invoke("check", saved.folder, "--json")
    assert said.exit_code == 0
    found = json.loads(said.stdout)
    assert set(found) == {"format", "figures", "beside"}
    assert found["figures"] == saved.said["figures"]
    again = json.loads(invoke("check", *saved.options, "--json").stdout)
    assert again == found
    assert {row["verdict"] for row in found["figures"]} <= {"met", "missed", "not_spoken_to"}
    assert all(row["reason"] for row in found["figures"])
    assert len(found["beside"]) > 5


@pytest.mark.usefixtures("as_if_whole")
def test_check_of_a_folder_knows_the_figures_of_its_scenario(saved: Saved, here: Path) -> None:
    path = with_figure(here, settlements(saved))
    run = invoke("run", path, *saved.options, "--out", "run", "--check", "--json")
    (mine,) = (row for row in json.loads(run.stdout)["figures"] if row["figure"] == "A1")
    said = json.loads(invoke("check", "run", "--json").stdout)["figures"]
    (theirs,) = (row for row in said if row["figure"] == "A1")
    assert theirs["reported"] == mine["reported"], "the folder is held against other figures than the run"


def doctored(saved: Saved, folder: Path, **changed: Any) -> Path:
    """A copy of the saved run with other words in its manifest."""
    shutil.copytree(saved.folder, folder / "copy")
    path = folder / "copy/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")
    return folder / "copy"


def test_check_of_a_folder_can_miss(saved: Saved, tmp_path: Path) -> None:
    folder = doctored(saved, tmp_path, scale=1, window=["2024-01-01", "2024-09-30"], calibration="fitted")
    said = invoke("check", folder)
    assert said.exit_code == 1 and "missed" in said.stdout
    assert "calibrated" in said.stdout and "not spoken to" in said.stdout
    assert invoke("check", folder, "--all", "--lang", "zh").stdout.count("未涉及") > 20


def test_check_refuses_what_it_cannot_read(saved: Saved, tmp_path: Path) -> None:
    folder = doctored(saved, tmp_path)
    assert invoke("check", folder, "--seed", "3").exit_code == 2
    said = invoke("check", folder, "--set", "seed=3")
    assert said.exit_code == 2 and "a run folder has its seed and settings" in said.stderr
    for name in ("tables/totals.csv", "totals.json"):
        (folder / name).unlink()
        said = invoke("check", folder)
        assert said.exit_code == 2 and "a run folder that cannot be read" in said.stderr
    (folder / "manifest.json").write_text("{", "utf-8")
    assert invoke("check", folder).exit_code == 2
    assert invoke("check", tmp_path).exit_code == 2, "a folder that is no run"


@pytest.mark.parametrize("kind", ["counterfactual", "backcast", "extrapolation"])
@pytest.mark.parametrize("name", ["check", "run"])
def test_what_was_not_is_not_compared(name: str, kind: str, here: Path) -> None:
    (here / "what_if.yaml").write_text(f"format: 1\nextends: {runs.BASELINE}\nkind: {kind}\n", "utf-8")
    before = everything(here)
    said = invoke(name, "what_if.yaml", *(["--check"] if name == "run" else []))
    assert said.exit_code == 2 and said.stdout == ""
    assert f"what_if.yaml:3:7: found kind: {kind}; expected kind: history" in said.stderr
    assert "reported figures describe what was, not what would be" in said.stderr
    assert everything(here) == before


def test_a_counterfactual_runs_and_its_folder_is_not_compared(saved: Saved, here: Path) -> None:
    said = invoke("run", *saved.options, "--set", "kind=counterfactual", "--out", "what_if")
    assert said.exit_code == 0, said.stderr
    said = invoke("check", "what_if")
    assert said.exit_code == 2 and "expected kind: history" in said.stderr


# settle -------------------------------------------------------------------------------------------------


def test_settle_says_whether_a_case_is_as_expected(tmp_path: Path) -> None:
    case = CASES / "cq_retired_second_admission.yaml"
    assert invoke("settle", case).exit_code == 0
    said = invoke("settle", case, "--json", "--lang", "zh")
    assert said.exit_code == 0 and json.loads(said.stdout)
    other = tmp_path / "other.yaml"
    text = case.read_text("utf-8")
    assert text.count("cash: ") >= 1
    other.write_text(text.replace("cash: ", "cash: 1"), "utf-8")
    assert invoke("settle", other).exit_code == 1
    other.write_text(text.replace("claim:", "klaim:"), "utf-8")
    said = invoke("settle", other)
    assert said.exit_code == 2 and f"{other}:" in said.stderr
    assert invoke("settle", tmp_path / "nowhere.yaml").exit_code == 2


def test_settle_may_refuse_policies_of_ones_own() -> None:
    case = CASES / "own_policies" / "half_above_deductible.yaml"
    assert invoke("settle", case).exit_code == 0
    said = invoke("settle", case, "--no-plugins")
    assert (said.exit_code, said.stdout) == (2, "") and "since plug-ins are forbidden" in said.stderr


def test_settle_tells_a_year_of_claims() -> None:
    said = json.loads(invoke("settle", CASES / "cq_year_of_a_retiree.yaml", "--json").stdout)
    assert [claim["claim"] for claim in said["claims"]] == [1, 2, 3, 4, 5]
    assert said["settlements"] == 5 and said["years_after"]["2024"]["discharges"] == 4


# interrupted --------------------------------------------------------------------------------------------

#: However the tests were started, an interrupt of the child is an interrupt.
CHILD = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from settlement_sim.cli import main; main()"
)
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def in_the_middle(saved: Saved, out: Path) -> subprocess.Popen[str]:
    """A run of some seconds that has begun to simulate: its first journal entries are being written."""
    settings = (*saved.settings, "world.scale=0.02", "window.until=2024-09-30")
    options = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-c", CHILD, "run", *options, "--journal", "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(out.parent.glob(f".{out.name}.*/journal.parquet")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    return process


@posix
@pytest.mark.parametrize("earlier", [False, True], ids=["new", "replacing"])
def test_an_interrupted_run_leaves_nothing(earlier: bool, saved: Saved, tmp_path: Path) -> None:
    if earlier:
        shutil.copytree(saved.folder, tmp_path / "run")
    before = everything(tmp_path)
    process = in_the_middle(saved, tmp_path / "run")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 130, err
    assert err == "interrupted; nothing was written\n" and out == ""
    assert everything(tmp_path) == before


@posix
def test_a_killed_run_leaves_nothing_that_looks_finished(saved: Saved, tmp_path: Path) -> None:
    shutil.copytree(saved.folder, tmp_path / "earlier")
    before = everything(tmp_path / "earlier")
    process = in_the_middle(saved, tmp_path / "earlier")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert everything(tmp_path / "earlier") == before, "the earlier run was touched"
    (left,) = (path for path in tmp_path.iterdir() if path.name != "earlier")
    assert left.name.startswith(".earlier."), "what a killed run leaves is hidden"
    assert not (left / "manifest.json").exists() and not (left / "totals.json").exists()
    assert invoke("check", left).exit_code == 2, "it is taken for a run"
    assert invoke("run", *saved.options, "--out", tmp_path / "earlier").exit_code == 0


# what is imported ---------------------------------------------------------------------------------------


def imported(code: str) -> set[str]:
    """Top-level modules after some code, in a process of its own."""
    names = "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{names}"], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["validate", runs.BASELINE]], ids=" ".join
)
def test_quick_commands_import_little(arguments: list[str]) -> None:
    code = f"from settlement_sim.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass"
    loaded = imported(code)
    assert "click" in loaded
    assert not loaded & HEAVY, f"{' '.join(arguments)} imports {', '.join(sorted(loaded & HEAVY))}"


def test_the_package_itself_imports_nothing_heavy() -> None:
    assert not imported("import settlement_sim") & (HEAVY | {"numpy", "pydantic", "ruamel"})
