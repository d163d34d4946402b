"""What do all transfer policies share? Claims of the fund in which a person retires, and when they are paid."""

from __future__ import annotations

import numpy as np

from settlement_sim.policies.answers import Orders
from settlement_sim.policies.base import Policy
from settlement_sim.policies.careers import Balances, Cases, Claimed
from settlement_sim.policies.views import Money
from settlement_sim.rules.careers import CareerRules


class TransferPolicy(Policy):
    """Base of all transfer policies: nothing is claimed, whatever is owed is paid at once."""

    def claims(self, cases: Cases, rules: CareerRules) -> Claimed:
        """What may be claimed of each row, and what moves of its account."""
        return Claimed(self.pooled(cases), cases.account * self.moves_account)

    def pooled(self, cases: Cases) -> Money:
        """What may be claimed from the pooled fund left behind; by default nothing."""
        return np.zeros(len(cases), np.int64)

    def orders(self, balances: Balances) -> Orders:
        """What is paid of what funds owe each other; by default everything."""
        return Orders(balances.amount)

    @property
    def moves_account(self) -> bool:
        """Whether the personal account follows the person; by default it stays."""
        return False

    @property
    def each_year(self) -> bool:
        """Whether it is asked again at the end of each year that the retiree lives; by default once, when decided."""
        return False
