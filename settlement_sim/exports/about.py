"""What should whoever opens an export know first: what columns mean, what was simulated, and what it rests on?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from settlement_sim.exports.sheets import Fields, Sheet, Shown
from settlement_sim.exports.tables import Exported, Side
from settlement_sim.record.columns import Column
from settlement_sim.report.assumption_table import GRADE_NAMES, KIND_NAMES
from settlement_sim.report.table import Language
from settlement_sim.study.folder import ASSUMPTIONS

DEFINITIONS: Final = "definitions"
ABOUT: Final = "about"
_WORDS: Final = {
    "status": ("性质", "nature"),
    "simulated": ("模拟数据，不是任何机构的记录", "simulated data, no agency's record"),
    "version": ("程序", "program"),
    "scenario": ("情景", "scenario"),
    "reference": ("参照情景", "reference"),
    "question": ("问题", "question"),
    "kind": ("类型", "kind"),
    "window": ("时段", "window"),
    "seeds": ("种子", "seeds"),
    "world_seed": ("世界种子", "world seed"),
    "scale": ("规模（1 为全规模）", "scale (1: everybody)"),
    "settings": ("改写的设置", "settings"),
    "readings": ("读法", "readings"),
    "calibration": ("校准", "calibration"),
    "warning": ("提示", "warning"),
    "assumptions": ("依据", "rests on"),
    "money": ("金额单位", "unit of money"),
    "fen": ("分", "fen"),
    "yuan": ("元", "yuan"),
    "fitted": ("已按这些输入校准", "fitted to these inputs"),
    "carried over": ("沿用另一情景的校准", "carried over from another scenario"),
    "stale": ("已过期：所依据的输入与本次不同", "stale: it rests on other inputs"),
    "adds": ("金额：各行可相加", "amounts: rows may be added"),
    "counts": ("计数：各行可相加", "counts: rows may be added"),
    "key": ("分类：说明一行是什么", "says what a row is of"),
    "none": ("平均、比率、最值：不可相加", "means, shares, extremes: rows are never added"),
    "national": ("国家接口字段", "national fields"),
    "unverified": (
        "字段名对应国家接口；statements 表的分类字段取自公开程序，未见接口规范原文，交换前请核实；代码在这里写作名称",
        "names of corresponding fields; those of the keys of `statements` were seen in public programs, not in the "
        "specification: verify them before a file is exchanged; what are codes there are names here",
    ),
}  # fmt: skip
_SAID: Final = ("question", "kind", "window", "seeds", "world_seed", "scale", "settings", "readings", "calibration")


def definitions(sheets: Sequence[Sheet]) -> Sheet:
    """A row for every column of every sheet."""
    rows = [
        (sheet.name, one.head, one.column.name, one.column.unit, one.column.zh, one.column.en, one.national,
         one.column.sums)
        for sheet in sheets for one in sheet.shown
    ]  # fmt: skip
    columns = (
        ("table", "表", "sheet or file"), ("head", "表头", "name at the head of the column"),
        ("column", "字段", "our name of it"), ("unit", "单位", "unit"), ("zh", "中文", "meaning in Chinese"),
        ("en", "英文", "meaning in English"), ("national", "国家接口字段", "field of the national interface"),
        ("sums", "求和方式", "whether rows may be added"),
    )  # fmt: skip
    return _texts(DEFINITIONS, columns, rows)


def about(found: Exported, fields: Fields, unit: str, lang: Language) -> Sheet:
    """What was simulated, and what it rests on by grade: a label and a value in every row."""
    rows = [
        (_word("status", lang), _word("simulated", lang)),
        (_word("version", lang), f"settlement-sim {found.manifest['settlement_sim']}"),
        (_word("money", lang), _word(unit, lang)),
    ]
    for number, side in enumerate(found.sides):
        name = "reference" if found.what == "comparison" and not number else "scenario"
        rows += [(_word(name, lang), side.label), *_of_side(side, lang)]
    rows += [(f"sums: {how}", _word(how, lang)) for how in ("adds", "counts", "key", "none")]
    if fields == "national":
        rows.append((_word("national", lang), _word("unverified", lang)))
    return _texts(ABOUT, (("item", "项目", "item"), ("said", "内容", "what is said of it")), rows)


def _of_side(side: Side, lang: Language) -> Iterator[tuple[str, str]]:
    said = {"seeds": [side.manifest.get("seed")]} | dict(side.manifest)
    for key in _SAID:
        if key in said:
            yield _word(key, lang), _value(key, said[key], lang)
    for text in side.warnings:
        yield _word("warning", lang), text
    yield from _grades(side, lang)


def _value(key: str, value: Any, lang: Language) -> str:
    if key == "question":
        return " ".join(filter(None, (value["id"], value[lang])))
    if key == "readings":
        return ", ".join(f"{name}={chosen}" for name, chosen in value.items())
    if key == "window":
        return " – ".join(value)
    if key == "calibration":
        return _word(value, lang)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _grades(side: Side, lang: Language) -> Iterator[tuple[str, str]]:
    """How many numbers of each kind have which grade."""
    import pandas as pd

    listed = pd.read_csv(side.folder / ASSUMPTIONS, dtype=str, keep_default_na=False)
    english = lang == "en"
    for kind, names in KIND_NAMES.items():
        grades = listed.loc[listed["kind"] == kind, "grade"].value_counts()
        if len(grades):
            counts = [f"{words[english]} {grades[grade]}" for grade, words in GRADE_NAMES.items() if grade in grades]
            yield f"{_word('assumptions', lang)}: {names[english]}", ", ".join(counts)


def _texts(name: str, columns: Sequence[tuple[str, str, str]], rows: Sequence[tuple[str, ...]]) -> Sheet:
    shown = tuple(Shown(head, Column(head, "str", "", "key", zh, en), "", False) for head, zh, en in columns)
    return Sheet(name, shown, tuple(zip(*rows, strict=True)))


def _word(key: str, lang: Language) -> str:
    return _WORDS[key][lang == "en"]
