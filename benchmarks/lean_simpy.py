"""How fast is a plain simpy program, written with care, with one process per visit?

The workload is simpler than the corridor's: two directions, a bill of one number, three rules. Its parameters stand
below and are restated in `docs/performance.md`. Public simpy and the standard library only, and nothing avoidable on
the way of a visit: no classes, no resources where a counter will do, draws written out, the garbage collector asleep.
Money is integer fen, time is in days from a Monday, 2024-01-01.
"""

from __future__ import annotations

import gc
import random
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Generator
from itertools import accumulate
from math import ceil, exp, log, sqrt
from typing import Any, Final

import simpy

DAYS: Final = 274
MONTH_ENDS: Final = (31, 60, 91, 121, 152, 182, 213, 244, 274)
DIRECTIONS: Final = (0.4068, 0.5932)  # share of the visits
WEEKEND: Final = 0.8  # arrivals of a Saturday or Sunday, of a weekday's
INPATIENT, OUTPATIENT, PHARMACY = range(3)
CARE_SHARES: Final = (0.05, 0.45, 0.50)
BILL: Final = ((11_000, 9_000), (260, 220), (120, 80))  # yuan, mean and standard deviation, lognormal
STAY: Final = (9, 7)  # days, the same
HOSPITALS: Final = tuple((rank + 3) ** -0.9 for rank in range(200))  # relative weights
LEVELS: Final = (2,) * 20 + (1,) * 60 + (0,) * 120  # of the hospitals: 2 is tertiary, 0 community
UTILISATION: Final = 0.85  # beds are as many as would be so full
VISITS_PER_PERSON: Final = 5
EMPLOYEES: Final = 0.6  # share of the persons; the others are residents
FILINGS: Final = (0.50, 0.35, 0.15)  # filed, temporary, not filed
CUTS: Final = (0, 10, 20)  # points off the ratio, by filing
ELIGIBLE: Final = 88  # percent of the bill
DEDUCTIBLE: Final = ((30_000, 60_000, 100_000), (1_000, 2_000, 3_000), (500, 500, 500))  # care, level
RATIO: Final = (  # percent: care, scheme, level
    ((92, 88, 85), (80, 70, 60)),
    ((70, 65, 60), (55, 50, 45)),
    ((70, 70, 70), (50, 50, 50)),
)
CEILING: Final = (30_000_000, 15_000_000)  # of the fund, by scheme
LARGE_FROM, LARGE_RATIO = 1_500_000, 60  # own payments of the year above it are refunded so many percent
PREPAID: Final = 40_000  # fen per expected visit of a month

Book = dict[str, Any]
Events = Generator[simpy.Event, Any, None]


def simulate(visits: int, seed: int = 1, *, empty: bool = False, keep_stays: bool = False) -> Book:
    """Run about `visits` visits; `seconds` is the run itself, without building the world.

    `empty` gives every visit a process that does nothing, which is what simpy alone costs. `keep_stays` keeps
    (hospital, arrived, admitted, discharged) of every stay.
    """
    env, rng = simpy.Environment(), random.Random(seed)
    books = [_direction(env, rng, visits * share, empty, keep_stays) for share in DIRECTIONS]
    env.process(_month_ends(env, books))
    gc.collect()
    gc.disable()  # a run leaves no cycles behind
    try:
        clock, processor = time.perf_counter(), time.process_time()
        env.run()
        seconds, processor = time.perf_counter() - clock, time.process_time() - processor
    finally:
        gc.enable()
    _clear(books)
    done = sum(book["visits"][0] for book in books)
    rate = done / seconds
    return {
        "visits": done, "seconds": seconds, "processor_seconds": processor, "visits_per_s": rate, "directions": books
    }  # fmt: skip


def lognormal(mean: float, deviation: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    variance = log(1 + (deviation / mean) ** 2)
    return log(mean) - variance / 2, sqrt(variance)


def beds_of(visits: float) -> list[int]:
    """Beds by hospital for the visits of one direction."""
    lying = visits * CARE_SHARES[INPATIENT] / DAYS * STAY[0]
    return [max(1, ceil(lying * weight / sum(HOSPITALS) / UTILISATION)) for weight in HOSPITALS]


def _month_ends(env: simpy.Environment, books: list[Book]) -> Events:
    for day in MONTH_ENDS:
        yield env.timeout(day - env.now)
        _clear(books)


def _clear(books: list[Book]) -> None:
    """Obligations of the month against what was prepaid; the prepayment is filled up again."""
    for book in books:
        owed, book["owed"][0] = book["owed"][0], 0
        drawn = min(owed, book["prepaid"])
        book["cleared"].append((owed, drawn, owed - drawn))


def _direction(env: simpy.Environment, rng: random.Random, visits: float, empty: bool, keep_stays: bool) -> Book:
    """Schedule the arrivals of one direction; returns the books that they will fill."""
    random_, gauss, timeout, event, process = rng.random, rng.gauss, env.timeout, env.event, env.process
    persons = max(20, round(visits / VISITS_PER_PERSON))
    employees = [random_() < EMPLOYEES for _ in range(persons)]
    fund_of, own_of, admissions_of = [0] * persons, [0] * persons, [0] * persons
    beds = beds_of(visits)
    free = beds.copy()
    queues: list[deque[simpy.Event]] = [deque() for _ in beds]
    reach = list(accumulate(weight / sum(HOSPITALS) for weight in HOSPITALS))
    reach[-1] = 1.0
    stay_mu, stay_sigma = lognormal(*STAY)
    cent = log(100)
    bills = [(mu + cent, sigma) for mu, sigma in (lognormal(*bill) for bill in BILL)]
    # care, filing, scheme (0 resident, 1 employee), level → percent
    ratios = [[[[ratio - cut for ratio in row] for row in rows[::-1]] for cut in CUTS] for rows in RATIO]
    ceiling = CEILING[::-1]
    some_stay, some_outpatient = accumulate(CARE_SHARES[:2])
    filed, temporary = accumulate(FILINGS[:2])
    receivable, totals = [0] * len(beds), [[0] * 5 for _ in CARE_SHARES]
    fund_account, own_account, owed, count, waits, stays = [0, 0], [0], [0], [0], [0, 0.0], []

    def visit() -> Events:
        draw = random_()
        care = INPATIENT if draw < some_stay else OUTPATIENT if draw < some_outpatient else PHARMACY
        hospital = bisect_right(reach, random_())
        person = int(random_() * persons)
        draw = random_()
        filing = 0 if draw < filed else 1 if draw < temporary else 2
        gross = int(exp(gauss(*bills[care])) + 0.5)
        level = LEVELS[hospital]
        deductible = DEDUCTIBLE[care][level]
        if care == INPATIENT:
            arrived = env.now
            if free[hospital]:
                free[hospital] -= 1
            else:
                bed = event()
                queues[hospital].append(bed)
                yield bed
                waits[0] += 1
                waits[1] += env.now - arrived
            admitted = env.now
            yield timeout(exp(gauss(stay_mu, stay_sigma)))
            if queues[hospital]:
                queues[hospital].popleft().succeed()
            else:
                free[hospital] += 1
            if keep_stays:
                stays.append((hospital, arrived, admitted, env.now))
            if admissions_of[person]:
                deductible //= 2
            admissions_of[person] += 1
        scheme = employees[person]
        above = gross * ELIGIBLE // 100 - deductible
        fund = above * ratios[care][filing][scheme][level] // 100 if above > 0 else 0
        if fund > (room := ceiling[scheme] - fund_of[person]):
            fund = room
        fund_of[person] += fund
        before = own_of[person]
        own_of[person] = after = before + gross - fund
        large = 0
        if after > LARGE_FROM:
            large = (after - (before if before > LARGE_FROM else LARGE_FROM)) * LARGE_RATIO // 100
        paid = fund + large
        own = gross - paid
        fund_account[scheme] -= paid
        own_account[0] -= own
        receivable[hospital] += gross
        owed[0] += paid
        count[0] += 1
        total = totals[care]
        total[0] += 1
        total[1] += gross
        total[2] += fund
        total[3] += large
        total[4] += own

    def nothing() -> Events:
        count[0] += 1
        return
        yield

    def arrivals() -> Events:
        weekday_rate = visits / sum(1 if day % 7 < 5 else WEEKEND for day in range(DAYS))
        mean, now = -1 / weekday_rate, 0.0
        begin: Callable[[], Events] = nothing if empty else visit
        while True:
            moment = now + mean * log(1 - random_())
            while moment % 7 >= 5 and random_() >= WEEKEND:
                moment += mean * log(1 - random_())
            if moment >= DAYS:
                return
            yield timeout(moment - now)
            now = env.now
            process(begin())

    process(arrivals())
    return {
        "visits": count, "beds": beds, "free": free, "waits": waits, "stays": stays, "totals": totals,
        "fund_account": fund_account, "own_account": own_account, "receivable": receivable, "owed": owed,
        "prepaid": round(visits / len(MONTH_ENDS) * PREPAID), "cleared": [],
    }  # fmt: skip
