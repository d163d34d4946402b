"""Is every mistake of a clearing case told at its place, and does a result say what came of it?"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.errors import InputError, PolicyError
from settlement_sim.policies.views import Obligations
from settlement_sim.study.clearing_case import CORRIDOR, load_clearing
from settlement_sim.study.clearing_expect import COLUMNS, Expected
from settlement_sim.vocabulary import POOLS
from settlement_sim.world.calendar import Calendar

GOOD = """format: 1
title: {zh: 两省, en: two provinces}
provinces: {east: [eastport, eastwood], west: [westgate]}
window: {from: 2024-01-01, until: 2024-01-31}
policy: {use: bilateral_net, with: {prepayment_months: 0}}
opening:
  - {from: eastport, at: west, amount: 50.00}
disturbances:
  - {what: late, payer: east, months: 1, from: 2024-01-01}
obligations:
  - {on: 2024-01-10, from: eastport, at: westgate, amount: 100.00}
  - {on: 2024-01-12, from: westgate, at: eastwood, scheme: resident, amount: 20.00}
work: [see the calendar]
expect:
  receivable: 0.00
"""
CLEARING = "bilateral_net, multilateral_net, half_monthly, daily_net, real_time_gross"
PARAMETERS = (
    "period, netting, statement_after, upload_days, statement_roll, submission_days, collection_days, "
    "remittance_days, delays, bank, prepayment_months, basis, usage, yellow, red, top_up_to, pooling, cap, "
    "hospital_after, hospital_days, retention, advance, closing_month"
)
KEYS = "format, title, provinces, window, calendar, policy, opening, disturbances, obligations, work, expect"
YUAN = "an amount of yuan such as 1234.50 (at most two decimals, digits only)"
PAYERS = "east, west, eastport, eastwood, westgate"
POLICY = "policy: {use: bilateral_net, with: {prepayment_months: 0}}"


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    """The good case with some text replaced, each once."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "case.yaml"
    path.write_text(text, "utf-8")
    return path


def wrong(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """What is said about the changed case, its folder left out."""
    with pytest.raises(InputError) as caught:
        ss.clear(write(folder, *changes))
    return [str(problem).removeprefix(f"{folder}/case.yaml:") for problem in caught.value.problems]


def test_the_good_case_is_as_expected(tmp_path: Path) -> None:
    assert ss.clear(write(tmp_path)).check() == []


#: What is replaced by what, and what is said.
MISTAKES = [
    # names
    ("eastport, at: westgate", "eastprt, at: westgate",
     "11:28: found 'eastprt'; expected one of eastport, eastwood, westgate; did you mean 'eastport'?"),
    ("at: westgate", "at: westgat",
     "11:42: found 'westgat'; expected one of eastport, eastwood, westgate; did you mean 'westgate'?"),
    ("eastport, at: westgate", "eastport, at: eastwood",
     "11:42: found 'eastwood'; expected a pool of another province than 'eastport'"),
    ("eastport, at: westgate", "eastport, at: eastport",
     "11:42: found 'eastport'; expected a pool of another province than 'eastport'"),
    ("eastport, at: west,", "eastpor, at: west,",
     "7:12: found 'eastpor'; expected one of eastport, eastwood, westgate; did you mean 'eastport'?"),
    ("at: west,", "at: westgate,", "7:26: found 'westgate'; expected one of east, west; did you mean 'west'?"),
    ("at: west,", "at: east,", "7:26: found 'east'; expected another province than that of 'eastport'"),
    ("payer: east", "payer: wst", f"9:25: found 'wst'; expected one of {PAYERS}; did you mean 'west'?"),
    ("payer: east", "payer: [eastport, westgte]",
     f"9:36: found 'westgte'; expected one of {PAYERS}; did you mean 'westgate'?"),
    ("scheme: resident", "scheme: residents",
     "12:60: found 'residents'; expected one of employee, resident; did you mean 'resident'?"),
    # provinces
    ("[westgate]", "[eastport]", "3:48: found 'eastport'; expected a name of its own: a pool of 'east' has it"),
    ("eastwood], west", "west], west", "3:30: found 'west'; expected a name that no other province has"),
    ("[westgate]", "[]", "3:47: found no pool; expected at least one"),
    ("{east: [eastport, eastwood], west: [westgate]}", "{east: [eastport]}",
     "3:12: found 1 provinces; expected at least two, between which something is owed"),
    ("{east: [eastport, eastwood], west: [westgate]}", "{}",
     "3:12: found 0 provinces; expected at least two, between which something is owed"),
    ("west: [westgate]", "centre: [westgate]",
     "3:41: found key 'centre'; expected another name, since this is the national centre"),
    ("[westgate]", "westgate", "3:47: found 'westgate'; expected a list"),
    # days
    ("2024-01-10", "2024-02-10", "11:10: found 2024-02-10; expected a day from 2024-01-01 to 2024-01-31"),
    ("2024-01-10", "2023-12-31", "11:10: found 2023-12-31; expected a day from 2024-01-01 to 2024-01-31"),
    ("2024-01-10", "2024-01-40", "11:10: found '2024-01-40'; expected a day that exists"),
    ("2024-01-10", "10 January", "11:10: found '10 January'; expected a date such as 1956-03-12"),
    ("until: 2024-01-31", "until: 2023-12-31", "4:35: found 2023-12-31; expected a day on or after 2024-01-01"),
    ("{from: 2024-01-01, until: 2024-01-31}", "{until: 2024-01-31}",
     "4:9: found no 'from'; expected it, since it is required"),
    ("work: [see", "calendar: notice\nwork: [see",
     "13:11: found 'notice'; expected one of notices, weekday_pattern; did you mean 'notices'?"),
    # disturbances
    (", months: 1", "", "9:5: found a mapping; expected months with what: late, and only there"),
    ("what: late", "what: stops", "9:5: found a mapping; expected months with what: late, and only there"),
    ("from: 2024-01-01}", "from: 2024-01-10, until: 2024-01-09}",
     "9:5: found a mapping; expected an until on or after from"),
    ("what: late", "what: lat", "9:12: found 'lat'; expected one of late, stops; did you mean 'late'?"),
    ("months: 1", "months: 25", "9:39: found '25'; expected less than or equal to 24"),
    ("months: 1, from", "month: 1, from",
     "9:31: found key 'month'; expected one of what, payer, months, from, until; did you mean 'months'?"),
    # amounts
    ("amount: 100.00", "amount: 100.005", f"11:60: found '100.005'; expected {YUAN}"),
    ("amount: 100.00", "amount: 1e2", f"11:60: found '1e2'; expected {YUAN}"),
    ("amount: 100.00", "amount: '1,000.00'",
     "11:60: found '1,000.00'; expected a number without a thousands comma, such as 1000.00: inside {…} YAML would "
     "read two keys"),
    ("amount: 50.00", "amount: -50.00", "7:40: found '-50.00'; expected an amount that is not negative"),
    ("amount: 100.00", "amount: -100.00",
     "11:60: found 100.00 taken back; expected no more than the 0.00 left of what was settled until 2024-01-10"),
    # policies
    ("use: bilateral_net", "use: bilateral_nt",
     f"5:15: found 'bilateral_nt'; expected a policy of slot clearing: prepaid_monthly_gross, {CLEARING}; did you mean "
     "'bilateral_net'?"),
    (POLICY, "policy: one_stop",
     f"5:9: found 'one_stop'; expected a policy of slot clearing: prepaid_monthly_gross, {CLEARING} (one_stop is one "
     "of slot channel)"),
    ("prepayment_months: 0", "prepaymnt_months: 0",
     f"5:37: found key 'prepaymnt_months'; expected a parameter of bilateral_net: {PARAMETERS}; did you mean "
     "'prepayment_months'?"),
    ("prepayment_months: 0", "prepayment_months: -1", "5:56: found '-1'; expected a whole number from 0 to 120"),
    ("prepayment_months: 0", "netting: trilateral",
     "5:46: found 'trilateral'; expected 'none', 'bilateral' or 'multilateral'"),
    ("with: {prepay", "wth: {prepay", "5:30: found key 'wth'; expected use or with; did you mean 'with'?"),
    ("{use: bilateral_net, with", "{with",
     "5:9: found no 'use'; expected a policy by name, or {use: …, with: {…}}"),
    (POLICY + "\n", "", "1:1: found no 'policy'; expected it, since it is required"),
    (POLICY, "policy: [{use: daily_net, until: 2024-01-05}, {use: half_monthly, from: 2024-01-20}]",
     "5:10: found no policy on 2024-01-06; expected one on every day of the window"),
    (POLICY, "policy: [{use: daily_net, until: 2024-01-20}]",
     "5:10: found no policy on 2024-01-21; expected one on every day of the window"),
    (POLICY, "policy: {use: daily_net, from: 2024-01-02}",
     "5:9: found no policy on 2024-01-01; expected one on every day of the window"),
    (POLICY, "policy: [{use: daily_net, until: 2024-01-20}, {use: half_monthly, from: 2024-01-20}]",
     "5:47: found two policies on 2024-01-20; expected one on every day of the window"),
    (POLICY, "policy: [{use: daily_net, until: 2024-01-40}]", "5:34: found '2024-01-40'; expected a day that exists"),
    (POLICY, "policy: [{use: daily_net, where: {pool: [eastport]}}]",
     "5:27: found key 'where'; expected use or with"),
    # the form
    ("format: 1", "format: 2", "1:9: found format '2'; expected `format: 1`"),
    ("title: {zh: 两省, en: two provinces}", "title: two", "2:8: found 'two'; expected a mapping with zh, en"),
    ("work: [see the calendar]", "work: see", "13:7: found 'see'; expected a list"),
    ("work: [", "wrk: [", f"13:1: found key 'wrk'; expected one of {KEYS}; did you mean 'work'?"),
    ("westgate, amount: 100.00", "westgate, schem: employee, amount: 100.00",
     "11:52: found key 'schem'; expected one of on, from, at, scheme, amount; did you mean 'scheme'?"),
    # what is expected
    ("receivable: 0.00", "recevable: 0.00",
     "15:3: found key 'recevable'; expected one of dates, statements, remittances, hospitals, prepayments, receivable; "
     "did you mean 'receivable'?"),
    ("receivable: 0.00", "receivable: nought", f"15:15: found 'nought'; expected {YUAN}"),
    ("receivable: 0.00", "remittances: [{on: 2024-02-40, from: east, to: west, amount: 1.00}]",
     "15:22: found '2024-02-40'; expected a day that exists"),
    ("receivable: 0.00", "remittances: [{on: 2024-02-01, from: east, to: west}]",
     "15:17: found no 'amount'; expected it, since it is required"),
    ("receivable: 0.00", "hospitals: [{on: 2024-02-01, at: west, for: east, to: x, amount: 1.00}]",
     "15:53: found key 'to'; expected one of on, at, for, scheme, amount"),
    ("receivable: 0.00", "dates: [{until: 2024-01-31}]",
     "15:11: found no 'statement'; expected it, since it is required"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[f"{new}" for _, new, _ in MISTAKES])
def test_a_mistake_is_told_at_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in wrong(tmp_path, (old, new))
    assert wrong(tmp_path, (old, new))[0] == said


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = wrong(
        tmp_path, ("at: west,", "at: wst,"), ("payer: east", "payer: est"), ("2024-01-10", "2024-02-10"),
        ("scheme: resident, amount: 20.00", "amount: -20.00"), ("use: bilateral_net", "use: bilateral"),
    )  # fmt: skip
    assert [line.split("; expected")[0] for line in found] == [
        "5:15: found 'bilateral'", "7:26: found 'wst'", "9:25: found 'est'", "11:10: found 2024-02-10",
        "12:60: found 20.00 taken back",
    ]  # fmt: skip


def test_a_gap_is_told_beside_a_wrong_name(tmp_path: Path) -> None:
    found = wrong(tmp_path, (POLICY, "policy: [{use: daily_nt, until: 2024-01-05}]"))
    assert [line.split("; expected")[0] for line in found] == [
        "5:10: found no policy on 2024-01-06", "5:16: found 'daily_nt'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("on: 2024-01-10, amount: -5.00", "on: 2024-01-10, amount: 5.00", ""),
        ("on: 2024-01-11, amount: -5.00", "on: 2024-01-10, amount: 5.00", ""),
        ("on: 2024-01-09, amount: -5.00", "on: 2024-01-10, amount: 5.00",
         "found 5.00 taken back; expected no more than the 0.00 left of what was settled until 2024-01-09"),
        ("on: 2024-01-11, amount: -5.01", "on: 2024-01-10, amount: 5.00",
         "found 5.01 taken back; expected no more than the 5.00 left of what was settled until 2024-01-11"),
        ("on: 2024-01-11, amount: -5.00", "on: 2024-01-10, scheme: resident, amount: 5.00",
         "found 5.00 taken back; expected no more than the 0.00 left of what was settled until 2024-01-11"),
    ],
)  # fmt: skip
def test_by_the_end_of_a_day_no_more_is_taken_back_than_was_settled(
    tmp_path: Path, first: str, second: str, said: str
) -> None:
    """Row by row (pool, scheme, care pool), whatever the order in the file."""
    rows = "".join(f"  - {{from: eastwood, at: westgate, {row}}}\n" for row in (first, second))
    change = ("work: [see", f"{rows}work: [see")
    if said:
        assert [line.partition(": ")[2] for line in wrong(tmp_path, change)] == [said]
    else:
        assert ss.clear(write(tmp_path, change)).check() == []


def test_dates_of_policies_are_told_beside_their_names(tmp_path: Path) -> None:
    policies = "policy: [{use: daily_nt, until: 2024-01-20}, {use: half_monthly, from: 2024-01-40}]"
    assert [line.split("; expected")[0] for line in wrong(tmp_path, (POLICY, policies))] == [
        "5:16: found 'daily_nt'", "5:72: found '2024-01-40'",
    ]  # fmt: skip


def test_a_missing_file_has_its_nearest_name(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(InputError) as caught:
        ss.clear(tmp_path / "cases.yaml")
    assert str(caught.value) == (
        f"{tmp_path}/cases.yaml: found no such file; expected an existing YAML file; did you mean 'case.yaml'?"
    )


# a mapping ----------------------------------------------------------------------------------------------


def as_mapping(**changed: Any) -> dict[str, Any]:
    """The good case in Python."""
    case: dict[str, Any] = {
        "format": 1, "title": {"zh": "两省", "en": "two"}, "provinces": {"east": ["eastport"], "west": ["westgate"]},
        "window": {"from": "2024-01-01", "until": "2024-01-31"}, "policy": "real_time_gross",
        "obligations": [{"on": "2024-01-10", "from": "eastport", "at": "westgate", "amount": "100.00"}],
    }  # fmt: skip
    return copy.deepcopy(case | changed)


def test_in_a_mapping_a_place_is_the_way_to_it() -> None:
    owed = {"on": "2024-01-10", "from": "eastprt", "at": "westgate", "amount": "100.00"}
    with pytest.raises(InputError) as caught:
        ss.clear(as_mapping(obligations=[owed], policy=[{"use": "daily_net"}, {"use": "daily_net"}]))
    assert [problem.where for problem in caught.value.problems] == ["policy.1", "obligations.0.from"]


def test_without_provinces_there_is_the_corridor() -> None:
    owed = {"on": "2024-01-10", "from": "zigong", "at": "chongqing", "amount": "1.00"}
    case = as_mapping(obligations=[owed])
    del case["provinces"]
    result = ss.clear(case)
    assert result.case.provinces == CORRIDOR and result.case.pools == [*POOLS]
    row = result.tables["remittances"].iloc[0]
    assert (row["from"], row["to"], row["amount"]) == ("sichuan", "chongqing", 100)


def test_plug_ins_may_be_forbidden(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        'import settlement_sim as ss\n\n\n@ss.policy("clearing")\nclass Mine(ss.ClearingPolicy):\n    """Mine."""\n',
        "utf-8",
    )
    path = write(tmp_path, ("use: bilateral_net", "use: mine.py:Mine"))
    assert ss.clear(path).case.policy[0].policy.name == "mine"
    with pytest.raises(InputError) as caught:
        ss.clear(path, plugins=False)
    assert str(caught.value).endswith(
        "case.yaml:5:15: found 'mine.py:Mine'; expected a built-in policy, since plug-ins are forbidden"
    )


@ss.policy("clearing")
class Overstating(ss.ClearingPolicy):
    """Asks for a fen too much."""

    def orders(self, day: int, obligations: Obligations, calendar: Calendar) -> ss.Orders:
        return ss.Orders(super().orders(day, obligations, calendar).amount + (day == dates.day("2024-01-20")))


def test_a_policy_that_asks_for_more_than_is_owed_is_stopped() -> None:
    with pytest.raises(PolicyError) as caught:
        ss.clear(as_mapping(policy=Overstating()))
    assert str(caught.value) == (
        "policy overstating of slot clearing, 2024-01-20, need none: returned more to remit than is due"
    )


def test_a_window_without_notices_asks_for_an_assumption() -> None:
    window = {"from": "2024-01-01", "until": "2030-01-31"}
    with pytest.raises(InputError, match="weekday_pattern"):
        ss.clear(as_mapping(window=window))
    assert ss.clear(as_mapping(window=window, calendar="weekday_pattern")).receivable == 0


# the result ---------------------------------------------------------------------------------------------


def test_what_came_of_a_case() -> None:
    """In real time everything happens on the tenth; 5 % is kept back until 31 March 2025."""
    result = ss.clear(as_mapping(window={"from": "2024-01-10", "until": "2024-01-10"}))
    assert list(result.tables) == list(COLUMNS)
    assert {name: list(frame.columns) for name, frame in result.tables.items()} == COLUMNS
    found = {name: frame.to_numpy().tolist() for name, frame in result.tables.items()}
    day = "2024-01-10"
    assert found == {
        "dates": [[day] * 7],
        "statements": [[day, "eastport", "westgate", "employee", 100_00]],
        "remittances": [[day, "east", "west", "employee", 100_00]],
        "hospitals": [
            [day, "westgate", "east", "employee", 95_00], ["2025-03-31", "westgate", "east", "employee", 5_00],
        ],
        "prepayments": [],
    }  # fmt: skip
    assert result.receivable == 0
    paid = {pair: fen for pair, fen in result.positions.items() if fen}
    assert paid == {("eastport", "employee"): -100_00}, "all that its fund has paid"


def test_every_difference_is_a_sentence() -> None:
    day = "2024-01-10"
    expect = {
        "dates": [dict.fromkeys(COLUMNS["dates"], day) | {"hospitals": "2024-01-11"}],
        "statements": [{"on": day, "from": "eastport", "at": "westgate", "amount": "100.00"}],
        "remittances": [{"on": day, "from": "east", "to": "west", "scheme": "resident", "amount": "100.00"}],
        "hospitals": [],
        "receivable": "5.00",
    }
    result = ss.clear(as_mapping(window={"from": day, "until": day}, expect=expect))
    assert result.check() == [
        f"dates: expected {' '.join([day] * 6)} 2024-01-11, which did not happen",
        f"dates: got {' '.join([day] * 7)}, which was not expected",
        f"remittances: expected {day} east west resident 100.00, which did not happen",
        f"remittances: got {day} east west employee 100.00, which was not expected",
        f"hospitals: got {day} westgate east employee 95.00, which was not expected",
        "hospitals: got 2025-03-31 westgate east employee 5.00, which was not expected",
        "receivable: expected 5.00, got 0.00",
    ]


def test_a_row_expected_twice_has_to_happen_twice() -> None:
    row = {"on": "2024-01-10", "from": "east", "to": "west", "amount": "100.00"}
    result = ss.clear(as_mapping(expect={"remittances": [row, row]}))
    assert result.check() == ["remittances: expected 2024-01-10 east west employee 100.00, which did not happen"]


def test_what_is_not_expected_is_not_compared() -> None:
    assert Expected() == load_clearing(as_mapping()).case.expect
    assert ss.clear(as_mapping()).check() == []


def test_deposits_and_returns_are_prepayments() -> None:
    """Opening 3.00; basis 1.00 a month by two months, so 1.00 goes back on 26 February; in force from 1 March."""
    owed = [
        {"on": f"2023-{month}-15", "from": "eastport", "at": "westgate", "amount": "1.00"} for month in (10, 11, 12)
    ]
    opening = [{"from": "eastport", "at": "west", "amount": "3.00"}]
    case = as_mapping(
        window={"from": "2023-10-01", "until": "2024-03-31"}, policy="prepaid_monthly_gross", obligations=owed,
        opening=opening,
    )  # fmt: skip
    assert ss.clear(case).tables["prepayments"].to_numpy().tolist() == [
        ["2023-10-01", "east", "west", "employee", 300], ["2024-02-26", "east", "west", "employee", -100],
    ]  # fmt: skip


def test_late_and_stopped_payers_pay_late() -> None:
    """Collected on 6 March: two months later is 6 May; after a stop until Sunday 28 April it is Monday 29 April."""
    for said, day in (
        ({"what": "late", "payer": ["eastport"], "months": 2, "from": "2024-03-06", "until": "2024-03-06"}, "05-06"),
        ({"what": "stops", "payer": "east", "from": "2024-03-01", "until": "2024-04-27"}, "04-28"),
        ({"what": "late", "payer": "west", "months": 2, "from": "2024-03-06"}, "03-13"),
        ({"what": "late", "payer": "east", "months": 2, "from": "2024-03-07"}, "03-13"),
    ):
        result = ss.clear(as_mapping(policy="prepaid_monthly_gross", disturbances=[said]))
        assert result.tables["remittances"].on.tolist() == [f"2024-{day}"], said
