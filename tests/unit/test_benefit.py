"""Every variant of the benefit rules on bills worked by hand (yuan in the comments, fen in the code)."""

from dataclasses import dataclass

import numpy as np
import pytest
from bills import INSURED_PLACE, Split, Year, split, variant

from settlement_sim import dates
from settlement_sim.policies.answers import LOCAL
from settlement_sim.policies.benefit.care_place import CarePlaceBasic, CarePlaceCatastrophic
from settlement_sim.policies.benefit.none import NoAssistance, NoCatastrophic
from settlement_sim.policies.views import Claims
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.vocabulary import (
    AGE_BANDS,
    ASSISTANCE,
    CARE_TYPES,
    FILINGS,
    LEVELS,
    POOLS,
    SCHEMES,
    STATUSES,
    TIERS,
)

DAY = dates.day("2024-05-15")
UNITS = ("wanzhou", "yubei")
PACKAGED = RuleBook.load()


@dataclass(frozen=True)
class Bill:
    """One claim; by default an active employee of Chongqing in a level-3 hospital, 10,000.00 in scope."""

    in_scope: int = 1_000_000
    advance: int = 0
    outside: int = 0
    care: str = "inpatient"
    level: str = "3"
    pool: str = "chongqing"
    scheme: str = "employee"
    tier: str = "none"
    status: str = "active"
    assistance: str = "none"
    band: str = "18-49"
    filing: str = "long_term_resident"
    cut: int = 0
    care_pool: str = "chengdu"
    unit: str = "wanzhou"


RESIDENT = {"scheme": "resident", "tier": "1", "status": "adult"}


def worked(
    book: RuleBook, bill: Bill, *, layers: tuple[object, ...] = INSURED_PLACE, **used: int
) -> tuple[dict[str, int], dict[str, int]]:
    """What a bill pays by column, and the year after it."""

    def code(labels: tuple[str, ...], label: str) -> np.ndarray:
        return np.array([labels.index(label)])

    profiles, first = Profiles.of(
        code(POOLS, bill.pool), code(SCHEMES, bill.scheme), code(TIERS, bill.tier), code(STATUSES, bill.status),
        code(ASSISTANCE, bill.assistance),
    )  # fmt: skip
    rules = Rules(book, profiles, DAY, DAY, UNITS)
    claims = Claims(
        care_type=code(CARE_TYPES, bill.care), level=code(LEVELS, bill.level),
        rule=rules.rows(DAY, first + AGE_BANDS.index(bill.band)), care_pool=code(POOLS, bill.care_pool),
        unit=code(UNITS, bill.unit), path=np.array([0]), cut=np.array([bill.cut]), filing=code(FILINGS, bill.filing),
        total_fee=np.array([bill.in_scope + bill.advance + bill.outside]), advance_self_pay=np.array([bill.advance]),
        in_scope=np.array([bill.in_scope]),
    )  # fmt: skip
    year = Year(1, {name: np.array([amount]) for name, amount in used.items()})
    result: Split = split(claims, year, rules, layers)
    year.add(result.adds)
    return (
        {name: int(column[0]) for name, column in result.paid.items()},
        {name: int(column[0]) for name, column in year.columns.items()},
    )


def paid(book: RuleBook, bill: Bill, **used: int) -> dict[str, int]:
    return worked(book, bill, **used)[0]


# first-pay ----------------------------------------------------------------------------------------------

FIRST_PAY = variant(
    "away.first_pay: {unit: percent, axes: [filing], cells: {referral: 10, other: 40, others: 0}}",
    "catastrophic.base_includes_advance: {unit: flag, cells: 'false'}",
)


def test_first_pay_comes_before_the_deductible() -> None:
    """10,000 × 10 % = 1,000 first; 9,000 − 880 = 8,120; × 85 % = 6,902. Of 40 %: 6,000 − 880 = 5,120 → 4,352."""
    referral = paid(FIRST_PAY, Bill(filing="referral"))
    assert (referral["deductible_paid"], referral["pooled_fund"]) == (88_000, 690_200)
    other = paid(FIRST_PAY, Bill(filing="other"))
    assert (other["deductible_paid"], other["pooled_fund"]) == (88_000, 435_200)


def test_local_terms_know_no_first_pay() -> None:
    """10,000 − 880 = 9,120; × 85 % = 7,752, as without the rule."""
    assert paid(FIRST_PAY, Bill()) == paid(PACKAGED, Bill(filing="other"))
    assert paid(FIRST_PAY, Bill())["pooled_fund"] == 775_200


def test_after_first_pay_the_deductible_is_at_most_what_is_left() -> None:
    """1,000 × 40 % = 400 first; the deductible of 880 takes the other 600."""
    small = paid(FIRST_PAY, Bill(in_scope=100_000, filing="other"))
    assert (small["deductible_paid"], small["pooled_fund"]) == (60_000, 0)


@pytest.mark.parametrize("care", ["outpatient", "chronic", "pharmacy"])
def test_care_other_than_stays_knows_only_points(care: str) -> None:
    bill = Bill(care=care, level="pharmacy" if care == "pharmacy" else "2", filing="other")
    assert paid(FIRST_PAY, bill) == paid(PACKAGED, bill)


# another deductible -------------------------------------------------------------------------------------

FIXED = variant(
    "away.deductible: {unit: yuan, axes: [filing], cells: {referral: 2000.00, others: none}}",
    "away.deductible_share: {unit: percent, axes: [filing], cells: {other: 20, referral: 50, others: 0}}",
    "away.deductible_least: {unit: yuan, axes: [filing], cells: {others: 2000.00}}",
    "away.deductible_most: {unit: yuan, axes: [filing], cells: {emergency: none, others: 10000.00}}",
)


def test_a_fixed_deductible_stands_in_place_of_the_local_one() -> None:
    """Chengdu, level 3, referral: 2,000 instead of 800, also where a share is set; 8,000 × 85 % = 6,800."""
    stay = paid(FIXED, Bill(pool="chengdu", filing="referral"))
    assert (stay["deductible_paid"], stay["pooled_fund"]) == (200_000, 680_000)
    assert paid(FIXED, Bill(pool="chengdu", filing="emergency"))["deductible_paid"] == 80_000, "none: the local one"


def test_further_admissions_reduce_a_fixed_deductible_too() -> None:
    """Chengdu: half at the second admission, nothing from the third. Chongqing: 90 % of 2,000 = 1,800."""
    assert paid(FIXED, Bill(pool="chengdu", filing="referral"), discharges=1)["deductible_paid"] == 100_000
    assert paid(FIXED, Bill(pool="chengdu", filing="referral"), discharges=2)["deductible_paid"] == 0
    assert paid(FIXED, Bill(filing="referral"), discharges=1)["deductible_paid"] == 180_000


@pytest.mark.parametrize(
    ("in_scope", "outside", "due"),
    [(800_000, 200_000, 200_000), (2_500_000, 500_000, 600_000), (8_000_000, 0, 1_000_000)],
)
def test_a_proportional_deductible_is_a_share_of_the_whole_bill_within_bounds(
    in_scope: int, outside: int, due: int
) -> None:
    """20 % of 10,000 is 2,000, just the least; of 30,000 6,000; of 80,000 16,000, above the most of 10,000."""
    stay = paid(FIXED, Bill(in_scope=in_scope, outside=outside, filing="other"))
    assert stay["deductible_paid"] == due
    assert stay["pooled_fund"] == min((in_scope - due) * 85 // 100, 4_700_000)


def test_the_least_of_a_proportional_deductible_holds() -> None:
    """20 % of 3,000 is 600, below the least of 2,000."""
    assert paid(FIXED, Bill(in_scope=300_000, filing="other"))["deductible_paid"] == 200_000


def test_without_bounds_the_share_stands_alone() -> None:
    own = variant("away.deductible_share: {unit: percent, axes: [filing], cells: {others: 20}}")
    assert paid(own, Bill(in_scope=8_000_000, filing="none"))["deductible_paid"] == 1_600_000


# a factor on the ratio ----------------------------------------------------------------------------------

FACTOR = variant("away.factor: {unit: percent, axes: [filing], cells: {referral: 90, other: 80, others: 70}}")


def test_a_factor_multiplies_the_ratio_before_points_come_off() -> None:
    """9,120 × (85 % × 80 %) = 9,120 × 68 % = 6,201.60; less ten points 9,120 × 58 % = 5,289.60."""
    assert paid(FACTOR, Bill(filing="other"))["pooled_fund"] == 620_160
    assert paid(FACTOR, Bill(filing="other", cut=1_000))["pooled_fund"] == 528_960


def test_the_ratio_is_clamped_once_at_the_end() -> None:
    """Chengdu, community, aged 80: 95 + 8 = 103 %. At home 9,800 × 100 %; away × 90 % = 92.7 %: 9,084.60."""
    bill = Bill(pool="chengdu", level="community", band="80-89")
    assert paid(FACTOR, bill)["pooled_fund"] == 980_000
    away = Bill(pool="chengdu", level="community", band="80-89", filing="referral")
    assert paid(FACTOR, away)["pooled_fund"] == 908_460


def test_points_beyond_the_ratio_leave_nothing() -> None:
    """85 % × 70 % = 59.5 %; less 60 points is below nothing: 0."""
    assert paid(FACTOR, Bill(filing="none", cut=6_000))["pooled_fund"] == 0


def test_the_factor_reaches_large_sum_insurance() -> None:
    """Nothing left of the pooled ceiling: 10,880 − 880 = 10,000; × (85 % × 80 %) = 6,800, less 10 points 5,800."""
    bill = Bill(in_scope=1_088_000, filing="other")
    assert paid(FACTOR, bill, pooled_fund=4_700_000)["large_sum_fund"] == 680_000
    cut = Bill(in_scope=1_088_000, filing="other", cut=1_000)
    assert paid(FACTOR, cut, pooled_fund=4_700_000)["large_sum_fund"] == 580_000


def test_the_factor_does_not_reach_the_large_sum_insurance_of_chronic_care() -> None:
    bill = Bill(care="chronic", in_scope=1_020_000, filing="other")
    assert paid(FACTOR, bill, pooled_fund=4_700_000) == paid(PACKAGED, bill, pooled_fund=4_700_000)


# further admissions -------------------------------------------------------------------------------------


def test_deductibles_of_a_year_sum_to_at_most_the_yearly_most() -> None:
    """Chongqing, level 3: 880, then 90 % = 792 but only 1,000 − 880 = 120 are left, then nothing."""
    book, so_far = variant("inpatient.deductible_year_most: {unit: yuan, cells: 1000.00}"), dict[str, int]()
    due = []
    for _ in range(3):
        columns, year = worked(book, Bill(), **so_far)
        due.append(columns["deductible_paid"])
        so_far = {name: year[name] for name in ("discharges", "inpatient_deductible")}
    assert due == [88_000, 12_000, 0]
    assert so_far == {"discharges": 3, "inpatient_deductible": 100_000}


def test_without_a_yearly_most_the_sum_is_still_kept() -> None:
    """880 + 792 = 1,672."""
    _, year = worked(PACKAGED, Bill(), discharges=1, inpatient_deductible=88_000)
    assert year["inpatient_deductible"] == 167_200


# community centres of Chongqing -------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "pooled"), [("active", 885_600), ("retired", 934_800)])
def test_chongqing_employees_at_a_community_centre(status: str, pooled: int) -> None:
    """10,000 − 160 = 9,840; × 90 % = 8,856, retired × 95 % = 9,348."""
    stay = paid(PACKAGED, Bill(level="community", status=status))
    assert (stay["deductible_paid"], stay["pooled_fund"]) == (16_000, pooled)


# the base of catastrophic insurance ---------------------------------------------------------------------

#: Resident of tier 1, level 3, 60,000: 800 deductible; 59,200 × 50 % = 29,600; burden 30,400; threshold 17,833.
LARGE = Bill(in_scope=6_000_000, advance=500_000, filing="referral", **RESIDENT)  # type: ignore[arg-type]


def test_the_base_with_and_without_the_deductible() -> None:
    """(30,400 − 17,833) × 60 % = 7,540.20; without the deductible (29,600 − 17,833) × 60 % = 7,060.20."""
    assert paid(PACKAGED, LARGE)["catastrophic_fund"] == 754_020
    without = variant("catastrophic.base_includes_deductible: {unit: flag, cells: 'false'}")
    columns, year = worked(without, LARGE)
    assert columns["catastrophic_fund"] == 706_020 and year["catastrophic_base"] == 2_960_000


def test_the_base_with_and_without_what_is_paid_first() -> None:
    """With the advance of 5,000: (35,400 − 17,833) × 60 % = 10,540.20. Away, 10 % first: 54,000 − 800 = 53,200,
    × 50 % = 26,600, burden 33,400; without the 6,000 paid first (27,400 − 17,833) × 60 % = 5,740.20; with them and
    the advance (38,400 − 17,833) × 60 % = 12,340.20.
    """
    included = "catastrophic.base_includes_advance: {unit: flag, cells: 'true'}"
    assert paid(variant(included), LARGE)["catastrophic_fund"] == 1_054_020
    columns, year = worked(FIRST_PAY, LARGE)
    assert columns["catastrophic_fund"] == 574_020 and year["catastrophic_base"] == 2_740_000
    both = variant(included, "away.first_pay: {unit: percent, axes: [filing], cells: {others: 10}}")
    assert paid(both, LARGE)["catastrophic_fund"] == 1_234_020


def test_what_is_paid_first_may_be_paid_back_where_it_counts() -> None:
    """Nothing in scope, an advance of 50,000: (50,000 − 17,833) × 60 % = 19,300.20, more than is in scope."""
    book = variant("catastrophic.base_includes_advance: {unit: flag, cells: 'true'}")
    bill = Bill(in_scope=0, advance=5_000_000, assistance="near_low_income", **RESIDENT)  # type: ignore[arg-type]
    columns = paid(book, bill)
    assert columns["catastrophic_fund"] == 1_930_020
    assert columns["medical_assistance"] == 0, "assistance looks at what is left in scope"


# assistance and its tilt layer --------------------------------------------------------------------------

#: In scope 20,000: 19,200 × 50 % = 9,600; burden 10,400, below the threshold of catastrophic insurance.
POOR = {"in_scope": 2_000_000, "assistance": "near_low_income", **RESIDENT}


def test_the_tilt_layer_pays_on_what_assistance_leaves_by_district() -> None:
    """10,400 × 70 % = 7,280; 3,120 left. Pool: not above 3,500. Yubei: (3,120 − 3,000) × 60 % = 72."""
    pool, year = worked(PACKAGED, Bill(**POOR))  # type: ignore[arg-type]
    assert pool["medical_assistance"] == 728_000
    assert (year["medical_assistance"], year["assistance_base"]) == (728_000, 1_040_000)
    assert (year["tilt_assistance"], year["tilt_base"]) == (0, 312_000)
    yubei, year = worked(PACKAGED, Bill(unit="yubei", **POOR))  # type: ignore[arg-type]
    assert yubei["medical_assistance"] == 735_200
    assert (year["medical_assistance"], year["tilt_assistance"]) == (728_000, 7_200)


def test_the_tilt_layer_counts_over_the_year() -> None:
    """Pool: 3,000 were left before, 3,120 now: 6,120 − 3,500 = 2,620; × 60 % = 1,572."""
    columns = paid(PACKAGED, Bill(**POOR), tilt_base=300_000)  # type: ignore[arg-type]
    assert columns["medical_assistance"] == 728_000 + 157_200


def test_each_of_the_two_layers_has_its_own_ceiling() -> None:
    """Assistance may still pay 100 of 60,000: 10,300 left; of the 4,080 then due the tilt layer may pay 10."""
    columns = paid(PACKAGED, Bill(**POOR), medical_assistance=5_990_000, tilt_assistance=1_999_000)  # type: ignore[arg-type]
    assert columns["medical_assistance"] == 10_000 + 1_000


def test_yubei_pays_its_published_ratios() -> None:
    """Employee, in scope 2,880: 2,000 × 85 % = 1,700; burden 1,180; × 75 % = 885, near-low-income × 70 % = 826."""
    ratios = {"destitute": 88_500, "low_income": 88_500, "fallen_back": 88_500, "near_low_income": 82_600}
    for category, amount in ratios.items():
        bill = Bill(in_scope=288_000, assistance=category, unit="yubei")
        assert paid(PACKAGED, bill)["medical_assistance"] == amount, category


def test_a_district_that_sets_one_leaf_follows_the_pool_in_the_others() -> None:
    """Wanzhou with a ratio of 50 %: 10,400 × 50 % = 5,200; the tilt of the pool: (5,200 − 3,500) × 60 % = 1,020."""
    ratio = "assistance.ratio: {unit: percent, axes: [assistance], cells: {none: 0, others: 50}}"
    own = variant(ratio, head="pools: [chongqing]\ndistricts: [wanzhou]")
    assert paid(own, Bill(**POOR))["medical_assistance"] == 520_000 + 102_000  # type: ignore[arg-type]
    yubei = Bill(unit="yubei", **POOR)  # type: ignore[arg-type]
    assert paid(own, yubei) == paid(PACKAGED, yubei)


def test_nobody_without_a_category_is_assisted() -> None:
    assert paid(PACKAGED, Bill(in_scope=9_000_000))["medical_assistance"] == 0


# by the rules of the care place -------------------------------------------------------------------------


def test_equal_treatment_takes_the_rules_of_the_care_place_on_local_terms() -> None:
    """Chengdu, level 3, aged 60, from Chongqing: 10,000 − 800 = 9,200; × (85 + 4) % = 8,188; no factor, points stay."""
    layers = (CarePlaceBasic(), CarePlaceCatastrophic(), *INSURED_PLACE[2:])
    bill = Bill(band="60-69", filing="other")
    columns, _ = worked(FACTOR, bill, layers=layers)
    assert (columns["deductible_paid"], columns["pooled_fund"]) == (80_000, 818_800)
    cut, _ = worked(FACTOR, Bill(band="60-69", filing="other", cut=1_000), layers=layers)
    assert cut["pooled_fund"] == 726_800


def test_at_home_equal_treatment_changes_nothing() -> None:
    layers = (CarePlaceBasic(), CarePlaceCatastrophic(), *INSURED_PLACE[2:])
    bill = Bill(in_scope=6_000_000, care_pool="chongqing", **RESIDENT)  # type: ignore[arg-type]
    assert worked(PACKAGED, bill, layers=layers) == worked(PACKAGED, bill)


def test_catastrophic_insurance_of_the_care_place() -> None:
    """Burden 30,400 by Chongqing's basic rules; Chengdu's threshold 18,500 on the excess of 11,900: 5,000 × 60 % +
    6,900 × 85 % = 3,000 + 5,865 = 8,865.
    """
    layers = (INSURED_PLACE[0], CarePlaceCatastrophic(), INSURED_PLACE[2])
    assert worked(PACKAGED, LARGE, layers=layers)[0]["catastrophic_fund"] == 886_500


def test_a_layer_that_does_not_exist_pays_and_adds_nothing() -> None:
    poor = Bill(in_scope=6_000_000, assistance="low_income", **RESIDENT)  # type: ignore[arg-type]
    columns, year = worked(PACKAGED, poor, layers=(INSURED_PLACE[0], NoCatastrophic(), NoAssistance()))
    assert columns["catastrophic_fund"] == columns["medical_assistance"] == 0
    assert year["catastrophic_base"] == year["assistance_base"] == 0
    assert columns["pooled_fund"] == 2_960_000


def test_local_terms_are_those_of_long_term_residents() -> None:
    assert FILINGS[LOCAL] == "long_term_resident"
