"""Who stays away when the terms get worse, and who comes when they get better? Off unless a scenario asks.

A need has an attraction, in 1/10,000 of a direct settlement without a cut as it is today:

    attraction = 10,000 + direct_gain                            where the visit settles directly
    attraction = 10,000 − manual_deterrence                      where it settles by hand
    attraction = max(0, attraction − share(cut, elasticity))     cut: off the ratio, in 1/10,000

With births scaled by `demand.potential` P it is accepted with the probability attraction / P (at most 1): its uniform
u of the stream "accept", fixed at birth, is below the attraction when scaled by P,

    u · P < attraction.

So births times acceptance give today's volume under today's terms whatever P is, and terms that are better for a need
never lose it. Who is not accepted is cared for at home. The formula is a convention; the size of each parameter is an
assumption (demand.yaml, `behaviour`). The response is measured from direct settlement without a cut: a reference that
already settles by hand or with cuts loses needs too, so scenarios are compared under one and the same response.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits
from settlement_sim.errors import InputError, Problem
from settlement_sim.money import WHOLE, share

#: Name of the stream of the uniforms that decide acceptance.
STREAM: Final = "accept"
_HIGHEST: Final = 10 * WHOLE
_PERCENT: Final = 100


@dataclass(frozen=True)
class Response:
    """How needs answer to the terms of a visit, in 1/10,000 each (0 to 100,000); all zero: not at all.

    `manual_deterrence`: attraction lost where a visit settles by hand. `elasticity`: attraction lost for each
    1/10,000 cut off the ratio. `direct_gain`: attraction beyond today's where a visit settles directly.
    """

    manual_deterrence: int = 0
    elasticity: int = 0
    direct_gain: int = 0

    def __post_init__(self) -> None:
        """Raises InputError for a parameter outside its range."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        problems = [
            Problem(f"behaviour.{name}", str(value), f"a whole number from 0 to {_HIGHEST} (1/10,000)")
            for name, value in given.items()
            if not 0 <= value <= _HIGHEST
        ]
        if problems:
            raise InputError(problems)

    @classmethod
    def declared(cls, priors: Priors) -> Self:
        """The response assumed where a scenario switches behaviour on."""
        return cls(**{field.name: priors[f"behaviour.{field.name}"] * _PERCENT for field in fields(cls)})

    @property
    def least_potential(self) -> int:
        """The potential (1/10,000) that bears all the needs this response may accept."""
        return WHOLE + self.direct_gain

    def attraction(
        self, path_manual: npt.NDArray[np.bool_], cut: npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.int64]:
        """Attraction of each visit in 1/10,000; `cut` (non-negative) in 1/10,000 off the ratio."""
        path = np.where(path_manual, WHOLE - self.manual_deterrence, WHOLE + self.direct_gain)
        return np.maximum(path - share(cut.astype(np.int64), self.elasticity), 0)


def accepts_all(potential_bp: int, response: Response) -> bool:
    """Whether everybody is accepted whatever the terms, so that nothing need be drawn."""
    return potential_bp == WHOLE and response == Response()


def accepts(
    bits: Bits,
    path_manual: npt.NDArray[np.bool_],
    cut: npt.NDArray[np.integer[Any]],
    potential_bp: int,
    response: Response,
) -> npt.NDArray[np.bool_]:
    """Which needs seek care across the border on these terms; the formula stands at the head of this module.

    `bits`: the draws of `STREAM`, of which the upper 32 are u; `path_manual`: whether the visit would settle by hand;
    `cut`: off the ratio, in 1/10,000; `potential_bp`: births over those of today, in 1/10,000. Equal lengths.
    """
    assert response.least_potential <= potential_bp, "the potential does not bear what the response may accept"
    uniform = (bits >> np.uint64(32)).astype(np.int64)
    return uniform * potential_bp < response.attraction(path_manual, cut) << 32
