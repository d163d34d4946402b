"""Do the notebooks run, and are their committed outputs those of today?"""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: The public face, and what draws and tabulates.
ALLOWED = {"settlement_sim", "pandas", "matplotlib"}

notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _execute() -> ModuleType:
    spec = importlib.util.spec_from_file_location("execute", FOLDER / "execute.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXECUTE = _execute()


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@notebooks
def test_a_notebook_is_valid_and_was_run_from_top_to_bottom(path: Path) -> None:
    notebook = EXECUTE.read(path)
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1))


@notebooks
def test_a_notebook_uses_the_public_face_only(path: Path) -> None:
    for cell in _code(EXECUTE.read(path)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ImportFrom), cell.source
            if isinstance(node, ast.Import):
                assert {name.name.partition(".")[0] for name in node.names} <= ALLOWED, cell.source
                assert "settlement_sim." not in cell.source, "only `import settlement_sim as ss`"


@notebooks
def test_a_notebook_speaks_both_languages(path: Path) -> None:
    prose = [cell.source for cell in EXECUTE.read(path).cells if cell.cell_type == "markdown"]
    assert all(re.search(r"[\u4e00-\u9fff]", text) and re.search("[A-Za-z]{3}", text) for text in prose)


@notebooks
def test_a_notebook_runs_and_prints_what_its_file_shows(path: Path) -> None:
    shown, now = EXECUTE.read(path), EXECUTE.executed(path)
    assert EXECUTE.printed(now) == EXECUTE.printed(shown), f"{path.name} shows other numbers: run `make docs`"
