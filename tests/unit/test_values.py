"""Means and intervals of numbers by seed, worked by hand."""

from __future__ import annotations

import math

import pytest

from settlement_sim.report.page.values import Values, half_width_apart


def test_separate_seeds_are_two_samples() -> None:
    """Variances of (1, 3, 5) and (2, 2, 8): 4 and 12. Error: √(16 / 3) = 2.3094; of 4 degrees of freedom 2.776."""
    mine, theirs = Values((1.0, 3.0, 5.0), "a"), Values((2.0, 2.0, 8.0), "b")
    assert half_width_apart(mine, theirs) == pytest.approx(2.776 * math.sqrt(16 / 3))


def test_paired_seeds_are_one() -> None:
    """Differences −1, 1, −3: mean −1, standard deviation 2; of 2 degrees of freedom 4.303."""
    change = Values((1.0, 3.0, 5.0), "a") - Values((2.0, 2.0, 8.0), "b")
    assert (change.mean, change.half_width) == pytest.approx((-1, 4.303 * 2 / math.sqrt(3)))


def test_one_seed_has_no_interval() -> None:
    assert math.isnan(half_width_apart(Values((1.0,), "a"), Values((2.0,), "b")))
