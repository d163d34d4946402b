"""What do all reference tables need: a Markdown table, the rules, the documents, the tables of the world?"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from settlement_sim import yamlio
from settlement_sim.rules.book import RuleBook

DOCS: Final = Path(__file__).resolve().parent
PACKAGE: Final = DOCS.parent / "settlement_sim"
Row = Sequence[object]


def table(head: Sequence[str], rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |\n" for line in lines)


@cache
def book() -> RuleBook:
    """The packaged rules."""
    return RuleBook.load()


@cache
def titles() -> dict[str, dict[str, Any]]:
    """Every document of `settlement_sim/sources/`, by id."""
    files = sorted((PACKAGE / "sources").glob("*.yaml"))
    return {name: entry for file in files for name, entry in yamlio.read(file).data["sources"].items()}


def title(source: str) -> str:
    """The English title of a document, or nothing."""
    return titles()[source]["title"]["en"] if source in titles() else ""


def records(name: str) -> list[dict[str, str]]:
    """The rows of a world table."""
    with (PACKAGE / "world/data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
