"""How does a person read the split of one bill? As steps, each with its rule, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from settlement_sim.money import format_yuan, parse_fen
from settlement_sim.policies.base import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY, SETTLEMENTS
from settlement_sim.study.lines import yuan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from settlement_sim.scenario.schema import Words
    from settlement_sim.study.bill import Difference, SettledCase
    from settlement_sim.study.lines import Basis, Line

Language = Literal["zh", "en"]
_COLUMNS: Final = {column.name: column for column in (*MONEY, *ALWAYS_ZERO, *DERIVED, SETTLEMENTS)}
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
    "after": ("本次之后的年度累计", "the insurance year after this claim"),
    "work": ("手工演算", "worked by hand"),
    "matches": ("与手工演算一致：{} 项", "as worked by hand: {} columns"),
    "differs": ("{}：应为 {}，实得 {}（差 {}）", "{}: expected {}, got {} (off by {})"),
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


def bill_page(settled: SettledCase, lang: Language) -> RenderableType:
    """The whole page: title, steps, result, the year afterwards, and the work of the clerk."""
    from rich.console import Group
    from rich.text import Text

    title = Text(_pick(settled.case.title, lang), style="bold")
    numbers, sources = _sources(settled, lang)
    parts: list[RenderableType] = [
        title,
        _steps(settled, lang, numbers),
        sources,
        _result(settled, lang),
        _year_after(settled, lang),
    ]
    if settled.case.work:
        work = (word("work", lang), *(f"  {line}" for line in settled.case.work))
        parts.append(Text("\n".join(work)))
    if settled.expected and not settled.differences:
        parts.append(Text(word("matches", lang, len(settled.expected)), style="green"))
    return Group(*parts)


def difference_text(difference: Difference, lang: Language) -> str:
    """One column that differs from what was expected, as a sentence."""
    counts = difference.column == SETTLEMENTS.name
    shown = [str(n) if counts else format_yuan(n) for n in (difference.expected, difference.got)]
    off = difference.got - difference.expected
    signed = ("+" if off > 0 else "") + (str(off) if counts else format_yuan(off))
    return word("differs", lang, difference.column, *shown, signed)


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


def _steps(settled: SettledCase, lang: Language, numbers: Mapping[str, int]) -> Table:
    from rich.table import Table

    table = Table(box=None, expand=True, pad_edge=False)
    table.add_column(word("step", lang), ratio=1)
    table.add_column(word("amount", lang), justify="right", no_wrap=True)
    for line in settled.lines:
        table.add_row(*_step(line, lang, numbers))
    return table


def _step(line: Line, lang: Language, numbers: Mapping[str, int]) -> tuple[RenderableType, RenderableType]:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    weight = "bold" if line.column else ""
    shown = Text(_pick(line.step, lang), style=weight, overflow="fold")
    if line.formula:
        shown.append(("：" if lang == "zh" else ": ") + line.formula, style="not bold")
    rules: list[RenderableType] = []
    for rule in line.rules:
        source = f"[{numbers[rule.source_id]}]" if rule.source_id else word("no_source", lang)
        rules.append(Padding(Text(rule_text(rule, lang, source), style="dim", overflow="fold"), (0, 0, 0, 4)))
    return Group(shown, *rules), Text("" if line.amount is None else yuan(line.amount), style=weight)


def _sources(settled: SettledCase, lang: Language) -> tuple[dict[str, int], RenderableType]:
    """Numbers of the documents cited, and the list of their titles."""
    from rich.text import Text

    titles = {rule.source_id: _pick(rule.source, lang) for line in settled.lines for rule in line.rules}
    titles.pop("", None)
    numbers = {source: number for number, source in enumerate(titles, start=1)}
    listed = (f"  [{numbers[source]}] {title}" for source, title in titles.items())
    return numbers, Text("\n".join((word("sources", lang), *listed)) if titles else "")


def _result(settled: SettledCase, lang: Language) -> Table:
    from rich.table import Table

    table = Table(title=word("result", lang), title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column(word("column", lang))
    table.add_column("")
    table.add_column(word("amount", lang), justify="right", no_wrap=True)
    for name, fen in settled.columns.items():
        column = _COLUMNS[name]
        table.add_row(name, column.zh if lang == "zh" else column.en, format_yuan(fen))
    return table


def _year_after(settled: SettledCase, lang: Language) -> RenderableType:
    from rich.text import Text

    used = (f"{name} {yuan(value) if STANDING[name] else value}" for name, value in settled.standing.items() if value)
    return Text(f"{word('after', lang)}: {', '.join(used) or '–'}")


def _pick(words: Words, lang: Language) -> str:
    return str(words.zh if lang == "zh" else words.en)
