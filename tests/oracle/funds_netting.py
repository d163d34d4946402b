"""How much of what members owe one another crosses between provinces, and how much fits under their caps?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .funds_terms import Procedure

CENTRE = "centre"
Matrix = Mapping[tuple[str, str], int]


@dataclass(eq=False)
class Sending:
    """What a pool and scheme owe a care province by one statement; `collect_on` None: never; `left`: fen.

    `order`: due day, end of the period, policy position, number.
    """

    order: tuple[dt.date, dt.date, int, int]
    terms: Procedure
    group: tuple[str, str]
    member: str
    at: str
    left: int
    collect_on: dt.date | None
    collected: bool = False

    def ready(self, day: dt.date) -> bool:
        """Whether the money is there and due."""
        return self.left > 0 and self.collected and self.order[0] <= day


Sent = dict[Sending, int]


def fitted(sendings: Sequence[Sending], members: Sequence[str], terms: Procedure) -> Sent:
    """What of each is sent so that nobody exceeds the cap: latest first, the last one in part."""
    sent = {sending: sending.left for sending in sorted(sendings, key=lambda s: s.order)}
    again = terms.cap is not None
    while again:
        cut = [_cut(sent, members, member, terms) for member in members]
        again = any(cut)
    return sent


def _cut(sent: Sent, members: Sequence[str], member: str, terms: Procedure) -> bool:
    """Cut a member's own until it fits, but nothing that would be set off anyway. Whether anything was cut."""
    matrix: Counter[tuple[str, str]] = Counter()
    for sending, fen in sent.items():
        matrix[sending.member, sending.at] += fen
    cut = False
    for sending in reversed([s for s in sent if s.member == member]):
        out = {payee: fen for payer, payee, fen in crossing(matrix, members, terms.netting) if payer == member}
        excess = sum(out.values()) - (terms.cap or 0)
        if excess <= 0:
            break
        useful = out.get(sending.at, 0) if terms.netting == "bilateral" else sent[sending]
        less = min(excess, useful, sent[sending])
        sent[sending] -= less
        matrix[member, sending.at] -= less
        cut |= less > 0
    return cut


def crossing(matrix: Matrix, members: Sequence[str], netting: str) -> Iterator[tuple[str, str, int]]:
    """Who pays whom how much after netting."""

    def owes(i: str, j: str) -> int:
        return matrix.get((i, j), 0)

    for i in members:
        for j in members if netting != "multilateral" else ():
            fen = owes(i, j) - (owes(j, i) if netting == "bilateral" else 0)
            if fen > 0:
                yield i, j, fen
    for i in members if netting == "multilateral" else ():
        net = sum(owes(i, j) - owes(j, i) for j in members)
        if net:
            yield (i, CENTRE, net) if net > 0 else (CENTRE, i, -net)
