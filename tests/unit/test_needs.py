"""Are needs the same whoever else is there and however they are blocked, and are they as many as declared?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers import WEIGHTS

from settlement_sim import dates
from settlement_sim.demand import needs as module
from settlement_sim.demand.needs import CHRONIC, Births, Needs, later, need_id, need_text
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import Growth, Rates
from settlement_sim.draws import Draws
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.population import Population

JANUARY = 12
Bear = Callable[[Population], Births]


@pytest.fixture
def bear(priors: Priors, calendar: Calendar) -> Bear:
    """Births of a population under seed 1."""
    rates = Rates(priors, calendar, WEIGHTS, Growth("a test", np.full((2, 2), 12_000)))
    return lambda population: Births(population, rates, priors, Draws(1))


def whole_month(births: Births, month: int = JANUARY) -> tuple[Needs, np.ndarray]:
    """All needs of a month, and the day of each."""
    days, parts = zip(*births.month(month), strict=True)
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("id", "row", "care", "second"))
    return Needs(*columns), np.repeat(days, [len(part) for part in parts])


def often(people: Population) -> Population:
    """Everybody certified for all later diseases."""
    return replace(people, later_diseases=np.full(len(people), 0b11111, np.uint8))


def rows(births: Births, month: int = JANUARY) -> dict[int, tuple[int, int, int, int]]:
    """By id: day, person, care type and second."""
    needs, day = whole_month(births, month)
    person = births.population.id[needs.row]
    assert len(np.unique(needs.id)) == len(needs), "two needs share an id"
    return dict(zip(needs.id.tolist(), zip(day, person, needs.care, needs.second, strict=True), strict=True))


@pytest.mark.parametrize(
    ("person", "month", "k", "text"),
    [
        (0, -276, 0, "0-2000-01-0"),
        (7, 12, 1, "7-2024-01-1"),
        (7, 11, 63, "7-2023-12-63"),
        (1_299_999, 20, 5, "1299999-2024-09-5"),
        (3, 4095 - 276, 2, "3-2341-04-2"),
    ],
)
def test_an_id_says_person_month_and_number(person: int, month: int, k: int, text: str) -> None:
    (number,) = need_id(np.array([person]), month, np.array([k])).tolist()
    assert number == person * 2**18 + (month + 276) * 2**6 + k, "person · 2^18 + month · 2^6 + k"
    assert need_text(number) == text


def test_ids_of_different_needs_differ() -> None:
    ids = [need_id(np.arange(20), month, k) for month in range(9, 24) for k in range(64)]
    assert len(np.unique(ids)) == 20 * 15 * 64


def test_ids_grow_with_person_then_month_then_number() -> None:
    last_of_month = need_id(np.array([4]), 12, 63)[0]
    assert last_of_month < need_id(np.array([4]), 13, 0)[0] < need_id(np.array([5]), 9, 0)[0]


def test_every_day_of_the_month_comes_once_in_order(people: Population, bear: Bear) -> None:
    days = [day for day, _ in bear(people).month(JANUARY)]
    assert days == list(range(dates.day("2024-01-01"), dates.day("2024-02-01")))


def test_needs_of_a_day_come_by_person_and_moment(people: Population, bear: Bear) -> None:
    for day, needs in bear(people).month(JANUARY):
        order = np.lexsort((needs.id, needs.second, needs.row))
        assert (order == np.arange(len(needs))).all(), f"on {dates.iso(day)}"
        assert (people.id[needs.row] == needs.id >> 18).all(), "an id names another person"
        assert ((needs.id >> 6 & 4095) == JANUARY + 276).all(), "an id names another month"


def test_a_person_counts_its_needs_from_zero_and_those_for_later_diseases_from_48(
    people: Population, bear: Bear
) -> None:
    needs, _ = whole_month(bear(often(people)))
    person, k = needs.id >> 18, needs.id & 63
    for start, which in ((0, k < 48), (48, k >= 48)):
        assert which.sum() > 200
        for p in np.unique(person[which])[:200]:
            mine = which & (person == p)
            assert sorted(k[mine].tolist()) == list(range(start, start + mine.sum())), f"person {p}"


def test_ids_of_later_diseases_are_told_by_their_number() -> None:
    ids = need_id(np.array([3, 3, 3, 2**40]), 20, np.array([0, 47, 48, 63]))
    assert later(ids).tolist() == [False, False, True, True]
    assert later(ids.reshape(2, 2)).tolist() == [[False, False], [True, True]]


def test_needs_for_later_diseases_are_chronic_care_of_who_holds_one(people: Population, bear: Bear) -> None:
    some = often(people)
    some.later_diseases[people.id % 3 > 0] = 0
    needs, _ = whole_month(bear(some))
    mine = later(needs.id)
    assert mine.sum() > 100 and (needs.care[mine] == CHRONIC).all()
    assert (people.id[needs.row[mine]] % 3 == 0).all()


def test_ordinary_needs_are_the_same_without_later_diseases(people: Population, bear: Bear) -> None:
    needs, day = whole_month(bear(often(people)))
    without, day_without = whole_month(bear(replace(people, later_diseases=np.zeros(len(people), np.uint8))))
    ordinary = ~later(needs.id)
    assert (~ordinary).sum() > 300 and len(without) == ordinary.sum()
    for name in ("id", "row", "care", "second"):
        assert (getattr(needs, name)[ordinary] == getattr(without, name)).all(), name
    assert (day[ordinary] == day_without).all()


def test_needs_for_later_diseases_of_persons_alike_are_poisson(people: Population, bear: Bear) -> None:
    number = 60_000
    (row, *_) = np.flatnonzero((people.later_diseases > 0) & (people.rate_class == 3))
    births = bear(alike(people, int(row), number))
    needs, _ = whole_month(births)
    count = np.bincount(needs.row[later(needs.id)], minlength=number)
    stratum = int(births._strata(dates.day("2024-01-01"))[0])
    mean = int(births.rates.later_monthly(JANUARY)[stratum].sum()) * 520 // 100 / 1e6
    assert abs(count.mean() - mean) < 5 * np.sqrt(mean / number), f"{count.mean():.4f} a person, not {mean:.4f}"
    assert abs(count.var() - mean) < 5 * np.sqrt((mean + 2 * mean**2) / number), "the variance is not the mean"


@pytest.mark.parametrize("kind", ["ordinary", "later"])
@pytest.mark.parametrize("potential", [12_500, 20_000])
def test_a_potential_multiplies_the_needs_of_persons_alike(
    people: Population, bear: Bear, kind: str, potential: int
) -> None:
    number = 60_000
    (row, *_) = np.flatnonzero((people.later_diseases > 0) & (people.rate_class == 3))
    births = bear(alike(people, int(row), number))
    stratum = int(births._strata(dates.day("2024-01-01"))[0])
    monthly = births.rates.monthly if kind == "ordinary" else births.rates.later_monthly
    mean = int(monthly(JANUARY)[stratum].sum()) * 520 // 100 / 1e6 * potential / 10_000
    births.rates.potential_bp = potential
    needs, _ = whole_month(births)
    count = np.bincount(needs.row[later(needs.id) == (kind == "later")], minlength=number)
    assert abs(count.mean() - mean) < 5 * np.sqrt(mean / number), f"{count.mean():.4f} a person, not {mean:.4f}"
    assert abs(count.var() - mean) < 5 * np.sqrt((mean + 2 * mean**2) / number), "the variance is not the mean"


def test_no_potential_gives_a_person_more_needs_than_there_are_numbers(
    people: Population, bear: Bear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COUNTS", 6)
    monkeypatch.setattr(module, "LATER_COUNTS", 1)
    births = bear(often(people))
    births.rates.potential_bp = 20_000
    needs, _ = whole_month(births)
    for which, most in ((~later(needs.id), 6), (later(needs.id), 1)):
        assert np.bincount(needs.row[which]).max() == most


@pytest.mark.parametrize("block", [1, 7, 1_000, 1 << 20])
def test_the_size_of_a_block_does_not_matter(
    people: Population, bear: Bear, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = people.take(np.arange(300))
    whole, days = whole_month(bear(some))
    monkeypatch.setattr(module, "_BLOCK", block)
    again, days_again = whole_month(bear(some))
    for name in ("id", "row", "care", "second"):
        assert (getattr(whole, name) == getattr(again, name)).all(), f"{name} differs"
    assert (days == days_again).all()


@pytest.mark.parametrize("keep", [slice(None, None, 2), slice(5_000, 5_003), slice(None, None, -1)], ids=str)
def test_the_presence_of_others_does_not_matter(people: Population, bear: Bear, keep: slice) -> None:
    index = np.arange(len(people))[keep]
    whole, part = rows(bear(people)), rows(bear(people.take(index)))
    wanted = set(people.id[index].tolist())
    assert part == {need: row for need, row in whole.items() if need >> 18 in wanted}


def test_the_needs_of_one_person_alone_keep_their_days(people: Population, bear: Bear) -> None:
    """The last need of a day and the first of the next are the same person's."""
    whole = rows(bear(people))
    (busy, *_) = np.flatnonzero(np.bincount([need >> 18 for need in whole], minlength=len(people)) > 5)
    alone = rows(bear(people.take(np.array([busy]))))
    assert len({day for day, *_ in alone.values()}) > 1
    assert alone == {need: row for need, row in whole.items() if need >> 18 == busy}


def test_months_may_be_borne_in_any_order(people: Population, bear: Bear) -> None:
    births, other = bear(people), bear(people)
    forwards = [rows(births, month) for month in (11, 12, 13)]
    backwards = [rows(other, month) for month in (13, 12, 11)]
    assert forwards == backwards[::-1], "what was borne before matters"


def test_another_seed_bears_other_needs(people: Population, bear: Bear) -> None:
    births = bear(people)
    other = bear(people)
    other.draws = Draws(2)
    assert rows(births) != rows(other)


def test_seconds_lie_in_the_opening_hours(people: Population, priors: Priors, bear: Bear) -> None:
    needs, _ = whole_month(bear(people))
    hours = zip(priors.row("hours.opening").tolist(), priors.row("hours.closing").tolist(), strict=True)
    for care, (opening, closing) in enumerate(hours):
        second = needs.second[needs.care == care]
        assert second.min() >= opening * 3600 and second.max() < closing * 3600, f"care type {care}"
        middle = (opening + closing) * 1800
        spread = (closing - opening) * 3600 / np.sqrt(12 * len(second))
        assert abs(second.mean() - middle) < 5 * spread, "not uniform"


def alike(people: Population, row: int, number: int) -> Population:
    """`number` persons with the traits of one, and ids of their own."""
    return replace(people.take(np.full(number, row)), id=np.arange(number, dtype=np.int64))


@pytest.mark.parametrize("rate_class", [0, 3])
def test_needs_of_persons_alike_are_poisson(people: Population, priors: Priors, bear: Bear, rate_class: int) -> None:
    number = 60_000
    (row, *_) = np.flatnonzero(
        (people.rate_class == rate_class)
        & (people.scheme == 0)
        & (people.diseases > 0)
        & ~people.later_diseases.astype(bool)
    )
    births = bear(alike(people, int(row), number))
    needs, _ = whole_month(births)
    count = np.bincount(needs.row, minlength=number)
    stratum = int(births._strata(dates.day("2024-01-01"))[0])
    percent = int(priors.row("persons.rate_class.multiplier")[rate_class])
    mean = int(births.rates.monthly(JANUARY)[stratum].sum()) * percent // 100 / 1e6
    assert abs(count.mean() - mean) < 5 * np.sqrt(mean / number), f"{count.mean():.4f} a person, not {mean:.4f}"
    # The variance of a Poisson sample variance is about (μ + 2μ²) / n.
    assert abs(count.var() - mean) < 5 * np.sqrt((mean + 2 * mean**2) / number), "the variance is not the mean"
    shares = births.rates.monthly(JANUARY)[stratum] / births.rates.monthly(JANUARY)[stratum].sum()
    found = np.bincount(needs.care, minlength=4) / len(needs)
    assert np.abs(found - shares).max() < 5 * np.sqrt(0.25 / len(needs)), "care types have other shares"


def test_persons_alike_have_needs_on_days_by_their_weight(people: Population, priors: Priors, bear: Bear) -> None:
    births = bear(alike(people, 0, 60_000))
    needs, day = whole_month(births)
    weight = priors.row("calendar.outpatient")[births.rates.calendar.kinds(*dates.month_bounds(JANUARY))]
    outpatient = np.bincount(day[needs.care == 1] - dates.day("2024-01-01"), minlength=31)
    expected = outpatient.sum() * weight / weight.sum()
    assert np.abs((outpatient - expected) / np.sqrt(expected)).max() < 5
    correlation = np.corrcoef(day, needs.second)[0, 1]
    assert abs(correlation) < 5 / np.sqrt(len(needs)), "second and day come of one draw but not together"


def test_taking_needs_keeps_columns_together() -> None:
    needs = Needs(np.array([10, 11]), np.array([0, 1], np.int32), np.array([1, 2], np.int8), np.array([5, 6], np.int32))
    part = needs.take(np.array([1]))
    assert len(part) == 1 and (part.id[0], part.row[0], part.care[0], part.second[0]) == (11, 1, 2, 6)
