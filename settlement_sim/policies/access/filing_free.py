"""Everybody settles directly without filing, at local terms, except the declared share that stays manual.

Source: Chongqing Daily 2022-07-17 (intention for the corridor); dates of the corridor's relaxation in sources.
"""

from __future__ import annotations

import numpy as np

from settlement_sim.policies.access.manual_share import manual_other, manual_stays, settles_by_hand
from settlement_sim.policies.answers import DIRECT, MANUAL, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Percent
from settlement_sim.policies.views import Needs
from settlement_sim.rules.compiled import Rules


@policy("access", governed_by="born")
class FilingFree(Policy):
    """No filing asked; a declared share settles by hand whatever the rule."""

    NO_FILING, BY_HAND = reasons("no_filing_asked", "by_hand")
    manual_stays: Percent = manual_stays()
    manual_other: Percent = manual_other()

    def route(self, needs: Needs, rules: Rules) -> Route:
        """Direct unless the uniform of the need falls below the manual share."""
        manual = settles_by_hand(needs, self.manual_stays, self.manual_other)
        return Route(
            np.where(manual, MANUAL, DIRECT), np.zeros(len(manual), np.int64), np.where(manual, self.BY_HAND, 0)
        )
