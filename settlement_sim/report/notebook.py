"""What does a notebook show of a scenario, a result, a comparison, the rules? Small tables, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from settlement_sim.policies.base import EVERY_SLOT, RECOGNITION_SLOTS
from settlement_sim.record.measures import MEASURE, MEASURES, measures, told
from settlement_sim.report.numbers import called, interval, written
from settlement_sim.scenario.entries import entries_of

if TYPE_CHECKING:
    from settlement_sim.rules.book import RuleBook
    from settlement_sim.scenario.load import Loaded
    from settlement_sim.scenario.schema import Entry

_LANG = "en"


def of_scenario(loaded: Loaded) -> str:
    """What it asks, over which days, and its entries: which policy answers for whom, when, with which parameters."""
    rows = [
        (slot, entry.use, _where(entry), _text(entry.first), _text(entry.last), _settings(entry.parameters))
        for slot in EVERY_SLOT if loaded.scenario.years or slot not in RECOGNITION_SLOTS
        for entry in entries_of(loaded.scenario.policies, slot)
    ]  # fmt: skip
    heads = ("slot 环节", "policy 政策", "for 适用", "from 起", "until 止", "parameters 参数")
    return _head(loaded, f"seed 种子 {loaded.scenario.seed}") + _table(heads, rows, labels=len(heads))


def of_result(result: Any) -> str:
    """Name, question, and the measures that answer it."""
    alone = hasattr(result.run, "loaded")
    loaded = result.run.loaded if alone else result.run.prepared.loaded
    seed = result.run.track.plan.seed if alone else result.run.prepared.plan.seed
    found = measures(result.tables, result.exact.get("counts", {}))
    names = told([*found], loaded.scenario.question.read)
    rows = [(_named(name), written(found[name], MEASURE[name].unit, _LANG)) for name in names]
    return _head(loaded, f"seed 种子 {seed}") + _table(("measure 指标", "value 数值"), rows)


def of_replications(found: Any) -> str:
    """Mean and 95 % interval over the seeds."""
    from settlement_sim.study.replications import spread

    rows = []
    summary = spread(found.measures)
    for name in told([*summary.index], found.loaded.scenario.question.read):
        row, unit = summary.loc[name], MEASURE[name].unit
        rows.append((_named(name), written(row["mean"], unit, _LANG), interval(row["low"], row["high"], unit, _LANG)))
    heads = ("measure 指标", f"mean of {len(found.seeds)} seeds 平均", "95 % interval 区间")
    return _head(found.loaded, _seeds(found)) + _table(heads, rows)


def of_comparison(found: Any) -> str:
    """Every other scenario beside the reference, with paired differences."""
    several = zip(found.labels[1:], found.others, strict=True)
    return "".join(_changes(found, label, other) for label, other in several)


def _changes(found: Any, label: str, other: Any) -> str:
    """Measures that the question asks for and the usual ones, then all others that change."""
    frame = found.measures
    frame = frame[frame["scenario"] == label].set_index("measure")
    first = told([*frame.index], other.loaded.scenario.question.read)
    more = [one.name for one in MEASURES if one.name in frame.index and one.name not in first]
    names = [*first, *(name for name in more if frame.loc[name, "difference"])]
    heads = ("measure 指标", "reference 参照", "scenario 情景", "difference 差值", "95 % interval 区间")
    against = f"{_seeds(other)} · reference 参照 {found.reference.loaded.name}"
    return _head(other.loaded, against) + _table(heads, [_change(name, frame.loc[name]) for name in names])


def _change(name: str, row: Any) -> tuple[str, ...]:
    unit = MEASURE[name].unit
    values = (written(row[key], unit, _LANG, signed=key == "difference") for key in _COLUMNS)
    return (_named(name), *values, interval(row["low"], row["high"], unit, _LANG, signed=True))


_COLUMNS = ("reference", "other", "difference")


def of_attribution(found: Any) -> str:
    """Parts of every measure that changes; sums over the seeds."""
    frame = found.measures
    frame = frame[frame.any(axis=1)]
    rows = [
        (_named(str(name)), *(written(value, MEASURE[str(name)].unit, _LANG, signed=True) for value in row))
        for name, row in frame.iterrows()
    ]
    return _head(found.comparison.others[0].loaded, _seeds(found.comparison.reference)) + _table(
        ("measure 指标", *frame.columns), rows
    )


def of_rules(book: RuleBook) -> str:
    """Every rule: its unit, how many values it has, and their grades."""
    from settlement_sim.rules.search import Asked, search

    grades: dict[str, Counter[str]] = {}
    for row in search(book, Asked()):
        grades.setdefault(row.rule, Counter())[row.grade] += 1
    rows = [
        (name, str(book.leaves[name].unit), ", ".join(f"{n} {grade}" for grade, n in count.items()), str(count.total()))
        for name, count in grades.items()
    ]
    return _table(("rule 规则", "unit 单位", "grades 等级", "values 取值"), rows, labels=3)


def _named(name: str) -> str:
    return f"{called(name, _LANG)} {called(name, 'zh', unit=False)}"


def _head(loaded: Loaded, more: str) -> str:
    """Name, question, days and settings: what a table means when it is copied out."""
    from markupsafe import Markup

    scenario, settings = loaded.scenario, "".join(f" · {said}" for said in loaded.said)
    days = [] if scenario.visits == "off" else [f"{scenario.window.first} … {scenario.window.last}"]
    if scenario.years:
        window = scenario.years.window
        days.append(f"contribution years 缴费年限 {window.first} … {window.last}")
    # A policy of a cell asks something that no file has put into words.
    asked = [] if loaded.base else [scenario.question.en, scenario.question.zh]
    lines = (Markup("<b>{}</b>").format(loaded.name), *asked, " · ".join(days), f"{more}{settings}")
    return str(Markup("<p>{}</p>").format(Markup("<br>").join(lines)))


def _seeds(found: Any) -> str:
    first, last = found.seeds[0], found.seeds[-1]
    return f"seeds 种子 {first}–{last}" if first != last else f"seed 种子 {first}"


def _where(entry: Entry) -> str:
    """For whom an entry answers."""
    if isinstance(entry.where, str):
        return entry.where
    pools = "everybody 全部" if entry.where.pool == "all" else ", ".join(entry.where.pool)
    return pools if entry.where.scheme == "all" else f"{pools}: {entry.where.scheme}"


def _text(day: object) -> str:
    return "" if day is None else str(day)


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], labels: int = 1) -> str:
    """`labels` columns at its left are words, the others numbers."""
    from markupsafe import Markup

    def line(kind: str, cells: Sequence[str]) -> Markup:
        sides = ("left" if number < labels else "right" for number in range(len(cells)))
        pattern = Markup('<{0} style="text-align: {1}">{2}</{0}>')
        return Markup("<tr>{}</tr>").format(
            Markup("").join(pattern.format(kind, side, cell) for side, cell in zip(sides, cells, strict=True))
        )

    body = Markup("\n").join(line("td", row) for row in rows)
    return str(Markup("<table>\n<thead>{}</thead>\n<tbody>\n{}\n</tbody>\n</table>").format(line("th", heads), body))
