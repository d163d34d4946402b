"""Along which axis does a row of priors run, and what is each of its places called?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from settlement_sim.vocabulary import (
    AGE_BANDS,
    ASSISTANCE,
    CARE_TYPES,
    INSURED_AS,
    ITEMS,
    LEVELS,
    RETIREES,
)
from settlement_sim.world.calendar import KINDS

#: Places of a row by the name of its axis, in the order of its values.
ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "age_band": AGE_BANDS,
    "assistance": ASSISTANCE,
    "care_type": CARE_TYPES,
    "insured_as": INSURED_AS,
    "item": ITEMS,
    "level": LEVELS,
    "retiree": RETIREES,
    "day_kind": KINDS,
    "chronic_class": ("none", "drugs", "intensive"),
    "temporary_filing": ("none", "referral", "other"),
    "rate_class": ("class 1", "class 2", "class 3", "class 4"),
    "home_class": ("class 1", "class 2", "class 3"),
    "account_class": tuple(f"class {number}" for number in range(1, 9)),
    "cost_age": ("45-54", "55-64", "65-74", "75-84", "85+"),
    # Knots of a quantile function: between two neighbours every value is equally likely.
    "fifths": ("0 %", "20 %", "40 %", "60 %", "80 %", "100 %"),
    "quarters": ("0 %", "25 %", "50 %", "75 %", "100 %"),
}
