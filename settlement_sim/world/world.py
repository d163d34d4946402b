"""What stands before the first day: places, calendar, people, prices and tables, built once per `world_seed`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.demand.alias import AliasTables
from settlement_sim.demand.build_tables import shapes_of
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.destinations import destination_tables
from settlement_sim.demand.own_priors import differing, packaged
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.quantiles import Shapes
from settlement_sim.rules.compiled import Profiles
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.geography import Geography
from settlement_sim.world.population import BAND_OF_AGE, Population, build_population, packed_day


@dataclass(frozen=True)
class World:
    """Everything the engine reads. Tables are flat integer arrays; shapes are given beside them."""

    geography: Geography
    calendar: Calendar
    priors: Priors
    population: Population
    calibration: Calibration
    shapes: Shapes
    destinations: AliasTables
    profiles: Profiles
    first_profile: npt.NDArray[np.int64]  # per person: its profile at age band 0
    province: npt.NDArray[np.int8]  # insured province per person
    group: npt.NDArray[np.int16]  # pool · 2 + scheme per person
    provider_level: npt.NDArray[np.int8]
    provider_pool: npt.NDArray[np.int8]
    price: npt.NDArray[np.int64]  # province × care type × level, flat, fen
    stay_seconds: npt.NDArray[np.int64]  # mean stay by level
    item_patterns: npt.NDArray[np.int64]  # care types × patterns × (items − 1), cumulative shares in 1/10,000

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.geography.units)

    def profile(
        self, row: npt.NDArray[np.integer[Any]], day: int | npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.int64]:
        """Rule profile of persons on their governing days, by exact age."""
        today = packed_day(day) if isinstance(day, int) else packed_days(day)
        age = (today - gather(self.population.born, row)) >> 9
        return gather(self.first_profile, row) + gather(BAND_OF_AGE, age)

    def fingerprint(self) -> str:
        """sha256 of places, people, priors, calendar and tables; not of the calibration, which rests on them."""
        text = self.geography.fingerprint() + self.population.fingerprint() + self.priors.fingerprint
        digest = hashlib.sha256(text.encode())
        kinds = self.calendar.kinds(self.calendar.first, self.calendar.last)
        for table in (self.shapes.knots, self.destinations.entry, kinds):
            digest.update(table.tobytes())
        return digest.hexdigest()


def packed_days(days: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Packed dates of many days."""
    distinct, inverse = np.unique(days, return_inverse=True)
    return np.array([packed_day(int(day)) for day in distinct], np.int64)[inverse]


def build_world(
    world_seed: int, calibration: Calibration, *, scale_bp: int = 10_000, calendar: Calendar | None = None,
    geography: Geography | None = None, priors: Priors | None = None, population: Population | None = None,
) -> World:  # fmt: skip
    """Build the world of a seed; parts may be given instead of the packaged ones (small worlds in tests)."""
    geography, priors = geography or Geography.load(), priors or Priors.load()
    people = build_population(geography, priors, world_seed, scale_bp) if population is None else population
    profiles, first = Profiles.of(people.pool, people.scheme, people.tier, people.status, people.assistance)
    return World(
        geography=geography,
        calendar=calendar or Calendar.load(),
        priors=priors,
        population=people,
        calibration=calibration,
        shapes=shapes_of(priors),
        destinations=destination_tables(geography, priors),
        profiles=profiles,
        first_profile=first.astype(np.int64),
        province=people.province,
        group=people.pool.astype(np.int16) * 2 + people.scheme,
        provider_level=geography.provider_level,
        provider_pool=geography.unit_pool[geography.provider_unit],
        price=prices_of(calibration, priors).ravel(),
        stay_seconds=priors.row("stay.level") * 3600,
        item_patterns=_item_patterns(priors),
    )


def _item_patterns(priors: Priors) -> npt.NDArray[np.int64]:
    shares = np.stack([priors.rows(f"items.{care}") for care in CARE_TYPES])
    assert (shares.sum(2) == 100).all(), "the item shares of each pattern sum to 100 %"
    return np.cumsum(shares * 100, axis=2)[:, :, :-1]


def prices_of(calibration: Calibration, priors: Priors) -> npt.NDArray[np.int64]:
    """Provinces × care types × levels in fen: those of the fit, in proportion where a mean bill is another now."""
    price, moved = calibration.price.copy(), differing(priors, "prices.")
    for p, province in enumerate(PROVINCES):
        for c, care in enumerate(CARE_TYPES):
            name = f"prices.{province}.{care}"
            if name in moved or name in calibration.own_priors:
                (fitted,) = calibration.own_priors.get(name, packaged().demand.leaf(name).values)
                price[p, c] = price[p, c] * priors[name] // fitted
    return price


def level_prices(priors: Priors, province: str, mix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Care types × levels in fen: relative prices scaled so that the mean over `mix` is the declared prior.

    `mix`: expected visits by care type and level, any unit.
    """
    prices = np.zeros((len(CARE_TYPES), len(LEVELS)), np.int64)
    for c, care in enumerate(CARE_TYPES):
        relative = priors.row(f"prices.level.{care}")
        prior = priors[f"prices.{province}.{care}"] * 100
        weighted = int((relative * mix[c]).sum())
        prices[c] = [int(prior * int(r) * int(mix[c].sum()) // max(weighted, 1)) for r in relative]
    return prices
