"""What are the things called that a bill and its rules are told with? Phrases in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from settlement_sim.money import format_yuan, parse_fen
from settlement_sim.report.table import Language
from settlement_sim.study.bill import is_fen

if TYPE_CHECKING:
    from settlement_sim.study.bill import Difference, Value
    from settlement_sim.study.lines import Basis

_WORDS: Final = {
    "step": ("步骤、算式与依据", "step, arithmetic and rule"),
    "amount": ("金额（元）", "amount (yuan)"),
    "from": ("自 {} 起", "from {}"),
    "unknown": ("现行，起始日不详", "in force, first day unknown"),
    "until": ("至 {}", "until {}"),
    "range": ("区间 {}–{}", "range {}–{}"),
    "inherited": ("沿用 {} 的规定", "stands in from {}"),
    "no_source": ("无文件依据", "no document"),
    "sources": ("依据文件", "sources"),
    "column": ("列", "column"),
    "result": ("结果", "result"),
    "after": ("本次之后 {} 年度累计", "the insurance year {} after this claim"),
    "left": ("账户余额", "left in the account"),
    "beside": ("结算之外", "beside the settlement"),
    "claim": ("第 {} 笔：{}", "claim {}: {}"),
    "taken_back": ("撤销第 {} 笔", "claim {} taken back"),
    "stay": ("住院 {} 至 {}", "stay from {} until {}"),
    "outpatient": ("普通门诊", "outpatient visit"), "chronic": ("门诊慢特病", "chronic and special care"),
    "pharmacy": ("药店购药", "pharmacy purchase"),
    "on": ("{}，{} 审核", "{}, decided on {}"),
    "in_all": ("合计", "in all"),
    "work": ("手工演算", "worked by hand"),
    "matches": ("与手工演算一致：{} 项", "as worked by hand: {} columns"),
    "differs": ("{}：应为 {}，实得 {}（差 {}）", "{}: expected {}, got {} (off by {})"),
    "says": ("{}：应为 {}，实得 {}", "{}: expected {}, got {}"),
    "of_claim": ("第 {} 笔 {}", "claim {} {}"),
    "of_year": ("{} 年 {}", "{} {}"),
    "points": ("{} 个百分点", "{} points"),
    "yuan": ("{} 元", "{} yuan"),
    "none": ("不设限额", "no limit"),
    "article": ("报道所载", "article"),
    "official": ("官方文件", "official"),
    "secondary": ("二手资料", "secondary"),
    "assumption": ("假设", "assumption"),
}  # fmt: skip


def word(key: str, lang: Language, *values: object) -> str:
    """A phrase of this page in a language."""
    return _WORDS[key][lang == "en"].format(*values)


def difference_text(difference: Difference, lang: Language) -> str:
    """One value that differs from what was expected, as a sentence."""
    name, expected, got = difference.column, difference.expected, difference.got
    if difference.claim:
        name = word("of_claim", lang, difference.claim, name)
    if difference.year:
        name = word("of_year", lang, difference.year, name)
    if isinstance(expected, str) or isinstance(got, str):
        return word("says", lang, name, expected, got)
    shown = [_number(difference.column, value) for value in (expected, got, got - expected)]
    return word("differs", lang, name, *shown[:2], ("+" if got > expected else "") + shown[2])


def _number(name: str, value: Value) -> str:
    return format_yuan(value) if isinstance(value, int) and is_fen(name) else str(value)


def rule_text(rule: Basis, lang: Language, source: str) -> str:
    """One rule: address, value, since when, grade with its range, and its source (a title or its number)."""
    since = word("from", lang, rule.start) if rule.from_known else word("unknown", lang)
    if rule.until:
        since += " " + word("until", lang, rule.until)
    grade = word(rule.grade, lang)
    if rule.grade == "assumption":
        grade += f" ({word('range', lang, *(_bound(bound, rule, lang) for bound in (rule.low, rule.high)))})"
    if rule.inherited_from:
        grade += f", {word('inherited', lang, rule.inherited_from)}"
    return f"{rule.address} = {_value(rule, lang)} · {since} · {grade} · {source}"


def _bound(bound: str, rule: Basis, lang: Language) -> str:
    if bound == "none":
        return word("none", lang)
    return format_yuan(parse_fen(bound)) if rule.unit == "yuan" else bound


def _value(rule: Basis, lang: Language) -> str:
    if rule.value == "none":
        return word("none", lang)
    if rule.unit in ("yuan", "points"):
        return word(rule.unit, lang, _bound(rule.value, rule, lang))
    return f"{rule.value} %" if rule.unit == "percent" else rule.value
