"""How does a person read what a run rests on? Counts by kind and grade, then what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.study.assumptions import CHOICE, KINDS, Assumption
from settlement_sim.vocabulary import GRADES

if TYPE_CHECKING:
    from rich.console import RenderableType

KIND_NAMES: Final = {
    "reading": ("存疑口径", "contested readings"), "policy": ("政策参数", "parameters of policies"),
    "setting": ("情景参数", "settings of the scenario"), "demand": ("需求先验", "priors of demand"),
    "career": ("职业生涯先验", "priors of careers"), "rule": ("规则值", "values of rules"),
    "place": ("地理与人口", "places and travellers"),
}  # fmt: skip
GRADE_NAMES: Final = {
    "article": ("来源文章", "article"), "official": ("官方", "official"), "secondary": ("间接", "secondary"),
    "assumption": ("假设", "assumption"), CHOICE: ("口径", "choice"),
}  # fmt: skip
_HEADS: Final = {"zh": ("名称", "值", "区间", "等级", "依据"), "en": ("name", "value", "range", "grade", "basis")}


def chosen(found: Sequence[Assumption], grade: str, kind: str) -> list[Assumption]:
    """Those of a grade and a kind; none where neither is asked for. Raises InputError for unknown words."""
    for option, word, known in (("--grade", grade, (*GRADES, CHOICE)), ("--kind", kind, KINDS)):
        if word and word not in known:
            raise InputError(Problem(option, repr(word), f"one of {', '.join(known)}", nearest(word, known)))
    if not (grade or kind):
        return []
    return [row for row in found if (grade or row.grade) == row.grade and (kind or row.kind) == row.kind]


def assumption_page(counts: Mapping[str, Mapping[str, int]], listed: Sequence[Assumption], lang: str) -> RenderableType:
    """The counts, and a table of what was asked for."""
    from rich.console import Group

    return Group(_counts(counts, lang), *([assumption_list(listed, lang)] if listed else []))


def _counts(counts: Mapping[str, Mapping[str, int]], lang: str) -> RenderableType:
    from rich.table import Table

    english = lang == "en"
    table = Table(
        "",
        *(names[english] for names in GRADE_NAMES.values()),
        title="本次运行的依据" if not english else "what the run rests on",
        title_justify="left",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, grades in counts.items():
        table.add_row(
            KIND_NAMES[kind][english],
            *(f"{grades.get(grade, 0):,}" if grades.get(grade) else "" for grade in GRADE_NAMES),
        )
    return table


def assumption_list(listed: Sequence[Assumption], lang: str, title: str = "") -> RenderableType:
    """A table of them: name, value, range, grade, basis."""
    from rich.table import Table

    table = Table(title=title or None, title_justify="left")
    for head in _HEADS[lang]:
        table.add_column(head, overflow="fold")
    for row in listed:
        table.add_row(row.name, row.value, row.range, GRADE_NAMES[row.grade][lang == "en"], row.basis)
    return table
