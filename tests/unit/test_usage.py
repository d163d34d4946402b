"""Is each reading of growth run once, on the world and in the window that the scenario says?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from settlement_sim.errors import InputError
from settlement_sim.observed.terms import READINGS
from settlement_sim.record import funds
from settlement_sim.record.columns import typed
from settlement_sim.scenario.load import load
from settlement_sim.study import usage
from settlement_sim.study.run import Finished, prepare, run
from settlement_sim.vocabulary import PROVINCES

#: Packaged rates and prices, few people, four weeks of which the last lies in the window.
SMALL = ("world.scale=0.001", "warm_up=2023-12-20", "window.from=2024-01-01", "window.until=2024-01-14")


def test_readings_that_mean_the_same_growth_are_run_once() -> None:
    """R5 and R6 leave gaps that R2 fills; R3 and R4 differ in the direction that R3 leaves to R1."""
    assert usage.distinct() == [("R1",), ("R2", "R5", "R6"), ("R3",), ("R4",)]
    assert {name for names in usage.distinct() for name in names} == set(READINGS)


def test_some_readings_in_the_order_given_each_once() -> None:
    assert usage.distinct(("R6", "R1", "R2", "R1")) == [("R6", "R2"), ("R1",)]


def test_an_unknown_reading_is_told() -> None:
    with pytest.raises(InputError) as caught:
        usage.distinct(("R7",))
    assert str(caught.value) == "reading of growth: found 'R7'; expected one of R1, R2, R3, R4, R5, R6"


@dataclass(frozen=True)
class Asked:
    """What was loaded instead of being run."""

    reading: str
    seed: int


def test_each_run_has_its_reading_and_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting of the reading itself gives way."""
    seen: list[Asked] = []

    def prepared(loaded: Any) -> Any:
        seen.append(Asked(loaded.scenario.readings.growth, loaded.scenario.seed))
        raise LookupError

    monkeypatch.setattr(usage, "prepare", prepared)
    for reading in ("R2", "R4"):
        with pytest.raises(LookupError):
            next(usage.usage_by_reading("q3_prepayment", (reading,), ("seed=9", "readings.growth=R1")))
    assert seen == [Asked("R2", 9), Asked("R4", 9)]


@pytest.fixture(scope="module")
def small() -> tuple[tuple[str, ...], pd.DataFrame]:
    (found,) = usage.usage_by_reading("baseline_2024q1q3", ("R2", "R6"), SMALL)
    return found


def test_it_is_the_table_of_the_run(small: tuple[tuple[str, ...], pd.DataFrame]) -> None:
    finished: Finished = run(prepare(load("baseline_2024q1q3", (*SMALL, "readings.growth=R2"))))
    assert small[0] == ("R2", "R6")
    pd.testing.assert_frame_equal(small[1], typed(funds.usage(finished.outcome.funds)))
    assert {str(small[1][name].dtype) for name in ("months", "yellow_days", "red_days")} <= {"int64", "Int64"}


def test_four_ways_for_each_direction(small: tuple[tuple[str, ...], pd.DataFrame]) -> None:
    """Of two weeks no basis was simulated: everything is empty, and there."""
    frame = small[1]
    assert list(frame.insured_province) == [PROVINCES[0]] * 4 + [PROVINCES[1]] * 4
    assert list(frame.care_province) == [PROVINCES[1]] * 4 + [PROVINCES[0]] * 4
    four = [(basis, way) for basis in ("last_q4_mean", "last_year_mean") for way in ("month", "outstanding")]
    assert list(zip(frame.basis, frame.definition, strict=True)) == 2 * four
    assert frame.months.tolist() == [0] * 8
    assert frame[["usage", "highest", "yellow_days", "red_days"]].isna().all(axis=None)
    declared = frame[frame.by_growth.notna()]
    assert declared.by_growth.tolist() == [71.0, 56.5], "R2: 1.42 and 1.13 of a month over two"
