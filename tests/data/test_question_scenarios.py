"""Do the scenarios of the policy questions load, change what they ask about from their day on, and nothing before?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest
import runs
from click.testing import CliRunner
from questions import ALL, JULY, MONEY, NEW_YEAR, QUESTIONS

from settlement_sim.cli import main
from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError
from settlement_sim.record.tables import tables
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.load import load, packaged_scenarios, scenario_folder
from settlement_sim.study.notices import refuse_silent_reform, warnings
from settlement_sim.study.run import Finished, calibration_path, run
from settlement_sim.vocabulary import ITEMS, POOLS

TO_SICHUAN, TO_CHONGQING = "chongqing_to_sichuan", "sichuan_to_chongqing"
#: What none of these may touch unless it says so: who comes, and what the bills are.
COMING = ("settlements", "total_fee")
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
