"""Are the committed reference pages what the data says now, and does the glossary know every word?"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from settlement_sim.policies.registry import built_in
from settlement_sim.scenario.schema import Demand, Manual, Readings, RecognitionOptions, WorldOptions
from settlement_sim.vocabulary import AXES, DISEASES, POOLS

DOCS = Path(__file__).parents[2] / "docs"
ROOMS = {
    "readings": Readings, "manual": Manual, "demand": Demand, "world": WorldOptions, "recognition": RecognitionOptions,
}  # fmt: skip


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.append(str(DOCS))  # its neighbours are found as they are when it is run
    spec.loader.exec_module(module)
    return module


BUILDER = _builder()


def test_the_pages_with_tables_are_the_known_ones() -> None:
    names = ["assumptions.md", "calibration.md", "columns.md", "glossary.md", "questions.md", "recognition.md"]
    names += ["report-page.md", "reported-figures.md", "rules.md", "scenario-reference.md"]
    assert [page.name for page in BUILDER.pages()] == names


@pytest.mark.parametrize("page", BUILDER.pages(), ids=lambda page: page.name)
def test_a_page_is_current(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == BUILDER.current(text), f"{page.name} is behind the data: run `make docs`"


def test_every_table_stands_on_a_page() -> None:
    used = {found[2] for page in BUILDER.pages() for found in BUILDER.BLOCK.finditer(page.read_text("utf-8"))}
    assert used == set(BUILDER.TABLES)


def test_every_written_rule_stands_in_one_of_the_four_tables() -> None:
    tables = [BUILDER.TABLES[name]() for name in BUILDER.TABLES if name.startswith("rules_")]
    rows = sum(text.count("\n") - 2 for text in tables)
    assert rows == len(sys.modules["rule_tables"].written()), (
        "a rule file names pools that no table of docs/rules.md shows"
    )


def test_an_axis_that_a_value_fills_entirely_is_not_said() -> None:
    text = BUILDER.TABLES["rules_chongqing"]()
    assert "| `inpatient.deductible_floor` | resident | 0.00 yuan |" in text
    assert "| `inpatient.ratio` | employee; status retired; level 1, 3 | 95 % |" in text


def test_a_value_is_said_as_its_schema_has_it() -> None:
    said = sys.modules["scenario_tables"].said
    assert said({"type": "integer", "minimum": 1, "maximum": 300}) == "whole number, 1 to 300"
    assert said({"anyOf": [{"enum": ["on", "off"]}, {"type": "null"}]}) == "`on` or `off`"
    assert said({"type": "number", "exclusiveMinimum": 0, "maximum": 1}) == "number, above 0, at most 1"


def test_the_scenario_reference_shows_every_key_and_every_policy() -> None:
    text = (DOCS / "scenario-reference.md").read_text("utf-8")
    keys = {f"{room}.{key}" for room, model in ROOMS.items() for key in model.model_json_schema()["properties"]}
    names = {kind.name for kind in built_in()}
    assert {key for key in keys if f"| `{key}` |" not in text} == set()
    assert {name for name in names if f"**`{name}`**" not in text} == set()


def test_the_glossary_knows_every_label() -> None:
    text = (DOCS / "glossary.md").read_text("utf-8")
    words = {label for labels in AXES.values() for label in labels} | set(DISEASES) | set(POOLS)
    assert {word for word in words if f"`{word}`" not in text} == set()
