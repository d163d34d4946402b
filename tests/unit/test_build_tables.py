"""Do the routines still make the tables that are committed?"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from settlement_sim.demand import build_tables
from settlement_sim.demand.build_tables import quantile_knots, trapezoid_mean
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import PROVINCES
from settlement_sim.world import travellers
from settlement_sim.world.geography import Geography
from settlement_sim.world.travellers import largest_remainder, make_travellers


def test_the_committed_shapes_and_decay_are_made_again(tmp_path: Path) -> None:
    build_tables.main(tmp_path)
    for name in ("shapes.csv", "decay.csv"):
        made, committed = (tmp_path / name).read_bytes(), (build_tables.DATA / name).read_bytes()
        assert made == committed, f"{name} is stale: run python -m settlement_sim.demand.build_tables"


def test_the_committed_travellers_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "travellers.csv"
    travellers.main(path=path)
    stale = "travellers.csv is stale: run python -m settlement_sim.world.travellers"
    assert path.read_bytes() == travellers.PATH.read_bytes(), stale


@pytest.mark.parametrize(
    ("knots", "mean"),
    [([1.0, 1.0], 1.0), ([0.0, 1.0], 0.5), ([0.0, 1.0, 5.0], 1.75), ([2.0, 0.0, 0.0, 4.0], 1.0)],
)
def test_the_mean_of_lines_between_knots(knots: list[float], mean: float) -> None:
    assert trapezoid_mean(knots) == mean


def test_knots_of_a_wide_cut_are_those_of_the_log_normal() -> None:
    knots = quantile_knots(0.5, 0.0, 50.0)
    sigma = math.sqrt(math.log(1.25))
    # The median of a log-normal with mean one is exp(−sigma²/2); the 4,097 knots hardly move it.
    assert abs(knots[2048] / 2**20 - math.exp(-sigma * sigma / 2)) < 0.01
    assert abs(knots[1024] * knots[3072] / knots[2048] ** 2 - 1) < 1e-5, "quartiles lie evenly around the median"
    assert (knots[0], knots[-1]) == (0, 50 << 20)


def test_a_narrow_cut_keeps_the_mean() -> None:
    knots = quantile_knots(2.0, 0.5, 1.8)
    assert abs(trapezoid_mean([k / 2**20 for k in knots]) - 1) < 1e-6
    assert min(knots) == 2**19 and max(knots) == round(1.8 * 2**20)


@pytest.mark.parametrize(
    ("weights", "total", "counts"),
    [
        ([1, 1, 1], 10, [4, 3, 3]),  # 3.33 each: the first of equals gets the one left over
        ([1, 2, 3], 6, [1, 2, 3]),
        ([47, 16, 15.8, 12, 6.1, 3.1], 10, [5, 2, 1, 1, 1, 0]),  # 4.7 1.6 1.58 1.2 0.61 0.31: .7 .61 .6
        ([0, 5], 3, [0, 3]),
        ([3, 4], 0, [0, 0]),
    ],
)
def test_travellers_are_shared_out_by_largest_remainder(weights: list[float], total: int, counts: list[int]) -> None:
    assert largest_remainder(np.array(weights, np.float64), total).tolist() == counts


def test_travellers_sum_to_the_declared_totals(geography: Geography, priors: Priors) -> None:
    temporary, long_term = make_travellers(geography, priors).T
    for code, province in enumerate(PROVINCES):
        inside = geography.unit_province == code
        total, away = (priors[f"travellers.{p}{province}"] for p in ("", "long_term_resident_share."))
        assert (temporary + long_term)[inside].sum() == total
        assert long_term[inside].sum() == total * away // 100, "so many percent live on the care side"


def test_more_residents_and_nearer_care_make_more_travellers(geography: Geography, priors: Priors) -> None:
    temporary, _ = make_travellers(geography, priors).T
    per_resident = temporary / geography.residents
    unit = geography.units.index
    assert per_resident[unit("linshui")] > per_resident[unit("panzhihua")], "the border travels more"
    assert temporary[unit("chengdu")] > temporary[unit("deyang")], "so do the many"
