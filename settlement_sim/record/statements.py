"""Which lines does a clearing statement have? Month × insured pool × scheme × care pool × care type, direct only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.record.columns import COUNTS, DERIVED_NAMES, MONEY_NAMES
from settlement_sim.record.recorder import Cube, Recorder
from settlement_sim.record.tidy import tidy
from settlement_sim.vocabulary import CARE_TYPES, POOLS, SCHEMES

if TYPE_CHECKING:
    import pandas as pd

KEYS: Final = ("month", "pool", "scheme", "care_pool", "care_type")
NUMBERS: Final = (*(column.name for column in COUNTS), *MONEY_NAMES, *DERIVED_NAMES)


def statement_lines(recorder: Recorder, direct: Cube) -> pd.DataFrame:
    """Every line on which something was settled or taken back.

    `direct`: columns as months × pools × schemes × care types × providers of the other province.
    """
    sums = {name: _by_care_pool(recorder, column) for name, column in direct.items()}
    sums["net"] = sums["settlements"] - sums["reversed"]
    months = [dates.month_iso(month) for month in recorder.months]
    frame = tidy(
        {name: sums[name] for name in NUMBERS}, month=months, pool=POOLS, scheme=SCHEMES, care_pool=POOLS,
        care_type=CARE_TYPES,
    )  # fmt: skip
    return frame[frame[list(NUMBERS)].any(axis=1)].reset_index(drop=True)


def _by_care_pool(recorder: Recorder, column: Any) -> Any:
    """Months × pools × schemes × care types × providers → months × pools × schemes × care pools × care types."""
    result = np.zeros((*column.shape[:3], len(POOLS), len(CARE_TYPES)), np.int64)
    for pool in range(len(POOLS)):
        insured = slice(1, None) if pool == 0 else slice(0, 1)  # Chongqing's pool is the first; nobody is at home
        mine = recorder.keys.side[recorder.world.provider_pool == pool]
        result[:, insured, :, pool] = column[:, insured][..., mine].sum(-1)
    return result
