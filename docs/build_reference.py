"""Which tables of the reference pages follow from the data? Rewrites them in place.

    python docs/build_reference.py

A page keeps its prose; what stands between `<!-- table: NAME -->` and `<!-- end -->` is replaced by `TABLES[NAME]()`.
`tests/data/test_reference_pages.py` says when a page is behind the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assumption_tables import (
    assumed_rules,
    career_assumptions,
    counts,
    life_table,
    priors,
    readings,
    settings,
    world,
)
from column_tables import accounts, claims, contracts, measures, tables
from figure_tables import articles, fits, hold_outs, left_open, reported, silent
from page_tables import sections, unanswered
from place_tables import units
from recognition_tables import years_check, years_fit
from reference_data import DOCS, records, table
from rule_tables import leaves, rule_sources, rules_of
from scenario_tables import entries, keys, policies_of

from settlement_sim.observed import figures
from settlement_sim.policies.base import EVERY_SLOT
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY, SETTLEMENTS

BLOCK: Final = re.compile(r"(<!-- table: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def columns() -> str:
    """Every column of money and counts, and its name in the national interface."""
    known = (*MONEY, *ALWAYS_ZERO, *DERIVED, SETTLEMENTS)
    national = {c.name: f"`{c.national}`" if c.national else "–" for c in known}
    rows = [(c.zh, c.en, f"`{c.name}`", national[c.name], c.unit, c.sums) for c in known]
    return table(("中文", "English", "our word", "national field", "unit", "sums"), rows)


def pools() -> str:
    """The 22 pools."""
    return table(("中文", "English", "our word"), [(r["zh"], r["en"], f"`{r['pool']}`") for r in records("pools.csv")])


def figure_codes() -> str:
    """The id of every reported figure, as `check --all` prints it, and its name."""
    return table(
        ("figure", "中文", "English"), [(f"`{x.id}`", x.name.zh, x.name.en) for x in figures.load().figures.values()]
    )


TABLES: Final[dict[str, Callable[[], str]]] = {
    "columns": columns, "pools": pools, "leaves": leaves, "rule_sources": rule_sources, "counts": counts,
    "rules_all": rules_of("all"), "rules_chongqing": rules_of("chongqing"), "rules_chengdu": rules_of("chengdu"),
    "rules_sichuan": rules_of("sichuan"), "priors": priors, "assumed_rules": assumed_rules, "world": world,
    "settings": settings, "readings": readings, "career_priors": career_assumptions, "life_table": life_table,
    "years_check": years_check, "years_fit": years_fit, "run_tables": tables, "contracts": contracts, "claims": claims,
    "accounts": accounts, "measures": measures, "scenario_keys": keys, "slot_entries": entries,
    "page_sections": sections, "unanswered": unanswered, "articles": articles, "figures": reported, "silent": silent,
    "left_open": left_open, "hold_outs": hold_outs, "fits": fits, "units": units, "figure_codes": figure_codes,
} | {f"policies_{slot}": policies_of(slot) for slot in EVERY_SLOT}  # fmt: skip


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
