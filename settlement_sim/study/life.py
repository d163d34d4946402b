"""What is told about one need, for people and for machines?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from settlement_sim import dates
from settlement_sim.scenario.schema import Words
from settlement_sim.study.bill import SettledCase
from settlement_sim.study.explained import Explained
from settlement_sim.study.lines import amount_dict

#: Fields that name a pool, and fields that name a unit.
POOLS_OF: Final = ("pool", "care_pool")
UNITS_OF: Final = ("unit", "residence", "care_unit")


class Fen(int):
    """An amount of money among other numbers."""


@dataclass(frozen=True)
class Step:
    """One thing that happened, at a moment or on a day (text)."""

    at: str
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ClaimOfRun:
    """A settlement, reversal or reimbursement: `entry` and `day` as in a claims file, the money as it was booked.

    `before`: standing of the insurance year and account before it. `split`: its lines, which come to the same fen;
    none of a reversal, which takes back exactly what it had been. `in_window`: whether the tables hold it.
    `statement`: what asks the insured pool for it; `remittance`: between the provinces; `payment`: what pays the
    hospitals of its pool, or what the desk paid. Each is None before it has happened.
    """

    entry: str
    day: int
    insurance_year: int
    columns: Mapping[str, Fen]
    memo: Mapping[str, Fen]
    before: Mapping[str, Any]
    split: SettledCase | None
    in_window: bool
    statement: Mapping[str, Any] | None
    remittance: Mapping[str, Any] | None
    payment: Mapping[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        split = self.split.to_dict() if self.split else {}
        kept = ("lines", "year_after", "account_after")
        return {
            "entry": self.entry, "day": dates.iso(self.day), "insurance_year": self.insurance_year,
            "columns": plain(self.columns), "memo": plain(self.memo), "before": plain(self.before),
            **{name: split[name] for name in kept if name in split},
            "in_window": self.in_window, "statement": plain(self.statement), "remittance": plain(self.remittance),
            "payment": plain(self.payment),
        }  # fmt: skip


@dataclass(frozen=True, repr=False)
class Life(Explained):
    """The life of one need in one run.

    `outcome` is one of not_listed, turned_away, absorbed, no_settlement, waiting_for_bed, in_bed, settled, advanced
    (the patient paid, the desk has not), reimbursed. `open`: what was still to come when the replay ended after
    `until` (a day number); empty where the life is complete.
    """

    scenario: str
    question: Words
    seed: int
    need: str
    number: int
    outcome: str
    until: int
    open: tuple[str, ...]
    person: Mapping[str, Any]
    birth: Mapping[str, Any]
    access: Mapping[str, Any] | None
    steps: tuple[Step, ...]
    claims: tuple[ClaimOfRun, ...]
    entries: tuple[Mapping[str, Any], ...]
    places: Mapping[str, Mapping[str, Words]]

    @property
    def heading(self) -> str:
        """The need and what became of it."""
        return f"need {self.need} of {self.scenario}, seed {self.seed}: {self.outcome}"

    def place(self, field: str, code: str, lang: str) -> str:
        """The name of the pool or unit in a field, with its code."""
        names = self.places["pools" if field in POOLS_OF else "units"][code]
        return f"{names.zh if lang == 'zh' else names.en} ({code})"

    def explanation(self, lang: Literal["zh", "en"] = "en", width: int = 110) -> str:
        """The life for people: what happened, every line of every bill, when the money came."""
        from settlement_sim.report.life import life_page
        from settlement_sim.report.paper import as_text

        return as_text([life_page(self, lang)], width)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, `format: 1`.

        Keys: scenario, question {zh, en}, seed, need (text), need_id (number), outcome, until (last day replayed),
        open; person; birth (destination, bill and items, stay); access (policy, parameters, governing day, reason,
        path, cut in 1/10,000, filing_terms: local or those of a filing category, draws from 0 to 9,999 by purpose,
        acceptance), null where it was never asked; steps [{at, what, …}]; claims [{entry, day, insurance_year,
        columns, memo, before, lines, year_after, account_after, in_window, statement {day, until, pair of pools,
        amount}, remittance {day, from_province, to_province, crossed, set_off}, payment {day, to, due,
        from_province, scheme, care_pool, amount, kept_back {amount, due, and once paid day, paid}}}]; entries: every
        journal entry the need is in [{day, event, count, …}]; places: names of the pools and units that are spoken
        of. Amounts are {fen, yuan}.
        """
        return {
            "format": 1, "scenario": self.scenario, "question": self.question.model_dump(include={"zh", "en"}),
            "seed": self.seed, "need": self.need, "need_id": self.number, "outcome": self.outcome,
            "until": dates.iso(self.until), "open": list(self.open), "person": plain(self.person),
            "birth": plain(self.birth), "access": plain(self.access),
            "steps": [{"at": s.at, "what": s.what, **plain(s.details)} for s in self.steps],
            "claims": [claim.to_dict() for claim in self.claims], "entries": [plain(entry) for entry in self.entries],
            "places": {kind: {c: names.model_dump() for c, names in of.items()} for kind, of in self.places.items()},
        }  # fmt: skip


def plain(value: Any) -> Any:
    """A value as JSON has it; amounts as fen and as yuan."""
    if isinstance(value, Fen):
        return amount_dict(int(value))
    if isinstance(value, Mapping):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    return value
