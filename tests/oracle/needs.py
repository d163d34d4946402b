"""How do persons and needs of a prepared world become plain objects? Only the draws are the package's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.alias import spare
from settlement_sim.demand.destinations import table_of
from settlement_sim.demand.needs import Births, Needs
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, FILINGS, LEVELS, POOLS, SCHEMES, STATUSES, TIERS
from settlement_sim.world.world import World

from .people import Access, Need, Person, Terms

DAY = 86_400
STAY_SHAPE = 4
HOME_CARE = ("outpatient_deductible", "outpatient_fund", "pooled_fund", "catastrophic_base")


def people_of(world: World) -> list[Person]:
    """One object per row of the population."""
    return [_person(world, row) for row in range(len(world.population))]


def _person(world: World, row: int) -> Person:
    p = world.population
    born = int(p.born[row])
    return Person(
        row=row, pool=POOLS[p.pool[row]], scheme=SCHEMES[p.scheme[row]], tier=TIERS[p.tier[row]],
        status=STATUSES[p.status[row]], assistance=ASSISTANCE[p.assistance[row]],
        born=dt.date(born >> 9, born >> 5 & 15, born & 31), filing=FILINGS[p.filing[row]],
        filing_until=int(p.filing_until[row]), home_class=int(p.home_class[row]), account=int(p.account[row]),
    )  # fmt: skip


def terms_of(prepared: Prepared, access: Access) -> Terms:
    """Dates and declared numbers of a run."""
    plan, priors = prepared.plan, prepared.world.priors
    home_care = {
        name: tuple(100 * yuan for yuan in priors.row(f"home_care.monthly.{name}").tolist()) for name in HOME_CARE
    }
    month = priors["home_care.discharge_month"]
    return Terms(plan.warm_up, plan.last, plan.manual_delay, priors["account.home_use"], home_care, month, access)


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
    rates = Rates(world.priors, world.calendar, world.calibration.weights, plan.growth)
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
    bits = {stream: draws.bits(stream, needs.id) for stream in ("where", "bill", "stay", "path")}
    people, care = world.population, needs.care.astype(np.int64)
    table = table_of(people.province[needs.row], care, people.residence[needs.row], world.units)
    provider = world.destinations.pick(table, bits["where"])
    kinds = world.item_patterns.shape[1]
    pattern = spare(bits["where"], world.destinations.slot_bits, 16) * kinds >> 16
    bill = world.shapes.multiple(care, bits["bill"])
    tied = (bits["stay"] & np.uint64(0x3FFF)).astype(np.int64) * 100 < world.priors["stay.tied_to_bill"] << 14
    urgent_bits = (bits["stay"] >> np.uint64(14) & np.uint64(0x3FFF)).astype(np.int64)
    urgent = urgent_bits * 100 < world.priors["emergency_share"] << 14
    length = world.shapes.multiple(STAY_SHAPE, np.where(tied, bits["bill"], bits["stay"]))
    path = (bits["path"] >> np.uint64(32)).astype(np.int64) * 10_000 >> 32
    price = world.price.reshape(-1, len(CARE_TYPES), len(LEVELS))
    for i in range(len(needs)):
        row, kind, group = int(needs.row[i]), int(care[i]), int(provider[i])
        level = int(world.geography.provider_level[group])
        yield Need(
            id=int(needs.id[i]), row=row, care=CARE_TYPES[kind], moment=day * DAY + int(needs.second[i]),
            provider=group, level=LEVELS[level],
            care_pool=POOLS[world.geography.unit_pool[world.geography.provider_unit[group]]],
            total_fee=_times(int(price[people.province[row], kind, level]), int(bill[i])),
            cumulative_shares=tuple(world.item_patterns[kind, pattern[i]].tolist()),
            length=_times(int(world.stay_seconds[level]), int(length[i])),
            emergency=bool(urgent[i]), manual_draw=int(path[i]),
        )  # fmt: skip


def _times(mean: int, multiple: int) -> int:
    """A mean times a multiple in 1/2**20, half up."""
    return (2 * mean * multiple + (1 << 20)) >> 21
