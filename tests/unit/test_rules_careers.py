"""Which rule of contribution years holds in a pool on a day, and what may a rule file say of them?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from career_cases import rules

from settlement_sim import dates, yamlio
from settlement_sim.errors import InputError, LookupOutside, Problem
from settlement_sim.rules import loading
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.careers import CareerRules
from settlement_sim.rules.declarations import read_declarations
from settlement_sim.rules.units import NO_LIMIT, show
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES

MAN, AT_55, AT_50 = range(len(RETIREES))
CQ, CD, ZG = range(3)
DAY = dates.day("2024-06-03")


def take(leaf: str, pool: int, day: str, local: int = 0) -> int:
    return int(rules().take(leaf, np.array([pool]), np.array([dates.day(day)]), np.array([local]))[0])


@pytest.mark.parametrize(
    ("leaf", "pool", "day", "local", "expected"),
    [
        ("years.cumulative", CQ, "2024-06-03", MAN, 360), ("years.cumulative", CQ, "2024-06-03", AT_50, 300),
        ("years.cumulative", CD, "2008-12-31", MAN, 180), ("years.cumulative", CD, "2009-01-01", AT_55, 240),
        ("years.cumulative", ZG, "2009-01-01", MAN, 240),
        ("years.continuous", CD, "2009-01-01", MAN, 180), ("years.continuous", CD, "2008-12-31", MAN, NO_LIMIT),
        ("years.continuous", CQ, "2024-06-03", MAN, NO_LIMIT),
        ("years.local", CQ, "2024-06-03", 0, 120), ("years.local", CD, "2024-06-03", 0, 0),
        ("years.deemed", CQ, "2024-06-03", 0, 1), ("years.deemed", CD, "2024-06-03", 0, 0),
        ("years.elsewhere", CQ, "2024-06-03", 0, 1), ("years.elsewhere", ZG, "2024-06-03", 0, 0),
        ("back_payment.base", CQ, "2024-06-03", 0, 9_000_000), ("back_payment.base", CQ, "2024-06-03", 1, 7_327_200),
        ("back_payment.base", CD, "2024-06-03", 2, 8_400_000), ("back_payment.rate", CQ, "2024-06-03", 1, 500),
        ("back_payment.rate", CQ, "2024-06-03", 2, 1_100), ("back_payment.rate", CD, "2024-06-03", 0, 850),
        ("retirement.age", CQ, "2024-12-31", AT_55, 660), ("retirement.raise_every", CD, "2024-12-31", MAN, 0),
        ("retirement.raise_every", CD, "2025-01-01", AT_50, 2), ("retirement.raise_most", CD, "2025-01-01", AT_50, 60),
        ("retirement.raise_most", CD, "2025-01-01", MAN, 36), ("retiree.cost", CD, "2024-06-03", 0, 550_000),
    ],
)  # fmt: skip
def test_the_packaged_rules(leaf: str, pool: int, day: str, local: int, expected: int) -> None:
    assert take(leaf, pool, day, local) == expected


def test_columns_of_any_shape() -> None:
    found = rules().take("years.local", np.array([[CQ], [CD]]), np.array([DAY, DAY + 1, DAY + 2]))
    assert found.tolist() == [[120] * 3, [0] * 3]
    assert rules().take("back_payment.rate", CQ, DAY, np.arange(len(INSURED_AS))).tolist() == [1_100, 500, 1_100]
    none = np.zeros(0, np.int64)
    assert rules().take("years.local", none, none).tolist() == []


def test_before_anything_was_in_force() -> None:
    for pool, day in ((CQ, "1998-12-31"), (CD, "1998-12-31")):
        with pytest.raises(LookupOutside, match=r"years\.local"):
            take("years.local", pool, day)
    with pytest.raises(LookupOutside):
        take("retirement.age", CQ, "1978-06-01")
    assert take("retirement.age", CQ, "1978-06-02") == 720


def test_an_unknown_leaf() -> None:
    with pytest.raises(LookupOutside, match=r"no rule 'years.locl'.*years.local"):
        take("years.locl", CQ, "2024-06-03")


@pytest.mark.parametrize(
    ("day", "since"), [("2024-12-31", "1978-06-02"), ("2025-01-01", "2025-01-01"), ("2030-01-01", "2025-01-01")]
)
def test_since_when(day: str, since: str) -> None:
    assert rules().since("retirement.raise_every", np.array([dates.day(day)])).tolist() == [dates.day(since)]


def test_every_pool_has_every_rule() -> None:
    book = RuleBook.load()
    assert book.covers(dt.date(1999, 1, 1), dt.date(2099, 12, 31), of_careers=True) == []
    before = book.covers(dt.date(1998, 12, 31), dt.date(1999, 1, 1), of_careers=True)
    assert {str(problem).split("found ")[1].split(" for ")[0].split()[-1] for problem in before} >= {"years.local"}
    own = {name for name, leaf in book.leaves.items() if leaf.of_careers and not leaf.national}
    assert len(before) == len(own) * len(POOLS)


def test_none_is_written_as_it_is_read() -> None:
    assert show(NO_LIMIT, "count") == "none"


# files -------------------------------------------------------------------------------------------------

HEAD = "format: 1\npools: [chengdu]\nscheme: employee\ngrade: secondary\nsource: page\nleaves:\n"
LOCAL = f"{HEAD}  years.local:\n    unit: count\n"


def overlay(folder: Path, text: str) -> RuleBook:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return RuleBook.load([path])


def problems(text: str) -> list[str]:
    found: list[Problem] = []
    leaves = read_declarations(
        yamlio.read_text(
            "format: 1\nleaves:\n  years.local: {unit: count, scheme: employee, zh: 月, en: months}\n", "leaves.yaml"
        )
    )
    loading.assemble([[yamlio.read_text(text, "r.yaml")]], leaves, {}, found)
    return [str(problem) for problem in found]


@pytest.mark.parametrize("line", ["", "scheme: resident\n"])
def test_a_rule_of_employees_in_a_file_for_others(line: str) -> None:
    said = problems(LOCAL.replace("scheme: employee\n", line) + "    values: [{from: 2024-01-01, cells: 60}]\n")
    whom = "employee and the resident" if not line else "resident"
    assert any(f"years.local for the {whom} scheme; expected a file with scheme: employee" in text for text in said), (
        said
    )


def test_a_rule_of_employees_in_a_file_for_them() -> None:
    said = problems(LOCAL + "    values: [{from: 2024-01-01, cells: 60}]\n")
    assert not any("scheme" in text for text in said)


def test_a_declaration_of_an_unknown_scheme() -> None:
    with pytest.raises(InputError, match=r"found scheme 'employe'; expected one of employee, resident.*employee"):
        read_declarations(
            yamlio.read_text(
                "format: 1\nleaves:\n  a.b: {unit: count, scheme: employe, zh: 甲, en: a}\n", "leaves.yaml"
            )
        )


def test_an_overlay_changes_its_place_from_its_day_on(tmp_path: Path) -> None:
    """And the fingerprint of careers, never that of settlement. It replaces the whole series of the leaf."""
    text = (
        "format: 1\npools: [chengdu]\nscheme: employee\ngrade: assumption\nleaves:\n  years.local:\n    unit: count\n"
    )
    cell = "{value: 60, note: a test, low: 0, high: 120}"
    before = cell.replace("60", "0")
    dated = f"[{{from: 1999-01-01, cells: {before}}}, {{from: 2024-07-01, cells: {cell}}}]"
    book = overlay(tmp_path, f"{text}    values: {dated}\n")
    own = CareerRules(book)
    days = np.array([dates.day("2024-06-30"), dates.day("2024-07-01")])
    assert own.take("years.local", CD, days).tolist() == [0, 60]
    assert own.take("years.local", CQ, days).tolist() == [120, 120]
    packaged = RuleBook.load()
    assert own.fingerprint() != rules().fingerprint() == CareerRules(packaged).fingerprint()
    assert book.fingerprint() != packaged.fingerprint()
    assert book.settlement_fingerprint() == packaged.settlement_fingerprint()
    assert book.starts == packaged.starts
