"""Is money settled one instruction after the other, and does every guard of the bank trip? Worked by hand, in fen."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import (
    A1,
    A2,
    B1,
    C1,
    A,
    B,
    Bank,
    bank,
    by_group,
    day,
    moved,
    owing,
    paid,
    part,
    payment,
    policy,
    prepaid,
)

from settlement_sim.clearing.payments import Part, Payment
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies.clearing.cycle import ClearingPolicy

#: A Wednesday; the Friday after; a Saturday; a Sunday on which offices work for the Spring Festival.
WEDNESDAY, FRIDAY, SATURDAY, MAKEUP = map(day, ("01-03", "01-05", "01-06", "02-04"))
BOTH_WAYS: dict[str, object] = {"netting": "bilateral"}


def collected(to: Bank, *parts: Part) -> Bank:
    """Let pools pay, and provinces have the parts ready."""
    to.collecting += parts
    to.collected += parts
    return to


def queued(to: Bank, *payments: Payment) -> Bank:
    to.queue += payments
    return to


# what comes in ------------------------------------------------------------------------------------------


def test_a_prepayment_arrives_once() -> None:
    own = prepaid(bank(), WEDNESDAY, (A1, 1, 100), (A2, 1, 20), (A1 + 1, 2, 7), (B1, 0, 5))
    own.settle(WEDNESDAY + 1)
    assert own.prepaid[:3].tolist() == [[0, 120, 0], [0, 0, 7], [5, 0, 0]]
    assert [(t.kind, t.scheme, t.payer, t.payee, t.amount) for t in own.log.transfers] == [
        ("opening", 0, 0, 1, 120), ("opening", 1, 0, 2, 7), ("opening", 0, 1, 0, 5),
    ]  # fmt: skip
    assert own.books.ledger.balances["prepayment"].tolist() == [100, 7, 20, 0, 5, 0, 0, 0], "of the pool that paid it"


def test_a_negative_prepayment_is_a_defect() -> None:
    own = bank()
    own.deposits.append(("top_up", by_group((A1, 1, 5), (A2, 1, -1))))
    with pytest.raises(BrokenLaw, match="a negative top_up of a prepayment on 2024-01-03"):
        own.settle(WEDNESDAY)


def test_a_pool_pays_its_province_before_that_remits() -> None:
    """Collected on Wednesday, remitted on Friday."""
    own = bank()
    own.collecting.append(part(A1, 1, 60, due=FRIDAY))
    own.settle(WEDNESDAY)
    assert own.in_transit == 60 and moved(own) == [] and not own.collecting
    assert [(c.group, c.province, c.amount) for c in own.log.collections] == [(A1, 1, 60)]
    own.collected.append(part(A1, 1, 60, due=FRIDAY))
    own.settle(WEDNESDAY + 1)
    assert moved(own) == [] and len(own.collected) == 1
    own.settle(FRIDAY)
    assert moved(own) == [("01-05", "clearing", 0, 1, 60)] and not own.collected
    assert own.in_transit == 0 and own.prepaid[A, 1] == 60


@pytest.mark.parametrize(
    ("bank_days", "today", "moves"),
    [
        ("with_offices", SATURDAY, False), ("every_day", SATURDAY, True), ("with_offices", MAKEUP, True),
        ("not_on_makeup_days", MAKEUP, False),
    ],
)  # fmt: skip
def test_money_moves_on_bank_days_alone(bank_days: str, today: int, moves: bool) -> None:
    """What is due waits; a payment to hospitals as a remittance."""
    of = policy(bank=bank_days)
    own = owing(prepaid(bank(), WEDNESDAY, (A1, 1, 100)), 50, A1)
    queued(collected(own, part(A2, 1, 60, due=today, of=of)), payment("hospitals", 50, due=today, of=of))
    own.settle(today)
    assert (len(moved(own)), len(paid(own))) == ((1, 1) if moves else (0, 0))
    assert (len(own.collected), len(own.queue)) == ((0, 0) if moves else (1, 1))


# what crosses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("netting", "expected"),
    [
        ("none", [("clearing", 0, 1, 100), ("clearing", 1, 0, 30), ("clearing", 1, 2, 50)]),
        ("bilateral", [("clearing", 0, 1, 70), ("clearing", 1, 2, 50), ("set_off", 0, 1, 30), ("set_off", 1, 0, 30)]),
        # b owes 80 and is owed 100: it sends nothing, and 20 reach it through the centre.
        ("multilateral", [("clearing", 0, -1, 70), ("clearing", -1, 1, 20), ("clearing", -1, 2, 50),
                          ("set_off", 0, 1, 30), ("set_off", 1, 0, 30), ("set_off", 1, 2, 50)]),
    ],
)  # fmt: skip
def test_every_way_credits_what_was_owed_in_full(netting: str, expected: list[tuple[str, int, int, int]]) -> None:
    of = policy(netting=netting)
    own = collected(
        bank(), part(A1, 1, 60, due=FRIDAY, of=of), part(A2, 1, 40, due=FRIDAY, of=of),
        part(B1, 0, 30, due=FRIDAY, of=of), part(B1, 2, 50, due=FRIDAY, of=of),
    )  # fmt: skip
    own.settle(FRIDAY)
    assert [row[1:] for row in moved(own)] == expected
    assert (own.prepaid[A, 1], own.prepaid[B, 0], own.prepaid[B, 2]) == (100, 30, 50)
    assert own.in_transit == 0 and not own.collected
    assert not own.books.ledger.balances["province_account"].any()


def test_schemes_do_not_net_with_each_other() -> None:
    of = policy(**BOTH_WAYS)
    own = collected(bank(), part(A1, 1, 60, due=FRIDAY, of=of), part(B1 + 1, 0, 30, due=FRIDAY, of=of))
    own.settle(FRIDAY)
    assert moved(own) == [("01-05", "clearing", 0, 1, 60), ("01-05", "clearing", 1, 0, 30)]


def test_what_was_due_first_is_set_off_first() -> None:
    """b owes 30: the earlier part of a2 is set off by 30 of its 40, that of a1 crosses whole."""
    of = policy(**BOTH_WAYS)
    own = collected(
        bank(), part(A1, 1, 60, due=FRIDAY, of=of), part(A2, 1, 40, due=WEDNESDAY, of=of),
        part(B1, 0, 30, due=FRIDAY, of=of),
    )  # fmt: skip
    own.settle(FRIDAY)
    posted = own.books.ledger.balances["prepayment"]
    assert (posted[A1], posted[A2]) == (60, 40)
    (row,) = (t for t in own.log.transfers if t.kind == "set_off" and t.payer == 0)
    assert row.amount == 30 and [d.group for d in own.log.discharges] == [A2, A1, B1]


def test_a_part_names_the_care_pools_it_pays() -> None:
    """A part of two care pools of a province, cut at 70: the first pool's 50 first, 20 of the second's 40."""
    own, of = bank(), policy(cap="0.70")
    two = Part(FRIDAY, 0, 0, B1, 0, of, np.array([50, 40, 0, 0]))
    collected(own, two).settle(FRIDAY)
    own.settle(FRIDAY + 3)
    assert [d.by_care_pool.tolist() for d in own.log.discharges] == [[50, 20, 0, 0], [0, 20, 0, 0]]


# what somebody cannot pay -------------------------------------------------------------------------------


def capped(fen: int, netting: str = "none") -> ClearingPolicy:
    return policy(cap=f"{fen // 100}.{fen % 100:02d}", netting=netting)


def test_the_latest_part_is_cut_by_the_cap_and_waits() -> None:
    """60 and 40 are due under a cap of 75: 60 and 15; the other 25 on the next bank day, Monday."""
    of = capped(75)
    own = collected(bank(), part(A1, 1, 60, due=WEDNESDAY, of=of), part(A2, 2, 40, due=FRIDAY, of=of))
    for today in range(FRIDAY, FRIDAY + 5):
        own.settle(today)
    assert moved(own) == [
        ("01-05", "clearing", 0, 1, 60), ("01-05", "clearing", 0, 2, 15), ("01-08", "clearing", 0, 2, 25),
    ]  # fmt: skip
    assert own.in_transit == 0


def test_a_cap_is_of_each_member() -> None:
    """Schemes and provinces have a cap each."""
    of = capped(50)
    own = collected(bank(), *(part(group, 1, 50, due=FRIDAY, of=of) for group in (A1, A1 + 1)),
                    part(B1, 0, 50, due=FRIDAY, of=of))  # fmt: skip
    own.settle(FRIDAY)
    assert sum(amount for *_, amount in moved(own)) == 150 and not own.collected


def test_what_is_set_off_anyway_is_not_cut() -> None:
    """a owes b 100 and c 40, b owes a 70: 30 and 40 would cross. A cap of 50 takes the 20 off what goes to c, the later
    part; a cap of 20 also 10 off what goes to b, and nothing off what is set off."""
    for cap, to_b, to_c in ((50, 30, 20), (20, 20, 0)):
        of = capped(cap, "bilateral")
        own = collected(
            bank(), part(A1, 1, 100, due=FRIDAY, of=of), part(A1, 2, 40, due=FRIDAY, of=of),
            part(B1, 0, 70, due=FRIDAY, of=of),
        )  # fmt: skip
        own.settle(FRIDAY)
        crossed = {payee: amount for _, kind, payer, payee, amount in moved(own) if kind == "clearing"}
        assert crossed == {payee: fen for payee, fen in ((1, to_b), (2, to_c)) if fen}
        assert own.prepaid[A, 1] == 70 + to_b and own.prepaid[B, 0] == 70, "what both owe is set off in full"


def test_a_cut_that_leaves_others_short_is_followed_by_theirs() -> None:
    """a owes b 100, b owes c 100, through the centre. a may send 30: then b would have to send 70, and may send 30 too;
    60 reach c."""
    of = capped(30, "multilateral")
    own = collected(bank(), part(A1, 1, 100, due=FRIDAY, of=of), part(B1, 2, 100, due=FRIDAY, of=of))
    own.settle(FRIDAY)
    assert [row[1:] for row in moved(own) if row[1] == "clearing"] == [
        ("clearing", 0, -1, 30), ("clearing", 1, -1, 30), ("clearing", -1, 2, 60),
    ]  # fmt: skip
    assert own.prepaid[A, 1] == 30 and own.prepaid[B, 2] == 60
    assert sorted(p.total for p in own.collected) == [40, 70] and own.in_transit == 110


def test_whoever_was_not_paid_by_a_stopped_payer_is_not_netted_with_it() -> None:
    """Nobody is paid from nothing: a's part was never collected, so b remits its 30 gross."""
    own = collected(bank(), part(B1, 0, 30, due=FRIDAY, of=policy(**BOTH_WAYS)))
    own.settle(FRIDAY)
    assert moved(own) == [("01-05", "clearing", 1, 0, 30)]


# what goes out ------------------------------------------------------------------------------------------


def test_hospitals_are_paid_from_the_prepayment() -> None:
    own = queued(owing(prepaid(bank(), WEDNESDAY, (A1, 1, 100)), 60, A1), payment("hospitals", 60, due=FRIDAY))
    own.settle(FRIDAY)
    assert paid(own) == [("01-05", "hospitals", 60)] and own.prepaid[A, 1] == 40 and not own.queue
    assert own.books.ledger.balances["hospital_cash"][A1] == 60
    assert own.books.ledger.balances["hospital_receivable"][A1] == 0


def test_whoever_lacks_money_blocks_those_behind_on_the_same_account() -> None:
    """100 at b, 50 at c. The 120 due first wait, and the 10 behind them; those at c are paid."""
    own = owing(prepaid(bank(), WEDNESDAY, (A1, 1, 100), (A1, 2, 50)), 170, A1)
    queued(own, payment("hospitals", 10, due=FRIDAY), payment("hospitals", 120, due=WEDNESDAY),
           payment("hospitals", 40, due=FRIDAY, place=3))  # fmt: skip
    own.settle(FRIDAY)
    assert paid(own) == [("01-05", "hospitals", 40)] and len(own.queue) == 2
    prepaid(own, FRIDAY + 3, (A1, 1, 30))
    assert paid(own)[1:] == [("01-08", "hospitals", 120), ("01-08", "hospitals", 10)] and own.prepaid[A, 1] == 0


def test_what_is_due_on_one_day_is_paid_in_the_order_of_its_priority() -> None:
    """Return, hospitals, advance, retained: 100 are enough for the first three of four times 30."""
    own = owing(prepaid(bank(), WEDNESDAY, (A1, 1, 100)), 60, A1)
    kinds = ("retained", "advance", "hospitals", "return")
    queued(
        own, *(payment(kind, 30, due=FRIDAY, until=FRIDAY - 1, place=1 if kind == "return" else 2) for kind in kinds)
    )
    own.settle(FRIDAY)
    assert [kind for _, kind, _ in paid(own)] == ["return", "hospitals", "advance"]
    assert [left.kind for left in own.queue] == ["retained"] and own.prepaid[A, 1] == 10
    assert moved(own) == [("01-05", "return", 1, 0, 30)]


def test_whatever_was_written_first_the_order_is_the_same() -> None:
    """Due day, priority, end of the period, policy, member, care pool."""
    chosen = [
        payment("retained", 1, due=WEDNESDAY), payment("hospitals", 2, due=FRIDAY, until=1, code=9),
        payment("hospitals", 3, due=FRIDAY, until=2, member=A + 1),
        *(payment("hospitals", fen, due=FRIDAY, until=2, code=1, place=place) for fen, place in ((4, 2), (5, 3))),
    ]  # fmt: skip
    turns = sorted(chosen, key=lambda each: each.turn)
    assert [p.bills.total for p in turns if p.bills] == [1, 2, 3, 4, 5]
    for order in (chosen, chosen[::-1]):
        own = owing(prepaid(bank(), WEDNESDAY, (A1, 1, 99), (A1 + 1, 1, 99), (A1, 2, 99)), 99, A1, A1 + 1)
        queued(own, *order).settle(FRIDAY)
        assert [fen for _, _, fen in paid(own)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("pooling", "available"), [("earmarked", 30), ("province", 30 + 20), ("together", 30 + 20 + 5)]
)
def test_prepayments_that_may_lend(pooling: str, available: int) -> None:
    """At c: 30 of a's employees, 20 of its residents, 5 of b's residents."""
    own = prepaid(bank(), WEDNESDAY, (A1, 2, 30), (A1 + 1, 2, 20), (B1 + 1, 2, 5))
    asked = payment("hospitals", available, due=FRIDAY, place=3, of=policy(pooling=pooling))
    assert own.available(asked) == available
    queued(owing(own, 99, A1), asked).settle(FRIDAY)
    assert paid(own) == [("01-05", "hospitals", available)] and own.prepaid[A, 2] == 30 - available
    one_more = payment("hospitals", 1, due=FRIDAY, place=3, of=policy(pooling=pooling))
    queued(own, one_more).settle(FRIDAY)
    assert len(own.queue) == 1, "what was lent is not there a second time"


def test_nobody_lends_what_the_care_place_does_not_hold() -> None:
    """a's employees have drawn on b's money, under another policy: a's own 20 residents' are not there any more."""
    own = prepaid(bank(), WEDNESDAY, (A1 + 1, 2, 20), (B1, 2, 30))
    own.prepaid[A, 2] -= 45
    assert own.available(payment("hospitals", 1, due=FRIDAY, member=B, place=3, of=policy(pooling="earmarked"))) == 5
    assert own.available(payment("hospitals", 1, due=FRIDAY, place=3, of=policy(pooling="province"))) == 0


def test_a_care_place_never_pays_what_nobody_has() -> None:
    own = prepaid(bank(), WEDNESDAY, (A1, 1, 20), (B1, 2, 30))
    own.prepaid[B, 1] -= 21
    with pytest.raises(BrokenLaw, match="a care place has paid hospitals more than all its prepayments"):
        own.settle(FRIDAY)


def test_bills_that_were_taken_back_bring_money_back() -> None:
    """Hospitals have 50 and give 20 back; of 40 more they have not got the money, and nobody behind has to wait."""
    own = queued(owing(prepaid(bank(), WEDNESDAY, (A1, 1, 50)), 50, A1), payment("hospitals", 50, due=WEDNESDAY))
    own.settle(WEDNESDAY)
    queued(own, payment("hospitals", -20, due=FRIDAY), payment("hospitals", -40, due=FRIDAY, until=1),
           payment("hospitals", 15, due=FRIDAY, until=2))  # fmt: skip
    own.settle(FRIDAY)
    assert paid(own)[1:] == [("01-05", "hospitals", -20), ("01-05", "hospitals", 15)]
    assert own.prepaid[A, 1] == 5 and [left.bills.total for left in own.queue if left.bills] == [-40]


# advances -----------------------------------------------------------------------------------------------


def test_an_advance_is_recovered_from_the_bills_of_its_period() -> None:
    """On 1 February 60 are advanced on January's bills, for February: January's 80 are paid whole, of February's 100
    only 40. What the advance paid had not to wait."""
    january, february = day("01-31"), day("02-29")
    own = owing(prepaid(bank(), WEDNESDAY, (A1, 1, 200)), 180, A1)
    for each in (
        payment("advance", 60, due=day("02-01"), until=january),
        payment("hospitals", 80, due=day("02-27"), until=january, posted=day("01-10")),
        payment("hospitals", 100, due=day("03-27"), until=february, posted=day("02-10")),
    ):
        queued(own, each).settle(each.due)
    assert paid(own) == [("02-01", "advance", 60), ("02-27", "hospitals", 80), ("03-27", "hospitals", 40)]
    balances = {name: int(column.sum()) for name, column in own.books.ledger.balances.items()}
    assert (balances["hospital_cash"], balances["hospital_receivable"], balances["hospital_advances"]) == (180, 0, 0)
    waits = own.log.waits["main"][A, 0]
    assert {int(late): int(waits[late]) for late in np.flatnonzero(waits)} == {0: 60, 46: 40, 48: 80}


def test_what_no_bill_covers_is_given_back_at_the_annual_closing() -> None:
    own = prepaid(bank(), WEDNESDAY, (A1, 1, 100))
    queued(own, payment("advance", 60, due=FRIDAY, until=day("01-31"))).settle(FRIDAY)
    assert own.advances.outstanding
    own.closings.append((0, day("12-31")))
    own.settle(day("12-31"))
    assert paid(own) == [("01-05", "advance", 60), ("12-31", "advance", -60)]
    assert own.prepaid[A, 1] == 100 and not own.advances.outstanding
    assert not own.books.ledger.balances["hospital_advances"].any()
    assert own.books.ledger.balances["hospital_cash"].sum() == 0


def test_a_member_has_its_own_account() -> None:
    """Residents' hospitals are not paid from the money of employees of another province, whatever stands there."""
    own = owing(prepaid(bank(), WEDNESDAY, (C1, 1, 100)), 10, A1)
    queued(own, payment("hospitals", 10, due=FRIDAY)).settle(FRIDAY)
    assert paid(own) == [] and own.prepaid.sum() == 100
