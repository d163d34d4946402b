"""Everything that a finished run has to show: tables and exact integers of the visits and of the contribution years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from settlement_sim.record import tables as record
from settlement_sim.study.run import Finished
from settlement_sim.study.years import YearsResult

if TYPE_CHECKING:
    import pandas as pd


def tables(run: Finished | YearsResult) -> Mapping[str, pd.DataFrame]:
    """All tables by name."""
    if isinstance(run, YearsResult):
        return run.tables
    return {**record.tables(run.outcome), **(run.years.tables if run.years else {})}


def exact(run: Finished | YearsResult) -> dict[str, Any]:
    """The integers a run is pinned by."""
    if isinstance(run, YearsResult):
        return run.exact
    return {**record.exact(run.outcome), **(run.years.exact if run.years else {})}
