"""Who owes whom for recognised months, and what is paid of it? Balances of pairs of funds, posted to the ledger."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.engine.checks import Unfit, checked
from settlement_sim.engine.slots import Asked, Slots
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import GROUPS, Ledger
from settlement_sim.policies.answers import Orders
from settlement_sim.policies.careers import Balances, Cases, Claimed
from settlement_sim.policies.laws import breaches
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.views import Codes
from settlement_sim.recognition.plan import STEP
from settlement_sim.rules.careers import CareerRules
from settlement_sim.vocabulary import POOLS

Whole = npt.NDArray[np.int64]


class Moved(NamedTuple):
    """Money that followed recognised months: `account` or `pooled`."""

    day: int
    kind: str
    payer: int
    payee: int
    amount: int


class Transfers:
    """Claims of funds on each other."""

    def __init__(self, ledger: Ledger, rules: CareerRules, slots: Slots) -> None:
        self.ledger, self.rules, self.slots = ledger, rules, slots
        #: What each pool owes each other under each policy, netted in the evening.
        self.owed: dict[int, Whole] = {}
        self.moved: list[Moved] = []

    def claim(self, day: int, code: int, cases: Cases) -> Claimed:
        """Claims of some cases under the policy of a code, and the payments they bring about. Raises PolicyError."""
        asked = Asked(len(cases), day, lambda: cases.pool_in * STEP, np.zeros(0, np.int64))
        claimed: Claimed = self.slots.answer(
            "transfer", code, asked, slice(None), Claimed,
            lambda policy, rows: policy.claims(cases.take(rows), self.rules),
        )  # fmt: skip
        _lawful(self._policy(code), day, cases, claimed)
        code = self._first(code)
        owed = self.owed.setdefault(code, np.zeros((len(POOLS), len(POOLS)), np.int64))
        np.add.at(owed, (cases.pool_out, cases.pool_in), claimed.pooled)
        accounts = np.zeros_like(owed)
        np.add.at(accounts, (cases.pool_out, cases.pool_in), claimed.account)
        self._open(cases, claimed.account)
        self._post(day, "account", accounts)
        self._settle(day, code)
        return claimed

    @property
    def open(self) -> Whole:
        """What each pool owes each other and has not paid, netted policy by policy."""
        return sum((_net(owed) for owed in self.owed.values()), np.zeros((len(POOLS), len(POOLS)), np.int64))

    def _first(self, code: int) -> int:
        """Equal policies of several entries are one, and net with each other."""
        policies = self.slots.timelines["transfer"].policies
        return policies.index(policies[code])

    def _policy(self, code: int) -> TransferPolicy:
        policy = self.slots.timelines["transfer"].policies[code]
        assert isinstance(policy, TransferPolicy), "the decorator sees to it"
        return policy

    def _settle(self, day: int, code: int) -> None:
        net, policy = _net(self.owed[code]), self._policy(code)
        debtor, creditor = np.nonzero(net)
        balances = Balances(debtor, creditor, net[debtor, creditor])
        orders = policy.orders(balances)
        _lawful(policy, day, balances, orders)
        paid = np.zeros_like(net)
        paid[debtor, creditor] = orders.amount
        if (paid != net).any():  # a policy that lets money wait has an effect, whatever it claims
            self.slots.unchanged.discard(("transfer", code))
        self._post(day, "pooled", paid)
        # What was netted on the way is settled with it.
        self.owed[code] = net - paid

    def _open(self, cases: Cases, account: Whole) -> None:
        """Accounts of applicants are those of people outside the population: they are credited when they move."""
        self.ledger.post("credit_account", {"credited": _by_group(cases.pool_out, account)})

    def _post(self, day: int, kind: str, paid: Whole) -> None:
        event, column = ("move_account", "moved") if kind == "account" else ("transfer", "transferred")
        amount = np.zeros(GROUPS, np.int64)
        amount[::STEP] = paid.sum(0) - paid.sum(1)
        self.ledger.post(event, {column: amount})
        payer, payee = np.nonzero(paid)
        self.moved += [
            Moved(day, kind, p, q, int(paid[p, q])) for p, q in zip(payer.tolist(), payee.tolist(), strict=True)
        ]


def _net(owed: Whole) -> Whole:
    return np.maximum(owed - owed.T, 0)


def _by_group(pool: Codes, amount: Whole) -> Whole:
    found = np.zeros(GROUPS, np.int64)
    np.add.at(found, pool * STEP, amount)
    return found


def _lawful(policy: TransferPolicy, day: int, given: Cases | Balances, answer: Claimed | Orders) -> None:
    try:
        if isinstance(answer, Orders):
            checked(answer, Orders, "transfer", len(given))
        for wrong, what in breaches("transfer", (given,), answer):
            if np.any(wrong):
                raise Unfit(f"returned {what}", int(np.flatnonzero(wrong)[0]))
    except Unfit as error:
        raise PolicyError("transfer", policy.name, dates.iso(day), "none", str(error)) from error
