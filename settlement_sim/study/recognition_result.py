"""What came of a hand-written career? Months, outcomes, transfers, the rules met; compared, told, and for machines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from settlement_sim.study.explained import Explained
from settlement_sim.study.lines import Basis
from settlement_sim.study.recognition_case import RecognitionCase
from settlement_sim.study.recognition_expect import Moving, differences


@dataclass(frozen=True)
class PoolMonths:
    """Months of one pool: paid, those of them that were paid elsewhere too, deemed."""

    pool: str
    paid: int
    overlapping: int
    deemed: int


@dataclass(frozen=True)
class Outcome:
    """What one policy makes of a career. Months; `back_payment` in fen."""

    policy: str
    place: str
    counted: int
    deemed: int
    required: int
    short: int
    reason: str
    back_payment: int


@dataclass(frozen=True)
class Moved:
    """What follows the recognised months of one pool left behind, in fen, and what that rests on."""

    pool_out: str
    pool_in: str
    months: int
    pooled: int  # paid
    waits: int  # claimed and not paid yet
    account: int
    contributed: int  # what the pooled fund left behind received for the months
    cost: int  # of the retiree: present value, or that of the first year where it is claimed yearly
    months_total: int  # counted where the person retires


@dataclass(frozen=True, repr=False)
class RecognisedCareer(Explained):
    """A career that was recognised. `retires` is a month, None where nobody says when the person was born."""

    case: RecognitionCase
    months: tuple[PoolMonths, ...]
    together: int  # months paid anywhere, each once
    retires: str | None
    age: int
    before: Outcome  # by the rule of the pool of application alone
    after: Outcome
    compared: tuple[Outcome, ...]  # every built-in policy with the parameters it has by itself
    transfers: tuple[Moved, ...]
    rules: tuple[Basis, ...]
    sources: tuple[tuple[str, str], ...]  # titles, Chinese and English

    @property
    def heading(self) -> str:
        """Its English title."""
        return self.case.title.en

    @property
    def saved(self) -> int:
        """Fen of back-payment that the policy spares the person; negative where it costs more."""
        return self.before.back_payment - self.after.back_payment

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """One sentence for each value that is not what the case expects."""
        after, before = asdict(self.after) | {"saved": self.saved}, asdict(self.before)
        rows = [tuple(getattr(row, name) for name in Moving.model_fields) for row in self.transfers]
        return tuple(differences(self.case.expect, after, before, rows))

    def check(self) -> list[str]:
        """One sentence for each difference from what the case expects."""
        return [*self.differences]

    def explanation(self, lang: Literal["zh", "en"] = "en", width: int = 120) -> str:
        """Months, rules, prices and transfers for people, with the arithmetic and the sources."""
        from settlement_sim.report.recognition import explanation

        return explanation(self, lang, width)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; amounts as integer fen."""
        return {
            "format": 1, "title": self.case.title.model_dump(), "months": [asdict(row) for row in self.months],
            "together": self.together, "retires": self.retires, "age": self.age, "before": asdict(self.before),
            "after": asdict(self.after), "saved": self.saved, "compared": [asdict(row) for row in self.compared],
            "transfers": [asdict(row) for row in self.transfers], "rules": [rule.to_dict() for rule in self.rules],
            "sources": [{"zh": zh, "en": en} for zh, en in self.sources], "differences": self.check(),
        }  # fmt: skip
