"""Does the example of every command's help run? In their order, in a small world, in a folder of their own.

Left out are those that other tests run: they are long.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import runs
from click.testing import CliRunner

from settlement_sim.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
#: Two months of a twentieth: stays by hand, and seven applications.
MONTHS = ("world.scale=0.05", *runs.TINY[1:3], "window.until=2024-02-29")
YEARS = ("world.scale=0.1", "recognition.window.until=2026-02-28")
#: Settings that make an example small; commands that are not here run as they stand.
SMALL = {
    "run": ("world.scale=0.002",), "check": runs.TINY, "explain": MONTHS, "compare": YEARS, "transfers": YEARS,
}  # fmt: skip


#: Which test runs the example, or its steps.
ELSEWHERE = {"calibrate": "test_calibrate.py", "gallery": "test_gallery.py", "usage": "test_readme.py"}


def examples() -> list[str]:
    runner = CliRunner()
    helps = [runner.invoke(main, [name, "--help"]).stdout for name in COMMANDS if name not in ELSEWHERE]
    return [line.strip() for text in helps for line in text.splitlines() if line.strip().startswith("settlement-sim ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What examples write stays for those after them; what they read of the project is there."""
    place = tmp_path_factory.mktemp("examples")
    for name in ("tests", "scenarios"):
        (place / name).symlink_to(ROOT / name)
    return place


@pytest.mark.parametrize("line", examples())
def test_the_example_runs(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    _, command, *arguments = shlex.split(line)
    if "60615-2023-11-4" in arguments:  # a need of the full world; here one of the small one
        arguments[arguments.index("60615-2023-11-4")] = some_need()
    for setting in SMALL.get(command, ()):
        arguments += ["--set", setting]
    done = CliRunner().invoke(main, [command, *arguments])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() or "--out" in arguments


def some_need() -> str:
    settings = [part for setting in SMALL["explain"] for part in ("--set", setting)]
    found = CliRunner().invoke(main, ["explain", "baseline_2024q1q3", "--find", "outpatient", *settings])
    return next(word for line in found.stdout.splitlines() for word in line.split() if word.count("-") == 3)
