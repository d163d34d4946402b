"""Which exact integers does the baseline leave? Regenerated on purpose (`make pin`), reviewed as a diff.

python -m tests.snapshots.pin
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import settlement_sim as ss
from settlement_sim.observed.check import Row
from settlement_sim.record.tables import by_direction

PINNED = Path(__file__).parent / "baseline_2024q1q3.json"


@dataclass(frozen=True)
class Baseline:
    """What tests ask of the baseline at full scale.

    `exact`: as `totals.json` holds it. `rows`: its check by figure. `sums`: as `replicate` gives them for a seed.
    """

    seed: int
    exact: dict[str, Any]
    rows: dict[str, Row]
    sums: npt.NDArray[np.int64]


@cache
def baseline() -> Baseline:
    """The one full run of the scenario as it stands, kept without its world. Nobody may write into it."""
    result = ss.simulate("baseline_2024q1q3")
    sums = by_direction(result.finished.outcome.recorder)
    return Baseline(
        result.finished.prepared.plan.seed, result.exact, {row.figure: row for row in result.check()},
        np.stack([sums["settlements"], sums["total_fee"]], axis=-1),
    )  # fmt: skip


def main() -> None:
    """Write the snapshot."""
    PINNED.write_text(json.dumps(baseline().exact, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
