"""Does what `docs/recognition.md` shows come out so: its career, its prices, its tables?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import DOCS, blocks

import settlement_sim as ss
from settlement_sim import yamlio
from settlement_sim.policies.careers import back_payment

PAGE = "recognition.md"
TEXT = (DOCS / PAGE).read_text("utf-8")
CASES = DOCS.parent / "tests/cases/recognition"


def test_the_career_of_the_page_comes_out_as_it_expects(tmp_path: Path) -> None:
    (text,) = (block.text for block in blocks(PAGE) if "career:" in block.text)
    case = tmp_path / "case.yaml"
    case.write_text("".join(line for line in text.splitlines(True) if not line.startswith("rules:")), "utf-8")
    assert ss.recognise(case).check() == []


@pytest.mark.parametrize(
    ("base", "rate", "shown"),
    [
        (7_327_200, 500, "11,601.40"),
        (7_327_200, 1_100, "25,523.08"),
        (9_000_000, 1_100, "31,350.00"),
        (8_400_000, 850, "22,610.00"),
    ],
)
def test_the_prices_of_38_months_are_those_of_the_page(base: int, rate: int, shown: str) -> None:
    assert f"{back_payment(38, base, rate) / 100:,.2f}" == shown
    assert shown in TEXT


def test_the_price_of_each_published_career_stands_on_the_page() -> None:
    for path in sorted(CASES.glob("published_38_months_*.yaml")):
        saved = yamlio.read(path).data["expect"]["saved"]
        assert f"{float(saved):,.2f}" in TEXT, path.name


def test_the_present_value_of_the_page_is_that_of_its_command() -> None:
    (moved,) = ss.recognise(CASES / "overlap_counted_once.yaml").transfers
    assert f"{moved.cost / 100:,.2f} yuan" in TEXT


def test_every_table_and_event_of_the_track_is_described() -> None:
    source = (DOCS.parent / "settlement_sim/record/recognition.py").read_text("utf-8")
    names = re.findall(r'"([a-z_]+)": ', source.partition("def tables(")[2].partition("return")[0])
    assert names and all(f"| `{name}` |" in TEXT for name in names)
    assert all(f"| `{event}` |" in TEXT for event in ("back_pay", "credit_account", "move_account", "transfer"))
