"""How does a policy that was written in a notebook stand in a scenario, for all days or from one on?"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from settlement_sim import dates
from settlement_sim.errors import InputError, Problem
from settlement_sim.policies.base import Policy
from settlement_sim.policies.loading import UnknownPolicy, of_a_session
from settlement_sim.scenario.layers import Layers
from settlement_sim.scenario.load import Loaded, validated
from settlement_sim.scenario.schema import Where, slot_loc
from settlement_sim.vocabulary import POOLS, SCHEMES


def using(loaded: Loaded, policy: Policy | type[Policy], since: str = "") -> Loaded:
    """The scenario with a policy (a class: with its defaults) in its slot, for everybody.

    `since`, YYYY-MM-DD: from this day on; before it the scenario's own. Raises TypeError for what is no policy,
    InputError for a day that is none and for a policy that reaches for chance, a clock or the engine.
    """
    chosen = policy() if isinstance(policy, type) and issubclass(policy, Policy) else policy
    if not (isinstance(chosen, Policy) and chosen.slot):
        raise TypeError(f"{policy!r} is no policy: decorate a class Mine(ss.Policy) with @ss.policy(slot)")
    here = f"using({chosen.name})"
    try:
        kind = of_a_session(type(chosen))
        day = dates.day(since) if since else None
    except UnknownPolicy as error:
        raise InputError(Problem(here, *error.args)) from None
    except ValueError as error:
        raise InputError(Problem(here, repr(since), str(error))) from None
    layers = _laid_over(loaded, chosen, day)
    return replace(validated(layers, loaded.plugins), given=(*loaded.given, kind), base=loaded)


def _laid_over(loaded: Loaded, policy: Policy, day: int | None) -> Layers:
    loc, data = slot_loc(policy.slot), copy.deepcopy(loaded.layers.data)
    room: Any = data
    for key in loc[:-1]:
        room = room[key]
    entry: dict[str, Any] = {"use": policy.name, "with": policy.model_dump(mode="json", by_alias=True)}
    before = [] if day is None else [*_until(room.get(loc[-1], []), day)]
    room[loc[-1]] = [*before, entry | ({"from": dates.iso(day)} if day is not None else {})]
    file = Path(f"{loaded.name}+{policy.name}")
    kept = {at: place for at, place in loaded.layers.where.items() if at[: len(loc)] != loc}
    own = {(*loc, index): f"{file}:1:1" for index in range(len(before) + 1)}
    return Layers(data, kept | {loc: f"{file}:1:1"} | own, (file, *loaded.layers.files), loaded.layers.settings)


def _until(entries: list[dict[str, Any]], day: int) -> Iterator[dict[str, Any]]:
    """What answered before a day; `others` by name, since the policy that follows is for everybody."""
    for entry in entries:
        if entry.get("from") is None or dates.day(str(entry["from"])) < day:
            last = entry.get("until")
            closed = entry | {"until": dates.iso(min(day - 1, dates.day(str(last)) if last else day - 1))}
            yield from _by_name(closed, entries) if entry.get("where") == "others" else [closed]


def _by_name(entry: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """An entry for all others, written out: pools that no other entry speaks about, scheme by scheme."""
    wheres = [Where.model_validate(other.get("where") or {}) for other in entries if other.get("where") != "others"]
    for scheme in SCHEMES:
        spoken = [where for where in wheres if where.scheme in ("all", scheme)]
        pools = [pool for pool in POOLS if not any(where.pool == "all" or pool in where.pool for where in spoken)]
        if pools:
            yield entry | {"where": {"pool": pools, "scheme": scheme}}
