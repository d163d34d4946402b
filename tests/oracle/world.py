"""Small worlds in which people come back often, beds are short and the year ends in the middle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.priors import Priors
from settlement_sim.scenario.load import load
from settlement_sim.study.run import Prepared, prepare
from settlement_sim.vocabulary import CARE_TYPES, FILINGS, LEVELS, PROVINCES
from settlement_sim.world.geography import Geography
from settlement_sim.world.population import Population
from settlement_sim.world.world import build_world

from .needs import needs_of
from .people import DAY

HERE = Path(__file__).parent
#: Visits per person-year (1/1,000,000) where the relative rate is one: several times what the corridor sees.
WEIGHTS = {
    "chongqing": {"inpatient": 9_500_000, "outpatient": 3_800_000, "chronic": 2_200_000, "pharmacy": 2_200_000},
    "sichuan": {"inpatient": 11_000_000, "outpatient": 3_600_000, "chronic": 2_200_000, "pharmacy": 2_100_000},
}
#: Mean gross bill by level (community, 1, 2, 3, pharmacy) in fen, dear enough to reach ceilings.
PRICES = {
    "inpatient": (520_000, 610_000, 1_370_000, 2_590_000, 0),
    "outpatient": (11_300, 13_700, 20_900, 31_100, 0),
    "chronic": (66_700, 81_300, 121_900, 176_300, 0),
    "pharmacy": (0, 0, 0, 0, 13_100),
}
CALIBRATION = Calibration(
    WEIGHTS, np.array([[PRICES[care] for care in CARE_TYPES] for _ in PROVINCES], np.int64), "small world"
)
#: Beds of a group on a working day in percent of the patients that its stays would be on average.
BEDS_OF_LOAD = 85
#: Share of the licensed beds that local patients hold on a working day, weekend, holiday, make-up day.
OCCUPANCY, OCCUPANCY_OF_COMMUNITY = (5_000, 4_000, 2_500, 5_500), (5_000, 10_000, 2_500, 10_000)
#: Plans under `plans/`, each with a world of its own. `plain`: the packaged rules, everything drawn to the second.
PLANS = ("plain", "tied", "access", "channels", "catalogues", "benefits", "demand")
#: Filings of temporary travellers end so many days earlier than drawn, so that they expire in mid-run.
EARLIER = 330


def world_of(plan: str) -> Prepared:
    """The world of a plan with its often ill, its short filings and too few beds."""
    prepared = _prepared(HERE / "plans" / f"{plan}.yaml")
    return tied(prepared) if plan == "tied" else prepared


def _prepared(plan: Path) -> Prepared:
    prepared = prepare(load(plan), calibration=CALIBRATION)
    world = prepared.world
    world = build_world(
        prepared.loaded.scenario.world.world_seed, CALIBRATION, calendar=world.calendar, priors=world.priors,
        geography=world.geography, population=_filing_ends(_often_ill(world.population)),
    )  # fmt: skip
    prepared = replace(prepared, world=world)
    return replace(prepared, world=replace(world, geography=_short_of_beds(prepared)))


def tied(prepared: Prepared) -> Prepared:
    """The same with needs at midnight and stays of whole days: many ties."""
    world = prepared.world
    knots = world.shapes.knots.copy().reshape(-1, (1 << 12) + 1)
    eighth = 1 << 17
    knots[-1] = np.maximum(np.round(knots[-1] / eighth).astype(np.int64), 1) * eighth
    world = replace(
        world,
        shapes=replace(world.shapes, knots=knots.ravel()),
        stay_seconds=np.full_like(world.stay_seconds, 8 * DAY),
        priors=_at_midnight(world.priors),
    )
    return replace(prepared, world=world)


def _often_ill(population: Population) -> Population:
    """The most frequent travellers, and everybody with a right to medical assistance; a third has a later disease."""
    later = np.where(population.id % 3 == 0, 1, population.later_diseases).astype(np.uint8)
    population = replace(population, later_diseases=later)
    return population.take((population.rate_class == 3) | (population.assistance > 0))


def _filing_ends(population: Population) -> Population:
    """Filings that expire inside the window, also those of some long-term residents."""
    resident = population.filing == FILINGS.index("long_term_resident")
    early = np.where(population.id % 5 == 0, dates.day("2024-02-01"), population.filing_until)
    until = np.where(resident, early, population.filing_until.astype(np.int64) - EARLIER)
    return replace(population, filing_until=until.astype(np.int32))


def _short_of_beds(prepared: Prepared) -> Geography:
    """Beds cut to a little less than the stays ask for, so that queues form and emergencies find no bed."""
    geography, plan = prepared.world.geography, prepared.plan
    lying = np.zeros(len(geography.licensed_beds), np.int64)
    for need in needs_of(prepared):
        lying[need.provider] += need.length if need.care == "inpatient" else 0
    beds = np.maximum(lying * BEDS_OF_LOAD // (100 * DAY * (plan.last - plan.warm_up + 1)), 1)
    licensed = np.where(geography.licensed_beds > 0, 2 * beds + 1, 0)
    occupancy = np.tile(np.array(OCCUPANCY, geography.occupancy.dtype), (len(LEVELS), 1))
    occupancy[LEVELS.index("community")] = OCCUPANCY_OF_COMMUNITY
    changed: dict[str, Any] = {
        "licensed_beds": licensed.astype(geography.licensed_beds.dtype),
        "occupancy": occupancy,
    }
    return replace(geography, **changed)


def _at_midnight(priors: Priors) -> Priors:
    leaves = dict(priors.leaves)
    for name in ("hours.opening", "hours.closing"):
        leaves[name] = replace(leaves[name], values=(0,) * len(CARE_TYPES))
    return replace(priors, leaves=leaves)
