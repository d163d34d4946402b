"""Does a policy reach for chance, a clock or the engine? Read from its source, before it runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Final

#: What no policy may use, with everything inside it.
FORBIDDEN: Final = (
    "random", "secrets", "uuid", "numpy.random", "scipy.stats", "os.urandom", "time", "datetime.date.today",
    "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "simpy", "settlement_sim.draws",
    "settlement_sim.engine", "settlement_sim.ledger", "importlib.import_module", "__import__", "eval", "exec",
)  # fmt: skip
_BUILT_IN: Final = ("__import__", "eval", "exec")


def impurities(source: str | bytes) -> list[tuple[int, str]]:
    """(line, dotted name) of what a policy may not use, in the order of the lines. Raises SyntaxError, ValueError.

    >>> impurities("import numpy as np\\nx = np.random.default_rng()")
    [(2, 'numpy.random')]
    """
    tree = ast.parse(source)
    imported = {name: module for node in ast.walk(tree) for name, module in _bound(node)}
    return sorted({
        (line, bad)
        for node in ast.walk(tree)
        for line, name in _used(node, imported)
        for bad in FORBIDDEN if f"{name}.".startswith(f"{bad}.")
    })  # fmt: skip


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that an import binds, and the modules or members they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (
                alias.asname or alias.name.partition(".")[0],
                alias.name if alias.asname else alias.name.partition(".")[0],
            )
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _used(node: ast.AST, imported: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Dotted names that a node imports or reads."""
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
    elif isinstance(node, ast.Name) and node.id in _BUILT_IN:
        yield node.lineno, node.id
    elif isinstance(node, ast.Attribute):
        names: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and inner.id in imported:
            yield node.lineno, ".".join([imported[inner.id], *reversed(names)])


def source_of(kind: type) -> str:
    """Source of a class of a file, a script or a cell of a notebook; empty where it cannot be read."""
    try:
        return textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return next(filter(None, map(_in_its_cell, filter(inspect.isfunction, vars(kind).values()))), "")


def impurities_of_a_session(kind: type) -> list[tuple[int, str]]:
    """The same of a class whose imports stand elsewhere: modules are known by what its methods see."""
    source = source_of(kind)
    seen = {name: value for method in vars(kind).values() if inspect.isfunction(method)
            for name, value in method.__globals__.items() if isinstance(value, ModuleType)}  # fmt: skip
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    imports = [f"import {seen[name].__name__} as {name}" for name in sorted(names & seen.keys())]
    found = impurities("\n".join([*imports, source]))
    return [(line - len(imports), bad) for line, bad in found]


def _in_its_cell(method: FunctionType) -> str:
    """The class around a method; a cell has no file that a class could be looked up in, but its functions know it."""
    try:
        text = "".join(inspect.findsource(method)[0])
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return ""
    name = method.__qualname__.rpartition(".")[0].rpartition(".")[2]
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name)
    return next((ast.get_source_segment(text, node) or "" for node in found), "")
