"""The independent model: one simpy process per visit, a ward per provider group, one claim at a time.

Written from `docs/model.md` and the rule data; it shares no engine and no policy with the package. Persons, and needs
with all their draws, are the package's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping, Sequence
from functools import cache
from typing import Any

import simpy
from simpy.events import EventPriority

from .access import Border, Route, goes, route
from .books import Balances, Books
from .claim import Office
from .desk import Desk
from .funds import Funds
from .funds_case import CORRIDOR, SCHEMES, disturbances
from .people import DAY, Claim, Need, Person, Terms, date_of, share
from .policies import Policies
from .rulebook import Rules
from .ward import Ward

Steps = Generator[simpy.Event, Any, None]
#: Order inside one second: the day begins, discharges, births, and in the last second of a day settlement.
RULES, DISCHARGE, BIRTH, EVENING = map(EventPriority, (0, 1, 2, 9))


class Moment(simpy.Event):
    """A moment with a priority inside its second, like `simpy.Timeout` but not always of normal priority."""

    def __init__(self, env: simpy.Environment, moment: int, priority: EventPriority) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority=priority, delay=moment - env.now)


class Model:
    """A run. Afterwards `rows` has every settlement (event, day, claim), `counts` and `books` what happened beside."""

    def __init__(
        self,
        terms: Terms,
        people: Sequence[Person],
        needs: Sequence[Need],
        beds: Mapping[int, Sequence[int]],
        border: Border,
        rules: Rules,
        policies: Policies,
    ) -> None:
        """`beds`: open beds of each provider group, day by day from the first."""
        self.terms, self.people, self.border, self.rules, self.policies = terms, people, border, rules, policies
        self.office = Office(rules, policies)
        self.env = simpy.Environment(initial_time=terms.first_day * DAY)
        self.wards = {group: Ward(self.env, open_) for group, open_ in beds.items()}
        self.rows: list[tuple[str, int, Claim]] = []
        self.counts: Counter[str] = Counter()
        self.books = Books(terms.first_of_window, people, self._funds)
        self._ended: list[Claim] = []
        self._desk, self._assistance_desk = Desk(terms), Desk(terms)
        self._taken_back: defaultdict[int, list[Claim]] = defaultdict(list)
        self.env.process(self._days())
        for need in sorted(needs, key=lambda need: (need.moment, need.id)):
            self.env.process(self._visit(need))

    def run(self) -> Model:
        """Until the end of the last day."""
        self.env.run(until=(self.terms.last_day + 1) * DAY)
        self._run_on()
        self.counts["open_manual"] = self._desk.open
        self.counts["closings"] = sum(ward.closings for ward in self.wards.values())
        return self

    def _funds(self, balances: Balances) -> Funds:
        first, last = date_of(self.terms.first_day), date_of(self.terms.last_day)
        disturbed = disturbances(self.policies.data.get("disturbances", ()), CORRIDOR)
        in_force = cache(lambda pool, scheme, day: self.policies.clearing(pool, scheme, min(day, last)))
        funds = Funds(CORRIDOR, SCHEMES, in_force, first, last, disturbed, balances)
        funds.prepaid.after_run_in(self.terms.growth)
        return funds

    def _run_on(self) -> None:
        """After the last day nobody is treated; money between the funds moves until all is paid."""
        day = date_of(self.terms.last_day)
        while not self.books.funds.settled(day) and day < dt.date(date_of(self.terms.last_day).year + 1, 12, 31):
            day += dt.timedelta(1)
            self.books.funds.close(day)

    @property
    def claims(self) -> dict[int, Claim]:
        """The settlements that stand, by need."""
        return {claim.need.id: claim for person in self.people for claim in person.settlements}

    # A visit ----------------------------------------------------------------------------------------------

    def _visit(self, need: Need) -> Steps:
        yield Moment(self.env, need.moment, BIRTH)
        person, day = self.people[need.row], need.moment // DAY
        found = route(self.policies("access", person.group, date_of(day)), need, person, self.border)
        reason = self._stays_at_home(need, person, found)
        if reason:
            cost = share(need.total_fee, self.terms.home_price * 100)
            self.books.at_home(day, reason, person.group, need.care, cost)
            return
        if person.away:
            self.counts["absorbed"] += day >= self.terms.first_of_window
            return
        claim = Claim(need, person, found.by_hand, found.cut, found.filing, need.moment, need.moment, found.why)
        if need.care == "inpatient":
            yield from self._stay(claim)
        self._ended.append(claim)

    def _stays_at_home(self, need: Need, person: Person, found: Route) -> str:
        """Why a need does not cross the border, if it does not."""
        date, group = date_of(need.moment // DAY), need.disease_group
        if need.care == "chronic" and not self.rules("chronic.listed", *person.group, date, disease_group=group):
            return "not_listed"
        return "" if goes(need, found, self.terms.response, self.terms.potential) else "turned_away"

    def _stay(self, claim: Claim) -> Steps:
        ward = self.wards[claim.need.provider]
        claim.person.away = True
        if claim.need.emergency and ward.full:
            self._count(over_capacity=1)
            yield from self._lie(claim)
        else:
            with ward.bed() as bed:
                self.counts["waiting"] += 1
                yield bed
                self.counts["waiting"] -= 1
                yield from self._lie(claim)
        claim.person.away = False

    def _lie(self, claim: Claim) -> Steps:
        need = claim.need
        assert need.length >= DAY, f"stay {need.id} is shorter than a day"
        claim.admitted = int(self.env.now)
        claim.discharged = claim.admitted + need.length
        wait = claim.admitted - need.moment
        self._count(admitted=1, waited=wait > 0, waited_seconds=wait)
        self.counts["open_stays"] += 1
        yield Moment(self.env, claim.discharged, DISCHARGE)
        self.counts["open_stays"] -= 1

    def _count(self, **numbers: int) -> None:
        """Count what happens in the window."""
        if self.env.now // DAY >= self.terms.first_of_window:
            self.counts.update(numbers)

    # A day ------------------------------------------------------------------------------------------------

    def _days(self) -> Steps:
        for day in range(self.terms.first_day, self.terms.last_day + 1):
            yield Moment(self.env, day * DAY, RULES)
            self._begin(day)
            yield Moment(self.env, day * DAY + DAY - 1, EVENING)
            self._settlement(day)
            self._take_back(day)
            self._desks(day)
            self.books.funds.close(date_of(day))

    def _begin(self, day: int) -> None:
        date, first = date_of(day), day == self.terms.first_day
        if first or date.day == 1:
            for month in range(1 if first else date.month, date.month + 1):
                self._home_care(date.year, month)
            self._credit_accounts(day)
        for ward in self.wards.values():
            ward.open_day(day - self.terms.first_day)

    def _home_care(self, year: int, month: int) -> None:
        for person in self.people:
            standing = person.of_year(year)
            for name, amounts in self.terms.home_care.items():
                standing[name] += amounts[person.home_class]
            if month == self.terms.discharge_month and person.home_class == 2:
                standing["discharges"] += 1

    def _credit_accounts(self, day: int) -> None:
        for person in self.people:
            if person.scheme == "employee":
                credit = self.rules("account.monthly_credit", *person.group, date_of(day), status=person.status)
                spent = share(credit, self.terms.home_use * 100)
                person.account += credit - spent
                self.books.credit(person.group, credit, spent)

    def _settlement(self, day: int) -> None:
        ended, self._ended = self._ended, []
        for claim in sorted(ended, key=lambda claim: (claim.person.row, claim.discharged, claim.need.id)):
            if claim.by_hand or self.office.policy("channel", claim).name == "manual":
                self._hand_in(day, claim.again_by_hand())
            elif self.office.adjudicate(claim):
                self._settled("settle", day, claim)
                self._afterwards(day, claim)
            else:
                self.counts["empty_accounts"] += day >= self.terms.first_of_window

    def _settled(self, event: str, day: int, claim: Claim) -> None:
        claim.settled = day
        claim.person.settlements.append(claim)
        self.rows.append((event, day, claim))
        self.books.settle(event, day, claim)

    def _afterwards(self, day: int, claim: Claim) -> None:
        """Assistance is claimed later; a settlement may be taken back."""
        if claim.later:
            self._assistance_desk.hand_in(day, claim)
        channel = self.office.policy("channel", claim)
        if claim.need.uniforms["reversal"] < channel["reversed"]:
            self._taken_back[day + channel["reversed_after"]].append(claim)

    def _hand_in(self, day: int, claim: Claim) -> None:
        """The patient pays the whole bill; the claim sets out for the desk."""
        self.books.advance(claim)
        self._desk.hand_in(day, claim)

    def _take_back(self, day: int) -> None:
        """Reversals: only a person's latest settlement of a day not yet stated or paid, no assistance claimed later."""
        for claim in self._taken_back.pop(day, []):
            person = claim.person
            closed = self.books.funds.closed_until.get(person.group, dt.date.min) >= date_of(claim.settled)
            if person.settlements[-1] is not claim or closed or claim.later:
                self.counts["reversals_refused"] += 1
                continue
            person.settlements.pop()
            standing = person.of_year(date_of(claim.day).year)
            for name, amount in claim.added.items():
                standing[name] -= amount
            person.account += claim.money["personal_account"]
            self.rows.append(("reverse", day, claim))
            self.books.settle("reverse", day, claim)
            self._hand_in(day, claim.again_by_hand())

    def _desks(self, day: int) -> None:
        for claim in sorted(self._desk.paid(day), key=lambda claim: claim.need.id):
            self.office.adjudicate(claim)
            self._settled("reimburse", day, claim)
        for claim in self._assistance_desk.paid(day):
            self.books.assist(day, claim)
