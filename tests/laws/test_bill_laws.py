"""Whatever the bill, the person and the year so far: do the identities of a claim hold, by the real rules?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np
from bills import INSURED_PLACE, Split, Year, split, variant
from hypothesis import example, given, settings
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.money import ENTRY_LIMIT, WHOLE
from settlement_sim.policies.answers import DIRECT, FUNDS, LOCAL, MANUAL
from settlement_sim.policies.benefit.care_place import CarePlaceBasic, CarePlaceCatastrophic
from settlement_sim.policies.benefit.layers import room_left, under_ceiling
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.views import STANDING, Bills, Claims
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import ASSISTANCE, FILINGS, LEVELS, POOLS

FEN = st.integers(0, ENTRY_LIMIT - 1)
RATIO = st.integers(0, WHOLE)
INPATIENT, OUTPATIENT, CHRONIC, PHARMACY = range(4)
#: (scheme, tier, status) as the vocabulary allows them.
KINDS = [(0, 0, status) for status in (0, 1)] + [(1, tier, status) for tier in (1, 2) for status in (2, 3)]
PERSONS = [(pool, *kind, help_) for pool, kind, help_ in product(range(len(POOLS)), KINDS, range(len(ASSISTANCE)))]
PROFILES, FIRST = Profiles.of(*np.array(PERSONS).T)
DAYS = [dates.day(day) for day in ("2023-10-01", "2023-12-31", "2024-01-01", "2024-09-30")]
UNITS = ("wanzhou", "yubei")
RULES = Rules(RuleBook.load(), PROFILES, DAYS[0], DAYS[-1], UNITS)
#: Every rule of care away from home in use, other bases, a yearly most of deductibles, tilt without a ceiling.
VARIED = Rules(
    variant(
        "away.first_pay: {unit: percent, axes: [filing], cells: {none: 40, referral: 10, others: 0}}",
        "away.deductible: {unit: yuan, axes: [filing], cells: {referral: 2000.00, others: none}}",
        "away.deductible_share: {unit: percent, axes: [filing], cells: {emergency: 0, others: 20}}",
        "away.deductible_least: {unit: yuan, axes: [filing], cells: {others: 500.00}}",
        "away.deductible_most: {unit: yuan, axes: [filing], cells: {none: none, others: 10000.00}}",
        "away.factor: {unit: percent, axes: [filing], cells: {none: 70, referral: 90, other: 80, emergency: 100}}",
        "inpatient.deductible_year_most: {unit: yuan, cells: 2500.00}",
        "catastrophic.base_includes_deductible: {unit: flag, cells: 'false'}",
        "catastrophic.base_includes_advance: {unit: flag, cells: 'true'}",
        "tilt.ratio: {unit: percent, axes: [assistance], cells: {none: 0, others: 100}}",
        "tilt.ceiling: {unit: yuan, axes: [assistance], cells: {others: none}}",
    ),
    PROFILES, DAYS[0], DAYS[-1], UNITS,
)  # fmt: skip


# one layer ----------------------------------------------------------------------------------------------


def one_layer(amount: int, ratio: int, room: int) -> tuple[int, int]:
    """in_layer = min(x, ceil(room · 10,000 / ratio)), paid = min(share(in_layer, ratio), room)."""
    if ratio == 0:
        return amount, 0
    in_layer = min(amount, ceil(Fraction(room * 10_000, ratio)))
    return in_layer, min((in_layer * ratio + 5_000) // 10_000, room)


@given(st.lists(st.tuples(FEN | st.integers(0, 50), RATIO, FEN | st.integers(0, 50)), min_size=1, max_size=8))
@example([(ENTRY_LIMIT - 1, WHOLE, NO_LIMIT), (ENTRY_LIMIT - 1, 0, 0), (0, 9_500, 0), (7, 1, 0), (3, 5_000, 1)])
def test_a_layer_is_the_direct_formula(rows: list[tuple[int, int, int]]) -> None:
    amount, ratio, room = (np.array(column) for column in zip(*rows, strict=True))
    in_layer, paid = under_ceiling(amount, ratio, room)
    assert list(zip(in_layer.tolist(), paid.tolist(), strict=True)) == [one_layer(*row) for row in rows]
    assert (amount.tolist(), room.tolist()) == ([r[0] for r in rows], [r[2] for r in rows]), "inputs were written to"


@given(FEN, RATIO, FEN)
def test_a_layer_pays_at_most_its_room_and_its_part(amount: int, ratio: int, room: int) -> None:
    in_layer, paid = (int(v[0]) for v in under_ceiling(np.array([amount]), np.array([ratio]), np.array([room])))
    assert 0 <= paid <= min(room, in_layer) and in_layer <= amount
    if in_layer < amount:
        assert paid == room, "something goes on to the next layer although there is room"


@given(FEN, FEN)
def test_room_is_never_below_zero(ceiling: int, used: int) -> None:
    assert room_left(np.array([ceiling]), np.array([used])).tolist() == [max(ceiling - used, 0)]


# scope --------------------------------------------------------------------------------------------------


class Catalogues:
    """Random shares by leaf, item and place."""

    def __init__(self, shares: np.ndarray) -> None:
        self.shares = dict(
            zip(("catalogue.outside", "catalogue.above_limit", "catalogue.advance"), shares, strict=True)
        )

    def place(self, leaf: str, rows: np.ndarray, item: int) -> np.ndarray | int:
        column = self.shares[leaf][item]
        return int(column[0]) if (column == column[0]).all() else column[rows]


SHARES = st.lists(RATIO | st.sampled_from([0, WHOLE]), min_size=36, max_size=36).map(
    lambda values: np.array(values).reshape(3, 6, 2)
)
BILL = st.lists(st.integers(0, 10**11) | st.integers(0, 9), min_size=6, max_size=6)


@given(SHARES, st.lists(st.tuples(BILL, st.integers(0, 1), st.booleans()), min_size=1, max_size=5))
def test_the_four_parts_of_a_bill_sum_to_it(shares: np.ndarray, rows: list[tuple[list[int], int, bool]]) -> None:
    items = [np.array(column) for column in zip(*(row[0] for row in rows), strict=True)]
    care = np.array([row[1] for row in rows])
    path = np.array([MANUAL if row[2] else DIRECT for row in rows])
    scope = CarePlaceCatalogue().scope(Bills(items, sum(items), care, 1 - care, path), Catalogues(shares))
    parts = (scope.outside_scope, scope.above_price_limit, scope.advance_self_pay, scope.in_scope)
    assert (sum(parts) == sum(items)).all(), "the four parts do not sum to the total fee"
    assert all((part >= 0).all() for part in parts), "a part is negative"
    for number, (bill, place, by_hand) in enumerate(rows):
        hand = [0, 0, 0]
        for item, amount in enumerate(bill):
            for leaf in range(3):
                portion = (amount * int(shares[leaf, item, 1 - place if by_hand else place]) + 5_000) // 10_000
                hand[leaf] += portion
                amount -= portion
        assert [int(part[number]) for part in parts[:3]] == hand, "not the formula of docs/model.md"


# the whole claim ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A person, a day and one claim: everything a benefit policy may look at."""

    person: int
    band: int
    day: int
    care: int
    level: int
    cut: int
    filing: int
    unit: int
    advance: int
    in_scope: int


AMOUNT = st.integers(0, 10**11) | st.integers(0, 10**8) | st.integers(0, 10**5) | st.integers(0, 9)
ROW = st.builds(
    Row, st.integers(0, len(PERSONS) - 1), st.integers(0, 6), st.sampled_from(DAYS), st.integers(0, 3),
    st.integers(0, 3), st.sampled_from([0, 1_000, 2_000, WHOLE]), st.integers(0, len(FILINGS) - 1), st.integers(0, 1),
    AMOUNT, AMOUNT,
)  # fmt: skip
ROWS = st.lists(ROW, min_size=1, max_size=12)
BOTH = st.sampled_from([RULES, VARIED])
USED = {
    name: st.integers(0, 10**10) | st.integers(0, 10**7) if money else st.integers(0, 9)
    for name, money in STANDING.items()
}


def claims(rows: list[Row], rules: Rules = RULES) -> Claims:
    def column(name: str) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], np.int64)

    care = column("care")
    level = np.where(care == PHARMACY, LEVELS.index("pharmacy"), column("level"))
    profile = FIRST[column("person")] + column("band")
    return Claims(
        care_type=care.astype(np.int8), level=level.astype(np.int8), rule=rules.rows(column("day"), profile),
        care_pool=PROFILES.pool[profile], unit=column("unit").astype(np.int16), path=np.zeros_like(care),
        cut=column("cut"), filing=column("filing").astype(np.int8), total_fee=column("in_scope") + column("advance"),
        advance_self_pay=column("advance"), in_scope=column("in_scope"),
    )  # fmt: skip


def adjudicated(rows: list[Row], year: Year, rules: Rules = RULES) -> Split:
    return split(claims(rows, rules), year, rules)


def ceilings(batch: Claims) -> dict[str, np.ndarray]:
    """What each fund may pay a person in a year, by standing column, by the packaged rules."""
    pool = {
        "pooled_fund": "pooled.ceiling",
        "outpatient_fund": "outpatient.ceiling",
        "large_sum_fund": "large_sum.ceiling",
        "catastrophic_fund": "catastrophic.ceiling",
    }
    district = {"medical_assistance": "assistance.ceiling", "tilt_assistance": "tilt.ceiling"}
    of_pool = {column: RULES.take(leaf, batch.rule) for column, leaf in pool.items()}
    return of_pool | {column: RULES.take(leaf, batch.rule, unit=batch.unit) for column, leaf in district.items()}


@st.composite
def started(draw: st.DrawFn) -> tuple[list[Row], Year]:
    """Rows, and a year so far of each."""
    rows = draw(ROWS)
    used = {name: np.array(draw(st.lists(s, min_size=len(rows), max_size=len(rows)))) for name, s in USED.items()}
    return rows, Year(len(rows), used)


@given(started(), BOTH)
def test_the_identities_of_a_claim_hold(case: tuple[list[Row], Year], rules: Rules) -> None:
    rows, year = case
    paid, batch = adjudicated(rows, year, rules), claims(rows, rules)
    for name, column in paid.paid.items():
        assert (column >= 0).all(), f"{name} is negative"
    basic = paid["pooled_fund"] + paid["large_sum_fund"]
    assert (paid["deductible_paid"] + basic <= batch.in_scope).all(), "paid twice"
    counted = batch.advance_self_pay if rules is VARIED else 0
    assert (paid.funds <= batch.in_scope + counted).all(), "the funds pay more than counts"


@given(started(), BOTH)
def test_who_is_not_entitled_is_not_paid(case: tuple[list[Row], Year], rules: Rules) -> None:
    rows, year = case
    paid, batch = adjudicated(rows, year, rules), claims(rows, rules)
    grave, resident = np.isin(batch.care_type, (INPATIENT, CHRONIC)), RULES.insured("scheme", batch.rule) == 1
    helped = RULES.insured("assistance", batch.rule) > 0
    assert not paid["catastrophic_fund"][~(resident & grave)].any(), "catastrophic insurance is for residents' stays"
    assert not paid["large_sum_fund"][resident | ~grave].any(), "the large-sum fund is for employees' stays"
    assert not paid["medical_assistance"][~helped | ~grave].any(), "assistance is for its categories"
    assert not paid.funds[batch.care_type == PHARMACY].any(), "no fund pays a purchase"


@given(started())
def test_no_fund_pays_beyond_its_ceiling(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    used = {name: column.copy() for name, column in year.columns.items()}
    year.add(adjudicated(rows, year).adds)
    for column, ceiling in ceilings(claims(rows)).items():
        assert (year.columns[column] <= np.maximum(ceiling, used[column])).all(), f"{column} beyond its ceiling"


@given(started(), st.integers(0, 11), BOTH)
def test_a_row_does_not_depend_on_the_other_rows(case: tuple[list[Row], Year], which: int, rules: Rules) -> None:
    rows, year = case
    which %= len(rows)
    alone = Year(1, {name: column[which : which + 1].copy() for name, column in year.columns.items()})
    together, single = adjudicated(rows, year, rules), adjudicated([rows[which]], alone, rules)
    year.add(together.adds)
    alone.add(single.adds)
    for name in ("deductible_paid", *FUNDS):
        assert together[name][which] == single[name][0], f"{name} depends on the batch"
    for name in STANDING:
        assert year.columns[name][which] == alone.columns[name][0], f"standing {name} depends on the batch"


CLAIMS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), AMOUNT), min_size=1, max_size=10)


@given(ROW, CLAIMS)
@settings(max_examples=60)
def test_over_a_year_no_fund_exceeds_its_ceiling(person: Row, year_of_claims: list[tuple[int, int, int]]) -> None:
    year, total = Year(1), dict.fromkeys(STANDING, 0)
    for care, level, amount in year_of_claims:
        paid = adjudicated([replace(person, care=care, level=level, in_scope=amount)], year)
        year.add(paid.adds)
        outpatient = care == OUTPATIENT
        total["outpatient_fund" if outpatient else "pooled_fund"] += int(paid["pooled_fund"][0])
        for name in ("large_sum_fund", "catastrophic_fund"):
            total[name] += int(paid[name][0])
        total["medical_assistance"] += int(paid["medical_assistance"][0])
        total["discharges"] += care == INPATIENT
        for name, kind in (("inpatient", INPATIENT), ("outpatient", OUTPATIENT), ("chronic", CHRONIC)):
            total[f"{name}_deductible"] += int(paid["deductible_paid"][0]) * (care == kind)
    used = {name: int(column[0]) for name, column in year.columns.items()}
    total["medical_assistance"] -= used["tilt_assistance"]
    total["tilt_assistance"] = used["tilt_assistance"]
    for name, amount in total.items():
        if not name.endswith("_base"):
            assert used[name] == amount, f"standing {name} is not what was paid"
    for name, ceiling in ceilings(claims([person])).items():
        assert used[name] <= ceiling[0], f"{name} beyond its ceiling within a year"
    for care_type in ("outpatient", "chronic"):
        due = RULES.take(f"{care_type}.deductible", claims([person]).rule)[0]
        assert used[f"{care_type}_deductible"] <= due, f"the {care_type} deductible was paid more than once"


@given(ROW, AMOUNT)
def test_more_in_scope_never_lowers_what_the_funds_pay(row: Row, more: int) -> None:
    larger = replace(row, in_scope=row.in_scope + more)
    first, second = (adjudicated([r], Year(1)) for r in (row, larger))
    assert first.funds[0] <= second.funds[0]
    assert second.funds[0] - first.funds[0] <= more, "the funds pay more than was added"


@given(ROW, st.sampled_from([0, 500, 1_000, 2_000]), BOTH)
def test_a_larger_cut_never_helps_basic_insurance(row: Row, more: int, rules: Rules) -> None:
    cut = replace(row, cut=row.cut + more)
    whole, reduced = (adjudicated([r], Year(1), rules) for r in (row, cut))
    for fund in ("pooled_fund", "large_sum_fund"):
        assert reduced[fund][0] <= whole[fund][0]
    assert reduced["deductible_paid"][0] == whole["deductible_paid"][0], "a cut is points off the ratio alone"


@given(st.integers(0, len(PERSONS) - 1), st.sampled_from(DAYS), st.integers(0, 3), st.integers(0, 12))
def test_the_deductible_of_a_stay_is_the_formula(person: int, day: int, level: int, discharges: int) -> None:
    row = Row(person, 1, day, INPATIENT, level, 0, LOCAL, 0, 0, 10**9)
    year = Year(1, {"discharges": np.array([discharges])})
    rule = claims([row]).rule
    full, floor = (
        int(RULES.take(f"inpatient.{leaf}", rule, np.array([level]))[0]) for leaf in ("deductible", "deductible_floor")
    )
    due = int(RULES.take("inpatient.deductible_share", rule, np.array([min(discharges, 4)]))[0])
    expected = max((full * due + 5_000) // 10_000, min(floor, full))
    assert adjudicated([row], year)["deductible_paid"][0] == expected


# the variants -------------------------------------------------------------------------------------------


@given(started(), BOTH)
def test_basic_insurance_pays_at_most_what_first_pay_and_deductible_leave(
    case: tuple[list[Row], Year], rules: Rules
) -> None:
    """Ratios above 100 % (age on top of 95 %) are clamped, whatever the factor."""
    rows, year = case
    old = [replace(row, band=6, cut=0) for row in rows]
    paid, batch = adjudicated(old, year, rules), claims(old, rules)
    percent = np.zeros(len(old), np.int64)
    away = np.flatnonzero((batch.filing != LOCAL) & (batch.care_type == INPATIENT))
    percent[away] = rules.take("away.first_pay", batch.rule[away], batch.filing[away])
    left = batch.in_scope - (batch.in_scope * percent + 5_000) // 10_000 - paid["deductible_paid"]
    assert (paid["pooled_fund"] + paid["large_sum_fund"] <= left).all()


AWAY = (
    "away.first_pay: {unit: percent, axes: [filing], cells: {others: 10}}",
    "away.deductible: {unit: yuan, axes: [filing], cells: {others: 2000.00}}",
    "away.deductible_share: {unit: percent, axes: [filing], cells: {others: 20}}",
    "away.deductible_least: {unit: yuan, axes: [filing], cells: {others: 10.00}}",
    "away.deductible_most: {unit: yuan, axes: [filing], cells: {others: 500.00}}",
    "away.factor: {unit: percent, axes: [filing], cells: {others: 80}}",
)
#: Every variant is in use in Aba, so that no leaf is the same everywhere, and neutral elsewhere.
IN_ABA = Rules(
    variant(
        *AWAY,
        "inpatient.deductible_year_most: {unit: yuan, cells: 10.00}",
        "catastrophic.base_includes_deductible: {unit: flag, cells: 'false'}",
        "catastrophic.base_includes_advance: {unit: flag, cells: 'true'}",
        head="pools: [aba]",
    ),
    PROFILES, DAYS[0], DAYS[-1], UNITS,
)  # fmt: skip


@given(started())
def test_a_neutral_rule_changes_nothing_to_the_fen(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    outside = np.array([PERSONS[row.person][0] != POOLS.index("aba") for row in rows])
    first, second = (adjudicated(rows, year, rules) for rules in (RULES, IN_ABA))
    for name in ("deductible_paid", *FUNDS):
        assert (first[name][outside] == second[name][outside]).all(), f"{name} by a neutral rule"


AWAY_RULES = Rules(variant(*AWAY), PROFILES, DAYS[0], DAYS[-1], UNITS)


@given(started())
def test_only_stays_away_from_home_know_the_rules_of_care_away(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    local = [row if row.care != INPATIENT else replace(row, filing=LOCAL) for row in rows]
    first, second = (adjudicated(local, year, rules) for rules in (RULES, AWAY_RULES))
    for name in ("deductible_paid", *FUNDS):
        assert (first[name] == second[name]).all(), f"{name} by a rule of care away"


def with_factor(percent: int) -> Rules:
    leaf = f"away.factor: {{unit: percent, axes: [filing], cells: {{others: {percent}}}}}"
    return Rules(variant(leaf), PROFILES, DAYS[0], DAYS[-1], UNITS)


FACTORS = [with_factor(percent) for percent in (0, 70, 99)] + [RULES]


@given(started(), st.sampled_from(list(zip(FACTORS, FACTORS[1:], strict=False))))
def test_a_lower_factor_never_raises_what_basic_insurance_pays(
    case: tuple[list[Row], Year], pair: tuple[Rules, Rules]
) -> None:
    rows, year = case
    lower, higher = (adjudicated(rows, year, rules) for rules in pair)
    for fund in ("pooled_fund", "large_sum_fund"):
        assert (lower[fund] <= higher[fund]).all(), f"a lower factor raises {fund}"
    assert (lower["deductible_paid"] == higher["deductible_paid"]).all(), "a factor is on the ratio alone"


@given(ROW, CLAIMS)
@settings(max_examples=60)
def test_deductibles_of_stays_sum_to_at_most_the_yearly_most(person: Row, stays: list[tuple[int, int, int]]) -> None:
    year, total = Year(1), 0
    for _, level, amount in stays:
        paid = adjudicated([replace(person, care=INPATIENT, level=level, in_scope=amount)], year, VARIED)
        year.add(paid.adds)
        total += int(paid["deductible_paid"][0])
        assert total == year.columns["inpatient_deductible"][0] <= 250_000


@given(started(), BOTH)
def test_assistance_with_its_tilt_never_pays_more_than_what_is_left(case: tuple[list[Row], Year], rules: Rules) -> None:
    rows, year = case
    before = {name: year.columns[name].copy() for name in ("tilt_assistance", "medical_assistance", "tilt_base")}
    paid, batch = adjudicated(rows, year, rules), claims(rows, rules)
    left = np.maximum(batch.in_scope - paid.funds + paid["medical_assistance"], 0)
    assert (paid["medical_assistance"] <= left).all()
    year.add(paid.adds)
    assistance, tilt, base = (
        year.columns[name] - before[name] for name in ("medical_assistance", "tilt_assistance", "tilt_base")
    )
    assert (assistance + tilt == paid["medical_assistance"]).all()
    assert (tilt <= base).all(), "the tilt layer pays more than assistance left"
    entitled = (RULES.insured("assistance", batch.rule) > 0) & np.isin(batch.care_type, (INPATIENT, CHRONIC))
    assert (base == np.where(entitled, left - assistance, 0)).all()


NO_DISTRICTS = Rules(RuleBook.load(), PROFILES, DAYS[0], DAYS[-1])


@given(started())
def test_a_district_without_rules_of_its_own_is_the_pool(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    anywhere = [replace(row, unit=0) for row in rows]
    by_district, by_pool = adjudicated(anywhere, year), adjudicated(anywhere, year, NO_DISTRICTS)
    for name in ("deductible_paid", *FUNDS):
        assert (by_district[name] == by_pool[name]).all(), name
    sichuan = [replace(row, unit=1) for row in rows if PERSONS[row.person][0] > 0]
    if sichuan:
        year = Year(len(sichuan))
        first, second = adjudicated(sichuan, year), adjudicated(sichuan, year, NO_DISTRICTS)
        assert (first.funds == second.funds).all(), "a district of Chongqing speaks for Sichuan"


@given(started(), BOTH)
def test_equal_treatment_at_home_is_the_own_rule_on_local_terms(case: tuple[list[Row], Year], rules: Rules) -> None:
    rows, year = case
    home = claims([replace(row, filing=LOCAL) for row in rows], rules)
    equal = split(claims(rows, rules), year, rules, (CarePlaceBasic(), CarePlaceCatastrophic(), INSURED_PLACE[2]))
    own = split(home, year, rules)
    for name in ("deductible_paid", *FUNDS):
        assert (equal[name] == own[name]).all(), name
