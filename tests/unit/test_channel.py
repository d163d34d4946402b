"""How is the person's part paid, what is advanced, owed, never paid or taken back? And when do the funds pay?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.draws import Draws
from settlement_sim.engine.plan import Outcome
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.policies.answers import DIRECT, MANUAL, Advances
from settlement_sim.policies.channel.direct import Direct
from settlement_sim.policies.channel.manual import Manual
from settlement_sim.policies.channel.one_stop import OneStop
from settlement_sim.policies.channel.treat_first_pay_later import TreatFirstPayLater
from settlement_sim.policies.views import Claims
from settlement_sim.record.claims import ClaimsFile
from settlement_sim.record.journal import JournalFile
from settlement_sim.record.tables import tables
from settlement_sim.study.run import Prepared, run
from settlement_sim.vocabulary import ASSISTANCE

STAY, OUTPATIENT, CHRONIC, PHARMACY = range(4)
COUNTER = (OneStop, Direct, TreatFirstPayLater)


class Pays:
    """Rules: what an account may pay (0 the in-scope part, 1 the whole personal part), and who is entitled to help."""

    def __init__(self, whole: int, assistance: str = "none") -> None:
        self.whole, self.assistance = whole, ASSISTANCE.index(assistance)

    def take(self, leaf: str, rows: np.ndarray) -> np.ndarray:
        assert leaf == "account.pays"
        return np.full(len(rows), self.whole)

    def insured(self, axis: str, rows: np.ndarray) -> np.ndarray:
        assert axis == "assistance"
        return np.full(len(rows), self.assistance)


class Uniforms:
    """The same draws for every claim of a test, by purpose."""

    def __init__(self, drawn: dict[str, np.ndarray]) -> None:
        self.drawn = drawn

    def of(self, purpose: str) -> np.ndarray:
        return self.drawn[purpose]


def settled(
    policy: Any,
    *rows: tuple[int, int, int, int],
    care: int = STAY,
    path: int = DIRECT,
    rules: Pays | None = None,
    assistance: int = 0,
    **drawn: list[int],
) -> Advances:
    """Advances of claims, each (total fee, in scope, paid by the pooled fund, balance of the account).

    `assistance`: paid by medical assistance on each, besides. `drawn`: uniforms by purpose.
    """
    total, in_scope, fund, balance = (np.array(column) for column in zip(*rows, strict=True))
    same = np.zeros(len(rows), np.int64)
    claims = Claims(
        care_type=same + care, level=same, rule=same, care_pool=same, unit=same, path=same + path, cut=same,
        filing=same, total_fee=total, advance_self_pay=same, in_scope=in_scope,
        uniforms=Uniforms({purpose: np.array(column) for purpose, column in drawn.items()}),
        paid={"deductible_paid": same + 7, "pooled_fund": fund, "medical_assistance": same + assistance},
    )  # fmt: skip
    found: Advances = policy.settle(claims, balance, rules or Pays(1))
    return found


def given(column: np.ndarray | None) -> list[int] | None:
    return None if column is None else column.tolist()


# account, then cash -------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", COUNTER)
def test_the_account_pays_the_whole_personal_part_as_far_as_it_holds(policy: Any) -> None:
    bills = (900, 800, 400, 1_000), (900, 800, 400, 200), (900, 800, 400, 0), (400, 400, 400, 50)
    advances = settled(policy(defaults=0) if policy is TreatFirstPayLater else policy(), *bills, default=[0] * 4)
    assert advances.personal_account.tolist() == [500, 200, 0, 0]
    assert advances.cash.tolist() == [0, 300, 500, 0]
    assert advances.settles.all(), "a stay settles with an empty account too"


def test_the_account_may_be_bound_to_the_in_scope_part() -> None:
    bills = (900, 800, 400, 1_000), (900, 800, 400, 200), (900, 0, 0, 1_000)
    advances = settled(OneStop(), *bills, rules=Pays(0))
    assert advances.personal_account.tolist() == [400, 200, 0]
    assert advances.cash.tolist() == [100, 300, 900]


@pytest.mark.parametrize("policy", [*COUNTER, Manual])
def test_by_hand_the_account_pays_nothing_and_everything_is_one_claim(policy: Any) -> None:
    drawn: dict[str, list[int]] = {"default": [0], "reversal": [0]}
    advances = settled(policy(), (900, 800, 400, 1_000), path=MANUAL, assistance=50, **drawn)
    assert (advances.personal_account.tolist(), advances.cash.tolist()) == ([0], [450])
    for name in ("claimed_later", "deposit", "unpaid", "reversed_after"):
        assert given(getattr(advances, name)) in (None, [0]), name


def test_a_purchase_with_an_empty_account_is_no_settlement() -> None:
    purchases = settled(OneStop(), (90, 80, 0, 0), (90, 80, 0, 1), (90, 80, 0, 500), care=PHARMACY)
    assert purchases.settles.tolist() == [False, True, True]
    assert purchases.personal_account.tolist() == [0, 1, 90]
    assert settled(OneStop(), (90, 80, 0, 0), care=OUTPATIENT).settles.tolist() == [True]
    assert settled(Manual(), (90, 80, 0, 0), care=PHARMACY, path=MANUAL).settles.tolist() == [True]


# one stop, or assistance later --------------------------------------------------------------------------


def test_in_one_stop_assistance_is_part_of_the_transaction() -> None:
    advances = settled(OneStop(), (900, 800, 400, 1_000), assistance=150)
    assert advances.personal_account.tolist() == [350] and advances.cash.tolist() == [0]
    assert advances.claimed_later is None


def test_where_assistance_comes_later_the_person_advances_it() -> None:
    # 900 − 400 of the pooled fund = 500 now, of which 150 comes back.
    rich = settled(Direct(), (900, 800, 400, 1_000), assistance=150)
    assert (rich.personal_account.tolist(), rich.cash.tolist(), given(rich.claimed_later)) == ([500], [0], [150])
    poor = settled(Direct(), (900, 800, 400, 120), assistance=150)
    assert (poor.personal_account.tolist(), poor.cash.tolist()) == ([120], [380])
    bound = settled(Direct(), (900, 800, 400, 1_000), assistance=150, rules=Pays(0))
    assert (bound.personal_account.tolist(), bound.cash.tolist()) == ([400], [100]), "in scope: 800 − 400"


@pytest.mark.parametrize("policy", COUNTER)
def test_account_and_cash_and_funds_pay_the_bill(policy: Any) -> None:
    """account + cash = total fee − funds + claimed later."""
    bills = (900, 800, 400, 1_000), (900, 800, 400, 120), (900, 700, 550, 0)
    advances = settled(policy(), *bills, assistance=150, default=[0] * 3)
    later = 0 if advances.claimed_later is None else advances.claimed_later
    person = advances.personal_account + advances.cash
    assert (person - later).tolist() == [900 - 400 - 150, 900 - 400 - 150, 900 - 550 - 150]


# deposits and defaults ----------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", COUNTER)
def test_stays_leave_a_deposit_and_other_visits_none(policy: Any) -> None:
    drawn = {"default": [9_999]}
    assert given(settled(policy(), (1_001, 0, 0, 0), **drawn).deposit) == [300], "30 % of 10.01 yuan, half up"
    for care in (OUTPATIENT, CHRONIC, PHARMACY):
        assert given(settled(policy(), (1_001, 0, 0, 0), care=care, **drawn).deposit) == [0]
    assert given(settled(policy(deposit=50), (1_001, 0, 0, 0), **drawn).deposit) == [501]
    assert given(settled(policy(deposit=0), (1_001, 0, 0, 0), **drawn).deposit) in (None, [0])


@pytest.mark.parametrize(
    ("eligible", "category", "freed"),
    [("assistance", "none", False), ("assistance", "low_income", True), ("everybody", "none", True)],
)
def test_who_is_eligible_is_treated_first(eligible: str, category: str, freed: bool) -> None:
    """No deposit; 3 % of them never pay what is due in cash: 900 − 400 − 120 of the account = 380."""
    bills, drawn = [(900, 800, 400, 120)] * 3, [0, 299, 300]
    advances = settled(TreatFirstPayLater(eligible=eligible), *bills, rules=Pays(1, category), default=drawn)
    assert given(advances.deposit) == ([0] * 3 if freed else [270] * 3)
    assert given(advances.unpaid) == ([380, 380, 0] if freed else [0] * 3)
    assert advances.cash.tolist() == [380] * 3, "due in cash, whether it is paid or not"


def test_only_stays_at_the_counter_are_treated_first() -> None:
    policy, everybody = TreatFirstPayLater(eligible="everybody", defaults=100), {"default": [0]}
    assert given(settled(policy, (900, 800, 400, 0), care=CHRONIC, **everybody).unpaid) == [0]
    assert given(settled(policy, (900, 800, 400, 0), path=MANUAL, **everybody).unpaid) == [0]
    assert given(settled(policy, (900, 800, 400, 0), **everybody).unpaid) == [500]


# reversals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", COUNTER)
def test_a_share_of_direct_settlements_is_taken_back(policy: Any) -> None:
    own = policy(reversed=2, reversed_after=5)
    drawn = {"reversal": [0, 199, 200, 9_999], "default": [9_999] * 4}
    assert own.reverses
    assert given(settled(own, *[(900, 800, 400, 0)] * 4, **drawn).reversed_after) == [5, 5, 0, 0]
    assert given(settled(own, *[(900, 800, 400, 0)] * 4, path=MANUAL, **drawn).reversed_after) == [0] * 4
    none = policy()
    assert not none.reverses and settled(none, (900, 800, 400, 0), default=[9_999]).reversed_after is None


def test_a_settlement_is_taken_back_on_another_day() -> None:
    """Zero days would mean never."""
    advances = settled(OneStop(reversed=100, reversed_after=0), (900, 800, 400, 0), reversal=[5_000])
    assert given(advances.reversed_after) == [1]


# by hand and everybody ----------------------------------------------------------------------------------


def test_the_manual_channel_is_a_desk_and_takes_nothing_back() -> None:
    assert Manual().at_the_desk and not Manual().reverses
    assert not any(getattr(policy(), "at_the_desk", False) for policy in COUNTER)


@pytest.mark.parametrize("wrong", [{"deposit": 101}, {"reversed": -1}, {"reversed_after": "soon"}])
@pytest.mark.parametrize("policy", COUNTER)
def test_a_wrong_parameter_is_refused(policy: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        policy(**wrong)


# in a run -----------------------------------------------------------------------------------------------

SMALL = ("world.scale=0.06", *runs.TINY[1:], "window.until=2024-02-10")
DELAY = 12
FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")


@dataclass(frozen=True)
class Story:
    """A run under one channel: claims by need, journal, tables, and what settlements left to be claimed by hand."""

    claims: pd.DataFrame
    journal: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    later: dict[int, tuple[int, int]]  # by need: day of the settlement, amount
    outcome: Outcome


def assisted(path: Path) -> Prepared:
    """A scenario over everybody with an assistance category, and one in eight of the others."""
    whole = runs.prepared(*SMALL, scenario=path)
    people = whole.world.population
    return runs.with_people(whole, people.take((people.assistance > 0) | (people.id % 8 == 0)))


def story(folder: Path, channel: str) -> Story:
    path = folder / "channel.yaml"
    head = f"format: 1\nextends: {runs.BASELINE}\nmanual: {{delay_days: {DELAY}}}\n"
    path.write_text(f"{head}policies:\n  channel: [{{use: {channel}}}]\n", "utf-8")
    prepared = assisted(path)
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    later: dict[int, tuple[int, int]] = {}

    def watch(event: str, today: int, settled: Any, episodes: Any) -> None:
        for row in np.flatnonzero(settled.advances.claimed_later).tolist():
            later[int(settled.visits.id[row])] = today, int(settled.advances.claimed_later[row])

    claims = ClaimsFile(folder / "claims.parquet", prepared.world, prepared.plan.first)
    journal = JournalFile(folder / "journal.parquet", prepared.world, simulation.outcome.ledger)
    simulation.observers += [claims, watch]
    simulation.outcome.ledger.listeners.append(journal)
    outcome = simulation.run()
    claims.close()
    journal.close()
    found = runs.by_need(pd.read_parquet(folder / "claims.parquet"))
    return Story(found, pd.read_parquet(folder / "journal.parquet"), tables(outcome), later, outcome)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    names = ("one_stop", "direct", "manual")
    return {name: story(tmp_path_factory.mktemp(name), name) for name in names}


@pytest.mark.parametrize("name", ["one_stop", "direct", "manual"])
def test_every_bill_is_paid_whatever_the_channel(name: str, stories: dict[str, Story]) -> None:
    claims = stories[name].claims
    assert len(claims) > 2_000
    funds = claims[list(FUNDS)].sum(axis=1)
    assert (claims.total_fee == funds + claims.personal_account + claims.cash).all()
    assert (claims.fund_total == funds).all() and (claims[[*FUNDS, "cash", "personal_account"]] >= 0).all(axis=None)
    assert sum(int(balance.sum()) for balance in stories[name].outcome.ledger.balances.values()) == 0


def test_assistance_later_is_the_assistance_of_one_stop(stories: dict[str, Story]) -> None:
    """The same needs, the same bills, the same fen; at the counter nothing of it is paid."""
    at_once = stories["one_stop"].claims.query("path == 'direct' and medical_assistance > 0")
    assert len(at_once) > 200
    assert dict(zip(at_once.need, at_once.medical_assistance, strict=True)) == {
        need: amount for need, (_, amount) in stories["direct"].later.items()
    }
    assert not stories["one_stop"].later
    counter = stories["direct"].claims.query("path == 'direct'")
    assert (counter.medical_assistance == 0).all()
    both = at_once.merge(counter, on="need", suffixes=("", "_later"))
    assert len(both) == len(at_once)
    for column in ("total_fee", "in_scope", "deductible_paid", "pooled_fund", "large_sum_fund", "catastrophic_fund"):
        assert (both[column] == both[f"{column}_later"]).all(), column
    assert (both.person_total_later - both.person_total == both.medical_assistance).all(), "advanced by the person"


def test_the_desk_pays_assistance_after_its_delay(stories: dict[str, Story]) -> None:
    direct = stories["direct"]
    last = dates.day("2024-02-10")
    due: dict[str, int] = {}
    for day, amount in direct.later.values():
        if day + DELAY <= last:
            due[dates.iso(day + DELAY)] = due.get(dates.iso(day + DELAY), 0) + amount
    assist = direct.journal[direct.journal.event == "assist"].groupby("day")
    assert assist.patients.sum().to_dict() == due and len(due) > 10
    assert (-assist.medical_assistance.sum()).to_dict() == due
    kept = direct.tables["advanced"].query("kind == 'assistance'")
    assert kept.advanced.sum() == sum(due.values())
    assert kept.fen_days.sum() == DELAY * sum(due.values())
    assert kept.cases.sum() == sum(day + DELAY <= last for day, _ in direct.later.values())
    by_hand = direct.claims.query("path == 'manual'").medical_assistance.sum()
    assert -direct.outcome.ledger.balances["medical_assistance"].sum() == sum(due.values()) + by_hand


def test_a_desk_with_staff_pays_assistance_later(tmp_path: Path, stories: dict[str, Story]) -> None:
    path = tmp_path / "staffed.yaml"
    head = f"format: 1\nextends: {runs.BASELINE}\nmanual: {{delay_days: {DELAY}, staff: 1, claims_per_day: 1}}\n"
    path.write_text(f"{head}policies:\n  channel: [{{use: direct}}]\n", "utf-8")
    outcome = run(assisted(path)).outcome
    kept = tables(outcome)["advanced"].query("kind == 'assistance'")
    free = stories["direct"].tables["advanced"].query("kind == 'assistance'")
    assert 0 < kept.advanced.sum() < free.advanced.sum(), "some is paid only after the window"
    assert kept.fen_days.sum() > DELAY * kept.advanced.sum(), "nobody waited"


def test_under_manual_everything_goes_to_the_desk(stories: dict[str, Story]) -> None:
    manual, one_stop = stories["manual"], stories["one_stop"]
    assert (manual.claims.path == "manual").all() and (manual.claims.entry == "reimburse").all()
    assert set(manual.journal.event) == {"advance", "reimburse", "credit_account", "spend_at_home"}
    assert (manual.claims.personal_account == 0).all()
    funds = manual.outcome.funds
    assert funds.receivable == 0 and not (funds.log.statements or funds.log.payments), "nothing crosses the border"
    waited = manual.claims.settled.dt.normalize() - manual.claims.discharged.dt.normalize()
    assert (waited == pd.Timedelta(days=DELAY)).all()
    at_both = one_stop.claims[one_stop.claims.discharged < pd.Timestamp("2024-01-30")]
    assert set(at_both.need) <= set(manual.claims.need), "a visit that never reached the desk"
    kept = manual.tables["advanced"].query("kind == 'manual'")
    assert kept.advanced.sum() == manual.claims.fund_total.sum()
    assert kept.fen_days.sum() == DELAY * manual.claims.fund_total.sum()


def test_deposits_are_kept_from_admission_to_discharge(stories: dict[str, Story]) -> None:
    """30 % of each direct stay's bill, rounded each, for the whole days of the stay."""
    stays = stories["one_stop"].claims.query("care_type == 'inpatient' and path == 'direct'")
    deposit = (stays.total_fee * 3_000 + 5_000) // 10_000
    days = (stays.discharged.dt.normalize() - stays.admitted.dt.normalize()).dt.days
    kept = stories["one_stop"].tables["advanced"].query("kind == 'deposit'")
    assert kept.cases.sum() == len(stays) and kept.advanced.sum() == deposit.sum()
    assert kept.fen_days.sum() == (deposit * days).sum()


def test_who_is_treated_first_leaves_no_deposit_and_half_never_pay(tmp_path: Path, stories: dict[str, Story]) -> None:
    """What they owe in cash is bad debt of the hospital; the funds pay as in one stop."""
    first = story(tmp_path, "treat_first_pay_later, with: {defaults: 50}")
    pd.testing.assert_frame_equal(first.claims, stories["one_stop"].claims)
    stays = first.claims.query("care_type == 'inpatient' and path == 'direct'")
    freed = stays[stays.assistance.astype(str) != "none"]
    never = freed[uniforms(Draws(1), "default", freed.need.to_numpy()) < 5_000]
    owed = never.cash[never.cash > 0]
    assert len(freed) > 100 and 0.3 < len(never) / len(freed) < 0.7
    assert first.outcome.ledger.balances["bad_debt"].sum() == owed.sum() > 0
    lost = first.tables["advanced"].query("kind == 'unpaid'")
    assert (lost.cases.sum(), lost.advanced.sum(), lost.fen_days.sum()) == (len(owed), owed.sum(), 0)
    journal = first.journal[first.journal.event == "default"]
    assert journal.bad_debt.sum() == owed.sum() == -journal.hospital_cash.sum() and journal["count"].sum() == len(owed)
    deposits = (first.tables["advanced"].query("kind == 'deposit'"), stays[stays.assistance.astype(str) == "none"])
    assert deposits[0].cases.sum() == len(deposits[1]) < len(stays)
    assert deposits[0].advanced.sum() == ((deposits[1].total_fee * 3_000 + 5_000) // 10_000).sum()
