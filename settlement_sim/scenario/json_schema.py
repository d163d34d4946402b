"""How does an editor know what a scenario may say? JSON Schema (2020-12) of the models and of the built-in policies.

A file that extends another need not repeat what that one says, so only a file without `extends` has to be complete.
The schema refuses no policy of a package or a file: of those it knows nothing.
"""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel

from settlement_sim.policies.base import BENEFIT, EVERY_SLOT
from settlement_sim.policies.parameters import number
from settlement_sim.policies.registry import Registry
from settlement_sim.scenario import schema as models
from settlement_sim.scenario.parameters import Parameter, documents, parameters_of
from settlement_sim.scenario.schema import Readings, Scenario

Schema = dict[str, Any]
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_EXTENDS: Final = {
    "type": "string",
    "description": "the scenario that this one departs from, a file or a packaged name; mappings merge, lists replace",
}
_PLUGINS: Final[list[Schema]] = [
    {"type": "string", "pattern": r"\.py:\w+$", "description": "a policy of a file beside this one, file.py:Class"},
    {"type": "string", "description": "a policy of an installed package"},
]


def schema_text() -> str:
    """The schema as it is committed and printed."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


def scenario_schema() -> Schema:
    """The schema of a scenario file."""
    said = Scenario.model_json_schema(by_alias=True)
    defs: Schema = said.pop("$defs")
    for name, definition in defs.items():
        _describe(definition, getattr(models, name))
    _describe(said, Scenario)
    for slot in EVERY_SLOT:
        _specialise(defs, slot)
    del defs["Entry"]
    complete = _take_required(said, defs)
    head = {"$schema": _DRAFT, "title": "settlement-sim scenario, format 1"}
    whole = {"required": ["format"], "if": {"not": {"required": ["extends"]}}, "then": complete, "$defs": defs}
    return head | said | {"properties": {"extends": _EXTENDS, **said["properties"]}} | whole


def _describe(definition: Schema, kind: type[BaseModel]) -> None:
    """Each parameter with meaning, grade, source and range; without the titles that pydantic makes of names."""
    definition.pop("title", None)
    for parameter in parameters_of(kind):
        prop = definition["properties"][parameter.name]
        for word in ("title", "grade", "source", "low", "high", "at_most"):
            prop.pop(word, None)
        if parameter.meaning:
            prop["description"] = described(parameter)
        if "default" in prop:
            prop["default"] = _as_json(parameter.default, prop)
        if prop.get("default") == "":
            del prop["default"]
        if parameter.at_most:
            prop["maximum"] = _as_json(parameter.at_most, prop)


def described(parameter: Parameter) -> str:
    """Meaning, grade, range and source in one line."""
    source = documents().get(parameter.source)
    basis = (parameter.grade, parameter.range, source.title.en if source else parameter.source)
    return parameter.meaning + f" ({'; '.join(filter(None, basis))})" * bool(parameter.grade)


def _as_json(text: str, prop: Schema) -> Any:
    """A default as JSON has it: a number where the parameter is one."""
    value = number(text) if prop.get("type") in ("integer", "number") else None
    return text if value is None else int(value) if value == value.to_integral_value() else float(Decimal(value))


def _specialise(defs: Schema, slot: str) -> None:
    """The entries of one slot: its policies by name, each with its parameters."""
    entry = deepcopy(defs["Entry"])
    names: list[Schema] = []
    for name, kind in Registry(plugins=False).of_slot(slot).items():
        parameters = kind.model_json_schema(by_alias=True)
        _describe(parameters, kind)
        defs[f"{slot}.{name}"] = {"title": f"{slot}: {name}"} | parameters
        names.append({"const": name, "description": parameters["description"]})
        use = {"properties": {"use": {"const": name}}, "required": ["use"]}
        given = {"properties": {"with": {"$ref": f"#/$defs/{slot}.{name}"}}}
        entry.setdefault("allOf", []).append({"if": use, "then": given})
    names += [{"const": f"reading.{reading}", "description": "the policy a reading names"} for reading in _naming(slot)]
    entry["properties"]["use"] = {"description": f"a policy of slot {slot}", "anyOf": [*names, *_PLUGINS]}
    defs[f"Entry.{slot}"] = entry
    holder = defs["Benefit" if slot in BENEFIT else "Policies"]
    holder["properties"][slot]["items"] = {"$ref": f"#/$defs/Entry.{slot}"}


def _naming(slot: str) -> list[str]:
    """Readings whose values are policies of a slot."""
    known = set(Registry(plugins=False).of_slot(slot))
    return [name for name, field in Readings.model_fields.items() if {*get_args(field.annotation)} <= known]


def _take_required(definition: Schema, defs: Schema) -> Schema:
    """Takes `required` out of a definition and the mappings inside it, and returns it as a condition of its own."""
    taken: Schema = {"required": definition.pop("required")} if "required" in definition else {}
    for key, prop in definition["properties"].items():
        inner = _take_required(defs[prop["$ref"].rpartition("/")[2]], defs) if "$ref" in prop else {}
        if inner:
            taken.setdefault("properties", {})[key] = inner
    return taken
