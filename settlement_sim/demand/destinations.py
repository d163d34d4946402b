"""Where does a person go? To a provider group of the other province, by capacity, level and travel time.

Distance is measured from the residence: a long-term resident elsewhere goes next door, and the nearest
hospital of a border county may lie across the border.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.alias import AliasTables, build
from settlement_sim.demand.build_tables import decay_of
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES
from settlement_sim.world.geography import Geography

#: Weights of one table are brought below this, so that alias tables stay exact.
_WEIGHT_BITS = 24


def destination_weights(geography: Geography, priors: Priors, care: int) -> npt.NDArray[np.int64]:
    """Residence units × providers: capacity × preference × decay, zero inside the insured's own province.

    Here the residence stands for the insured; `destination_tables` asks for the side as well.
    """
    return _gravity(geography, priors, care) * _across(geography)


def destination_tables(geography: Geography, priors: Priors) -> AliasTables:
    """Alias tables over providers, indexed by `table_of(insured province, care type, residence)`."""
    stacks = []
    for province in range(len(PROVINCES)):
        away = geography.unit_province[geography.provider_unit] != province
        for care in range(len(CARE_TYPES)):
            weights = _gravity(geography, priors, care) * away
            top = weights.max(1, keepdims=True)
            stacks.append((weights << _WEIGHT_BITS) // np.maximum(top, 1))
    return build(np.concatenate(stacks))


def table_of(
    province: npt.NDArray[np.integer],
    care: npt.NDArray[np.integer],
    residence: npt.NDArray[np.integer],
    units: int,
) -> npt.NDArray[np.int64]:
    """Index of the destination table of each row."""
    return (province.astype(np.int64) * len(CARE_TYPES) + care) * units + residence


def _across(geography: Geography) -> npt.NDArray[np.bool_]:
    provider_province = geography.unit_province[geography.provider_unit]
    return geography.unit_province[:, None] != provider_province[None, :]


def _gravity(geography: Geography, priors: Priors, care: int) -> npt.NDArray[np.int64]:
    name = CARE_TYPES[care]
    pharmacy = geography.provider_level == LEVELS.index("pharmacy")
    # Pharmacies have no beds: their capacity is the residents of the unit, in hundreds.
    capacity = np.where(pharmacy, geography.residents[geography.provider_unit] // 100, geography.licensed_beds)
    preference = priors.row(f"destination.preference.{name}")[geography.provider_level]
    decay = decay_of(priors)[care]
    minutes = np.minimum(geography.minutes[:, geography.provider_unit], decay.size - 1)
    return capacity.astype(np.int64) * preference * decay[minutes]


def destination_shares(geography: Geography, priors: Priors, province: int, care: int) -> npt.NDArray[np.float64]:
    """Residence units × providers: probability of each destination for the insured of a province (for arithmetic
    before a run; the run itself draws from the integer tables)."""
    away = geography.unit_province[geography.provider_unit] != province
    weights = (_gravity(geography, priors, care) * away).astype(np.float64)
    return weights / weights.sum(1, keepdims=True)
