"""Which priors does a scenario use? The packaged ones of demand and careers, with the leaves of its own files on top.

An own file has the form of `demand.yaml` and `careers.yaml` and holds only the leaves that it replaces, each as a
whole, of either of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from settlement_sim import yamlio
from settlement_sim.demand.priors import DATA, Prior, Priors, read_leaves
from settlement_sim.demand.sense import check_leaf, check_together
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.provenance import FOLDER as SOURCES
from settlement_sim.provenance import Source, outranks, read_sources

#: What travellers.csv was made from; a run reads that table.
_OF_TABLE: Final = ("travellers.chongqing", "travellers.sichuan", "travellers.long_term_resident_share.")
#: What only `calibrate` reads: the mix of visits is held by its weights, relative prices by its prices.
ONLY_FITTED: Final = ("mix.", "prices.level.")


@dataclass(frozen=True)
class Declared:
    """The priors of a scenario. `own`: what its files replace, by name; `sources`: the documents that they name."""

    demand: Priors
    careers: Priors
    own: Mapping[str, Prior]
    sources: Mapping[str, Source]


@cache
def packaged() -> Declared:
    """Those of the package alone."""
    return Declared(Priors.load(), Priors.load(DATA / "careers.yaml"), {}, {})


def declared(overlays: Sequence[Path] = ()) -> Declared:
    """The packaged priors with own files on top, the last one winning.

    Raises InputError with the problems of all files, each with file:line:col.
    """
    if not overlays:
        return packaged()
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    own: dict[str, Prior] = {}
    for path in overlays:
        try:
            own |= _read(yamlio.read(path), sources, problems)
        except InputError as error:
            problems += error.problems
    demand, careers = (_laid_over(priors, own) for priors in (packaged().demand, packaged().careers))
    if not problems:
        problems += check_together(demand, own)
    if problems:
        raise InputError(problems)
    return Declared(demand, careers, own, sources)


def differing(priors: Priors, *prefixes: str) -> dict[str, tuple[int, ...]]:
    """Values below any of some prefixes that are not the packaged ones, by name."""
    known = packaged().demand.leaves
    return {
        leaf.name: leaf.values for leaf in priors
        if leaf.name.startswith(prefixes) and leaf.name in known and leaf.values != known[leaf.name].values
    }  # fmt: skip


def _laid_over(priors: Priors, own: Mapping[str, Prior]) -> Priors:
    return Priors.of({name: own.get(name, leaf) for name, leaf in priors.leaves.items()})


def _read(document: yamlio.Document, sources: dict[str, Source], problems: list[Problem]) -> dict[str, Prior]:
    """The leaves of one file; adds its sources, and what is wrong with it."""
    found, wrong = read_leaves(document)
    sources.update(read_sources(document, wrong, sources))
    known = {**packaged().demand.leaves, **packaged().careers.leaves}
    if not found and not wrong:
        wrong.append(Problem(document.where(), "no prior", "at least one, such as prices: {chongqing: {inpatient: …}}"))
    for name, leaf in found.items():
        at = document.where_key(tuple(int(part) if part.isdecimal() else part for part in name.split(".")))
        if name not in known:
            wrong.append(Problem(at, f"prior {name!r}", "the name of a packaged prior", nearest(name, known)))
        elif name.startswith(_OF_TABLE):
            expected = "travellers.csv in a folder of world.overlays: a run reads that table, not this prior"
            wrong.append(Problem(at, f"prior {name!r}", expected))
        else:
            wrong += check_leaf(leaf, known[name])
            wrong += _basis(leaf, {**_packaged_sources(), **sources})
    problems += sorted(wrong, key=_place)
    return {name: replace(leaf, axis=known[name].axis) for name, leaf in found.items() if name in known}


def _basis(leaf: Prior, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """What is more than an assumption names its document, and stands no higher than it."""
    source = sources.get(leaf.source)
    if leaf.source and source is None:
        expected = "the id of a document under sources: of this file"
        yield Problem(leaf.where, f"source {leaf.source!r}", expected, nearest(leaf.source, sources))
    elif source is None and leaf.grade != "assumption":
        yield Problem(leaf.where, f"a prior graded {leaf.grade} without a source", "a source")
    elif source and outranks(leaf.grade, source):
        expected = f"at most {source.grade}, the grade of its source {source.id!r}"
        yield Problem(leaf.where, f"a prior graded {leaf.grade}", expected)


@cache
def _packaged_sources() -> dict[str, Source]:
    return read_sources(yamlio.read(SOURCES / "recognition.yaml"), [], {})


def _place(problem: Problem) -> tuple[int, int]:
    line, column = problem.where.rsplit(":", 2)[1:]
    return int(line), int(column)
