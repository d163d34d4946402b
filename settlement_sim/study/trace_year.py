"""How are the layers that count the whole year written down: catastrophic insurance and assistance?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from settlement_sim.money import share
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.study.facts import Facts
from settlement_sim.study.lines import Basis, Tape, percent, yuan
from settlement_sim.vocabulary import AXES

_BRACKETS: Final = AXES["bracket"]
#: Care types that the layers above basic insurance look at.
_COVERED: Final = ("inpatient", "chronic")


@dataclass(frozen=True)
class _Layer:
    """A layer of assistance: its rules, its columns of standing, its name."""

    rule: str
    base: str
    fund: str
    zh: str
    en: str


_ASSISTANCE: Final = _Layer("assistance", "assistance_base", "medical_assistance", "医疗救助", "assistance")
_TILT: Final = _Layer("tilt", "tilt_base", "tilt_assistance", "倾斜救助", "the tilt layer")


def catastrophic(facts: Facts, tape: Tape) -> None:
    """Catastrophic insurance of residents on the year's in-scope burden."""
    if facts.person.scheme != "resident" or facts.claim.care_type not in _COVERED:
        return
    standing, burden = facts.standing, _burden(tape, "pooled_fund", "large_sum_fund")
    advance = _paid_first(facts, tape)
    before = standing["catastrophic_base"]
    after = _year_base(tape, before, burden, advance)
    threshold = tape.lookup.rule("catastrophic.threshold")
    comparison = f"{yuan(after)} {'>' if after > threshold.number else '≤'} {yuan(threshold.number)}"
    tape.add("大病保险起付线", "threshold of catastrophic insurance", comparison, threshold.number, threshold)
    if after <= threshold.number:
        tape.add("未超过起付线", "the threshold is not passed", "", 0, column="catastrophic_fund")
        return
    due = _brackets(tape, *_positions(tape, threshold, before, after))
    ceiling, used = tape.lookup.rule("catastrophic.ceiling"), standing["catastrophic_fund"]
    room = tape.room("大病保险", "catastrophic insurance", ceiling, used)
    left = burden + max(advance, 0)
    pays = min(due, room, left)
    formula = f"min({yuan(due)}, {yuan(room)}, {yuan(left)}) = {yuan(pays)}" if pays < due else yuan(pays)
    tape.add("大病保险", "catastrophic insurance", formula, pays, column="catastrophic_fund")


def _paid_first(facts: Facts, tape: Tape) -> int:
    """What a person pays first: advance self-pay that the base includes, or first-pay that leaves it (negative)."""
    included = tape.lookup.rule("catastrophic.base_includes_advance")
    advance = tape.columns["advance_self_pay"]
    if included.number:
        tape.add("计入大病基数的先行自付", "advance self-pay in the base", yuan(advance), advance, included)
        return advance
    first_pay = facts.away(tape, "away.first_pay")
    if first_pay is None or not first_pay.number:
        return 0
    first = share(tape.columns["in_scope"], first_pay.number)
    tape.add(
        "不计入大病基数的异地先行自付",
        "first-pay away from home outside the base",
        yuan(first),
        first,
        included,
        first_pay,
    )
    return -first


def _year_base(tape: Tape, before: int, burden: int, advance: int) -> int:
    """The year's base after the claim."""
    counted = tape.lookup.rule("catastrophic.base_includes_deductible")
    deductible = 0 if counted.number else tape.columns["deductible_paid"]
    parts = [(burden, "+"), (abs(advance), "+" if advance > 0 else "−"), (deductible, "−")]
    shown = " ".join(f"{sign} {yuan(amount)}" for amount, sign in parts[:1] + [part for part in parts[1:] if part[0]])
    counts = max(burden + advance - deductible, 0)
    after = before + counts
    if counts != burden + advance - deductible:
        shown = "+ 0.00"
    tape.add(
        "大病年度基数",
        "the year's base of catastrophic insurance",
        f"{yuan(before)} {shown} = {yuan(after)}",
        after,
        counted,
    )
    return after


def assistance(facts: Facts, tape: Tape) -> None:
    """Medical assistance on what no insurance has paid, and its tilt layer on what is left then."""
    if facts.person.assistance == "none" or facts.claim.care_type not in _COVERED:
        return
    burden = max(_burden(tape, "pooled_fund", "large_sum_fund", "catastrophic_fund"), 0)
    pays = _above_threshold(facts.standing, tape, _ASSISTANCE, burden)
    if not tape.lookup.rule("tilt.ratio").number:
        tape.add("医疗救助", "medical assistance", yuan(pays), pays, column="medical_assistance")
        return
    left = burden - pays
    tape.add("救助后剩余", "left after assistance", f"{yuan(burden)} − {yuan(pays)} = {yuan(left)}", left)
    more = _above_threshold(facts.standing, tape, _TILT, left)
    formula = f"{yuan(pays)} + {yuan(more)} = {yuan(pays + more)}"
    tape.add(
        "医疗救助（含倾斜救助）",
        "medical assistance with its tilt layer",
        formula,
        pays + more,
        column="medical_assistance",
    )


def _above_threshold(standing: Mapping[str, int], tape: Tape, layer: _Layer, amount: int) -> int:
    """What a layer pays: a share of the year's amount above its threshold, up to its yearly ceiling."""
    before, after = standing[layer.base], standing[layer.base] + amount
    formula = f"{yuan(before)} + {yuan(amount)} = {yuan(after)}"
    tape.add(f"{layer.zh}年度基数", f"the year's base of {layer.en}", formula, after)
    threshold = tape.lookup.rule(f"{layer.rule}.threshold")
    above_after, above_before = (max(base - threshold.number, 0) for base in (after, before))
    above = above_after - above_before
    formula = " − ".join(f"max({yuan(base)} − {yuan(threshold.number)}, 0.00)" for base in (after, before))
    formula += f" = {yuan(above_after)} − {yuan(above_before)} = {yuan(above)}"
    tape.add(f"{layer.zh}起付标准以上", f"above the threshold of {layer.en}", formula, above, threshold)
    ratio = tape.ratio(f"{layer.zh}比例", f"ratio of {layer.en}", 0, tape.lookup.rule(f"{layer.rule}.ratio"))
    due = share(above, ratio)
    room = tape.room(layer.zh, layer.en, tape.lookup.rule(f"{layer.rule}.ceiling"), standing[layer.fund])
    pays = min(due, room)
    product = f"{yuan(above)} × {percent(ratio)}"
    formula = f"min({product} = {yuan(due)}, {yuan(room)})" if pays < due else product
    tape.add(f"{layer.zh}支付", f"{layer.en} pays", f"{formula} = {yuan(pays)}", pays)
    return pays


def _burden(tape: Tape, *funds: str) -> int:
    """What no fund has paid so far of the in-scope part."""
    amounts = [tape.columns["in_scope"], *(tape.columns[fund] for fund in funds)]
    left = amounts[0] - sum(amounts[1:])
    shown = [amounts[0], *(amount for amount in amounts[1:] if amount)]
    formula = " − ".join(map(yuan, shown)) + (f" = {yuan(left)}" if len(shown) > 1 else "")
    tape.add("政策范围内个人负担", "in-scope burden of the person", formula, left)
    return left


def _positions(tape: Tape, threshold: Basis, before: int, after: int) -> tuple[int, int]:
    """From where to where this claim moves, counted as the brackets count."""
    counts_on = tape.lookup.rule("catastrophic.counts_on")
    shift = 0 if counts_on.number else threshold.number
    start, end = max(before, threshold.number) - shift, after - shift
    formula = f"{yuan(start)} → {yuan(end)}"
    tape.add("分段起止", "moves through the brackets from → to", formula, end - start, counts_on)
    return start, end


def _brackets(tape: Tape, start: int, end: int) -> int:
    """One line for each bracket the claim moves through; returns their sum."""
    bounds = [tape.lookup.rule("catastrophic.bracket_from", bracket=bracket) for bracket in _BRACKETS]
    lower = [0, *(bound.number for bound in bounds[1:])]
    due = 0
    for index, bracket in enumerate(_BRACKETS):
        upper = lower[index + 1] if index + 1 < len(lower) else NO_LIMIT
        inside = min(end, upper) - max(start, lower[index])
        if inside <= 0:
            continue
        ratio = tape.lookup.rule("catastrophic.ratio", bracket=bracket)
        pays = share(inside, ratio.number)
        formula = f"{yuan(inside)} × {ratio.value} % = {yuan(pays)}"
        tape.add(f"第 {bracket} 段", f"bracket {bracket}", formula, pays, bounds[index], ratio)
        due += pays
    return due
