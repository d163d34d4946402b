"""Which numbers of demand are assumed, in which range, on which basis?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from settlement_sim import yamlio
from settlement_sim.demand.axes import ROWS
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.vocabulary import GRADES

DATA: Final = Path(str(files("settlement_sim") / "demand/data"))
INHERITED = ("unit", "grade", "basis", "source", "axis")
#: Keys at the top of a file that hold no prior.
_HEAD: Final = ("format", "sources")


@dataclass(frozen=True)
class Prior:
    """One declared number, or one row of numbers along `axis`, a name of `ROWS`."""

    name: str
    values: tuple[int, ...]
    low: int
    high: int
    unit: str
    grade: str
    basis: str
    source: str
    where: str
    axis: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """What each value of a row stands for; nothing for a single number."""
        return ROWS.get(self.axis, ())


@dataclass(frozen=True)
class Priors:
    """All priors by dotted name."""

    leaves: Mapping[str, Prior]
    fingerprint: str

    @classmethod
    def load(cls, path: Path = DATA / "demand.yaml") -> Self:
        """Read the packaged priors of demand or a whole file of the same form. Raises InputError with every problem."""
        leaves, problems = read_leaves(yamlio.read(path))
        if problems:
            raise InputError(problems)
        return cls.of(leaves)

    @classmethod
    def of(cls, leaves: Mapping[str, Prior]) -> Self:
        """Priors with a fingerprint of their numbers alone: a better word for a basis makes no calibration stale."""
        numbers = json.dumps({name: leaf.values for name, leaf in leaves.items()}, sort_keys=True)
        return cls(leaves, hashlib.sha256(numbers.encode()).hexdigest())

    def leaf(self, name: str) -> Prior:
        """The prior of this name; raises InputError with the nearest known name."""
        if name not in self.leaves:
            raise InputError(Problem("priors", name, "a prior of demand", nearest(name, self.leaves)))
        return self.leaves[name]

    def __getitem__(self, name: str) -> int:
        (value,) = self.leaf(name).values
        return value

    def row(self, name: str) -> npt.NDArray[np.int64]:
        """A row of values as int64."""
        return np.array(self.leaf(name).values, np.int64)

    def rows(self, prefix: str) -> npt.NDArray[np.int64]:
        """The rows below a prefix, stacked in file order."""
        return np.array([leaf.values for name, leaf in self.leaves.items() if name.startswith(prefix + ".")])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name, in file order."""
        return tuple(self.leaves)

    def __iter__(self) -> Iterator[Prior]:
        return iter(self.leaves.values())


def read_leaves(document: yamlio.Document) -> tuple[dict[str, Prior], list[Problem]]:
    """The leaves of a file by dotted name, and what is wrong with it."""
    walk = _Walk(document)
    walk.visit({key: node for key, node in document.data.items() if key not in _HEAD}, (), {})
    return walk.leaves, walk.problems


class _Walk:
    """Collects leaves and problems while inheriting unit, grade, basis, source and axis downwards."""

    def __init__(self, document: yamlio.Document) -> None:
        self.document = document
        self.leaves: dict[str, Prior] = {}
        self.problems: list[Problem] = []

    def visit(self, node: Any, loc: tuple[str | int, ...], context: dict[str, str]) -> None:
        if isinstance(node, list):
            for index, child in enumerate(node):
                self.visit(child, (*loc, index), context)
            return
        if not isinstance(node, dict):
            self._problem(loc, repr(node), "a mapping with value, low and high")
            return
        context = context | {key: str(node[key]) for key in INHERITED if key in node}
        if "value" in node or "values" in node:
            self._leaf(node, loc, context)
        else:
            for key, child in node.items():
                if key not in INHERITED:
                    self.visit(child, (*loc, key), context)

    def _leaf(self, node: dict[str, Any], loc: tuple[str | int, ...], context: dict[str, str]) -> None:
        name = ".".join(map(str, loc))
        for key in set(node) - {"value", "values", "low", "high", *INHERITED}:
            self._problem(
                (*loc, key), key, "value, values, low, high", nearest(key, ("value", "values", "low", "high"))
            )
        values = node.get("values", [node.get("value")])
        try:
            if not isinstance(values, list):
                raise TypeError(values)
            numbers = tuple(_whole(v) for v in values)
            low, high = _whole(node["low"]), _whole(node["high"])
        except (KeyError, TypeError, ValueError):
            self._problem(loc, str(node), "whole numbers for value, low and high")
            return
        if not all(low <= number <= high for number in numbers):
            self._problem(loc, str(list(numbers)), f"values between low {low} and high {high}")
        missing = [key for key in ("unit", "grade", "basis") if not context.get(key)]
        if missing or context.get("grade") not in GRADES:
            self._problem(loc, f"no {', '.join(missing) or 'known grade'}", "unit, grade and basis, here or above")
            return
        axis = context.get("axis", "")
        if len(numbers) > 1 and axis and len(ROWS.get(axis, ())) != len(numbers):
            expected = f"{len(ROWS[axis])}, one for each {axis}" if axis in ROWS else "a known axis"
            self._problem(loc, f"{len(numbers)} values along {axis!r}", expected, nearest(axis, ROWS))
            return
        self.leaves[name] = Prior(
            name, numbers, low, high, context["unit"], context["grade"], context["basis"],
            context.get("source", ""), self.document.where(loc), axis if len(numbers) > 1 else "",
        )  # fmt: skip

    def _problem(self, loc: tuple[str | int, ...], found: str, expected: str, near: str = "") -> None:
        self.problems.append(Problem(self.document.where(loc), found, expected, near))


def _whole(text: Any) -> int:
    """A whole number in plain digits."""
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError(text)
    return int(text)
