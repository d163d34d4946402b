"""Do rules that keep a log answer as ever, and say what they were asked?"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.study.lines import Lookup
from settlement_sim.study.recorded import RecordedRules
from settlement_sim.vocabulary import AGE_BANDS, ASSISTANCE, ITEMS, POOLS, STATUSES
from settlement_sim.world.geography import Geography

DAY = dates.day("2024-06-05")
RETIRED, LOW_INCOME = STATUSES.index("retired"), ASSISTANCE.index("low_income")


@pytest.fixture(scope="module")
def units() -> tuple[str, ...]:
    return Geography.load().units


def rules_of(kind: type[Rules], book: RuleBook, units: tuple[str, ...]) -> tuple[Rules, np.ndarray]:
    """Rules of a retired, low-income employee of Chongqing at 60, and the row of those rules."""
    own = (np.array([code]) for code in (0, 0, 0, RETIRED, LOW_INCOME))
    profiles, first = Profiles.of(*own)
    rules = kind(book, profiles, DAY, DAY, units)
    return rules, rules.rows(DAY, first + AGE_BANDS.index("60-69"))


def lookup(book: RuleBook, district: str = "yubei") -> Lookup:
    own = {"tier": "none", "status": "retired", "assistance": "low_income", "age_band": "60-69"}
    return Lookup(book, dt.date(2024, 6, 5), "chongqing", "employee", own, district)


def test_answers_are_those_of_the_rules(book: RuleBook, units: tuple[str, ...]) -> None:
    plain, row = rules_of(Rules, book, units)
    recorded, same = rules_of(RecordedRules, book, units)
    assert row.tolist() == same.tolist()
    level = np.array([3])
    for rules in (plain, recorded):
        assert rules.take("inpatient.ratio", row, level).tolist() == [9_500]
        assert rules.take("tilt.threshold", row, unit=np.array([units.index("yubei")])).tolist() == [300_000]
        assert rules.place("catalogue.advance", rules.places(DAY, np.array([0])), ITEMS.index("drug_b")) == 1_000


def test_what_was_asked_is_told_once_and_in_order(book: RuleBook, units: tuple[str, ...]) -> None:
    rules, row = rules_of(RecordedRules, book, units)
    assert isinstance(rules, RecordedRules)
    there = rules.in_pool(row, np.array([POOLS.index("chengdu")]))
    for _ in range(2):
        rules.take("inpatient.age_bonus", there)
        rules.take("inpatient.ratio", row, 3)
        rules.place("catalogue.advance", rules.places(DAY, np.array([0])), ITEMS.index("drug_b"))
    told = rules.consulted(lookup(book))
    assert [(rule.address, rule.value) for rule in told] == [
        ("inpatient.age_bonus[chengdu, 60-69]", "4"),
        ("inpatient.ratio[none, retired, 3]", "95"),
        ("catalogue.advance[chongqing, drug_b]", "10"),
    ]
    rules.forget()
    assert rules.consulted(lookup(book)) == ()


def test_a_district_is_named_only_where_it_was_asked(book: RuleBook, units: tuple[str, ...]) -> None:
    rules, row = rules_of(RecordedRules, book, units)
    assert isinstance(rules, RecordedRules)
    rules.take("tilt.threshold", row)
    rules.take("tilt.threshold", row, unit=np.array([units.index("yubei")]))
    told = rules.consulted(lookup(book))
    assert [rule.address for rule in told] == ["tilt.threshold[low_income]", "tilt.threshold[yubei, low_income]"]
    assert [rule.value for rule in told] == ["3500.00", "3000.00"]
