"""`settlement-sim new`: every packaged scenario can be begun with, gives the same run, and replaces nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.scenario.load import load, packaged_scenarios
from settlement_sim.study.library import begin, library


def test_the_library_has_every_packaged_scenario_in_the_order_of_the_questions() -> None:
    entries = library()
    assert {entry.name for entry in entries} == set(packaged_scenarios())
    assert [entry.id for entry in entries][:3] == ["Q1", "Q1", "Q2"]
    listed = CliRunner().invoke(main, ["new", "--lang", "zh"]).output
    assert "q10_transfers" in listed and "哪一种统筹基金划转办法" in listed


@pytest.mark.parametrize("name", packaged_scenarios())
def test_what_is_begun_says_what_the_packaged_scenario_says(name: str, tmp_path: Path) -> None:
    begun = begin("", name, tmp_path / "deep/mine.yaml")
    mine, theirs = load(begun).scenario, load(name).scenario
    if theirs.calibration and not mine.rules.overlays:
        mine, theirs = (
            one.model_copy(update={"calibration": Path(str(one.calibration)).name}) for one in (mine, theirs)
        )
    assert mine.model_dump() == theirs.model_dump()
    for own, packaged in zip(load(begun).overlays("rules"), load(name).overlays("rules"), strict=True):
        assert own.read_text("utf-8") == packaged.read_text("utf-8")


def test_a_question_with_one_scenario_needs_no_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["new", "--question", "Q5", "--out", str(tmp_path / "mine.yaml")])
    assert done.exit_code == 0 and load(tmp_path / "mine.yaml").scenario.question.id == "Q5"
    again = CliRunner().invoke(main, ["new", "--question", "Q5", "--out", str(tmp_path / "mine.yaml")])
    assert again.exit_code == 2 and "nothing is replaced" in again.output


def test_the_name_of_the_file_is_that_of_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert begin("Q10", "") == Path("my_q10_transfers.yaml") and (tmp_path / "my_q10_transfers.yaml").is_file()


@pytest.mark.parametrize(
    ("question", "scenario", "said"),
    [
        ("Q99", "", "--question: found 'Q99'; expected one of Q1, Q2"),
        ("Q4", "", "'Q4', which 3 scenarios ask; expected --scenario with it: q4_daily_net"),
        ("Q5", "q4_daily_net", "--scenario: found 'q4_daily_net'; expected one of q5_bilateral_net"),
        ("", "q5_bilateral", "did you mean 'q5_bilateral_net'"),
    ],
)
def test_what_cannot_be_begun_is_told(question: str, scenario: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        begin(question, scenario, tmp_path / "mine.yaml")
    assert not (tmp_path / "mine.yaml").exists()
