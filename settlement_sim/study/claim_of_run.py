"""How is a claim of a run explained? As a hand-written case would be, and the two must agree to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.needs import need_text
from settlement_sim.engine.probe import Event
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.errors import BrokenLaw
from settlement_sim.money import format_yuan
from settlement_sim.policies.base import BENEFIT
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY_NAMES
from settlement_sim.record.recorder import PATHS
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.adjudicate import explain_claim
from settlement_sim.study.bill import SettledCase
from settlement_sim.study.case import Case
from settlement_sim.study.case_expect import MEMO
from settlement_sim.vocabulary import (
    ASSISTANCE,
    CARE_TYPES,
    FILINGS,
    ITEMS,
    LEVELS,
    POOLS,
    SCHEMES,
    STATUSES,
    TIERS,
)

_SLOTS: Final = ("access", "catalogue", *BENEFIT, "channel")
_FOREVER: Final = np.iinfo(np.int32).max


def explained(simulation: Simulation, book: RuleBook, event: Event, arrived: int, emergency: bool) -> SettledCase:
    """The lines of a settlement or reimbursement of a run.

    `arrived`: the second at which the need came up, whose day governs access. Raises BrokenLaw where the lines do not
    come to what the run booked.
    """
    drawn: dict[str, int] = {}
    while True:
        case = case_of(simulation, event, arrived, emergency, drawn)
        split = explain_claim(case, book, simulation.world.geography)
        if split.asked <= drawn.keys():
            _agree(event, split)
            return SettledCase(case, None, (split,))
        # Policies say which uniforms they read by reading them: tell these, and ask again.
        draws, ids = simulation.adjudicator.draws, event.row.id
        drawn |= {purpose: int(uniforms(draws, purpose, ids)[0]) for purpose in split.asked}


def money_of(settled: Settled, sign: int = 1) -> dict[str, int]:
    """Every money column of a settlement of one row (fen), in the order of claim files."""
    columns = {name: sign * int(settled.money(name)[0]) for name in MONEY_NAMES}
    columns |= {column.name: sum(columns[part] for part in parts) for column, parts in DERIVED.items()}
    return columns | {column.name: 0 for column in ALWAYS_ZERO}


def memo_of(settled: Settled, sign: int = 1) -> dict[str, int]:
    """What stands beside the columns (fen)."""
    return {name: sign * int(getattr(settled.advances, name)[0]) for name in MEMO}


def case_of(
    simulation: Simulation, event: Event, arrived: int, emergency: bool, drawn: Mapping[str, int]
) -> Case:  # fmt: skip
    """A claim of a run as a case; `drawn`: uniforms by purpose."""
    discharged = event.number("episodes.discharged")
    before = event.beside["settled"].before
    said = {
        "title": {"zh": "逐项拆分", "en": "How it is split, line by line"},
        "person": person_of(simulation, event.number("row")) | {"account": _yuan(before["account"][0])},
        "year_so_far": {"year": dates.year(discharged // dates.SECONDS_PER_DAY), **_so_far(before)},
        "claim": _claim(simulation, event, arrived, discharged) | {
            "emergency": "yes" if emergency else "no", "path": PATHS[event.number("path")],
            "uniforms": {purpose: str(value) for purpose, value in drawn.items()},
        },
        "policies": _policies(simulation, event.number("row"), arrived, discharged),
    }  # fmt: skip
    return Case.model_validate(said)


def person_of(simulation: Simulation, row: int) -> dict[str, Any]:
    """Who is insured, as a case says it; without an account."""
    people, units = simulation.world.population, simulation.world.geography.units
    born, until = int(people.born[row]), int(people.filing_until[row])
    filing = FILINGS[people.filing[row]]
    ends = {"filing_until": dates.iso(until)} if filing != "none" and until < _FOREVER else {}
    return {
        "pool": POOLS[people.pool[row]], "scheme": SCHEMES[people.scheme[row]], "tier": TIERS[people.tier[row]],
        "status": STATUSES[people.status[row]], "assistance": ASSISTANCE[people.assistance[row]],
        "unit": units[people.unit[row]], "residence": units[people.residence[row]],
        "born": f"{born >> 9:04d}-{born >> 5 & 15:02d}-{born & 31:02d}", "filing": filing, **ends,
    }  # fmt: skip


def _claim(simulation: Simulation, event: Event, arrived: int, discharged: int) -> dict[str, Any]:
    """Where, when and for how much. Access is asked when the need comes up, which is when it asks for a bed."""
    geography, care = simulation.world.geography, CARE_TYPES[event.number("care")]
    provider, gross = event.number("settled.provider"), event.row.gross
    unit = int(geography.provider_unit[provider])
    items = simulation.adjudicator.pricing.items(gross, event.row.care)
    stay = {"admitted": dates.moment_iso(arrived), "discharged": dates.moment_iso(discharged)}
    return {
        "care_type": care,
        "hospital": {
            "pool": POOLS[geography.unit_pool[unit]], "unit": geography.units[unit],
            "level": LEVELS[geography.provider_level[provider]],
        },
        **(stay if care == "inpatient" else {"on": dates.moment_iso(discharged)}),
        "bill": {name: _yuan(column[0]) for name, column in zip(ITEMS, items, strict=True)},
    }  # fmt: skip


def _policies(simulation: Simulation, row: int, arrived: int, discharged: int) -> dict[str, Any]:
    """Who decided: access on the day the need came up, the others on the day of discharge."""
    group = np.array([simulation.world.group[row]])

    def of(slot: str, second: int) -> Any:
        timeline = simulation.slots.timelines[slot]
        return timeline.policies[int(timeline.codes(second // dates.SECONDS_PER_DAY, group)[0])]

    found = {slot: of(slot, arrived if slot == "access" else discharged) for slot in _SLOTS}
    return {"benefit": {slot: found.pop(slot) for slot in BENEFIT}, **found}


def _so_far(before: Mapping[str, Any]) -> dict[str, str]:
    return {name: _yuan(before[name][0]) if money else str(before[name][0]) for name, money in STANDING.items()}


def _yuan(fen: int) -> str:
    return format_yuan(int(fen)).replace(",", "")


def _agree(event: Event, split: Any) -> None:
    """The lines must come to what the run booked, and go the way it went."""
    settled = event.beside["settled"]
    booked = money_of(settled) | memo_of(settled) | {"path": PATHS[event.number("path")]}
    told = {**split.columns, **split.memo, "path": split.path}
    wrong = [f"{name} is {is_}, its lines come to {told[name]}" for name, is_ in booked.items() if is_ != told[name]]
    if wrong:
        raise BrokenLaw(f"the lines of {need_text(event.need)} differ from the run: {'; '.join(wrong)}")


__all__ = ["case_of", "explained", "memo_of", "money_of", "person_of"]
