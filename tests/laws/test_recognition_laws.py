"""Whatever careers are drawn: is every month counted once, does nobody lose, and is nothing left to names and order?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from career_cases import NAMES, Person, assessor, careers_of, crowds, people, person, persons_of, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_sim.columns import Columns
from settlement_sim.policies.careers import Recognition
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.recognition.assess import Assessed, Assessor, Left
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.rules.loading import packaged
from settlement_sim.vocabulary import POOLS

Whole = npt.NDArray[np.int64]
BOTH = NAMES[:2]
FEW = settings(max_examples=20)
policies = st.builds(
    Mutual2024,
    pools=st.just("all") | st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    threshold=st.sampled_from([0, 180, 239, 240, 300]), place=st.sampled_from(["longest", "last"]),
    after_expiry=st.sampled_from(["continue", "lapse"]), choice=st.sampled_from(["cheaper", "recognition"]),
)  # fmt: skip
FAIR = policies.map(lambda policy: policy.model_copy(update={"choice": "cheaper"}))


def local(crowd: list[Person], under: CareerRules | None = None) -> Recognition:
    return LocalRule().recognise(careers_of(crowd), under or rules())


def prices(crowd: list[Person], policy: Mutual2024, under: CareerRules | None = None) -> Whole:
    careers, book = careers_of(crowd), under or rules()
    paid: Whole = price(policy.recognise(careers, book), careers, book)
    return paid


def assessed(crowd: list[Person], policy: Mutual2024, by: Assessor | None = None) -> tuple[Assessed, Left]:
    by, careers = by or assessor(), careers_of(crowd)
    old, new = LocalRule().recognise(careers, by.rules), policy.recognise(careers, by.rules)
    return by.assess(persons_of(crowd), careers, old, new)


def mask(policy: Mutual2024) -> int:
    return sum(1 << POOLS.index(pool) for pool in (POOLS if policy.pools == "all" else policy.pools))


# one drawn case, every law -------------------------------------------------------------------------------


class Drawn:
    """A crowd under a policy, worked out once."""

    def __init__(self, crowd: list[Person], policy: Mutual2024) -> None:
        self.crowd, self.policy, self.careers = crowd, policy, careers_of(crowd)
        self.old, self.new = local(crowd), policy.recognise(self.careers, rules())
        self.one, self.left = assessor().assess(persons_of(crowd), self.careers, self.old, self.new)

    def distinct(self, pools: Callable[[int], int]) -> list[int]:
        """Months of each person in the pools of a mask by row, counted as sets."""
        return [
            len(set().union(*(held for pool, held in p.held.items() if pools(row) >> POOLS.index(pool) & 1)))
            for row, p in enumerate(self.crowd)
        ]


def no_month_is_counted_twice(case: Drawn) -> None:
    for found in (case.old, case.new):
        assert not any(np.any(wrong) for wrong, _ in breaches("recognition", (case.careers,), found))
        assert (found.counted <= case.careers.all_months).all()
        assert (found.counted + found.deemed <= case.careers.all_months + case.careers.deemed.sum(1)).all()


def months_here_and_elsewhere_are_those_counted_together(case: Drawn) -> None:
    one, left = case.one, case.left
    counted = case.distinct(lambda row: int(one.after.pools[row]))
    assert (one.months_here + one.months_elsewhere).tolist() == one.after.counted.tolist() == counted
    assert left.months.sum() == one.months_elsewhere.sum()
    assert (left.months > 0).all() and (left.pool != one.after.place[left.person]).all()


def whoever_is_under_the_agreement_has_all_its_months(case: Drawn) -> None:
    together = case.new.pools == mask(case.policy)
    assert (case.new.counted[together] == np.array(case.distinct(lambda _: mask(case.policy)))[together]).all()


def recognition_never_lowers_the_months_counted(case: Drawn) -> None:
    assert (case.new.counted >= case.old.counted).all()


def recognition_never_raises_what_is_paid_back(case: Drawn) -> None:
    fair = case.policy.model_copy(update={"choice": "cheaper"})
    assert (prices(case.crowd, fair) <= price(case.old, case.careers, rules())).all()


def whom_the_local_rule_satisfies_pays_nothing_where_they_are(case: Drawn) -> None:
    satisfied = case.old.short == 0
    assert (case.new.short[satisfied] == 0).all()
    assert (case.new.place[satisfied] == case.old.place[satisfied]).all()


LAWS = (
    no_month_is_counted_twice, months_here_and_elsewhere_are_those_counted_together,
    whoever_is_under_the_agreement_has_all_its_months, recognition_never_lowers_the_months_counted,
    recognition_never_raises_what_is_paid_back, whom_the_local_rule_satisfies_pays_nothing_where_they_are,
)  # fmt: skip


@settings(max_examples=50)
@given(crowds(), policies)
def test_every_law_holds(crowd: list[Person], policy: Mutual2024) -> None:
    case = Drawn(crowd, policy)
    for law in LAWS:
        law(case)


def test_the_local_rule_leaves_nothing_behind() -> None:
    crowd = [person(("chongqing", "2003-01", 200), ("chengdu", "2015-01", 100)), person(("chengdu", "2003-01", 100))]
    old = local(crowd)
    assert len(assessor().assess(persons_of(crowd), careers_of(crowd), old, old)[1].person) == 0


@FEW
@given(crowds(), FAIR, st.sampled_from([1, 12, 60]))
def test_a_higher_threshold_costs_nobody_less(crowd: list[Person], policy: Mutual2024, more: int) -> None:
    higher = policy.model_copy(update={"threshold": policy.threshold + more})
    assert (prices(crowd, higher) >= prices(crowd, policy)).all()


@cache
def symmetric() -> CareerRules:
    """The rules of Chongqing everywhere."""
    text = next(text for name, text in packaged() if name.endswith("chongqing/careers.yaml"))
    return CareerRules(_book_with(text.replace("pools: [chongqing]", "pools: [chengdu]", 1)))


def _book_with(text: str) -> RuleBook:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "careers.yaml"
        path.write_text(text, "utf-8")
        return RuleBook.load([path])


@FEW
@given(crowds(), FAIR, st.sampled_from(NAMES))
def test_more_pools_in_the_agreement_cost_nobody_more(crowd: list[Person], policy: Mutual2024, more: str) -> None:
    """Where a month has one price."""
    if policy.pools != "all":
        wider = policy.model_copy(update={"pools": [*policy.pools, more]})
        assert (prices(crowd, wider, symmetric()) <= prices(crowd, policy, symmetric())).all()


@FEW
@given(st.lists(people(BOTH), min_size=1, max_size=4))
def test_more_pools_cost_nobody_more_whose_months_are_in_two(crowd: list[Person]) -> None:
    """At the prices of each place."""
    alone, two, everywhere = (Mutual2024(pools=pools) for pools in (["chongqing"], list(BOTH), "all"))
    assert (prices(crowd, two) <= prices(crowd, alone)).all()
    assert (prices(crowd, everywhere) <= prices(crowd, two)).all()


def test_a_third_pool_may_move_somebody_to_a_dearer_place() -> None:
    """Longest in Chongqing 200 months short at 305.30, in Zigong 169 at 595.00: the rule of the longest place."""
    one = person(
        ("chongqing", "2001-01", 30), ("chengdu", "2004-01", 10), ("zigong", "2006-01", 31), insured_as="tier_1"
    )
    assert prices([one], Mutual2024()).tolist() == [6_106_000]  # 200 × 73,272 × 5 % ÷ 12
    assert prices([one], Mutual2024(choice="recognition", pools="all")).tolist() == [10_055_500]
    assert prices([one], Mutual2024(pools="all")).tolist() == [8_823_170]  # by the local rule, 360 − 71 months


# neither names nor order --------------------------------------------------------------------------------


def exchanged(one: Person) -> Person:
    other = dict(zip(BOTH, BOTH[::-1], strict=True))
    return replace(
        one, pool=other[one.pool], spells=tuple((other[pool], *rest) for pool, *rest in one.spells),  # type: ignore[misc]
        deemed=tuple((other[pool], months) for pool, months in one.deemed),
    )  # fmt: skip


def mirrored(found: Any) -> dict[str, Any]:
    """Columns with Chongqing and Chengdu exchanged."""
    columns: dict[str, Any] = {}
    for name in [field.name for field in fields(found)]:
        column = getattr(found, name)
        if isinstance(column, Columns):
            columns |= {f"{name} {key}": value for key, value in mirrored(column).items()}
        elif name in ("place", "pool"):
            columns[name] = (1 - column).tolist()
        elif name == "pools":
            columns[name] = ((column & 1) << 1 | column >> 1 & 1 | column >> 2 << 2).tolist()
        else:
            columns[name] = column.tolist()
    return columns


def plain(found: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in [field.name for field in fields(found)]:
        column = getattr(found, name)
        more = plain(column) if isinstance(column, Columns) else None
        columns |= {f"{name} {key}": value for key, value in more.items()} if more else {name: column.tolist()}
    return columns


def rows(columns: dict[str, Any]) -> list[Any]:
    """Rows of columns, in an order of their own."""
    return sorted(zip(*columns.values(), strict=True))


@FEW
@given(crowds(BOTH), policies)
def test_mirrored_careers_give_mirrored_results(crowd: list[Person], policy: Mutual2024) -> None:
    policy = policy.model_copy(update={"pools": list(BOTH)})
    by = replace(assessor(), rules=symmetric())
    one, left = assessed(crowd, policy, by)
    other, behind = assessed([exchanged(p) for p in crowd], policy, by)
    assert mirrored(one) == plain(other)
    assert rows(mirrored(left)) == rows(plain(behind))


@FEW
@given(st.data(), crowds(), policies)
def test_a_permutation_of_rows_permutes_the_answer(
    data: st.DataObject, crowd: list[Person], policy: Mutual2024
) -> None:
    order = data.draw(st.permutations(range(len(crowd))))
    one, left = assessed(crowd, policy)
    other, behind = assessed([crowd[row] for row in order], policy)
    expected, found = plain(one.take(np.array(order))), plain(other)
    assert {k: v for k, v in expected.items() if k != "id"} == {k: v for k, v in found.items() if k != "id"}
    back = np.array(order)[behind.person]
    assert rows(plain(behind) | {"person": back.tolist()}) == rows(plain(left))


@FEW
@given(crowds(), policies, st.integers(0, 6))
def test_halves_give_the_same_as_the_whole(crowd: list[Person], policy: Mutual2024, cut: int) -> None:
    careers = careers_of(crowd)
    halves = [policy.recognise(careers.take(part), rules()) for part in (slice(cut), slice(cut, None))]
    assert plain(Recognition.stack(halves)) == plain(policy.recognise(careers, rules()))
    own = Recognition.stack([LocalRule().recognise(careers.take(p), rules()) for p in (slice(cut), slice(cut, None))])
    assert plain(own) == plain(local(crowd))
