"""Is what the README and the other pages say still there: commands, options, paths, names, links?

The lines of the README are run, in their order, in small worlds and a folder of their own; those of `PARSED` are not,
for the reason given there.
"""

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


#: Three months of few people, for which notices of March can be written; two months of applications.
SMALL = ("world.scale=0.002", "warm_up=2024-01-01", "window.until=2024-03-31")
YEARS = ("world.scale=0.1", "recognition.window.until=2026-02-28")
#: Commands of which only the words are parsed.
PARSED = {
    "calibrate": "fits for minutes at any scale; `tests/unit/test_calibrate.py` runs its steps",
    "gallery": "runs every question; `tests/unit/test_help_examples.py` runs one",
}


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def test_the_first_commands_are_the_two() -> None:
    assert SHELL[:2] == [["make", "run"], ["make", "test"]]


@pytest.mark.parametrize("words", SHELL, ids=" ".join)
def test_a_shell_line_is_a_make_target_or_a_command(words: list[str]) -> None:
    if words[0] == "make":
        assert words[1] in TARGETS
    else:
        assert words[0] == "settlement-sim" and words[1] in COMMANDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a line writes stays for those after it; what they read of the project is there."""
    place = tmp_path_factory.mktemp("readme")
    for name in ("tests", "scenarios"):
        (place / name).symlink_to(ROOT / name)
    return place


@pytest.mark.parametrize("words", [words[1:] for words in SHELL if words[0] != "make"], ids=" ".join)
def test_a_shell_line_runs(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    if words[0] in PARSED:
        words = [*words, "--help"]
    words = few(words)
    for setting in small(words):
        words = [*words, "--set", setting]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() or "--out" in words


def few(words: list[str]) -> list[str]:
    """Two seeds in one process, however many the line asks for: the numbers of both are tested elsewhere."""
    number = {"-r": "2", "-j": "1"}
    said = [number.get(before, word) for before, word in zip(("", *words), words, strict=False)]
    return [*said, "-r", "2"] if words[0] == "compare" and "-r" not in words else said


def small(words: list[str]) -> tuple[str, ...]:
    """Settings that make a line small; those that take no scenario, or only read one, run as they stand."""
    if words[0] in PARSED or (words[0] == "check" and words[1].startswith("runs/")):
        return ()
    if any(word.startswith(("q9_", "q10_")) for word in words):
        return YEARS if words[0] in ("run", "compare", "transfers") else ()
    return SMALL if words[0] in ("run", "check", "explain", "usage", "compare") else ()


def test_the_python_lines_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    settings, names = "".join(f', "{setting}"' for setting in SMALL), dict[str, object]()
    for block in fenced("python"):
        reduced = re.sub(r'ss\.load\("baseline_2024q1q3"[^)]*', rf"\g<0>{settings}", block)
        exec(compile(reduced, "README.md", "exec"), names)
    assert (folder / "runs/mine/totals.json").exists()


def test_every_command_is_shown_in_both_languages() -> None:
    english, chinese = README.split("\n## 中文说明\n")
    assert {name for name in COMMANDS if f"settlement-sim {name}" not in english} == set()
    assert {name for name in COMMANDS if f"`settlement-sim {name}`" not in chinese} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    assert set(re.findall(r"`make ([a-z]+)[`\s]", page.read_text("utf-8"))) <= TARGETS


#: What a target of the Makefile writes.
MADE = "docs/_build"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_that_pages_name_exist(page: Path) -> None:
    named = re.findall(r"`([^`\s]+)`", page.read_text("utf-8"))
    paths = [name for name in named if name.startswith(TOP) and not name.startswith(MADE)]
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
