"""Which rules speak of something? Every written value whose name, meaning or document contains all words asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.rules.book import Entry, RuleBook
from settlement_sim.rules.units import show
from settlement_sim.vocabulary import GRADES, POOLS, SCHEMES

#: Names that an error shows at most.
_SHOWN: Final = 3


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
        raise InputError(_unfound(book, asked.words))
    return found


def _unfound(book: RuleBook, words: Sequence[str]) -> list[Problem]:
    """Each word that no rule holds, with the nearest; where there is none, that they do not come together."""
    texts = {_text(book, entry) for entry in book.entries()}
    unknown = [word for word in words if not any(word.casefold() in text for text in texts)]
    together = "words that come together in one rule, with a value as the options ask for"
    return [_unknown(book, word) for word in unknown] or [Problem("rules", repr(" ".join(words)), together)]


def _unknown(book: RuleBook, word: str) -> Problem:
    meanings = {leaf.name: f"{leaf.name} {leaf.zh} {leaf.en}".casefold() for leaf in book.leaves.values()}
    known = {*meanings, *re.findall(r"[^\W_]+", " ".join(meanings.values()))}
    near = nearest(word.casefold(), sorted(known)) or _part(word, meanings)
    names = [name for name, text in meanings.items() if near and near in text][:_SHOWN]
    example = f", as in {', '.join(names)}" if names else "; without words all rules are listed"
    return Problem("rules", repr(word), f"a word of a rule's name, meaning or document{example}", near)


def _part(word: str, meanings: Mapping[str, str]) -> str:
    """The longest part of a Chinese word, of two characters at least, that some rule holds."""
    sizes = range(len(word) - 1, 1, -1) if not word.isascii() else ()
    parts = (word.casefold()[at : at + size] for size in sizes for at in range(len(word) - size + 1))
    return next((part for part in parts if any(part in text for text in meanings.values())), "")


def _found(book: RuleBook, asked: Asked) -> Iterator[Found]:
    place = {name: position for position, name in enumerate(book.leaves)}
    matching = (entry for entry in book.entries() if _matches(book, asked, entry))
    ordered = sorted(matching, key=lambda e: (place[e.leaf.name], e.cell.where, e.cell.start, e.cell.inherited_from))
    for _, group in groupby(ordered, lambda e: (e.leaf.name, e.cell.where, e.cell.start, e.cell.inherited_from)):
        yield _as_written(book, [*group])


def _matches(book: RuleBook, asked: Asked, entry: Entry) -> bool:
    cell = entry.cell
    if (asked.pool or entry.pool) != entry.pool or (asked.scheme or entry.scheme) != entry.scheme:
        return False
    if (asked.grade or cell.grade) != cell.grade or (not asked.pool and cell.inherited_from):
        return False
    if asked.on and not (cell.start <= asked.on and (cell.until is None or asked.on <= cell.until)):
        return False
    text = _text(book, entry)
    return all(word.casefold() in text for word in asked.words)


def _text(book: RuleBook, entry: Entry) -> str:
    """What words are looked for in."""
    cell, leaf = entry.cell, entry.leaf
    source = book.sources.get(cell.source)
    titles = (source.title.zh, source.title.en) if source else ()
    return " ".join((leaf.name, leaf.zh, leaf.en, entry.district, cell.note, *titles)).casefold()


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
