"""Does a need settle directly or by hand, with which cut, by which filing? And does it go at all on these terms?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .people import DAY, Need, Person, share
from .policies import Policy

#: The filing category with the terms of home.
LOCAL = "long_term_resident"
LINKED = {"community": "community", "1": "level_1", "2": "level_2", "3": "level_3", "pharmacy": "pharmacy"}


class Route(NamedTuple):
    """Path, points off the ratio in 1/10,000, filing category; `why` says what was special, for the tests."""

    by_hand: bool
    cut: int
    filing: str
    why: str = ""


@dataclass(frozen=True)
class Border:
    """Units of the border area, and pairs of units that touch."""

    area: frozenset[str]
    touching: frozenset[frozenset[str]]

    def local(self, counts: str, home: str, care: str) -> bool:
        """Whether two units are local to one another."""
        if counts == "neighbouring_units":
            return frozenset((home, care)) in self.touching
        return {home, care} <= self.area


def route(policy: Policy, need: Need, person: Person, border: Border) -> Route:
    """The answer of an access policy on the day on which a need is born."""
    if policy.name == "filing_free":
        return Route(below(policy, need), 0, LOCAL)
    if policy.name == "filing_required":
        return filing_required(policy, need, person)
    rest = route(policy["otherwise"], need, person, border)
    if policy.name == "network":
        linked = need.uniforms["network"] < policy[LINKED[need.level]]
        return rest if linked else rest._replace(by_hand=True, why="not linked")
    if policy.name == "border_local" and border.local(policy["counts"], person.unit, need.care_unit):
        stay = need.care == "inpatient"
        return Route(stay and need.uniforms["path"] < policy["manual_stays"], 0, LOCAL, policy["counts"])
    if policy.name == "referral_green_channel" and green(policy, need, person):
        return Route(False, policy["cut"], LOCAL, "green channel")
    return rest


def below(policy: Policy, need: Need) -> bool:
    """Whether a need falls into the share that settles by hand whatever the rule."""
    return bool(need.uniforms["path"] < policy["manual_stays" if need.care == "inpatient" else "manual_other"])


def filing_required(policy: Policy, need: Need, person: Person) -> Route:
    """Stays need a filing; other visits do not."""
    by_hand = below(policy, need)
    if need.care != "inpatient":
        return Route(by_hand, 0, LOCAL)
    filing = counting(policy, need, person)
    cut = {LOCAL: 0, "referral": policy["cut_referral"], "emergency": policy["cut_referral"]}
    late = policy["late_filing"] == "until_discharge" and need.uniforms["late_filing"] < policy["late_filers"]
    if filing == "none":
        return Route(by_hand or not late, policy["cut_other"], "other", "filed late" if late else "not filed")
    return Route(by_hand, cut.get(filing, policy["cut_other"]), filing)


def counting(policy: Policy, need: Need, person: Person) -> str:
    """The filing category that counts on the day of the need."""
    day, longer = need.moment // DAY, (policy["validity"] - 6) * 30
    until = person.filing_until + (0 if person.filing == LOCAL else longer)
    filing = person.filing if day <= until else "none"
    return "emergency" if need.emergency and filing != LOCAL else filing


def green(policy: Policy, need: Need, person: Person) -> bool:
    """Whether a stay goes through the green channel of referrals."""
    referred = person.filing == "referral" and need.moment // DAY <= person.filing_until
    hospital = need.level in ("1", "2", "3") and need.level >= policy["from_level"]
    return need.care == "inpatient" and referred and hospital


def goes(need: Need, found: Route, response: dict[str, int], potential: int) -> bool:
    """Whether a need goes on these terms; an emergency is judged as a direct visit without a cut."""
    by_hand, cut = (False, 0) if need.emergency else (found.by_hand, found.cut)
    attraction = 10_000 - response["manual_deterrence"] if by_hand else 10_000 + response["direct_gain"]
    attraction = max(0, attraction - share(cut, response["elasticity"]))
    return need.acceptance * potential < attraction * 2**32
