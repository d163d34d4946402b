"""What stands on a clearing notice 清算通知书 and on the reconciliation detail 对账明细 behind it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from settlement_sim.policies.answers import FUNDS
from settlement_sim.record.columns import COUNTS, DERIVED, MONEY, Column
from settlement_sim.record.statements import KEYS, NUMBERS
from settlement_sim.report.capitals import capitals
from settlement_sim.report.grid import Grid, Row, yuan
from settlement_sim.report.life_words import code
from settlement_sim.report.notice_words import KEY_COLUMNS, NATIONAL, province, word
from settlement_sim.report.table import Language
from settlement_sim.study.statements import Basis, Notice
from settlement_sim.vocabulary import POOLS, SCHEMES

_COLUMNS: Final = {column.name: column for column in (*COUNTS, *MONEY, *DERIVED)}
#: The lines of the notice itself; the gross bill is what is cleared and the cash.
SUMMARY: Final = (
    "settlements", "reversed", "net", "total_fee", *FUNDS, "fund_total", "personal_account", "cash", "cleared",
)  # fmt: skip
_NOTES: Final = ("assumed", "lines", "identity", "paid", "national")
_NONE: Final = "—"


def grids(notice: Notice, basis: Basis, lang: Language) -> tuple[Grid, Grid, Grid]:
    """The notice, its sums by pair of pools and scheme, and its lines."""
    pairs = _table(notice, basis, lang, "pairs", KEYS[:-1])
    return _front(notice, basis, lang), pairs, _table(notice, basis, lang, "detail", KEYS)


def title(notice: Notice, lang: Language) -> str:
    """Whose notice it is, and that it is simulated."""
    names = (province(notice.insured, lang), province(notice.care, lang))
    return word("of_pair", lang, word("notice", lang), *names, notice.month)


def _front(notice: Notice, basis: Basis, lang: Language) -> Grid:
    """The notice: who, when, how much, resting on what; the sums of each scheme; what the amounts mean."""
    opening: list[Row] = [(title(notice, lang),), *_facts(notice, basis, lang), ()]
    schemes = [scheme for scheme in SCHEMES if (notice.lines.scheme == scheme).any()]
    head = (
        "中文", "English", word("ours", lang), word("national_field", lang),
        *(code(scheme, lang) for scheme in schemes), word("total", lang),
    )  # fmt: skip
    sums = [_sums(notice, name, schemes) for name in SUMMARY]
    notes: list[Row] = [(word(note, lang),) for note in _NOTES]
    table = len(opening)
    rows = (*opening, head, *sums, (), *notes)
    running = {*range(table), *range(len(rows) - len(notes), len(rows))}
    bold = {0, 1, table + len(sums)}
    return Grid("notice", word("notice", lang), rows, range(table, table + 1), frozenset(bold), frozenset(running))


def _facts(notice: Notice, basis: Basis, lang: Language) -> Iterator[Row]:
    """Labels and what they say, the amount last."""
    cleared = notice.total("cleared")
    yield word("status", lang), word("simulated", lang)
    yield word("payer", lang), province(notice.insured, lang)
    yield word("payee", lang), province(notice.care, lang)
    yield word("period", lang), f"{notice.month} ({notice.first} – {notice.last})"
    if notice.asked.pool or notice.asked.scheme:
        yield word("only", lang), word("part", lang, ", ".join(_asked(notice, lang)))
    yield word("amount", lang), f"¥{yuan(cleared):,}"
    yield word("capitals", lang), capitals(cleared)
    yield word("scenario", lang), f"{basis.scenario} ({word(basis.kind, lang)})"
    yield word("question", lang), basis.question[lang]
    yield word("seed", lang), str(basis.seed)
    yield word("scale", lang), word("whole" if basis.scale == 1 else "sampled", lang, basis.scale)
    yield word("readings", lang), ", ".join(f"{name}={value}" for name, value in basis.readings.items())
    yield word("clearing", lang), ", ".join(basis.clearing)
    yield word("calibration", lang), word(basis.calibration, lang)


def _asked(notice: Notice, lang: Language) -> Iterator[str]:
    if notice.asked.pool:
        yield pool_name(notice.asked.pool, lang)
    if notice.asked.scheme:
        yield code(notice.asked.scheme, lang)


def _sums(notice: Notice, name: str, schemes: Iterable[str]) -> Row:
    """One line of the notice: the sums of each scheme, and of all."""
    column = _COLUMNS[name]
    sums = [notice.total(name, scheme) for scheme in schemes]
    return (column.zh, column.en, name, _national(column), *(_value(name, v) for v in [*sums, sum(sums)]))


def _table(notice: Notice, basis: Basis, lang: Language, name: str, keys: tuple[str, ...]) -> Grid:
    """Sums by some keys under four lines of names, with their total below."""
    columns = [*(KEY_COLUMNS[key] for key in keys), *(_COLUMNS[number] for number in NUMBERS)]
    names = (province(notice.insured, lang), province(notice.care, lang))
    about = word("of_pair", lang, word(name, lang), *names, notice.month)
    lines = notice.lines.groupby(list(keys), sort=False)[list(NUMBERS)].sum().reset_index()
    body = [_line(values, keys, lang) for values in lines.to_dict("records")]
    total = ("", *[""] * (len(keys) - 2), word("total", lang), *(_value(n, notice.total(n)) for n in NUMBERS))
    rows = (
        (f"{about} · {word('run', lang, basis.scenario, basis.seed)}",),
        tuple(column.zh for column in columns),
        tuple(column.en for column in columns),
        tuple(column.name for column in columns),
        tuple(_national(column) for column in columns),
        *body,
        total,
    )
    return Grid(name, word(name, lang), rows, range(1, 5), frozenset({0, len(rows) - 1}), frozenset({0}), len(keys))


def _line(values: dict[Any, Any], keys: Iterable[str], lang: Language) -> Row:
    named = (_named(key, str(values[key]), lang) for key in keys)
    return (*named, *(_value(name, int(values[name])) for name in NUMBERS))


def _named(key: str, value: str, lang: Language) -> str:
    if key == "month":
        return value
    return pool_name(value, lang) if value in POOLS else code(value, lang)


def _value(name: str, number: int) -> Any:
    return yuan(number) if _COLUMNS[name].unit == "fen" else number


def _national(column: Column) -> str:
    return NATIONAL.get(column.name, column.national) or _NONE


def pool_name(pool: str, lang: Language) -> str:
    """The name of a pool."""
    zh, en = _pool_names()
    return (zh if lang == "zh" else en)[POOLS.index(pool)]


@cache
def _pool_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    from settlement_sim.world.geography import Geography

    geography = Geography.load()
    return geography.pool_zh, geography.pool_en
