"""Does `settlement-sim usage` show the usage of the prepayment to people and machines, reading by reading?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import COMMANDS, main
from settlement_sim.record.columns import typed
from settlement_sim.study import usage

SMALL = ("world.scale=0.001", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-01-07")
HEAD = ["insured_province", "care_province", "basis", "definition", "months", "usage", "highest", "yellow_days",
        "red_days", "by_growth"]  # fmt: skip
FOUR = [
    ("last_q4_mean", "month", 9, 58.25, 71.5, 31, 0, None),
    ("last_q4_mean", "outstanding", 9, 103.0, 148.0, 270, 201, None),
    ("last_year_mean", "month", 0, None, None, None, None, 71.0),
    ("last_year_mean", "outstanding", 0, None, None, None, None, None),
]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["usage", *arguments])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Nothing runs; what the command asks for is kept, and every reading has the same table."""
    seen = []

    def answered(
        scenario: str, readings: tuple[str, ...], settings: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
        seen.append((scenario, readings, settings))
        frame = pd.DataFrame([("chongqing", "sichuan", *row) for row in FOUR], columns=HEAD)
        for names in usage.distinct(readings):
            yield names, typed(frame)

    monkeypatch.setattr(usage, "usage_by_reading", answered)
    return seen


def test_it_is_a_command() -> None:
    assert "usage" in COMMANDS


def test_without_anything_it_runs_every_reading_of_its_scenario(asked: list[tuple[str, ...]]) -> None:
    said = invoke()
    assert said.exit_code == 0, said.output
    assert asked == [("q3_prepayment", ("R1", "R2", "R3", "R4", "R5", "R6"), ())]
    titles = [line.strip() for line in said.stdout.splitlines() if line.startswith("growth")]
    assert titles == ["growth R1", "growth R2 = R5 = R6", "growth R3", "growth R4"]


def test_readings_and_settings_are_handed_on(asked: list[tuple[str, ...]]) -> None:
    assert invoke("q3_one_month", "--growth", "R4", "--growth", "R2", "--set", "seed=3").exit_code == 0
    assert asked == [("q3_one_month", ("R4", "R2"), ("seed=3",))]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["growth R1", "insured in", "month ÷ prepayment", "last quarter", "last year",
                "58.2 % (highest 71.5 %; yellow 31, red 0 days)", "103.0 % (highest 148.0 %; yellow 270, red 201 days)",
                "not simulated"]),
        ("zh", ["增长口径 R1", "参保省份", "月清算额÷预付金", "上年四季度月均", "上年月均",
                "58.2 %（最高 71.5 %；黄 31 天，红 0 天）", "103.0 %（最高 148.0 %；黄 270 天，红 201 天）", "未模拟"]),
    ],
)  # fmt: skip
def test_people_see_two_by_two(lang: str, words: list[str]) -> None:
    said = invoke("--growth", "R1", "--lang", lang)
    assert said.exit_code == 0 and all(word in said.stdout for word in words), said.stdout
    assert said.stdout.count(words[-1]) == 2, "both definitions of the basis that was not simulated"
    assert "\x1b" not in said.stdout


@pytest.mark.usefixtures("asked")
def test_machines_get_every_row_and_null_where_nothing_was_simulated() -> None:
    said = invoke("--growth", "R2", "--growth", "R6", "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    found = json.loads(said.stdout)
    assert (found["format"], found["scenario"]) == (1, "q3_prepayment")
    (reading,) = found["readings"]
    assert reading["growth"] == ["R2", "R6"]
    assert [tuple(row.values())[2:] for row in reading["usage"]] == FOUR
    assert all(list(row) == HEAD for row in reading["usage"])


def test_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week of a thousandth of the world; nothing is written."""
    monkeypatch.chdir(tmp_path)
    options = [word for setting in SMALL for word in ("--set", setting)]
    said = invoke("baseline_2024q1q3", "--growth", "R4", "--json", *options)
    assert said.exit_code == 0, said.output
    assert not [*tmp_path.iterdir()]
    (reading,) = json.loads(said.stdout)["readings"]
    assert reading["growth"] == ["R4"] and len(reading["usage"]) == 8
    assert {row["months"] for row in reading["usage"]} == {0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--growth", "R9"), "reading of growth: found 'R9'; expected one of R1, R2, R3, R4, R5, R6"),
        (("q3_prepaymnt",), "did you mean 'q3_prepayment"),
        (("--growth", "R1", "--set", "readings.prepayment_usage=weekly"), "found 'weekly'; expected 'month'"),
        (("--lang", "fr"), "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_bad_input_is_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    said = invoke(*arguments)
    assert (said.exit_code, said.stdout) == (2, "") and words in said.stderr, said.stderr
    assert "Traceback" not in said.output
