"""What does the rule of each place say of careers that fit on a line? Worked by hand from the texts of the rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from career_cases import Person, careers_of, person, rules

from settlement_sim.policies.careers import back_payment
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules

CQ, CD, ZG = "chongqing", "chengdu", "zigong"
BY_SEX = Path(__file__).parents[2] / "scenarios/rules/chengdu_years_by_sex.yaml"
#: (short, required, counted, deemed, reason)
Said = tuple[int, int, int, int, str]


def said(one: Person, under: CareerRules | None = None) -> Said:
    found = LocalRule().recognise(careers_of([one]), under or rules())
    numbers = (int(column[0]) for column in (found.short, found.required, found.counted, found.deemed))
    return (*numbers, LocalRule.reasons[int(found.reason[0])])  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # Chongqing: 360 months for men, 300 for women, 120 of them local; others deemed.
        (person((CQ, "2001-01", 280)), (80, 360, 280, 0, "too_few")),
        (person((CQ, "2001-01", 280), deemed=((CQ, 79),)), (1, 360, 280, 79, "too_few")),
        (person((CQ, "2001-01", 280), deemed=((CQ, 80),)), (0, 360, 280, 80, "reached")),
        (person((CQ, "2001-01", 280), deemed=((CD, 80),)), (80, 360, 280, 0, "too_few")),
        (person((CQ, "2001-01", 280), retiree="woman_at_50"), (20, 300, 280, 0, "too_few")),
        (person((CQ, "2001-01", 280), retiree="woman_at_55"), (20, 300, 280, 0, "too_few")),
        (person((CQ, "2001-01", 120), (CD, "2011-01", 150), deemed=((CQ, 90),)), (0, 360, 120, 240, "reached")),
        (person((CQ, "2001-01", 119), (CD, "2011-01", 150), deemed=((CQ, 91),)), (1, 120, 119, 241, "too_few_local")),
        (person((CQ, "2001-01", 119), (CD, "2011-01", 120), deemed=((CQ, 120),)), (1, 360, 119, 240, "too_few")),
        # Months paid in both places at once are local ones, and others once.
        (person((CQ, "2001-01", 120), (CD, "2005-01", 120), (ZG, "2006-01", 120)), (180, 360, 120, 60, "too_few")),
        (person(), (360, 360, 0, 0, "too_few")),
    ],
)
def test_chongqing(one: Person, expected: Said) -> None:
    assert said(one) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # Insured before 2009, anywhere: 180 in total. Neither deemed months nor others count.
        (person((CD, "2008-12", 180), pool=CD), (0, 180, 180, 0, "reached")),
        (person((CD, "2008-12", 179), pool=CD), (1, 180, 179, 0, "too_few")),
        (person((CD, "2008-12", 100), (CQ, "2001-01", 90), pool=CD, deemed=((CD, 100),)), (80, 180, 100, 0, "too_few")),
        (person((CQ, "2008-12", 1), (CD, "2009-01", 180), pool=CD), (0, 180, 180, 0, "reached")),
        # From 2009 on: 240 in total, or 180 without a gap up to the last month paid.
        (person((CD, "2009-01", 180), pool=CD), (0, 180, 180, 0, "reached")),
        (person((CD, "2009-01", 179), pool=CD), (1, 180, 179, 0, "too_few")),
        (person((CD, "2009-01", 59), (CD, "2014-01", 100), pool=CD), (80, 180, 159, 0, "too_few")),
        (person((CD, "2009-01", 60), (CD, "2014-02", 100), pool=CD), (80, 240, 160, 0, "too_few")),  # both lack 80
        (person((CD, "2009-01", 100), (CD, "2017-06", 60), pool=CD), (80, 240, 160, 0, "too_few")),
        (person((CD, "2009-01", 170), (CQ, "2023-03", 1), pool=CD), (70, 240, 170, 0, "too_few")),
        (person((CD, "2009-01", 170), (CQ, "2023-02", 1), pool=CD), (10, 180, 170, 0, "too_few")),
        # Other prefectures as Chengdu.
        (person((ZG, "2008-12", 179), pool=ZG), (1, 180, 179, 0, "too_few")),
    ],
)
def test_chengdu(one: Person, expected: Said) -> None:
    assert said(one) == expected


@pytest.mark.parametrize(("retiree", "short"), [("man", 120), ("woman_at_50", 60), ("woman_at_55", 60)])
def test_the_other_version_of_chengdu(retiree: str, short: int) -> None:
    under = CareerRules(RuleBook.load([BY_SEX]))
    for since in ("2001-01", "2009-01"):
        assert said(person((CD, since, 180), pool=CD, retiree=retiree), under)[0] == short


@pytest.mark.parametrize(
    ("one", "fen"),
    [
        # Chongqing 73,272 a year: 305.30 a month at 5 percent, 671.66 at 11; employers 90,000: 825.00.
        (person((CQ, "2001-01", 262), retiree="woman_at_50", insured_as="tier_1"), 1_160_140),
        (person((CQ, "2001-01", 262), retiree="woman_at_50", insured_as="tier_2"), 2_552_308),
        (person((CQ, "2001-01", 262), retiree="woman_at_50"), 3_135_000),
        # Chengdu 84,000 × 8.5 percent: 595.00.
        (person((CD, "2008-12", 142), pool=CD), 2_261_000),
        (person((CD, "2008-12", 180), pool=CD), 0),
    ],
)
def test_the_price_of_missing_months(one: Person, fen: int) -> None:
    careers = careers_of([one])
    assert price(LocalRule().recognise(careers, rules()), careers, rules()).tolist() == [fen]


def test_half_a_fen_is_rounded_up() -> None:
    """One month at a base of 60.00 and 0.01 percent is half a fen."""
    assert [back_payment(1, base, 1) for base in (5_999, 60_000, 60_001, 179_999, 180_000)] == [0, 1, 1, 1, 2]


def test_nobody_is_covered_by_the_local_rule() -> None:
    assert not LocalRule().covers(careers_of([person((CQ, "2001-01", 100), (CD, "2010-01", 100))])).any()


def test_a_career_in_columns() -> None:
    """What policies read: months by pool, in all, the first day, the last run."""
    careers = careers_of([person((CQ, "1999-01", 12), (CD, "1999-07", 12)), person()])
    assert careers.actual[0, :3].tolist() == [12, 12, 0] and careers.actual[1].sum() == 0
    assert careers.all_months.tolist() == [18, 0] and careers.distinct(1).tolist() == [12, 0]
    assert careers.present == [0, 1]
    assert careers.run(np.array([1, 1])).tolist() == [12, 0] and careers.run(np.array([0, 0])).tolist() == [0, 0]
    assert careers.first_day.tolist() == [-8766, int(careers.applied[1])]  # 24 years of 365.25 days before 2023
