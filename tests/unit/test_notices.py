"""Is whoever reads a run told what had no effect, and does --strict refuse it?"""

from __future__ import annotations

from pathlib import Path

import pytest
import runs
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.study.notices import refuse_silent_reform, warnings
from settlement_sim.study.run import Finished, run

TINY = [word for setting in runs.TINY for word in ("--set", setting)]


def scenario(folder: Path, policies: str, name: str = "reform", more: str = "") -> Path:
    """The baseline with other policies."""
    path = folder / f"{name}.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\n{more}policies:{policies}\n", "utf-8")
    return path


def finished(folder: Path, policies: str, *settings: str, name: str = "reform", more: str = "") -> Finished:
    return run(runs.prepared(*runs.TINY, *settings, scenario=scenario(folder, policies, name, more)))


def test_a_baseline_has_nothing_to_say() -> None:
    done = run(runs.prepared(*runs.TINY))
    assert warnings(done) == []
    refuse_silent_reform(done.prepared.loaded, warnings(done))


def test_a_reform_that_reforms_has_nothing_to_say(tmp_path: Path) -> None:
    policies = "\n  access: [{use: filing_free, until: 2024-01-07}, {use: filing_required, from: 2024-01-08}]"
    assert warnings(finished(tmp_path, policies)) == []


def test_the_same_decisions_in_other_words_are_told(tmp_path: Path) -> None:
    """A network of everybody; catalogues that are equal in both provinces would be the like."""
    policies = "\n  access: [{use: network, with: {community: 100, level_1: 100}}]"
    (said,) = warnings(finished(tmp_path, policies))
    assert said.startswith("policy network of slot access, entry 1, changed nothing")


def test_a_slot_that_only_repeats_its_parent_is_told(tmp_path: Path) -> None:
    """Whoever writes it believes that it changes something."""
    (said,) = warnings(finished(tmp_path, "\n  channel: [{use: one_stop}]"))
    assert "one_stop of slot channel" in said and "changed nothing" in said


def test_a_policy_that_is_never_asked_is_told(tmp_path: Path) -> None:
    """Its first day lies inside the scenario, and nobody of its pools comes: clearing apart, nobody is asked."""
    policies = """
  catalogue:
    - {use: care_place, where: {pool: [chongqing]}}
    - {use: care_place, where: others, until: 2024-01-13}
    - {use: insured_place, where: others, from: 2024-01-14}"""
    done = finished(tmp_path, policies, "window.until=2024-01-13", "warm_up=2024-01-01")
    (said,) = warnings(done)
    assert said.startswith("policy insured_place of slot catalogue, entry 3, was never asked")


def test_a_desk_that_everything_was_sent_to_is_not_idle(tmp_path: Path) -> None:
    """In two weeks nothing comes back from the desk, but the whole corridor was sent there."""
    done = finished(tmp_path, "\n  channel: [{use: manual}]")
    assert done.outcome.open_manual > 100
    assert not [said for said in warnings(done) if "slot channel" in said]


def test_reversals_are_a_change(tmp_path: Path) -> None:
    done = finished(tmp_path, "\n  channel: [{use: one_stop, with: {reversed: 2}}]")
    assert done.outcome.recorder.cube["reversed"].sum() > 0
    assert warnings(done) == []


def test_a_parameter_that_nothing_reads_is_told_with_its_place(tmp_path: Path) -> None:
    """Nothing is reversed, so nobody asks after how many days."""
    policies = "\n  channel: [{use: direct, with: {reversed_after: 5}}]"
    (said,) = warnings(finished(tmp_path, policies))
    assert said.startswith(f"{tmp_path}/reform.yaml:4:") and "reversed_after" in said and "never read" in said


def test_a_setting_that_nothing_reads_is_told(tmp_path: Path) -> None:
    """The reading decides an entry of the baseline that this scenario has replaced."""
    policies, setting = "\n  access: [{use: filing_required}]", "readings.access_of_other_prefectures=filing_required"
    (said,) = warnings(finished(tmp_path, policies, setting))
    assert said == "--set readings.access_of_other_prefectures: readings.access_of_other_prefectures was never read"
    assert warnings(run(runs.prepared(*runs.TINY, setting))) == []


def test_a_desk_without_limit_does_not_ask_what_one_of_its_staff_decides() -> None:
    (said,) = warnings(run(runs.prepared(*runs.TINY, "manual.claims_per_day=7")))
    assert said == "--set manual.claims_per_day: manual.claims_per_day was never read"
    assert warnings(run(runs.prepared(*runs.TINY, "manual.claims_per_day=7", "manual.staff=2"))) == []


def test_each_warning_is_a_problem_of_the_scenario(tmp_path: Path) -> None:
    policies = "\n  access: [{use: network, with: {community: 100, level_1: 100}}]"
    done = finished(tmp_path, policies, "readings.access_of_other_prefectures=filing_required")
    with pytest.raises(InputError) as caught:
        refuse_silent_reform(done.prepared.loaded, warnings(done))
    assert [problem.found for problem in caught.value.problems] == warnings(done)
    assert len(caught.value.problems) == 2
    assert all(problem.where == str(tmp_path / "reform.yaml") for problem in caught.value.problems)


# from the command line ----------------------------------------------------------------------------------

IDLE = "\n  access: [{use: network, with: {community: 100, level_1: 100}}]"


def command(folder: Path, *words: str) -> Result:
    path = scenario(folder, IDLE)
    return CliRunner().invoke(main, ["run", str(path), *TINY, "--out", str(folder / "out"), *words])


def test_a_run_says_so_and_writes_it_down(tmp_path: Path) -> None:
    done = command(tmp_path)
    assert done.exit_code == 0, done.output
    written = (tmp_path / "out/warnings.txt").read_text("utf-8")
    assert written.startswith("policy network of slot access, entry 1, changed nothing") and written.endswith("\n")
    assert f"warning: {written}" in done.stderr


def test_strict_refuses_and_leaves_nothing(tmp_path: Path) -> None:
    done = command(tmp_path, "--strict", "--claims")
    assert done.exit_code == 2
    assert "changed nothing" in done.stderr and "--strict" in done.stderr
    assert "Traceback" not in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reform.yaml"], "something was left"


def test_strict_lets_a_reform_through(tmp_path: Path) -> None:
    path = scenario(tmp_path, "\n  access: [{use: filing_required}]")
    done = CliRunner().invoke(main, ["run", str(path), *TINY, "--out", str(tmp_path / "out"), "--strict"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/warnings.txt").read_text("utf-8") == ""
