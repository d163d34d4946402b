"""Which documents stand behind the numbers, and how far may each be trusted?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from settlement_sim.errors import Problem, nearest
from settlement_sim.fields import Fields, Words, is_date
from settlement_sim.vocabulary import GRADES
from settlement_sim.yamlio import Document, Loc

#: The packaged lists, one file per room.
FOLDER: Final = Path(__file__).parent / "sources"
_RANK: Final = {"article": 3, "official": 3, "secondary": 2, "assumption": 1}
#: Stands for the date of a document that bears none.
UNDATED: Final = "undated"


@dataclass(frozen=True)
class Source:
    """One document. Reports show `title`, never `address`. `date` is a day, a month, a year or `undated`.

    `where` is the place of the list that names it, `file:line:col`.
    """

    id: str
    title: Words
    publisher: str
    date: str
    grade: str
    address: str = ""
    note: str = ""
    where: str = field(default="", compare=False)


def outranks(grade: str, source: Source) -> bool:
    """Is a value graded above its source? It may be graded like it or lower; unknown grades are told elsewhere."""
    return _RANK.get(grade, 0) > _RANK.get(source.grade, 3)


def read_sources(document: Document, problems: list[Problem], known: Mapping[str, Source]) -> dict[str, Source]:
    """The documents under `sources:`, by id. Adds what is wrong to `problems`.

    An id of `known` may come again only for the very same document.
    """
    fields = Fields(document)
    found = {name: _source(fields, name) for name in fields.names(("sources",))}
    if not fields.problems:
        for name in [name for name in found if found[name] != known.get(name, found[name])]:
            expected = f"another name than {known[name].where} uses"
            fields.refuse_key(("sources", name), f"source {name!r} again", expected)
    problems += fields.in_order()
    return found


def _source(fields: Fields, name: str) -> Source:
    loc: Loc = ("sources", name)
    fields.keys(loc, ("title", "publisher", "date", "grade"), ("address", "note"))
    return Source(
        id=name,
        title=fields.words((*loc, "title")),
        publisher=fields.text((*loc, "publisher")),
        date=_date(fields, (*loc, "date")),
        grade=fields.one_of((*loc, "grade"), GRADES, "a grade"),
        address=fields.text((*loc, "address")),
        note=fields.text((*loc, "note")),
        where=fields.document.where_key(loc),
    )


def _date(fields: Fields, loc: Loc) -> str:
    text = fields.text(loc)
    if text and text != UNDATED and not is_date(text, months=True):
        expected = f"a date such as 2024-03-01, a month such as 2024-03, a year, or {UNDATED}"
        fields.refuse(loc, repr(text), expected, nearest(text, [UNDATED]))
    return text
