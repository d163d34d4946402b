"""Whatever is settled and when: is only the latest settlement of a person taken back, and only before it is cleared?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim.demand.bills import Gross
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.complete import Payment
from settlement_sim.engine.reversals import Reversals
from settlement_sim.engine.settled import Settled, Visits
from settlement_sim.policies.answers import Scope

PERSONS, DAYS = 4, 12
#: Persons 0 and 1 are of group 0, the others of group 1.
GROUP = np.array([0, 0, 1, 1])


@dataclass(frozen=True)
class Done:
    """A settlement: its person, in how many days it is to be taken back (0: never), whether it counts at all, and
    whether assistance was left to be claimed by hand.
    """

    person: int
    after: int
    counted: bool = True
    later: bool = False


SETTLEMENT = st.builds(
    Done, st.integers(0, PERSONS - 1), st.integers(0, 4), st.sampled_from([True, True, True, False]),
    st.sampled_from([False, False, False, True]),
)  # fmt: skip
#: What is settled on each day, in how many batches, and up to how many days ago what of some groups is stated or paid.
CLOSED = st.dictionaries(st.integers(0, 1), st.integers(0, 3))
DAY = st.tuples(st.lists(SETTLEMENT, max_size=5), st.integers(1, 5), CLOSED)


@dataclass
class Book:
    """The same in plain Python: per person a pile of settlements (id, day), the latest on top."""

    piles: list[list[int]] = field(default_factory=lambda: [[] for _ in range(PERSONS)])
    due: dict[int, list[tuple[int, int, int, bool]]] = field(default_factory=dict)
    closed_until: dict[int, int] = field(default_factory=dict)
    refused: int = 0

    def settle(self, day: int, number: int, done: Done) -> None:
        if done.counted:
            self.piles[done.person].append(number)
            if done.after:
                self.due.setdefault(day + done.after, []).append((number, done.person, day, done.later))

    def take_back(self, day: int) -> set[int]:
        """Only what lies on top at the moment; two of one person on one day are not taken back one after the other."""
        top = [pile[-1] if pile else -1 for pile in self.piles]
        kept = set()
        for number, person, settled, later in self.due.pop(day, []):
            closed = self.closed_until.get(int(GROUP[person]), -1) >= settled
            if number == top[person] and not closed and not later:
                kept.add(number)
                self.piles[person].pop()
            else:
                self.refused += 1
        return kept


def batch(numbers: list[int], done: list[Done]) -> tuple[Settled, Episodes]:
    rows = len(done)
    zero, ids = np.zeros(rows, np.int64), np.array(numbers, np.int64)
    small, row = np.zeros(rows, np.int8), np.array([one.person for one in done], np.int64)
    gross = Gross(np.zeros(rows, np.int16), zero, small)
    later = np.array([int(one.later) for one in done], np.int64)
    payment = Payment(zero, zero, small == 0, later, zero, zero, np.array([one.after for one in done], np.int64))
    counted = np.array([int(one.counted) for one in done], np.int64)
    visits = Visits(ids, row, small, small, zero, small, gross)
    settled = Settled(
        visits, np.zeros(rows, np.int16), Scope(zero, zero, zero, zero), zero, {}, payment, {}, counted, {}
    )
    return settled, Episodes(ids, row.astype(np.int32), small, small, zero, small, zero, zero, zero, gross)


@given(st.lists(DAY, max_size=DAYS))
def test_reversals_are_those_of_piles_of_settlements(days: list[tuple[list[Done], int, dict[int, int]]]) -> None:
    book, store, number = Book(), Reversals(PERSONS), 100
    closed_until = np.full(2, -(10**6))
    for day, (settled, size, closed) in enumerate(days + [([], 1, {})] * 5):
        # Rows of a person come in their order; persons may come in any.
        order = sorted(range(len(settled)), key=lambda i: settled[i].person) if day % 2 else range(len(settled))
        todo = [settled[i] for i in order]
        for start in range(0, max(len(todo), 1), size):
            part = todo[start : start + size]
            ids = [*range(number, number + len(part))]
            number += len(part)
            store.note(day, *batch(ids, part), np.array([one.person for one in part], np.int64))
            for one, done in zip(ids, part, strict=True):
                book.settle(day, one, done)
        taken = store.due(day, closed_until, GROUP)
        found = set() if taken is None else {*taken.settled.visits.id.tolist()}
        assert taken is None or len(taken) == len(found), "one settlement was taken back twice"
        assert found == book.take_back(day), f"on day {day}"
        for group, ago in closed.items():
            closed_until[group] = book.closed_until[group] = max(int(closed_until[group]), day - ago)
    assert store.refused == book.refused


@given(st.lists(DAY, max_size=DAYS))
def test_every_reversal_asked_for_is_taken_back_or_refused(days: list[tuple[list[Done], int, dict[int, int]]]) -> None:
    store, number, asked, taken_back = Reversals(PERSONS), 0, 0, 0
    never = np.full(2, -(10**6))
    for day, (settled, _, _) in enumerate(days + [([], 1, {})] * 5):
        ids = [*range(number, number + len(settled))]
        number += len(settled)
        store.note(day, *batch(ids, settled), np.zeros(len(settled), np.int64))
        asked += sum(done.counted and done.after > 0 for done in settled)
        taken = store.due(day, never, GROUP)
        taken_back += 0 if taken is None else len(taken)
    assert taken_back + store.refused == asked
