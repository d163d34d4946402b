"""Which tables show what a scenario may say: its keys, the entries of a slot, the policies of every slot?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, get_args

from assumption_tables import rests_on
from pydantic import BaseModel
from reference_data import Row, table

from settlement_sim.record.measures import MEASURE_NAMES
from settlement_sim.scenario.listing import Listed, listed
from settlement_sim.scenario.parameters import Parameter, parameters_of
from settlement_sim.scenario.schema import Entry, Policies, Scenario, Where
from settlement_sim.vocabulary import POOLS

HEAD: Final = ("key", "value", "default", "range", "grade", "meaning")
#: Lists of words that are too long for a cell, and where they stand.
LONG: Final = {POOLS: "a [pool](glossary.md#pools-统筹区)", MEASURE_NAMES: "a [measure](columns.md#measures-指标)"}
#: Models that are shown elsewhere on the page.
APART: Final = (Policies,)


def keys() -> str:
    """Every key of a scenario but the policies."""
    return table(HEAD, [row for row in _rows(Scenario, "") if not row[0].startswith("`policies")])


def entries() -> str:
    """The keys of one entry of a slot."""
    return table(HEAD, [*_rows(Entry, ""), *_rows(Where, "where.")])


def policies_of(slot: str) -> Callable[[], str]:
    """The table of the built-in policies of a slot."""

    def rows() -> Iterator[Row]:
        for policy in listed(slot, plugins=False):
            yield f"**`{policy.name}`**", "", "", "", "", _said(policy)
            types = _properties(policy)
            for one in policy.parameters:
                yield _row(one.name, one, types[one.name])

    return lambda: table(("policy, parameter", *HEAD[1:]), rows())


def _said(policy: Listed) -> str:
    reasons = ", ".join(f"`{reason}`" for reason in policy.reasons)
    return policy.meaning + f" Reasons: {reasons}." * bool(reasons)


def _properties(policy: Listed) -> dict[str, Any]:
    from settlement_sim.policies.registry import Registry

    kind = Registry(plugins=False).of_slot(policy.slot)[policy.name]
    return kind.model_json_schema(by_alias=True).get("properties", {})


def _rows(kind: type[BaseModel], prefix: str) -> Iterator[tuple[str, ...]]:
    """A row for each field of a model, those of a mapping inside it below it."""
    types = kind.model_json_schema(by_alias=True)["properties"]
    for one, field in zip(parameters_of(kind), kind.model_fields.values(), strict=True):
        inside = _models(field.annotation)
        meaning = one.meaning or " ".join((inside[0].__doc__ or "").split()) if inside else one.meaning
        yield _row(prefix + one.name, replace(one, meaning=meaning), types[one.name])
        for inner in inside:
            if kind is not Entry and inner not in APART:
                listing = "[]" * (types[one.name].get("type") == "array")
                yield from _rows(inner, f"{prefix}{one.name}{listing}.")


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The mappings that may stand as a value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _row(name: str, one: Parameter, prop: dict[str, Any]) -> tuple[str, ...]:
    default = one.default if one.default[:1] not in ("{", "[") else ""
    return (
        f"`{name}`",
        said(prop),
        default or "–",
        one.range or "–",
        one.grade or "–",
        rests_on(one.meaning, one.source) or "–",
    )


def said(prop: dict[str, Any]) -> str:
    """What may stand as a value, from its JSON Schema."""
    if "anyOf" in prop:
        return " or ".join(dict.fromkeys(said(one) for one in prop["anyOf"] if one.get("type") != "null"))
    if "const" in prop or "enum" in prop:
        return _words(tuple(dict.fromkeys(str(word) for word in prop.get("enum", (prop.get("const"),)))))
    if prop.get("type") == "array":
        return f"list: {said(prop['items'])}"
    if prop.get("type") in ("integer", "number"):
        return ("whole number" if prop["type"] == "integer" else "number") + _limits(prop)
    return "day" if prop.get("format") == "date" else "text" if prop.get("type") == "string" else "mapping"


def _words(words: tuple[str, ...]) -> str:
    return LONG[words] if words in LONG else " or ".join(f"`{word}`" for word in words)


def _limits(prop: dict[str, Any]) -> str:
    low, high = prop.get("minimum"), prop.get("maximum")
    above = f", above {prop['exclusiveMinimum']}" if "exclusiveMinimum" in prop else ""
    if low is not None and high is not None:
        return f", {low} to {high}"
    return above + (f", from {low}" if low is not None else f", at most {high}" if high is not None else "")
