"""Do employees' accounts receive the credit of their pool and status, less the share spent at home?"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.engine.account import credit_accounts
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import POOLS, SCHEMES, STATUSES
from settlement_sim.world.world import World


@pytest.fixture(scope="module")
def rules(book: RuleBook, small_world: World) -> Rules:
    return Rules(book, small_world.profiles, dates.day("2023-10-01"), dates.day("2024-12-31"))


def expected(world: World, book: RuleBook, day: str) -> tuple[np.ndarray, np.ndarray]:
    """What each person is credited by the rule book, and what of it is spent at home, one by one."""
    date, people, home = dt.date.fromisoformat(day), world.population, world.priors["account.home_use"]
    traits = zip(people.pool, people.scheme, people.status, strict=True)
    credit = [
        book.cell("account.monthly_credit", pool=POOLS[p], scheme=SCHEMES[s], date=date, status=STATUSES[t]).value
        for p, s, t in traits
    ]
    return np.array(credit), np.array([(c * home + 50) // 100 for c in credit])


@pytest.mark.parametrize("day", ["2023-10-01", "2024-05-01"])
def test_an_account_keeps_what_is_not_spent_at_home(small_world: World, book: RuleBook, rules: Rules, day: str) -> None:
    before = small_world.population.account.astype(np.int64)
    account = before.copy()
    credit_accounts(account, small_world, rules, dates.day(day))
    credit, spent = expected(small_world, book, day)
    assert (account - before == credit - spent).all(), "another amount was left on an account"
    employee = small_world.population.scheme == 0
    assert credit[employee].all() and not (account - before)[~employee].any(), "accounts belong to employees"


def test_what_is_reported_is_what_was_credited(small_world: World, book: RuleBook, rules: Rules) -> None:
    account = np.zeros(len(small_world.population), np.int64)
    credited, at_home = credit_accounts(account, small_world, rules, dates.day("2024-05-01"))
    credit, spent = expected(small_world, book, "2024-05-01")
    for group in range(44):
        inside = small_world.group == group
        assert credited[group] == credit[inside].sum(), f"credited to group {group}"
        assert at_home[group] == spent[inside].sum(), f"spent at home by group {group}"
    assert account.sum() == credited.sum() - at_home.sum()
