"""One transaction at the counter for every layer: basic, catastrophic, assistance. The patient pays the rest.

Source: 2020 agreement, one-stop settlement of medical assistance (000_1c5d9a0484e198c9.txt). No source says since when
it holds for the corridor; that it held in 2024 is an assumption of the baseline.
"""

from __future__ import annotations

from settlement_sim.policies.answers import Advances
from settlement_sim.policies.base import policy
from settlement_sim.policies.channel.counter import Counter
from settlement_sim.policies.views import Claims, Money
from settlement_sim.rules.compiled import Rules


@policy("channel", name="one_stop")
class OneStop(Counter):
    """Assistance is settled in the same transaction as insurance."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        """`balance`: what each person's account holds (residents have none)."""
        return self.counter(claims, balance, rules)
