"""Which tables show the sections of the page of a run, and the questions that no scenario can answer yet?"""

from __future__ import annotations

from reference_data import PACKAGE, table

from settlement_sim import yamlio
from settlement_sim.report.page.page import SECTIONS
from settlement_sim.study.library import questions


def sections() -> str:
    """Every section in its order: the question above it, and what it holds."""
    words = yamlio.read(PACKAGE / "report/page/words.yaml").data
    found = [(words[make.__name__], " ".join((make.__doc__ or "").split())) for make in SECTIONS]
    return table(("section", "中文", "holds"), [(said["en"], said["zh"], holds) for said, holds in found])


def unanswered() -> str:
    """The questions that need what is not simulated."""
    rows = [
        (id_, asked["zh"], asked["en"], f"{asked['needs']['en']} {asked['needs']['zh']}")
        for id_, asked in questions().items()
        if "needs" in asked
    ]
    return table(("question", "问题", "asked", "needs 所需系统"), rows)
