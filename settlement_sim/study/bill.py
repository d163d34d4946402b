"""Who pays what of one hand-written bill, line by line, and is it what was expected?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from settlement_sim.errors import InputError, LookupOutside, Problem
from settlement_sim.policies.base import STANDING
from settlement_sim.record.columns import SETTLEMENTS
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.adjudicate import Adjudication
from settlement_sim.study.case import Case
from settlement_sim.study.case_checks import read_expected
from settlement_sim.study.case_load import load_case
from settlement_sim.study.lines import Line, amount_dict


@dataclass(frozen=True)
class Difference:
    """One column that came out otherwise than expected; fen, or a count of settlements."""

    column: str
    expected: int
    got: int


@dataclass(frozen=True)
class SettledCase:
    """One bill, split: its lines, every money column (fen), what was expected, and the year afterwards."""

    case: Case
    path: Path | None
    settles: bool
    lines: tuple[Line, ...]
    columns: Mapping[str, int]
    standing: Mapping[str, int]

    @property
    def expected(self) -> dict[str, int]:
        """Columns worked by hand: fen, or the count of settlements."""
        return {name: read_expected(name, text) for name, text in self.case.expect.items()}

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the result is not what was expected."""
        got = {**self.columns, SETTLEMENTS.name: int(self.settles)}
        return tuple(Difference(n, e, got[n]) for n, e in self.expected.items() if got[n] != e)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: amounts as integer fen and as text."""
        return {
            "format": 1,
            "title": self.case.title.model_dump(),
            "settlements": int(self.settles),
            "lines": [line.to_dict() for line in self.lines],
            "columns": {name: amount_dict(fen) for name, fen in self.columns.items()},
            "year_after": {
                name: amount_dict(value) if STANDING[name] else value for name, value in self.standing.items()
            },
            "expected": {name: _shown(name, value) for name, value in self.expected.items()},
            "differences": [
                {"column": d.column, "expected": _shown(d.column, d.expected), "got": _shown(d.column, d.got)}
                for d in self.differences
            ],
        }


def settle(source: str | Path | Mapping[str, Any]) -> SettledCase:
    """Split the bill of a case file, or of a mapping of the same form.

    Raises InputError with every problem of the case, or where a rule does not cover its day.
    """
    loaded = load_case(source)
    overlays = [loaded.beside(name) for name in loaded.case.rules.overlays]
    book = RuleBook.load(overlays) if overlays else _packaged()
    try:
        split = Adjudication(loaded.case, book).split()
    except LookupOutside as error:
        key = "on" if loaded.case.claim.discharged is None else "discharged"
        at = loaded.where(("claim", key), False)
        raise InputError(Problem(at, str(error), "a day on which every rule of the claim is in force")) from None
    return SettledCase(loaded.case, loaded.path, split.settles, split.lines, split.columns, split.standing)


@cache
def _packaged() -> RuleBook:
    return RuleBook.load()


def _shown(column: str, value: int) -> dict[str, int | str] | int:
    return value if column == SETTLEMENTS.name else amount_dict(value)
