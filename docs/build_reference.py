"""Which tables of the reference pages follow from the data? Rewrites them in place.

    python docs/build_reference.py

A page keeps its prose; what stands between `<!-- table: NAME -->` and `<!-- end -->` is replaced by `TABLES[NAME]()`.
`tests/data/test_reference_pages.py` says when a page is behind the data.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from settlement_sim import yamlio
from settlement_sim.demand.priors import Prior, Priors
from settlement_sim.observed.growth import growth
from settlement_sim.observed.terms import READINGS
from settlement_sim.policies.registry import built_in
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY, SETTLEMENTS
from settlement_sim.rules.book import Entry, RuleBook
from settlement_sim.rules.leaf import Leaf
from settlement_sim.rules.units import show
from settlement_sim.scenario.parameters import Parameter, parameters_of
from settlement_sim.scenario.schema import Demand, Manual, Readings
from settlement_sim.vocabulary import GRADES, POOLS, SCHEMES

DOCS: Final = Path(__file__).resolve().parent
PACKAGE: Final = DOCS.parent / "settlement_sim"
BLOCK: Final = re.compile(r"(<!-- table: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)
UNIT_TEXT: Final = {"yuan": "yuan", "percent": "%", "points": "points", "count": "", "flag": "", "choice": ""}
#: World tables by the column that holds their grade.
WORLD_GRADES: Final = (
    ("units.csv", "residents_grade", "residents of the 76 units"),
    ("units.csv", "coordinate_grade", "coordinates of the 76 units"),
    ("pools.csv", "grade", "insured persons of the 22 pools"),
    ("border_pairs.csv", "grade", "border pairs"),
    ("unit_traits.csv", "grade", "town, terrain and level-3 class of the units"),
    ("providers.csv", "grade", "licensed beds of the provider groups"),
    ("occupancy.csv", "grade", "local occupancy by level and kind of day"),
    ("travellers.csv", "grade", "potential travellers of the units"),
    ("build_assumptions.csv", "grade", "numbers behind travel minutes, beds and insured persons"),
)
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


# Glossary ------------------------------------------------------------------------------------------------


def columns() -> str:
    """Every column of money and counts, and its name in the national interface."""
    known = (*MONEY, *ALWAYS_ZERO, *DERIVED, SETTLEMENTS)
    national = {c.name: f"`{c.national}`" if c.national else "–" for c in known}
    rows = [(c.zh, c.en, f"`{c.name}`", national[c.name], c.unit, c.sums) for c in known]
    return table(("中文", "English", "our word", "national field", "unit", "sums"), rows)


def pools() -> str:
    """The 22 pools."""
    return table(("中文", "English", "our word"), [(r["zh"], r["en"], f"`{r['pool']}`") for r in records("pools.csv")])


# Rules ---------------------------------------------------------------------------------------------------


def leaves() -> str:
    """The declarations of all rules."""
    rows = [(f"`{x.name}`", x.zh, x.en, x.unit, ", ".join(x.axes) or "–") for x in book().leaves.values()]
    return table(("rule", "中文", "English", "unit", "axes"), rows)


def _written() -> list[list[Entry]]:
    """Cells as they are written: one group per place in a file and first day; inherited ones are left out."""
    groups: dict[tuple[str, str, object], list[Entry]] = defaultdict(list)
    for entry in book().entries():
        if not entry.cell.inherited_from:
            groups[entry.leaf.name, entry.cell.where, entry.cell.start].append(entry)
    return list(groups.values())


def _whose(group: list[Entry]) -> str:
    pools = {entry.pool for entry in group}
    if pools == set(POOLS):
        return "all"
    return "sichuan" if len(pools) == len(POOLS) - 1 else ", ".join(p for p in POOLS if p in pools)


def _rows_for(group: list[Entry]) -> str:
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
        for group in _written():
            first = group[0]
            cell = first.cell
            if _whose(group) == whose:
                since = f"{cell.start}" if cell.from_known else f"by {cell.start}"
                until = f" – {cell.until}" if cell.until else ""
                value, source = _shown(cell.value, first.leaf), title(cell.source) or "no document"
                yield f"`{first.leaf.name}`", _rows_for(group), value, since + until, cell.grade, source

    return lambda: table(("rule", "for", "value", "in force", "grade", "source"), rows())


def rule_sources() -> str:
    """The documents that the rules cite."""
    rows = [(s.title.zh, s.title.en, s.publisher, s.date, s.grade) for s in book().sources.values()]
    return table(("题名", "title", "publisher", "date", "grade"), rows)


# Assumptions ---------------------------------------------------------------------------------------------


def _basis(note: str, source: str) -> str:
    return "; ".join(part for part in (note, f"leans on: {title(source)}" if title(source) else "") if part)


def _counted(name: str, grades: Iterable[str]) -> Row:
    count = Counter(grades)
    return name, *(count[grade] for grade in GRADES)


def counts() -> str:
    """How many numbers have which grade."""
    entries, said = list(book().entries()), yamlio.read(PACKAGE / "observed/growth.yaml").data["readings"]
    directions = [direction for reading in said.values() for direction in reading["directions"].values()]
    factors = [factor for direction in directions for factor in direction.values() if isinstance(factor, dict)]
    rows = [
        _counted("rules as written (one per place in a file)", (group[0].cell.grade for group in _written())),
        _counted("rule cells (every combination of labels, inherited ones included)", (e.cell.grade for e in entries)),
        _counted("priors of demand", (prior.grade for prior in Priors.load())),
        _counted("growth factors of the readings", (factor["grade"] for factor in factors)),
        *(_counted(what, (row[key] for row in records(name))) for name, key, what in WORLD_GRADES),
    ]
    return table(("what", *GRADES), rows)


def priors() -> str:
    """The priors of demand."""
    rows = [_prior_row(prior) for prior in Priors.load() if prior.grade == "assumption"]
    return table(("name", "value", "low – high", "unit", "basis"), rows)


def _prior_row(prior: Prior) -> Row:
    value, span = ", ".join(map(str, prior.values)), f"{prior.low} – {prior.high}"
    return f"`{prior.name}`", value, span, prior.unit, _basis(prior.basis, prior.source)


def assumed_rules() -> str:
    """Rule values that are assumptions."""
    rows = []
    for group in _written():
        leaf, cell = group[0].leaf, group[0].cell
        if cell.grade == "assumption":
            low, high = (show(bound, leaf.unit, leaf.choices) for bound in (cell.low or 0, cell.high or 0))
            value, basis = show(cell.value, leaf.unit, leaf.choices), _basis(cell.note, cell.source)
            name = f"`{leaf.name}`, {_whose(group)}, {_rows_for(group)}"
            rows.append((name, value, f"{low} – {high}", leaf.unit, basis))
    return table(("rule, pools, for", "value", "low – high", "unit", "basis"), rows)


def world() -> str:
    """The assumed numbers behind the tables of the world."""
    occupancy = [
        {**r, "name": f"occupancy.{r['level']}.{r['day_kind']}", "value": r["occupancy"], "unit": "1/10000"}
        for r in records("occupancy.csv")
    ]
    rows = [
        (f"`{r['name']}`", r["value"], f"{r['low']} – {r['high']}", r["unit"], _basis(r["basis"], r["source"]))
        for r in (*records("build_assumptions.csv"), *occupancy)
        if r["grade"] == "assumption"
    ]
    return table(("name", "value", "low – high", "unit", "basis"), rows)


def settings() -> str:
    """Choices of a scenario and parameters of its policies."""
    parts: list[tuple[str, Iterable[Parameter]]] = [
        (f"{room}.{{}}", parameters_of(model))
        for room, model in (("readings", Readings), ("demand", Demand), ("manual", Manual))
    ]
    parts += [(f"{kind.slot}: {kind.name}, {{}}", parameters_of(kind)) for kind in built_in()]
    rows = [
        (f"`{where.format(p.name)}`", p.default or "none", p.range or "–", p.grade or "choice", basis)
        for where, parameters in parts
        for p, basis in ((p, _basis(p.meaning, p.source)) for p in parameters)
    ]
    return table(("name", "default", "range", "grade", "meaning and basis"), rows)


def readings() -> str:
    """The readings of the reported growth."""
    rows = [(name, growth(name).text.zh, growth(name).text.en) for name in READINGS]
    return table(("reading", "中文", "English"), rows)


TABLES: Final[dict[str, Callable[[], str]]] = {
    "columns": columns, "pools": pools, "leaves": leaves, "rule_sources": rule_sources, "counts": counts,
    "rules_all": rules_of("all"), "rules_chongqing": rules_of("chongqing"), "rules_chengdu": rules_of("chengdu"),
    "rules_sichuan": rules_of("sichuan"), "priors": priors, "assumed_rules": assumed_rules, "world": world,
    "settings": settings, "readings": readings,
}  # fmt: skip


def current(text: str) -> str:
    """A page with its tables as the data has them now."""
    return BLOCK.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def pages() -> list[Path]:
    """The pages that hold such tables."""
    return [page for page in sorted(DOCS.glob("*.md")) if BLOCK.search(page.read_text("utf-8"))]


def main() -> None:
    """Rewrite the pages."""
    for page in pages():
        page.write_text(current(page.read_text("utf-8")), "utf-8", newline="\n")
        print(page.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
