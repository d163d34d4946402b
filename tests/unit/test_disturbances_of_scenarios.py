"""Is every mistake of a disturbance told at its place, does one delay what it says, and is one without effect told?"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import runs
from click.testing import CliRunner, Result

from settlement_sim import dates
from settlement_sim.clearing.disturbances import NEVER, Disturbance
from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.record.tables import tables
from settlement_sim.scenario.load import load
from settlement_sim.study.notices import refuse_silent_reform, warnings
from settlement_sim.study.run import Finished, funds_of, run
from settlement_sim.vocabulary import POOLS

GOOD = "{what: late, payer: [chengdu, zigong], months: 2, from: 2024-04-01, until: 2024-06-30}"
#: January alone is simulated: stated on 21 February, collected on 6 March, remitted on 13 March.
JANUARY = ("world.scale=0.002", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-01-14")
OPTIONS = [word for setting in JANUARY for word in ("--set", setting)]


def scenario(folder: Path, *disturbances: str) -> Path:
    """The baseline, disturbed."""
    path = folder / "disturbed.yaml"
    rows = "".join(f"  - {disturbance}\n" for disturbance in disturbances)
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\ndisturbances:\n{rows}", "utf-8")
    return path


def finished(folder: Path, *disturbances: str) -> Finished:
    plain = runs.prepared(*JANUARY)
    return run(runs.with_plan(plain, *JANUARY, scenario=scenario(folder, *disturbances)))


# the form -----------------------------------------------------------------------------------------------

ALL = ", ".join(f"'{pool}'" for pool in POOLS[:-1]) + f" or '{POOLS[-1]}'"


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ("months: 2, ", "", 5, "expected months with what: late, and only there"),
        ("what: late", "what: stops", 5, "expected months with what: late, and only there"),
        ("until: 2024-06-30", "until: 2024-03-31", 5, "expected an until on or after from"),
        ("what: late", "what: lte", 12, "found 'lte'; expected 'late' or 'stops'; did you mean 'late'?"),
        ("what: late, ", "", 5, "found no what; expected it, since it is required"),
        ("payer: [chengdu, zigong], ", "", 5, "found no payer; expected it, since it is required"),
        ("from: 2024-04-01, ", "", 5, "found no from; expected it, since it is required"),
        ("[chengdu, zigong]", "[chengdu, zgong]", 35, f"found 'zgong'; expected {ALL}; did you mean 'zigong'?"),
        ("[chengdu, zigong]", "sichaun", 25,
         "found 'sichaun'; expected 'chongqing' or 'sichuan'; did you mean 'sichuan'?"),
        ("[chengdu, zigong]", "chengdu", 25, "found 'chengdu'; expected 'chongqing' or 'sichuan'"),
        ("[chengdu, zigong]", "[]", 25, "expected List should have at least 1 item after validation, not 0"),
        ("months: 2", "months: 0", 52, "found '0'; expected greater than or equal to 1"),
        ("months: 2", "months: 25", 52, "found '25'; expected less than or equal to 24"),
        ("months: 2", "month: 2", 44,
         "found 'month'; expected one of what, payer, months, from, until; did you mean 'months'?"),
        ("2024-06-30", "2024-06-31", 80, "there is no such day in the calendar"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(tmp_path: Path, old: str, new: str, column: int, said: str) -> None:
    assert GOOD.count(old) == 1
    path = scenario(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.where == f"{path}:4:{column}" and str(problem).endswith(said)


def test_mistakes_of_several_come_together(tmp_path: Path) -> None:
    path = scenario(tmp_path, GOOD.replace("months: 2", "months: 0"), GOOD, GOOD.replace("what: late", "what: stops"))
    with pytest.raises(InputError) as caught:
        load(path)
    assert [problem.where.removeprefix(f"{path}:") for problem in caught.value.problems] == ["4:52", "6:5"]


def test_a_setting_may_change_one_and_is_told_as_such() -> None:
    assert load("q18_late_payer", ["disturbances.0.months=6"]).scenario.disturbances[0].months == 6
    with pytest.raises(
        InputError, match=r"^--set disturbances.0.months: found '30'; expected less than or equal to 24$"
    ):
        load("q18_late_payer", ["disturbances.0.months=30"])


def test_what_the_funds_are_told(tmp_path: Path) -> None:
    """Pools by number; a province is all its pools; without an end it is for ever; of one day, from and until alike."""
    said = (
        GOOD, "{what: stops, payer: chongqing, from: 2024-05-01}",
        "{what: stops, payer: sichuan, from: 2024-05-01, until: 2024-05-01}",
    )  # fmt: skip
    april, may, june = (dates.day(f"2024-{day}") for day in ("04-01", "05-01", "06-30"))
    assert funds_of(load(scenario(tmp_path, *said))).disturbances == (
        Disturbance("late", frozenset({POOLS.index("chengdu"), POOLS.index("zigong")}), april, june, 2),
        Disturbance("stops", frozenset({0}), may, NEVER, 0),
        Disturbance("stops", frozenset(range(1, 22)), may, may, 0),
    )


# the effect ---------------------------------------------------------------------------------------------


def test_who_is_late_pays_a_month_later_and_nobody_else_does(tmp_path: Path) -> None:
    """6 April 2024 is a holiday; Sunday 7 April is worked."""
    done = finished(tmp_path, "{what: late, payer: [chengdu, zigong], months: 1, from: 2024-03-06, until: 2024-03-06}")
    found = tables(done.outcome)["collections"]
    late = found.pool.isin(["chengdu", "zigong"])
    assert set(found.day[late]) == {"2024-04-07"} and set(found.day[~late]) == {"2024-03-06"}
    assert warnings(done) == []


def test_who_stops_pays_on_the_first_bank_day_after(tmp_path: Path) -> None:
    """Until Tuesday 30 April; Labour Day is 1 to 5 May."""
    done = finished(tmp_path, "{what: stops, payer: chongqing, from: 2024-03-01, until: 2024-04-30}")
    found = tables(done.outcome)["collections"].groupby("pool").day.unique()
    assert found["chongqing"].tolist() == ["2024-05-06"] and found["chengdu"].tolist() == ["2024-03-06"]


def test_who_stops_for_ever_never_pays(tmp_path: Path) -> None:
    done = finished(tmp_path, "{what: stops, payer: sichuan, from: 2024-03-01}")
    found = tables(done.outcome)
    assert set(found["collections"].pool) == {"chongqing"}
    unpaid = found["receivables"].query("month == '2025-12'").groupby("insured_province").amount.sum()
    cleared = found["by_pool"].query("pool != 'chongqing'").cleared.sum()
    assert unpaid.to_dict() == {"sichuan": cleared}, "nothing was prepaid either"
    assert done.outcome.funds.receivable == cleared


def test_nothing_but_the_funds_is_touched(tmp_path: Path) -> None:
    mine = tables(finished(tmp_path, "{what: late, payer: sichuan, months: 2, from: 2024-03-01}").outcome)
    plain = tables(run(runs.prepared(*JANUARY)).outcome)
    changed = {name for name, frame in mine.items() if not frame.equals(plain[name])}
    of_money = ("obligations", "remittances", "collections", "waiting", "receivables", "days_to_cash")
    assert changed == {*of_money}
    for name in ("posted", "stated"):
        columns = [mine["obligations"], plain["obligations"]]
        sums = [frame.groupby(["month", "payer_pool", "scheme", "care_pool"])[name].sum() for frame in columns]
        one, other = (each[each != 0] for each in sums)
        pd.testing.assert_series_equal(one, other)


# without effect -----------------------------------------------------------------------------------------

TOO_LATE = "{what: late, payer: sichuan, months: 3, from: 2024-03-07, until: 2024-12-31}"
TOO_EARLY = "{what: stops, payer: chongqing, from: 2024-01-01, until: 2024-03-05}"
IN_TIME = "{what: stops, payer: chongqing, from: 2024-03-06, until: 2024-03-06}"


def test_a_disturbance_that_delays_nothing_is_told_at_its_place(tmp_path: Path) -> None:
    done = finished(tmp_path, TOO_LATE, IN_TIME, TOO_EARLY)
    words = "this disturbance delayed nothing: no payment of its payers fell due"
    path = tmp_path / "disturbed.yaml"
    assert warnings(done) == [f"{path}:4:5: {words}", f"{path}:6:5: {words}"]
    with pytest.raises(InputError) as caught:
        refuse_silent_reform(done.prepared.loaded, warnings(done))
    assert [problem.found for problem in caught.value.problems] == warnings(done)


def test_a_second_one_may_find_nothing_left(tmp_path: Path) -> None:
    """The first has moved the payment of 6 March to 6 June, out of the days of the second."""
    first = "{what: late, payer: chongqing, months: 3, from: 2024-03-06, until: 2024-03-06}"
    (said,) = warnings(finished(tmp_path, first, IN_TIME))
    assert said.startswith(f"{tmp_path}/disturbed.yaml:5:5: this disturbance delayed nothing")


def command(folder: Path, disturbance: str, *words: str) -> Result:
    path = scenario(folder, disturbance)
    return CliRunner().invoke(main, ["run", str(path), *OPTIONS, "--out", str(folder / "out"), *words])


def test_a_run_says_so_and_writes_it_down(tmp_path: Path) -> None:
    done = command(tmp_path, TOO_EARLY)
    assert done.exit_code == 0, done.output
    written = (tmp_path / "out/warnings.txt").read_text("utf-8")
    assert written.startswith(f"{tmp_path}/disturbed.yaml:4:5: this disturbance delayed nothing")
    assert f"warning: {written}" in done.stderr
    said = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["disturbances"]
    assert said == [
        {"what": "stops", "payer": "chongqing", "months": None, "from": "2024-01-01", "until": "2024-03-05"}
    ]


def test_strict_refuses_one_without_effect_and_leaves_nothing(tmp_path: Path) -> None:
    done = command(tmp_path, TOO_EARLY, "--strict")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "this disturbance delayed nothing" in done.stderr and "--strict" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disturbed.yaml"], "something was left"


def test_strict_lets_one_with_an_effect_through(tmp_path: Path) -> None:
    done = command(tmp_path, IN_TIME, "--strict")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/warnings.txt").read_text("utf-8") == ""


def test_validate_runs_nothing_and_cannot_know(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["validate", str(scenario(tmp_path, TOO_EARLY))])
    assert (said.exit_code, said.stderr) == (0, "")
