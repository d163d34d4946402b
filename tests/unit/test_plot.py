"""`ss.plot` gives axes that may be changed, in both languages; what cannot be drawn says so."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import settlement_sim as ss

mpl.use("Agg")
SMALL = ("world.scale=0.1", "recognition.window.until=2025-02-28")


@pytest.fixture(scope="module")
def years() -> ss.Loaded:
    return ss.load("q9_recognition", *SMALL)


@pytest.fixture(scope="module")
def comparison(years: ss.Loaded) -> object:
    return ss.compare(years, ss.load("q9_threshold_15_years", *SMALL), runs=2)


@pytest.fixture(scope="module")
def visits() -> ss.Result:
    return ss.simulate(ss.load("baseline_2024q1q3", "world.scale=0.002", "window.until=2024-02-29"))


def words(axes: Axes) -> str:
    axes.figure.draw_without_rendering()
    legends = [text for legend in axes.figure.legends for text in legend.get_texts()]
    return " ".join(text.get_text() for text in [*axes.get_yticklabels(), axes.xaxis.label, axes.title, *legends])


@pytest.mark.parametrize(("figure", "zh", "en"), [
    ("months", "渝→川", "Chongqing → Sichuan"), ("payers", "统筹基金", "pooled fund"),
    ("flows", "重庆", "Chongqing"), ("bureau", "成都", "Chengdu"), ("care", "药店", "pharmacy"),
    ("prepayment", "未付款", "unpaid"),
])  # fmt: skip
def test_a_run_is_drawn_in_both_languages(figure: str, zh: str, en: str, visits: ss.Result) -> None:
    draw = getattr(ss.plot, figure)
    assert zh in words(draw(visits, lang="zh")) and en in words(draw(visits))
    plt.close("all")


def test_a_comparison_is_drawn(comparison: object) -> None:
    assert "recognised" in words(ss.plot.differences(comparison)).lower()
    bars = [bar for bar in ss.plot.recognition(comparison).patches if bar.get_width()]
    assert len(bars) >= 4, "pairs of pools in both scenarios"
    plt.close("all")


def test_the_axes_may_be_changed_and_saved(comparison: object, tmp_path: object) -> None:
    axes = ss.plot.differences(comparison)
    axes.set_title("mine")
    axes.figure.savefig(tmp_path / "mine.png")
    assert (tmp_path / "mine.png").stat().st_size > 5_000
    plt.close("all")


def test_what_a_run_has_not_is_told(years: ss.Loaded) -> None:
    with pytest.raises(ss.InputError, match="nothing to draw"):
        ss.plot.months(ss.simulate(years))


def test_parts_of_a_scenario_are_drawn(years: ss.Loaded) -> None:
    other = ss.load("q9_threshold_15_years", *SMALL, "policies.transfer.0.use=retrospective")
    found = ss.attribute(years, other, runs=2)
    assert "interaction" in words(ss.plot.parts(found))
    assert "policies.transfer" in found._repr_html_()
    plt.close("all")


def test_results_show_themselves(years: ss.Loaded, comparison: object, visits: ss.Result) -> None:
    result = ss.simulate(years)
    accepted = int(result.tables["recognition_totals"].accepted.sum())
    assert f"<td>{accepted:,}</td>" in result._repr_html_()
    assert "<td>" in visits._repr_html_() and "直接结算人次" in visits._repr_html_()
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
