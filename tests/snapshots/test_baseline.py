"""The baseline's integers are pinned. A snapshot is no validation: it only shows that results change."""

from __future__ import annotations

import json

import pytest

from tests.snapshots.pin import PINNED, baseline


def leaves(data: object, path: str = "") -> dict[str, object]:
    if not isinstance(data, dict):
        return {path: data}
    return {key: leaf for name, part in data.items() for key, leaf in leaves(part, f"{path}/{name}").items()}


def test_the_baseline_leaves_the_pinned_integers() -> None:
    pinned, found = leaves(json.loads(PINNED.read_text("utf-8"))), leaves(baseline().exact)
    changed = {
        key: (pinned.get(key), found.get(key))
        for key in pinned.keys() | found.keys()
        if pinned.get(key) != found.get(key)
    }
    if changed:
        shown = "\n".join(f"{key}: {was} -> {now}" for key, (was, now) in sorted(changed.items())[:20])
        pytest.fail(f"results change; review with `make pin` and say so in CHANGELOG.md:\n{shown}")


def test_every_pinned_column_that_2024_fills_is_filled() -> None:
    pinned = leaves(json.loads(PINNED.read_text("utf-8")))
    directions = ("chongqing_to_sichuan", "sichuan_to_chongqing")
    for column in ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance", "deductible_paid"):
        filled = sum(pinned[f"/direct/{direction}/inpatient/{column}"] for direction in directions)
        assert filled > 0, f"{column} is never filled"
