"""What did the articles report, how exactly, and what was left out of every fit?

`load()` reads `figures.yaml` and any overlays of the same schema; `growth(reading)` reads `growth.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from settlement_sim.observed.fields import Fields, Words, raise_all
from settlement_sim.observed.growth import DirectionGrowth, Factor, Growth, growth
from settlement_sim.observed.parse import Parsed
from settlement_sim.observed.reported import (
    Ambiguity,
    Comparison,
    Figure,
    Figures,
    HoldOut,
    Interval,
    Period,
    Place,
)
from settlement_sim.observed.sources import PACKAGED as PACKAGED_SOURCES
from settlement_sim.observed.sources import Source, sources_of
from settlement_sim.yamlio import Document, read

__all__ = [
    "Ambiguity", "Comparison", "DirectionGrowth", "Factor", "Figure", "Figures", "Growth", "HoldOut",
    "Interval", "Period", "Place", "Source", "Words", "growth", "load",
]  # fmt: skip

PACKAGED: Final = Path(__file__).parent / "figures.yaml"


def load(overlays: Sequence[Path] = ()) -> Figures:
    """The packaged figures; overlays replace figures, hold-outs and sources by id, or add some.

    Raises InputError with the problems of all files, each with file:line:col.
    """
    listed = Fields(_packaged(PACKAGED_SOURCES))
    listed.keys((), ("format", "sources"))
    files = [Fields(_packaged(PACKAGED)), *(Fields(read(path)) for path in overlays)]
    parsed = Parsed(sources=sources_of(listed))
    for fields in files:
        parsed.add(fields)
    raise_all([listed, *files])
    return Figures(parsed.figures, parsed.hold_outs, parsed.sources)


@cache
def _packaged(path: Path) -> Document:
    """A file of the package, read once."""
    return read(path)
