"""Which promises does a run rest on, and does a policy keep them? Each is tried on batches and in a small run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.engine.chance import ChanceRefused
from settlement_sim.engine.checks import OutOfRange, Unfit
from settlement_sim.policies.base import Policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.purity import impurities, source_of
from settlement_sim.study.batches import Batch
from settlement_sim.study.trial import Trial, Watched
from settlement_sim.study.years_trial import YearsTrial

#: Whether a promise is kept, and a sentence.
Finding = tuple[bool, str]
_TIMES: Final = 10


@dataclass(frozen=True)
class Tried:
    """A policy, and what it is tried on."""

    policy: Policy
    trial: Trial | YearsTrial
    batches: list[Batch]

    @property
    def rows(self) -> int:
        """Rows of all batches."""
        return sum(map(len, self.batches))

    @cached_property
    def watched(self) -> Watched:
        """A run that the policy joins midway."""
        return self.trial.run_with(self.policy)


def kept(tried: Tried) -> Iterator[tuple[str, bool | None, str]]:
    """Each promise: its name, whether it is kept (None: an earlier one is broken, so it was not tried), a sentence."""
    broken = ""
    for name, promise in PROMISES.items():
        if broken:
            yield name, None, f"not tried: {broken} comes first"
            continue
        unusable = name in _FIRST
        try:
            ok, detail = promise(tried)
        except Exception as error:
            ok, detail, unusable = False, _told(error), unusable or isinstance(error, OutOfRange)
        yield name, ok, detail
        broken = name if unusable and not ok else ""


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, Unfit) else f"raised {type(error).__name__}: {error}"


def _no_randomness(tried: Tried) -> Finding:
    source = _source(type(tried.policy))
    found = impurities(source) if source else []
    if found:
        return False, "; ".join(f"{what} in line {line}" for line, what in found)
    try:
        for batch in tried.batches:
            batch.ask(tried.policy)
    except ChanceRefused as error:
        return False, str(error)
    except Exception:
        return True, "none was seen before it failed"
    return True, "neither in its source nor when asked" if source else "none when asked; its source cannot be read"


def _source(kind: type[Policy]) -> str:
    """Source of the file of a class, or of the class where it was typed in."""
    try:
        return inspect.getsource(sys.modules[kind.__module__])
    except (OSError, TypeError, KeyError):
        return source_of(kind)


def _types(tried: Tried) -> Finding:
    for batch in tried.batches:
        with suppress(OutOfRange):  # which breaks conservation
            batch.ask(tried.policy)
        try:
            batch.take(np.arange(0)).ask(tried.policy)
        except Exception as error:
            return False, f"asked about no rows, as on a day without any: {_told(error)}"
    return True, f"{tried.rows:,} rows, and none"


def _conservation(tried: Tried) -> Finding:
    for batch in tried.batches:
        for broken, what in breaches(batch.slot, batch.given, batch.ask(tried.policy)):
            if broken.any():
                return False, f"returned {what} in {int(broken.sum()):,} of {len(batch):,} rows"
    stopped = tried.watched.stopped
    return stopped is None, str(stopped or f"the laws of slot {tried.policy.slot} hold, and the engine accepts a run")


def _determinism(tried: Tried) -> Finding:
    for batch in tried.batches:
        rows = np.arange(len(batch))
        again, back = batch.take(rows), rows[::-1]
        whole = again.columns(tried.policy)
        for way, order, parts in (
            ("asked about the same rows again", rows, [again]),
            ("asked about half of the rows at a time", rows, [batch.take(half) for half in np.array_split(rows, 2)]),
            ("the rows come in another order", back, [batch.take(back)]),
        ):
            answers = [part.columns(tried.policy) for part in parts]
            for name, column in whole.items():
                found = _differing(column[order], np.concatenate([answer[name] for answer in answers]))
                if found.size:
                    return False, f"{name} of {found.size:,} of {len(rows):,} rows differs when {way}"
    return True, "the same again, in halves and in another order"


def _differing(ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Rows in which two columns differ."""
    return np.flatnonzero((ours != theirs).reshape(len(ours), -1).any(1))


def _vectorised(tried: Tried) -> Finding:
    for batch in tried.batches:
        rows = np.arange(len(batch))
        batch.take(rows).ask(tried.policy)  # what is made once, such as tables of rules, is made now
        few, many = (_steps(batch.take(np.repeat(rows, times)), tried.policy) for times in (1, _TIMES))
        # A loop over rows takes at least one step more for each row; numpy may choose another way for many rows.
        if many - few > len(rows) // 2:
            return False, f"{few:,} steps of Python for {len(rows):,} rows, {many:,} for {_TIMES} times as many"
    return True, f"{few:,} steps of Python for {len(rows):,} rows, {many:,} for {_TIMES} times as many"


def _steps(batch: Batch, policy: Policy) -> int:
    """How many calls and lines of Python run while a policy answers."""
    steps, watching = 0, sys.gettrace()

    def step(*_: Any) -> Any:
        nonlocal steps
        steps += 1
        return step

    sys.settrace(step)
    try:
        batch.ask(policy)
    finally:
        sys.settrace(watching)
    return steps


def _changes_something(tried: Tried) -> Finding:
    own, changed = tried.trial.own(tried.policy.slot), 0
    for batch in tried.batches:
        mine, theirs = batch.columns(tried.policy), batch.columns(own)
        rows = [_differing(mine[name], column) for name, column in theirs.items() if name != "reason"]
        changed += len(np.unique(np.concatenate(rows)))
    found = f"{changed:,} of {tried.rows:,} rows are decided otherwise than by {own.name} of the scenario"
    if changed or not isinstance(own, ClearingPolicy):
        return changed > 0, found
    otherwise = _pays_otherwise(tried, own)
    return bool(otherwise), f"{found}, {otherwise or 'and everything is paid alike'}"


def _pays_otherwise(tried: Tried, own: ClearingPolicy) -> str:
    """How a policy that states the same amounts differs: in what moves then, or in what a short run does not reach."""
    # What is posted under each of two policies is stated by itself: compared is a run in which a copy takes over.
    copy: type[Policy] = type(own.name, (type(own),), {"__doc__": own.__doc__})
    if tried.policy != own and tried.watched.money != tried.trial.run_with(copy.model_construct(**own.__dict__)).money:
        return "but money between the funds moves otherwise"
    other = [name for name in ClearingPolicy.model_fields if getattr(tried.policy, name) != getattr(own, name)]
    return f"but it has another {', '.join(other)}" if other else ""


def _equal_before_its_date(tried: Tried) -> Finding:
    ours, day = tried.trial.as_it_stands.days, dates.iso(tried.trial.takes_over)
    differing = [dates.iso(each) for each, digest in tried.watched.days.items() if digest != ours[each]]
    if differing:
        return False, f"taking over on {day}, it changes {', '.join(differing[:3])}" + " …" * (len(differing) > 3)
    return True, f"taking over on {day}, it leaves the {len(ours)} days before as they are"


#: In this order; a broken one of `_FIRST` makes the others meaningless.
PROMISES: Final[dict[str, Callable[[Tried], Finding]]] = {
    check.__name__.removeprefix("_"): check
    for check in (
        _no_randomness, _types, _conservation, _determinism, _vectorised, _changes_something, _equal_before_its_date,
    )
}  # fmt: skip
_FIRST: Final = ("no_randomness", "types")
