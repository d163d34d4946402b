"""Does every list of documents read by one form, and what is refused in it?"""

from __future__ import annotations

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import Problem
from settlement_sim.fields import Words
from settlement_sim.provenance import Source, outranks, read_sources

LAW = Source("law", Words("文", "law"), "city", "2023", "official", where="s.yaml:1:1")


def read(body: str) -> tuple[dict[str, Source], list[str]]:
    problems: list[Problem] = []
    found = read_sources(yamlio.read_text(f"format: 1\nsources:\n{body}\n", "s.yaml"), problems, {"law": LAW})
    return found, [str(problem) for problem in problems]


def test_a_document_with_all_it_may_say() -> None:
    found, problems = read(
        "  page: {title: {zh: 页, en: page}, publisher: web, date: 2024-03, grade: secondary, address: here, note: old}"
    )
    assert problems == []
    assert found == {"page": Source("page", Words("页", "page"), "web", "2024-03", "secondary", "here", "old")}
    assert found["page"].where == "s.yaml:3:3"


@pytest.mark.parametrize("date", ["2024", "2024-03", "2024-03-31", "undated"])
def test_a_date_is_a_day_a_month_a_year_or_none(date: str) -> None:
    found, problems = read(f"  page: {{title: {{zh: 页, en: page}}, publisher: web, date: {date}, grade: secondary}}")
    assert problems == [] and found["page"].date == date


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "  a: {title: x, publisher: p, date: 2024, grade: officil, adress: y}",
            [
                "3:14: found 'x'; expected a mapping with zh, en",
                "3:50: found 'officil'; expected a grade: article, official, secondary, assumption; "
                "did you mean 'official'?",
                "3:59: found key 'adress'; expected one of title, publisher, date, grade, address, note; "
                "did you mean 'address'?",
            ],
        ),
        (
            "  a: {title: {zh: 一, en: one}, date: 2024, grade: official}",
            ["3:3: found no key 'publisher'; expected the keys title, publisher, date, grade"],
        ),
        ("  a: 1", ["3:6: found '1'; expected a mapping with title, publisher, date, grade, address, note"]),
        ("  - a", ["3:3: found a list; expected a mapping"]),
        (
            "  a: {title: {zh: 一, en: one}, publisher: p, date: undatd, grade: official}",
            [
                "3:52: found 'undatd'; expected a date such as 2024-03-01, a month such as 2024-03, a year, or "
                "undated; did you mean 'undated'?"
            ],
        ),
        (
            "  law: {title: {zh: 文, en: law}, publisher: city, date: 2024, grade: official}",
            ["3:3: found source 'law' again; expected another name than s.yaml:1:1 uses"],
        ),
    ],
)
def test_a_source_that_is_not_well_formed(body: str, said: list[str]) -> None:
    assert read(body)[1] == [f"s.yaml:{line}" for line in said]


def test_the_very_same_document_may_be_listed_again() -> None:
    found, problems = read("  law: {title: {zh: 文, en: law}, publisher: city, date: 2023, grade: official}")
    assert problems == [] and found == {"law": LAW}


@pytest.mark.parametrize(
    ("grade", "source", "above"),
    [
        ("official", "secondary", True),
        ("article", "official", False),
        ("official", "article", False),
        ("secondary", "secondary", False),
        ("assumption", "secondary", False),
        ("secondary", "assumption", True),
        ("article", "officil", False),
    ],
)
def test_a_value_is_graded_like_its_source_or_lower(grade: str, source: str, above: bool) -> None:
    assert outranks(grade, Source("s", Words("", ""), "", "", source)) is above
