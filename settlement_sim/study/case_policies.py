"""Which policies does a case name? Each is found and given its parameters; what is wrong is told at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from settlement_sim.errors import nearest
from settlement_sim.policies.base import BENEFIT, Policy
from settlement_sim.policies.loading import UnknownPolicy
from settlement_sim.policies.registry import Registry, WrongInside, looking_in

Loc = tuple[str | int, ...]
#: Where, what was found, what was expected, the nearest known name.
Finding = tuple[Loc, str, str, str]

_SLOTS: Final = ("access", "catalogue", "channel")
_KEYS: Final = ("use", "with")


def with_policies(data: Mapping[str, Any], registry: Registry) -> tuple[dict[str, Any], list[Finding]]:
    """A case's raw data with policies in place of their names, and what is wrong with the names that stay away."""
    wrong: list[Finding] = []
    named = data.get("policies")
    if not isinstance(named, Mapping):
        return dict(data), wrong
    policies: dict[str, Any] = dict(named)
    if isinstance(policies.get("benefit"), Mapping):
        policies["benefit"] = dict(policies["benefit"])
    with looking_in(registry):
        for loc, slot, value in _named(policies):
            inside = policies["benefit"] if loc[1] == "benefit" else policies
            found = named_policy(loc, slot, value, registry)
            if isinstance(found, Policy):
                inside[slot] = found
            else:
                del inside[slot]
                wrong += found
    return {**data, "policies": policies}, wrong


def _named(policies: Mapping[str, Any]) -> Iterator[tuple[Loc, str, Any]]:
    for slot in _SLOTS:
        if slot in policies:
            yield ("policies", slot), slot, policies[slot]
    benefit = policies.get("benefit")
    if isinstance(benefit, Mapping):
        yield from ((("policies", "benefit", slot), slot, benefit[slot]) for slot in BENEFIT if slot in benefit)


def named_policy(loc: Loc, slot: str, value: Any, registry: Registry) -> Policy | list[Finding]:
    """The policy, or everything that is wrong with it."""
    if isinstance(value, Policy):
        return value
    if not isinstance(value, Mapping):
        return _made(loc, loc, slot, value, {}, registry)
    unknown = [((*loc, key), f"key {key!r}", "use or with", nearest(key, _KEYS)) for key in value if key not in _KEYS]
    if "use" not in value:
        return [*unknown, (loc, "no 'use'", "a policy by name, or {use: …, with: {…}}", "")]
    found = _made(loc, (*loc, "use"), slot, value["use"], value.get("with") or {}, registry)
    return found if not unknown else unknown + ([] if isinstance(found, Policy) else found)


def _made(loc: Loc, at: Loc, slot: str, use: Any, parameters: Any, registry: Registry) -> Policy | list[Finding]:
    if not isinstance(use, str) or not isinstance(parameters, Mapping):
        wrong = at if not isinstance(use, str) else (*loc, "with")
        return [(wrong, "no name" if wrong == at else "no mapping", "a policy by name, or {use: …, with: {…}}", "")]
    try:
        kind = registry.find(slot, use)
    except UnknownPolicy as error:
        found, expected, close = error.args
        return [(at, found, expected, close)]
    try:
        return kind.model_validate(parameters)
    except ValidationError as error:
        return [*_wrong_parameters((*loc, "with"), kind, error)]


def _wrong_parameters(loc: Loc, kind: type[Policy], error: ValidationError) -> Iterator[Finding]:
    """What is wrong with parameters, and with those of policies inside them."""
    known = [*kind.model_fields]
    for item in error.errors():
        at: Loc = (*loc, *item["loc"])
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, WrongInside):
            yield from _wrong_parameters((*at, "with"), *inner.args)
        elif isinstance(inner, UnknownPolicy):
            found, expected, close = inner.args
            yield (*at, "use") if isinstance(item["input"], Mapping) else at, found, expected, close
        elif item["type"] == "extra_forbidden":
            expected = f"a parameter of {kind.name}: {', '.join(known) or 'none'}"
            yield at, f"key {str(at[-1])!r}", expected, nearest(str(at[-1]), known)
        elif item["type"] == "missing":
            yield loc, f"no {at[-1]}", f"it, since {kind.name} requires it", ""
        else:
            message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
            yield at, repr(item["input"]), message, ""
