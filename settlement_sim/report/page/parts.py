"""Of what is a page made? Sections with sentences, figures and sheets; every number says where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from settlement_sim import yamlio
from settlement_sim.report.drawing import svg
from settlement_sim.report.numbers import interval, with_unit, written
from settlement_sim.report.page.study import Side, Study
from settlement_sim.report.page.values import Values
from settlement_sim.report.table import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Width of a figure in inches; a page lets it shrink to the width of a phone, where its letters are still read.
WIDTH: Final = 4.9
#: Columns and rows of a sheet that fits beside a figure.
_NARROW: Final = 4
_SHORT: Final = 14
#: Texts in which every number is marked up.
Text = Markup | str


@dataclass(frozen=True)
class Page:
    """What sections are told: the study, the language, and the pool whose bureau reads it, if any."""

    study: Study
    lang: Language
    pool: str = ""

    def say(self, key: str, **values: Text) -> Markup:
        """A phrase of `words.yaml`."""
        return Markup(phrases()[key][self.lang]).format(**values)

    def draw(
        self, name: str, key: str, draw: Callable[[Figure], None], *, width: float = WIDTH, height: float
    ) -> Markup:
        """A figure; its title is the phrase of a question."""
        return Markup(svg(draw, width=width, height=height, name=name, title=str(self.say(key))))

    def number(self, values: Values, unit: str, *, signed: bool = False, bare: bool = False) -> Markup:
        """The mean over the seeds, with its unit unless `bare`."""
        write = written if bare else with_unit
        return marked(values.mean, values.of, "mean", write(values.mean, unit, self.lang, signed=signed))

    def interval(self, values: Values, unit: str, *, signed: bool = False) -> Markup:
        """Both ends of the 95 % interval; — where there is one seed."""
        text = interval(values.low, values.high, unit, self.lang, signed=signed)
        return marked(values.half_width, values.of, "half_width", text)

    def change(self, values: Values, unit: str) -> Markup:
        """A difference and its interval."""
        both = {"mean": self.number(values, unit, signed=True), "interval": self.interval(values, unit, signed=True)}
        return self.say("change", **both)

    def which(self, side: Side) -> str:
        """What a scenario is called in legends: the reference, the scenario, or by name where there are several."""
        if side.number == 0 and self.study.others:
            return str(self.say("reference"))
        return side.name if len(self.study.sides) != 2 else str(self.say("scenario"))

    def month_of(self, year: str) -> str:
        """What stands under the numbers of months."""
        return str(self.say("month_of", year=year))

    def caption(self, said: Text = "", side: Side | None = None) -> str:
        """What a sheet shows, and of which scenario where there are several."""
        name = (side or self.study.asked).name if self.study.others else ""
        return " · ".join(str(word) for word in (said, name) if word)


@dataclass(frozen=True)
class Sheet:
    """A table: what it shows, heads, rows; `labels` columns at its left are words, the others numbers."""

    caption: Text
    head: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    labels: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether it fits beside a figure."""
        return len(self.head) <= _NARROW and self.is_short and not self.is_words

    @property
    def is_short(self) -> bool:
        """Whether it stays on one page in print."""
        return len(self.rows) <= _SHORT

    @property
    def is_words(self) -> bool:
        """Whether it holds no number."""
        return self.labels >= len(self.head)

    @property
    def style(self) -> str:
        """Its classes in the style sheet."""
        said = {"words": self.is_words, "short": self.is_short, "pairs": self.labels == 2}
        return " ".join(name for name, holds in said.items() if holds)


@dataclass(frozen=True)
class Section:
    """A question, what answers it in words, pictures and sheets."""

    name: str
    title: Text
    says: Sequence[Text] = ()
    figures: Sequence[Markup] = ()
    sheets: Sequence[Sheet] = ()
    #: Sheets that are folded away on a screen, and not printed.
    folded: Sequence[Sheet] = ()
    notes: Sequence[Text] = ()

    @property
    def beside(self) -> Sequence[Sheet]:
        """Sheets that stand beside the only figure."""
        return [sheet for sheet in self.sheets if sheet.is_narrow] if len(self.figures) == 1 else []

    @property
    def below(self) -> Sequence[Sheet]:
        """All other sheets."""
        return [sheet for sheet in self.sheets if sheet not in self.beside]


#: Makes a section, or nothing where the study does not speak to its question.
Maker = Callable[[Page], Section | None]


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Phrases of the page by key, in Chinese and English."""
    from pathlib import Path

    found = yamlio.read(Path(str(files(__package__) / "words.yaml"))).data
    return {key: both for key, both in found.items() if key != "format"}


def marked(value: float, of: str, stat: str, text: str) -> Markup:
    """A number that says where it comes from: `stat` of what `of` names, by seed."""
    return Markup('<data value="{}" data-of="{}" data-stat="{}">{}</data>').format(repr(value), of, stat, escape(text))
