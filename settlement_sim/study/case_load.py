"""How does a case file become a checked case? Read, validate, and tell every problem at its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.policies.registry import Registry
from settlement_sim.study.case import Case
from settlement_sim.study.case_checks import findings
from settlement_sim.study.case_policies import Finding, Loc, with_policies

#: A place in words: of the value at a location, or (second argument true) of the key that names it.
Where = Callable[[Loc, bool], str]


@dataclass(frozen=True)
class LoadedCase:
    """A valid case, the file it came from (None: given as a mapping), and the place of each of its values."""

    case: Case
    path: Path | None
    where: Where

    def beside(self, name: str) -> Path:
        """A path named in the case, relative to its file."""
        return ((self.path.parent if self.path else Path()) / name).resolve()


def load_case(source: str | Path | Mapping[str, Any], *, plugins: bool = True) -> LoadedCase:
    """A case from a file or a mapping. Raises InputError with every problem, in the order of the file.

    `plugins`: whether policies may come from installed packages and from files beside the case.
    """
    path, data, where = open_case(source)
    wrong, case = list(findings(data)), None
    data, unknown = with_policies(data, Registry(path.parent if path else Path(), plugins))
    wrong += unknown
    try:
        case = Case.model_validate(data)
    except ValidationError as error:
        wrong += schema_findings(error, data, Case)
    if wrong or case is None:
        raise InputError(in_order(wrong, where))
    return LoadedCase(case, path, where)


def open_case(source: str | Path | Mapping[str, Any]) -> tuple[Path | None, dict[str, Any], Where]:
    """Path, raw data and places of a case, from a file or a mapping."""
    if isinstance(source, Mapping):
        return None, _plain(source), lambda loc, key: ".".join(map(str, loc)) or "case"
    document = yamlio.read(source)

    def where(loc: Loc, key: bool) -> str:
        return document.where_key(loc) if key else document.where(loc)

    return Path(source), document.data, where


def _plain(data: Any) -> Any:
    """Python values as the text that a file would hold. Floats stay, to be refused."""
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, dt.datetime):
        return data.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(data, bool):
        return "yes" if data else "no"
    return str(data) if isinstance(data, int | Decimal | dt.date) else data


def in_order(wrong: list[Finding], where: Where) -> list[Problem]:
    """Problems as they are told, by line and column; one for each place and text."""
    problems = {}
    for loc, found, expected, close in wrong:
        place = where(loc, found.startswith("key "))
        problems[Problem(place, found, expected, close)] = _position(place)
    return [problem for problem, _ in sorted(problems.items(), key=lambda entry: entry[1])]


def _position(place: str) -> tuple[int, int]:
    line, column = place.rsplit(":", 2)[1:] if place.count(":") > 1 else ("", "")
    return (int(line), int(column)) if line.isdecimal() and column.isdecimal() else (0, 0)


def schema_findings(error: ValidationError, data: Mapping[str, Any], root: type[BaseModel]) -> Iterator[Finding]:
    """What a schema, which begins with the model `root`, finds wrong."""
    for item in error.errors():
        loc, value = _loc_in(data, item), item["input"]
        if item["type"] == "extra_forbidden":
            yield _unknown(loc, _known_keys(item["loc"][:-1], root))
        elif item["type"] == "missing":
            yield loc, f"no {loc[-1]!r}", "it, since it is required", ""
        elif item["type"] == "literal_error":
            choices = _choices(item)
            yield loc, _shown(value), f"one of {', '.join(choices)}", nearest(str(value), choices)
        else:
            yield loc, _shown(value), _expected(item, root), ""


def _loc_in(data: Any, item: Any) -> Loc:
    """The part of pydantic's location that stands in the data, or a key that is missing: no names of alternatives."""
    found: list[str | int] = []
    for key in item["loc"]:
        if isinstance(key, int) if isinstance(data, list) else isinstance(data, Mapping) and key in data:
            data = data[key]
            found.append(key)
    return (*found, item["loc"][-1]) if item["type"] == "missing" else tuple(found)


def _expected(item: Any, root: type[BaseModel]) -> str:
    if item["type"] in ("model_type", "model_attributes_type"):
        return f"a mapping with {', '.join(_known_keys(item['loc'], root))}"
    if item["type"] == "string_type":
        return "text; in quotes where it holds a colon followed by a space"
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    kinds = {"dict_type": "a mapping", "list_type": "a list", "tuple_type": "a list", "int_parsing": "a whole number"}
    return kinds.get(item["type"], message)


def _unknown(loc: Loc, known: list[str]) -> Finding:
    key = str(loc[-1])
    if loc[-2:] == ("bill", "total_fee"):
        expected = "the scope parts or the item classes: a total alone does not say what is in scope"
        return loc, f"key {key!r}", expected, ""
    return loc, f"key {key!r}", f"one of {', '.join(known)}", nearest(key, known)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value!r}, a number that may have lost its fen"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return "nothing" if value is None else repr(value)


def _choices(item: Any) -> list[str]:
    expected = str(item["ctx"]["expected"]).replace(" or ", ", ")
    return [choice.strip("'") for choice in expected.split(", ")]


def _known_keys(loc: Loc, root: type[BaseModel]) -> list[str]:
    """Keys that the schema knows at one of pydantic's locations; names of alternatives are those of their models."""
    models: list[type[BaseModel]] = [root]
    for key in loc:
        named = [model for model in models if model.__name__ == key]
        fields = {f.alias or name: f for model in models for name, f in model.model_fields.items()}
        if named:
            models = named
        elif key in fields:
            models = _models_of(fields[str(key)].annotation)
    return [f.alias or name for model in models for name, f in model.model_fields.items() if not f.exclude]


def _models_of(annotation: Any) -> list[type[BaseModel]]:
    """The models inside an annotation such as `YearSoFar | None` or `tuple[A | B, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_of(inner)]
