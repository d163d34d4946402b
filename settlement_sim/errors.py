"""What can go wrong, and how is it told?

    SettlementSimError
    ├── InputError        a file or an option is wrong; exit code 2; carries every problem found
    ├── LookupOutside     a rule was asked for a date, pool or cell it does not cover
    ├── PolicyError       a policy failed or returned what no policy may; exit code 2
    └── BrokenLaw         an identity of money or time failed: a defect of the simulator, never of the input

All take positional arguments only: simpy re-creates exceptions from their ``args``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place: where it is, what was found, what was expected, the nearest name."""

    where: str
    found: str
    expected: str
    nearest: str = ""

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.where}: found {self.found}; expected {self.expected}{hint}"


class SettlementSimError(Exception):
    """Everything this package raises on purpose."""


class InputError(SettlementSimError):
    """A file or an option is wrong. `problems` lists all of them, in file order."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class LookupOutside(SettlementSimError):
    """A rule does not speak about what it was asked."""


class PolicyError(SettlementSimError):
    """A policy stopped the run. Positional: slot, policy, day (YYYY-MM-DD), first need id, what happened."""

    def __str__(self) -> str:
        slot, policy, day, need, what = self.args
        return f"policy {policy} of slot {slot}, {day}, need {need}: {what}"


class BrokenLaw(SettlementSimError):
    """An identity failed. Please report it with the command that was run."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or the empty string.

    >>> nearest("chengd", ["chengdu", "chongqing"])
    'chengdu'
    """
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else ""
