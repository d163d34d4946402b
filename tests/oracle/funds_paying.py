"""When does a care province pay its hospitals out of prepayments, and what does it return?"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .funds_terms import DAY, Dates, Procedure, half_up

if TYPE_CHECKING:
    from .funds import Funds, Line, Row

Group = tuple[str, str]
#: Pool, scheme, hospital.
Part = tuple[str, str, int]
#: Who goes first of those who are due on one day.
RETURN, HOSPITALS, ADVANCES, RETENTION = range(4)
#: Insured province (or pool), scheme, care pool: whose patients at whose hospitals.
Side = tuple[str, str, str]


#: Advances: by which procedure, to which care pool, for whom and where.
Key = tuple[Procedure, str, Part]


@dataclass(eq=False)
class Payment:
    """A payment out of the prepayment of a member at a care province, with what each group has in it for each hospital.

    `order`: due day, priority, end of the period, policy position, member, care pool.
    """

    order: tuple[dt.date, int, dt.date, int, int, int]
    side: Side
    at: str
    parts: Mapping[Part, int]
    terms: Procedure

    @property
    def amount(self) -> int:
        """All parts together."""
        return sum(self.parts.values())


class Paying:
    """Bills of the hospitals and the outgoing queue of every care province."""

    def __init__(self, funds: Funds) -> None:
        self.funds = funds
        self.queue: list[Payment] = []
        #: Payments to hospitals: day, care pool, insured province, scheme, fen.
        self.hospitals: list[Line] = []
        #: Advances to hospitals not yet recovered, by pool and the end of the period they are for.
        self._advanced: defaultdict[Key, Counter[dt.date]] = defaultdict(Counter)
        self._rows: dict[Side, list[Row]] = {}
        for row in funds.rows:
            self._rows.setdefault((funds.province[row.pool], row.scheme, row.care), []).append(row)

    def open(self, day: dt.date) -> bool:
        """Whether anything is queued, or advanced and not yet recovered; what is to go home later holds nobody up."""
        queued = any(payment.order[1] != RETURN or payment.order[0] <= day for payment in self.queue)
        return queued or any(any(by.values()) for by in self._advanced.values())

    def reconcile(self, day: dt.date, terms: Procedure, periods: list[Dates]) -> None:
        """Know what the periods that end today owe: bills, what is kept back of them, and the next advances."""
        for dates in periods:
            if min(dates.until, self.funds.last) == day:
                for side in self._rows:
                    self._bill(side, dates, terms)

    def _bill(self, side: Side, dates: Dates, terms: Procedure) -> None:
        bills, kept = self._of_period(side, dates.until, terms)
        net = {part: fen - kept[part] for part, fen in bills.items()}
        self._enqueue(dates.hospitals, HOSPITALS, dates.until, side, net, terms)
        self._keep_back(terms.closing(dates.until), side, kept, terms)
        if dates.until < self.funds.last:
            advance = {part: half_up(max(0, fen), terms.advance, 10_000) for part, fen in net.items()}
            following = terms.end_of_period(dates.until + DAY)
            self._enqueue(terms.bank_day(dates.until + DAY), ADVANCES, following, side, advance, terms)

    def _of_period(self, side: Side, end: dt.date, terms: Procedure) -> tuple[Counter[Part], Counter[Part]]:
        """What was posted within a period, and what is kept back of each day's bills, by group and hospital."""
        first = terms.start_of_period(end)
        bills: Counter[Part] = Counter()
        kept: Counter[Part] = Counter()
        for row in self._rows[side]:
            for on, by_hospital in self.funds.posted[terms][row].amounts.items():
                for hospital, fen in by_hospital.items() if first <= on <= end else ():
                    bills[(*row.group, hospital)] += fen
                    kept[(*row.group, hospital)] += _share(fen, terms.retention)
        return bills, kept

    def _keep_back(self, closing: dt.date, side: Side, kept: Mapping[Part, int], terms: Procedure) -> None:
        """What is kept back until one closing is paid as one."""
        order = (closing, RETENTION, closing, terms.position, *self._place(side))
        for payment in [payment for payment in self.queue if payment.order == order]:
            self.queue.remove(payment)
            kept = Counter(kept)
            kept.update(payment.parts)
        self._enqueue(closing, RETENTION, closing, side, kept, terms)

    def _enqueue(
        self, due: dt.date, priority: int, end: dt.date, side: Side, parts: Mapping[Part, int], terms: Procedure
    ) -> None:  # fmt: skip
        if any(parts.values()):
            order = (due, priority, end, terms.position, *self._place(side))
            self.queue.append(Payment(order, side, self.funds.province[side[2]], parts, terms))

    def _place(self, side: Side) -> tuple[int, int]:
        """Places of the member and of the care pool."""
        member = list(self.funds.provinces).index(side[0]) * len(self.funds.schemes) + self.funds.schemes.index(side[1])
        return member, list(self.funds.province).index(side[2])

    def give_back(self, due: dt.date, row: Row, fen: int, terms: Procedure) -> None:
        """Prepayment that goes home; any pool of the care province stands for it."""
        side = (self.funds.province[row.pool], row.scheme, row.care)
        self._enqueue(due, RETURN, due, side, {(*row.group, 0): fen}, terms)

    def settle(self, day: dt.date) -> None:
        """Whoever is first of a member at a care province and cannot be paid blocks those behind."""
        self._close_advances(day)
        # An advance that nobody could pay lapses when the period it was meant for is over.
        self.queue = [p for p in self.queue if not (p.order[1] == ADVANCES and p.order[2] < day)]
        blocked = set()
        for payment in sorted(self.queue, key=lambda payment: payment.order):
            account = (payment.at, *payment.side[:2])
            recovered = self._to_recover(payment)
            need = payment.amount - sum(recovered.values())
            if payment.order[0] > day or not self._covered(payment):
                continue
            if account in blocked or not payment.terms.moves(day) or self._lacks(account, payment, need):
                blocked.add(account)
                self.funds.met.add("waited for money")
                continue
            self.queue.remove(payment)
            self._pay(day, payment, recovered)

    def _lacks(self, account: tuple[str, str, str], payment: Payment, need: int) -> bool:
        return need > self.funds.prepaid.available(account, payment.terms.pooling)

    def _covered(self, payment: Payment) -> bool:
        """Whether hospitals have what they are to pay back."""
        cash = self.funds.balances["hospital_cash"]
        groups: Counter[Group] = Counter()
        for (pool, scheme, _), fen in payment.parts.items():
            groups[pool, scheme] += fen
        return all(cash[group] + fen >= 0 for group, fen in groups.items())

    def _close_advances(self, day: dt.date) -> None:
        """At the annual closing hospitals give back what no bill of the year has covered."""
        for (terms, care, (pool, scheme, _)), by_end in self._advanced.items():
            fen = sum(by_end.pop(end) for end in list(by_end) if terms.closing(end) == day)
            if fen:
                self.funds.prepaid.pay((pool, scheme), self.funds.province[care], -fen)
                self.funds.move((pool, scheme), fen, "hospital_cash", "prepayment")
                self.funds.move((pool, scheme), fen, "hospital_advances", "advances_received")
                self.hospitals.append((day, care, self.funds.province[pool], scheme, -fen))

    def _pay(self, day: dt.date, payment: Payment, recovered: Mapping[Part, int]) -> None:
        priority, move, cash = payment.order[1], self.funds.move, 0
        self.funds.met.add(("returned", "paid", "advance", "retained")[priority])
        for part, fen in payment.parts.items():
            group, out = part[:2], fen - recovered[part]
            cash += out
            self.funds.prepaid.pay(group, payment.at, out)
            if priority == RETURN:
                self.funds.prepaid.returned(day, group, payment.at, out)
                return
            move(group, out, "prepayment", "hospital_cash")
            if priority == ADVANCES:
                move(group, out, "advances_received", "hospital_advances")
                self._advanced[payment.terms, payment.side[2], part][payment.order[2]] += out
            else:
                move(group, fen, "hospital_receivable", "payable_to_hospitals")
                self._recover(part, payment, recovered[part])
        insured, scheme, care = payment.side
        for pool in self.funds.provinces[insured] if priority == HOSPITALS else ():
            self.funds.closes((pool, scheme), payment.order[2])
        self.hospitals.append((day, care, insured, scheme, cash))

    def _to_recover(self, payment: Payment) -> dict[Part, int]:
        """How much of a payment was paid before, part by part."""
        if payment.order[1] != HOSPITALS:
            return dict.fromkeys(payment.parts, 0)
        before = {part: sum(fen for _, fen in self._advances(part, payment)) for part in payment.parts}
        return {part: max(0, min(fen, before[part])) for part, fen in payment.parts.items()}

    def _recover(self, part: Part, payment: Payment, amount: int) -> None:
        """Take advances off, the oldest first."""
        self.funds.move(part[:2], amount, "hospital_advances", "advances_received")
        for end, fen in self._advances(part, payment):
            self._advanced[payment.terms, payment.side[2], part][end] -= min(fen, amount)
            amount -= min(fen, amount)

    def _advances(self, part: Part, payment: Payment) -> list[tuple[dt.date, int]]:
        """Advances that this payment, or an earlier one, is to bear."""
        by_end = self._advanced.get((payment.terms, payment.side[2], part), Counter())
        return sorted((end, fen) for end, fen in by_end.items() if end <= payment.order[2] and fen)


def _share(fen: int, ratio: int) -> int:
    """A share of the absolute amount, half up, with its sign."""
    return half_up(fen, ratio, 10_000) if fen >= 0 else -half_up(-fen, ratio, 10_000)
