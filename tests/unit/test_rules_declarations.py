"""The table of leaves and the list of sources: what they refuse."""

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem
from settlement_sim.rules.declarations import read_declarations
from settlement_sim.rules.sources import read_sources


def refused(body: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_declarations(yamlio.read_text(f"format: 1\nleaves:\n{body}\n", "leaves.yaml"))
    return str(caught.value).split("\n")


def sources(body: str) -> list[str]:
    problems: list[Problem] = []
    read_sources(yamlio.read_text(f"format: 1\nsources:\n{body}\n", "s.yaml"), problems)
    return [str(problem) for problem in problems]


def test_an_unknown_unit_axis_label_and_key() -> None:
    body = "  a: {unit: yaun, axes: [lvel], without: {level: [pharmcy]}, zh: 一, en: one, unti: yuan}"
    key, unit, axis, label = refused(body)
    assert key.startswith("leaves.yaml:3:78: found key 'unti'") and key.endswith("did you mean 'unit'?")
    assert unit.startswith("leaves.yaml:3:13: found unit 'yaun'") and unit.endswith("did you mean 'yuan'?")
    assert axis.startswith("leaves.yaml:3:26: found axis 'lvel'") and axis.endswith("did you mean 'level'?")
    assert label.startswith("leaves.yaml:3:51: found label 'pharmcy' of level")
    assert label.endswith("did you mean 'pharmacy'?")


def test_a_leaf_without_unit_and_words() -> None:
    assert refused("  a: {}") == [
        f"leaves.yaml:3:3: found leaf 'a' without '{key}'; expected it given" for key in ("unit", "zh", "en")
    ]
    assert refused("  a: 3") == ["leaves.yaml:3:6: found no mapping; expected a mapping with unit, zh and en"]


def test_a_source_that_is_not_well_formed() -> None:
    assert sources("  a: {title: x, publisher: p, date: 2024, grade: officil, adress: y}") == [
        "s.yaml:3:59: found key 'adress'; expected one of title, publisher, date, grade, address, note; "
        "did you mean 'address'?",
        "s.yaml:3:14: found a title; expected a title in zh and in en",
        "s.yaml:3:50: found 'officil'; expected one of article, official, secondary, assumption; "
        "did you mean 'official'?",
    ]
    assert sources("  a: {title: {zh: 一, en: one}, date: 2024, grade: official}") == [
        "s.yaml:3:3: found source 'a' without 'publisher'; expected it given"
    ]
    assert sources("  a: 1") == ["s.yaml:3:6: found no mapping; expected a mapping with title, publisher, date, grade"]
