"""How do persons and needs of a prepared world become plain objects? Only the draws are the package's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.alias import spare
from settlement_sim.demand.destinations import table_of
from settlement_sim.demand.needs import Births, Needs
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.observed.growth import growth
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import (
    ASSISTANCE,
    CARE_TYPES,
    FILINGS,
    LEVELS,
    POOLS,
    PROVINCES,
    SCHEMES,
    STATUSES,
    TIERS,
)  # fmt: skip
from settlement_sim.world.world import World

from .access import Border
from .people import DAY, Need, Person, Terms, date_of

STAY_SHAPE = 4
HOME_CARE = ("outpatient_deductible", "outpatient_fund", "pooled_fund", "catastrophic_base")
RESPONSE = ("manual_deterrence", "elasticity", "direct_gain")
PURPOSES = ("late_filing", "network", "reversal", "default")
#: Kinds of day on which offices work: an ordinary working day, a weekend day made up.
WORKED = (0, 3)


def people_of(world: World) -> list[Person]:
    """One object per row of the population."""
    return [_person(world, row) for row in range(len(world.population))]


def _person(world: World, row: int) -> Person:
    p = world.population
    born = int(p.born[row])
    return Person(
        row=row, pool=POOLS[p.pool[row]], unit=world.geography.units[p.unit[row]], scheme=SCHEMES[p.scheme[row]],
        tier=TIERS[p.tier[row]], status=STATUSES[p.status[row]], assistance=ASSISTANCE[p.assistance[row]],
        born=date_of(0).replace(born >> 9, born >> 5 & 15, born & 31), filing=FILINGS[p.filing[row]],
        filing_until=int(p.filing_until[row]), home_class=int(p.home_class[row]), account=int(p.account[row]),
    )  # fmt: skip


def terms_of(prepared: Prepared) -> Terms:
    """Dates and declared numbers of a run."""
    plan, priors, data = prepared.plan, prepared.world.priors, prepared.loaded.data
    manual, demand = data["manual"], data.get("demand", {})
    last = plan.last + 100
    kinds = prepared.world.calendar.kinds(plan.warm_up, last).tolist()
    return Terms(
        first_day=plan.warm_up, first_of_window=plan.first, last_day=plan.last,
        home_use=priors["account.home_use"], home_price=priors["behaviour.home_price"],
        home_care={n: tuple(100 * yuan for yuan in priors.row(f"home_care.monthly.{n}").tolist()) for n in HOME_CARE},
        discharge_month=priors["home_care.discharge_month"], delay_days=int(manual.get("delay_days", 30)),
        staff=None if manual.get("staff", "none") == "none" else int(manual["staff"]),
        claims_per_day=int(manual.get("claims_per_day", 12)), review_days=int(manual.get("review_days", 0)),
        working=frozenset(plan.warm_up + i for i, kind in enumerate(kinds) if kind in WORKED),
        response=_response(demand.get("response", "off"), priors),
        potential=int(Decimal(demand.get("potential", "1")) * 10_000),
        growth=dict(zip(PROVINCES, map(growth(data["readings"]["growth"]).gross, DIRECTIONS), strict=True)),
    )  # fmt: skip


def _response(said: str | Mapping[str, Any], priors: Priors) -> dict[str, int]:
    """No response, the declared one, or the declared one with parameters of a scenario's own; in 1/10,000."""
    if said == "off":
        return dict.fromkeys(RESPONSE, 0)
    own = {} if isinstance(said, str) else said
    return {name: int(Decimal(own.get(name, priors[f"behaviour.{name}"])) * 100) for name in RESPONSE}


def border_of(world: World) -> Border:
    """The border area, and which of its units touch."""
    units, geography = world.geography.units, world.geography
    area = frozenset(unit for unit, inside in zip(units, geography.border, strict=True) if inside)
    return Border(area, frozenset(frozenset((units[a], units[b])) for a, b in geography.border_pairs))


def open_beds(prepared: Prepared) -> dict[int, list[int]]:
    """Beds open to travellers by provider group, day by day; the kind of a day is the calendar's."""
    geography, plan = prepared.world.geography, prepared.plan
    kinds = prepared.world.calendar.kinds(plan.warm_up, plan.last).tolist()
    occupied = geography.occupancy.tolist()
    return {
        group: [licensed * (10_000 - occupied[level][kind]) // 10_000 for kind in kinds]
        for group, (licensed, level) in enumerate(
            zip(geography.licensed_beds.tolist(), geography.provider_level.tolist(), strict=True)
        )
    }


def needs_of(prepared: Prepared) -> list[Need]:
    """Every need of the run with all its draws, in the order of its birth."""
    world, plan = prepared.world, prepared.plan
    draws = Draws(plan.seed, plan.replication)
    rates = Rates(world.priors, world.calendar, world.calibration.weights, plan.growth, plan.potential_bp)
    births = Births(world.population, rates, world.priors, draws)
    months = range(dates.month_index(plan.warm_up), dates.month_index(plan.last) + 1)
    return [
        need
        for month in months
        for day, needs in births.month(month)
        if plan.warm_up <= day <= plan.last
        for need in _of_day(world, draws, day, needs)
    ]


def _of_day(world: World, draws: Draws, day: int, needs: Needs) -> Iterator[Need]:
    bits = {stream: draws.bits(stream, needs.id) for stream in ("where", "bill", "stay", "path", "accept")}
    bits |= {purpose: draws.bits(f"policy/{purpose}", needs.id) for purpose in PURPOSES}
    upper = {stream: (drawn >> np.uint64(32)).astype(np.int64) for stream, drawn in bits.items()}
    people, geography, care = world.population, world.geography, needs.care.astype(np.int64)
    table = table_of(people.province[needs.row], care, people.residence[needs.row], world.units)
    provider = world.destinations.pick(table, bits["where"])
    pattern = spare(bits["where"], world.destinations.slot_bits, 16) * world.item_patterns.shape[1] >> 16
    bill = world.shapes.multiple(care, bits["bill"])
    tied = (bits["stay"] & np.uint64(0x3FFF)).astype(np.int64) * 100 < world.priors["stay.tied_to_bill"] << 14
    urgent_bits = (bits["stay"] >> np.uint64(14) & np.uint64(0x3FFF)).astype(np.int64)
    urgent = urgent_bits * 100 < world.priors["emergency_share"] << 14
    length = world.shapes.multiple(STAY_SHAPE, np.where(tied, bits["bill"], bits["stay"]))
    price = world.price.reshape(-1, len(CARE_TYPES), len(LEVELS))
    for i in range(len(needs)):
        row, kind, group = int(needs.row[i]), int(care[i]), int(provider[i])
        level, unit = int(geography.provider_level[group]), int(geography.provider_unit[group])
        yield Need(
            id=int(needs.id[i]), row=row, care=CARE_TYPES[kind], moment=day * DAY + int(needs.second[i]),
            provider=group, level=LEVELS[level], care_pool=POOLS[geography.unit_pool[unit]],
            care_unit=geography.units[unit],
            total_fee=_times(int(price[people.province[row], kind, level]), int(bill[i])),
            cumulative_shares=tuple(world.item_patterns[kind, pattern[i]].tolist()),
            length=_times(int(world.stay_seconds[level]), int(length[i])),
            emergency=bool(urgent[i]) and CARE_TYPES[kind] == "inpatient",
            uniforms={purpose: int(upper[purpose][i]) * 10_000 >> 32 for purpose in ("path", *PURPOSES)},
            acceptance=int(upper["accept"][i]),
        )  # fmt: skip


def _times(mean: int, multiple: int) -> int:
    """A mean times a multiple in 1/2**20, half up."""
    return (2 * mean * multiple + (1 << 20)) >> 21
