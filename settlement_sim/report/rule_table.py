"""How does a person read rules that were looked for? One table, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from settlement_sim.provenance import Source
from settlement_sim.rules.search import Found
from settlement_sim.vocabulary import POOLS, SCHEMES

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEADS: Final = {
    "zh": ("规则", "适用", "值", "区间", "施行", "等级", "依据"),
    "en": ("rule", "for", "value", "range", "in force", "grade", "document"),
}
_ROWS: Final = 60
_MOST_LABELS: Final = 4


def rule_table(found: Sequence[Found], sources: Mapping[str, Source], lang: str) -> RenderableType:
    """The first values, and how many there are beyond them."""
    from rich.table import Table

    table = Table(title_justify="left", caption_justify="left")
    for head in _HEADS[lang]:
        table.add_column(head, overflow="fold")
    for row in found[:_ROWS]:
        table.add_row(*_cells(row, sources, lang))
    rest = len(found) - _ROWS
    if rest > 0:
        table.caption = (
            f"另有 {rest} 条；缩小范围或用 --json" if lang == "zh" else f"{rest} more; narrow the search, or --json"
        )
    return table


def _cells(row: Found, sources: Mapping[str, Source], lang: str) -> tuple[str, ...]:
    source = sources.get(row.source)
    meaning, title = (
        (row.zh, source.title.zh if source else "") if lang == "zh" else (row.en, source.title.en if source else "")
    )
    since = row.start if row.start_known else (f"不晚于 {row.start}" if lang == "zh" else f"by {row.start}")
    until = f" – {row.until}" if row.until else ""
    unit = {"percent": " %", "yuan": " 元" if lang == "zh" else " yuan"}.get(row.unit, "")
    between = f"{row.low}–{row.high}" if row.grade == "assumption" and row.low else ""
    value = row.value if row.value == "none" else f"{row.value}{unit}"
    return (f"{row.rule}\n{meaning}", _whom(row, lang), value, between, f"{since}{until}", row.grade, title or row.note)


def _whom(row: Found, lang: str) -> str:
    """Pools, district, scheme and labels; what is everybody is not said."""
    pools = "" if len(row.pools) == len(POOLS) else ", ".join(row.pools)
    if len(row.pools) == len(POOLS) - 1 and POOLS[0] not in row.pools:
        pools = "sichuan"
    schemes = "" if len(row.schemes) == len(SCHEMES) else ", ".join(row.schemes)
    labels = [" ".join(label) for label in row.labels if label]
    if len(labels) > _MOST_LABELS:
        labels = [*labels[:_MOST_LABELS], f"+{len(labels) - _MOST_LABELS}"]
    parts = (row.district or pools, schemes, "; ".join(labels))
    return "\n".join(filter(None, parts)) or ("全部" if lang == "zh" else "all")
