"""What is a policy? A frozen set of parameters and one pure function over columns, for one slot.

    access        route(needs, rules) -> Route                        does this visit settle directly, at which tier?
    catalogue     scope(bills, rules) -> Scope                        which part of the bill is in scope?
    basic         adjudicate(claims, standing, rules) -> Breakdown    what does basic (and large-sum) insurance pay?
    catastrophic  adjudicate(claims, standing, rules) -> Breakdown    what does catastrophic insurance pay?
    assistance    adjudicate(claims, standing, rules) -> Breakdown    what does medical assistance pay?
    channel       settle(claims, balance, rules) -> Advances          how does money move for the patient?
    clearing      orders(day, obligations, calendar) -> Orders        when do the funds pay each other?
    recognition   recognise(careers, rules) -> Recognition            which contribution months count where?
    transfer      claims(cases, rules) -> Claimed                     what money follows recognised months?

What a policy sees is in `views`, what it returns in `answers`. It moves no money, draws nothing and knows no clock.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, Final, TypeVar

from pydantic import ConfigDict, ValidationInfo, field_validator

from settlement_sim.errors import nearest
from settlement_sim.policies.parameters import number
from settlement_sim.remembering import Remembering

#: The method of each slot, and the day that governs it.
SLOTS: Final = {
    "access": ("route", "born"),
    "catalogue": ("scope", "discharged"),
    "basic": ("adjudicate", "discharged"),
    "catastrophic": ("adjudicate", "discharged"),
    "assistance": ("adjudicate", "discharged"),
    "channel": ("settle", "discharged"),
    "clearing": ("orders", "posted"),
}
#: The same for slots of the recognition of contribution years, which has a window of its own.
RECOGNITION_SLOTS: Final = {"recognition": ("recognise", "applied"), "transfer": ("claims", "decided")}
EVERY_SLOT: Final = SLOTS | RECOGNITION_SLOTS
#: What each method is given.
TAKES: Final = {
    "route": ("needs", "rules"),
    "scope": ("bills", "rules"),
    "adjudicate": ("claims", "standing", "rules"),
    "settle": ("claims", "balance", "rules"),
    "orders": ("day", "obligations", "calendar"),
    "recognise": ("careers", "rules"),
    "claims": ("cases", "rules"),
}
#: Where the base of all policies of a slot is at home, for slots that have one.
_BASES: Final = {
    "clearing": ("settlement_sim.policies.clearing.cycle", "ClearingPolicy"),
    "transfer": ("settlement_sim.policies.transfer.base", "TransferPolicy"),
}
#: The sub-slots of `benefit:` in a scenario.
BENEFIT: Final = ("basic", "catastrophic", "assistance")


class Reason(int):
    """The code of a reason for a decision; its label is what the tables show."""

    label: str

    def __new__(cls, code: int, label: str) -> Reason:
        """A code with its label."""
        reason = super().__new__(cls, code)
        reason.label = label
        return reason

    def __getnewargs__(self) -> tuple[int, str]:  # type: ignore[override]
        """Of a policy defined in a notebook, which travels to other processes with its reasons."""
        return int(self), self.label


def reasons(*labels: str) -> tuple[Reason, ...]:
    """One code for each label, counted from 0.

    >>> NEAR, FAR = reasons("near", "far")
    >>> int(FAR), FAR.label
    (1, 'far')
    """
    return tuple(Reason(code, label) for code, label in enumerate(labels))


class Policy(Remembering):
    """Base of all policies: frozen, unknown parameters refused, and it remembers which parameters were read."""

    model_config = ConfigDict(validate_default=True, ignored_types=(Reason,))
    slot: ClassVar[str] = ""
    name: ClassVar[str] = ""
    #: Labels of the reason codes it gives.
    reasons: ClassVar[tuple[str, ...]] = ()
    #: Where it comes from: `built-in`, the name of an installed package, or a file with its sha256.
    origin: ClassVar[str] = "built-in"

    @field_validator("*", mode="before")
    @classmethod
    def _not_above_its_ceiling(cls, value: Any, info: ValidationInfo) -> Any:
        record = cls.model_fields[str(info.field_name)].json_schema_extra
        ceiling = number(record.get("at_most")) if isinstance(record, dict) else None
        written = number(value)
        if ceiling is not None and written is not None and written > ceiling:
            raise ValueError(f"at most {ceiling}, the ceiling that the rule sets")
        return value

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__)))


Kind = TypeVar("Kind", bound=type[Policy])


def policy(slot: str, *, name: str = "", governed_by: str = "") -> Callable[[Kind], Kind]:
    """Make a class a policy of a slot, known in scenarios by `name` (by default the class's, in snake case).

    `governed_by` may repeat the slot's governing day, for the reader. Raises TypeError where class and slot disagree.
    """
    if slot not in EVERY_SLOT:
        close = nearest(slot, EVERY_SLOT)
        raise TypeError(
            f"no slot {slot!r}; there are {', '.join(EVERY_SLOT)}" + (f"; did you mean {close!r}?" * bool(close))
        )
    method, day = EVERY_SLOT[slot]
    if governed_by not in ("", day):
        raise TypeError(f"a policy of slot {slot} is governed by the day {day}, not {governed_by!r}")

    def register(kind: Kind) -> Kind:
        if not (isinstance(kind, type) and issubclass(kind, Policy)):
            raise TypeError(f"{kind!r} is no Policy: write class {getattr(kind, '__name__', 'Mine')}(ss.Policy)")
        _refuse_wrong_base(kind, slot)
        _refuse_wrong_method(kind, slot, method)
        called = name or snake_case(kind.__name__)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", called):
            raise TypeError(f"the name {called!r} of {kind.__name__}: write small letters, digits and underscores")
        kind.slot, kind.name, kind.reasons = slot, called, _labels(kind)
        return kind

    return register


def _refuse_wrong_base(kind: type[Policy], slot: str) -> None:
    """Some slots read more of a policy than its method: days and prepayments of clearing, when transfers are paid."""
    if slot not in _BASES:
        return
    home, base = _BASES[slot]
    if not issubclass(kind, getattr(import_module(home), base)):
        name = kind.__name__
        raise TypeError(f"{name} of slot {slot} is no {base}: write class {name}(ss.{base})")


def _refuse_wrong_method(kind: type[Policy], slot: str, method: str) -> None:
    given = ", ".join(TAKES[method])
    decide = getattr(kind, method, None)
    if not callable(decide):
        raise TypeError(f"{kind.__name__} of slot {slot} has no method {method}(self, {given})")
    try:
        inspect.signature(decide).bind(None, *TAKES[method])
    except TypeError:
        takes = inspect.signature(decide)
        raise TypeError(f"{kind.__name__}.{method} takes {takes}; it is given (self, {given})") from None


def _labels(kind: type[Policy]) -> tuple[str, ...]:
    """Labels of the reasons that a class lists, or the nearest of its bases, in the order of their codes."""
    listed = ([value for value in vars(base).values() if isinstance(value, Reason)] for base in kind.__mro__)
    found = sorted(next((reasons for reasons in listed if reasons), []))
    if [int(reason) for reason in found] != list(range(len(found))):
        raise TypeError(
            f"{kind.__name__} lists reasons with codes {[*map(int, found)]}; name all of one reasons(…) call"
        )
    return tuple(reason.label for reason in found)


def snake_case(name: str) -> str:
    """A class name as scenarios write it.

    >>> snake_case("CommuterAccess")
    'commuter_access'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
