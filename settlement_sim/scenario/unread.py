"""Which settings of a scenario had no effect because nothing read them, and which lie outside their stated range?

Asked after a run: what was read is known only then. Both are warnings, never errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.own_priors import ONLY_FITTED, declared, packaged
from settlement_sim.demand.priors import Prior
from settlement_sim.engine.slots import Timeline
from settlement_sim.policies.base import Policy
from settlement_sim.scenario.entries import entries_of
from settlement_sim.scenario.layers import Loc
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.parameters import outside
from settlement_sim.scenario.schema import Model, slot_loc

#: What a scenario says to its reader, and what only `check` reads.
_EXEMPT: Final[tuple[Loc, ...]] = (
    ("format",),
    ("question",),
    ("kind",),
    ("visits",),
    ("readings", "pharmacy_inside_a1"),
)

#: Priors of how people respond.
_OF_RESPONSE: Final = tuple(f"behaviour.{field.name}" for field in fields(Response))


def unread(loaded: Loaded, timelines: Mapping[str, Timeline]) -> list[str]:
    """Settings of the command line, and values of a file that extends another, that nothing in the run has read.

    `timelines`: those the run used; their policies know which parameters were read.
    """
    own = loaded.layers.own() if len(loaded.layers.files) > 1 else ()
    locs = dict.fromkeys((*loaded.settings, *own))
    values = [loc for loc in locs if "with" not in loc and _is_unread(loaded.scenario, loc)]
    said = [f"{loaded.place(*loc)}: {'.'.join(map(str, loc))} was never read" for loc in values]
    return [*said, *(text for slot, timeline in timelines.items() for text in _of_slot(loaded, slot, timeline))]


def unread_priors(loaded: Loaded, fitted: Mapping[str, tuple[int, ...]] | None = None) -> list[str]:
    """Own priors that the run did not read. `fitted`: own priors that its calibration rests on; None without visits."""
    own = declared(loaded.overlays("priors")).own
    said = ((leaf, _why_unread(loaded, leaf, fitted)) for leaf in own.values())
    return [f"{leaf.where}: {leaf.name} {why}" for leaf, why in said if why]


def _why_unread(loaded: Loaded, leaf: Prior, fitted: Mapping[str, tuple[int, ...]] | None) -> str:
    known = packaged()
    if leaf.name in known.careers.leaves:
        return "was never read: recognition is none" if loaded.scenario.years is None else ""
    if fitted is None:
        return "was never read: visits are off"
    if leaf.name in _OF_RESPONSE and loaded.scenario.demand.response == "off":
        return "was never read: demand.response is off"
    rests_on = fitted.get(leaf.name, known.demand.leaf(leaf.name).values)
    if leaf.name.startswith(ONLY_FITTED) and rests_on != leaf.values:
        return "is read by `calibrate` alone, and the calibration of this run rests on another value"
    return ""


def outside_range(loaded: Loaded, timelines: Mapping[str, Timeline]) -> list[str]:
    """Parameters outside the range that their assumption states."""
    found: list[tuple[Loc, str]] = []
    for room in ("manual", "demand", "recognition"):
        model = _peek(loaded.scenario, room)
        found += [((room, *keys), said) for keys, said in outside(model)] if isinstance(model, Model) else []
    for slot, timeline in timelines.items():
        for index, policy in enumerate(timeline.policies):
            loc = (*slot_loc(slot), index, "with")
            found += [((*loc, *keys), f"{said} ({policy.name}, {slot})") for keys, said in outside(policy)]
    return [f"{loaded.place(*loc)}: {said}" for loc, said in found]


def _is_unread(model: Any, loc: Loc) -> bool:
    """Whether a field on the way to a location was never asked for."""
    if any(loc[: len(exempt)] == exempt for exempt in _EXEMPT):
        return False
    node = model
    for key in loc:
        if isinstance(node, Model):
            name = _field(node, str(key))
            if name not in node.asked:
                return True
            node = _peek(node, name)
        elif isinstance(node, Sequence) and not isinstance(node, str):
            node = node[int(key)]
    return False


def _field(model: Model, key: str) -> str:
    return next(name for name, field in type(model).model_fields.items() if (field.alias or name) == key)


def _peek(model: Model, name: str) -> Any:
    """A field, without reading it."""
    return model.__dict__[name]


def _of_slot(loaded: Loaded, slot: str, timeline: Timeline) -> Iterator[str]:
    entries = entries_of(loaded.scenario.policies, slot)
    for index, (entry, policy) in enumerate(zip(entries, timeline.policies, strict=True)):
        equal = [other for other in timeline.policies if other == policy]
        loc = (*slot_loc(slot), index, "with")
        for keys, owner in _unread_parameters(_peek(entry, "parameters"), equal):
            place = loaded.place(*loc, *keys)
            yield f"{place}: parameter {keys[-1]} of {owner.name} (slot {slot}) was never read"


def _unread_parameters(given: Mapping[str, Any], equal: Sequence[Policy]) -> Iterator[tuple[Loc, Policy]]:
    """Parameters given that none of these equal policies was asked for, those of nested policies too."""
    for key, value in given.items():
        if not any(key in policy.asked for policy in equal):
            yield (key,), equal[0]
        elif isinstance(value, dict) and isinstance(value.get("with"), dict):
            inner = [policy.__dict__[key] for policy in equal]
            yield from (((key, "with", *keys), owner) for keys, owner in _unread_parameters(value["with"], inner))
