"""Do the clearing cases worked by hand come out to the day and to the fen?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.money import format_yuan, parse_fen

FOLDER = Path(__file__).parent / "clearing"
CASES = sorted(FOLDER.glob("*.yaml"))
WEEKDAYS = ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMED = re.compile(rf"\b({'|'.join(WEEKDAYS)}) (\d+)\b|\b({'|'.join(MONTHS)})\b")
each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    """A case as plain data, every value the text that stands in the file."""
    found: dict[str, Any] = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return found


@each_case
def test_case(path: Path) -> None:
    assert ss.clear(path).check() == []


# The reader's side: what the arithmetic says of the calendar


@each_case
def test_the_arithmetic_is_written_down(path: Path) -> None:
    case = read(path)
    assert case["work"]
    assert case["expect"]


@each_case
def test_weekdays_in_the_arithmetic_are_those_of_the_calendar(path: Path) -> None:
    case = read(path)
    first, last = (int(case["window"][end][:4]) for end in ("from", "until"))
    for line in case["work"]:
        for weekday, day, month in days_named(line):
            found = {weekday_of(year, month, day) for year in range(first, last + 2)}
            assert weekday in found, f"{weekday} {day} {MONTHS[month]} in: {line}"


def days_named(line: str) -> Iterator[tuple[str, int, int]]:
    """Weekday, day and month of every day of a line; a month stands behind the last day of its row."""
    waiting: list[tuple[str, int]] = []
    for weekday, day, month in NAMED.findall(line):
        if weekday:
            waiting.append((weekday, int(day)))
        else:
            yield from ((*named, MONTHS.index(month)) for named in waiting)
            waiting = []
    assert not waiting, f"days without a month: {waiting} in: {line}"


def weekday_of(year: int, month: int, day: int) -> str:
    # Day 0 is a Sunday.
    return WEEKDAYS[(dates.day(f"{year}-{month + 1:02d}-01") + day - 1) % 7]


# A check that never complains proves nothing


@each_case
def test_a_wrong_expectation_is_named(path: Path) -> None:
    case = read(path)
    # All at once, since each is told by itself.
    spoilt = [(key, spoil(case["expect"], key)) for key in case["expect"]]
    found = ss.clear(case).check()
    for key, words in spoilt:
        said = [line for line in found if line.startswith(f"{key}: expected")]
        assert any(all(word in line for word in words) for line in said), f"{key} {words} not in {found}"


def spoil(expected: dict[str, Any], key: str) -> list[str]:
    """Change a date and an amount of the last row of an expectation; what a difference must name."""
    if key == "receivable":
        expected[key] = cent_more(expected[key])
        return [expected[key]]
    row = expected[key][-1]
    for name, change in (("on", day_later), ("remitted", day_later), ("amount", cent_more)):
        if name in row:
            row[name] = change(row[name])
    return [format_yuan(parse_fen(row["amount"])), row["on"]] if "on" in row else [row["remitted"]]


def day_later(text: str) -> str:
    return dates.iso(dates.day(text) + 1)


def cent_more(text: str) -> str:
    return format_yuan(parse_fen(text) + 1).replace(",", "")
