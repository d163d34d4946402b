"""Which texts would a spreadsheet run as a formula, and how are they kept from it?

Names of scenarios, questions and notes come from files of whoever wrote them. What is a number stays one.
"""

from __future__ import annotations

import re
from typing import Final

#: What begins a formula, in half and in full width.
_BEGINNINGS: Final = tuple("=+-@＝＋－＠")
#: Spreadsheets pass over these before they look for a formula.
_PASSED_OVER: Final = re.compile(r"^[\s\u200b\ufeff]+")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
#: Characters that end a line or that no workbook can hold; tabs and line feeds stay.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def plain(text: str) -> str:
    """A text with line feeds alone between lines, so that no reader begins a row inside it; no control characters.

    >>> plain("a\\r=1+1\\x07")
    'a\\n=1+1 '
    """
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet might run it.

    >>> [like_a_formula(text) for text in ("=1+1", "－2", " @SUM", "\\tx", "-5", "2024-03", "a=b", "—")]
    [True, True, True, True, False, False, False, False]
    """
    begins = _PASSED_OVER.sub("", text).startswith(_BEGINNINGS) or text.startswith(("\t", "\r", "\n"))
    return begins and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    """A text for a CSV file that a spreadsheet may open: an apostrophe before what it might run.

    >>> harmless("=1+1"), harmless("-5"), harmless("q9_lapse")
    ("'=1+1", '-5', 'q9_lapse')
    """
    return f"'{plain(text)}" if like_a_formula(text) else plain(text)
