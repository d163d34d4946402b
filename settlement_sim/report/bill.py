"""How does a person read the split of bills? As steps, each with its rule, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from settlement_sim import dates
from settlement_sim.money import format_yuan
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED, MONEY, SETTLEMENTS
from settlement_sim.report.bill_words import rule_text, word
from settlement_sim.report.life_words import field
from settlement_sim.report.table import Language
from settlement_sim.study.case import Reversal
from settlement_sim.study.lines import yuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from settlement_sim.scenario.schema import Words
    from settlement_sim.study.bill import SettledCase
    from settlement_sim.study.case import Claim
    from settlement_sim.study.lines import Line
    from settlement_sim.study.split import Split

_COLUMNS: Final = {column.name: column for column in (*MONEY, *ALWAYS_ZERO, *DERIVED, SETTLEMENTS)}
#: Columns of the summary of several claims.
_MAIN: Final = ("total_fee", "in_scope", "fund_total", "personal_account", "cash")


def bill_page(settled: SettledCase, lang: Language) -> RenderableType:
    """The whole page: title, the steps of every claim, result, the year afterwards, and the work of the clerk."""
    from rich.console import Group
    from rich.text import Text

    numbers, sources = _sources(settled, lang)
    parts: list[RenderableType] = [Text(_pick(settled.case.title, lang), style="bold")]
    for split in settled.splits:
        parts += _claim(settled, split, lang, numbers)
    parts.append(sources)
    if settled.case.claims:
        parts.append(_in_all(settled, lang))
    parts += _work(settled.case.work, lang)
    if settled.compared and not settled.differences:
        parts.append(Text(word("matches", lang, settled.compared), style="green"))
    return Group(*parts)


def _claim(settled: SettledCase, split: Split, lang: Language, numbers: Mapping[str, int]) -> Iterator[RenderableType]:
    from rich.text import Text

    row = settled.case.rows[split.number - 1]
    if settled.case.claims:
        yield Text("\n" + word("claim", lang, split.number, _heading(row, split, lang)), style="bold")
    yield _steps(split, lang, numbers)
    if not settled.case.claims:
        yield _result(split, lang)
    yield _beside(split, lang)
    yield _year_after(settled, split, lang)
    yield from _work(getattr(row, "work", ()), lang)


def _heading(row: Claim | Reversal, split: Split, lang: Language) -> str:
    """Which claim it is: a stay with its days, a visit, or a claim taken back; and the day it was decided on."""
    if isinstance(row, Reversal):
        return f"{word('taken_back', lang, split.reverses)}, {split.day_text}"
    first, last = (dates.iso(day) for day in (row.began, row.settled_on))
    kind = word("stay", lang, first, last) if row.care_type == "inpatient" else f"{word(row.care_type, lang)} {last}"
    return kind if split.day == row.settled_on else word("on", lang, kind, split.day_text)


def _work(lines: Iterable[str], lang: Language) -> list[RenderableType]:
    from rich.text import Text

    return [Text("\n".join((word("work", lang), *(f"  {line}" for line in lines))))] if lines else []


def _steps(split: Split, lang: Language, numbers: Mapping[str, int]) -> Table:
    from rich.table import Table

    table = Table(box=None, expand=True, pad_edge=False)
    table.add_column(word("step", lang), ratio=1)
    table.add_column(word("amount", lang), justify="right", no_wrap=True)
    for line in split.lines:
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


def _result(split: Split, lang: Language) -> Table:
    from rich.table import Table

    table = Table(title=word("result", lang), title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column(word("column", lang))
    table.add_column("")
    table.add_column(word("amount", lang), justify="right", no_wrap=True)
    for name, fen in split.columns.items():
        table.add_row(name, _title(name, lang), format_yuan(fen))
    return table


def _title(name: str, lang: Language) -> str:
    column = _COLUMNS[name]
    return column.zh if lang == "zh" else column.en


def _beside(split: Split, lang: Language) -> RenderableType:
    """Amounts that are no payer of the bill; nothing where there are none."""
    from rich.text import Text

    shown = ", ".join(f"{field(name, lang)} {yuan(fen)}" for name, fen in split.memo.items() if fen)
    return Text(f"{word('beside', lang)}: {shown}" if shown else "", end="\n" if shown else "")


def _year_after(settled: SettledCase, split: Split, lang: Language) -> RenderableType:
    from rich.text import Text

    standing = ((name, yuan(value) if STANDING[name] else value) for name, value in split.standing.items() if value)
    used = [f"{field(name, lang)} {value}" for name, value in standing]
    account = [f"{word('left', lang)} {yuan(split.account)}"] if settled.case.person.account else []
    return Text(f"{word('after', lang, split.year)}: {', '.join((*used, *account)) or '–'}")


def _in_all(settled: SettledCase, lang: Language) -> Table:
    """One row for each claim, and their sum."""
    from rich.table import Table

    table = Table(title=word("in_all", lang), title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for name in _MAIN:
        table.add_column(_title(name, lang), justify="right")
    for split in settled.splits:
        table.add_row(str(split.number), *(format_yuan(split.columns[name]) for name in _MAIN))
    table.add_row(word("in_all", lang), *(format_yuan(settled.columns[name]) for name in _MAIN), style="bold")
    return table


def _pick(words: Words, lang: Language) -> str:
    return str(words.zh if lang == "zh" else words.en)
