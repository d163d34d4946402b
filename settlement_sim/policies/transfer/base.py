"""What do all transfer policies share? Claims of the fund in which a person retires, and when they are paid."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from settlement_sim.policies.answers import Orders
from settlement_sim.policies.base import Policy
from settlement_sim.policies.careers import Balances, Cases, Claimed
from settlement_sim.policies.parameters import param
from settlement_sim.policies.views import Money
from settlement_sim.rules.careers import CareerRules


class TransferPolicy(Policy):
    """Base of all transfer policies: nothing is claimed, whatever is owed is paid at once."""

    #: Asked once on the day of the decision, or at the end of each year that the retiree lives.
    yearly: ClassVar[bool] = False
    account: Literal["stays", "moves"] = param(
        "stays", "whether the personal account follows the person", grade="assumption"
    )

    def claims(self, cases: Cases, rules: CareerRules) -> Claimed:
        """What may be claimed of each row; by default the account alone, where it moves."""
        return Claimed(self.pooled(cases), cases.account * (self.account == "moves"))

    def pooled(self, cases: Cases) -> Money:
        """What may be claimed from the pooled fund left behind."""
        return np.zeros(len(cases), np.int64)

    def orders(self, balances: Balances) -> Orders:
        """What is paid of what funds owe each other."""
        return Orders(balances.amount)

    @property
    def each_year(self) -> bool:
        """Whether it is asked again at the end of each year that the retiree lives."""
        return self.yearly
