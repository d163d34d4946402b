"""A policy class out of a file, a session or an installed package; its source is read before it runs."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from settlement_sim.errors import nearest
from settlement_sim.policies.base import Policy
from settlement_sim.policies.purity import impurities, impurities_of_a_session, source_of


class UnknownPolicy(ValueError):
    """No policy of this name. `args`: what was found, what was expected, the nearest name."""

    def __str__(self) -> str:
        found, expected, close = self.args
        return f"{expected}; found {found}" + (f"; did you mean {close!r}?" * bool(close))


def of_a_package(point: EntryPoint) -> type[Policy]:
    """The policy that an entry point of an installed package offers. Raises UnknownPolicy where it is unfit."""
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    offered = f"entry point {point.name!r} of {package}"
    try:
        kind = point.load()
    except (Exception, SystemExit) as error:
        raise UnknownPolicy(f"{offered}, which raises {_told(error)}", "one that imports", "") from error
    if not (isinstance(kind, type) and issubclass(kind, Policy) and "slot" in vars(kind)):
        raise UnknownPolicy(offered, "a class decorated with @ss.policy(slot)", "")
    module = sys.modules[kind.__module__]
    try:
        source = inspect.getsource(module)
    except (OSError, TypeError):
        raise UnknownPolicy(offered, "a policy whose source can be read", "") from None
    _refuse_impure(f"{offered}: {module.__name__}", source.encode())
    kind.origin = package
    return kind


def of_a_session(kind: type[Policy]) -> type[Policy]:
    """A policy that was written in a notebook or a script; its source is read as that of a file is.

    Raises UnknownPolicy where it reaches for chance, a clock or the engine, or has no source to read.
    """
    if kind.__module__.startswith(("settlement_sim.", "settlement_sim_policy_")):
        return kind
    source = source_of(kind).encode()
    if not source:
        raise UnknownPolicy(f"{kind.__name__}, whose source cannot be read", "a class of a notebook or a file", "")
    _refuse(kind.__name__, impurities_of_a_session(kind))
    kind.origin = f"session sha256 {hashlib.sha256(source).hexdigest()}"
    return kind


def policy_in(path: Path, wanted: str) -> type[Policy]:
    """The policy of a file, by the name of its class or its own. Raises UnknownPolicy, which tells what is wrong."""
    module = _executed(path, path.read_bytes())
    kinds = {name: kind for kind in own_policies(module) for name in (kind.__name__, kind.name)}
    if wanted in kinds:
        return kinds[wanted]
    if isinstance(getattr(module, wanted, None), type):
        raise UnknownPolicy(f"class {wanted} of {path.name}", "a class decorated with @ss.policy(slot)", "")
    if not kinds:
        raise UnknownPolicy(f"no policy in {path.name}", "a class decorated with @ss.policy(slot)", "")
    raise UnknownPolicy(repr(wanted), f"a policy of {path.name}: {', '.join(kinds)}", nearest(wanted, kinds))


@cache
def _executed(path: Path, source: bytes) -> ModuleType:
    """The module that a file is, once for each text it had: what runs is what the sha256 was taken of."""
    _refuse_impure(path.name, source)
    digest = hashlib.sha256(source).hexdigest()
    module = ModuleType(f"settlement_sim_policy_{digest[:16]}_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where pydantic looks for the names in annotations
    try:
        exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        raise UnknownPolicy(f"{path.name}, which raises {_told(error, path)}", "a file that imports", "") from error
    for kind in own_policies(module):
        kind.origin = f"{path.name} sha256 {digest}"
    return module


def _told(error: BaseException, path: Path | None = None) -> str:
    """Type, line and first line of an error that a plug-in raised."""
    lines = [f" in line {frame.lineno}" for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    text = str(error).partition("\n")[0]
    return "".join([type(error).__name__, *lines[-1:], f": {text}" * bool(text)])


def own_policies(module: ModuleType) -> Iterator[type[Policy]]:
    """Policies defined in a module itself, in the order of its lines."""
    for value in vars(module).values():
        own = isinstance(value, type) and value.__module__ == module.__name__
        if own and issubclass(value, Policy) and "slot" in vars(value):
            yield value


def _refuse_impure(name: str, source: bytes) -> None:
    try:
        found = impurities(source)
    except (SyntaxError, ValueError) as error:
        at = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        raise UnknownPolicy(f"{name}{at}: {text}", "a file that Python can read", "") from None
    _refuse(name, found)


def _refuse(name: str, found: list[tuple[int, str]]) -> None:
    if found:
        line, what = found[0]
        wanted = "a policy without chance, clock or engine; for chance it reads needs.uniform(purpose)"
        raise UnknownPolicy(f"{what} in {name}, line {line}", wanted, "")
