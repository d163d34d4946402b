"""Do the notebooks run, and are their committed outputs those of today?"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.py"))
#: The public face, numpy for policies, and pandas for tables.
ALLOWED = {"settlement_sim", "numpy", "pandas"}

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


def kept(path: Path) -> Any:
    """The notebook beside a file of cells, with its outputs."""
    return EXECUTE.read(path.with_suffix(".ipynb"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, unpacked: notebooks run against it, not against the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "package")
    return folder / "package"


def test_every_notebook_has_its_file_of_cells() -> None:
    assert len(NOTEBOOKS) == 7
    assert [path.with_suffix(".ipynb") for path in NOTEBOOKS] == sorted(FOLDER.glob("*.ipynb"))


@notebooks
def test_a_notebook_is_valid_and_was_run_from_top_to_bottom(path: Path) -> None:
    notebook = kept(path)
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1))


@notebooks
def test_a_notebook_says_what_its_file_of_cells_says(path: Path) -> None:
    cells = [(cell.cell_type, cell.source) for cell in EXECUTE.source(path).cells]
    assert cells == [(cell.cell_type, cell.source) for cell in kept(path).cells], "run `make docs`"


def test_a_change_of_one_of_a_pair_is_brought_into_the_other(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    for name in ("pyproject.toml", "notebooks/02_one_bill.py", "notebooks/02_one_bill.ipynb"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    cells, notebook = (tmp_path / f"notebooks/02_one_bill.{end}" for end in ("py", "ipynb"))
    cells.write_text(cells.read_text("utf-8").replace("# # One bill", "# # Another bill"), "utf-8")
    later = notebook.stat().st_mtime + 10
    os.utime(cells, (later, later))
    subprocess.run([sys.executable, "-m", "jupytext", "--sync", str(cells)], check=True, capture_output=True)
    now, before = EXECUTE.read(notebook), kept(FOLDER / "02_one_bill.py")
    assert now.cells[0].source.startswith("# Another bill")
    assert EXECUTE.printed(now) == EXECUTE.printed(before), "outputs stay"


@notebooks
def test_a_notebook_uses_the_public_face_only(path: Path) -> None:
    for cell in _code(kept(path)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ImportFrom), cell.source
            if isinstance(node, ast.Import):
                assert {name.name.partition(".")[0] for name in node.names} <= ALLOWED, cell.source
                assert "settlement_sim." not in cell.source, "only `import settlement_sim as ss`"


@notebooks
def test_every_figure_of_a_notebook_is_seen(path: Path) -> None:
    drawn = [cell for cell in _code(kept(path)) if "ss.plot." in cell.source]
    for cell in drawn:
        assert sum("image/png" in output.get("data", {}) for output in cell.outputs) == 1, cell.source
    assert drawn or path.stem == "02_one_bill"


def test_the_first_notebook_changes_a_policy_and_shows_the_paired_difference() -> None:
    cells = _code(kept(FOLDER / "01_first_look.py"))
    (compared,) = [cell for cell in cells if "ss.compare(" in cell.source]
    assert "policies.access" in compared.source
    assert "difference 差值" in EXECUTE.printed(kept(FOLDER / "01_first_look.py"))[cells.index(compared)]


@notebooks
def test_a_notebook_speaks_both_languages(path: Path) -> None:
    prose = [cell.source for cell in kept(path).cells if cell.cell_type == "markdown"]
    assert all(re.search(r"[\u4e00-\u9fff]", text) and re.search("[A-Za-z]{3}", text) for text in prose)


@notebooks
def test_a_notebook_runs_against_the_wheel_and_shows_what_its_file_shows(path: Path, package: Path) -> None:
    shown, now = kept(path), EXECUTE.executed(path, package)
    assert EXECUTE.printed(now) == EXECUTE.printed(shown), f"{path.name} shows other numbers: run `make docs`"


def test_no_kernel_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "pid.py").write_text("# %%\nimport os\n\nprint(os.getpid())\n", "utf-8")
    (pid,) = EXECUTE.printed(EXECUTE.executed(tmp_path / "pid.py"))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_the_wheel_is_what_is_imported(package: Path) -> None:
    code = "import settlement_sim; print(settlement_sim.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(package)}, cwd=package, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert Path(done.stdout.strip()).is_relative_to(package)
