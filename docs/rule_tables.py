"""Which tables show the rules: their declarations, every value as it is written, the documents?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from reference_data import Row, book, table, title

from settlement_sim.rules.book import Entry
from settlement_sim.rules.leaf import Leaf
from settlement_sim.rules.units import show
from settlement_sim.vocabulary import POOLS, SCHEMES

UNIT_TEXT: Final = {"yuan": "yuan", "percent": "%", "points": "points", "count": "", "flag": "", "choice": ""}


def leaves() -> str:
    """The declarations of all rules."""
    rows = [(f"`{x.name}`", x.zh, x.en, x.unit, ", ".join(x.axes) or "–") for x in book().leaves.values()]
    return table(("rule", "中文", "English", "unit", "axes"), rows)


def written() -> list[list[Entry]]:
    """Cells as they are written: one group per place in a file and first day; inherited ones are left out."""
    groups: dict[tuple[str, str, object], list[Entry]] = defaultdict(list)
    for entry in book().entries():
        if not entry.cell.inherited_from:
            groups[entry.leaf.name, entry.cell.where, entry.cell.start].append(entry)
    return list(groups.values())


def pools_of(group: list[Entry]) -> str:
    """The pools of a group, said as briefly as it can be."""
    pools = {entry.pool for entry in group}
    if pools == set(POOLS):
        return "all"
    return "sichuan" if len(pools) == len(POOLS) - 1 else ", ".join(p for p in POOLS if p in pools)


def rows_for(group: list[Entry]) -> str:
    """Scheme and labels for which a group of cells holds; an axis that it fills entirely is not said."""
    leaf, schemes = group[0].leaf, [s for s in SCHEMES if any(e.scheme == s for e in group)]
    districts = [entry.district for entry in group if entry.district]
    said = [f"district {', '.join(dict.fromkeys(districts))}"] if districts else []
    said += [] if len(schemes) == len(SCHEMES) else [*schemes]
    for axis, labels in zip(leaf.axes, zip(*(e.labels for e in group), strict=True), strict=True):
        known = {label for scheme in schemes for label in leaf.labels(axis, scheme)}
        if set(labels) != known:
            said.append(f"{axis} {', '.join(dict.fromkeys(labels))}")
    return "; ".join(said) or "all"


def _shown(value: int, leaf: Leaf) -> str:
    text = show(value, leaf.unit, leaf.choices)
    return text if text == "none" else f"{text} {UNIT_TEXT[leaf.unit]}".strip()


def rules_of(whose: str) -> Callable[[], str]:
    """The rules written for some pools."""

    def rows() -> Iterable[Row]:
        for group in written():
            first = group[0]
            cell = first.cell
            if pools_of(group) == whose:
                since = f"{cell.start}" if cell.from_known else f"by {cell.start}"
                until = f" – {cell.until}" if cell.until else ""
                value, source = _shown(cell.value, first.leaf), title(cell.source) or "no document"
                yield f"`{first.leaf.name}`", rows_for(group), value, since + until, cell.grade, source

    return lambda: table(("rule", "for", "value", "in force", "grade", "source"), rows())


def rule_sources() -> str:
    """The documents that the rules cite."""
    rows = [(s.title.zh, s.title.en, s.publisher, s.date, s.grade) for s in book().sources.values()]
    return table(("题名", "title", "publisher", "date", "grade"), rows)
