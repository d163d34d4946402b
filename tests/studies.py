"""Which folders do the tests of pages read? One run, several seeds, comparisons; each is made once per session."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner
from pytest import TempPathFactory

from settlement_sim.cli import main

LANGS = ("zh", "en")
NAMES = ("run", "seeds", "visits", "parts", "three")
_TENTH = ("--set", "world.scale=0.1", "--set", "recognition.window.until=2026-02-28")
_HUNDREDTH = ("--set", "world.scale=0.01", "--set", "warm_up=2023-12-01")
_MONTHS = ("--set", "window.until=2024-03-31", "--set", "recognition.window.until=2026-02-28")
#: Two things differ, so there are two parts.
_BOTH = """
format: 1
extends: q9_recognition
question: {zh: "两处同时改变会怎样？", en: "What if both changed?"}
kind: counterfactual
policies:
  recognition:
    - {use: mutual_2024, with: {threshold: 180}}
  transfer:
    - {use: retrospective}
"""


def invoke(*words: str | Path) -> str:
    """What a command prints that must succeed."""
    outcome = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def folder(name: str, root: Path) -> Path:
    """The folder of a study, made on the first call."""
    with _alone(root / f"{name}.lock"):
        if not (root / name).exists():
            _MADE[name](root, root / name)
    return root / name


def page(name: str, lang: str, root: Path) -> Path:
    """Its page; of the run and the comparison with visits with Chongqing's line."""
    of, path = folder(name, root), root / f"{name}-{lang}.html"
    with _alone(root / f"{name}-{lang}.lock"):
        if not path.exists():
            pool = ("--pool", "chongqing") if name in ("run", "visits") else ()
            invoke("report", of, "--lang", lang, "--out", path, *pool)
    return path


def shared(factory: TempPathFactory) -> Path:
    """A folder that all processes of a session share."""
    base = factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "studies"
    root.mkdir(exist_ok=True)
    return root


def _run(root: Path, out: Path) -> None:
    """A run of history, told to be one of all travellers: so small a world speaks to no reported figure."""
    small = out.with_name("small")
    invoke("run", "baseline_2024q1q3", *_HUNDREDTH, "--out", small)
    work = out.with_name("work")
    shutil.copytree(small, work)
    _edit(work / "manifest.json", lambda said: said.update(scale=1.0))
    _edit(work / "totals.json", lambda said: said["recognition"]["check"].update(full_scale=True))
    work.rename(out)


def _edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    said = json.loads(path.read_text("utf-8"))
    change(said)
    path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")


def _seeds(root: Path, out: Path) -> None:
    invoke("run", "q9_recognition", "-r", "3", *_TENTH, "--out", out)


def _visits(root: Path, out: Path) -> None:
    invoke("compare", "baseline_2024q1q3", "q7_basket_cap", "-r", "2", *_HUNDREDTH, *_MONTHS, "--out", out)


def _parts(root: Path, out: Path) -> None:
    (root / "both.yaml").write_text(_BOTH, "utf-8")
    invoke("compare", "q9_recognition", root / "both.yaml", "-r", "2", "--parts", *_TENTH, "--out", out)


def _three(root: Path, out: Path) -> None:
    names = ("q9_recognition", "q9_lapse", "q9_threshold_15_years")
    invoke("compare", *names, "-r", "4", *_TENTH, "--out", out)


_MADE: dict[str, Callable[[Path, Path], None]] = {
    "run": _run, "seeds": _seeds, "visits": _visits, "parts": _parts, "three": _three,
}  # fmt: skip


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Processes of one session make a thing once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
