"""Are parameters read as people write them, held as the engine counts, and honest about what they rest on?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

import settlement_sim as ss
from settlement_sim.policies.parameters import number, param
from settlement_sim.policies.registry import Registry


@ss.policy("access")
class EveryUnit(ss.Policy):
    """One parameter of each unit."""

    ratio: ss.Percent = ss.param(23, "a share", grade="assumption", low=15, high=35)
    cut: ss.Points = ss.param("7.5", "points off", grade="official", source="notice", at_most=10)
    amount: ss.Yuan = ss.param("880.00", "an amount", grade="assumption")
    minutes: ss.Minutes = ss.param(60, "minutes", grade="assumption", low=30, high=120)
    days: ss.Days = ss.param(30, "days", grade="assumption")
    months: ss.Months = ss.param(6, "months", grade="assumption")
    otherwise: ss.policy_of("access") = ss.param("filing_free", "who decides the rest", grade="assumption")  # type: ignore[valid-type]

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        raise NotImplementedError


def wrong(**parameters: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        EveryUnit(**parameters)
    (error,) = caught.value.errors()
    return str(error["msg"]).removeprefix("Value error, ")


def test_they_are_held_in_ten_thousandths_and_fen() -> None:
    policy: Any = EveryUnit(ratio="23.25", amount="1234.56", minutes="45")
    assert (policy.ratio, policy.cut, policy.amount) == (2_325, 750, 123_456)
    assert (policy.minutes, policy.days, policy.months) == (45, 30, 6)


def test_they_are_written_back_as_they_were_read() -> None:
    policy = EveryUnit(ratio="23.25", amount="1234.56")
    said = policy.model_dump(mode="json")
    assert said == {
        "ratio": "23.25", "cut": "7.5", "amount": "1234.56", "minutes": 60, "days": 30, "months": 6,
        "otherwise": {"use": "filing_free", "with": {"manual_stays": "23", "manual_other": "0"}},
    }  # fmt: skip
    assert EveryUnit(**said) == policy
    assert EveryUnit(**said) != EveryUnit()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"ratio": 101}, "percent from 0 to 100"),
        ({"ratio": -1}, "percent from 0 to 100"),
        ({"ratio": "0.001"}, "percent with at most 2 decimals"),
        ({"ratio": "a fifth"}, "a number of percent such as 95"),
        ({"ratio": True}, "a number of percent such as 95"),
        ({"ratio": float("nan")}, "a number of percent such as 95"),
        ({"cut": 11}, "at most 10, the ceiling that the rule sets"),
        ({"amount": "1,234.56"}, "a number without a thousands comma: 1234.56"),
        ({"minutes": "1.5"}, "a whole number from 0 to 10,000"),
        ({"minutes": 10_001}, "a whole number from 0 to 10,000"),
        ({"minutes": "６０"}, "a whole number from 0 to 10,000"),
        ({"days": -1}, "a whole number from 0 to 1,000"),
        ({"months": True}, "a whole number from 0 to 120"),
        ({"otherwise": {"with": {}}}, "a policy of slot access by name, or {use: …, with: {…}}"),
        ({"otherwise": {"use": "filing_free", "wiht": {}}}, "a policy of slot access by name, or {use: …, with: {…}}"),
    ],
    ids=str,
)
def test_what_they_refuse(parameters: dict[str, Any], said: str) -> None:
    assert wrong(**parameters) == said


def test_policies_inside_parameters_are_built_and_their_mistakes_told() -> None:
    inside = {"use": "filing_required", "with": {"cut_other": 15}}
    policy: Any = EveryUnit(otherwise=inside)
    assert policy.otherwise.cut_other == 1_500
    assert EveryUnit(otherwise=policy.otherwise) == policy, "a policy may be given as it is"
    assert "did you mean 'filing_free'?" in wrong(otherwise="filing_fre")
    assert wrong(otherwise={"use": "filing_required", "with": {"cut_other": 25}}) == (
        "filing_required with cut_other: Value error, at most 20, the ceiling that the rule sets"
    )
    deep = {"use": "border_local", "with": {"otherwise": {"use": "network", "with": {"otherwise": inside}}}}
    policy = EveryUnit(otherwise=deep)
    assert policy.otherwise.otherwise.otherwise.cut_other == 1_500
    monthly = Registry().find("clearing", "prepaid_monthly_gross")()
    assert wrong(otherwise=monthly) == "a policy of slot access; prepaid_monthly_gross is one of slot clearing"


def test_what_a_parameter_rests_on_is_kept_beside_it() -> None:
    records = {name: field.json_schema_extra for name, field in EveryUnit.model_fields.items()}
    assert records["ratio"] == {"grade": "assumption", "source": "", "low": 15, "high": 35}
    assert records["cut"] == {"grade": "official", "source": "notice", "at_most": 10}
    assert EveryUnit.model_fields["ratio"].description == "a share"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"grade": "asumption"}, "no grade 'asumption'; there are article, .*; did you mean 'assumption'?"),
        ({"grade": "guess"}, "no grade 'guess'; there are article, official, secondary, assumption$"),
        ({"grade": "official"}, "grade official names its source"),
        ({"grade": "assumption", "low": 5}, "an assumption states both low and high"),
        ({"grade": "assumption", "high": 5}, "an assumption states both low and high"),
    ],
    ids=str,
)
def test_a_dishonest_parameter_is_refused_where_it_is_written(given: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said.replace("?", r"\?")):
        param(10, "", **given)


def test_numbers_are_told_from_other_words() -> None:
    assert [number(value) for value in ("7.5", 10, "ten", True, None, "nan", "inf")] == [
        Decimal("7.5"), Decimal(10), None, None, None, None, None,
    ]  # fmt: skip


def test_they_work_as_numpy_operands() -> None:
    policy: Any = EveryUnit()
    assert np.where(np.array([True, False]), policy.cut, 0).tolist() == [750, 0]
    assert (np.array([30, 60, 90]) <= policy.minutes).tolist() == [True, True, False]
