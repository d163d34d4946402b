"""Do the simulated totals meet the reported figures, over exactly their period and scope?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from settlement_sim.observed.reported import Figure, Figures, HoldOut
from settlement_sim.observed.said import STANDARD_ERRORS, Said, silent, verdict
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.observed.years import Years, said_of
from settlement_sim.vocabulary import CARE_TYPES

#: Verdict of A1-A4: within a share of the figure, or within `STANDARD_ERRORS`.
TOLERANCE: Final = {"settlements": Decimal("0.003"), "total_fee": Decimal("0.01")}
_NOT_SIMULATED: Final = {
    "two_periods": "growth needs two periods; a single run has one",
    "recognition": "recognition of contribution years is not simulated by this scenario",
    "examination": "recognition of examinations is not simulated by this scenario",
    "emergency": "cross-border ambulances are not simulated by this scenario",
    "card": "electronic health cards are not simulated by this scenario",
    "shortage": "drugs in shortage are not simulated by this scenario",
    "assistance": "paired assistance of hospitals is not simulated by this scenario",
    "agreement": "a statement of the 2020 agreements, not an outcome of a run",
    "demography": "a demographic statement; the population of travellers is declared, not simulated",
}


@dataclass(frozen=True)
class Run:
    """What a check needs to know of a run. `totals[direction][care type][column]`; money in fen."""

    first: str
    last: str
    full_scale: bool
    calibration_note: str
    pharmacy_inside: bool
    totals: Mapping[str, Mapping[str, Mapping[str, int]]]
    by_hand: Mapping[str, Mapping[str, Mapping[str, int]]]
    errors: Mapping[str, Mapping[str, float]]  # direction → measure → standard error of all care types
    years: Years | None = None  # recognition of contribution years, where it is simulated
    visits: bool = True  # whether anybody travels


@dataclass(frozen=True)
class Row:
    """One figure beside the run; money in yuan."""

    figure: str
    name_zh: str
    name_en: str
    unit: str
    reported: Any
    interval: tuple[str, str]
    simulated: float | None
    standard_error: float | None
    tolerance: float | None
    basis: str
    verdict: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            **asdict(self),
            "reported": str(self.reported) if isinstance(self.reported, Decimal) else self.reported,
        }


@dataclass(frozen=True)
class Beside:
    """A hold-out beside the run: never a verdict."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    external: str
    low: str
    high: str
    simulated: Mapping[str, float | None]  # by direction


def check(run: Run, figures: Figures) -> list[Row]:
    """One row per reported figure."""
    return [_row(run, figure) for figure in figures.figures.values()]


def missed(rows: list[Row]) -> bool:
    """Whether any figure was missed."""
    return any(row.verdict == "missed" for row in rows)


def _row(run: Run, figure: Figure) -> Row:
    said = said_of(run.years, figure) if run.years and figure.speaks_to == "recognition" else _said(run, figure)
    interval = (str(figure.interval.from_), str(figure.interval.until))
    return Row(
        figure.id, figure.name.zh, figure.name.en, figure.unit, figure.value, interval,
        said.simulated, said.standard_error, said.tolerance, said.basis, said.verdict, said.reason,
    )  # fmt: skip


def _said(run: Run, figure: Figure) -> Said:
    """A figure beside the visits of a run."""
    why = _why_silent(run, figure)
    if why:
        return silent(why)
    assert figure.comparison is not None
    direction, measure = figure.comparison.direction, figure.comparison.measure
    per_unit = 100 if measure == "total_fee" else 1
    simulated = sum(run.totals[direction][care][measure] for care in _counted(run)) / per_unit
    error = run.errors[direction][measure] / per_unit
    reported = float(figure.value)
    tolerance = max(float(TOLERANCE[measure]) * reported, STANDARD_ERRORS * error)
    side = "inside" if figure.interval.contains(figure_value(simulated, figure)) else "outside"
    reason = f"differs by {simulated / reported - 1:+.3%}; {side} the printed interval{run.calibration_note}"
    # Stale or not, the weights were fitted to these figures: a match is no evidence.
    return Said(simulated, error, tolerance, "calibrated", verdict(abs(simulated - reported) <= tolerance), reason)


def figure_value(simulated: float, figure: Figure) -> Any:
    """The simulated value in the type of the figure's interval."""
    return Decimal(repr(simulated)) if isinstance(figure.value, Decimal) else round(simulated)


def _counted(run: Run) -> tuple[str, ...]:
    return tuple(care for care in CARE_TYPES if run.pharmacy_inside or care != "pharmacy")


def _why_silent(run: Run, figure: Figure) -> str:
    """Why a run cannot speak to a figure; empty if it can."""
    if figure.comparison is None:
        return _NOT_SIMULATED[figure.speaks_to]
    period = figure.period
    if not run.visits:
        return "visits are off in this scenario"
    if period is None or (period.from_, period.until) != (run.first, run.last):
        covers = f"{period.from_} to {period.until}" if period else "no stated period"
        return f"the figure covers {covers}, the run {run.first} to {run.last}"
    return "" if run.full_scale else "the run is of a reduced world, the figure of all settlements"


def beside(run: Run, figures: Figures) -> list[Beside]:
    """Quantities that were never fitted, beside the run."""
    return [_beside(run, hold_out) for hold_out in figures.hold_outs.values()] if run.visits else []


def _beside(run: Run, hold_out: HoldOut) -> Beside:
    simulated = {direction: _quantity(run, hold_out, direction) for direction in DIRECTIONS}
    to = f"–{hold_out.value_to}" if hold_out.value_to is not None else ""
    return Beside(
        hold_out.id, hold_out.name.zh, hold_out.name.en, hold_out.unit, f"{hold_out.value}{to}",
        str(hold_out.low), str(hold_out.high), simulated,
    )  # fmt: skip


def _quantity(run: Run, hold_out: HoldOut, direction: str) -> float | None:
    totals, by_hand = run.totals[direction], run.by_hand[direction]
    care = hold_out.where.get("care_type")
    cares = (care,) if care else CARE_TYPES

    def total(column: str) -> int:
        return sum(totals[c][column] for c in cares)

    if hold_out.measure == "cleared_per_settlement":
        return _ratio(total("cleared") / 100, total("settlements"))
    if hold_out.measure == "cleared_share_of_total_fee":
        return _ratio(total("cleared"), total("total_fee"))
    if hold_out.measure == "share_of_settlements" and care:
        return _ratio(total("settlements"), sum(totals[c]["settlements"] for c in CARE_TYPES))
    if hold_out.measure == "share_of_settlements":
        return _ratio(total(f"settlements_{hold_out.where['scheme']}"), total("settlements"))
    stays = by_hand["inpatient"]["settlements"]
    return _ratio(stays, stays + totals["inpatient"]["settlements"])


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
