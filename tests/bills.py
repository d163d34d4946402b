"""How do tests put bills to the benefit policies without an engine? A year of standing, the layers in order."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from settlement_sim.policies.answers import FUNDS, Amounts
from settlement_sim.policies.benefit.insured_place import (
    InsuredPlaceAssistance,
    InsuredPlaceBasic,
    InsuredPlaceCatastrophic,
)
from settlement_sim.policies.views import STANDING, Claims, Standing
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules

INSURED_PLACE = (InsuredPlaceBasic(), InsuredPlaceCatastrophic(), InsuredPlaceAssistance())


@dataclass
class Year(Standing):
    """What the rows of a batch have used so far in the year; what is not given is nothing."""

    rows: int
    columns: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {name: np.zeros(self.rows, np.int64) for name in STANDING} | self.columns

    def read(self, column: str, index: np.ndarray | slice = slice(None)) -> np.ndarray:
        return self.columns[column][index].copy()

    def add(self, adds: list[Amounts]) -> None:
        for part in adds:
            assert (part.amount >= 0).all(), f"{part.column} would shrink"
            self.columns[part.column][part.index] += part.amount


@dataclass(frozen=True)
class Split:
    """What the layers pay, by column, and what they add to the year."""

    paid: dict[str, np.ndarray]
    adds: list[Amounts]

    def __getitem__(self, column: str) -> np.ndarray:
        return self.paid[column]

    @property
    def funds(self) -> np.ndarray:
        """All funds together."""
        return sum(self.paid[fund] for fund in FUNDS)


def split(claims: Claims, year: Year, rules: Rules, layers: tuple[Any, ...] = INSURED_PLACE) -> Split:
    """Basic, catastrophic, assistance: each sees what the ones before have paid."""
    paid = {name: np.zeros(len(claims), np.int64) for name in ("deductible_paid", *FUNDS)}
    adds: list[Amounts] = []
    for policy in layers:
        answer = policy.adjudicate(replace(claims, paid=paid), year, rules)
        for part in answer.pays:
            paid[part.column][part.index] += part.amount
        adds += answer.adds
    return Split(paid, adds)


def variant(*leaves: str, head: str = "pools: [all]") -> RuleBook:
    """The packaged rules with some leaves filled otherwise, each `name: {unit: …, cells: …}`."""
    body = "".join(f"  {leaf}\n" for leaf in leaves)
    grade = "from: 2022-10-01\nfrom_known: false\ngrade: assumption\nspread: 0\nnote: a variant for a test\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "variant.yaml"
        path.write_text(f"format: 1\n{head}\n{grade}leaves:\n{body}", encoding="utf-8")
        return RuleBook.load([path])
