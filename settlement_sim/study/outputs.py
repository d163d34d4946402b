"""Everything that a finished run has to show: tables and exact integers of the visits and of the contribution years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settlement_sim.record import tables as record
from settlement_sim.study.run import Finished

if TYPE_CHECKING:
    import pandas as pd


def tables(finished: Finished) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    own = finished.years.tables if finished.years else {}
    return {**record.tables(finished.outcome), **own}


def exact(finished: Finished) -> dict[str, Any]:
    """The integers a run is pinned by."""
    own = finished.years.exact if finished.years else {}
    return {**record.exact(finished.outcome), **own}
