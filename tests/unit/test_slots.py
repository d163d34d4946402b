"""Is each row answered by the policy of its pool, scheme and day, and is it told which policies changed nothing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.needs import need_id
from settlement_sim.engine.slots import Asked, Slots, Timeline, joined
from settlement_sim.errors import BrokenLaw, PolicyError
from settlement_sim.policies.answers import Amounts, Breakdown, Route
from settlement_sim.policies.base import Policy, reasons

ROWS = np.array([0, 1, 2, 3, 2, 1], np.int16)
START = dates.day("2024-05-01")


class Named(Policy):
    """A policy that cuts by its number; of odd rows it knows nothing if it is told so."""

    slot: ClassVar = "access"
    name: ClassVar = "named"
    number: int

    def route(self, rows: np.ndarray) -> Route:
        number = np.full(len(rows), self.number)
        return Route(number % 2, number * 100 + rows, number * 0)


class Labelled(Named):
    """The same decisions, with reasons: whether the row is even."""

    name: ClassVar = "labelled"
    EVEN, ODD = reasons("even", "odd")
    reasons: ClassVar = ("even", "odd")

    def route(self, rows: np.ndarray) -> Route:
        route = super().route(rows)
        return Route(route.path, route.cut, np.where(rows % 2 == 0, self.EVEN, self.ODD))


def timeline(*assigned: list[int], policies: tuple[Policy, ...] | None = None, step: int = 10) -> Timeline:
    """Epochs that begin every ten days from 1 May 2024 on, with policies assigned to four groups."""
    starts = np.array([START + step * epoch for epoch in range(len(assigned))])
    policies = policies or tuple(Named(number=n) for n in (7, 8, 9))
    return Timeline(policies, starts, np.array(assigned, np.int16))


def asked(day: Any, group: np.ndarray = ROWS) -> Asked:
    """Needs 0, 1, … of one person in May 2024."""
    rows = len(group)
    return Asked(rows, day, lambda: group, need_id(np.full(rows, 7), 16, np.arange(rows)))


def routing(rows: int) -> Callable[[Any, Any], Route]:
    return lambda policy, index: policy.route(np.arange(rows)[index])


def ask(slots: Slots | Timeline, day: Any, group: np.ndarray = ROWS) -> Any:
    slots = slots if isinstance(slots, Slots) else Slots({"access": slots})
    return joined(len(group), slots.ask("access", asked(day, group), Route, routing(len(group))))


# who answers --------------------------------------------------------------------------------------------


def test_rows_are_parted_by_group() -> None:
    parts = timeline([0, 1, 2, 1]).parts(START + 5, ROWS)
    assert [(code, np.arange(6)[index].tolist()) for code, index in parts] == [(0, [0]), (1, [1, 3, 5]), (2, [2, 4])]


def test_answers_stand_where_their_rows_stood() -> None:
    route = ask(timeline([0, 1, 2, 1]), START + 5)
    assert route.cut.tolist() == [700, 801, 902, 803, 904, 805], "each policy saw its own rows"
    assert route.path.tolist() == [1, 0, 1, 0, 1, 0]
    assert (route.path.dtype, route.cut.dtype) == (np.int8, np.int64), "types of columns are those of the engine"


@pytest.mark.parametrize(("after", "number"), [(0, 7), (9, 7), (10, 8), (19, 8), (20, 9), (400, 9)])
def test_an_epoch_holds_until_the_day_before_the_next(after: int, number: int) -> None:
    line = timeline([0] * 4, [1] * 4, [2] * 4)
    ((code, index),) = line.parts(START + after, ROWS)
    assert line.policies[code].number == number  # type: ignore[attr-defined]
    assert index == slice(None), "one policy for all rows needs no index"


def test_rows_of_one_batch_may_be_governed_by_different_days() -> None:
    days = START + np.array([0, 10, 9, 20, 10, 19])
    route = ask(timeline([0] * 4, [1] * 4, [2, 2, 2, 0]), days)
    assert (route.cut // 100).tolist() == [7, 8, 7, 7, 8, 8]


def test_one_policy_is_asked_once_about_everything() -> None:
    seen: list[Any] = []

    def question(policy: Any, index: Any) -> Route:
        seen.append((policy.number, index))
        return policy.route(ROWS[index])

    line = timeline([0] * 4, policies=(Named(number=7),))
    Slots({"access": line}).ask("access", asked(START), Route, question)
    assert seen == [(7, slice(None))]


def no_group() -> np.ndarray:
    raise AssertionError("groups are asked for although one policy answers")


def test_entries_with_equal_policies_answer_as_one() -> None:
    assert timeline([0, 1, 0, 1], policies=(Named(number=7), Named(number=7))).uniform
    assert not timeline([0, 1, 0, 1], policies=(Named(number=7), Named(number=8))).uniform, "other parameters"
    assert not timeline([0, 1, 0, 1], policies=(Named(number=7), Labelled(number=7))).uniform, "another class"
    slots = Slots({"access": timeline([0, 1, 0, 1], policies=(Named(number=7), Named(number=7)))})
    question = Asked(6, START, no_group, np.zeros(6, np.int64))
    assert len(slots.ask("access", question, Route, routing(6))) == 1


def test_a_day_without_rows_has_an_answer_without_rows() -> None:
    route = ask(timeline([0, 1, 2, 1]), START, np.zeros(0, np.int16))
    assert (len(route.path), len(route.cut)) == (0, 0)


def test_who_answers_for_a_row() -> None:
    slots = Slots({"access": timeline([0, 1, 2, 1])})
    assert [slots.who("access", asked(START), row).number for row in range(6)] == [7, 8, 9, 8, 9, 8]  # type: ignore[attr-defined]


# what was decided ---------------------------------------------------------------------------------------


def test_reasons_are_tallied_by_policy_once_counting_begins() -> None:
    slots = Slots({"access": timeline([0, 1, 1, 1], policies=(Named(number=7), Labelled(number=8)))})
    ask(slots, START)
    assert not slots.tally, "days before the window are not counted"
    slots.counting = True
    ask(slots, START)
    ask(slots, START, np.array([3, 3, 0], np.int16))
    # Rows 1 to 5 and then rows 0 and 1 are of the labelled policy, row 0 and then row 2 of the other.
    assert {key: counts.tolist() for key, counts in slots.tally.items()} == {("access", 0): [2], ("access", 1): [3, 4]}


class Mumbles(Labelled):
    """Gives a reason that it does not have."""

    name: ClassVar = "mumbles"

    def route(self, rows: np.ndarray) -> Route:
        route = super().route(rows)
        return Route(route.path, route.cut, np.full(len(rows), 2 if self.number == 7 else -1))


@pytest.mark.parametrize("number", [7, 8])
def test_a_reason_that_a_policy_does_not_have_stops_the_run(number: int) -> None:
    slots = Slots({"access": timeline([0] * 4, policies=(Mumbles(number=number),))})
    slots.counting = True
    with pytest.raises(PolicyError, match=r"mumbles of slot access, 2024-05-01, need 7-2024-05-0: .*reason"):
        ask(slots, START)


# where a policy fails -----------------------------------------------------------------------------------


class Fails(Named):
    """Cannot answer about row 3."""

    name: ClassVar = "fails"

    def route(self, rows: np.ndarray) -> Route:
        if 3 in rows:
            raise ZeroDivisionError("division by zero")
        return super().route(rows)


def test_a_policy_that_raises_is_told_with_slot_day_and_first_need() -> None:
    slots = Slots({"access": timeline([0, 0, 0, 1], policies=(Named(number=7), Fails(number=8)))})
    with pytest.raises(PolicyError) as caught:
        ask(slots, START + np.array([0, 1, 2, 30, 4, 5]))
    slot, name, day, need, what = caught.value.args
    assert (slot, name, day, need) == ("access", "fails", "2024-05-31", "7-2024-05-3")
    assert what == "raised ZeroDivisionError: division by zero"
    assert isinstance(caught.value.__cause__, ZeroDivisionError), "the cause can be looked at"


def test_errors_of_the_package_itself_pass() -> None:
    def broken(policy: Any, index: Any) -> Any:
        raise BrokenLaw("two and two")

    with pytest.raises(BrokenLaw, match="two and two"):
        Slots({"access": timeline([0] * 4)}).ask("access", asked(START), Route, broken)


def test_rows_without_needs_are_told_without_one() -> None:
    def wrong(policy: Any, index: Any) -> Any:
        return None

    of_pools = Asked(4, START, lambda: np.arange(4), np.zeros(0, np.int64))
    with pytest.raises(PolicyError, match=r"2024-05-01, need none: returned NoneType; expected Route"):
        Slots({"access": timeline([0] * 4)}).ask("access", of_pools, Route, wrong)


# what changed nothing -----------------------------------------------------------------------------------


def watched(now: Timeline, before: Timeline) -> Slots:
    return Slots({"access": now}, {"access": before})


def one(policy: Policy) -> Timeline:
    return timeline([0] * 4, policies=(policy,))


def test_a_policy_that_decides_otherwise_is_not_idle() -> None:
    slots = watched(one(Named(number=8)), one(Named(number=7)))
    ask(slots, START)
    assert slots.idle() == []


def test_a_policy_that_decides_the_same_is_told() -> None:
    slots = watched(one(Labelled(number=7)), one(Named(number=7)))
    ask(slots, START)
    (said,) = slots.idle()
    assert said.startswith("policy labelled of slot access, entry 1, changed nothing"), "reasons are no decision"


def test_what_stands_unchanged_since_before_is_not_told() -> None:
    slots = watched(one(Named(number=7)), one(Named(number=7)))
    ask(slots, START)
    assert slots.idle() == []


def test_a_policy_that_was_never_asked_is_told() -> None:
    line = timeline([0, 0, 0, 1], policies=(Named(number=7), Named(number=8)))
    slots = Slots({"access": line})
    ask(slots, START, np.array([0, 1, 2], np.int16))
    (said,) = slots.idle()
    assert said.startswith("policy named of slot access, entry 2, was never asked")
    ask(slots, START, np.array([3], np.int16))
    assert slots.idle() == []


def test_a_question_without_rows_is_no_question() -> None:
    slots = watched(one(Named(number=8)), one(Named(number=7)))
    ask(slots, START, np.zeros(0, np.int16))
    assert "never asked" in slots.idle()[0]


def test_each_entry_is_held_against_whoever_stood_there_before() -> None:
    """Entry 1 (8 → 9 for group 3) changes, entry 2 only says in other words what was."""
    now = timeline([0, 0, 2, 1], policies=(Named(number=7), Named(number=9), Labelled(number=8)))
    before = timeline([0, 0, 1, 1], policies=(Named(number=7), Named(number=8)))
    slots = watched(now, before)
    ask(slots, START)
    (said,) = slots.idle()
    assert said.startswith("policy labelled of slot access, entry 3, changed nothing")


def test_a_change_of_one_row_is_a_change() -> None:
    class OneRow(Named):
        """Cuts row 4 by one more."""

        name: ClassVar = "one_row"

        def route(self, rows: np.ndarray) -> Route:
            route = super().route(rows)
            return Route(route.path, route.cut + (rows == 4), route.reason)

    slots = watched(one(OneRow(number=7)), timeline([0, 1, 0, 1], policies=(Named(number=7), Labelled(number=7))))
    ask(slots, START, ROWS[:4])
    assert "changed nothing" in slots.idle()[0]
    ask(slots, START)
    assert slots.idle() == []


class Pays(Policy):
    """Pays each row its number in the sparse way, or in whole columns."""

    slot: ClassVar = "basic"
    name: ClassVar = "pays"
    sparse: bool
    amount: int = 3

    def adjudicate(self, rows: np.ndarray) -> Breakdown:
        if not self.sparse:
            return Breakdown.of(pooled_fund=np.where(rows % 2 == 0, self.amount, 0), large_sum_fund=0 * rows)
        index = np.flatnonzero(rows % 2 == 0)
        return Breakdown((Amounts("pooled_fund", index, np.full(len(index), self.amount)),))


def paying(now: Timeline, before: Timeline) -> list[str]:
    slots = Slots({"basic": now}, {"basic": before})
    slots.ask("basic", asked(START), Breakdown, lambda policy, index: policy.adjudicate(np.arange(6)[index]))
    return slots.idle()


def test_the_same_amounts_in_other_words_are_no_change() -> None:
    assert "changed nothing" in paying(one(Pays(sparse=True)), one(Pays(sparse=False)))[0]
    assert paying(one(Pays(sparse=True, amount=4)), one(Pays(sparse=False))) == []


def test_predecessors_that_differ_by_group_are_compared_part_by_part() -> None:
    """Rows of group 1 (all odd) are paid nothing by either, those of the others the same."""
    before = timeline([0, 1, 0, 0], policies=(Pays(sparse=True), Pays(sparse=False, amount=5)))
    assert "changed nothing" in paying(one(Pays(sparse=False)), before)[0]
