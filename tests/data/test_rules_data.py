"""Lint over the packaged rules: nothing missing, nothing ungraded, nothing implausible."""

import datetime as dt
from collections.abc import Iterator

import pytest

from settlement_sim.rules.book import Entry, RuleBook
from settlement_sim.rules.units import NO_LIMIT, UNITS
from settlement_sim.vocabulary import ITEMS, LEVELS, POOLS, SCHEMES, STATUSES_OF
from settlement_sim.world.geography import Geography

BOOK = RuleBook.load()
#: A backcast of 2023 begins its warm-up in October 2022.
FIRST, LAST = dt.date(2022, 10, 1), dt.date(2024, 12, 31)
ENTRIES = list(BOOK.entries())


def of(name: str) -> Iterator[Entry]:
    return (entry for entry in ENTRIES if entry.leaf.name == name)


def value(name: str, pool: str, scheme: str, **axes: str) -> int:
    return BOOK.cell(name, pool=pool, scheme=scheme, date=dt.date(2024, 5, 15), **axes).value


def test_every_leaf_is_in_force_from_the_first_day_of_warm_up_to_the_end_of_2024() -> None:
    assert BOOK.covers(FIRST, LAST) == []


def test_every_axis_is_filled_for_every_pool_and_scheme() -> None:
    filled = {(e.leaf.name, e.pool, e.scheme, e.labels) for e in ENTRIES}
    wanted = {
        (leaf.name, pool, scheme, labels)
        for leaf in BOOK.leaves.values()
        for pool in POOLS
        for scheme in leaf.schemes
        for labels in leaf.every_cell(scheme)
    }
    assert filled == wanted


def test_every_cell_is_graded_and_sourced_and_every_assumption_has_a_range_and_a_basis() -> None:
    for entry in ENTRIES:
        cell = entry.cell
        assert cell.grade, cell.where
        if cell.grade == "assumption":
            assert cell.low is not None and cell.high is not None, cell.where
            assert cell.low <= cell.value <= cell.high, cell.where
            assert cell.note or cell.inherited_from, cell.where
        else:
            assert cell.source in BOOK.sources, cell.where


def test_every_source_is_used() -> None:
    assert set(BOOK.sources) == {entry.cell.source for entry in ENTRIES} - {""}


def test_the_other_prefectures_inherit_and_say_so() -> None:
    own = {e.pool for e in ENTRIES if e.leaf.name == "inpatient.ratio" and not e.cell.inherited_from}
    assert own == {"chongqing", "chengdu"}
    assert all(e.cell.grade == "assumption" for e in ENTRIES if e.cell.inherited_from)


def test_only_chongqing_and_chengdu_claim_more_than_an_assumption() -> None:
    assert {e.pool for e in ENTRIES if e.cell.grade != "assumption" and not e.leaf.national} == {"chongqing", "chengdu"}


def test_no_value_is_beyond_its_unit() -> None:
    for entry in ENTRIES:
        most = NO_LIMIT if entry.leaf.may_be_none else UNITS[entry.leaf.unit].most
        assert 0 <= entry.cell.value <= most, entry.cell.where


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("inpatient.ratio", 4_000, 10_000),
        ("inpatient.deductible", 5_000, 300_000),
        ("inpatient.age_bonus", 0, 1_000),
        ("pooled.ceiling", 4_000_000, 60_000_000),
        ("outpatient.deductible", 0, 100_000),
        ("outpatient.ratio", 0, 9_000),
        ("outpatient.ceiling", 10_000, 1_000_000),
        ("chronic.ratio", 0, 9_500),
        ("account.monthly_credit", 0, 50_000),
    ],
)
def test_values_are_plausible(name: str, low: int, high: int) -> None:
    for entry in of(name):
        assert low <= entry.cell.value <= high, entry.cell.where


@pytest.mark.parametrize("pool", ["chongqing", "chengdu"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_higher_level_never_pays_more_and_never_asks_a_lower_deductible(pool: str, scheme: str) -> None:
    levels = LEVELS[:4]
    tiers = ("none",) if scheme == "employee" else ("1", "2")
    deductibles = [value("inpatient.deductible", pool, scheme, level=level) for level in levels]
    assert deductibles == sorted(deductibles)
    for tier in tiers:
        for status in STATUSES_OF[scheme]:
            ratios = [value("inpatient.ratio", pool, scheme, tier=tier, status=status, level=x) for x in levels]
            assert ratios == sorted(ratios, reverse=True)


def test_in_chongqing_minors_get_five_points_more_than_adults() -> None:
    for tier in ("1", "2"):
        for level in LEVELS[:4]:
            adult, minor = (
                value("inpatient.ratio", "chongqing", "resident", tier=tier, status=status, level=level)
                for status in ("adult", "minor")
            )
            assert minor == adult + 500


@pytest.mark.parametrize("pool", POOLS)
def test_minors_the_retired_and_the_higher_tier_are_never_worse_off(pool: str) -> None:
    for level in LEVELS[:4]:
        active, retired = (
            value("inpatient.ratio", pool, "employee", tier="none", status=s, level=level)
            for s in ("active", "retired")
        )
        low, high = (
            value("inpatient.ratio", pool, "resident", tier=t, status="adult", level=level) for t in ("1", "2")
        )
        minor = value("inpatient.ratio", pool, "resident", tier="1", status="minor", level=level)
        assert retired >= active and high >= low and minor >= low


@pytest.mark.parametrize("pool", POOLS)
def test_the_poorer_are_never_worse_off_in_catastrophic_insurance_and_assistance(pool: str) -> None:
    def of_group(name: str, group: str, **axes: str) -> int:
        return value(name, pool, "resident", assistance=group, **axes)

    for group in ("destitute", "low_income", "fallen_back"):
        assert of_group("catastrophic.threshold", group) * 2 == of_group("catastrophic.threshold", "none")
        assert of_group("catastrophic.ceiling", group) == NO_LIMIT
        assert of_group("assistance.ratio", group) >= of_group("assistance.ratio", "near_low_income")
        for bracket in "1234":
            usual = of_group("catastrophic.ratio", "none", bracket=bracket)
            assert of_group("catastrophic.ratio", group, bracket=bracket) == min(usual + 500, 10_000)
    near = of_group("catastrophic.threshold", "near_low_income")
    assert near == of_group("catastrophic.threshold", "none")


@pytest.mark.parametrize("pool", POOLS)
def test_the_tilt_layer_treats_the_poorer_no_worse(pool: str) -> None:
    def of_group(name: str, group: str) -> int:
        return value(name, pool, "resident", assistance=group)

    assert of_group("tilt.ratio", "none") == of_group("tilt.ceiling", "none") == 0
    for group in ("destitute", "low_income", "fallen_back"):
        assert of_group("tilt.ratio", group) >= of_group("tilt.ratio", "near_low_income")


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_care_away_from_home_is_on_local_terms(pool: str, scheme: str) -> None:
    """The corridor is free of filing: what stays away from home cost extra elsewhere is neutral here."""
    neutral = {
        "away.first_pay": 0, "away.deductible": NO_LIMIT, "away.deductible_share": 0, "away.deductible_least": 0,
        "away.deductible_most": NO_LIMIT, "away.factor": 10_000,
    }  # fmt: skip
    for name, expected in neutral.items():
        for filing in ("none", "referral", "emergency", "other"):
            assert value(name, pool, scheme, filing=filing) == expected, name
    assert value("inpatient.deductible_year_most", pool, scheme) == NO_LIMIT
    assert value("catastrophic.base_includes_advance", pool, scheme) == 0


def test_districts_with_rules_of_their_own_are_on_the_map() -> None:
    geography = Geography.load()
    chongqing = {unit for unit, pool in zip(geography.units, geography.unit_pool, strict=True) if pool == 0}
    assert set(BOOK.districts) == {"yubei"} <= chongqing


def test_the_rules_of_yubei_are_those_of_its_page() -> None:
    """75 % for 特困, 低保 and 返贫致贫, 70 % for 低保边缘; 60,000 a year; tilt above 3,000 at 60 % for 低保边缘."""
    yubei = {"pool": "chongqing", "scheme": "resident", "date": dt.date(2024, 5, 15), "district": "yubei"}
    for group, ratio in (
        ("destitute", 7_500),
        ("low_income", 7_500),
        ("fallen_back", 7_500),
        ("near_low_income", 7_000),
    ):
        cell = BOOK.cell("assistance.ratio", assistance=group, **yubei)
        assert (cell.value, cell.grade) == (ratio, "official")
        assert BOOK.cell("assistance.ceiling", assistance=group, **yubei).value == 6_000_000
    tilt = [BOOK.cell(f"tilt.{part}", assistance="near_low_income", **yubei) for part in ("threshold", "ratio")]
    assert [(cell.value, cell.grade) for cell in tilt] == [(300_000, "official"), (6_000, "official")]


def test_five_diseases_until_november_2024_ten_from_december() -> None:
    for day, later in ((dt.date(2022, 10, 1), 0), (dt.date(2024, 11, 30), 0), (dt.date(2024, 12, 1), 1)):
        groups = {"first_five": 1, "later_five": later}
        for group, listed in groups.items():
            cell = BOOK.cell("chronic.listed", pool="aba", scheme="resident", date=day, disease_group=group)
            assert (cell.value, cell.grade) == (listed, "official")


@pytest.mark.parametrize("pool", ["chongqing", "chengdu"])
def test_before_2023_no_pooled_outpatient_benefit_and_larger_credits(pool: str) -> None:
    """The outpatient reform of 2023, an assumption from memory; nothing else of employees' rules changes then."""
    before, after = dt.date(2022, 12, 31), dt.date(2023, 1, 1)
    for status in STATUSES_OF["employee"]:
        for level in LEVELS:
            asked = {"pool": pool, "scheme": "employee", "status": status, "level": level}
            assert BOOK.cell("outpatient.ratio", date=before, **asked).value == 0
        credit = {"pool": pool, "scheme": "employee", "status": status}
        old, new = (BOOK.cell("account.monthly_credit", date=day, **credit) for day in (before, after))
        assert old.value > new.value and old.grade == "assumption" and old.low is not None
    changed = {
        entry.leaf.name for entry in ENTRIES if entry.pool == pool and not entry.district and entry.cell.start == after
    }
    assert changed == {"outpatient.ratio", "account.monthly_credit", "catastrophic.threshold"}


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_catastrophic_brackets_rise(pool: str, scheme: str) -> None:
    begins = [value("catastrophic.bracket_from", pool, scheme, bracket=b) for b in "1234"]
    assert begins[0] == 0 and begins == sorted(begins)


@pytest.mark.parametrize("pool", POOLS)
def test_what_a_scheme_lacks_is_zero(pool: str) -> None:
    assert value("large_sum.ratio", pool, "resident") == value("large_sum.ceiling", pool, "resident") == 0
    assert value("account.monthly_credit", pool, "resident", status="adult") == 0
    assert value("catastrophic.ratio", pool, "employee", assistance="low_income", bracket="1") == 0
    for scheme in SCHEMES:
        assert value("assistance.ratio", pool, scheme, assistance="none") == 0


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("item", ITEMS)
def test_the_three_shares_of_an_item_never_exceed_it_even_at_their_highest(pool: str, item: str) -> None:
    cells = [
        BOOK.cell(name, pool=pool, scheme="employee", date=FIRST, item=item)
        for name in ("catalogue.outside", "catalogue.above_limit", "catalogue.advance")
    ]
    assert sum(cell.high or 0 for cell in cells) <= 10_000
    if item == "drug_uncovered":
        assert cells[0].value == 10_000
    if item == "drug_a":
        assert sum(cell.value for cell in cells) == 0


def test_lists_are_one_per_province_and_the_same_for_both_schemes() -> None:
    for name in ("catalogue.outside", "catalogue.above_limit", "catalogue.advance"):
        dense = BOOK.dense(name)
        assert (dense[:, 1:] == dense[:, 1:2]).all() and (dense[:, :, 0] == dense[:, :, 1]).all()


def test_the_rules_of_the_hand_worked_retiree_in_chongqing() -> None:
    """Level 3, second admission: 880.00, 90 % of it, floor 620.00, 95 %, ceiling 47,000.00."""
    assert value("inpatient.deductible", "chongqing", "employee", level="3") == 88_000
    assert value("inpatient.deductible_share", "chongqing", "employee", admission="2") == 9_000
    assert value("inpatient.deductible_floor", "chongqing", "employee", level="3") == 62_000
    assert value("inpatient.ratio", "chongqing", "employee", tier="none", status="retired", level="3") == 9_500
    assert value("inpatient.age_bonus", "chongqing", "employee", age_band="60-69") == 0
    assert value("pooled.ceiling", "chongqing", "employee", tier="none") == 4_700_000


def test_no_date_is_claimed_that_only_says_in_force() -> None:
    known = {e.leaf.name for e in ENTRIES if e.cell.from_known}
    retirement = {"retirement.age", "retirement.raise_every", "retirement.raise_most"}
    assert known == {"catastrophic.threshold", "chronic.listed", "years.cumulative", "years.continuous"} | retirement
