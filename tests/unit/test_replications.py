"""`run -r N -j K`: a row per seed, means with Student's interval, the same numbers from any number of processes."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest
import runs
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.record.measures import MEASURE, measures
from settlement_sim.scenario.load import load
from settlement_sim.study.replications import Replications, leaves, quantile, replications

YEARS = ("q9_lapse", ("world.scale=0.05", "recognition.window.until=2025-02-28"))


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments])


def test_the_interval_is_students() -> None:
    """1, 2, 3: mean 2, deviation 1, error 1 ÷ √3 = 0.5774, 4.303 × 0.5774 = 2.4844."""
    three = Replications(load(YEARS[0]), (1, 2, 3), pd.DataFrame({"cases": [1, 2, 3]}, index=[1, 2, 3]))
    (row,) = three.summary.to_dict("records")
    assert (row["output"], row["mean"], row["sd"]) == ("cases", 2.0, 1.0)
    assert row["se"] == pytest.approx(0.5774, abs=1e-4)
    assert (row["low"], row["high"]) == pytest.approx((2 - 2.4844, 2 + 2.4844), abs=1e-3)


@pytest.mark.parametrize(("freedom", "value"), [(1, 12.706), (9, 2.262), (30, 2.042), (31, 1.960), (1000, 1.960)])
def test_quantiles_are_those_of_the_table(freedom: int, value: float) -> None:
    assert quantile(freedom) == value
    assert math.isnan(quantile(0))


def test_leaves_are_whole_numbers_with_their_sums_over_care_types() -> None:
    data = {
        "format": 1,
        "direct": {"there": {"inpatient": {"settlements": 2, "cash": 5}, "pharmacy": {"settlements": 3, "cash": 7}}},
        "recognition": {"check": {"handled": 4, "began": "2024-03-01"}, "back_paid": 9},
    }
    assert dict(leaves(data)) == {
        "direct/there/inpatient/settlements": 2, "direct/there/inpatient/cash": 5,
        "direct/there/pharmacy/settlements": 3, "direct/there/pharmacy/cash": 7,
        "direct/there/all/settlements": 5, "direct/there/all/cash": 12, "recognition/back_paid": 9,
    }  # fmt: skip


def test_workers_change_nothing_and_seeds_follow_the_scenarios_own() -> None:
    loaded = load(YEARS[0], (*YEARS[1], "seed=5"))
    one, two = (replications(loaded, 3, workers) for workers in (1, 2))
    assert one.seeds == two.seeds == (5, 6, 7)
    pd.testing.assert_frame_equal(one.outputs, two.outputs)
    assert one.outputs["recognition/applied_in/chongqing/applied"].nunique() > 1, "each seed draws for itself"


def test_visits_and_contribution_years_stand_side_by_side() -> None:
    found = replications(load("baseline_2024q1q3", runs.TINY), 2)
    assert (found.outputs["direct/sichuan_to_chongqing/all/settlements"] > 0).all()
    assert {"settlements", "recognised", "moved"} <= {*found.measures.columns}
    assert {"totals", "recognition_totals"} <= {*found.tables}
    grow = {"remittances", "waiting"}  # with days: what they say is in the measures alone
    for seed in found.seeds:
        of_seed = {name: frame[frame.seed == seed] for name, frame in found.tables.items()}
        counts = {"open_claims_by_hand": found.outputs.loc[seed, "counts/open_claims_by_hand"]}
        told = found.measures.loc[seed].dropna().to_dict()
        assert measures(of_seed, counts) == {n: v for n, v in told.items() if MEASURE[n].table not in grow}
        assert grow <= {MEASURE[name].table for name in told}


def test_the_command_writes_a_folder_and_shows_intervals(tmp_path: Path) -> None:
    settings = [part for setting in YEARS[1] for part in ("--set", setting)]
    done = invoke(YEARS[0], "-r", "3", *settings, "--lang", "zh", "--out", str(tmp_path / "several"))
    assert done.exit_code == 0, done.output
    assert "95% 区间" in done.output and "3 个种子" in done.output
    assert {path.name for path in (tmp_path / "several").iterdir()} == {
        "replications.csv", "summary.csv", "measures.csv", "assumptions.csv", "warnings.txt", "tables", "manifest.json",
        "units.csv", "pools.csv",
    }  # fmt: skip
    rows = pd.read_csv(tmp_path / "several/replications.csv")
    assert rows.seed.tolist() == [1, 2, 3]
    said = json.loads(invoke(YEARS[0], "-r", "1", *settings, "--json", "--out", str(tmp_path / "one")).stdout)
    assert said["seeds"] == [1] and said["summary"][0]["low"] is None, "one run has no spread"


@pytest.mark.parametrize("option", ["--claims", "--journal", "--check", "--strict"])
def test_what_a_single_run_does_is_refused_beside_several(option: str, tmp_path: Path) -> None:
    done = invoke(YEARS[0], "-r", "2", option, "--out", str(tmp_path / "several"))
    assert done.exit_code == 2 and "is of a single run" in done.output
    assert not (tmp_path / "several").exists()


FAILING = """import settlement_sim as ss

@ss.policy("access")
class Bad(ss.Policy):
    \"\"\"Has no idea.\"\"\"
    def route(self, needs, rules):
        raise ValueError("no idea")
"""


def test_a_policy_that_fails_in_another_process_is_told_as_in_this_one(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(FAILING, "utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "format: 1\nextends: baseline_2024q1q3\nkind: counterfactual\nquestion: {zh: 问, en: asked}\n"
        'policies: {access: [{use: "bad.py:Bad"}]}\n', "utf-8",
    )  # fmt: skip
    settings = [part for setting in runs.TINY for part in ("--set", setting)]
    for workers in ("1", "2"):
        done = invoke(str(mine), "-r", "2", "-j", workers, *settings, "--out", str(tmp_path / "out"))
        assert done.exit_code == 2
        assert re.fullmatch(r"policy bad of slot access, .*, need \S+: raised ValueError: no idea\n", done.output)
        assert not (tmp_path / "out").exists()
