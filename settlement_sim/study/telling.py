"""How is the story of a need told? Who, where to, on which terms, every claim with its lines, where it is booked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from settlement_sim import dates
from settlement_sim.demand.bills import Gross
from settlement_sim.demand.needs import CHRONIC, INPATIENT, later, need_text
from settlement_sim.engine.probe import Event
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.standing import HOME_COLUMNS
from settlement_sim.money import share
from settlement_sim.policies.views import STANDING
from settlement_sim.scenario.schema import Words
from settlement_sim.study.access_of_run import access_of
from settlement_sim.study.bookings import Sum
from settlement_sim.study.claim_of_run import explained, memo_of, money_of, person_of
from settlement_sim.study.life import ClaimOfRun, Fen, Life
from settlement_sim.study.run import Prepared
from settlement_sim.study.story import Story
from settlement_sim.vocabulary import (
    CARE_TYPES,
    DISEASE_GROUPS,
    DISEASES,
    ITEMS,
    LATER_DISEASES,
    LEVELS,
    POOLS,
    PROVINCES,
    SCHEMES,
)
from settlement_sim.world.population import packed_day

_SEXES: Final = ("female", "male")


@dataclass(frozen=True)
class Telling:
    """A replayed run and the story of one need in it, up to the day `until`."""

    prepared: Prepared
    simulation: Simulation
    story: Story
    until: int

    def life(self) -> Life:
        """Everything that is told."""
        loaded, story, route = self.prepared.loaded, self.story, self.story.event("route")
        return Life(
            scenario=loaded.name, question=loaded.scenario.question, seed=self.prepared.plan.seed,
            need=need_text(story.born.id), number=story.born.id, outcome=story.outcome(), until=self.until,
            open=story.open(self.until), person=self._person(), birth=self._birth(),
            access=access_of(self.simulation, route) if route else None, steps=story.steps(self.until),
            claims=tuple(self._claim(event) for event in story.claims),
            entries=tuple(self._entries()), places=self._places(),
        )  # fmt: skip

    @cached_property
    def _gross(self) -> Gross:
        return self.simulation.adjudicator.pricing.gross(self.story.born.need)

    def _person(self) -> dict[str, Any]:
        """Traits, what care at home is assumed, the account with which the run opened."""
        born, people, priors = self.story.born, self.simulation.world.population, self.simulation.world.priors
        row, home = born.row, int(people.home_class[born.row])
        monthly = {c: Fen(int(priors.row(f"home_care.monthly.{c}")[home]) * 100) for c in HOME_COLUMNS}
        certificates = [d for bit, d in enumerate(DISEASES) if people.diseases[row] >> bit & 1]
        certificates += [d for bit, d in enumerate(LATER_DISEASES) if people.later_diseases[row] >> bit & 1]
        filing = {"filing_holds": bool(people.filing_until[row] >= born.day)} if people.filing[row] else {}
        return {
            "id": int(people.id[row]), "sex": _SEXES[people.sex[row]],
            "age": (packed_day(born.day) - int(people.born[row])) >> 9,
            **person_of(self.simulation, row), **filing, "certificates": certificates, "home_class": home,
            "home_care_a_month": {name: amount for name, amount in monthly.items() if amount},
            "account_at_first": Fen(int(people.account[row])),
        }  # fmt: skip

    def _birth(self) -> dict[str, Any]:
        """What was fixed at birth: destination, bill, and for a stay its length and whether it is an emergency."""
        need, world = self.story.born.need, self.simulation.world
        care, provider = int(need.care[0]), int(self._gross.provider[0])
        unit = int(world.geography.provider_unit[provider])
        items = self.simulation.adjudicator.pricing.items(self._gross, need.care)
        residence = int(world.population.residence[self.story.born.row])
        told = {
            "at": dates.moment_iso(self.story.moment), "care_type": CARE_TYPES[care],
            "disease_group": DISEASE_GROUPS[int(later(need.id)[0])] if care == CHRONIC else None,
            "provider": world.geography.providers[provider], "care_pool": POOLS[world.provider_pool[provider]],
            "care_unit": world.geography.units[unit], "level": LEVELS[world.provider_level[provider]],
            "travel_minutes": int(world.geography.minutes[residence, unit]),
            "total_fee": Fen(int(self._gross.total_fee[0])),
            "items": {name: Fen(int(column[0])) for name, column in zip(ITEMS, items, strict=True)},
        }  # fmt: skip
        route = self.story.event("route")
        if care == INPATIENT and route is not None:
            told |= {"stay_seconds": route.number("length"), "emergency": bool(route.number("emergency"))}
        return told

    def _places(self) -> dict[str, dict[str, Words]]:
        """Names of the pools and units that are spoken of."""
        places, people, row = self.simulation.world.geography, self.simulation.world.population, self.story.born.row
        there = places.provider_unit[self._gross.provider[0]]
        units = [int(unit) for unit in (people.unit[row], people.residence[row], there)]
        pools = [int(places.unit_pool[unit]) for unit in units]
        return {
            "pools": {POOLS[p]: Words(zh=places.pool_zh[p], en=places.pool_en[p]) for p in pools},
            "units": {places.units[u]: Words(zh=places.unit_zh[u], en=places.unit_en[u]) for u in units},
        }

    def _claim(self, event: Event) -> ClaimOfRun:
        settled, sign = event.beside["settled"], -1 if event.name == "reverse" else 1
        route = self.story.event("route")
        assert route is not None, "who settles has been routed"
        split = None
        if event.name != "reverse":
            emergency = bool(route.number("emergency"))
            split = explained(self.simulation, self.prepared.book, event, self.story.moment, emergency)
        before = {name: settled.before[name][0] for name in (*STANDING, "account")}
        return ClaimOfRun(
            event.name, event.day, dates.year(event.number("episodes.discharged") // dates.SECONDS_PER_DAY),
            _fen(money_of(settled, sign)), _fen(memo_of(settled, sign)),
            {name: Fen(value) if STANDING.get(name, True) else int(value) for name, value in before.items()}, split,
            event.day >= self.prepared.plan.first, self._statement(event), self._remittance(event),
            self._payment(event),
        )  # fmt: skip

    def _cell(self, wide: bool = False) -> dict[str, Any]:
        """Names of the cell of the journal; `wide`: of its pair of pools."""
        born, birth = self.story.born, self._birth()
        people = self.simulation.world.population
        pair = {"pool": POOLS[people.pool[born.row]], "scheme": SCHEMES[people.scheme[born.row]]}
        finer = {} if wide else {"care_type": birth["care_type"]}
        return {**pair, **finer, "care_pool": birth["care_pool"], **({} if wide else {"provider": birth["provider"]})}

    def _statement(self, event: Event) -> dict[str, Any] | None:
        """The statement that covers the day of a settlement or reversal; a claim by hand is in none."""
        stated = None if event.name == "reimburse" else self.story.funds.statement(event.day)
        if stated is None or stated.day > self.until:
            return None
        asked = Fen(self.story.funds.asked(stated))
        covers = {"day": dates.iso(stated.day), "until": dates.iso(stated.until)}
        return {**covers, **self._cell(wide=True), "amount": asked}

    def _remittance(self, event: Event) -> dict[str, Any] | None:
        """When its province had remitted, or set off, all that the statement asks of its pair."""
        remitted = self.story.funds.remitted(event.day) if self._stands(event) else None
        if remitted is None or remitted.day > self.until:
            return None
        payer, payee = self._provinces
        moved = {"crossed": Fen(remitted.crossed), "set_off": Fen(remitted.set_off)}
        return {"day": dates.iso(remitted.day), "from_province": payer, "to_province": payee, **moved}

    @property
    def _provinces(self) -> tuple[str, str]:
        insured, care = self.story.funds.provinces
        return PROVINCES[insured], PROVINCES[care]

    def _payment(self, event: Event) -> dict[str, Any] | None:
        """What pays the hospitals of its care pool, or what the desk pays to the patient."""
        if event.name == "reimburse":
            back = event.number("settled.total_fee") - event.number("settled.advances.cash")
            return {"day": dates.iso(event.day), "to": "patient", "amount": Fen(back)}
        paid = self.story.funds.paid(event.day) if self._stands(event) else None
        if paid is None or paid.day > self.until:
            return None
        pair = self._cell(wide=True)
        whose = {"from_province": self._provinces[0], "scheme": pair["scheme"], "care_pool": pair["care_pool"]}
        told = {"day": dates.iso(paid.day), "to": "hospitals", "due": dates.iso(paid.due), **whose}
        return {**told, "amount": Fen(paid.amount), "kept_back": self._kept_back(event)}

    def _kept_back(self, event: Event) -> dict[str, Any] | None:
        """What of this bill waits for the annual closing; `day` and `paid` once the replay has come to it."""
        policy, closed = self.story.funds.policy(event.day), self.story.funds.closed(event.day)
        if not policy.retention:
            return None
        own = Fen(share(event.number("settled.cleared"), policy.retention))
        due = dates.iso(policy.closing(dates.year(event.day), self.simulation.world.calendar))
        if closed is None or closed.day > self.until:
            return {"amount": own, "due": due}
        return {"amount": own, "due": due, "day": dates.iso(closed.day), "paid": Fen(closed.amount)}

    def _stands(self, event: Event) -> bool:
        return event.name == "settle" and self.story.crosses

    def _entries(self) -> Iterator[dict[str, Any]]:
        """Every entry of the journal that the need is in."""
        for event in self.story.probe.of(self.story.born.id, "advance", "settle", "reverse", "reimburse", "assist"):
            yield self._entry(event.day, event.name)
            if event.name in ("settle", "reverse") and event.number("settled.advances.unpaid"):
                yield self._entry(event.day, "default")

    def _entry(self, day: int, event: str) -> dict[str, Any]:
        booked = self.story.bookings.of_cell.get((day, event), Sum())
        amounts = {name: Fen(amount) for name, amount in booked.amounts.items()}
        return {"day": dates.iso(day), "event": event, **self._cell(), "count": booked.count, "amounts": amounts}


def _fen(columns: dict[str, int]) -> dict[str, Fen]:
    return {name: Fen(value) for name, value in columns.items()}
