"""Do the engine and an independent model agree on every settlement, to the fen and to the second?"""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from settlement_sim.policies.base import SLOTS
from settlement_sim.policies.registry import built_in
from settlement_sim.study.run import Prepared

from .compare import COUNTS, LEFT, Both, Rows, beside, both, by_oracle, differences, rows_of_oracle
from .hardness import EVERYWHERE, WANTED, met
from .needs import needs_of, open_beds, terms_of
from .people import DAY, FUNDS
from .policies import DEFAULTS
from .world import PLANS, world_of

#: As many weeks as it takes to see what a wrong oracle does.
WEEKS = 6
#: What a wrong oracle is given, by world: a rule raised by so many fen or 1/10,000.
RAISED = {
    "plain": {"inpatient.ratio": 1, "catalogue.advance": 1, "account.monthly_credit": 5},
    "benefits": {
        "away.first_pay": 1, "away.factor": 1, "away.deductible_share": 1, "tilt.ratio": 1, "assistance.threshold": 1,
        "inpatient.deductible_year_most": 1,
    },
}  # fmt: skip
_kept: dict[str, Both] = {}


@pytest.fixture(scope="module", params=PLANS)
def compared(request: pytest.FixtureRequest) -> Both:
    return world(request.param)


def world(name: str) -> Both:
    """Engine and oracle on a small world, run once."""
    if name not in _kept:
        _kept[name] = both(name, world_of(name))
    return _kept[name]


def test_every_settlement_agrees_to_the_fen_and_to_the_second(compared: Both) -> None:
    found = differences(compared.engine, rows_of_oracle(compared.oracle))
    assert not found, f"{len(found)} of {len(compared.oracle.rows)} settlements differ\n" + "\n".join(found[:5])


def test_what_stands_beside_the_settlements_agrees(compared: Both) -> None:
    """Counts, tables of money advanced and care at home, balances of every account by pool and scheme."""
    engine, oracle = beside(compared)
    assert set(engine) >= {*COUNTS, *LEFT, "advanced", "care_at_home", "hospitals", "clearing", "prepayment"}
    for name, found in engine.items():
        assert found == oracle[name], name


def test_every_settlement_obeys_the_identities(compared: Both) -> None:
    for claim in compared.claims:
        money = claim.money
        parts = ("outside_scope", "above_price_limit", "advance_self_pay", "in_scope")
        assert money["total_fee"] == sum(money[part] for part in parts)
        assert money["total_fee"] == sum(money[part] for part in (*FUNDS, "personal_account", "cash"))
        assert min(money.values()) >= 0


def test_the_world_was_hard_enough(compared: Both) -> None:
    found = met(compared)
    wanted = EVERYWHERE | WANTED[compared.name]
    few = {what: f"{found[what]} of {least}" for what, least in wanted.items() if found[what] < least}
    assert not few, f"too few in {compared.name}: {few}"


def test_every_built_in_policy_is_compared() -> None:
    known = {f"{kind.slot} {kind.name}" for kind in built_in() if kind.slot in SLOTS}  # contribution years: test_years
    asked = {name for wanted in WANTED.values() for name in wanted}
    alone = {"channel one_stop", "assistance insured_place"}  # they answer wherever none is named
    assert known <= asked | alone


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rules in RAISED.items() for rule in rules])
def test_the_comparison_can_fail(name: str, rule: str) -> None:
    """One fen or 1/10,000 more in one rule is seen."""
    assert first_weeks(world(name), added={rule: RAISED[name][rule]}), f"{rule} raised and no settlement differs"


def test_the_comparison_sees_beds() -> None:
    """Beds of one day for ever are seen, and without any change nothing is."""
    plain = world("plain")
    beds = open_beds(plain.prepared)
    assert not first_weeks(plain)
    assert first_weeks(plain, beds={group: open_[:1] * len(open_) for group, open_ in beds.items()})


def first_weeks(of: Both, **changed: Any) -> list[str]:
    """Differences in the first weeks, to an oracle with other rules or beds."""
    terms = terms_of(of.prepared)
    terms = replace(terms, last_day=terms.first_day + WEEKS * 7 - 1)
    needs = [need for need in of.needs if need.moment < (terms.last_day + 1) * DAY]
    engine: Rows = {key: facts for key, facts in of.engine.items() if facts["settled"] <= terms.last_day}
    return differences(engine, rows_of_oracle(by_oracle(of.prepared, needs, terms=terms, **changed)))


def test_needs_of_today_are_among_those_of_a_potential_unchanged() -> None:
    of = world("demand")
    today = needs_of(_with_potential(of.prepared, 10_000))
    more = {need.id: need for need in of.needs}
    assert all(more[need.id] == need for need in today)
    assert 1.2 < len(more) / len(today) < 1.4


def _with_potential(prepared: Prepared, potential: int) -> Prepared:
    return replace(prepared, plan=replace(prepared.plan, potential_bp=potential))


def test_defaults_are_those_of_the_policies() -> None:
    """The one thing that the oracle copies: names and defaults of parameters."""
    for kind in (kind for kind in built_in() if kind.slot in SLOTS and kind.slot != "clearing"):  # those: test_funds
        declared = {name: field.get_default() for name, field in kind.model_fields.items()}
        copied = DEFAULTS.get(f"{kind.slot} {kind.name}", {})
        assert {name: None if d is None else str(d) for name, d in declared.items()} == copied, kind.name


def test_the_oracle_shares_no_code_with_the_engine() -> None:
    forbidden = ("engine", "policies", "rules.compiled", "money", "ledger", "demand.behaviour")
    own = {"settlement_sim.rules.book", "settlement_sim.rules.units", "settlement_sim.vocabulary"}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name in ("test_oracle.py", "test_funds.py", "test_years.py", "compare.py"):
            continue
        names = {name for name in _imports(path) if name.startswith("settlement_sim")}
        for name in names:
            inside = name.removeprefix("settlement_sim.")
            assert not any(inside == f or inside.startswith(f + ".") for f in forbidden), f"{path.name}: {name}"
        if path.name not in ("needs.py", "world.py"):
            assert names <= own, f"{path.name} imports {names - own}"


def _imports(path: Path) -> set[str]:
    """Modules that a file imports, and what it takes from them as if modules."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            if node.module == "settlement_sim" or node.module.endswith((".rules", ".engine")):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found
