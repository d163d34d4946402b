"""What does a researcher call? Load a scenario, simulate it, check it, export it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from settlement_sim.engine.simulation import Progress
from settlement_sim.exports.export import Format, Wanted, export_folder
from settlement_sim.exports.sheets import Fields, Unit
from settlement_sim.observed.check import Row
from settlement_sim.report.table import Language
from settlement_sim.scenario.listing import listed
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.load import load as load_scenario
from settlement_sim.study.assumptions import assumptions as on_what
from settlement_sim.study.attribute import Attribution
from settlement_sim.study.attribute import attribute as by_parts
from settlement_sim.study.compare import Comparison
from settlement_sim.study.compare import compare as compare_all
from settlement_sim.study.library import reference_of
from settlement_sim.study.replications import Replications
from settlement_sim.study.replications import replications as several
from settlement_sim.study.results import Result
from settlement_sim.study.run import prepare, run
from settlement_sim.study.years import YearsResult, simulate_years

if TYPE_CHECKING:
    import pandas as pd
#: What has tables and can be saved.
Exportable = Result | YearsResult | Replications | Comparison | Attribution


def load(scenario: str | Path, *settings: str, plugins: bool = True) -> Loaded:
    """A scenario by path or packaged name, with settings such as ``"seed=7"``. Raises InputError.

    `plugins` false: only built-in policies may be named.
    """
    return load_scenario(scenario, settings, plugins=plugins)


def simulate(
    scenario: Loaded | str | Path, *, claims: Path | None = None, journal: Path | None = None,
    progress: Progress | None = None,
) -> Result | YearsResult:  # fmt: skip
    """Simulate a scenario; the same numbers as the command line. Raises InputError.

    A scenario with `visits: off` gives a YearsResult: the same tables, exact totals and check, of contribution years.
    """
    loaded = scenario if isinstance(scenario, Loaded) else load_scenario(scenario)
    if loaded.scenario.visits == "off":
        return simulate_years(loaded)
    return Result(run(prepare(loaded), progress, claims=claims, journal=journal))


def compare(*scenarios: Loaded | str | Path, runs: int = 4, workers: int = 1) -> Comparison:
    """What the other scenarios change against the first, over the same seeds. Raises InputError.

    One alone is compared with the scenario that its question names.

    `summary` of the result has a row per scenario and output, with a 95 % interval; money in fen.
    """
    loaded = [one if isinstance(one, Loaded) else load_scenario(one) for one in scenarios]
    if len(loaded) == 1:
        loaded.insert(0, reference_of(loaded[0]))
    return compare_all(loaded, runs, workers)


def replications(scenario: Loaded | str | Path, *, runs: int = 4, workers: int = 1) -> Replications:
    """The same scenario with so many seeds, from its own on. Raises InputError.

    `measures` of the result has a row per seed, `summary` the mean and 95 % interval of every output; money in fen.
    """
    loaded = scenario if isinstance(scenario, Loaded) else load_scenario(scenario)
    return several(loaded, runs, workers)


def attribute(
    reference: Loaded | str | Path, other: Loaded | str | Path, *, runs: int = 2, workers: int = 1
) -> Attribution:
    """Which part of the other scenario changes what: parts and interaction sum to the whole. Raises InputError."""
    both = [one if isinstance(one, Loaded) else load_scenario(one) for one in (reference, other)]
    return by_parts(both[0], both[1], runs, workers)


def assumptions(scenario: Loaded | str | Path) -> pd.DataFrame:
    """What a run of a scenario rests on: kind, name, value, range, grade, basis. Raises InputError."""
    import pandas as pd

    loaded = scenario if isinstance(scenario, Loaded) else load_scenario(scenario)
    return pd.DataFrame([row.to_dict() for row in on_what(loaded)])


def known_policies(slot: str | None = None) -> pd.DataFrame:
    """The policies that a scenario may name, of a slot or of all: a row per parameter, one for those without any.

    Columns: slot, policy, meaning, parameter, default, range, grade, says, origin. Raises InputError.
    """
    import pandas as pd

    nothing = dict.fromkeys(("parameter", "default", "range", "grade", "says"), "")
    rows = []
    for found in listed(slot):
        policy = {"slot": found.slot, "policy": found.name, "meaning": found.meaning}
        told = [
            {"parameter": p.name, "default": p.default, "range": p.range, "grade": p.grade, "says": p.meaning}
            for p in found.parameters
        ] or [nothing]
        rows += [{**policy, **each, "origin": found.origin} for each in told]
    return pd.DataFrame(rows)


def export(
    of: Exportable | str | Path, out: str | Path, *, format: Format | None = None, fields: Fields = "ours",
    unit: Unit = "fen", tables: Sequence[str] = (), lang: Language = "en",
) -> Path:  # fmt: skip
    """Write the tables of a result, or of a folder that holds one, as CSV, Parquet or FILE.xlsx; returns `out`.

    The same files as the command `export`, with the definition of every column. Raises InputError.
    """
    wanted = Wanted(format, fields, unit, tuple(tables), lang)
    with ExitStack() as stack:
        saved = of
        if not isinstance(saved, str | Path):
            saved = saved.save(Path(stack.enter_context(TemporaryDirectory())) / "saved")
        export_folder(Path(saved), Path(out), wanted)
    return Path(out)


def check(result: Result | YearsResult) -> list[Row]:
    """Reported figures beside a result."""
    return result.check()
