"""`compare`: differences are paired by seed, add up, turn their sign with the order, and vanish against oneself."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.scenario.load import load
from settlement_sim.study.compare import Comparison, compare
from settlement_sim.study.replications import Replications

SMALL = ("world.scale=0.1", "recognition.window.until=2029-02-28")
A, B = "q9_recognition", "q9_lapse"


@pytest.fixture(scope="module")
def both() -> Comparison:
    return compare([load(A, SMALL), load(B, SMALL), load("q9_threshold_15_years", SMALL)], 3)


def by_output(done: Comparison, scenario: str) -> pd.DataFrame:
    return done.summary[done.summary.scenario == scenario].set_index("output")


def test_a_difference_is_the_mean_of_the_differences_of_seeds(both: Comparison) -> None:
    output = "recognition/applied_in/chongqing/saved"
    mine, theirs = (each.outputs[output] for each in (both.others[0], both.reference))
    row = by_output(both, B).loc[output]
    assert row["difference"] == pytest.approx((mine - theirs).mean()) and row["difference"] < 0
    assert (row["other"], row["reference"]) == pytest.approx((mine.mean(), theirs.mean()))


def test_against_oneself_nothing_differs(both: Comparison) -> None:
    own = Comparison(both.reference, (both.reference,)).summary
    assert not own[["difference", "se", "low", "high"]].to_numpy().any()


def test_the_other_way_round_every_sign_turns(both: Comparison) -> None:
    there = by_output(both, B)
    back = Comparison(both.others[0], (both.reference,)).summary.set_index("output")
    pd.testing.assert_series_equal(-back.difference, there.difference, check_names=False)
    pd.testing.assert_series_equal(-back.high, there.low, check_names=False)


def test_pairing_narrows_the_interval(both: Comparison) -> None:
    """The same people think of an application on the same days whatever the threshold asks of them."""
    row = by_output(both, "q9_threshold_15_years").loc["recognition/applied_in/chongqing/accepted"]
    assert row["difference"] > 0 and row["se"] < 0.7 * row["se_unpaired"]


def test_by_hand() -> None:
    """Differences 1, 2, 3: mean 2, error 1 ÷ √3; apart: variances 100 and 121, error √(221 ÷ 3) = 8.583."""
    loaded = load(A)
    reference, other = (
        Replications(loaded, (1, 2, 3), pd.DataFrame({"x": values}, index=[1, 2, 3]))
        for values in ([10, 20, 30], [11, 22, 33])
    )
    (row,) = Comparison(reference, (other,)).summary.to_dict("records")
    assert (row["difference"], row["se"], row["se_unpaired"]) == pytest.approx((2, 0.57735, 8.58293), abs=1e-4)


def test_what_only_one_of_them_has_counts_as_nothing_in_the_other() -> None:
    loaded = load(A)
    reference, other = (
        Replications(loaded, (1, 2), pd.DataFrame({name: [4, 6]}, index=[1, 2])) for name in ("kept", "new")
    )
    rows = Comparison(reference, (other,)).summary.set_index("output").difference
    assert (rows["kept"], rows["new"]) == (-5, 5)


def invoke(*arguments: str) -> Result:
    settings = [part for setting in SMALL for part in ("--set", setting)]
    return CliRunner().invoke(main, ["compare", *arguments, *settings])


def test_the_command_shows_and_writes(tmp_path: Path) -> None:
    done = invoke(A, B, "-r", "2", "--lang", "zh", "--out", str(tmp_path / "both"))
    assert done.exit_code == 0, done.output
    assert "差值" in done.output and f"{B} − {A}" in done.output
    assert {path.name for path in (tmp_path / "both").iterdir()} == {
        "comparison.csv", "measures.csv", f"0-{A}", f"1-{B}", "manifest.json",
    }  # fmt: skip
    said = json.loads(invoke(A, A, "-r", "2", "--json").stdout)
    assert said["seeds"] == [1, 2] and {row["difference"] for row in said["differences"]} == {0}


@pytest.mark.parametrize("arguments", [(A,), (A, B, "-r", "1"), (A, "no_such_scenario")])
def test_what_cannot_be_compared_is_refused(arguments: tuple[str, ...]) -> None:
    assert invoke(*arguments).exit_code == 2


def test_parts_are_shown_written_and_printed(tmp_path: Path) -> None:
    done = invoke(A, B, "-r", "2", "--parts", "--lang", "zh", "--out", str(tmp_path / "parts"))
    assert done.exit_code == 0, done.output
    assert "相互作用" in done.output and "policies.recognition" in done.output
    frame = pd.read_csv(tmp_path / "parts/parts.csv")
    assert (frame.whole == frame["policies.recognition"]).all() and not frame.interaction.any(), "one part is the whole"
    said = json.loads(invoke(A, A, "-r", "2", "--parts", "--json").stdout)
    assert {row["whole"] for row in said["parts"]} == {0}
    assert invoke(A, B, A, "-r", "2", "--parts").exit_code == 2
