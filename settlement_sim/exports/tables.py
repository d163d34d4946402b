"""Which tables does a folder hold that `run`, `run -r` or `compare --out` left, every column with its definition?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.exports.definitions import MEASURES_BY_SEED, definition, unit_of_measure, unit_of_output
from settlement_sim.record.columns import Column
from settlement_sim.record.measures import MEASURE
from settlement_sim.study.folder import ASSUMPTIONS, MANIFEST, MEASURES, POOLS_OF_RUN, TABLES, UNITS_OF_RUN, WARNINGS
from settlement_sim.study.folders import COMPARED, PARTS, PARTS_OF_MEASURES

if TYPE_CHECKING:
    import pandas as pd

#: What folders may hold besides their tables, in the order of an export.
_COMPARED: Final = (MEASURES, COMPARED, PARTS_OF_MEASURES, PARTS)
_OF_RUNS: Final = ("summary.csv", "replications.csv")
_ABOUT: Final = (POOLS_OF_RUN, UNITS_OF_RUN, ASSUMPTIONS)


@dataclass(frozen=True)
class Table:
    """A table with the definitions of its columns, typed by them. Money is whole fen, or what means give of it."""

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


@dataclass(frozen=True)
class Side:
    """One scenario: its label in tables, its folder, what its manifest says, and its warnings."""

    label: str
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def warnings(self) -> list[str]:
        """What whoever reads the run should know."""
        return (self.folder / WARNINGS).read_text("utf-8").splitlines()


@dataclass(frozen=True)
class Exported:
    """What can be exported of a folder: `what` is run, replications or comparison."""

    what: str
    manifest: Mapping[str, Any]
    sides: tuple[Side, ...]
    tables: tuple[Table, ...]


def read(folder: Path) -> Exported:
    """Everything in a folder. Raises InputError for one that this program has not left, or that cannot be read."""
    expected = "a folder that `run` or `compare --out` left, of this version"
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["what"] not in ("run", "replications", "comparison"):
            raise InputError(Problem(str(folder), f"a folder of kind {manifest['what']!r}", expected))
        sides = _sides(folder, manifest)
        return Exported(manifest["what"], manifest, sides, tuple(_tables(folder, manifest, sides)))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise InputError(Problem(str(folder), f"what cannot be read ({error!r})", expected)) from error


def _sides(folder: Path, manifest: Mapping[str, Any]) -> tuple[Side, ...]:
    if manifest["what"] != "comparison":
        return (Side(manifest["scenario"], folder, manifest),)
    names = [manifest["scenario"], *manifest["compared"]]
    labels = [f"{number}-{name}" if names.count(name) > 1 else name for number, name in enumerate(names)]
    found = zip(labels, (folder / name for name in manifest["folders"]), strict=True)
    return tuple(Side(label, path, json.loads((path / MANIFEST).read_text("utf-8"))) for label, path in found)


def _tables(folder: Path, manifest: Mapping[str, Any], sides: tuple[Side, ...]) -> Iterator[Table]:
    """Results first, then the tables, then what they rest on; of several scenarios one below the other."""
    compared = manifest["what"] == "comparison"
    parts = tuple(manifest.get("parts", ()))
    for path in (folder / name for name in _COMPARED if compared and (folder / name).is_file()):
        yield _table(path.stem, [(None, path)], parts)
    tables = dict.fromkeys(path.name for side in sides for path in sorted((side.folder / TABLES).glob("*.csv")))
    own = () if compared else _OF_RUNS
    within = {MEASURES_BY_SEED if compared else Path(MEASURES).stem: MEASURES}
    within |= {Path(name).stem: name for name in (*own, *(f"{TABLES}/{name}" for name in tables), *_ABOUT)}
    for name, place in within.items():
        paths = [(side.label if compared else None, side.folder / place) for side in sides]
        if there := [(label, path) for label, path in paths if path.is_file()]:
            yield _table(name, there, ())


def _table(name: str, paths: list[tuple[str | None, Path]], parts: tuple[str, ...]) -> Table:
    import pandas as pd

    frames = []
    for label, path in paths:
        frame = _LONGER.get(name, _same)(pd.read_csv(path, dtype=str, keep_default_na=False))
        if label is not None:
            frame.insert(0, "scenario", label)
        frames.append(frame)
    frame = pd.concat(frames, ignore_index=True)
    columns = tuple(definition(name, column, parts) for column in frame.columns)
    return Table(
        name, columns, frame.__class__({column.name: _typed(frame[column.name], column) for column in columns})
    )


def _typed(values: pd.Series, column: Column) -> pd.Series:
    """A column of text with its type; whole numbers are `Int64`, so that a cell may be empty."""
    import pandas as pd

    if column.dtype == "str":
        return values
    empty = values == ""
    if column.dtype == "float64":
        return pd.to_numeric(values.mask(empty)).astype("float64")
    whole = [None if nothing else _whole(text) for text, nothing in zip(values, empty, strict=True)]
    return pd.Series(whole, values.index, dtype="Int64")


def _whole(text: str) -> int:
    """A whole number; pandas writes `7.0` where another row is empty."""
    number = int(text.removesuffix(".0"))
    return number


def _same(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _with_units(name: str, unit_of: Callable[[str], str], frame: pd.DataFrame) -> pd.DataFrame:
    frame.insert(frame.columns.get_loc(name) + 1, "unit", frame[name].map(unit_of))
    return frame


def _of_measures(frame: pd.DataFrame) -> pd.DataFrame:
    """Those of a comparison are rows; of runs they are columns, which say themselves what they are."""
    if "measure" not in frame:
        return frame
    frame = _with_units("measure", unit_of_measure, frame)
    place = frame.columns.get_loc("unit")
    frame.insert(place + 1, "zh", [MEASURE[name].zh for name in frame["measure"]])
    frame.insert(place + 2, "en", [MEASURE[name].en for name in frame["measure"]])
    return frame


def _of_replications(frame: pd.DataFrame) -> pd.DataFrame:
    """A row per seed and output, instead of a column per output."""
    return _of_outputs(frame.melt("seed", var_name="output", value_name="value"))


_of_outputs = partial(_with_units, "output", unit_of_output)
_LONGER: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "measures": _of_measures, "parts_of_measures": _of_measures, "replications": _of_replications,
    "comparison": _of_outputs, "summary": _of_outputs, "parts": _of_outputs,
}  # fmt: skip
