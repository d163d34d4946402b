"""Which random number belongs to what? A pure function of (seed, replication, stream, id), no generator.

The presence of another need, the size of a batch, the order of work and the number of workers therefore
cannot matter, and two scenarios with one seed differ only by their policies.

Mixing: a Weyl step and the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable
pseudorandom number generators"); the key of a stream is a BLAKE2b hash of its name, never a position.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

_WEYL: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


@cache
def stream_key(seed: int, replication: int, stream: str) -> np.uint64:
    """64 bits that name one stream of one replication of one seed."""
    name = f"{seed}/{replication}/{stream}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little"))


def draw(seed: int, replication: int, stream: str, ids: npt.NDArray[np.integer[Any]]) -> Bits:
    """64 uniform bits per id (any shape, ids non-negative)."""
    bits = ids.astype(np.uint64)
    bits *= _WEYL
    bits += stream_key(seed, replication, stream)
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits ^= bits >> np.uint64(shift)
        bits *= factor
    bits ^= bits >> np.uint64(31)
    return bits


@dataclass(frozen=True)
class Draws:
    """The draws of one replication of one seed."""

    seed: int
    replication: int = 0

    def bits(self, stream: str, ids: npt.NDArray[np.integer[Any]]) -> Bits:
        """64 uniform bits per id for a named stream."""
        return draw(self.seed, self.replication, stream, ids)


def below(bits: Bits, basis_points: int | npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """True with probability `basis_points`/10,000, from the upper 32 bits."""
    upper = (bits >> np.uint64(32)).astype(np.int64)
    return upper * 10_000 < np.asarray(basis_points, np.int64) << 32
