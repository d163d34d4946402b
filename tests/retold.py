"""What do the CSV files of a folder say to a number of a page? `data-of` is worked out with nothing of the program."""

from __future__ import annotations

import csv
import json
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import add, sub
from pathlib import Path

from marked import Number

#: 97.5 % of Student's distribution by number of seeds, with 1, 2 and 3 degrees of freedom, as printed tables have it.
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 7: 2.447}
Row = Mapping[str, str]


@dataclass
class Files:
    """The CSV files of a study, side by side."""

    folder: Path
    _rows: dict[Path, list[Row]] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> dict[str, object]:
        """Of the study."""
        return self._json(self.folder)

    def side(self, number: str) -> Path:
        """The folder of a scenario."""
        folders = self.manifest.get("folders")
        assert folders is None or isinstance(folders, list)
        return self.folder / str(folders[int(number)]) if folders else self.folder

    def seeds(self, number: str) -> list[str]:
        """Of a scenario."""
        said = self._json(self.side(number))
        seeds = said.get("seeds") or [said["seed"]]
        assert isinstance(seeds, list)
        return [str(seed) for seed in seeds]

    def rows(self, path: Path) -> list[Row]:
        """Of a file."""
        if path not in self._rows:
            with path.open(encoding="utf-8", newline="") as file:
                self._rows[path] = list(csv.DictReader(file))
        return self._rows[path]

    def _json(self, folder: Path) -> dict[str, object]:
        found: dict[str, object] = json.loads((folder / "manifest.json").read_text("utf-8"))
        return found

    def by_seed(self, of: str) -> list[float]:
        """A formula, for every seed."""
        whole, constant = _top(of, " × ")
        if constant:
            return [value * _constant(constant) for value in self.by_seed(whole)]
        if of.startswith("("):
            assert of.endswith(")"), of
            for sign, do in ((" − ", sub), (" + ", add), (" ÷ ", _over)):
                left, right = _top(of[1:-1], sign)
                if right:
                    pairs = zip(self.by_seed(left), self.by_seed(right), strict=True)
                    return [do(mine, theirs) for mine, theirs in pairs]
            raise AssertionError(of)
        return self._term(of)

    def _term(self, of: str) -> list[float]:
        number, name, *where = of.split()
        if number == "parts":
            measure, column = name.split(".", 1)
            rows = self.rows(self.folder / "parts_of_measures.csv")
            return [float(row[column]) for row in rows if row["measure"] == measure]
        table, column = name.split(".")
        side, seeds = self.side(number), self.seeds(number)
        files = {"measures": "measures.csv", "pools": "pools.csv"}
        rows = self.rows(side / files.get(table, f"tables/{table}.csv"))
        kept = [row for row in rows if _meant(row, where)]
        return [
            sum(float(row[column] or 0) for row in kept if row.get("seed", seed) == seed) for seed in seeds
        ]  # fmt: skip

    def said(self, number: Number) -> float:
        """What the value of a number ought to be."""
        return _STATS[number.stat](self, number.of)

    def mean(self, of: str) -> float:
        """Over the seeds; a percentage is one of means."""
        if of.startswith("100 × mean "):
            part, whole = _top(of.removeprefix("100 × mean "), " ÷ mean ")
            return 100 * self.mean(part) / self.mean(whole)
        return statistics.fmean(self.by_seed(of))

    def half_width(self, of: str) -> float:
        """Student's 95 % interval."""
        found = self.by_seed(of)
        return STUDENT[len(found)] * statistics.stdev(found) / math.sqrt(len(found)) if len(found) > 1 else math.nan

    def width_of_unpaired(self, of: str) -> float:
        """In percent of the interval of two samples: 2 (n − 1) degrees of freedom."""
        mine, theirs = (self.by_seed(each) for each in _top(of[1:-1], " − "))
        error = math.sqrt((statistics.variance(mine) + statistics.variance(theirs)) / len(mine))
        return 100 * self.half_width(of) / (STUDENT[2 * len(mine) - 1] * error)

    def between_persons(self, of: str) -> float:
        """1.96 standard errors; both directions are apart, so their variances add up."""
        number, name, *where = of.split()
        table, column = name.split(".")
        rows = [row for row in self.rows(self.side(number) / f"tables/{table}.csv") if _meant(row, where)]
        return 1.96 * math.hypot(*(float(row[column]) for row in rows))

    def count(self, of: str) -> float:
        """Rows of what the run rests on."""
        number, name, *where = of.split()
        return sum(_meant(row, where) for row in self.rows(self.side(number) / f"{name}.csv"))

    def check(self, of: str) -> float:
        """What a reported figure or a quantity that was never fitted is in the run."""
        name, what = of.removeprefix("check ").split(".")
        return self._reported(name, what) if name in REPORTED else self._beside(name, what)

    def _reported(self, name: str, what: str) -> float:
        if name == "B2":
            return 2  # Chongqing and Chengdu
        if name == "B6":
            found = sum(self._term("0 recognition_totals.accepted applied_in=chongqing"))
            return found if what == "simulated" else math.sqrt(found)
        way, column, size = REPORTED[name]
        error = "_se" if what == "standard_error" else ""
        (found,) = self._term(f"0 totals.{column}{error} direction={way} care_type=all")
        return found / size

    def _beside(self, name: str, way: str) -> float:
        part, whole = BESIDE[name]
        (above,), (below,) = (self.by_seed(each.replace("WAY", f"direction={way}")) for each in (part, whole))
        return above / below / (100 if name.startswith("relief") else 1)


_TO, _FROM = "chongqing_to_sichuan", "sichuan_to_chongqing"
#: Figures that the run speaks to: direction, column, fen in a yuan. B2 and B6 are of no direction.
REPORTED = {
    "A1": (_TO, "settlements", 1), "A2": (_TO, "total_fee", 100), "A3": (_FROM, "settlements", 1),
    "A4": (_FROM, "total_fee", 100), "B2": ("", "", 1), "B6": ("", "", 1),
}  # fmt: skip
_ALL = "0 totals.settlements care_type=all WAY"


def _of(column: str, care: str, table: str = "totals") -> str:
    return f"0 {table}.{column} care_type={care} WAY"


#: What was never fitted: what is divided by what.
BESIDE = {
    "fund_share_inpatient": (_of("cleared", "inpatient"), _of("total_fee", "inpatient")),
    **{f"relief_{c}": (_of("cleared", c), _of("settlements", c)) for c in ("inpatient", "outpatient", "chronic",
                                                                          "pharmacy")},
    **{f"share_{c}": (_of("settlements", c), _ALL) for c in ("inpatient", "outpatient", "chronic", "pharmacy")},
    "share_employee": ("0 by_scheme.settlements scheme=employee WAY", _ALL),
    "manual_share_inpatient": (
        _of("settlements", "inpatient", "by_hand"),
        f"({_of('settlements', 'inpatient')} + {_of('settlements', 'inpatient', 'by_hand')})",
    ),
}  # fmt: skip
_STATS = {
    name: getattr(Files, name)
    for name in ("mean", "half_width", "width_of_unpaired", "between_persons", "count", "check")
}


def _over(mine: float, theirs: float) -> float:
    return mine / theirs if theirs else 0.0


def _constant(text: str) -> float:
    """Such as `1000 ÷ 32000000 ÷ 0.01`."""
    first, *others = (float(part.replace("−", "-")) for part in text.split(" ÷ "))
    return first / math.prod(others)


def _meant(row: Row, where: list[str]) -> bool:
    keys = (each.split("=") for each in where)
    return all(row[key] in values.split("|") for key, values in keys)


def _top(text: str, sign: str) -> tuple[str, str]:
    """Both sides of a sign that stands in no bracket; the right side is empty where there is none."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text.startswith(sign, place):
            return text[:place], text[place + len(sign) :]
    return text, ""
