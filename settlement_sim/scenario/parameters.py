"""Which parameters does a policy or a part of a scenario have: default, meaning, grade, source, range?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from settlement_sim import yamlio
from settlement_sim.policies.base import Policy
from settlement_sim.policies.parameters import number
from settlement_sim.provenance import FOLDER, Source, read_sources

#: Stands for the default of a parameter that has none.
REQUIRED: Final = "required"


@dataclass(frozen=True)
class Parameter:
    """One parameter as people write it. What was not declared is empty."""

    name: str
    default: str
    meaning: str
    grade: str = ""
    source: str = ""
    low: str = ""
    high: str = ""
    at_most: str = ""
    since: str = ""  # first day of the rule that sets the default

    @property
    def range(self) -> str:
        """The range of an assumption, or the ceiling that a rule sets; empty where there is none.

        >>> Parameter("cut", "5", "", low="0", high="10").range, Parameter("cut", "5", "", at_most="20").range
        ('0–10', '≤ 20')
        """
        return f"{self.low}–{self.high}" if self.low or self.high else f"≤ {self.at_most}" if self.at_most else ""


def parameters_of(kind: type[BaseModel]) -> list[Parameter]:
    """The parameters of a policy class, or of a model of a scenario, in the order of its lines."""
    return [_parameter(kind, field.alias or name, name, field) for name, field in kind.model_fields.items()]


def _parameter(kind: type[BaseModel], key: str, name: str, field: FieldInfo) -> Parameter:
    extra = field.json_schema_extra
    record = {k: str(v) for k, v in extra.items()} if isinstance(extra, dict) else {}
    known = {k: v for k, v in record.items() if k in ("grade", "source", "low", "high", "at_most", "since")}
    default = REQUIRED if field.is_required() else _default(kind, name, field)
    return Parameter(key, default, field.description or "", **known)


def _default(kind: type[BaseModel], name: str, field: FieldInfo) -> str:
    """Policies declare defaults as people write them; models of a scenario as they are held."""
    held = None if issubclass(kind, Policy) else kind.model_construct().model_dump(mode="json", include={name})
    value = field.default if held is None else held[name]
    return "" if value is None else str(value)


@cache
def documents() -> dict[str, Source]:
    """The documents that the package knows, by id."""
    lists = [yamlio.read(file) for file in sorted(FOLDER.glob("*.yaml"))]
    return {name: source for document in lists for name, source in read_sources(document, [], {}).items()}


def outside(model: BaseModel) -> Iterator[tuple[tuple[str, ...], str]]:
    """Parameters outside the range they declare, nested ones included: keys in the scenario, and what to say."""
    written = model.model_dump(mode="json")
    for parameter, name in zip(parameters_of(type(model)), type(model).model_fields, strict=True):
        value = model.__dict__[name]
        inside = (parameter.name, "with") if isinstance(value, Policy) else (parameter.name,)
        if isinstance(value, BaseModel):
            yield from (((*inside, *keys), said) for keys, said in outside(value))
        elif _beyond(written[name], parameter):
            yield inside, f"{parameter.name} {written[name]} lies outside {parameter.range}"


def _beyond(written: Any, parameter: Parameter) -> bool:
    value, low, high = (number(text) for text in (written, parameter.low, parameter.high))
    return value is not None and ((low is not None and value < low) or (high is not None and value > high))
