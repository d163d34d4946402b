"""How would a clerk write the split of a bill down, step by step? It explains; the policies decide.

Whatever these lines come to is compared with the policies' columns; a difference is a defect (see bill.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from settlement_sim.money import WHOLE, ceil_div, share
from settlement_sim.policies.benefit.layers import under_ceiling
from settlement_sim.record.columns import FUNDS, MONEY
from settlement_sim.study.case import SCOPE_PARTS, Case
from settlement_sim.study.lines import Tape, left_over, yuan
from settlement_sim.study.trace_year import assistance, catastrophic
from settlement_sim.vocabulary import AXES, ITEMS

_TITLES: Final = {column.name: (column.zh, column.en) for column in MONEY}
_CATALOGUE: Final = {
    "outside_scope": ("catalogue.outside", "目录外", "outside the catalogue"),
    "above_price_limit": ("catalogue.above_limit", "超限价", "above the price limit"),
    "advance_self_pay": ("catalogue.advance", "先行自付", "advance self-pay"),
}


@dataclass(frozen=True)
class Facts:
    """What the lines start from: the case, its insurance year so far, and what access decided."""

    case: Case
    standing: Mapping[str, int]
    catalogue_pool: str
    cut: int
    filing: str
    settles: bool


def trace(facts: Facts, tape: Tape) -> None:
    """Print every line of the split on the tape."""
    claim = facts.case.claim
    scope(facts, tape)
    _access(facts, tape)
    tape.columns |= dict.fromkeys((*FUNDS, "deductible_paid"), 0)
    {"inpatient": _inpatient, "outpatient": _outpatient, "chronic": _chronic, "pharmacy": _pharmacy}[claim.care_type](
        facts, tape
    )
    if claim.care_type in ("inpatient", "chronic"):
        if facts.case.person.scheme == "resident":
            catastrophic(facts.standing, tape)
        if facts.case.person.assistance != "none":
            assistance(facts.standing, tape)
    _payment(facts, tape)


def scope(facts: Facts, tape: Tape) -> None:
    """The gross bill and its four parts: as given, or item by item with the catalogue."""
    bill = facts.case.claim.bill
    parts = _divided(facts, tape) if bill.by_items else bill.scope
    amounts = [amount for amount in (bill.items if bill.by_items else parts.values()) if amount]
    total = sum(amounts)
    tape.add(*_TITLES["total_fee"], _sum(amounts), total, column="total_fee")
    for name in SCOPE_PARTS[:-1]:
        tape.add(*_TITLES[name], "", parts[name], column=name)
    rest = " − ".join(yuan(amount) for amount in (total, *(parts[name] for name in SCOPE_PARTS[:-1])))
    tape.add(*_TITLES["in_scope"], f"{rest} = {yuan(parts['in_scope'])}", parts["in_scope"], column="in_scope")


def _divided(facts: Facts, tape: Tape) -> dict[str, int]:
    """Each item class by the catalogue: outside, above the limit, advance, each of what is left."""
    parts = dict.fromkeys(SCOPE_PARTS, 0)
    for item, amount in zip(ITEMS, facts.case.claim.bill.items, strict=True):
        left = amount
        for part, (leaf, zh, en) in _CATALOGUE.items():
            rule = tape.lookup.place(leaf, facts.catalogue_pool, item)
            portion = share(left, rule.number)
            if amount and rule.number:
                formula = f"{yuan(left)} × {rule.value} % = {yuan(portion)}"
                tape.add(f"{item}：{zh}", f"{item}: {en}", formula, portion, rule)
            parts[part] += portion
            left -= portion
        parts["in_scope"] += left
    return parts


def _access(facts: Facts, tape: Tape) -> None:
    claim, policy = facts.case.claim, facts.case.access.use
    zh, en = ("直接结算", "settled directly") if claim.path == "direct" else ("手工报销", "settled by hand")
    if policy == "filing_required" and claim.care_type == "inpatient":
        zh, en = f"{zh}，备案 {facts.filing}", f"{en}, filing {facts.filing}"
    tape.add(zh, en, f"{policy if claim.cut is None else 'claim.cut'}: − {facts.cut / 100:g} %")


def _inpatient(facts: Facts, tape: Tape) -> None:
    rule, level, used = tape.lookup.rule, facts.case.claim.hospital.level, facts.standing
    admission = AXES["admission"][min(used["discharges"], len(AXES["admission"]) - 1)]
    full, portion, floor = (
        rule("inpatient.deductible", level=level),
        rule("inpatient.deductible_share", admission=admission),
        rule("inpatient.deductible_floor", level=level),
    )
    reduced = share(full.number, portion.number)
    due = max(reduced, min(floor.number, full.number))
    number = used["discharges"] + 1
    tape.add("起付线", "deductible", yuan(full.number), full.number, full)
    formula = f"{yuan(full.number)} × {portion.value} % = {yuan(reduced)}"
    tape.add(f"当年第 {number} 次住院", f"admission {number} of the year", formula, reduced, portion)
    formula = f"max({yuan(reduced)}, min({yuan(floor.number)}, {yuan(full.number)})) = {yuan(due)}"
    tape.add("不低于最低额", "not below the floor", formula, due, floor)
    parts = (rule("inpatient.ratio", level=level), rule("inpatient.age_bonus"))
    _pooled(facts, tape, due, tape.ratio("统筹比例", "ratio of the pooled fund", facts.cut, *parts))


def _chronic(facts: Facts, tape: Tape) -> None:
    due = _yearly_deductible(tape, "chronic.deductible", facts.standing["chronic_deductible"])
    part = tape.lookup.rule("chronic.ratio", level=facts.case.claim.hospital.level)
    _pooled(facts, tape, due, tape.ratio("慢特病比例", "ratio of chronic care", facts.cut, part))


def _outpatient(facts: Facts, tape: Tape) -> None:
    due = _yearly_deductible(tape, "outpatient.deductible", facts.standing["outpatient_deductible"])
    part = tape.lookup.rule("outpatient.ratio", level=facts.case.claim.hospital.level)
    ratio = tape.ratio("门诊统筹比例", "ratio of outpatient care", facts.cut, part)
    ceiling, used = tape.lookup.rule("outpatient.ceiling"), facts.standing["outpatient_fund"]
    above = _deductible(tape, due)
    _fund(tape, "pooled_fund", above, ratio, tape.room("门诊统筹", "outpatient benefit", ceiling, used))


def _pharmacy(facts: Facts, tape: Tape) -> None:
    tape.add("药店购药，基金不支付", "a pharmacy purchase: no fund pays", "", 0)


def _yearly_deductible(tape: Tape, leaf: str, used: int) -> int:
    rule = tape.lookup.rule(leaf)
    due, formula = left_over(rule.number, used)
    tape.add("年度起付线余额", "left of the year's deductible", formula, due, rule)
    return due


def _deductible(tape: Tape, due: int) -> int:
    """The deductible paid; returns what lies above it."""
    whole = tape.columns["in_scope"]
    paid = min(due, whole)
    formula = f"min({yuan(due)}, {yuan(whole)}) = {yuan(paid)}"
    tape.add(*_TITLES["deductible_paid"], formula, paid, column="deductible_paid")
    tape.add(
        "起付线以上",
        "above the deductible",
        f"{yuan(whole)} − {yuan(paid)} = {yuan(whole - paid)}",
        whole - paid,
    )
    return whole - paid


def _pooled(facts: Facts, tape: Tape, due: int, ratio: int) -> None:
    """Deductible, pooled fund up to its ceiling, large-sum insurance beyond."""
    above = _deductible(tape, due)
    room = tape.room("统筹基金", "pooled fund", tape.lookup.rule("pooled.ceiling"), facts.standing["pooled_fund"])
    beyond = _fund(tape, "pooled_fund", above, ratio, room)
    if not beyond:
        return
    large = tape.ratio("大额比例", "ratio of large-sum insurance", facts.cut, tape.lookup.rule("large_sum.ratio"))
    ceiling, used = tape.lookup.rule("large_sum.ceiling"), facts.standing["large_sum_fund"]
    _fund(tape, "large_sum_fund", beyond, large, tape.room("大额互助", "large-sum insurance", ceiling, used))


def _fund(tape: Tape, column: str, amount: int, ratio: int, room: int) -> int:
    """What one fund pays of `amount`; returns the part beyond its ceiling."""
    inside, pays = (int(x[0]) for x in under_ceiling(*(np.array([n], np.int64) for n in (amount, ratio, room))))
    product = f"{yuan(inside)} × {ratio / 100:g} %"
    if inside < amount or pays == room < share(inside, ratio):
        whole = int(ceil_div(np.array([room * WHOLE]), np.array([ratio]))[0])
        formula = f"min({yuan(amount)}, ⌈{yuan(room)} ÷ {ratio / 100:g} %⌉ = {yuan(whole)}) = {yuan(inside)}"
        tape.add("额度内部分", "the part below the ceiling", formula, inside)
        product = f"min({product}, {yuan(room)})"
    tape.add(*_TITLES[column], f"{product} = {yuan(pays)}", pays, column=column)
    if inside < amount:
        beyond = amount - inside
        tape.add("额度以上部分", "the part beyond", f"{yuan(amount)} − {yuan(inside)} = {yuan(beyond)}", beyond)
    return amount - inside


def _payment(facts: Facts, tape: Tape) -> None:
    """Funds together, the person's part, and how it is paid."""
    case, total = facts.case, tape.columns["total_fee"]
    paid = [tape.columns[fund] for fund in FUNDS if tape.columns[fund]]
    funds = sum(paid)
    tape.add("基金支付总额", "all funds", _sum(paid), funds, column="fund_total")
    person = total - funds
    tape.add(
        "个人负担总额",
        "the person",
        f"{yuan(total)} − {yuan(funds)} = {yuan(person)}",
        person,
        column="person_total",
    )
    account = 0
    if case.person.scheme == "employee" and case.claim.path == "direct":
        account = _account(facts, tape, person, funds)
    if not facts.settles:
        tape.add("账户无余额，不构成结算", "no account, or an empty one: this is no settlement", "", 0)
        tape.columns = dict.fromkeys(tape.columns, 0)
        return
    cash = person - account
    tape.add(*_TITLES["cash"], f"{yuan(person)} − {yuan(account)} = {yuan(cash)}", cash, column="cash")
    cleared = funds + account
    formula = f"{yuan(funds)} + {yuan(account)} = {yuan(cleared)}"
    tape.add("清算金额", "crosses the border: funds and account", formula, cleared, column="cleared")


def _account(facts: Facts, tape: Tape, person: int, funds: int) -> int:
    rule, balance = tape.lookup.rule("account.pays"), facts.case.person.account
    payable = person if rule.number else tape.columns["in_scope"] - funds
    pays = min(payable, balance)
    formula = f"min({yuan(payable)}, {yuan(balance)}) = {yuan(pays)}"
    tape.add(*_TITLES["personal_account"], formula, pays, rule, column="personal_account")
    return pays


def _sum(amounts: list[int]) -> str:
    """Addends and their sum; nothing to add is 0.00."""
    if len(amounts) < 2:
        return yuan(sum(amounts))
    return f"{' + '.join(map(yuan, amounts))} = {yuan(sum(amounts))}"
