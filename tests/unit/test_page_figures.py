"""Does everything that a figure says stand inside it, large enough for a phone, and are pages the same bytes twice?"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import studies
from matplotlib.figure import Figure
from matplotlib.text import Text

from settlement_sim.report.drawing import svg
from settlement_sim.report.page import parts
from settlement_sim.report.page.page import page

#: CSS pixels of a figure on a phone of 390, less the margins of the page, and the least height of letters there.
PHONE, LEAST = 361, 9
CASES = [(name, lang) for name in studies.NAMES for lang in studies.LANGS]
Draw = Callable[[Figure], object]


def texts(figure: Figure) -> list[Text]:
    """Everything that is written when the figure is drawn."""
    found: list[Text] = []
    draw = Text.draw

    def note(text: Text, renderer: object) -> None:
        found.extend([text] if text.get_text() else [])
        draw(text, renderer)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        figure.draw_without_rendering()
    return found


def outside(figure: Figure, written: list[Text]) -> list[str]:
    """Texts that leave the figure by more than a pixel."""
    whole = figure.bbox
    found = []
    for text in written:
        box = text.get_window_extent()
        if box.x0 < whole.x0 - 1 or box.y0 < whole.y0 - 1 or box.x1 > whole.x1 + 1 or box.y1 > whole.y1 + 1:
            found.append(text.get_text())
    return found


def covered(figure: Figure) -> list[str]:
    """Labels of rows that stand in the next one."""
    found = []
    for axes in figure.axes:
        labels = [label for label in axes.get_yticklabels() if label.get_text()]
        boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.y0)
        found += [str(axes.get_title()) for below, above in pairwise(boxes) if below.y1 > above.y0 + 1]
    return found


def small(figure: Figure, written: list[Text]) -> list[str]:
    """Texts that a phone shows too small to be read."""
    scale = PHONE / (figure.get_figwidth() * 72)
    return [text.get_text() for text in written if text.get_fontsize() * scale < LEAST]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What is wrong with each figure that is drawn from now on."""
    found: dict[str, list[str]] = {}

    def checked(draw: Draw, *, width: float, height: float, name: str, title: str) -> str:
        def measured(figure: Figure) -> None:
            draw(figure)
            written = texts(figure)
            found[name] = [*outside(figure, written), *covered(figure), *small(figure, written)]

        return svg(measured, width=width, height=height, name=name, title=title)

    monkeypatch.setattr(parts, "svg", checked)
    monkeypatch.setattr("settlement_sim.report.page.page.font_face", lambda text: "")
    return found


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_figures_hold_what_they_say(name: str, lang: str, studies_root: Path, drawn: dict[str, list[str]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page(studies.folder(name, studies_root), lang, "chongqing")  # type: ignore[arg-type]
    assert drawn and {figure: wrong for figure, wrong in drawn.items() if wrong} == {}


def test_a_text_that_leaves_its_figure_covers_another_or_is_small_is_noticed(drawn: dict[str, list[str]]) -> None:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_yticks([0, 0.001, 1], ["a", "b", "c"])
        figure.text(0.99, 0.5, "too far right")
        figure.text(0.1, 0.5, "tiny", fontsize=5)

    parts.svg(draw, width=4.9, height=2, name="bad", title="bad")
    assert drawn["bad"] == ["too far right", "", "tiny"]


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_an_id_stands_once_on_a_page(name: str, lang: str, studies_root: Path) -> None:
    text = studies.page(name, lang, studies_root).read_text("utf-8")
    ids = Counter(re.findall(r'\sid="([^"]+)"', text))
    assert [each for each, count in ids.items() if count > 1] == []
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    assert {a or b for a, b in used} <= set(ids)


@pytest.mark.parametrize("lang", studies.LANGS)
def test_the_same_folder_gives_the_same_bytes(lang: str, studies_root: Path) -> None:
    again = page(studies.folder("parts", studies_root), lang)  # type: ignore[arg-type]
    assert again == studies.page("parts", lang, studies_root).read_text("utf-8")
