"""What if a layer did not exist? It pays nothing and adds nothing to standing."""

from __future__ import annotations

from settlement_sim.policies.answers import Breakdown
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.views import Claims, Standing
from settlement_sim.rules.compiled import Rules


class _NoLayer(Policy):
    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """Nothing."""
        return Breakdown()


@policy("catastrophic", name="none")
class NoCatastrophic(_NoLayer):
    """No catastrophic insurance across the border."""


@policy("assistance", name="none")
class NoAssistance(_NoLayer):
    """No medical assistance across the border."""
