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
from settlement_sim.study.case import Case
from settlement_sim.study.case_checks import Finding, Loc, findings

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


def load_case(source: str | Path | Mapping[str, Any]) -> LoadedCase:
    """A case from a file or a mapping. Raises InputError with every problem, in the order of the file."""
    path, data, where = _open(source)
    wrong, case = list(findings(data)), None
    try:
        case = Case.model_validate(data)
    except ValidationError as error:
        wrong += _schema_findings(error)
    if wrong or case is None:
        raise InputError(_in_order(wrong, where))
    return LoadedCase(case, path, where)


def _open(source: str | Path | Mapping[str, Any]) -> tuple[Path | None, dict[str, Any], Where]:
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


def _in_order(wrong: list[Finding], where: Where) -> list[Problem]:
    """Problems as they are told, by line and column; one for each place and text."""
    problems = {}
    for loc, found, expected, close in wrong:
        place = where(loc, found.startswith("key "))
        problems[Problem(place, found, expected, close)] = _position(place)
    return [problem for problem, _ in sorted(problems.items(), key=lambda entry: entry[1])]


def _position(place: str) -> tuple[int, int]:
    line, column = place.rsplit(":", 2)[1:] if place.count(":") > 1 else ("", "")
    return (int(line), int(column)) if line.isdecimal() and column.isdecimal() else (0, 0)


def _schema_findings(error: ValidationError) -> Iterator[Finding]:
    for item in error.errors():
        loc, value = tuple(item["loc"]), item["input"]
        if item["type"] == "extra_forbidden":
            yield _unknown(loc)
        elif item["type"] == "missing":
            yield loc, f"no {loc[-1]!r}", "it, since it is required", ""
        elif item["type"] == "literal_error":
            choices = _choices(item)
            yield loc, _shown(value), f"one of {', '.join(choices)}", nearest(str(value), choices)
        else:
            yield loc, _shown(value), _expected(item), ""


def _expected(item: Any) -> str:
    if item["type"] in ("model_type", "model_attributes_type"):
        return f"a mapping with {', '.join(_known_keys(item['loc']))}"
    if item["type"] == "string_type":
        return "text; in quotes where it holds a colon followed by a space"
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return {"dict_type": "a mapping", "list_type": "a list", "int_parsing": "a whole number"}.get(item["type"], message)


def _unknown(loc: Loc) -> Finding:
    known, key = _known_keys(loc[:-1]), str(loc[-1])
    if loc == ("claim", "bill", "total_fee"):
        return (
            loc,
            f"key {key!r}",
            "the scope parts or the item classes: a total alone does not say what is in scope",
            "",
        )
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


def _known_keys(loc: Loc) -> list[str]:
    """Keys that the schema knows at a location."""
    model: type[BaseModel] | None = Case
    for key in loc:
        fields = {f.alias or name: f for name, f in model.model_fields.items()} if model else {}
        model = _model_of(fields[str(key)].annotation) if str(key) in fields else None
    return [f.alias or name for name, f in model.model_fields.items()] if model else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `YearSoFar | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in getattr(annotation, "__args__", ()) if (model := _model_of(inner))), None)
