"""Does nothing that a user writes run as a formula, and does a number stay a number?"""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from settlement_sim.report.grid import Grid
from settlement_sim.report.harmless import harmless, like_a_formula, plain
from settlement_sim.report.workbook import workbook_bytes

HOSTILE = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "＋1", "－1+1", "＠SUM(A1)",
    "\u200b=1", "\ufeff=1", "=cmd|' /C calc'!A0", "-", "\u3000=1",
)  # fmt: skip
HARMLESS = ("q9_lapse", "-5", "+5", "-0.05", "12", "2024-03", "a=b", "—", "−5", "“=”", "", "问题？", "#N/A")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_gets_an_apostrophe_in_a_csv_file(text: str) -> None:
    assert like_a_formula(text) and harmless(text).startswith("'")
    assert harmless(harmless(text)) == harmless(text), "once is enough"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays(text: str) -> None:
    assert not like_a_formula(text) and harmless(text) == text


def test_no_row_begins_inside_a_text() -> None:
    assert plain("a\r=1\r\nb\x00\x07\ud800") == "a\n=1\nb   "
    grid = Grid("x", "x", (("a\r=1+1", "=2", -5, Decimal("-0.05")),), range(0), frozenset(), frozenset())
    text = grid.to_csv().decode("utf-8-sig")
    assert [*csv.reader(io.StringIO(text))] == [["a\n=1+1", "'=2", "-5", "-0.05"]]


@pytest.mark.parametrize("text", [*HOSTILE, "#N/A", "x\x07"])
def test_a_workbook_holds_it_as_text_also_after_editing(text: str) -> None:
    grid = Grid("x", "x", ((text, -5),), range(0), frozenset(), frozenset())
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook_bytes([grid], "t")))
    assert sheet["A1"].data_type in ("s", "inlineStr") and sheet["A1"].value == plain(text)
    assert sheet["A1"].quotePrefix is like_a_formula(text)
    assert (sheet["B1"].value, sheet["B1"].data_type) == (-5, "n")
