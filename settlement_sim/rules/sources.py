"""Which documents stand behind the rules, and how far may each be trusted?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from settlement_sim.errors import Problem, nearest
from settlement_sim.vocabulary import GRADES
from settlement_sim.yamlio import Document

_REQUIRED = ("title", "publisher", "date", "grade")
_OPTIONAL = ("address", "note")
#: A value may be graded like its source or lower, never higher.
RANK = {"article": 3, "official": 3, "secondary": 2, "assumption": 1}


@dataclass(frozen=True)
class Source:
    """A document: reports show its title, never its address."""

    id: str
    zh: str
    en: str
    publisher: str
    date: str
    grade: str
    where: str


def read_sources(document: Document, problems: list[Problem]) -> dict[str, Source]:
    """The `sources:` mapping of a document, by id. Adds what is wrong to `problems`."""
    listed = document.data.get("sources")
    if not isinstance(listed, dict):
        return {}
    found = {}
    for name, entry in listed.items():
        if _well_formed(document, name, entry, problems):
            found[name] = Source(
                name, entry["title"]["zh"], entry["title"]["en"], entry["publisher"], entry["date"],
                entry["grade"], document.where_key(("sources", name)),
            )  # fmt: skip
    return found


def _well_formed(document: Document, name: str, entry: Any, problems: list[Problem]) -> bool:
    before = len(problems)
    loc = ("sources", name)
    if not isinstance(entry, dict):
        problems.append(Problem(document.where(loc), "no mapping", f"a mapping with {', '.join(_REQUIRED)}"))
        return False
    for key in entry:
        if key not in (*_REQUIRED, *_OPTIONAL):
            close = nearest(key, (*_REQUIRED, *_OPTIONAL))
            where = document.where_key((*loc, key))
            problems.append(Problem(where, f"key {key!r}", f"one of {', '.join((*_REQUIRED, *_OPTIONAL))}", close))
    for key in _REQUIRED:
        if entry.get(key) is None:
            problems.append(Problem(document.where_key(loc), f"source {name!r} without {key!r}", "it given"))
    title = entry.get("title")
    if title is not None and not (isinstance(title, Mapping) and title.get("zh") and title.get("en")):
        problems.append(Problem(document.where((*loc, "title")), "a title", "a title in zh and in en"))
    grade = entry.get("grade")
    if grade is not None and grade not in GRADES:
        expected = f"one of {', '.join(GRADES)}"
        problems.append(Problem(document.where((*loc, "grade")), repr(grade), expected, nearest(grade, GRADES)))
    return len(problems) == before
