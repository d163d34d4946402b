"""Does what `docs/model.md` says of the warm-up speak of the baseline as it is?"""

from __future__ import annotations

import re
from pathlib import Path

from settlement_sim.scenario.load import load

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "model.md").read_text("utf-8")


def test_the_measured_warm_up_of_the_baseline_is_its_own() -> None:
    scenario = load("baseline_2024q1q3").scenario
    (row,) = re.findall(r"^\| (\d+) \(baseline 基准\) \| (\S+) \|", TEXT, re.MULTILINE)
    assert row == (str((scenario.window.first - scenario.warm_up).days), str(scenario.warm_up))
    assert f"\n{row[0]} days before its window" in TEXT


def test_stays_and_funds_have_settled_at_the_warm_up_of_the_baseline() -> None:
    (cells,) = re.findall(r"^\| \d+ \(baseline 基准\) \| \S+ \| (\S+) \| (\S+) \|", TEXT, re.MULTILINE)
    assert cells == ("0", "0")
