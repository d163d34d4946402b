"""How does a person read what became of a career? Months, rules, prices, transfers; in Chinese or English."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from settlement_sim.money import format_yuan
from settlement_sim.report.bill_words import rule_text
from settlement_sim.report.paper import as_text
from settlement_sim.report.recognition_words import name, word
from settlement_sim.report.table import Language

if TYPE_CHECKING:
    from rich.console import RenderableType

    from settlement_sim.study.lines import Basis
    from settlement_sim.study.recognition_result import Outcome, RecognisedCareer


def explanation(career: RecognisedCareer, lang: Language, width: int) -> str:
    """The whole page as plain text of a width."""
    return as_text(_parts(career, lang), width)


def _parts(career: RecognisedCareer, lang: Language) -> Iterator[RenderableType]:
    yield _text(career.case.title.zh if lang == "zh" else career.case.title.en)
    yield from map(_text, _who(career, lang))
    yield _table("months", ("pool", "paid", "overlapping", "deemed"), _months(career, lang), lang)
    yield _text(word("together", lang, career.together))
    heads = ("rule", "place", "counted", "deemed", "required", "short", "back_payment", "reason")
    yield _table("rules", heads, _outcomes(career, lang), lang)
    yield from map(_text, _prices(career, lang))
    yield _text(word("transfer", lang, name(career.case.transfer.name, lang)))
    if career.case.transfer.each_year and career.transfers:
        yield _text(word("first_year", lang))
    moved = ("from", "to", "shared", "total", "contributed", "cost", "pooled", "waits", "account")
    yield _table("moves", moved, _moves(career, lang), lang) if career.transfers else _text(word("nothing", lang))
    yield from map(_text, _documents(career, lang))
    if career.case.work:
        yield _text("\n".join((word("work", lang), *(f"  {line}" for line in career.case.work))))


def _who(career: RecognisedCareer, lang: Language) -> Iterator[str]:
    person = career.case.person
    kinds = (name(person.retiree, lang), name(person.insured_as, lang))
    yield word("applies", lang, *kinds, pool_name(person.applies_in, lang), person.applied)
    if career.retires is None:
        yield word("age_assumed", lang, career.age)
    else:
        yield word("retires", lang, career.retires, career.age)


def _months(career: RecognisedCareer, lang: Language) -> Iterator[tuple[str, ...]]:
    for row in career.months:
        yield pool_name(row.pool, lang), *map(str, (row.paid, row.overlapping, row.deemed))


def _outcomes(career: RecognisedCareer, lang: Language) -> Iterator[tuple[str, ...]]:
    """Before, after, and the built-in policies that are neither."""
    shown = [career.before, career.after]
    others = [row for row in career.compared if row not in shown]
    for role, row in zip(("before", "after", *("also",) * len(others)), (*shown, *others), strict=True):
        yield (
            f"{word(role, lang)}{name(row.policy, lang)}", pool_name(row.place, lang), str(row.counted),
            str(row.deemed), str(row.required), str(row.short), format_yuan(row.back_payment), name(row.reason, lang),
        )  # fmt: skip


def _prices(career: RecognisedCareer, lang: Language) -> Iterator[str]:
    """The back-payment before and after with its arithmetic, and what is saved."""
    for role, row in (("price_before", career.before), ("price_after", career.after)):
        yield word(role, lang, _price(career, row))
    yield word("saved", lang, format_yuan(career.saved))


def _price(career: RecognisedCareer, row: Outcome) -> str:
    if not row.short:
        return format_yuan(0)
    address = f"[{row.place}, {career.case.person.insured_as}]"
    base, rate = (
        next(rule for rule in career.rules if rule.address == f"back_payment.{part}{address}")
        for part in ("base", "rate")
    )
    return f"{row.short} ÷ 12 × {format_yuan(base.number)} × {rate.value} % = {format_yuan(row.back_payment)}"


def _moves(career: RecognisedCareer, lang: Language) -> Iterator[tuple[str, ...]]:
    for row in career.transfers:
        amounts = map(format_yuan, (row.contributed, row.cost, row.pooled, row.waits, row.account))
        months = (str(row.months), str(row.months_total))
        yield pool_name(row.pool_out, lang), pool_name(row.pool_in, lang), *months, *amounts


def _documents(career: RecognisedCareer, lang: Language) -> Iterator[str]:
    numbers = {title: number for number, title in enumerate(career.sources, start=1)}
    told = (_rule(rule, lang, numbers.get((rule.source.zh, rule.source.en))) for rule in career.rules)
    yield "\n".join((word("rules_used", lang), *(f"  {line}" for line in told)))
    listed = (f"  [{number}] {zh if lang == 'zh' else en}" for (zh, en), number in numbers.items())
    yield "\n".join((word("sources", lang), *listed))


def _rule(rule: Basis, lang: Language, number: int | None) -> str:
    meaning = rule.meaning.zh if lang == "zh" else rule.meaning.en
    return f"{rule_text(rule, lang, f'[{number}]' if number else word('no_source', lang))} · {meaning}"


def _table(key: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]], lang: Language) -> RenderableType:
    from rich.table import Table

    table = Table(title=word(key, lang), title_justify="left", title_style="")
    texts = ("pool", "rule", "place", "from", "to", "reason")
    for head in heads:
        table.add_column(word(head, lang), justify="left" if head in texts else "right")
    for row in rows:
        table.add_row(*row)
    return table


def _text(text: str) -> RenderableType:
    from rich.text import Text

    return Text(text, overflow="fold")


def pool_name(pool: str, lang: Language) -> str:
    """A pool as people call it."""
    return _pools()[pool][lang == "en"]


@cache
def _pools() -> dict[str, tuple[str, str]]:
    text = (files("settlement_sim") / "world/data/pools.csv").read_text("utf-8")
    return {row["pool"]: (row["zh"], row["en"]) for row in csv.DictReader(text.splitlines())}
