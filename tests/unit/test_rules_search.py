"""`settlement-sim rules`: found by name, meaning, document or note; narrowed; told what there is."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.search import Asked, search


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return RuleBook.load()


def test_one_value_is_one_row_for_all_that_share_it(book: RuleBook) -> None:
    """Chongqing's employees: 100, 90, 80, 70, 60 percent of the deductible at the first to fifth admission."""
    found = search(book, Asked(("inpatient.deductible_share",), "chongqing", "employee"))
    assert [(row.labels, row.value) for row in found] == [
        ((("1",),), "100"), ((("2",),), "90"), ((("3",),), "80"), ((("4",),), "70"), ((("5",),), "60"),
    ]  # fmt: skip
    assert {(row.pools, row.schemes, row.grade) for row in found} == {(("chongqing",), ("employee",), "secondary")}


@pytest.mark.parametrize("words", [("职工", "缴费", "累计"), ("months", "suffice", "total"), ("years.cumulative",)])
def test_chinese_english_and_names_find_the_same(book: RuleBook, words: tuple[str, ...]) -> None:
    found = search(book, Asked(words, on=dt.date(2024, 5, 15)))
    assert {row.rule for row in found} >= {"years.cumulative"}


def test_a_day_takes_what_is_in_force_on_it(book: RuleBook) -> None:
    def values(day: dt.date) -> set[str]:
        return {row.value for row in search(book, Asked(("retirement.raise_every",), on=day))}

    assert values(dt.date(2024, 12, 31)) == {"0"} and values(dt.date(2025, 1, 1)) == {"4", "2"}


def test_inherited_values_are_shown_only_for_a_pool_that_inherits(book: RuleBook) -> None:
    everywhere = search(book, Asked(("inpatient.ratio",)))
    assert not any(row.inherited_from for row in everywhere)
    assert {row.inherited_from for row in search(book, Asked(("inpatient.ratio",), "zigong"))} == {"chengdu"}


def test_a_grade_narrows(book: RuleBook) -> None:
    assert {row.grade for row in search(book, Asked(grade="official"))} == {"official"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"words": ("prepayment",)},
            "rules: found 'prepayment'; expected a word of a rule's name, meaning or document, "
            "as in back_payment.base, back_payment.rate; did you mean 'payment'",
        ),
        ({"words": ("deductable",)}, "as in inpatient.deductible, .*did you mean 'deductible'"),
        ({"words": ("years.locale",)}, "as in years.local; did you mean 'years.local'"),
        ({"words": ("预付比例",)}, "as in inpatient.ratio, .*did you mean '付比例'"),
        ({"words": ("xyzzy",)}, "found 'xyzzy'; .* document; without words all rules are listed$"),
        (
            {"words": ("deductible", "xyzzy", "cieling")},
            "^rules: found 'xyzzy'; .*\\nrules: found 'cieling'; .*'ceiling'",
        ),
        ({"words": ("deductible", "cumulative")}, "found 'deductible cumulative'; expected words that come together"),
        ({"words": ("deductible",), "on": dt.date(1999, 1, 1)}, "with a value as the options ask for$"),
        ({"pool": "chengd"}, "--pool: found 'chengd'"),
        ({"scheme": "employees"}, "did you mean 'employee'"),
        ({"grade": "assumed"}, "--grade: found 'assumed'; expected one of article, official, secondary, assumption"),
    ],
)
def test_what_there_is_not_is_told_with_the_nearest(book: RuleBook, asked: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        search(book, Asked(**asked))


def test_the_command_shows_a_table_and_prints_json() -> None:
    shown = CliRunner().invoke(main, ["rules", "years.local", "--lang", "zh"])
    assert shown.exit_code == 0 and "本地实际缴费最低月数" in shown.output and "120" in shown.output
    said = json.loads(CliRunner().invoke(main, ["rules", "years.local", "--json"]).stdout)
    assert [(row["pools"], row["value"], row["start_known"]) for row in said["rules"]] == [
        (["chongqing"], "120", False), (["chengdu"], "0", False),
    ]  # fmt: skip
    refused = CliRunner().invoke(main, ["rules", "prepayment"])
    assert refused.exit_code == 2 and "did you mean 'payment'?" in refused.output


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    assert "more; narrow the search" in CliRunner().invoke(main, ["rules"]).output
