"""How is one hand-written bill split? The engine's policies and compiled rules, asked about one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from settlement_sim import dates
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies import base
from settlement_sim.policies.base import DIRECT, MANUAL, STANDING, Breakdown, Money, Scope, Standing
from settlement_sim.policies.benefit.insured_place import InsuredPlaceBenefit
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.channel.direct import DirectChannel
from settlement_sim.policies.registry import policies_of
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, FUNDS, MONEY_NAMES
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.study.case import SCOPE_PARTS, Case
from settlement_sim.study.case_checks import COLUMNS
from settlement_sim.study.lines import Line, Lookup, Tape
from settlement_sim.study.trace import Facts, trace
from settlement_sim.vocabulary import AGE_BANDS, AXES, CARE_TYPES, FILINGS, LEVELS
from settlement_sim.world.population import BAND_OF_AGE, packed_date, packed_day

#: The case says how it was settled, so no uniform falls below the share that a policy settles by hand.
_NEVER_BY_HAND = 10_000
_FOREVER = 2**31 - 1


@dataclass(frozen=True)
class Split:
    """Whether the bill is a settlement, its lines, every money column (fen), and the year afterwards."""

    settles: bool
    lines: tuple[Line, ...]
    columns: Mapping[str, int]
    standing: Mapping[str, int]


class _Given(Standing):
    """The insurance year as the case tells it."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self._values = values

    def read(self, column: str, index: Any) -> Money:
        values: Money = _one(self._values[column])[index]
        return values


class Adjudication:
    """One row through the slots, in the order of the engine."""

    def __init__(self, case: Case, book: RuleBook) -> None:
        self.case, self.book = case, book
        person, claim = self.case.person, self.case.claim
        self.day, self.path = claim.settled_on, DIRECT if claim.path == "direct" else MANUAL
        age = (packed_day(self.day) - packed_date(person.born.year, person.born.month, person.born.day)) >> 9
        band = int(BAND_OF_AGE[age])
        self.own = {
            "tier": person.tier, "status": person.status, "assistance": person.assistance,
            "age_band": AGE_BANDS[band],
        }  # fmt: skip
        codes = (
            _code("pool", person.pool),
            _code("scheme", person.scheme),
            *(_code(*o) for o in self.own.items()),
        )
        self.rules = Rules(book, Profiles(*codes), self.day, self.day)
        self.rule = self.rules.rows(self.day, _one(0))
        so_far = self.case.year_so_far
        self.standing = {name: int(getattr(so_far, name)) if so_far else 0 for name in STANDING}

    def split(self) -> Split:
        """Policies first, then the lines that explain them, which must agree."""
        route = self._route()
        cut = int(route.cut[0]) if self.case.claim.cut is None else self.case.claim.cut
        scope = self._scope()
        claims = self._claims(scope, cut)
        paid = InsuredPlaceBenefit().adjudicate(claims, _Given(self.standing), self.rules)
        columns, settles = self._columns(claims, scope, paid)
        facts = Facts(
            self.case, self.standing, self._catalogue_pool(), cut, FILINGS[int(route.reason[0])], settles
        )  # fmt: skip
        person = self.case.person
        tape = Tape(Lookup(self.book, dates.date(self.day), person.pool, person.scheme, self.own))
        trace(facts, tape)
        _agree(columns, tape.columns)
        return Split(settles, tuple(tape.lines), columns, self._after(paid, settles))

    def _route(self) -> base.Route:
        """Access asks on the day of admission."""
        person, claim = self.case.person, self.case.claim
        until = dates.day(person.filing_until) if person.filing_until else _FOREVER
        columns = {
            "pool": _code("pool", person.pool),
            "scheme": _code("scheme", person.scheme),
            "care": _one(CARE_TYPES.index(claim.care_type)),
            "filing": _one(FILINGS.index(person.filing)),
            "filing_until": _one(until),
            "day": _one(claim.began),
            "emergency": np.array([claim.emergency == "yes"]),
            "manual_draw": _one(_NEVER_BY_HAND),
        }
        makers = {name: lambda index, column=column: column[index] for name, column in columns.items()}
        policy: Any = policies_of("access")[self.case.access.use].model_validate(self.case.access.parameters)
        route: base.Route = policy.route(base.Needs(makers, _one(0)), self.rules)
        return route

    def _catalogue_pool(self) -> str:
        claim = self.case.claim
        return str(claim.hospital.pool if claim.path == "direct" else self.case.person.pool)

    def _scope(self) -> Scope:
        bill, person, claim = self.case.claim.bill, self.case.person, self.case.claim
        if not bill.by_items:
            return Scope(*(_one(bill.scope[part]) for part in SCOPE_PARTS))
        bills = base.Bills(
            [_one(item) for item in bill.items], _one(sum(bill.items)),
            self.rules.places(self.day, _code("pool", claim.hospital.pool)),
            self.rules.places(self.day, _code("pool", person.pool)), _one(self.path),
        )  # fmt: skip
        return CarePlaceCatalogue().scope(bills, self.rules)

    def _claims(self, scope: Scope, cut: int) -> base.Claims:
        claim = self.case.claim
        total = scope.outside_scope + scope.above_price_limit + scope.advance_self_pay + scope.in_scope
        return base.Claims(
            _one(CARE_TYPES.index(claim.care_type)), _one(LEVELS.index(claim.hospital.level)), self.rule,
            _one(self.path), _one(cut), total, scope.in_scope,
        )  # fmt: skip

    def _columns(self, claims: base.Claims, scope: Scope, paid: Breakdown) -> tuple[dict[str, int], bool]:
        """Every column of the bill, and whether it is a settlement at all."""
        advances = DirectChannel().settle(claims, paid, _one(self.case.person.account), self.rules)
        money = {name: int(getattr(scope, name)[0]) for name in SCOPE_PARTS}
        money["total_fee"] = int(claims.total_fee[0])
        money |= {name: int(getattr(paid, name)[0]) for name in ("deductible_paid", *FUNDS)}
        money |= {name: int(getattr(advances, name)[0]) for name in ("personal_account", "cash")}
        settles = bool(advances.settles[0])
        return _complete(money if settles else dict.fromkeys(money, 0)), settles

    def _after(self, paid: Breakdown, settles: bool) -> dict[str, int]:
        """Standing after the claim."""
        after = dict(self.standing)
        for increment in paid.increments if settles else ():
            after[increment.column] += int(increment.amount.sum())
        return after


def _one(value: int) -> Money:
    return np.array([value], np.int64)


def _code(axis: str, label: str) -> Money:
    return _one(AXES[axis].index(label))


def _complete(money: dict[str, int]) -> dict[str, int]:
    """All columns in the order of the record; the identities of one bill are asserted."""
    columns = {name: money[name] for name in MONEY_NAMES} | {column.name: 0 for column in ALWAYS_ZERO}
    columns |= {column.name: sum(columns[name] for name in parts) for column, parts in DERIVED.items()}
    parts = sum(columns[name] for name in SCOPE_PARTS)
    payers = columns["fund_total"] + columns["person_total"] + columns["hospital_borne"]
    if not columns["total_fee"] == parts == payers or min(columns.values()) < 0:
        raise BrokenLaw(f"the parts or payers of a bill do not add up to it: {columns}")
    return {name: columns[name] for name in COLUMNS}


def _agree(columns: Mapping[str, int], explained: Mapping[str, int]) -> None:
    """The lines must come to what the policies decided."""
    wrong = [
        f"{name} is {columns[name]} fen, its lines come to {explained.get(name, 0)}"
        for name in columns
        if columns[name] != explained.get(name, 0)
    ]
    if wrong:
        raise BrokenLaw("the lines of a bill differ from the policies: " + "; ".join(wrong))
