"""How are the visit-rate scale and the weight of stays fitted to A1-A4, per direction?

Prices are held at their priors. Start: expected needs and the level mix of destinations, by arithmetic over the
population. Then a few Newton steps on fixed calibration seeds: a step solves, per direction,

    ΔV = Δn_o + Δn_i        ΔC = o·Δn_o + I·Δn_i

for the changes in stays (n_i) and other visits (n_o), with the simulated means o and I. Nothing is conditioned on a
total. The file carries targets, residuals, standard errors and the fingerprint of all it rests on. A backcast is fitted
to what its reading of growth makes of A1-A4 in 2023, and its file says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.destinations import destination_shares
from settlement_sim.demand.needs import INPATIENT, PHARMACY
from settlement_sim.demand.own_priors import ONLY_FITTED, differing
from settlement_sim.demand.rates import relative_rates, stratum
from settlement_sim.money import WHOLE
from settlement_sim.observed.figures import Figures
from settlement_sim.observed.targets import Implied, Target
from settlement_sim.observed.terms import DIRECTIONS, MEASURES
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.fingerprint import goal_of, inputs_fingerprint
from settlement_sim.study.replicate import replicate
from settlement_sim.study.run import Prepared, prepare
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES
from settlement_sim.world.world import level_prices

#: Kinds of scenarios that have totals to fit to.
FITTED_KINDS: Final = ("history", "backcast")
#: Seeds of the calibration; fresh seeds test it.
SEEDS: Final = tuple(range(9_000_001, 9_000_017))
#: How many of them each step uses: few while far away, all for the last step and for the residuals.
SCHEDULE: Final = (2, 4, 16, 16)
_OTHERS: Final = [c for c in range(len(CARE_TYPES)) if c != INPATIENT]
_MICRO: Final = 1_000_000
Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """Means over the calibration seeds after one evaluation: directions × (settlements, gross), and their errors."""

    mean: Real
    standard_error: Real


def calibrate(
    loaded: Loaded, figures: Figures, progress: Callable[[str], None] = lambda text: None, workers: int = 1
) -> tuple[Calibration, list[Step], list[Target]]:
    """Fit weights to the figures of the window; returns the calibration, what every step found, and the goal.

    The base year of the calibration is the one in which the window begins.
    """
    goal = goal_of(loaded, figures)
    blank = prepare(loaded, calibration=_blank(loaded.scenario.window.first.year))
    start = analytic_start(blank, goal)
    calibration, steps = start.world.calibration, []
    for number, count in enumerate(SCHEDULE):
        step, means = evaluate(loaded, calibration, SEEDS[:count], workers)
        steps.append(step)
        progress(f"step {number}, {count} seeds: {_residual_text(step, goal)}")
        if number < len(SCHEDULE) - 1:
            calibration = replace(calibration, weights=newton(calibration.weights, step, means, goal))
    return replace(calibration, fingerprint=inputs_fingerprint(start, goal)), steps, goal


def analytic_start(prepared: Prepared, goal: list[Target]) -> Prepared:
    """Weights and prices from expected needs: Σ persons of relative rate × class × share of the year in the window."""
    priors = prepared.world.priors
    access = prepared.plan.timelines["access"].policies[0]
    by_hand = getattr(access, "manual_stays", 0) / WHOLE
    base = expected_by_unit(prepared)
    price = np.zeros((len(PROVINCES), len(CARE_TYPES), len(LEVELS)), np.int64)
    weights: dict[str, dict[str, int]] = {}
    for p, province in enumerate(PROVINCES):
        mix = np.array([priors[f"mix.{CARE_TYPES[c]}"] for c in _OTHERS]) / 100
        means = np.array([priors[f"prices.{province}.{care}"] for care in CARE_TYPES]) * 100
        other = float(mix @ means[_OTHERS])
        stays = (goal[p].total_fee - goal[p].settlements * other) / (means[INPATIENT] - other)
        wanted = np.zeros(len(CARE_TYPES))
        wanted[_OTHERS] = (goal[p].settlements - stays) * mix
        wanted[INPATIENT] = stays / (1 - by_hand)
        weights[province] = {care: round(_MICRO * wanted[c] / base[p, c].sum()) for c, care in enumerate(CARE_TYPES)}
        price[p] = level_prices(priors, province, _level_mix(prepared, p, base[p]))
    own = differing(priors, *ONLY_FITTED, "prices.")
    calibration = replace(prepared.world.calibration, weights=weights, price=price, own_priors=own)
    world = replace(prepared.world, calibration=calibration, price=price.ravel())
    return replace(prepared, world=world)


def expected_by_unit(prepared: Prepared) -> Real:
    """Provinces × care types × residence units: expected needs in the window where every weight is one."""
    world, plan = prepared.world, prepared.plan
    priors, people = world.priors, world.population
    rates = relative_rates(priors)[stratum(people, plan.first)] / 100_000
    rates *= (priors.row("persons.rate_class.multiplier")[people.rate_class] / 100)[:, None]
    year = dates.year(plan.first)
    kinds = [world.calendar.kinds(*days) for days in (
        (plan.first, plan.last), (dates.day(f"{year}-01-01"), dates.day(f"{year}-12-31")))]  # fmt: skip
    expected = np.zeros((len(PROVINCES), len(CARE_TYPES), world.units))
    for c, care in enumerate(CARE_TYPES):
        weights = priors.row(f"calendar.{care}")
        part = weights[kinds[0]].sum() / weights[kinds[1]].sum()
        place = people.province.astype(np.int64) * world.units + people.residence
        sums = np.bincount(place, rates[:, c] * part, len(PROVINCES) * world.units)
        expected[:, c] = sums.reshape(len(PROVINCES), -1)
    return expected


def _level_mix(prepared: Prepared, province: int, expected: Real) -> Whole:
    """Care types × levels: expected visits in 1/1,000 by the level of the chosen provider."""
    world = prepared.world
    mix = np.zeros((len(CARE_TYPES), len(LEVELS)), np.int64)
    for care in range(len(CARE_TYPES)):
        visits = expected[care] @ destination_shares(world.geography, world.priors, province, care)
        mix[care] = np.round(1000 * np.bincount(world.provider_level, visits, len(LEVELS)))
    return mix


def evaluate(loaded: Loaded, calibration: Calibration, seeds: tuple[int, ...], workers: int = 1) -> tuple[Step, Real]:
    """Means over seeds, and per direction (others, stays) × (count, gross)."""
    runs = np.array(replicate(loaded, seeds, calibration=calibration, workers=workers), np.float64)
    if loaded.scenario.readings.pharmacy_inside_a1 == "no":
        runs[:, :, PHARMACY] = 0
    totals = runs.sum(2)
    error = totals.std(axis=0, ddof=1) / np.sqrt(len(seeds))
    parts = np.stack([runs[:, :, _OTHERS].sum(2), runs[:, :, INPATIENT]], axis=2).mean(0)
    return Step(totals.mean(0), error), parts


def newton(
    weights: Mapping[str, Mapping[str, int]], step: Step, means: Real, goal: list[Target]
) -> dict[str, dict[str, int]]:
    """Weights after one step: solve for the missing stays and other visits of each direction."""
    changed = {}
    for p, province in enumerate(PROVINCES):
        (n_other, c_other), (n_stay, c_stay) = means[p]
        missing = [goal[p].settlements - step.mean[p, 0], goal[p].total_fee - step.mean[p, 1]]
        other, stay = np.linalg.solve([[1, 1], [c_other / n_other, c_stay / n_stay]], missing)
        factor = {c: 1 + stay / n_stay if c == INPATIENT else 1 + other / n_other for c in range(len(CARE_TYPES))}
        changed[province] = {care: round(weights[province][care] * factor[c]) for c, care in enumerate(CARE_TYPES)}
    return changed


def write(path: Path, calibration: Calibration, steps: list[Step], goal: list[Target]) -> None:
    """Write the calibration file: what was fitted, to what, how well, on which inputs."""
    lines = [
        *_heading(goal[0]), "format: 1", "grade: calibrated", f"year: {calibration.year}",
        f"fingerprint: {calibration.fingerprint}", f"seeds: [{', '.join(map(str, SEEDS))}]",
        *_residual_lines(steps[-1], goal),
    ]  # fmt: skip
    if calibration.own_priors:
        lines.append("own_priors:  # that the weights and prices below rest on, in place of the packaged ones")
        lines += [f"  {name}: [{', '.join(map(str, v))}]" for name, v in calibration.own_priors.items()]
    lines.append("weights:  # visits per person-year where the relative rate is one, in 1/1,000,000")
    lines += [f"  {p}: {_flow(calibration.weights[p])}" for p in PROVINCES]
    lines.append("prices:  # mean gross bill by level, fen: the priors at the expected level mix")
    for p, province in enumerate(PROVINCES):
        lines.append(f"  {province}:")
        for c, care in enumerate(CARE_TYPES):
            row = {f'"{level}"': int(v) for level, v in zip(LEVELS, calibration.price[p, c], strict=True)}
            lines.append(f"    {care}: {_flow(row)}")
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    unfinished.replace(path)


def _heading(target: Target) -> list[str]:
    """What a reader must know before anything else."""
    if isinstance(target, Implied):
        return [
            "# Fitted by `settlement-sim calibrate`; do not edit. Built from a reading of the reported growth:",
            f"# its totals are A1-A4 divided by the factors of {target.reading}. A run is no evidence for it.",
        ]
    return ["# Fitted by `settlement-sim calibrate`; do not edit. A match with A1-A4 is calibrated, not evidence."]


def _residual_lines(last: Step, goal: list[Target]) -> list[str]:
    """Each total, how far the simulated mean is from it, and the error of that mean."""
    word = "implied" if isinstance(goal[0], Implied) else "reported"
    lines = [f"residuals:  # simulated mean less {word}; gross in fen"]
    for p, direction in enumerate(DIRECTIONS):
        for m, measure in enumerate(MEASURES):
            wanted = getattr(goal[p], measure)
            row = (
                {word: wanted}
                | _range(goal[p], measure)
                | {
                    "residual": round(last.mean[p, m] - wanted),
                    "standard_error": round(last.standard_error[p, m]),
                }
            )
            lines.append(f"  {direction}.{measure}: {_flow(row)}")
    return lines


def _range(target: Target, measure: str) -> dict[str, int]:
    """How far a reading leaves an implied total open; a reported one has its printed interval elsewhere."""
    if not isinstance(target, Implied):
        return {}
    return {"low": getattr(target.low, measure), "high": getattr(target.high, measure)}


def _flow(row: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in row.items()) + "}"


def _blank(year: int) -> Calibration:
    weights = {p: dict.fromkeys(CARE_TYPES, 0) for p in PROVINCES}
    return Calibration(weights, np.zeros((len(PROVINCES), len(CARE_TYPES), len(LEVELS)), np.int64), "", year)


def _residual_text(step: Step, goal: list[Target]) -> str:
    parts = []
    for p, direction in enumerate(DIRECTIONS):
        settlements = step.mean[p, 0] / goal[p].settlements - 1
        gross = step.mean[p, 1] / goal[p].total_fee - 1
        parts.append(f"{direction} settlements {settlements:+.4%}, gross {gross:+.4%}")
    return "; ".join(parts)
