"""Do the careers worked by hand come out to the month and to the fen?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import settlement_sim as ss
from settlement_sim.money import format_yuan
from settlement_sim.study.recognition_expect import Expected
from settlement_sim.study.recognition_result import RecognisedCareer

FOLDER = Path(__file__).parent / "recognition"
CASES = sorted(FOLDER.glob("*.yaml"))
EQUAL = str(FOLDER / "rules/equal_rules.yaml")
MIRROR = {"chongqing": "chengdu", "chengdu": "chongqing"}
MONEY = ("back_payment", "saved", "pooled", "waits", "account")
NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?(?: %)?"
SUM = re.compile(rf"(?<![×÷+−] )\b({NUMBER}(?: [×÷+−] {NUMBER})+) = ({NUMBER})")
each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
#: A third pool has no mirror image.
TWO_POOLS = [path for path in CASES if "pool: mianyang" not in path.read_text("utf-8")]
each_of_two_pools = pytest.mark.parametrize("path", TWO_POOLS, ids=lambda path: path.stem)


@cache
def _read(path: Path) -> Any:
    return YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))


def read(path: Path) -> dict[str, Any]:
    """A case as plain data, every value the text that stands in the file; overlays by their full path."""
    found: dict[str, Any] = deepcopy(_read(path))
    found["rules"] = [str(FOLDER / name) for name in found.get("rules", ())]
    return found


@cache
def recognised(path: Path) -> RecognisedCareer:
    return ss.recognise(path)


def named(name: str) -> RecognisedCareer:
    return recognised(FOLDER / f"{name}.yaml")


@each_case
def test_case(path: Path) -> None:
    assert recognised(path).check() == []


# The reader's side: the arithmetic that is written down


@each_case
def test_the_arithmetic_is_written_down_and_true(path: Path) -> None:
    case = read(path)
    assert case["work"] and case["expect"]
    for line in case["work"]:
        for terms, result in SUM.findall(line):
            assert value(terms, result) == number(result), f"{terms} = {result}"


def value(terms: str, result: str) -> Decimal:
    """Terms from left to right, products before sums, rounded as the result is written."""
    total, factor, sign = Decimal(0), Decimal(1), 1
    for operator, text in re.findall(rf"([×÷+−])? ?({NUMBER})", terms):
        if operator in ("+", "−", ""):
            total += sign * factor if operator else 0
            factor, sign = number(text), -1 if operator == "−" else 1
        else:
            factor = factor * number(text) if operator == "×" else factor / number(text)
    decimals = len(result.removesuffix(" %").partition(".")[2]) + 2 * result.endswith("%")
    return (total + sign * factor).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(text: str) -> Decimal:
    plain = Decimal(text.removesuffix(" %").replace(",", ""))
    return plain / 100 if text.endswith("%") else plain


# A check that never complains proves nothing


@each_case
def test_a_wrong_expectation_is_named(path: Path) -> None:
    expected, career = read(path)["expect"], recognised(path)
    spoilt = [*spoil(expected)]
    case = career.case.model_copy(update={"expect": Expected.model_validate(expected)})
    found = replace(career, case=case).check()
    assert len(spoilt) >= 8
    for key, words in spoilt:
        said = [line for line in found if line.startswith(f"{key}: expected {words}")]
        assert said, f"{key} {words} not in {found}"


def spoil(expected: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Change every value of an expectation; what a difference must name."""
    for key, was in expected.items():
        if key == "before":
            yield from spoil(was, "before ")
        elif key == "transfers":
            if was:
                was[-1]["pooled"] = cent_more(was[-1]["pooled"])
                yield key, " ".join(f"{name} {cell}" for name, cell in list(was[-1].items())[:3])
        else:
            expected[key] = {"place": "aba", "reason": "none"}.get(key) or more(key, was)
            yield f"{prefix}{key}", shown(key, expected[key])


def more(key: str, was: str) -> str:
    return cent_more(was) if key in MONEY else str(int(was) + 1)


def cent_more(text: str) -> str:
    return str(Decimal(text) + Decimal("0.01"))


def shown(key: str, text: str) -> str:
    return format_yuan(int(Decimal(text) * 100)) if key in MONEY else text


# What holds of every career


@each_case
def test_no_month_counts_twice_and_none_is_lost(path: Path) -> None:
    career = recognised(path)
    for outcome in (career.before, career.after, *career.compared):
        deemed = sum(row.deemed for row in career.months)
        assert outcome.counted + outcome.deemed <= career.together + deemed
    assert career.after.counted >= career.before.counted
    here = next((row.paid for row in career.months if row.pool == career.after.place), 0)
    assert sum(row.months for row in career.transfers) + here == career.after.counted


@each_case
def test_nothing_is_short_but_what_the_deciding_test_lacks(path: Path) -> None:
    career = recognised(path)
    for outcome in (career.before, career.after):
        counted = outcome.counted + outcome.deemed * (outcome.reason != "too_few_local")
        assert outcome.short == 0 or outcome.short == outcome.required - counted


@each_of_two_pools
def test_mirrored_careers_have_mirrored_results_under_equal_rules(path: Path) -> None:
    case = read(path) | {"rules": [EQUAL], "expect": {}}
    found, mirrored = (ss.recognise(each).to_dict() for each in (case, exchanged(case)))
    for key in ("together", "retires", "age", "before", "after", "saved", "compared", "transfers"):
        assert found[key] == exchanged(mirrored[key]), key


def exchanged(value: Any) -> Any:
    """The same with Chongqing and Chengdu in each other's place."""
    if isinstance(value, dict):
        return {key: exchanged(each) for key, each in value.items()}
    if isinstance(value, list):
        return [exchanged(each) for each in value]
    return MIRROR.get(value, value) if isinstance(value, str) else value


# The one published person (B3 to B5): a woman of 50, 38 months, more than 30,000 yuan

PUBLISHED = [path for path in CASES if path.stem.startswith("published_38_months")]
REPRODUCED = {"published_38_months_threshold_employer", "published_38_months_local_test_employer"}


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_published_person_exists_at_some_price_and_not_at_others(path: Path) -> None:
    career, reported = recognised(path), ss.figures()
    assert (career.retires, career.age) == ("2024-05", 50)
    assert career.before.short - career.after.short == 38 == reported["B4"].value
    assert reported["B5"].interval.contains(Decimal(career.saved) / 100) == (path.stem in REPRODUCED)


def test_each_mechanism_has_a_career() -> None:
    assert {path.stem for path in PUBLISHED} > REPRODUCED
    assert named("published_38_months_threshold_employer").before.reason == "too_few"
    assert named("published_38_months_local_test_employer").before.reason == "too_few_local"
    assert named("published_38_months_newly_counted").months[0].paid == 38


def test_a_price_is_months_by_base_by_rate() -> None:
    prices = [named(f"published_38_months_threshold_{tier}").saved for tier in ("tier_1", "tier_2", "employer")]
    assert prices == [11_601_40, 25_523_08, 31_350_00]
