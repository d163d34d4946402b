"""How does an index show every question with its answer, and a page behind each?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from settlement_sim.report.page.page import filled, page, runs
from settlement_sim.report.page.parts import Page
from settlement_sim.report.page.sections.answer import answer
from settlement_sim.report.page.study import read
from settlement_sim.report.table import Language
from settlement_sim.study.folder import unfinished, write_manifest
from settlement_sim.study.gallery import Exhibit
from settlement_sim.study.library import questions
from settlement_sim.study.manifest import about

LANGUAGES: Sequence[Language] = ("zh", "en")
#: Sentences of an answer that the index repeats.
_SHOWN = 2


def write_gallery(found: Sequence[Exhibit], target: Path) -> Path:
    """A folder with `index.zh.html` and `index.en.html`, a page of every exhibit in both, and its runs."""
    with unfinished(target) as work:
        for exhibit in found:
            name = exhibit.scenario.name
            folder = exhibit.found.save(work / "runs" / name)
            for lang in LANGUAGES:
                (work / f"{name}.{lang}.html").write_text(page(folder, lang), "utf-8")
        for lang in LANGUAGES:
            (work / f"index.{lang}.html").write_text(_index(found, work, lang), "utf-8")
        write_manifest(work, about(found[0].scenario, "gallery"))
    return target


def _index(found: Sequence[Exhibit], work: Path, lang: Language) -> str:
    pages = {one.scenario.name: Page(read(work / "runs" / one.scenario.name), lang) for one in found}
    rooms = [(key, asked, _room(key, found, pages)) for key, asked in questions().items()]
    some = next(iter(pages.values()))
    return filled("gallery.html", some, rooms=rooms, facts=runs(some), other="en" if lang == "zh" else "zh")


def _room(question: str, found: Sequence[Exhibit], pages: dict[str, Page]) -> list[dict[str, object]]:
    """What the index says of the scenarios of a question."""
    told = [pages[one.scenario.name] for one in found if one.question == question]
    return [
        {
            "name": page.study.asked.name,
            "asked": page.study.asked.question(page.lang),
            "says": answer(page).says[:_SHOWN],
        }
        for page in told
    ]
