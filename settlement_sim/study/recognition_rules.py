"""Which rules of contribution years did a career meet, and which documents say so?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from settlement_sim import dates
from settlement_sim.policies.base import Policy
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.parameters import documents
from settlement_sim.study.lines import Basis, Lookup
from settlement_sim.study.recognition_case import RecognitionCase

#: Rules of the day on which somebody was first insured, and of the day of the application.
_ON_FIRST_DAY: Final = ("years.cumulative", "years.continuous")
_ON_APPLICATION: Final = ("years.local", "years.deemed", "years.elsewhere", "back_payment.base", "back_payment.rate")
_OF_THOSE_LEFT: Final = ("contribution.base", "contribution.rate", "contribution.pooled")
#: The agreement of 2020 names the idea of these transfers.
_AGREEMENT: Final = "000_1c5d9a0484e198c9"
#: The document behind a policy that has no parameter to cite it.
_BEHIND: Final = {
    "account_only": "transfer_procedure_2021", "retrospective": _AGREEMENT, "prospective": _AGREEMENT,
    "reciprocal_band": _AGREEMENT,
}  # fmt: skip
_OF_RETIREMENT: Final = ("retirement.age", "retirement.raise_every", "retirement.raise_most")


def rules_used(
    book: RuleBook, case: RecognitionCase, first_day: dt.date, place: str, left: Sequence[str]
) -> tuple[Basis, ...]:
    """Rules of the pool of application and of retirement, of the pools left behind, and of the retirement age."""
    person = case.person
    own = {"retiree": person.retiree, "insured_as": person.insured_as}

    def look(leaves: Iterable[str], pool: str, day: dt.date) -> list[Basis]:
        lookup = Lookup(book, day, pool, "employee", own, elsewhere=True)
        return [lookup.rule(leaf) for leaf in leaves]

    found: list[Basis] = []
    for pool in dict.fromkeys((person.applies_in, place)):
        found += look(_ON_FIRST_DAY, pool, first_day) + look(_ON_APPLICATION, pool, person.applied)
    for pool in left:
        found += look(_OF_THOSE_LEFT, pool, person.applied)
    if left:
        found += look(("retiree.cost",), place, person.applied)
    if person.born is not None:
        fifty = dates.month_bounds(person.born + 600)[0]
        (age,) = look(_OF_RETIREMENT[:1], person.applies_in, dates.date(fifty))
        turned = dates.month_bounds(person.born + age.number)[0]
        found += [age, *look(_OF_RETIREMENT[1:], person.applies_in, dates.date(turned))]
    return tuple(found)


def titles(book: RuleBook, used: Sequence[Basis], policies: Iterable[Policy]) -> tuple[tuple[str, str], ...]:
    """Titles of the documents behind the rules used and the parameters of the policies, each once."""
    named = [rule.source_id for rule in used]
    for policy in policies:
        records: list[Any] = [field.json_schema_extra for field in type(policy).model_fields.values()]
        named.append(_BEHIND.get(policy.name, "") if policy.origin == "built-in" else "")
        named += [record.get("source", "") for record in records if isinstance(record, dict)]
    sources = documents() | dict(book.sources)
    known = [sources[name] for name in dict.fromkeys(named) if name in sources]
    return tuple((source.title.zh, source.title.en) for source in known)
