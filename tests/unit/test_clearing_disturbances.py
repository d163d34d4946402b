"""Who pays late, who stops, and until when?"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from settlement_sim import dates
from settlement_sim.clearing.disturbances import NEVER, Disturbance, Disturbances, months_later
from settlement_sim.scenario import schema
from settlement_sim.study.run import disturbance_of
from settlement_sim.vocabulary import POOLS

MARCH, APRIL = dates.day("2024-03-01"), dates.day("2024-04-30")


def late(months: int = 1, first: int = MARCH, last: int = APRIL) -> Disturbance:
    return Disturbance("late", frozenset({1, 2}), first, last, months)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2024-01-31", 1, "2024-02-29"), ("2023-01-31", 1, "2023-02-28"), ("2024-03-31", 1, "2024-04-30"),
        ("2024-04-30", 1, "2024-05-30"), ("2024-11-15", 3, "2025-02-15"), ("2024-12-31", 14, "2026-02-28"),
    ],
)  # fmt: skip
def test_the_same_day_of_a_later_month_or_its_last(day: str, months: int, later: str) -> None:
    assert dates.iso(months_later(dates.day(day), months)) == later


@pytest.mark.parametrize(
    ("pool", "due", "paid"),
    [
        (1, "2024-03-01", "2024-04-01"), (2, "2024-04-30", "2024-05-30"), (0, "2024-03-01", "2024-03-01"),
        (1, "2024-02-29", "2024-02-29"), (1, "2024-05-01", "2024-05-01"),
    ],
)  # fmt: skip
def test_who_is_late_pays_what_is_due_in_the_span_months_later(pool: int, due: str, paid: str) -> None:
    disturbances = Disturbances((late(),))
    assert dates.iso(disturbances.paid_on(pool, dates.day(due))) == paid
    assert disturbances.felt == ({0} if due != paid else set())


def test_who_stops_pays_on_the_day_after() -> None:
    stops = Disturbance("stops", frozenset({1}), MARCH, APRIL)
    assert dates.iso(Disturbances((stops,)).paid_on(1, dates.day("2024-03-05"))) == "2024-05-01"


def test_who_stops_for_ever_never_pays() -> None:
    disturbances = Disturbances((Disturbance("stops", frozenset({1}), MARCH), late(first=0, last=NEVER)))
    assert disturbances.paid_on(1, MARCH) == NEVER and disturbances.felt == {0}, "what never comes cannot be late"


def test_one_disturbance_may_lead_into_the_next() -> None:
    """A month late, 30 March becomes 30 April; from then to 10 May nothing is paid."""
    stops = Disturbance("stops", frozenset({1}), APRIL, dates.day("2024-05-10"))
    disturbances = Disturbances((late(), stops))
    assert dates.iso(disturbances.paid_on(1, dates.day("2024-03-30"))) == "2024-05-11"
    assert disturbances.felt == {0, 1}


# as a scenario says it ----------------------------------------------------------------------------------


def said(**parts: Any) -> schema.Disturbance:
    return schema.Disturbance.model_validate({"what": "stops", "payer": "sichuan", "from": "2024-03-01"} | parts)


def test_a_province_is_all_its_pools() -> None:
    assert disturbance_of(said()).pools == frozenset(range(1, len(POOLS)))
    assert disturbance_of(said(payer="chongqing")).pools == {0}
    own = [POOLS.index("chengdu"), POOLS.index("luzhou")]
    assert disturbance_of(said(payer=["chengdu", "luzhou"])).pools == set(own)


def test_without_an_end_it_lasts() -> None:
    assert disturbance_of(said()).last == NEVER
    found = disturbance_of(said(what="late", months=2, until="2024-04-30"))
    assert (found.what, found.first, found.last, found.months) == ("late", MARCH, APRIL, 2)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"what": "late"}, "months with what: late, and only there"),
        ({"months": 2}, "months with what: late, and only there"),
        ({"until": "2024-02-29"}, "an until on or after from"),
        ({"payer": "chengdu"}, "payer"), ({"payer": []}, "payer"),
        ({"what": "late", "months": 0}, "greater than or equal to 1"), ({"what": "sleeps"}, "'late' or 'stops'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        said(**parts)
