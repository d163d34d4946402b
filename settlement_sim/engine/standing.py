"""What has each person used in the current and the previous insurance year? The engine is the only writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import Rows, gather
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import BrokenLaw, InputError, Problem
from settlement_sim.policies.answers import Amounts
from settlement_sim.policies.views import STANDING, Money, Standing
from settlement_sim.world.population import Population

#: Two insurance years are kept: the slot of a year is its parity.
YEARS: Final = 2
#: A reset of the slot of the year before last frees it for the new year.
HOME_COLUMNS: Final = ("outpatient_deductible", "outpatient_fund", "pooled_fund", "catastrophic_base")


class StandingStore:
    """Accumulators of all persons, int32 fen (counts for discharges), one array of years × persons per column."""

    def __init__(self, population: Population, priors: Priors) -> None:
        self.persons = len(population)
        self.columns = {name: np.zeros(YEARS * self.persons, np.int32) for name in STANDING}
        self._latest = 0
        self._home = {
            column: (priors.row(f"home_care.monthly.{column}") * 100).astype(np.int32)[population.home_class]
            for column in HOME_COLUMNS
        }
        self._discharge_month = priors["home_care.discharge_month"]
        self._discharged_at_home = population.home_class == priors.row("home_care.class_share").size - 1

    def place(self, row: npt.NDArray[np.integer], year: int | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        """Position of each row's person in the columns, for an insurance year.

        Raises InputError for a year that is kept no longer: a claim waited too long at the desk.
        """
        if np.min(year, initial=self._latest) <= self._latest - YEARS:
            found = f"a claim of {np.min(year)} that is decided in {self._latest}"
            raise InputError(Problem("manual", found, "more staff or shorter delays: two insurance years are kept"))
        return np.asarray(row, np.int64) + (np.asarray(year, np.int64) % YEARS) * self.persons

    def begin_year(self, year: int) -> None:
        """Open an insurance year: everybody starts from nothing; the previous year stays readable."""
        self._latest = max(self._latest, year)
        start = year % YEARS * self.persons
        for column in self.columns.values():
            column[start : start + self.persons] = 0

    def add_home_care(self, year: int, month_of_year: int) -> None:
        """The declared monthly care at home: it moves standing, it is no settlement of this simulation."""
        start = year % YEARS * self.persons
        of_year = slice(start, start + self.persons)
        for column, amount in self._home.items():
            self.columns[column][of_year] += amount
        if month_of_year == self._discharge_month:
            self.columns["discharges"][of_year] += self._discharged_at_home

    def view(self, place: npt.NDArray[np.int64]) -> Standing:
        """Read access for the rows of one round."""
        return _View(self.columns, place)

    def write(self, place: npt.NDArray[np.int64], adds: list[Amounts]) -> None:
        """Store what one round added; `place` names each person-year at most once."""
        for part in adds:
            if part.amount.min(initial=0) < 0:
                raise BrokenLaw(f"standing {part.column} would shrink without a reversal")
            column, at = self.columns[part.column], place[part.index]
            after = gather(column, at) + part.amount
            if after.max(initial=0) > np.iinfo(np.int32).max:
                raise BrokenLaw(f"standing {part.column} of a person-year exceeds what it can hold")
            column[at] = after

    def take_back(self, place: npt.NDArray[np.int64], adds: Mapping[str, Money]) -> None:
        """Undo what reversed settlements had added."""
        for name, amount in adds.items():
            left = gather(self.columns[name], place) - amount
            if left.min(initial=0) < 0:
                raise BrokenLaw(f"a reversal takes more from standing {name} than its settlement added")
            self.columns[name][place] = left


class _View(Standing):
    def __init__(self, columns: dict[str, npt.NDArray[np.int32]], place: npt.NDArray[np.int64]) -> None:
        self._columns, self._place = columns, place

    def read(self, column: str, index: Rows = slice(None)) -> Money:
        return gather(self._columns[column], self._place[index]).astype(np.int64)
