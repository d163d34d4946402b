"""When is what a settlement sends across the border stated, remitted, paid on to its hospital? From the funds' log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from settlement_sim import dates
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.clearing.log import Discharge, Paid, Statement
from settlement_sim.clearing.netting import CENTRE
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import end_of


class Remitted(NamedTuple):
    """The day on which the last of an obligation was remitted or set off, and what its two provinces did that day."""

    day: int
    crossed: int
    set_off: int


@dataclass(frozen=True)
class FundsOfRun:
    """What the clearing house does about settlements of a pool and scheme (`group`) in the hospitals of a care pool.

    Days are day numbers; each function tells what the log holds by now.
    """

    house: ClearingHouse
    group: int
    care_pool: int

    def code(self, day: int) -> int:
        """Position of the policy in force on a day of settlement."""
        return int(self.house.policies.codes(day)[self.group])

    def policy(self, day: int) -> ClearingPolicy:
        """The policy in force on a day of settlement."""
        return self.house.policies.policies[self.code(day)]

    def statement(self, day: int) -> Statement | None:
        """The first statement that leaves nothing unstated of what was posted by a day."""
        asked = 0
        for statement in self.house.log.statements:
            if statement.code == self.code(day):
                asked += self.asked(statement)
                if statement.until >= day and asked >= min(self._posted(day, day), self._posted(day, statement.until)):
                    return statement
        return None

    def asked(self, statement: Statement) -> int:
        """What a statement asks this pool and scheme to pay for this care pool (fen)."""
        return int(statement.amount[self.group, self.care_pool])

    def remitted(self, day: int) -> Remitted | None:
        """When all that the statement asks for had been remitted or set off."""
        statement = self.statement(day)
        rest = self.asked(statement) if statement else 0
        for discharge in self.house.log.discharges if rest else ():
            if statement and _of(discharge, self.group) == _of(statement, self.group):
                rest -= int(discharge.by_care_pool[self.care_pool])
                if rest == 0:
                    return Remitted(discharge.day, *self._between(discharge.day))
        return None

    def paid(self, day: int) -> Paid | None:
        """The payment of the hospitals for the period of a day of settlement."""
        return self._payment("hospitals", day, end_of(self.policy(day).period, day))

    def closed(self, day: int) -> Paid | None:
        """The payment of what was kept back of the year of a day of settlement."""
        return self._payment("retained", day, dates.day(f"{dates.year(day)}-12-31"))

    def open(self, day: int, today: int) -> Iterator[str]:
        """What a settlement of a day still waits for at the end of today; the annual closing is not waited for."""
        statement, remitted, paid = self.statement(day), self.remitted(day), self.paid(day)
        if statement is None or statement.day > today:
            yield from ["not_stated"] * self._to_state(day, today)
        elif self.asked(statement) and (remitted is None or remitted.day > today):
            yield "not_remitted"
        if (paid is None and self._unpaid(day, today)) or (paid is not None and paid.day > today):
            yield "not_paid"

    @property
    def provinces(self) -> tuple[int, int]:
        """Positions of the insured and the care province."""
        members = self.house.members
        return int(members.province_of_group[self.group]), int(members.province_of[self.care_pool])

    def _to_state(self, day: int, today: int) -> bool:
        """Whether a statement will ask for what was posted on a day; an earlier credit may have covered it."""
        statements = (s for s in self.house.log.statements if s.code == self.code(day) and s.day <= today)
        return sum(map(self.asked, statements)) < min(self._posted(day, day), self._posted(day, today))

    def _posted(self, day: int, until: int) -> int:
        """Fen posted under the policy of a day of settlement, up to a day."""
        posted = self.house.posted[self.code(day)].obligations(until).posted
        return int(posted[self.group * len(self.house.members.pools) + self.care_pool, -1])

    def _between(self, day: int) -> tuple[int, int]:
        """What crossed from the insured to the care province (or the centre) on a day, and what they set off."""
        payer, payee = self.provinces
        scheme, crossed, kept = self.group % len(self.house.members.schemes), 0, 0
        for row in self.house.log.transfers:
            if (row.day, row.scheme, row.payer) == (day, scheme, payer):
                crossed += row.amount * (row.kind == "clearing" and row.payee in (payee, CENTRE))
                kept += row.amount * (row.kind == "set_off" and row.payee == payee)
        return crossed, kept

    def _payment(self, kind: str, day: int, until: int) -> Paid | None:
        wanted, paid = self._key(kind, day, until), self.house.log.payments
        return next((p for p in paid if (p.kind, p.until, p.code, p.member, p.place) == wanted), None)

    def _key(self, kind: str, day: int, until: int) -> tuple[str, int, int, int, int]:
        member = int(self.house.members.member_of_group[self.group])
        return kind, until, self.code(day), member, self.care_pool

    def _unpaid(self, day: int, today: int) -> bool:
        """Whether hospitals have still to be paid; bills that were all taken back make no payment."""
        end = end_of(self.policy(day).period, day)
        wanted = self._key("hospitals", day, end)
        waiting = ((p.kind, p.until, p.code, p.member, p.place) for p in self.house.actors.unpaid)
        return today < end or any(key == wanted for key in waiting)


def _of(row: Discharge | Statement, group: int) -> tuple[int, int, int]:
    """Which statement of which group a row is of."""
    return row.until, row.code, row.group if isinstance(row, Discharge) else group
