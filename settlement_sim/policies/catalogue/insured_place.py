"""What if every bill were read by the catalogue of the insured place? A counterfactual to the national rule."""

from __future__ import annotations

from settlement_sim.policies.answers import Scope
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.catalogue.items import divide
from settlement_sim.policies.views import Bills
from settlement_sim.rules.compiled import Rules


@policy("catalogue", name="insured_place")
class InsuredPlaceCatalogue(Policy):
    """Items, price limits and first-pay shares of the place that insures, wherever care is given."""

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        """The four parts of each bill."""
        return divide(bills, lambda leaf, item: rules.place(leaf, bills.insured_place, item))
