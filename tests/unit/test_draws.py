"""Is every draw the published function of (seed, replication, stream, id), and does it look like chance?

The statistics are of fixed draws, so they never change from run to run; five standard deviations are allowed.
"""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from settlement_sim import draws
from settlement_sim.draws import Draws, below, draw, stream_key

MASK = (1 << 64) - 1
ROWS = 1 << 16
IDS = np.arange(ROWS, dtype=np.int64)
#: Streams of needs and of persons.
STREAMS = (
    "count",
    "care",
    "day",
    "where",
    "bill",
    "stay",
    "path",
    "person/born",
    "person/tier",
    "person/account",
)


def finalised(state: int) -> int:
    """The output function of SplitMix64, after Steele, Lea and Flood 2014."""
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & MASK
    return state ^ (state >> 31)


def by_hand(seed: int, replication: int, stream: str, number: int) -> int:
    """The draw of one id in whole numbers of unlimited size."""
    name = f"{seed}/{replication}/{stream}".encode()
    key = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")
    return finalised((number * 0x9E3779B97F4A7C15 + key) & MASK)


def upper(bits: npt.NDArray[np.uint64], width: int) -> npt.NDArray[np.int64]:
    return (bits >> np.uint64(64 - width)).astype(np.int64)


def far_from_even(counts: npt.NDArray[np.int64]) -> float:
    """Chi-square of equal expectations, in standard deviations from its mean."""
    expected = counts.sum() / counts.size
    degrees = counts.size - 1
    return float(abs(((counts - expected) ** 2 / expected).sum() - degrees) / np.sqrt(2 * degrees))


def far_from_independent(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> float:
    """The worse of a 16 × 16 table and of the correlation of two draws, in standard deviations."""
    table = np.bincount(upper(a, 4) * 16 + upper(b, 4), minlength=256)
    correlation = np.corrcoef(upper(a, 32), upper(b, 32))[0, 1]
    return max(far_from_even(table), abs(float(correlation)) * np.sqrt(len(a)))


def test_the_reference_is_the_published_generator() -> None:
    first = [finalised(n * 0x9E3779B97F4A7C15 & MASK) for n in (1, 2, 3)]
    assert first == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], "SplitMix64 from state 0"


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(("seed", "replication"), [(0, 0), (1, 0), (1, 1), (20240101, 0), (2**63 - 1, 99)])
def test_every_draw_is_the_reference(seed: int, replication: int, stream: str) -> None:
    ids = [0, 1, 2, 63, 64, 1 << 18, (1 << 18) + 288 * 64, 10**12, 2**62 + 1]
    expected = [by_hand(seed, replication, stream, n) for n in ids]
    assert draw(seed, replication, stream, np.array(ids)).tolist() == expected


def test_a_pinned_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "stream_key", lambda *_: np.uint64(0))
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert draw(1, 0, "any", np.array([1, 2, 3])).tolist() == published, "key 0 is SplitMix64 from state 0"


def test_the_key_is_made_of_the_name_alone() -> None:
    digest = hashlib.blake2b(b"1/0/care", digest_size=8).digest()
    assert int(stream_key(1, 0, "care")) == int.from_bytes(digest, "little")
    keys = {int(stream_key(s, r, n)) for s in range(20) for r in range(20) for n in STREAMS}
    assert len(keys) == 20 * 20 * len(STREAMS), "two streams share a key"


def test_a_draw_depends_on_its_id_alone() -> None:
    whole = Draws(3, 1).bits("bill", IDS)
    assert (Draws(3, 1).bits("bill", IDS[::-1]) == whole[::-1]).all(), "the order matters"
    assert (Draws(3, 1).bits("bill", IDS[100:103]) == whole[100:103]).all(), "the batch matters"
    assert (Draws(3, 1).bits("bill", IDS.astype(np.int32)) == whole).all(), "the type of the id matters"
    assert (draw(3, 1, "bill", IDS.reshape(256, -1)).ravel() == whole).all(), "the shape matters"
    assert IDS[5] == 5, "ids were written to"


@pytest.mark.parametrize("stream", STREAMS)
def test_each_bit_is_set_half_of_the_time(stream: str) -> None:
    bits = draw(1, 0, stream, IDS)
    ones = np.array([int((bits >> np.uint64(b) & np.uint64(1)).sum()) for b in range(64)])
    far = np.abs(ones - ROWS / 2) / np.sqrt(ROWS / 4)
    assert far.max() < 5, f"bit {far.argmax()} of {stream} leans"


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("shift", [0, 8, 23, 32, 40, 56])
def test_buckets_fill_evenly(stream: str, shift: int) -> None:
    bucket = (draw(1, 0, stream, IDS) >> np.uint64(shift) & np.uint64(255)).astype(np.int64)
    assert far_from_even(np.bincount(bucket, minlength=256)) < 5, f"bits {shift}..{shift + 7} of {stream}"


def test_need_ids_fill_buckets_evenly() -> None:
    ids = (np.arange(ROWS) << 18) + (288 << 6)
    assert far_from_even(np.bincount(upper(draw(1, 0, "count", ids), 8), minlength=256)) < 5


def test_streams_do_not_know_of_each_other() -> None:
    bits = {stream: draw(1, 0, stream, IDS) for stream in STREAMS}
    for a, b in combinations(STREAMS, 2):
        assert far_from_independent(bits[a], bits[b]) < 5, f"{a} and {b} go together"


@pytest.mark.parametrize("step", [1, 2, 1 << 6, 1 << 18, 1 << 30], ids=lambda step: f"plus_{step}")
def test_neighbouring_ids_do_not_go_together(step: int) -> None:
    assert far_from_independent(draw(1, 0, "bill", IDS), draw(1, 0, "bill", IDS + step)) < 5


@pytest.mark.parametrize("other", [(2, 0), (0, 0), (1, 1), (1, 2), (11, 0), (1 << 32, 0)])
def test_near_seeds_and_replications_do_not_go_together(other: tuple[int, int]) -> None:
    assert far_from_independent(draw(1, 0, "bill", IDS), draw(*other, "bill", IDS)) < 5


def test_changing_one_bit_of_the_id_changes_half_of_the_draw() -> None:
    for bit in range(40):
        changed = draw(1, 0, "bill", IDS) ^ draw(1, 0, "bill", IDS ^ (1 << bit))
        mean = np.bitwise_count(changed).mean()
        assert abs(mean - 32) < 5 * 4 / np.sqrt(ROWS / 2), f"bit {bit} of the id changes {mean:.2f} bits"


@pytest.mark.parametrize(
    ("points", "last_true"),
    [
        (5_000, (1 << 31) - 1),
        (2_500, (1 << 30) - 1),
        (1, 429_496),  # 2**32 / 10,000 = 429,496.7296
        (9_999, 4_294_537_799),  # 2**32 · 0.9999 = 4,294,537,799.27 (floor), still below
        (10_000, (1 << 32) - 1),
    ],
)
def test_below_holds_for_exactly_its_share_of_the_upper_half(points: int, last_true: int) -> None:
    bits = np.array([0, last_true, min(last_true + 1, (1 << 32) - 1)], np.uint64) << np.uint64(32)
    bits |= np.uint64(0xFFFFFFFF)
    assert below(bits, points).tolist() == [True, True, points == 10_000]


def test_below_nothing_is_never_and_rows_may_have_their_own_share() -> None:
    zero = np.zeros(3, np.uint64)
    assert not below(zero, 0).any()
    assert below(zero, np.array([0, 1, 10_000], np.int16)).tolist() == [False, True, True]
