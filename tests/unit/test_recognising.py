"""Is a policy that recognises told by what it answers, whoever wrote it, and on the day on which it begins?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from career_cases import rules, timeline

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import PolicyError
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.careers import Careers, Recognition
from settlement_sim.policies.recognition.local_rule import LocalRule
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.rules.careers import CareerRules
from settlement_sim.study.recognising import recognising
from settlement_sim.vocabulary import POOLS

EXAMPLES = Path(__file__).parents[2] / "docs/examples/policies"


@policy("recognition")
class NeighboursOfMine(Policy):
    """Months of three pools count in the pool of the application, from ten years together on."""

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """Written without anything built in."""
        mask = sum(1 << POOLS.index(pool) for pool in ("chongqing", "dazhou", "guangan"))
        here = careers.pool.astype(np.int64)
        pools = np.where(mask >> here & 1, mask, 1 << here)
        counted = np.where(mask >> here & 1, careers.distinct(mask), careers.months(here))
        needed, none = np.full(len(careers), 120), np.zeros(len(careers), np.int64)
        return Recognition(here, counted, none, needed, np.maximum(needed - counted, 0), pools, none)


@policy("recognition")
class ForgivesAtHome(LocalRule):
    """Asks for two years less, and counts nothing of other pools."""

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """By the local rule, with 24 months forgiven."""
        found = super().recognise(careers, rules)
        return replace(found, short=np.maximum(found.short - 24, 0))


@policy("recognition")
class Fails(LocalRule):
    """Fails."""

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """Never."""
        raise ValueError("no answer")


def told(one: Policy, pool: str = "chongqing") -> tuple[str, int]:
    line = replace(timeline(one), starts=np.array([dates.day("2024-03-01")]))
    return recognising(line, rules(), POOLS.index(pool))


@pytest.mark.parametrize(
    ("one", "pools"),
    [
        (Mutual2024(), 2), (Mutual2024(pools="all"), len(POOLS)), (Mutual2024(threshold=180), 2),
        (Mutual2024(choice="recognition", place="last"), 2), (NeighboursOfMine(), 3),
    ],
)  # fmt: skip
def test_who_recognises_is_told_with_the_pools(one: Policy, pools: int) -> None:
    assert told(one) == ("2024-03-01", pools)


@pytest.mark.parametrize("one", [LocalRule(), ForgivesAtHome(), Mutual2024(pools=["chengdu", "zigong"])])
def test_who_recognises_nothing_in_chongqing_is_told_so(one: Policy) -> None:
    assert told(one) == ("", 0)


def test_another_pool_is_told_for_itself() -> None:
    """Chengdu's own rule deems months paid elsewhere as if paid there: that is no recognition."""
    apart = Mutual2024(pools=["chengdu", "zigong"])
    assert told(apart, "chengdu") == ("2024-03-01", 2)
    assert told(LocalRule(), "chengdu") == told(Mutual2024(), "nanchong") == ("", 0)


def test_it_begins_with_the_first_entry_that_recognises() -> None:
    starts = np.array([dates.day("2024-03-01"), dates.day("2024-07-01")])
    line = Timeline((LocalRule(), NeighboursOfMine()), starts, np.array([[0] * 44, [1] * 44], np.int16))
    assert recognising(line, rules(), 0) == ("2024-07-01", 3)


def test_a_policy_that_lapsed_recognises_nothing() -> None:
    lapsed = replace(timeline(Mutual2024(after_expiry="lapse")), starts=np.array([dates.day("2028-03-02")]))
    assert recognising(lapsed, rules(), 0) == ("", 0)


def test_asking_reads_no_parameter_of_the_run() -> None:
    one = Mutual2024()
    one.asked.clear()
    told(one)
    assert not one.asked


def test_a_policy_that_fails_is_named() -> None:
    with pytest.raises(PolicyError, match=r"fails of slot recognition, 2024-03-01, .* raised ValueError: no answer"):
        told(Fails())


@pytest.mark.parametrize(
    ("use", "said"),
    [("last_months.py:LastMonthsForgiven", ("2024-03-01", 2)), ("local_rule", ("", 0))],
)
def test_the_check_of_a_run_hears_of_a_policy_of_ones_own(use: str, said: tuple[str, int], tmp_path: Path) -> None:
    (tmp_path / "last_months.py").write_bytes((EXAMPLES / "last_months.py").read_bytes())
    (tmp_path / "mine.yaml").write_text(
        "format: 1\nquestion: {id: mine, zh: 如何？, en: What if?}\nkind: history\nextends: baseline_2024q1q3\n"
        f'visits: "off"\npolicies: {{recognition: [{{use: "{use}"}}]}}\n', "utf-8",
    )  # fmt: skip
    result: Any = ss.simulate(ss.load(tmp_path / "mine.yaml", "world.scale=0.02"))
    years = result.years()
    assert (years.began, years.pools) == said
    verdicts = {row.figure: row.verdict for row in result.check()}
    assert {verdicts["B1"], verdicts["B2"]} == {"met" if said[1] else "missed"}
