"""Do beds obey Erlang C, Pollaczek-Khinchine and Erlang B, within Monte Carlo error?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from settlement_sim.demand.bills import Gross
from settlement_sim.engine.beds import Beds, Requests

DAY = 86_400
#: Independent queues side by side; each is one batch.
GROUPS, WARM_UP, DAYS = 200, 100, 380
STANDARD_ERRORS = 4.5
Lengths = Callable[[np.random.Generator, int], npt.NDArray[np.int64]]


def erlang_b(servers: int, load: float) -> float:
    """Probability that all servers are busy where nobody waits."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arrival waits."""
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def simulate(
    servers: int, rate: float, lengths: Lengths, *, emergency: bool = False, seed: int = 1
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Queue, wait (seconds) and whether over capacity of each arrival after the warm-up; `rate` per day.

    After the last arrivals the beds run on until nobody waits: whoever waits long is not left out.
    """
    generator = np.random.default_rng(seed)
    beds, capacity, day, found = Beds(GROUPS), np.full(GROUPS, servers, np.int64), 0, []
    while day < DAYS or len(beds.waiting):
        asking = arrivals(generator, day, rate, lengths, emergency) if day < DAYS else Requests.none()
        started, start, extra = beds.open_day(day, asking, capacity)
        found.append((started.group, start - started.arrival, extra, started.arrival))
        day += 1
    groups, waits, extras, arrival = (np.concatenate(column) for column in zip(*found, strict=True))
    counted = arrival >= WARM_UP * DAY
    return groups[counted], waits[counted], extras[counted]


def arrivals(generator: np.random.Generator, day: int, rate: float, lengths: Lengths, emergency: bool) -> Requests:
    """Poisson arrivals of one day at every queue."""
    group = np.repeat(np.arange(GROUPS), generator.poisson(rate, GROUPS))
    n = len(group)
    moment, urgent = day * DAY + generator.integers(0, DAY, n), np.full(n, emergency)
    path, zeros, number = np.zeros(n, np.int8), np.zeros(n, np.int64), np.arange(n)
    return Requests(
        (day << 32) + number,
        number.astype(np.int32),
        path,
        zeros,
        path,
        group,
        moment,
        lengths(generator, n),
        urgent,
        Gross(group.astype(np.int16), zeros, path),
    )


def assert_mean(group: npt.NDArray[np.int64], value: npt.NDArray[np.generic], expected: float, name: str) -> None:
    """The mean over arrivals is as expected, by batch means of the independent queues (a ratio estimate)."""
    sums = np.bincount(group, value.astype(float), GROUPS)
    counts = np.bincount(group, minlength=GROUPS)
    mean = sums.sum() / counts.sum()
    error = (sums - mean * counts).std(ddof=1) * math.sqrt(GROUPS) / counts.sum()
    assert abs(mean - expected) < STANDARD_ERRORS * error, f"{name}: {mean:.5g} ± {error:.2g}, expected {expected:.5g}"
    assert error < 0.05 * expected, f"{name}: an error of {error:.2g} proves nothing about {expected:.5g}"


def exponential(mean: float) -> Lengths:
    return lambda generator, n: np.round(generator.exponential(mean, n)).astype(np.int64)


def two_points(short: int, long: int, percent_short: int) -> Lengths:
    def lengths(generator: np.random.Generator, n: int) -> npt.NDArray[np.int64]:
        return np.where(generator.integers(0, 100, n) < percent_short, short, long)

    return lengths


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (2, 1.4), (5, 4.0), (12, 10.0)])
def test_waits_of_many_beds_are_those_of_erlang_c(servers: int, load: float) -> None:
    mean = 1.5 * DAY
    group, wait, extra = simulate(servers, load / 1.5, exponential(mean))
    assert not extra.any(), "only emergencies exceed the capacity"
    waits = erlang_c(servers, load)
    assert_mean(group, wait > 0, waits, "share that waits")
    assert_mean(group, wait, waits * mean / (servers - load), "mean wait in seconds")


@pytest.mark.parametrize(
    ("short", "long", "percent_short"),
    [(DAY, DAY, 100), (DAY, 6 * DAY, 90), (DAY // 4, 3 * DAY, 50)],
    ids=["constant", "few long", "half and half"],
)
def test_waits_of_one_bed_are_those_of_pollaczek_and_khinchine(short: int, long: int, percent_short: int) -> None:
    p = percent_short / 100
    mean, square = p * short + (1 - p) * long, p * short**2 + (1 - p) * long**2
    rate = 0.6 / mean
    group, wait, _ = simulate(1, rate * DAY, two_points(short, long, percent_short))
    assert_mean(group, wait, rate * square / (2 * (1 - 0.6)), "mean wait in seconds")
    assert_mean(group, wait > 0, 0.6, "share that waits")


@pytest.mark.parametrize(
    "lengths", [exponential(DAY), two_points(DAY // 2, 3 * DAY, 80)], ids=["exponential", "two points"]
)
def test_emergencies_alone_exceed_the_capacity_as_erlang_b_says(lengths: Lengths) -> None:
    """Whoever finds no bed occupies none: a loss system, whatever the distribution of lengths."""
    group, wait, extra = simulate(4, 3.0, lengths, emergency=True)
    assert not wait.any()
    assert_mean(group, extra, erlang_b(4, 3.0), "share over capacity")
