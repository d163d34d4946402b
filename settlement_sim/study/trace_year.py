"""How are the layers that count the whole year written down: catastrophic insurance and assistance?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from settlement_sim.money import share
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.study.lines import Basis, Tape, yuan
from settlement_sim.vocabulary import AXES

_BRACKETS: Final = AXES["bracket"]


def catastrophic(standing: Mapping[str, int], tape: Tape) -> None:
    """Catastrophic insurance of residents on the year's in-scope burden."""
    burden = _burden(tape, "pooled_fund", "large_sum_fund")
    before = standing["catastrophic_base"]
    after = _year_base(tape, before, burden)
    threshold = tape.lookup.rule("catastrophic.threshold")
    comparison = f"{yuan(after)} {'>' if after > threshold.number else '≤'} {yuan(threshold.number)}"
    tape.add("大病保险起付线", "threshold of catastrophic insurance", comparison, threshold.number, threshold)
    if after <= threshold.number:
        tape.add("未超过起付线", "the threshold is not passed", "", 0, column="catastrophic_fund")
        return
    due = _brackets(tape, *_positions(tape, threshold, before, after))
    room = tape.room(
        "大病保险",
        "catastrophic insurance",
        tape.lookup.rule("catastrophic.ceiling"),
        standing["catastrophic_fund"],
    )
    pays = min(due, room, burden)
    formula = f"min({yuan(due)}, {yuan(room)}, {yuan(burden)}) = {yuan(pays)}" if pays < due else yuan(pays)
    tape.add("大病保险", "catastrophic insurance", formula, pays, column="catastrophic_fund")


def assistance(standing: Mapping[str, int], tape: Tape) -> None:
    """Medical assistance on what no insurance has paid, above the category's threshold of the year."""
    burden = _burden(tape, "pooled_fund", "large_sum_fund", "catastrophic_fund")
    before = standing["assistance_base"]
    after = before + burden
    tape.add(
        "救助年度基数",
        "the year's base of assistance",
        f"{yuan(before)} + {yuan(burden)} = {yuan(after)}",
        after,
    )
    threshold = tape.lookup.rule("assistance.threshold")
    above_after, above_before = (max(base - threshold.number, 0) for base in (after, before))
    above = above_after - above_before
    formula = " − ".join(f"max({yuan(base)} − {yuan(threshold.number)}, 0.00)" for base in (after, before))
    formula += f" = {yuan(above_after)} − {yuan(above_before)} = {yuan(above)}"
    tape.add("救助起付标准以上", "above the threshold of assistance", formula, above, threshold)
    ratio = tape.ratio("救助比例", "ratio of assistance", 0, tape.lookup.rule("assistance.ratio"))
    due = share(above, ratio)
    ceiling, used = tape.lookup.rule("assistance.ceiling"), standing["medical_assistance"]
    room = tape.room("医疗救助", "medical assistance", ceiling, used)
    pays = min(due, room)
    product = f"{yuan(above)} × {ratio / 100:g} %"
    formula = f"min({product} = {yuan(due)}, {yuan(room)})" if pays < due else product
    tape.add("医疗救助", "medical assistance", f"{formula} = {yuan(pays)}", pays, column="medical_assistance")


def _burden(tape: Tape, *funds: str) -> int:
    """What no fund has paid so far of the in-scope part."""
    amounts = [tape.columns["in_scope"], *(tape.columns[fund] for fund in funds)]
    left = amounts[0] - sum(amounts[1:])
    shown = [amounts[0], *(amount for amount in amounts[1:] if amount)]
    formula = " − ".join(map(yuan, shown)) + (f" = {yuan(left)}" if len(shown) > 1 else "")
    tape.add("政策范围内个人负担", "in-scope burden of the person", formula, left)
    return left


def _year_base(tape: Tape, before: int, burden: int) -> int:
    counted = tape.lookup.rule("catastrophic.base_includes_deductible")
    deductible = 0 if counted.number else tape.columns["deductible_paid"]
    less = "" if counted.number else f" − {yuan(deductible)}"
    after = before + burden - deductible
    formula = f"{yuan(before)} + {yuan(burden)}{less} = {yuan(after)}"
    tape.add("大病年度基数", "the year's base of catastrophic insurance", formula, after, counted)
    return after


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
