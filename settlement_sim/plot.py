"""The figures of the report page for a notebook: each returns matplotlib axes that may be changed further.

>>> import settlement_sim as ss
>>> axes = ss.plot.payers(result)  # doctest: +SKIP
>>> axes.set_title("Who pays?")  # doctest: +SKIP

`found` is what `simulate`, `replications` or `compare` gave; `lang` is `en` or `zh`, whose letters come with the
package. A figure that has nothing to show raises InputError.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from settlement_sim.errors import InputError, Problem
from settlement_sim.report.drawing import plain
from settlement_sim.report.page.parts import WIDTH, Maker, Page
from settlement_sim.report.page.sections.bureau import bureau as _bureau
from settlement_sim.report.page.sections.care import care as _care
from settlement_sim.report.page.sections.days import days as _days
from settlement_sim.report.page.sections.flows import flows as _flows
from settlement_sim.report.page.sections.measures import measures as _measures
from settlement_sim.report.page.sections.months import months as _months
from settlement_sim.report.page.sections.parts import parts as _parts
from settlement_sim.report.page.sections.payers import payers as _payers
from settlement_sim.report.page.sections.prepayment import prepayment as _prepayment
from settlement_sim.report.page.sections.recognition import recognition as _recognition
from settlement_sim.report.page.study import read
from settlement_sim.report.table import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "bureau", "care", "days", "differences", "flows", "months", "parts", "payers", "prepayment", "recognition",
]  # fmt: skip


def months(found: Any, *, lang: Language = "en") -> Axes:
    """Settlements by month (the axes returned), and below them gross bills."""
    return _axes(found, _months, lang)


def care(found: Any, *, lang: Language = "en") -> Axes:
    """Shares of settlements and of bills by care type."""
    return _axes(found, _care, lang)


def payers(found: Any, *, lang: Language = "en") -> Axes:
    """Shares of the bill by who pays, in every scenario that differs."""
    return _axes(found, _payers, lang)


def flows(found: Any, *, lang: Language = "en") -> Axes:
    """Who travels where, by coordinates."""
    return _axes(found, _flows, lang)


def bureau(found: Any, *, lang: Language = "en") -> Axes:
    """What each pool receives less what it pays."""
    return _axes(found, _bureau, lang)


def prepayment(found: Any, *, lang: Language = "en") -> Axes:
    """Use of the prepayment by month, with the bands of the alerts."""
    return _axes(found, _prepayment, lang)


def days(found: Any, *, lang: Language = "en") -> Axes:
    """Days until hospitals have their money: mean (dot), 50 % to 90 % of the money (thick), the longest (thin)."""
    return _axes(found, _days, lang)


def recognition(found: Any, *, lang: Language = "en") -> Axes:
    """Recognised cases by pool of application and of retirement."""
    return _axes(found, _recognition, lang)


def differences(comparison: Any, *, lang: Language = "en") -> Axes:
    """Paired differences in percent of the reference, of the first scenario compared with it; grey: without pairing."""
    return _axes(comparison, _measures, lang)


def parts(attribution: Any, *, lang: Language = "en") -> Axes:
    """Which part of a scenario changes what, and what they do together."""
    return _axes(attribution, _parts, lang)


@dataclass(frozen=True)
class _Sketch(Page):
    """A page that keeps what would be drawn."""

    drawn: list[tuple[Callable[[Figure], None], float, float]] = field(default_factory=list)

    def draw(
        self, name: str, key: str, draw: Callable[[Figure], None], *, width: float = WIDTH, height: float
    ) -> Markup:
        """Keeps it."""
        self.drawn.append((draw, width, height))
        return Markup()


def _axes(found: Any, make: Maker, lang: Language) -> Axes:
    with tempfile.TemporaryDirectory() as folder:
        page = _Sketch(read(found.save(Path(folder) / "run")), lang)
        make(page)
        if not page.drawn:
            raise InputError(Problem(make.__name__, "nothing to draw", "a run or comparison that has such tables"))
        draw, width, height = page.drawn[0]
        return plain(draw, width=width, height=height).axes[0]
