"""How long must a run warm up? Reduced worlds begun earlier and earlier, held against one begun a year before.

    python docs/measure_warm_up.py        some minutes

Writes the table of `docs/model.md`, between `<!-- measured: warm_up -->` and `<!-- end -->`, and its figure. Every run
has one seed and one window, so what differs is what lies before the window, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from build_reference import DOCS, table

import settlement_sim as ss
from settlement_sim.record.measures import MEASURE, measures
from settlement_sim.report.drawing import INK, SOFT, standalone, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGE: Final = DOCS / "model.md"
FIGURE: Final = DOCS / "figures/warm_up.svg"
SCALE: Final = "0.05"
WINDOW: Final = dt.date(2024, 1, 1)
#: Days simulated before the window; the last run is what the others are held against.
LENGTHS: Final = (0, 3, 7, 14, 31, 61, 92, 184, 365)
BASELINE: Final = 92
#: Measures of the table and the figure; the last has a panel of its own.
SHOWN: Final = ("stays", "fund_total", "crossed", "personal_account")
LABELS: Final = {
    "stays": "stays settled", "fund_total": "paid by funds", "crossed": "sent between provinces",
    "personal_account": "paid from personal accounts",
}  # fmt: skip
Shares = dict[str, list[float]]


def main() -> None:
    """Run every length, rewrite the table, draw the figure."""
    found = [run(days) for days in LENGTHS]
    shares = {name: [100 * one[name] / found[-1][name] - 100 for one in found] for name in SHOWN}
    text = PAGE.read_text("utf-8")
    block = re.compile(r"(<!-- measured: warm_up -->\n).*?(<!-- end -->)", re.DOTALL)
    PAGE.write_text(block.sub(lambda place: place[1] + rows(shares) + place[2], text), "utf-8", newline="\n")
    title = "What a run misses, by the days that it warms up"
    drawn = svg(lambda figure: draw(figure, shares), width=8.2, height=3.6, name="warm-up", title=title)
    FIGURE.write_text(standalone(drawn), "utf-8")


def run(days: int) -> dict[str, float]:
    """The measures of a run that begins so many days before the window."""
    first = WINDOW - dt.timedelta(days)
    print(first, flush=True)
    result = ss.simulate(ss.load("baseline_2024q1q3", f"world.scale={SCALE}", f"warm_up={first}"))
    return measures(result.tables, result.exact["counts"])


def rows(shares: Shares) -> str:
    """A row per length: percent more or less than the longest run."""
    head = ("days 天", "from 起", *(f"{MEASURE[name].en} {MEASURE[name].zh}" for name in SHOWN))
    lines = [
        (str(days) + " (baseline 基准)" * (days == BASELINE), WINDOW - dt.timedelta(days),
         *(percent(shares[name][place]) for name in SHOWN))
        for place, days in enumerate(LENGTHS)
    ]  # fmt: skip
    return table(head, lines)


def percent(value: float) -> str:
    """With a sign, and an exact nothing as such."""
    return "0" if value == 0 else f"{'−' if value < 0 else '+'}{abs(value):.2f} %"


def draw(figure: Figure, shares: Shares) -> None:
    """On the left what some weeks settle, on the right the accounts, which none does."""
    left, right = figure.subplots(1, 2)
    for name in SHOWN[:-1]:
        line(left, shares, name)
    line(right, shares, SHOWN[-1])
    left.set_title("stays, funds and clearing", color=INK)
    right.set_title(LABELS[SHOWN[-1]], color=INK)
    left.set_ylabel("% against the longest run")
    left.legend(loc="lower right")


def line(axes: Axes, shares: Shares, name: str) -> None:
    """One measure by length; lengths stand evenly, since the first days matter most."""
    axes.plot(range(len(LENGTHS)), shares[name], marker="o", markersize=4, label=LABELS[name])
    axes.set_xticks(range(len(LENGTHS)), [str(days) for days in LENGTHS])
    axes.set_xlabel("days simulated before the window")
    axes.axvline(LENGTHS.index(BASELINE), color=SOFT, linewidth=0.8, linestyle=":")


if __name__ == "__main__":
    main()
