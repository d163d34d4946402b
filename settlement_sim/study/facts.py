"""What do the lines of a bill start from? The claim, the year before it, and what the policies have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from settlement_sim.policies.answers import LOCAL
from settlement_sim.policies.base import Policy
from settlement_sim.study.case import Claim, Person, Policies
from settlement_sim.study.lines import Basis, Tape
from settlement_sim.vocabulary import FILINGS

#: The filing category with the terms of home.
LOCAL_TERMS: Final = FILINGS[LOCAL]


@dataclass(frozen=True)
class Way:
    """What access decided. `filing` is the category whose reductions away from home apply; `reason` is its label.

    `told` says whether the case itself gave path or cut. `inner` are the policies that a policy left the decision to,
    with their reasons.
    """

    path: int
    cut: int
    filing: str
    reason: str
    told: tuple[str, ...] = ()
    inner: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything that lines may rest on. `decided` holds the columns that policies decided, `memo` those beside them.

    `consulted` are the rules that each slot asked for; lines need them only for policies whose arithmetic they do
    not know.
    """

    person: Person
    claim: Claim
    policies: Policies
    standing: Mapping[str, int]
    account: int
    way: Way
    settles: bool
    decided: Mapping[str, int]
    memo: Mapping[str, int]
    consulted: Mapping[str, tuple[Basis, ...]]

    def policy(self, slot: str) -> Any:
        """The policy of a slot."""
        return self.policies.of(slot)

    def away(self, tape: Tape, leaf: str) -> Basis | None:
        """A rule of stays away from home for the filing that counts; None on local terms."""
        if self.way.filing == LOCAL_TERMS or self.claim.care_type != "inpatient":
            return None
        return tape.lookup.rule(leaf, filing=self.way.filing)


def as_told(facts: Facts, tape: Tape, slot: str, titles: Mapping[str, tuple[str, str]]) -> None:
    """A policy whose arithmetic is not known here: its parameters, the rules it consulted, the amounts it returned."""
    policy: Policy = facts.policy(slot)
    parameters = ", ".join(f"{name} {value}" for name, value in policy.model_dump(mode="json").items())
    tape.add(
        f"按政策 {policy.name}", f"as policy {policy.name} decides", parameters, None, *facts.consulted.get(slot, ()),
    )  # fmt: skip
    for column, title in titles.items():
        tape.add(*title, "", facts.decided[column], column=column)
