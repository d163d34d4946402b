"""What does a saved run folder state: which province owes which, for which month, and on which lines?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim import dates
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.record.statements import KEYS, NUMBERS
from settlement_sim.study.folder import MANIFEST, Mark, is_run_folder, refuse_unless_one_run
from settlement_sim.vocabulary import CARE_TYPES, POOLS, PROVINCES, SCHEMES

if TYPE_CHECKING:
    import pandas as pd

#: Which run notices state, and the notices in their folder.
NOTICES: Final = Mark("notices.json", "folder of notices")
PROVINCE_OF: Final = {pool: PROVINCES[pool != "chongqing"] for pool in POOLS}
_CODES: Final = {"pool": POOLS, "scheme": SCHEMES, "care_pool": POOLS, "care_type": CARE_TYPES}


@dataclass(frozen=True)
class Basis:
    """What the amounts of a run rest on, as its manifest says."""

    scenario: str
    question: dict[str, str]
    kind: str
    window: tuple[str, str]
    seed: int
    scale: float
    readings: dict[str, str]
    clearing: tuple[str, ...]  # names of its clearing policies
    calibration: str
    inputs: str  # fingerprint

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Basis:
        """What a manifest says; KeyError where it does not."""
        first, last = manifest["window"]
        clearing = dict.fromkeys(entry["use"] for entry in manifest["policies"]["clearing"])
        return cls(
            manifest["scenario"], manifest["question"], manifest["kind"], (first, last), manifest["seed"],
            manifest["scale"], manifest["readings"], tuple(clearing), manifest["calibration"],
            manifest["fingerprints"]["inputs"],
        )  # fmt: skip

    @property
    def months(self) -> list[str]:
        """Months of the window."""
        first, last = (dates.month_index(dates.day(day)) for day in self.window)
        return [dates.month_iso(month) for month in range(first, last + 1)]


@dataclass(frozen=True)
class Asked:
    """What is to be stated; None stands for all."""

    month: str | None = None
    pool: str | None = None
    scheme: str | None = None


@dataclass(frozen=True)
class Notice:
    """What one insured province owes one care province for a month: its lines, in whole fen."""

    insured: str
    care: str
    month: str
    first: str  # days of the month that lie in the window
    last: str
    asked: Asked
    lines: pd.DataFrame

    @property
    def name(self) -> str:
        """Part of the names of its files."""
        parts = (self.insured, self.care, self.month, self.asked.pool, self.asked.scheme)
        return "_".join(part for part in parts if part)

    def total(self, column: str, scheme: str | None = None) -> int:
        """Sum of a column, of one scheme or of all."""
        lines = self.lines if scheme is None else self.lines[self.lines.scheme == scheme]
        return int(lines[column].sum())


@dataclass(frozen=True)
class Statements:
    """The lines of a saved run, and what they rest on."""

    folder: Path
    basis: Basis
    lines: pd.DataFrame

    def notices(self, asked: Asked) -> list[Notice]:
        """One notice per month and pair of provinces that has lines.

        Raises InputError where there is none, and where the run does not know what was asked for.
        """
        refuse_unknown(asked, self.basis.months)
        lines = self.lines
        for column in ("month", "pool", "scheme"):
            wanted = getattr(asked, column)
            lines = lines if wanted is None else lines[lines[column] == wanted]
        groups = lines.groupby(["month", lines.pool.map(PROVINCE_OF), lines.care_pool.map(PROVINCE_OF)])
        found = [self._notice(month, insured, care, asked, group) for (month, insured, care), group in groups]
        if not found:
            said = ", ".join(f"{name} {value}" for name, value in vars(asked).items() if value) or "the window"
            raise InputError(Problem(str(self.folder), f"no settlement ({said})", "something to state"))
        return found

    def _notice(self, month: str, insured: str, care: str, asked: Asked, lines: pd.DataFrame) -> Notice:
        first, last = map(dates.iso, dates.month_bounds(dates.month_of(month)))
        opens, closes = self.basis.window
        return Notice(insured, care, month, max(first, opens), min(last, closes), asked, lines)


def read_statements(folder: Path) -> Statements:
    """The statements of a run folder. Raises InputError where it is none, is older, or was changed."""
    if not is_run_folder(folder):
        raise InputError(Problem(str(folder), "no run folder", "a folder that `settlement-sim run` has written"))
    refuse_unless_one_run(folder)
    path = folder / "tables/statements.csv"
    if not path.exists():
        raise InputError(Problem(str(path), "no such table", "a run of this version; simulate the scenario again"))
    try:
        basis = Basis.of(json.loads((folder / MANIFEST).read_text("utf-8")))
        return Statements(folder, basis, _lines(folder, path))
    except (KeyError, TypeError, ValueError, OSError) as error:
        found = f"a run folder that cannot be read ({error})"
        raise InputError(Problem(str(folder), found, "an unchanged run folder")) from error


def _lines(folder: Path, path: Path) -> pd.DataFrame:
    """The table; ValueError unless its sums are the totals of the run."""
    import pandas as pd

    columns = {**dict.fromkeys(KEYS, str), **dict.fromkeys(NUMBERS, "int64")}
    lines = pd.read_csv(path, dtype=columns, keep_default_na=False)
    if list(lines.columns) != list(columns):
        raise ValueError(f"{path.name} has other columns")
    for column, known in _CODES.items():
        if unknown := set(lines[column]) - set(known):
            raise ValueError(f"{path.name}: {column} {min(unknown)!r}")
    totals = json.loads((folder / "totals.json").read_text("utf-8"))["direct"]
    for direction, province in zip(DIRECTIONS, PROVINCES, strict=True):
        stated = lines[lines.pool.map(PROVINCE_OF) == province]
        for care, sums in totals[direction].items():
            if stated.loc[stated.care_type == care, list(sums)].sum().to_dict() != sums:
                raise ValueError(f"{path.name} does not sum to totals.json: {direction}, {care}")
    return lines


def refuse_unknown(asked: Asked, months: Sequence[str]) -> None:
    """Raises InputError naming everything that was asked for and does not exist."""
    known = {"month": months, "pool": POOLS, "scheme": SCHEMES}
    problems = [
        Problem(f"--{name}", repr(value), f"one of {', '.join(known[name])}", nearest(value, known[name]))
        for name, value in vars(asked).items()
        if value is not None and value not in known[name]
    ]
    if problems:
        raise InputError(problems)
