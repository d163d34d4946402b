"""Do priors read as declared, and does every broken file say what is wrong and where?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError

HEAD = "format: 1\ngrade: assumption\nbasis: a guess\nunit: persons\n"


def read(tmp_path: Path, body: str, head: str = HEAD) -> Priors:
    path = tmp_path / "demand.yaml"
    path.write_text(head + body, "utf-8")
    return Priors.load(path)


def wrong(tmp_path: Path, body: str, head: str = HEAD) -> list[str]:
    """What is said about a broken file, with its folder left out."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, body, head)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def test_a_number_is_read_with_what_stands_above_it(tmp_path: Path) -> None:
    priors = read(tmp_path, "travellers:\n  basis: better\n  chongqing: {value: 5, low: 1, high: 9, unit: heads}\n")
    leaf = priors.leaf("travellers.chongqing")
    assert (leaf.values, leaf.low, leaf.high) == ((5,), 1, 9)
    assert (leaf.unit, leaf.grade, leaf.basis, leaf.source) == ("heads", "assumption", "better", "")
    assert leaf.where.endswith("demand.yaml:7:14")
    assert priors["travellers.chongqing"] == 5


def test_a_sibling_does_not_inherit(tmp_path: Path) -> None:
    body = "a: {value: 1, low: 0, high: 2, basis: own, source: book}\nb: {value: 1, low: 0, high: 2}\n"
    assert [(p.basis, p.source) for p in read(tmp_path, body)] == [("own", "book"), ("a guess", "")]


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    body = (
        "items:\n  b:\n    - {values: [3, 4], low: 0, high: 9}\n    - {values: [1, 2], low: 0, high: 9}\n"
        "  bc: {values: [7, 7], low: 0, high: 9}\n  a: {values: [5, 6], low: 0, high: 9}\n"
    )
    priors = read(tmp_path, body)
    assert priors.names == ("items.b.0", "items.b.1", "items.bc", "items.a")
    assert priors.rows("items.b").tolist() == [[3, 4], [1, 2]], "rows below items.b only"
    assert priors.row("items.a").tolist() == [5, 6]


def test_a_row_is_no_number(tmp_path: Path) -> None:
    priors = read(tmp_path, "a: {values: [3, 4], low: 0, high: 9}\n")
    with pytest.raises(ValueError):
        priors["a"]


def test_a_name_that_does_not_exist_is_told_with_its_nearest(priors: Priors) -> None:
    with pytest.raises(InputError) as caught:
        priors["travellers.chongqin"]
    said = "priors: found travellers.chongqin; expected a prior of demand; did you mean 'travellers.chongqing'?"
    assert str(caught.value) == said


def test_the_fingerprint_is_of_the_text_and_not_of_the_line_ends(tmp_path: Path) -> None:
    body = "a: {value: 1, low: 0, high: 2}\n"
    unix = read(tmp_path, body)
    (tmp_path / "demand.yaml").write_bytes((HEAD + body).replace("\n", "\r\n").encode())
    assert Priors.load(tmp_path / "demand.yaml").fingerprint == unix.fingerprint
    assert read(tmp_path, body.replace("1", "2", 1)).fingerprint != unix.fingerprint


def test_a_bare_number_is_no_prior(tmp_path: Path) -> None:
    said = "demand.yaml:6:14: found '530000'; expected a mapping with value, low and high"
    assert wrong(tmp_path, "travellers:\n  chongqing: 530000\n") == [said]


@pytest.mark.parametrize("body", ["value: 5", "value: 5, low: 1", "value: five, low: 1, high: 9"])
def test_a_prior_needs_whole_numbers_and_a_range(tmp_path: Path, body: str) -> None:
    (said,) = wrong(tmp_path, f"a: {{{body}}}\n")
    assert said.startswith("demand.yaml:5:4: found {"), said
    assert said.endswith("expected whole numbers for value, low and high")


@pytest.mark.parametrize("number", ["0.5", "1e3", "1_000", "[1]", "", "none"])
def test_a_value_that_is_no_whole_number(tmp_path: Path, number: str) -> None:
    (said,) = wrong(tmp_path, f"a: {{value: {number}, low: 0, high: 9999}}\n")
    assert said.endswith("expected whole numbers for value, low and high")


def test_a_row_is_a_list(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, "a: {values: 12, low: 0, high: 20}\n")
    assert said.startswith("demand.yaml:5:4: "), "`values: 12` is not the row (1, 2)"


@pytest.mark.parametrize(("values", "found"), [("[0, 5, 10]", "[0, 5, 10]"), ("[-1, 5]", "[-1, 5]")])
def test_a_value_outside_its_range(tmp_path: Path, values: str, found: str) -> None:
    said = f"demand.yaml:5:4: found {found}; expected values between low 0 and high 9"
    assert wrong(tmp_path, f"a: {{values: {values}, low: 0, high: 9}}\n") == [said]


def test_the_ends_of_the_range_belong_to_it(tmp_path: Path) -> None:
    assert read(tmp_path, "a: {values: [0, 9], low: 0, high: 9}\n").row("a").tolist() == [0, 9]


def test_an_unknown_key_is_told_with_the_nearest(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, "a: {value: 1, low: 0, high: 2, hihg: 3}\n")
    assert said.startswith("demand.yaml:5:"), said
    assert said.endswith(": found hihg; expected value, values, low, high; did you mean 'high'?")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("format: 1\nunit: persons\ngrade: assumption\n", "no basis"),
        ("format: 1\nbasis: a guess\ngrade: assumption\n", "no unit"),
        ("format: 1\nbasis: a guess\nunit: persons\n", "no grade"),
        ("format: 1\ngrade: assumption\n", "no unit, basis"),
        ("format: 1\nbasis: a guess\nunit: persons\ngrade: guess\n", "no known grade"),
    ],
)
def test_every_prior_has_a_unit_a_known_grade_and_a_basis(tmp_path: Path, head: str, found: str) -> None:
    line = head.count("\n") + 1
    said = f"demand.yaml:{line}:4: found {found}; expected unit, grade and basis, here or above"
    assert wrong(tmp_path, "a: {value: 1, low: 0, high: 2}\n", head) == [said]


def test_all_problems_are_told_at_once_in_file_order(tmp_path: Path) -> None:
    body = "".join(
        f"{name}: {leaf}\n"
        for name, leaf in (
            ("a", "{value: 3, low: 0, high: 2}"),
            ("b", "7"),
            ("c", "{value: 1, low: 0, high: 2}"),
            ("d", "[{value: 1, low: 0, high: 2}, {value: x, low: 0, high: 2}]"),
        )
    )
    assert [said.split(" found")[0] for said in wrong(tmp_path, body)] == [
        "demand.yaml:5:4:", "demand.yaml:6:4:", "demand.yaml:8:34:",
    ]  # fmt: skip


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.yaml: found no such file; expected an existing YAML file"):
        Priors.load(tmp_path / "none.yaml")


def test_the_packaged_priors_are_all_graded_and_in_range(priors: Priors) -> None:
    assert len(priors.names) > 100
    for prior in priors:
        assert prior.basis and prior.unit, f"{prior.name} has no basis or unit"
        assert prior.low <= min(prior.values) and max(prior.values) <= prior.high, prior.name


def test_a_row_says_what_its_values_stand_for(tmp_path: Path) -> None:
    priors = read(
        tmp_path, "axis: level\na: {values: [1, 2, 3, 4, 5], low: 0, high: 9}\nb: {value: 1, low: 0, high: 9}\n"
    )
    assert priors.leaf("a").places == ("community", "1", "2", "3", "pharmacy")
    assert (priors.leaf("b").axis, priors.leaf("b").places) == ("", ())


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        ("level", "found 2 values along 'level'; expected 5, one for each level"),
        ("levle", "found 2 values along 'levle'; expected a known axis; did you mean 'level'?"),
    ],
)
def test_a_row_that_does_not_fit_its_axis(tmp_path: Path, axis: str, said: str) -> None:
    found = wrong(tmp_path, f"a: {{axis: {axis}, values: [1, 2], low: 0, high: 9}}\n")
    assert found[0].startswith("demand.yaml:5:4: ") and said in found[0]


def test_the_axis_is_no_part_of_the_fingerprint(tmp_path: Path) -> None:
    plain = read(tmp_path, "a: {values: [1, 2], low: 0, high: 9}\n").fingerprint
    with pytest.raises(InputError):
        read(tmp_path, "axis: level\na: {values: [1, 2], low: 0, high: 9}\n")
    row = "a: {values: [1, 2, 3], low: 0, high: 9}\n"
    assert read(tmp_path, row).fingerprint == read(tmp_path, "axis: home_class\n" + row).fingerprint != plain
