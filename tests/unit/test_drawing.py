"""Is a figure the same whatever a machine is set to, and can it stand beside others in a page, light or dark?"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from settlement_sim.report.build_font import gb2312
from settlement_sim.report.drawing import COLOURS, INK, LINE, SEQUENCE, SOFT, standalone, svg

PACKAGE = Path(__file__).parents[2] / "settlement_sim"
HOSTILE = {
    "font.family": ["Nonexistent"], "axes.facecolor": "red", "svg.fonttype": "none", "text.usetex": True,
    "figure.dpi": 300, "savefig.bbox": "tight", "axes.grid": False, "svg.hashsalt": None, "lines.linewidth": 9,
    "axes.formatter.use_locale": True, "savefig.facecolor": "blue", "text.color": "green",
}  # fmt: skip


def draw(figure: Figure) -> None:
    axes = figure.subplots()
    axes.bar(["重庆", "四川"], [-3, 5], color=COLOURS["chongqing"], label="清算 & $5 $6")
    axes.plot([-1, 0, 1])
    axes.axhline(0, color=INK)
    axes.legend()


def drawn(name: str = "a", title: str = "净额") -> str:
    return svg(draw, width=6, height=3, name=name, title=title)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def words() -> Iterator[str]:
    """Every string of the code with Chinese in it, and every data file."""
    for path in PACKAGE.rglob("*.py"):
        # Its expression names the first and last letters of ranges.
        for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path.name != "grid.py" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[一-鿿]", node.value):
                yield node.value
    for path in (*PACKAGE.rglob("*.yaml"), *(PACKAGE.parent / "scenarios").glob("*.yaml")):
        yield path.read_text("utf-8")


def test_the_same_figure_is_the_same_bytes_whatever_a_machine_is_set_to() -> None:
    expected = drawn()
    assert drawn() == expected
    with mpl.rc_context(HOSTILE):
        before = dict(mpl.rcParams)
        assert drawn() == expected
        assert dict(mpl.rcParams) == before, "and leaves the settings as they were"


def test_every_letter_of_level_1_and_of_the_package_can_be_drawn() -> None:
    level_1 = [letter for letter in gb2312() if 0xB0 <= letter.encode("gb2312")[0] <= 0xD7]
    letters = "".join(sorted({letter for text in (*words(), *level_1) for letter in text if letter.isprintable()}))
    assert len(level_1) == 3755 and len(letters) > 3800
    text = "\n".join(letters[at : at + 100] for at in range(0, len(letters), 100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg(lambda figure: figure.suptitle(text), width=20, height=20, name="all", title="all")


def test_two_figures_share_no_id_and_every_reference_is_kept() -> None:
    found = {}
    for name in ("a", "b"):
        element = drawn(name)
        ids = re.findall(r'\bid="([^"]+)"', element)
        assert len(set(ids)) == len(ids) > 20
        asked = {one or other for one, other in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', element)}
        assert asked and asked <= set(ids)
        found[name] = set(ids)
    assert found["a"] & found["b"] == set()


def test_it_is_one_element_that_says_what_it_is() -> None:
    element = drawn(title='Net <of> "costs" & returns')
    root = ElementTree.fromstring(element)
    assert element.startswith("<svg ") and element.endswith("</svg>\n")
    assert dict(root.attrib) == {
        "viewBox": "0 0 432 216", "role": "img", "aria-label": 'Net <of> "costs" & returns',
        "style": "stroke-linejoin: round; stroke-linecap: butt",
    }  # fmt: skip
    assert root[0].text == 'Net <of> "costs" & returns'
    tags = {node.tag.split("}")[1] for node in root.iter()}
    assert not tags & {"style", "metadata", "text", "image"}, "no rule for the page, no letters that need a font"


def test_a_page_sets_the_colours_of_all_but_the_data() -> None:
    element = drawn()
    for name, own in (("ink", INK), ("soft", SOFT), ("line", LINE)):
        assert f"var(--{name}, #" in element and own not in element
    fixed = set(re.findall(r": (#\w{6})", element))
    assert fixed == {COLOURS["chongqing"], SEQUENCE[0]}, "nothing is black of its own"


def test_a_file_has_a_ground_and_plain_colours() -> None:
    file = standalone(drawn())
    root = ElementTree.fromstring(file)
    assert "var(" not in file and "#1a1a1a" in file
    assert root[1].attrib == {"width": "100%", "height": "100%", "style": "fill: #ffffff"}


@pytest.mark.parametrize("ground", ["#ffffff", "#15181c"])
def test_every_colour_of_data_stands_out(ground: str) -> None:
    assert [colour for colour in {*COLOURS.values(), *SEQUENCE} if contrast(colour, ground) < 3] == []
