"""Is a settlement that is taken back undone everywhere, to the fen, and its visit claimed by hand afterwards?

Runs in which every third direct settlement is to be taken back three days later, recounted from what they wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.draws import Draws
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.settled import Settled
from settlement_sim.engine.simulation import Outcome, Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.policies.views import STANDING
from settlement_sim.record.claims import ClaimsFile
from settlement_sim.record.columns import MONEY_NAMES
from settlement_sim.record.journal import JournalFile
from settlement_sim.record.tables import exact, tables
from settlement_sim.study.run import Prepared, run

WINDOW = ("world.scale=0.01", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-20")
SUMS = (*MONEY_NAMES, "fund_total", "person_total", "cleared")
AFTER, DELAY = 3, 10


def scenario(folder: Path, channel: str, name: str = "reversed") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(
        f"format: 1\nextends: {runs.BASELINE}\nmanual: {{delay_days: {DELAY}}}\npolicies:\n  channel: {channel}\n",
        "utf-8",
    )
    return path


@dataclass(frozen=True)
class Story:
    """What one run left, and the simulation itself."""

    prepared: Prepared
    simulation: Simulation
    outcome: Outcome
    claims: pd.DataFrame  # in the order of the file, plain text
    journal: pd.DataFrame
    claimed_later: dict[int, int]  # assistance that settlements left to be claimed by hand, by need

    def entries(self, kind: str) -> pd.DataFrame:
        return self.claims[self.claims.entry == kind]


def story(folder: Path, channel: str) -> Story:
    prepared = runs.prepared(*WINDOW, scenario=scenario(folder, channel))
    simulation = Simulation(prepared.world, prepared.book, prepared.plan)
    claims = ClaimsFile(folder / "claims.parquet", prepared.world, prepared.plan.first)
    later: dict[int, int] = {}

    def watch(event: str, today: int, settled: Settled, episodes: Episodes) -> None:
        if event == "settle":
            rows = np.flatnonzero(settled.advances.claimed_later)
            later.update(
                zip(settled.visits.id[rows].tolist(), settled.advances.claimed_later[rows].tolist(), strict=True)
            )

    simulation.observers += [claims, watch]
    journal = JournalFile(folder / "journal.parquet", prepared.world, simulation.outcome.ledger)
    simulation.outcome.ledger.listeners.append(journal)
    outcome = simulation.run()
    claims.close()
    journal.close()
    found = pd.read_parquet(folder / "claims.parquet")
    plain = {name: found[name].astype(str) for name in found.select_dtypes("category")}
    books = pd.read_parquet(folder / "journal.parquet")
    return Story(prepared, simulation, outcome, found.assign(**plain), books, later)


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Story:
    channel = f"[{{use: one_stop, with: {{reversed: 33, reversed_after: {AFTER}}}}}]"
    return story(tmp_path_factory.mktemp("third"), channel)


def days(moments: pd.Series) -> pd.Series:
    return moments.dt.normalize()


# the claims file ----------------------------------------------------------------------------------------


def test_the_run_was_worth_recounting(third: Story) -> None:
    assert len(third.entries("reverse")) > 1_000 and third.outcome.reversals_refused > 100
    for column in ("pooled_fund", "personal_account", "cash", "outside_scope", "medical_assistance"):
        assert (third.entries("reverse")[column] < 0).any(), column


def test_a_reversal_is_the_exact_negation_of_its_settlement(third: Story) -> None:
    both = third.entries("reverse").merge(third.entries("settle"), on="need", suffixes=("", "_settled"))
    assert len(both) == len(third.entries("reverse")), "a reversal of what was never settled"
    assert third.entries("reverse").need.is_unique, "taken back twice"
    for column in SUMS:
        assert (both[column] == -both[f"{column}_settled"]).all(), column
    told = ("person", "provider", "care_type", "path", "cut", "born", "admitted", "discharged", "insurance_year")
    for column in told:
        assert (both[column] == both[f"{column}_settled"]).all(), column
    assert (both.path == "direct").all()


def test_it_is_taken_back_after_the_stated_days(third: Story) -> None:
    both = third.entries("reverse").merge(third.entries("settle"), on="need", suffixes=("", "_settled"))
    assert (days(both.settled) - days(both.settled_settled) == pd.Timedelta(days=AFTER)).all()


def test_the_visit_is_then_claimed_by_hand(third: Story) -> None:
    """Paid by the desk so many days after the reversal; what was reversed too late for that is open."""
    reversed_, by_hand = third.entries("reverse"), third.entries("reimburse")
    both = by_hand.merge(reversed_, on="need", suffixes=("", "_reversed"))
    assert len(both) > 300 and (both.path == "manual").all()
    assert (days(both.settled) - days(both.settled_reversed) == pd.Timedelta(days=DELAY)).all()
    assert (both.total_fee == -both.total_fee_reversed).all(), "another bill"
    assert (both.personal_account == 0).all()
    last = pd.Timestamp("2024-02-20") - pd.Timedelta(days=DELAY)
    assert set(reversed_[days(reversed_.settled) <= last].need) == set(both.need)


def test_who_is_chosen_is_fixed_at_birth(third: Story) -> None:
    """33 % by the uniform "reversal": all reversals are among them, and none of the others."""
    settled = third.entries("settle")
    chosen = uniforms(Draws(third.prepared.plan.seed), "reversal", settled.need.to_numpy()) < 3_300
    reversed_ = settled.need.isin(third.entries("reverse").need)
    assert chosen[reversed_].all() and abs(chosen.mean() - 0.33) < 5 * (0.33 * 0.67 / len(settled)) ** 0.5
    due = days(settled.settled) + pd.Timedelta(days=AFTER) <= pd.Timestamp("2024-02-20")
    assert int((chosen & due).sum()) == reversed_.sum() + third.outcome.reversals_refused


def test_only_the_latest_settlement_is_taken_back(third: Story) -> None:
    """In the file, in which entries stand in their order: the last entry of the person that still stands."""
    piles: dict[int, list[tuple[str, int]]] = {}
    for row in third.claims[["person", "entry", "need"]].itertuples():
        pile = piles.setdefault(row.person, [])
        if row.entry == "reverse":
            assert pile and pile.pop() == ("settle", row.need), f"of person {row.person} a later claim still stands"
        else:
            pile.append((row.entry, row.need))


def test_january_may_be_taken_back_until_it_is_stated_on_21_february(third: Story) -> None:
    both = third.entries("reverse").merge(third.entries("settle"), on="need", suffixes=("", "_settled"))
    late = both[both.settled.dt.month != both.settled_settled.dt.month]
    assert len(late) > 10 and not third.outcome.funds.log.statements[0].day < dates.day("2024-02-21")


def test_nothing_is_taken_back_after_it_was_stated(tmp_path: Path) -> None:
    """Half-months are stated on the 20th and the 5th, after that day's reversals, which come a week after their
    settlements: of 14, 15, 30 and 31 January nothing can be taken back any more."""
    channel = "[{use: one_stop, with: {reversed: 100, reversed_after: 7}}]\n  clearing: [{use: half_monthly}]"
    found = story(tmp_path, channel)
    reversed_ = found.entries("reverse").merge(found.entries("settle"), on="need", suffixes=("", "_settled"))
    day = days(reversed_.settled_settled).dt.strftime("%m-%d")
    log = found.outcome.funds.log
    for until, last, too_late in (("01-15", "01-13", ("01-14", "01-15")), ("01-31", "01-29", ("01-30", "01-31"))):
        (statement,) = (s for s in log.statements if dates.iso(s.until) == f"2024-{until}")
        stated = {log.members.of_group(group) for group in np.flatnonzero(statement.amount.any(1))}
        of_stated = np.array([pair in stated for pair in zip(reversed_.pool, reversed_.scheme, strict=True)])
        assert len(stated) > 20 and (day == last).sum() > 10 and not (day.isin(too_late) & of_stated).any()


# tables, standing, account, ledger ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("totals", ["direction", "care_type"]), ("by_month", ["month", "direction", "care_type"]),
        ("by_pool", ["pool", "scheme", "care_type"]), ("by_scheme", ["direction", "scheme", "care_type"]),
        ("by_level", ["direction", "care_type", "level"]), ("by_hand", ["direction", "care_type"]),
    ],
)  # fmt: skip
def test_tables_count_both_and_hold_what_is_left(name: str, keys: list[str], third: Story) -> None:
    claims = third.claims[third.claims.path == ("manual" if name == "by_hand" else "direct")]
    claims = claims.assign(
        direction=np.where(claims.pool == "chongqing", "chongqing_to_sichuan", "sichuan_to_chongqing"),
        month=claims.settled.dt.strftime("%Y-%m"),
        settlements=(claims.entry != "reverse").astype(int),
        reversed=(claims.entry == "reverse").astype(int),
    )
    claims["net"] = claims.settlements - claims.reversed
    columns = ["settlements", "reversed", "net", *SUMS]
    table = tables(third.outcome)[name].query("care_type != 'all'").set_index(keys)[columns]
    expected = claims.groupby(keys)[columns].sum().reindex(table.index, fill_value=0)
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    assert (table.reversed.sum() > 0) == (name != "by_hand"), "a claim by hand is never taken back"


def test_flows_and_exact_totals_are_of_what_is_left(third: Story) -> None:
    direct = third.claims[third.claims.path == "direct"]
    net = len(direct) - 2 * (direct.entry == "reverse").sum()
    flows = tables(third.outcome)["flows"]
    assert flows[["settlements", "total_fee", "cleared"]].sum().tolist() == [
        net, direct.total_fee.sum(), direct.cleared.sum(),
    ]  # fmt: skip
    said = exact(third.outcome)
    counted = [cell for by_care in said["direct"].values() for cell in by_care.values()]
    assert sum(cell["reversed"] for cell in counted) == len(third.entries("reverse"))
    assert sum(cell["settlements"] for cell in counted) == len(third.entries("settle"))
    assert said["counts"]["reversals_refused"] == third.outcome.reversals_refused


def of_nobody_else(third: Story) -> set[int]:
    """Persons all of whose settlements were taken back and none of whose claims by hand has been paid."""
    claims = third.claims.assign(
        sign=third.claims.entry.map({"settle": 1, "reverse": -1, "reimburse": 0}),
        paid=third.claims.entry == "reimburse",
    )
    of_person = claims.groupby("person")[["sign", "paid"]].sum()
    return set(of_person[(of_person.sign == 0) & (of_person.paid == 0)].index)


def test_standing_and_account_are_as_if_nothing_had_been(third: Story) -> None:
    """Theirs are those of the same persons in a world where nobody travels."""
    persons = sorted(of_nobody_else(third))
    assert len(persons) > 20
    prepared = third.prepared
    calibration = prepared.world.calibration
    people = prepared.world.population
    rows = np.searchsorted(people.id, persons)
    home = Simulation(prepared.world, prepared.book, prepared.plan)
    home.nursery.of = lambda day: nobody(home, day)  # type: ignore[method-assign]
    home.run()
    assert calibration is prepared.world.calibration
    place = third.simulation.standing.place(rows, 2024)
    for column in STANDING:
        found = third.simulation.standing.view(place).read(column)
        assert (found == home.standing.view(place).read(column)).all(), column
    assert (third.simulation.adjudicator.account[rows] == home.adjudicator.account[rows]).all()
    assert home.outcome.recorder.cube["settlements"].sum() == 0


def nobody(simulation: Simulation, day: int) -> object:
    """No needs on a day."""
    from settlement_sim.demand.needs import Needs

    none = np.zeros(0, np.int64)
    needs = Needs(none, none.astype(np.int32), none.astype(np.int8), none.astype(np.int32))
    return needs, simulation.adjudicator.pricing.gross(needs)


def test_the_ledger_owes_what_stands(third: Story) -> None:
    balances = {name: int(column.sum()) for name, column in third.outcome.ledger.balances.items()}
    direct = third.claims[third.claims.path == "direct"]
    by_hand = third.entries("reimburse")
    found = tables(third.outcome)["obligations"].groupby(["payer_pool", "scheme", "care_pool"])
    pairs = found[["posted", "stated", "remitted"]].sum()
    assert pairs.posted.sum() == direct.cleared.sum() and (pairs.stated == pairs.remitted).all()
    # What was stated and then taken back is never asked for again: it is a credit, and hospitals pay it back.
    credit = pairs.stated - pairs.posted
    assert (credit >= 0).all() and credit.sum() == balances["prepayment"] == -balances["set_aside"]
    owed = ("hospital_receivable", "payable_to_hospitals", "province_account")
    assert [balances[name] for name in owed] == [0, 0, 0] and third.outcome.funds.receivable == 0
    for fund in ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance"):
        assert balances[fund] == -int(third.claims[fund].sum()), fund
    advanced = int(third.journal[third.journal.event == "advance"].hospital_cash.sum())
    assert balances["hospital_cash"] == direct.cash.sum() + direct.cleared.sum() + advanced
    assert balances["patients"] == -(direct.cash.sum() + advanced - by_hand.fund_total.sum())
    assert sum(balances.values()) == 0


def test_the_journal_has_an_event_for_it(third: Story) -> None:
    keys = ["pool", "scheme", "care_type", "provider"]
    rows = third.entries("reverse").assign(
        day=third.entries("reverse").settled.dt.strftime("%Y-%m-%d"), count=1
    )  # fmt: skip
    rows["day"] = days(third.entries("reverse").settled).dt.strftime("%Y-%m-%d")
    journal = third.journal[third.journal.event == "reverse"].groupby(["day", *keys])
    told = journal[["count", "hospital_receivable", "set_aside", "personal_accounts", "hospital_cash"]].sum()
    expected = rows.groupby(["day", *keys])[["count", "cleared", "personal_account", "cash"]].sum()
    assert (told["count"] == expected["count"]).all() and len(told) == len(expected)
    assert (told.hospital_receivable == expected.cleared).all() and (told.set_aside == expected.cleared).all()
    assert (told.personal_accounts == -expected.personal_account).all()
    assert (told.hospital_cash == expected.cash).all()


# re-adjudication ----------------------------------------------------------------------------------------


def test_what_is_taken_back_is_paid_as_if_it_had_come_by_hand(tmp_path: Path) -> None:
    """Everything is taken back on the next day. Of persons with one visit, the claim by hand is that of a run in which
    everything is claimed by hand, one day slower."""
    claims = {}
    for name, channel, delay in (
        ("reversed", "[{use: one_stop, with: {reversed: 100, reversed_after: 1}}]", DELAY),
        ("by_hand", "[{use: manual}]", DELAY + 1),
    ):
        path = scenario(tmp_path, channel, name)
        prepared = runs.prepared(*WINDOW, f"manual.delay_days={delay}", scenario=path)
        (tmp_path / f"{name}_run").mkdir()
        _, found = runs.run_claims(prepared, tmp_path / f"{name}_run")
        claims[name] = runs.by_need(found[found.entry == "reimburse"])
        if name == "reversed":
            once = found.groupby("person").need.nunique()
            mine = set(found[found.entry == "reverse"].person) & set(once[once == 1].index)
    # Who has one claim in both runs; purchases with an empty account are none at the counter and one at the desk.
    for frame in claims.values():
        once = frame.groupby("person").need.count()
        mine &= set(once[once == 1].index)
    left = [frame[frame.person.isin(mine)].reset_index(drop=True) for frame in claims.values()]
    assert len(left[0]) > 500
    pd.testing.assert_frame_equal(*left)


# other channels -----------------------------------------------------------------------------------------


def test_what_was_never_paid_is_no_bad_debt_of_what_was_taken_back(tmp_path: Path) -> None:
    """Everybody is treated first, half of them never pay; a third is taken back."""
    channel = (
        "[{use: treat_first_pay_later, with: {eligible: everybody, defaults: 50, reversed: 33, reversed_after: 3}}]"
    )
    found = story(tmp_path, channel)
    stands = found.entries("settle")
    stands = stands[~stands.need.isin(found.entries("reverse").need) & (stands.care_type == "inpatient")]
    unpaid = uniforms(Draws(found.prepared.plan.seed), "default", stands.need.to_numpy()) < 5_000
    lost = int(stands.cash[unpaid].sum())
    assert found.outcome.ledger.balances["bad_debt"].sum() == lost > 0
    advanced = tables(found.outcome)["advanced"].query("kind == 'unpaid'")
    assert advanced.advanced.sum() == lost
    assert advanced.cases.sum() == int((stands.cash[unpaid] > 0).sum()), "a case that was taken back is no case"


def test_assistance_claimed_later_keeps_its_settlement(tmp_path: Path) -> None:
    """It would be paid twice: whoever has claimed assistance by hand is not sent through it again."""
    found = story(tmp_path, "[{use: direct, with: {reversed: 100, reversed_after: 1}}]")
    assert len(found.entries("reverse")) > 1_000 and len(found.claimed_later) > 50
    assert not set(found.entries("reverse").need) & set(found.claimed_later), "claimed twice"
    reached = found.entries("settle").set_index("need").settled.dt.normalize()
    due = [
        need for need in found.claimed_later if reached[need] <= pd.Timestamp("2024-02-20") - pd.Timedelta(days=DELAY)
    ]
    paid = -int(found.journal[found.journal.event == "assist"].medical_assistance.sum())
    assert paid == sum(found.claimed_later[need] for need in due) > 0
    by_hand = int(found.entries("reimburse").medical_assistance.sum())
    assert -int(found.outcome.ledger.balances["medical_assistance"].sum()) == paid + by_hand


# on top of one another ----------------------------------------------------------------------------------


def test_a_later_reversal_opens_the_earlier_one(tmp_path: Path) -> None:
    """Until 9 January settlements are taken back after ten days, from the 10th on after one.

    Who settles on the 5th and on the 10th: the second is taken back on the 11th, and so the first may be on the 15th.
    """
    channel = """
    - {use: one_stop, with: {reversed: 100, reversed_after: 10}, until: 2024-01-09}
    - {use: one_stop, with: {reversed: 100, reversed_after: 1}, from: 2024-01-10}"""
    found = story(tmp_path, channel)
    settled, reversed_ = found.entries("settle"), found.entries("reverse")
    turn = pd.Timestamp("2024-01-10")
    early = settled[settled.settled < turn]
    of_both = settled[(settled.settled >= turn)].person
    opened = reversed_[reversed_.need.isin(early.need) & reversed_.person.isin(of_both)]
    opened = opened.merge(early[["need", "settled"]], on="need", suffixes=("", "_first"))
    between = opened.merge(settled[settled.settled >= turn][["person", "need", "settled"]], on="person",
                           suffixes=("", "_second"))  # fmt: skip
    between = between[days(between.settled_second) < days(between.settled)]
    assert len(between) > 10, "nobody settled in between"
    assert between.need_second.isin(reversed_.need).all(), "the first was taken back while the second stood"


def test_without_reversals_nothing_is_kept_for_them(tmp_path: Path) -> None:
    """The baseline needs no increments of each settlement."""
    simulation = Simulation(*(getattr(runs.prepared(*runs.TINY), part) for part in ("world", "book", "plan")))
    assert not simulation.adjudicator.keep_adds
    simulation.run()
    assert simulation.reversals.refused == 0


def test_a_reversal_may_come_from_before_the_window(tmp_path: Path) -> None:
    """The tables are of the window's books alone: on its first days more may be taken back than was settled."""
    path = scenario(tmp_path, "[{use: one_stop, with: {reversed: 100, reversed_after: 2}}]")
    settings = (*WINDOW[:1], "warm_up=2024-01-05", "window.from=2024-01-10", "window.until=2024-01-11")
    outcome = run(runs.prepared(*settings, scenario=path)).outcome
    totals = tables(outcome)["totals"]
    assert totals.reversed.sum() > 0
    for name, column in outcome.recorder.clustered().items():
        kept = totals.query("care_type == 'all'")["net" if name == "settlements" else name]
        assert int(column.sum()) == int(kept.sum()), name
    assert np.isfinite(totals.settlements_se).all()
    assert dates.iso(outcome.recorder.first) == "2024-01-10"
