"""Where does the font of figures and pages come from? From Noto Sans CJK SC and this routine: the letters of GB2312.

    python -m settlement_sim.report.build_font /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

The collection is that of Debian's package fonts-noto-cjk, the committed font its version 2.004. The licence is beside
the font; it reserves no font name.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from settlement_sim.report.fontface import FAMILY, FONT

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

#: By its PostScript name: the collection has ten faces in no promised order.
FACE: Final = "NotoSansCJKsc-Regular"
#: Written by us; most are in neither GB2312, which reads its dash as U+2015, nor Latin-1.
SIGNS: Final = "–—−…≤≥‰→←↑↓√∑“”‘’€°′″□■○●△▲"
#: Metrics and forms of vertical text, and all features but kerning.
_DROPPED: Final = ("BASE", "GDEF", "GSUB", "VORG", "vhea", "vmtx")
#: Copyright, names, version, trademark, licence and its address.
_RECORDS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 13, 14)


def gb2312() -> str:
    """Its 6,763 hanzi and 682 symbols, kana, Greek, Cyrillic and other letters, in their order."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def characters() -> str:
    """All that the font is asked to have."""
    return "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) + SIGNS + gb2312()


def face(collection: Path) -> TTFont:
    """The face of simplified Chinese. Raises StopIteration where the collection has none."""
    from fontTools.ttLib import TTCollection

    # The time of the last change stays what it was, so the same collection gives the same bytes.
    faces = TTCollection(collection, lazy=True, recalcTimestamp=False).fonts
    return next(font for font in faces if font["name"].getDebugName(6) == FACE)


def reduce(font: TTFont, text: str) -> None:
    """Leave what these characters need. Without subroutines a font is as small and is cut further in half the time."""
    from fontTools.subset import Options, Subsetter

    options = Options(
        layout_features=["kern"], hinting=False, desubroutinize=True, notdef_outline=True, name_IDs=list(_RECORDS)
    )
    options.drop_tables += _DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """A name of its own, or a font of the machine would be taken for it."""
    names, postscript = font["name"], FONT.stem
    for number, name in ((1, FAMILY), (3, f"2.004;{postscript}"), (4, FAMILY), (6, postscript)):
        names.setName(name, number, 3, 1, 0x409)


def main(collection: Path, path: Path = FONT) -> None:
    """Make the font."""
    font = face(collection)
    reduce(font, characters())
    rename(font)
    font.save(path, reorderTables=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
