"""`ss.plot` gives axes that may be changed, in both languages; what cannot be drawn says so."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import settlement_sim as ss
from settlement_sim.report.page.sections.measures import _ends

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


def test_figures_leave_the_settings_of_a_session_as_they_are(comparison: object) -> None:
    before = dict(mpl.rcParams)
    with plt.ion():
        ss.plot.differences(comparison)
        assert mpl.is_interactive(), "a notebook shows later figures only then"
    assert dict(mpl.rcParams) == before
    plt.close("all")


def test_grey_does_not_squeeze_what_is_paired() -> None:
    lines = [(2.0, 0.5, 90.0), (-1.0, 0.25, 0.125)]  # mean, half of the paired interval, half of the other
    low, high = _ends(lines)
    # Paired lines reach from −1.25 to 2.5, 3.75 in all: grey may add 3.75 on either side, and 5 % of that are margin.
    assert (low, high) == pytest.approx((-1.25 - 3.75 - 0.1875, 2.5 + 3.75 + 0.1875))
    assert _ends([(1.0, float("nan"), float("nan"))]) == pytest.approx((-0.05, 1.05)), "one seed has no interval"


def test_what_a_run_has_not_is_told(years: ss.Loaded) -> None:
    with pytest.raises(ss.InputError, match="nothing to draw"):
        ss.plot.months(ss.simulate(years))


def test_parts_of_a_scenario_are_drawn(years: ss.Loaded) -> None:
    other = ss.load("q9_threshold_15_years", *SMALL, "policies.transfer.0.use=retrospective")
    found = ss.attribute(years, other, runs=2)
    assert "interaction" in words(ss.plot.parts(found))
    assert "policies.transfer" in found._repr_html_()
    plt.close("all")
