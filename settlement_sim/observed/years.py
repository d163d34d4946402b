"""What does the track of contribution years say to the reported figures B1 to B6?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from settlement_sim.observed.reported import Figure
from settlement_sim.observed.said import STANDARD_ERRORS, Basis, Said, silent, verdict

#: The one published person: a woman who retires at 50 in Chongqing.
_PERSON: Final = "women who retire at 50, recognised in Chongqing"


@dataclass(frozen=True)
class Years:
    """What a check needs to know of a run of the track. Ranges: 5th percentile, median, 95th; empty without cases."""

    first: str
    last: str
    began: str  # first day on which other pools' months are recognised; empty: never
    pools: int  # that recognise each other's months on that day
    handled: int  # in Chongqing, counted as the reading says
    months_saved: tuple[float, ...]
    yuan_saved: tuple[float, ...]
    full_scale: bool = True
    fitted: bool = True

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Years:
        """From `to_dict`."""
        return cls(**{**said, "months_saved": tuple(said["months_saved"]), "yuan_saved": tuple(said["yuan_saved"])})


def said_of(years: Years, figure: Figure) -> Said:
    """A figure beside a run of the track."""
    if figure.id in _OF:
        return _OF[figure.id](years, figure)
    return silent("one person's age is no outcome; docs/recognition.md tells which careers fit")


def _began(years: Years, figure: Figure) -> Said:
    told = f"recognised from {years.began}" if years.began else "nothing is recognised"
    return Said(None, None, None, "input", verdict(years.began == figure.value), f"{told}; a date of the scenario")


def _pools(years: Years, figure: Figure) -> Said:
    met = years.pools == figure.value
    return Said(years.pools, None, None, "input", verdict(met), "the scope that the scenario states")


def _handled(years: Years, figure: Figure) -> Said:
    period = figure.period
    if period is None or (period.from_, period.until) != (years.first, years.last):
        return silent(f"the figure covers other days than {years.first} to {years.last}")
    if not years.full_scale:
        return silent("the run is of a reduced world, the figure of all cases")
    error = years.handled**0.5
    met = abs(years.handled - int(figure.value)) <= STANDARD_ERRORS * error
    stale = "" if years.fitted else "; the fit is stale: it rests on other inputs"
    reason = f"differs by {years.handled - int(figure.value):+d}; the hazard of an application is fitted to it{stale}"
    return Said(years.handled, error, STANDARD_ERRORS * error, "calibrated", verdict(met), reason)


def _inside(spread: tuple[float, ...], figure: Figure, basis: Basis, told: str) -> Said:
    if not spread:
        return silent(f"no {_PERSON} in this run")
    low, median, high = spread
    met = low <= float(figure.value) <= high
    reason = f"5th to 95th percentile {low:,.0f} to {high:,.0f} of {_PERSON}; a single person, {told}"
    return Said(median, None, None, basis, verdict(met), reason)


def _months(years: Years, figure: Figure) -> Said:
    return _inside(years.months_saved, figure, "predicted", "never fitted, never a mean")


def _yuan(years: Years, figure: Figure) -> Said:
    told = "never a mean; the wage base of employers was chosen with this person in view"
    return _inside(years.yuan_saved, figure, "calibrated", told)


_OF: Final[Mapping[str, Any]] = {
    "B1": _began,
    "B2": _pools,
    "B4": _months,
    "B5": _yuan,
    "B6": _handled,
}
