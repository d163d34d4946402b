"""What is kept of the money between the funds? Plain rows in the order in which they happened, and sums by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.netting import Remittance
from settlement_sim.clearing.payments import Part, Payment

Whole = npt.NDArray[np.int64]
#: Longer waits count as this many days.
LONGEST: Final = 999
#: Ages of receivables in days: up to these, and older.
AGES: Final = (30, 60, 90)
KINDS: Final = ("main", "retained")


class Statement(NamedTuple):
    """Amounts (groups × care pools) that one statement asks for, covering what was posted to `until`."""

    day: int
    until: int
    code: int
    amount: Whole


class Transfer(NamedTuple):
    """Money between provinces (positions; −1 is the centre). Kinds: clearing, set_off, opening, adjustment, top_up,
    return.
    """

    day: int
    kind: str
    scheme: int
    payer: int
    payee: int
    amount: int


class Collection(NamedTuple):
    """What a group paid its province for a care province."""

    day: int
    group: int
    province: int
    amount: int


class Discharge(NamedTuple):
    """Obligations of a group of the statement up to `until` that were remitted or set off, by care pool."""

    day: int
    until: int
    code: int
    group: int
    by_care_pool: Whole


class Paid(NamedTuple):
    """An instruction of the care side that was paid: when it was due, and its cash."""

    day: int
    due: int
    kind: str
    until: int
    code: int
    member: int
    province: int
    place: int
    amount: int


Months = dict[int, Whole]


@dataclass
class Log:
    """Rows and sums of one run."""

    members: Members
    statements: list[Statement] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    discharges: list[Discharge] = field(default_factory=list)
    payments: list[Paid] = field(default_factory=list)
    #: Groups × care pools by month: what was posted, stated, remitted (or set off) in it.
    posted: Months = field(default_factory=dict)
    stated: Months = field(default_factory=dict)
    discharged_in: Months = field(default_factory=dict)
    #: Days from settlement to cash: kind → members × hospitals × days, in fen.
    waits: dict[str, Whole] = field(default_factory=dict)
    #: Month → members × hospitals × ages, in fen: what hospitals were owed at its end.
    receivables: Months = field(default_factory=dict)
    #: Of each day: prepayments (members × care provinces); in force, and outstanding (provinces × care provinces).
    days: list[int] = field(default_factory=list)
    balances: list[Whole] = field(default_factory=list)
    in_force: list[Whole] = field(default_factory=list)
    outstanding: list[Whole] = field(default_factory=list)
    #: First day whose payments count in `waits`: settlements before it are not of the window.
    first: int = 0

    def __post_init__(self) -> None:
        shape = (self.members.members, self.members.hospitals, LONGEST + 1)
        self.waits = {kind: np.zeros(shape, np.int64) for kind in KINDS}

    def add_month(self, months: Months, day: int, amount: Whole) -> None:
        """Add groups × care pools to the month of a day."""
        month = dates.month_index(day)
        if month not in months:
            months[month] = np.zeros((self.members.groups, len(self.members.pools)), np.int64)
        months[month] += amount

    def state(self, statement: Statement) -> None:
        """A statement was made."""
        self.statements.append(statement)
        self.add_month(self.stated, statement.day, statement.amount)

    def collected(self, day: int, part: Part) -> None:
        """A pool has paid its province."""
        self.collections.append(Collection(day, part.group, part.province, part.total))

    def remitted(self, day: int, scheme: int, remittance: Remittance) -> None:
        """Money has crossed."""
        payer, payee, amount = remittance.payer, remittance.payee, remittance.amount
        self.transfers.append(Transfer(day, "clearing", scheme, payer, payee, amount))

    def set_off(self, day: int, scheme: int, payer: int, payee: int, amount: int) -> None:
        """An obligation was met without money crossing; rows of one day and pair are one."""
        last = self.transfers[-1] if self.transfers else None
        if last and last[:5] == (day, "set_off", scheme, payer, payee):
            self.transfers[-1] = last._replace(amount=last.amount + amount)
        else:
            self.transfers.append(Transfer(day, "set_off", scheme, payer, payee, amount))

    def discharged(self, day: int, part: Part, by_care_pool: Whole) -> None:
        """A part, or some of it, has been remitted or set off."""
        if not by_care_pool.any():
            return
        self.discharges.append(Discharge(day, part.until, part.code, part.group, by_care_pool))
        amount = np.zeros((self.members.groups, len(self.members.pools)), np.int64)
        amount[part.group] = by_care_pool
        self.add_month(self.discharged_in, day, amount)

    def prepaid(self, day: int, kind: str, by_group: Whole) -> None:
        """Prepayments have arrived: groups × care provinces."""
        for member, payee in np.argwhere(by_member := self.members.by_member(by_group)):
            payer, scheme = divmod(int(member), len(self.members.schemes))
            amount = int(by_member[member, payee])
            self.transfers.append(Transfer(day, kind, scheme, payer, int(payee), amount))

    def returned(self, day: int, payment: Payment) -> None:
        """Part of a prepayment has come back."""
        payee, scheme = divmod(payment.member, len(self.members.schemes))
        amount = int(payment.by_group.sum())
        self.transfers.append(Transfer(day, "return", scheme, payment.province, payee, amount))

    def paid(self, day: int, payment: Payment, amount: int) -> None:
        """An instruction was paid."""
        self.payments.append(
            Paid(day, payment.due, payment.kind, payment.until, payment.code, payment.member, payment.province,
                 payment.place, amount)
        )  # fmt: skip

    def gave_back(self, day: int, code: int, until: int, by_care_pool: Whole) -> None:
        """Hospitals gave back advances that no bill had covered: members × care pools."""
        for member, pool in np.argwhere(by_care_pool).tolist():
            province, amount = int(self.members.province_of[pool]), -int(by_care_pool[member, pool])
            self.payments.append(Paid(day, day, "advance", until, code, member, province, pool, amount))

    def hospitals_paid(self, day: int, payment: Payment, recovered: Whole) -> None:
        """Days from settlement to cash of the bills of the window; what an advance had covered waited 0 days."""
        bills = payment.bills
        assert bills is not None, "hospitals are paid for bills"
        kept = np.flatnonzero(bills.days >= self.first)
        covered = bills.covered_first(np.broadcast_to(recovered.sum(0), bills.slots.shape))[kept]
        waits = self.waits["retained" if payment.kind == "retained" else "main"][payment.member]
        late = np.minimum(day - bills.days[kept], LONGEST)
        np.add.at(waits, (bills.slots[None, :], late[:, None]), bills.of_day[kept] - covered)
        waits[bills.slots, 0] += covered.sum(0)

    def age(self, month: int, day: int, days: Whole, member: int, slots: Whole, of_day: Whole) -> None:
        """Add bills (days × hospitals) to what hospitals are owed at the end of a month."""
        if month not in self.receivables:
            shape = (self.members.members, self.members.hospitals, len(AGES) + 1)
            self.receivables[month] = np.zeros(shape, np.int64)
        bucket = np.searchsorted(AGES, day - days)
        np.add.at(self.receivables[month][member], (slots[None, :], bucket[:, None]), of_day)
