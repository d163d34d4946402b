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
        "cleared": money(1_694_820),
    }  # fmt: skip
    ledger.post("settle", paid)
    assert balances(ledger) == {
        "pooled_fund": -1_444_760, "large_sum_fund": -30, "catastrophic_fund": -20, "medical_assistance": -10,
        "contributions": -250_000, "set_aside": 1_444_760 + 60 + 250_000,
        "hospital_receivable": 1_694_820, "payable_to_hospitals": -1_694_820,
        "hospital_cash": 169_240, "patients": -169_240,
    }  # fmt: skip
    ledger.check(DAY, {"set_aside": 1_694_820, "hospital_receivable": 1_694_820, "personal_accounts": 0})


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
    ledger.post("settle", {"pooled_fund": money(700), "cash": money(300), "cleared": money(700)})
    ledger.post("assist", {"medical_assistance": money(120)})
    assert balances(ledger) == {
        "pooled_fund": -700, "medical_assistance": -120, "patients": -180, "set_aside": 700, "hospital_cash": 300,
        "hospital_receivable": 700, "payable_to_hospitals": -700,
    }  # fmt: skip
    ledger.check(DAY, {"hospital_receivable": 700})


def test_what_is_never_paid_is_bad_debt_of_the_hospital() -> None:
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(700), "cash": money(300), "cleared": money(700)})
    ledger.post("default", {"unpaid": money(300)})
    assert balances(ledger) == {
        "pooled_fund": -700, "patients": -300, "bad_debt": 300, "set_aside": 700, "hospital_receivable": 700,
        "payable_to_hospitals": -700,
    }  # fmt: skip
    ledger.check(DAY, {"hospital_receivable": 700})
    ledger.post("default", {"unpaid": money(1)})
    with pytest.raises(BrokenLaw, match="account hospital_cash is below zero"):
        ledger.check(DAY, {})


def test_a_reversal_is_the_exact_negation() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(250)})
    paid = {"pooled_fund": money(700), "personal_account": money(250), "cash": money(50), "cleared": money(950)}
    ledger.post("settle", paid)
    ledger.post("reverse", {name: -amount for name, amount in paid.items()})
    assert {name: amount for name, amount in balances(ledger).items() if amount} == {
        "contributions": -250, "personal_accounts": 250,
    }  # fmt: skip
    assert ledger.amounts("reverse") == ledger.amounts("settle")


def test_accounts_are_spent_at_home_and_away() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(500)})
    ledger.post("spend_at_home", {"spent_at_home": money(300)})
    ledger.post("settle", {"personal_account": money(200), "cleared": money(200)})
    assert balances(ledger) == {
        "contributions": -500, "home_providers": 300, "set_aside": 200, "hospital_receivable": 200,
        "payable_to_hospitals": -200,
    }  # fmt: skip
    ledger.check(DAY, {"personal_accounts": 0, "hospital_receivable": 200})


def settled(amount: int) -> Ledger:
    """A ledger in which the pooled fund owes hospitals so much, and a month of 150 has been prepaid."""
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(amount), "cleared": money(amount)})
    ledger.post("prepay", {"prepaid": money(150)})
    assert position(ledger) == 0, "what is set aside or prepaid has not left the fund"
    return ledger


def position(ledger: Ledger) -> int:
    """What the funds of the first group hold, or have out in their own name."""
    own = ("pooled_fund", "set_aside", "province_account", "prepayment")
    return sum(int(ledger.balances[name][0]) for name in own)


def test_the_way_of_an_obligation_of_100() -> None:
    """Of 100 the hospital gets 95 from the prepayment; 60 cross, 40 are set off; 5 wait for the annual closing."""
    ledger = settled(100)
    assert (balances(ledger)["pooled_fund"], balances(ledger)["prepayment"]) == (-250, 150)
    ledger.post("pay_hospitals", {"paid": money(95)})
    ledger.post("collect", {"collected": money(100)})
    assert balances(ledger)["province_account"] == 100 and not ledger.balances["set_aside"].any()
    ledger.post("remit", {"remitted": money(60)})
    ledger.post("set_off", {"remitted": money(40)})
    assert balances(ledger) == {
        "pooled_fund": -250, "prepayment": 150 - 95 + 100, "hospital_receivable": 5, "payable_to_hospitals": -5,
        "hospital_cash": 95,
    }  # fmt: skip
    ledger.post("pay_hospitals", {"paid": money(5)})
    ledger.post("prepay", {"prepaid": money(-50)})
    assert balances(ledger) == {"pooled_fund": -200, "prepayment": 100, "hospital_cash": 100}
    assert position(ledger) == -100, "what hospitals have, the fund has spent"
    ledger.check(DAY, {"prepayment": 100, "province_account": 0, "hospital_receivable": 0})


def test_an_advance_is_recovered_from_bills() -> None:
    """50 are advanced; of bills of 70 they pay 50, and 20 are paid."""
    ledger = settled(70)
    ledger.post("advance_hospitals", {"advanced": money(50)})
    assert {name: balances(ledger)[name] for name in ("hospital_cash", "hospital_advances", "advances_received")} == {
        "hospital_cash": 50, "hospital_advances": 50, "advances_received": -50,
    }  # fmt: skip
    assert balances(ledger)["hospital_receivable"] == 70, "an advance is no bill"
    ledger.post("recover", {"recovered": money(50)})
    ledger.post("pay_hospitals", {"paid": money(20)})
    assert balances(ledger) == {"pooled_fund": -220, "set_aside": 70, "prepayment": 80, "hospital_cash": 70}
    ledger.post("recover", {"recovered": money(1)})
    with pytest.raises(BrokenLaw, match="account hospital_advances is below zero"):
        ledger.check(DAY, {})


def test_a_province_lends_among_its_pools_and_to_nobody_else() -> None:
    """Groups 2 and 4 are employees of two of Sichuan's pools, group 0 those of Chongqing, 3 residents of the first."""
    for lender in (4, 0, 3):
        ledger = Ledger()
        ledger.post("collect", {"collected": money(-30, group=2) + money(30, group=lender)})
        if lender == 4:
            ledger.check(DAY, {"province_account": 0})
            continue
        with pytest.raises(BrokenLaw, match="account province_account is below zero"):
            ledger.check(DAY, {})


def test_members_of_ones_own() -> None:
    """Three groups of two members: what is kept by a province is kept by its member."""
    ledger = Ledger(members=np.array([0, 1, 0]))
    ledger.post("collect", {"collected": np.array([-5, 0, 5])})
    ledger.check(DAY, {"province_account": 0})
    ledger.post("collect", {"collected": np.array([0, 5, -5])})
    with pytest.raises(BrokenLaw, match="account province_account is below zero"):
        ledger.check(DAY, {})


def test_a_prepayment_may_lend_to_another() -> None:
    """Under `pooling` one stands below zero; that a care place never pays what nobody has is asserted by its bank."""
    ledger = Ledger()
    ledger.post("prepay", {"prepaid": money(-5)})
    ledger.check(DAY, {"prepayment": -5})


def test_columns_that_an_event_posts() -> None:
    assert Ledger().amounts("remit") == Ledger().amounts("set_off") == ("remitted",)
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
    "account",
    ["personal_accounts", "province_account", "hospital_advances", "hospital_cash", "bad_debt",
     "home_providers"],
)  # fmt: skip
def test_an_account_below_zero(account: str) -> None:
    ledger = Ledger()
    ledger.balances[account][7] -= 1
    ledger.balances["patients"][7] += 1
    with pytest.raises(BrokenLaw, match=f"account {account} is below zero on 2024-05-06"):
        ledger.check(DAY, {})


def test_one_group_below_zero_is_not_hidden_by_another() -> None:
    ledger = Ledger()
    ledger.post("credit_account", {"credited": money(500, group=1)})
    ledger.post("settle", {"personal_account": money(200, group=2), "cleared": money(200, group=2)})
    with pytest.raises(BrokenLaw, match="account personal_accounts is below zero"):
        ledger.check(DAY, {})


def test_accounts_that_may_cross_zero() -> None:
    ledger = Ledger()
    ledger.post("settle", {"pooled_fund": money(5), "cash": money(5), "cleared": money(5)})
    ledger.check(DAY, {})
    ledger.post("reverse", {"pooled_fund": money(-5, 1), "cleared": money(-5, 1)})
    ledger.check(DAY, {})
    crossing = {"pooled_fund", "patients", "set_aside", "hospital_receivable", "payable_to_hospitals"}
    assert {name for name, balance in ledger.balances.items() if balance.min() < 0} == crossing


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
    assert book.accounts["hospital"].zh == "医院" and book.accounts["hospital"].kept_by == "pool"
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
