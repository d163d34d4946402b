"""Do the scenarios of the policy questions load, change what they ask about from their day on, and nothing before?"""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import runs
from click.testing import CliRunner

from settlement_sim import yamlio
from settlement_sim.cli import main
from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError
from settlement_sim.record.measures import MEASURE
from settlement_sim.record.tables import tables
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.load import load, packaged_scenarios, scenario_folder
from settlement_sim.study.library import reference_of
from settlement_sim.study.notices import refuse_silent_reform, warnings
from settlement_sim.study.run import Finished, calibration_path, run
from settlement_sim.vocabulary import ITEMS, POOLS

ROOT = Path(__file__).parents[2]
TO_SICHUAN, TO_CHONGQING = "chongqing_to_sichuan", "sichuan_to_chongqing"
NEW_YEAR, JULY = "2024-01-01", "2024-07-01"
#: What none of these may touch unless it says so: who comes, and what the bills are.
COMING = ("settlements", "total_fee")


@dataclass(frozen=True)
class Question:
    """What a scenario is compared with, and the day on which it departs from that (None: from the first day)."""

    reference: str = runs.BASELINE
    since: str | None = NEW_YEAR
    id: str = ""
    warnings: tuple[str, ...] = ()
    kind: str = "counterfactual"
    #: Part of the scenario file that says otherwise.
    departs: str = ""


QUESTIONS = {
    "q1_filing_reinstated": Question(since=JULY, id="Q1"),
    "q1_filing_in_20_prefectures": Question(id="Q1"),
    "q2_reference": Question(since=None, id="Q2"),
    "q2_cut_and_response": Question("q2_reference", id="Q2"),
    "q6_ten_diseases": Question(id="Q6"),
    "q7_no_pharmacy": Question(id="Q7"),
    "q7_basket_cap": Question(id="Q7"),
    "q8_assistance_later": Question(id="Q8"),
    "q8_treat_first_pay_later": Question(id="Q8"),
    "q12_mutual_catalogue": Question(
        id="Q12",
        warnings=(
            "policy mutual of slot catalogue, entry 2, changed nothing: every decision was what it would have been"
            " without it",
        ),
    ),
    "q12_gap_reference": Question(since=None, id="Q12"),
    "q12_with_a_gap": Question("q12_gap_reference", id="Q12"),
    "border_local": Question("q1_filing_reinstated", since=JULY, id="border_local"),
    "network_target_2020": Question(id="network_2020"),
}
#: Scenarios of the money between the funds: visits and bills are those of the reference, to the fen.
MONEY = {
    "q3_prepayment": Question(id="Q3", kind="extrapolation", departs="warm_up"),
    "q3_one_month": Question("q3_prepayment", id="Q3", departs="policies"),
    "q4_half_monthly": Question(id="Q4", departs="policies"),
    "q4_daily_net": Question(id="Q4", departs="policies"),
    "q4_real_time_gross": Question(id="Q4", departs="policies"),
    "q5_bilateral_net": Question(id="Q5", departs="policies"),
    "q18_late_payer": Question(id="Q18", departs="disturbances"),
    "q18_side_stops": Question(id="Q18", departs="disturbances"),
}
#: What came before the window is another.
READINGS = {"q20_growth_r2": Question(id="Q20", kind="extrapolation", departs="readings")}
ALL = QUESTIONS | MONEY | READINGS
#: Contribution years, held by test_years_scenarios.
YEARS = {name for name in packaged_scenarios() if name.startswith(("q9_", "q10_"))}
DATED = [name for name, question in QUESTIONS.items() if question.since]


def days(since: str, first: int, last: int) -> tuple[str, ...]:
    """Settings of a small world from two weeks before a day; the window is given in days from it."""
    warm_up, begins, ends = (dt.date.fromisoformat(since) + dt.timedelta(days=n) for n in (-14, first, last))
    return "world.scale=0.002", f"warm_up={warm_up}", f"window.from={begins}", f"window.until={ends}"


@cache
def finished(name: str, since: str, *settings: str) -> Finished:
    """Six weeks from a day on: long enough for claims by hand, which reach the desk after 30 days."""
    return run(runs.prepared(*days(since, 0, 41), *settings, scenario=name))


@cache
def frames(name: str, since: str, *settings: str) -> Mapping[str, pd.DataFrame]:
    """Its tables. Nobody may write into them."""
    return tables(finished(name, since, *settings).outcome)


@dataclass(frozen=True)
class Pair:
    """A scenario beside what it is compared with."""

    name: str
    settings: tuple[str, ...] = ()

    def both(self, table: str, column: str, query: str = "") -> tuple[int, int]:
        """A column of a table summed over the rows of a query: reference, scenario."""
        question = QUESTIONS[self.name]
        since = question.since or NEW_YEAR
        one, other = (
            frames(name, since, *settings)[table]
            for name, settings in ((question.reference, ()), (self.name, self.settings))
        )
        picked = [frame.query(query) if query else frame for frame in (one, other)]
        before, after = (int(frame[column].sum()) for frame in picked)
        return before, after

    def falls(self, table: str, column: str, query: str = "") -> bool:
        before, after = self.both(table, column, query)
        return after < before

    def rises(self, table: str, column: str, query: str = "") -> bool:
        before, after = self.both(table, column, query)
        return after > before

    def stays(self, table: str, columns: tuple[str, ...], query: str = "") -> bool:
        """Equal, and there is something to be equal."""
        found = [self.both(table, column, query) for column in columns]
        return all(before == after > 0 for before, after in found)


# the files ----------------------------------------------------------------------------------------------


def test_every_scenario_of_a_question_is_held_here() -> None:
    others = ("baseline_", "full_year_", "backcast_", "q19_")
    assert {name for name in packaged_scenarios() if not name.startswith(others)} == set(ALL) | YEARS


@pytest.mark.parametrize("name", ALL)
def test_a_scenario_is_short_and_says_what_it_asks(name: str) -> None:
    lines = (scenario_folder() / f"{name}.yaml").read_text("utf-8").splitlines()
    assert lines[1].startswith("# ") and len(lines) <= 25
    question, loaded = ALL[name], load(name)
    scenario = loaded.scenario
    assert (scenario.kind, scenario.question.id) == (question.kind, question.id)
    assert re.search(r"[一-鿿]", scenario.question.zh) and scenario.question.en
    assert loaded.parent and loaded.parent.name in (question.reference, runs.BASELINE)


@pytest.mark.parametrize("name", ALL)
def test_a_counterfactual_departs_from_its_reference_and_is_never_fitted(name: str) -> None:
    mine, reference = load(name), load(ALL[name].reference)
    assert calibration_path(mine) == calibration_path(reference)
    said, before = (one.scenario.model_dump(mode="json", exclude={"question", "kind"}) for one in (mine, reference))
    changed = {key for key in said if said[key] != before[key]}
    departs = ALL[name].departs
    assert changed == {departs} if departs else changed <= {"policies", "demand", "rules"}
    if "policies" in changed and name in MONEY:
        assert {slot for slot in said["policies"] if said["policies"][slot] != before["policies"][slot]} == {"clearing"}


@pytest.mark.parametrize("name", ALL)
def test_a_scenario_is_valid_on_the_command_line(name: str) -> None:
    said = CliRunner().invoke(main, ["validate", f"scenarios/{name}.yaml", "--rules"])
    assert said.exit_code == 0, said.output
    assert "warning" not in said.output


def test_overlays_are_not_scenarios_and_each_is_used() -> None:
    folder = scenario_folder() / "rules"
    files = {path.resolve() for path in folder.glob("*.yaml")}
    used = {
        loaded.beside(overlay, "rules", "overlays", number)
        for loaded in map(load, [*QUESTIONS, *sorted(YEARS)])
        for number, overlay in enumerate(loaded.scenario.rules.overlays)
    }
    assert used == files
    assert not {path.stem for path in files} & set(packaged_scenarios())


# what they are compared with, and read by ---------------------------------------------------------------

#: Questions about one run.
SINGLE = {"backcast_2023q1q3_r1", "backcast_2023q1q3_r2", "q19_distribution"}
ASKED = [name for name in packaged_scenarios() if load(name).scenario.question.id.startswith("Q")]


@pytest.mark.parametrize("name", sorted(set(ALL) - {"q2_reference", "q12_gap_reference", "q3_prepayment"}))
def test_a_scenario_names_its_reference(name: str) -> None:
    assert reference_of(load(name)).name == ALL[name].reference


@pytest.mark.parametrize("name", sorted(YEARS - {"q9_recognition"}))
def test_contribution_years_are_compared_with_the_recognition_as_it_is(name: str) -> None:
    assert reference_of(load(name)).name == "q9_recognition"


@pytest.mark.parametrize("name", ASKED)
def test_a_question_has_a_reference_or_is_one_or_asks_about_one_run(name: str) -> None:
    names_one = bool(load(name).scenario.question.against)
    is_one = any(load(other).scenario.question.against == name for other in ASKED)
    assert [names_one, is_one, name in SINGLE].count(True) == 1


@pytest.mark.parametrize("name", ASKED)
def test_a_question_says_what_answers_it_and_its_tables_have_it(name: str) -> None:
    scenario = load(name).scenario
    asked = scenario.question.read
    assert asked and len(set(asked)) == len(asked)
    of_years = {one for one in asked if MEASURE[one].table in ("recognition_totals", "fund_transfers")}
    assert of_years == (set(asked) if scenario.visits == "off" else set()), "the run has tables for them"


# the runs -----------------------------------------------------------------------------------------------


@cache
def before(name: str, since: str) -> Mapping[str, pd.DataFrame]:
    """Tables of the two weeks before a day. Nobody may write into them."""
    return tables(run(runs.prepared(*days(since, -14, -1), scenario=name)).outcome)


@pytest.mark.parametrize("name", DATED)
def test_nothing_changes_before_its_day(name: str) -> None:
    """Every table of the two weeks before, decisions and their reasons too, is that of the reference."""
    question = QUESTIONS[name]
    assert question.since
    mine, reference = (before(one, question.since) for one in (name, question.reference))
    assert mine["totals"].settlements.sum() > 100
    for table in mine:
        one, other = (counted(frame) if table == "decisions" else frame for frame in (mine[table], reference[table]))
        pd.testing.assert_frame_equal(one, other)


def counted(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions by slot, policy and reason, whichever entry asked."""
    return decisions.groupby(["slot", "policy", "reason"])[["rows"]].sum().query("rows > 0")


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_changes_something_and_warns_of_nothing_unexpected(name: str) -> None:
    question = QUESTIONS[name]
    since = question.since or NEW_YEAR
    mine, reference = frames(name, since), frames(question.reference, since)
    changed = [table for table in mine if table != "decisions" and not mine[table].equals(reference[table])]
    assert tuple(warnings(finished(name, since))) == question.warnings
    assert bool(changed) != bool(question.warnings), "what changes nothing says so"


# Q1: filing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", [TO_SICHUAN, TO_CHONGQING])
def test_filing_takes_points_off_stays_and_sends_nobody_away(direction: str) -> None:
    """Who has none files until discharge, so all still settle directly; the points are the patients' to pay."""
    pair, stays = Pair("q1_filing_reinstated"), f"direction == '{direction}' and care_type == 'inpatient'"
    assert pair.stays("totals", (*COMING, "in_scope", "deductible_paid"), stays)
    assert pair.falls("totals", "pooled_fund", stays) and pair.rises("totals", "cash", stays)
    assert pair.stays("totals", (*COMING, "pooled_fund"), f"direction == '{direction}' and care_type == 'outpatient'")


def test_the_deeper_the_cut_the_more_patients_pay() -> None:
    """Points 0, 5, 10 and the national ceilings 10/20; without points there is nothing to pay."""
    cash = []
    for referral, other in ((0, 0), (5, 5), (10, 10), (10, 20)):
        points = (f"cut_referral={referral}", f"cut_other={other}")
        pair = Pair("q1_filing_reinstated", tuple(f"policies.access.1.with.{point}" for point in points))
        before, after = pair.both("totals", "person_total", "care_type == 'inpatient'")
        cash.append(after - before)
    assert cash[0] == 0 < cash[1] < cash[2] < cash[3]


@pytest.mark.parametrize("setting", ["late_filing=not_allowed", "late_filers=50"])
def test_who_may_not_or_does_not_file_late_claims_by_hand(setting: str) -> None:
    setting = f"policies.access.1.with.{setting}"
    pair, stays = Pair("q1_filing_reinstated", (setting,)), "care_type == 'inpatient'"
    assert pair.falls("totals", "settlements", stays) and pair.rises("by_hand", "settlements", stays)
    assert pair.stays("totals", ("settlements",), "care_type == 'chronic'"), "only stays need a filing"
    assert warnings(finished("q1_filing_reinstated", JULY, setting)) == []


def test_filing_in_20_prefectures_concerns_their_insured_alone() -> None:
    pair, free = Pair("q1_filing_in_20_prefectures"), "pool in ('chongqing', 'chengdu')"
    assert pair.stays("by_pool", (*COMING, "fund_total", "cash"), free)
    theirs = f"pool not in ('chongqing', 'chengdu') and pool in {POOLS} and care_type == 'inpatient'"
    assert pair.stays("by_pool", COMING, theirs)
    assert pair.falls("by_pool", "pooled_fund", theirs) and pair.rises("by_pool", "person_total", theirs)


# Q2: a cut, and people who respond ----------------------------------------------------------------------


def test_the_reference_responds_as_declared_and_loses_stays_by_hand_alone() -> None:
    """Terms of direct settlement are those of today, and only stays settle by hand."""
    declared = Response.declared(Priors.load())
    assert declared.manual_deterrence > 0 and declared.direct_gain == 0, "else demand.potential had to bear the gain"
    pair, away = Pair("q2_reference"), "reason == 'turned_away'"
    assert pair.rises("care_at_home", "needs", f"{away} and care_type == 'inpatient'")
    assert pair.both("care_at_home", "needs", f"{away} and care_type != 'inpatient'") == (0, 0)
    before, after = pair.both("totals", "settlements", "care_type == 'inpatient'")
    assert after >= before, "nobody who settles directly stays away; who did not go may be free for another stay"


def test_a_cut_keeps_stays_at_home_and_shifts_cost_of_the_others() -> None:
    pair, stays = Pair("q2_cut_and_response"), "care_type == 'inpatient'"
    assert pair.rises("care_at_home", "needs", stays) and pair.falls("totals", "settlements", stays)
    assert pair.both("care_at_home", "needs", f"reason == 'turned_away' and not {stays}") == (0, 0)
    (before, after), (fewer, left) = (pair.both("totals", column, stays) for column in ("settlements", "person_total"))
    assert left * before > fewer * after, "each of those who still go pays more"


def test_no_need_that_a_cut_keeps_at_home_goes_under_a_deeper_one() -> None:
    """The response falls with the points, each need by its own uniform; 5/5, 10/10, 10/20."""
    kept = []
    for referral, other in ((5, 5), (10, 10), (10, 20)):
        points = (f"policies.access.1.with.cut_referral={referral}", f"policies.access.1.with.cut_other={other}")
        kept.append(Pair("q2_cut_and_response", points).both("care_at_home", "needs", "reason == 'turned_away'")[1])
    assert kept == sorted(set(kept))


# Q6: ten diseases ---------------------------------------------------------------------------------------


def test_five_more_diseases_settle_and_take_nobody_elses_place() -> None:
    pair = Pair("q6_ten_diseases")
    before, after = pair.both("care_at_home", "needs", "reason == 'not_listed'")
    assert before > after == 0
    assert pair.rises("totals", "settlements", "care_type == 'chronic'")
    assert pair.rises("totals", "pooled_fund", "care_type == 'chronic'")
    assert pair.stays("totals", COMING, "care_type == 'inpatient'")
    assert pair.stays("totals", ("settlements",), "care_type == 'outpatient'")


def test_the_list_is_the_packaged_one_but_for_its_day() -> None:
    overlay = RuleBook.load([scenario_folder() / "rules/ten_diseases.yaml"])
    listed = {
        day: [flag(book, day) for book in (RuleBook.load(), overlay)]
        for day in ("2022-10-01", "2023-12-31", "2024-01-01", "2024-11-30", "2024-12-01")
    }
    assert listed == {
        "2022-10-01": [0, 0], "2023-12-31": [0, 0], "2024-01-01": [0, 1], "2024-11-30": [0, 1], "2024-12-01": [1, 1],
    }  # fmt: skip


def flag(book: RuleBook, day: str) -> int:
    """Whether the five later diseases are listed on a day."""
    where = {"pool": "chengdu", "scheme": "employee", "date": dt.date.fromisoformat(day)}
    assert book.cell("chronic.listed", **where, disease_group="first_five").value == 1
    return book.cell("chronic.listed", **where, disease_group="later_five").value


# Q7: pharmacies -----------------------------------------------------------------------------------------


def test_without_pharmacies_their_purchases_are_cash_and_accounts_keep_their_money() -> None:
    pair, pharmacy = Pair("q7_no_pharmacy"), "care_type == 'pharmacy'"
    assert pair.both("totals", "settlements", f"{pharmacy} and direction == '{TO_SICHUAN}'")[1] == 0
    assert pair.both("totals", "settlements", pharmacy)[1] == 0
    elsewhere = "care_type not in ('pharmacy', 'all')"
    assert pair.stays("totals", (*COMING, "fund_total"), elsewhere)
    assert pair.rises("totals", "personal_account", elsewhere), "what pharmacies no longer take"
    assert pair.rises("by_hand", "cash", pharmacy)
    for column in ("fund_total", "personal_account"):
        assert pair.both("by_hand", column, pharmacy) == (0, 0), "no fund pays at pharmacies, no account by hand"


def test_no_account_pays_more_than_the_cap() -> None:
    pair, pharmacy = Pair("q7_basket_cap"), "care_type == 'pharmacy'"
    (_, purchases), (_, paid) = (pair.both("totals", name, pharmacy) for name in ("settlements", "personal_account"))
    assert 0 < paid < 100_00 * purchases
    assert pair.falls("totals", "personal_account", pharmacy) and pair.rises("totals", "cash", pharmacy)
    elsewhere = "care_type not in ('pharmacy', 'all')"
    assert pair.stays("totals", (*COMING, "fund_total"), elsewhere)
    assert pair.rises("totals", "personal_account", elsewhere), "what the cap leaves in them"


# Q8: assistance and deposits ----------------------------------------------------------------------------


def test_assistance_claimed_later_is_advanced_by_the_person() -> None:
    """No settlement shows it, the person pays as much more, and gets it back after the desk's 30 days."""
    pair = Pair("q8_assistance_later")
    assert pair.stays("totals", (*COMING, "pooled_fund", "catastrophic_fund"), "care_type != 'all'")
    before, after = pair.both("totals", "medical_assistance", "care_type != 'all'")
    paid, pays = pair.both("totals", "person_total", "care_type != 'all'")
    assert before > 0 and after == 0
    assert pays - paid == before, "to the fen"
    advanced, days = (pair.both("advanced", name, "kind == 'assistance'")[1] for name in ("advanced", "fen_days"))
    assert 0 < advanced < before and days == 30 * advanced


def test_treat_first_frees_the_assisted_of_deposits_and_leaves_bad_debts() -> None:
    pair = Pair("q8_treat_first_pay_later", ("policies.channel.1.with.defaults=15",))
    assert pair.stays("totals", (*COMING, "fund_total", "cash"), "care_type != 'all'")
    assert pair.falls("advanced", "advanced", "kind == 'deposit'")
    before, after = pair.both("advanced", "advanced", "kind == 'unpaid'")
    assert before == 0 < after


# Q12: catalogues ----------------------------------------------------------------------------------------


def test_equal_catalogues_have_nothing_to_recognise_and_strict_says_so() -> None:
    mutual = finished("q12_mutual_catalogue", NEW_YEAR)
    with pytest.raises(InputError, match="mutual of slot catalogue, entry 2, changed nothing"):
        refuse_silent_reform(mutual.prepared.loaded, warnings(mutual))


def test_the_union_covers_more_where_the_care_place_covers_less() -> None:
    """Sichuan's lists are the narrower: Chongqing's insured gain there, Sichuan's have nothing to gain here."""
    pair = Pair("q12_with_a_gap")
    assert pair.stays("totals", COMING, f"direction == '{TO_SICHUAN}' and care_type == 'inpatient'")
    for care in ("inpatient", "outpatient", "chronic"):
        there = f"direction == '{TO_SICHUAN}' and care_type == '{care}'"
        assert pair.rises("totals", "in_scope", there) and pair.falls("totals", "person_total", there), care
    here = f"direction == '{TO_CHONGQING}' and care_type != 'all'"
    assert pair.stays("totals", (*COMING, "in_scope", "outside_scope"), here)
    by_hand = f"direction == '{TO_CHONGQING}' and care_type == 'inpatient'"
    assert pair.rises("by_hand", "in_scope", by_hand), "by hand the insured place's narrower lists counted"


def test_the_gap_alone_narrows_what_is_in_scope_in_sichuan() -> None:
    pair = Pair("q12_gap_reference")
    for care in ("inpatient", "outpatient", "chronic"):
        assert pair.falls("totals", "in_scope", f"direction == '{TO_SICHUAN}' and care_type == '{care}'")
    assert pair.stays("totals", (*COMING, "in_scope"), f"direction == '{TO_CHONGQING}' and care_type != 'all'")


def test_the_gap_is_an_assumption_halfway_to_the_packaged_end() -> None:
    """So it says; its low end is no gap at all."""
    packaged, own = RuleBook.load(), RuleBook.load([scenario_folder() / "rules/catalogue_gap.yaml"])
    wider = 0
    for leaf in ("catalogue.outside", "catalogue.advance"):
        for item in ITEMS:
            where = {"pool": "chengdu", "scheme": "employee", "date": dt.date(2024, 1, 1), "item": item}
            was, now = packaged.cell(leaf, **where), own.cell(leaf, **where)
            assert now.grade == "assumption" and "made-up" in now.note
            if now.value != was.value:
                assert was.high is not None and 2 * now.value == was.value + was.high
                assert (now.low, now.high) == (was.value, was.high)
                wider += 1
    assert wider == 7


# the border, the network --------------------------------------------------------------------------------


def test_the_border_is_spared_the_cut() -> None:
    pair, stays = Pair("border_local"), "care_type == 'inpatient'"
    assert pair.stays("totals", COMING, stays), "its share by hand is that of others"
    assert pair.rises("totals", "pooled_fund", stays) and pair.falls("totals", "person_total", stays)
    assert pair.both("decisions", "rows", "reason == 'local'")[1] > 0


def test_a_network_of_the_target_leaves_out_the_lowest_levels() -> None:
    pair, visits = Pair("network_target_2020"), "care_type in ('outpatient', 'chronic')"
    assert pair.both("by_level", "settlements", f"{visits} and level in ('community', '1')")[1] == 0
    assert pair.rises("by_hand", "settlements", visits)
    assert pair.stays("by_level", COMING, f"{visits} and level in ('2', '3')")
    assert pair.falls("by_level", "settlements", "care_type == 'inpatient' and level in ('community', '1')")


# Q3, Q4, Q5, Q18: the money between the funds -----------------------------------------------------------

#: November is the run-in, the prepayment opens on December's volume; the last statement is April's.
SPAN = ("world.scale=0.001", "warm_up=2023-11-01", "window.from=2024-01-01", "window.until=2024-04-30")
BETWEEN = {
    "obligations", "remittances", "collections", "prepayment", "usage", "liquidity", "days_to_cash", "receivables",
    "waiting",
}  # fmt: skip
DISTURBED = [name for name, question in MONEY.items() if question.departs == "disturbances"]


@cache
def cleared(name: str) -> Finished:
    """Four months of clearing."""
    return run(runs.with_plan(runs.prepared(*SPAN), *SPAN, scenario=name))


@cache
def money(name: str) -> Mapping[str, pd.DataFrame]:
    """Its tables. Nobody may write into them."""
    return tables(cleared(name).outcome)


def cell(name: str, table: str, column: str, **where: str) -> int | float:
    """The one cell of a table whose keys are these."""
    frame = money(name)[table]
    for key, value in where.items():
        frame = frame[frame[key] == value]
    (value,) = frame[column]
    return value


@pytest.mark.parametrize("name", MONEY)
def test_visits_and_bills_are_those_of_the_reference(name: str) -> None:
    """Every table but those between the funds, and what they rest on: what was posted, and that all of it was paid."""
    mine, reference = money(name), money(MONEY[name].reference)
    assert set(mine) == set(reference) >= BETWEEN
    for table in set(mine) - BETWEEN:
        one, other = (frame[frame.slot != "clearing"] if table == "decisions" else frame
                      for frame in (mine[table], reference[table]))  # fmt: skip
        pd.testing.assert_frame_equal(one, other, obj=f"{name}, {table}")
    assert mine["statements"].cleared.sum() > 10_000_000
    posted = [frame["obligations"].set_index(["month", "payer_pool", "scheme", "care_pool"]).posted
              for frame in (mine, reference)]  # fmt: skip
    pd.testing.assert_series_equal(*(series[series != 0] for series in posted))
    paid = [frame["days_to_cash"].query("level == 'all'").groupby("insured_province").amount.sum()
            for frame in (mine, reference)]  # fmt: skip
    pd.testing.assert_series_equal(*paid)
    assert cleared(name).outcome.funds.receivable == 0


@pytest.mark.parametrize("name", [name for name in MONEY if name != "q3_prepayment"])
def test_the_money_between_the_funds_differs_and_nothing_is_idle(name: str) -> None:
    mine, reference = money(name), money(MONEY[name].reference)
    assert {table for table in BETWEEN if not mine[table].equals(reference[table])}
    assert warnings(cleared(name)) == []
    refuse_silent_reform(cleared(name).prepared.loaded, warnings(cleared(name)))


def test_the_long_warm_up_is_all_that_q3_changes() -> None:
    """Given the same warm-up it is the baseline; its own covers the last quarter of 2022 and all of 2023."""
    assert all(money("q3_prepayment")[table].equals(money(runs.BASELINE)[table]) for table in BETWEEN)
    assert load("q3_prepayment").scenario.warm_up == dt.date(2022, 10, 1)


def test_one_month_is_half_of_two() -> None:
    """Half up in each of 44 pools and schemes, so at most a fen of each apart."""
    for insured, care in (("chongqing", "sichuan"), ("sichuan", "chongqing")):
        pair = {"month": "2024-01", "insured_province": insured, "care_province": care}
        two, one = (cell(name, "prepayment", "in_force", **pair) for name in ("q3_prepayment", "q3_one_month"))
        assert 0 < abs(two - 2 * one) + 1 <= 45
        less, more = (cell(name, "prepayment", "mean_balance", **pair) for name in ("q3_one_month", "q3_prepayment"))
        assert less < more


def test_who_is_prepaid_one_month_makes_hospitals_wait() -> None:
    """January is due on 27 February, when December's money has come and January's has not."""
    assert money("q3_prepayment")["waiting"].empty and len(money("q3_one_month")["waiting"])
    for insured in ("chongqing", "sichuan"):
        main = {"insured_province": insured, "level": "all", "kind": "main"}
        longer, shorter = (cell(n, "days_to_cash", "mean_days", **main) for n in ("q3_one_month", "q3_prepayment"))
        assert longer >= shorter
        kept = main | {"kind": "retained"}
        assert cell("q3_one_month", "days_to_cash", "p50", **kept) == cell(
            "q3_prepayment", "days_to_cash", "p50", **kept
        )


FASTER = (runs.BASELINE, "q4_half_monthly", "q4_daily_net", "q4_real_time_gross")


@pytest.mark.parametrize("insured", ["chongqing", "sichuan"])
def test_the_faster_the_funds_clear_the_sooner_hospitals_have_cash(insured: str) -> None:
    main = {"insured_province": insured, "level": "all", "kind": "main"}
    for column in ("mean_days", "p50", "p90", "longest"):
        days = [cell(name, "days_to_cash", column, **main) for name in FASTER]
        assert days == sorted(days, reverse=True) and days[0] > days[-1] == 0, column
    # Half a month ends on the 31st or 15th: +5 days, +3 working days; never more than the 16 + 14 of a holiday.
    assert cell("q4_half_monthly", "days_to_cash", "longest", **main) <= 30
    # The day after, and a working day more: at most the eight days of Spring Festival and Qingming, and those two.
    assert cell("q4_daily_net", "days_to_cash", "longest", **main) <= 10
    later = [cell(name, "days_to_cash", "longest", **(main | {"kind": "retained"})) for name in FASTER]
    assert set(later) == {later[0]}, "what is kept back waits for the annual closing all the same"


@pytest.mark.parametrize(("insured", "care"), [("chongqing", "sichuan"), ("sichuan", "chongqing")])
def test_the_faster_the_funds_clear_the_less_lies_idle(insured: str, care: str) -> None:
    """In January, before a month of clearing against one month prepaid raises an alert."""
    pair = {"month": "2024-01", "insured_province": insured, "care_province": care}
    monthly, half, daily, real = (cell(name, "prepayment", "in_force", **pair) for name in FASTER)
    assert abs(monthly - 2 * half) <= 44 and daily == real == 0, "two months, one month, none"
    for column in ("mean_balance", "lowest_balance"):
        monthly, half, daily, real = (cell(name, "prepayment", column, **pair) for name in FASTER)
        assert monthly > half > max(daily, real) > 0, "what is kept back of hospitals lies there all the same"


def test_without_a_prepayment_nothing_but_clearing_moves() -> None:
    assert set(money("q4_real_time_gross")["remittances"].kind) == {"clearing"}
    assert set(money("q4_daily_net")["remittances"].kind) == {"clearing", "set_off"}


@pytest.mark.parametrize("name", ["q3_one_month", "q4_half_monthly"])
def test_one_month_prepaid_is_red_by_definition_and_topped_up(name: str) -> None:
    """A month of clearing is about all of it: red is 90 %, and a top-up brings it down to 70 %."""
    found = money(name)["remittances"].query("kind == 'top_up'")
    assert set(found.payer) == {"chongqing", "sichuan"}
    usage = money(name)["prepayment"].query("month == '2024-01'").usage_month
    assert (usage >= 90).all()
    assert "top_up" not in set(money(runs.BASELINE)["remittances"].kind)


def test_in_real_time_everything_moves_on_its_day() -> None:
    """What was posted by month is what was stated and remitted in it."""
    found = money("q4_real_time_gross")["obligations"]
    assert (found.posted == found.stated).all() and (found.posted == found.remitted).all()
    sent = len(money("q4_real_time_gross")["remittances"])
    assert sent > 10 * len(money(runs.BASELINE)["remittances"].query("kind == 'clearing'"))


def test_netting_saves_transfers_and_money_and_delays_nobody() -> None:
    mine, reference = money("q5_bilateral_net"), money(runs.BASELINE)
    for table in BETWEEN - {"remittances", "liquidity"}:
        pd.testing.assert_frame_equal(mine[table], reference[table])
    net, gross = mine["liquidity"], reference["liquidity"]
    assert net.gross.tolist() == gross.gross.tolist() == gross.sent.tolist()
    assert (net.sent <= gross.sent).all() and net.sent.sum() < gross.sent.sum()
    assert net.remittances.sum() <= gross.remittances.sum() / 2, "of each pair of transfers at most one is left"
    kept = mine["remittances"].query("kind == 'set_off'").groupby(["day", "scheme", "payer"]).amount.sum().unstack()
    assert len(kept) and (kept.chongqing == kept.sichuan).all()
    # Of each day and scheme the difference crosses.
    before = reference["remittances"].query("kind == 'clearing'").pivot_table(
        index=["day", "scheme"], columns="payer", values="amount", aggfunc="sum"
    )  # fmt: skip
    after = mine["remittances"].query("kind == 'clearing'").groupby(["day", "scheme"]).amount.sum()
    pd.testing.assert_series_equal(after, (before.chongqing - before.sichuan).abs(), check_names=False)


@pytest.mark.parametrize("name", DISTURBED)
def test_before_april_nobody_is_disturbed(name: str) -> None:
    for table in ("remittances", "collections"):
        one, other = (frame[frame.day < "2024-04-01"] for frame in (money(name)[table], money(runs.BASELINE)[table]))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(("name", "payer"), [("q18_late_payer", "sichuan"), ("q18_side_stops", "chongqing")])
def test_only_the_disturbed_pay_late_and_only_their_patients_hospitals_wait(name: str, payer: str) -> None:
    other = "chongqing" if payer == "sichuan" else "sichuan"
    mine, reference = money(name), money(runs.BASELINE)
    for table, key in (
        ("collections", "care_province"), ("remittances", "payee"), ("prepayment", "care_province"),
        ("receivables", "insured_province"), ("days_to_cash", "insured_province"), ("usage", "care_province"),
    ):  # fmt: skip
        theirs = other if key == "insured_province" else payer  # at the place of care of those who pay in time
        one, same = (frame[table][frame[table][key] == theirs].reset_index(drop=True) for frame in (mine, reference))
        pd.testing.assert_frame_equal(one, same, obj=table)
    assert reference["waiting"].empty and set(mine["waiting"].insured_province) == {payer}
    main = {"insured_province": payer, "level": "all", "kind": "main"}
    for column in ("mean_days", "longest"):
        assert cell(name, "days_to_cash", column, **main) > cell(runs.BASELINE, "days_to_cash", column, **main)


def test_three_months_late_is_three_months_late() -> None:
    """February, March and April: due on 7 April, 7 May, 4 June 2024; come on Monday 8 July, 7 August, 4 September.

    21 March + 5 + 5 working days; 21 April + 5 is the 26th, the five after it Sunday 28, 29, 30 April (Labour Day is 1
    to 5 May), 6 and 7 May; 21 May + 10.
    """
    of = money("q18_late_payer")["collections"].query("care_province == 'chongqing' and day >= '2024-04-01'")
    reference = money(runs.BASELINE)["collections"].query("care_province == 'chongqing' and day >= '2024-04-01'")
    days = {"2024-04-07": "2024-07-08", "2024-05-07": "2024-08-07", "2024-06-04": "2024-09-04"}
    assert set(reference.day) == set(days)
    moved = reference.assign(day=reference.day.map(days))
    pd.testing.assert_frame_equal(of.reset_index(drop=True), moved.reset_index(drop=True))


def test_who_stops_pays_everything_when_it_is_over() -> None:
    """1 to 7 October 2024 is National Day."""
    of = money("q18_side_stops")["collections"].query("care_province == 'sichuan' and day >= '2024-04-01'")
    reference = money(runs.BASELINE)["collections"].query("care_province == 'sichuan' and day >= '2024-04-01'")
    assert set(of.day) == {"2024-10-08"}
    assert of.groupby(["pool", "scheme"]).amount.sum().equals(reference.groupby(["pool", "scheme"]).amount.sum())
    waited = money("q18_side_stops")["waiting"]
    assert set(waited.paid_on) == {"2024-10-08"} and set(waited.kind) == {"hospitals"}


# the page -----------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs/questions.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```bash\n(.*?)^```", PAGE, re.M | re.S) for line in block.splitlines()]


@pytest.mark.parametrize("name", ALL)
def test_the_page_tells_of_every_scenario(name: str) -> None:
    assert f"](../scenarios/{name}.yaml)" in PAGE


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_of_the_page_can_be_given(line: str) -> None:
    """Each runs a packaged scenario with settings that load; `usage` has one of its own."""
    words = shlex.split(line, comments=True)
    assert words[0] == "settlement-sim" and words[1] in ("run", "compare", "usage", "transfers")
    name = "q3_prepayment" if words[1] == "usage" else words[2]
    assert name in packaged_scenarios()
    assert load(name, [words[at + 1] for at, word in enumerate(words) if word == "--set"])
    assert CliRunner().invoke(main, [*words[1:], "--help"]).exit_code == 0


def test_the_yaml_of_the_page_is_a_scenario(tmp_path: Path) -> None:
    for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)):
        path = tmp_path / f"own_{number}.yaml"
        path.write_text(text, "utf-8")
        assert load(path).scenario.kind == "counterfactual"


@pytest.fixture(scope="module")
def of_the_page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the Python of Q19 computes on two weeks of a small world."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    folder = tmp_path_factory.mktemp("q19") / "runs/q19"
    folder.mkdir(parents=True)
    _, claims = runs.run_claims(runs.prepared(*runs.TINY, scenario="q19_distribution"), folder)
    computed: dict[str, Any] = {}
    exec(code.replace("runs/q19", str(folder)), computed)
    return computed | {"by_hand": claims}


def test_the_inequality_of_cash_is_the_mean_difference_of_two_patients(of_the_page: dict[str, Any]) -> None:
    """Gini is half of it over the mean; the share of the top tenth, one by one."""
    by_person: dict[int, int] = {}
    for person, cash in of_the_page["by_hand"][["person", "cash"]].itertuples(index=False):
        by_person[person] = by_person.get(person, 0) + cash
    cash = sorted(by_person.values())
    assert len(cash) > 100
    differences = sum(abs(one - other) for one in cash for other in cash) / len(cash) ** 2
    assert of_the_page["gini"] == pytest.approx(differences / 2 / (sum(cash) / len(cash)))
    assert of_the_page["top_tenth"] == pytest.approx(sum(cash[int(0.9 * len(cash)) :]) / sum(cash))


def test_every_fen_has_its_distance(of_the_page: dict[str, Any]) -> None:
    sums = of_the_page["by_distance"].sum()
    assert sums.to_dict() == of_the_page["by_hand"][[*sums.index]].sum().to_dict()
    assert len(of_the_page["by_distance"]) == 4


def test_the_measured_tables_rest_on_the_pinned_baseline() -> None:
    """When this fails, results have changed: `python docs/measure_questions.py` measures every table again."""
    pinned = yamlio.read(ROOT / "tests/snapshots/baseline_2024q1q3.json").data["direct"]
    settlements = sum(int(care["settlements"]) for cares in pinned.values() for care in cares.values())
    gross = sum(int(care["total_fee"]) for cares in pinned.values() for care in cares.values())
    assert f"baseline: {settlements:,} settlements, {gross / 100:,.2f} yuan" in PAGE
