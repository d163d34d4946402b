"""Whatever the bill, the person and the year so far: do the identities of a claim hold, by the real rules?"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.money import ENTRY_LIMIT, WHOLE
from settlement_sim.policies.base import DIRECT, MANUAL, STANDING, Bills, Breakdown, Claims, Standing
from settlement_sim.policies.benefit.insured_place import InsuredPlaceBenefit
from settlement_sim.policies.benefit.layers import room_left, under_ceiling
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import ASSISTANCE, LEVELS, POOLS

FEN = st.integers(0, ENTRY_LIMIT - 1)
RATIO = st.integers(0, WHOLE)
INPATIENT, OUTPATIENT, CHRONIC, PHARMACY = range(4)
#: (scheme, tier, status) as the vocabulary allows them.
KINDS = [(0, 0, status) for status in (0, 1)] + [(1, tier, status) for tier in (1, 2) for status in (2, 3)]
PERSONS = [(pool, *kind, help_) for pool, kind, help_ in product(range(len(POOLS)), KINDS, range(len(ASSISTANCE)))]
PROFILES, FIRST = Profiles.of(*np.array(PERSONS).T)
DAYS = [dates.day(day) for day in ("2023-10-01", "2023-12-31", "2024-01-01", "2024-09-30")]
RULES = Rules(RuleBook.load(), PROFILES, DAYS[0], DAYS[-1])


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


@dataclass
class Year(Standing):
    """What the rows of a batch have used so far, for arithmetic without an engine."""

    rows: int
    columns: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {name: np.zeros(self.rows, np.int64) for name in STANDING} | self.columns

    def read(self, column: str, index: np.ndarray | slice) -> np.ndarray:
        return self.columns[column][index].copy()

    def add(self, paid: Breakdown) -> None:
        for increment in paid.increments:
            assert (increment.amount >= 0).all(), f"{increment.column} would shrink"
            self.columns[increment.column][increment.index] += increment.amount


@dataclass(frozen=True)
class Row:
    """A person, a day and one claim: everything a benefit policy may look at."""

    person: int
    band: int
    day: int
    care: int
    level: int
    cut: int
    in_scope: int


AMOUNT = st.integers(0, 10**11) | st.integers(0, 10**8) | st.integers(0, 10**5) | st.integers(0, 9)
ROW = st.builds(
    Row, st.integers(0, len(PERSONS) - 1), st.integers(0, 6), st.sampled_from(DAYS), st.integers(0, 3),
    st.integers(0, 3), st.sampled_from([0, 1_000, 2_000, WHOLE]), AMOUNT,
)  # fmt: skip
ROWS = st.lists(ROW, min_size=1, max_size=12)
USED = {
    name: st.integers(0, 10**10) | st.integers(0, 10**7) if money else st.integers(0, 9)
    for name, money in STANDING.items()
}


def claims(rows: list[Row]) -> Claims:
    care = np.array([row.care for row in rows], np.int8)
    person = np.array([row.person for row in rows])
    days = np.array([row.day for row in rows])
    level = np.array([LEVELS.index("pharmacy") if row.care == PHARMACY else row.level for row in rows], np.int8)
    in_scope = np.array([row.in_scope for row in rows])
    profile = FIRST[person] + np.array([row.band for row in rows])
    path = np.zeros_like(care)
    cut = np.array([row.cut for row in rows])
    return Claims(
        care=care, level=level, rule=RULES.rows(days, profile), path=path, cut=cut,
        total_fee=in_scope, in_scope=in_scope,
    )  # fmt: skip


def adjudicated(rows: list[Row], year: Year) -> Breakdown:
    return InsuredPlaceBenefit().adjudicate(claims(rows), year, RULES)


def ceilings(batch: Claims) -> dict[str, np.ndarray]:
    """What each fund may pay a person in a year, by standing column."""
    leaves = {
        "pooled_fund": "pooled.ceiling",
        "outpatient_fund": "outpatient.ceiling",
        "large_sum_fund": "large_sum.ceiling",
        "catastrophic_fund": "catastrophic.ceiling",
        "medical_assistance": "assistance.ceiling",
    }
    return {column: RULES.take(leaf, batch.rule) for column, leaf in leaves.items()}


@st.composite
def started(draw: st.DrawFn) -> tuple[list[Row], Year]:
    """Rows, and a year so far of each."""
    rows = draw(ROWS)
    used = {name: np.array(draw(st.lists(s, min_size=len(rows), max_size=len(rows)))) for name, s in USED.items()}
    return rows, Year(len(rows), used)


@given(started())
def test_the_identities_of_a_claim_hold(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    paid, batch = adjudicated(rows, year), claims(rows)
    layers = (paid.pooled_fund, paid.large_sum_fund, paid.catastrophic_fund, paid.medical_assistance)
    assert (paid.fund_total == sum(layers)).all(), "fund_total is not the sum of the funds"
    for name, column in zip(
        ("deductible", "pooled", "large_sum", "catastrophic", "assistance"),
        (paid.deductible_paid, *layers),
        strict=True,
    ):
        assert (column >= 0).all(), f"{name} is negative"
    assert (paid.deductible_paid + paid.pooled_fund + paid.large_sum_fund <= batch.in_scope).all(), "paid twice"
    assert (paid.fund_total <= batch.in_scope).all(), "the funds pay more than is in scope"


@given(started())
def test_who_is_not_entitled_is_not_paid(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    paid, batch = adjudicated(rows, year), claims(rows)
    grave, resident = np.isin(batch.care, (INPATIENT, CHRONIC)), RULES.insured("scheme", batch.rule) == 1
    helped = RULES.insured("assistance", batch.rule) > 0
    assert not paid.catastrophic_fund[~(resident & grave)].any(), "catastrophic insurance is for residents' stays"
    assert not paid.large_sum_fund[resident | ~grave].any(), "the large-sum fund is for employees' stays"
    assert not paid.medical_assistance[~helped | ~grave].any(), "assistance is for its categories"
    assert not paid.fund_total[batch.care == PHARMACY].any(), "no fund pays a purchase"


@given(started())
def test_no_fund_pays_beyond_its_ceiling(case: tuple[list[Row], Year]) -> None:
    rows, year = case
    used = {name: column.copy() for name, column in year.columns.items()}
    year.add(adjudicated(rows, year))
    for column, ceiling in ceilings(claims(rows)).items():
        assert (year.columns[column] <= np.maximum(ceiling, used[column])).all(), f"{column} beyond its ceiling"


@given(started(), st.integers(0, 11))
def test_a_row_does_not_depend_on_the_other_rows(case: tuple[list[Row], Year], which: int) -> None:
    rows, year = case
    which %= len(rows)
    alone = Year(1, {name: column[which : which + 1].copy() for name, column in year.columns.items()})
    together, single = adjudicated(rows, year), adjudicated([rows[which]], alone)
    year.add(together)
    alone.add(single)
    for name in (
        "deductible_paid",
        "pooled_fund",
        "large_sum_fund",
        "catastrophic_fund",
        "medical_assistance",
    ):
        assert getattr(together, name)[which] == getattr(single, name)[0], f"{name} depends on the batch"
    for name in STANDING:
        assert year.columns[name][which] == alone.columns[name][0], f"standing {name} depends on the batch"


@given(ROW, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), AMOUNT), min_size=1, max_size=10))
@settings(max_examples=60)
def test_over_a_year_no_fund_exceeds_its_ceiling(person: Row, year_of_claims: list[tuple[int, int, int]]) -> None:
    year, total = Year(1), dict.fromkeys(STANDING, 0)
    for care, level, amount in year_of_claims:
        row = Row(person.person, person.band, person.day, care, level, person.cut, amount)
        paid = adjudicated([row], year)
        year.add(paid)
        outpatient = care == OUTPATIENT
        total["outpatient_fund" if outpatient else "pooled_fund"] += int(paid.pooled_fund[0])
        for name in ("large_sum_fund", "catastrophic_fund", "medical_assistance"):
            total[name] += int(getattr(paid, name)[0])
        total["discharges"] += care == INPATIENT
        total["outpatient_deductible"] += int(paid.deductible_paid[0]) * outpatient
        total["chronic_deductible"] += int(paid.deductible_paid[0]) * (care == CHRONIC)
    for name, amount in total.items():
        if not name.endswith("_base"):
            assert year.columns[name][0] == amount, f"standing {name} is not what was paid"
    for name, ceiling in ceilings(claims([person])).items():
        assert year.columns[name][0] <= ceiling[0], f"{name} beyond its ceiling within a year"
    for care in ("outpatient", "chronic"):
        due = RULES.take(f"{care}.deductible", claims([person]).rule)[0]
        assert year.columns[f"{care}_deductible"][0] <= due, f"the {care} deductible was paid more than once"


@given(ROW, AMOUNT)
def test_more_in_scope_never_lowers_what_the_funds_pay(row: Row, more: int) -> None:
    larger = Row(row.person, row.band, row.day, row.care, row.level, row.cut, row.in_scope + more)
    first, second = (adjudicated([r], Year(1)) for r in (row, larger))
    assert first.fund_total[0] <= second.fund_total[0]
    assert second.fund_total[0] - first.fund_total[0] <= more, "the funds pay more than was added"


@given(ROW, st.sampled_from([0, 500, 1_000, 2_000]))
def test_a_larger_cut_never_helps_basic_insurance(row: Row, more: int) -> None:
    cut = Row(row.person, row.band, row.day, row.care, row.level, row.cut + more, row.in_scope)
    whole, reduced = (adjudicated([r], Year(1)) for r in (row, cut))
    assert reduced.pooled_fund[0] <= whole.pooled_fund[0]
    assert reduced.deductible_paid[0] == whole.deductible_paid[0], "a cut is points off the ratio alone"


@given(st.integers(0, len(PERSONS) - 1), st.sampled_from(DAYS), st.integers(0, 3), st.integers(0, 12))
def test_the_deductible_of_a_stay_is_the_formula(person: int, day: int, level: int, discharges: int) -> None:
    row = Row(person, 1, day, INPATIENT, level, 0, 10**9)
    year = Year(1, {"discharges": np.array([discharges])})
    rule = claims([row]).rule
    full, floor = (
        int(RULES.take(f"inpatient.{leaf}", rule, np.array([level]))[0]) for leaf in ("deductible", "deductible_floor")
    )
    due = int(RULES.take("inpatient.deductible_share", rule, np.array([min(discharges, 4)]))[0])
    expected = max((full * due + 5_000) // 10_000, min(floor, full))
    assert adjudicated([row], year).deductible_paid[0] == expected
