"""Do the pages of reported figures, calibration and demand say what the data and the program say?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_reference_pages import BUILDER

from settlement_sim.demand.axes import ROWS
from settlement_sim.demand.careers import career_priors
from settlement_sim.demand.priors import Prior, Priors
from settlement_sim.observed.check import TOLERANCE
from settlement_sim.observed.figures import load
from settlement_sim.observed.said import STANDARD_ERRORS
from settlement_sim.study import calibrate, calibrate_years
from settlement_sim.vocabulary import CARE_TYPES, PROVINCES, SCHEMES

ROOT = Path(__file__).parents[2]
MODEL, FIGURES, CALIBRATION, ASSUMPTIONS = (
    (ROOT / f"docs/{name}.md").read_text("utf-8")
    for name in ("model", "reported-figures", "calibration", "assumptions")
)
DEMAND = MODEL.split("\n## Demand 需求\n")[1].split("\n## Calibration")[0]
#: What a letter of a name on the page stands for.
LETTERS = {"P": PROVINCES, "c": CARE_TYPES, "s": SCHEMES}


def first_cells(text: str) -> list[str]:
    """The first cell of every row of the tables of a text."""
    return re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)


def section(text: str, heading: str) -> str:
    """A section of a page, down to the next heading of its level."""
    (found,) = re.findall(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def block(name: str) -> str:
    """A generated table of the page of reported figures."""
    (found,) = [found[0] for found in BUILDER.BLOCK.finditer(FIGURES) if found[2] == name]
    return str(found)


def test_every_figure_hold_out_and_article_is_on_the_page() -> None:
    known = load()
    assert first_cells(block("figures"))[2:] == [*known.figures]
    assert [id.strip("`") for id in first_cells(block("hold_outs"))][2:] == [*known.hold_outs]
    titles = [source.title for source in known.sources.values() if source.grade == "article"]
    assert len(titles) == 5
    for title in titles:
        assert title.zh in section(FIGURES, "The five articles") and title.en in FIGURES


def test_no_article_is_called_by_its_file() -> None:
    assert not [id for id in load().sources if id in FIGURES]


def test_the_words_of_a_check_are_explained() -> None:
    said = section(FIGURES, "How a run is judged")
    words = {cell.strip("`") for cell in first_cells(said)}
    bases = {row.basis for row in sys.modules["figure_tables"].bases().values()}
    assert bases == {"calibrated", "predicted", "input", "none"}
    assert bases | {"met", "missed", "not_spoken_to"} <= words


def test_the_tolerance_is_that_of_the_program() -> None:
    said = section(FIGURES, "How a run is judged")
    for measure, share in TOLERANCE.items():
        (row,) = (line for line in said.splitlines() if f"own figure of `{measure}`" in line)
        assert f"max({(share * 100).normalize()} % of r, {STANDARD_ERRORS} e)" in row
    assert f"{STANDARD_ERRORS} √x" in said


def test_the_fits_on_the_page_are_those_that_are_pinned() -> None:
    (fitted,) = re.findall(r"^FITTED := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert sorted(set(re.findall(r"^\| `(\w+)` \| `\w+_to", CALIBRATION, re.MULTILINE))) == sorted(fitted.split())


def test_seeds_and_steps_of_the_page_are_those_of_the_program() -> None:
    text = " ".join(CALIBRATION.split())
    seeds, years = calibrate.SEEDS, calibrate_years.SEEDS
    assert f"{len(seeds)} seeds of their own, {seeds[0]} to {seeds[-1]}" in text
    *most, last = map(str, calibrate.SCHEDULE)
    assert f"the first {', '.join(most)} and {last} of them" in text
    first, second, third = calibrate_years.SCHEDULE
    assert f"{first} seeds, then {second}, and {third} again for the result (seeds {years[0]} to {years[-1]})" in text


def named() -> Iterator[re.Pattern[str]]:
    """The names of priors that the section on demand uses, as patterns."""
    families = {name.split(".")[0] for name in Priors.load().names}
    for token in sorted(set(re.findall(r"[a-z_]+(?:\.(?:[A-Za-z_0-9]+|\*))*", DEMAND))):
        family, *rest = token.split(".")
        if family in families and rest != ["csv"] and (rest or family in Priors.load().names):
            parts = ["[a-z_0-9]+" if part == "*" else "|".join(LETTERS.get(part, (part,))) for part in (family, *rest)]
            yield re.compile(r"\.".join(f"(?:{part})" for part in parts) + r"(\..+)?")


@pytest.mark.parametrize("name", list(named()), ids=lambda pattern: pattern.pattern)
def test_every_prior_named_in_the_section_on_demand_exists(name: re.Pattern[str]) -> None:
    assert any(name.fullmatch(known) for known in Priors.load().names)


def test_the_section_on_demand_names_every_prior() -> None:
    patterns = list(named())
    assert [name for name in Priors.load().names if not any(pattern.fullmatch(name) for pattern in patterns)] == []


@pytest.mark.parametrize("prior", [*Priors.load(), *career_priors()], ids=lambda prior: prior.name)
def test_every_row_says_what_its_values_stand_for(prior: Prior) -> None:
    assert len(prior.places) == (len(prior.values) if len(prior.values) > 1 else 0)
    if prior.places:
        assert f"| `{prior.name}` | *{prior.axis}* {prior.places[0]}: {prior.values[0]}; " in ASSUMPTIONS


def test_every_axis_is_used() -> None:
    assert {prior.axis for prior in (*Priors.load(), *career_priors())} - {""} == set(ROWS)


def test_the_head_of_the_register_names_every_grade() -> None:
    head = ASSUMPTIONS.split("\n## ")[0]
    grades = set[str]()
    for table in re.findall(r"(?:^\|.*\n)+", ASSUMPTIONS, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in table.splitlines()]
        if "grade" in rows[0]:
            grades |= {row[rows[0].index("grade")] for row in rows[2:]}
    assert {"choice", "assumption"} <= grades and {grade for grade in grades if f"`{grade}`" not in head} == set()
