"""Do the committed tables have mean one, the declared spread and cuts, and is a line between two knots?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from settlement_sim.demand import quantiles
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.quantiles import SHAPES, TRAVEL, Shapes, load_decay, load_shapes, scaled

KNOTS = 4_097
ONE = 1 << 20


@pytest.fixture(scope="module")
def knots() -> npt.NDArray[np.int64]:
    return load_shapes().knots.reshape(len(SHAPES), KNOTS)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_mean_of_a_shape_is_one(knots: npt.NDArray[np.int64], shape: str) -> None:
    row = knots[SHAPES.index(shape)]
    mean = (row[:-1] + row[1:]).sum() / 2 / (KNOTS - 1) / ONE  # lines between knots
    assert abs(mean - 1) < 1e-5, f"{shape} has mean {mean}"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_never_falls(knots: npt.NDArray[np.int64], shape: str) -> None:
    assert (np.diff(knots[SHAPES.index(shape)]) >= 0).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_spread_is_the_declared_one_but_for_the_cut(
    knots: npt.NDArray[np.int64], priors: Priors, shape: str
) -> None:
    a, b = knots[SHAPES.index(shape), :-1] / ONE, knots[SHAPES.index(shape), 1:] / ONE
    variance = ((a * a + a * b + b * b) / 3).mean() - ((a + b) / 2).mean() ** 2
    declared = priors[f"shapes.{shape}.cv"] / 100
    # A cut takes from the tail: never more than declared, and with cuts this far out little less.
    assert 0.98 * declared < math.sqrt(variance) < 1.002 * declared, f"{shape}: CV {math.sqrt(variance):.3f}"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_cuts_are_the_declared_ones(knots: npt.NDArray[np.int64], priors: Priors, shape: str) -> None:
    row = knots[SHAPES.index(shape)]
    lower, upper = (priors[f"shapes.{shape}.{part}"] / 100 * ONE for part in ("lower", "upper"))
    assert abs(row[0] - lower) <= 0.5 and abs(row[-1] - upper) <= 0.5, "the ends are the cuts"
    assert row.min() >= lower - 0.5 and row.max() <= upper + 0.5, "something lies beyond a cut"


def test_no_stay_is_shorter_than_a_day(knots: npt.NDArray[np.int64], priors: Priors) -> None:
    shortest = int(knots[SHAPES.index("stay"), 0])
    hours = [int(h) for h in priors.row("stay.level") if h]
    assert min(h * 3600 * shortest for h in hours) >= 86_400 * ONE


def draw(knot: int, fraction: int, low: int = 0) -> npt.NDArray[np.uint64]:
    """The draw with these 12 upper bits, these 16 next bits and these 36 low bits."""
    return np.array([(knot << 52) | (fraction << 36) | low], np.uint64)


def test_between_two_knots_is_a_line() -> None:
    table = np.arange(2 * KNOTS) * 10  # two shapes, one after the other
    table[4] = 47  # the line from knot 3 (30) to knot 4 (47)
    shapes = Shapes(table)
    assert shapes.multiple(0, draw(3, 0)).tolist() == [30]
    assert shapes.multiple(0, draw(3, 1 << 15)).tolist() == [38]  # 30 + 17 / 2, down
    assert shapes.multiple(0, draw(3, 0xFFFF)).tolist() == [46]  # 30 + 16.9997…, down
    assert shapes.multiple(0, draw(4, 0)).tolist() == [47]
    assert shapes.multiple(0, draw(4_095, 0xFFFF)).tolist() == [40_959]  # the last piece ends at knot 4,096
    assert shapes.multiple(1, draw(0, 0)).tolist() == [40_970], "the second shape begins at its own knot 0"
    assert shapes.multiple(np.array([0, 1]), np.repeat(draw(3, 0), 2)).tolist() == [30, 41_000]


def test_the_low_bits_of_a_draw_do_not_matter() -> None:
    shapes = load_shapes()
    assert shapes.multiple(2, draw(77, 5)) == shapes.multiple(2, draw(77, 5, low=(1 << 36) - 1))


def test_a_higher_draw_never_gives_less() -> None:
    draws = np.sort(np.arange(1 << 16, dtype=np.uint64) * np.uint64(0x0001_0001_0001_0001))
    for shape in range(len(SHAPES)):
        assert (np.diff(load_shapes().multiple(shape, draws)) >= 0).all(), SHAPES[shape]


@pytest.mark.parametrize(
    ("mean", "multiple", "product"),
    [
        (950_000, ONE, 950_000),
        (950_000, ONE // 2, 475_000),
        (1, ONE // 2, 1),  # half up
        (1, ONE // 2 - 1, 0),
        (3, ONE // 2, 2),
        (0, 25 * ONE, 0),
        (10**9, 25 * ONE, 25 * 10**9),
    ],
)
def test_a_mean_is_scaled_half_up(mean: int, multiple: int, product: int) -> None:
    assert scaled(np.array([mean]), np.array([multiple])).tolist() == [product]


def test_decay_begins_at_one_never_rises_and_never_ends() -> None:
    decay = load_decay()
    assert decay.shape == (len(TRAVEL), 2_001)
    assert (decay[:, 0] == 10_000).all(), "next door counts whole"
    assert (np.diff(decay) <= 0).all(), "farther is never nearer"
    assert decay.min() >= 1, "nobody is out of reach altogether"


@pytest.mark.parametrize("care", TRAVEL)
def test_decay_is_the_declared_sum_of_two_exponentials(priors: Priors, care: str) -> None:
    column = TRAVEL.index(care)
    near, far, share = (priors.row(f"destination.{n}")[column] for n in ("near_minutes", "far_minutes", "far_share"))
    for minute in (1, 30, 60, 180, 600):
        exact = (100 - share) * math.exp(-minute / near) + share * math.exp(-minute / far)
        assert abs(load_decay()[column, minute] - max(1, 100 * exact)) <= 0.501, f"{care} at {minute} minutes"


def test_a_table_with_other_columns_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"decay.csv: columns \['inpatient'.*expected \('stay',\)"):
        quantiles._columns("decay.csv", ("stay",))
