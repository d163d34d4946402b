"""Is what a policy returned fit to be used? (Whole runs that it stops: test_policy_failures.)"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from settlement_sim.engine.checks import Unfit, as_columns, checked
from settlement_sim.engine.complete import Payment, Routed
from settlement_sim.policies.answers import LOCAL, Advances, Amounts, Breakdown, Orders, Route, Scope

ZERO = np.zeros(3, np.int64)
YES = np.ones(3, bool)


def route(**columns: Any) -> Route:
    return Route(**({"path": ZERO, "cut": ZERO, "reason": ZERO} | columns))


def unfit(answer: Any, kind: type, slot: str = "access") -> str:
    with pytest.raises(Unfit) as caught:
        checked(answer, kind, slot, 3)
    return str(caught.value)


# one answer ---------------------------------------------------------------------------------------------


def test_an_answer_gets_the_types_of_the_engine() -> None:
    found = checked(
        route(path=np.array([0, 1, 1], np.uint8), cut=np.array([0, 5, 10_000], np.int32)), Route, "access", 3
    )
    assert isinstance(found, Routed)
    assert (found.path.dtype, found.cut.dtype, found.reason.dtype, found.filing.dtype) == (
        np.int8, np.int64, np.int8, np.int8,
    )  # fmt: skip
    assert (found.path.tolist(), found.cut.tolist()) == ([0, 1, 1], [0, 5, 10_000])


def test_what_is_left_out_is_neutral() -> None:
    assert checked(route(), Route, "access", 3).filing.tolist() == [LOCAL] * 3, "local terms"
    paid = checked(Advances(ZERO, ZERO, YES), Advances, "channel", 3)
    assert isinstance(paid, Payment)
    for name in ("claimed_later", "deposit", "unpaid", "reversed_after"):
        column = getattr(paid, name)
        assert column.tolist() == [0] * 3 and column.dtype == np.int64, name


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (None, Route, "returned NoneType; expected Route"),
        ((ZERO, ZERO, ZERO), Route, "returned tuple; expected Route"),
        (route(path=[0, 0, 0]), Route, "returned list for path; expected a numpy column"),
        (route(cut=0), Route, "returned int for cut; expected a numpy column"),
        (route(cut=ZERO[:2]), Route, "returned 2 rows of cut; expected 3"),
        (route(cut=np.zeros(3)), Route, "returned cut as float64; expected whole numbers"),
        (route(cut=np.array([0, np.nan, 0])), Route, "returned cut as float64 with NaN; expected whole numbers"),
        (route(reason=np.array(["a", "b", "c"])), Route, "returned reason as <U1; expected whole numbers"),
        (route(path=YES), Route, "returned path as bool; expected whole numbers"),
        (route(path=ZERO + 2), Route, "returned a path of 2; expected 0 to 1"),
        (route(path=ZERO - 1), Route, "returned a path of -1; expected 0 to 1"),
        (route(cut=ZERO - 1), Route, "returned a cut of -1; expected 0 to 10,000"),
        (route(cut=ZERO + 10_001), Route, "returned a cut of 10001; expected 0 to 10,000"),
        (Scope(ZERO, ZERO, ZERO, ZERO + 0.5), Scope, "returned in_scope as float64; expected whole numbers"),
        (Advances(ZERO, ZERO, ZERO), Advances, "returned settles as int64; expected flags"),
        (Advances(ZERO, ZERO, YES, deposit=ZERO[:1]), Advances, "returned 1 rows of deposit; expected 3"),
        (Orders(None), Orders, "returned NoneType for amount"),
    ],
)  # fmt: skip
def test_an_unfit_answer_is_told(answer: Any, kind: type, said: str) -> None:
    assert unfit(answer, kind).startswith(said)


@pytest.mark.parametrize("code", [256, 300, -200, 2**40])
@pytest.mark.parametrize("column", ["path", "filing", "reason"])
def test_a_code_beyond_what_a_byte_holds_is_not_cut_to_fit(column: str, code: int) -> None:
    """256 would otherwise become 0."""
    assert column in unfit(route(**{column: ZERO + code}), Route)


@pytest.mark.parametrize("code", [-1, 5, 100])
def test_a_filing_outside_the_categories_is_refused(code: int) -> None:
    assert "filing" in unfit(route(filing=ZERO + code), Route)


@pytest.mark.parametrize("column", ["path", "cut", "reason"])
def test_only_what_may_be_left_out_is_made_up(column: str) -> None:
    assert column in unfit(route(**{column: None}), Route)


@pytest.mark.parametrize("column", ["personal_account", "cash", "settles"])
def test_a_payment_says_how_much(column: str) -> None:
    given = {"personal_account": ZERO, "cash": ZERO, "settles": YES, column: None}
    assert column in unfit(Advances(**given), Advances, "channel")


def amounts(column: str, index: Any = slice(None), amount: Any = ZERO) -> Breakdown:
    return Breakdown((Amounts(column, index, amount),))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (amounts("medical_assistance"), "returned amounts of 'medical_assistance'; this slot may fill deductible_paid, "
         "pooled_fund, large_sum_fund"),
        (amounts("pooled_found"), "returned amounts of 'pooled_found'; this slot may fill"),
        (Breakdown((), (Amounts("pooled_found", slice(None), ZERO),)), "returned amounts of 'pooled_found'; this slot"),
        (amounts("pooled_fund", amount=ZERO + 0.5), "returned pooled_fund as float64"),
        (amounts("pooled_fund", slice(0, 2)), "returned 3 rows of pooled_fund; expected 2"),
        (amounts("pooled_fund", np.array([0]), ZERO), "returned 3 rows of pooled_fund; expected 1"),
    ],
)  # fmt: skip
def test_amounts_belong_to_their_slot_and_their_rows(answer: Breakdown, said: str) -> None:
    assert unfit(answer, Breakdown, "basic").startswith(said)


@pytest.mark.parametrize("index", [[0, 3], [-1, 0], [0.0, 1.0], [1, 1]], ids=str)
def test_amounts_name_rows_that_are_there_and_each_once(index: list[Any]) -> None:
    """Of a row named twice, numpy would keep the last amount alone."""
    assert "pooled_fund" in unfit(amounts("pooled_fund", np.array(index), ZERO[:2]), Breakdown, "basic")


def test_answers_are_compared_column_by_column() -> None:
    sparse = Breakdown((Amounts("pooled_fund", np.array([2]), np.array([5])),))
    whole = Breakdown.of(pooled_fund=np.array([0, 0, 5]), large_sum_fund=ZERO)
    assert {name: column.tolist() for name, column in as_columns(sparse, 3).items()} == {"pays pooled_fund": [0, 0, 5]}
    assert as_columns(whole, 3).keys() == as_columns(sparse, 3).keys()
    assert "reason" not in as_columns(checked(route(), Route, "access", 3), 3), "reasons are no decision"


def test_a_settlement_that_will_be_taken_back_is_another_decision() -> None:
    plain = checked(Advances(ZERO, ZERO, YES), Advances, "channel", 3)
    back = checked(Advances(ZERO, ZERO, YES, reversed_after=ZERO + 1), Advances, "channel", 3)
    assert as_columns(plain, 3).keys() != as_columns(back, 3).keys()
