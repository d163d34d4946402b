"""Does `settlement-sim recognise` show a career to people and machines, and end as its help says?"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import settlement_sim as ss
from settlement_sim.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases/recognition"
CASE = CASES / "transfer_retrospective.yaml"


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["recognise", *map(str, arguments)])


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The case, which expects a fen more and one month less."""
    path = tmp_path / "case.yaml"
    text = CASE.read_text("utf-8")
    path.write_text(text.replace("saved: 32239.68", "saved: 32239.69").replace("months: 17", "months: 16"), "utf-8")
    return path


def test_it_is_a_command_with_a_line_of_its_own() -> None:
    assert COMMANDS["recognise"] == "Recognise the contribution years of one hand-written career."


def test_it_shows_the_career_to_people() -> None:
    said = invoke(CASE)
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.rstrip("\n") == ss.recognise(CASE).explanation(width=160)
    assert "saved: 32,239.68" in said.stdout and "3,133.81" in said.stdout and "\x1b" not in said.stdout


def test_it_speaks_chinese() -> None:
    said = invoke(CASE, "--lang", "zh")
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.rstrip("\n") == ss.recognise(CASE).explanation("zh", 160)
    assert "少缴：32,239.68" in said.stdout and "saved" not in said.stdout


def test_machines_get_fen() -> None:
    said = invoke(CASE, "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    found = json.loads(said.stdout)
    assert found == json.loads(json.dumps(ss.recognise(CASE).to_dict()))
    assert found["transfers"][0]["pooled"] == 3_133_81


@pytest.mark.parametrize("options", [(), ("--json",), ("--lang", "zh")])
def test_a_case_that_expects_otherwise_is_exit_code_1(wrong: Path, options: tuple[str, ...]) -> None:
    said = invoke(wrong, *options)
    assert said.exit_code == 1
    lines = said.stderr.splitlines()
    assert lines[0] == "saved: expected 32,239.69, got 32,239.68" and len(lines) == 3
    if options == ("--json",):
        assert json.loads(said.stdout)["differences"] == lines
    else:
        assert "3,133.81" in said.stdout, "what came out is shown all the same"


def test_bad_input_is_exit_code_2_and_one_line_each(wrong: Path) -> None:
    wrong.write_text(wrong.read_text("utf-8").replace("until: 2022-12", "until: 2002-12"), "utf-8")
    said = invoke(wrong)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [f"{wrong}:5:45: found 2002-12; expected a month not before 2003-06"]


def test_a_missing_file_is_exit_code_2(tmp_path: Path) -> None:
    said = invoke(tmp_path / "none.yaml")
    assert (said.exit_code, said.stdout) == (2, "") and "no such file" in said.stderr


def test_rules_that_are_not_in_force_are_exit_code_2(wrong: Path) -> None:
    (wrong.parent / "late.yaml").write_text(
        "format: 1\npools: [chongqing]\nscheme: employee\nfrom: 2025-01-01\ngrade: assumption\nnote: invented\n"
        "leaves:\n  years.local: {unit: count, cells: {value: 120, low: 0, high: 300}}\n", "utf-8",
    )  # fmt: skip
    wrong.write_text(wrong.read_text("utf-8") + "rules: [late.yaml]\n", "utf-8")
    said = invoke(wrong)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("rules: years.local") and len(said.stderr.splitlines()) == 1


PLUG_IN = """import settlement_sim as ss


@ss.policy("transfer")
class Mine(ss.TransferPolicy):
    \"\"\"Claims before zero.\"\"\"

    def pooled(self, cases):
        return cases.months - 1_000
"""


def test_a_policy_that_fails_is_exit_code_2_and_one_line(wrong: Path) -> None:
    (wrong.parent / "mine.py").write_text(PLUG_IN, "utf-8")
    wrong.write_text(wrong.read_text("utf-8").replace("transfer: retrospective", "transfer: mine.py:Mine"), "utf-8")
    said = invoke(wrong)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [
        "policy mine of slot transfer, 2024-06-03, need none: returned a negative pooled"
    ]
    forbidden = invoke(wrong, "--no-plugins")
    assert forbidden.exit_code == 2 and "plug-ins are forbidden" in forbidden.stderr


def test_the_example_of_the_help_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = next(line for line in invoke("--help").stdout.splitlines() if line.strip().startswith("settlement-sim "))
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(main, shlex.split(shown)[1:])
    assert (said.exit_code, said.stderr) == (0, "") and "重复缴费月份只计一次" in said.stdout
