"""One claim, line by line as `docs/model.md` has it, in plain integers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from settlement_sim.vocabulary import AGE_BAND_FROM, AGE_BANDS, AXES, ITEMS

from .people import Need, Person
from .rulebook import Rules

FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")


def share(amount: int, ratio: int) -> int:
    """`ratio`/10,000 of an amount, half up."""
    whole, rest = divmod(amount * ratio, 10_000)
    return whole + (rest >= 5_000)


@dataclass
class Case:
    """A claim under adjudication: whose, by which rules, in which year, and what has been found so far."""

    need: Need
    person: Person
    cut: int  # points
    by_hand: bool
    date: dt.date
    rules: Rules

    def __post_init__(self) -> None:
        self.standing = self.person.of_year(self.date.year)
        self.money: dict[str, int] = dict.fromkeys((*FUNDS, "deductible_paid", "personal_account"), 0)
        self.limits: list[str] = []
        self.above = 0

    def rule(self, name: str, **axes: str) -> int:
        """A rule of the insured place on the day of discharge."""
        return self.rules(name, self.person.pool, self.person.scheme, self.date, **axes)

    @property
    def funds(self) -> int:
        """All funds together, so far."""
        return sum(self.money[fund] for fund in FUNDS)


def adjudicate(case: Case) -> bool:
    """Split a claim into its payers and add to the person's standing; False if it is no settlement."""
    if case.need.care == "pharmacy" and case.person.scheme == "employee" and case.person.account == 0:
        return False
    bill_and_scope(case)
    basic_layer(case)
    if case.need.care in ("inpatient", "chronic"):
        large_sum(case)
        burden = case.money["in_scope"] - case.money["pooled_fund"] - case.money["large_sum_fund"]
        if case.person.scheme == "resident":
            catastrophic(case, burden)
        if case.person.assistance != "none":
            assistance(case, burden - case.money["catastrophic_fund"])
    payment(case)
    return True


def bill_and_scope(case: Case) -> None:
    """Items by cumulative rounding, each cut by the catalogue of the care place (by hand: insured place)."""
    total, place = case.need.total_fee, case.person.pool if case.by_hand else case.need.care_pool
    bounds = [0, *(share(total, c) for c in case.need.cumulative_shares), total]
    sums = dict.fromkeys(("outside_scope", "above_price_limit", "advance_self_pay"), 0)
    for item, (low, high) in zip(ITEMS, pairwise(bounds), strict=True):
        outside_percent, above_percent, advance_percent = (
            case.rules.of_place(f"catalogue.{part}", place, case.date, item=item)
            for part in ("outside", "above_limit", "advance")
        )
        outside = share(high - low, outside_percent)
        above = share(high - low - outside, above_percent)
        sums["outside_scope"] += outside
        sums["above_price_limit"] += above
        sums["advance_self_pay"] += share(high - low - outside - above, advance_percent)
    case.money |= {"total_fee": total, **sums, "in_scope": total - sum(sums.values())}


def basic_layer(case: Case) -> None:
    """The pooled fund of the insured place, by care type."""
    if case.need.care == "pharmacy":
        return
    due, ratio, room = {"inpatient": inpatient, "chronic": chronic, "outpatient": outpatient}[case.need.care](case)
    in_scope, standing = case.money["in_scope"], case.standing
    paid = min(due, in_scope)
    pooled, in_layer = layer(in_scope - paid, ratio - 100 * case.cut, room, case, "pooled")
    case.money["deductible_paid"], case.money["pooled_fund"] = paid, pooled
    case.above = in_scope - paid - in_layer
    if case.need.care == "outpatient":
        standing["outpatient_deductible"] += paid
        standing["outpatient_fund"] += pooled
        return
    standing["pooled_fund"] += pooled
    if case.need.care == "inpatient":
        standing["discharges"] += 1
    else:
        standing["chronic_deductible"] += paid


def inpatient(case: Case) -> tuple[int, int, int]:
    """Deductible due, ratio before the cut, room of a stay."""
    person, level = case.person, case.need.level
    before = AXES["admission"][min(case.standing["discharges"], 4)]
    first = case.rule("inpatient.deductible", level=level)
    reduced = share(first, case.rule("inpatient.deductible_share", admission=before))
    due = max(reduced, min(case.rule("inpatient.deductible_floor", level=level), first))
    ratio = case.rule("inpatient.ratio", tier=person.tier, status=person.status, level=level)
    ratio += case.rule("inpatient.age_bonus", age_band=age_band(person.age(case.date)))
    return due, ratio, ceiling(case)


def chronic(case: Case) -> tuple[int, int, int]:
    """Deductible due, ratio, room of chronic and special outpatient care."""
    due = max(case.rule("chronic.deductible") - case.standing["chronic_deductible"], 0)
    return due, case.rule("chronic.ratio", status=case.person.status, level=case.need.level), ceiling(case)


def outpatient(case: Case) -> tuple[int, int, int]:
    """Deductible due, ratio, room of ordinary outpatient care."""
    status = case.person.status
    due = max(case.rule("outpatient.deductible", status=status) - case.standing["outpatient_deductible"], 0)
    room = case.rule("outpatient.ceiling", status=status) - case.standing["outpatient_fund"]
    return due, case.rule("outpatient.ratio", status=status, level=case.need.level), room


def ceiling(case: Case) -> int:
    """Room below the yearly ceiling of the pooled fund."""
    return case.rule("pooled.ceiling", tier=case.person.tier) - case.standing["pooled_fund"]


def age_band(age: int) -> str:
    """The band of an age in whole years."""
    # Who is born in 2024 counts as an infant in the months of the warm-up before.
    return [band for band, first in zip(AGE_BANDS, AGE_BAND_FROM, strict=True) if max(age, 0) >= first][-1]


def layer(x: int, ratio: int, room: int, case: Case, name: str) -> tuple[int, int]:
    """What a fund pays of x, and how much of x it looked at, inside the room that is left."""
    ratio, room = min(max(ratio, 0), 10_000), max(room, 0)
    if ratio == 0:
        return 0, x
    in_layer = min(x, -(-room * 10_000 // ratio))
    if in_layer < x:
        case.limits.append(name)
    return min(share(in_layer, ratio), room), in_layer


def large_sum(case: Case) -> None:
    """On what lies above the layer of the pooled fund."""
    if case.above <= 0:
        return
    room = case.rule("large_sum.ceiling") - case.standing["large_sum_fund"]
    paid, _ = layer(case.above, case.rule("large_sum.ratio") - 100 * case.cut, room, case, "large_sum")
    case.money["large_sum_fund"] = paid
    case.standing["large_sum_fund"] += paid


def catastrophic(case: Case, burden: int) -> None:
    """Brackets over the movement of the year's base above the threshold."""
    who, standing = case.person.assistance, case.standing
    includes = case.rule("catastrophic.base_includes_deductible")
    base = burden if includes else burden - case.money["deductible_paid"]
    before, after = standing["catastrophic_base"], standing["catastrophic_base"] + base
    threshold, paid = case.rule("catastrophic.threshold", assistance=who), 0
    if after > threshold:
        start = 0 if case.rule("catastrophic.counts_on") else threshold
        low, high = max(before, threshold) - start, max(after, threshold) - start
        paid = in_brackets(case, low, high)
    room = max(case.rule("catastrophic.ceiling", assistance=who) - standing["catastrophic_fund"], 0)
    if paid > room:
        case.limits.append("catastrophic")
    paid = min(paid, room, burden)
    case.money["catastrophic_fund"] = paid
    standing["catastrophic_base"] += base
    standing["catastrophic_fund"] += paid


def in_brackets(case: Case, low: int, high: int) -> int:
    """Payments on the movement from `low` to `high`, bracket by bracket."""
    labels, paid = AXES["bracket"], 0
    starts = [0, *(case.rule("catastrophic.bracket_from", bracket=label) for label in labels[1:])]
    for label, first, last in zip(labels, starts, [*starts[1:], None], strict=True):
        inside = (high if last is None else min(high, last)) - max(low, first)
        if inside > 0:
            ratio = case.rule("catastrophic.ratio", assistance=case.person.assistance, bracket=label)
            paid += share(inside, ratio)
            case.limits += ["second_bracket"] if label != labels[0] else []
    return paid


def assistance(case: Case, burden: int) -> None:
    """On what is left of the burden, above a yearly threshold."""
    who, standing = case.person.assistance, case.standing
    threshold = case.rule("assistance.threshold", assistance=who)
    before, after = standing["assistance_base"], standing["assistance_base"] + burden
    moved = max(after - threshold, 0) - max(before - threshold, 0)
    paid = share(moved, case.rule("assistance.ratio", assistance=who))
    room = max(case.rule("assistance.ceiling", assistance=who) - standing["medical_assistance"], 0)
    if paid > room:
        case.limits.append("assistance")
    paid = min(paid, room)
    case.money["medical_assistance"] = paid
    standing["assistance_base"] += burden
    standing["medical_assistance"] += paid


def payment(case: Case) -> None:
    """The personal account of employees, then cash; by hand the account pays nothing."""
    money, person = case.money, case.person
    person_total = money["total_fee"] - case.funds
    if person.scheme == "employee" and not case.by_hand:
        whole = case.rule("account.pays") == 1
        may_pay = person_total if whole else money["in_scope"] - case.funds
        money["personal_account"] = min(may_pay, person.account)
        person.account -= money["personal_account"]
    money["cash"] = person_total - money["personal_account"]
