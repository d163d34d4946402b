"""Is the font what its routine makes, does it say whose it is, and does a page get just the letters it needs?"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from settlement_sim.report import build_font
from settlement_sim.report.build_font import characters, gb2312
from settlement_sim.report.fontface import FAMILY, FONT, font_face, woff

#: Where Debian's fonts-noto-cjk has it.
COLLECTION = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.fixture(scope="module")
def font() -> Iterator[TTFont]:
    with TTFont(FONT) as opened:
        yield opened


def test_gb2312_is_as_large_as_the_standard_says() -> None:
    text = gb2312()
    assert (len(text), sum("一" <= letter <= "龥" for letter in text)) == (7445, 6763)
    assert len(set(text)) == len(text)


def test_the_font_has_what_was_asked_for_and_no_tables_besides(font: TTFont) -> None:
    assert set(map(chr, font.getBestCmap())) - set(characters()) == {"≅", "∋"}, "mirror images of ≌ and ∈"
    assert set(characters()) <= set(map(chr, font.getBestCmap()))
    assert set(font.keys()) == {
        "GlyphOrder", "head", "hhea", "maxp", "OS/2", "name", "cmap", "post", "CFF ", "hmtx", "GPOS",
    }  # fmt: skip
    assert {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord} == {"kern"}


def test_the_font_has_its_own_name_and_its_makers_licence(font: TTFont) -> None:
    says = font["name"].getDebugName
    licence = FONT.with_name("OFL.txt").read_text("utf-8")
    assert licence.startswith(f"{says(0)}\n{says(7)}\n")
    assert "SIL Open Font License, Version 1.1" in says(13) and says(14) in licence
    assert "PERMISSION & CONDITIONS" in licence and licence.endswith("OTHER DEALINGS IN THE FONT SOFTWARE.\n")
    assert (says(1), says(6)) == (FAMILY, FONT.stem)


@pytest.mark.skipif(not COLLECTION.exists(), reason="needs fonts-noto-cjk")
def test_the_routine_makes_the_same_bytes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, font: TTFont) -> None:
    monkeypatch.setattr(build_font, "characters", lambda: "清算 −1")
    for name in ("once", "again"):
        build_font.main(COLLECTION, tmp_path / name)
    assert (tmp_path / "once").read_bytes() == (tmp_path / "again").read_bytes()
    with TTFont(tmp_path / "once") as made:
        assert set(map(chr, made.getBestCmap())) == set("清算 −1")
        assert [*map(str, made["name"].names)] == [*map(str, font["name"].names)]
        assert made["head"].modified == font["head"].modified


def test_a_page_gets_the_letters_of_its_text() -> None:
    said = re.fullmatch(
        r'@font-face \{ font-family: "settlement-sim"; src: url\(data:font/woff;base64,(.+)\) format\("woff"\); \}',
        font_face("重庆 to 四川, 𰻝"),
    )
    assert said
    with TTFont(io.BytesIO(base64.b64decode(said[1]))) as letters:
        assert letters.flavor == "woff"
        assert set(map(chr, letters.getBestCmap())) == set("重庆 to四川,"), "one letter is in no font of ours"


def test_the_same_letters_are_the_same_bytes() -> None:
    assert woff("清算金额") == woff("额金算清清")


def test_a_page_in_latin_letters_needs_no_font() -> None:
    assert font_face("") == font_face("Sichuan–style".replace("–", "-") + " ÷ é") == ""
    assert font_face("−1") != ""
