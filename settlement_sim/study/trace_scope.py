"""How is the division of a bill written down: what lies outside the catalogue, above price limits, is paid first?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from settlement_sim.money import share
from settlement_sim.policies.answers import DIRECT
from settlement_sim.policies.base import Policy
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.catalogue.insured_place import InsuredPlaceCatalogue
from settlement_sim.policies.catalogue.mutual import MutualCatalogue
from settlement_sim.study.case import SCOPE_PARTS
from settlement_sim.study.facts import Facts, as_told
from settlement_sim.study.lines import TITLES, Basis, Tape, percent, summed, yuan
from settlement_sim.vocabulary import ITEMS

_LEAVES: Final = {
    "outside_scope": ("catalogue.outside", "目录外", "outside the catalogue"),
    "above_price_limit": ("catalogue.above_limit", "超限价", "above the price limit"),
    "advance_self_pay": ("catalogue.advance", "先行自付", "advance self-pay"),
}
#: Item classes of which some are local drugs.
_DRUGS: Final = ("drug_a", "drug_b")
_Parts = dict[str, int]


@dataclass(frozen=True)
class _Share:
    """The share of an item class, the rules it comes from, and how, where it is not simply one rule."""

    ratio: int
    rules: tuple[Basis, ...]
    how: str = ""


#: (leaf, item class) -> its share.
_Shares = Callable[[str, str], _Share]


def scope(facts: Facts, tape: Tape) -> None:
    """The gross bill and its four parts: as given, or item by item with the catalogue."""
    bill = facts.claim.bill
    for line in bill.listed:
        formula = f"{yuan(line.amount)} × {line.count} = {yuan(line.amount * line.count)}" if line.count > 1 else ""
        label = f"{line.item} {line.name}".strip()
        tape.add(label, label, formula, line.amount * line.count)
    amounts = [amount for amount in (bill.items if bill.by_items else bill.scope.values()) if amount]
    total = sum(amounts)
    tape.add(*TITLES["total_fee"], summed(amounts), total, column="total_fee")
    explain = _CATALOGUES.get(type(facts.policy("catalogue")))
    if bill.by_items and explain is None:
        as_told(facts, tape, "catalogue", {part: TITLES[part] for part in SCOPE_PARTS})
        return
    parts = bill.scope if not bill.by_items or explain is None else explain(facts, tape)
    for name in SCOPE_PARTS[:-1]:
        tape.add(*TITLES[name], "", parts[name], column=name)
    rest = " − ".join(yuan(amount) for amount in (total, *(parts[name] for name in SCOPE_PARTS[:-1])))
    tape.add(*TITLES["in_scope"], f"{rest} = {yuan(parts['in_scope'])}", parts["in_scope"], column="in_scope")


def _divided(tape: Tape, amounts: Sequence[int], shares: _Shares) -> _Parts:
    """Each item class by a catalogue: outside, above the limit, advance, each of what is left."""
    parts = dict.fromkeys(SCOPE_PARTS, 0)
    for item, amount in zip(ITEMS, amounts, strict=True):
        left = amount
        for part, (leaf, zh, en) in _LEAVES.items():
            due = shares(leaf, item)
            portion = share(left, due.ratio)
            if amount and due.ratio:
                ratio = f"({due.how} = {percent(due.ratio)})" if due.how else percent(due.ratio)
                formula = f"{yuan(left)} × {ratio} = {yuan(portion)}"
                tape.add(f"{item}：{zh}", f"{item}: {en}", formula, portion, *due.rules)
            parts[part] += portion
            left -= portion
        parts["in_scope"] += left
    return parts


def _of_place(tape: Tape, pool: str) -> _Shares:
    def shares(leaf: str, item: str) -> _Share:
        rule = tape.lookup.place(leaf, pool, item)
        return _Share(rule.number, (rule,))

    return shares


def _care_place(facts: Facts, tape: Tape) -> _Parts:
    care = facts.way.path == DIRECT or facts.policy("catalogue").manual == "care_place"
    pool = facts.claim.hospital.pool if care else facts.person.pool
    return _divided(tape, facts.claim.bill.items, _of_place(tape, pool))


def _insured_place(facts: Facts, tape: Tape) -> _Parts:
    return _divided(tape, facts.claim.bill.items, _of_place(tape, facts.person.pool))


def _mutual(facts: Facts, tape: Tape) -> _Parts:
    """The better or the worse share of both lists; of the drugs, local ones keep that of the care place."""
    policy = facts.policy("catalogue")
    name, combine = ("min", min) if policy.rule == "union" else ("max", max)

    def shares(leaf: str, item: str) -> _Share:
        there, here = (tape.lookup.place(leaf, pool, item) for pool in (facts.claim.hospital.pool, facts.person.pool))
        both = combine(there.number, here.number)
        how = f"{name}({percent(there.number)}, {percent(here.number)})"
        local = policy.local_drugs if item in _DRUGS else 0
        ratio = share(there.number, local) + both - share(both, local)
        if local:
            how = f"{percent(there.number)} × {percent(local)} + {how} × (1 − {percent(local)})"
        return _Share(ratio, (there, here), how)

    return _divided(tape, facts.claim.bill.items, shares)


_CATALOGUES: Final[Mapping[type[Policy], Callable[[Facts, Tape], _Parts]]] = {
    CarePlaceCatalogue: _care_place, InsuredPlaceCatalogue: _insured_place, MutualCatalogue: _mutual,
}  # fmt: skip
