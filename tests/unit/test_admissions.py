"""What becomes of a need: a visit, a stay, care at home? The chronic list by date, and who is kept by the terms."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.demand.behaviour import STREAM, Response
from settlement_sim.demand.bills import Gross, Pricing
from settlement_sim.demand.needs import CHRONIC, INPATIENT, Births, Needs, later
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.engine.admissions import AT_HOME, Admissions
from settlement_sim.engine.slots import Slots, Timeline
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.answers import MANUAL
from settlement_sim.policies.base import Policy
from settlement_sim.rules.compiled import Rules
from settlement_sim.study.run import Prepared, run
from settlement_sim.vocabulary import CARE_TYPES

# the chronic list ---------------------------------------------------------------------------------------

#: A month before the later five diseases join the list, and a month after.
TURN = ("warm_up=2024-11-01", "window.from=2024-11-01", "window.until=2024-12-31")
JOINED = pd.Timestamp("2024-12-01")


@pytest.fixture(scope="module")
def turn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, pd.DataFrame]:
    """A run over the persons of half the world who hold a certificate for a later disease."""
    whole = runs.prepared("world.scale=0.5", *TURN, scenario="full_year_2024")
    people = whole.world.population
    holders = runs.with_people(whole, people.take(people.later_diseases > 0))
    return runs.run_claims(holders, tmp_path_factory.mktemp("turn"))


def born(prepared: Prepared) -> Iterator[tuple[int, Needs]]:
    """The needs of every day of a plan."""
    world, plan = prepared.world, prepared.plan
    rates = Rates(world.priors, world.calendar, world.calibration.weights, plan.growth, plan.potential_bp)
    births = Births(world.population, rates, world.priors, Draws(plan.seed, plan.replication))
    for month in range(dates.month_index(plan.warm_up), dates.month_index(plan.last) + 1):
        yield from ((day, needs) for day, needs in births.month(month) if plan.warm_up <= day <= plan.last)


def test_needs_for_later_diseases_settle_from_their_day_on(turn: tuple[Any, pd.DataFrame]) -> None:
    claims = turn[1]
    of_later = claims[later(claims.need.to_numpy())]
    assert len(of_later) > 100 and (of_later.care_type == "chronic").all()
    assert (of_later.admitted >= JOINED).all(), "one settled before its disease was on the list"
    others = claims[(claims.care_type == "chronic") & ~later(claims.need.to_numpy())]
    assert (others.admitted < JOINED).sum() > 100 and (others.admitted >= JOINED).sum() > 100, "the first five"


def test_before_it_they_are_cared_for_at_home_and_counted(turn: tuple[Any, pd.DataFrame]) -> None:
    """As many as were born before the day, by pool and scheme; the cost is a share of the bill, rounded each."""
    finished, claims = turn
    world, share = finished.prepared.world, finished.prepared.world.priors["behaviour.home_price"]
    pricing, expected, cost = Pricing(world, Draws(1)), np.zeros(44, np.int64), 0
    after = 0
    for day, needs in born(finished.prepared):
        mine = needs.take(np.flatnonzero(later(needs.id)))
        if dates.iso(day) >= "2024-12-01":
            after += len(mine)
            continue
        np.add.at(expected, world.group[mine.row], 1)
        cost += sum((int(fee) * share + 50) // 100 for fee in pricing.gross(mine).total_fee)
    counts = finished.outcome.counts
    found = counts.at_home[AT_HOME.index("not_listed")].reshape(44, len(CARE_TYPES))
    assert (found[:, CHRONIC] == expected).all() and found.sum() == expected.sum() > 100
    assert counts.home_cost[AT_HOME.index("not_listed")].sum() == cost
    assert counts.at_home[AT_HOME.index("turned_away")].sum() == 0, "nobody is kept by the terms"
    settled = int(later(claims.need.to_numpy()).sum())
    assert 0 < settled <= after and settled > after * 0.8, "from the day on they travel, but for who lies in a bed"


# who is kept by the terms -------------------------------------------------------------------------------

DAY = dates.day("2024-03-06")
MONTH = dates.month_index(DAY)
DRAWS = Draws(5)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return runs.prepared("world.scale=0.02", *runs.TINY[1:])


@pytest.fixture(scope="module")
def once(prepared: Prepared) -> tuple[Needs, Gross]:
    """One need of each of many persons, in March 2024, as if all were born on one day; in person order."""
    world = prepared.world
    rates = Rates(world.priors, world.calendar, world.calibration.weights, prepared.plan.growth)
    needs, _ = Births(world.population, rates, world.priors, DRAWS).whole_month(MONTH)
    needs = needs.take(np.flatnonzero(~later(needs.id)))
    _, first = np.unique(needs.row, return_index=True)
    needs = needs.take(first)
    assert len(needs) > 5_000 and (np.diff(needs.row) > 0).all()
    return needs, Pricing(world, DRAWS).gross(needs)


def opened(
    prepared: Prepared, once: tuple[Needs, Gross], policy: Policy, response: Response, potential_bp: int = 10_000
) -> tuple[set[int], Admissions]:
    """Ids of who crosses the border (visits, stays, and who waits for a bed) when one policy answers for all."""
    world = prepared.world
    slots = Slots({"access": Timeline((policy,), np.array([DAY]), np.zeros((1, 44), np.int16))})
    rules = Rules(prepared.book, world.profiles, DAY, DAY, world.geography.units)
    admissions = Admissions(world, rules, slots, DRAWS, response, potential_bp)
    visits, stays = admissions.open_day(DAY, *once)
    return {*visits.id.tolist(), *stays.id.tolist(), *admissions.beds.waiting.id.tolist()}, admissions


def emergencies(prepared: Prepared, needs: Needs) -> set[int]:
    """Stays whose second group of 14 bits of the stream "stay" lies below the share of emergencies."""
    stays = needs.id[needs.care == INPATIENT]
    part = (DRAWS.bits("stay", stays) >> np.uint64(14)).astype(np.int64) & 0x3FFF
    chosen: list[int] = stays[part * 100 < prepared.world.priors["emergency_share"] << 14].tolist()
    return {*chosen}


def test_with_the_response_off_everybody_goes_whatever_the_terms(prepared: Prepared, once: tuple[Needs, Gross]) -> None:
    gone, admissions = opened(prepared, once, FilingRequired(late_filing="not_allowed"), Response())
    assert gone == {*once[0].id.tolist()}
    assert admissions.counts.at_home.sum() == admissions.counts.absorbed == 0


def test_worse_terms_keep_some_away_and_no_emergency(prepared: Prepared, once: tuple[Needs, Gross]) -> None:
    """Need by need: u · P < 10,000 − deterrence − elasticity · cut, where P is 1 and an emergency weighs nothing."""
    response = Response(manual_deterrence=1_000, elasticity=5_000)
    policy = FilingRequired(late_filing="not_allowed")
    gone, admissions = opened(prepared, once, policy, response)
    needs, urgent = once[0], emergencies(prepared, once[0])
    assert len(urgent) > 100
    assert urgent <= gone, "an emergency was turned away"
    view = admissions.view.of(DAY, *once, np.isin(needs.id, [*urgent]))
    route = policy.route(view, None)  # type: ignore[arg-type]
    expected = set()
    for need, path, cut, bits in zip(
        needs.id.tolist(), route.path.tolist(), route.cut.tolist(), DRAWS.bits(STREAM, needs.id).tolist(), strict=True
    ):
        attraction = 10_000 - (1_000 if path == MANUAL else 0) - (cut * 5_000 + 5_000) // 10_000
        if need in urgent or (bits >> 32) * 10_000 < attraction << 32:
            expected.add(need)
    assert gone == expected
    assert admissions.counts.at_home[AT_HOME.index("turned_away")].sum() == len(needs) - len(expected) > 100
    assert admissions.counts.at_home[AT_HOME.index("not_listed")].sum() == 0


def test_who_is_turned_away_is_counted_where_insured_with_the_cost_at_home(
    prepared: Prepared, once: tuple[Needs, Gross]
) -> None:
    gone, admissions = opened(prepared, once, FilingRequired(late_filing="not_allowed"), Response(elasticity=10_000))
    needs, gross = once
    away = np.flatnonzero(~np.isin(needs.id, [*gone]))
    cells = np.zeros((44, len(CARE_TYPES)), np.int64)
    cost = np.zeros_like(cells)
    percent = prepared.world.priors["behaviour.home_price"]
    for row in away.tolist():
        cell = int(prepared.world.group[needs.row[row]]), int(needs.care[row])
        cells[cell] += 1
        cost[cell] += (int(gross.total_fee[row]) * percent + 50) // 100
    which = AT_HOME.index("turned_away")
    assert (admissions.counts.at_home[which].reshape(cells.shape) == cells).all() and cells.sum() > 100
    assert (admissions.counts.home_cost[which].reshape(cells.shape) == cost).all()
    assert cells[:, INPATIENT].sum() == cells.sum(), "other visits have no cut, and nothing is settled by hand"


def test_terms_that_are_better_lose_nobody(prepared: Prepared, once: tuple[Needs, Gross]) -> None:
    """Draws are those of the need: who goes in spite of worse terms goes on better ones too."""
    response = Response(manual_deterrence=2_000, elasticity=10_000)
    strict, mild, free = (
        opened(prepared, once, policy, response)[0]
        for policy in (FilingRequired(late_filing="not_allowed"), FilingRequired(cut_other=5), FilingFree())
    )
    assert strict < mild < free


# in a run -----------------------------------------------------------------------------------------------

SMALL = ("world.scale=0.01", *runs.TINY[1:], "window.until=2024-01-31")
REQUIRED = """format: 1
extends: baseline_2024q1q3
kind: counterfactual
demand: {response: declared}
policies:
  access:
    - {use: filing_required, with: {late_filing: not_allowed}}
"""


def test_a_scenario_switches_the_response_on(tmp_path: Path) -> None:
    """Filing required, none late: 5 % of claims by hand, and half a point for each point cut, stay away."""
    outcomes = []
    for word in ("declared", "off"):
        path = tmp_path / f"{word}.yaml"
        path.write_text(REQUIRED.replace("response: declared", f"response: {word}"), "utf-8")
        outcomes.append(run(runs.prepared(*SMALL, scenario=path)).outcome)
    answered, silent = outcomes
    away = answered.counts.at_home[AT_HOME.index("turned_away")].reshape(44, len(CARE_TYPES))
    assert silent.counts.at_home[AT_HOME.index("turned_away")].sum() == 0 < away.sum()
    assert away[:, [c for c in range(len(CARE_TYPES)) if c != INPATIENT]].sum() == 0
    assert answered.counts.admitted < silent.counts.admitted, "who stays at home lies in no bed"


def test_a_potential_without_response_keeps_the_volume(tmp_path: Path) -> None:
    """Births times 1.2, each accepted with the probability 1/1.2.

    Of N settlements a sixth is lost and as many are new, both Poisson and independent: the difference has the
    variance N/3. Five standard deviations.
    """
    settled, kept = {}, 0
    for potential in ("1", "1.2"):
        outcome = run(runs.prepared(*SMALL, f"demand.potential={potential}")).outcome
        settled[potential] = outcome.recorder.cube["settlements"].sum((0, 1))
        kept = int(outcome.counts.at_home[AT_HOME.index("turned_away")].sum())
    before, after = (int(settled[potential].sum()) for potential in ("1", "1.2"))
    assert before > 5_000
    assert abs(after - before) < 5 * sqrt(before / 3)
    assert (settled["1"] != settled["1.2"]).any(), "the same settlements: nothing was drawn"
    needs = sum(int((~later(of_day.id)).sum()) for _, of_day in born(runs.prepared(*SMALL)))
    assert abs(kept - needs / 5) < 5 * sqrt(needs / 5), "a sixth of 1.2 times the births stays at home"


def test_the_first_day_knows_nobody_who_lies_in_a_bed(prepared: Prepared, once: tuple[Needs, Gross]) -> None:
    """Moments before the epoch are negative: a bed that nobody ever had must not be in use until the epoch."""
    world = prepared.world
    day = dates.day("2022-10-01")
    slots = Slots({"access": Timeline((FilingFree(),), np.array([day]), np.zeros((1, 44), np.int16))})
    rules = Rules(prepared.book, world.profiles, DAY, DAY, world.geography.units)
    admissions = Admissions(world, rules, slots, DRAWS, Response(), 10_000)
    admissions.rules = replace_listed(admissions.rules)
    admissions.open_day(day, *once)
    assert admissions.counts.absorbed == 0


def replace_listed(rules: Rules) -> Any:
    """Rules that list every disease on every day."""

    class Listed:
        def __getattr__(self, name: str) -> Any:
            return getattr(rules, name)

        def listed(self, day: int) -> tuple[bool, bool]:
            return True, True

    return Listed()
