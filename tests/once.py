"""What do tests build hundreds of times from the same packaged data? Here it is built once per process.

Parsing YAML and building the tables of destinations are most of what it costs to prepare a small world. Both depend on
nothing but a text and an array: what came of them is remembered by their content. A text with a problem is read anew
each time; every reading gets data of its own, and a table that is shared cannot be written to.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from settlement_sim._yamlreader import Loc, Mark, Reader
from settlement_sim.demand import destinations
from settlement_sim.demand.alias import AliasTables, Weights, build

#: Shorter texts are read anew: they are quickly read, and there are many of them.
SHORTEST = 200
Marks = dict[Loc, Mark]
_read: dict[str, tuple[bytes, Marks, Marks]] = {}
_built: dict[tuple[tuple[int, ...], bytes], AliasTables] = {}
anew: Callable[[Reader, str], Any] = Reader.document


def document(reader: Reader, text: str) -> Any:
    """What `Reader.document` does."""
    if text not in _read:
        data = anew(reader, text)
        if len(text) >= SHORTEST and not reader.problems and not reader.broken:
            _read[text] = pickle.dumps(data), dict(reader.values), dict(reader.keys)
        return data
    data, values, keys = _read[text]
    reader.values, reader.keys = dict(values), dict(keys)
    return pickle.loads(data)


def tables(weights: Weights) -> AliasTables:
    """What `alias.build` does."""
    key = weights.shape, weights.tobytes()
    if key not in _built:
        _built[key] = build(weights)
        _built[key].entry.flags.writeable = False
    return _built[key]


def remember() -> None:
    """From now on, in this process."""
    Reader.document = document  # type: ignore[method-assign]
    destinations.build = tables  # type: ignore[attr-defined]
