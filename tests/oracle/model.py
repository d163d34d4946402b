"""The independent model: one simpy process per visit, a ward per provider group, one claim at a time.

Written from `docs/model.md` and the rule data alone; it shares no engine and no policy with the package.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import simpy

from .claim import Case, adjudicate, share
from .people import Claim, Need, Person, Terms
from .rulebook import Rules
from .ward import Ward

DAY = 86_400
EPOCH = dt.date(2023, 1, 1)
#: Order inside one second: the day begins, discharges, births, and in the last second of a day settlement.
RULES, DISCHARGE, BIRTH, EVENING = 0, 1, 2, 9


class Moment(simpy.Event):
    """A moment with a priority inside its second, like `simpy.Timeout` but not always of normal priority."""

    def __init__(self, env: simpy.Environment, moment: int, priority: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority=priority, delay=moment - env.now)


class Model:
    """A run. After `run`, `claims` holds every settled claim by need, `counts` what happened beside."""

    def __init__(
        self,
        terms: Terms,
        people: Sequence[Person],
        needs: Sequence[Need],
        beds: Mapping[int, Sequence[int]],
        rules: Rules,
    ) -> None:
        """`beds`: open beds of each provider group, day by day from the first."""
        self.terms, self.people, self.rules = terms, people, rules
        self.env = simpy.Environment(initial_time=terms.first_day * DAY)
        self.wards = {group: Ward(self.env, open_) for group, open_ in beds.items()}
        self.claims: dict[int, Claim] = {}
        self.counts: Counter[str] = Counter()
        self._ended: list[tuple[Need, Claim]] = []
        self._desk: defaultdict[int, list[tuple[Need, Claim]]] = defaultdict(list)
        self.env.process(self._days())
        for need in sorted(needs, key=lambda need: (need.moment, need.id)):
            self.env.process(self._visit(need))

    def run(self) -> Model:
        """Until the end of the last day."""
        self.env.run(until=(self.terms.last_day + 1) * DAY)
        self.counts["open_manual"] = sum(len(claims) for claims in self._desk.values())
        self.counts["closings"] = sum(ward.closings for ward in self.wards.values())
        return self

    # A visit ----------------------------------------------------------------------------------------------

    def _visit(self, need: Need) -> Iterator[simpy.Event]:
        yield Moment(self.env, need.moment, BIRTH)
        person = self.people[need.row]
        if person.away:
            self.counts["absorbed"] += 1
            return
        path, cut = self._access(need, person)
        claim = Claim(need.id, need.row, need.care, path, need.provider, cut, *[need.moment] * 3)
        if need.care == "inpatient":
            yield from self._stay(need, person, claim)
        self._ended.append((need, claim))

    def _stay(self, need: Need, person: Person, claim: Claim) -> Iterator[simpy.Event]:
        ward = self.wards[need.provider]
        person.away = True
        if need.emergency and ward.full:
            self.counts["over_capacity"] += 1
            yield from self._lie(need, claim)
        else:
            with ward.bed() as bed:
                self.counts["waiting"] += 1
                yield bed
                self.counts["waiting"] -= 1
                yield from self._lie(need, claim)
        person.away = False

    def _lie(self, need: Need, claim: Claim) -> Iterator[simpy.Event]:
        assert need.length >= DAY, f"stay {need.id} is shorter than a day"
        claim.admitted, claim.discharged = self.env.now, self.env.now + need.length
        wait = claim.admitted - claim.born
        self.counts.update(admitted=1, open_stays=1, waited=wait > 0, waited_seconds=wait)
        yield Moment(self.env, claim.discharged, DISCHARGE)
        self.counts["open_stays"] -= 1

    def _access(self, need: Need, person: Person) -> tuple[str, int]:
        """Path, and points off where a filing is asked for; the governing day is that of the need's birth."""
        access = self.terms.access
        if need.care != "inpatient":
            return "direct", 0
        path = "manual" if need.manual_draw < access.manual_stays * 100 else "direct"
        if person.pool not in access.filing_required:
            return path, 0
        filing = person.filing if need.moment // DAY <= person.filing_until else "none"
        if filing == "long_term_resident":
            return path, 0
        return path, access.cut_referral if need.emergency or filing == "referral" else access.cut_other

    # A day ------------------------------------------------------------------------------------------------

    def _days(self) -> Iterator[simpy.Event]:
        for day in range(self.terms.first_day, self.terms.last_day + 1):
            yield Moment(self.env, day * DAY, RULES)
            self._begin(day)
            yield Moment(self.env, day * DAY + DAY - 1, EVENING)
            self._settlement(day)
            self._desks(day)

    def _begin(self, day: int) -> None:
        date = EPOCH + dt.timedelta(days=day)
        first = day == self.terms.first_day
        if first or date.day == 1:
            for month in range(1 if first else date.month, date.month + 1):
                self._home_care(date.year, month)
        if first or date.day == 1:
            self._credit_accounts(date)
        for ward in self.wards.values():
            ward.open_day(day - self.terms.first_day)

    def _home_care(self, year: int, month: int) -> None:
        for person in self.people:
            standing = person.of_year(year)
            for name, amounts in self.terms.home_care.items():
                standing[name] += amounts[person.home_class]
            if month == self.terms.discharge_month and person.home_class == 2:
                standing["discharges"] += 1

    def _credit_accounts(self, date: dt.date) -> None:
        for person in self.people:
            if person.scheme == "employee":
                credit = self.rules("account.monthly_credit", person.pool, person.scheme, date, status=person.status)
                person.account += credit - share(credit, self.terms.home_use * 100)

    def _settlement(self, day: int) -> None:
        ended, self._ended = self._ended, []
        for need, claim in sorted(ended, key=lambda pair: (pair[1].row, pair[1].discharged, pair[1].need)):
            if claim.path == "manual":
                self._desk[day + self.terms.manual_delay].append((need, claim))
            else:
                self._settle(day, need, claim)

    def _desks(self, day: int) -> None:
        for need, claim in sorted(self._desk.pop(day, []), key=lambda pair: (pair[1].row, pair[1].need)):
            self._settle(day, need, claim)

    def _settle(self, day: int, need: Need, claim: Claim) -> None:
        date = EPOCH + dt.timedelta(days=claim.discharged // DAY)
        case = Case(need, self.people[need.row], claim.cut, claim.path == "manual", date, self.rules)
        if not adjudicate(case):
            self.counts["empty_accounts"] += 1
            return
        claim.settled, claim.year, claim.money, claim.limits = day, date.year, case.money, case.limits
        self.claims[need.id] = claim
