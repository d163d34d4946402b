"""What is a claim once it is split, and what does taking it back undo?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from settlement_sim import dates
from settlement_sim.scenario.schema import Words
from settlement_sim.study.lines import TITLES, Line


@dataclass(frozen=True)
class Split:
    """One claim split: how it went, its lines, every money column and what stands beside it (fen).

    `adds` is what it added to the insurance `year`, `standing` that year afterwards; `account` what is left. A claim
    taken back has the negative amounts of the one it `reverses`. `number` is its place in the list, from 1.
    """

    number: int
    day: int
    year: int
    path: str
    reason: str
    settlements: int
    lines: tuple[Line, ...]
    columns: Mapping[str, int]
    memo: Mapping[str, int]
    adds: Mapping[str, int]
    standing: Mapping[str, int]
    account: int
    reverses: int = 0
    asked: frozenset[str] = frozenset()

    @property
    def day_text(self) -> str:
        """Day of adjudication, YYYY-MM-DD."""
        return dates.iso(self.day)

    @property
    def settles(self) -> bool:
        """Whether the bill is a settlement."""
        return bool(self.settlements)


def take_back(taken: Split, number: int, day: int, standing: Mapping[str, int], account: int) -> Split:
    """The exact negation of a settlement; standing and account as before it. A deposit was given back at discharge."""
    columns = {name: -fen for name, fen in taken.columns.items()}
    lines = tuple(
        Line(Words(zh=f"撤销：{TITLES[name][0]}", en=f"taken back: {TITLES[name][1]}"), "", fen, name, ())
        for name, fen in columns.items()
        if fen
    )
    return replace(
        taken, number=number, day=day, settlements=-taken.settlements, lines=lines, columns=columns,
        memo={name: 0 if name == "deposit" else -fen for name, fen in taken.memo.items()},
        adds={name: -fen for name, fen in taken.adds.items()},
        standing={name: used - taken.adds.get(name, 0) for name, used in standing.items()},
        account=account + taken.columns["personal_account"], reverses=taken.number, asked=frozenset(),
    )  # fmt: skip
