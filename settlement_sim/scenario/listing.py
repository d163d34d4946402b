"""Which policies may a scenario name, slot by slot, and what does each of them say about itself?"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.policies.base import EVERY_SLOT, Policy
from settlement_sim.policies.loading import UnknownPolicy
from settlement_sim.policies.registry import Registry
from settlement_sim.scenario.parameters import Parameter, documents, parameters_of


@dataclass(frozen=True)
class Listed:
    """One policy. `governed_by`: the day whose rules and entries decide; `origin`: built-in, package or file."""

    slot: str
    name: str
    meaning: str
    method: str
    governed_by: str
    origin: str
    reasons: tuple[str, ...]
    parameters: tuple[Parameter, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data; a source with its titles."""
        return asdict(self) | {"parameters": [self._parameter(parameter) for parameter in self.parameters]}

    @staticmethod
    def _parameter(parameter: Parameter) -> dict[str, Any]:
        document = documents().get(parameter.source)
        return asdict(parameter) | {"source": {"id": parameter.source, "title": document and asdict(document.title)}}


def listed(slot: str | None, plugins: bool = True, used: Mapping[str, Timeline] | None = None) -> list[Listed]:
    """The policies of a slot, or of all, and those that the entries of `used` take from files.

    Raises InputError for an unknown slot and for a plug-in that cannot be loaded.
    """
    if slot is not None and slot not in EVERY_SLOT:
        raise InputError(Problem("SLOT", repr(slot), f"one of {', '.join(EVERY_SLOT)}", nearest(slot, EVERY_SLOT)))
    found: list[Listed] = []
    for name in EVERY_SLOT if slot is None else (slot,):
        try:
            known = Registry(plugins=plugins).of_slot(name).values()
        except UnknownPolicy as error:
            raise InputError(Problem("plug-ins", *error.args)) from None
        own = (type(policy) for policy in used[name].policies) if used and name in used else ()
        found += [_listed(kind) for kind in _each_once(known, own)]
    return found


def _each_once(*kinds: Iterable[type[Policy]]) -> dict[type[Policy], None]:
    return {kind: None for several in kinds for kind in several}


def _listed(kind: type[Policy]) -> Listed:
    method, day = EVERY_SLOT[kind.slot]
    meaning = " ".join(inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].split())
    parameters = tuple(parameters_of(kind))
    return Listed(kind.slot, kind.name, meaning, method, day, kind.origin, kind.reasons, parameters)
