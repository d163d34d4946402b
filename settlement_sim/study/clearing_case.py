"""What may a hand-written case of clearing say? Provinces, a policy, obligations day by day, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from settlement_sim.errors import InputError
from settlement_sim.policies.registry import Registry, looking_in
from settlement_sim.scenario.schema import Disturbance, Model, Window, Words
from settlement_sim.scenario.values import Scheme
from settlement_sim.study.case_load import in_order, open_case, schema_findings
from settlement_sim.study.case_policies import Finding, Loc, named_policy
from settlement_sim.study.case_values import Amount, Date, Signed
from settlement_sim.study.clearing_checks import findings
from settlement_sim.study.clearing_expect import Expected
from settlement_sim.vocabulary import POOLS, PROVINCES

#: The corridor, where a case names no provinces of its own.
CORRIDOR: Final = {PROVINCES[0]: [POOLS[0]], PROVINCES[1]: [*POOLS[1:]]}
_TIMES: Final = ("from", "until")


class Owed(Model):
    """What an insured pool owes a care pool for the settlements of a day; negative where they were taken back."""

    on: Date
    payer: str = Field(alias="from")
    at: str
    scheme: Scheme = "employee"
    amount: Signed


class Standing(Model):
    """A prepayment of an insured pool that stands at a care province when the case begins."""

    payer: str = Field(alias="from")
    at: str
    scheme: Scheme = "employee"
    amount: Amount


class Disturbed(Disturbance):
    """A payer that is late, or stops."""

    payer: str | Annotated[list[str], Field(min_length=1)]
    months: Annotated[int, Field(ge=0, le=24)] | None = None
    first: Date = Field(alias="from")
    last: Date | None = Field(None, alias="until")


class Timed(Model):
    """A policy and the days on which obligations are posted under it."""

    policy: Any
    first: Date | None = Field(None, alias="from")
    last: Date | None = Field(None, alias="until")


class ClearingCase(Model):
    """A case of clearing."""

    format: Literal["1", 1]
    title: Words
    provinces: dict[str, list[str]] = Field(default_factory=lambda: dict(CORRIDOR))
    window: Window
    calendar: Literal["notices", "weekday_pattern"] = "notices"
    policy: list[Timed] = Field(min_length=1)
    opening: list[Standing] = Field(default_factory=list)
    disturbances: list[Disturbed] = Field(default_factory=list)
    obligations: list[Owed] = Field(min_length=1)
    work: list[str] = Field(default_factory=list)
    expect: Expected = Field(default_factory=Expected)

    @property
    def pools(self) -> list[str]:
        """All pools, province by province."""
        return [pool for pools in self.provinces.values() for pool in pools]


@dataclass(frozen=True)
class LoadedClearing:
    """A valid case and the file it came from."""

    case: ClearingCase
    path: Path | None


def load_clearing(source: str | Path | Mapping[str, Any], *, plugins: bool = True) -> LoadedClearing:
    """A case of clearing from a file or a mapping. Raises InputError with every problem, in the order of the file."""
    path, data, where = open_case(source)
    registry = Registry(path.parent if path else Path(), plugins)
    wrong: list[Finding] = []
    with looking_in(registry):
        if "policy" in data:
            data = {**data, "policy": _policies(data["policy"], registry, wrong)}
    try:
        case = ClearingCase.model_validate(data)
    except ValidationError as error:
        wrong += schema_findings(error, data, ClearingCase)
        raise InputError(in_order(wrong, where)) from None
    wrong += findings(case)
    if wrong:
        raise InputError(in_order(wrong, where))
    return LoadedClearing(case, path)


def _policies(said: Any, registry: Registry, wrong: list[Finding]) -> list[Any]:
    """Policies in place of their names; one for the whole window, or a list with dates."""
    entries = said if isinstance(said, list) else [said]
    timed = []
    for index, entry in enumerate(entries):
        loc: Loc = ("policy", index) if isinstance(said, list) else ("policy",)
        times = {key: entry[key] for key in _TIMES if key in entry} if isinstance(entry, Mapping) else {}
        named = {key: entry[key] for key in entry if key not in _TIMES} if isinstance(entry, Mapping) else entry
        found = named_policy(loc, "clearing", named, registry)
        wrong += found if isinstance(found, list) else []
        timed.append({"policy": found, **times})
    return timed
