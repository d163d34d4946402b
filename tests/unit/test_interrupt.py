"""Ctrl-C while workers start and while they run: code 130, one line, no folder, no hidden folder, no process left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
ROOT = Path(__file__).parents[2]
#: More runs than a test waits for; if all else fails they end by themselves within minutes.
MANY = ("-r", "40", "-j", "2")
RUN, COMPARE = ("run", "q9_recognition", *MANY), ("compare", "q9_lapse", *MANY)
WORKER = b"popen_loky"
#: However the tests were started, an interrupt of the child is an interrupt.
CHILD = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from settlement_sim.cli import main; main()"
)


def in_group(group: int) -> dict[int, bytes]:
    """Command lines of all processes of a group that are not zombies."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state, *fields = (folder / "stat").read_text().rsplit(") ", 1)[1].split()
                line = (folder / "cmdline").read_bytes()
            except (OSError, IndexError):
                continue  # it ended meanwhile
            if state != "Z" and int(fields[1]) == group:
                found[int(folder.name)] = line
    return found


def seconds(process: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def workers(group: int) -> list[int]:
    return [process for process, line in in_group(group).items() if WORKER in line]


def two_workers_begin(group: int, folder: Path) -> bool:
    """They are still importing."""
    return len(workers(group)) == 2


def two_workers_simulate(group: int, folder: Path) -> bool:
    """Twice what importing takes at the most."""
    return len(workers(group)) == 2 and all(seconds(process) > 5 for process in workers(group))


def a_run_begins(group: int, folder: Path) -> bool:
    return any(folder.glob(".mine.*"))


@contextmanager
def begun(folder: Path, *arguments: str, when: Callable[[int, Path], bool]) -> Iterator[subprocess.Popen[str]]:
    """The command in a session of its own, once a condition holds; whatever happens, nothing of it survives."""
    command = [sys.executable, "-c", CHILD, *arguments, "--out", str(folder / "mine")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=ROOT
    )
    try:
        while not when(process.pid, folder):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        yield process
    finally:
        if in_group(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def everybody(process: subprocess.Popen[str]) -> None:
    """As a terminal does."""
    os.killpg(process.pid, signal.SIGINT)


def main_process(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("arguments", "when", "interrupt"),
    [
        (RUN, two_workers_begin, everybody),
        (RUN, two_workers_simulate, everybody),
        (COMPARE, two_workers_simulate, everybody),
        (COMPARE, two_workers_simulate, main_process),
        (("run", "q9_recognition", "--set", "recognition.window.until=2053-12-31"), a_run_begins, everybody),
    ],
)
def test_an_interrupt_leaves_one_line_and_nothing_else(
    arguments: tuple[str, ...], when: Callable[[int, Path], bool],
    interrupt: Callable[[subprocess.Popen[str]], None], tmp_path: Path,
) -> None:  # fmt: skip
    with begun(tmp_path, *arguments, when=when) as process:
        interrupt(process)
        said, errors = process.communicate()
        assert (process.returncode, said, errors) == (130, "", "interrupted; nothing was written\n")
        while left := workers(process.pid):  # a killed process takes a moment to go
            assert all(seconds(one) < 600 for one in left)
            time.sleep(0.02)
    assert not [*tmp_path.iterdir()]
