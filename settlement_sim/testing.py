"""Does a policy keep the promises that a run rests on? `ss.testing.check_policy(MyPolicy).raise_if_failed()`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from settlement_sim.engine.chance import without_chance
from settlement_sim.errors import nearest
from settlement_sim.policies.base import RECOGNITION_SLOTS, Policy
from settlement_sim.study.promises import Tried, kept
from settlement_sim.study.trial import Trial
from settlement_sim.study.years_trial import YearsTrial

BASELINE: Final = "baseline_2024q1q3"


@dataclass(frozen=True)
class Check:
    """One promise: its name, whether it is kept (None: not tried, since an earlier one is broken), and a sentence."""

    name: str
    ok: bool | None
    detail: str

    def __str__(self) -> str:
        mark = {True: "ok", False: "FAILED", None: "-"}[self.ok]
        return f"{mark:>6}  {self.name:<24} {self.detail}"


@dataclass(frozen=True, repr=False)
class Report:
    """All checks of one policy."""

    policy: Policy
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise is kept."""
        return all(check.ok for check in self.checks)

    def __getitem__(self, name: str) -> Check:
        """A check by name. Raises KeyError."""
        found = {check.name: check for check in self.checks}
        if name not in found:
            raise KeyError(f"no check {name!r}; did you mean {nearest(name, found)!r}?")
        return found[name]

    def raise_if_failed(self) -> None:
        """Raises AssertionError with the whole report unless every promise is kept."""
        if not self.ok:
            raise AssertionError(f"\n{self!r}")

    def __repr__(self) -> str:
        head = f"{type(self.policy).__name__}: {self.policy.name} of slot {self.policy.slot}"
        return "\n".join([head, *map(str, self.checks)])


def check_policy(policy: Policy | type[Policy], *, scenario: str | Path | None = None, rows: int = 10_000) -> Report:
    """Try a policy, or a class with its defaults, on a small world of a scenario (None: the baseline).

    The first one takes some seconds. `rows`: how many rows of a run it is asked about at most. Raises TypeError for
    what is no policy, InputError for a scenario that cannot be read. Checks, in this order:

    no_randomness            neither its source nor a call of it reaches for chance, a clock or the engine
    types                    whole numbers in columns of the right length, also about no rows at all
    conservation             codes, ratios and money in range, sums within the bill, a run that the engine accepts
    determinism              the same rows get the same answer: again, in halves, in another order
    vectorised               as many steps of Python for ten times the rows
    changes_something        some row is decided otherwise than by the scenario's own policy, or money moves otherwise
    equal_before_its_date    in a run that it joins midway, the days before are the scenario's to the last fen
    """
    chosen = policy() if isinstance(policy, type) and issubclass(policy, Policy) else policy
    if not (isinstance(chosen, Policy) and chosen.slot):
        raise TypeError(f"{policy!r} is no policy: decorate a class Mine(ss.Policy) with @ss.policy(slot)")
    kind = YearsTrial if chosen.slot in RECOGNITION_SLOTS else Trial
    trial = kind.of(scenario or BASELINE)
    tried = Tried(chosen, trial, trial.batches(chosen.slot, rows))
    with without_chance():
        return Report(chosen, tuple(Check(*found) for found in kept(tried)))
