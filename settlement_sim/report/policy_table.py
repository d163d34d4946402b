"""How does a person read the list of policies? One table for each slot, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from settlement_sim.report.table import Language
from settlement_sim.scenario.listing import Listed
from settlement_sim.scenario.parameters import Parameter, documents

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEAD: Final = (
    ("政策与参数", "policy, parameter"), ("默认值", "default"), ("范围", "range"), ("等级", "grade"),
    ("含义", "meaning"), ("来源", "source"),
)  # fmt: skip
_WORDS: Final = {
    "born": ("以就医需求发生日为准", "governed by the day on which the need is born"),
    "discharged": ("以出院（就诊）日为准", "governed by the day of discharge"),
    "posted": ("以记账日为准", "governed by the day of posting"),
    "applied": ("以申请日为准", "governed by the day of application"),
    "decided": ("以决定日为准", "governed by the day of the decision"),
    "article": ("来源文章", "article"),
    "official": ("官方", "official"),
    "secondary": ("间接", "secondary"),
    "assumption": ("假设", "assumption"),
    "built-in": ("内置", "built-in"),
    "required": ("必填", "required"),
}  # fmt: skip
_DIGEST: Final = re.compile(r"(sha256 [0-9a-f]{12})[0-9a-f]+")


def policy_tables(policies: Sequence[Listed], lang: Language) -> RenderableType:
    """One table per slot; each policy with its origin, its parameters below it."""
    from rich.console import Group

    return Group(*(_table(slot, [*group], lang) for slot, group in groupby(policies, lambda policy: policy.slot)))


def _table(slot: str, policies: list[Listed], lang: Language) -> RenderableType:
    from rich.table import Table

    first = policies[0]
    table = Table(title=f"{slot} · {first.method} · {_word(first.governed_by, lang)}", title_justify="left")
    for number, head in enumerate(_HEAD):
        table.add_column(head[lang == "en"], justify="right" if number in (1, 2) else "left", overflow="fold")
    for policy in policies:
        table.add_row(
            policy.name, "", "", "", policy.meaning, _word(_DIGEST.sub(r"\1…", policy.origin), lang), style="bold"
        )
        for parameter in policy.parameters:
            table.add_row(*_cells(parameter, lang))
    return table


def _cells(parameter: Parameter, lang: Language) -> tuple[str, ...]:
    default, grade = (_word(text, lang) for text in (parameter.default, parameter.grade))
    source = documents().get(parameter.source)
    title = getattr(source.title, lang) if source else parameter.source
    since = f"{parameter.since}: " if parameter.since else ""
    return f"  {parameter.name}", default, parameter.range, grade, parameter.meaning, since + title


def _word(text: str, lang: Language) -> str:
    return _WORDS[text][lang == "en"] if text in _WORDS else text
