"""Which tables show what was reported: the articles, every figure, what each leaves open, the hold-outs, the fits?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, reduce
from typing import Final

from reference_data import Row, table

from settlement_sim import yamlio
from settlement_sim.observed.check import Row as Checked
from settlement_sim.observed.check import Run, check
from settlement_sim.observed.figures import Figure, Figures, HoldOut, load
from settlement_sim.observed.reported import Period
from settlement_sim.observed.terms import DIRECTIONS, MEASURES
from settlement_sim.observed.years import Years
from settlement_sim.scenario.load import load as scenario
from settlement_sim.study.run import calibration_path
from settlement_sim.vocabulary import CARE_TYPES

#: Packaged scenarios with a calibration of their own.
FITTED: Final = ("baseline_2024q1q3", "backcast_2023q1q3_r1", "backcast_2023q1q3_r2")


@cache
def figures() -> Figures:
    """The packaged figures and hold-outs."""
    return load()


def articles() -> str:
    """The five articles, in the order of their files."""
    number = _number_of()
    rows = [
        (place, one.title.zh, one.title.en, one.publisher, one.date, _numbered(one.note, number) or "–")
        for one, place in ((figures().sources[id], place) for id, place in number.items())
    ]
    return table(("no.", "题名", "title", "outlet", "date", "note"), rows)


def reported() -> str:
    """Every figure as it was printed, and on what the answer of a run rests."""
    beside = bases()
    rows = [
        (
            figure.id, f"{figure.name.zh} {figure.name.en}", _value(figure), figure.unit, _interval(figure),
            f"{figure.scope.zh} {figure.scope.en}", _period(figure), _printed(figure),
            _number_of()[figure.source], f"`{beside[figure.id].basis}`",
        )
        for figure in figures().figures.values()
    ]  # fmt: skip
    head = (
        "id",
        "figure 指标",
        "value",
        "unit",
        "interval",
        "scope 范围",
        "period 时段",
        "printed 原文",
        "article 文章",
    )
    return table((*head, "basis"), rows)


def silent() -> str:
    """Why no run speaks to the other figures."""
    why: dict[str, list[str]] = {}
    for row in bases().values():
        if row.basis == "none":
            why.setdefault(row.reason, []).append(row.figure)
    return table(("figures 编号", "why none 原因"), [(", ".join(ids), reason) for reason, ids in why.items()])


def left_open() -> str:
    """What the articles leave open, figure by figure; what is common to several is said once."""
    shared: dict[tuple[str, str], list[str]] = {}
    for figure in figures().figures.values():
        for doubt in figure.ambiguities:
            shared.setdefault((doubt.text.zh, doubt.text.en), []).append(figure.id)
        for name, text in figure.readings.items():
            shared.setdefault((f"{name}：{text.zh}", f"{name}: {text.en}"), []).append(figure.id)
    rows = [(", ".join(ids), zh or "–", en) for (zh, en), ids in shared.items()]
    return table(("id", "中文", "English"), rows)


def hold_outs() -> str:
    """What was never fitted: quantities from elsewhere, their range, their sums."""
    return table(
        ("id", "quantity 指标", "value", "unit", "range", "scope 范围", "period", "grade", "sources", "arithmetic"),
        map(_hold_out, figures().hold_outs.values()),
    )


def fits() -> str:
    """Every packaged fit: its totals, how far the mean of its seeds is from them, the error of that mean."""
    head = (
        "scenario",
        "direction",
        "total",
        "unit",
        "fitted to",
        "residual",
        "standard error",
        "residual, %",
        "error, %",
    )
    return table(head, _fits())


@cache
def bases() -> dict[str, Checked]:
    """What `check` says of each figure, asked with a run of the days of A1 and B6 that has met everything."""
    direct, years = figures()["A1"].period, figures()["B6"].period
    assert direct is not None and years is not None
    totals = {d: dict.fromkeys(CARE_TYPES, dict.fromkeys(MEASURES, 0)) for d in DIRECTIONS}
    began, pools, handled = str(figures()["B1"].value), int(figures()["B2"].value), int(figures()["B6"].value)
    track = Years(years.from_, years.until, began, pools, handled, (0.0, 0.0, 1e9), (0.0, 0.0, 1e9))
    errors = {d: dict.fromkeys(MEASURES, 0.0) for d in DIRECTIONS}
    run = Run(direct.from_, direct.until, True, "", True, totals, totals, errors, track)
    return {row.figure: row for row in check(run, figures())}


def _number_of() -> dict[str, str]:
    """Articles by id, numbered in the order of their files."""
    found = (source for source in figures().sources.values() if source.grade == "article")
    return {source.id: str(place) for place, source in enumerate(found, 1)}


def _numbered(note: str, number: Mapping[str, str]) -> str:
    """A note with the numbers of the articles in the place of their file names."""
    return reduce(lambda text, id: text.replace(id, f"article {number[id]}"), number, note)


def _value(figure: Figure) -> str:
    value = _shown(figure.value)
    return value if figure.value_before is None else f"{_shown(figure.value_before)} → {value}"


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _interval(figure: Figure) -> str:
    interval = figure.interval
    return f"{_shown(interval.from_)} to {_shown(interval.until)}" + (" included" if interval.closed else "")


def _days(period: Period | None) -> str:
    return f"{period.from_} – {period.until}" if period else ""


def _period(figure: Figure | HoldOut) -> str:
    note = figure.period_note
    said = (_days(figure.period), f"{note.zh} {note.en}" if note else "")
    return "; ".join(part for part in said if part)


def _printed(figure: Figure) -> str:
    said = ["；".join(figure.printed)] if figure.printed else []
    return "; ".join([*said, f"not printed: {figure.derived}"] if figure.derived else said)


def _hold_out(one: HoldOut) -> Row:
    to = f"–{one.value_to}" if one.value_to is not None else ""
    titles = "; ".join(figures().sources[source].title.en for source in one.sources)
    notes = [one.note.en] if one.note else []
    return (
        f"`{one.id}`", f"{one.name.zh} {one.name.en}", f"{_shown(one.value)}{to}", one.unit, f"{one.low} – {one.high}",
        f"{one.scope.zh} {one.scope.en}", _period(one), one.grade, titles, "; ".join([*one.work, *notes]),
    )  # fmt: skip


def _fits() -> Iterator[Row]:
    for name in FITTED:
        said = yamlio.read(calibration_path(scenario(name))).data
        for total, numbers in said["residuals"].items():
            direction, measure = total.split(".")
            per_unit = 100 if measure == "total_fee" else 1
            goal, off, error = (
                int(numbers[key]) / per_unit
                for key in ("reported" if "reported" in numbers else "implied", "residual", "standard_error")
            )
            found = (f"{goal:,.0f}", f"{off:+,.0f}", f"{error:,.0f}", f"{off / goal:+.3%}", f"{error / goal:.3%}")
            yield f"`{name}`", f"`{direction}`", f"`{measure}`", MEASURES[measure], *found
