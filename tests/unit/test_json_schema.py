"""Does the JSON Schema of scenarios take what the program takes, and point at what it refuses?"""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from settlement_sim.policies.base import SLOTS
from settlement_sim.policies.registry import built_in
from settlement_sim.scenario.json_schema import described, scenario_schema
from settlement_sim.scenario.parameters import Parameter

CHECK = Draft202012Validator(scenario_schema())
INSURED = [{"use": "insured_place"}]
WHOLE: dict[str, Any] = {
    "format": 1,
    "question": {"zh": "问", "en": "what"},
    "kind": "history",
    "window": {"from": "2024-01-01", "until": "2024-09-30"},
    "warm_up": "2023-10-01",
    "policies": {
        "access": [{"use": "filing_free"}],
        "catalogue": [{"use": "care_place"}],
        "benefit": {"basic": INSURED, "catastrophic": INSURED, "assistance": INSURED},
        "channel": [{"use": "one_stop"}],
        "clearing": [{"use": "prepaid_monthly_gross"}],
    },
}


def wrong(scenario: dict[str, Any]) -> list[str]:
    """Places that the schema refuses."""
    return sorted({error.json_path for error in CHECK.iter_errors(scenario)})


def child(**said: Any) -> dict[str, Any]:
    return {"format": 1, "extends": "baseline_2024q1q3.yaml"} | said


def access(**entry: Any) -> dict[str, Any]:
    return child(policies={"access": [entry]})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(scenario_schema())
    assert scenario_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_whole_scenario_is_taken() -> None:
    assert wrong(WHOLE) == []


@pytest.mark.parametrize("key", ["question", "kind", "window", "warm_up", "policies"])
def test_only_a_scenario_that_extends_none_has_to_be_complete(key: str) -> None:
    less = {name: value for name, value in WHOLE.items() if name != key}
    assert wrong(less) == ["$"]
    assert wrong(less | {"extends": "other.yaml"}) == []


def test_a_mapping_may_be_completed_by_the_parent() -> None:
    assert wrong(child(window={"until": "2024-12-31"}, policies={"benefit": {"assistance": [{"use": "none"}]}})) == []
    assert wrong(WHOLE | {"window": {"until": "2024-12-31"}}) == ["$.window"]
    assert wrong(WHOLE | {"policies": WHOLE["policies"] | {"benefit": {"basic": INSURED}}}) == ["$.policies.benefit"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"sede": 7}, "$"),
        ({"seed": "seven"}, "$.seed"),
        ({"kind": "histroy"}, "$.kind"),
        ({"readings": {"growth": "R9"}}, "$.readings.growth"),
        ({"manual": {"staff": 0}}, "$.manual.staff"),
        ({"demand": {"potential": 0.5}}, "$.demand.potential"),
        ({"demand": {"potential": 2.5}}, "$.demand.potential"),
        ({"demand": {"response": "of"}}, "$.demand.response"),
        ({"policies": {"acess": []}}, "$.policies"),
        ({"policies": {"benefit": INSURED}}, "$.policies.benefit"),
        ({"policies": {"access": []}}, "$.policies.access"),
        ({"policies": {"access": [{"where": "others"}]}}, "$.policies.access[0]"),
    ],
)
def test_what_the_program_refuses_is_refused(said: dict[str, Any], place: str) -> None:
    assert wrong(child(**said)) == [place]


@pytest.mark.parametrize(
    "said",
    [
        {"demand": {"potential": 1.05, "response": "declared"}},
        {"demand": {"response": {"elasticity": 62.5}}},
        {"demand": {"potential": 2, "response": {"direct_gain": 100}}},
        {"manual": {"staff": "none"}},
        {"manual": {"staff": 4, "claims_per_day": 10, "review_days": 5}},
        {"rules": {"overlays": ["mine.yaml"]}},
        {"calibration": "mine.yaml"},
    ],
    ids=str,
)
def test_what_the_program_takes_is_taken(said: dict[str, Any]) -> None:
    assert wrong(child(**said)) == []


def test_the_parameters_of_a_policy_are_those_of_its_name() -> None:
    assert wrong(access(use="filing_required", **{"with": {"cut_other": 15, "late_filing": "not_allowed"}})) == []
    assert wrong(access(use="filing_required", **{"with": {"cut_ohter": 15}})) == ["$.policies.access[0].with"]
    assert wrong(access(use="filing_required", **{"with": {"cut_other": 21}})) == [
        "$.policies.access[0].with.cut_other"
    ]
    assert wrong(access(use="filing_free", **{"with": {"cut_other": 15}})) == ["$.policies.access[0].with"]
    nested = {"otherwise": {"use": "filing_required", "with": {"cut_other": 5}}}
    assert wrong(access(use="border_local", **{"with": nested})) == []


@pytest.mark.parametrize("use", ["mine.py:CommuterAccess", "commuter_access", "reading.access_of_other_prefectures"])
def test_a_policy_that_is_not_built_in_is_taken(use: str) -> None:
    assert wrong(access(use=use, **{"with": {"reach": 45}})) == []


def test_an_editor_is_offered_the_policies_of_the_slot() -> None:
    definitions = scenario_schema()["$defs"]
    for slot in SLOTS:
        offered = {each.get("const") for each in definitions[f"Entry.{slot}"]["properties"]["use"]["anyOf"]}
        built = {kind.name for kind in built_in() if kind.slot == slot}
        readings = {"reading.access_of_other_prefectures"} if slot == "access" else set()
        assert offered - {None} == built | readings, slot


def test_a_parameter_says_what_it_rests_on() -> None:
    cut = scenario_schema()["$defs"]["access.filing_required"]["properties"]["cut_other"]
    assert cut["default"] == 20 and cut["maximum"] == 20
    assert cut["description"].endswith("(secondary; ≤ 20; Procedure for direct settlement of cross-province care)")
    assert not {"title", "grade", "source", "low", "high", "at_most"} & set(cut)
    assert scenario_schema()["$defs"]["Manual"]["properties"]["delay_days"]["description"].endswith(
        "(assumption; 10–90)"
    )


def test_what_has_no_grade_is_described_alone() -> None:
    assert described(Parameter("a", "1", "what it means")) == "what it means"
    own = Parameter("a", "1", "what it means", "assumption", "docs/mine.md", "0", "2")
    assert described(own) == "what it means (assumption; 0–2; docs/mine.md)"
