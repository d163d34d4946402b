"""How is a bill divided item by item? Outside the catalogue, above the price limit, advance self-pay, each of what is
left; the rest is in scope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.answers import Scope
from settlement_sim.policies.views import Bills

#: Leaves of a catalogue in the order in which they are applied.
LEAVES: Final = ("catalogue.outside", "catalogue.above_limit", "catalogue.advance")
#: (leaf, item class) -> share in 1/10,000, one number or one per row.
Ratios = Callable[[str, int], Any]


def divide(bills: Bills, ratios: Ratios) -> Scope:
    """The four parts of each bill, summed over its items."""
    parts = [np.zeros_like(bills.total_fee) for _ in LEAVES]
    for item, amount in enumerate(bills.items):
        left = amount
        for leaf, part in zip(LEAVES, parts, strict=True):
            ratio = ratios(leaf, item)
            if not isinstance(ratio, int) or ratio:
                portion = share(left, ratio)
                part += portion
                left = left - portion
    outside, above, advance = parts
    return Scope(outside, above, advance, bills.total_fee - outside - above - advance)
