"""Which letters does a page bring with it? Those of its text, cut from the font that comes with the package."""

from __future__ import annotations

import base64
import io
from importlib.resources import files
from pathlib import Path
from typing import Final

FONT: Final = Path(str(files("settlement_sim") / "report/font/NotoSansSC-GB2312.otf"))
#: What the font calls itself, and what style sheets call its letters.
FAMILY: Final = "Noto Sans SC GB2312"
CSS_FAMILY: Final = "settlement-sim"


def font_face(text: str) -> str:
    """An `@font-face` with the characters of a text that the font has; empty where Latin-1 is enough."""
    if all(letter <= "ÿ" for letter in text):
        return ""
    data = base64.b64encode(woff(text)).decode()
    source = f'url(data:font/woff;base64,{data}) format("woff")'
    return f'@font-face {{ font-family: "{CSS_FAMILY}"; src: {source}; }}'


def woff(text: str) -> bytes:
    """The font reduced to the characters of a text; the same bytes for the same characters."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    # The bounds of all letters hold for fewer of them too; to measure them again would take as long as all the rest.
    with TTFont(FONT, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        subsetter = Subsetter(Options(layout_features=["kern"], notdef_outline=True))
        subsetter.populate(text=text)
        subsetter.subset(font)
        font.flavor, file = "woff", io.BytesIO()
        font.save(file, reorderTables=None)
    return file.getvalue()
