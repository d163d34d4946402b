"""How would a clerk write the split of a bill down, step by step? It explains; the policies decide.

Whatever these lines come to is compared with the policies' columns; a difference is a defect (see adjudicate.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from settlement_sim.policies.answers import PAYS
from settlement_sim.policies.base import BENEFIT, Policy
from settlement_sim.policies.benefit.care_place import CarePlaceBasic, CarePlaceCatastrophic
from settlement_sim.policies.benefit.insured_place import (
    InsuredPlaceAssistance,
    InsuredPlaceBasic,
    InsuredPlaceCatastrophic,
)
from settlement_sim.policies.benefit.none import NoAssistance, NoCatastrophic
from settlement_sim.study.case_expect import MEMO
from settlement_sim.study.facts import LOCAL_TERMS, Facts, as_told
from settlement_sim.study.lines import TITLES, Tape
from settlement_sim.study.trace_basic import basic
from settlement_sim.study.trace_payment import access, payment
from settlement_sim.study.trace_scope import scope
from settlement_sim.study.trace_year import assistance, catastrophic

_Explain = Callable[[Facts, Tape], None]


def trace(facts: Facts, tape: Tape) -> None:
    """Print every line of the split on the tape."""
    scope(facts, tape)
    access(facts, tape)
    tape.columns |= dict.fromkeys((*TITLES, *MEMO), 0) | tape.columns
    for slot in BENEFIT:
        explain = _LAYERS.get(type(facts.policy(slot)))
        if explain is None:
            as_told(facts, tape, slot, {column: TITLES[column] for column in PAYS[slot]})
        else:
            explain(facts, tape)
    payment(facts, tape)


def _by_care_place(explain: _Explain) -> _Explain:
    """The same layer under the rules of the place of care, on the terms of its own insured."""

    def there(facts: Facts, tape: Tape) -> None:
        own, pool = tape.lookup, facts.claim.hospital.pool
        tape.add("按就医地待遇", "by the rules of the place of care", pool)
        tape.lookup = own.in_pool(pool)
        explain(replace(facts, way=replace(facts.way, filing=LOCAL_TERMS)), tape)
        tape.lookup = own

    return there


def _nothing(facts: Facts, tape: Tape) -> None:
    """A layer that does not exist."""


_LAYERS: Final[Mapping[type[Policy], _Explain]] = {
    InsuredPlaceBasic: basic,
    CarePlaceBasic: _by_care_place(basic),
    InsuredPlaceCatastrophic: catastrophic,
    CarePlaceCatastrophic: _by_care_place(catastrophic),
    NoCatastrophic: _nothing,
    InsuredPlaceAssistance: assistance,
    NoAssistance: _nothing,
}
