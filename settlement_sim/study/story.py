"""What has happened to one need so far, and what is still to come?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from settlement_sim import dates
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.demand.needs import INPATIENT, need_text
from settlement_sim.engine.admissions import AT_HOME
from settlement_sim.engine.probe import Event, PersonProbe
from settlement_sim.record.recorder import PATHS
from settlement_sim.study.bookings import Bookings
from settlement_sim.study.funds_of_run import FundsOfRun
from settlement_sim.study.life import Fen, Step
from settlement_sim.study.need_ids import Born

#: Events that settle something, as claim files name them.
CLAIMS: Final = ("settle", "reverse", "reimburse")


@dataclass(frozen=True)
class Story:
    """The events of one need, with those of its person, the sums it is booked in, and what the funds do about it."""

    born: Born
    probe: PersonProbe
    bookings: Bookings
    funds: FundsOfRun

    def event(self, name: str) -> Event | None:
        """An event of the need; each happens once at most."""
        return next(iter(self.probe.of(self.born.id, name)), None)

    @property
    def claims(self) -> list[Event]:
        """What was settled, taken back or paid by the desk, in that order."""
        return self.probe.of(self.born.id, *CLAIMS)

    @property
    def moment(self) -> int:
        """Second of birth."""
        return self.born.day * SECONDS_PER_DAY + int(self.born.need.second[0])

    @property
    def came_up(self) -> str:
        """The moment of birth as text."""
        return dates.moment_iso(self.moment)

    @property
    def enters(self) -> bool:
        """Whether it became a visit or asked for a bed: not kept at home, not absorbed."""
        entered = self.event("enter")
        return entered is not None and bool(entered.number("free"))

    @property
    def crosses(self) -> bool:
        """Whether it was settled for money of the insured place, and this stands."""
        settled = self.event("settle")
        return settled is not None and not self.event("reverse") and bool(settled.number("settled.cleared"))

    def outcome(self) -> str:
        """What has become of it by now."""
        for name in AT_HOME:
            if self.event(name):
                return name
        if not self.enters:
            return "absorbed"
        for name, outcome in (("reimburse", "reimbursed"), ("advance", "advanced"), ("settle", "settled")):
            if self.event(name):
                return outcome
        if int(self.born.need.care[0]) != INPATIENT:
            return "no_settlement"
        return "in_bed" if self.event("admit") else "waiting_for_bed"

    def open(self, today: int) -> tuple[str, ...]:
        """What is still to come at the end of a day; empty once the life is complete."""
        if today < self.born.day:
            return ("not_born",)
        outcome = self.outcome()
        if outcome in ("waiting_for_bed", "in_bed"):
            return (outcome,)
        stages = self._desk("reimburse") if outcome == "advanced" else ()
        return (*stages, *self._of_settlement(today))

    def _of_settlement(self, today: int) -> Iterator[str]:
        """What a settlement at the counter still waits for."""
        settled, reversed_ = self.event("settle"), self.event("reverse")
        if settled is None:
            return
        if settled.number("settled.advances.reversed_after") and not self.event("take_back"):
            yield "reversal_due"
        if not reversed_ and settled.number("settled.advances.claimed_later") and not self.event("assist"):
            yield from (f"assistance_{stage}" for stage in self._desk("assist"))
        yield from self._of_money(today)

    def _of_money(self, today: int) -> Iterator[str]:
        settled = self.event("settle")
        if settled is not None and self.crosses:
            yield from self.funds.open(settled.day, today)

    def waits_for_money(self, today: int) -> bool:
        """Whether the funds or its hospitals are still to be paid for it at the end of a day."""
        return any(self._of_money(today))

    def _desk(self, pays: str) -> tuple[str, ...]:
        """Where a claim by hand is."""
        if self.event(f"{pays}: decide"):
            return ("decided",)
        return ("at_the_desk",) if self.event(f"{pays}: arrive") else ("on_its_way",)

    def absorbed_by(self) -> Event | None:
        """The person's own stay that was waited for, or lay in, when this need came up; its `enter`."""
        mine = (self.moment, self.born.id)
        stays = [
            (second_of(event), event.need, event)
            for event in self.probe.events
            if event.name == "enter" and event.number("free") and event.number("care") == INPATIENT
        ]
        before = [(second, need, event) for second, need, event in stays if (second, need) < mine]
        return max(before, key=lambda stay: stay[:2])[2] if before else None

    def steps(self, today: int) -> tuple[Step, ...]:
        """Everything that happened, in the order of time."""
        events = (step for event in self.probe.of(self.born.id) for step in self._steps_of(event, today))
        # A purchase that meets an empty account leaves no event.
        nothing = [Step(self.came_up, "no_settlement")] if self.outcome() == "no_settlement" else []
        found = (Step(self.came_up, "born"), *events, *nothing, *self._cleared(today))
        return tuple(sorted(found, key=lambda step: step.at[:10]))

    def _steps_of(self, event: Event, today: int) -> Iterator[Step]:
        at, name = dates.iso(event.day), event.name
        if name == "route":
            yield Step(self.came_up, name, {"path": PATHS[event.number("route.path")]})
        elif name in AT_HOME:
            yield Step(self.came_up, name, {"home_cost": Fen(event.number("home_cost"))})
        elif name == "enter":
            yield from self._entered(event)
        elif name == "admit":
            yield from self._admitted(event, today)
        elif name in CLAIMS:
            yield self._claim(event)
        elif name == "advance":
            yield Step(at, name, {"total_fee": Fen(event.number("gross.total_fee"))})
        elif name.endswith(": decide"):
            yield Step(at, name, {"paid_on": dates.iso(event.number("due"))})
        elif name == "take_back":
            yield from () if event.number("allowed") else (Step(at, "reversal_refused"),)
        elif name == "assist":
            yield Step(at, name, {"medical_assistance": Fen(event.number("amount"))})
        else:
            yield Step(at, name)

    def _entered(self, event: Event) -> Iterator[Step]:
        """Absorbed, or waiting for a bed, or (without a step of its own) seen at once."""
        if event.number("free"):
            if event.number("care") == INPATIENT:
                yield Step(self.came_up, "asks_for_bed")
            return
        stay = self.absorbed_by()
        if stay is not None:
            yield Step(self.came_up, "absorbed", self._own_stay(stay))

    def _own_stay(self, stay: Event) -> dict[str, Any]:
        admitted = next(iter(self.probe.of(stay.need, "admit")), None)
        told: dict[str, Any] = {"by": need_text(stay.need), "since": dates.moment_iso(second_of(stay))}
        if admitted is None or admitted.number("start") > self.moment:
            return {"inside": "wait", **told}
        start, end = (dates.moment_iso(admitted.number(name)) for name in ("start", "end"))
        return {"inside": "stay", **told, "since": start, "until": end}

    def _admitted(self, event: Event, today: int) -> Iterator[Step]:
        start, end = event.number("start"), event.number("end")
        details = {"waited_seconds": start - self.moment, "over_capacity": bool(event.number("extra"))}
        yield Step(dates.moment_iso(start), "admit", details)
        if end // SECONDS_PER_DAY <= today:
            yield Step(dates.moment_iso(end), "discharge", {"seconds": end - start})

    def _claim(self, event: Event) -> Step:
        settled, sign = event.beside["settled"], -1 if event.name == "reverse" else 1
        discharged = event.number("episodes.discharged")
        names = ("total_fee", "cleared", "cash") if event.name != "reimburse" else ("total_fee", "cash")
        details: dict[str, Any] = {name: Fen(sign * int(settled.money(name)[0])) for name in names}
        if event.name == "reimburse":
            details["paid_back"] = Fen(event.number("settled.total_fee") - event.number("settled.advances.cash"))
        at_once = discharged // SECONDS_PER_DAY == event.day and event.name == "settle"
        return Step(dates.moment_iso(discharged) if at_once else dates.iso(event.day), event.name, details)

    def _cleared(self, today: int) -> Iterator[Step]:
        """What the funds and hospitals have done about it by today."""
        settled, funds = self.event("settle"), self.funds
        if settled is None or not self.crosses:
            return
        stated, remitted = funds.statement(settled.day), funds.remitted(settled.day)
        if stated and stated.day <= today:
            yield Step(dates.iso(stated.day), "state", {"pair_owes": Fen(funds.asked(stated))})
        if remitted and remitted.day <= today:
            yield Step(dates.iso(remitted.day), "remit" if remitted.crossed else "set_off")
        paid, closed = funds.paid(settled.day), funds.closed(settled.day)
        for name, payment in (("pay_hospitals", paid), ("annual_closing", closed)):
            if payment and payment.day <= today:
                yield Step(dates.iso(payment.day), name, {"amount": Fen(payment.amount)})


def second_of(event: Event) -> int:
    """Second since the epoch at which a need of a day came up."""
    return event.day * SECONDS_PER_DAY + event.number("second")
