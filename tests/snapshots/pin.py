"""Which exact integers does the baseline leave? Regenerated on purpose (`make pin`), reviewed as a diff.

python -m tests.snapshots.pin
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import settlement_sim as ss

PINNED = Path(__file__).parent / "baseline_2024q1q3.json"


def baseline() -> dict[str, Any]:
    """The exact totals of the baseline at full scale, as `totals.json` holds them."""
    exact: dict[str, Any] = ss.simulate("baseline_2024q1q3").exact
    return exact


def main() -> None:
    """Write the snapshot."""
    PINNED.write_text(json.dumps(baseline(), ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
