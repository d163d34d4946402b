"""What a notebook shows of scenarios, results, comparisons, cases and policies, in both languages."""

from __future__ import annotations

import pytest

import settlement_sim as ss

SMALL = ("world.scale=0.1", "recognition.window.until=2025-02-28")


@pytest.fixture(scope="module")
def years() -> ss.Loaded:
    return ss.load("q9_recognition", *SMALL)


@pytest.fixture(scope="module")
def comparison(years: ss.Loaded) -> ss.Comparison:
    return ss.compare(years, ss.load("q9_threshold_15_years", *SMALL), runs=2)


@pytest.fixture(scope="module")
def visits() -> ss.Result:
    found = ss.simulate(ss.load("baseline_2024q1q3", "world.scale=0.002", "window.until=2024-02-29", "seed=5"))
    assert isinstance(found, ss.Result)
    return found


def test_results_show_themselves(years: ss.Loaded, comparison: ss.Comparison, visits: ss.Result) -> None:
    result = ss.simulate(years)
    accepted = int(result.tables["recognition_totals"].accepted.sum())
    assert f">{accepted:,}</td>" in result._repr_html_()
    assert "</td>" in visits._repr_html_() and "直接结算人次" in visits._repr_html_()
    assert "difference 差值" in comparison._repr_html_()
    assert "mean of 2 seeds" in ss.replications(years, runs=2)._repr_html_()
    assert repr(result) == "YearsResult of q9_recognition, seed 1"
    assert repr(comparison) == "Comparison of q9_threshold_15_years with q9_recognition"
    rules = ss.RuleBook.load()
    assert "inpatient.deductible" in rules._repr_html_() and repr(rules) == f"RuleBook of {len(rules.leaves)} rules"


def test_cases_explain_themselves_as_plain_text() -> None:
    """In a notebook too, where a terminal's page would be shown by itself."""
    bill = ss.settle("tests/cases/cq_retired_second_admission.yaml")
    assert "14,447.60" in bill.explanation("en") and "统筹" in bill.explanation("zh", width=90)
    assert max(map(len, bill.explanation("en", width=90).splitlines())) <= 90


def test_assumptions_are_those_of_the_command(years: ss.Loaded) -> None:
    frame = ss.assumptions(years)
    assert list(frame.columns) == ["kind", "name", "value", "range", "grade", "basis"]
    assert set(frame.kind) == {"reading", "policy", "setting", "career", "rule"} | (set(frame.kind) & {"place"})


def test_a_table_says_of_which_days_seeds_and_settings_it_is(comparison: ss.Comparison, visits: ss.Result) -> None:
    said = comparison._repr_html_()
    assert "seeds 种子 1–2 · reference 参照 q9_recognition · world.scale=0.1" in said
    assert "contribution years 缴费年限 2024-03-01 … 2025-02-28" in said and "2024-09-30" not in said
    assert "2024-01-01 … 2024-02-29" in visits._repr_html_() and "seed 种子 5" in visits._repr_html_()


def test_what_a_question_asks_for_is_shown_first_and_where_nothing_changes() -> None:
    settings = ("world.scale=0.002", "window.until=2024-02-29")
    found = ss.compare(ss.load("baseline_2024q1q3", *settings), ss.load("q1_filing_reinstated", *settings), runs=1)
    first = found._repr_html_().split("<tr")[2:5]
    for row, name in zip(first, ("direct settlements", "of which stays", "claims by hand"), strict=True):
        assert name in row and ">0</td>" in row


def test_a_scenario_shows_its_entries(years: ss.Loaded) -> None:
    said = ss.load("border_local")._repr_html_()
    assert ">filing_free</td>" in said and ">border_local</td>" in said and "2024-06-30" in said
    assert ">recognition</td>" in years._repr_html_()
    assert repr(years) == "Scenario q9_recognition world.scale=0.1 recognition.window.until=2025-02-28"


def test_cases_show_themselves_in_full() -> None:
    bill = ss.settle("tests/cases/cq_retired_second_admission.yaml")
    assert bill._repr_html_().startswith("<pre>") and "14,447.60" in bill._repr_html_()
    assert len(repr(bill)) < 120 and repr(bill).startswith("SettledCase of ")


def test_known_policies_are_those_of_the_command() -> None:
    frame = ss.known_policies("access")
    assert list(frame.columns) == [
        "slot",
        "policy",
        "meaning",
        "parameter",
        "default",
        "range",
        "grade",
        "says",
        "origin",
    ]
    (cut,) = frame.query("policy == 'filing_required' and parameter == 'cut_other'").itertuples()
    assert (cut.default, cut.range, cut.grade, cut.origin) == ("20", "≤ 20", "secondary", "built-in")
    (bare,) = ss.known_policies("transfer").query("policy == 'none'").itertuples()
    assert bare.parameter == ""
    assert set(ss.known_policies().slot) > {"access", "clearing", "recognition"}
    with pytest.raises(ss.InputError, match="did you mean 'access'"):
        ss.known_policies("acess")
