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
    from settlement_sim import plot, testing
    from settlement_sim.errors import InputError, PolicyError, SettlementSimError
    from settlement_sim.money import share
    from settlement_sim.observed.check import missed
    from settlement_sim.observed.figures import load as figures
    from settlement_sim.policies.answers import DIRECT, MANUAL, Advances, Amounts, Breakdown, Orders, Route, Scope
    from settlement_sim.policies.base import Policy, policy, reasons
    from settlement_sim.policies.careers import Balances, Careers, Cases, Claimed, Recognition
    from settlement_sim.policies.clearing.cycle import ClearingPolicy
    from settlement_sim.policies.parameters import Days, Minutes, Months, Percent, Points, Yuan, param
    from settlement_sim.policies.registry import policy_of
    from settlement_sim.policies.transfer.base import TransferPolicy
    from settlement_sim.policies.views import Bills, Claims, Needs, Obligations, Standing
    from settlement_sim.public import (
        assumptions,
        attribute,
        check,
        compare,
        export,
        known_policies,
        load,
        replications,
        simulate,
    )
    from settlement_sim.rules.book import RuleBook
    from settlement_sim.rules.compiled import Rules
    from settlement_sim.scenario.load import Loaded, packaged_scenarios
    from settlement_sim.study.bill import settle
    from settlement_sim.study.clear import clear
    from settlement_sim.study.compare import Comparison
    from settlement_sim.study.explain import explain, find
    from settlement_sim.study.recognise import recognise
    from settlement_sim.study.replications import Replications
    from settlement_sim.study.results import Result
    from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, FILINGS, ITEMS, LEVELS, POOLS, SCHEMES, STATUSES

#: Which names are at home in which module.
_NAMES = {
    "errors": "InputError PolicyError SettlementSimError",
    "money": "share",
    "observed.check": "missed",
    "observed.figures": "figures",
    "policies.answers": "Advances Amounts Breakdown DIRECT MANUAL Orders Route Scope",
    "policies.base": "Policy policy reasons",
    "policies.careers": "Balances Careers Cases Claimed Recognition",
    "policies.clearing.cycle": "ClearingPolicy",
    "policies.parameters": "Days Minutes Months Percent Points Yuan param",
    "policies.registry": "policy_of",
    "policies.transfer.base": "TransferPolicy",
    "policies.views": "Bills Claims Needs Obligations Standing",
    "public": "assumptions attribute check compare export known_policies load replications simulate",
    "rules.book": "RuleBook",
    "rules.compiled": "Rules",
    "scenario.load": "Loaded packaged_scenarios",
    "study.bill": "settle",
    "study.clear": "clear",
    "study.compare": "Comparison",
    "study.explain": "explain find",
    "study.recognise": "recognise",
    "study.replications": "Replications",
    "study.results": "Result",
    "vocabulary": "ASSISTANCE CARE_TYPES FILINGS ITEMS LEVELS POOLS SCHEMES STATUSES",
}
_HOME = {name: f"{__name__}.{module}" for module, names in _NAMES.items() for name in names.split()}
_OTHER_NAME = {"figures": "load"}

__all__ = [
    "ASSISTANCE", "CARE_TYPES", "DIRECT", "FILINGS", "ITEMS", "LEVELS", "MANUAL", "POOLS", "SCHEMES", "STATUSES",
    "Advances", "Amounts", "Balances", "Bills", "Breakdown", "Careers", "Cases", "Claimed", "Claims",
    "ClearingPolicy", "Comparison", "Days", "InputError", "Loaded", "Minutes", "Months", "Needs", "Obligations",
    "Orders", "Percent", "Points", "Policy", "PolicyError", "Recognition", "Replications", "Result", "Route",
    "RuleBook", "Rules", "Scope", "SettlementSimError", "Standing", "TransferPolicy", "Yuan", "__version__",
    "assumptions", "attribute", "check", "clear", "compare", "explain", "export", "figures", "find", "known_policies",
    "load", "missed", "packaged_scenarios", "param", "plot", "policy", "policy_of", "reasons", "recognise",
    "replications", "settle", "share", "simulate", "testing",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in ("plot", "testing"):
        return import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), _OTHER_NAME.get(name, name))
    from settlement_sim.errors import nearest

    close = nearest(name, __all__)
    raise AttributeError(f"{__name__} has no {name!r}" + (f"; did you mean {close!r}?" * bool(close)))


def __dir__() -> list[str]:
    return sorted(__all__)
