"""Which documents do the figures come from?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from settlement_sim.observed.fields import Fields, Words
from settlement_sim.vocabulary import GRADES
from settlement_sim.yamlio import Loc

PACKAGED: Final = Path(__file__).parent.parent / "sources" / "observed.yaml"


@dataclass(frozen=True)
class Source:
    """One document. Reports show `title`, never `address`. `date` is a day, a month or a year."""

    id: str
    title: Words
    publisher: str
    date: str
    grade: str
    address: str
    note: str


def sources_of(fields: Fields, loc: Loc = ("sources",)) -> dict[str, Source]:
    """The sources listed under `loc`; problems are noted in `fields`."""
    return {name: _source(fields, (*loc, name), name) for name in fields.names(loc)}


def _source(fields: Fields, loc: Loc, name: str) -> Source:
    fields.keys(loc, ("title", "publisher", "date", "grade"), ("address", "note"))
    return Source(
        id=name,
        title=fields.words((*loc, "title")),
        publisher=fields.text((*loc, "publisher")),
        date=fields.date((*loc, "date"), months=True),
        grade=fields.one_of((*loc, "grade"), GRADES, "a grade"),
        address=fields.text((*loc, "address")),
        note=fields.text((*loc, "note")),
    )
