"""Who pays which layer of a claim? Basic, large-sum, catastrophic insurance, medical assistance, its tilt layer."""

from __future__ import annotations

from settlement_sim.vocabulary import AGE_BAND_FROM, AGE_BANDS, AXES

from .people import Claim, date_of, share
from .rulebook import NONE, By


def basic(claim: Claim, by: By) -> None:
    """First-pay, deductible, pooled fund by care type; then large-sum insurance."""
    if claim.need.care == "pharmacy":
        return
    money, standing = claim.money, claim.person.of_year(date_of(claim.day).year)
    money["first_pay"] = first_pay(claim, by)
    factor = by.away("factor", 10_000)
    terms = {"inpatient": inpatient, "chronic": chronic, "outpatient": outpatient}[claim.need.care]
    due, ratio, ceiling = terms(claim, by, standing)
    paid = min(due, money["in_scope"] - money["first_pay"])
    x = money["in_scope"] - money["first_pay"] - paid
    fund = "outpatient_fund" if claim.need.care == "outpatient" else "pooled_fund"
    pooled, in_layer = layer(x, share(ratio, factor) - claim.cut, ceiling - standing[fund], claim, "pooled")
    money["deductible_paid"], money["pooled_fund"] = paid, pooled
    standing[fund] += pooled
    standing[f"{claim.need.care}_deductible"] += paid
    standing["discharges"] += claim.need.care == "inpatient"
    if claim.need.care != "outpatient" and x > in_layer:
        ratio = share(by("large_sum.ratio"), factor) - claim.cut
        room = by("large_sum.ceiling") - standing["large_sum_fund"]
        money["large_sum_fund"], _ = layer(x - in_layer, ratio, room, claim, "large_sum")
        standing["large_sum_fund"] += money["large_sum_fund"]


def first_pay(claim: Claim, by: By) -> int:
    """What a person pays first away from home, by the rules that a layer goes by."""
    return share(claim.money["in_scope"], by.away("first_pay", 0))


def inpatient(claim: Claim, by: By, standing: dict[str, int]) -> tuple[int, int, int]:
    """Deductible due, ratio before factor and cut, yearly ceiling of a stay."""
    person, level = claim.person, claim.need.level
    first, admission = full(claim, by), AXES["admission"][min(standing["discharges"], 4)]
    reduced = share(first, by("inpatient.deductible_share", admission=admission))
    due = max(reduced, min(by("inpatient.deductible_floor", level=level), first))
    room = max(by("inpatient.deductible_year_most") - standing["inpatient_deductible"], 0)
    if due > room:
        claim.limits.append("deductible_year_most")
    ratio = by("inpatient.ratio", tier=person.tier, status=person.status, level=level)
    ratio += by("inpatient.age_bonus", age_band=age_band(person.age(date_of(claim.day))))
    return min(due, room), ratio, by("pooled.ceiling", tier=person.tier)


def full(claim: Claim, by: By) -> int:
    """The deductible of a first admission: away from home a fixed one, or a share of the bill, or the local one."""
    fixed, of_bill = by.away("deductible", NONE), by.away("deductible_share", 0)
    if fixed != NONE:
        return fixed
    if of_bill > 0:
        amount = max(share(claim.money["total_fee"], of_bill), by.away("deductible_least", 0))
        return min(amount, by.away("deductible_most", NONE))
    return by("inpatient.deductible", level=claim.need.level)


def chronic(claim: Claim, by: By, standing: dict[str, int]) -> tuple[int, int, int]:
    """Deductible due, ratio, yearly ceiling of chronic and special outpatient care."""
    due = max(by("chronic.deductible") - standing["chronic_deductible"], 0)
    ratio = by("chronic.ratio", status=claim.person.status, level=claim.need.level)
    return due, ratio, by("pooled.ceiling", tier=claim.person.tier)


def outpatient(claim: Claim, by: By, standing: dict[str, int]) -> tuple[int, int, int]:
    """Deductible due, ratio, yearly ceiling of ordinary outpatient care."""
    status = claim.person.status
    due = max(by("outpatient.deductible", status=status) - standing["outpatient_deductible"], 0)
    return due, by("outpatient.ratio", status=status, level=claim.need.level), by("outpatient.ceiling", status=status)


def age_band(age: int) -> str:
    """The band of an age in whole years; who is not yet born counts as an infant."""
    return [band for band, first in zip(AGE_BANDS, AGE_BAND_FROM, strict=True) if max(age, 0) >= first][-1]


def layer(x: int, ratio: int, room: int, claim: Claim, name: str) -> tuple[int, int]:
    """What a fund pays of x, and how much of x it looked at, inside the room that is left."""
    ratio, room = min(max(ratio, 0), 10_000), max(room, 0)
    if ratio == 0:
        return 0, x
    in_layer = min(x, -(-room * 10_000 // ratio))
    if in_layer < x:
        claim.limits.append(name)
    return min(share(in_layer, ratio), room), in_layer


def catastrophic(claim: Claim, by: By) -> None:
    """Residents: brackets over the movement of the year's base above the threshold."""
    if claim.person.scheme != "resident" or claim.need.care not in ("inpatient", "chronic"):
        return
    money, who = claim.money, claim.person.assistance
    standing = claim.person.of_year(date_of(claim.day).year)
    burden = money["in_scope"] - money["pooled_fund"] - money["large_sum_fund"]
    advance = money["advance_self_pay"] if by("catastrophic.base_includes_advance") else 0
    left_out = 0 if by("catastrophic.base_includes_deductible") else money["deductible_paid"]
    left_out += 0 if by("catastrophic.base_includes_advance") else first_pay(claim, by)
    base = max(burden + advance - left_out, 0)
    before, after = standing["catastrophic_base"], standing["catastrophic_base"] + base
    threshold, paid = by("catastrophic.threshold", assistance=who), 0
    if after > threshold:
        start = 0 if by("catastrophic.counts_on") else threshold
        paid = in_brackets(claim, by, max(before, threshold) - start, max(after, threshold) - start)
    room = by("catastrophic.ceiling", assistance=who) - standing["catastrophic_fund"]
    money["catastrophic_fund"] = min(capped(claim, "catastrophic", paid, room), burden + advance)
    standing["catastrophic_base"] += base
    standing["catastrophic_fund"] += money["catastrophic_fund"]


def in_brackets(claim: Claim, by: By, low: int, high: int) -> int:
    """Payments on the movement from `low` to `high`, bracket by bracket."""
    labels, paid = AXES["bracket"], 0
    starts = [0, *(by("catastrophic.bracket_from", bracket=label) for label in labels[1:])]
    for label, first, last in zip(labels, starts, [*starts[1:], None], strict=True):
        inside = (high if last is None else min(high, last)) - max(low, first)
        if inside > 0:
            paid += share(inside, by("catastrophic.ratio", assistance=claim.person.assistance, bracket=label))
            claim.limits += ["second_bracket"] if label != labels[0] else []
    return paid


def assistance(claim: Claim, by: By) -> None:
    """On what the insurances leave, above a yearly threshold; then the tilt layer on what is left of that."""
    money = claim.money
    if claim.person.assistance == "none" or claim.need.care not in ("inpatient", "chronic"):
        return
    burden = max(money["in_scope"] - money["pooled_fund"] - money["large_sum_fund"] - money["catastrophic_fund"], 0)
    for rule, fund in (("assistance", "medical_assistance"), ("tilt", "tilt_assistance")):
        paid = above_threshold(claim, by, rule, fund, burden)
        money["medical_assistance"] += paid
        burden -= paid


def above_threshold(claim: Claim, by: By, rule: str, fund: str, burden: int) -> int:
    """A share of the movement of the year's burden above a threshold, at most what is left under the ceiling."""
    who, standing = claim.person.assistance, claim.person.of_year(date_of(claim.day).year)
    before, threshold = standing[f"{rule}_base"], by(f"{rule}.threshold", assistance=who)
    moved = max(before + burden - threshold, 0) - max(before - threshold, 0)
    paid = share(moved, by(f"{rule}.ratio", assistance=who))
    paid = capped(claim, rule, paid, by(f"{rule}.ceiling", assistance=who) - standing[fund])
    standing[f"{rule}_base"] += burden
    standing[fund] += paid
    return paid


def capped(claim: Claim, name: str, paid: int, room: int) -> int:
    """A payment inside the room that is left under a yearly ceiling."""
    if paid > max(room, 0):
        claim.limits.append(name)
    return min(paid, max(room, 0))
