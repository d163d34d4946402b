"""How does the track fare beside the reported figures B1 to B6?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from settlement_sim.observed import figures
from settlement_sim.observed.reported import Figure
from settlement_sim.observed.said import Said
from settlement_sim.observed.years import Years, said_of

GOOD = Years("2024-03-01", "2024-12-31", "2024-03-01", 2, 154, (12.0, 40.0, 97.0), (8_000.0, 31_000.0, 70_000.0))


def figure(name: str) -> Figure:
    return figures.load()[name]


def said(name: str, **changes: Any) -> Said:
    return said_of(replace(GOOD, **changes), figure(name))


def test_the_figures() -> None:
    """What the article prints: from 1 March 2024, two pools, 38 months, more than 30,000 yuan, 154 cases."""
    assert [figure(name).value for name in ("B1", "B2", "B4", "B5", "B6")] == ["2024-03-01", 2, 38, 30_000, 154]
    period = figure("B6").period
    assert period and (period.from_, period.until) == ("2024-03-01", "2024-12-31")


@pytest.mark.parametrize(
    ("name", "changes", "verdict"),
    [
        ("B1", {}, "met"), ("B1", {"began": "2024-03-02"}, "missed"), ("B1", {"began": ""}, "missed"),
        ("B2", {}, "met"), ("B2", {"pools": 22}, "missed"), ("B2", {"pools": 0}, "missed"),
        ("B4", {}, "met"), ("B4", {"months_saved": (38.0, 40.0, 97.0)}, "met"),
        ("B4", {"months_saved": (38.1, 40.0, 97.0)}, "missed"), ("B4", {"months_saved": (1.0, 20.0, 37.9)}, "missed"),
        ("B4", {"months_saved": ()}, "not_spoken_to"),
        ("B5", {}, "met"), ("B5", {"yuan_saved": (100.0, 20_000.0, 29_999.0)}, "missed"),
        ("B5", {"yuan_saved": ()}, "not_spoken_to"),
        ("B6", {}, "met"),
        # 3.5 √n on either side: 118 are 36 away of 38.0, 116 are 38 away of 37.7; 203 49 of 49.9, 204 50 of 49.99.
        ("B6", {"handled": 117}, "met"), ("B6", {"handled": 116}, "missed"),
        ("B6", {"handled": 203}, "met"), ("B6", {"handled": 204}, "missed"), ("B6", {"handled": 0}, "missed"),
        ("B6", {"last": "2024-12-30"}, "not_spoken_to"), ("B6", {"first": "2024-03-02"}, "not_spoken_to"),
        ("B6", {"full_scale": False}, "not_spoken_to"),
        ("B3", {}, "not_spoken_to"),
    ],
)  # fmt: skip
def test_verdicts(name: str, changes: dict[str, Any], verdict: str) -> None:
    assert said(name, **changes).verdict == verdict


@pytest.mark.parametrize(
    ("name", "basis"),
    [("B1", "input"), ("B2", "input"), ("B4", "predicted"), ("B5", "calibrated"), ("B6", "calibrated")],
)
def test_on_what_each_rests(name: str, basis: str) -> None:
    assert said(name).basis == basis


def test_the_count_has_its_own_error() -> None:
    found = said("B6", handled=144)
    assert (found.simulated, found.standard_error, found.tolerance) == (144, 12.0, 42.0)
    assert "differs by -10" in found.reason and "stale" not in found.reason
    assert "stale" in said("B6", fitted=False).reason


def test_the_published_person_stands_beside_a_spread_and_never_a_mean() -> None:
    found = said("B4")
    assert found.simulated == 40 and found.standard_error is None
    assert "never fitted, never a mean" in found.reason and "12 to 97" in found.reason
    assert "wage base of employers was chosen with this person in view" in said("B5").reason


def test_years_survive_a_file() -> None:
    assert Years.read(GOOD.to_dict()) == GOOD
    import json

    assert Years.read(json.loads(json.dumps(GOOD.to_dict()))) == GOOD
