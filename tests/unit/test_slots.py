"""Is each row answered by the policy of its pool, scheme and day, and do the answers come back in place?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from settlement_sim.engine.slots import Slots, Timeline, merge
from settlement_sim.policies.base import Columns, Increment, Policy, Route

ROWS = np.array([0, 1, 2, 3, 2, 1], np.int16)


class Named(Policy):
    """A policy that answers with its number."""

    slot: ClassVar = "access"
    name: ClassVar = "named"
    number: int

    def route(self, rows: np.ndarray) -> Route:
        number = np.full(len(rows), self.number)
        return Route(number.astype(np.int8), number * 100 + rows, number.astype(np.int8))


@dataclass(frozen=True)
class Paid(Columns):
    amount: np.ndarray
    increments: list[Increment] = field(default_factory=list)


def timeline(*assigned: list[int], numbers: tuple[int, ...] = (7, 8, 9)) -> Timeline:
    """Epochs beginning on days 100, 110, … with policies assigned to four groups."""
    starts = np.array([100 + 10 * epoch for epoch in range(len(assigned))])
    return Timeline(tuple(Named(number=n) for n in numbers), starts, np.array(assigned, np.int16))


def ask(line: Timeline, day: Any, group: np.ndarray = ROWS) -> Route:
    rows = np.arange(len(group))
    return Slots({"access": line}).ask("access", day, lambda: group, lambda policy, index: policy.route(rows[index]))


def test_rows_are_parted_by_group() -> None:
    parts = timeline([0, 1, 2, 1]).parts(105, ROWS)
    assert [(policy.number, index.tolist()) for policy, index in parts] == [
        (7, [0]),
        (8, [1, 3, 5]),
        (9, [2, 4]),
    ]


def test_answers_stand_where_their_rows_stood() -> None:
    route = ask(timeline([0, 1, 2, 1]), 105)
    assert route.path.tolist() == [7, 8, 9, 8, 9, 8]
    assert route.cut.tolist() == [700, 801, 902, 803, 904, 805], "each policy saw its own rows"
    assert (route.path.dtype, route.cut.dtype) == (np.int8, np.int64), "types of columns are kept"


@pytest.mark.parametrize(("day", "number"), [(100, 7), (109, 7), (110, 8), (119, 8), (120, 9), (500, 9)])
def test_an_epoch_holds_until_the_day_before_the_next(day: int, number: int) -> None:
    line = timeline([0] * 4, [1] * 4, [2] * 4)
    ((policy, index),) = line.parts(day, ROWS)
    assert policy.number == number
    assert index == slice(None), "one policy for all rows needs no index"


def test_rows_of_one_batch_may_be_governed_by_different_days() -> None:
    days = np.array([100, 110, 109, 120, 110, 119])
    line = timeline([0] * 4, [1] * 4, [2, 2, 2, 0])
    assert ask(line, days).path.tolist() == [7, 8, 7, 7, 8, 8]


def test_one_policy_is_asked_once_about_everything() -> None:
    asked: list[Any] = []

    def question(policy: Any, index: Any) -> Route:
        asked.append((policy.number, index))
        return policy.route(ROWS[index])

    line = timeline([0] * 4, numbers=(7,))
    Slots({"access": line}).ask("access", 105, lambda: ROWS, question)
    assert asked == [(7, slice(None))]


def test_entries_with_equal_policies_answer_as_one() -> None:
    assert timeline([0, 1, 0, 1], numbers=(7, 7)).uniform
    assert not timeline([0, 1, 0, 1], numbers=(7, 8)).uniform, "other parameters are another policy"

    def no_group() -> np.ndarray:
        raise AssertionError("groups are asked for although one policy answers")

    line = timeline([0, 1, 0, 1], numbers=(7, 7))
    route = Slots({"access": line}).ask("access", 105, no_group, lambda policy, index: policy.route(ROWS[index]))
    assert route.path.tolist() == [7] * 6


def test_a_day_without_rows_has_an_answer_without_rows() -> None:
    route = ask(timeline([0, 1, 2, 1]), 105, np.zeros(0, np.int16))
    assert (len(route.path), len(route.cut)) == (0, 0)


def test_increments_keep_to_their_rows() -> None:
    even, odd = np.array([0, 2, 4]), np.array([1, 3, 5])
    first = Paid(np.array([10, 20, 30]), [Increment("discharges", np.array([2]), np.array([1]))])
    second = Paid(np.array([1, 2, 3]), [Increment("pooled_fund", slice(0, 2), np.array([1, 2]))])
    whole = merge(6, [(even, first), (odd, second)])
    assert whole.amount.tolist() == [10, 1, 20, 2, 30, 3]
    named = [(i.column, i.index.tolist(), i.amount.tolist()) for i in whole.increments]
    assert named == [("discharges", [4], [1]), ("pooled_fund", [1, 3], [1, 2])]
