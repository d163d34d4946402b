"""Are problems told in the agreed order and words, and do errors survive being made again from their args?"""

from __future__ import annotations

import pickle

import pytest

from settlement_sim.errors import BrokenLaw, InputError, LookupOutside, Problem, SettlementSimError, nearest

FIRST = Problem("a.yaml:2:1", "'pol'", "one of pool, scheme", "pool")
SECOND = Problem("a.yaml:10:1", "no kind", "a kind")


def test_a_problem_says_where_what_was_found_what_was_expected_and_the_nearest_name() -> None:
    assert str(FIRST) == "a.yaml:2:1: found 'pol'; expected one of pool, scheme; did you mean 'pool'?"


def test_without_a_near_name_there_is_no_question() -> None:
    assert str(SECOND) == "a.yaml:10:1: found no kind; expected a kind"


def test_an_input_error_lists_every_problem_in_the_order_given() -> None:
    error = InputError(p for p in (FIRST, SECOND))
    assert error.problems == (FIRST, SECOND)
    assert str(error).splitlines() == [str(FIRST), str(SECOND)]


def test_one_problem_may_stand_alone() -> None:
    assert InputError(FIRST).problems == (FIRST,)


@pytest.mark.parametrize("error", [InputError([FIRST, SECOND]), LookupOutside("no rule"), BrokenLaw("−1 fen")])
def test_errors_are_made_again_from_their_args(error: SettlementSimError) -> None:
    again = type(error)(*error.args)
    assert (str(again), again.args) == (str(error), error.args), "as simpy does"
    assert str(pickle.loads(pickle.dumps(error))) == str(error), "as worker processes do"
    assert isinstance(error, SettlementSimError)


@pytest.mark.parametrize(
    ("name", "near"), [("chengd", "chengdu"), ("chongking", "chongqing"), ("shanghai", ""), ("", "")]
)
def test_the_nearest_name_is_near_or_none(name: str, near: str) -> None:
    assert nearest(name, ["chengdu", "chongqing", "zigong"]) == near
