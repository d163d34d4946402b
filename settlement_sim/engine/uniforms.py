"""Which uniforms may policies read? Those of a need and a purpose, fixed at birth, the same under every policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.draws import Draws

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NeedUniforms(Columns):
    """Uniforms of the needs of a batch."""

    id: Whole
    draws: Draws

    def of(self, purpose: str) -> Whole:
        """0 … 9,999 per row for a purpose."""
        return uniforms(self.draws, purpose, self.id)


def uniforms(draws: Draws, purpose: str, ids: Whole) -> Whole:
    """0 … 9,999 per id, from the upper 32 bits of the purpose's stream.

    Purposes have streams of their own, so that no policy reads the draw of a bill; `path` decides what settles by hand.
    """
    bits = draws.bits(purpose if purpose == "path" else f"policy/{purpose}", ids)
    return (bits >> np.uint64(32)).astype(np.int64) * 10_000 >> 32
