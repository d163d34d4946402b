"""Which table shows the sections of the page of a run?"""

from __future__ import annotations

from reference_data import PACKAGE, table

from settlement_sim import yamlio
from settlement_sim.report.page.page import SECTIONS


def sections() -> str:
    """Every section in its order: the question above it, and what it holds."""
    words = yamlio.read(PACKAGE / "report/page/words.yaml").data
    found = [(words[make.__name__], " ".join((make.__doc__ or "").split())) for make in SECTIONS]
    return table(("section", "中文", "holds"), [(said["en"], said["zh"], holds) for said, holds in found])
