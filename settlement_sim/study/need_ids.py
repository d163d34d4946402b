"""Which need does an id mean? Births tell before the run: ids do not depend on policies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.needs import K_BITS, MONTH_BITS, Births, Needs, need_id, need_text
from settlement_sim.engine.plan import Plan
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.world.world import World

_TEXT: Final = re.compile(r"([0-9]{1,12})-([0-9]{4}-(?:0[1-9]|1[0-2]))-([0-9]{1,2})")
_FORM: Final = "person-year-month-k, such as 7-2024-01-1, or the same id as a whole number"
_WHERE: Final = "need id"
_DIGITS: Final = 18


@dataclass(frozen=True)
class Born:
    """A need, as a batch of one row, and the day it is born on."""

    need: Needs
    day: int

    @property
    def id(self) -> int:
        """The id as a number."""
        return int(self.need.id[0])

    @property
    def row(self) -> int:
        """Row of the person in the population."""
        return int(self.need.row[0])


@dataclass(frozen=True)
class Register:
    """Who is born in a run of `plan` over `world`; `births`: those of the run."""

    world: World
    plan: Plan
    births: Births

    def find(self, need: str | int) -> Born:
        """The need of an id. Raises InputError where the run bears none, with the ids there are."""
        number = read_id(need)
        person, month, shown = number >> (K_BITS + MONTH_BITS), _month(number), need_text(number)
        ids = self.world.population.id
        rows = np.flatnonzero(ids == person)
        if not rows.size:
            expected = f"an id whose person is one of the {len(ids)} of this world, {ids[0]} to {ids[-1]}"
            raise InputError(Problem(_WHERE, f"{shown}: no person {person}", expected))
        months = range(dates.month_index(self.plan.warm_up), dates.month_index(self.plan.last) + 1)
        if month not in months:
            expected = f"a month of the run, {dates.month_iso(months[0])} to {dates.month_iso(months[-1])}"
            raise InputError(Problem(_WHERE, f"{shown}, of {dates.month_iso(month)}", expected))
        for born in self._of(int(rows[0]), month):
            if born.id == number:
                return born
        raise InputError(self._unborn(shown, int(rows[0]), month, months))

    def _of(self, row: int, month: int) -> list[Born]:
        """Needs of one person in a month, on days of the run: those that everybody's births would give."""
        alone = Births(
            self.world.population.take(np.array([row])), self.births.rates, self.world.priors, self.births.draws
        )
        return [
            Born(Needs(one.id, np.full(1, row, np.int32), one.care, one.second), day)
            for day, needs in alone.month(month) if self.plan.warm_up <= day <= self.plan.last
            for one in (needs.take(np.array([at])) for at in range(len(needs)))
        ]  # fmt: skip

    def _unborn(self, shown: str, row: int, month: int, months: range) -> Problem:
        person, name = shown.split("-", 1)[0], dates.month_iso(month)
        there = sorted(born.id for born in self._of(row, month))
        if there:
            expected = f"a need of person {person} in {name}: {_listed(there)}"
        elif elsewhere := sorted(born.id for other in months for born in self._of(row, other)):
            expected = f"a need of person {person}, who has none in {name}: {_listed(elsewhere)}"
        else:
            expected = f"a need of somebody else: person {person} has none during the run"
        return Problem(_WHERE, f"{shown}, which is never born", expected, nearest(shown, map(need_text, there)))


def read_id(need: str | int) -> int:
    """An id as a number, from its text or itself. Raises InputError.

    >>> read_id("7-2024-01-1") == read_id(read_id("7-2024-01-1"))
    True
    """
    text = str(need).strip()
    match = _TEXT.fullmatch(text)
    if match and match[2] >= "2000" and int(match[3]) < 1 << K_BITS:
        return int(need_id(np.array([int(match[1])]), dates.month_of(match[2]), int(match[3]))[0])
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    raise InputError(Problem(_WHERE, repr(text), _FORM))


def _month(number: int) -> int:
    """Month of an id, counted as `dates` does."""
    return dates.month_of(need_text(number).split("-", 1)[1].rsplit("-", 1)[0])


def _listed(ids: list[int]) -> str:
    return ", ".join(map(need_text, ids))
