"""Which numbers of places and travellers does a run rest on, with which grade?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from settlement_sim.world import tables
from settlement_sim.world.geography_tables import COLUMNS

Cells = dict[str, str]


class Graded(NamedTuple):
    """One number, or numbers of one row: name, value, range, grade, and what it rests on."""

    name: str
    value: str
    range: str
    grade: str
    basis: str


def _unit(row: Cells) -> Graded:
    between = _between(row["residents_low"], row["residents_high"])
    return Graded(
        f"residents {row['unit']}", row["residents"], between, row["residents_grade"], row["residents_source"]
    )


def _pool(row: Cells) -> Graded:
    between = _between(row["employee_low"], row["employee_high"])
    return Graded(f"insured employees {row['pool']}", row["insured_employee"], between, row["grade"], row["source"])


def _provider(row: Cells) -> Graded:
    between = _between(row["low"], row["high"])
    return Graded(f"beds {row['provider']}", row["licensed_beds"], between, row["grade"], row["source"])


def _occupancy(row: Cells) -> Graded:
    name, between = f"occupancy {row['level']} {row['day_kind']}", _between(row["low"], row["high"])
    return Graded(name, f"{row['occupancy']} /10000", between, row["grade"], row["basis"] or row["source"])


def _travellers(row: Cells) -> Graded:
    value = f"{row['temporary']} temporary, {row['long_term']} long-term"
    return Graded(f"travellers {row['unit']}", value, "", row["grade"], row["basis"])


def _between(low: str, high: str) -> str:
    return f"{low}–{high}" if low else ""


_OF_VISITS: Final[dict[str, Callable[[Cells], Graded]]] = {
    "units.csv": _unit, "providers.csv": _provider, "occupancy.csv": _occupancy, "travellers.csv": _travellers,
}  # fmt: skip
_OF_YEARS: Final[dict[str, Callable[[Cells], Graded]]] = {"pools.csv": _pool}


def graded(overlays: Sequence[Path], visits: bool, years: bool) -> Iterator[Graded]:
    """Row by row of the tables that visits or contribution years read; own tables stand in place of packaged ones."""
    for name, of in ((_OF_VISITS if visits else {}) | (_OF_YEARS if years else {})).items():
        for row in tables.read(name, COLUMNS[name], [], overlays):
            found = of(row.cells)
            if found.grade:
                yield found
