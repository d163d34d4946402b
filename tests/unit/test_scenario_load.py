"""Does a scenario read, extend and override as written, and does every mistake name its place?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from settlement_sim.errors import InputError
from settlement_sim.policies.base import BENEFIT
from settlement_sim.scenario.load import find, load, packaged_scenarios
from settlement_sim.scenario.schema import slot_loc

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
  benefit: {basic: [{use: insured_place}], catastrophic: [{use: insured_place}], assistance: [{use: insured_place}]}
  channel: [{use: direct}]
  clearing: [{use: prepaid_monthly_gross}]
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
    assert [entry.use for entry in loaded.scenario.policies.benefit.assistance] == ["insured_place"]
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
        ("policies", "benefit", "basic", 0, "use"): "base.yaml:15:27",
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


def test_places_through_two_levels_of_extends_and_a_setting(folder: Path) -> None:
    entries = "    - {use: filing_free, where: others}\n    - {use: filing_required, where: {pool: [zigong]}}\n"
    child(folder, f"policies:\n  access:\n{entries}", "middle.yaml")
    path = child(folder, "manual: {delay_days: 20}\n", extends="middle.yaml")
    loaded = load(path, ["policies.access.1.with.cut_other=5", "world.scale=0.1"])
    where = {
        ("seed",): f"{folder}/base.yaml:6:7",
        ("policies", "access", 0, "where"): f"{folder}/middle.yaml:5:33",
        ("policies", "access", 1, "use"): f"{folder}/middle.yaml:6:13",
        ("policies", "access", 1, "with"): "--set policies.access.1.with.cut_other",
        ("policies", "access", 1, "with", "cut_other"): "--set policies.access.1.with.cut_other",
        ("policies", "clearing", 0, "use"): f"{folder}/base.yaml:17:20",
        ("manual", "delay_days"): f"{folder}/child.yaml:3:22",
        ("world", "scale"): "--set world.scale",
        ("world", "world_seed"): f"{folder}/base.yaml:9:21",
    }
    assert {loc: loaded.place(*loc) for loc in where} == where


def test_a_mistake_inside_a_list_is_told_where_the_list_was_written(folder: Path) -> None:
    child(folder, "policies: {access: [{use: filing_free, were: others}]}\n", "middle.yaml")
    path = child(folder, "seed: 6\n", extends="middle.yaml")
    (said,) = wrong(folder, path)
    assert said.startswith("middle.yaml:3:40: found 'were'; expected one of use, where, from, until, with;")
    mended = child(folder, "policies: {access: [{use: filing_free}]}\n", extends="middle.yaml")
    assert load(mended).place("policies", "access", 0, "were") == f"{folder}/child.yaml:3:21", "an old place"


def test_what_replaces_a_mapping_takes_its_places_with_it(folder: Path) -> None:
    path = child(folder, "world: 3\n")
    assert wrong(folder, path) == [
        "child.yaml:3:8: found '3'; expected a mapping with the keys world_seed, scale, overlays"
    ]
    said = wrong(folder, folder / "base.yaml", "world=3")
    assert said == ["--set world: found '3'; expected a mapping with the keys world_seed, scale, overlays"]


@pytest.mark.parametrize(
    ("body", "settings", "said"),
    [
        (
            "window: {until: 2023-12-31}\n", (),
            "child.yaml:3:17: found '2023-12-31'; expected a last day on or after the first, 2024-01-01 "
            "(base.yaml:4:16)",
        ),
        (
            "window: {from: 2024-10-01}\n", (),
            "child.yaml:3:16: found '2024-10-01'; expected a first day on or before the last, 2024-09-30 "
            "(base.yaml:4:35)",
        ),
        (
            "window: {from: 2023-09-01}\n", (),
            "child.yaml:3:16: found '2023-09-01'; expected a window that begins on or after the day of warm_up, "
            "2023-10-01 (base.yaml:5:10)",
        ),
        (
            "window: {from: 2024-10-01}\n", ("window.until=2024-09-01",),
            "--set window.until: found '2024-09-01'; expected a last day on or after the first, 2024-10-01 "
            "(child.yaml:3:16)",
        ),
    ],
)  # fmt: skip
def test_days_that_a_child_puts_out_of_order(folder: Path, body: str, settings: tuple[str, ...], said: str) -> None:
    """The parent was right; who spoke last is told, and who is contradicted."""
    assert wrong(folder, child(folder, body), *settings) == [said]


def test_the_parent_is_the_scenario_that_is_extended(folder: Path) -> None:
    child(folder, "seed: 6\n", "middle.yaml")
    loaded = load(child(folder, "seed: 7\n", extends="middle.yaml"), ["seed=8"], plugins=False)
    assert loaded.scenario.seed == 8 and loaded.settings == (("seed",),)
    middle = loaded.parent
    assert middle is not None and (middle.name, middle.scenario.seed, middle.settings) == ("middle", 6, ())
    assert not middle.plugins, "what is forbidden to a scenario is forbidden to its parent"
    assert middle.parent is not None and middle.parent.scenario.seed == 5 and middle.parent.parent is None


def test_a_parent_that_is_wrong_alone_is_none(folder: Path) -> None:
    changed(folder, "growth: R1", "growth: R9")
    assert load(child(folder, "readings: {growth: R2}\n", extends="changed.yaml")).parent is None


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
    "format, question, kind, window, warm_up, seed, readings, world, demand, priors, rules, observed, calibration, "
    "calendar, manual, disturbances, visits, recognition, policies"
)
READINGS = (
    "growth, access_of_other_prefectures, pharmacy_inside_a1, insurance_year_of_a_stay, prepayment_basis, "
    "recognition_case, prepayment_usage"
)


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


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("policies: {acess: [{use: filing_free}]}\n", "child.yaml:3:12: found 'acess'; expected one of access, "
         "catalogue, benefit, channel, clearing, recognition, transfer; did you mean 'access'?"),
        ("policies: {benefit: {basics: [{use: insured_place}]}}\n", "child.yaml:3:22: found 'basics'; expected one of "
         "basic, catastrophic, assistance; did you mean 'basic'?"),
        ("policies: {benefit: [{use: insured_place}]}\n", "child.yaml:3:21: found a list; expected a mapping with the "
         "keys basic, catastrophic, assistance"),
        ("policies: {basic: [{use: insured_place}]}\n", "child.yaml:3:12: found 'basic'; expected one of access, "
         "catalogue, benefit, channel, clearing, recognition, transfer"),
        ("demand: {potental: 1.1}\n", "child.yaml:3:10: found 'potental'; expected one of potential, response; did you "
         "mean 'potential'?"),
        ("demand: {response: {elastisity: 5}}\n", "child.yaml:3:21: found 'elastisity'; expected one of "
         "manual_deterrence, elasticity, direct_gain; did you mean 'elasticity'?"),
    ],
)  # fmt: skip
def test_a_misspelt_slot_or_setting_gets_the_nearest_name(folder: Path, body: str, said: str) -> None:
    found = wrong(folder, child(folder, body))
    assert said in found, found


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


@pytest.mark.parametrize(
    ("body", "found", "expected"),
    [
        ("demand: {potential: 0.99}", "'0.99'", "a number from 1 to 2 such as 1.05"),
        ("demand: {potential: 2.01}", "'2.01'", "a number from 1 to 2 such as 1.05"),
        ("demand: {potential: more}", "'more'", "a number from 1 to 2 such as 1.05"),
        ("demand: {potential: nan}", "'nan'", "a number from 1 to 2 such as 1.05"),
        ("demand: {potential: 1.00001}", "'1.00001'", "a number with at most 4 decimals"),
        ("demand: {response: {direct_gain: 1.005}}", "'1.005'", "percent from 0 to 100 with at most 2 decimals"),
        ("demand: {response: {direct_gain: -1}}", "'-1'", "percent from 0 to 100 with at most 2 decimals"),
        ("demand: {response: {direct_gain: 101}}", "'101'", "percent from 0 to 100 with at most 2 decimals"),
        ("demand: {response: {elasticity: 1001}}", "'1001'", "percent from 0 to 1000 with at most 2 decimals"),
        ("manual: {staff: 0}", "'0'", "a whole number from 1, or none"),
        ("manual: {staff: 1.5}", "'1.5'", "a whole number from 1, or none"),
        ("manual: {delay_days: 0}", "'0'", "greater than or equal to 1"),
        ("manual: {claims_per_day: 0}", "'0'", "greater than or equal to 1"),
        ("manual: {review_days: -1}", "'-1'", "greater than or equal to 0"),
    ],
)
def test_demand_and_the_desk_refuse_what_cannot_be(folder: Path, body: str, found: str, expected: str) -> None:
    column = len(body.rpartition(": ")[0]) + 3
    assert wrong(folder, child(folder, body + "\n")) == [f"child.yaml:3:{column}: found {found}; expected {expected}"]


def test_demand_and_the_desk_are_held_as_integers(folder: Path) -> None:
    plain = load(folder / "base.yaml").scenario
    assert (plain.demand.potential_bp, plain.demand.response) == (10_000, "off")
    assert (plain.manual.staff, plain.manual.claims_per_day, plain.manual.review_days) == (None, 12, 0)
    body = "demand: {potential: 1.25, response: {elasticity: 62.5}}\nmanual: {staff: 3}\n"
    scenario = load(child(folder, body)).scenario
    assert scenario.demand.potential_bp == 12_500 and scenario.manual.staff == 3
    response = scenario.demand.response
    assert not isinstance(response, str)
    assert (response.manual_deterrence, response.elasticity, response.direct_gain) == (None, 6_250, None)
    said = scenario.demand.model_dump(mode="json", by_alias=True)
    assert said["potential"] == "1.25" and said["response"]["elasticity"] == "62.5", "written as people write"
    assert (
        scenario.manual.model_dump(mode="json")["staff"] == 3
        and plain.manual.model_dump(mode="json")["staff"] == "none"
    )
    assert load(child(folder, "demand: {response: off}\nmanual: {staff: none}\n")).scenario.demand.response == "off"


def test_where_the_entries_of_a_slot_stand() -> None:
    assert slot_loc("access") == ("policies", "access")
    assert [slot_loc(slot) for slot in BENEFIT] == [("policies", "benefit", slot) for slot in BENEFIT]


def test_an_unknown_pool_is_told_with_the_nearest(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "pool: [chengdu]", "pool: [chengd]"))
    assert said.startswith("changed.yaml:12:41: found 'chengd'; expected 'chongqing'")
    assert said.endswith("did you mean 'chengdu'?")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("other", "47: found 'other'; expected 'others'; did you mean 'others'?"),
        ("{pol: [chengdu]}", "48: found 'pol'; expected one of pool, scheme; did you mean 'pool'?"),
        ("{pool: [], scheme: resident}", "54: found []; expected "),
        ("[chengdu]", "47: found a list; expected a mapping with the keys pool, scheme"),
    ],
)
def test_of_two_ways_to_say_where_the_one_that_was_meant_is_told(folder: Path, where: str, said: str) -> None:
    (found,) = wrong(folder, child(folder, f"policies: {{access: [{{use: filing_free, where: {where}}}]}}\n"))
    assert found.startswith(f"child.yaml:3:{said}"), found


@pytest.mark.parametrize("date", ["2024-02-30", "2024-1-1", "January", "20240101", "1704067200", "2024-01-01T09:00"])
def test_a_date_that_is_none(folder: Path, date: str) -> None:
    (said,) = wrong(folder, changed(folder, "from: 2024-01-01", f"from: {date}"))
    assert said.startswith(f"changed.yaml:4:16: found '{date}'; expected "), said


def test_a_slot_without_entries(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "clearing: [{use: prepaid_monthly_gross}]", "clearing: []"))
    assert said.startswith("changed.yaml:17:13: found []; expected ") and "at least 1 item" in said


def test_a_window_that_ends_before_it_begins(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "until: 2024-09-30", "until: 2023-12-31"))
    assert said.startswith("changed.yaml:4:35: found ")
    assert said.endswith("; expected a last day on or after the first, 2024-01-01")


def test_a_warm_up_inside_the_window(folder: Path) -> None:
    (said,) = wrong(folder, changed(folder, "warm_up: 2023-10-01", "warm_up: 2024-01-02"))
    assert said.endswith("; expected a warm_up on or before the window's first day, 2024-01-01")
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
