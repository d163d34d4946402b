"""Who pays whom, when, between the funds of provinces? One instruction at a time, in plain Python.

Written from the words about clearing alone; it shares no calendar, policy, ledger or engine with the package.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .funds_netting import CENTRE, Sending, crossing, fitted
from .funds_paying import Paying
from .funds_prepaid import Prepaid
from .funds_terms import DAY, Dates, Procedure, months_later

Group = tuple[str, str]
#: Day, from, to or at, scheme, fen.
Line = tuple[dt.date, str, str, str, int]


class Row(NamedTuple):
    """Who owes for whose hospitals."""

    pool: str
    scheme: str
    care: str

    @property
    def group(self) -> Group:
        """Whose funds pay."""
        return self.pool, self.scheme


@dataclass(eq=False)
class Posted:
    """Obligations of one row under one procedure: fen by day and hospital, and how much was stated."""

    amounts: defaultdict[dt.date, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    stated: int = 0

    def until(self, day: dt.date) -> int:
        """Posted up to a day and not yet stated, never below 0."""
        return max(0, sum(by.total() for on, by in self.amounts.items() if on <= day) - self.stated)


class Disturbed(NamedTuple):
    """A payer that pays late, or not at all for a while."""

    what: str
    pools: frozenset[str]
    first: dt.date
    last: dt.date | None
    months: int = 0

    def of(self, pool: str, due: dt.date) -> bool:
        """Whether a collection is disturbed."""
        return pool in self.pools and self.first <= due and (self.last is None or due <= self.last)


class Funds:
    """The money between the funds. Post the obligations of a day, then close the day.

    `procedures(pool, scheme, day)`: the clearing procedure in force. `first`, `last`: the days that are simulated.
    Afterwards the lists of lines say what happened and `balances` has every account by group; where a province keeps
    an account, only its sums by scheme mean anything.
    """

    def __init__(
        self, provinces: Mapping[str, Sequence[str]], schemes: Sequence[str],
        procedures: Callable[[str, str, dt.date], Procedure], first: dt.date, last: dt.date,
        disturbances: Iterable[Disturbed] = (), balances: defaultdict[str, Counter[Group]] | None = None,
    ) -> None:  # fmt: skip
        self.provinces, self.schemes, self.procedures = provinces, schemes, procedures
        self.first, self.last, self.disturbances = first, last, list(disturbances)
        self.province = {pool: province for province, pools in provinces.items() for pool in pools}
        self.rows = [Row(p, s, c) for p in self.province for s in schemes for c in self.province
                     if self.province[p] != self.province[c]]  # fmt: skip
        self.posted: defaultdict[Procedure, defaultdict[Row, Posted]] = defaultdict(lambda: defaultdict(Posted))
        self.sendings: list[Sending] = []
        self.balances = defaultdict(Counter) if balances is None else balances
        self.prepaid = Prepaid(self)
        self.paying = Paying(self)
        self.statements: list[Line] = []
        self.remittances: list[Line] = []
        #: Up to which day anything of a group was stated, or paid to hospitals.
        self.closed_until: dict[Group, dt.date] = {}
        #: What has happened, for the tests.
        self.met: set[str] = set()
        self._periods: dict[Procedure, list[Dates]] = {}

    def move(self, group: Group, amount: int, credit: str, debit: str) -> None:
        """One entry."""
        self.balances[credit][group] -= amount
        self.balances[debit][group] += amount

    def closes(self, group: Group, day: dt.date) -> None:
        """Settlements of a group up to a day can no longer be taken back."""
        self.closed_until[group] = max(day, self.closed_until.get(group, day))

    def post(self, day: dt.date, row: Row, fen: int, hospital: int = 0) -> None:
        """An obligation of a settlement; negative where one is taken back."""
        terms = self.procedures(row.pool, row.scheme, day)
        self.posted[terms][row].amounts[day][hospital] += fen
        self.prepaid.posted(day, row, fen)
        self.met |= {"taken back"} if fen < 0 else set()

    def close(self, day: dt.date) -> None:
        """State and reconcile, then what the banks settle, in this order."""
        for terms in list(self.posted):
            periods = self.periods(terms)
            # Where several periods are stated on one day the latest covers all of them.
            stated = [dates for dates in periods if dates.statement == day]
            for dates in stated[-1:]:
                self._state(day, dates, terms)
            self.paying.reconcile(day, terms, periods)
        self.prepaid.settle(day)
        self._collect(day)
        self._remit(day)
        self.paying.settle(day)
        if day <= self.last:
            self.prepaid.judge(day)

    def periods(self, terms: Procedure) -> list[Dates]:
        """The dates of a procedure's periods, worked out once."""
        if terms not in self._periods:
            self._periods[terms] = terms.periods(self.first, self.last)
        return self._periods[terms]

    def _state(self, day: dt.date, dates: Dates, terms: Procedure) -> None:
        """What was posted up to the end of a period and not yet stated sets out on its way."""
        to_send: Counter[tuple[Group, str]] = Counter()
        for row in self.rows:
            posted = self.posted[terms][row]
            fen = posted.until(dates.until)
            if fen:
                posted.stated += fen
                self.closes(row.group, dates.until)
                self.statements.append((day, row.pool, row.care, row.scheme, fen))
                to_send[row.group, self.province[row.care]] += fen
        for (group, at), fen in to_send.items():
            collect_on = self._disturbed(group[0], dates.collected, terms)
            order = (dates.remitted, dates.until, terms.position, len(self.sendings))
            self.sendings.append(Sending(order, terms, group, self.province[group[0]], at, fen, collect_on))

    def _disturbed(self, pool: str, due: dt.date, terms: Procedure) -> dt.date | None:
        """When a collection comes; None: never."""
        for case in self.disturbances:
            if case.of(pool, due):
                self.met.add("payer late")
                if case.what == "stops" and case.last is None:
                    return None
                due = case.last + DAY if case.what == "stops" and case.last else months_later(due, case.months)
        return terms.bank_day(due)

    def _collect(self, day: dt.date) -> None:
        for sending in self.sendings:
            if not sending.collected and sending.collect_on is not None and sending.collect_on <= day:
                sending.collected = True
                self.move(sending.group, sending.left, "set_aside", "province_account")

    def _remit(self, day: dt.date) -> None:
        """Each procedure and each scheme by itself."""
        for terms in self.posted:
            for scheme in self.schemes:
                ready = [s for s in self.sendings if s.ready(day) and s.terms is terms and s.group[1] == scheme]
                if ready and terms.moves(day):
                    self._send(day, terms, scheme, fitted(ready, list(self.provinces), terms))

    def _send(self, day: dt.date, terms: Procedure, scheme: str, sent: Mapping[Sending, int]) -> None:
        matrix: Counter[tuple[str, str]] = Counter()
        for sending, fen in sent.items():
            self.met |= {"cut by a cap"} if fen < sending.left else set()
            if fen:
                sending.left -= fen
                matrix[sending.member, sending.at] += fen
                self.move(sending.group, fen, "province_account", "prepayment")
                self.prepaid.remitted(sending.group, sending.at, fen)
        crossed = list(crossing(matrix, list(self.provinces), terms.netting))
        self.remittances += [(day, payer, payee, scheme, fen) for payer, payee, fen in crossed]
        self.met |= {"netted"} if sum(fen for *_, fen in crossed) < sum(matrix.values()) else set()
        self.met |= {"through the centre"} if any(payee == CENTRE for _, payee, _ in crossed) else set()

    @property
    def positions(self) -> dict[Group, int]:
        """What each group's funds hold or have out; where a province keeps the account only sums mean anything."""
        accounts = ("pooled_fund", "set_aside", "province_account", "prepayment")
        groups = [(pool, scheme) for pool in self.province for scheme in self.schemes]
        return {group: sum(self.balances[name][group] for name in accounts) for group in groups}

    def settled(self, day: dt.date) -> bool:
        """Whether at the end of a day nothing is owed, collected, queued or retained."""
        if any(sending.left for sending in self.sendings) or self.paying.open(day):
            return False
        to_come = [(terms, dates) for terms in self.posted for dates in self.periods(terms) if dates.statement > day]
        return not any(posted.until(dates.until) for terms, dates in to_come for posted in self.posted[terms].values())
