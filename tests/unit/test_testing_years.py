"""`ss.testing.check_policy` on policies of contribution years: good ones pass, each broken promise is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import settlement_sim as ss
from settlement_sim.policies.base import policy
from settlement_sim.policies.careers import Careers, Cases, Claimed, Recognition
from settlement_sim.policies.recognition.local_rule import LocalRule
from settlement_sim.policies.transfer.account_only import AccountOnly
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.policies.views import Money
from settlement_sim.rules.careers import CareerRules


@policy("recognition")
class Generous(LocalRule):
    """Two years less are asked of everybody."""

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """By the local rule, with 24 months forgiven."""
        found = super().recognise(careers, rules)
        return Recognition(**{**vars(found), "short": np.maximum(found.short - 24, 0)})


@policy("recognition")
class CountsTwice(LocalRule):
    """Counts every month twice."""

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """Twice what was paid."""
        found = super().recognise(careers, rules)
        return Recognition(**{**vars(found), "counted": 2 * found.counted + 1})


@policy("transfer")
class Half(TransferPolicy):
    """Half of the contributions."""

    def pooled(self, cases: Cases) -> Money:
        """Rounded down."""
        return cases.contributed // 2


@policy("transfer")
class TooMuchOfTheAccount(TransferPolicy):
    """Moves more than there is."""

    def claims(self, cases: Cases, rules: CareerRules) -> Claimed:
        """Twice the account."""
        return Claimed(np.zeros(len(cases), np.int64), 2 * cases.account + 1)


@pytest.mark.parametrize("kind", [Generous, Half, Retrospective])
def test_a_good_policy_keeps_every_promise(kind: Any) -> None:
    ss.testing.check_policy(kind, rows=1_000).raise_if_failed()


@pytest.mark.parametrize(
    ("kind", "detail"),
    [(CountsTwice, "more months counted than were paid"), (TooMuchOfTheAccount, "more from a personal account")],
)
def test_a_broken_law_is_named(kind: Any, detail: str) -> None:
    report = ss.testing.check_policy(kind, rows=1_000)
    assert not report.ok and detail in report["conservation"].detail


def test_the_scenarios_own_policy_changes_nothing() -> None:
    own = ss.testing.check_policy(AccountOnly, rows=100)
    assert own["changes_something"].ok is False and own["equal_before_its_date"].ok
