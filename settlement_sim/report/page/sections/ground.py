"""On what does the answer rest, what should its reader know, and how is it had again?"""

from __future__ import annotations

from collections.abc import Iterator

from settlement_sim.report.assumption_table import GRADE_NAMES, KIND_NAMES
from settlement_sim.report.page.parts import Page, Section, Sheet, Text, marked
from settlement_sim.report.page.study import Side


def ground(page: Page) -> Section:
    """Counts by kind and grade, contested readings, warnings; all assumptions folded away."""
    side = page.study.asked
    english = page.lang == "en"
    frame = side.assumptions
    rows = [
        [KIND_NAMES[kind][english], *(_count(side, kind, grade) for grade in GRADE_NAMES)]
        for kind in KIND_NAMES if kind in set(frame["kind"])
    ]  # fmt: skip
    counted = Sheet(page.say("ground_counts"), ["", *(names[english] for names in GRADE_NAMES.values())], rows)
    return Section(
        "ground", page.say("ground"), [page.say("ground_says"), *_warnings(page)],
        sheets=[counted, _readings(page, side)], folded=[_assumed(page, side)],
    )  # fmt: skip


def _count(side: Side, kind: str, grade: str) -> Text:
    """Of values of a kind and grade; nothing where there is none."""
    count = len(side.assumptions.query("kind == @kind and grade == @grade"))
    return marked(count, f"{side.number} assumptions kind={kind} grade={grade}", "count", str(count)) if count else ""


def _warnings(page: Page) -> Iterator[str]:
    """Each once, with the scenarios it is about where they are several."""
    about: dict[str, list[str]] = {}
    for side in page.study.sides:
        for text in side.warnings:
            about.setdefault(text, []).append(side.name)
    yield str(page.say("warnings" if about else "no_warnings"))
    yield from (f"{', '.join(names)}: {text}" if page.study.others else text for text, names in about.items())


def _readings(page: Page, side: Side) -> Sheet:
    frame = side.assumptions.query("kind == 'reading'")
    rows = [[row.name, row.value, page.say(f"reading_{row.name}")] for row in frame.itertuples(index=False)]
    return Sheet(page.say("readings"), [page.say(head) for head in ("reading", "chosen", "meaning")], rows, labels=3)


def _assumed(page: Page, side: Side) -> Sheet:
    frame = side.assumptions.query("grade == 'assumption'")
    rows = [[row.name, row.value, row.range, row.basis] for row in frame.itertuples(index=False)]
    heads = [page.say(head) for head in ("name", "value", "range", "basis")]
    return Sheet(page.say("assumed"), heads, rows, labels=4)
