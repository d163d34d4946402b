"""How is chance kept out of a run? While it lasts, the generators of Python and numpy refuse to draw."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

_PLAIN: Final = ("random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform", "gauss",
                 "normalvariate", "expovariate", "getrandbits", "seed", "Random", "SystemRandom")  # fmt: skip
_NUMPY: Final = ("default_rng", "random", "rand", "randn", "randint", "random_sample", "choice", "shuffle",
                 "permutation", "uniform", "normal", "poisson", "exponential", "binomial", "seed",
                 "RandomState", "Generator")  # fmt: skip


class ChanceRefused(RuntimeError):
    """A policy may not draw; it may read the uniform of a need."""


def _refuse(*given: Any, **named: Any) -> Any:
    raise ChanceRefused("touches randomness; read needs.uniform(purpose) or claims.uniform(purpose) instead")


def _refusing(drawing: Any) -> Any:
    """A stand-in that refuses; a class stays a class, since annotations of modules loaded meanwhile may name it."""
    if isinstance(drawing, type):
        return type(drawing.__name__, (drawing,), {"__new__": _refuse})
    return _refuse


@contextmanager
def without_chance() -> Iterator[None]:
    """Nothing in this process may draw from the usual generators inside the block."""
    modules: tuple[tuple[Any, tuple[str, ...]], ...] = ((random, _PLAIN), (np.random, _NUMPY))
    kept = [(module, name, getattr(module, name)) for module, names in modules for name in names]
    for module, name, drawing in kept:
        setattr(module, name, _refusing(drawing))
    try:
        yield
    finally:
        for module, name, drawing in kept:
            setattr(module, name, drawing)
