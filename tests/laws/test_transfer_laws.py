"""Whatever is claimed, under whatever policy: is no fen made or lost between funds and persons?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
import runs
from career_cases import Person, assessor, careers_of, people, persons_of, rules, timeline, track
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.demand.careers import career_priors, workers
from settlement_sim.draws import Draws
from settlement_sim.engine.slots import Slots
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.policies.careers import Cases, Recognition
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.policies.transfer.account_only import AccountOnly
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.transfer.none import NoTransfer
from settlement_sim.policies.transfer.prospective import Prospective
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.recognition import assess
from settlement_sim.recognition.applicants import applications
from settlement_sim.recognition.desk import OPEN
from settlement_sim.recognition.life import LifeTable
from settlement_sim.recognition.track import Track
from settlement_sim.recognition.transfers import Transfers
from settlement_sim.record import recognition as record
from settlement_sim.scenario.load import load
from settlement_sim.study.run import run
from settlement_sim.study.years import simulate_years
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
Batch = list[tuple[int, int, int, int, int, int, int]]
INNER: list[TransferPolicy] = [
    NoTransfer(), AccountOnly(), Retrospective(), Retrospective(account="moves", claims_ratio="0"), Prospective(),
]  # fmt: skip
BANDS = st.builds(
    ReciprocalBand, of=st.sampled_from(INNER), band=st.sampled_from(["none", 0, "1", "3000"]),
    pays=st.sampled_from(["all", "excess"]),
)  # fmt: skip
POLICIES = st.sampled_from(INNER) | BANDS
#: Fund left, fund of retirement, months there, further months, contributed, cost, account.
claims = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.integers(1, 300), st.integers(0, 300),
    *(st.integers(0, 400) | st.integers(0, 10**8) for _ in range(3)),
).filter(lambda one: one[0] != one[1])  # fmt: skip
batches = st.lists(st.lists(claims, min_size=1, max_size=4), min_size=1, max_size=6)


@dataclass
class Settled:
    """What came of drawn claims, batch by batch."""

    transfers: Transfers
    claimed: Whole  # payer × payee
    accounts: int

    def balance(self, account: str) -> Whole:
        return self.transfers.ledger.balances[account][::2]

    @property
    def received(self) -> Whole:
        """By fund, net."""
        return self.balance("pooled_fund")


def cases(batch: Batch) -> Cases:
    out, into, months, more, contributed, cost, account = np.array(batch).T
    return Cases(out, into, months, months + more, contributed, cost, account)


def settled(policy: TransferPolicy, given_: list[Batch]) -> Settled:
    ledger, claimed, accounts = Ledger(), np.zeros((22, 22), np.int64), 0
    transfers = Transfers(ledger, rules(), Slots({"transfer": timeline(policy)}))
    for day, batch in enumerate(given_):
        rows = cases(batch)
        answer = transfers.claim(500 + day, 0, rows)
        np.add.at(claimed, (rows.pool_out, rows.pool_in), answer.pooled)
        accounts += int(answer.account.sum())
        conserved(ledger, accounts)
    return Settled(transfers, claimed, accounts)


def conserved(ledger: Ledger, accounts: int, back_paid: int = 0) -> None:
    """Funds hold what persons paid back, persons hold their accounts; nothing has stayed between them."""
    assert ledger.balances["pooled_fund"].sum() == back_paid
    assert ledger.balances["personal_accounts"].sum() == accounts
    assert ledger.balances["between_funds"].sum() == 0
    others = set(ledger.balances) - {"pooled_fund", "personal_accounts", "between_funds", "contributions"}
    assert not any(ledger.balances[name].any() for name in others)


# drawn claims ------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(POLICIES, batches)
def test_no_fen_is_made_or_lost(policy: TransferPolicy, given_: list[Batch]) -> None:
    """What a fund has received is what it claimed less what was claimed of it, but for what is still open."""
    found = settled(policy, given_)
    still, claimed = found.transfers.open, found.claimed
    assert (found.received + still.sum(0) - still.sum(1) == claimed.sum(0) - claimed.sum(1)).all()
    assert not (still * still.T).any(), "two funds owe each other"
    assert min((moved.amount for moved in found.transfers.moved), default=1) > 0
    by_fund = Counter[int]()
    for moved in found.transfers.moved:
        if moved.kind == "pooled":
            by_fund[moved.payee] += moved.amount
            by_fund[moved.payer] -= moved.amount
    assert {p: int(v) for p, v in enumerate(found.received) if v} == {p: v for p, v in by_fund.items() if v}


@settings(max_examples=40)
@given(BANDS, batches)
def test_nothing_above_the_band_stays_open(policy: ReciprocalBand, given_: list[Batch]) -> None:
    found = settled(policy, given_)
    if policy.band is None:
        assert not any(moved.kind == "pooled" for moved in found.transfers.moved)
    else:
        assert found.transfers.open.max() <= policy.band
        least = policy.band if policy.pays == "all" else 0
        assert all(moved.amount > least for moved in found.transfers.moved if moved.kind == "pooled")


@settings(max_examples=20)
@given(batches)
def test_an_infinite_band_is_none_in_every_posting(given_: list[Batch]) -> None:
    without = settled(NoTransfer(), given_)
    found = settled(ReciprocalBand(of=Retrospective(), band="none"), given_)
    assert found.transfers.moved == without.transfers.moved == []
    for name, balance in found.transfers.ledger.balances.items():
        assert (balance == without.transfers.ledger.balances[name]).all(), name


@settings(max_examples=40)
@given(st.sampled_from(INNER), batches)
def test_a_band_of_nothing_gives_every_fund_and_person_what_its_inner_policy_gives(
    inner: TransferPolicy, given_: list[Batch]
) -> None:
    one, other = settled(inner, given_), settled(ReciprocalBand(of=inner, band=0), given_)
    assert (one.received == other.received).all()
    assert (one.balance("personal_accounts") == other.balance("personal_accounts")).all()


@settings(max_examples=20)
@given(st.sampled_from(INNER), batches)
def test_halves_of_a_day_claim_what_the_whole_day_claims(policy: TransferPolicy, given_: list[Batch]) -> None:
    one, other = settled(policy, given_), settled(policy, [[row] for batch in given_ for row in batch])
    assert (one.claimed == other.claimed).all() and (one.received == other.received).all()


@settings(max_examples=20)
@given(st.lists(people(most=4), min_size=1, max_size=4))
def test_a_career_in_one_place_transfers_nothing(crowd: list[Person]) -> None:
    single = [replace(one, spells=tuple(s for s in one.spells if s[0] == one.pool)) for one in crowd]
    careers = careers_of(single)
    new = Mutual2024(pools="all", choice="recognition").recognise(careers, rules())
    found, left = assessor().assess(persons_of(single), careers, LocalRule().recognise(careers, rules()), new)
    assert len(left.person) == 0 and not found.months_elsewhere.any()


def test_a_policy_for_one_place_leaves_the_balances_of_others_alone() -> None:
    """Chongqing's band waits, whatever is decided in Chengdu under a policy of its own."""
    line = timeline(ReciprocalBand(band="none"), Retrospective())
    transfers = Transfers(Ledger(), rules(), Slots({"transfer": line}))
    transfers.claim(500, 0, cases([(1, 0, 100, 0, 100_000, 0, 0)]))
    transfers.claim(501, 1, cases([(2, 1, 100, 0, 100_000, 0, 0)]))
    assert [(moved.payer, moved.payee, moved.amount) for moved in transfers.moved] == [(2, 1, 35_000)]
    assert transfers.open[1, 0] == 35_000


def test_equal_policies_of_two_entries_net_with_each_other() -> None:
    """As one entry for both places would: 350.00 against 350.00 is nothing."""
    found = []
    band = ReciprocalBand(band="100000")
    for line in (timeline(band), timeline(band, band.model_copy())):
        transfers = Transfers(Ledger(), rules(), Slots({"transfer": line}))
        transfers.claim(500, 0, cases([(1, 0, 100, 0, 100_000, 0, 0)]))
        transfers.claim(501, len(line.policies) - 1, cases([(0, 1, 100, 0, 100_000, 0, 0)]))
        found.append(transfers.open.tolist())
    assert found[0] == found[1]
    assert not np.any(found[0])


# runs --------------------------------------------------------------------------------------------------


@cache
def ran(policy: TransferPolicy, seed: int = 11) -> Track:
    return track(policy, seed=seed)


@pytest.mark.parametrize("policy", [Retrospective(account="moves"), Prospective(paid="yearly", account="moves")])
def test_money_is_conserved_every_evening(policy: TransferPolicy) -> None:
    evenings = []
    check = Ledger.check

    def watched(ledger: Ledger, day: int, controls: dict[str, int]) -> None:
        check(ledger, day, controls)
        evenings.append(day)
        back_paid = int(ledger.balances["pooled_fund"].sum())
        contributed = -int(ledger.balances["contributions"].sum())
        conserved(ledger, contributed - back_paid, back_paid)

    with mock.patch.object(Ledger, "check", watched):
        one = track(policy, seed=11)
    assert sorted(set(evenings)) == list(range(one.plan.first, one.plan.last + 1))
    assert one.ledger.balances["pooled_fund"].sum() == sum(payment.amount for payment in one.back_payments) > 0
    moved = [m.amount for m in one.transfers.moved if m.kind == "account"]
    assert one.ledger.balances["personal_accounts"].sum() == sum(moved) > 0


def test_an_infinite_band_is_none_in_a_whole_run() -> None:
    one, other = ran(NoTransfer()), ran(ReciprocalBand(band="none"))
    assert one.transfers.moved == other.transfers.moved == []
    assert one.back_payments == other.back_payments
    assert not one.transfers.open.any() and other.transfers.open.any()


def test_a_band_of_nothing_is_its_inner_policy_in_a_whole_run() -> None:
    one, other = ran(Retrospective()), ran(ReciprocalBand(of=Retrospective(), band=0))
    assert (one.ledger.balances["pooled_fund"] == other.ledger.balances["pooled_fund"]).all()
    assert one.claimed.sum() == other.claimed.sum() > 0


def test_yearly_claims_stop_with_death() -> None:
    """Everybody dies after half a year, one and a half or two and a half; nobody is claimed for after that."""
    asked: dict[int, set[int]] = {}
    claim = Transfers.claim

    def years_left(_: LifeTable, age: Whole, retiree: Whole, bits: Whole) -> Whole:
        return np.arange(len(age)) % 3

    def watched(transfers: Transfers, day: int, code: int, given_: Cases) -> object:
        if given_.cost.any():
            asked.setdefault(day, set()).add(len(given_))
        return claim(transfers, day, code, given_)

    with mock.patch.object(LifeTable, "years_left", years_left), mock.patch.object(Transfers, "claim", watched):
        one = track(Prospective(paid="yearly"), seed=11, last="2027-12-31", scale_bp=200)
    a, decided = one.assessed, one.decided.day
    dies = a.applied + 365 * (np.arange(len(a)) % 3) + 182
    for day, rows in asked.items():
        lived = np.minimum(dies, day) - np.maximum(decided, day - 365)
        due = one.accepted & (decided <= day) & (lived > 0)
        assert rows == {int(due[one.left.person].sum())}
        assert not (due & (dies < day - 365)).any()
    assert [dates.iso(day) for day in asked] == [f"{year}-12-31" for year in (2024, 2025, 2026, 2027)]


def test_claimed_once_and_claimed_by_year_are_never_claimed_both() -> None:
    one, other = ran(Prospective()), ran(Prospective(paid="yearly"))
    assert (one.claimed == other.claimed).all()
    days = {moved.day for moved in other.transfers.moved}
    assert days == {dates.day("2024-12-31")} and len({moved.day for moved in one.transfers.moved}) > 10


def test_month_by_month_sums_to_the_lump_sum() -> None:
    """At a price that no number of months divides: a fen more than the rules say."""

    def uneven(found: Recognition, *given_: Any) -> Whole:
        return price(found, *given_) + (found.short > 0)

    with mock.patch.object(assess, "price", uneven):
        compare_payments()


def compare_payments() -> None:
    once = track(NoTransfer(), seed=11)
    monthly = track(NoTransfer(), seed=11, payment="monthly", last="2034-12-31", hazard=1_500, scale_bp=200)
    for one in (once, monthly):
        paid, parts = Counter[int](), Counter[int]()
        for payment in one.back_payments:
            paid[payment.row] += payment.amount
            parts[payment.row] += 1
        short = one.assessed.after.short * one.accepted
        number = np.minimum(short, 1) if one is once else short
        done = np.flatnonzero((short > 0) & (one.decided.day + 45 + 33 * number < one.plan.last))
        assert len(done) > 10
        assert {row: paid[row] for row in done.tolist()} == {r: int(one.assessed.price_after[r]) for r in done.tolist()}
        assert {row: parts[row] for row in done.tolist()} == {row: int(number[row]) for row in done.tolist()}


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    one, again, other = ran(Retrospective()), track(Retrospective(), seed=11), ran(Retrospective(), 12)
    tables = [{name: frame.to_csv() for name, frame in record.tables(t).items()} for t in (one, again, other)]
    assert tables[0] == tables[1]
    assert all(tables[0][name] != tables[2][name] for name in ("recognitions", "recognition_totals", "fund_transfers"))


def test_every_application_is_accepted_refused_or_open() -> None:
    one = ran(Retrospective())
    totals = record.recognition_totals(one)
    assert (totals.accepted + totals.refused + totals.open == totals.applied).all()
    assert totals.applied.sum() == len(one.assessed) and totals.open.sum() == (one.decided.day == OPEN).sum() > 0
    assert totals.refused.sum() > 0 and totals.accepted.sum() > 0


def test_twice_the_hazard_gives_about_twice_the_applications() -> None:
    """Each person with m months at risk applies with 1 − (1 − h)ᵐ: mean and variance are exact.

    Sixteen seeds, so that a sum beyond 4.5 standard errors comes of chance once in 150,000 times.
    """
    plan = ran(NoTransfer()).plan
    months = dates.month_index(plan.first), dates.month_index(plan.last)
    crowd = workers(career_priors(), rules(), plan.employees, plan.world_seed, months, 1_000)
    at_risk = np.clip(months[1] - np.maximum(crowd.retires, months[0]) + 1, 0, None)
    calendar, window, seeds = Calendar.load(), (plan.first, plan.last), range(16)
    found = {h: sum(len(applications(crowd, Draws(s), h, window, calendar)[0]) for s in seeds) for h in (5_000, 10_000)}
    for hazard, number in found.items():
        p = 1 - (1 - hazard / 1_000_000) ** at_risk
        assert abs(number - len(seeds) * p.sum()) < 4.5 * (len(seeds) * (p * (1 - p)).sum()) ** 0.5
    assert 1.85 < found[10_000] / found[5_000] < 2.0


def test_a_higher_hazard_adds_applications_and_takes_none_away() -> None:
    """The same draws: who applied at a low hazard applies at a higher one, no later."""
    few, many = track(NoTransfer(), seed=11, hazard=5_000), ran(NoTransfer())
    days = dict(zip(many.assessed.id.tolist(), many.assessed.applied.tolist(), strict=True))
    assert all(days[i] <= day for i, day in zip(few.assessed.id.tolist(), few.assessed.applied.tolist(), strict=True))


def test_visits_do_not_notice_the_track(tmp_path: Path) -> None:
    """Every table and every total, byte by byte; nor does the track notice the visits."""
    prepared = runs.prepared(*runs.TINY)
    found, finished = {}, {"with": run(prepared), "without": run(replace(prepared, track=None))}
    alone = simulate_years(load(runs.BASELINE, (*runs.TINY, "visits=off")))
    assert finished["with"].years and finished["with"].years.exact == alone.exact
    assert all(frame.equals(alone.tables[name]) for name, frame in finished["with"].years.tables.items())
    for name, one in finished.items():
        found[name] = runs.files_of(one, tmp_path / name)
    own = {name for name in found["with"] if Path(name).stem in record.tables(ran(NoTransfer()))}
    assert set(found["with"]) - set(found["without"]) == own
    assert {k: v for k, v in found["with"].items() if k not in own | {"totals.json"}} == {
        k: v for k, v in found["without"].items() if k != "totals.json"
    }
    import json

    totals = {name: json.loads(files["totals.json"]) for name, files in found.items()}
    assert {k: v for k, v in totals["with"].items() if k != "recognition"} == totals["without"]
