"""One claim, line by line as `docs/model.md` has it, in plain integers: its bill, who pays which layer, the counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from settlement_sim.vocabulary import ITEMS

from .access import LOCAL
from .layers import assistance, basic, catastrophic
from .people import FUNDS, Claim, date_of, share
from .policies import Policies, Policy
from .rulebook import By, Rules

LAYERS: dict[str, Callable[[Claim, By], None]] = {
    "basic": basic, "catastrophic": catastrophic, "assistance": assistance,
}  # fmt: skip


@dataclass
class Office:
    """Who adjudicates: the rules and the policies."""

    rules: Rules
    policies: Policies

    def policy(self, slot: str, claim: Claim) -> Policy:
        """The policy of a slot for a claim: that of the day of discharge."""
        return self.policies(slot, claim.person.group, date_of(claim.day))

    def adjudicate(self, claim: Claim) -> bool:
        """Split a claim into its payers and add to the person's standing; False if it is no settlement."""
        person, date = claim.person, date_of(claim.day)
        if claim.need.care == "pharmacy" and not claim.by_hand and person.account == 0:
            return False
        standing = person.of_year(date.year)
        claim.before = standing | {"account": person.account}
        claim.money = dict.fromkeys((*FUNDS, "deductible_paid", "first_pay"), 0)
        scope(claim, self.policy("catalogue", claim), self.rules)
        for slot, layer in LAYERS.items():
            self._layer(claim, self.policy(slot, claim).name, layer)
        claim.added = {name: standing[name] - claim.before[name] for name in standing}
        pay(claim, self.policy("channel", claim), self.rules)
        return True

    def _layer(self, claim: Claim, policy: str, layer: Callable[[Claim, By], None]) -> None:
        person, date = claim.person, date_of(claim.day)
        if policy == "none":
            return
        if policy == "care_place":
            layer(claim, By(self.rules, claim.need.care_pool, person.scheme, date))
            return
        away = claim.filing if claim.need.care == "inpatient" and claim.filing != LOCAL else ""
        layer(claim, By(self.rules, person.pool, person.scheme, date, away, person.unit))


# Bill and scope -------------------------------------------------------------------------------------------------


def scope(claim: Claim, policy: Policy, rules: Rules) -> None:
    """Items by cumulative rounding, each cut by a catalogue."""
    total = claim.need.total_fee
    bounds = [0, *(share(total, c) for c in claim.need.cumulative_shares), total]
    sums = dict.fromkeys(("outside_scope", "above_price_limit", "advance_self_pay"), 0)
    for item, (low, high) in zip(ITEMS, pairwise(bounds), strict=True):
        left = high - low
        for part, leaf in zip(sums, ("outside", "above_limit", "advance"), strict=True):
            amount = share(left, percentage(claim, policy, rules, f"catalogue.{leaf}", item))
            sums[part] += amount
            left -= amount
    claim.money |= {"total_fee": total, **sums, "in_scope": total - sum(sums.values())}


def percentage(claim: Claim, policy: Policy, rules: Rules, leaf: str, item: str) -> int:
    """The share of an item class, by the catalogue policy."""
    date, home = date_of(claim.day), claim.person.pool
    by_hand_as_at_home = policy.name == "care_place" and claim.by_hand and policy["manual"] == "insured_place"
    if policy.name == "insured_place" or by_hand_as_at_home:
        return rules.of_place(leaf, home, date, item=item)
    care = rules.of_place(leaf, claim.need.care_pool, date, item=item)
    if policy.name == "care_place":
        return care
    insured = rules.of_place(leaf, home, date, item=item)
    m = min(care, insured) if policy["rule"] == "union" else max(care, insured)
    local = policy["local_drugs"] if item in ("drug_a", "drug_b") else 0
    return share(care, local) + m - share(m, local)


# The counter ----------------------------------------------------------------------------------------------------


def pay(claim: Claim, policy: Policy, rules: Rules) -> None:
    """Personal account, then cash. A claim by hand was paid in cash."""
    money, person = claim.money, claim.person
    money["personal_account"] = 0 if claim.by_hand else from_account(claim, policy, rules)
    person.account -= money["personal_account"]
    money["cash"] = money["total_fee"] - claim.funds - money["personal_account"]
    if claim.need.care == "inpatient" and not claim.by_hand:
        deposit(claim, policy)


def from_account(claim: Claim, policy: Policy, rules: Rules) -> int:
    """What the personal account pays at the counter; assistance that is claimed later leaves the settlement."""
    money, person = claim.money, claim.person
    if policy.name == "direct":
        claim.later, money["medical_assistance"] = money["medical_assistance"], 0
    whole = rules("account.pays", *person.group, date_of(claim.day)) == 1
    may_pay = max((money["total_fee"] if whole else money["in_scope"]) - claim.funds, 0)
    if claim.need.care == "pharmacy" and policy["basket_cap"] is not None:
        may_pay = min(may_pay, policy["basket_cap"])
    return min(may_pay, person.account)


def deposit(claim: Claim, policy: Policy) -> None:
    """What a direct stay leaves with the hospital, and what who leaves nothing never pays."""
    freed = policy.name == "treat_first_pay_later" and (
        policy["eligible"] == "everybody" or claim.person.assistance != "none"
    )
    claim.deposit = 0 if freed else share(claim.money["total_fee"], policy["deposit"])
    if freed and claim.need.uniforms["default"] < policy["defaults"]:
        claim.unpaid = claim.money["cash"]
