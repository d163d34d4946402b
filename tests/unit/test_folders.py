"""What several runs leave on disk: every file, the seed before every row, measures as the folder's own tables give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.record.measures import MEASURE, MEASURES, measures
from settlement_sim.scenario.load import load
from settlement_sim.study.compare import Comparison, compare
from settlement_sim.study.folder import write_run
from settlement_sim.study.replications import replications
from settlement_sim.study.years import simulate_years

A, B = "q9_recognition", "q9_lapse"
SMALL = ("world.scale=0.05", "recognition.window.until=2028-06-30")
OPTIONS = tuple(part for setting in SMALL for part in ("--set", setting))
EACH = {
    "replications.csv", "summary.csv", "measures.csv", "assumptions.csv", "warnings.txt", "tables", "manifest.json",
    "units.csv", "pools.csv",
}  # fmt: skip


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several") / "run"
    done = invoke("run", A, "--seed", "5", "-r", "3", *OPTIONS, "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "both"
    done = invoke("compare", B, "-r", "2", *OPTIONS, "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


# several seeds ------------------------------------------------------------------------------------------


def test_the_seed_comes_first_in_every_table(several: Path) -> None:
    assert names(several) == EACH
    assert names(several / "tables") == {"recognition_totals.csv", "fund_transfers.csv"}
    for path in [several / "replications.csv", several / "measures.csv", *(several / "tables").iterdir()]:
        frame = pd.read_csv(path)
        assert frame.columns[0] == "seed" and frame.seed.unique().tolist() == [5, 6, 7], path.name


def test_tables_of_a_seed_are_those_of_its_run_alone(several: Path) -> None:
    alone = simulate_years(load(A, SMALL), 6)
    for path in (several / "tables").iterdir():
        frame = pd.read_csv(path).query("seed == 6").drop(columns="seed").reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, alone.tables[path.stem].reset_index(drop=True), check_dtype=False)


def of_tables(folder: Path, seed: int) -> dict[str, float]:
    """Measures from the tables that a folder holds."""
    tables = {path.stem: pd.read_csv(path) for path in (folder / "tables").glob("*.csv")}
    return dict(measures({name: frame[frame.seed == seed] for name, frame in tables.items()}, {}))


def test_measures_are_what_the_folders_own_tables_give(several: Path) -> None:
    written = pd.read_csv(several / "measures.csv").set_index("seed")
    assert written.loc[5, "recognised"] > 0 and written["recognised"].nunique() > 1
    for seed in (5, 6, 7):
        assert written.loc[seed].to_dict() == of_tables(several, seed)


def test_outputs_by_seed_and_their_summary(several: Path) -> None:
    outputs = pd.read_csv(several / "replications.csv").drop(columns="seed")
    summary = pd.read_csv(several / "summary.csv").set_index("output")
    pd.testing.assert_series_equal(summary["mean"], outputs.mean(), check_names=False)
    assert (outputs["recognition/applied_in/chongqing/accepted"] > 0).all()


def test_the_manifest_says_what_was_asked_for(several: Path) -> None:
    found = said(several)
    assert (found["what"], found["scenario"], found["seeds"]) == ("replications", A, [5, 6, 7])
    assert found["settings"] == [*SMALL, "seed=5"], "as they were given"
    assert found["window"] == ["2024-03-01", "2028-06-30"] and found["scale"] == 0.05
    assert found["question"]["read"][0] == "recognised" and found["question"]["against"] == ""


def test_what_it_rests_on_stands_beside(several: Path) -> None:
    listed = json.loads(invoke("assumptions", A, *OPTIONS, "--json").stdout)
    written = pd.read_csv(several / "assumptions.csv")
    rows = next(value for value in listed.values() if isinstance(value, list))
    assert len(written) == len(rows) > 10 and {"grade", "name"} <= {*written.columns}
    assert (several / "warnings.txt").read_text("utf-8") == ""


def test_a_setting_without_effect_is_told_once(tmp_path: Path) -> None:
    idle = ("--set", "manual.delay_days=40")
    done = invoke("run", A, "-r", "2", *OPTIONS, *idle, "--out", tmp_path / "run")
    lines = (tmp_path / "run/warnings.txt").read_text("utf-8").splitlines()
    assert len(lines) == 1 and "manual.delay_days" in lines[0]
    assert [line for line in done.stderr.splitlines() if line] == [f"warning: {lines[0]}"]


def test_a_comparison_tells_warnings_of_its_reference_too(tmp_path: Path) -> None:
    """Once, though both scenarios have the setting."""
    idle = ("--set", "manual.delay_days=40")
    said = json.loads(invoke("compare", B, "-r", "2", *OPTIONS, *idle, "--json").stdout)
    assert len(said["warnings"]) == 1 and "manual.delay_days" in said["warnings"][0]


def test_a_single_run_has_its_measures_in_the_same_form(several: Path, tmp_path: Path) -> None:
    write_run(simulate_years(load(A, SMALL), 6), tmp_path)
    rows = pd.read_csv(several / "measures.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "measures.csv"), rows[rows.seed == 6].reset_index(drop=True))
    assert said(tmp_path)["what"] == "run" and said(tmp_path)["settings"] == [*SMALL]


# comparisons --------------------------------------------------------------------------------------------


def test_every_scenario_of_a_comparison_has_a_folder(compared: Path) -> None:
    assert names(compared) == {"comparison.csv", "measures.csv", "manifest.json", f"0-{A}", f"1-{B}"}
    for folder in (f"0-{A}", f"1-{B}"):
        assert names(compared / folder) == EACH and said(compared / folder)["what"] == "replications"
    found = said(compared)
    assert (found["what"], found["scenario"], found["compared"]) == ("comparison", A, [B])
    assert found["folders"] == [f"0-{A}", f"1-{B}"] and found["seeds"] == [1, 2] and found["settings"] == [*SMALL]


def test_differences_are_those_of_the_folders(compared: Path) -> None:
    reference, other = (pd.read_csv(compared / f / "measures.csv").set_index("seed") for f in (f"0-{A}", f"1-{B}"))
    rows = pd.read_csv(compared / "measures.csv").set_index("measure")
    assert set(rows.scenario) == {B} and rows.loc["recognised", "difference"] < 0, "nothing is recognised any more"
    for name in reference:
        change = other[name] - reference[name]
        assert rows.loc[name, "difference"] == change.mean() and rows.loc[name, "other"] == other[name].mean()


def test_scenarios_of_one_name_keep_apart(tmp_path: Path) -> None:
    """Two files of one name, a lower threshold and one that nobody reaches."""
    paths = []
    for months in (180, 300):
        path = tmp_path / str(months) / "mine.yaml"
        path.parent.mkdir()
        path.write_text(f"""format: 1
extends: {A}
question: {{zh: 问, en: asked}}
kind: counterfactual
policies: {{recognition: [{{use: mutual_2024, with: {{threshold: {months}}}}}]}}
""", "utf-8")  # fmt: skip
        paths.append(path)
    done = invoke("compare", A, *paths, "-r", "2", *OPTIONS, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "1-mine − q9_recognition" in done.output and "2-mine − q9_recognition" in done.output
    rows = pd.read_csv(tmp_path / "out/measures.csv").set_index(["scenario", "measure"]).difference
    assert rows["1-mine", "saved"] > 0 > rows["2-mine", "saved"]
    assert names(tmp_path / "out") >= {"0-q9_recognition", "1-mine", "2-mine"}


def test_parts_stand_beside(tmp_path: Path) -> None:
    done = invoke("compare", B, "-r", "2", "--parts", *OPTIONS, "--out", tmp_path / "parts")
    assert done.exit_code == 0, done.output
    assert names(tmp_path / "parts") >= {"parts.csv", "parts_of_measures.csv", f"0-{A}", f"1-{B}"}
    assert said(tmp_path / "parts")["parts"] == ["policies.recognition"]
    frame = pd.read_csv(tmp_path / "parts/parts_of_measures.csv").set_index("measure")
    whole = pd.read_csv(tmp_path / "parts/measures.csv").set_index("measure").difference * 2
    assert all(MEASURE[name].whole for name in frame.index) and (frame.whole == whole[frame.index]).all()
    assert frame.index.tolist() == [one.name for one in MEASURES if one.name in frame.index]


def test_a_mean_that_one_of_them_lacks_is_no_difference() -> None:
    """Remitted money has a mean number of days; where none flowed there is none, and it is not 0."""
    from settlement_sim.study.replications import Replications

    loaded, nothing = load(A), pd.DataFrame({"x": [1, 1]}, index=[1, 2])
    with_days = pd.DataFrame({"cash": [4, 6], "mean_days": [30.0, 50.0], "top_up": [1, 3]}, index=[1, 2])
    without = pd.DataFrame({"cash": [5, 8], "mean_days": [30.0, None]}, index=[1, 2])
    rows = Comparison(
        Replications(loaded, (1, 2), nothing, with_days), (Replications(loaded, (1, 2), nothing, without),)
    ).measures.set_index("measure")
    assert rows.loc["cash", "difference"] == 1.5 and rows.loc["top_up", "difference"] == -2
    assert rows.loc["mean_days", "reference"] == 40 and pd.isna(rows.loc["mean_days", ["other", "difference"]]).all()


# the command --------------------------------------------------------------------------------------------


def test_workers_change_no_file_and_every_run_is_counted(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    for workers in (1, 2):
        loaded = [load(name, SMALL) for name in (A, B)]
        done = compare(loaded, 2, workers, progress=lambda *counted: heard.append(counted))
        done.save(tmp_path / str(workers))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)] * 2
    one, two = (everything(tmp_path / str(workers)) for workers in (1, 2))
    assert one == two and len(one) > 15


@pytest.mark.parametrize("arguments", [("run", A, "-r", "2"), ("compare", B, "-r", "2"), ("compare", B, "--parts")])
def test_a_target_that_is_no_run_is_refused_before_anything_is_simulated(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def simulate(*given: object, **named: object) -> None:
        raise AssertionError("it was simulated")

    monkeypatch.setattr("settlement_sim.study.replications.replicate_all", simulate)
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    done = invoke(*arguments, "--out", tmp_path)
    assert done.exit_code == 2 and "found something that is no run folder" in done.output
    assert names(tmp_path) == {"thesis.txt"}


@pytest.mark.parametrize("command", [("check",), ("statements", "--out", "notices")])
def test_what_reads_one_run_refuses_several(
    command: tuple[str, ...], several: Path, compared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, what in ((several, "replications"), (compared, "comparison")):
        done = invoke(command[0], folder, *command[1:])
        said = f"{folder}: found several runs ({what}); expected the folder of a single run\n"
        assert (done.exit_code, done.output) == (2, said) and not names(tmp_path)


def test_an_earlier_folder_is_replaced_as_a_whole(several: Path, tmp_path: Path) -> None:
    target = tmp_path / "run"
    for number in ("3", "2"):
        assert invoke("run", A, "-r", number, *OPTIONS, "--out", target).exit_code == 0
    assert said(target)["seeds"] == [1, 2] and names(tmp_path) == {"run"}


def test_one_run_alone_has_no_interval() -> None:
    found = replications(load(A, SMALL), 1)
    assert found.summary[["sd", "se", "low", "high"]].isna().all(axis=None)
