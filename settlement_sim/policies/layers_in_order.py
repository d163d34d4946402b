"""In which order do the layers pay? Basic, catastrophic, assistance: each sees what the ones before have paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from settlement_sim.policies.answers import PAYS, Amounts, Breakdown
from settlement_sim.policies.base import BENEFIT
from settlement_sim.policies.views import Claims, Money

#: Columns that the layers fill, in the order of the bill.
PAID: Final = tuple(column for slot in BENEFIT for column in PAYS[slot])


def adjudicate_layers(ask: Callable[[str, Claims], Breakdown], claims: Claims) -> tuple[Claims, list[Amounts]]:
    """The claims with what every layer pays (`paid`: fen by name of `PAID`), and what that adds to standing.

    `ask(slot, claims)` answers for one sub-slot of `benefit` and may fill only the columns of `PAYS[slot]`; what two
    parts of an answer say about a row and column is summed.
    """
    paid: dict[str, Money] = dict(zip(PAID, np.zeros((len(PAID), len(claims)), np.int64), strict=True))
    claims, adds = replace(claims, paid=paid), list[Amounts]()
    for slot in BENEFIT:
        answer = ask(slot, claims)
        for part in answer.pays:
            paid[part.column][part.index] += part.amount
        adds += answer.adds
    return claims, adds
