"""Do the layers pay in order, each seeing what the ones before have paid?"""

from __future__ import annotations

import numpy as np

from settlement_sim.policies.answers import Amounts, Breakdown
from settlement_sim.policies.layers_in_order import PAID, adjudicate_layers
from settlement_sim.policies.views import Claims


def claims(*in_scope: int) -> Claims:
    amounts, none = np.array(in_scope), np.zeros(len(in_scope), np.int64)
    return Claims(none, none, none, none, none, none, none, none, amounts, none, amounts)


def test_each_layer_sees_what_is_left() -> None:
    seen: list[tuple[str, list[int]]] = []

    def half_of_what_is_left(slot: str, claims: Claims) -> Breakdown:
        seen.append((slot, claims.burden().tolist()))
        column = {"basic": "pooled_fund", "catastrophic": "catastrophic_fund", "assistance": "medical_assistance"}[slot]
        return Breakdown.of(**{column: claims.burden() // 2}, adds={column: claims.burden() // 2})

    done, adds = adjudicate_layers(half_of_what_is_left, claims(800, 80))
    assert seen == [("basic", [800, 80]), ("catastrophic", [400, 40]), ("assistance", [200, 20])]
    assert {name: column.tolist() for name, column in done.paid.items()} == {
        "deductible_paid": [0, 0], "pooled_fund": [400, 40], "large_sum_fund": [0, 0],
        "catastrophic_fund": [200, 20], "medical_assistance": [100, 10],
    }  # fmt: skip
    assert [part.column for part in adds] == ["pooled_fund", "catastrophic_fund", "medical_assistance"]


def test_parts_of_an_answer_are_summed_and_rows_left_out_get_nothing() -> None:
    def in_two_parts(slot: str, claims: Claims) -> Breakdown:
        if slot != "basic":
            return Breakdown()
        return Breakdown(
            (
                Amounts("pooled_fund", np.array([2]), np.array([5])),
                Amounts("pooled_fund", slice(1, 3), np.array([7, 7])),
                Amounts("deductible_paid", np.array([0]), np.array([3])),
            )
        )

    done, adds = adjudicate_layers(in_two_parts, claims(10, 20, 30))
    assert done.paid["pooled_fund"].tolist() == [0, 7, 12]
    assert done.paid["deductible_paid"].tolist() == [3, 0, 0]
    assert tuple(done.paid) == PAID
    assert adds == []


def test_the_claims_that_were_given_stay_as_they_are() -> None:
    given = claims(10)
    adjudicate_layers(lambda slot, claims: Breakdown(), given)
    assert given.paid == {}
