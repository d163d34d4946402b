"""What does each formula claim and pay, and what happens to a policy that claims or pays too much?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from career_cases import rules, timeline
from pydantic import ValidationError

import settlement_sim as ss
from settlement_sim.engine.slots import Slots
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.policies.answers import Orders
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.careers import Balances, Cases, Claimed
from settlement_sim.policies.registry import built_in
from settlement_sim.policies.transfer.account_only import AccountOnly
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.transfer.none import NoTransfer
from settlement_sim.policies.transfer.prospective import Prospective
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.recognition.transfers import Moved, Transfers
from settlement_sim.rules.careers import CareerRules


def one(
    months: int = 84, total: int = 240, contributed: int = 6_000_001, cost: int = 12_345_679, account: int = 90_000
) -> Cases:
    """A retiree of Chongqing who has left months in Chengdu."""
    return Cases(*(np.array([value]) for value in (1, 0, months, total, contributed, cost, account)))


def transfers(*policies: TransferPolicy) -> Transfers:
    return Transfers(Ledger(), rules(), Slots({"transfer": timeline(*policies)}))


@pytest.mark.parametrize(
    ("asked", "pooled", "account"),
    [
        (NoTransfer(), 0, 0),
        (AccountOnly(), 0, 90_000),
        (Retrospective(), 2_100_000, 0),  # 60,000.01 × 35 percent = 21,000.0035
        (Retrospective(claims_ratio="50"), 3_000_001, 0),  # 30,000.005 is rounded up
        (Retrospective(claims_ratio="100", account="moves"), 0, 90_000),
        (Prospective(), 4_320_988, 0),  # 123,456.79 × 84 ÷ 240 = 43,209.8765
        (Prospective(paid="yearly", account="moves"), 4_320_988, 90_000),
        (ReciprocalBand(), 2_100_000, 0),
        (ReciprocalBand(of=Prospective(account="moves")), 4_320_988, 90_000),
    ],
)
def test_what_is_claimed(asked: TransferPolicy, pooled: int, account: int) -> None:
    found = asked.claims(one(), rules())
    assert (found.pooled.tolist(), found.account.tolist()) == ([pooled], [account])


def test_a_share_of_all_months_and_of_none() -> None:
    assert Prospective().pooled(one(months=240)).tolist() == [12_345_679]
    assert Prospective().pooled(one(months=0, total=0)).tolist() == [0]
    assert Prospective().pooled(one(months=1, total=2, cost=5)).tolist() == [3]  # 2.5 is rounded up


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        ({"band": "0"}, [99, 100, 101, 300]),
        ({"band": "1"}, [0, 0, 101, 300]),
        ({"band": "1", "pays": "excess"}, [0, 0, 1, 200]),
        ({"band": "none"}, [0, 0, 0, 0]),
    ],
)
def test_what_is_paid_under_a_band(terms: dict[str, Any], paid: list[int]) -> None:
    owed = np.array([99, 100, 101, 300])
    assert ReciprocalBand(**terms).orders(Balances(owed, owed, owed)).amount.tolist() == paid
    assert Retrospective().orders(Balances(owed, owed, owed)).amount.tolist() == owed.tolist()


@pytest.mark.parametrize(
    ("asked", "yearly"),
    [
        (AccountOnly(), False), (Prospective(), False), (Prospective(paid="yearly"), True),
        (ReciprocalBand(), False), (ReciprocalBand(of=Prospective(paid="yearly")), True),
    ],
)  # fmt: skip
def test_who_is_asked_every_year(asked: TransferPolicy, yearly: bool) -> None:
    assert asked.each_year == yearly


def test_the_built_in_policies() -> None:
    names = {kind.name for kind in built_in() if kind.slot == "transfer"}
    assert names == {"none", "account_only", "retrospective", "prospective", "reciprocal_band"}
    assert all(issubclass(kind, TransferPolicy) for kind in built_in() if kind.slot == "transfer")


@pytest.mark.parametrize("terms", [{"band": "many"}, {"band": "-1"}, {"of": "retrospectiv"}, {"pays": "some"}])
def test_terms_that_are_none(terms: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ReciprocalBand(**terms)


# postings ----------------------------------------------------------------------------------------------


def test_what_is_posted() -> None:
    """Both funds and both personal accounts, and nothing between them."""
    found = transfers(Retrospective(account="moves"))
    found.claim(500, 0, one())
    balances = {name: balance[:4].tolist() for name, balance in found.ledger.balances.items() if balance.any()}
    assert balances == {
        "pooled_fund": [2_100_000, 0, -2_100_000, 0],
        "personal_accounts": [90_000, 0, 0, 0],  # credited in Chengdu, moved to Chongqing
        "between_funds": [-2_190_000, 0, 2_190_000, 0],
        "contributions": [0, 0, -90_000, 0],
    }
    assert found.moved == [Moved(500, "account", 1, 0, 90_000), Moved(500, "pooled", 1, 0, 2_100_000)]


def test_two_funds_are_netted_before_they_pay() -> None:
    """100.00 one way and 40.00 the other on the same evening: 60.00 cross."""
    found = transfers(Retrospective(claims_ratio=0))
    both = Cases(*(np.array(column) for column in ([1, 0], [0, 1], [9, 9], [9, 9], [10_000, 4_000], [0, 0], [0, 0])))
    found.claim(500, 0, both)
    assert found.moved == [Moved(500, "pooled", 1, 0, 6_000)]
    assert not found.open.any()


def test_what_waits_is_netted_with_what_comes() -> None:
    """A band of 100.00: 100.00 wait; 0.01 more is paid with it; the next 50.00 wait again."""
    found = transfers(ReciprocalBand(of=Retrospective(claims_ratio=0), band="100"))
    for day, fen in ((500, 10_000), (501, 1), (502, 5_000)):
        found.claim(day, 0, one(contributed=fen))
    assert found.moved == [Moved(501, "pooled", 1, 0, 10_001)]
    assert found.open[1, 0] == 5_000 and found.open.sum() == 5_000


# guards ------------------------------------------------------------------------------------------------


@policy("transfer")
class Faulty(TransferPolicy):
    """Answers with what it is told."""

    claimed: int = 0
    account: int = 0
    ordered: int = 0
    answer: str = "columns"

    def claims(self, cases: Cases, rules: CareerRules) -> Any:
        if self.answer == "nothing":
            return None
        if self.answer == "yuan":
            return Claimed(np.array([1.5]), cases.account)
        if self.answer == "rows":
            return Claimed(np.zeros(2, np.int64), np.zeros(2, np.int64))
        return Claimed(np.array([self.claimed]), np.array([self.account]))

    def orders(self, balances: Balances) -> Orders:
        return Orders(np.full(len(balances), self.ordered))


@pytest.mark.parametrize(
    ("asked", "cases", "words"),
    [
        (Faulty(claimed=1), one(months=0), "returned a claim for no months"),
        (Faulty(claimed=-1), one(), "returned a negative pooled"),
        (Faulty(account=-1), one(), "returned a negative account"),
        (Faulty(account=90_001), one(), "returned more from a personal account than it holds"),
        (Faulty(claimed=5, ordered=6), one(), "returned a payment that is not between nothing and the balance"),
        (Faulty(claimed=5, ordered=-1), one(), "returned a payment that is not between nothing and the balance"),
        (Faulty(answer="nothing"), one(), "returned NoneType; expected Claimed"),
        (Faulty(answer="yuan"), one(), "returned pooled as float64"),
        (Faulty(answer="rows"), one(), "returned 2 rows of pooled; expected 1"),
    ],
)
def test_a_policy_that_claims_or_pays_wrongly(asked: Faulty, cases: Cases, words: str) -> None:
    with pytest.raises(PolicyError, match=words) as caught:
        transfers(asked).claim(500, 0, cases)
    assert "faulty" in str(caught.value) and "2024-05-15" in str(caught.value)


def test_what_just_passes() -> None:
    found = transfers(Faulty(claimed=5, account=90_000, ordered=5))
    found.claim(500, 0, one(months=1))
    assert [moved.amount for moved in found.moved] == [90_000, 5]


def test_a_class_that_is_no_transfer_policy() -> None:
    with pytest.raises(TypeError, match="Mine of slot transfer is no TransferPolicy: write class Mine"):

        @policy("transfer")
        class Mine(Policy):
            """Mine."""

            def claims(self, cases: Cases, rules: CareerRules) -> Claimed:
                raise NotImplementedError


def test_the_class_that_the_message_names_is_public() -> None:
    assert ss.TransferPolicy is TransferPolicy
