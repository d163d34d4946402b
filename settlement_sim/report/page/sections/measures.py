"""What changes, and by how much? Every measure with its paired interval; of a run, its totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.record.measures import MEASURE, MEASURES, told
from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.numbers import called, with_unit
from settlement_sim.report.page.axes import rows, zero
from settlement_sim.report.page.parts import Page, Section, Sheet, marked
from settlement_sim.report.page.sections.answer import change
from settlement_sim.report.page.study import Side
from settlement_sim.report.page.values import Values, half_width_apart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Measures in the figure, and the largest change in it as a share of the reference: a larger one would hide the others.
_DRAWN = 10
_MOST = 2.0


def measures(page: Page) -> Section:
    """Figure and table of every comparison; a table of a run."""
    others = page.study.others
    if not others:
        return _of_run(page)
    figures = [figure for other in others for figure in _figure(page, other)]
    same = [page.say("measures_unchanged", names=names) for names in _joined(page, _unchanged(page))]
    sheets = [sheet for other in others if (sheet := _changes(page, other)).rows]
    return Section("measures", page.say("measures"), [page.say("measures_says")], figures, sheets, notes=same)


def _of_run(page: Page) -> Section:
    side = page.study.reference
    found = {name: values for name in _names(side) if (values := side.measure(name)) is not None}
    some = {name: values for name, values in found.items() if any(values.by_seed)}
    nothing = _joined(page, [name for name in found if name not in some])
    notes = [page.say("measures_nothing", names=names) for names in nothing]
    return Section("measures", page.say("measures_run"), sheets=[_totals(page, some)], notes=notes)


def _names(other: Side) -> list[str]:
    """Those of the question and the usual ones first, then all others."""
    first = told([*other.measures.columns], other.read)
    return first + [one.name for one in MEASURES if one.name in other.measures and one.name not in first]


def _unchanged(page: Page) -> list[str]:
    """Measures that are the same in every scenario and seed."""
    first, *more = page.study.sides
    return [name for name in _names(first) if all(first.same(side, name) for side in more)]


def _joined(page: Page, names: list[str]) -> list[str]:
    """One text, or none."""
    words = [called(name, page.lang, unit=False) for name in names]
    return [("、" if page.lang == "zh" else ", ").join(words)] if words else []


def _width(page: Page, values: Values, percent: float) -> Markup:
    """Of the paired interval, in percent of the one that separate runs would have."""
    return marked(percent, values.of, "width_of_unpaired", with_unit(percent, "percent", page.lang))


def _totals(page: Page, found: Mapping[str, Values]) -> Sheet:
    several = len(page.study.reference.seeds) > 1
    lines = []
    for name, values in found.items():
        unit = MEASURE[name].unit
        spread = [page.interval(values, unit)] if several else []
        lines.append([called(name, page.lang), page.number(values, unit, bare=True), *spread])
    head = [page.say("measure"), page.say("mean_of_seeds" if several else "mean")]
    return Sheet("", [*head, *([page.say("interval")] if several else [])], lines)


def _changes(page: Page, other: Side) -> Sheet:
    lines = []
    for name in _names(other):
        values, unit = change(page, other, name), MEASURE[name].unit
        mine, theirs = other.measure(name), page.study.reference.measure(name)
        if values is None or mine is None or theirs is None or not any(values.by_seed):
            continue
        apart = half_width_apart(mine, theirs)
        numbers = [page.number(each, unit, bare=True) for each in (theirs, mine)]
        both = [_width(page, values, 100 * values.half_width / apart)] if apart else ["—"]
        change_of = page.number(values, unit, signed=True, bare=True)
        lines.append([called(name, page.lang), *numbers, change_of, page.interval(values, unit, signed=True), *both])
    heads = ("measure", "reference", "scenario", "difference", "interval", "narrower")
    return Sheet(f"{other.name} − {page.study.reference.name}", [page.say(head) for head in heads], lines)


def _figure(page: Page, other: Side) -> list[Markup]:
    """Differences in percent of the reference; nothing where nothing changes."""
    found = []
    for name in _names(other):
        values, base, mine = change(page, other, name), page.study.reference.measure(name), other.measure(name)
        if values is None or base is None or mine is None or not any(values.by_seed):
            continue
        if abs(values.mean) > _MOST * abs(base.mean):
            continue
        widths = values.half_width, half_width_apart(mine, base)
        found.append((name, [100 * x / base.mean for x in (values.mean, *widths)]))
    if not found:
        return []
    shown = found[:_DRAWN]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        at = range(len(shown))
        mean, half, apart = zip(*(numbers for _, numbers in shown), strict=True)
        unpaired, paired = str(page.say("unpaired")), str(page.say("paired"))
        axes.errorbar(
            mean, at, xerr=apart, fmt="none", ecolor=COLOURS["reference"], elinewidth=5, alpha=0.45, label=unpaired
        )
        axes.errorbar(mean, at, xerr=half, fmt="o", color=COLOURS["other"], markersize=5, elinewidth=1.6, label=paired)
        zero(axes)
        axes.set_xlim(*_ends([numbers for _, numbers in shown]))
        rows(axes, [called(name, page.lang, unit=False) for name, _ in shown], str(page.say("measures_axis")))
        axes.set_title(other.name if len(page.study.others) > 1 else "")
        axes.margins(y=0.1)
        figure.legend(loc="outside lower center", ncols=2)

    height = 1.5 + 0.36 * len(shown)
    return [page.draw(f"measures{other.number}", "measures", draw, height=height)]


def _ends(drawn: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Of the axis: all that is paired; of grey at most as much again on either side, or it would be all one sees."""
    (low, high), (lowest, highest) = _reach(drawn, 1), _reach(drawn, 2)
    room = high - low
    return max(low - room, min(low, lowest)) - room / 20, min(high + room, max(high, highest)) + room / 20


def _reach(drawn: Sequence[Sequence[float]], width: int) -> tuple[float, float]:
    """From where to where lines of a width (1 paired, 2 not) lead, zero included."""
    halves = (0 if line[width] != line[width] else line[width] for line in drawn)
    ends = [line[0] + sign * half for line, half in zip(drawn, halves, strict=True) for sign in (-1, 1)]
    return min(0.0, *ends), max(0.0, *ends)
