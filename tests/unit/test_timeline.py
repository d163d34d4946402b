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
from settlement_sim.scenario.timeline import GROUPS, timelines
from settlement_sim.vocabulary import POOLS, SCHEMES

HEAD = """format: 1
question: {zh: 问, en: what}
kind: counterfactual
window: {from: 2024-01-01, until: 2024-09-30}
warm_up: 2023-10-01
policies:
  catalogue: [{use: care_place}]
  benefit: [{use: insured_place}]
  channel: [{use: direct}]
  clearing: [{use: month_end}]
  access:
"""


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


@pytest.mark.parametrize(
    ("use", "near"),
    [
        ("filing_fre", "; did you mean 'filing_free'?"),
        ("insured_place", ""),
        ("reading.acces_of_other_prefectures", ""),
        ("reading.", ""),
    ],
)
def test_an_unknown_policy(tmp_path: Path, use: str, near: str) -> None:
    said = f"s.yaml:12:13: found '{use}'; expected a policy of slot access: filing_free, filing_required{near}"
    assert wrong(tmp_path, f"{{use: {use}}}") == [said]


def test_an_unknown_parameter(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, "{use: filing_required, with: {cut_referral: 5, cut_ohter: 15}}")
    assert said.startswith("s.yaml:12:"), said
    assert said.endswith(
        ": found 'cut_ohter'; expected a parameter of filing_required: "
        "cut_referral, cut_other, manual_stays, manual_other; did you mean 'cut_other'?"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("21", "less than or equal to 20"),
        ("-1", "greater than or equal to 0"),
        ("ten", "a valid integer, unable to parse string as an integer"),
    ],
)
def test_a_parameter_outside_its_range(tmp_path: Path, value: str, expected: str) -> None:
    column = len("    - {use: filing_required, with: {cut_other: ") + 1
    said = f"s.yaml:12:{column}: found '{value}'; expected {expected}"
    assert wrong(tmp_path, f"{{use: filing_required, with: {{cut_other: {value}}}}}") == [said]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    entries = (
        "{use: filing_fre, until: 2024-04-01}",
        "{use: filing_required, from: 2024-05-01, with: {cut_other: 21, cut_referral: 11}}",
    )
    said = wrong(tmp_path, *entries)
    assert [line.split(":")[1] for line in said].count("13") == 2, "two wrong parameters"
    assert sum("filing_fre" in line for line in said) == 1 and sum("no policy of slot" in line for line in said) == 1
