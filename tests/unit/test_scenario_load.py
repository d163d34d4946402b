"""Does a scenario read, extend and override as written, and does every mistake name its place?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from settlement_sim.errors import InputError
from settlement_sim.scenario.load import find, load, packaged_scenarios

BASE = """format: 1
question: {id: base, zh: 问, en: what}
kind: history
window: {from: 2024-01-01, until: 2024-09-30}
warm_up: 2023-10-01
seed: 5
readings:
  growth: R1
world: {world_seed: 7, scale: 0.5}
policies:
  access:
    - {use: filing_free, where: {pool: [chengdu]}}
    - {use: filing_free, where: others}
  catalogue: [{use: care_place}]
  benefit: [{use: insured_place}]
  channel: [{use: direct}]
  clearing: [{use: month_end}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    return tmp_path


def child(folder: Path, body: str, name: str = "child.yaml", extends: str = "base.yaml") -> Path:
    path = folder / name
    path.write_text(f"format: 1\nextends: {extends}\n{body}", "utf-8")
    return path


def changed(folder: Path, old: str, new: str) -> Path:
    """The base with one text replaced."""
    assert BASE.count(old) == 1
    path = folder / "changed.yaml"
    path.write_text(BASE.replace(old, new), "utf-8")
    return path


def wrong(folder: Path, path: Path, *settings: str) -> list[str]:
    """What is said about a broken scenario, with its folder left out."""
    with pytest.raises(InputError) as caught:
        load(path, settings)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_scenario_reads_with_its_defaults(folder: Path) -> None:
    loaded = load(folder / "base.yaml")
    scenario = loaded.scenario
    assert (scenario.window.first, scenario.window.last) == (dt.date(2024, 1, 1), dt.date(2024, 9, 30))
    assert (scenario.seed, scenario.world.scale, scenario.manual.delay_days) == (5, 0.5, 30)
    assert scenario.readings.access_of_other_prefectures == "filing_free"
    assert loaded.name == "base"
    assert loaded.beside("own.yaml") == folder.resolve() / "own.yaml"


def test_a_scenario_cannot_be_changed(folder: Path) -> None:
    scenario = load(folder / "base.yaml").scenario
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 6


# extends ------------------------------------------------------------------------------------------------


def test_mappings_merge_and_lists_replace(folder: Path) -> None:
    path = child(folder, "world: {scale: 0.1}\npolicies:\n  access: [{use: filing_required}]\n")
    loaded = load(path)
    assert (loaded.scenario.world.world_seed, loaded.scenario.world.scale) == (7, 0.1), "the other key stays"
    assert [entry.use for entry in loaded.scenario.policies.access] == ["filing_required"], "a slot's list replaces"
    assert [entry.use for entry in loaded.scenario.policies.benefit] == ["insured_place"]
    assert "extends" not in loaded.data


def test_the_parent_is_read_anew_each_time(folder: Path) -> None:
    load(child(folder, "world: {scale: 0.1}\n"), ["world.world_seed=9"])
    assert load(folder / "base.yaml").scenario.world.world_seed == 7


def test_places_name_the_file_that_set_the_value(folder: Path) -> None:
    loaded = load(child(folder, "world: {scale: 0.1}\npolicies:\n  access: [{use: filing_required}]\n"))
    where = {
        ("seed",): "base.yaml:6:7",
        ("world", "world_seed"): "base.yaml:9:21",
        ("world", "scale"): "child.yaml:3:16",
        ("policies", "access", 0, "use"): "child.yaml:5:18",
        ("policies", "benefit", 0, "use"): "base.yaml:15:19",
        ("policies", "access", 1, "use"): "child.yaml:5:11",  # there is no second entry: the list
    }
    for loc, place in where.items():
        assert loaded.place(*loc) == f"{folder}/{place}", f"{loc} was set elsewhere"


def test_a_grandparent_is_read_too(folder: Path) -> None:
    child(folder, "seed: 6\n", "middle.yaml")
    loaded = load(child(folder, "kind: counterfactual\n", extends="middle.yaml"))
    assert (loaded.scenario.seed, loaded.scenario.kind, loaded.scenario.world.world_seed) == (
        6,
        "counterfactual",
        7,
    )
    assert loaded.place("seed") == f"{folder}/middle.yaml:3:7"


def test_a_mistake_of_the_parent_is_told_at_the_parent(folder: Path) -> None:
    changed(folder, "growth: R1", "growth: R9")
    path = child(folder, "seed: 6\n", extends="changed.yaml")
    assert wrong(folder, path) == ["changed.yaml:8:11: found 'R9'; expected 'R1', 'R2', 'R3', 'R4', 'R5' or 'R6'"]


def test_a_mistake_of_the_child_is_told_at_the_child(folder: Path) -> None:
    path = child(folder, "readings: {growth: R9}\n")
    assert wrong(folder, path) == ["child.yaml:3:20: found 'R9'; expected 'R1', 'R2', 'R3', 'R4', 'R5' or 'R6'"]


def test_a_child_may_mend_its_parent(folder: Path) -> None:
    changed(folder, "growth: R1", "growth: R9")
    assert load(child(folder, "readings: {growth: R2}\n", extends="changed.yaml")).scenario.readings.growth == "R2"


def test_a_packaged_scenario_may_be_extended(folder: Path) -> None:
    loaded = load(child(folder, "seed: 6\n", extends="baseline_2024q1q3"))
    assert (loaded.scenario.seed, loaded.scenario.question.id) == (6, "baseline")


@pytest.mark.parametrize("name", ["child.yaml", "../scenarios/child.yaml"])
def test_a_scenario_that_extends_itself(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "scenarios"
    inside.mkdir()
    said = wrong(inside, child(inside, "", extends=name))
    assert said == [f"child.yaml:2:10: found '{name}'; expected a scenario that does not extend this one"]


def test_a_circle_of_scenarios(folder: Path) -> None:
    child(folder, "", "a.yaml", "b.yaml")
    child(folder, "", "b.yaml", "c.yaml")
    path = child(folder, "", "c.yaml", "a.yaml")
    said = "b.yaml:2:10: found 'c.yaml'; expected a scenario that does not extend this one"
    assert wrong(folder, path) == [said], "the step that closes the circle"


def test_a_parent_that_does_not_exist_is_told_where_it_is_named(folder: Path) -> None:
    (said,) = wrong(folder, child(folder, "seed: 6\n", extends="bas.yaml"))
    assert said.startswith("child.yaml:2:10: "), said
    assert "no such file" in said


@pytest.mark.parametrize("extends", ["[base.yaml]", "{file: base.yaml}"])
def test_one_parent_by_name(folder: Path, extends: str) -> None:
    (said,) = wrong(folder, child(folder, "", extends=extends))
    assert said.startswith("child.yaml:2:10: "), said


# --set --------------------------------------------------------------------------------------------------


def test_settings_override_values(folder: Path) -> None:
    settings = ["seed=7", "readings.growth=R2", "world.scale=0.25", "policies.access.1.use=filing_required"]
    loaded = load(folder / "base.yaml", settings)
    scenario = loaded.scenario
    assert (scenario.seed, scenario.readings.growth, scenario.world.scale) == (7, "R2", 0.25)
    assert [entry.use for entry in scenario.policies.access] == ["filing_free", "filing_required"]
    assert loaded.place("readings", "growth") == "--set readings.growth"
    assert loaded.place("world", "world_seed") == f"{folder}/base.yaml:9:21"


def test_a_setting_may_add_what_the_file_leaves_out(folder: Path) -> None:
    assert load(folder / "base.yaml", ["manual.delay_days=60"]).scenario.manual.delay_days == 60


def test_the_last_setting_wins(folder: Path) -> None:
    assert load(folder / "base.yaml", ["seed=7", "seed=8"]).scenario.seed == 8


def test_a_value_may_hold_an_equals_sign(folder: Path) -> None:
    assert load(folder / "base.yaml", ["question.en=a=b"]).scenario.question.en == "a=b"


@pytest.mark.parametrize("setting", ["seed", "seed.more=1", "policies.access.7.use=x", "policies.access.first.use=x"])
def test_a_setting_that_cannot_be_set(folder: Path, setting: str) -> None:
    said = f"--set {setting}: found '{setting}'; expected a setting such as readings.growth=R2"
    assert wrong(folder, folder / "base.yaml", setting) == [said]


def test_a_wrong_value_of_a_setting_is_told_at_the_setting(folder: Path) -> None:
    said = wrong(folder, folder / "base.yaml", "readings.growth=R9")
    assert said == ["--set readings.growth: found 'R9'; expected 'R1', 'R2', 'R3', 'R4', 'R5' or 'R6'"]


@pytest.mark.parametrize("setting", ["sead=7", "reading.growth=R2", "world.scail=1"])
def test_an_unknown_key_of_a_setting_is_told_at_the_setting(folder: Path, setting: str) -> None:
    (said,) = wrong(folder, folder / "base.yaml", setting)
    assert said.startswith("--set "), f"not told as a setting: {said}"
    assert "did you mean" in said


# mistakes -----------------------------------------------------------------------------------------------


TOP = (
    "format, question, kind, window, warm_up, seed, readings, world, rules, observed, calibration, calendar, "
    "manual, policies"
)
READINGS = "growth, access_of_other_prefectures, pharmacy_inside_a1, insurance_year_of_a_stay"


@pytest.mark.parametrize(
    ("old", "new", "line", "known", "near"),
    [
        ("seed: 5", "sead: 5", 6, TOP, "seed"),
        ("growth: R1", "growht: R1", 8, READINGS, "growth"),
        ("scale: 0.5", "scail: 0.5", 9, "world_seed, scale, overlays", "scale"),
        ("until: 2024-09-30", "til: 2024-09-30", 4, "from, until", "until"),
        ("[{use: direct}]", "[{use: direct, wihle: x}]", 16, "use, where, from, until, with", "with"),
    ],
)
def test_an_unknown_key_is_told_with_the_known_ones(
    folder: Path, old: str, new: str, line: int, known: str, near: str
) -> None:
    told = [said.split(":", 3) for said in wrong(folder, changed(folder, old, new))]
    key = new.removeprefix("[{use: direct, ").split(":")[0]
    words = f" found '{key}'; expected one of {known}; did you mean '{near}'?"
    assert ("changed.yaml", str(line), words) in [(file, number, said) for file, number, _, said in told]


def test_an_unknown_key_is_told_on_its_own_line(folder: Path) -> None:
    path = changed(folder, "readings:\n  growth: R1", "reedings:\n  growth: R1")
    (said,) = wrong(folder, path)
    assert said.startswith("changed.yaml:7:"), said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: history", "kind: histroy", "3:7: found 'histroy'; expected 'history', 'backcast', "
         "'counterfactual' or 'extrapolation'; did you mean 'history'?"),
        ("seed: 5", "seed: five", "6:7: found 'five'; expected a valid integer, unable to parse string as "
         "an integer"),
        ("seed: 5", "seed: -5", "6:7: found '-5'; expected greater than or equal to 0"),
        ("scale: 0.5", "scale: 0", "9:31: found '0'; expected greater than 0"),
        ("scale: 0.5", "scale: 1.5", "9:31: found '1.5'; expected less than or equal to 1"),
        ("kind: history\n", "", "1:1: found no kind; expected it, since it is required"),
        ("{use: direct}", "{where: others}", "16:13: found no use; expected it, since it is required"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_was_expected(folder: Path, old: str, new: str, said: str) -> None:
    assert wrong(folder, changed(folder, old, new)) == [f"changed.yaml:{said}"]


def test_an_unknown_pool_is_told_with_the_nearest(folder: Path) -> None:
    said = wrong(folder, changed(folder, "pool: [chengdu]", "pool: [chengd]"))
    mine = [line for line in said if line.startswith("changed.yaml:12:41: found 'chengd'; expected 'chongqing'")]
    assert len(mine) == 1 and mine[0].endswith("did you mean 'chengdu'?"), said


@pytest.mark.parametrize("date", ["2024-02-30", "2024-1-1", "January", "20240101", "1704067200", "2024-01-01T09:00"])
def test_a_date_that_is_none(folder: Path, date: str) -> None:
    (said,) = wrong(folder, changed(folder, "from: 2024-01-01", f"from: {date}"))
    assert said.startswith(f"changed.yaml:4:16: found '{date}'; expected "), said


def test_a_slot_without_entries(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "clearing: [{use: month_end}]", "clearing: []"))
    assert said.startswith("changed.yaml:17:13: found []; expected ") and "at least 1 item" in said


def test_a_window_that_ends_before_it_begins(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "until: 2024-09-30", "until: 2023-12-31"))
    assert said.startswith("changed.yaml:4:35: found ")
    assert said.endswith("; expected a last day on or after the first, 2024-01-01")


def test_a_warm_up_inside_the_window(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "warm_up: 2023-10-01", "warm_up: 2024-01-02"))
    assert said.endswith("; expected a warm_up on or before the window's first day 2024-01-01")
    assert said.startswith("changed.yaml:5:10: found '2024-01-02'"), "the place and the value of the warm-up"
    assert load(changed(folder, "warm_up: 2023-10-01", "warm_up: 2024-01-01")).scenario.warm_up == dt.date(2024, 1, 1)


def test_all_problems_are_told_at_once_in_file_order(folder: Path) -> None:
    path = folder / "many.yaml"
    text = BASE.replace("kind: history", "kind: histroy").replace("growth: R1", "growth: R9")
    path.write_text(text.replace("use: direct", "usee: direct").replace("seed: 5", "seed: five"), "utf-8")
    places = [line.split(": found")[0] for line in wrong(folder, path)]
    expected = ["many.yaml:3:7", "many.yaml:6:7", "many.yaml:8:11", "many.yaml:16:13", "many.yaml:16:14"]
    assert sorted(places) == sorted(expected), "a problem is missing"
    assert places == expected, "not in file order"


# names --------------------------------------------------------------------------------------------------


def test_packaged_scenarios_are_known_by_name() -> None:
    assert "baseline_2024q1q3" in packaged_scenarios()
    for name in ("baseline_2024q1q3", "baseline_2024q1q3.yaml", "scenarios/baseline_2024q1q3.yaml"):
        assert find(name).name == "baseline_2024q1q3.yaml"
    assert load("baseline_2024q1q3").name == "baseline_2024q1q3"


@pytest.mark.parametrize("name", packaged_scenarios())
def test_every_packaged_scenario_is_valid(name: str) -> None:
    assert load(name).scenario.question.zh


def test_a_file_goes_before_a_packaged_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "baseline_2024q1q3").write_text(BASE, "utf-8")
    monkeypatch.chdir(folder)
    assert load("baseline_2024q1q3").scenario.seed == 5


@pytest.mark.parametrize("name", ["baseline_2024q1q", "elsewhere/baseline_2024q1q3.yaml", "baseline_2024q1q3.yml"])
def test_a_missing_scenario_is_told_with_the_nearest(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load(name)
    (problem,) = caught.value.problems
    assert (problem.where, problem.found) == (name, "no such file or packaged scenario")
    assert problem.expected.startswith("a scenario file or one of ") and "baseline_2024q1q3" in problem.expected
    assert problem.nearest == "baseline_2024q1q3"


def test_a_broken_file_is_told_by_the_reader(folder: Path) -> None:
    path = folder / "broken.yaml"
    path.write_text("format: 1\nseed: 1\nseed: 2\n", "utf-8")
    (said,) = wrong(folder, path)
    assert said.startswith("broken.yaml:3:1: ")
