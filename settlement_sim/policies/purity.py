"""Does a policy reach for chance, a clock or the engine? Read from its source, before it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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
