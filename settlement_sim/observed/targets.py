"""Which totals is a run of a window fitted to: reported, or implied by a reading of growth?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.observed.growth import Growth
from settlement_sim.observed.reported import Figure, Figures
from settlement_sim.observed.terms import DIRECTIONS, MEASURES

Q1_TO_Q3_2024: Final = ("2024-01-01", "2024-09-30")
#: The months behind those of 2024: the only ones of which a reading of growth speaks.
Q1_TO_Q3_2023: Final = ("2023-01-01", "2023-09-30")


@dataclass(frozen=True)
class Target:
    """Settlements and gross (fen) of one direction, as reported."""

    settlements: int
    total_fee: int


@dataclass(frozen=True)
class Implied(Target):
    """Settlements and gross of one direction as a reading of growth implies them, and their range.

    `low` and `high` hold the printed interval of the figure and the range of the factor together.
    """

    reading: str
    low: Target
    high: Target


def targets(figures: Figures, window: tuple[str, str] = Q1_TO_Q3_2024) -> list[Target]:
    """Reported settlements and gross of exactly this period, by direction in the order of provinces.

    Raises InputError where a direction has none.
    """
    found = _reported(figures, window)
    return [Target(int(found[d, "settlements"].value), int(found[d, "total_fee"].value) * 100) for d in DIRECTIONS]


def implied(figures: Figures, growth: Growth, window: tuple[str, str] = Q1_TO_Q3_2023) -> list[Implied]:
    """What a reading of growth says of 2023: the reported totals of 2024 divided by its factors, by direction.

    Raises InputError for any other window, since no reading speaks of it.
    """
    if window != Q1_TO_Q3_2023:
        expected = f"{' to '.join(Q1_TO_Q3_2023)}, the only months of which a reading of growth speaks"
        raise InputError(Problem("backcast", f"window {' to '.join(window)}", expected))
    found = _reported(figures, Q1_TO_Q3_2024)
    return [_implied(growth, d, found[d, "settlements"], found[d, "total_fee"]) for d in DIRECTIONS]


def _implied(growth: Growth, direction: str, settlements: Figure, gross: Figure) -> Implied:
    """One direction; figures of gross come in yuan."""
    visits, fees = growth.directions[direction].settlements, growth.directions[direction].gross
    among, between = settlements.interval, gross.interval
    return Implied(
        visits.before(int(settlements.value)),
        fees.before(int(gross.value) * 100),
        growth.reading,
        low=Target(visits.least_before(int(among.from_)), fees.least_before(int(between.from_) * 100)),
        high=Target(visits.most_before(int(among.until)), fees.most_before(int(between.until) * 100)),
    )


def _reported(figures: Figures, window: tuple[str, str]) -> dict[tuple[str, str], Figure]:
    """The figures of exactly this period by direction and measure."""
    found = {
        (f.comparison.direction, f.comparison.measure): f
        for f in figures.comparable()
        if f.comparison and f.period and (f.period.from_, f.period.until) == window
    }
    missing = [f"{m} {d}" for d in DIRECTIONS for m in MEASURES if (d, m) not in found]
    if missing:
        said = f"no {missing[0]} for {' to '.join(window)}"
        raise InputError(Problem("observed figures", said, "a figure of the window's period"))
    return found
