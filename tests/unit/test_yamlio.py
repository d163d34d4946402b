"""Strict YAML: one test per message, and the scalars that other readers change behind one's back."""

from pathlib import Path

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import InputError


def refused(text: str, *, format: int = 1) -> list[str]:
    with pytest.raises(InputError) as caught:
        yamlio.read_text(text, "f.yaml", format=format)
    return str(caught.value).split("\n")


@pytest.mark.parametrize("written", ["NO", "17:30", "1_000", "0.1", "1e5", "010", "2024-01-01", "true", "0x1F", ".inf"])
def test_a_scalar_stays_the_text_that_was_written(written: str) -> None:
    data = yamlio.read_text(f"format: 1\na: {written}\nb: {{c: {written}}}\nd: [{written}]\n", "f").data
    assert (data["a"], data["b"]["c"], data["d"]) == (written, written, [written])


@pytest.mark.parametrize("written", ["", "~", "null", "NULL"])
def test_only_an_empty_value_tilde_and_null_are_none(written: str) -> None:
    assert yamlio.read_text(f"format: 1\na: {written}\n", "f").data["a"] is None


def test_a_quoted_null_is_text() -> None:
    assert yamlio.read_text("format: 1\na: 'null'\nb: \"\"\n", "f").data == {
        "format": "1",
        "a": "null",
        "b": "",
    }


def test_places_of_values_keys_and_missing_things() -> None:
    document = yamlio.read_text("format: 1\nleaves:\n  one: {a: 1.00}\n  two:\n    - x\n    - {from: y}\n", "f.yaml")
    assert document.where(("leaves", "one", "a")) == "f.yaml:3:12"
    assert document.where_key(("leaves", "one", "a")) == "f.yaml:3:9"
    assert document.where(("leaves", "two", 1, "from")) == "f.yaml:6:14"
    assert document.where_key(("leaves", "two", 1)) == "f.yaml:6:7"
    assert document.where(("leaves", "two", 1, "until")) == document.where(("leaves", "two", 1)) == "f.yaml:6:7"
    assert document.where() == document.where(("nothing", "here")) == "f.yaml:1:1"


def test_duplicate_keys_are_all_told() -> None:
    assert refused("format: 1\na: 1\nb: {c: 1, c: 2}\na: 2\n") == [
        "f.yaml:3:11: found key 'c' again (first in line 3); expected each key once",
        "f.yaml:4:1: found key 'a' again (first in line 2); expected each key once",
    ]


def test_quotes_do_not_make_a_key_different() -> None:
    assert refused('format: 1\na: {1: x, "1": y}\n') == [
        "f.yaml:2:11: found key '1' again (first in line 2); expected each key once"
    ]


def test_duplicates_before_a_syntax_error_are_told_with_it() -> None:
    assert refused("format: 1\na: 1\na: 2\nb: [1\nc: 2\n") == [
        "f.yaml:3:1: found key 'a' again (first in line 2); expected each key once",
        "f.yaml:5:2: found ':'; expected ',' or ']'",
    ]


def test_an_unclosed_quote() -> None:
    (line,) = refused("format: 1\na: 'x\nb: 2")
    assert line.startswith("f.yaml:3:5: found a syntax error: found unexpected end of stream")


def test_a_second_colon_in_a_line() -> None:
    (line,) = refused("format: 1\na: b: c")
    assert line.startswith("f.yaml:2:5: found a syntax error: mapping values are not allowed here")


def test_tabs_are_refused_each_with_its_place() -> None:
    assert refused("format: 1\na:\n\tb: 1\nc: 1\t# note\n") == [
        "f.yaml:3:1: found a tab; expected spaces",
        "f.yaml:4:5: found a tab; expected spaces",
    ]


def test_anchor_alias_merge_key_and_tag() -> None:
    assert refused("format: 1\na: &x {c: 1}\nb: *x\nd:\n  <<: *x\ne: !!int 3\n") == [
        "f.yaml:2:4: found the anchor &x; expected the value itself, without an anchor",
        "f.yaml:3:4: found the alias *x; expected the value itself, written out",
        "f.yaml:5:3: found the merge key '<<'; expected the keys themselves, written out",
        "f.yaml:5:7: found the alias *x; expected the value itself, written out",
        "f.yaml:6:4: found the tag tag:yaml.org,2002:int; expected a plain value, without a tag",
    ]


@pytest.mark.parametrize(
    ("number", "plain"), [("1,000.00", "1000.00"), ("12,345,678.91", "12345678.91"), ("1,000", "1000")]
)
def test_a_thousands_comma_inside_braces_or_brackets_is_explained(number: str, plain: str) -> None:
    said = f"found {number!r}, which YAML reads as separate entries inside {{…}} or […]; "
    said += f"expected a number without a thousands comma: {plain}"
    assert refused(f"format: 1\na: {{b: {number}, c: 2}}\nd: [{number}, 2]\n") == [
        f"f.yaml:2:8: {said}",
        f"f.yaml:3:5: {said}",
    ]


def test_separate_numbers_in_a_list_stay_separate() -> None:
    assert yamlio.read_text("format: 1\na: [1, 200, 300]\nb: {c: 1, d: 200}\n", "f").data["a"] == [
        "1",
        "200",
        "300",
    ]


def test_the_root_must_be_a_mapping() -> None:
    assert refused("- a\n") == ["f.yaml:1:1: found a list at the top; expected a mapping that starts with `format: 1`"]
    assert refused("") == ["f.yaml:1:1: found an empty file; expected a mapping that starts with `format: 1`"]
    assert refused("x") == [
        "f.yaml:1:1: found a single value at the top; expected a mapping that starts with `format: 1`"
    ]


def test_the_format_is_required_and_checked() -> None:
    assert refused("a: 1") == ["f.yaml:1:1: found no key 'format'; expected `format: 1` as the first line"]
    assert refused("a: 1\nformatt: 1") == [
        "f.yaml:2:1: found key 'formatt'; expected `format: 1` as the first line; did you mean 'format'?"
    ]
    assert refused("format: 1", format=2) == ["f.yaml:1:9: found format '1'; expected `format: 2`"]
    assert refused("format: [1]") == ["f.yaml:1:9: found format a list; expected `format: 1`"]


def test_one_document_in_a_file() -> None:
    assert refused("format: 1\n---\nb: 2\n") == ["f.yaml:2:1: found a second document; expected one document in a file"]


def test_keys_must_be_plain_names() -> None:
    assert refused("format: 1\n? [a, b]\n: 2\n: x\n") == [
        "f.yaml:2:3: found a key that is not plain text; expected a name before the colon",
        "f.yaml:4:1: found an empty key; expected a name before the colon",
    ]


def test_unprintable_characters() -> None:
    assert refused("format: 1\na: \x01") == [
        "f.yaml:2:4: found the unprintable character U+0001; expected printable text"
    ]


def test_nesting_has_a_limit() -> None:
    (line,) = refused("format: 1\na: " + "[" * 500 + "]" * 500)
    assert "found a syntax error: more than 30 levels of nesting" in line


def test_a_missing_file_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text("format: 1\n")
    with pytest.raises(InputError) as caught:
        yamlio.read(tmp_path / "baselin.yaml")
    said = f"{tmp_path}/baselin.yaml: found no such file; expected an existing YAML file; "
    said += "did you mean 'baseline.yaml'?"
    assert str(caught.value) == said


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a readable file"):
        yamlio.read(tmp_path)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(b"format: 1\na: \xff\n")
    with pytest.raises(InputError, match="found bytes that are not UTF-8 at 13; expected UTF-8 text"):
        yamlio.read(tmp_path / "f.yaml")


def test_the_path_is_shown_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f.yaml").write_text("format: 1\na: 1\na: 2\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        yamlio.read("f.yaml")
    assert caught.value.problems[0].where == "f.yaml:3:1"
