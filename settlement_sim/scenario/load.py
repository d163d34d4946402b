"""How does a scenario file become a checked scenario? Read, extend, override, validate, with positions throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.policies.base import Policy
from settlement_sim.scenario import layers
from settlement_sim.scenario.layers import Layers, Loc
from settlement_sim.scenario.mistakes import problems
from settlement_sim.scenario.schema import Scenario

#: Parts of a scenario that own files stand beside.
OVERLAID: Final = ("rules", "world", "priors", "observed")


@dataclass(frozen=True, repr=False)
class Loaded:
    """A valid scenario, and the layers it came from. `plugins` false: only built-in policies may be named.

    `given`: policies that were written in this session; `base`: the scenario before they stood in it.
    """

    scenario: Scenario
    layers: Layers
    plugins: bool = True
    given: tuple[type[Policy], ...] = ()
    base: Loaded | None = None

    @property
    def path(self) -> Path:
        """The scenario's own file."""
        return self.layers.files[0]

    @property
    def name(self) -> str:
        """File name without ending."""
        return self.path.stem

    @property
    def data(self) -> Mapping[str, Any]:
        """The merged data, every value still text."""
        return self.layers.data

    @property
    def settings(self) -> tuple[Loc, ...]:
        """Locations that were set on the command line."""
        return self.layers.settings

    @property
    def said(self) -> list[str]:
        """The settings of the command line, `KEY=VALUE`, as they were given."""
        return [f"{'.'.join(map(str, loc))}={_value(self.data, loc)}" for loc in dict.fromkeys(self.settings)]

    def using(self, policy: Policy | type[Policy], *, since: str = "") -> Loaded:
        """This scenario with a policy written in Python in its slot, for everybody, from the day `since` on.

        Raises InputError for a day that is none, and for a policy that reaches for chance, a clock or the engine.
        """
        from settlement_sim.scenario.using import using

        return using(self, policy, since)

    def __repr__(self) -> str:
        return f"Scenario {' '.join((self.name, *self.said))}"

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_scenario

        return of_scenario(self)

    def place(self, *loc: str | int) -> str:
        """`file:line:col` of a value, or of the nearest mapping above it."""
        return self.layers.place(*loc)

    def beside(self, name: str, *loc: str | int) -> Path:
        """A path named at `loc`: relative to the file that names it, or to the present folder for a setting."""
        return (self.layers.folder(*loc) / name).resolve()

    def overlays(self, part: str) -> list[Path]:
        """Own files (or folders) of the scenario for `rules`, `world`, `priors` or `observed`, in their order."""
        named: list[str] = getattr(self.scenario, part).overlays
        return [self.beside(name, part, "overlays", index) for index, name in enumerate(named)]

    @cached_property
    def parent(self) -> Loaded | None:
        """The scenario named by `extends`, without settings; None where there is none or it is not valid alone."""
        if self.base:
            return self.base
        if len(self.layers.files) == 1:
            return None
        try:
            return load(self.layers.files[1], plugins=self.plugins)
        except InputError:
            return None


def _value(data: Any, loc: Loc) -> Any:
    for key in loc:
        data = data[key]
    return data


def scenario_folder() -> Path:
    """The packaged scenarios: in the wheel, or beside the package in a source tree."""
    package = Path(str(files("settlement_sim")))
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def packaged_scenarios() -> list[str]:
    """Names that may be used in place of a path."""
    return sorted(path.stem for path in scenario_folder().glob("*.yaml"))


def find(name: str | Path) -> Path:
    """A path as given, or the packaged scenario of this name."""
    path = Path(name)
    if path.is_file():
        return path
    packaged = scenario_folder() / f"{path.stem}.yaml"
    if packaged.is_file() and (
        path.suffix in ("", ".yaml") and (path.parent == Path() or path.parent.name == "scenarios")
    ):
        return packaged
    known = packaged_scenarios()
    expected = f"a scenario file or one of {', '.join(known)}"
    raise InputError(Problem(str(name), "no such file or packaged scenario", expected, nearest(path.stem, known)))


def load(name: str | Path, settings: Iterable[str] = (), *, plugins: bool = True) -> Loaded:
    """Load and validate a scenario; `settings` are overrides such as ``seed=7`` or ``readings.growth=R2``.

    `plugins` false forbids policies of files and of installed packages. Raises InputError with every problem.
    """
    said = _read(find(name), ())
    for setting in settings:
        said = layers.with_setting(said, setting)
    return validated(said, plugins)


def validated(said: Layers, plugins: bool) -> Loaded:
    """Layers as a scenario. Raises InputError with every problem."""
    try:
        scenario = Scenario.model_validate(said.data)
    except ValidationError as error:
        raise InputError(sorted(problems(error, Scenario, said.data, said.place), key=_file_order)) from None
    disorder = list(_disorder(scenario, said))
    if disorder:
        raise InputError(disorder)
    return Loaded(scenario, said, plugins)


def _read(path: Path, seen: tuple[Path, ...]) -> Layers:
    document = yamlio.read(path)
    over = layers.read(document, path)
    parent = over.data.pop("extends", None)
    if parent is None:
        return over
    named = ("extends",)
    if not isinstance(parent, str):
        raise InputError(Problem(document.where(named), str(parent), "one scenario file or packaged scenario"))
    base = _parent_of(path, parent, document.where(named))
    if base.resolve() in (*(p.resolve() for p in seen), path.resolve()):
        raise InputError(Problem(document.where(named), repr(parent), "a scenario that does not extend this one"))
    return layers.laid_over(_read(base, (*seen, path)), over)


def _parent_of(path: Path, parent: str, where: str) -> Path:
    if (path.parent / parent).is_file():
        return path.parent / parent
    try:
        return find(parent)
    except InputError as error:
        (problem,) = error.problems
        found = f"{parent!r}, no such file or packaged scenario"
        raise InputError(replace(problem, where=where, found=found)) from None


def _disorder(scenario: Scenario, said: Layers) -> Iterator[Problem]:
    """Days that are not in order, told where the later word was spoken."""
    window = scenario.window
    if window.last < window.first:
        yield out_of_order(
            said, (("window", "from"), window.first, "a first day on or before the last"),
            (("window", "until"), window.last, "a last day on or after the first"),
        )  # fmt: skip
    if scenario.warm_up > window.first:
        yield out_of_order(
            said, (("window", "from"), window.first, "a window that begins on or after the day of warm_up"),
            (("warm_up",), scenario.warm_up, "a warm_up on or before the window's first day"),
        )  # fmt: skip


def out_of_order(said: Layers, *days: tuple[Loc, Any, str]) -> Problem:
    """Two days (where, which, what was expected) that contradict each other; the one that was set last is to blame."""
    wrong = said.newest(*reversed([loc for loc, _, _ in days]))
    ((loc, day, expected), (other, against, _)) = sorted(days, key=lambda one: one[0] != wrong)
    elsewhere = "" if said.same_file(loc, other) else f" ({said.place(*other)})"
    return Problem(said.place(*loc), repr(str(day)), f"{expected}, {against}{elsewhere}")


def _file_order(problem: Problem) -> tuple[str, int, int]:
    """File, line and column of a problem; settings of the command line come first."""
    file, line, column = (*problem.where.rsplit(":", 2), "", "")[:3]
    return (file, int(line), int(column)) if line.isdigit() and column.isdigit() else ("", 0, 0)
