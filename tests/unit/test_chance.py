"""Is chance kept out of a run, and let in again afterwards?"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
import runs

from settlement_sim.engine.chance import ChanceRefused, without_chance
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import PolicyError
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.study.run import Prepared, run

#: Ways to a random number that anybody might take.
WAYS: dict[str, Callable[[], Any]] = {
    "random.random": lambda: random.random(),
    "random.randint": lambda: random.randint(1, 6),
    "random.randrange": lambda: random.randrange(6),
    "random.choice": lambda: random.choice([1, 2]),
    "random.choices": lambda: random.choices([1, 2]),
    "random.shuffle": lambda: random.shuffle([1, 2]),
    "random.sample": lambda: random.sample([1, 2], 1),
    "random.uniform": lambda: random.uniform(0, 1),
    "random.gauss": lambda: random.gauss(0, 1),
    "random.getrandbits": lambda: random.getrandbits(8),
    "random.seed": lambda: random.seed(1),
    "random.Random": lambda: random.Random(1).random(),
    "numpy default_rng": lambda: np.random.default_rng(1),
    "numpy rand": lambda: np.random.rand(),
    "numpy randn": lambda: np.random.randn(),
    "numpy randint": lambda: np.random.randint(6),
    "numpy random": lambda: np.random.random(),
    "numpy choice": lambda: np.random.choice([1, 2]),
    "numpy shuffle": lambda: np.random.shuffle([1, 2]),
    "numpy permutation": lambda: np.random.permutation(3),
    "numpy uniform": lambda: np.random.uniform(),
    "numpy normal": lambda: np.random.normal(),
    "numpy poisson": lambda: np.random.poisson(1),
    "numpy seed": lambda: np.random.seed(1),
    "numpy RandomState": lambda: np.random.RandomState(1).rand(),
    "numpy Generator": lambda: np.random.Generator(np.random.PCG64(1)).random(),
}


@pytest.mark.parametrize("draw", WAYS.values(), ids=WAYS)
def test_nothing_is_drawn_inside(draw: Callable[[], Any]) -> None:
    with without_chance(), pytest.raises(ChanceRefused, match=r"touches randomness; read needs\.uniform"):
        draw()


def test_afterwards_everything_is_as_it_was() -> None:
    before = {name: getattr(np.random, name) for name in dir(np.random)}
    plain = {name: getattr(random, name) for name in dir(random)}
    with pytest.raises(ValueError, match="half way"), without_chance():
        raise ValueError("half way")
    assert all(getattr(np.random, name) is value for name, value in before.items())
    assert all(getattr(random, name) is value for name, value in plain.items())
    assert 0 <= random.random() < 1 and 0 <= np.random.default_rng(1).random() < 1


def test_blocks_inside_one_another_end_one_by_one() -> None:
    with without_chance():
        with without_chance():
            pass
        with pytest.raises(ChanceRefused):
            random.random()
    random.random()


class Gambles(FilingFree):
    """Throws a die for every need."""

    name: ClassVar = "gambles"

    def route(self, needs: Any, rules: Any) -> Any:
        route = super().route(needs, rules)
        return replace(route, cut=np.random.default_rng(1).integers(0, 100, len(needs)))


def test_a_policy_that_draws_stops_the_run() -> None:
    tiny = runs.prepared(*runs.TINY)
    timeline = tiny.plan.timelines["access"]
    only = Timeline((Gambles(),), timeline.starts[:1], np.zeros((1, 44), np.int16))
    gambling = replace(tiny, plan=replace(tiny.plan, timelines={**tiny.plan.timelines, "access": only}))
    with pytest.raises(PolicyError, match=r"gambles of slot access, 2024-01-01, need .*touches randomness"):
        run(gambling)
    assert_chance_is_back(tiny)


def assert_chance_is_back(tiny: Prepared) -> None:
    """After a run that failed and after one that did not."""
    random.random()
    run(tiny)
    np.random.default_rng(1)
