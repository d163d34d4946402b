"""Is chance, a clock or the engine found in the source of a policy, and nothing else?"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from settlement_sim.policies.purity import FORBIDDEN, impurities
from settlement_sim.policies.registry import built_in


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import random", [(1, "random")]),
        ("x = 1\nimport secrets, uuid", [(2, "secrets"), (2, "uuid")]),
        ("from random import random as lot\nlot()", [(1, "random")]),
        ("import numpy as np\nnp.random.default_rng()", [(2, "numpy.random")]),
        ("import numpy.random as lots\nlots.rand()", [(1, "numpy.random"), (2, "numpy.random")]),
        ("from numpy import random\nrandom.rand()", [(1, "numpy.random"), (2, "numpy.random")]),
        ("from numpy.random import default_rng", [(1, "numpy.random")]),
        ("import scipy\nscipy.stats.norm.rvs()", [(2, "scipy.stats")]),
        ("import os\nos.urandom(8)", [(2, "os.urandom")]),
        ("def route(self):\n    import time\n    return time.time()", [(2, "time"), (3, "time")]),
        ("import datetime as dt\ndt.datetime.now()", [(2, "datetime.datetime.now")]),
        ("from datetime import date\ndate.today()", [(2, "datetime.date.today")]),
        ("import simpy", [(1, "simpy")]),
        ("from settlement_sim.engine.clock import Clock", [(1, "settlement_sim.engine")]),
        ("from settlement_sim import ledger", [(1, "settlement_sim.ledger")]),
        ("import settlement_sim as ss\nss.draws.draw(1)", [(2, "settlement_sim.draws")]),
        ("__import__('random')", [(1, "__import__")]),
        ("import importlib\nimportlib.import_module('random')", [(2, "importlib.import_module")]),
        ("exec('import random')\neval('1')", [(1, "exec"), (2, "eval")]),
    ],
)
def test_what_is_forbidden_is_found_with_its_line(source: str, found: list[tuple[int, str]]) -> None:
    assert impurities(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nnp.where(1, 2, 3)",
        "import datetime\ndatetime.date(2024, 7, 1)",
        "def route(self, time, random):\n    return time.sum() + random.real",
        "needs.uniform('random')  # import random",
        "import timeit_of_mine, randomise",
        "from settlement_sim.policies.access.filing_free import FilingFree",
        "import importlib.resources",
        "from os import path",
    ],
)
def test_what_looks_like_it_is_let_through(source: str) -> None:
    assert impurities(source) == []
    assert impurities(source.encode()) == []


@pytest.mark.parametrize("source", ["def route(self:", b"\xff\xfe", "x = '\0'"])
def test_what_cannot_be_read_raises(source: str | bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        impurities(source)


@pytest.mark.parametrize("module", sorted({kind.__module__ for kind in built_in()}))
def test_built_in_policies_are_pure(module: str) -> None:
    spec = find_spec(module)
    assert spec is not None and spec.origin is not None
    assert impurities(Path(spec.origin).read_bytes()) == []


def test_each_forbidden_name_is_found_when_imported() -> None:
    for name in FORBIDDEN:
        module, _, member = name.rpartition(".")
        source = f"from {module} import {member}" if module else f"{name}('x')" if name[0] in "_e" else f"import {name}"
        assert (1, name) in impurities(source)
