"""How is basic insurance written down: deductible, ratio, ceiling, and large-sum insurance beyond?"""

from __future__ import annotations

from typing import Final

import numpy as np

from settlement_sim.money import WHOLE, ceil_div, share
from settlement_sim.policies.benefit.layers import under_ceiling
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.study.facts import Facts
from settlement_sim.study.lines import TITLES, Basis, Tape, left_over, percent, yuan
from settlement_sim.vocabulary import AXES

_ADMISSIONS: Final = AXES["admission"]


def basic(facts: Facts, tape: Tape) -> None:
    """Basic insurance by care type."""
    {"inpatient": _inpatient, "outpatient": _outpatient, "chronic": _chronic, "pharmacy": _pharmacy}[
        facts.claim.care_type
    ](facts, tape)


def _inpatient(facts: Facts, tape: Tape) -> None:
    """First-pay away from home, the deductible of the admission, then the ratio by level plus age bonus."""
    rule, level = tape.lookup.rule, facts.claim.hospital.level
    payable, due = _first_pay(facts, tape), _admission_deductible(facts, tape)
    parts = (rule("inpatient.ratio", level=level), rule("inpatient.age_bonus"))
    ratio = tape.ratio("统筹比例", "ratio of the pooled fund", facts.way.cut, *parts, factor=_factor(facts, tape))
    _pooled(facts, tape, payable, due, ratio)


def _first_pay(facts: Facts, tape: Tape) -> int:
    """What is left of the in-scope amount after the person's first-pay away from home."""
    whole, rule = tape.columns["in_scope"], facts.away(tape, "away.first_pay")
    if rule is None or not rule.number:
        return whole
    first = share(whole, rule.number)
    formula = f"{yuan(whole)} × {percent(rule.number)} = {yuan(first)}"
    tape.add("异地先行自付", "first-pay away from home", formula, first, rule)
    left = whole - first
    tape.add("扣除异地先行自付后", "left after it", f"{yuan(whole)} − {yuan(first)} = {yuan(left)}", left)
    return left


def _factor(facts: Facts, tape: Tape) -> Basis | None:
    rule = facts.away(tape, "away.factor")
    return None if rule is None or rule.number == WHOLE else rule


def _admission_deductible(facts: Facts, tape: Tape) -> int:
    """The deductible due at this admission of the year."""
    rule, used = tape.lookup.rule, facts.standing
    full = _full_deductible(facts, tape)
    portion = rule("inpatient.deductible_share", admission=_ADMISSIONS[min(used["discharges"], len(_ADMISSIONS) - 1)])
    floor, most = (
        rule("inpatient.deductible_floor", level=facts.claim.hospital.level), rule("inpatient.deductible_year_most"),
    )  # fmt: skip
    reduced, number = share(full, portion.number), used["discharges"] + 1
    formula = f"{yuan(full)} × {portion.value} % = {yuan(reduced)}"
    tape.add(f"当年第 {number} 次住院", f"admission {number} of the year", formula, reduced, portion)
    due = max(reduced, min(floor.number, full))
    formula = f"max({yuan(reduced)}, min({yuan(floor.number)}, {yuan(full)})) = {yuan(due)}"
    tape.add("不低于最低额", "not below the floor", formula, due, floor)
    if most.number == NO_LIMIT:
        return due
    left, inside = left_over(most.number, used["inpatient_deductible"])
    capped = min(due, left)
    formula = f"min({yuan(due)}, {inside}) = {yuan(capped)}"
    tape.add("不超过当年累计最高额", "within what the deductibles of a year may sum to", formula, capped, most)
    return capped


def _full_deductible(facts: Facts, tape: Tape) -> int:
    """The deductible of a first admission: fixed away from home, else a share of the bill, else the local one."""
    fixed, of_bill = (facts.away(tape, f"away.{name}") for name in ("deductible", "deductible_share"))
    if fixed is not None and fixed.number != NO_LIMIT:
        tape.add("异地起付线", "deductible away from home", yuan(fixed.number), fixed.number, fixed)
        return fixed.number
    if of_bill is None or not of_bill.number:
        local = tape.lookup.rule("inpatient.deductible", level=facts.claim.hospital.level)
        tape.add("起付线", "deductible", yuan(local.number), local.number, local)
        return local.number
    least, most = (tape.lookup.rule(f"away.deductible_{end}", filing=facts.way.filing) for end in ("least", "most"))
    total = tape.columns["total_fee"]
    portion = share(total, of_bill.number)
    full = min(max(portion, least.number), most.number)
    product = f"{yuan(total)} × {percent(of_bill.number)} = {yuan(portion)}"
    tape.add("异地按比例起付线", "deductible away from home, a share of the bill", product, portion, of_bill)
    formula = f"min(max({yuan(portion)}, {yuan(least.number)}), {yuan(most.number)}) = {yuan(full)}"
    tape.add("限于上下限之内", "within its bounds", formula, full, least, most)
    return full


def _chronic(facts: Facts, tape: Tape) -> None:
    due = _yearly_deductible(tape, "chronic.deductible", facts.standing["chronic_deductible"])
    part = tape.lookup.rule("chronic.ratio", level=facts.claim.hospital.level)
    whole = tape.columns["in_scope"]
    _pooled(facts, tape, whole, due, tape.ratio("慢特病比例", "ratio of chronic care", facts.way.cut, part))


def _outpatient(facts: Facts, tape: Tape) -> None:
    due = _yearly_deductible(tape, "outpatient.deductible", facts.standing["outpatient_deductible"])
    part = tape.lookup.rule("outpatient.ratio", level=facts.claim.hospital.level)
    ratio = tape.ratio("门诊统筹比例", "ratio of outpatient care", facts.way.cut, part)
    ceiling, used = tape.lookup.rule("outpatient.ceiling"), facts.standing["outpatient_fund"]
    above = _deductible(tape, tape.columns["in_scope"], due)
    _fund(tape, "pooled_fund", above, ratio, tape.room("门诊统筹", "outpatient benefit", ceiling, used))


def _pharmacy(facts: Facts, tape: Tape) -> None:
    tape.add("药店购药，基金不支付", "a pharmacy purchase: no fund pays", "", 0)


def _yearly_deductible(tape: Tape, leaf: str, used: int) -> int:
    rule = tape.lookup.rule(leaf)
    due, formula = left_over(rule.number, used)
    tape.add("年度起付线余额", "left of the year's deductible", formula, due, rule)
    return due


def _deductible(tape: Tape, whole: int, due: int) -> int:
    """The deductible paid of `whole`; returns what lies above it."""
    paid = min(due, whole)
    formula = f"min({yuan(due)}, {yuan(whole)}) = {yuan(paid)}"
    tape.add(*TITLES["deductible_paid"], formula, paid, column="deductible_paid")
    above = whole - paid
    tape.add("起付线以上", "above the deductible", f"{yuan(whole)} − {yuan(paid)} = {yuan(above)}", above)
    return above


def _pooled(facts: Facts, tape: Tape, whole: int, due: int, ratio: int) -> None:
    """Deductible, pooled fund up to its ceiling, large-sum insurance beyond."""
    above = _deductible(tape, whole, due)
    room = tape.room("统筹基金", "pooled fund", tape.lookup.rule("pooled.ceiling"), facts.standing["pooled_fund"])
    beyond = _fund(tape, "pooled_fund", above, ratio, room)
    if not beyond:
        return
    part, factor = tape.lookup.rule("large_sum.ratio"), _factor(facts, tape)
    large = tape.ratio("大额比例", "ratio of large-sum insurance", facts.way.cut, part, factor=factor)
    ceiling, used = tape.lookup.rule("large_sum.ceiling"), facts.standing["large_sum_fund"]
    _fund(tape, "large_sum_fund", beyond, large, tape.room("大额互助", "large-sum insurance", ceiling, used))


def _fund(tape: Tape, column: str, amount: int, ratio: int, room: int) -> int:
    """What one fund pays of `amount`; returns the part beyond its ceiling."""
    inside, pays = (int(x[0]) for x in under_ceiling(*(np.array([n], np.int64) for n in (amount, ratio, room))))
    product = f"{yuan(inside)} × {percent(ratio)}"
    if inside < amount or pays == room < share(inside, ratio):
        whole = int(ceil_div(np.array([room * WHOLE]), np.array([ratio]))[0])
        formula = f"min({yuan(amount)}, ⌈{yuan(room)} ÷ {percent(ratio)}⌉ = {yuan(whole)}) = {yuan(inside)}"
        tape.add("额度内部分", "the part below the ceiling", formula, inside)
        product = f"min({product}, {yuan(room)})"
    tape.add(*TITLES[column], f"{product} = {yuan(pays)}", pays, column=column)
    if inside < amount:
        beyond = amount - inside
        tape.add("额度以上部分", "the part beyond", f"{yuan(amount)} − {yuan(inside)} = {yuan(beyond)}", beyond)
    return amount - inside
