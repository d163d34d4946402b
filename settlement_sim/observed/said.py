"""How does one reported figure fare beside a run?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

#: A simulated value may differ from a figure by this many of the run's own standard errors.
STANDARD_ERRORS: Final = 3.5
#: How a figure relates to a run: it stands in the scenario, is fitted to, is not; or there is nothing to compare.
Basis = Literal["input", "calibrated", "predicted", "none"]
Verdict = Literal["met", "missed", "not_spoken_to"]
BASES: Final[tuple[str, ...]] = get_args(Basis)
VERDICTS: Final[tuple[str, ...]] = get_args(Verdict)


@dataclass(frozen=True)
class Said:
    """Simulated value, its error and tolerance, basis, verdict, reason."""

    simulated: float | None
    standard_error: float | None
    tolerance: float | None
    basis: Basis
    verdict: Verdict
    reason: str


def silent(reason: str) -> Said:
    """The run cannot speak to the figure."""
    return Said(None, None, None, "none", "not_spoken_to", reason)


def verdict(met: bool) -> Verdict:
    """The word for it.

    >>> verdict(True), verdict(False)
    ('met', 'missed')
    """
    return "met" if met else "missed"
