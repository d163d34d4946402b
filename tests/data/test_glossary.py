"""Does the glossary explain every term of art of the pages, and every code and word of the program's vocabularies?"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from settlement_sim.observed import figures
from settlement_sim.observed.said import BASES, VERDICTS
from settlement_sim.observed.terms import DIRECTIONS, READINGS
from settlement_sim.policies.clearing.cycle import Pooling
from settlement_sim.report.notice_words import NATIONAL
from settlement_sim.study.assumptions import CHOICE
from settlement_sim.study.library import questions
from settlement_sim.study.transfers import FORMULAS
from settlement_sim.vocabulary import AXES, DISEASES, GRADES, LATER_DISEASES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEXT = (DOCS / "glossary.md").read_text("utf-8")
PAGES = sorted({ROOT / "README.md", *DOCS.rglob("*.md")} - {DOCS / "glossary.md"})
CHINESE = re.compile(r"[一-鿿]")
#: Readings, transfers, and the figures that runs are held against.
CODE = re.compile(r"\b[ABRT]\d\b")

#: Terms of art that pages use. A new one goes here and into the glossary, in both languages.
TERMS = (
    "fen", "corridor", "scheme", "prefecture", "unit", "border area", "seat", "long-term resident", "referral",
    "in scope", "first-pay", "certificate", "cut, points", "large-sum insurance", "catastrophic insurance",
    "medical assistance",
    "tilt layer", "layer", "local terms", "tier", "standing", "desk", "adjudicate", "supervision", "payment by case",
    "national interface", "journal", "control account", "sub-ledger",
    "national centre", "member / group", "instruction", "gross clearing", "netting, net clearing", "preset",
    "obligation", "main / retained", "earmarked", "advance", "deposit", "reversal", "top-up", "usage",
    "recognition of contribution years", "months paid / deemed months", "flexibly employed", "own ratio",
    "claims ratio", "hazard", "track", "present value", "life table", "transfer between pooled funds",
    "scenario", "slot", "policy", "reading", "grade", "prior", "calibration", "governing day", "leaf", "overlay",
    "provider group", "rate class / home class", "potential", "uniform", "birth of a need", "absorbed", "response",
    "scale of visits / weight of stays", "part / interaction", "pinned, snapshot", "asserted", "batch", "fingerprint",
    "standard error", "standard deviation, sd", "coefficient of variation", "quantile, percentile", "e-folding time",
    "Gini coefficient", "Lorenz curve", "batch means", "discrete-event simulation", "pure function", "Parquet", "XLSX",
    "byte order mark, BOM", "JSON Schema", "contract of a column", "sha256, digest", "view", "entry point",
)  # fmt: skip
#: Words that mean several things, of which one section tells.
SEVERAL = ("settle", "gross", "entry", "account", "basis", "desk", "scale", "tier", "unit")


def rows(text: str = TEXT) -> list[list[str]]:
    """The cells of every row of every table."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:2] == "| "]


def section(heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    level = len(heading.split(" ", maxsplit=1)[0])
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{2,{level}}} |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/glossary.md has no heading {heading!r}"
    return found[1]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_art_has_one_row_in_both_languages(term: str) -> None:
    found = [row for row in rows() if len(row) == 4 and row[1] == term]
    assert len(found) == 1, f"docs/glossary.md has {len(found)} rows for {term!r}"
    assert CHINESE.search(found[0][0]) and len(found[0][3]) > 5


def test_no_term_of_the_glossary_is_explained_twice() -> None:
    begins, ends = TEXT.index("## Words of the field"), TEXT.index("## One word, several things")
    terms = Counter(row[1] for row in rows(TEXT[begins:ends]) if row[1] not in ("English", "---"))
    assert {term: count for term, count in terms.items() if count > 1} == {}


@pytest.mark.parametrize("word", SEVERAL)
def test_a_word_of_several_meanings_has_them_told_apart(word: str) -> None:
    (meanings,) = [
        row[1] for row in rows(section("## One word, several things 一词多义")) if row[0].startswith(f"{word} ")
    ]
    assert ";" in meanings, f"only one meaning of {word!r}"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("## Grades 等级", (*GRADES, CHOICE)),
        ("## Basis and verdict of a check 对照的依据与结论", (*BASES, *VERDICTS)),
        ("### Figures 报道数编号", tuple(figures.load().figures)),
    ],
    ids=("grades", "basis and verdict", "figures"),
)
def test_every_word_of_a_vocabulary_is_explained_under_its_heading(heading: str, words: tuple[str, ...]) -> None:
    lines = section(heading).splitlines()
    missing = [word for word in words if not any(f"`{word}`" in line and CHINESE.search(line) for line in lines)]
    assert missing == []


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("### Readings of growth 增长读法", READINGS),
        ("### Transfers between pooled funds 划转办法", tuple(dict.fromkeys(name.split()[0] for name, *_ in FORMULAS))),
    ],
    ids=("readings", "transfers"),
)
def test_every_code_has_its_row(heading: str, codes: tuple[str, ...]) -> None:
    assert [row[0] for row in rows(section(heading))[2:]] == [*codes]


def test_every_transfer_names_its_policy() -> None:
    named = {row[0]: row[2] for row in rows(section("### Transfers between pooled funds 划转办法"))}
    assert {named[label.split()[0]] for label, *_ in FORMULAS} == {f"`{policy}`" for _, policy, _ in FORMULAS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_uses_no_code_that_the_glossary_does_not_explain(page: Path) -> None:
    known = {row[0].strip("`") for row in rows(section("## Codes 编号"))}
    assert set(CODE.findall(page.read_text("utf-8"))) <= known


@pytest.mark.parametrize("axis", AXES)
def test_every_label_has_a_gloss_in_both_languages(axis: str) -> None:
    """Numbers and age bands say what they are."""
    if axis == "pool":
        return
    lines = section("## Labels of the axes 轴上的取值").splitlines()
    (labels,) = (line for line in lines if line.startswith(f"| `{axis}` "))
    words = [label for label in AXES[axis] if not label[0].isdigit()]
    assert [word for word in words if not re.search(rf"`{word}` [一-鿿][^·]* [A-Za-z]", labels)] == []


def test_every_direction_and_disease_is_glossed() -> None:
    text = section("## Labels of the axes 轴上的取值")
    assert [
        word for word in (*DIRECTIONS, *DISEASES, *LATER_DISEASES) if not re.search(rf"`{word}`\s[一-鿿]", text)
    ] == []


def test_the_national_names_of_keys_are_linked() -> None:
    """They stand with the statements; the glossary of money leads there."""
    assert "(statements.md#names-字段对照)" in section("## Columns of money 金额列")
    statements = (DOCS / "statements.md").read_text("utf-8")
    assert {key for key, name in NATIONAL.items() if f"| `{key}` | `{name}` |" not in statements} == set()


def test_every_pooling_of_prepayments_is_explained_with_clearing() -> None:
    text = (DOCS / "clearing.md").read_text("utf-8")
    assert all(f"`{word}`" in text for word in get_args(Pooling))


def test_every_question_without_a_scenario_stands_on_the_page_of_questions() -> None:
    page = (DOCS / "questions.md").read_text("utf-8")
    for name, asked in questions().items():
        assert (f"| {name} | {asked['zh']} | {asked['en']} |" in page) == ("needs" in asked)


def test_the_places_are_as_many_as_the_glossary_says() -> None:
    with (ROOT / "settlement_sim/world/data/units.csv").open(encoding="utf-8", newline="") as file:
        units = list(csv.DictReader(file))
    count = Counter((row["province"], row["kind"]) for row in units)
    at_border = Counter(row["province"] for row in units if row["border"] == "1")
    (unit,) = (row[3] for row in rows() if row[1] == "unit" and len(row) == 4)
    (border,) = (row[3] for row in rows() if row[1] == "border area")
    said = (
        len(units),
        count["chongqing", "district"],
        count["sichuan", "border_county"],
        count["sichuan", "remainder"],
    )
    assert tuple(map(int, re.findall(r"\d+", unit))) == said
    assert tuple(map(int, re.findall(r"\d+", border))) == (at_border["chongqing"], at_border["sichuan"])
