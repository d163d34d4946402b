"""The table of leaves: what it refuses."""

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import InputError
from settlement_sim.rules.declarations import read_declarations


def refused(body: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_declarations(yamlio.read_text(f"format: 1\nleaves:\n{body}\n", "leaves.yaml"))
    return str(caught.value).split("\n")


def test_an_unknown_unit_axis_label_and_key() -> None:
    body = "  a: {unit: yaun, axes: [lvel], without: {level: [pharmcy]}, zh: 一, en: one, unti: yuan}"
    key, unit, axis, label = refused(body)
    assert key.startswith("leaves.yaml:3:78: found key 'unti'") and key.endswith("did you mean 'unit'?")
    assert unit.startswith("leaves.yaml:3:13: found unit 'yaun'") and unit.endswith("did you mean 'yuan'?")
    assert axis.startswith("leaves.yaml:3:26: found axis 'lvel'") and axis.endswith("did you mean 'level'?")
    assert label.startswith("leaves.yaml:3:51: found label 'pharmcy' of level")
    assert label.endswith("did you mean 'pharmacy'?")


def test_a_mark_that_is_neither_true_nor_false() -> None:
    for key in ("may_be_none", "by_district", "national"):
        (line,) = refused(f"  a: {{unit: yuan, zh: 一, en: one, {key}: yes}}")
        assert line.endswith("found 'yes'; expected true or false")


def test_a_leaf_without_unit_and_words() -> None:
    assert refused("  a: {}") == [
        f"leaves.yaml:3:3: found leaf 'a' without '{key}'; expected it given" for key in ("unit", "zh", "en")
    ]
    assert refused("  a: 3") == ["leaves.yaml:3:6: found no mapping; expected a mapping with unit, zh and en"]
