"""Which article of the agreement decides, where does a person retire, and what is missing? Worked by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from career_cases import Person, careers_of, person, rules
from pydantic import ValidationError

from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.vocabulary import POOLS

CQ, CD, ZG = "chongqing", "chengdu", "zigong"
#: (place, reason, short, counted)
Said = tuple[str, str, int, int]


def said(one: Person, **terms: Any) -> Said:
    found = Mutual2024(**terms).recognise(careers_of([one]), rules())
    why = Mutual2024.reasons[int(found.reason[0])]
    return POOLS[found.place[0]], why, int(found.short[0]), int(found.counted[0])


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # 20 years together suffice; 239 months are one short, at the price of the longest place.
        (person((CQ, "2001-01", 140), (CD, "2013-01", 100)), (CQ, "pooled_years", 0, 240)),
        (person((CQ, "2001-01", 140), (CD, "2013-01", 99)), (CQ, "back_payment", 1, 239)),
        # Deemed months do not count under the agreement.
        (person((CQ, "2001-01", 140), (CD, "2013-01", 80), deemed=((CQ, 30),)), (CQ, "back_payment", 20, 220)),
        # Months paid in both places at once count once: 140 + 120 − 20.
        (person((CQ, "2001-01", 140), (CD, "2011-01", 120)), (CQ, "pooled_years", 0, 240)),
        (person((CQ, "2001-01", 140), (CD, "2010-12", 120)), (CQ, "back_payment", 1, 239)),
        # Most months decide where; a tie goes to where the person applies.
        (person((CQ, "2001-01", 120), (CD, "2012-01", 121), insured_as="tier_2"), (CD, "pooled_years", 0, 241)),
        (person((CQ, "2001-01", 110), (CD, "2012-01", 110)), (CQ, "back_payment", 20, 220)),
        (person((CQ, "2001-01", 110), (CD, "2012-01", 110), pool=CD), (CD, "back_payment", 20, 220)),
        # A rule reached here: stay, though most months were paid in the other place; reached there: retire there.
        (person((CQ, "2009-01", 185), (CD, "2001-01", 180), pool=CD), (CD, "local_rule", 0, 180)),
        (person((CQ, "2016-01", 100), (CD, "2001-01", 180)), (CD, "reached_elsewhere", 0, 280)),
        (person((CD, "2009-01", 60), (CQ, "2001-01", 100), (CQ, "2016-01", 100), pool=CD, deemed=((CQ, 104),)),
         (CQ, "reached_elsewhere", 0, 256)),
        (person((CD, "2009-01", 60), (CQ, "2001-01", 100), (CQ, "2016-01", 100), pool=CD, deemed=((CQ, 103),)),
         (CQ, "pooled_years", 0, 256)),
        # Who has months in one place only, or applies outside, is not covered.
        (person((CQ, "2001-01", 140)), (CQ, "not_covered", 220, 140)),
        (person((CQ, "2001-01", 140), (ZG, "2013-01", 100)), (CQ, "not_covered", 120, 140)),
        (person((CQ, "2001-01", 140), (ZG, "2013-01", 100), pool=ZG), (ZG, "not_covered", 80, 100)),
        # The local rule lacks 10 months at the same price, the agreement 140.
        (person((CQ, "2001-01", 125), (CD, "2011-06", 5), deemed=((CQ, 220),)), (CQ, "local_rule", 10, 125)),
        # Both lack 110 months at one price: nothing is gained, the local rule stays.
        (person((CQ, "2001-01", 125), (CD, "2011-06", 5), deemed=((CQ, 120),)), (CQ, "local_rule", 110, 125)),
    ],
)  # fmt: skip
def test_each_article(one: Person, expected: Said) -> None:
    assert said(one) == expected


def test_what_stands_beside_the_months_counted() -> None:
    """200 months of Chongqing, 40 of Chengdu alone, 120 deemed: the 40 are among the 240 counted."""
    one = person((CD, "2009-01", 60), (CQ, "2001-01", 100), (CQ, "2012-09", 100), pool=CD, deemed=((CQ, 120),))
    found = Mutual2024().recognise(careers_of([one]), rules())
    assert (int(found.counted[0]), int(found.deemed[0]), int(found.required[0])) == (240, 120, 360)


def test_among_places_reached_the_one_with_most_months() -> None:
    """180 months of Chengdu and 181 of Zigong suffice each: the agreement of all pools chooses Zigong."""
    one = person((CQ, "2001-01", 10), (CD, "2002-01", 180), (ZG, "2005-01", 181))
    assert said(one) == (CD, "reached_elsewhere", 0, 190)
    assert said(one, pools="all")[:3] == (ZG, "reached_elsewhere", 0)


def test_nobody_retires_where_they_never_paid(tmp_path: Path) -> None:
    """Were no local months asked for, 360 deemed ones would reach Chongqing's rule: but not without a month there.

    Whether others in the same batch have paid there is nothing to anybody.
    """
    (tmp_path / "none.yaml").write_text(
        "format: 1\npools: [chongqing]\nscheme: employee\ngrade: assumption\nfrom: 1999-01-01\nleaves:\n"
        "  years.local:\n    unit: count\n    cells: {value: 0, note: a test, low: 0, high: 120}\n", "utf-8",
    )  # fmt: skip
    under = CareerRules(RuleBook.load([tmp_path / "none.yaml"]))
    one = person((CD, "2009-01", 50), (ZG, "2014-01", 60), pool=CD, deemed=((CQ, 360),))
    other = person((CQ, "2009-01", 1), (CD, "2014-01", 60), pool=CD, deemed=((CQ, 360),))
    for crowd in ([one], [one, other]):
        found = Mutual2024(pools="all").recognise(careers_of(crowd), under)
        assert [POOLS[place] for place in found.place] == [ZG, CQ][: len(crowd)]
        assert found.short.tolist() == [130, 0][: len(crowd)]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"threshold": 180}, (CD, "pooled_years", 0, 180)),
        ({"threshold": 181}, (CD, "back_payment", 1, 180)),
        ({"place": "last"}, (CQ, "back_payment", 60, 180)),
        ({"pools": [CQ]}, (CQ, "not_covered", 160, 80)),
        ({"pools": [CD, ZG]}, (CQ, "not_covered", 160, 80)),
        ({"pools": "all", "threshold": 190}, (CD, "pooled_years", 0, 200)),
        ({"pools": [CQ, CD, CD]}, (CD, "back_payment", 60, 180)),
    ],
)
def test_terms(terms: dict[str, Any], expected: Said) -> None:
    """80 months of Chongqing, 100 of Chengdu, 20 of Zigong: by Chongqing's rule 160 of 360 are missing."""
    one = person((CQ, "2001-01", 80), (CD, "2010-01", 100), (ZG, "2020-01", 20))
    assert said(one, **terms) == expected


@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        ("2028-03-01", "lapse", "pooled_years"),
        ("2028-03-02", "lapse", "lapsed"),
        ("2028-03-02", "continue", "pooled_years"),
    ],
)
def test_the_last_day_in_force(day: str, after: str, expected: str) -> None:
    one = person((CQ, "2001-01", 140), (CD, "2013-01", 100), applied=dt.date.fromisoformat(day))
    assert said(one, after_expiry=after)[1] == expected
    assert Mutual2024(after_expiry=after).covers(careers_of([one])).tolist() == [expected != "lapsed"]


def test_a_choice_of_recognition_may_cost_more_and_of_the_cheaper_never() -> None:
    """Chongqing: 10 months short by deeming, 110 by the agreement."""
    one = person((CQ, "2001-01", 125), (CD, "2011-06", 5), deemed=((CQ, 220),))
    assert said(one, choice="recognition") == (CQ, "back_payment", 110, 130)
    assert said(one)[1:3] == ("local_rule", 10)


def test_the_published_person() -> None:
    """A woman of 50, 38 months, more than 30,000 yuan: at the wage base of employers, not at the lump-sum base."""
    for insured_as, saved in (("employer", 3_135_000), ("tier_2", 2_552_308), ("tier_1", 1_160_140)):
        one = person((CQ, "2001-01", 150), (CD, "2014-01", 112), retiree="woman_at_50", insured_as=insured_as)
        careers = careers_of([one])
        before, after = (p.recognise(careers, rules()) for p in (LocalRule(), Mutual2024()))
        assert int(before.short[0] - after.short[0]) == 38
        assert int((price(before, careers, rules()) - price(after, careers, rules()))[0]) == saved


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"pools": []}, "at least 1"), ({"pools": ["chengd"]}, "chengdu"), ({"threshold": 601}, "600"),
        ({"threshold": -1}, "0"), ({"expires": "2028-02-30"}, "no such day"), ({"place": "first"}, "longest"),
    ],
)  # fmt: skip
def test_terms_that_are_none(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Mutual2024(**terms)
