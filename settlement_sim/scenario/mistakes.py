"""How is a mistake that pydantic found told: where it stands, what was found, what was expected, the nearest name?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from settlement_sim.errors import Problem, nearest
from settlement_sim.scenario.layers import KEY, Loc

_MAX_DEPTH: Final = 8
Model = type[BaseModel]


def problems(error: ValidationError, model: Model, data: Any, place: Callable[..., str]) -> Iterator[Problem]:
    """Every mistake in data of a model; `place(*loc)` says where a value, or with KEY behind it a key, stands."""
    items = [(item, _loc_in(data, item)) for item in error.errors()]
    for item, loc in items:
        kind = item["type"]
        if kind == "extra_forbidden":
            known = keys(_model_at(model, item["loc"][:-1]))
            key = str(loc[-1])
            yield Problem(place(*loc, KEY), repr(key), f"one of {', '.join(known)}", nearest(key, known))
        elif kind == "missing":
            yield Problem(place(*loc), f"no {loc[-1]}", "it, since it is required")
        elif _other_branch(item, loc, items):
            continue
        elif kind == "model_type":
            inside = keys(_model_at(model, item["loc"]))
            yield Problem(place(*loc), _shown(item["input"]), f"a mapping with the keys {', '.join(inside)}")
        else:
            yield Problem(place(*loc), repr(item["input"]), expected(item), close(item))


def _other_branch(item: Any, loc: Loc, items: list[tuple[Any, Loc]]) -> bool:
    """Whether a union such as `others | mapping` was meant the other way, which is told by itself."""
    text = isinstance(item["input"], str)
    if item["type"] == "literal_error" and not text:
        return any(other is not item and at[: len(loc)] == loc for other, at in items)
    return text and any(other["type"] == "literal_error" and at == loc for other, at in items if other is not item)


def expected(item: Mapping[str, Any]) -> str:
    """What pydantic wanted, without its opening words."""
    return str(item["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")


def keys(model: Any) -> list[str]:
    """The keys that a model knows, as files write them."""
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]


def _shown(value: Any) -> str:
    return "a list" if isinstance(value, list) else "nothing" if value is None else repr(value)


def close(item: Mapping[str, Any]) -> str:
    """The nearest of the values that pydantic would have taken."""
    said = str(item.get("ctx", {}).get("expected", "")).replace(" or ", ",")
    return nearest(str(item["input"]), [part.strip(" '") for part in said.split(",")])


def _loc_in(data: Any, item: Any) -> Loc:
    """The part of pydantic's location that exists in the data; a key that is missing or unknown closes it."""
    path: list[str | int] = []
    node = data
    for key in item["loc"]:
        if (isinstance(node, dict) and key in node) or (isinstance(node, list) and isinstance(key, int)):
            path.append(key)
            node = node[key]
    unknown = item["type"] in ("missing", "extra_forbidden") and path[-1:] != [item["loc"][-1]]
    return (*path, item["loc"][-1]) if unknown else tuple(path)


def _model_at(model: Any, loc: Loc) -> Any:
    """The model that stands at a location; keys of the location that are tags of a union are left out."""
    for key in loc:
        fields = getattr(model, "model_fields", {})
        names = {field.alias or name: field for name, field in fields.items()}
        if key in names:
            model = _model_of(names[key].annotation)
    return model


def _model_of(annotation: Any) -> Any:
    """The model inside an annotation such as `list[Entry]` or `Literal | Where`."""
    for _ in range(_MAX_DEPTH):
        if hasattr(annotation, "model_fields"):
            return annotation
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields") or hasattr(a, "__args__")]
        if not inner:
            return annotation
        annotation = inner[-1]
    return annotation
