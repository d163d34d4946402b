"""Do employees' accounts receive the credit of their pool and status, less the share spent at home?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.engine.account import credit_accounts
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import STATUSES
from settlement_sim.world.world import World

#: Fen a month by pool (Chongqing or a prefecture of Sichuan) and status.
CREDITS = {(0, "active"): 12_200, (0, "retired"): 10_000, (1, "active"): 16_000, (1, "retired"): 9_000}


@pytest.fixture(scope="module")
def rules(book: RuleBook, small_world: World) -> Rules:
    return Rules(book, small_world.profiles)


def credits_of(world: World) -> np.ndarray:
    people = world.population
    return np.array(
        [CREDITS.get((int(p > 0), STATUSES[s]), 0) for p, s in zip(people.pool, people.status, strict=True)]
    )


@pytest.mark.parametrize("day", ["2023-10-01", "2024-05-01"])
def test_an_account_keeps_what_is_not_spent_at_home(small_world: World, rules: Rules, day: str) -> None:
    before = small_world.population.account.astype(np.int64)
    account = before.copy()
    credit_accounts(account, small_world, rules, dates.day(day))
    credit = credits_of(small_world)
    assert (account - before == credit - credit * 60 // 100).all(), "60 % of each credit is spent at home"
    assert not (account - before)[small_world.population.scheme == 1].any(), "a resident was credited"


def test_what_is_reported_is_what_was_credited(small_world: World, rules: Rules) -> None:
    account = np.zeros(len(small_world.population), np.int64)
    credited, spent = credit_accounts(account, small_world, rules, dates.day("2024-05-01"))
    credit = credits_of(small_world)
    for group in range(44):
        inside = small_world.group == group
        assert credited[group] == credit[inside].sum(), f"credited to group {group}"
        assert spent[group] == (credit[inside] * 60 // 100).sum(), f"spent at home by group {group}"
    assert account.sum() == credited.sum() - spent.sum()
