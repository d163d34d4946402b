"""How do sections become one HTML file that needs nothing beside it: no script, no font, no network?"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from markupsafe import Markup

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.report.fontface import font_face
from settlement_sim.report.page.parts import Maker, Page, Section
from settlement_sim.report.page.sections.again import again
from settlement_sim.report.page.sections.answer import answer
from settlement_sim.report.page.sections.bureau import bureau
from settlement_sim.report.page.sections.care import care
from settlement_sim.report.page.sections.days import days
from settlement_sim.report.page.sections.flows import flows
from settlement_sim.report.page.sections.ground import ground
from settlement_sim.report.page.sections.measures import measures
from settlement_sim.report.page.sections.months import months
from settlement_sim.report.page.sections.parts import parts
from settlement_sim.report.page.sections.payers import payers
from settlement_sim.report.page.sections.prepayment import prepayment
from settlement_sim.report.page.sections.recognition import recognition
from settlement_sim.report.page.sections.reported import reported
from settlement_sim.report.page.study import read
from settlement_sim.report.table import Language

#: In the order in which a reader asks.
SECTIONS: Final[Sequence[Maker]] = (
    answer, measures, parts, reported, flows, months, care, payers, bureau, prepayment, days, recognition, ground,
    again,
)  # fmt: skip


def page(folder: Path, lang: Language, pool: str = "") -> str:
    """The page of a folder as HTML. Raises InputError for a folder that cannot be read, and for an unknown pool."""
    study = read(folder)
    known = [str(name) for name in study.asked.pools.index]
    if pool and pool not in known:
        raise InputError(Problem("--pool", repr(pool), f"one of {', '.join(known)}", nearest(pool, known)))
    told = Page(study, lang, pool)
    return render(told, [section for make in SECTIONS if (section := make(told)) is not None])


def render(told: Page, sections: Sequence[Section]) -> str:
    """Sections in their template."""
    return filled("template.html", told, sections=sections, head=_head(told))


def filled(template: str, told: Page, **named: object) -> str:
    """A template of this folder with its style; the font holds the letters of the page alone."""
    from jinja2 import Environment, FileSystemLoader

    folder = Path(str(files(__package__)))
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    said = named | {"page": told, "lang": told.lang}
    ready = environment.get_template(template)
    style = (folder / "style.css").read_text("utf-8")
    return ready.render(**said, style=Markup(font_face(ready.render(**said, style="")) + style))


def facts(told: Page) -> list[Markup]:
    """On what grounds: kind and window of the scenario, and how it was run."""
    about = told.study.asked.manifest
    first, last = about["window"]
    return [told.say(f"kind_{about['kind']}"), told.say("window", first=first, last=last), *runs(told)]


def runs(told: Page) -> list[Markup]:
    """How many seeds, at which scale."""
    about, seeds = told.study.asked.manifest, told.study.asked.seeds
    scale = float(about["scale"])
    return [
        told.say("seeds", count=str(len(seeds))) if len(seeds) > 1 else told.say("seed", number=str(seeds[0])),
        told.say("scale_full") if scale == 1 else told.say("scale_small", share=f"{100 * scale:g} %"),
        told.say("simulated"),
    ]


def _head(told: Page) -> dict[str, object]:
    """Title, what was asked, and on what grounds."""
    study = told.study
    several = len(study.others) > 1
    title = told.say("compared", reference=study.reference.name) if several else study.asked.question(told.lang)
    asked = [(each.name, each.question(told.lang)) for each in study.others] if several else []
    names = " / ".join(each.name for each in study.sides)
    return {"title": title, "names": names, "facts": facts(told), "asked": asked}
