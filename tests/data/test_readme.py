"""Is what the README and the other pages say still there: commands, options, paths, names, links?"""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import settlement_sim as ss
from settlement_sim.cli import COMMANDS, main
from settlement_sim.scenario.load import load
from settlement_sim.scenario.timeline import timelines

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
TOP = ("settlement_sim/", "scenarios/", "docs/", "tests/", "notebooks/", "benchmarks/", ".ci/", ".github/")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def fenced(language: str, text: str = README) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


SHELL = [shlex.split(line, comments=True) for block in fenced("bash") for line in block.splitlines() if line.strip()]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def test_the_first_commands_are_the_two() -> None:
    assert SHELL[:2] == [["make", "run"], ["make", "test"]]


@pytest.mark.parametrize("words", SHELL, ids=" ".join)
def test_a_shell_line_is_a_make_target_or_a_command_that_parses(words: list[str]) -> None:
    if words[0] == "make":
        assert words[1] in TARGETS
        return
    assert words[0] == "settlement-sim"
    outcome = CliRunner().invoke(main, [*words[1:], "--help"])
    assert outcome.exit_code == 0, outcome.output
    assert "Usage:" in outcome.output


def test_every_command_is_shown_in_both_languages() -> None:
    english, chinese = README.split("\n## 中文说明\n")
    assert {name for name in COMMANDS if f"settlement-sim {name}" not in english} == set()
    assert {name for name in COMMANDS if f"`settlement-sim {name}`" not in chinese} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    assert set(re.findall(r"`make ([a-z]+)[`\s]", page.read_text("utf-8"))) <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_that_pages_name_exist(page: Path) -> None:
    named = re.findall(r"`([^`\s]+)`", page.read_text("utf-8"))
    paths = [name for name in named if name.startswith(TOP)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        at = (page.parent / path).resolve() if path else page
        assert at.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", at.read_text("utf-8"), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, f"{page.name} links to {target}"


def test_the_python_lines_use_names_that_exist() -> None:
    names = {"ss": set(ss.__all__), "r": {name for name in dir(ss.Result) if not name.startswith("_")}}
    for block in fenced("python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                assert node.attr in names[node.value.id], f"{node.value.id}.{node.attr}"


def test_the_scenario_shown_is_valid(tmp_path: Path) -> None:
    (text,) = fenced("yaml")
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    timelines(load(tmp_path / "mine.yaml"))


def test_the_error_messages_shown_are_the_ones_printed(tmp_path: Path) -> None:
    broken = tmp_path / "my_scenario.yaml"
    lines = [
        "format: 1", "extends: baseline_2024q1q3", "question: {zh: 问, en: asked}", "kind: history",
        "readings: {access_of_other_prefectures: filing_requird}", "windw: 3",
    ]  # fmt: skip
    broken.write_text("\n".join(lines) + "\n", "utf-8")
    outcome = CliRunner().invoke(main, ["validate", str(broken)])
    assert outcome.exit_code == 2
    printed = outcome.output.replace(f"{tmp_path}/", "").splitlines()
    shown = next(block for block in fenced("text") if "my_scenario.yaml" in block).splitlines()
    assert len(shown) == len(printed)
    for ours, theirs in zip(shown, printed, strict=True):
        start, _, end = ours.partition("…")
        assert theirs.startswith(start) and theirs.endswith(end), theirs


def test_the_coordinates_are_credited() -> None:
    for text in README.split("\n## 中文说明\n"):
        assert "GeoNames" in text and "CC BY 4.0" in text


def test_the_version_is_in_the_changelog_and_the_citation() -> None:
    assert f"\n## {ss.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\nversion: {ss.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
