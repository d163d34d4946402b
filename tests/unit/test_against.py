"""`question.against` and `question.read`: what a scenario named alone is compared with, and by which measures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.scenario.load import load
from settlement_sim.study.library import reference_of

SMALL = ("world.scale=0.05", "recognition.window.until=2028-06-30")
OPTIONS = ("-r", "2", *(part for setting in SMALL for part in ("--set", setting)))
OWN = """format: 1
extends: q9_recognition
question:
  zh: 问
  en: asked
  {more}
"""


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def own(folder: Path, more: str, name: str = "mine") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(OWN.format(more=more), "utf-8")
    return path


def test_one_scenario_alone_is_compared_with_its_packaged_reference() -> None:
    alone, both = (
        invoke("compare", *names, *OPTIONS, "--json") for names in (("q9_lapse",), ("q9_recognition", "q9_lapse"))
    )
    assert alone.exit_code == 0 and json.loads(alone.stdout) == json.loads(both.stdout)
    assert any(row["difference"] for row in json.loads(alone.stdout)["measures"])


def test_from_python_too() -> None:
    done = ss.compare(ss.load("q9_lapse", *SMALL), runs=2)
    assert done.labels == ["q9_recognition", "q9_lapse"]


def test_a_file_beside_goes_before_a_packaged_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the file that names it, wherever the command is given."""
    own(tmp_path, "id: other", "theirs")
    mine = own(tmp_path, "against: theirs.yaml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert reference_of(load(mine)).path == (tmp_path / "theirs.yaml").resolve()
    done = invoke("compare", mine, *OPTIONS)
    assert done.exit_code == 0 and "mine − theirs: asked" in done.output


def test_the_reference_of_a_parent_is_found_from_its_child(tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text("format: 1\nextends: q9_lapse\nquestion: {zh: 问, en: asked}\n", "utf-8")
    assert reference_of(load(child)).name == "q9_recognition"


def test_settings_go_to_the_reference_too() -> None:
    assert (
        reference_of(load("q9_lapse", SMALL), SMALL).scenario.world.scale
        == load("q9_lapse", SMALL).scenario.world.scale
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("id: other", r"mine.yaml:4:3: found a question that names no reference; expected two scenarios, or"),
        (
            "against: q9_recogniton",
            r"mine.yaml:6:12: q9_recogniton: found no such file .* did you mean 'q9_recognition'",
        ),
        ("against: mine.yaml", r"mine.yaml:6:12: found 'mine.yaml'; expected another scenario than this one"),
    ],
)
def test_what_cannot_be_the_reference_is_told_where_it_is_named(more: str, said: str, tmp_path: Path) -> None:
    done = invoke("compare", own(tmp_path, more), *OPTIONS, "--out", tmp_path / "out")
    assert done.exit_code == 2 and re.search(said, done.output), done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("against", ["q9_recogniton", "mine.yaml"])
def test_validate_looks_at_the_reference(against: str, tmp_path: Path) -> None:
    assert invoke("validate", own(tmp_path, f"against: {against}")).exit_code == 2
    assert invoke("validate", own(tmp_path, "against: q9_lapse")).exit_code == 0


def test_an_unknown_measure_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine.yaml:6:17: found 'recognized'; .* did you mean 'recognised'"):
        load(own(tmp_path, "read: [saved, recognized]"))


def test_what_the_question_reads_is_shown_first(tmp_path: Path) -> None:
    mine = own(tmp_path, "against: q9_lapse\n  read: [back_payment, months_saved]")
    done = invoke("compare", mine, *OPTIONS)
    rows = [line.split("│")[1].strip() for line in done.output.splitlines() if line.startswith("│")]
    assert rows[:3] == [
        "back-payments still due, million yuan",
        "months of back-payment avoided, months",
        "recognised cases",
    ]


def test_a_run_of_several_seeds_is_told_by_it_too(tmp_path: Path) -> None:
    done = invoke("run", own(tmp_path, "read: [months_saved]"), *OPTIONS, "--lang", "zh", "--out", tmp_path / "out")
    rows = [line.split("│")[1].strip() for line in done.output.splitlines() if line.startswith("│")]
    assert rows[0].startswith("少补缴月数") and "months_saved" in pd.read_csv(tmp_path / "out/measures.csv").columns
