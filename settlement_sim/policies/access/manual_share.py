"""Which visits settle by hand whatever the rule (network down, no card, decided too late)? A declared share."""

from __future__ import annotations

from typing import Any

import numpy as np

from settlement_sim.policies.parameters import param
from settlement_sim.policies.views import Flags, Needs
from settlement_sim.vocabulary import CARE_TYPES

INPATIENT = CARE_TYPES.index("inpatient")


def manual_stays() -> Any:
    """The parameter of stays."""
    meaning = "percent of stays settled by hand; 77 % of Sichuan's settled directly in June 2023"
    return param(23, meaning, grade="assumption", source="sichuan_direct_rate_2023", low=15, high=35)


def manual_other() -> Any:
    """Likewise for visits without a stay."""
    return param(0, "percent of other visits settled by hand; no source", grade="assumption", low=0, high=20)


def settles_by_hand(needs: Needs, stays: int, other: int) -> Flags:
    """Rows whose uniform falls below the share of their kind (1/10,000)."""
    manual = np.zeros(len(needs), bool)
    inpatient = needs.care_type == INPATIENT
    for rows, share in ((inpatient, stays), (~inpatient, other)):
        if share:
            index = np.flatnonzero(rows)
            manual[index] = needs.take(index).uniform("path") < share
    return manual
