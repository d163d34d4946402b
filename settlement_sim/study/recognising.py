"""From which day on do policies recognise months of other pools, and of how many pools?

Told by what they answer to made-up careers, so that a policy of one's own is told as a built-in one is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.engine.slots import Asked, Slots, Timeline, joined
from settlement_sim.policies.careers import FIRST_MONTH, Careers, Recognition
from settlement_sim.recognition.plan import STEP
from settlement_sim.rules.careers import CareerRules
from settlement_sim.vocabulary import INSURED_AS, POOLS, RETIREES

#: Months paid in each of two pools: together 10, 15, 20 and 25 years.
_MONTHS: Final = (60, 90, 120, 150)


def recognising(timeline: Timeline, rules: CareerRules, pool: int) -> tuple[str, int]:
    """First day on which a month of another pool counts together with those of `pool`, and of how many pools months
    count together then; nothing and 0 where none ever do. Days on which entries begin are asked about.
    """
    # Of copies, for a question put here must not pass for a parameter that the run has read.
    copies = replace(timeline, policies=tuple(policy.model_copy(deep=True) for policy in timeline.policies))
    for start in timeline.starts.tolist():
        together = _together(copies, rules, pool, start)
        if together > 1:
            return dates.iso(start), together
    return "", 0


def _together(timeline: Timeline, rules: CareerRules, pool: int, day: int) -> int:
    """Pools whose months count together with those of `pool`, itself among them."""
    careers, other = _careers(pool, day)
    asked = Asked(len(careers), day, lambda: careers.pool * STEP, np.zeros(0, np.int64))

    def question(policy: Any, index: Any) -> Any:
        return policy.recognise(careers.take(np.arange(len(careers))[index]), rules)

    answers = Slots({"recognition": timeline}).ask("recognition", asked, Recognition, question)
    pools = joined(len(careers), answers).pools
    both = (pools >> pool & 1).astype(bool) & (pools >> other & 1).astype(bool)
    return 1 + len(set(other[both].tolist()))


def _careers(pool: int, day: int) -> tuple[Careers, Any]:
    """People who apply in a pool on a day after years in another and then as many in it, and which other that was."""
    others = [other for other in range(len(POOLS)) if other != pool]
    kinds = product(others, _MONTHS, range(len(RETIREES)), range(len(INSURED_AS)))
    other, months, retiree, insured_as = np.array([*kinds]).T
    until = dates.month_index(day)
    ago = (until - np.arange(FIRST_MONTH, until))[None]  # 1: the month before the application
    here, before = ago <= months[:, None], (ago > months[:, None]) & (ago <= 2 * months[:, None])
    held = (here << pool | before << other[:, None]).astype(np.uint32)
    deemed = np.zeros((len(other), len(POOLS)), np.int64)
    return Careers(np.full(len(other), pool), retiree, insured_as, np.full(len(other), day), held, deemed), other
