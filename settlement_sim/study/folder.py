"""What does a run leave on disk, and how is it never half there?

Everything is written into a hidden folder beside the target and renamed at the end: a killed run leaves nothing that
looks finished.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.errors import InputError, Problem
from settlement_sim.record.columns import contract
from settlement_sim.record.measures import Value, measures
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.assumptions import assumptions
from settlement_sim.study.manifest import manifest
from settlement_sim.study.notices import warnings_of
from settlement_sim.study.outputs import exact, tables
from settlement_sim.study.run import Finished
from settlement_sim.study.years import YearsResult
from settlement_sim.vocabulary import POOLS, PROVINCES
from settlement_sim.world.geography import Geography

if TYPE_CHECKING:
    import pandas as pd

MANIFEST: Final = "manifest.json"
#: One sentence a line; an empty file says that everything asked for had its effect.
WARNINGS: Final = "warnings.txt"
TABLES: Final = "tables"
#: A row per seed.
MEASURES: Final = "measures.csv"
#: What the run rests on, by grade.
ASSUMPTIONS: Final = "assumptions.csv"
#: The places and pools of the run's world.
UNITS_OF_RUN: Final = "units.csv"
POOLS_OF_RUN: Final = "pools.csv"
#: Own figures of the scenario, copied so that the folder can be checked alone.
OBSERVED: Final = "observed"


@dataclass(frozen=True)
class Mark:
    """By which file a folder is known as one of this program, and what such a folder is called."""

    file: str
    folder: str

    def on(self, path: Path) -> bool:
        """Whether a path is such a folder, finished."""
        try:
            return "settlement_sim" in json.loads((path / self.file).read_text("utf-8"))
        except (OSError, TypeError, ValueError):
            return False


RUN: Final = Mark(MANIFEST, "run folder")


def is_run_folder(path: Path) -> bool:
    """Whether a path is a finished run of this program."""
    return RUN.on(path)


def refuse_unless_one_run(folder: Path) -> None:
    """Raises InputError for the folder of several seeds or of a comparison."""
    what = json.loads((folder / MANIFEST).read_text("utf-8")).get("what", "run")
    if what != "run":
        raise InputError(Problem(str(folder), f"several runs ({what})", "the folder of a single run"))


def can_be_written(target: Path, mark: Mark = RUN) -> Path:
    """The same path. Raises InputError where something stands there that is no earlier folder of the kind."""
    if target.exists() and not mark.on(target):
        found = f"something that is no {mark.folder}"
        raise InputError(Problem(str(target), found, f"a new name, or an earlier {mark.folder} to replace"))
    return target


@contextmanager
def unfinished(target: Path, mark: Mark = RUN) -> Iterator[Path]:
    """A hidden folder that becomes `target` when the block ends well, and vanishes when it does not.

    What is no earlier folder of the kind is never replaced: InputError.
    """
    can_be_written(target, mark)
    made = [folder for folder in target.parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield work
        os.chmod(work, 0o755)
        old = work.with_name(work.name + ".old")
        if target.exists():
            target.rename(old)
        try:
            work.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        for folder in made:
            with suppress(OSError):  # another run may write there
                folder.rmdir()
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = path.with_name(f".{path.name}.unfinished")
    try:
        work.write_bytes(content)
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)


def write_run(run: Finished | YearsResult, work: Path) -> Mapping[str, pd.DataFrame]:
    """Write totals, tables, measures and manifest of a run into a folder; returns the tables."""
    loaded, seed = (run.loaded, run.track.plan.seed) if isinstance(run, YearsResult) else _of_visits(run)
    totals, frames = exact(run), tables(run)
    (work / "totals.json").write_text(json_text(totals), "utf-8")
    for name, frame in frames.items():
        write_table(work / TABLES, name, frame)
    write_measures(work, {seed: measures(frames, totals.get("counts", {}))})
    _copy_figures(loaded, work / OBSERVED)
    write_about(work, loaded, warnings_of(run), manifest(run))
    return frames


def _of_visits(finished: Finished) -> tuple[Loaded, int]:
    return finished.prepared.loaded, finished.prepared.plan.seed


def write_measures(work: Path, by_seed: Mapping[int, Mapping[str, Value]]) -> None:
    """A row per seed: the numbers by which a person reads a run."""
    import pandas as pd

    frame = pd.DataFrame.from_dict(by_seed, orient="index").rename_axis("seed")
    frame.to_csv(work / MEASURES, lineterminator="\n")


def write_about(work: Path, loaded: Loaded, said: Sequence[str], about: Mapping[str, Any]) -> None:
    """Warnings, what the run rests on, and the manifest that makes a folder one of this program."""
    import pandas as pd

    (work / WARNINGS).write_text("".join(f"{text}\n" for text in said), "utf-8")
    frame = pd.DataFrame([row.to_dict() for row in assumptions(loaded)])
    frame.to_csv(work / ASSUMPTIONS, index=False, lineterminator="\n")
    _write_places(work, Geography.load(loaded.overlays("world")))
    write_manifest(work, about)


def _write_places(work: Path, places: Geography) -> None:
    import pandas as pd

    of_pool = {"zh": places.pool_zh, "en": places.pool_en, "insured": places.insured.sum(1)}
    pools = pd.DataFrame({"pool": POOLS} | of_pool)
    pools["province"] = [PROVINCES[number > 0] for number in range(len(POOLS))]
    units = pd.DataFrame({
        "unit": places.units, "zh": places.unit_zh, "en": places.unit_en, "lat": places.lat, "lon": places.lon,
        "pool": [POOLS[code] for code in places.unit_pool],
        "province": [PROVINCES[code] for code in places.unit_province],
    })  # fmt: skip
    for name, frame in ((UNITS_OF_RUN, units), (POOLS_OF_RUN, pools)):
        frame.to_csv(work / name, index=False, lineterminator="\n")


def write_manifest(work: Path, about: Mapping[str, Any]) -> None:
    """What makes a folder one of this program."""
    (work / MANIFEST).write_text(json_text(about), "utf-8")


def _copy_figures(loaded: Loaded, folder: Path) -> None:
    for number, path in enumerate(loaded.overlays("observed")):
        folder.mkdir(exist_ok=True)
        shutil.copyfile(path, folder / f"{number:02d}.yaml")


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """One table as CSV and Parquet, with its column contract beside."""
    folder.mkdir(exist_ok=True)
    frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    frame.to_parquet(folder / f"{name}.parquet", index=False)
    (folder / f"{name}.columns.json").write_text(json_text({"format": 1, "columns": contract(frame)}), "utf-8")


def json_text(data: Mapping[str, Any]) -> str:
    """A file for people and machines alike."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
