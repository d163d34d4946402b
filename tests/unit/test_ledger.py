"""Does each event post what its line says, and does every guard of the ledger trip?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.errors import BrokenLaw, InputError
from settlement_sim.ledger.ledger import GROUPS, Book, Entry, Ledger
from settlement_sim.money import SUM_LIMIT

DAY = dates.day("2024-05-06")
CHART = """format: 1
accounts:
  fund: {zh: 基金, en: fund, crosses_zero: true}
  hospital: {zh: 医院, en: hospital, crosses_zero: false}
"""


def money(amount: int, group: int = 0) -> np.ndarray:
    column = np.zeros(GROUPS, np.int64)
    column[group] = amount
    return column


def balances(ledger: Ledger, group: int = 0) -> dict[str, int]:
    return {name: int(balance[group]) for name, balance in ledger.balances.items() if balance.any()}


def test_a_direct_settlement() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(250_000)})
    paid = {
        "pooled_fund": money(1_444_760), "large_sum_fund": money(30), "catastrophic_fund": money(20),
        "medical_assistance": money(10), "personal_account": money(250_000), "cash": money(169_240),
    }  # fmt: skip
    ledger.post("settle", paid)
    assert balances(ledger) == {
        "pooled_fund": -1_444_760, "large_sum_fund": -30, "catastrophic_fund": -20, "medical_assistance": -10,
        "contributions": -250_000, "hospital_receivable": 1_444_760 + 60 + 250_000,
        "hospital_cash": 169_240, "patients": -169_240,
    }  # fmt: skip
    ledger.check(DAY, {"hospital_receivable": 1_694_820, "personal_accounts": 0})


def test_a_claim_by_hand_is_advanced_reimbursed_and_leaves_the_patient_with_the_rest() -> None:
    ledger = Ledger()
    ledger.post("advance", {"total_fee": money(1_000, group=5)})
    assert balances(ledger, 5) == {"hospital_cash": 1_000, "patients": -1_000}
    ledger.post("reimburse", {"pooled_fund": money(700, group=5)})
    assert balances(ledger, 5) == {"hospital_cash": 1_000, "patients": -300, "pooled_fund": -700}
    assert balances(ledger, 4) == dict.fromkeys(("hospital_cash", "patients", "pooled_fund"), 0), "another group moved"


def test_assistance_claimed_later_comes_back_to_the_patient() -> None:
    """Of a bill of 1,000, 700 from the pool, 300 in cash; 120 of them are assistance."""
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(700), "cash": money(300)})
    ledger.post("assist", {"medical_assistance": money(120)})
    assert balances(ledger) == {
        "pooled_fund": -700, "medical_assistance": -120, "patients": -180, "hospital_receivable": 700,
        "hospital_cash": 300,
    }  # fmt: skip
    ledger.check(DAY, {"hospital_receivable": 700})


def test_what_is_never_paid_is_bad_debt_of_the_hospital() -> None:
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(700), "cash": money(300)})
    ledger.post("default", {"unpaid": money(300)})
    assert balances(ledger) == {"pooled_fund": -700, "patients": -300, "bad_debt": 300, "hospital_receivable": 700}
    ledger.check(DAY, {"hospital_receivable": 700})
    ledger.post("default", {"unpaid": money(1)})
    with pytest.raises(BrokenLaw, match="account hospital_cash is below zero"):
        ledger.check(DAY, {})


def test_a_reversal_is_the_exact_negation() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(250)})
    paid = {"pooled_fund": money(700), "personal_account": money(250), "cash": money(50)}
    ledger.post("settle", paid)
    ledger.post("reverse", {name: -amount for name, amount in paid.items()})
    assert {name: amount for name, amount in balances(ledger).items() if amount} == {
        "contributions": -250, "personal_accounts": 250,
    }  # fmt: skip
    assert ledger.amounts("reverse") == ledger.amounts("settle")


def test_clearing_and_home_spending() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(500)})
    ledger.post("spend_at_home", {"spent_at_home": money(300)})
    ledger.post("settle", {"personal_account": money(200)})
    ledger.post("clear", {"cleared": money(200)})
    assert balances(ledger) == {"contributions": -500, "home_providers": 300, "hospital_cash": 200}
    ledger.check(DAY, {"personal_accounts": 0, "hospital_receivable": 0})


def test_columns_that_an_event_posts() -> None:
    assert Ledger().amounts("clear") == ("cleared",)
    assert Ledger().amounts("reimburse") == (
        "pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance",
    )  # fmt: skip


def test_listeners_see_every_entry_in_order() -> None:
    ledger, seen = Ledger(), []
    ledger.listeners += [seen.append, lambda entry: seen.append(entry.event)]
    entry = Entry(DAY, "settle", np.array([3]), np.array([1]), {"cash": np.array([5])})
    ledger.record(entry)
    assert seen == [entry, "settle"]


def test_an_entry_sums_rows_to_their_cells() -> None:
    key = np.array([9, 2, 9, 4])
    entry = Entry.of(DAY, "settle", key, np.ones(4, np.int64), {"cash": np.array([1, 10, 100, 1_000])})
    assert entry.cells.tolist() == [2, 4, 9]
    assert entry.count.tolist() == [1, 1, 2]
    assert entry.amounts["cash"].tolist() == [10, 1_000, 101]


def test_a_ledger_that_does_not_balance() -> None:
    ledger = Ledger()
    ledger.balances["patients"][3] += 1
    with pytest.raises(BrokenLaw, match="the ledger does not balance on 2024-05-06"):
        ledger.check(DAY, {})


@pytest.mark.parametrize(
    "account", ["personal_accounts", "hospital_receivable", "hospital_cash", "bad_debt", "home_providers"]
)
def test_an_account_below_zero(account: str) -> None:
    ledger = Ledger()
    ledger.balances[account][7] -= 1
    ledger.balances["patients"][7] += 1
    with pytest.raises(BrokenLaw, match=f"account {account} is below zero on 2024-05-06"):
        ledger.check(DAY, {})


def test_one_group_below_zero_is_not_hidden_by_another() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(500, group=1)})
    ledger.post("settle", {"personal_account": money(200, group=2)})
    with pytest.raises(BrokenLaw, match="account personal_accounts is below zero"):
        ledger.check(DAY, {})


def test_accounts_that_may_cross_zero() -> None:
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(5), "cash": money(5)})
    ledger.check(DAY, {})
    assert ledger.balances["pooled_fund"].min() < 0 and ledger.balances["patients"].min() < 0


def test_an_account_too_large_to_be_exact() -> None:
    ledger = Ledger()
    ledger.post("advance", {"total_fee": money(SUM_LIMIT - 1)})
    ledger.check(DAY, {})
    ledger.post("advance", {"total_fee": money(1)})
    with pytest.raises(BrokenLaw, match="is too large to be exact on 2024-05-06"):
        ledger.check(DAY, {})


@pytest.mark.parametrize("total", [499, 501, 0])
def test_an_account_that_differs_from_its_sub_ledger(total: int) -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(500)})
    ledger.check(DAY, {"personal_accounts": 500})
    with pytest.raises(BrokenLaw, match="account personal_accounts differs from its sub-ledger on 2024-05-06"):
        ledger.check(DAY, {"personal_accounts": total})


def load(tmp_path: Path, postings: str) -> Book:
    (tmp_path / "chart.yaml").write_text(CHART, "utf-8")
    (tmp_path / "postings.yaml").write_text(postings, "utf-8")
    return Book.load(tmp_path / "chart.yaml", tmp_path / "postings.yaml")


def test_own_tables_are_read(tmp_path: Path) -> None:
    book = load(tmp_path, "format: 1\nevents:\n  pay:\n    - {debit: hospital, credit: fund, amount: due}\n")
    assert (book.accounts["fund"].crosses_zero, book.accounts["hospital"].crosses_zero) == (True, False)
    assert book.accounts["hospital"].zh == "医院"
    ledger = Ledger(book)
    ledger.post("pay", {"due": money(5)})
    assert balances(ledger) == {"fund": -5, "hospital": 5}


def test_unknown_accounts_are_told_with_their_places_all_at_once(tmp_path: Path) -> None:
    postings = (
        "format: 1\nevents:\n  pay:\n    - {debit: hospitl, credit: fund, amount: due}\n"
        "  pay_back:\n    - {debit: fund, credit: treasury, amount: due}\n"
    )
    with pytest.raises(InputError) as caught:
        load(tmp_path, postings)
    assert [str(p).removeprefix(f"{tmp_path}/") for p in caught.value.problems] == [
        "postings.yaml:4:15: found 'hospitl'; expected an account of the chart; did you mean 'hospital'?",
        "postings.yaml:6:29: found 'treasury'; expected an account of the chart",
    ]


def test_every_account_of_the_chart_is_posted_to() -> None:
    book = Book.load()
    used = {name for lines in book.events.values() for line in lines for name in (line.debit, line.credit)}
    assert used == set(book.accounts), "an account that no event names"
    for event, lines in book.events.items():
        assert all(line.debit != line.credit for line in lines), f"{event} posts to one account twice"
