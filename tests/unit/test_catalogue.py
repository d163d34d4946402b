"""Which part of a bill is in scope? Item by item, by the catalogue of one place, of the other, or of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.policies.answers import DIRECT, MANUAL, Scope
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.catalogue.insured_place import InsuredPlaceCatalogue
from settlement_sim.policies.catalogue.mutual import MutualCatalogue
from settlement_sim.policies.views import Bills
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.vocabulary import ITEMS, POOLS

DAY = dates.day("2024-05-06")
LEAVES = ("catalogue.outside", "catalogue.above_limit", "catalogue.advance")
#: Two catalogues that differ in every share: (outside, above limit, advance), in 1/10,000.
CARE, INSURED = (1_000, 200, 2_000), (3_000, 100, 1_000)


@pytest.fixture(scope="module")
def rules(book: RuleBook) -> Rules:
    one = np.zeros(1, np.int64)
    return Rules(book, Profiles.of(one, one, one, one, one)[0], DAY, DAY)


class Shares:
    """Shares of one catalogue per place, the same for every item class."""

    def __init__(self, *places: tuple[int, int, int]) -> None:
        self.places = dict(zip(LEAVES, zip(*places, strict=True), strict=True))

    def place(self, leaf: str, rows: np.ndarray, item: int) -> np.ndarray:
        return np.array(self.places[leaf])[rows]


def bills(items: list[list[int]], *, care: object = 0, insured: object = 0, path: object = DIRECT) -> Bills:
    """`items`: one row of six amounts per bill."""
    columns = [np.array(column) for column in zip(*items, strict=True)]
    places = (np.broadcast_to(np.asarray(place), len(items)) for place in (care, insured, path))
    return Bills(columns, sum(columns), *places)


def one_item(item: str, amount: int) -> list[int]:
    return [amount if name == item else 0 for name in ITEMS]


def parts(policy: Any, of: Bills, shares: Any) -> list[tuple[int, ...]]:
    """Outside, above the limit, advance, in scope of each bill."""
    scope: Scope = policy.scope(of, shares)
    columns = (scope.outside_scope, scope.above_price_limit, scope.advance_self_pay, scope.in_scope)
    return [tuple(row) for row in np.stack(columns, 1).tolist()]


# the care place -----------------------------------------------------------------------------------------


def test_each_share_is_of_what_the_one_before_has_left() -> None:
    # 10 % of 1,000.00 is outside; 5 % of 900.00 above the limit; 20 % of 855.00 paid first; 684.00 in scope.
    found = parts(CarePlaceCatalogue(), bills([[100_000, 0, 0, 0, 0, 0]]), Shares((1_000, 500, 2_000)))
    assert found == [(10_000, 4_500, 17_100, 68_400)]


def test_shares_are_rounded_item_by_item() -> None:
    # Six items of 1 fen at 50 %: each goes up to 1 fen outside.
    found = parts(CarePlaceCatalogue(), bills([[1] * 6, [0, 0, 0, 0, 0, 3]]), Shares((5_000, 0, 0)))
    assert found == [(6, 0, 0, 0), (2, 0, 0, 1)]


def test_by_hand_the_catalogue_of_the_insured_place_holds() -> None:
    shares = Shares((1_000, 0, 0), (0, 0, 3_000))
    rows = bills([[1_000, 0, 0, 0, 0, 0]] * 2, care=0, insured=1, path=[DIRECT, MANUAL])
    assert parts(CarePlaceCatalogue(), rows, shares) == [(100, 0, 0, 900), (0, 0, 300, 700)]
    assert parts(CarePlaceCatalogue(manual="care_place"), rows, shares) == [(100, 0, 0, 900)] * 2


@pytest.mark.parametrize("pool", ["chongqing", "chengdu", "liangshan"])
def test_the_real_catalogues_item_by_item(pool: str, book: RuleBook, rules: Rules) -> None:
    place, date = rules.places(DAY, np.array([POOLS.index(pool)])), dates.date(DAY)
    for item in ITEMS:
        left, expected = 100_001, []
        for leaf in ("outside", "above_limit", "advance"):
            cell = book.cell(f"catalogue.{leaf}", pool=pool, scheme="employee", date=date, item=item)
            expected.append((left * cell.value + 5_000) // 10_000)
            left -= expected[-1]
        bill = bills([one_item(item, 100_001)], care=place, insured=place)
        assert parts(CarePlaceCatalogue(), bill, rules) == [(*expected, left)], item


@pytest.mark.parametrize("policy", [CarePlaceCatalogue(), InsuredPlaceCatalogue(), MutualCatalogue()])
def test_amounts_of_the_bill_are_not_written_to(policy: Any) -> None:
    rows = bills([[1_000] * 6])
    policy.scope(rows, Shares((1_000, 500, 2_000)))
    assert [int(item[0]) for item in rows.items] == [1_000] * 6 and rows.total_fee.tolist() == [6_000]


# the insured place --------------------------------------------------------------------------------------


def test_the_catalogue_of_the_insured_place_holds_on_every_path() -> None:
    # 30 % of 1,000.00 outside; 1 % of 700.00 above the limit; 10 % of 693.00 paid first; 623.70 in scope.
    rows = bills([[100_000, 0, 0, 0, 0, 0]] * 2, care=0, insured=1, path=[DIRECT, MANUAL])
    assert parts(InsuredPlaceCatalogue(), rows, Shares(CARE, INSURED)) == [(30_000, 700, 6_930, 62_370)] * 2


# both places --------------------------------------------------------------------------------------------


def both(rule: str, item: str, local_drugs: object = 0) -> tuple[int, ...]:
    """A bill of 1,000.00 of one item class, cared for under CARE and insured under INSURED."""
    policy = MutualCatalogue(rule=rule, local_drugs=local_drugs)
    (found,) = parts(policy, bills([one_item(item, 100_000)], care=0, insured=1), Shares(CARE, INSURED))
    return found


@pytest.mark.parametrize("item", ITEMS)
def test_a_union_leaves_out_the_smaller_share_of_each(item: str) -> None:
    # 10 % outside, 90,000 left; 1 % above the limit, 89,100 left; 10 % paid first, 80,190 in scope.
    assert both("union", item) == (10_000, 900, 8_910, 80_190)


@pytest.mark.parametrize("item", ITEMS)
def test_an_intersection_leaves_out_the_larger_share_of_each(item: str) -> None:
    # 30 % outside, 70,000 left; 2 % above the limit, 68,600 left; 20 % paid first, 54,880 in scope.
    assert both("intersection", item) == (30_000, 1_400, 13_720, 54_880)


@pytest.mark.parametrize("item", ["drug_a", "drug_b"])
def test_local_drugs_keep_the_list_of_the_care_place(item: str) -> None:
    """Half of the listed drugs: half the share of the care place, half of the combined one.

    Intersection: outside (10 % + 30 %)/2 = 20 %, 80,000 left; above the limit 2 %, 78,400 left; paid first 20 %,
    62,720 in scope. Union: outside 10 %, 90,000 left; above (2 % + 1 %)/2 = 1.5 %, 88,650 left; paid first
    (20 % + 10 %)/2 = 15 %, 13,297.5, half up 13,298; 75,352 in scope.
    """
    assert both("intersection", item, local_drugs=50) == (20_000, 1_600, 15_680, 62_720)
    assert both("union", item, local_drugs=50) == (10_000, 1_350, 13_298, 75_352)
    assert both("intersection", item, local_drugs=100) == both_as_care_place(item)


def both_as_care_place(item: str) -> tuple[int, ...]:
    (found,) = parts(CarePlaceCatalogue(), bills([one_item(item, 100_000)], care=0, insured=1), Shares(CARE, INSURED))
    return found


@pytest.mark.parametrize("item", [item for item in ITEMS if item not in ("drug_a", "drug_b")])
def test_other_items_know_no_local_list(item: str) -> None:
    assert both("union", item, local_drugs=100) == both("union", item, local_drugs=0)


@pytest.mark.parametrize("rule", ["union", "intersection"])
@pytest.mark.parametrize("local_drugs", [0, 5, 100])
def test_equal_catalogues_change_nothing(rule: str, local_drugs: int) -> None:
    """To the fen, whatever the bill: odd amounts and odd shares."""
    shares = Shares((1_237, 411, 1_999), (1_237, 411, 1_999))
    rows = bills([[1, 3, 7, 11, 13, 17], [100_001, 99_999, 12_345, 6_789, 1, 0], [0] * 6], care=0, insured=1)
    policy = MutualCatalogue(rule=rule, local_drugs=local_drugs)
    assert parts(policy, rows, shares) == parts(CarePlaceCatalogue(), rows, shares)


def test_a_union_never_covers_less_than_either_place_and_an_intersection_never_more() -> None:
    rng = np.random.default_rng(3)
    rows = bills(rng.integers(0, 10**6, (200, 6)).tolist(), care=0, insured=1)
    shares = Shares((1_500, 0, 1_000), (900, 300, 1_000))
    in_scope = {
        name: np.array([row[3] for row in parts(policy, rows, shares)])
        for name, policy in {
            "care": CarePlaceCatalogue(), "insured": InsuredPlaceCatalogue(),
            "union": MutualCatalogue(local_drugs=0),
            "intersection": MutualCatalogue(rule="intersection", local_drugs=0),
        }.items()
    }  # fmt: skip
    most = np.maximum(in_scope["care"], in_scope["insured"])
    assert (in_scope["union"] >= most).all() and (in_scope["union"] > most).any()
    least = np.minimum(in_scope["care"], in_scope["insured"])
    assert (in_scope["intersection"] <= least).all() and (in_scope["intersection"] < least).any()


@pytest.mark.parametrize("wrong", [{"rule": "both"}, {"local_drugs": 101}, {"local_drugs": -1}])
def test_a_wrong_parameter_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        MutualCatalogue(**wrong)
