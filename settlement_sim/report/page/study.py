"""What does a page read? The folder of a run, of several seeds, or of a comparison: all look alike to the sections."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settlement_sim.errors import InputError, Problem
from settlement_sim.observed.check import Beside, Row
from settlement_sim.report.page.values import Values
from settlement_sim.study.compare import told_apart
from settlement_sim.study.folder import ASSUMPTIONS, MANIFEST, MEASURES, POOLS_OF_RUN, TABLES, UNITS_OF_RUN, WARNINGS
from settlement_sim.study.folders import PARTS_OF_MEASURES
from settlement_sim.study.saved import read_run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Side:
    """One scenario: all its seeds. `number`: 0 is the reference; `name` tells it apart from the others."""

    folder: Path
    number: int
    manifest: Mapping[str, Any]
    name: str

    @property
    def seeds(self) -> list[int]:
        """In their order."""
        return list(self.manifest.get("seeds") or [self.manifest["seed"]])

    @property
    def read(self) -> list[str]:
        """Measures that answer the question."""
        return list(self.manifest["question"]["read"])

    def question(self, lang: str) -> str:
        """What was asked."""
        return str(self.manifest["question"][lang])

    @cached_property
    def measures(self) -> pd.DataFrame:
        """A row per seed, a column per measure; money in fen."""
        return _csv(self.folder / MEASURES).set_index("seed")

    @cached_property
    def warnings(self) -> list[str]:
        """What whoever reads the run should know."""
        return (self.folder / WARNINGS).read_text("utf-8").splitlines()

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """What the run rests on: kind, name, value, range, grade, basis."""
        return _csv(self.folder / ASSUMPTIONS, dtype=str, keep_default_na=False)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Places: names, pool, province, latitude, longitude."""
        return _csv(self.folder / UNITS_OF_RUN).set_index("unit")

    @cached_property
    def pools(self) -> pd.DataFrame:
        """Pools: names, province, insured persons."""
        return _csv(self.folder / POOLS_OF_RUN).set_index("pool")

    def __post_init__(self) -> None:
        self.__dict__["_tables"] = {}

    def complete(self) -> None:
        """Read what every folder has, so that one of an older form is told at once."""
        _ = self.measures, self.warnings, self.assumptions, self.units, self.pools, self.read, self.seeds

    def has(self, table: str) -> bool:
        """Whether the run has such a table, with rows in it."""
        return (self.folder / TABLES / f"{table}.csv").is_file() and len(self.table(table)) > 0

    def table(self, name: str) -> pd.DataFrame:
        """A table of all seeds, the seed first."""
        tables: dict[str, pd.DataFrame] = self.__dict__["_tables"]
        if name not in tables:
            frame = _csv(self.folder / TABLES / f"{name}.csv")
            if "seed" not in frame.columns:
                frame.insert(0, "seed", self.seeds[0])
            tables[name] = frame
        return tables[name]

    def sum(self, table: str, column: str, **where: object) -> Values:
        """A column of a table, summed over the rows that are meant, by seed."""
        frame = self.table(table)
        for key, value in where.items():
            frame = frame[frame[key].isin(value) if isinstance(value, list) else frame[key] == value]
        found = frame.groupby("seed")[column].sum().reindex(self.seeds, fill_value=0)
        said = " ".join(f"{key}={'|'.join(map(str, v)) if isinstance(v, list) else v}" for key, v in where.items())
        return Values(tuple(found.tolist()), f"{self.number} {table}.{column} {said}".strip())

    def measure(self, name: str) -> Values | None:
        """A measure by seed; None where the run does not speak to it."""
        if name not in self.measures:
            return None
        return Values(tuple(self.measures[name].tolist()), f"{self.number} measures.{name}")

    def same(self, other: Side, name: str) -> bool:
        """Whether a measure has the same value in every seed of both."""
        mine, theirs = self.measure(name), other.measure(name)
        return mine is not None and theirs is not None and mine.by_seed == theirs.by_seed


@dataclass(frozen=True)
class Study:
    """What a page is about: `what` is run, replications or comparison; the first side is the reference."""

    what: str
    manifest: Mapping[str, Any]
    sides: tuple[Side, ...]
    parts: pd.DataFrame | None
    check: Sequence[Row]
    beside: Sequence[Beside]

    @property
    def reference(self) -> Side:
        """The first side."""
        return self.sides[0]

    @property
    def asked(self) -> Side:
        """Whose question it is: the scenario that is compared, or the only one."""
        return self.sides[-1] if len(self.sides) == 2 else self.sides[min(1, len(self.sides) - 1)]

    @property
    def others(self) -> tuple[Side, ...]:
        """What is compared with the reference; empty for a run."""
        return self.sides[1:]

    def has(self, table: str) -> bool:
        """Whether any side has such a table."""
        return any(side.has(table) for side in self.sides)

    def differing(self, table: str) -> tuple[Side, ...]:
        """The sides that have a table, without those in which it is the same as in the first of them."""
        first, *more = (side for side in self.sides if side.has(table))
        return first, *(side for side in more if not side.table(table).equals(first.table(table)))


def read(folder: Path) -> Study:
    """The study of a folder. Raises InputError for one that no run of this program left, or that is broken."""
    try:
        return _study(folder)
    except (KeyError, ValueError, OSError) as error:
        expected = "a folder that `run` or `compare --out` left, of this version"
        why = str(error) if isinstance(error, OSError) else repr(error)
        raise InputError(Problem(str(folder), f"what cannot be read ({why})", expected)) from error


def _study(folder: Path) -> Study:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    folders = [folder / name for name in manifest["folders"]] if manifest["what"] == "comparison" else [folder]
    said = [json.loads((path / MANIFEST).read_text("utf-8")) for path in folders]
    names = told_apart([str(each["scenario"]) for each in said])
    sides = tuple(Side(path, number, said[number], names[number]) for number, path in enumerate(folders))
    for side in sides:
        side.complete()
    history = manifest["what"] == "run" and manifest["kind"] == "history"
    check, beside = read_run(folder) if history else ([], [])
    parts = _csv(folder / PARTS_OF_MEASURES).set_index("measure") if "parts" in manifest else None
    return Study(manifest["what"], manifest, sides, parts, check, beside)


def _csv(path: Path, **more: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path, **more)
