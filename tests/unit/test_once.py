"""Is what tests remember the same as what is made anew, and does nobody see what another did to it?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import once
import pytest

import settlement_sim
from settlement_sim import yamlio
from settlement_sim._yamlreader import Reader
from settlement_sim.demand import destinations
from settlement_sim.demand.alias import build
from settlement_sim.errors import InputError

PACKAGED = sorted(Path(settlement_sim.__file__).parent.rglob("*.yaml"))


def test_every_packaged_file_reads_as_it_does_anew() -> None:
    for path in PACKAGED:
        text = path.read_text("utf-8")
        document, fresh = yamlio.read_text(text, path.name), Reader(path.name)
        assert (document.data, fresh.problems) == (once.anew(fresh, text), [])
        assert (document._values, document._keys) == (fresh.values, fresh.keys)


def test_every_reading_has_data_of_its_own() -> None:
    text = PACKAGED[0].read_text("utf-8")
    first = yamlio.read_text(text, "first.yaml")
    untouched = yamlio.read_text(text, "second.yaml").data
    first.data.clear()
    again = yamlio.read_text(text, "third.yaml")
    assert again.data == untouched and again.data
    assert again.where().startswith("third.yaml:")


def test_a_text_with_a_problem_has_it_every_time() -> None:
    text = "format: 1\n" + "".join(f"key_{n}: {n}\n" for n in range(100)) + "key_5: again\n"
    for name in ("a.yaml", "b.yaml"):
        with pytest.raises(InputError, match=f"{name}:102:1: found key 'key_5' again"):
            yamlio.read_text(text, name)


def test_a_table_is_the_one_that_would_be_built_and_cannot_be_written_to() -> None:
    weights = np.array([[1, 3, 5], [2, 0, 7]])
    for _ in range(2):
        table = destinations.build(weights)
        assert (table.entry == build(weights).entry).all() and table.slot_bits == build(weights).slot_bits
        with pytest.raises(ValueError, match="read-only"):
            table.entry[0] = 0
    assert (destinations.build(weights.T).entry.size, weights.tolist()) == (
        build(weights.T).entry.size, [[1, 3, 5], [2, 0, 7]]
    )  # fmt: skip
