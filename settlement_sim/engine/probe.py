"""How is one person watched through a run? Events hand their rows to a probe; it keeps those of its person.

A run without questions carries `SILENT`, which keeps nothing. A probe decides nothing and draws nothing: a run with
one leaves the same tables to the last fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from settlement_sim.columns import Columns
from settlement_sim.demand.needs import K_BITS, MONTH_BITS

if TYPE_CHECKING:
    from settlement_sim.engine.admissions import Episodes
    from settlement_sim.engine.clock import Clock
    from settlement_sim.engine.settled import Settled

#: Bits of a need's id below those of its person.
_TO_PERSON: Final = K_BITS + MONTH_BITS


@dataclass(frozen=True)
class Event:
    """What happened to one need on one day (day number): the row of its batch, and the rows beside it, of length 1."""

    name: str
    day: int
    need: int
    row: Any
    beside: Mapping[str, Any]

    def number(self, column: str) -> int:
        """The integer in a column of the batch, or beside it; `a.b` is column b of the batch a."""
        first, *inner = column.split(".")
        held = self.beside[first] if first in self.beside else getattr(self.row, first)
        return int(reduce(getattr, inner, held)[0])


class Probe:
    """Sees everything and keeps nothing."""

    def begin(self, clock: Clock) -> None:
        """The run begins; `clock` tells the day."""

    def note(self, event: str, batch: Columns, **beside: Any) -> None:
        """`event` happened to the needs of a batch, whose column `id` names them; `beside`: aligned rows, or a scalar
        that holds for all of them.
        """


#: The probe of a run without questions.
SILENT: Final = Probe()


class PersonProbe(Probe):
    """Keeps what happens to the needs of one person, in the order in which it happens."""

    def __init__(self, person: int) -> None:
        """`person`: id in the population."""
        self.person = person
        self.events: list[Event] = []
        self._clock: Clock | None = None

    def begin(self, clock: Clock) -> None:
        """The run begins; `clock` tells the day."""
        self._clock = clock

    def note(self, event: str, batch: Any, **beside: Any) -> None:
        """Keep the rows of the person; they are copied, since batches may be written to afterwards."""
        assert self._clock is not None, "the run has not begun"
        for at in np.flatnonzero(batch.id >> _TO_PERSON == self.person).tolist():
            row = np.array([at])
            cut = {name: rows.take(row) if hasattr(rows, "take") else np.array([rows]) for name, rows in beside.items()}
            self.events.append(Event(event, self._clock.today, int(batch.id[at]), batch.take(row), cut))

    def settled(self, event: str, today: int, settled: Settled, episodes: Episodes) -> None:
        """An observer of the simulation: settlements, reimbursements and reversals are events like the others."""
        self.note(event, settled.visits, settled=settled, episodes=episodes)

    def of(self, need: int, *names: str) -> list[Event]:
        """Events of one need, all or those of some names."""
        return [event for event in self.events if event.need == need and (not names or event.name in names)]
