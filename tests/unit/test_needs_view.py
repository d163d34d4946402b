"""Does an access policy see of a need what the world says about it? Column by column, for needs of a real month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.bills import Gross, Pricing
from settlement_sim.demand.needs import Births, Needs
from settlement_sim.demand.rates import Growth, Rates
from settlement_sim.draws import Draws
from settlement_sim.engine.needs_view import NeedsView
from settlement_sim.engine.uniforms import NeedUniforms, uniforms
from settlement_sim.policies import views
from settlement_sim.vocabulary import FILINGS
from settlement_sim.world.world import World

DAY = dates.day("2024-02-29")
DRAWS = Draws(11)
NO_GROWTH = Growth("none", np.full((2, 2), 10_000))


@pytest.fixture(scope="module")
def needs(small_world: World) -> Needs:
    """Needs of one month of a small world."""
    rates = Rates(small_world.priors, small_world.calendar, small_world.calibration.weights, NO_GROWTH)
    found, _ = Births(small_world.population, rates, small_world.priors, DRAWS).whole_month(dates.month_index(DAY))
    assert len(found) > 500
    return found


@pytest.fixture(scope="module")
def gross(needs: Needs, small_world: World) -> Gross:
    return Pricing(small_world, DRAWS).gross(needs)


@pytest.fixture(scope="module")
def view(needs: Needs, gross: Gross, small_world: World) -> views.Needs:
    return NeedsView(small_world, DRAWS).of(DAY, needs, gross, emergency(needs))


def emergency(needs: Needs) -> np.ndarray:
    return needs.id % 7 == 0


def care_units(world: World, gross: Gross) -> np.ndarray:
    return world.geography.provider_unit[gross.provider]


def touching(world: World, needs: Needs, gross: Gross) -> list[bool]:
    """Pair by pair, in plain Python."""
    pairs = {frozenset(pair) for pair in world.geography.border_pairs.tolist()}
    homes = world.population.unit[needs.row].tolist()
    return [frozenset(pair) in pairs for pair in zip(homes, care_units(world, gross).tolist(), strict=True)]


def ages(world: World, needs: Needs) -> list[int]:
    """Whole years on the day, from dates of birth; who is not born yet is −1."""
    today, found = dates.date(DAY), []
    for packed in world.population.born[needs.row].tolist():
        born = dt.date(packed // 512, packed // 32 % 16, packed % 32)
        found.append(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    return found


#: What each column is, from the world's arrays: (world, needs, gross) -> one value per need.
EXPECTED: dict[str, Callable[[World, Needs, Gross], object]] = {
    "pool": lambda w, n, g: w.population.pool[n.row],
    "scheme": lambda w, n, g: w.population.scheme[n.row],
    "status": lambda w, n, g: w.population.status[n.row],
    "assistance": lambda w, n, g: w.population.assistance[n.row],
    "age": lambda w, n, g: ages(w, n),
    "care_type": lambda w, n, g: n.care,
    "level": lambda w, n, g: w.geography.provider_level[g.provider],
    "unit": lambda w, n, g: w.population.unit[n.row],
    "residence": lambda w, n, g: w.population.residence[n.row],
    "care_unit": lambda w, n, g: care_units(w, g),
    "care_pool": lambda w, n, g: w.geography.unit_pool[care_units(w, g)],
    "travel_minutes": lambda w, n, g: [
        int(w.geography.minutes[home, away])
        for home, away in zip(w.population.residence[n.row], care_units(w, g), strict=True)
    ],
    "border": lambda w, n, g: w.geography.border[w.population.unit[n.row]] & w.geography.border[care_units(w, g)],
    "neighbouring": touching,
    "filing": lambda w, n, g: w.population.filing[n.row],
    "filing_until": lambda w, n, g: w.population.filing_until[n.row],
    "filed": lambda w, n, g: [
        kind != FILINGS.index("none") and until >= DAY
        for kind, until in zip(w.population.filing[n.row], w.population.filing_until[n.row], strict=True)
    ],
    "day": lambda w, n, g: [DAY] * len(n),
    "emergency": lambda w, n, g: emergency(n),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_column_is_what_the_world_says(
    name: str, view: views.Needs, needs: Needs, gross: Gross, small_world: World
) -> None:
    expected = np.asarray(EXPECTED[name](small_world, needs, gross))
    found = getattr(view, name)
    assert (found == expected).all()
    if name != "day":
        assert len(np.unique(found)) > 1, "a column that never varies proves nothing"


def test_every_promised_column_is_there_and_tested(view: views.Needs) -> None:
    promised = set(views.Needs.__annotations__)
    assert promised == set(EXPECTED)
    with pytest.raises(AttributeError) as caught:
        _ = view.income
    assert all(name in str(caught.value) for name in promised), "a policy's author is told what there is"


@pytest.mark.parametrize("name", EXPECTED)
def test_rows_of_a_view_are_rows_of_its_columns(name: str, view: views.Needs) -> None:
    index = np.array([5, 0, 5, 300])
    part = view.take(index)
    assert len(part) == 4
    assert (getattr(part, name) == getattr(view, name)[index]).all()
    assert (getattr(part.take(np.array([1, 3])), name) == getattr(view, name)[[0, 300]]).all(), "rows of rows"


def test_a_column_is_made_when_it_is_read_and_once(needs: Needs) -> None:
    made = []

    def maker(index: np.ndarray) -> np.ndarray:
        made.append(len(index))
        return index * 2

    view = views.Needs({"level": maker}, np.arange(5), lambda purpose, index: index)
    assert made == []
    assert view.take(np.array([1, 2])).level.tolist() == [2, 4] and made == [2], "only the rows that are asked about"
    assert view.level is view.level and made == [2, 5]


def test_completion_offers_every_column(view: views.Needs) -> None:
    assert set(views.Needs.__annotations__) <= set(dir(view))


def test_a_view_cannot_reach_the_world(view: views.Needs, needs: Needs, small_world: World) -> None:
    """What a policy writes into a column stays with that view."""
    before = small_world.population.filing.copy()
    view.take(np.arange(10)).filing[:] = 4
    assert (small_world.population.filing == before).all()
    assert (view.filing == before[needs.row]).all()


# uniforms -----------------------------------------------------------------------------------------------


def test_uniforms_are_those_of_the_id_and_the_purpose(view: views.Needs, needs: Needs) -> None:
    drawn = view.uniform("late_filing")
    upper = DRAWS.bits("policy/late_filing", needs.id) >> np.uint64(32)
    assert drawn.tolist() == [int(bits) * 10_000 >> 32 for bits in upper.tolist()]
    assert (view.take(np.array([9, 3])).uniform("late_filing") == drawn[[9, 3]]).all()
    assert (drawn != view.uniform("network")).mean() > 0.99, "two purposes have nothing in common"


def test_uniforms_of_claims_are_those_of_their_needs(needs: Needs) -> None:
    of_claims = NeedUniforms(needs.id, DRAWS).take(np.array([4, 2]))
    assert of_claims.of("reversal").tolist() == uniforms(DRAWS, "reversal", needs.id[[4, 2]]).tolist()


def test_uniforms_are_from_0_to_9_999_and_even() -> None:
    """Ten thousand values fall on ten parts as 1,000 ± 4.5 standard deviations of √900."""
    drawn = uniforms(DRAWS, "anything", np.arange(10_000))
    assert drawn.min() >= 0 and drawn.max() <= 9_999
    counts = np.bincount(drawn // 1_000, minlength=10)
    assert (np.abs(counts - 1_000) < 4.5 * 30).all()


def test_no_purpose_of_a_policy_is_a_stream_of_the_world() -> None:
    """A policy that asks for the purpose "bill" does not see the draw of the bill; "path" is the engine's own."""
    ids = np.arange(1_000)
    for stream in ("bill", "where", "stay", "accept", "count"):
        of_world = (DRAWS.bits(stream, ids) >> np.uint64(32)).astype(np.int64) * 10_000 >> 32
        assert (uniforms(DRAWS, stream, ids) == of_world).mean() < 0.01, stream
    path = (DRAWS.bits("path", ids) >> np.uint64(32)).astype(np.int64) * 10_000 >> 32
    assert (uniforms(DRAWS, "path", ids) == path).all()
