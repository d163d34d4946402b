"""Is a wrong career told where it is wrong, all at once, and without a traceback?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import settlement_sim as ss
from settlement_sim.cli import main

CASE = """format: 1
title: {zh: 例, en: Example}
person: {retiree: woman_at_50, born: 1974-05, insured_as: tier_2, applies_in: chongqing, applied: 2024-06-03}
career:
  - {pool: chengdu, from: 2001-03, until: 2008-12}
  - {pool: chongqing, from: 2009-01, until: 2024-05}
  - {pool: chongqing, kind: deemed, months: 40}
policy: mutual_2024
transfer: account_only
"""


def problems(source: Any, **options: bool) -> list[str]:
    with pytest.raises(ss.InputError) as caught:
        ss.recognise(source, **options)
    return [str(problem) for problem in caught.value.problems]


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = CASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_case_itself_is_fine(tmp_path: Path) -> None:
    assert ss.recognise(write(tmp_path)).check() == []


#: What is changed, the text of the file at whose place it is told, what was found, what was expected.
REFUSED = [
    ("pool: chengdu", "pool: chengd", "chengd,", "'chengd'", "one of chongqing, chengdu, "),
    ("until: 2008-12", "until: 2000-12", "2000-12", "2000-12", "a month not before 2001-03"),
    ("2001-03", "1998-12", "1998-12", "1998-12", "a month from 1999-01 on; earlier ones are deemed: kind: deemed"),
    ("until: 2024-05", "until: 2024-07", "2024-07", "2024-07", "a month not after the application, 2024-06"),
    ("months: 40}", "months: 40, from: 2000-01}", "40,", "months 40 beside from or until", "one of the two"),
    ("kind: deemed, months", "months", "40}", "months 40", "from and until: months that were paid have a date"),
    ("deemed, months: 40", "deemed", "{pool: chongqing, k", "no from and no until", "from and until or months"),
    (", until: 2008-12", "", "{pool: chengdu", "no until", "from and until"),
    ("months: 40", "months: 0", "0}\npolicy", "'0'", "a whole number from 1 to 600"),
    ("months: 40", "months: 4.5", "4.5", "'4.5'", "a whole number from 1 to 600"),
    ("kind: deemed", "kind: demed", "demed", "'demed'", "one of actual, deemed; did you mean 'deemed'?"),
    ("2001-03", "2001-13", "2001-13", "'2001-13'", "a month such as 2024-05"),
    ("from: 2001", "form: 2001", "form: ", "key 'form'", "one of pool, kind, from, until, months; did you mean 'from'"),
    ("woman_at_50", "woman", "woman,", "'woman'", "one of man, woman_at_55, woman_at_50; did you mean "),
    ("tier_2", "tier_3", "tier_3", "'tier_3'", "one of employer, tier_1, tier_2"),
    ("2024-06-03", "2024-06-31", "2024-06-31", "'2024-06-31'", "a day that exists"),
    ("2024-06-03", "2100-01-01", "2100-01-01", "2100-01-01", "a day from 1999-01-01 to 2099-12-31"),
    ("1974-05", "1990-05", "1990-05", "1990-05", "a month from 1928-07 to 1985-03, 16 years before the career"),
    ("2024-06-03}", "2024-06-03, base_ratio: 301}", "301", "'301'", "a whole number from 60 to 300"),
    ("applies_in: chongqing", "applies_in: chonqing", "chonqing,", "'chonqing'", "one of chongqing, chengdu, zigong"),
    (
        "mutual_2024",
        "mutual_2025",
        "mutual_2025",
        "'mutual_2025'",
        "a policy of slot recognition: local_rule, ",
    ),
    ("mutual_2024", "retrospective", "retrospective", "'retrospective'", "a policy of slot recognition"),
    ("mutual_2024", "{use: mutual_2024, with: {treshold: 1}}", "treshold", "key 'treshold'", "a parameter of mutual_2"),
    ("mutual_2024", "{with: {}}", "{with", "no 'use'", "a policy by name, or {use: …, with: {…}}"),
    ("account_only", "{use: retrospective, with: {claims_ratio: 101}}", "101", "'101'", "percent from 0 to 100"),
    ("account_only", "none\nrules: [mine.yaml]", "mine.yaml", "'mine.yaml'", "a file that exists beside the case"),
    ("account_only", "none\nexpect: {back_payment: 1e3}", "1e3", "'1e3'", "an amount of yuan such as 1234.50"),
    ("account_only", "none\nexpect: {place: chengd}", "chengd}", "'chengd'", "one of chongqing, chengdu, "),
    ("account_only", "none\nexpect: {shrt: 1}", "shrt", "key 'shrt'", "one of place, counted, deemed, required, short"),
    ("account_only", "none\nexpect: {before: {saved: 1}}", "saved", "key 'saved'", "one of place, counted, deemed"),
    ("format: 1", "format: 2", "2\ntitle", "format '2'", "`format: 1`"),
]


@pytest.mark.parametrize(("old", "new", "at", "found", "expected"), REFUSED, ids=[row[1] for row in REFUSED])
def test_it_is_told_where_it_is_wrong(tmp_path: Path, old: str, new: str, at: str, found: str, expected: str) -> None:
    path = write(tmp_path, (old, new))
    before = path.read_text("utf-8").partition(at)[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    (said,) = problems(path)
    assert said.startswith(f"{path}:{line}:{column}: found {found}; expected {expected}"), said


def test_two_spells_of_a_pool_that_do_not_meet_are_fine(tmp_path: Path) -> None:
    career = ss.recognise(write(tmp_path, ("pool: chengdu", "pool: chongqing")))
    assert career.months[0].paid == 94 + 185


def test_two_spells_of_a_pool_that_meet_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, ("pool: chengdu", "pool: chongqing"), ("until: 2008-12", "until: 2009-01"))
    assert problems(path) == [
        f"{path}:6:5: found 2009-01 to 2024-05 again; expected months of chongqing that no other spell has: another is "
        "2001-03 to 2009-01"
    ]


def test_deemed_months_may_not_be_paid_ones_too(tmp_path: Path) -> None:
    path = write(tmp_path, ("kind: deemed, months: 40", "kind: deemed, from: 1995-01, until: 2009-01"))
    (said,) = problems(path)
    assert said.startswith(f"{path}:7:5: found 1995-01 to 2009-01 again; expected months of chongqing that no other")


def test_a_missing_part_is_told(tmp_path: Path) -> None:
    (said,) = problems(write(tmp_path, (", insured_as: tier_2", "")))
    assert said.endswith("found no 'insured_as'; expected it, since it is required")


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    changes = [("until: 2008-12", "until: 2000-12"), ("born: 1974-05", "born: 1999-05"), ("mutual_2024", "mutual")]
    lines = [said.split(":")[1] for said in problems(write(tmp_path, *changes))]
    assert lines == ["3", "5", "8"]


def test_a_mapping_is_told_by_its_keys() -> None:
    case = {"format": 1, "title": {"zh": "例", "en": "Example"}, "career": [{"pool": "chengdu", "from": "2001-03"}]}
    found = problems(case | {"person": {"retiree": "man", "insured_as": "tier_1", "applies_in": "chengdu"}})
    assert found == ["person.applied: found no 'applied'; expected it, since it is required"]


def test_a_file_of_rules_that_is_wrong_is_told_at_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("format: 1\npools: [chengd]\n", "utf-8")
    path = write(tmp_path, ("transfer: account_only", "rules: [mine.yaml]"))
    assert any(said.startswith(f"{tmp_path}/mine.yaml:2:9: found 'chengd'") for said in problems(path))


def test_a_nearly_right_name_of_rules_gets_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("", "utf-8")
    (said,) = problems(write(tmp_path, ("transfer: account_only", "rules: [mein.yaml]")))
    assert said.endswith("did you mean 'mine.yaml'?")


def test_plug_ins_may_be_forbidden(tmp_path: Path) -> None:
    (said,) = problems(write(tmp_path, ("policy: mutual_2024", "policy: mine.py:Mine")), plugins=False)
    assert "found 'mine.py:Mine'; expected a built-in policy, since plug-ins are forbidden" in said


def test_bad_input_is_exit_code_2_and_one_line_each(tmp_path: Path) -> None:
    path = write(tmp_path, ("until: 2008-12", "until: 2000-12"), ("applies_in: chongqing", "applies_in: chonqing"))
    said = CliRunner().invoke(main, ["recognise", str(path)])
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.splitlines()[0].startswith(f"{path}:3:79: found 'chonqing'")
