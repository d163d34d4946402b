"""Do the engine and an independent model agree on every career: what counts, what is paid back, what follows it?"""

from __future__ import annotations

import ast
import datetime as dt
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from career_cases import FIRST, NAMES, Person, assessor, careers_of, crowds, persons_of, priors, rules, timeline
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, career_priors, statutory, workers
from settlement_sim.engine.slots import Slots
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.policies.careers import Cases, Recognition
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.policies.transfer.prospective import Prospective
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.recognition.assess import cases_of
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.transfers import Transfers
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES

from . import years
from .years import Agreement, Found

#: Of the engine's months, January 2023 is the first.
JANUARY_2023 = 12 * 2023
TERMS = [
    Agreement(), Agreement(years.ORDER), Agreement(threshold=180), Agreement(threshold=300, place="last"),
    Agreement(after_expiry="lapse"), Agreement(choice="recognition"),
    Agreement(years.ORDER, choice="recognition", threshold=241),
    Agreement(("chengdu", "zigong", "nanchong"), place="last", choice="recognition"), Agreement(("zigong",)),
]  # fmt: skip
WORDS = ("local_rule", "not_covered", "reached_elsewhere", "pooled_years", "back_payment", "lapsed")


def policy(terms: Agreement) -> Mutual2024:
    return Mutual2024(**{**vars(terms), "pools": list(terms.pools), "expires": terms.expires.isoformat()})


def of_engine(found: Recognition, reasons: tuple[str, ...]) -> list[Found]:
    """What the engine says, in the words of the independent model."""
    rows = zip(*(column.tolist() for column in vars(found).values()), strict=True)
    return [
        Found(
            POOLS[place], counted, deemed, short, required, frozenset(p for i, p in enumerate(POOLS) if pools >> i & 1),
            reasons[why],
        )
        for place, counted, deemed, required, short, pools, why in rows
    ]  # fmt: skip


def agree(crowd: list[Person], terms: Agreement) -> None:
    """Recognitions, prices, months left behind and their money."""
    careers, asked = careers_of(crowd), policy(terms)
    old, new = LocalRule().recognise(careers, rules()), asked.recognise(careers, rules())
    mine = [years.local_rule(one, one.pool) for one in crowd]
    theirs = [years.mutual(one, terms) for one in crowd]
    assert of_engine(old, ("reached", "too_few", "too_few_local")) == mine
    assert of_engine(new, WORDS) == theirs
    for found, expected in ((old, mine), (new, theirs)):
        assert price(found, careers, rules()).tolist() == [
            years.price(p, f) for p, f in zip(crowd, expected, strict=True)
        ]
    money_agrees(crowd, theirs, *assessor().assess(persons_of(crowd), careers, old, new))


def money_agrees(crowd: list[Person], expected: list[Found], found: Any, left: Any) -> None:
    behind = [
        (row, POOLS.index(pool), months)
        for row, (one, f) in enumerate(zip(crowd, expected, strict=True))
        for pool, months in years.left_behind(one, f).items()
    ]
    order = sorted(range(len(left.person)), key=lambda i: (left.person[i], left.pool[i]))
    assert [(left.person[i], left.pool[i], left.months[i]) for i in order] == [(r, p, len(m)) for r, p, m in behind]
    cases = cases_of(left, found, found.cost[left.person])
    half, share = Retrospective(claims_ratio="50").pooled(cases), Prospective().pooled(cases)
    for i, (row, pool, months) in zip(order, behind, strict=True):
        one, paid = crowd[row], years.contributed(crowd[row], POOLS[pool], months)
        pooled = paid * years.pooled_part(POOLS[pool], one.applied)
        slack = len(months)  # the engine rounds monthly bases down to the fen
        assert 0 <= pooled - left.contributed[i] + 12 <= slack + 24
        assert abs(half[i] - pooled / 2) <= slack / 2 + 13
        assert abs(years.account(one, POOLS[pool], months) - left.account[i]) <= slack + 13
        distinct = len(years.union(one, expected[row].pools))
        assert share[i] == years.half_up(Fraction(int(found.cost[row]) * len(months), distinct))
    for row, (one, f) in enumerate(zip(crowd, expected, strict=True)):
        kept = years.contributed(one, f.place, one.held.get(f.place, ())) * years.pooled_part(f.place, one.applied)
        assert abs(kept - found.own[row]) <= len(one.held.get(f.place, ())) + 13
        overlap = [m for m in years.union(one, one.held) if sum(m in held for held in one.held.values()) > 1]
        assert found.overlapping[row] == len(overlap)


# careers -----------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(crowds(NAMES), st.sampled_from(TERMS))
def test_drawn_careers_agree(crowd: list[Person], terms: Agreement) -> None:
    agree(crowd, terms)


@cache
def lived() -> list[Person]:
    """Some hundred of the people that a run draws."""
    employees = np.array([8_000_000, 9_000_000, *[300_000] * 20])
    months = dates.month_of("2024-03"), dates.month_of("2024-12")
    everybody = workers(career_priors(), rules(), employees, 5, months, 10_000)
    some = everybody.take(np.arange(0, len(everybody), len(everybody) // 240))
    some = some.take(np.flatnonzero((some.pool < 2) & (some.retires <= dates.month_of("2024-06"))))
    lives = Lives(some, career_priors(), 5)
    careers = lives.careers(np.full(len(some), dates.day("2024-06-03")))
    ratios = lives.knots("career.base_ratio")
    return [person_of(careers, row, int(some.born[row]), int(ratios[row])) for row in range(len(some))]


def person_of(careers: Any, row: int, born: int, ratio: int) -> Person:
    """A row of columns as months and numbers."""
    bits = careers.held[row].tolist()
    spells = [(pool, FIRST + m, 1) for m, held in enumerate(bits) for i, pool in enumerate(POOLS) if held >> i & 1]
    deemed = tuple((POOLS[pool], int(n)) for pool, n in enumerate(careers.deemed[row]) if n)
    return Person(
        POOLS[careers.pool[row]], tuple(spells), RETIREES[careers.retiree[row]], INSURED_AS[careers.insured_as[row]],
        dt.date(2024, 6, 3), deemed, ratio, JANUARY_2023 + born,
    )  # fmt: skip


@pytest.mark.parametrize("terms", TERMS[:3], ids=["agreement", "four pools", "15 years"])
def test_careers_of_a_run_agree(terms: Agreement) -> None:
    crowd = [one for one in lived() if set(one.held) <= set(years.ORDER)]
    assert len(crowd) > 100
    agree(crowd, terms)


def test_careers_of_a_run_meet_every_article() -> None:
    found = {years.mutual(one, Agreement()).why for one in lived() if set(one.held) <= set(years.ORDER)}
    assert found >= {"local_rule", "reached_elsewhere", "pooled_years", "back_payment"}


def test_careers_of_a_run_are_careers() -> None:
    """Months on both sides, none before insurance began nor from the month of retirement on."""
    for one in lived():
        anywhere = years.union(one, one.held)
        assert len(one.held) == 2 and one.pool in one.held
        assert min(anywhere) >= 12 * 2001 and max(anywhere) < years.retirement(one.born, one.retiree)


def test_a_wrong_oracle_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [one for one in lived() if set(one.held) <= set(years.ORDER)]
    right = years.rule

    def wrong(leaf: str, pool: str, day: dt.date, label: str = "") -> Fraction:
        return right(leaf, pool, day, label) + (leaf == "years.local")

    monkeypatch.setattr(years, "rule", wrong)
    with pytest.raises(AssertionError):
        agree(crowd, Agreement())


# ages --------------------------------------------------------------------------------------------------

#: 关于实施渐进式延迟法定退休年龄的决定, tables 1 to 3: born, original age in years, month of retirement.
OFFICIAL = [
    ("man", "1964-12", "2024-12"), ("man", "1965-01", "2025-02"), ("man", "1965-04", "2025-05"),
    ("man", "1965-05", "2025-07"), ("man", "1976-08", "2039-07"), ("man", "1976-09", "2039-09"),
    ("man", "1980-01", "2043-01"),
    ("woman_at_55", "1969-12", "2024-12"), ("woman_at_55", "1970-01", "2025-02"), ("woman_at_55", "1981-09", "2039-09"),
    ("woman_at_55", "1990-01", "2048-01"),
    ("woman_at_50", "1974-12", "2024-12"), ("woman_at_50", "1975-01", "2025-02"), ("woman_at_50", "1975-02", "2025-03"),
    ("woman_at_50", "1975-03", "2025-05"), ("woman_at_50", "1984-10", "2039-09"), ("woman_at_50", "1984-11", "2039-11"),
    ("woman_at_50", "1990-06", "2045-06"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "born", "expected"), OFFICIAL)
def test_the_official_table_of_retirement(kind: str, born: str, expected: str) -> None:
    month = 12 * int(born[:4]) + int(born[5:]) - 1
    assert dates.month_iso(years.retirement(month, kind) - JANUARY_2023) == expected
    found = statutory(np.array([dates.month_of(born)]), np.array([RETIREES.index(kind)]), rules())
    assert dates.month_iso(int(found[0])) == expected


def test_every_month_of_birth_agrees() -> None:
    born = np.arange(dates.month_of("1935-01"), dates.month_of("2005-01"))
    for kind, name in enumerate(RETIREES):
        found = statutory(born, np.full(len(born), kind), rules())
        assert found.tolist() == [years.retirement(int(b) + JANUARY_2023, name) - JANUARY_2023 for b in born]
        assert (np.diff(found) >= 0).all()


def test_life_expectancy_of_the_table() -> None:
    """中国人身保险业经验生命表（2010—2013）: 83.1 years for men and 88.1 for women of the annuity business."""
    table = LifeTable(priors(money__mortality=100), 300)
    for sex, expected in (("man", 83.1), ("woman", 88.1)):
        assert round(float(years.expectation(sex, 100)), 1) == expected
        assert round(table.survival[sex][1:].sum() / table.survival[sex][0] + 0.5, 1) == expected


@pytest.mark.parametrize("mortality", [100, 130])
@pytest.mark.parametrize("discount", [0, 300])
def test_what_a_retiree_will_cost(mortality: int, discount: int) -> None:
    """Within four fen a year of the sum in fractions, each year rounded down; discounted from 50 on, within a yuan."""
    table, ages = (
        LifeTable(priors(money__mortality=mortality), discount),
        np.array([45, 50, 54, 55, 60, 63, 74, 75, 90, 104, 105]),
    )
    for kind, name in enumerate(RETIREES):
        found = table.present_value(np.full(len(ages), 550_000), ages, np.full(len(ages), kind))
        for age, fen in zip(ages.tolist(), found.tolist(), strict=True):
            sex = "man" if name == "man" else "woman"
            expected = years.worth(Fraction(550_000), age, sex, Fraction(discount, 10_000), mortality)
            assert -1 < expected - fen <= 4 * (106 - age), (name, age)
            assert expected - fen <= 100 or discount == 0 or age < 50


# funds -------------------------------------------------------------------------------------------------

owed = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]),
    st.integers(1, 400_000), min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(owed, min_size=1, max_size=8), st.sampled_from([None, 0, 100, 200_000]), st.booleans())
def test_netting_under_the_band_agrees(evenings: list[Any], band: int | None, excess: bool) -> None:
    asked = ReciprocalBand(
        of=Retrospective(claims_ratio=0), band=None if band is None else f"{band / 100:.2f}",
        pays="excess" if excess else "all",
    )  # fmt: skip
    transfers = Transfers(Ledger(), rules(), Slots({"transfer": timeline(asked)}))
    for day, claims in enumerate(evenings):
        out, into = (np.array([POOLS.index(pair[side]) for pair in claims]) for side in (0, 1))
        ones, fen = np.ones(len(claims), np.int64), np.array(list(claims.values()))
        transfers.claim(day, 0, Cases(out, into, ones, ones, fen, 0 * ones, 0 * ones))
    paid, still = years.netted(evenings, band, excess)
    found = [(m.day, POOLS[m.payer], POOLS[m.payee], m.amount) for m in transfers.moved]
    assert sorted(found) == sorted(paid)
    assert {(POOLS[p], POOLS[q]): int(transfers.open[p, q]) for p, q in np.argwhere(transfers.open)} == still


def test_the_oracle_shares_no_code_with_the_engine() -> None:
    tree = ast.parse(Path(years.__file__).read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(str(module).startswith("settlement_sim") for module in modules)
