"""How is the person's part paid at the counter? From the personal account as far as it may and holds, the rest in cash.

A claim by hand is advanced in cash. A pharmacy purchase that meets an empty account, and to which no fund pays, is no
settlement.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.answers import MANUAL, Advances
from settlement_sim.policies.base import Policy
from settlement_sim.policies.parameters import Days, Percent, Yuan, param
from settlement_sim.policies.views import Claims, Flags, Money
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES

_PHARMACY: Final = CARE_TYPES.index("pharmacy")
_INPATIENT: Final = CARE_TYPES.index("inpatient")


def at_the_counter(
    claims: Claims, balance: Money, rules: Rules, later: Money | None = None, basket_cap: int | None = None
) -> Advances:
    """Account first, then cash. `balance`: what each account holds; `later`: fund money claimed by hand afterwards;
    `basket_cap`: the most that an account pays for one pharmacy purchase.
    """
    fund = claims.fund_total if later is None else claims.fund_total - later
    person = claims.total_fee - fund
    whole = rules.take("account.pays", claims.rule) == 1
    payable = person if whole.all() else np.where(whole, person, np.maximum(claims.in_scope - fund, 0))
    account, purchases = np.minimum(payable, balance), claims.of_care[_PHARMACY]
    if basket_cap is not None:
        account[purchases] = np.minimum(account[purchases], basket_cap)
    by_hand = claims.path == MANUAL
    if by_hand.any():
        account = np.where(by_hand, 0, account)
    settles = np.ones(len(person), bool)
    settles[purchases] = (balance[purchases] > 0) | (fund[purchases] > 0) | by_hand[purchases]
    return Advances(account, person - account, settles)


class Counter(Policy):
    """What the channels at the counter share: the deposit of a stay, and settlements that are taken back."""

    deposit: Percent = param(
        30, "percent of the bill of a stay that is left with the hospital from admission to discharge",
        grade="assumption", low=0, high=60,
    )  # fmt: skip
    reversed: Percent = param(
        0, "percent of direct settlements that are taken back and claimed by hand", grade="assumption", low=0, high=2
    )
    reversed_after: Days = param(1, "days until a settlement is taken back", grade="assumption", low=1, high=30)

    basket_cap: Yuan | None = param(None, "most that an account pays for one pharmacy purchase", grade="assumption")

    def counter(self, claims: Claims, balance: Money, rules: Rules, later: Money | None = None) -> Advances:
        """The patient's payment with the deposit and the reversals that all channels at the counter share."""
        advances = at_the_counter(claims, balance, rules, later, self.basket_cap)
        return replace(advances, deposit=self.deposits(claims), reversed_after=self.takes_back(claims))

    @property
    def reverses(self) -> bool:
        """Whether any settlement is taken back; if none is, the engine need not keep what settlements added."""
        return self.reversed > 0

    def deposits(self, claims: Claims, freed: Flags | None = None) -> Money | None:
        """Deposits of direct stays; `freed` rows leave none."""
        if not self.deposit:
            return None
        deposit, stays = np.zeros(len(claims), np.int64), claims.of_care[_INPATIENT]
        leaves = claims.path[stays] != MANUAL
        if freed is not None:
            leaves &= ~freed[stays]
        deposit[stays] = np.where(leaves, share(claims.total_fee[stays], self.deposit), 0)
        return deposit

    def takes_back(self, claims: Claims) -> Money | None:
        """Days until each settlement is reversed; 0: never."""
        if not self.reversed:
            return None
        chosen = (claims.uniform("reversal") < self.reversed) & (claims.path != MANUAL)
        return np.where(chosen, max(self.reversed_after, 1), 0)
