"""Which tables does a run leave? All are sums of the recorder's cube."""

from __future__ import annotations

import numpy as np

from settlement_sim.ledger.ledger import GROUPS
from settlement_sim.record.recorder import Cube, Recorder, with_derived
from settlement_sim.vocabulary import CARE_TYPES, POOLS, PROVINCES, SCHEMES


def by_direction(recorder: Recorder, path: int = 0) -> Cube:
    """Directions × care types: every column summed over the window."""
    axes = (len(recorder.months), len(POOLS), len(SCHEMES), len(CARE_TYPES), recorder.keys.providers)
    table = {}
    for name, column in with_derived(recorder.cube).items():
        by_pool = column[path].reshape(axes).sum((0, 2, 4))
        table[name] = np.stack([by_pool[:1].sum(0), by_pool[1:].sum(0)])
    assert GROUPS == len(POOLS) * len(SCHEMES) and len(PROVINCES) == 2
    return table
