"""Who retires with months on both sides, and does a career lie where its traits put it?"""

from __future__ import annotations

import numpy as np
import pytest
from career_cases import priors, rules

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, Workers, between, career_priors, percent, statutory, workers
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits
from settlement_sim.policies.careers import FIRST_MONTH
from settlement_sim.vocabulary import POOLS, RETIREES

EMPLOYEES = np.array([8_000_000, 9_000_000, *[300_000] * 20])
WINDOW = dates.month_of("2024-03"), dates.month_of("2024-12")
MAN = RETIREES.index("man")


def bits(share: float) -> Bits:
    return np.array([int(share * 2**64)], np.uint64)


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (0.009, 0), (0.0101, 1), (0.5, 50), (0.9999, 99)])
def test_percent_of_bits(share: float, expected: int) -> None:
    assert percent(bits(share)).tolist() == [expected]


@pytest.mark.parametrize(("share", "expected"), [(0, 10), (0.25, 15), (0.5, 20), (0.75, 60), (0.99999, 99)])
def test_between_knots(share: float, expected: int) -> None:
    """Knots 10, 20, 100: half the people between the first two."""
    assert between(np.array([10, 20, 100]), bits(share)).tolist() == [expected]


# who ---------------------------------------------------------------------------------------------------


def people(
    months: tuple[int, int] = WINDOW, scale_bp: int = 10_000, world_seed: int = 1, of: Priors | None = None
) -> Workers:
    return workers(of or career_priors(), rules(), EMPLOYEES, world_seed, months, scale_bp)


def test_how_many_retire() -> None:
    """8 million × 20 ‰ × 40 ‰ are 6,400 a year: half of them men, over 5 years and 10 months."""
    found = people()
    men = (found.pool == 0) & (found.retiree == MAN)
    assert abs(men.sum() - 6_400 / 2 * 70 / 12) <= 6_400 / 24
    assert abs((found.pool == 1).sum() / (found.pool == 0).sum() - 9 / 8) < 0.01
    assert (found.pool == 2).sum() > 0, "small pools are not rounded away"


def test_who_retires_from_the_backlog_to_the_last_month() -> None:
    found = people()
    assert found.retires.min() == WINDOW[0] - 60 and found.retires.max() == WINDOW[1]
    assert (found.retires == statutory(found.born, found.retiree, rules())).all()
    assert len(np.unique(found.id)) == len(found)


def test_another_window_changes_nobody() -> None:
    one, longer = people(), people((WINDOW[0], WINDOW[1] + 24))
    kept = np.isin(longer.id, one.id)
    assert kept.sum() == len(one) < len(longer)
    for name, column in vars(one).items():
        assert (getattr(longer, name)[kept][np.argsort(longer.id[kept])] == column[np.argsort(one.id)]).all(), name


def test_a_smaller_world_has_a_share_of_the_people() -> None:
    assert abs(len(people(scale_bp=1_000)) / len(people()) - 0.1) < 0.002
    assert len(people(scale_bp=0)) == 0


def test_the_other_side_of_the_border() -> None:
    found = people(of=priors(cohort__chengdu_share=30))
    assert (found.other[found.pool > 0] == 0).all()
    others = found.other[found.pool == 0]
    assert others.min() == 1 and set(np.unique(others)) == set(range(1, len(POOLS)))
    # 37,000 people: 1.5 points are more than six standard errors.
    assert abs((others == 1).mean() - 0.30) < 0.015


# careers -----------------------------------------------------------------------------------------------

#: A man of Chongqing, born in January 1964, with months in Chengdu.
ONE = Workers(*(np.array([value]) for value in (7, 0, 1, MAN, dates.month_of("1964-01"), dates.month_of("2024-01"))))
#: Work from 20 years on; half of the months paid, a quarter of them in Chengdu; 40 percent of the rest between them.
FIXED = {
    "career__from_age": [240, 240], "career__insured_share": [50, 50], "career__elsewhere_share": [25, 25],
    "career__overlap": [6, 6], "career__gap": 40, "career__elsewhere_first": 100, "career__overlap_share": 0,
    "career__deemed_share": 100, "career__deemed_here": 100,
}  # fmt: skip


def held(**more: int) -> dict[int, list[tuple[str, str]]]:
    """First and last month of each spell by pool."""
    careers = Lives(ONE, priors(**{**FIXED, **more}), 1).careers(np.array([dates.day("2024-06-03")]))  # type: ignore[arg-type]
    found = {}
    for pool in (0, 1):
        paid = np.flatnonzero(careers.held[0] >> np.uint32(pool) & 1)
        spells = np.split(paid, np.flatnonzero(np.diff(paid) > 1) + 1)
        found[pool] = [tuple(dates.month_iso(FIRST_MONTH + int(s[i])) for i in (0, -1)) for s in spells]
    return found  # type: ignore[return-value]


def test_months_elsewhere_first() -> None:
    """276 months from 2001 on, 138 paid, 34 of them away, 104 here to the end, a gap of 55 before them."""
    assert held() == {0: [("2015-05", "2023-12")], 1: [("2007-12", "2010-09")]}


def test_months_elsewhere_in_the_middle() -> None:
    """52 here, 34 away, a gap, 52 here."""
    assert held(career__elsewhere_first=0) == {
        0: [("2007-12", "2012-03"), ("2019-09", "2023-12")], 1: [("2012-04", "2015-01")],
    }  # fmt: skip


def test_months_on_both_sides_at_once() -> None:
    """The last six of 34 months away are the first six of 104 here."""
    assert held(career__overlap_share=100) == {0: [("2015-05", "2023-12")], 1: [("2013-01", "2015-10")]}


@pytest.mark.parametrize(("here", "expected"), [(100, [204, 0]), (0, [0, 204])])
def test_deemed_months(here: int, expected: list[int]) -> None:
    """At work from January 1984, insured from January 2001: 204 months."""
    one = Lives(ONE, priors(**{**FIXED, "career__deemed_here": here}), 1).careers(np.array([520]))  # type: ignore[arg-type]
    assert one.deemed[0, :2].tolist() == expected and one.deemed.sum() == 204
    none = Lives(ONE, priors(**{**FIXED, "career__deemed_share": 0}), 1).careers(np.array([520]))  # type: ignore[arg-type]
    assert none.deemed.sum() == 0


def test_traits_belong_to_persons_not_to_rows() -> None:
    some = people(scale_bp=100)
    days = np.full(len(some), dates.day("2024-06-03"))
    whole = Lives(some, career_priors(), 1).careers(days)
    part = Lives(some.take(np.arange(50, 90)), career_priors(), 1).careers(days[50:90])
    width = part.held.shape[1]
    assert (whole.held[50:90, :width] == part.held).all() and not whole.held[50:90, width:].any()
    assert (whole.deemed[50:90] == part.deemed).all() and (whole.insured_as[50:90] == part.insured_as).all()
