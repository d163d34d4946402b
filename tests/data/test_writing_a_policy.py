"""Does `docs/writing-a-policy.md` work when it is followed to the letter?

The package at its end is installed in `tests/unit/test_wheel.py`, away from the source tree.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from pages import DOCS, Block, blocks, shown

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.policies.base import BENEFIT, EVERY_SLOT, TAKES
from settlement_sim.policies.loading import policy_in

PAGE = "writing-a-policy.md"
BLOCKS = blocks(PAGE)
EXAMPLES = DOCS / "examples/policies"
COMMANDS = ("settlement-sim", "python")


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def run(line: str, folder: Path) -> Done:
    """A command of the page in a folder. The program's own run in this process; in theirs they do in `test_wheel`."""
    command, *words = shlex.split(line)
    if command == "settlement-sim":
        with contextlib.chdir(folder):
            said = CliRunner().invoke(main, words)
        return Done(said.exit_code, said.stdout, said.stderr)
    env = os.environ | {"PYTHONPATH": str(DOCS.parent), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which everything up to the package was done in the order of the page, and all that was printed."""
    folder, printed = tmp_path_factory.mktemp("newcomer"), ""
    for block in BLOCKS:
        if block.language == "bash":
            for line in block.text.splitlines():
                if line.split()[0] not in COMMANDS:
                    return folder, printed
                done = run(line, folder)
                assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
                printed += done.stdout
        elif block.file and block.language != "text":
            block.write(folder)
    raise AssertionError("the page does not come to a package")


def test_the_commands_print_what_the_page_shows(followed: tuple[Path, str]) -> None:
    folder, printed = followed
    report, _ = (block for block in BLOCKS if block.language == "text" and not block.file)
    assert shown(report.text, printed), f"{report.text}\nis not what was printed:\n{printed}"
    (table,) = (block for block in BLOCKS if block.language == "text" and block.file)
    assert shown(table.text, (folder / table.file).read_text("utf-8"))
    assert "commuter_access" in printed and "commuter.py sha256" in printed, "the policies are listed with their origin"


def test_the_run_changed_something_and_warns_of_nothing(followed: tuple[Path, str]) -> None:
    folder, _ = followed
    assert (folder / "commuter_run/warnings.txt").read_text("utf-8") == ""


@pytest.mark.parametrize(
    ("found", "typed", "line"),
    [("CommuterAccess,", "CommuterAcess,", 0), ("reach: 45", "reech: 45", 1)],
)
def test_a_misspelt_name_is_told_as_the_page_shows(
    followed: tuple[Path, str], tmp_path: Path, found: str, typed: str, line: int
) -> None:
    folder, _ = followed
    (tmp_path / "commuter.py").write_bytes((folder / "commuter.py").read_bytes())
    text = (folder / "commuter.yaml").read_text("utf-8")
    assert found in text
    (tmp_path / "commuter.yaml").write_text(text.replace(found, typed), "utf-8")
    done = run("settlement-sim validate commuter.yaml", tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip() == _errors()[line]


def test_a_failing_policy_stops_the_run_as_the_page_shows(followed: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = followed
    text = (folder / "commuter.py").read_text("utf-8")
    broken = text.replace("path=np.where(allowed, ss.DIRECT, ss.MANUAL)", "path=np.where(allowed, 0.0, 1.0)")
    assert broken != text
    (tmp_path / "commuter.py").write_text(broken, "utf-8")
    (tmp_path / "commuter.yaml").write_bytes((folder / "commuter.yaml").read_bytes())
    small = (
        "--set world.scale=0.002 --set warm_up=2024-06-25 --set window.from=2024-06-25 --set window.until=2024-07-05"
    )
    done = run(f"settlement-sim run commuter.yaml {small} --out failed", tmp_path)
    assert done.returncode == 2
    assert shown(_errors()[2], done.stderr), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == [
        "commuter.py", "commuter.yaml",
    ]  # fmt: skip


def _errors() -> list[str]:
    return [block for block in BLOCKS if block.language == "text"][-1].text.splitlines()


def test_the_clearing_policy_of_the_page_comes_to_its_case(tmp_path: Path) -> None:
    """The command of the page; with one cent more the case says so. And it keeps its promises."""
    for block in BLOCKS:
        if block.file.startswith("small_amounts"):
            block.write(tmp_path)
    (line,) = commands_on("small_amounts_case.yaml")
    done = run(line, tmp_path)
    assert done.returncode == 0 and "still owed to hospitals" in done.stdout, done.stderr
    case = tmp_path / "small_amounts_case.yaml"
    case.write_text(case.read_text("utf-8").replace("at: b, amount: 9000.00", "at: b, amount: 9000.01"), "utf-8")
    done = run(line, tmp_path)
    assert done.returncode == 1 and "2024-03-21 a b employee 11,000.00" in done.stderr
    report = ss.testing.check_policy(policy_in(tmp_path / "small_amounts.py", "SmallAmountsWait"))
    assert report.ok, repr(report)


def commands_on(file: str) -> list[str]:
    """The lines of the bash block whose first line names a file."""
    (block,) = [b for b in BLOCKS if b.language == "bash" and file in b.text.splitlines()[0]]
    return block.text.splitlines()


def test_the_policies_of_contribution_years_come_to_their_case_and_run(tmp_path: Path) -> None:
    """Its two commands; with one cent more the case says so. Both policies have an effect and keep their promises."""
    for block in BLOCKS:
        if block.file.startswith(("last_months", "per_month")):
            block.write(tmp_path)
    by_hand, simulated = commands_on("last_months_case.yaml")
    done = run(by_hand, tmp_path)
    assert done.returncode == 0, done.stderr
    case = tmp_path / "last_months_case.yaml"
    case.write_text(case.read_text("utf-8").replace("pooled: 9600.00", "pooled: 9600.01"), "utf-8")
    done = run(by_hand, tmp_path)
    assert done.returncode == 1 and "9,600.00" in done.stderr
    done = run(simulated, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "last_months_run/warnings.txt").read_text("utf-8") == ""
    for file, name in (("last_months.py", "LastMonthsForgiven"), ("per_month.py", "PerMonth")):
        report = ss.testing.check_policy(policy_in(tmp_path / file, name), rows=500)
        assert report.ok, repr(report)


def test_the_examples_are_the_blocks_of_the_page() -> None:
    files = {block.file: block for block in BLOCKS if "/" not in block.file}
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} <= set(files)
    for path in EXAMPLES.iterdir():
        assert path.is_dir() or path.read_text("utf-8") == files[path.name].text, path.name


def test_the_table_of_slots_is_that_of_the_program() -> None:
    page = (DOCS / PAGE).read_text("utf-8")
    for slot, (method, _) in EVERY_SLOT.items():
        (row,) = (line for line in page.splitlines() if line.startswith("|") and f"`{slot}`" in line)
        assert f"`{method}({', '.join(TAKES[method])})`" in row, slot
        if slot not in BENEFIT:
            answers = {"access": ss.Route, "catalogue": ss.Scope, "channel": ss.Advances, "clearing": ss.Orders}
            answers |= {"recognition": ss.Recognition, "transfer": ss.Claimed}
            answer = answers[slot]
            named = row.split(f"ss.{answer.__name__}(")[1].split(")")[0].split(", ")
            assert named == [field.name for field in fields(answer)][: len(named)], slot


def test_a_file_block_without_a_name_would_be_seen() -> None:
    assert all(block.file for block in BLOCKS if block.language in ("python", "yaml", "toml"))
    assert [block.file for block in BLOCKS if block.language == "bash"] == [""] * 5
    assert isinstance(BLOCKS[0], Block)
