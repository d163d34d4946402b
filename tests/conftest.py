"""What do many tests stand on? The packaged places, priors, rules and calendar, and one small world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import once
import pytest
import studies
from helpers import WEIGHTS
from hypothesis import settings

from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.priors import Priors
from settlement_sim.rules.book import RuleBook
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.geography import Geography
from settlement_sim.world.population import Population, build_population
from settlement_sim.world.world import World, build_world

# No test has a time limit, and every run tries the same examples.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
once.remember()


@pytest.fixture(scope="session")
def geography() -> Geography:
    return Geography.load()


@pytest.fixture(scope="session")
def priors() -> Priors:
    return Priors.load()


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar.load()


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return RuleBook.load()


@pytest.fixture(scope="session")
def people(geography: Geography, priors: Priors) -> Population:
    """About 26,000 travellers, one in fifty."""
    return build_population(geography, priors, world_seed=7, scale_bp=200)


@pytest.fixture(scope="session")
def small_world(geography: Geography, priors: Priors, calendar: Calendar) -> World:
    """About 2,500 travellers, one in five hundred, and round prices."""
    prices = np.arange(1, 41).reshape(2, 4, 5) * 10_000
    calibration = Calibration(WEIGHTS, prices, "a test")
    return build_world(7, calibration, scale_bp=20, calendar=calendar, geography=geography, priors=priors)


@pytest.fixture(scope="session")
def studies_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folders and pages of `tests/studies.py` are, for all processes of a session."""
    return studies.shared(tmp_path_factory)
