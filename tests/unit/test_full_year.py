"""Are the months of the whole year that the baseline has those of the baseline?"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import runs

from settlement_sim.study.run import run

#: From September on, without a warm-up, some 2,500 persons.
SMALL = ("world.scale=0.002", "warm_up=2024-09-01", "window.from=2024-09-01")


def test_a_longer_window_leaves_the_months_before_as_they_were(tmp_path: Path) -> None:
    tables = {}
    for name in (runs.BASELINE, "full_year_2024"):
        runs.files_of(run(runs.prepared(*SMALL, scenario=name)), tmp_path / name)
        tables[name] = pd.read_csv(tmp_path / name / "tables/by_month.csv")
    year, months = tables["full_year_2024"], tables[runs.BASELINE]
    assert year.month.unique().tolist() == ["2024-09", "2024-10", "2024-11", "2024-12"]
    pd.testing.assert_frame_equal(year[: len(months)], months)
    assert (year.groupby("month").settlements.sum() > 1_000).all()
