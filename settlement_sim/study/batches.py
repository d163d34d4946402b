"""Which batches is a policy tried on? Rows that the engine asked about in a run: kept, joined, cut and put in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.engine.checks import checked
from settlement_sim.policies.answers import PAYS, Advances, Breakdown, Orders, Route, Scope
from settlement_sim.policies.base import BENEFIT, EVERY_SLOT, Policy
from settlement_sim.policies.careers import Claimed, Recognition
from settlement_sim.policies.laws import summed
from settlement_sim.policies.views import STANDING, Money, Needs, Standing
from settlement_sim.rules.careers import CareerRules
from settlement_sim.rules.compiled import Rules
from settlement_sim.world.calendar import Calendar

_KINDS: Final[dict[str, type]] = {
    "access": Route, "catalogue": Scope, "channel": Advances, "clearing": Orders,
    "recognition": Recognition, "transfer": Claimed, **dict.fromkeys(BENEFIT, Breakdown),
}  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """Rows that a policy of a slot is asked about. `given`: what its method takes, without what stands `beside` them:
    the rules, or the calendar of clearing.
    """

    slot: str
    given: tuple[Any, ...]
    beside: Rules | Calendar | CareerRules

    def __len__(self) -> int:
        return len(self.given[-1])

    def take(self, index: npt.NDArray[np.int64]) -> Batch:
        """Some rows, in any order, as often as they are named; copies."""
        return replace(self, given=each_column(lambda column: column[index], self.given))

    def ask(self, policy: Policy) -> Any:
        """What a policy answers, checked as the engine does it. Raises what the policy raises, and Unfit."""
        answer = getattr(policy, EVERY_SLOT[self.slot][0])(*self.given, self.beside)
        return checked(answer, _KINDS[self.slot], self.slot, len(self), len(policy.reasons))

    def columns(self, policy: Policy) -> dict[str, npt.NDArray[Any]]:
        """The answer as whole columns, named alike whatever a policy leaves out."""
        answer = self.ask(policy)
        if not isinstance(answer, Breakdown):
            return {field.name: getattr(answer, field.name) for field in fields(answer)}
        pays = {column: summed(answer.pays, column, len(self)) for column in PAYS[self.slot]}
        return pays | {f"addition to {column}": summed(answer.adds, column, len(self)) for column in STANDING}


class Listener:
    """Stands in for a policy and keeps copies of what it is asked, without rules and calendar."""

    def __init__(self, policy: Policy) -> None:
        """`policy` answers as before."""
        self._policy, self.heard = policy, list[tuple[Any, ...]]()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._policy, name)
        return self._listening(value) if name == EVERY_SLOT[self._policy.slot][0] else value

    def _listening(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any) -> Any:
            seen = tuple(_read(part) for part in given if not isinstance(part, Rules | Calendar))
            if len(seen[-1]):
                self.heard.append(each_column(np.copy, seen))
            return method(*given)

        return asked


class _Used(Standing):
    """Standing as it was when somebody listened."""

    def __init__(self, columns: dict[str, Money]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def read(self, column: str, index: Any = slice(None)) -> Money:
        return self.columns[column][index]


def batches(slot: str, heard: list[tuple[Any, ...]], beside: Rules | Calendar, rows: int) -> list[Batch]:
    """One batch of at most so many of the rows that were heard; for clearing every day by itself."""
    if slot == "clearing":
        return [Batch(slot, given, beside) for given in heard]
    whole = Batch(slot, each_column(lambda *columns: np.concatenate(columns), *heard), beside)
    return [whole.take(np.unique(np.linspace(0, len(whole) - 1, rows).astype(np.int64)))]


def each_column(work: Callable[..., Any], *parts: Any) -> Any:
    """The same structure with `work(column, …)` in place of each column of the parts; what is no column stays."""
    first = parts[0]
    if isinstance(first, np.ndarray):
        return work(*parts)
    if isinstance(first, tuple | list):
        return type(first)(each_column(work, *columns) for columns in zip(*parts, strict=True))
    if isinstance(first, dict):
        return {name: each_column(work, *(part[name] for part in parts)) for name in first}
    if isinstance(first, _Used):
        return _Used(each_column(work, *(part.columns for part in parts)))
    if isinstance(first, Needs):
        columns = each_column(work, *(part.columns() for part in parts))
        return _needs(columns, lambda purpose: work(*(part.uniform(purpose) for part in parts)))
    if isinstance(first, Columns):
        named = {field.name: [getattr(part, field.name) for part in parts] for field in fields(first)}
        return replace(first, **{name: each_column(work, *columns) for name, columns in named.items()})
    return first


def _needs(columns: dict[str, Any], uniform: Callable[[str], Any]) -> Needs:
    makers: dict[str, Any] = {name: lambda index, column=column: column[index] for name, column in columns.items()}
    rows = len(next(iter(columns.values())))
    return Needs(makers, np.arange(rows), lambda purpose, index: uniform(purpose)[index])


def _read(part: Any) -> Any:
    """Standing is read when it is heard, since the engine writes to it afterwards."""
    return _Used({name: part.read(name) for name in STANDING}) if isinstance(part, Standing) else part
