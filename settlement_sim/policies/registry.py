"""Which policy does a name mean? Built in, installed with a package, or in a file beside the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, ValidationError, WithJsonSchema

from settlement_sim.errors import nearest
from settlement_sim.policies.base import Policy
from settlement_sim.policies.loading import UnknownPolicy, of_a_package, own_policies, policy_in

#: Modules of the built-in policies; each holds the policies of one file.
_BUILT_IN: Final = (
    "access.filing_free", "access.filing_required", "access.border_local", "access.network",
    "access.referral_green_channel", "catalogue.care_place", "catalogue.insured_place", "catalogue.mutual",
    "benefit.insured_place", "benefit.care_place", "benefit.none", "channel.direct", "channel.one_stop",
    "channel.manual", "channel.treat_first_pay_later", "clearing.prepaid_monthly_gross",
    "clearing.bilateral_net", "clearing.multilateral_net", "clearing.half_monthly", "clearing.daily_net",
    "clearing.real_time_gross", "recognition.local_rule", "recognition.mutual_2024", "transfer.none",
    "transfer.account_only", "transfer.retrospective", "transfer.prospective", "transfer.reciprocal_band",
)  # fmt: skip
GROUP: Final = "settlement_sim.policies"


class WrongInside(ValueError):
    """A policy that is itself a parameter has wrong parameters. `args`: its class, pydantic's error."""

    def __str__(self) -> str:
        kind, error = self.args
        wrong = error.errors()[0]
        return f"{kind.name} with {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"


@dataclass(frozen=True)
class Registry:
    """Where policies may come from: `folder` for files beside a scenario; `plugins` false allows only built-in ones.

    `given`: policies that were handed over in Python; a later one of the same name stands for an earlier one.
    """

    folder: Path = field(default_factory=Path)
    plugins: bool = True
    given: tuple[type[Policy], ...] = ()

    def of_slot(self, slot: str) -> dict[str, type[Policy]]:
        """Policies of a slot that need no file, by name. Raises UnknownPolicy for a package whose policy is unfit."""
        kinds = _of(built_in(), slot)
        for found in _installed() if self.plugins else ():
            if isinstance(found, UnknownPolicy):
                raise found
            if found.slot == slot:
                kinds[found.name] = found
        return kinds

    def find(self, slot: str, use: str) -> type[Policy]:
        """The policy that `use:` means; plug-ins are loaded only where one is needed. Raises UnknownPolicy."""
        if ".py" in use:
            return self._from_file(slot, use)
        if use in (own := _of(self.given, slot)):
            return own[use]
        known = _of(built_in(), slot)
        if use not in known and self.plugins:
            known |= _of(_installed(), slot)
        if use in known:
            return known[use]
        raise UnknownPolicy(
            repr(use), f"a policy of slot {slot}: {', '.join(known)}{self._hint(use)}", nearest(use, known)
        )

    def _hint(self, use: str) -> str:
        """What else is known about a name that no policy of the slot has."""
        if not self.plugins:
            return " (plug-ins are forbidden)"
        elsewhere = [kind.slot for kind in (*built_in(), *_installed()) if isinstance(kind, type) and kind.name == use]
        unfit = [str(found) for found in _installed() if isinstance(found, UnknownPolicy)]
        said = [f"{use} is one of slot {_listed(elsewhere)}" for _ in elsewhere[:1]] + unfit
        return f" ({'; '.join(said)})" if said else ""

    def _from_file(self, slot: str, use: str) -> type[Policy]:
        if not self.plugins:
            raise UnknownPolicy(repr(use), "a built-in policy, since plug-ins are forbidden", "")
        name, colon, wanted = use.rpartition(":")
        if not (colon and name.endswith(".py")):
            raise UnknownPolicy(repr(use), "file.py:Class, a file beside this one and a class in it", "")
        path = (self.folder / name).resolve()
        if not path.is_file():
            close = nearest(path.name, [other.name for other in path.parent.glob("*.py")])
            raise UnknownPolicy(repr(use), f"a file that exists; looked for {path}", close and f"{close}:{wanted}")
        kind = policy_in(path, wanted)
        if kind.slot != slot:
            raise UnknownPolicy(repr(use), f"a policy of slot {slot}; this is one of slot {kind.slot}", "")
        return kind


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _of(kinds: Iterable[type[Policy] | UnknownPolicy], slot: str) -> dict[str, type[Policy]]:
    return {kind.name: kind for kind in kinds if isinstance(kind, type) and kind.slot == slot}


@cache
def built_in() -> tuple[type[Policy], ...]:
    """The policies of this package, slot by slot."""
    modules = [import_module(f"settlement_sim.policies.{name}") for name in _BUILT_IN]
    return tuple(kind for module in modules for kind in own_policies(module))


@cache
def _installed() -> tuple[type[Policy] | UnknownPolicy, ...]:
    """What installed packages offer through the entry point group; what is unfit as the error that tells why."""
    taken = {(kind.slot, kind.name): "this package" for kind in built_in()}
    found: list[type[Policy] | UnknownPolicy] = []
    for point in sorted(entry_points(group=GROUP)):
        try:
            kind = of_a_package(point)
        except UnknownPolicy as error:
            found.append(error)
            continue
        owner = taken.setdefault((kind.slot, kind.name), kind.origin)
        clash = UnknownPolicy(
            f"{kind.name} of {kind.origin}", f"a name that {owner} does not use in slot {kind.slot}", ""
        )
        found.append(kind if owner == kind.origin else clash)
    return tuple(found)


#: The registry that nested policy parameters are looked up in.
_PRESENT: Final[ContextVar[Registry]] = ContextVar("registry", default=Registry())  # noqa: B039  a frozen value


@contextmanager
def looking_in(registry: Registry) -> Iterator[None]:
    """Look up policies named in parameters in this registry."""
    token = _PRESENT.set(registry)
    try:
        yield
    finally:
        _PRESENT.reset(token)


def policy_of(slot: str) -> Any:
    """The type of a parameter that is itself a policy: `filing_required`, or `{use: …, with: {…}}`."""

    def read(value: Any) -> Policy:
        if isinstance(value, Policy):
            if value.slot != slot:
                raise ValueError(f"a policy of slot {slot}; {value.name} is one of slot {value.slot}")
            return value
        given = value if isinstance(value, dict) else {"use": value}
        unknown = set(given) - {"use", "with"}
        if unknown or "use" not in given:
            raise ValueError(f"a policy of slot {slot} by name, or {{use: …, with: {{…}}}}")
        kind = _PRESENT.get().find(slot, str(given["use"]))
        try:
            return kind.model_validate(given.get("with") or {})
        except ValidationError as error:
            raise WrongInside(kind, error) from None

    def write(value: Policy) -> dict[str, Any]:
        return {"use": value.name, "with": value.model_dump(mode="json")}

    schema = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["use"]}]}
    return Annotated[Any, BeforeValidator(read), PlainSerializer(write), WithJsonSchema(schema)]


#: A parameter that is an access policy: whoever the policy itself does not speak about.
AccessPolicy = policy_of("access")
