"""What does a notebook show of a result, a comparison, the rules? Small tables, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from settlement_sim.record.measures import MEASURE, MEASURES, measures, told
from settlement_sim.report.numbers import called, interval, written

if TYPE_CHECKING:
    from settlement_sim.rules.book import RuleBook
    from settlement_sim.scenario.load import Loaded

_LANG = "en"


def of_result(result: Any) -> str:
    """Name, question, and the measures that answer it."""
    loaded = result.run.loaded if hasattr(result.run, "loaded") else result.run.prepared.loaded
    found = measures(result.tables, result.exact.get("counts", {}))
    names = told([*found], loaded.scenario.question.read)
    rows = [(_named(name), written(found[name], MEASURE[name].unit, _LANG)) for name in names]
    return _head(loaded) + _table(("measure 指标", "value 数值"), rows)


def of_replications(found: Any) -> str:
    """Mean and 95 % interval over the seeds."""
    from settlement_sim.study.replications import spread

    rows = []
    summary = spread(found.measures)
    for name in told([*summary.index], found.loaded.scenario.question.read):
        row, unit = summary.loc[name], MEASURE[name].unit
        rows.append((_named(name), written(row["mean"], unit, _LANG), interval(row["low"], row["high"], unit, _LANG)))
    heads = ("measure 指标", f"mean of {len(found.seeds)} seeds 平均", "95 % interval 区间")
    return _head(found.loaded) + _table(heads, rows)


def of_comparison(found: Any) -> str:
    """Every other scenario beside the reference, with paired differences."""
    heads = ("measure 指标", "reference 参照", "scenario 情景", "difference 差值", "95 % interval 区间")
    return "".join(_head(other.loaded) + _table(heads, _changes(found, label)) for label, other in _labelled(found))


def _labelled(found: Any) -> list[tuple[str, Any]]:
    return list(zip(dict.fromkeys(found.measures["scenario"]), found.others, strict=True))


def _changes(found: Any, label: str) -> list[tuple[str, ...]]:
    frame = found.measures
    frame = frame[frame["scenario"] == label].set_index("measure")
    names = told([*frame.index], [])
    names += [one.name for one in MEASURES if one.name in frame.index and one.name not in names]
    rows = []
    for name in names:
        row, unit = frame.loc[name], MEASURE[name].unit
        if row["difference"] or name in told([*frame.index], []):
            values = (written(row[key], unit, _LANG, signed=key == "difference") for key in _COLUMNS)
            rows.append((_named(name), *values, interval(row["low"], row["high"], unit, _LANG, signed=True)))
    return rows


_COLUMNS = ("reference", "other", "difference")


def of_attribution(found: Any) -> str:
    """Parts of every measure that changes; sums over the seeds."""
    frame = found.measures
    frame = frame[frame.any(axis=1)]
    rows = [
        (_named(str(name)), *(written(value, MEASURE[str(name)].unit, _LANG, signed=True) for value in row))
        for name, row in frame.iterrows()
    ]
    return _head(found.comparison.others[0].loaded) + _table(("measure 指标", *frame.columns), rows)


def of_rules(book: RuleBook) -> str:
    """Every rule: its unit, how many values it has, and their grades."""
    from settlement_sim.rules.search import Asked, search

    grades: dict[str, Counter[str]] = {}
    for row in search(book, Asked()):
        grades.setdefault(row.rule, Counter())[row.grade] += 1
    rows = [
        (name, str(book.leaves[name].unit), str(count.total()), ", ".join(f"{n} {grade}" for grade, n in count.items()))
        for name, count in grades.items()
    ]
    return _table(("rule 规则", "unit 单位", "values 取值", "grades 等级"), rows)


def _named(name: str) -> str:
    return f"{called(name, _LANG)} {called(name, 'zh', unit=False)}"


def _head(loaded: Loaded) -> str:
    from markupsafe import Markup

    asked = loaded.scenario.question
    return str(Markup("<p><b>{}</b><br>{}<br>{}</p>").format(loaded.name, asked.en, asked.zh))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(heads)).to_html(index=False, border=0)
