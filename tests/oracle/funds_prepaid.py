"""How much prepayment lies at which care province, how much of it is used, and when is it adjusted or topped up?"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .funds_terms import DAY, Procedure, half_up, last_working_day, month_end, working

if TYPE_CHECKING:
    from .funds import Funds, Row

Group = tuple[str, str]
#: Whose prepayment lies where.
Place = tuple[Group, str]
#: Insured and care province.
Pair = tuple[str, str]
#: Months that a basis rests on.
BASIS = {"last_q4_mean": range(10, 13), "last_year_mean": range(1, 13)}


@dataclass(frozen=True)
class Deposit:
    """Money to a care province: `on` the day on which it comes, `counts` from when it is in force."""

    on: dt.date
    counts: dt.date
    place: Place
    amount: int
    top_up: bool = False


class Prepaid:
    """Prepayments: balances, amounts in force, usage and alerts."""

    def __init__(self, funds: Funds) -> None:
        self.funds = funds
        self.balances: Counter[Place] = Counter()
        self.deposits: list[Deposit] = []
        #: First month that counts for a basis.
        self.counts_from = funds.first
        #: Growth of money by insured province in 1/10,000, where the opening amounts rest on the first month's volume.
        self.growth: Mapping[str, int] = {}
        #: Changes of amounts in force.
        self._changes: list[tuple[dt.date, Place, int]] = []
        self._posted: defaultdict[dt.date, Counter[Place]] = defaultdict(Counter)
        self._outstanding: Counter[Place] = Counter()
        #: Amounts in force on the first day of a month.
        self._on_first: dict[tuple[dt.date, Pair], int] = {}
        #: Deposits and returns: day, from, at, scheme, fen.
        self.moved: list[tuple[dt.date, str, str, str, int]] = []
        #: Alerts of the definition that rules, and ratios: day, pair, "yellow" or "red".
        self.alerts: list[tuple[dt.date, Pair, str]] = []

    # What happens ------------------------------------------------------------------------------------------

    def posted(self, day: dt.date, row: Row, fen: int) -> None:
        """An obligation of a day."""
        place = row.group, self.funds.province[row.care]
        self._posted[day.replace(day=1)][place] += fen
        self._outstanding[place] += fen

    def remitted(self, group: Group, at: str, fen: int) -> None:
        """Money of a statement, or what is set off against it, is credited in full."""
        self.balances[group, at] += fen
        self._outstanding[group, at] -= fen

    def pay(self, group: Group, at: str, fen: int) -> None:
        """Money leaves the account."""
        self.balances[group, at] -= fen

    def returned(self, day: dt.date, group: Group, at: str, fen: int) -> None:
        """Money that left goes home."""
        self._home(day, (group, at), -fen)

    def open(self, day: dt.date, amounts: Mapping[Place, int], counts: dt.date) -> None:
        """The opening amounts."""
        self.deposits += [Deposit(day, counts, place, fen) for place, fen in amounts.items() if fen]

    def after_run_in(self, growth: Mapping[str, int]) -> None:
        """A run whose first whole month does not count; the opening rests on the next, a year of growth less."""
        whole = self.funds.first if self.funds.first.day == 1 else month_end(self.funds.first) + DAY
        self.counts_from, self.growth = month_end(whole) + DAY, growth

    def _open_by_volume(self, day: dt.date) -> None:
        amounts = {}
        for place in (place for pair in self._pairs() for place in self.places(pair)):
            months = self.funds.procedures(*place[0], day).prepayment_months
            posted = max(0, self._posted[self.counts_from][place])
            amounts[place] = half_up(posted * months, 10_000, self.growth[self.funds.province[place[0][0]]])
        self.open(day, amounts, day + DAY)

    def settle(self, day: dt.date) -> None:
        """Notices of the year, then what is deposited today and what is in force from today."""
        if self.growth and day == month_end(self.counts_from):
            self._open_by_volume(day)
        if day == last_working_day(day.year, 1) and day <= self.funds.last:
            self._adjust(day)
        for deposit in [deposit for deposit in self.deposits if deposit.on <= day]:
            self.deposits.remove(deposit)
            self.balances[deposit.place] += deposit.amount
            self._home(day, deposit.place, deposit.amount)
            self._changes.append((max(deposit.counts, day), deposit.place, deposit.amount))
        if day.day == 1:
            for pair in self._pairs():
                self._on_first[day, pair] = self.in_force(day, pair)

    def _home(self, day: dt.date, place: Place, fen: int) -> None:
        """Money from (negative: back to) a pool's fund."""
        (pool, scheme), at = place
        self.funds.move((pool, scheme), fen, "pooled_fund", "prepayment")
        self.moved.append((day, self.funds.province[pool], at, scheme, fen))

    # Accounts ----------------------------------------------------------------------------------------------

    def available(self, account: tuple[str, str, str], pooling: str) -> int:
        """What an account (care province, insured province, scheme) may draw on.

        The least of the circle that lends to one another and of every wider one, so that nobody's money is used twice.
        """
        narrowest = {"earmarked": 3, "province": 2, "together": 1}[pooling]
        return max(0, min(self._lies(account[:alike]) for alike in range(1, narrowest + 1)))

    def _lies(self, account: tuple[str, ...]) -> int:
        """What lies at a care province, of an insured province, of a member."""
        return sum(fen for ((pool, scheme), at), fen in self.balances.items()
                   if (at, self.funds.province[pool], scheme)[: len(account)] == account)  # fmt: skip

    def _pairs(self) -> list[Pair]:
        provinces = self.funds.provinces
        return [(insured, care) for insured in provinces for care in provinces if insured != care]

    def places(self, pair: Pair) -> list[Place]:
        """The groups of an insured province at a care province."""
        return [((pool, scheme), pair[1]) for pool in self.funds.provinces[pair[0]] for scheme in self.funds.schemes]

    def in_force(self, day: dt.date, pair: Pair) -> int:
        """The amount in force between two provinces."""
        return sum(self._in_force(day, place) for place in self.places(pair))

    def _in_force(self, day: dt.date, place: Place) -> int:
        return sum(fen for since, where, fen in self._changes if where == place and since <= day)

    # The year ----------------------------------------------------------------------------------------------

    def _adjust(self, day: dt.date) -> None:
        """The yearly amount, where enough months of the basis were simulated in full."""
        for pair in self._pairs():
            for place in self.places(pair):
                terms = self.funds.procedures(*place[0], day)
                wanted = [dt.date(day.year - 1, n, 1) for n in BASIS[terms.basis]]
                known = [first for first in wanted if self.counts_from <= first and month_end(first) <= self.funds.last]
                if 3 * len(known) >= 2 * len(wanted):
                    posted = max(0, sum(self._posted[first][place] for first in known))
                    self._to_target(day, place, half_up(posted, terms.prepayment_months, len(known)), terms)

    def _to_target(self, day: dt.date, place: Place, target: int, terms: Procedure) -> None:
        missing = target - self._in_force(day, place)
        counts = dt.date(day.year, 3, 1)
        if missing > 0:
            self.deposits.append(Deposit(self._comes(day, terms), counts, place, missing))
        elif missing < 0:
            self._changes.append((counts, place, missing))
            row = next(r for r in self.funds.rows if (r.group, self.funds.province[r.care]) == place)
            self.funds.paying.give_back(self._comes(day, terms), row, -missing, terms)

    def _comes(self, day: dt.date, terms: Procedure) -> dt.date:
        """When money moves that is asked for on a day."""
        return terms.bank_day(working(working(day, terms.submission_days), terms.remittance_days))

    # Alerts ------------------------------------------------------------------------------------------------

    def judge(self, day: dt.date) -> None:
        """Usage of every insured province at every care province."""
        for pair in self._pairs():
            terms = self.funds.procedures(self.funds.provinces[pair[0]][0], self.funds.schemes[0], day)
            for used, in_force in self._usage(day, pair, terms):
                self._alert(day, pair, used, in_force, terms)

    def _usage(self, day: dt.date, pair: Pair, terms: Procedure) -> list[tuple[Counter[Place], int]]:
        """What is judged today: used by place, and the amount in force that it is held against."""
        if terms.usage == "outstanding":
            return [(self._outstanding, self.in_force(day, pair))]
        found = []
        for first in sorted({day.replace(day=1), *self._posted}):
            if month_end(first) + terms.statement_after * DAY == day and (first, pair) in self._on_first:
                found.append((self._posted[first], self._on_first[first, pair]))
        return found

    def _alert(self, day: dt.date, pair: Pair, by: Counter[Place], in_force: int, terms: Procedure) -> None:
        used = {place: by[place] for place in self.places(pair)}
        total = sum(used.values())
        red = total * 10_000 >= terms.red * in_force
        if in_force <= 0 or not (red or total * 10_000 >= terms.yellow * in_force):
            return
        self.alerts.append((day, pair, "red" if red else "yellow"))
        pending = any(deposit.top_up and deposit.place in used for deposit in self.deposits)
        missing = -(-total * 10_000 // terms.top_up_to) - self.in_force(day, pair)
        if red and not pending and missing > 0:
            self._top_up(day, used, missing, terms)

    def _top_up(self, day: dt.date, places: Iterable[Place], missing: int, terms: Procedure) -> None:
        """Shared as the amounts in force: cumulative, rounded down, the last takes the rest."""
        self.funds.met.add("top-up")
        on, so_far, given = self._comes(day, terms), 0, 0
        in_force = {place: self._in_force(day, place) for place in places}
        for place, fen in in_force.items():
            so_far += fen
            upto = missing * so_far // sum(in_force.values())
            self.deposits.append(Deposit(on, on, place, upto - given, True))
            given = upto
