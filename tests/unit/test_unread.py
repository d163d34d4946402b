"""Is a setting that nothing reads told, and a parameter outside its range, and nothing else?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim.engine.slots import Timeline
from settlement_sim.policies.registry import built_in
from settlement_sim.remembering import Remembering
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.scenario.parameters import REQUIRED, Parameter, outside, parameters_of
from settlement_sim.scenario.schema import Demand, Manual, Response
from settlement_sim.scenario.timeline import timelines
from settlement_sim.scenario.unread import outside_range, unread

BASELINE = "baseline_2024q1q3"
OTHER = "readings.access_of_other_prefectures=filing_required"


def child(folder: Path, body: str) -> Path:
    path = folder / "child.yaml"
    path.write_text(f"format: 1\nextends: {BASELINE}\n{body}", "utf-8")
    return path


def after_a_run(loaded: Loaded) -> dict[str, Timeline]:
    """Timelines whose policies were asked for everything, and a scenario whose plan was made."""
    built = timelines(loaded)
    for timeline in built.values():
        for policy in timeline.policies:
            read(policy)
    return built


def read(policy: Remembering) -> None:
    for name in type(policy).model_fields:
        value = getattr(policy, name)
        if isinstance(value, Remembering):
            read(value)


# what was read ------------------------------------------------------------------------------------------


class Thing(Remembering):
    """Two fields."""

    one: int = 1
    two: int = 2


def test_it_remembers_what_was_read() -> None:
    thing = Thing()
    assert thing.asked == set()
    assert thing.one == 1 and thing.asked == {"one"}
    thing.asked.clear()
    assert thing.two == 2 and thing.asked == {"two"}


def test_writing_comparing_and_showing_read_nothing() -> None:
    thing = Thing()
    assert thing.model_dump() and thing.model_dump_json() and thing == Thing() and hash(thing) and repr(thing)
    assert thing.asked == set() and thing.model_copy().asked == set()


def test_two_scenarios_do_not_share_what_was_read() -> None:
    one, two = load(BASELINE), load(BASELINE)
    assert one.scenario.demand.potential_bp == 10_000
    assert one.scenario.demand.asked == {"potential_bp"} and two.scenario.demand.asked == set()


# settings -----------------------------------------------------------------------------------------------


def test_a_reading_that_no_entry_names_is_told(tmp_path: Path) -> None:
    path = child(tmp_path, "policies: {access: [{use: filing_free}]}\n")
    loaded = load(path, [OTHER])
    said = unread(loaded, after_a_run(loaded))
    name = OTHER.partition("=")[0]
    assert said == [f"--set {name}: {name} was never read"]


def test_a_reading_that_an_entry_names_is_read() -> None:
    loaded = load(BASELINE, [OTHER])
    assert unread(loaded, after_a_run(loaded)) == []


def test_what_a_file_itself_changes_is_told_too(tmp_path: Path) -> None:
    loaded = load(child(tmp_path, "demand: {potential: 1.1}\nmanual: {staff: 3}\n"))
    built = after_a_run(loaded)
    assert sorted(unread(loaded, built)) == [
        f"{tmp_path}/child.yaml:3:21: demand.potential was never read",
        f"{tmp_path}/child.yaml:4:17: manual.staff was never read",
    ]
    assert (loaded.scenario.demand.potential_bp, loaded.scenario.manual.staff) == (11_000, 3)
    assert unread(loaded, built) == []


def test_what_the_parent_says_is_its_own_affair(tmp_path: Path) -> None:
    """The baseline names readings that have one value; a child that leaves them alone is not told of them."""
    loaded = load(child(tmp_path, ""))
    assert unread(loaded, after_a_run(loaded)) == []
    assert unread(load(BASELINE), after_a_run(load(BASELINE))) == []


@pytest.mark.parametrize(
    "setting", ["kind=counterfactual", "question.en=why", "format=1", "readings.pharmacy_inside_a1=no"]
)
def test_what_people_and_checks_read_is_never_told(setting: str) -> None:
    loaded = load(BASELINE, [setting])
    assert unread(loaded, after_a_run(loaded)) == []


def test_a_setting_inside_an_entry(tmp_path: Path) -> None:
    loaded = load(child(tmp_path, ""), ["policies.access.0.use=filing_required", "manual.delay_days=20"])
    built = after_a_run(loaded)
    assert unread(loaded, built) == ["--set manual.delay_days: manual.delay_days was never read"]


def test_a_folder_of_a_list_is_read_with_its_list(tmp_path: Path) -> None:
    loaded = load(child(tmp_path, "world: {overlays: [mine]}\n"))
    said = unread(loaded, after_a_run(loaded))
    assert said == [f"{tmp_path}/child.yaml:3:20: world.overlays.0 was never read"]
    assert loaded.scenario.world.overlays == ["mine"]
    assert unread(loaded, after_a_run(loaded)) == []


# parameters ---------------------------------------------------------------------------------------------

ENTRY = "policies: {{access: [{{use: {use}}}]}}\n"


def place(path: Path, value: str) -> str:
    """Where a value stands that is written once."""
    (line,) = (number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if value in text)
    return f"{path}:{line}:{path.read_text('utf-8').splitlines()[line - 1].index(value) + 1}"


def test_a_parameter_that_its_policy_never_reads_is_told(tmp_path: Path) -> None:
    path = child(tmp_path, ENTRY.format(use="filing_required, with: {cut_other: 15, cut_referral: 5}"))
    loaded = load(path)
    built = timelines(loaded)
    (policy,) = built["access"].policies
    assert policy.__getattribute__("cut_referral") == 500
    said = f"{place(path, '15')}: parameter cut_other of filing_required (slot access) was never read"
    assert unread(loaded, built) == [said]


def test_a_parameter_of_a_policy_inside_a_policy(tmp_path: Path) -> None:
    inner = "{use: filing_required, with: {cut_other: 15}}"
    loaded = load(child(tmp_path, ENTRY.format(use=f"border_local, with: {{otherwise: {inner}}}")))
    built = timelines(loaded)
    (said,) = unread(loaded, built)
    assert "parameter otherwise of border_local" in said
    outer = built["access"].policies[0].__getattribute__("otherwise")
    (said,) = unread(loaded, built)
    assert "parameter cut_other of filing_required" in said
    assert outer.cut_other == 1500 and unread(loaded, built) == []


def test_of_two_equal_entries_one_may_do_the_reading(tmp_path: Path) -> None:
    """Where equal policies answer for everybody, the engine asks the first alone."""
    body = (
        "policies:\n  access:\n    - {use: filing_free, until: 2024-06-30, with: {manual_stays: 20}}\n"
        "    - {use: filing_free, from: 2024-07-01, with: {manual_stays: 20}}\n"
    )
    loaded = load(child(tmp_path, body))
    built = timelines(loaded)
    assert len(unread(loaded, built)) == 2
    assert built["access"].policies[0].__getattribute__("manual_stays") == 2000
    assert unread(loaded, built) == []


# ranges -------------------------------------------------------------------------------------------------


def test_a_parameter_outside_its_range_is_told_at_its_place(tmp_path: Path) -> None:
    path = child(tmp_path, ENTRY.format(use="filing_free, with: {manual_stays: 40, manual_other: 20}"))
    loaded = load(path)
    said = f"{place(path, '40')}: manual_stays 40 lies outside 15–35 (filing_free, access)"
    assert outside_range(loaded, timelines(loaded)) == [said]


def test_a_range_inside_a_policy_that_is_a_parameter(tmp_path: Path) -> None:
    inner = "{use: filing_free, with: {manual_stays: 14.99}}"
    path = child(tmp_path, ENTRY.format(use=f"border_local, with: {{otherwise: {inner}}}"))
    loaded = load(path)
    said = f"{place(path, '14.99')}: manual_stays 14.99 lies outside 15–35 (border_local, access)"
    assert outside_range(loaded, timelines(loaded)) == [said]


def test_the_ranges_of_the_desk_and_of_demand() -> None:
    loaded = load(BASELINE, ["manual.delay_days=91", "demand.response.elasticity=151"])
    assert outside_range(loaded, timelines(loaded)) == [
        "--set manual.delay_days: delay_days 91 lies outside 10–90",
        "--set demand.response.elasticity: elasticity 151 lies outside 0–150",
    ]


def test_the_ends_of_a_range_lie_inside() -> None:
    loaded = load(BASELINE, ["manual.delay_days=90", "demand.potential=2"])
    assert outside_range(loaded, timelines(loaded)) == []


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_every_default_lies_inside_its_range(kind: type[Remembering]) -> None:
    assert [said for _, said in outside(kind())] == []


# parameters as people write them ------------------------------------------------------------------------


def test_a_parameter_is_told_as_people_write_it() -> None:
    (stays, _) = parameters_of(next(kind for kind in built_in() if kind.name == "filing_free"))
    assert (stays.name, stays.default, stays.grade, stays.range) == ("manual_stays", "23", "assumption", "15–35")
    potential, response = parameters_of(Demand)
    assert (potential.name, potential.default, potential.range) == ("potential", "1", "1–2")
    assert (response.default, response.range) == ("off", "")
    assert [parameter.default for parameter in parameters_of(Manual)] == ["30", "none", "12", "0"]
    assert [parameter.default for parameter in parameters_of(Response)] == ["", "", ""]


def test_a_parameter_without_default_is_required() -> None:
    class Asking(Remembering):
        """One field that has to be given."""

        given: int

    assert parameters_of(Asking) == [Parameter("given", REQUIRED, "")]
