"""How far could a total have fallen by chance? Standard errors clustered by person, conditional on the population.

Persons are independent given who they are, so the variance of a total is the sum of the variances of the persons'
sums, estimated within strata of equal rates (province, scheme, age band, chronic class, rate class). What differs
between persons of one stratum besides chance makes the estimate a little too large, never too small.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.rates import stratum
from settlement_sim.record.recorder import Recorder
from settlement_sim.vocabulary import CARE_TYPES, PROVINCES

Real = npt.NDArray[np.float64]


def standard_errors(recorder: Recorder) -> dict[str, Real]:
    """Directions × (care types, then all) per clustered column; fen for money."""
    people = recorder.world.population
    strata = stratum(people, recorder.first) * 8 + people.rate_class
    result = {}
    for name, column in recorder.clustered().items():
        rows = [_error(column[care], strata, people.province) for care in range(len(CARE_TYPES))]
        result[name] = np.stack([*rows, _error(column.sum(0), strata, people.province)], axis=1)
    return result


def _error(sums: npt.NDArray[np.int64], strata: npt.NDArray[np.int64], province: npt.NDArray[np.int8]) -> Real:
    """Standard error per insured province of the total of one column."""
    size = int(strata.max()) + 1
    count = np.bincount(strata, minlength=size).astype(np.float64)
    mean = np.bincount(strata, sums, size) / np.maximum(count, 1)
    square = np.bincount(strata, (sums - mean[strata]) ** 2, size)
    variance = square * count / np.maximum(count - 1, 1)
    of_province = np.zeros(size, np.int64)
    of_province[strata] = province
    return np.sqrt(np.bincount(of_province, variance, len(PROVINCES)))
