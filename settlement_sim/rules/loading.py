"""Where do the rules come from, and which file wins? Packaged data first, then overlays in their order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem
from settlement_sim.provenance import Source, read_sources
from settlement_sim.rules.declarations import read_declarations
from settlement_sim.rules.files import Contents, Filled, RuleFile
from settlement_sim.rules.leaf import Leaf, Series
from settlement_sim.rules.scope import Key
from settlement_sim.vocabulary import SCHEMES

_PACKAGE = "settlement_sim"


#: Declarations: what settlements read, and what the recognition of contribution years reads.
_LEAVES: Final = ("rules/leaves.yaml", "rules/leaves_of_careers.yaml")


def load(
    overlays: Sequence[Path],
) -> tuple[dict[str, Leaf], dict[str, Source], dict[Key, Series], str, str]:
    """Leaves, sources, series by (leaf, pool, scheme, district), the fingerprint, and that of settlement alone.

    Raises InputError.
    """
    texts = packaged()
    leaves = declared()
    problems: list[Problem] = []
    sources = read_sources(yamlio.read_text(*_text("sources/rules.yaml")), problems, {})
    documents, laid = _documents(texts, problems), _overlays(overlays, problems)
    layers = [documents, *([document] for document in laid)]
    series = assemble(layers, leaves, sources, problems)
    if problems:
        raise InputError(problems)
    settles = [not _of_careers(document, leaves) for document in (*documents, *laid)]
    return leaves, sources, series, *_fingerprints(texts, overlays, settles)


def declared() -> dict[str, Leaf]:
    """Every packaged declaration: first the rules of settlement, then those of careers."""
    settlement, careers = (yamlio.read_text(*_text(name)) for name in _LEAVES)
    return read_declarations(settlement) | read_declarations(careers, of_careers=True)


def packaged() -> list[tuple[str, str]]:
    """(name, text) of every packaged rule file, sorted by name."""
    root = files(_PACKAGE).joinpath("rules/data")
    found = [
        (f"{_PACKAGE}/rules/data/{folder.name}/{file.name}", file.read_text(encoding="utf-8"))
        for folder in root.iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return sorted(found)


def assemble(
    layers: Sequence[Sequence[yamlio.Document]],
    leaves: Mapping[str, Leaf],
    sources: dict[str, Source],
    problems: list[Problem],
) -> dict[Key, Series]:
    """The series of all layers, later ones on top. `sources` gains those that files bring themselves."""
    series: dict[Key, Series] = {}
    for documents in layers:
        for document in documents:
            sources.update(read_sources(document, problems, sources))
        contents = [RuleFile(document, leaves, sources, problems).read() for document in documents]
        series.update(_layer(contents, leaves, series, problems))
    return series


def _layer(
    contents: Sequence[Contents],
    leaves: Mapping[str, Leaf],
    below: Mapping[Key, Series],
    problems: list[Problem],
) -> dict[Key, Series]:
    """What one layer says: first what its files fill, then what they inherit."""
    layer: dict[Key, Series] = {}
    first: dict[Key, Filled] = {}
    for one in (filled for content in contents for filled in content.filled):
        for key in one.keys:
            leaf, pool, scheme, district = key
            if key in first:
                found = f"{leaf} for {district or pool} {scheme} again (first at {first[key].where})"
                problems.append(Problem(one.where, found, "each leaf once for a pool and scheme"))
            first.setdefault(key, one)
            layer.setdefault(key, one.by_scheme[scheme])
    for content in contents:
        if content.inherits:
            layer.update(_inherited(content, leaves, {**below, **layer}, layer))
    return layer


def _inherited(
    content: Contents, leaves: Mapping[str, Leaf], known: Mapping[Key, Series], filled: Mapping[Key, Series]
) -> dict[Key, Series]:
    found: dict[Key, Series] = {}
    for name, leaf in leaves.items():
        for scheme in content.scope.schemes:
            values = known.get((name, content.inherits, scheme, ""))
            if values is None or (leaf.for_both_schemes and content.scope.schemes != SCHEMES):
                continue
            values = values.inherited(content.inherits, content.spread)
            keys = ((name, pool, scheme, "") for pool in content.scope.pools)
            found |= {key: values for key in keys if key not in filled}
    return found


def _documents(texts: Sequence[tuple[str, str]], problems: list[Problem]) -> list[yamlio.Document]:
    documents = []
    for name, text in texts:
        try:
            documents.append(yamlio.read_text(text, name))
        except InputError as error:
            problems += error.problems
    return documents


def _overlays(paths: Sequence[Path], problems: list[Problem]) -> list[yamlio.Document]:
    documents = []
    for path in paths:
        try:
            documents.append(yamlio.read(path))
        except InputError as error:
            problems += error.problems
    return documents


def _fingerprints(
    texts: Sequence[tuple[str, str]], overlays: Sequence[Path], settles: Sequence[bool]
) -> tuple[str, str]:
    """Of everything, and of what a settlement may read."""
    heads = [(name, _resource(name).read_text(encoding="utf-8")) for name in _LEAVES]
    laid = [(f"overlay/{i}/{path.name}", path.read_text(encoding="utf-8")) for i, path in enumerate(overlays)]
    bodies = [*texts, *laid]
    kept = [body for body, reads in zip(bodies, settles, strict=True) if reads]
    return digest([*heads, *bodies]), digest([heads[0], *kept])


def _of_careers(document: yamlio.Document, leaves: Mapping[str, Leaf]) -> bool:
    """Whether a file fills nothing but rules of careers."""
    filled = document.data.get("leaves") or {}
    return bool(filled) and all(name in leaves and leaves[name].of_careers for name in filled)


def digest(texts: Sequence[tuple[str, str]]) -> str:
    """sha256 over (name, text) pairs in the order given, with line endings made alike."""
    total = hashlib.sha256()
    for name, text in texts:
        body = text.replace("\r\n", "\n").replace("\r", "\n")
        total.update(f"{name}\0{len(body)}\0{body}\0".encode())
    return total.hexdigest()


def _text(path: str) -> tuple[str, str]:
    return _resource(path).read_text(encoding="utf-8"), f"{_PACKAGE}/{path}"


def _resource(path: str) -> Traversable:
    return files(_PACKAGE).joinpath(path)
