"""Whatever is posted: does the ledger balance, group by group, and hold what the events say?"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.ledger.ledger import GROUPS, Book, Entry, Ledger

BOOK = Book.load()
DAY = dates.day("2024-05-06")
FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")
#: What each event does to each account, per money column, by hand.
AT_THE_COUNTER = {
    **{fund: {"set_aside": 1, fund: -1} for fund in FUNDS},
    "personal_account": {"set_aside": 1, "personal_accounts": -1},
    "cleared": {"hospital_receivable": 1, "payable_to_hospitals": -1},
    "cash": {"hospital_cash": 1, "patients": -1},
}
EFFECT = {
    "settle": AT_THE_COUNTER,
    "reverse": AT_THE_COUNTER,  # with negative amounts
    "default": {"unpaid": {"bad_debt": 1, "hospital_cash": -1}},
    "assist": {"medical_assistance": {"patients": 1, "medical_assistance": -1}},
    "advance": {"total_fee": {"hospital_cash": 1, "patients": -1}},
    "reimburse": {fund: {"patients": 1, fund: -1} for fund in FUNDS},
    "prepay": {"prepaid": {"prepayment": 1, "pooled_fund": -1}},
    "collect": {"collected": {"province_account": 1, "set_aside": -1}},
    "remit": {"remitted": {"prepayment": 1, "province_account": -1}},
    "set_off": {"remitted": {"prepayment": 1, "province_account": -1}},
    "pay_hospitals": {
        "paid": {"hospital_cash": 1, "prepayment": -1, "payable_to_hospitals": 1, "hospital_receivable": -1},
    },
    "advance_hospitals": {
        "advanced": {"hospital_cash": 1, "prepayment": -1, "hospital_advances": 1, "advances_received": -1},
    },
    "recover": {
        "recovered": {
            "payable_to_hospitals": 1, "hospital_receivable": -1, "advances_received": 1, "hospital_advances": -1,
        },
    },
    "credit_account": {"credited": {"personal_accounts": 1, "contributions": -1}},
    "back_pay": {"back_paid": {"pooled_fund": 1, "contributions": -1}},
    "move_account": {"moved": {"personal_accounts": 1, "between_funds": -1}},  # either sign
    "transfer": {"transferred": {"pooled_fund": 1, "between_funds": -1}},  # either sign
    "spend_at_home": {"spent_at_home": {"home_providers": 1, "personal_accounts": -1}},
}  # fmt: skip
#: Money may come back, or leave where it else arrives.
EITHER_SIGN = ("prepay", "move_account", "transfer")
AMOUNT = st.integers(0, 10**9)


@st.composite
def postings(draw: st.DrawFn) -> tuple[str, dict[str, tuple[int, int]]]:
    """An event, and for some of its columns an amount in some group."""
    event = draw(st.sampled_from(sorted(EFFECT)))
    columns = draw(st.lists(st.sampled_from(sorted(EFFECT[event])), unique=True))
    sign = {"reverse": -1}.get(event, draw(st.sampled_from([1, -1])) if event in EITHER_SIGN else 1)
    return event, {c: (sign * draw(AMOUNT), draw(st.integers(0, GROUPS - 1))) for c in columns}


def column(amount: int, group: int) -> np.ndarray:
    values = np.zeros(GROUPS, np.int64)
    values[group] = amount
    return values


def counter(fund: int, account: int, cash: int) -> dict[str, int]:
    """A bill as it is posted at the counter: what crosses the border is fund and account."""
    return {"pooled_fund": fund, "personal_account": account, "cash": cash, "cleared": fund + account}


def test_every_event_of_the_posting_table_has_an_effect_here() -> None:
    assert set(EFFECT) == set(BOOK.events)
    for event, lines in BOOK.events.items():
        assert set(EFFECT[event]) == {line.amount for line in lines}, event


@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, st.integers(0, GROUPS - 1)), min_size=1, max_size=8))
def test_what_is_settled_and_taken_back_never_was(bills: list[tuple[int, int, int, int]]) -> None:
    ledger = Ledger(BOOK)
    for sign, event in ((1, "settle"), (-1, "reverse")):
        for fund, account, cash, group in bills:
            amounts = counter(fund, account, cash)
            ledger.post(event, {name: sign * column(amount, group) for name, amount in amounts.items()})
    assert not any(balance.any() for balance in ledger.balances.values())


@given(st.lists(postings(), max_size=12))
def test_random_batches_balance_and_go_where_they_belong(
    batches: list[tuple[str, dict[str, tuple[int, int]]]],
) -> None:
    ledger = Ledger(BOOK)
    expected = {name: np.zeros(GROUPS, np.int64) for name in BOOK.accounts}
    for event, amounts in batches:
        ledger.post(event, {name: column(*amount) for name, amount in amounts.items()})
        for name, (amount, group) in amounts.items():
            for account, sign in EFFECT[event][name].items():
                expected[account][group] += sign * amount
    for name in BOOK.accounts:
        assert (ledger.balances[name] == expected[name]).all(), f"{name} holds another amount"
    assert not sum(ledger.balances.values()).any(), "a group does not balance"


@given(st.lists(postings(), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_posting_does_not_matter(batches: list, random: object) -> None:
    forwards, shuffled = Ledger(BOOK), Ledger(BOOK)
    order = list(batches)
    random.shuffle(order)
    for ledger, todo in ((forwards, batches), (shuffled, order)):
        for event, amounts in todo:
            ledger.post(event, {name: column(*amount) for name, amount in amounts.items()})
    assert all((forwards.balances[name] == shuffled.balances[name]).all() for name in BOOK.accounts)


@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, st.integers(0, GROUPS - 1)), max_size=8))
def test_settled_bills_that_accounts_can_pay_pass_every_check(bills: list[tuple[int, int, int, int]]) -> None:
    ledger = Ledger(BOOK)
    for fund, account, cash, group in bills:
        ledger.post("credit_account", {"credited": column(account, group)})
        amounts = counter(fund, account, cash)
        ledger.post("settle", {name: column(amount, group) for name, amount in amounts.items()})
    due = sum(fund + account for fund, account, _, _ in bills)
    ledger.check(DAY, {"hospital_receivable": due, "set_aside": due, "personal_accounts": 0})
    owed = ledger.balances["hospital_receivable"].copy()
    for event, name in (("collect", "collected"), ("remit", "remitted"), ("pay_hospitals", "paid")):
        ledger.post(event, {name: owed})
    nothing = ("set_aside", "province_account", "prepayment", "hospital_receivable", "payable_to_hospitals")
    cash = due + sum(cash for _, _, cash, _ in bills)
    ledger.check(DAY, dict.fromkeys(nothing, 0) | {"hospital_cash": cash})
    assert not any(ledger.balances[name].any() for name in nothing)


@given(st.lists(st.tuples(st.integers(0, 2_000), AMOUNT), min_size=1, max_size=30))
def test_entries_keep_the_sum_of_their_rows(rows: list[tuple[int, int]]) -> None:
    key, amount = (np.array(values) for values in zip(*rows, strict=True))
    entry = Entry.of(DAY, "settle", key, np.ones(len(rows), np.int64), {"cash": amount})
    assert entry.cells.tolist() == sorted(set(key.tolist()))
    for cell, count, cash in zip(entry.cells, entry.count, entry.amounts["cash"], strict=True):
        assert count == (key == cell).sum() and cash == amount[key == cell].sum()
