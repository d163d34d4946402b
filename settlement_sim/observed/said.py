"""How does one reported figure fare beside a run?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: A simulated value may differ from a figure by this many of the run's own standard errors.
STANDARD_ERRORS: Final = 3.5


@dataclass(frozen=True)
class Said:
    """Simulated value, its error and tolerance, basis, verdict, reason."""

    simulated: float | None
    standard_error: float | None
    tolerance: float | None
    basis: str
    verdict: str
    reason: str


def silent(reason: str) -> Said:
    """The run cannot speak to the figure."""
    return Said(None, None, None, "none", "not_spoken_to", reason)


def verdict(met: bool) -> str:
    """The word for it.

    >>> verdict(True), verdict(False)
    ('met', 'missed')
    """
    return "met" if met else "missed"
