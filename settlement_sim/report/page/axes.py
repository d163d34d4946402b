"""What do the figures of a page have in common? Rows with labels at their left; zero where it matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Final

from settlement_sim.report.drawing import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Letters in a line of a label.
_LINE: Final = 34


def rows(axes: Axes, labels: Sequence[str], says: str = "", *, grid: bool = True) -> None:
    """One row per label from the top down; `says` stands under them, flush right, where it has room."""
    axes.set_yticks(range(len(labels)), [_wrapped(label) for label in labels])
    axes.invert_yaxis()
    axes.set_xlabel(says, loc="right")
    axes.grid(visible=False)
    if grid:
        axes.grid(axis="x")


def _wrapped(label: str) -> str:
    """In lines that leave room for what is drawn; Chinese labels are short, and lines that stand stay."""
    return "\n".join(fill(line, _LINE, break_long_words=False, break_on_hyphens=False) for line in label.splitlines())


def zero(axes: Axes, at: float = 0) -> None:
    """A line at what nothing, or agreement, would be."""
    axes.axvline(at, color=COLOURS["reference"], linewidth=0.9)


def columns_of_months(axes: Axes, months: Sequence[str], says: Callable[[str], str]) -> None:
    """Months along the horizontal axis; those of one year by their number, and `says` tells of which year."""
    years = sorted({month[:4] for month in months})
    labels = [month[5:].lstrip("0") if len(years) == 1 else month[2:] for month in months]
    axes.set_xticks(range(len(months)), labels)
    axes.set_ylim(bottom=0)
    if len(years) == 1:
        axes.set_xlabel(says(years[0]), loc="right")
