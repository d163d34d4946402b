"""The arithmetic of one layer: deductible, ratio, ceiling."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.money import WHOLE, ceil_div, share
from settlement_sim.policies.views import Claims, Money
from settlement_sim.vocabulary import CARE_TYPES

_COVERED: Final = (CARE_TYPES.index("inpatient"), CARE_TYPES.index("chronic"))


def under_ceiling(amount: Money, ratio: Money, room: Money) -> tuple[Money, Money]:
    """(part of `amount` inside the layer, what the fund pays), the fund paying at most `room`.

    in_layer = min(amount, ceil(room / ratio)); paid = min(share(in_layer, ratio), room). The division is done
    only on the rows that reach the ceiling.
    """
    in_layer, product = amount, amount * ratio
    paid = (product + WHOLE // 2) // WHOLE
    over = np.flatnonzero(product > room * WHOLE)
    if over.size:
        in_layer = amount.copy()
        in_layer[over] = np.minimum(amount[over], ceil_div(room[over] * WHOLE, ratio[over]))
        paid[over] = np.minimum(share(in_layer[over], ratio[over]), room[over])
    return in_layer, paid


def covered(claims: Claims) -> npt.NDArray[np.int64]:
    """Rows that the layers above basic insurance look at: stays and chronic care."""
    everyone = np.arange(len(claims))
    return np.concatenate([everyone[claims.of_care[care]] for care in _COVERED])


def room_left(ceiling: Money, used: Money) -> Money:
    """What a fund may still pay this year."""
    return np.maximum(ceiling - used, 0)
