"""How is one hand-written bill split? The engine's policies and compiled rules, asked about one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from settlement_sim import dates
from settlement_sim.engine.checks import Unfit, checked
from settlement_sim.errors import BrokenLaw, PolicyError, SettlementSimError
from settlement_sim.policies.answers import FUNDS, MANUAL, PAYS, Advances, Breakdown, Route, Scope
from settlement_sim.policies.base import Policy
from settlement_sim.policies.layers_in_order import adjudicate_layers
from settlement_sim.policies.views import STANDING, Claims
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY_NAMES
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles
from settlement_sim.study.case import SCOPE_PARTS, Case, Claim, Person, Policies
from settlement_sim.study.case_expect import COLUMNS, MEMO
from settlement_sim.study.facts import Facts, Way
from settlement_sim.study.lines import Basis, Lookup, Tape
from settlement_sim.study.one_row import OneRow, Used, code, geography, one
from settlement_sim.study.recorded import RecordedRules
from settlement_sim.study.split import Split
from settlement_sim.study.trace import trace
from settlement_sim.vocabulary import AGE_BANDS, FILINGS
from settlement_sim.world.geography import Geography

PATHS: Final = ("direct", "manual")
#: Reasons of an access policy that decides as the policy among its parameters does.
_LEFT_TO_ANOTHER: Final = ("otherwise", "linked")


def explain_claim(case: Case, book: RuleBook | None = None, places: Geography | None = None) -> Split:
    """The one claim of a case, split and explained line by line; no expectation is compared.

    `book` and `places`: rules and map, by default the packaged ones (overlays named in the case are not read here).
    Raises PolicyError where a policy fails and BrokenLaw where the lines do not come to what the policies decided.
    """
    if case.claim is None:
        raise ValueError("explain_claim takes a case with `claim`, not a list of claims")
    standing = so_far(case, dates.year(case.claim.settled_on))
    rules = RuleBook.load() if book is None else book
    account = case.person.account
    return Adjudication(case.person, case.claim, case.policies, rules, standing, account, places=places).split()


def so_far(case: Case, year: int) -> dict[str, int]:
    """What the person had used in an insurance year before the first claim."""
    told = case.year_so_far
    return {name: int(getattr(told, name)) if told and told.year == year else 0 for name in STANDING}


@dataclass(frozen=True)
class _Decided:
    """What the slots decided about the one row."""

    way: Way
    money: dict[str, int]
    memo: dict[str, int]
    adds: dict[str, int]
    settles: bool


@dataclass
class Adjudication:
    """One claim through the slots, in the order of the engine, with the year and the account as they stand."""

    person: Person
    claim: Claim
    policies: Policies
    book: RuleBook
    standing: Mapping[str, int]
    account: int
    number: int = 1
    decided_on: int | None = None
    places: Geography | None = None
    consulted: dict[str, tuple[Basis, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        person, day = self.person, self.claim.settled_on
        own = (code(axis, getattr(person, axis)) for axis in ("pool", "scheme", "tier", "status", "assistance"))
        profiles, first = Profiles.of(*own)
        began = max(self.claim.began, dates.day(self.book.starts[0]))
        units = (self.places or geography()).units if person.unit else ()
        self.rules = RecordedRules(self.book, profiles, min(began, day), day, units)
        self.row = OneRow(person, self.claim, self.rules, first, self.places)
        labels = {axis: str(getattr(person, axis)) for axis in ("tier", "status", "assistance")}
        labels["age_band"] = AGE_BANDS[int(self.rules.insured("age_band", self.row.rule)[0])]
        self.lookup = Lookup(self.book, dates.date(day), person.pool, person.scheme, labels, person.unit or "")

    def split(self) -> Split:
        """Policies first, then the lines that explain them, which must agree."""
        decided = self._decide()
        money = decided.money if decided.settles else dict.fromkeys(decided.money, 0)
        memo = decided.memo if decided.settles else dict.fromkeys(decided.memo, 0)
        columns, tape = _complete(money), Tape(self.lookup)
        facts = Facts(
            self.person, self.claim, self.policies, self.standing, self.account, decided.way, decided.settles,
            money, memo, self.consulted,
        )  # fmt: skip
        trace(facts, tape)
        _agree({**columns, **memo}, tape.columns)
        adds = {name: amount for name, amount in decided.adds.items() if decided.settles}
        return Split(
            self.number, self.claim.settled_on if self.decided_on is None else self.decided_on,
            dates.year(self.claim.settled_on), PATHS[decided.way.path], decided.way.reason, int(decided.settles),
            tuple(tape.lines), columns, memo, adds,
            {name: used + adds.get(name, 0) for name, used in self.standing.items()},
            self.account - columns["personal_account"], asked=frozenset(self.row.chance.asked),
        )  # fmt: skip

    def _decide(self) -> _Decided:
        way = self._way()
        parts, bill = self._parts(way.path), self.claim.bill
        money = {**parts, "total_fee": sum(bill.items if bill.by_items else parts.values())}
        self._law("catalogue", money["total_fee"] == sum(parts.values()), "parts that are not the bill")
        self._positive("catalogue", parts)
        claims = self.row.claims(way.path, way.cut, FILINGS.index(way.filing), money["total_fee"], parts)
        claims, adds = adjudicate_layers(self._layer, claims)
        money |= {name: int(column[0]) for name, column in claims.paid.items()}
        for slot, columns in PAYS.items():
            self._positive(slot, {name: money[name] for name in columns})
        most = parts["in_scope"] + parts["advance_self_pay"]
        self._law("basic", sum(money[fund] for fund in FUNDS) <= most, "funds above what is in scope")
        memo = self._at_the_counter(claims, money)
        added = dict.fromkeys(STANDING, 0)
        for part in adds:
            added[part.column] += int(part.amount.sum())
        return _Decided(way, money, memo, added, memo.pop("settles") > 0)

    def _at_the_counter(self, claims: Claims, money: dict[str, int]) -> dict[str, int]:
        """How the rest is paid, put into `money`; returns what stands beside it, and whether this is a settlement."""
        balance = one(self.account)
        advances = self._ask("channel", Advances, lambda policy: policy.settle(claims, balance, self.rules))
        money |= {name: int(getattr(advances, name)[0]) for name in ("personal_account", "cash")}
        memo = {name: int(getattr(advances, name)[0]) for name in MEMO}
        money["medical_assistance"] -= memo["claimed_later"]
        self._positive("channel", {**{name: money[name] for name in ("personal_account", "cash")}, **memo})
        paid = sum(money[name] for name in (*FUNDS, "personal_account", "cash"))
        self._law("channel", paid == money["total_fee"], "an account and cash that do not pay the rest of the bill")
        self._law("channel", memo["unpaid"] <= money["cash"], "more unpaid than was due in cash")
        return {**memo, "settles": int(advances.settles[0])}

    def _way(self) -> Way:
        """Access on the day of admission; the case, and a channel that sends everybody to the desk, overrule it."""
        policy, claim, needs = self.policies.access, self.claim, self.row.needs()
        route = self._ask("access", Route, lambda policy: policy.route(needs, self.rules))
        path, cut, reason = (int(column[0]) for column in (route.path, route.cut, route.reason))
        label = policy.reasons[reason] if policy.reasons else policy.name
        told: tuple[str, ...] = ()
        if claim.path is not None and PATHS.index(claim.path) != path:
            path, label, told = PATHS.index(claim.path), "as_told", ("path",)
        if claim.cut is not None:
            cut, told = claim.cut, (*told, "cut")
        if path != MANUAL and getattr(self.policies.channel, "at_the_desk", False):
            path, label = MANUAL, "at_the_desk"
        return Way(path, cut, FILINGS[int(route.filing[0])], label, told, tuple(self._inner(policy, label)))

    def _inner(self, policy: Any, label: str) -> list[tuple[str, str]]:
        """The policy that an access policy leaves the decision to, with its reason, and on from there."""
        inside = [value for value in policy.__dict__.values() if isinstance(value, Policy)]
        if label not in _LEFT_TO_ANOTHER or not inside:
            return []
        inner: Any = inside[0]
        reason = inner.reasons[int(inner.route(self.row.needs(), self.rules).reason[0])]
        return [(inner.name, reason), *self._inner(inner, reason)]

    def _parts(self, path: int) -> dict[str, int]:
        bill = self.claim.bill
        if not bill.by_items:
            return bill.scope
        bills = self.row.bills(path)
        scope = self._ask("catalogue", Scope, lambda policy: policy.scope(bills, self.rules))
        return {part: int(getattr(scope, part)[0]) for part in SCOPE_PARTS}

    def _layer(self, slot: str, claims: Claims) -> Breakdown:
        standing = Used(self.standing)
        answer: Breakdown = self._ask(slot, Breakdown, lambda p: p.adjudicate(claims, standing, self.rules))
        return answer

    def _ask(self, slot: str, kind: type, question: Any) -> Any:
        """A policy's answer, checked as in a run, and the rules it consulted."""
        policy = self.policies.of(slot)
        self.rules.forget()
        try:
            answer = checked(question(policy), kind, slot, 1, len(policy.reasons))
        except SettlementSimError:
            raise
        except Exception as error:
            what = str(error) if isinstance(error, Unfit) else f"raised {type(error).__name__}: {error}"
            raise self._error(slot, what) from error
        self.consulted[slot] = self.rules.consulted(self.lookup)
        return answer

    def _positive(self, slot: str, amounts: Mapping[str, int]) -> None:
        for name, fen in amounts.items():
            self._law(slot, fen >= 0, f"a negative {name}")

    def _law(self, slot: str, holds: bool, what: str) -> None:
        if not holds:
            raise self._error(slot, f"returned {what}")

    def _error(self, slot: str, what: str) -> PolicyError:
        day = self.claim.began if slot == "access" else self.claim.settled_on
        return PolicyError(slot, self.policies.of(slot).name, dates.iso(day), f"claim {self.number}", what)


def _complete(money: dict[str, int]) -> dict[str, int]:
    """All columns in the order of the record."""
    columns = {name: money[name] for name in MONEY_NAMES} | {column.name: 0 for column in ALWAYS_ZERO}
    columns |= {column.name: sum(columns[name] for name in parts) for column, parts in DERIVED.items()}
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
