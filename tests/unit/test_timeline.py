"""Does every slot answer for each pool, scheme and day exactly once, and is everything else refused?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim import dates
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.base import SLOTS
from settlement_sim.scenario.load import load
from settlement_sim.scenario.timeline import GROUPS, predecessors, timelines
from settlement_sim.vocabulary import POOLS, SCHEMES

HEAD = """format: 1
question: {zh: 问, en: what}
kind: counterfactual
window: {from: 2024-01-01, until: 2024-09-30}
warm_up: 2023-10-01
policies:
  catalogue: [{use: care_place}]
  benefit: {basic: [{use: insured_place}], catastrophic: [{use: insured_place}], assistance: [{use: insured_place}]}
  channel: [{use: direct}]
  clearing: [{use: prepaid_monthly_gross}]
  access:
"""
ENTRY = "    - {use: filing_free}\n"


def build(tmp_path: Path, *entries: str, readings: str = "") -> dict[str, Timeline]:
    path = tmp_path / "s.yaml"
    body = "".join(f"    - {entry}\n" for entry in entries)
    path.write_text(HEAD + body + readings, "utf-8")
    return timelines(load(path))


def wrong(tmp_path: Path, *entries: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        build(tmp_path, *entries)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def answering(timeline: Timeline, pool: str, scheme: str, day: str) -> tuple[int, object]:
    """Number and policy of the entry that answers."""
    group = POOLS.index(pool) * 2 + SCHEMES.index(scheme)
    epoch = [i for i, start in enumerate(timeline.starts.tolist()) if start <= dates.day(day)][-1]
    number = int(timeline.assigned[epoch, group])
    return number, timeline.policies[number]


def test_groups_are_pool_by_scheme() -> None:
    assert GROUPS[0] == ("chongqing", "employee") and GROUPS[3] == ("chengdu", "resident") and len(GROUPS) == 44


def test_one_entry_answers_for_everybody(tmp_path: Path) -> None:
    built = build(tmp_path, "{use: filing_free, with: {manual_stays: 15}}")
    assert set(built) == set(SLOTS)
    assert built["access"].starts.tolist() == [dates.day("2023-10-01")]
    assert (built["access"].assigned == 0).all() and built["access"].assigned.shape == (1, 44)
    assert built["access"].policies == (FilingFree(manual_stays=15),)


def test_others_close_the_set(tmp_path: Path) -> None:
    timeline = build(
        tmp_path,
        "{use: filing_required, where: others}",
        "{use: filing_free, where: {pool: [chongqing, chengdu]}}",
        "{use: filing_free, where: {pool: [zigong], scheme: resident}, with: {manual_stays: 30}}",
    )["access"]
    for pool in POOLS:
        for scheme in SCHEMES:
            number = 1 if pool in ("chongqing", "chengdu") else 2 if (pool, scheme) == ("zigong", "resident") else 0
            assert answering(timeline, pool, scheme, "2024-05-06")[0] == number, f"{pool} {scheme}"


def test_a_policy_answers_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    timeline = build(
        tmp_path,
        "{use: filing_free, until: 2024-06-30}",
        "{use: filing_required, from: 2024-07-01, with: {cut_other: 15}}",
    )["access"]
    assert timeline.starts.tolist() == [dates.day("2023-10-01"), dates.day("2024-07-01")]
    assert answering(timeline, "chengdu", "employee", "2024-06-30") == (0, FilingFree())
    assert answering(timeline, "chengdu", "employee", "2024-07-01") == (1, FilingRequired(cut_other=15))


def test_pools_may_change_on_days_of_their_own(tmp_path: Path) -> None:
    timeline = build(
        tmp_path,
        "{use: filing_free, where: {pool: [chengdu]}, until: 2024-03-31}",
        "{use: filing_required, where: {pool: [chengdu]}, from: 2024-04-01, until: 2024-05-31}",
        "{use: filing_free, where: {pool: [chengdu]}, from: 2024-06-01}",
        "{use: filing_required, where: others}",
    )["access"]
    assert [dates.iso(start) for start in timeline.starts] == ["2023-10-01", "2024-04-01", "2024-06-01"]
    days = ("2024-03-31", "2024-04-01", "2024-05-31", "2024-06-01")
    assert [answering(timeline, "chengdu", "resident", day)[0] for day in days] == [0, 1, 1, 2]
    assert [answering(timeline, "zigong", "resident", day)[0] for day in days] == [3] * 4


def test_days_outside_the_run_do_not_matter(tmp_path: Path) -> None:
    timeline = build(
        tmp_path,
        "{use: filing_required, until: 2023-09-30}",
        "{use: filing_free, from: 2023-10-01, until: 2025-12-31}",
    )["access"]
    assert timeline.starts.tolist() == [dates.day("2023-10-01")]
    assert answering(timeline, "chengdu", "resident", "2024-09-30")[0] == 1


def test_a_reading_may_name_the_policy(tmp_path: Path) -> None:
    entry = "{use: reading.access_of_other_prefectures}"
    assert build(tmp_path, entry)["access"].policies == (FilingFree(),)
    other = "readings: {access_of_other_prefectures: filing_required}\n"
    assert build(tmp_path, entry, readings=other)["access"].policies == (FilingRequired(),)


def test_a_gap_in_time(tmp_path: Path) -> None:
    said = "s.yaml:12:5: found no policy of slot access for chongqing employee from 2024-04-02; "
    assert wrong(tmp_path, "{use: filing_free, until: 2024-04-01}", "{use: filing_required, from: 2024-05-01}") == [
        said + "expected one policy for each pool, scheme and day"
    ]


def test_a_gap_in_place(tmp_path: Path) -> None:
    said = "s.yaml:12:5: found no policy of slot access for zigong resident from 2023-10-01; "
    pools = ", ".join(pool for pool in POOLS if pool != "zigong")
    entries = (
        f"{{use: filing_free, where: {{pool: [{pools}]}}}}",
        "{use: filing_free, where: {pool: [zigong], scheme: employee}}",
    )
    assert wrong(tmp_path, *entries) == [said + "expected one policy for each pool, scheme and day"]


def test_an_overlap(tmp_path: Path) -> None:
    said = "s.yaml:13:7: found a second policy of slot access for chengdu employee on 2024-03-01; "
    entries = "{use: filing_free}", "{use: filing_required, where: {pool: [chengdu]}, from: 2024-03-01}"
    assert wrong(tmp_path, *entries) == [said + "expected one policy for each pool, scheme and day"]


def test_others_twice_overlap(tmp_path: Path) -> None:
    (said,) = wrong(
        tmp_path, "{use: filing_free, where: others}", "{use: filing_free, where: others, from: 2024-01-01}"
    )
    assert said.startswith("s.yaml:13:7: found a second policy of slot access for chongqing employee on 2024-01-01")


def test_one_day_of_overlap(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, "{use: filing_free, until: 2024-07-01}", "{use: filing_required, from: 2024-07-01}")
    assert "on 2024-07-01" in said


def test_an_entry_that_ends_before_it_begins(tmp_path: Path) -> None:
    entries = "{use: filing_free}", "{use: filing_required, from: 2024-07-01, until: 2024-06-30}"
    (said,) = wrong(tmp_path, *entries)
    assert said.startswith("s.yaml:13:"), "an entry that can never answer is told"


ACCESS = "filing_free, filing_required, border_local, network, referral_green_channel"


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("filing_fre", f"found 'filing_fre'; expected a policy of slot access: {ACCESS}; did you mean 'filing_free'?"),
        (
            "prepaid_monthly_gross",
            f"found 'prepaid_monthly_gross'; expected a policy of slot access: {ACCESS} "
            "(prepaid_monthly_gross is one of slot clearing)",
        ),
        (
            "reading.acces_of_other_prefectures",
            "found 'reading.acces_of_other_prefectures'; expected a reading: growth, access_of_other_prefectures, "
            "pharmacy_inside_a1, insurance_year_of_a_stay, prepayment_basis, recognition_case, prepayment_usage; "
            "did you mean 'reading.access_of_other_prefectures'?",
        ),
        (
            "reading.",
            "found 'reading.'; expected a reading: growth, access_of_other_prefectures, pharmacy_inside_a1, "
            "insurance_year_of_a_stay, prepayment_basis, recognition_case, prepayment_usage",
        ),
        ("reading.growth", f"found 'R1' (reading.growth); expected a policy of slot access: {ACCESS}"),
    ],
)
def test_an_unknown_policy(tmp_path: Path, use: str, said: str) -> None:
    assert wrong(tmp_path, f"{{use: {use}}}") == [f"s.yaml:12:13: {said}"]


def test_an_unknown_policy_of_a_sub_slot_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(HEAD.replace("catastrophic: [{use: insured_place}]", "catastrophic: [{use: non}]") + ENTRY, "utf-8")
    with pytest.raises(InputError) as caught:
        timelines(load(path))
    (said,) = map(str, caught.value.problems)
    column = HEAD.splitlines()[7].index("catastrophic: ") + len("catastrophic: [{use: ") + 1
    assert said.startswith(f"{path}:8:{column}: found 'non'; expected a policy of slot catastrophic: insured_place")
    assert said.endswith("did you mean 'none'?")


PARAMETERS = "cut_referral, cut_other, validity, late_filing, late_filers, manual_stays, manual_other"


def test_an_unknown_parameter(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, "{use: filing_required, with: {cut_referral: 5, cut_ohter: 15}}")
    column = len("    - {use: filing_required, with: {cut_referral: 5, ") + 1
    assert said == (
        f"s.yaml:12:{column}: found 'cut_ohter'; expected a parameter of filing_required: {PARAMETERS}; "
        "did you mean 'cut_other'?"
    )


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("cut_other", "21", "at most 20, the ceiling that the rule sets"),
        ("cut_other", "-1", "points from 0 to 100"),
        ("cut_other", "ten", "a number of points such as 2"),
        ("validity", "1.5", "a whole number from 0 to 120"),
        ("late_filing", "until_discharg", "'until_discharge' or 'not_allowed'; did you mean 'until_discharge'?"),
    ],
)
def test_a_parameter_outside_its_range(tmp_path: Path, parameter: str, value: str, expected: str) -> None:
    column = len(f"    - {{use: filing_required, with: {{{parameter}: ") + 1
    said = f"s.yaml:12:{column}: found '{value}'; expected {expected}"
    assert wrong(tmp_path, f"{{use: filing_required, with: {{{parameter}: {value}}}}}") == [said]


# policies inside policies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nested", "marker", "said"),
    [
        ("filing_requird", "filing_requird", "found 'filing_requird'; expected a policy of slot access: {ACCESS}; "
         "did you mean 'filing_required'?"),
        ("{use: filing_requird}", "filing_requird", "found 'filing_requird'; expected a policy of slot access: "
         "{ACCESS}; did you mean 'filing_required'?"),
        ("{use: filing_required, with: {cut_ohter: 15}}", "cut_ohter", "found 'cut_ohter'; expected a parameter of "
         "filing_required: {PARAMETERS}; did you mean 'cut_other'?"),
        ("{use: filing_required, with: {cut_other: 21}}", "21", "found '21'; expected at most 20, the ceiling that the "
         "rule sets"),
        ("{use: border_local, with: {otherwise: {use: network, with: {level_4: 1}}}}", "level_4", "found 'level_4'; "
         "expected a parameter of network: community, level_1, level_2, level_3, pharmacy, otherwise; did you mean "
         "'level_3'?"),
        ("{name: filing_required}", "{name", "found {{'name': 'filing_required'}}; expected a policy of slot "
         "access by name, or {{use: …, with: {{…}}}}"),
    ],
)  # fmt: skip
def test_what_is_wrong_inside_a_policy_that_is_a_parameter(tmp_path: Path, nested: str, marker: str, said: str) -> None:
    entry = f"{{use: border_local, with: {{otherwise: {nested}}}}}"
    column = len("    - ") + entry.index(marker) + 1
    words = said.format(ACCESS=ACCESS, PARAMETERS=PARAMETERS)
    assert wrong(tmp_path, entry) == [f"s.yaml:12:{column}: {words}"]


def test_a_policy_inside_a_policy_is_built(tmp_path: Path) -> None:
    timeline = build(tmp_path, "{use: border_local, with: {otherwise: {use: filing_required, with: {cut_other: 15}}}}")
    (policy,) = timeline["access"].policies
    assert policy.__dict__["otherwise"] == FilingRequired(cut_other=15)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    entries = (
        "{use: filing_fre, until: 2024-04-01}",
        "{use: filing_required, from: 2024-05-01, with: {cut_other: 21, cut_referral: 11}}",
    )
    said = wrong(tmp_path, *entries)
    assert [line.split(":")[1] for line in said].count("13") == 2, "two wrong parameters"
    assert sum("filing_fre" in line for line in said) == 1 and sum("no policy of slot" in line for line in said) == 1


# files of policies --------------------------------------------------------------------------------------

OWN = '''"""Everybody settles directly."""
import numpy as np

import settlement_sim.policies.answers as answers
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.parameters import Points, param


@policy("access")
class Mine(Policy):
    """Direct, with a cut."""

    cut: Points = param({cut}, "points off the ratio", grade="assumption", low=0, high=20)

    def route(self, needs, rules):
        return answers.Route(np.zeros(len(needs)), np.full(len(needs), self.cut), np.zeros(len(needs)))
'''


def files(tmp_path: Path) -> tuple[Path, Path]:
    """A scenario and the one it extends, in two folders, each with its own mine.py beside it."""
    near, far = tmp_path / "near", tmp_path / "far"
    for folder, cut in ((near, 1), (far, 2)):
        folder.mkdir()
        (folder / "mine.py").write_text(OWN.format(cut=cut), "utf-8")
    (far / "parent.yaml").write_text(HEAD + "    - {use: mine.py:Mine}\n", "utf-8")
    (near / "child.yaml").write_text("format: 1\nextends: ../far/parent.yaml\n", "utf-8")
    return near / "child.yaml", far / "parent.yaml"


def cut_of(path: Path, *settings: str) -> int:
    (policy,) = timelines(load(path, settings))["access"].policies
    return int(policy.__dict__["cut"])


def test_a_file_is_looked_up_beside_the_scenario_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child, parent = files(tmp_path)
    assert cut_of(parent) == cut_of(child) == 200, "the parent's entry means the parent's file"
    child.write_text(child.read_text("utf-8") + "policies: {access: [{use: mine.py:Mine}]}\n", "utf-8")
    assert cut_of(child) == 100
    monkeypatch.chdir(tmp_path / "far")
    assert cut_of(child, "policies.access.0.use=mine.py:Mine") == 200, "a setting means the present folder"


def test_a_file_inside_a_parameter_is_looked_up_beside_the_same_scenario(tmp_path: Path) -> None:
    child, _ = files(tmp_path)
    entry = "{use: border_local, with: {otherwise: {use: mine.py:mine, with: {cut: 7}}}}"
    child.write_text(child.read_text("utf-8") + f"policies: {{access: [{entry}]}}\n", "utf-8")
    (policy,) = timelines(load(child))["access"].policies
    inner = policy.__dict__["otherwise"]
    assert (type(inner).__name__, inner.__dict__["cut"]) == ("Mine", 700)


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("main.py:Mine", "a file that exists; looked for {folder}/main.py"),
        ("mine.py:Mien", "a policy of mine.py: Mine"),
    ],
)
def test_a_file_or_class_that_is_not_there(tmp_path: Path, use: str, said: str) -> None:
    (tmp_path / "mine.py").write_text(OWN.format(cut=1), "utf-8")
    (found,) = wrong(tmp_path, f"{{use: {use}}}")
    assert found.startswith("s.yaml:12:13: found ") and said.format(folder=tmp_path.resolve()) in found


def test_plug_ins_may_be_forbidden(tmp_path: Path) -> None:
    child, parent = files(tmp_path)
    with pytest.raises(InputError) as caught:
        timelines(load(child, plugins=False))
    expected = "a built-in policy, since plug-ins are forbidden"
    assert [str(p) for p in caught.value.problems] == [
        f"{child.parent / '../far' / parent.name}:12:13: found 'mine.py:Mine'; expected {expected}"
    ]


# who is to blame ----------------------------------------------------------------------------------------


def blamed(tmp_path: Path, parent: str, child: str, *settings: str) -> list[str]:
    """What is said about a child that changes the days of its parent, or its entries."""
    (tmp_path / "parent.yaml").write_text(HEAD + parent, "utf-8")
    (tmp_path / "child.yaml").write_text(f"format: 1\nextends: parent.yaml\n{child}", "utf-8")
    with pytest.raises(InputError) as caught:
        timelines(load(tmp_path / "child.yaml", settings))
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


ONCE = "one policy for each pool, scheme and day"
GAP = "found no policy of slot access for chongqing employee from"


def test_a_window_that_outlasts_the_entries_of_the_parent(tmp_path: Path) -> None:
    dated = "    - {use: filing_free, from: 2023-10-01, until: 2024-09-30}\n"
    elsewhere = f"expected {ONCE}; its entries: parent.yaml:12:5"
    child = "window: {until: 2024-12-31}\n"
    assert blamed(tmp_path, dated, child) == [f"child.yaml:3:17: {GAP} 2024-10-01; {elsewhere}"]
    assert blamed(tmp_path, dated, "", "window.until=2024-12-31") == [
        f"--set window.until: {GAP} 2024-10-01; {elsewhere}"
    ]
    assert blamed(tmp_path, dated, "warm_up: 2023-09-01\n") == [f"child.yaml:3:10: {GAP} 2023-09-01; {elsewhere}"]


def test_a_gap_of_the_entries_is_theirs_whoever_set_the_days(tmp_path: Path) -> None:
    gap = "    - {use: filing_free, until: 2024-01-31}\n    - {use: filing_free, from: 2024-03-01}\n"
    assert blamed(tmp_path, gap, "window: {until: 2024-12-31}\n") == [
        f"parent.yaml:12:5: {GAP} 2024-02-01; expected {ONCE}"
    ]
    own = "policies: {access: [{use: filing_free, until: 2024-09-30}]}\nwindow: {until: 2024-12-31}\n"
    assert blamed(tmp_path, ENTRY, own) == [f"child.yaml:3:20: {GAP} 2024-10-01; expected {ONCE}"], "in one file"


def test_entries_of_the_child_are_told_in_the_child(tmp_path: Path) -> None:
    child = "policies:\n  access:\n    - {use: filing_free, where: {pool: [zigong]}}\n    - {use: filing_free}\n"
    assert blamed(tmp_path, ENTRY, child) == [
        f"child.yaml:6:7: found a second policy of slot access for zigong employee on 2023-10-01; expected {ONCE}"
    ]


def test_an_entry_turned_around_by_a_setting(tmp_path: Path) -> None:
    dated = "    - {use: filing_free, until: 2024-06-30}\n    - {use: filing_free, from: 2024-07-01}\n"
    said = blamed(tmp_path, dated, "", "policies.access.0.from=2024-08-01")
    assert said[0] == (
        "--set policies.access.0.from: found '2024-08-01'; expected a first day on or before the entry's last, "
        "2024-06-30 (parent.yaml:12:33)"
    )


# predecessors -------------------------------------------------------------------------------------------


def before(tmp_path: Path, parent: str | None, child: str) -> Timeline:
    """Who would have answered for access without a scenario that extends another, or none."""
    path = tmp_path / "child.yaml"
    if parent is None:
        path.write_text(HEAD + child, "utf-8")
    else:
        (tmp_path / "parent.yaml").write_text(HEAD + parent, "utf-8")
        path.write_text(f"format: 1\nextends: parent.yaml\n{child}", "utf-8")
    return predecessors(load(path))["access"]


def test_the_parent_would_have_answered(tmp_path: Path) -> None:
    child = "window: {until: 2024-12-31}\npolicies: {access: [{use: filing_required}]}\n"
    timeline = before(tmp_path, "    - {use: filing_free, with: {manual_stays: 15}}\n", child)
    assert answering(timeline, "zigong", "resident", "2024-12-31") == (0, FilingFree(manual_stays=15)), "open-ended"


def test_the_parents_entries_keep_their_days(tmp_path: Path) -> None:
    parent = "    - {use: filing_free, until: 2024-06-30}\n    - {use: filing_required, from: 2024-07-01}\n"
    child = "policies: {access: [{use: filing_free, with: {manual_stays: 20}}]}\n"
    timeline = before(tmp_path, parent, child)
    assert answering(timeline, "zigong", "resident", "2024-06-30")[1] == FilingFree()
    assert answering(timeline, "zigong", "resident", "2024-07-01")[1] == FilingRequired()


def test_a_setting_changes_the_scenario_not_its_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(HEAD + "    - {use: reading.access_of_other_prefectures}\n", "utf-8")
    (tmp_path / "child.yaml").write_text("format: 1\nextends: parent.yaml\n", "utf-8")
    loaded = load(tmp_path / "child.yaml", ["readings.access_of_other_prefectures=filing_required"])
    assert timelines(loaded)["access"].policies == (FilingRequired(),)
    assert predecessors(loaded)["access"].policies == (FilingFree(),)


CHANGES = (
    "    - {use: filing_free, where: {pool: [chengdu]}, until: 2024-03-31}\n"
    "    - {use: filing_required, where: {pool: [chengdu]}, from: 2024-04-01, until: 2024-05-31}\n"
    "    - {use: filing_free, where: {pool: [chengdu]}, from: 2024-06-01, with: {manual_stays: 15}}\n"
    "    - {use: filing_required, where: others, until: 2024-05-31}\n"
    "    - {use: filing_free, where: others, from: 2024-06-01, with: {manual_stays: 20}}\n"
)


@pytest.mark.parametrize("parent", [None, "    - {use: filing_free, until: 2024-08-31}\n"], ids=["none", "too short"])
def test_without_a_parent_the_entry_before_in_time_would_have_answered(tmp_path: Path, parent: str | None) -> None:
    own = CHANGES if parent is None else "policies:\n  access:\n" + CHANGES
    timeline = before(tmp_path, parent, own)
    days = ("2024-01-01", "2024-04-01", "2024-05-31", "2024-06-01", "2024-09-30")
    assert [answering(timeline, "chengdu", "resident", day)[0] for day in days] == [0, 0, 0, 1, 1]
    # Nothing changes for Zigong on 1 April: its entry still has none before it, and answers for itself.
    assert [answering(timeline, "zigong", "resident", day)[0] for day in days] == [3, 3, 3, 3, 3]


def test_a_parent_that_is_not_valid_alone_does_not_answer(tmp_path: Path) -> None:
    parent = "    - {use: filing_free}\nseed: none\n"
    child = "seed: 1\npolicies: {access: [{use: filing_required}]}\n"
    assert before(tmp_path, parent, child).policies == (FilingRequired(),)


def test_who_is_asked_before_is_not_asked_now(tmp_path: Path) -> None:
    """What a predecessor reads says nothing about what the scenario's own policy read."""
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + ENTRY, "utf-8")
    loaded = load(path)
    (own,), (other,) = (build(loaded)["access"].policies for build in (timelines, predecessors))
    assert own == other and own is not other
