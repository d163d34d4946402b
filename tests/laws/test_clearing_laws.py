"""Whatever is owed, under whatever policies and however disturbed: is money conserved, and nobody paid from nothing?

Every law is a function of what came of a case. All are asked about one drawn case; each is then shown a broken engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from clearing_worlds import RICH, Case, Cleared, Whole, broken, clear, mixtures, moves, tried, under
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim.clearing import actors, bank, netting
from settlement_sim.clearing.actors import Actors
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.log import Log
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.netting import CENTRE
from settlement_sim.clearing.payments import Payment
from settlement_sim.clearing.prepayments import Prepayments
from settlement_sim.ledger.ledger import Ledger, packaged_book
from settlement_sim.money import parse_fen
from settlement_sim.policies.clearing import cycle
from settlement_sim.study import clear as study
from settlement_sim.vocabulary import SCHEMES

PREPAID = ("opening", "adjustment", "top_up")

# every evening -------------------------------------------------------------------------------------------


def books_balance(found: Cleared) -> None:
    """Group by group, since every posting line stays within one."""
    assert not np.stack(found.house.books).sum(1).any()


def nobody_is_overdrawn(found: Cleared) -> None:
    for account in packaged_book().accounts.values():
        balance = found.account(account.name)
        kept = found.by_member(balance) if account.kept_by == "province" else balance
        assert account.crosses_zero or kept.min() >= 0, account.name
    assert circles(found).min() >= 0, "prepayments"


def circles(found: Cleared) -> Whole:
    """Prepayments of those that lend to each other, under the widest pooling of the case: days × them × care places."""
    pooling, prepaid = {policy.pooling for policy in found.policies}, np.stack(found.house.prepaid)
    if "together" in pooling:
        return prepaid.sum(1)
    provinces = len(found.members.provinces)
    return prepaid.reshape(-1, provinces, 2, provinces).sum(2) if "province" in pooling else prepaid


def accounts_are_their_instructions(found: Cleared) -> None:
    """The books hold what the rows of the log have moved, group by group or member by member, every evening."""
    members, log = found.members, found.log
    days, groups, provinces = len(found.house.books), members.groups, len(members.provinces)
    posted, collected, discharged = np.zeros((3, days, groups), np.int64)
    prepaid = np.zeros((days, members.members, provinces), np.int64)
    cash = np.zeros((days, members.members), np.int64)
    first = found.house.clock.first
    for day, group, _, fen in found.posted:
        posted[day - first, group] += fen
    for row in log.collections:
        collected[row.day - first, row.group] += row.amount
    for row in log.discharges:
        discharged[row.day - first, row.group] += row.by_care_pool.sum()
        prepaid[row.day - first, members.member_of_group[row.group]] += members.by_care_province(row.by_care_pool)
    for row in log.transfers:
        if row.kind in PREPAID:
            prepaid[row.day - first, row.payer * 2 + row.scheme, row.payee] += row.amount
    for row in log.payments:
        prepaid[row.day - first, row.member, row.province] -= row.amount
        cash[row.day - first, row.member] += row.amount * (row.kind != "return")
    posted, collected, discharged, prepaid, cash = (
        moved.cumsum(0) for moved in (posted, collected, discharged, prepaid, cash)
    )
    assert (found.account("set_aside") == posted - collected).all()
    assert (found.account("province_account") == collected - discharged).all()
    assert (np.stack(found.house.prepaid) == prepaid).all()
    assert (found.by_member(found.account("prepayment")) == prepaid.sum(2)).all()
    assert (found.by_member(found.account("hospital_cash")) == cash).all()
    position = sum(found.account(name) for name in study.POSITION)
    assert (position == -found.account("hospital_cash")).all(), "funds hold other than they have paid"
    assert (found.account("hospital_advances") == -found.account("advances_received")).all()
    assert (found.account("hospital_receivable") == -found.account("payable_to_hospitals")).all()


# money that moves ----------------------------------------------------------------------------------------


def money_moves_on_bank_days(found: Cleared) -> None:
    banks = [policy.bank for policy in found.policies]
    for row in (*found.log.discharges, *(paid for paid in found.log.payments if paid.kind != "return")):
        assert moves(banks[row.code], row.day), f"{row} under {banks[row.code]}"
    for row in (*found.log.collections, *found.log.transfers):
        first = getattr(row, "kind", "") == "opening"
        assert first or any(moves(bank, row.day) for bank in banks), str(row)


def every_row_moves_something(found: Cleared) -> None:
    """Nothing is moved by a negative amount, except what hospitals give back."""
    for row in (*found.log.transfers, *found.log.collections):
        assert row.amount > 0, str(row)
    for row in found.log.discharges:
        assert row.by_care_pool.min() >= 0 and row.by_care_pool.any(), str(row)


def nobody_sends_more_than_the_cap(found: Cleared) -> None:
    """And whoever has held something back has sent all that the cap allows. Of cases with one policy."""
    policy, *others = found.policies
    if others or policy.cap is None:
        assert others or not found.house.held_back
        return
    sent = Counter[Any]()
    for row in found.log.transfers:
        if row.kind == "clearing" and row.payer != CENTRE:
            sent[row.day, row.payer * 2 + row.scheme] += row.amount
    assert max(sent.values(), default=0) <= policy.cap
    for day, member in found.house.held_back:
        assert sent[day, member] == policy.cap, f"member {member} on day {day}"


def care_places_pay_in_turn(found: Cleared) -> None:
    """On each account nobody is paid before somebody whose day was earlier, nor before the day; what hospitals give
    back waits for nobody.
    """
    latest: dict[tuple[int, int], int] = {}
    for paid in found.log.payments:
        account = paid.member, paid.province
        assert paid.due <= paid.day
        if paid.amount > 0:
            assert latest.get(account, paid.due) <= paid.due, str(paid)
            latest[account] = paid.due


def what_does_not_cross_is_set_off(found: Cleared) -> None:
    """Day by day and scheme by scheme: what a province owes it sends or sets off, what it is owed it gets or keeps."""
    gross, sent, received = Counter[Any](), Counter[Any](), Counter[Any]()
    for row in found.log.discharges:
        payer, scheme = divmod(int(found.members.member_of_group[row.group]), 2)
        for payee, fen in enumerate(found.members.by_care_province(row.by_care_pool).tolist()):
            gross["owes", row.day, scheme, payer] += fen
            gross["is owed", row.day, scheme, payee] += fen
    for row in found.log.transfers:
        if row.kind in ("clearing", "set_off"):
            sent["owes", row.day, row.scheme, row.payer] += row.amount
            payee = row.payer if row.kind == "set_off" else row.payee
            received["is owed", row.day, row.scheme, payee] += row.amount
    through = {key for key in sent | received if key[-1] == CENTRE}
    for key in {*gross, *sent, *received} - through:
        assert gross[key] == sent[key] + received[key], f"{key}: {gross[key]}"
    for _, day, scheme, _ in through:
        assert sent["owes", day, scheme, CENTRE] == received["is owed", day, scheme, CENTRE], "the centre keeps nothing"


def nothing_is_asked_for_or_paid_twice(found: Cleared) -> None:
    members, shape = found.members, (found.members.groups, len(found.members.pools))
    settled, net = np.zeros((2, *shape), np.int64)
    for _, group, care_pool, fen in found.posted:
        net[group, care_pool] += fen
        settled[group, care_pool] += max(fen, 0)
    stated = sum((row.amount for row in found.log.statements), np.zeros(shape, np.int64))
    paid = np.zeros(shape, np.int64)
    for row in found.log.discharges:
        paid[row.group] += row.by_care_pool
    assert (paid <= stated).all() and (net <= stated).all() and (stated <= settled).all()
    if found.finished:
        assert (paid == stated).all(), "what was stated was not paid"
        owing = np.zeros(members.groups, np.int64)
        np.add.at(owing, [row[1] for row in found.posted], [row[3] for row in found.posted])
        assert [*found.result.positions.values()] == (-owing).tolist()


def hospitals_receive_what_they_are_owed(found: Cleared) -> None:
    owed: Counter[Any] = Counter()
    home = {pool: name for name, pools in found.case["provinces"].items() for pool in pools}
    for one in found.case["obligations"]:
        owed[one["at"], home[one["from"]], one["scheme"]] += parse_fen(one["amount"])
    paid: Counter[Any] = Counter()
    for _, at, of, scheme, fen in found.result.tables["hospitals"].itertuples(index=False):
        paid[at, of, scheme] += fen
    if found.finished:
        assert found.result.receivable == 0
        assert +paid == +owed
    assert sum(owed.values()) - sum(paid.values()) == found.result.receivable - advanced(found)


def advanced(found: Cleared) -> int:
    return int(found.house.ledger.balances["hospital_advances"].sum())


LAWS = (
    books_balance, nobody_is_overdrawn, accounts_are_their_instructions, money_moves_on_bank_days,
    every_row_moves_something, nobody_sends_more_than_the_cap, care_places_pay_in_turn,
    what_does_not_cross_is_set_off, nothing_is_asked_for_or_paid_twice, hospitals_receive_what_they_are_owed,
)  # fmt: skip


@tried(60)
@given(mixtures())
def test_money_is_conserved_and_nobody_is_paid_from_nothing(case: Case) -> None:
    found = clear(case)
    for law in LAWS:
        law(found)


# top-ups -------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 10**11), min_size=4, max_size=4), st.integers(1, 10**12), st.integers(3_000, 9_000)
)  # fmt: skip
def test_a_top_up_brings_usage_to_its_aim_and_is_shared_as_the_amounts_in_force(
    in_force: list[int], used: int, aim: int
) -> None:
    of = np.array([0, 0, 1])
    members = Members(("a", "b"), ("a0", "a1", "b0"), SCHEMES, of, np.array([[2], [0]]))
    policy = mock.Mock(top_up_to=aim)
    sums = Prepayments(members, lambda _: policy, "last_q4_mean", "month", np.full(2, 10_000), 0, 0)
    sums.in_force[:4, 1] = in_force
    added = sums.top_up(0, 1, used)
    total = sum(in_force)
    if not total or total * aim >= used * 10_000:
        assert added is None
        return
    assert added is not None and not np.delete(added, 1, axis=1).any() and not added[4:].any()
    missing = int(added.sum())
    assert (total + missing) * aim >= used * 10_000 > (total + missing - 1) * aim
    for one, part in zip(in_force, added[:4, 1].tolist(), strict=True):
        assert abs(part * total - one * missing) < total, "another share than that of the amounts in force"


# a law that is never broken proves nothing ---------------------------------------------------------------


def twice(method: Callable[..., None]) -> Callable[..., None]:
    def again(*args: Any) -> None:
        method(*args)
        method(*args)

    return again


def one_leg(ledger: Ledger, event: str, amounts: Any, post: Any = Ledger.post) -> None:
    post(ledger, event, amounts)
    if event == "remit":
        ledger.balances["prepayment"] += amounts["remitted"]


BREAKS = {
    books_balance: (mock.patch.object(Ledger, "post", one_leg),),
    nobody_is_overdrawn: (mock.patch.object(Bank, "available", lambda *_: 10**15),),
    accounts_are_their_instructions: (mock.patch.object(Log, "collected", lambda *_: None),),
    money_moves_on_bank_days: tuple(
        mock.patch.object(module, "on_bank_day", lambda calendar, kind, day: day) for module in (actors, bank, cycle)
    ),
    every_row_moves_something: (mock.patch.object(bank, "crossing", lambda owed, _: netting.crossing(-owed, "none")),),
    nobody_sends_more_than_the_cap: (
        mock.patch.object(Bank, "_fitting", lambda _, policy, parts: [part.total for part in parts]),
    ),
    care_places_pay_in_turn: (mock.patch.object(Payment, "turn", property(lambda payment: (-payment.due,))),),
    what_does_not_cross_is_set_off: (
        mock.patch.object(bank, "crossing", lambda owed, _: netting.crossing(owed, "none")),
    ),
    nothing_is_asked_for_or_paid_twice: (mock.patch.object(Actors, "statement", twice(Actors.statement)),),
    hospitals_receive_what_they_are_owed: (
        mock.patch.object(Actors, "hospital_bills", twice(Actors.hospital_bills)),
    ),
}  # fmt: skip


def test_the_rich_case_keeps_every_law() -> None:
    for netted in ("none", "bilateral", "multilateral"):
        found = clear(under(RICH, netting=netted))
        for law in LAWS:
            law(found)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_broken_engine_breaks(law: Callable[[Cleared], None]) -> None:
    with broken(*BREAKS[law]):
        rich, dry = clear(RICH), clear(RICH | {"opening": []})
    with pytest.raises(AssertionError):
        law(rich), law(dry)
