"""Is what the benchmarks measure right: the lean program, the quick parts of the per-patient model, the page?"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Generator
from itertools import pairwise
from typing import Any

import pytest
import simpy

from benchmarks import lean_simpy
from benchmarks.lean_simpy import simulate
from benchmarks.per_patient import QuickRules, QuickWard
from benchmarks.report import spread, table, whole, write_report
from settlement_sim.rules.book import RuleBook
from tests.oracle.rulebook import Rules
from tests.oracle.ward import Ward

VISITS = 20_000
Events = Generator[simpy.Event, Any, None]


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return simulate(VISITS, keep_stays=True)


# The lean program -----------------------------------------------------------------------------------------


def test_lean_visits_are_as_many_as_asked(small: dict[str, Any]) -> None:
    assert abs(small["visits"] - VISITS) < 5 * VISITS**0.5
    by_care = [sum(book["totals"][care][0] for book in small["directions"]) for care in range(3)]
    assert sum(by_care) == small["visits"]
    for number, share in zip(by_care, lean_simpy.CARE_SHARES, strict=True):
        assert abs(number - VISITS * share) < 5 * (VISITS * share) ** 0.5


def test_lean_money_is_conserved(small: dict[str, Any]) -> None:
    for book in small["directions"]:
        for _, gross, fund, large, own in book["totals"]:
            assert gross == fund + large + own and min(fund, large, own) >= 0
        accounts = sum(book["fund_account"]) + sum(book["own_account"]) + sum(book["receivable"])
        assert accounts == 0, "the books do not balance"
        paid = sum(fund + large for _, _, fund, large, _ in book["totals"])
        assert sum(owed for owed, _, _ in book["cleared"]) == paid, "something was never cleared"
        assert all(owed == drawn + cash for owed, drawn, cash in book["cleared"])
        assert len(book["cleared"]) == len(lean_simpy.MONTH_ENDS) + 1


def test_lean_beds_are_never_over_capacity(small: dict[str, Any]) -> None:
    for book in small["directions"]:
        assert book["free"] == book["beds"], "a bed was not given back"
        fullest = [0] * len(book["beds"])
        lying = [0] * len(book["beds"])
        moments = [
            move for hospital, _, first, last in book["stays"] for move in ((first, 1, hospital), (last, -1, hospital))
        ]
        for _, change, hospital in sorted(moments):
            lying[hospital] += change
            fullest[hospital] = max(fullest[hospital], lying[hospital])
        assert all(used <= there for used, there in zip(fullest, book["beds"], strict=True))
        assert any(used == there for used, there in zip(fullest, book["beds"], strict=True)), "beds were never short"


def test_lean_patients_wait_in_the_order_of_their_arrival(small: dict[str, Any]) -> None:
    for book in small["directions"]:
        waits = [admitted - arrived for _, arrived, admitted, _ in book["stays"]]
        assert min(waits) == 0 and book["waits"][0] == sum(wait > 0 for wait in waits) > 0
        assert book["waits"][1] == pytest.approx(sum(waits))
        for hospital in range(len(book["beds"])):
            came = sorted((arrived, admitted) for h, arrived, admitted, _ in book["stays"] if h == hospital)
            assert all(first <= second for (_, first), (_, second) in pairwise(came))


def test_lean_arrivals_follow_the_week() -> None:
    book = simulate(VISITS, keep_stays=True)["directions"][1]
    arrived = [stay[1] for stay in book["stays"]]
    assert min(arrived) > 0 and max(arrived) < lean_simpy.DAYS
    weekend = sum(moment % 7 >= 5 for moment in arrived) / len(arrived)
    expected = 1.6 / 6.6
    assert abs(weekend - expected) < 5 * (expected * (1 - expected) / len(arrived)) ** 0.5


def test_lean_runs_repeat_and_seeds_differ() -> None:
    first, again, other = (simulate(2_000, seed)["directions"][0]["totals"] for seed in (1, 1, 2))
    assert first == again != other


def test_lean_bills_have_the_mean_that_is_stated(small: dict[str, Any]) -> None:
    for care, (mean, deviation) in enumerate(lean_simpy.BILL):
        number = sum(book["totals"][care][0] for book in small["directions"])
        gross = sum(book["totals"][care][1] for book in small["directions"])
        assert abs(gross / number / 100 - mean) < 5 * deviation / number**0.5


def test_empty_processes_are_as_many() -> None:
    empty = simulate(2_000, empty=True)
    assert abs(empty["visits"] - 2_000) < 5 * 2_000**0.5
    assert not any(sum(map(sum, book["totals"])) for book in empty["directions"])


# The quick parts of the per-patient model -----------------------------------------------------------------


def admissions(make: type[Ward] | type[QuickWard]) -> list[tuple[int, int]]:
    """(patient, moment) of what a ward whose beds change daily does with the same patients."""
    env, rng, admitted = simpy.Environment(), random.Random(5), []
    ward = make(env, [rng.randrange(6) for _ in range(60)])

    def days() -> Events:
        for day in range(60):
            ward.open_day(day)
            yield env.timeout(1_000)

    def stay(patient: int, moment: int, length: int) -> Events:
        yield env.timeout(moment)
        if ward.full and patient % 5 == 0:
            admitted.append((patient, -1))
            return
        with ward.bed() as bed:
            yield bed
            admitted.append((patient, int(env.now)))
            yield env.timeout(length)

    env.process(days())
    for patient in range(400):
        # Odd moments and even lengths never meet the start of a day.
        env.process(stay(patient, 2 * rng.randrange(25_000) + 1, 2 * rng.randrange(50, 600)))
    env.run(until=60_000)
    return admitted


def test_quick_ward_admits_as_the_plain_one() -> None:
    plain = admissions(Ward)
    assert admissions(QuickWard) == plain
    assert any(moment % 1_000 == 0 for _, moment in plain), "nobody got a bed that opened"
    assert any(moment < 0 for _, moment in plain), "no ward was ever full"


def test_quick_rules_say_the_same_on_both_sides_of_a_change(book: RuleBook) -> None:
    quick, plain = QuickRules(book), Rules(book)
    days = [dt.date(2023, 10, 1), dt.date(2023, 12, 31), dt.date(2024, 1, 1), dt.date(2024, 9, 30)] * 2
    found = [quick("catastrophic.threshold", "chengdu", "resident", day, assistance="none") for day in days]
    assert found == [plain("catastrophic.threshold", "chengdu", "resident", day, assistance="none") for day in days]
    assert len(set(found)) == 2, "the rule has not changed"
    for day in days:
        place = ("catalogue.advance", "chongqing", day)
        assert quick.of_place(*place, item="drug_b") == plain.of_place(*place, item="drug_b")


# The page -------------------------------------------------------------------------------------------------


def made_up() -> dict[str, Any]:
    """Results in which the engine settles 1,000,000 a second and the lean program 50,000."""

    def timed(seconds: float, **more: Any) -> dict[str, Any]:
        return {"seconds": seconds, "processor_seconds": 2 * seconds, "peak_mb": 100.0, **more}

    def engine(seconds: float) -> dict[str, Any]:
        return timed(seconds, persons=1_234, world_seconds=2.0)

    phases = {"phases": {"RULES": 1.0, "NEEDS": 3.0}, "days": 100, "peak_mb": 1.0}
    return {
        "visits": [100, 1_000], "scales": [0.1, 0.5], "growth": [0.1, 1.0], "rounds": 2, "date": "2000-01-01",
        "machine": {"processor": "a made-up processor", "cores": 3, "memory_gb": 7, "system": "no system", "load": 0},
        "versions": {"Python": "3.0"},
        "totals": {
            "0.1": {"settlements": 100_000, "reported": 75_000, "sums": {}},
            "0.5": {"settlements": 500_000, "reported": 375_000, "sums": {}},
            "1.0": {"settlements": 1_000_000, "reported": 750_000, "sums": {}},
        },
        "measured": {
            "engine 0.1": [engine(0.1), engine(0.2)], "engine 0.5": [engine(0.5), engine(0.5)],
            "engine 1.0": [engine(1.0), engine(2.0)],
            "lean 100": [timed(0.002, settlements=100)] * 2, "lean 1000": [timed(0.02, settlements=1_000)] * 2,
            "empty 1000": [timed(0.01, settlements=1_000)] * 2,
            "oracle 0.1": [timed(10.0, settlements=100_000)] * 2, "oracle 0.5": [timed(50.0, settlements=500_000)] * 2,
            "phases 1.0": [phases] * 2,
        },
    }  # fmt: skip


def test_the_page_says_what_was_measured() -> None:
    page = write_report(made_up())
    for line in (
        "| settlements simulated, warm-up and claims by hand included | 1,000,000 |",
        "| **simulation, s** | 1.5 (1–2) |",
        "| **settlements simulated per second** | 750,000 (500,000–1,000,000) |",
        "| settlements reported per second | 562,500 (375,000–750,000) |",
        "| lean simpy, 1,000 visits | 1,000 | 0.02 (0.02–0.02) | 50,000 (50,000–50,000) | 20 (20–20) | 100 (100–100) |",
        "| engine, scale 0.5 | lean simpy, 1,000 visits | 20 (20–20) | 20 (20–20) |",
        "| engine, scale 0.1 | per-patient simpy, scale 0.1 | 75 (50–100) | 75 (50–100) |",
        "| NEEDS | 3 (3–3) | 30 (30–30) | 75 (75–75) |",
        "| draws, beds, rules, books: the difference | 10 (10–10) |",
        "a made-up processor, 3 cores, 7 GiB, no system; Python 3.0.",
    ):
        assert line in page, f"not on the page: {line}"


def test_the_page_restates_the_reference_workload() -> None:
    page = write_report(made_up())
    for words in ("274 days", "40.68 % / 59.32 %", "inpatient 11,000 and 9,000", "residents 80 / 70 / 60", "1,500,000"):
        assert words in page


def test_tables_keep_their_columns() -> None:
    page = write_report(made_up())
    tables = [part.splitlines() for part in page.split("\n\n") if part.startswith("|")]
    assert len(tables) == 7
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1, lines[0]
    assert table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
    assert spread([3, 1, 2_000], whole) == "3 (1–2,000)"
