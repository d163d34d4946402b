"""Which careers do tests of contribution years draw, and how does the engine hear of them?

A person is plain Python; months count 12 · year + month − 1, so that an independent model needs nothing of the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.demand.careers import career_priors
from settlement_sim.demand.priors import Priors
from settlement_sim.engine.slots import Timeline
from settlement_sim.ledger.ledger import GROUPS
from settlement_sim.policies.base import Policy
from settlement_sim.policies.careers import Careers
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.recognition.assess import Assessor, Persons
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.track import Track
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.scenario.load import load
from settlement_sim.study.track import track_of
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
FIRST = 12 * 1999
#: June 2024: no month after it is held.
END = 12 * 2024 + 5
_WIDTH = END - FIRST
#: Zero of the engine's months.
_JANUARY_2023 = 12 * 2023
NAMES = ("chongqing", "chengdu", "zigong", "nanchong")
#: Around every number of months that a rule asks for.
LENGTHS = sorted({n + d for n in (1, 60, 120, 180, 240) for d in (-1, 0, 1)} - {0})
APPLIED = tuple(dt.date.fromisoformat(day) for day in ("2024-06-03", "2028-03-01", "2028-03-02"))


@dataclass(frozen=True)
class Person:
    """One career. `spells`: pool, first month, months."""

    pool: str = "chongqing"
    spells: tuple[tuple[str, int, int], ...] = ()
    retiree: str = "man"
    insured_as: str = "employer"
    applied: dt.date = APPLIED[0]
    deemed: tuple[tuple[str, int], ...] = ()
    ratio: int = 100
    born: int = 12 * 1964

    @cached_property
    def held(self) -> dict[str, set[int]]:
        """Months paid, by pool."""
        found: dict[str, set[int]] = {}
        for pool, first, months in self.spells:
            found.setdefault(pool, set()).update(range(first, first + months))
        return found


def person(*spells: tuple[str, str, int], **more: object) -> Person:
    """A person whose spells begin in months written YYYY-MM."""
    parts = tuple((pool, 12 * int(text[:4]) + int(text[5:]) - 1, months) for pool, text, months in spells)
    return replace(Person(spells=parts), **more)  # type: ignore[arg-type]


def careers_of(people: Sequence[Person]) -> Careers:
    """What a policy is shown of some people."""
    held = np.zeros((len(people), _WIDTH), np.uint32)
    deemed = np.zeros((len(people), len(POOLS)), np.int64)
    for row, one in enumerate(people):
        for pool, months in one.held.items():
            held[row, np.array(sorted(months), int) - FIRST] |= np.uint32(1 << POOLS.index(pool))
        for pool, number in one.deemed:
            deemed[row, POOLS.index(pool)] = number
    return Careers(
        np.array([POOLS.index(one.pool) for one in people]), np.array([RETIREES.index(one.retiree) for one in people]),
        np.array([INSURED_AS.index(one.insured_as) for one in people]),
        np.array([dates.day(one.applied) for one in people]), held, deemed,
    )  # fmt: skip


def persons_of(people: Sequence[Person]) -> Persons:
    """What an assessor is told beside."""
    born = np.array([one.born for one in people]) - _JANUARY_2023
    return Persons(np.arange(len(people)), born, born + 720, np.array([one.ratio for one in people]))


@cache
def rules() -> CareerRules:
    """The packaged rules."""
    return CareerRules(RuleBook.load())


class Brief(LifeTable):
    """A cost that is quickly told apart, where no test asks how long anybody lives."""

    def present_value(self, yearly: Whole, age: Whole, retiree: npt.NDArray[np.integer[Any]]) -> Whole:
        return yearly * (110 - age) + 7 * retiree


@cache
def assessor() -> Assessor:
    """Under the packaged rules and priors."""
    return Assessor(rules(), career_priors(), Brief(career_priors(), 300))


@st.composite
def spells(draw: st.DrawFn, pools: Sequence[str] = NAMES) -> tuple[str, int, int]:
    months = draw(st.sampled_from(LENGTHS) | st.integers(1, 300))
    return draw(st.sampled_from(pools)), draw(st.integers(FIRST, END - months)), months


@st.composite
def people(draw: st.DrawFn, pools: Sequence[str] = NAMES, most: int = 5) -> Person:
    """With overlaps, gaps and ties; some were never insured."""
    parts = draw(st.lists(spells(pools), max_size=most))
    tied: bool = draw(st.booleans())
    if parts and tied:  # a tie: as many months in another pool
        parts.append((draw(st.sampled_from(pools)), *parts[0][1:]))
    numbers = draw(
        st.lists(st.tuples(st.sampled_from(pools), st.integers(1, 300)), max_size=2, unique_by=lambda d: d[0])
    )
    return Person(
        draw(st.sampled_from(pools)), tuple(parts), draw(st.sampled_from(RETIREES)), draw(st.sampled_from(INSURED_AS)),
        draw(st.sampled_from(APPLIED)), tuple(numbers), draw(st.sampled_from([60, 97, 100, 300])),
        draw(st.integers(12 * 1950, 12 * 1974)),
    )  # fmt: skip


def crowds(pools: Sequence[str] = NAMES, most: int = 5) -> st.SearchStrategy[list[Person]]:
    """Several people at once: rows must not see each other."""
    return st.lists(people(pools, most), min_size=1, max_size=6)


def priors(**values: int | list[int]) -> Priors:
    """The packaged priors with other values; a double underscore stands for the dot."""
    known = career_priors()
    changed = {}
    for key, value in values.items():
        name = key.replace("__", ".")
        numbers = tuple(value) if isinstance(value, list) else (value,)
        changed[name] = replace(known.leaves[name], values=numbers)
    return Priors({**known.leaves, **changed}, "a test")


# runs of the track --------------------------------------------------------------------------------------


@cache
def _base() -> Track:
    """One in twenty, the window of the baseline."""
    track = track_of(load("baseline_2024q1q3", ("visits=off", "world.scale=0.05")))
    assert track is not None
    return track


def timeline(*policies: Policy, chongqing: int = 0) -> Timeline:
    """The last policy for everybody; `chongqing`: position of the one for Chongqing."""
    assigned = np.full((1, GROUPS), len(policies) - 1, np.int16)
    assigned[0, 0] = chongqing
    return Timeline(policies, np.array([dates.day("1999-01-01")]), assigned)


def track(transfer: Policy | Timeline, recognition: Policy | None = None, *, by: Priors | None = None,
          **plan: Any) -> Track:  # fmt: skip
    """A run under two policies; `plan`: what else differs of the plan, days as text."""
    plan = {"hazard": 20_000, **plan} | {key: dates.day(plan[key]) for key in ("first", "last") if key in plan}
    whole = transfer if isinstance(transfer, Timeline) else timeline(transfer)
    lines = {"recognition": timeline(recognition or Mutual2024()), "transfer": whole}
    base = _base()
    calendar = Calendar.load(assume="weekday_pattern")
    changed = base.with_plan(**plan, timelines=lines, predecessors={})
    return replace(changed, priors=by or base.priors, calendar=calendar).run()
