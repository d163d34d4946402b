"""Which identities does an answer of each slot keep, row by row? Nothing negative, sums within the bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import reduce
from typing import Any, Final

import numpy as np

from settlement_sim.policies.answers import FUNDS, PAYS, Amounts
from settlement_sim.policies.careers import Balances, Careers, Cases
from settlement_sim.policies.views import Bills, Claims, Money, Obligations
from settlement_sim.vocabulary import POOLS

#: Rows that break a law, and the law's breach as a sentence.
Breach = tuple[Any, str]


def breaches(slot: str, given: tuple[Any, ...], answer: Any) -> Iterator[Breach]:
    """The laws of a slot. `given`: what the policy was given, without the rules; `answer`: as the engine checked it."""
    laws = _LAWS[slot] if slot in _LAWS else _of_benefit(slot)
    yield from laws(given[0], given[-1], answer)


def _no_law(*_: Any) -> Iterator[Breach]:
    """A route is a choice: its path, cut and filing are codes within their range, which is checked before."""
    yield from ()


def _of_scope(bills: Bills, _: Any, scope: Any) -> Iterator[Breach]:
    parts = {field.name: getattr(scope, field.name) for field in fields(scope)}
    yield from _negative(parts)
    yield reduce(np.add, parts.values()) != bills.total_fee, "four parts that do not sum to the bill"


def _of_benefit(slot: str) -> Callable[[Claims, Any, Any], Iterator[Breach]]:
    def laws(claims: Claims, _: Any, breakdown: Any) -> Iterator[Breach]:
        rows = len(claims)
        pays = {column: summed(breakdown.pays, column, rows) for column in PAYS[slot]}
        adds = {f"addition to {part.column}": summed(breakdown.adds, part.column, rows) for part in breakdown.adds}
        yield from _negative(pays)
        yield from _negative(adds)
        # A catastrophic insurance whose base includes the advance self-pay may pay that back.
        most = claims.in_scope + claims.advance_self_pay
        paid = reduce(np.add, (pays[fund] for fund in FUNDS if fund in pays), claims.fund_total)
        yield paid > most, "funds that pay more than what is in scope of the bill"
        if "deductible_paid" in pays:
            yield pays["deductible_paid"] > claims.in_scope, "a deductible above what is in scope"

    return laws


def _of_channel(claims: Claims, balance: Money, payment: Any) -> Iterator[Breach]:
    names = ("personal_account", "cash", "claimed_later", "deposit", "unpaid", "reversed_after")
    yield from _negative({name: getattr(payment, name) for name in names})
    yield payment.personal_account > balance, "more from a personal account than it holds"
    yield payment.claimed_later > claims.paid["medical_assistance"], "more claimed later than assistance pays"
    due = claims.total_fee - claims.fund_total + payment.claimed_later
    yield payment.personal_account + payment.cash != due, "account and cash that are not what the funds leave"
    yield payment.unpaid > payment.cash, "more unpaid than was due in cash"
    nothing = (claims.fund_total == 0) & (payment.personal_account == 0)
    yield ~payment.settles & ~nothing, "no settlement although somebody has paid"


def _of_clearing(day: int, obligations: Obligations, orders: Any) -> Iterator[Breach]:
    yield orders.amount < 0, "a negative amount to remit"
    yield orders.amount > obligations.most(day), "more to remit than is due"


def _of_recognition(careers: Careers, _: Any, found: Any) -> Iterator[Breach]:
    yield from _negative({name: getattr(found, name) for name in ("counted", "deemed", "required", "short", "pools")})
    yield (found.place < 0) | (found.place >= len(POOLS)), "a place that is no pool"
    held = careers.held & found.pools.astype(np.uint32)[:, None]
    yield found.counted > np.count_nonzero(held, axis=1), "more months counted than were paid, each once, in its pools"


def _of_transfer(given: Cases | Balances, _: Any, answer: Any) -> Iterator[Breach]:
    if isinstance(given, Balances):
        yield (
            (answer.amount < 0) | (answer.amount > given.amount),
            "a payment that is not between nothing and the balance",
        )
    else:
        yield from _negative({"pooled": answer.pooled, "account": answer.account})
        yield answer.account > given.account, "more from a personal account than it holds"
        yield (given.months == 0) & (answer.pooled > 0), "a claim for no months"


def _negative(columns: dict[str, Any]) -> Iterator[Breach]:
    for name, column in columns.items():
        yield column < 0, f"a negative {name}"


def summed(parts: Iterable[Amounts], column: str, rows: int) -> Money:
    """One column of a breakdown as a whole; rows that no part names have 0."""
    total = np.zeros(rows, np.int64)
    for part in parts:
        if part.column == column:
            total[part.index] += part.amount
    return total


_LAWS: Final[dict[str, Callable[[Any, Any, Any], Iterator[Breach]]]] = {
    "access": _no_law,
    "catalogue": _of_scope,
    "channel": _of_channel,
    "clearing": _of_clearing,
    "recognition": _of_recognition,
    "transfer": _of_transfer,
}
