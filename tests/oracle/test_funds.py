"""Do the engine and an independent model of the funds agree on every statement, remittance, payment and balance?"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from ruamel.yaml import YAML

import settlement_sim as ss
from settlement_sim.policies.registry import built_in

from .funds import Funds
from .funds_case import Lists, solve, written
from .funds_random import SEEN_BY, YEAR, Case, cases
from .funds_terms import PRESETS, Procedure, procedure

HAND_WORKED = sorted((Path(__file__).parents[1] / "cases" / "clearing").glob("*.yaml"))
#: What must have happened in the year or in some of the cases that are drawn.
MET = ("netted", "through the centre", "top-up", "returned", "advance", "retained", "taken back", "cut by a cap",
       "payer late", "two policies", "waited for money")  # fmt: skip


def of_engine(case: Case) -> Lists:
    """What the engine says, in the words of the independent model."""
    result = ss.clear(case)
    tables = {name: frame.itertuples(index=False, name=None) for name, frame in result.tables.items()}
    found: Lists = {name: {row[:-1]: int(row[-1]) for row in rows} for name, rows in tables.items() if name != "dates"}
    found["dates"] = list(tables["dates"]) if isinstance(case["policy"], dict) else None
    return found | {"receivable": result.receivable, "positions": result.positions}


def differences(one: Lists, oracle: Lists) -> list[str]:
    """One text per line that differs, list by list."""
    found = []
    for name, lines in one.items():
        mine = oracle[name]
        if isinstance(mine, dict):
            keys = sorted(key for key in mine.keys() | lines.keys() if mine.get(key) != lines.get(key))
            found += [f"{name} {key}: {lines.get(key)}, oracle {mine.get(key)}" for key in keys]
        elif lines != mine:
            found.append(f"{name}: {lines}, oracle {mine}")
    return found


@cache
def year() -> tuple[Lists, Funds]:
    """What the independent model says about the year. Nobody may write into it."""
    return solve(YEAR)


def test_every_line_agrees() -> None:
    met: Counter[str] = Counter(year()[1].met)

    @given(cases())
    @settings(max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    def agrees(case: Case) -> None:
        oracle, funds = solve(case)
        found = differences(of_engine(case), oracle)
        assert not found, "\n".join(found)
        met.update(funds.met | ({"two policies"} if isinstance(case["policy"], list) else set()))

    agrees()
    assert not [what for what in MET if not met[what]], f"never met; met {dict(met)}"


def test_every_line_of_a_year_agrees() -> None:
    assert not differences(of_engine(YEAR), year()[0])


@pytest.mark.parametrize("parameter", SEEN_BY)
def test_the_comparison_can_fail(parameter: str) -> None:
    """The independent model with one parameter changed says something else about the same year."""
    terms = YEAR["policy"]["with"] | {parameter: SEEN_BY[parameter]}
    changed, _ = solve(YEAR | {"policy": YEAR["policy"] | {"with": terms}})
    assert differences(year()[0], changed), f"{parameter} changed and no line differs"


@pytest.mark.parametrize("path", HAND_WORKED, ids=lambda path: path.stem)
def test_what_was_worked_by_hand(path: Path) -> None:
    case = YAML(typ="safe").load(path.read_text("utf-8"))
    expected = written(case["expect"])
    oracle, _ = solve(case)
    assert not differences(expected, oracle)


def test_presets_and_defaults_are_those_of_the_policies() -> None:
    """The one thing that the oracle copies."""
    kinds: dict[str, Any] = {kind.name: kind for kind in built_in() if kind.slot == "clearing"}
    assert set(PRESETS) == set(kinds)
    for name, kind in kinds.items():
        mine, theirs = procedure(name), kind()
        for parameter in Procedure.__dataclass_fields__:
            if parameter not in ("position", "basis", "usage"):
                assert getattr(mine, parameter) == getattr(theirs, parameter), f"{name} {parameter}"
