"""How does a scenario file become a checked scenario? Read, extend, override, validate, with positions throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.scenario.schema import Scenario

Loc = tuple[str | int, ...]
#: Pydantic's tags of unions appear in locations; they are no keys of the file.
_MAX_DEPTH: Final = 8
#: Stands behind a location whose key, not whose value, is meant.
KEY: Final = ""


@dataclass(frozen=True)
class Loaded:
    """A valid scenario, the merged data it came from, and where each value was set."""

    scenario: Scenario
    data: Mapping[str, Any]
    where: Mapping[Loc, str]
    path: Path

    @property
    def name(self) -> str:
        """File name without ending."""
        return self.path.stem

    def place(self, *loc: str | int) -> str:
        """`file:line:col` of a value, or of the nearest mapping above it."""
        return next((self.where[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in self.where), str(self.path))

    def beside(self, name: str, *loc: str | int) -> Path:
        """A path named at `loc`: relative to the file that names it, or to the present folder for a setting."""
        at = self.place(*loc)
        folder = Path() if at.startswith("--set") else Path(at.rsplit(":", 2)[0]).parent
        return (folder / name).resolve()


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


def load(name: str | Path, settings: Iterable[str] = ()) -> Loaded:
    """Load and validate a scenario; `settings` are overrides such as ``seed=7`` or ``readings.growth=R2``.

    Raises InputError with every problem.
    """
    path = find(name)
    data, where = _read(path, ())
    for setting in settings:
        _override(data, where, setting)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise InputError(sorted(_problems(error, data, where, path), key=_file_order)) from None
    loaded = Loaded(scenario, data, where, path)
    disorder = list(_disorder(loaded))
    if disorder:
        raise InputError(disorder)
    return loaded


def _disorder(loaded: Loaded) -> Iterable[Problem]:
    """Days that are not in order."""
    window, warm_up = loaded.scenario.window, loaded.scenario.warm_up
    if window.last < window.first:
        expected = f"a last day on or after the first, {window.first}"
        yield Problem(loaded.place("window", "until"), repr(str(window.last)), expected)
    if warm_up > window.first:
        expected = f"a warm_up on or before the window's first day {window.first}"
        yield Problem(loaded.place("warm_up"), repr(str(warm_up)), expected)


def _file_order(problem: Problem) -> tuple[str, int, int]:
    """File, line and column of a problem; settings of the command line come first."""
    file, line, column = (*problem.where.rsplit(":", 2), "", "")[:3]
    return (file, int(line), int(column)) if line.isdigit() and column.isdigit() else ("", 0, 0)


def _read(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], dict[Loc, str]]:
    document = yamlio.read(path)
    where = dict(_positions(document, document.data, ()))
    data = dict(document.data)
    parent = data.pop("extends", None)
    if parent is None:
        return data, where
    if not isinstance(parent, str):
        raise InputError(Problem(document.where(("extends",)), str(parent), "one scenario file or packaged scenario"))
    try:
        base_path = path.parent / parent if (path.parent / parent).is_file() else find(parent)
    except InputError as error:
        (problem,) = error.problems
        raise InputError(
            replace(problem, where=document.where(("extends",)), found=f"{parent!r}, no such file or packaged scenario")
        ) from None
    if base_path.resolve() in (*(p.resolve() for p in seen), path.resolve()):
        raise InputError(
            Problem(document.where(("extends",)), repr(parent), "a scenario that does not extend this one")
        )
    base, base_where = _read(base_path, (*seen, path))
    merged = _merge(base, data)
    # A slot's list replaces the parent's, and so do its positions.
    replaced = [loc for loc, value in _walk(data, ()) if isinstance(value, list)]
    kept = {loc: at for loc, at in base_where.items() if not any(loc[: len(r)] == r for r in replaced)}
    return merged, kept | {loc: at for loc, at in where.items() if loc != ("extends",)}


def _merge(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in data.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merge(base[key], value) if both else value
    return merged


def _positions(document: yamlio.Document, data: Any, loc: Loc) -> Iterable[tuple[Loc, str]]:
    for at, _ in _walk(data, loc):
        yield at, document.where(at)
        if at and isinstance(at[-1], str):
            yield (*at, KEY), document.where_key(at)


def _walk(data: Any, loc: Loc) -> Iterable[tuple[Loc, Any]]:
    yield loc, data
    children: Iterable[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        children = data.items()
    elif isinstance(data, list):
        children = enumerate(data)
    for key, child in children:
        yield from _walk(child, (*loc, key))


def _override(data: dict[str, Any], where: dict[Loc, str], setting: str) -> None:
    name, equals, value = setting.partition("=")
    loc: tuple[str | int, ...] = tuple(int(part) if part.isdigit() else part for part in name.split("."))
    node: Any = data
    try:
        for depth, key in enumerate(loc[:-1], 1):
            if isinstance(node, dict) and key not in node:
                node[key] = {}
                where[loc[:depth]] = where[(*loc[:depth], KEY)] = f"--set {name}"
            node = node[key]
        node[loc[-1]] = value
    except (TypeError, IndexError, KeyError):
        equals = ""
    if not equals:
        raise InputError(Problem(f"--set {setting}", repr(setting), "a setting such as readings.growth=R2"))
    where[loc] = where[(*loc, KEY)] = f"--set {name}"


def _problems(error: ValidationError, data: Any, where: Mapping[Loc, str], path: Path) -> Iterable[Problem]:
    for item in error.errors():
        loc = _loc_in(data, item["loc"])
        at = next((where[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in where), str(path))
        if item["type"] == "extra_forbidden":
            at = where.get((*loc, KEY), at)
        known = _known_keys(item["loc"][:-1]) if item["type"] == "extra_forbidden" else _choices(item)
        found = repr(loc[-1]) if item["type"] == "extra_forbidden" else _found(item)
        expected = f"one of {', '.join(known)}" if item["type"] == "extra_forbidden" else _expected(item)
        yield Problem(
            at,
            found,
            expected,
            nearest(str(loc[-1] if item["type"] == "extra_forbidden" else item["input"]), known),
        )


def _loc_in(data: Any, loc: Loc) -> Loc:
    """The part of pydantic's location that exists in the data (plus the last key); union tags are left out."""
    path: list[str | int] = []
    node = data
    for position, key in enumerate(loc):
        inside = (isinstance(node, dict) and key in node) or (isinstance(node, list) and isinstance(key, int))
        if inside:
            path.append(key)
            node = node[key]
        elif position == len(loc) - 1:
            path.append(key)
    return tuple(path)


def _found(item: Any) -> str:
    return f"no {item['loc'][-1]}" if item["type"] == "missing" else repr(item["input"])


def _expected(item: Any) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    return "it, since it is required" if item["type"] == "missing" else message.removeprefix("Input should be ")


def _choices(item: Any) -> list[str]:
    return [part.strip(" '") for part in str(item.get("ctx", {}).get("expected", "")).replace(" or ", ",").split(",")]


def _known_keys(loc: Loc) -> list[str]:
    """Keys that the schema knows at a location."""
    model: Any = Scenario
    for key in loc:
        fields = getattr(model, "model_fields", {})
        names = {field.alias or name: field for name, field in fields.items()}
        if key in names:
            model = _model_of(names[key].annotation)
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]


def _model_of(annotation: Any) -> Any:
    """The model inside an annotation such as `list[Entry]` or `Literal | Where`."""
    for _ in range(_MAX_DEPTH):
        if hasattr(annotation, "model_fields"):
            return annotation
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields") or hasattr(a, "__args__")]
        if not inner:
            return annotation
        annotation = inner[-1]
    return annotation
