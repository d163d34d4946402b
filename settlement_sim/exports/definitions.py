"""What does a column mean that is no column of a run's own tables: of measures, outputs, assumptions, places?"""

from __future__ import annotations

from typing import Final

from settlement_sim.record.columns import Column, known
from settlement_sim.record.measures import MEASURE
from settlement_sim.report.notice_words import NATIONAL

#: The unit of a column whose rows each say their own.
BY_ROW: Final = "see unit"
#: Units of money; what is shown in yuan is divided by a hundred.
OF_MONEY: Final = {"fen": "yuan", "fen × days": "yuan × days", "fen_days": "yuan × days"}
_MEASURE_UNITS: Final = {"fen_days": "fen × days"}
#: Of a comparison, whose `measures` are differences.
MEASURES_BY_SEED: Final = "measures_by_seed"
#: The table whose keys have names in the national interface.
_STATED: Final = "statements"


def _key(name: str, zh: str, en: str, dtype: str = "str", unit: str = "") -> Column:
    return Column(name, dtype, unit, "key", zh, en)


def _number(name: str, zh: str, en: str) -> Column:
    return Column(name, "float64", BY_ROW, "none", zh, en)


def _by_name(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


_EVERYWHERE: Final = _by_name(
    _key("scenario", "情景", "scenario; one of the same name has its number before it"),
    _key("seed", "种子", "seed of the run", "int64"),
)
_NUMBERS: Final = _by_name(
    _key("measure", "指标", "measure: a number by which a person reads a run"),
    _key("output", "输出", "place in totals.json"),
    _key("unit", "单位", "unit of the numbers of the row"),
    _key("zh", "中文", "meaning in Chinese"),
    _key("en", "英文", "meaning in English"),
    Column("value", "int64", BY_ROW, "none", "数值", "value in the run of a seed"),
    _number("mean", "平均", "mean over the seeds"),
    _number("sd", "标准差", "standard deviation of a run"),
    _number("reference", "参照", "mean of the reference"),
    _number("other", "情景", "mean of the scenario"),
    _number("difference", "差值", "mean of the differences, seed by seed"),
    _number("se", "标准误", "standard error of the mean, or of the difference"),
    _number("low", "95%区间下限", "lower end of the 95 % interval"),
    _number("high", "95%区间上限", "upper end of the 95 % interval"),
    _number("se_unpaired", "不配对的标准误", "error that separate runs would have"),
    Column("whole", "int64", BY_ROW, "none", "合计变化", "whole change, sum over the seeds"),
    Column("interaction", "int64", BY_ROW, "none", "相互作用", "what the parts change together only"),
)
_PLACES: Final = _by_name(
    _key("pool", "统筹区", "pool"),
    _key("unit", "区县", "unit: a district, county or prefecture"),
    _key("province", "省份", "province"),
    _key("zh", "中文名", "name in Chinese"),
    _key("en", "英文名", "name in English"),
    _key("lat", "纬度", "latitude of its seat", "float64", "degrees"),
    _key("lon", "经度", "longitude of its seat", "float64", "degrees"),
    Column("insured", "int64", "persons", "adds", "参保人数", "insured persons"),
)
_ASSUMPTIONS: Final = _by_name(
    _key("kind", "类别", "reading, policy, setting, demand, career, rule or place"),
    _key("name", "名称", "what it is"),
    _key("value", "取值", "value in this run, with its unit"),
    _key("range", "区间", "between which values it may lie"),
    _key("grade", "等级", "how sure: official, article, secondary, assumption; choice: a contested reading"),
    _key("basis", "依据", "document, or what an assumption rests on"),
)
#: Tables that have columns of their own.
OF_TABLE: Final = {
    "comparison": _NUMBERS, "summary": _NUMBERS, "replications": _NUMBERS, "parts": _NUMBERS,
    "parts_of_measures": _NUMBERS, "units": _PLACES, "pools": _PLACES, "assumptions": _ASSUMPTIONS,
}  # fmt: skip


def definition(table: str, name: str, parts: tuple[str, ...] = ()) -> Column:
    """What a column of a table means. KeyError where this version does not know it."""
    if name in _EVERYWHERE:
        return _EVERYWHERE[name]
    if table in ("measures", MEASURES_BY_SEED):
        return _NUMBERS[name] if name in _NUMBERS else _measure(name)
    if name in parts:
        return Column(name, "int64", BY_ROW, "none", f"仅“{name}”的变化", f"what {name} changes alone")
    return OF_TABLE.get(table, known())[name]


def national(table: str, column: Column) -> str:
    """What the national interface calls a column; empty where it has no such field."""
    return column.national or (NATIONAL.get(column.name, "") if table == _STATED else "")


def unit_of_measure(name: str) -> str:
    """The unit of a measure, as columns write it."""
    unit = MEASURE[name].unit
    return _MEASURE_UNITS.get(unit, unit)


def unit_of_output(path: str) -> str:
    """The unit of a number of `totals.json` at a path. KeyError where this version does not know it."""
    room, *_, last = path.split("/")
    if room == "counts":
        return "seconds" if last == "seconds_waited" else "count"
    if room == "funds" or path.startswith(("recognition/moved/", "recognition/back_paid")):
        return "fen"
    return known()[last].unit


def _measure(name: str) -> Column:
    measure = MEASURE[name]
    whole = "int64" if measure.whole else "float64"
    return Column(name, whole, unit_of_measure(name), "adds" if measure.whole else "none", measure.zh, measure.en)
