"""Who is one applicant of a run? Their drawn career as a case that `recognise` reads, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from settlement_sim import dates
from settlement_sim.demand.careers import Lives, workers
from settlement_sim.errors import InputError, Problem
from settlement_sim.policies.careers import FIRST_MONTH, Careers
from settlement_sim.recognition.plan import STEP
from settlement_sim.recognition.track import Track
from settlement_sim.record.recognition import state
from settlement_sim.scenario.entries import entries_of
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.schema import slot_loc
from settlement_sim.study.recognise import recognise
from settlement_sim.study.recognition_result import RecognisedCareer
from settlement_sim.study.years import YearsResult, simulate_years
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES


@dataclass(frozen=True)
class Application:
    """One application of a run: its career, explained, and the days on which things happened."""

    number: int
    career: RecognisedCareer
    days: tuple[tuple[str, str], ...]  # event and day

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return self.career.to_dict() | {"application": self.number, "days": dict(self.days)}


def application(loaded: Loaded, number: int) -> Application:
    """The `number`-th application of a scenario's run, counted from 1 as in the table `recognitions`.

    Raises InputError where the scenario has no recognition or the run no such application.
    """
    result = simulate_years(loaded)
    most = len(result.track.assessed)
    if not 1 <= number <= most:
        raise InputError(Problem("--application", str(number), f"an application of this run, 1 to {most}"))
    career = recognise(case_of(result, number - 1), priors=result.track.priors)
    return Application(number, career, _days(result.track, number - 1))


def case_of(result: YearsResult, row: int) -> dict[str, Any]:
    """The career of an application as a hand-written case would say it."""
    track, loaded = result.track, result.loaded
    a, lives = track.assessed, _lives(track, row)
    careers = lives.careers(a.applied[[row]])
    title = f"application {row + 1} of {loaded.name}, seed {track.plan.seed}"
    return {
        "format": "1",
        "title": {"zh": f"{loaded.name} 第 {row + 1} 件申请（种子 {track.plan.seed}）", "en": title},
        "person": {
            "retiree": RETIREES[int(a.retiree[row])], "born": dates.month_iso(a.born[row]),
            "insured_as": INSURED_AS[int(a.insured_as[row])], "applies_in": POOLS[int(a.pool[row])],
            "applied": dates.iso(a.applied[row]), "base_ratio": str(int(lives.knots("career.base_ratio")[0])),
        },
        "career": [*_spells(careers)],
        "policy": _entry(loaded, track, "recognition", int(a.pool[row]), int(a.applied[row])),
        "transfer": _entry(loaded, track, "transfer", int(a.after.place[row]), int(a.applied[row])),
        "rules": [str(path) for path in loaded.overlays("rules")],
    }  # fmt: skip


def _lives(track: Track, row: int) -> Lives:
    plan = track.plan
    months = (dates.month_index(plan.first), dates.month_index(plan.last))
    people = workers(track.priors, track.rules, plan.employees, plan.world_seed, months, plan.scale_bp)
    (who,) = np.flatnonzero(people.id == track.assessed.id[row])
    return Lives(people.take(np.array([who])), track.priors, plan.world_seed)


def _spells(careers: Careers) -> list[dict[str, str]]:
    """Spells of the one person of these careers."""
    found = []
    for pool in careers.present:
        paid = np.concatenate([[False], careers.held[0] >> np.uint32(pool) & 1 == 1, [False]])
        for first, end in np.flatnonzero(np.diff(paid.astype(np.int8))).reshape(-1, 2).tolist():
            begin, last = (dates.month_iso(FIRST_MONTH + month) for month in (first, end - 1))
            found.append({"pool": POOLS[pool], "from": begin, "until": last})
    for pool in np.flatnonzero(careers.deemed[0]).tolist():
        found.append({"pool": POOLS[pool], "kind": "deemed", "months": str(int(careers.deemed[0, pool]))})
    return found


def _entry(loaded: Loaded, track: Track, slot: str, pool: int, day: int) -> dict[str, Any]:
    """The policy that a scenario names for a pool on a day, as a case would name it."""
    code = int(track.plan.timelines[slot].codes(day, np.array([pool * STEP]))[0])
    entry = entries_of(loaded.scenario.policies, slot)[code]
    path = loaded.beside(entry.use, *slot_loc(slot), code, "use") if ".py" in entry.use else entry.use
    return {"use": str(path), "with": entry.parameters}


def _days(track: Track, row: int) -> tuple[tuple[str, str], ...]:
    """What happened to an application, and when."""
    said = [("applied", dates.iso(track.assessed.applied[row]))]
    if track.decided.corrected[row]:
        said.append(("papers sent back", "yes"))
    how = state(track)[row]
    said.append((how, dates.iso(track.decided.day[row]) if how != "open" else "not decided in the window"))
    paid = [payment for payment in track.back_payments if payment.row == row]
    if paid:
        said.append((f"paid back, {len(paid)}×", f"{dates.iso(paid[0].day)} – {dates.iso(paid[-1].day)}"))
    return tuple(said)
