"""Who settles directly, at which tier, and for which reason? Each access policy against its rule, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.policies.access.border_local import BorderLocal
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.access.network import Network
from settlement_sim.policies.access.referral_green_channel import ReferralGreenChannel
from settlement_sim.policies.answers import DIRECT, LOCAL, MANUAL, Route
from settlement_sim.policies.base import Policy
from settlement_sim.policies.views import Needs
from settlement_sim.vocabulary import CARE_TYPES, FILINGS, LEVELS

DAY = dates.day("2024-05-06")
STAY, OUTPATIENT, CHRONIC, PHARMACY = range(4)
NONE, RESIDENT, REFERRAL, EMERGENCY, OTHER = range(5)
FAR = np.iinfo(np.int32).max
RULES: Any = None  # no access policy reads a rule


def needs(uniforms: dict[str, Any] | None = None, **columns: object) -> Needs:
    """Stays at level-2 hospitals on DAY with filings valid until that day, but for the columns given.

    `uniforms`: by purpose; whoever asks for one that is not given gets the highest draw.
    """
    made = {
        "care_type": STAY, "level": 2, "filing": NONE, "filing_until": DAY, "day": DAY, "emergency": False,
        "border": False, "neighbouring": False,
    } | columns  # fmt: skip
    drawn = uniforms or {}
    rows = max(len(np.atleast_1d(column)) for column in (*made.values(), *drawn.values()))
    made = {name: np.broadcast_to(np.asarray(value), rows) for name, value in made.items()}
    made |= {"filed": (made["filing"] > 0) & (made["filing_until"] >= DAY)}

    def uniform(purpose: str, index: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.asarray(drawn.get(purpose, 9_999)), rows)[index]

    makers = {name: lambda i, c=column: c[i] for name, column in made.items()}
    return Needs(makers, np.arange(rows), uniform)


def of_every_filing(**columns: object) -> Needs:
    return needs(filing=np.arange(len(FILINGS)), **columns)


def route(policy: Policy, of: Needs) -> Route:
    found: Route = policy.route(of, RULES)  # type: ignore[attr-defined]
    return found


def labels(policy: Policy, of: Needs) -> list[str]:
    """The reasons given, in words."""
    return [policy.reasons[code] for code in route(policy, of).reason]


def tiers(found: Route) -> list[str]:
    assert found.filing is not None
    return [FILINGS[code] for code in found.filing]


# the view that these tests put questions with -----------------------------------------------------------


def test_a_need_says_which_columns_it_has() -> None:
    with pytest.raises(AttributeError, match=r"a need has no column 'income'; it has care_type, level, filing"):
        _ = needs(filing=0).income


def test_columns_and_uniforms_of_needs_are_cut_with_their_rows() -> None:
    whole = needs({"path": np.array([5, 6, 7])}, level=np.array([1, 2, 3]))
    part = whole.take(np.array([2, 0]))
    assert (part.level.tolist(), part.uniform("path").tolist(), len(part)) == ([3, 1], [7, 5], 2)
    assert part.take(np.array([1])).level.tolist() == [1], "cut twice"


# filing_free and the manual share -----------------------------------------------------------------------


def test_without_filing_everybody_settles_directly_and_uncut() -> None:
    found = route(FilingFree(), of_every_filing())
    assert found.path.tolist() == [DIRECT] * 5 and found.cut.tolist() == [0] * 5
    assert found.filing is None, "local terms for everybody"
    assert labels(FilingFree(), of_every_filing()) == ["no_filing_asked"] * 5


@pytest.mark.parametrize("policy", [FilingFree, FilingRequired])
def test_the_manual_share_is_below_the_draw(policy: type[FilingFree | FilingRequired]) -> None:
    drawn = {"path": np.array([0, 2_299, 2_300, 9_999])}
    assert route(policy(), needs(drawn)).path.tolist() == [MANUAL, MANUAL, DIRECT, DIRECT], "23 % of stays"
    assert labels(policy(), needs(drawn))[:2] == ["by_hand"] * 2
    others = route(policy(), needs(drawn, care_type=OUTPATIENT))
    assert others.path.tolist() == [DIRECT] * 4, "0 % of other visits"
    own = policy(manual_stays=0, manual_other=100)
    assert route(own, needs(drawn)).path.tolist() == [DIRECT] * 4
    for care in (OUTPATIENT, CHRONIC, PHARMACY):
        assert route(own, needs(drawn, care_type=care)).path.tolist() == [MANUAL] * 4


def test_the_draw_of_the_manual_share_is_asked_for_once_a_share_needs_it() -> None:
    """Stays and other visits are drawn from the same purpose, each against its own share."""
    drawn = {"path": np.array([1_000, 1_000])}
    both = needs(drawn, care_type=np.array([STAY, PHARMACY]))
    assert route(FilingFree(manual_stays=10, manual_other=10), both).path.tolist() == [DIRECT, DIRECT]
    assert route(FilingFree(manual_stays=11, manual_other=10), both).path.tolist() == [MANUAL, DIRECT]
    assert route(FilingFree(manual_stays=10, manual_other=11), both).path.tolist() == [DIRECT, MANUAL]


# filing_required ----------------------------------------------------------------------------------------


def test_the_cut_of_each_filing_category() -> None:
    found = route(FilingRequired(), of_every_filing())
    assert dict(zip(FILINGS, found.cut.tolist(), strict=True)) == {
        "none": 2_000, "long_term_resident": 0, "referral": 1_000, "emergency": 1_000, "other": 2_000,
    }  # fmt: skip
    assert found.path.tolist() == [DIRECT] * 5, "who has not filed files late"
    assert labels(FilingRequired(), of_every_filing()) == [
        "filed_late", "long_term_resident", "referral", "emergency", "other",
    ]  # fmt: skip


def test_the_tier_of_each_filing_category() -> None:
    """Who files late counts as an other temporary traveller in the rules of care away from home."""
    found = route(FilingRequired(), of_every_filing())
    assert tiers(found) == ["other", "long_term_resident", "referral", "emergency", "other"]


def test_cuts_are_parameters_in_points() -> None:
    found = route(FilingRequired(cut_referral=5, cut_other="15.5"), of_every_filing())
    assert found.cut.tolist() == [1_550, 0, 500, 500, 1_550]


@pytest.mark.parametrize("care", [OUTPATIENT, CHRONIC, PHARMACY])
def test_only_stays_need_a_filing(care: int) -> None:
    policy = FilingRequired(late_filing="not_allowed")
    visits = of_every_filing(care_type=care)
    found = route(policy, visits)
    assert found.cut.tolist() == [0] * 5
    assert tiers(found) == ["long_term_resident"] * 5, "local terms"
    assert labels(policy, visits) == ["no_filing_asked"] * 5


def test_without_late_filing_who_has_not_filed_claims_by_hand() -> None:
    policy = FilingRequired(late_filing="not_allowed")
    found = route(policy, of_every_filing())
    assert found.path.tolist() == [MANUAL, DIRECT, DIRECT, DIRECT, DIRECT]
    assert labels(policy, of_every_filing())[0] == "not_filed"
    assert found.cut.tolist()[0] == 2_000 and tiers(found)[0] == "other", "by hand it is cut as well"


def test_late_filers_are_those_below_their_share() -> None:
    unfiled = needs({"late_filing": np.array([0, 7_999, 8_000, 9_999])})
    policy = FilingRequired(late_filers=80)
    assert labels(policy, unfiled) == ["filed_late"] * 2 + ["not_filed"] * 2
    assert route(policy, unfiled).path.tolist() == [DIRECT, DIRECT, MANUAL, MANUAL]
    filed = needs({"late_filing": np.array([9_999])}, filing=REFERRAL)
    assert labels(policy, filed) == ["referral"], "who has filed need not file late"


@pytest.mark.parametrize("filing", [REFERRAL, OTHER])
def test_a_filing_holds_on_its_last_day_and_not_on_the_next(filing: int) -> None:
    until = np.array([DAY - 1, DAY, DAY + 1])
    stays = needs(filing=filing, filing_until=until)
    assert labels(FilingRequired(), stays) == ["filed_late", FILINGS[filing], FILINGS[filing]]
    expected = 1_000 if filing == REFERRAL else 2_000
    assert route(FilingRequired(), stays).cut.tolist() == [2_000, expected, expected], "expired counts as none"


def test_a_longer_validity_adds_thirty_days_a_month() -> None:
    """The world's filings end after six months; nine months end 90 days later, three months 90 days earlier."""
    until = DAY + np.array([-91, -90, 0, 89, 90])
    stays = needs(filing=REFERRAL, filing_until=until)
    held = {months: labels(FilingRequired(validity=months), stays) for months in (9, 6, 3)}
    none, valid = "filed_late", "referral"
    assert held[9] == [none, valid, valid, valid, valid]
    assert held[6] == [none, none, valid, valid, valid]
    assert held[3] == [none, none, none, none, valid]


def test_a_long_term_filing_does_not_end_earlier_because_temporary_ones_do() -> None:
    stays = needs(filing=RESIDENT, filing_until=np.array([DAY - 1, DAY, FAR]))
    assert labels(FilingRequired(validity=1), stays) == ["filed_late", "long_term_resident", "long_term_resident"]
    assert labels(FilingRequired(validity=12), needs(filing=RESIDENT, filing_until=FAR)) == ["long_term_resident"]


def test_an_emergency_is_deemed_filed_but_for_long_term_residents() -> None:
    policy = FilingRequired(late_filing="not_allowed")
    found = route(policy, of_every_filing(emergency=True))
    assert labels(policy, of_every_filing(emergency=True)) == [
        "emergency", "long_term_resident", "emergency", "emergency", "emergency",
    ]  # fmt: skip
    assert found.cut.tolist() == [1_000, 0, 1_000, 1_000, 1_000]
    assert found.path.tolist() == [DIRECT] * 5, "deemed filed: nobody claims by hand for it"


def test_an_emergency_with_an_expired_filing_is_deemed_filed() -> None:
    expired = needs(filing=np.array([OTHER, RESIDENT]), filing_until=DAY - 1, emergency=True)
    assert route(FilingRequired(), expired).cut.tolist() == [1_000, 1_000]


def test_the_manual_share_comes_before_the_filing() -> None:
    drawn = needs({"path": np.array([0])}, filing=RESIDENT, filing_until=FAR)
    assert labels(FilingRequired(), drawn) == ["by_hand"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cut_referral": "10.01"}, "at most 10, the ceiling"), ({"cut_referral": 11}, "at most 10, the ceiling"),
        ({"cut_other": 21}, "at most 20, the ceiling"), ({"cut_other": -1}, "points"),
        ({"manual_stays": 101}, "percent"), ({"validity": "half a year"}, "whole number"),
        ({"late_filing": "sometimes"}, "until_discharge"),
    ],
)  # fmt: skip
def test_parameters_beyond_the_national_ceilings_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FilingRequired(**wrong)
    assert FilingRequired(cut_referral=10, cut_other=20), "the ceilings themselves are allowed"


# border_local -------------------------------------------------------------------------------------------


def at_the_border(**columns: object) -> Needs:
    """Unfiled stays: outside the border area, inside it but apart, inside and touching."""
    return needs(border=np.array([False, True, True]), neighbouring=np.array([False, False, True]), **columns)


def test_border_units_are_local_to_one_another() -> None:
    policy = BorderLocal(otherwise="filing_required")
    assert labels(policy, at_the_border()) == ["otherwise", "local", "local"]
    found = route(policy, at_the_border())
    assert found.cut.tolist() == [2_000, 0, 0]
    assert tiers(found) == ["other", "long_term_resident", "long_term_resident"], "as at home"


def test_only_units_that_touch_may_be_local() -> None:
    policy = BorderLocal(otherwise="filing_required", counts="neighbouring_units")
    assert labels(policy, at_the_border()) == ["otherwise", "otherwise", "local"]
    assert route(policy, at_the_border()).cut.tolist() == [2_000, 2_000, 0]


def test_local_stays_by_hand_are_a_share_of_their_own() -> None:
    """10 % of local stays; 23 % of the others, as the nested policy says."""
    drawn = {"path": np.array([1_500, 1_500, 500])}
    policy = BorderLocal(manual_stays=10)
    stays = at_the_border(uniforms=drawn)
    assert route(policy, stays).path.tolist() == [MANUAL, DIRECT, MANUAL]
    visits = at_the_border(uniforms=drawn, care_type=PHARMACY)
    assert route(policy, visits).path.tolist() == [DIRECT, DIRECT, DIRECT]


def test_everybody_else_goes_as_the_nested_policy_says() -> None:
    nested = {"use": "filing_required", "with": {"late_filing": "not_allowed", "cut_other": 15}}
    found = route(BorderLocal(otherwise=nested), at_the_border())
    assert (found.path.tolist(), found.cut.tolist()) == ([MANUAL, DIRECT, DIRECT], [1_500, 0, 0])
    assert route(BorderLocal(), at_the_border()).filing is None, "filing_free by default"


def test_a_nested_policy_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="did you mean 'filing_required'"):
        BorderLocal(otherwise="filing_requird")
    with pytest.raises(ValueError, match=r"filing_required with cut_other: .*at most 20"):
        BorderLocal(otherwise={"use": "filing_required", "with": {"cut_other": 30}})
    with pytest.raises(ValueError, match="a policy of slot access by name"):
        BorderLocal(otherwise={"use": "filing_free", "for": "all"})


# network ------------------------------------------------------------------------------------------------


def test_providers_below_level_2_are_not_linked_by_default() -> None:
    everywhere = needs({"network": np.array([0])}, level=np.arange(len(LEVELS)))
    assert dict(zip(LEVELS, labels(Network(), everywhere), strict=True)) == {
        "community": "not_linked", "1": "not_linked", "2": "linked", "3": "linked", "pharmacy": "linked",
    }  # fmt: skip
    assert route(Network(), everywhere).path.tolist() == [MANUAL, MANUAL, DIRECT, DIRECT, DIRECT]


@pytest.mark.parametrize(("level", "name"), [*enumerate(("community", "level_1", "level_2", "level_3", "pharmacy"))])
def test_a_share_of_each_level_is_linked(level: int, name: str) -> None:
    visits = needs({"network": np.array([0, 2_999, 3_000, 9_999])}, level=level)
    policy = Network(**({"level_2": 0, "level_3": 0, "pharmacy": 0} | {name: 30}))
    assert labels(policy, visits) == ["linked", "linked", "not_linked", "not_linked"]
    other = needs({"network": np.array([0])}, level=(level + 1) % 5)
    assert labels(policy, other) == ["not_linked"], "another level has another share"


def test_all_are_linked_at_100_percent_and_none_at_0() -> None:
    visits = needs({"network": np.array([0, 9_999])}, level=3)
    assert labels(Network(level_3=100), visits) == ["linked", "linked"]
    assert labels(Network(level_3=0), visits) == ["not_linked", "not_linked"]


def test_at_linked_providers_the_nested_policy_decides() -> None:
    visits = needs({"network": np.array([0, 9_999]), "path": np.array([0, 9_999])}, level=3)
    by_hand = route(Network(), visits)
    assert by_hand.path.tolist() == [MANUAL, DIRECT], "23 % by hand at linked ones"
    required = route(Network(level_3=50, otherwise="filing_required"), visits)
    assert (required.cut.tolist(), tiers(required)) == ([2_000, 2_000], ["other", "other"])
    assert required.path.tolist() == [MANUAL, MANUAL]


# referral_green_channel ---------------------------------------------------------------------------------


def test_referred_stays_go_through_and_all_others_do_not() -> None:
    policy = ReferralGreenChannel()
    assert labels(policy, of_every_filing()) == [
        "otherwise", "otherwise", "green_channel", "otherwise", "otherwise",
    ]  # fmt: skip
    found = route(policy, of_every_filing())
    assert found.cut.tolist() == [2_000, 0, 0, 1_000, 2_000]
    assert tiers(found)[REFERRAL] == FILINGS[LOCAL]


def test_a_referral_is_direct_although_its_draw_is_by_hand() -> None:
    drawn = needs({"path": np.array([0, 0])}, filing=np.array([REFERRAL, OTHER]))
    assert route(ReferralGreenChannel(), drawn).path.tolist() == [DIRECT, MANUAL]


@pytest.mark.parametrize(
    ("from_level", "green"),
    [("1", [False, True, True, True, False]), ("2", [False, False, True, True, False]),
     ("3", [False, False, False, True, False])],
)  # fmt: skip
def test_hospitals_of_a_level_and_above_receive_referrals(from_level: str, green: list[bool]) -> None:
    stays = needs(filing=REFERRAL, level=np.arange(len(LEVELS)))
    found = labels(ReferralGreenChannel(from_level=from_level), stays)
    assert [reason == "green_channel" for reason in found] == green


def test_an_expired_referral_and_other_care_are_no_referred_stay() -> None:
    expired = needs(filing=REFERRAL, filing_until=np.array([DAY - 1, DAY]))
    assert labels(ReferralGreenChannel(), expired) == ["otherwise", "green_channel"]
    for care in (OUTPATIENT, CHRONIC, PHARMACY):
        assert labels(ReferralGreenChannel(), needs(filing=REFERRAL, care_type=care)) == ["otherwise"], CARE_TYPES[care]


def test_a_green_channel_may_cost_points_up_to_the_ceiling_of_referrals() -> None:
    assert route(ReferralGreenChannel(cut=5), needs(filing=REFERRAL)).cut.tolist() == [500]
    with pytest.raises(ValueError, match="at most 10, the ceiling"):
        ReferralGreenChannel(cut=11)
