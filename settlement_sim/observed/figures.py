"""What did the articles report, how exactly, and what was left out of every fit?

`load()` reads `figures.yaml` and any overlays of the same schema; `growth(reading)` reads `growth.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from settlement_sim.fields import Fields, Words, raise_all
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
from settlement_sim.provenance import FOLDER as SOURCES
from settlement_sim.provenance import Source, read_sources
from settlement_sim.yamlio import Document, read

__all__ = [
    "Ambiguity", "Comparison", "DirectionGrowth", "Factor", "Figure", "Figures", "Growth", "HoldOut",
    "Interval", "Period", "Place", "Source", "Words", "growth", "load",
]  # fmt: skip

PACKAGED: Final = Path(__file__).parent / "figures.yaml"


def load(overlays: Sequence[Path] = ()) -> Figures:
    """The packaged figures; overlays replace figures and hold-outs by id, or add some, and may list
    sources of their own.

    Raises InputError with the problems of all files, each with file:line:col.
    """
    files = [Fields(_packaged(PACKAGED)), *(Fields(read(path)) for path in overlays)]
    listed = Fields(_packaged(SOURCES / "observed.yaml"))
    listed.keys((), ("format", "sources"))
    parsed = Parsed(read_sources(listed.document, listed.problems, {}))
    for fields in files:
        parsed.add(fields)
    raise_all([listed, *files])
    return Figures(parsed.figures, parsed.hold_outs, parsed.sources)


@cache
def _packaged(path: Path) -> Document:
    """A file of the package, read once."""
    return read(path)
