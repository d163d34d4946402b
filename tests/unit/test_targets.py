"""Is a backcast fitted to what its reading makes of A1-A4, worked by hand?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim.errors import InputError
from settlement_sim.observed import figures as reported
from settlement_sim.observed.growth import Factor, growth
from settlement_sim.observed.reported import Figures
from settlement_sim.observed.targets import Implied, Target, implied, targets
from settlement_sim.scenario.load import load
from settlement_sim.study.fingerprint import goal_of, targets_of


@pytest.fixture(scope="module")
def figures() -> Figures:
    return reported.load()


# Printed: 2,562,800 [2,562,750, 2,562,850) and 12.02 [12.015, 12.025) hundred million yuan from Chongqing to Sichuan;
# 3,737,100 [3,737,050, 3,737,150) and 30.31 [30.305, 30.315) the other way. Amounts in fen.
R1 = [
    # Both directions by 1.42 and 1.13; the ranges are those of growth.yaml.
    Implied(
        1_804_789,  # 2,562,800 / 1.42 = 1,804,788.73
        106_371_681_416,  # 120,200,000,000 / 1.13 = …,415.93
        "R1",
        low=Target(1_129_363, 84_612_676_056),  # 2,562,750 / 2.2692 = …,362.77; 120,150,000,000 / 1.42 = …,056.34
        high=Target(2_268_009, 120_250_000_000),  # 2,562,850 / 1.13 = …,008.85; 120,250,000,000 / 1.00
    ),
    Implied(
        2_631_761,  # 3,737,100 / 1.42 = 2,631,760.56
        268_230_088_496,  # 303,100,000,000 / 1.13 = …,495.58
        "R1",
        low=Target(2_168_543, 254_364_613_060),  # 3,737,050 / 1.7233 = …,542.91; 303,050,000,000 / 1.1914 = …,060.27
        high=Target(3_307_212, 290_012_436_621),  # 3,737,150 / 1.13 = …,212.39; 303,150,000,000 / 1.0453 = …,621.07
    ),
]
R2 = [
    # Chongqing to Sichuan by 1.42 [1.415, 1.425], Sichuan to Chongqing by 1.13 [1.125, 1.135].
    Implied(
        1_804_789,
        84_647_887_324,  # 120,200,000,000 / 1.42 = …,323.94
        "R2",
        low=Target(1_798_421, 84_315_789_474),  # 2,562,750 / 1.425 = …,421.05; 120,150,000,000 / 1.425 = …,473.68
        high=Target(1_811_201, 84_982_332_155),  # 2,562,850 / 1.415 = …,201.41; 120,250,000,000 / 1.415 = …,155.48
    ),
    Implied(
        3_307_168,  # 3,737,100 / 1.13 = 3,307,168.14
        268_230_088_496,
        "R2",
        low=Target(3_292_555, 267_004_405_286),  # 3,737,050 / 1.135 = …,555.07; 303,050,000,000 / 1.135 = …,286.34
        high=Target(3_321_911, 269_466_666_667),  # 3,737,150 / 1.125 = …,911.11; 303,150,000,000 / 1.125 = …,666.67
    ),
]


@pytest.mark.parametrize(("reading", "expected"), [("R1", R1), ("R2", R2)])
def test_what_a_reading_implies_by_hand(reading: str, expected: list[Implied], figures: Figures) -> None:
    assert implied(figures, growth(reading)) == expected


def test_both_readings_agree_with_the_published_sums_where_they_speak(figures: Figures) -> None:
    """R1 divides the sums: 6,299,900 / 1.42 = 4,436,549 and 4,233 / 1.13 = 3,746.02 million; R2 gives 5,111,957."""
    first, second = (implied(figures, growth(reading)) for reading in ("R1", "R2"))
    assert abs(sum(one.settlements for one in first) - 4_436_549) <= 1, "each direction is rounded"
    assert round(sum(one.total_fee for one in first) / 1e8, 2) == 3746.02
    assert sum(one.settlements for one in second) == 5_111_957


@pytest.mark.parametrize("reading", ["R1", "R2", "R3", "R4", "R5", "R6"])
def test_every_reading_lies_inside_its_range(reading: str, figures: Figures) -> None:
    for one in implied(figures, growth(reading)):
        assert one.reading == reading
        assert one.low.settlements < one.settlements < one.high.settlements
        assert one.low.total_fee < one.total_fee < one.high.total_fee


def test_the_fastest_growth_leaves_least() -> None:
    factor = Factor(14_000, 10_000, 20_000, "assumption", (), "R1")
    assert (factor.least_before(7), factor.before(7), factor.most_before(7)) == (4, 5, 7), "3.5 rounds up"


@pytest.mark.parametrize(
    "window", [("2023-01-01", "2023-12-31"), ("2022-01-01", "2022-09-30"), ("2024-01-01", "2024-09-30")]
)
def test_no_reading_speaks_of_other_months(window: tuple[str, str], figures: Figures) -> None:
    with pytest.raises(InputError) as caught:
        implied(figures, growth("R1"), window)
    assert str(caught.value) == (
        f"backcast: found window {' to '.join(window)}; expected 2023-01-01 to 2023-09-30, "
        "the only months of which a reading of growth speaks"
    )


def test_without_a_figure_of_2024_nothing_is_implied(figures: Figures) -> None:
    fewer = Figures({id: f for id, f in figures.figures.items() if id != "A3"}, {}, figures.sources)
    with pytest.raises(InputError, match="no settlements sichuan_to_chongqing for 2024-01-01 to 2024-09-30"):
        implied(fewer, growth("R1"))


# which goal -------------------------------------------------------------------------------------------


def test_a_history_is_fitted_to_what_was_reported(figures: Figures) -> None:
    loaded = load("baseline_2024q1q3")
    assert goal_of(loaded, figures) == targets(figures) == targets_of(loaded)
    assert not any(isinstance(target, Implied) for target in goal_of(loaded, figures))


@pytest.mark.parametrize(("name", "expected"), [("backcast_2023q1q3_r1", R1), ("backcast_2023q1q3_r2", R2)])
def test_a_backcast_is_fitted_to_what_its_reading_implies(name: str, expected: list[Implied], figures: Figures) -> None:
    assert goal_of(load(name), figures) == expected == targets_of(load(name))


def test_a_backcast_follows_its_reading_wherever_it_is_set(figures: Figures) -> None:
    assert goal_of(load("backcast_2023q1q3_r1", ["readings.growth=R2"]), figures) == R2


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("full_year_2024", []),
        ("backcast_2023q1q3_r1", ["window.until=2023-08-31"]),
        ("backcast_2023q1q3_r1", ["kind=counterfactual"]),
    ],
)
def test_other_windows_and_kinds_have_no_goal(name: str, settings: list[str]) -> None:
    assert targets_of(load(name, settings)) == []


def test_own_figures_of_a_scenario_are_divided_too(tmp_path: Path, figures: Figures) -> None:
    """Twice as many reported in 2024 are, by the same factor, twice as many in 2023."""
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(
        "format: 1\nextends: backcast_2023q1q3_r2\nobserved: {overlays: [own.yaml]}\ncalibration: own_fit.yaml\n",
        "utf-8",
    )
    loaded = load(path)
    assert targets_of(loaded)[0].settlements == 3_609_577  # 5,125,600 / 1.42 = 3,609,577.46
    assert targets_of(loaded)[1] == R2[1]


OWN = """format: 1
figures:
  A1:
    name: {zh: 两倍人次, en: Twice the settlements}
    value: 5125600
    unit: settlements
    interval: {from: 5125500, until: 5125700}
    period: {from: 2024-01-01, until: 2024-09-30}
    scope: {zh: 重庆参保, en: insured in Chongqing}
    derived: twice A1
    article: 002_efb03179287a1613.txt
    place: {heading: 表, paragraph: 合计}
    comparison: {direction: chongqing_to_sichuan, measure: settlements}
    speaks_to: settlement
"""
