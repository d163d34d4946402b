"""Does `settlement-sim clear` show a case to people and machines, and end as its help says?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import settlement_sim as ss
from settlement_sim.cli import COMMANDS, main
from settlement_sim.study.clearing_expect import COLUMNS

CASES = Path(__file__).parents[1] / "cases/clearing"
THREE = CASES / "three_provinces_multilateral.yaml"
CASE = """format: 1
title: {zh: 一笔债务, en: One obligation}
provinces: {a: [a], b: [b]}
window: {from: 2024-01-01, until: 2024-01-31}
policy: {use: prepaid_monthly_gross, with: {retention: 0}}
opening: [{from: a, at: b, amount: 12345.67}]
obligations: [{on: 2024-01-15, from: a, at: b, amount: 1000.00}]
"""


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["clear", *map(str, arguments)])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path


def test_it_is_a_command() -> None:
    assert "clear" in COMMANDS


def test_it_shows_every_table_with_money_in_yuan(case: Path) -> None:
    said = invoke(case)
    assert (said.exit_code, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0] == "One obligation" and lines[-1] == "still owed to hospitals: 0.00 yuan"
    for title in ("calendar", "statements", "remittances", "paid to hospitals", "prepayments"):
        assert any(line.strip() == title for line in lines), title
    assert "12,345.67" in said.stdout and "1,000.00" in said.stdout and "1234567" not in said.stdout
    days = {"until": "2024-01-31", "statement": "2024-02-21", "remitted": "2024-03-13", "hospitals": "2024-02-27"}
    assert all(name in said.stdout and day in said.stdout for name, day in days.items())
    assert "\x1b" not in said.stdout


def test_it_speaks_chinese(case: Path) -> None:
    said = invoke(case, "--lang", "zh")
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[0] == "一笔债务" and lines[-1] == "期末仍欠医院 0.00 元"
    for words in ("日程", "清算通知", "省际划款", "拨付医院", "预付金收付", "金额（元）", "付款方", "就医地", "险种"):
        assert words in said.stdout, words
    assert not [word for word in ("statement", "amount", "scheme ") if word in said.stdout]


def test_tables_without_rows_are_left_out(case: Path) -> None:
    case.write_text(CASE.replace("opening: [{from: a, at: b, amount: 12345.67}]\n", ""), "utf-8")
    said = invoke(case).stdout
    assert "prepayments" not in said and "remittances" in said


def test_machines_get_fen(case: Path) -> None:
    said = invoke(case, "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    found = json.loads(said.stdout)
    assert list(found) == ["format", "tables", "receivable", "differences"]
    assert (found["format"], found["receivable"], found["differences"]) == (1, 0, [])
    tables = {name: frame.to_dict("records") for name, frame in ss.clear(case).tables.items()}
    assert found["tables"] == tables and list(tables) == list(COLUMNS)
    assert found["tables"]["remittances"] == [
        {"on": "2024-03-13", "from": "a", "to": "b", "scheme": "employee", "amount": 1_000_00}
    ]


@pytest.mark.parametrize("options", [(), ("--json",), ("--lang", "zh")])
def test_a_case_that_expects_otherwise_is_exit_code_1(case: Path, options: tuple[str, ...]) -> None:
    case.write_text(CASE + "expect: {receivable: 7.00, statements: []}\n", "utf-8")
    said = invoke(case, *options)
    assert said.exit_code == 1
    expected = [
        "statements: got 2024-02-21 a b employee 1,000.00, which was not expected",
        "receivable: expected 7.00, got 0.00",
    ]
    assert said.stderr.splitlines() == expected
    if options == ("--json",):
        assert json.loads(said.stdout)["differences"] == expected
    else:
        assert "2024-03-13" in said.stdout, "what happened is shown all the same"


def test_a_packaged_case_is_as_expected() -> None:
    said = invoke(THREE)
    assert (said.exit_code, said.stderr) == (0, "") and "centre" in said.stdout


def test_bad_input_is_exit_code_2_and_one_line_each(case: Path) -> None:
    case.write_text(CASE.replace("at: b, amount: 1000.00", "at: bb, amount: 1e3"), "utf-8")
    said = invoke(case, "--json")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [
        f"{case}:7:57: found '1e3'; expected an amount of yuan such as 1234.50 (at most two decimals, digits only)"
    ]
    case.write_text(CASE.replace("at: b, amount: 1000.00", "at: bb, amount: 1000.00"), "utf-8")
    assert invoke(case).stderr == f"{case}:7:45: found 'bb'; expected one of a, b; did you mean 'b'?\n"


def test_a_missing_file_is_exit_code_2(tmp_path: Path) -> None:
    said = invoke(tmp_path / "none.yaml")
    assert (said.exit_code, said.stdout) == (2, "") and "no such file" in said.stderr


PLUG_IN = """import settlement_sim as ss


@ss.policy("clearing")
class Mine(ss.ClearingPolicy):
    \"\"\"States everything twice.\"\"\"

    def orders(self, day, obligations, calendar):
        return ss.Orders(super().orders(day, obligations, calendar).amount * 2)
"""


def test_a_policy_that_fails_is_exit_code_2_and_one_line(case: Path) -> None:
    (case.parent / "mine.py").write_text(PLUG_IN, "utf-8")
    case.write_text(CASE.replace("{use: prepaid_monthly_gross, with: {retention: 0}}", "mine.py:Mine"), "utf-8")
    said = invoke(case)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [
        "policy mine of slot clearing, 2024-02-21, need none: returned more to remit than is due"
    ]
    forbidden = invoke(case, "--no-plugins")
    assert forbidden.exit_code == 2 and "plug-ins are forbidden" in forbidden.stderr
