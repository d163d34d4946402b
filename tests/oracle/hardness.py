"""What was met in a small world, how often, and how often should it have been? An easy world proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .access import LOCAL
from .compare import Both
from .needs import open_beds
from .people import DAY, FUNDS, Claim, date_of
from .policies import Policy

TURN = 365 * DAY
SLOTS = ("catalogue", "basic", "catastrophic", "assistance", "channel", "clearing")
EVERYWHERE = {"settle": 2_000, "waited": 100, "absorbed": 500, "over capacity": 20} | dict.fromkeys(
    ("pooled_fund pays", "personal_account pays", "year crossed", "by hand of last year"), 5
)
#: How often each world should have met what it is there for.
WANTED: dict[str, dict[str, int]] = {
    "plain": {
        "clearing prepaid_monthly_gross": 2_000, "waited for money": 1,
        "seen ten times": 200, "waited": 400, "year crossed": 50, "by hand of last year": 20, "access filing_free": 500,
        "access filing_required": 500, "filed late": 50, "bed that opens": 50, "closings": 50, "waiting": 25,
        "emergency where no bed is open": 1, "stay where no bed was open": 10, "pooled reached": 10,
        "second_bracket reached": 10, "empty accounts": 50, "large_sum_fund pays": 10, "catastrophic_fund pays": 50,
        "medical_assistance pays": 50,
    },
    "tied": {
        "clearing bilateral_net": 2_000, "netted": 1,
        "large_sum reached": 10, "catastrophic reached": 10, "assistance reached": 5, "pooled reached": 10,
        "seen at the moment of discharge": 20, "arrivals at once": 50,
    },
    "access": {
        "clearing half_monthly": 2_000,
        "access border_local": 500, "access network": 500, "access referral_green_channel": 500, "reverse": 100,
        "border_area": 20, "neighbouring_units": 10, "green channel": 20, "not linked": 100, "filed late": 20,
        "not filed": 20, "cut by filing other": 50, "cut by filing emergency": 10, "cut by filing referral": 5,
        "refused": 20, "waited at the desk": 50, "paid after the festival": 3, "basket_cap reached": 10,
        "resident's filing expired": 10,
    },
    "channels": {
        "clearing multilateral_net": 2_000, "payer late": 1, "through the centre": 1, "cut by a cap": 1,
        "channel direct": 300, "channel manual": 300, "channel treat_first_pay_later": 300, "reverse": 50,
        "claimed later": 25, "unpaid": 25, "deposit": 200, "no deposit": 50,
        "manual pharmacy": 20, "waited at the desk": 100, "refused": 3,
    },
    "catalogues": {
        "clearing daily_net": 2_000, "netted": 1,
        "catalogue insured_place": 300, "catalogue mutual": 300, "catalogue care_place": 300, "basic care_place": 300,
        "basic insured_place": 300, "catastrophic care_place": 300, "catastrophic none": 50, "assistance none": 300,
        "catastrophic insured_place": 20, "catastrophic_fund pays": 20, "medical_assistance pays": 20,
        "large_sum_fund pays": 10,
    },
    "benefits": {
        "clearing bilateral_net": 500, "clearing prepaid_monthly_gross": 200, "advance": 1, "netted": 1,
        "first_pay": 200, "deductible_year_most reached": 20, "assistance reached": 10, "tilt reached": 10,
        "district of its own": 20, "catastrophic_fund pays": 20, "large_sum_fund pays": 10,
        "advance in the base": 20,
    },
    "demand": {"clearing real_time_gross": 2_000, "not_listed": 50, "turned_away": 300, "later_five": 20},
}  # fmt: skip


def met(both: Both) -> Counter[str]:
    """How often everything was met."""
    model, claims = both.oracle, both.claims
    found = Counter(event for event, _, _ in model.rows)
    found.update(what for claim in claims for what in _of_claim(both, claim))
    found.update(model.books.funds.met)
    found.update({name.replace("_", " "): number for name, number in model.counts.items()})
    for (reason, *_), (needs, _) in model.books.home.items():
        found[reason] += needs
    found["refused"] = model.counts["reversals_refused"]
    visits = Counter(claim.person.row for claim in claims)
    found["seen ten times"] = sum(number >= 10 for number in visits.values())
    found.update(_ties(claims))
    found.update(_beds(both))
    return found


def _of_claim(both: Both, claim: Claim) -> Iterator[str]:
    policies, person, need = both.oracle.policies, claim.person, claim.need
    yield claim.why
    yield from (f"{name} reached" for name in claim.limits)
    yield from (f"{name} pays" for name in (*FUNDS, "personal_account") if claim.money[name])
    yield from (f"{slot} {policies(slot, person.group, date_of(claim.day)).name}" for slot in SLOTS)
    yield from _nested(policies("access", person.group, date_of(need.moment // DAY)))
    channel = policies("channel", person.group, date_of(claim.day))
    for what, holds in {
        "year crossed": claim.admitted < TURN <= claim.discharged,
        "by hand of last year": claim.by_hand and claim.discharged < TURN <= claim.settled * DAY,
        f"cut by filing {claim.filing}": claim.cut > 0,
        "resident's filing expired": claim.cut > 0 and person.filing == LOCAL,
        "first_pay": claim.money["first_pay"] > 0,
        "advance in the base": claim.added["catastrophic_base"] > claim.money["in_scope"] - claim.money["pooled_fund"],
        "claimed later": claim.later > 0,
        "unpaid": claim.unpaid > 0,
        "deposit": claim.deposit > 0,
        "no deposit": need.care == "inpatient" and not claim.by_hand and not claim.deposit,
        "manual pharmacy": claim.by_hand and need.care == "pharmacy",
        "waited at the desk": claim.by_hand and claim.settled - claim.day > both.oracle.terms.delay_days + 14,
        "paid after the festival": claim.by_hand and claim.settled == both.oracle.terms.working_days_after(404, 1),
        "basket_cap reached": not claim.by_hand and need.care == "pharmacy"
        and claim.money["personal_account"] == channel.parameters.get("basket_cap"),
        "district of its own": need.care == "inpatient" and person.assistance != "none"
        and person.unit in both.prepared.book.districts,
        need.disease_group: need.care == "chronic",
    }.items():  # fmt: skip
        if holds:
            yield what


def _nested(policy: Policy) -> Iterator[str]:
    """An access policy and those inside its parameters."""
    yield f"access {policy.name}"
    if "otherwise" in policy.parameters:
        yield from _nested(policy["otherwise"])


def _ties(claims: list[Claim]) -> dict[str, int]:
    stays = [claim for claim in claims if claim.need.care == "inpatient"]
    left = {(claim.person.row, claim.discharged) for claim in stays}
    together = Counter((claim.need.provider, claim.need.moment) for claim in stays)
    return {
        "seen at the moment of discharge": sum((c.person.row, c.need.moment) in left for c in claims),
        "arrivals at once": sum(number > 1 for number in together.values()),
    }


def _beds(both: Both) -> Counter[str]:
    """Capacity that changed while people waited."""
    beds, first = open_beds(both.prepared), both.prepared.plan.warm_up
    found: Counter[str] = Counter()
    for claim in (claim for claim in both.claims if claim.need.care == "inpatient"):
        number, waited = claim.admitted // DAY - first, claim.admitted > claim.need.moment
        today, yesterday = (beds[claim.need.provider][max(day, 0)] for day in (number, number - 1))
        found["bed that opens"] += waited and claim.admitted % DAY == 0 and today > yesterday
        if not beds[claim.need.provider][claim.need.moment // DAY - first]:
            found["emergency where no bed is open" if claim.need.emergency else "stay where no bed was open"] += 1
    return found
