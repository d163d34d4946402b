"""From a scenario to a finished track: what it refuses, what belongs together, and what only just happens."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from career_cases import priors, timeline, track

from settlement_sim import dates
from settlement_sim.errors import InputError, PolicyError
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.careers import ALL_POOLS, Careers, Recognition
from settlement_sim.policies.recognition.local_rule import LocalRule
from settlement_sim.policies.recognition.mutual_2024 import Mutual2024
from settlement_sim.policies.transfer.account_only import AccountOnly
from settlement_sim.policies.transfer.none import NoTransfer
from settlement_sim.policies.transfer.prospective import Prospective
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.policies.transfer.retrospective import Retrospective
from settlement_sim.recognition.desk import OPEN
from settlement_sim.recognition.track import Track
from settlement_sim.record import recognition as record
from settlement_sim.rules.careers import CareerRules
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.track import plan_of, track_of
from settlement_sim.study.years import simulate_years

BASELINE = "baseline_2024q1q3"
SMALL = ("visits=off", "world.scale=0.02")


def scenario(folder: Path, text: str, *settings: str) -> Loaded:
    path = folder / "mine.yaml"
    path.write_text(f"format: 1\nextends: {BASELINE}\n{text}", "utf-8")
    return load(path, settings)


@cache
def ran() -> Track:
    return track(Retrospective(account="moves"), seed=3)


# what is refused ---------------------------------------------------------------------------------------


def test_without_visits_and_without_recognition_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = load(BASELINE).path.read_text("utf-8")
    begin = text.index("recognition:  ")
    end = text.index("policies:")
    path.write_text(text[:begin] + text[end:], "utf-8")
    with pytest.raises(InputError, match=r"visits.*no recognition.*nothing else"):
        simulate_years(load(path, ("visits=off",)))
    assert track_of(load(path)) is None
    with pytest.raises(InputError, match="found no recognition"):
        plan_of(load(path))


def test_rules_that_do_not_cover_the_window(tmp_path: Path) -> None:
    (tmp_path / "ends.yaml").write_text(
        "format: 1\npools: [chongqing]\nscheme: employee\ngrade: assumption\nleaves:\n  years.local:\n    unit: count\n"
        "    values: [{from: 1999-01-01, until: 2024-06-30, cells: {value: 120, note: a test, low: 0, high: 240}}]\n",
        "utf-8",
    )
    loaded = scenario(tmp_path, "rules: {overlays: [ends.yaml]}\n", *SMALL)
    with pytest.raises(InputError) as caught:
        track_of(loaded)
    assert "years.local" in str(caught.value) and "chongqing" in str(caught.value)


@pytest.mark.parametrize("until", ["2026-12-31", "2027-06-30"])
def test_a_calendar_that_ends_before_the_desk_has_decided(until: str) -> None:
    """Notices reach to 2026; what is applied for in December is decided in January."""
    with pytest.raises(InputError, match="2027"):
        track_of(load(BASELINE, (*SMALL, f"recognition.window.until={until}")))
    assert track_of(load(BASELINE, (*SMALL, f"recognition.window.until={until}", "calendar=weekday_pattern")))


@policy("recognition")
class Generous(Policy):
    """Counts what was never paid, or retires people elsewhere."""

    more: int = 0
    moves: int = 0
    short: int = 0

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        found = LocalRule().recognise(careers, rules)
        counted, everywhere = careers.all_months + self.more, np.full(len(careers), ALL_POOLS)
        found = replace(found, counted=counted, pools=everywhere)
        return replace(found, place=found.place + self.moves, short=found.short * 0 + self.short)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Generous(more=1), "more months counted than were paid, each once"),
        (Generous(moves=22), "a place that is no pool"),
        (Generous(moves=-22), "a place that is no pool"),
        (Generous(short=-1), "a negative short"),
    ],
)
def test_a_policy_that_recognises_wrongly(wrong: Policy, words: str) -> None:
    with pytest.raises(PolicyError, match=words) as caught:
        track(NoTransfer(), wrong, seed=3)
    assert "generous" in str(caught.value)


def test_a_policy_that_counts_every_month_is_lawful() -> None:
    found = track(NoTransfer(), Generous(), seed=3)
    assert found.accepted.any() and found.left.person.size, "months of every pool are among those it counts"


# what happens ------------------------------------------------------------------------------------------


def test_days_follow_each_other() -> None:
    one = ran()
    plan, a, day = one.plan, one.assessed, one.decided.day
    assert plan.first <= a.applied.min() and a.applied.max() <= plan.last
    assert (np.diff(a.applied) >= 0).all()
    decided = day != OPEN
    assert (day[decided] > a.applied[decided]).all() and day[decided].max() <= plan.last
    for payment in one.back_payments:
        assert day[payment.row] < payment.day <= plan.last and payment.pool == a.after.place[payment.row]
    assert {moved.day for moved in one.transfers.moved} <= set(day[one.accepted].tolist())
    assert [moved.day for moved in one.transfers.moved] == sorted(moved.day for moved in one.transfers.moved)


def test_who_is_accepted() -> None:
    """Proven, decided in the window, and better off; some of each were not."""
    one = ran()
    proven = np.array([paper.proven for paper in one.papers])
    gains = one.assessed.price_after < one.assessed.price_before
    assert (one.accepted == (proven & gains & (one.decided.day != OPEN))).all()
    assert 0 < one.accepted.sum() < min(proven.sum(), gains.sum())
    assert not one.claimed[~one.accepted[one.left.person]].any() and one.claimed.any()


def test_back_payments_are_of_the_accepted_alone() -> None:
    one = ran()
    rows = [payment.row for payment in one.back_payments]
    owing = one.accepted & (one.assessed.after.short > 0)
    assert len(rows) == len(set(rows)) and set(rows) <= set(np.flatnonzero(owing).tolist())
    early = owing & (one.decided.day < one.plan.last - 45)
    assert set(np.flatnonzero(early).tolist()) <= set(rows)
    assert all(payment.amount == one.assessed.price_after[payment.row] for payment in one.back_payments)


def test_claims_are_the_formula_of_each_case() -> None:
    one = ran()
    share = (one.left.contributed * 3_500 + 5_000) // 10_000
    assert (one.claimed == share * one.accepted[one.left.person]).all()
    accounts = sum(moved.amount for moved in one.transfers.moved if moved.kind == "account")
    assert accounts == (one.left.account * one.accepted[one.left.person]).sum()


def test_an_account_moves_once_though_costs_are_claimed_every_year() -> None:
    found = track(Prospective(paid="yearly", account="moves"), seed=3, last="2025-12-31", scale_bp=200)
    accounts = [moved for moved in found.transfers.moved if moved.kind == "account"]
    assert sum(m.amount for m in accounts) == (found.left.account * found.accepted[found.left.person]).sum() > 0
    assert {moved.day for moved in accounts} <= set(found.decided.day.tolist())


def test_nobody_applies_under_the_local_rule() -> None:
    """Nothing is recognised, so there is nothing to gain."""
    found = track(AccountOnly(), LocalRule(), seed=3)
    assert len(found.assessed) == 0
    assert all(len(frame) == 0 for frame in record.tables(found).values())


@pytest.mark.parametrize("plan", [{"hazard": 0}, {"scale_bp": 0}])
def test_nobody_applies_of_nobody(plan: dict[str, Any]) -> None:
    found = track(AccountOnly(), seed=3, **plan)
    assert len(found.assessed) == len(found.left.person) == len(found.transfers.moved) == 0
    assert {name: len(frame) for name, frame in record.tables(found).items() if len(frame)} == {}
    assert record.exact(found)["back_paid"] == 0


def test_applications_without_anything_to_gain() -> None:
    """Only of those whom the agreement covers; all of them at 100 percent, none at 0."""
    none = track(NoTransfer(), seed=3, by=priors(application__without_gain=0))
    every = track(NoTransfer(), seed=3, by=priors(application__without_gain=100))
    assert none.assessed.gains.all() and not every.assessed.gains.all()
    assert set(none.assessed.id.tolist()) < set(every.assessed.id.tolist())
    assert not every.accepted[~every.assessed.gains].any()


def test_a_policy_from_a_day_on() -> None:
    """Recognition from July on: who applied before has nothing to gain."""
    line = timeline(LocalRule(), Mutual2024())
    starts = np.array([dates.day("1999-01-01"), dates.day("2024-07-01")])
    line = replace(line, starts=starts, assigned=np.stack([np.zeros(44, np.int16), np.ones(44, np.int16)]))
    one = ran()
    late = one.with_plan(seed=3, timelines={**one.plan.timelines, "recognition": line}).run()
    assert late.assessed.applied.min() >= dates.day("2024-07-01")
    whole = one.assessed.id[one.assessed.applied >= dates.day("2024-07-01")]
    assert sorted(late.assessed.id.tolist()) == sorted(whole.tolist())


def test_transfers_before_2023() -> None:
    """Days count from 2023-01-01 and are negative before: a window of 2022 claims on the evening of each decision."""
    found = track(Retrospective(), seed=3, first="2022-01-04", last="2022-12-31")
    days = set(
        found.decided.day[found.accepted & (np.bincount(found.left.person, minlength=len(found.assessed)) > 0)].tolist()
    )
    assert {moved.day for moved in found.transfers.moved} == days and max(days) < 0
    yearly = track(Prospective(paid="yearly"), seed=3, first="2022-01-04", last="2022-12-31")
    assert {moved.day for moved in yearly.transfers.moved} == {-1}


def test_a_year_is_claimed_by_the_days_since_the_decision() -> None:
    """Everybody lives: cost of a year at its age × days ÷ 365 × months there ÷ all months."""
    found = track(Prospective(paid="yearly"), seed=3, by=priors(money__cost_by_age=[100] * 5, money__cost_growth=0))
    a, left = found.assessed, found.left
    owed = np.zeros((22, 22), np.int64)
    lives = found.funds._dies > found.plan.last
    for person, pool, months in zip(left.person.tolist(), left.pool.tolist(), left.months.tolist(), strict=True):
        if found.accepted[person]:
            assert lives[person] or found.funds._dies[person] > found.decided.day[person]
            until = min(int(found.funds._dies[person]), found.plan.last)
            cost = int(a.yearly[person]) * (until - int(found.decided.day[person])) // 365
            total = int(a.months_here[person] + a.months_elsewhere[person])
            owed[pool, int(a.after.place[person])] += (2 * cost * months + total) // (2 * total)
    paid = np.zeros_like(owed)
    for moved in found.transfers.moved:
        paid[moved.payer, moved.payee] += moved.amount
    assert (paid == np.maximum(owed - owed.T, 0)).all() and paid.sum() > 0


def test_few_officials_leave_more_open() -> None:
    """The same people apply; nobody is decided earlier, and each pool has a queue of its own."""
    free, busy = track(NoTransfer(), seed=3), track(NoTransfer(), seed=3, staff=1)
    assert (free.assessed.id == busy.assessed.id).all()
    waits = np.where(busy.decided.day == OPEN, busy.plan.last + 1, busy.decided.day)
    assert (waits >= np.where(free.decided.day == OPEN, busy.plan.last + 1, free.decided.day)).all()
    still = [int((one.decided.day == OPEN).sum()) for one in (free, busy)]
    assert still[0] < still[1]
    decided = busy.decided.day[(busy.assessed.pool == 0) & (busy.decided.day != OPEN)]
    assert len(np.unique(decided)) == len(decided), "one official decides one application at a time"


def test_a_retiree_costs_what_the_year_of_the_application_costs() -> None:
    """Chongqing 5,200.00 and others 5,500.00 in 2024, 5 percent more in 2025."""
    found = track(NoTransfer(), seed=3, last="2025-12-31", scale_bp=200)
    a, later = found.assessed, found.assessed.applied >= dates.day("2025-01-01")
    stated = np.where(a.after.place == 0, 520_000, 550_000)
    assert (a.yearly == np.where(later, stated * 105 // 100, stated)).all() and 0 < later.sum() < len(a)


def test_another_seed_is_the_same_world() -> None:
    one = ran()
    other = one.with_plan(seed=4).run()
    people = dict(zip(one.assessed.id.tolist(), one.assessed.born.tolist(), strict=True))
    again = dict(zip(other.assessed.id.tolist(), other.assessed.born.tolist(), strict=True))
    both = people.keys() & again.keys()
    assert both and both != people.keys()
    assert all(people[i] == again[i] for i in both)


def test_the_transfer_of_the_place_decides() -> None:
    """Chongqing claims nothing, all others what was saved."""
    line = timeline(NoTransfer(), Retrospective())
    found = track(line, seed=3)
    assert {moved.payee for moved in found.transfers.moved} and all(m.payee != 0 for m in found.transfers.moved)


def test_a_band_of_a_scenario(tmp_path: Path) -> None:
    """The word none, as the description says, and no warning that anything was never read."""
    text = "policies:\n  transfer:\n    - {use: reciprocal_band, with: {band: none}}\n"
    result = simulate_years(scenario(tmp_path, text, *SMALL, "recognition.hazard=20000"))
    band: Any = result.track.plan.timelines["transfer"].policies[0]
    assert isinstance(band, ReciprocalBand) and band.band is None
    assert result.warnings() == []
