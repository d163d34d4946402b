"""Policies written in a session: they stand in a scenario from their day on, travel to workers, and stay pure."""

from __future__ import annotations

import numpy as np
import pytest

import settlement_sim as ss
from settlement_sim.scenario.timeline import timelines
from settlement_sim.study.notices import warnings_of

DAYS = ("world.scale=0.002", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-14")


@ss.policy("access")
class NobodyDirect(ss.Policy):
    """Everybody settles by hand, `cut` points lower."""

    cut: ss.Points = ss.param(10, low=0, high=20, grade="assumption", source="made up for a test")

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        rows = len(needs)
        return ss.Route(np.full(rows, ss.MANUAL), np.full(rows, self.cut), np.zeros(rows, np.int8))


@ss.policy("access")
class ByChance(ss.Policy):
    """Asks a generator."""

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        return ss.Route(np.random.default_rng().integers(0, 2, len(needs)))


@pytest.fixture(scope="module")
def reference() -> ss.Loaded:
    return ss.load("baseline_2024q1q3", *DAYS)


def test_it_answers_from_its_day_on_for_everybody(reference: ss.Loaded) -> None:
    mine = reference.using(NobodyDirect(cut=5), since="2024-02-01")
    before, after = (
        ss.simulate(one).tables["by_month"].groupby("month").settlements.sum() for one in (reference, mine)
    )
    assert before["2024-01"] == after["2024-01"] > 0, "the days before are the scenario's own"
    assert after["2024-02"] < before["2024-02"], "only stays admitted before still settle directly"
    assert warnings_of(ss.simulate(mine).run) == []


def test_all_others_of_the_scenario_are_named(reference: ss.Loaded) -> None:
    """The baseline's second entry is for the 20 other prefectures; with a policy for everybody behind it, by name."""
    entries = reference.using(NobodyDirect, since="2024-02-01").scenario.policies.access
    others = "reading.access_of_other_prefectures"
    assert [entry.use for entry in entries] == ["filing_free", others, others, "nobody_direct"]
    assert {len(entry.where.pool) for entry in entries[1:3]} == {20}
    assert {entry.where.scheme for entry in entries[1:3]} == {"employee", "resident"}
    assert str(entries[0].last) == "2024-01-31" and str(entries[-1].first) == "2024-02-01"


def test_no_question_is_put_into_its_mouth(reference: ss.Loaded) -> None:
    mine = reference.using(NobodyDirect, since="2024-02-01")
    assert reference.scenario.question.en in reference._repr_html_()
    assert reference.scenario.question.en not in mine._repr_html_()
    assert "baseline_2024q1q3+nobody_direct" in mine._repr_html_()


def test_without_a_day_it_is_all_there_is(reference: ss.Loaded) -> None:
    mine = reference.using(NobodyDirect)
    assert [policy.name for policy in timelines(mine)["access"].policies] == ["nobody_direct"]
    assert mine.name == "baseline_2024q1q3+nobody_direct" and mine.parent is reference
    assert timelines(mine)["access"].policies[0].origin.startswith("session sha256 ")


def test_two_policies_of_two_slots_stand_side_by_side(reference: ss.Loaded) -> None:
    both = reference.using(NobodyDirect).using(NobodyDirect(cut=0), since="2024-02-01")
    assert [policy.cut for policy in timelines(both)["access"].policies] == [1000, 0]


def test_workers_know_it(reference: ss.Loaded) -> None:
    mine = reference.using(NobodyDirect(cut=5), since="2024-02-01")
    one, two = (ss.compare(reference, mine, runs=2, workers=workers).measures for workers in (1, 2))
    assert one.equals(two)
    assert one.set_index("measure").difference["settlements"] < 0


def test_one_that_asks_for_chance_is_refused(reference: ss.Loaded) -> None:
    with pytest.raises(ss.InputError, match=r"numpy\.random in ByChance, line 6"):
        reference.using(ByChance)


@pytest.mark.parametrize(("policy", "since", "error"), [
    (object(), "", TypeError), (ss.Policy, "", TypeError), (NobodyDirect, "1 July", ss.InputError),
    (NobodyDirect, "2024-02-30", ss.InputError),
])  # fmt: skip
def test_what_is_no_policy_or_no_day_is_refused(
    reference: ss.Loaded, policy: object, since: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        reference.using(policy, since=since)


def test_a_built_in_policy_may_be_handed_over(reference: ss.Loaded) -> None:
    """The same as its name in the scenario: everything by hand, as `manual_stays` and `manual_other` of 100 % say."""
    (kind,) = {type(policy) for policy in timelines(reference)["access"].policies}
    mine = ss.simulate(reference.using(kind(manual_stays=100, manual_other=100))).exact
    settings = [f"policies.access.{n}.with.manual_{what}=100" for n in (0, 1) for what in ("stays", "other")]
    assert mine == ss.simulate(ss.load("baseline_2024q1q3", *DAYS, *settings)).exact
