"""Which contribution months of a hand-written career count where, what does that save, and what money follows?

One applicant through the same policies, prices and balances as the track, without desk and calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.careers import career_priors, statutory
from settlement_sim.demand.priors import Priors
from settlement_sim.engine.slots import EVERYONE, Asked, Slots, Timeline
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.policies.base import Policy
from settlement_sim.policies.careers import FIRST_MONTH, Careers, Cases, Recognition
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.registry import Registry
from settlement_sim.recognition.assess import Assessor, Persons, cases_of
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.transfers import Transfers
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.scenario.schema import RecognitionOptions
from settlement_sim.study.recognition_case import LoadedRecognition, Person, RecognitionCase, load_recognition
from settlement_sim.study.recognition_result import Moved, Outcome, PoolMonths, RecognisedCareer
from settlement_sim.study.recognition_rules import rules_used, titles
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES

#: Yearly discount of what a retiree will cost, as scenarios have it.
DISCOUNT: Final = int(RecognitionOptions.model_fields["discount"].default)


def recognise(
    source: str | Path | Mapping[str, Any], *, plugins: bool = True, priors: Priors | None = None
) -> RecognisedCareer:
    """Recognise the months of a career file, or of a mapping of the same form.

    Raises InputError with every problem of the case or its rules, PolicyError where a policy fails. `plugins`: whether
    policies may come from packages and files. `priors`: of the run that the career was drawn in, else the packaged.
    """
    loaded = load_recognition(source, plugins=plugins)
    return _Applicant(loaded, priors or career_priors()).result()


class _Applicant:
    """One row of careers, and who asks about it."""

    def __init__(self, loaded: LoadedRecognition, priors: Priors) -> None:
        self.priors = priors
        self.case, self.person = loaded.case, loaded.case.person
        self.rules = _rules(tuple((path, path.read_bytes()) for path in loaded.overlays))
        self.book = self.rules.book
        self.day = dates.day(self.person.applied)
        self.careers = _careers(self.case)
        timelines = {slot: _always(policy) for slot, policy in self._policies.items()}
        self.slots = Slots(timelines)

    @property
    def _policies(self) -> dict[str, Policy]:
        return {"recognition": self.case.policy, "transfer": self.case.transfer}

    def result(self) -> RecognisedCareer:
        """Everything that is told about the career."""
        old, new = LocalRule().recognise(self.careers, self.rules), self._recognised()
        after = self._outcome(self.case.policy, new)
        built_in: list[Any] = [kind() for kind in Registry(plugins=False).of_slot("recognition").values()]
        transfers = self._transfers(old, new)
        left = [row.pool_out for row in transfers]
        used = rules_used(self.book, self.case, dates.date(int(self.careers.first_day[0])), after.place, left)
        return RecognisedCareer(
            self.case, _months(self.careers), int(self.careers.all_months[0]), self._retires(), self._age,
            self._outcome(LocalRule(), old), after,
            tuple(self._outcome(policy, policy.recognise(self.careers, self.rules)) for policy in built_in),
            transfers, used, titles(self.book, used, self._policies.values()),
        )  # fmt: skip

    def _recognised(self) -> Recognition:
        """The answer of the case's policy, checked. Raises PolicyError."""
        asked = Asked(1, self.day, lambda: np.zeros(1, np.int64), np.zeros(0, np.int64))
        answer: Recognition = self.slots.answer(
            "recognition", 0, asked, EVERYONE, Recognition,
            lambda policy, rows: policy.recognise(self.careers.take(rows), self.rules),
        )  # fmt: skip
        for wrong, what in breaches("recognition", (self.careers,), answer):
            if np.any(wrong):
                raise PolicyError("recognition", self.case.policy.name, dates.iso(self.day), "none", f"returned {what}")
        return answer

    def _outcome(self, policy: Any, found: Recognition) -> Outcome:
        months = {name: int(getattr(found, name)[0]) for name in ("counted", "deemed", "required", "short")}
        code, fen = int(found.reason[0]), int(price(found, self.careers, self.rules)[0])
        reason = policy.reasons[code] if 0 <= code < len(policy.reasons) else str(code)
        return Outcome(policy.name, POOLS[int(found.place[0])], **months, reason=reason, back_payment=fen)

    def _transfers(self, old: Recognition, new: Recognition) -> tuple[Moved, ...]:
        """What follows the months of each pool left behind; where it is claimed yearly, that of the first year."""
        life = LifeTable(self.priors, DISCOUNT)
        assessor = Assessor(self.rules, self.priors, life)
        assessed, left = assessor.assess(self._persons, self.careers, old, new)
        yearly = life.cost(assessed.yearly, assessed.age, np.zeros(1, np.int64))
        cost = yearly if self.case.transfer.each_year else assessed.cost
        cases = cases_of(left, assessed, np.full(len(left.person), int(cost[0])))
        return self._claimed(cases) if len(cases) else ()

    def _claimed(self, cases: Cases) -> tuple[Moved, ...]:
        transfers = Transfers(Ledger(), self.rules, self.slots)
        claimed = transfers.claim(self.day, 0, cases)
        waits = transfers.open[cases.pool_out, cases.pool_in]
        sums = (claimed.pooled - waits, waits, claimed.account, cases.contributed, cases.cost)
        columns = (cases.months, *sums, cases.months_total)
        return tuple(
            Moved(POOLS[p], POOLS[q], *row)
            for p, q, *row in zip(
                cases.pool_out.tolist(), cases.pool_in.tolist(), *(column.tolist() for column in columns), strict=True
            )
        )

    @property
    def _persons(self) -> Persons:
        columns = (0, self._born, dates.month_index(self.day), self.person.base_ratio)
        return Persons(*(np.array([value], np.int64) for value in columns))

    @property
    def _born(self) -> int:
        """Month of birth; where it is not said, that of somebody who applies at the age before any raising."""
        if self.person.born is not None:
            return self.person.born
        age = self.book.cell("retirement.age", pool=POOLS[0], scheme="employee", date=self.person.applied,
                             retiree=self.person.retiree).value  # fmt: skip
        return dates.month_index(self.day) - age

    @property
    def _age(self) -> int:
        return (dates.month_index(self.day) - self._born) // 12

    def _retires(self) -> str | None:
        if self.person.born is None:
            return None
        kind = np.array([RETIREES.index(self.person.retiree)])
        return dates.month_iso(int(statutory(np.array([self.person.born]), kind, self.rules)[0]))


def _careers(case: RecognitionCase) -> Careers:
    """The one row of careers that a case is."""
    person, day = case.person, dates.day(case.person.applied)
    held = np.zeros((1, dates.month_index(day) - FIRST_MONTH + 1), np.uint32)
    deemed = np.zeros((1, len(POOLS)), np.int64)
    for spell in case.career:
        pool = POOLS.index(spell.pool)
        if spell.kind == "deemed":
            deemed[0, pool] += spell.length
        elif spell.first is not None and spell.last is not None:
            held[0, spell.first - FIRST_MONTH : spell.last - FIRST_MONTH + 1] |= np.uint32(1 << pool)
    one = [np.array([code]) for code in (*_codes(person), day)]
    return Careers(one[0], one[1], one[2], one[3], held, deemed)


def _codes(person: Person) -> tuple[int, int, int]:
    return POOLS.index(person.applies_in), RETIREES.index(person.retiree), INSURED_AS.index(person.insured_as)


def _months(careers: Careers) -> tuple[PoolMonths, ...]:
    """Pools with months, in the order of the vocabulary."""
    rows = []
    for pool, name in enumerate(POOLS):
        here = (careers.held[0] >> np.uint32(pool) & 1).astype(bool)
        also = here & ((careers.held[0] & ~np.uint32(1 << pool)) != 0)
        rows.append(PoolMonths(name, int(here.sum()), int(also.sum()), int(careers.deemed[0, pool])))
    return tuple(row for row in rows if row.paid or row.deemed)


def _always(policy: Policy) -> Timeline:
    """One policy for everybody."""
    return Timeline((policy,), np.zeros(1, np.int64), np.zeros((1, GROUPS), np.int16))


@lru_cache(maxsize=4)
def _rules(overlays: tuple[tuple[Path, bytes], ...]) -> CareerRules:
    """The rules with overlays on top, once for each text they had."""
    return CareerRules(RuleBook.load([path for path, _ in overlays]))
