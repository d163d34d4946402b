"""Which policy does an entry of a slot mean, with which parameters, and if none, what is wrong where?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from settlement_sim.errors import Problem, nearest
from settlement_sim.policies.base import Policy
from settlement_sim.policies.loading import UnknownPolicy
from settlement_sim.policies.registry import Registry, WrongInside, looking_in
from settlement_sim.scenario.layers import KEY, Loc
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.mistakes import close, expected
from settlement_sim.scenario.schema import Entry, Policies, Readings, slot_loc

_READING: Final = "reading."


def entries_of(policies: Policies, slot: str) -> list[Entry]:
    """The entries of a slot."""
    found: Any = policies
    for key in slot_loc(slot)[1:]:
        found = getattr(found, str(key))
    return [*found]


def policy_of_entry(loaded: Loaded, slot: str, index: int, entry: Entry, problems: list[Problem]) -> Policy | None:
    """The policy of an entry; None where something is wrong, which is added to `problems`.

    `use: file.py:Class` is looked up beside the file that says `use`, policies inside parameters beside the file that
    says `with`.
    """
    loc = (*slot_loc(slot), index)
    try:
        kind = _registry(loaded, *loc, "use").find(slot, _named(loaded, entry.use))
    except UnknownPolicy as error:
        found, wanted, near = error.args
        meaning = f" ({entry.use})" if entry.use not in found and entry.use.startswith(_READING) else ""
        problems.append(Problem(loaded.place(*loc, "use"), found + meaning, wanted, near))
        return None
    with looking_in(_registry(loaded, *loc, "with")):
        try:
            return kind.model_validate(entry.parameters)
        except ValidationError as error:
            problems += _wrong_parameters(loaded, (*loc, "with"), kind, error)
            return None


def _registry(loaded: Loaded, *loc: str | int) -> Registry:
    return Registry(loaded.beside("", *loc), loaded.plugins, loaded.given)


def _named(loaded: Loaded, use: str) -> str:
    """The name of a policy; that of `reading.NAME` is what the reading says."""
    if not use.startswith(_READING):
        return use
    name, known = use.removeprefix(_READING), list(Readings.model_fields)
    if name not in known:
        near = nearest(name, known)
        raise UnknownPolicy(repr(use), f"a reading: {', '.join(known)}", near and _READING + near)
    return str(getattr(loaded.scenario.readings, name))


def _wrong_parameters(loaded: Loaded, loc: Loc, kind: type[Policy], error: ValidationError) -> Iterator[Problem]:
    known = list(kind.model_fields)
    for item in error.errors():
        at: Loc = (*loc, *item["loc"])
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, WrongInside):
            yield from _wrong_parameters(loaded, (*at, "with"), *inner.args)
        elif isinstance(inner, UnknownPolicy):
            yield Problem(loaded.place(*at, "use"), *inner.args)
        elif item["type"] == "extra_forbidden":
            key = str(at[-1])
            wanted = f"a parameter of {kind.name}: {', '.join(known) or 'none'}"
            yield Problem(loaded.place(*at, KEY), repr(key), wanted, nearest(key, known))
        elif item["type"] == "missing":
            yield Problem(loaded.place(*loc), f"no {at[-1]}", f"it, since {kind.name} requires it")
        else:
            yield Problem(loaded.place(*at), repr(item["input"]), expected(item), close(item))
