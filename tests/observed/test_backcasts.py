"""Does a backcast give back the reading it was built from, and nothing that could be taken for evidence?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim.errors import InputError
from settlement_sim.observed.check import TOLERANCE
from settlement_sim.observed.said import STANDARD_ERRORS
from settlement_sim.record.errors_of_sums import standard_errors
from settlement_sim.record.tables import by_direction
from settlement_sim.scenario.load import load
from settlement_sim.study.calibrate import SEEDS
from settlement_sim.study.fingerprint import targets_of
from settlement_sim.study.manifest import calibration_state, manifest
from settlement_sim.study.results import Result
from settlement_sim.study.run import Finished, prepare, run

BACKCASTS = ("backcast_2023q1q3_r1", "backcast_2023q1q3_r2")


@pytest.fixture(scope="module", params=BACKCASTS)
def finished(request: pytest.FixtureRequest) -> Finished:
    """One full run on a seed that no calibration used."""
    loaded = load(request.param)
    assert loaded.scenario.seed not in SEEDS
    return run(prepare(loaded))


def test_a_run_gives_the_implied_totals_back(finished: Finished) -> None:
    recorder = finished.outcome.recorder
    sums, errors = by_direction(recorder), standard_errors(recorder)
    for measure, share in TOLERANCE.items():
        implied = np.array([getattr(target, measure) for target in targets_of(finished.prepared.loaded)], float)
        room = np.maximum(float(share) * implied, STANDARD_ERRORS * errors[measure][:, -1])
        assert (np.abs(sums[measure].sum(1) - implied) < room).all(), measure


def test_the_calibration_rests_on_the_inputs_as_they_stand(finished: Finished) -> None:
    assert calibration_state(finished.prepared) == "fitted", "the committed calibration is stale; run `make pin`"


def test_it_is_a_backcast_and_never_checked(finished: Finished) -> None:
    said = manifest(finished)
    assert (said["kind"], said["window"], said["warm_up"]) == ("backcast", ["2023-01-01", "2023-09-30"], "2022-10-01")
    assert said["readings"]["growth"] == finished.prepared.plan.growth.reading
    with pytest.raises(InputError, match="expected kind: history"):
        Result(finished).check()
