"""Which policies are built in, by slot and name?"""

from __future__ import annotations

from typing import Final

from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.base import Policy
from settlement_sim.policies.benefit.insured_place import InsuredPlaceBenefit
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.channel.direct import DirectChannel
from settlement_sim.policies.clearing.month_end import MonthEndClearing

_BUILT_IN: Final = (
    FilingFree, FilingRequired, CarePlaceCatalogue, InsuredPlaceBenefit, DirectChannel, MonthEndClearing,
)  # fmt: skip


def policies_of(slot: str) -> dict[str, type[Policy]]:
    """Policies of a slot by name."""
    return {policy.name: policy for policy in _BUILT_IN if policy.slot == slot}
