"""settlement-sim: cross-province medical-insurance settlement between Sichuan and Chongqing, simulated 1:1.

>>> import settlement_sim as ss
>>> result = ss.simulate(ss.load("baseline_2024q1q3"))  # doctest: +SKIP
>>> result.totals  # doctest: +SKIP

Names are imported when they are first used, so that `import settlement_sim` is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from settlement_sim.errors import InputError, SettlementSimError
    from settlement_sim.observed.check import missed
    from settlement_sim.observed.figures import load as figures
    from settlement_sim.public import check, load, simulate
    from settlement_sim.rules.book import RuleBook
    from settlement_sim.scenario.load import packaged_scenarios
    from settlement_sim.study.bill import settle
    from settlement_sim.study.results import Result

_HOME = {
    "InputError": "settlement_sim.errors",
    "SettlementSimError": "settlement_sim.errors",
    "missed": "settlement_sim.observed.check",
    "check": "settlement_sim.public",
    "load": "settlement_sim.public",
    "simulate": "settlement_sim.public",
    "RuleBook": "settlement_sim.rules.book",
    "packaged_scenarios": "settlement_sim.scenario.load",
    "settle": "settlement_sim.study.bill",
    "Result": "settlement_sim.study.results",
    "figures": "settlement_sim.observed.figures",
}
_OTHER_NAME = {"figures": "load"}

__all__ = [
    "InputError", "Result", "RuleBook", "SettlementSimError", "__version__", "check", "figures", "load", "missed",
    "packaged_scenarios", "settle", "simulate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'settlement_sim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), _OTHER_NAME.get(name, name))


def __dir__() -> list[str]:
    return sorted(__all__)
