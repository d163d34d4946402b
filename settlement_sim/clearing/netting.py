"""What of mutual obligations crosses between provinces, and what if somebody cannot pay it all? Pure functions.

`owed[i, j]`: fen that province i owes the care place j, of one scheme; the diagonal is empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.policies.clearing.cycle import Netting

Whole = npt.NDArray[np.int64]
#: Stands for the national centre where a payer or payee is named by its position.
CENTRE = -1


@dataclass(frozen=True)
class Remittance:
    """Money that crosses: payer and payee are positions of provinces, or the centre."""

    payer: int
    payee: int
    amount: int


def crossing(owed: Whole, netting: Netting) -> list[Remittance]:
    """The remittances that extinguish all of `owed`, payers first, by (payer, payee).

    >>> [r.amount for r in crossing(np.array([[0, 100], [30, 0]]), "bilateral")]
    [70]
    """
    if netting == "multilateral":
        return _through_the_centre(owed.sum(1) - owed.sum(0))
    amounts = owed if netting == "none" else np.maximum(owed - owed.T, 0)
    return [Remittance(int(i), int(j), int(amounts[i, j])) for i, j in np.argwhere(amounts)]


def outflow(owed: Whole, netting: Netting) -> Whole:
    """What each province has to send."""
    if netting == "none":
        return owed.sum(1)
    if netting == "bilateral":
        return np.maximum(owed - owed.T, 0).sum(1)
    return np.maximum(owed.sum(1) - owed.sum(0), 0)


def useful_cut(owed: Whole, netting: Netting, payer: int, payee: int, over: int) -> int:
    """How much less of `owed[payer, payee]` is worth cutting where a payer has to send `over` too much.

    Under bilateral netting what is set off anyway costs nothing, so cutting it frees nothing.
    """
    if netting != "bilateral":
        return over
    return max(0, min(over, int(owed[payer, payee] - owed[payee, payer])))


def _through_the_centre(position: Whole) -> list[Remittance]:
    paying = [Remittance(int(i), CENTRE, int(position[i])) for i in np.flatnonzero(position > 0)]
    return paying + [Remittance(CENTRE, int(j), -int(position[j])) for j in np.flatnonzero(position < 0)]
