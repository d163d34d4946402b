"""Which rules speak of something? Every written value whose name, meaning or document contains all words asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.rules.book import Entry, RuleBook
from settlement_sim.rules.units import show
from settlement_sim.vocabulary import GRADES, POOLS, SCHEMES


@dataclass(frozen=True)
class Found:
    """One value as a file writes it, for all pools, schemes and labels that share it. Days are ISO; empty: open."""

    rule: str
    zh: str
    en: str
    pools: tuple[str, ...]
    district: str
    schemes: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    value: str
    unit: str
    low: str
    high: str
    start: str
    start_known: bool
    until: str
    grade: str
    source: str
    inherited_from: str
    note: str


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields take everything. `on`: only values in force that day."""

    words: tuple[str, ...] = ()
    pool: str = ""
    scheme: str = ""
    grade: str = ""
    on: dt.date | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("pool", self.pool, POOLS),
            ("scheme", self.scheme, SCHEMES),
            ("grade", self.grade, GRADES),
        ):
            if value and value not in known:
                raise InputError(Problem(f"--{name}", repr(value), f"one of {', '.join(known)}", nearest(value, known)))


def search(book: RuleBook, asked: Asked) -> list[Found]:
    """Values that match, in the order of the book. Raises InputError where no rule speaks of the words."""
    found = [*_found(book, asked)]
    if not found and asked.words:
        near = nearest(asked.words[0], [*book.leaves])
        raise InputError(
            Problem("rules", repr(" ".join(asked.words)), "words of a rule, its meaning or its document", near)
        )
    return found


def _found(book: RuleBook, asked: Asked) -> Iterator[Found]:
    place = {name: position for position, name in enumerate(book.leaves)}
    matching = (entry for entry in book.entries() if _matches(book, asked, entry))
    ordered = sorted(matching, key=lambda e: (place[e.leaf.name], e.cell.where, e.cell.start, e.cell.inherited_from))
    for _, group in groupby(ordered, lambda e: (e.leaf.name, e.cell.where, e.cell.start, e.cell.inherited_from)):
        yield _as_written(book, [*group])


def _matches(book: RuleBook, asked: Asked, entry: Entry) -> bool:
    cell, leaf = entry.cell, entry.leaf
    if (asked.pool or entry.pool) != entry.pool or (asked.scheme or entry.scheme) != entry.scheme:
        return False
    if (asked.grade or cell.grade) != cell.grade or (not asked.pool and cell.inherited_from):
        return False
    if asked.on and not (cell.start <= asked.on and (cell.until is None or asked.on <= cell.until)):
        return False
    source = book.sources.get(cell.source)
    titles = (source.title.zh, source.title.en) if source else ()
    text = " ".join((leaf.name, leaf.zh, leaf.en, entry.district, cell.note, *titles)).casefold()
    return all(word.casefold() in text for word in asked.words)


def _as_written(book: RuleBook, group: Sequence[Entry]) -> Found:
    first = group[0]
    cell, leaf = first.cell, first.leaf

    def shown(value: int | None) -> str:
        return "" if value is None else show(value, leaf.unit, leaf.choices)

    return Found(
        leaf.name, leaf.zh, leaf.en, tuple(dict.fromkeys(e.pool for e in group)), first.district,
        tuple(dict.fromkeys(e.scheme for e in group)), tuple(dict.fromkeys(e.labels for e in group)), shown(cell.value),
        leaf.unit, shown(cell.low), shown(cell.high), str(cell.start), cell.from_known, str(cell.until or ""),
        cell.grade, cell.source, cell.inherited_from, cell.note,
    )  # fmt: skip
