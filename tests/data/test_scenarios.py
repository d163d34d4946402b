"""Is the committed JSON Schema the one the code makes, does every scenario name it and keep it; are sources known?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from settlement_sim.policies.registry import built_in
from settlement_sim.scenario.json_schema import scenario_schema
from settlement_sim.scenario.load import packaged_scenarios, scenario_folder
from settlement_sim.scenario.parameters import documents, parameters_of
from settlement_sim.vocabulary import GRADES

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs/schema/scenario-1.json"
FIRST_LINE = "# yaml-language-server: $schema=../docs/schema/scenario-1.json"


def as_editors_read(path: Path) -> Any:
    """A YAML 1.2 file with its numbers; days stay text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text("utf-8")), default=str))


def test_the_committed_schema_is_the_one_the_code_makes() -> None:
    assert json.loads(COMMITTED.read_text("utf-8")) == scenario_schema(), (
        "rewrite it: settlement-sim schema --out docs/schema/scenario-1.json"
    )


@pytest.mark.parametrize("name", packaged_scenarios())
def test_a_scenario_names_the_schema_in_its_first_line(name: str) -> None:
    path = scenario_folder() / f"{name}.yaml"
    assert path.read_text("utf-8").splitlines()[0] == FIRST_LINE
    assert (path.parent / FIRST_LINE.partition("=")[2]).resolve() == COMMITTED


@pytest.mark.parametrize("name", packaged_scenarios())
def test_a_scenario_keeps_the_schema(name: str) -> None:
    found = Draft202012Validator(scenario_schema()).iter_errors(as_editors_read(scenario_folder() / f"{name}.yaml"))
    assert [f"{error.json_path}: {error.message}" for error in found] == []


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_a_policy_says_what_its_parameters_rest_on(kind: Any) -> None:
    """An assumption may lean on nothing; any other grade names a document that is known."""
    for parameter in parameters_of(kind):
        assert parameter.meaning and parameter.grade in GRADES, parameter.name
        assert (parameter.source in documents()) if parameter.source else parameter.grade == "assumption", parameter
