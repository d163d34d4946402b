"""How does a figure become SVG that looks the same on every machine, in light and in dark, and prints?

Letters are outlines of the font that comes with the package; nothing is read from matplotlib's settings on a machine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.report.fontface import FAMILY, FONT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Text and axes; ticks and what is secondary; grid. No one else's colours: a page gives each its own, light and dark.
INK: Final = "#0d0d01"
SOFT: Final = "#0d0d02"
LINE: Final = "#0d0d03"

_LIGHT: Final = {INK: "#1a1a1a", SOFT: "#595f69", LINE: "#d9dce1"}
_VARIABLES: Final = {
    colour: f"var(--{name}, {_LIGHT[colour]})" for colour, name in ((INK, "ink"), (SOFT, "soft"), (LINE, "line"))
}

#: Okabe and Ito, the four that stand out from white and from near black, then two found by search. All are at least 17
#: apart in CIELAB, with normal sight and with each colour blindness (Machado et al. 2009, full severity).
SEQUENCE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f30f0", "#d8003c")
COLOURS: Final = {
    "reference": "#7c828c", "other": SEQUENCE[0], "chongqing": SEQUENCE[0], "sichuan": SEQUENCE[1],
    "chongqing_to_sichuan": SEQUENCE[0], "sichuan_to_chongqing": SEQUENCE[1],
}  # fmt: skip

#: What matplotlib says of itself, and a style that would hold for the whole page.
_CUT: Final = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_HEAD: Final = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_SPACES: Final = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(draw: Callable[[Figure], object], *, width: float, height: float, name: str, title: str) -> str:
    """What `draw` puts on a figure of so many inches, as an `<svg>` element to stand in a page and be scaled there.

    `name` begins every id, so it is another one for each figure of a page; `title` is what is read aloud. A dollar sign
    is a dollar sign: mathematical text is off, so logarithmic axes need labels of their own.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    file = io.StringIO()
    with rc_context(_settings()):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(file, format="svg")
    return _element(file.getvalue(), name, escape(title))


def plain(draw: Callable[[Figure], object], *, width: float, height: float) -> Figure:
    """The same as a figure of pyplot, on white, in plain colours, for a notebook."""
    from matplotlib import pyplot, rc_context
    from matplotlib.colors import same_color

    # Outside of the settings: the first figure of a notebook turns interactive mode on, which must outlast them.
    figure = pyplot.figure(figsize=(width, height), facecolor="white")
    with rc_context(_settings()):
        figure.set_layout_engine("constrained")
        draw(figure)
    coloured: list[Any] = figure.findobj(lambda one: isinstance(getattr(one, "get_color", lambda: None)(), str))
    for artist in coloured:
        for colour, light in _LIGHT.items():
            if same_color(artist.get_color(), colour):
                artist.set_color(light)
    return figure


def standalone(element: str) -> str:
    """The same as a file: on white, in plain colours, as not every viewer knows style variables."""
    plain = re.sub(r"var\(--\w+, (#\w+)\)", r"\1", element)
    head, title, rest = plain.partition("</title>")
    return f'{head}{title}\n<rect width="100%" height="100%" style="fill: #ffffff"/>{rest}'


def _element(text: str, name: str, title: str) -> str:
    """Its own ids, its own style, no size but proportions, and colours that a page may set."""
    text = _CUT.sub("", text[text.index("<svg") :])
    text = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{name}-", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    style = "stroke-linejoin: round; stroke-linecap: butt"
    says = f'role="img" aria-label="{title}" style="{style}"'
    return _HEAD.sub(lambda head: f'<svg {_SPACES} viewBox="{head[1]}" {says}>\n<title>{title}</title>', text, count=1)


@cache
def _settings() -> Any:  # versions of matplotlib differ in the type of the keys
    """Everything matplotlib can be told: its own defaults, what it draws in black in `INK`, and how we draw."""
    from matplotlib import rcParamsDefault
    from matplotlib.font_manager import fontManager

    fontManager.addfont(FONT)
    # How figures look, not where they are shown: that would outlast them.
    defaults = {key: value for key, value in rcParamsDefault.items() if key not in ("backend", "interactive")}
    ours = {key: INK for key, value in defaults.items() if value in ("black", "k")}
    return defaults | ours | _text() | _lines()


def _text() -> dict[str, Any]:
    return {
        "font.family": [FAMILY], "font.size": 10, "axes.titlesize": 11, "axes.titlelocation": "left",
        "axes.titlepad": 10, "xtick.labelcolor": SOFT, "ytick.labelcolor": SOFT, "text.parse_math": False,
        "svg.fonttype": "path", "svg.hashsalt": "settlement-sim",
    }  # fmt: skip


def _lines() -> dict[str, Any]:
    from cycler import cycler

    return {
        "figure.facecolor": "none", "axes.facecolor": "none", "legend.frameon": False,
        "figure.constrained_layout.wspace": 0.05,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": SOFT, "axes.axisbelow": True,
        "axes.grid": True, "axes.grid.axis": "y", "grid.color": LINE, "grid.linewidth": 0.6,
        "xtick.color": SOFT, "ytick.color": SOFT, "axes.prop_cycle": cycler(color=SEQUENCE),
    }  # fmt: skip
