"""How are the notebooks run? Each is a .py file of cells; a fresh kernel of this interpreter runs it.

It is kept with its outputs as .ipynb beside it.

python notebooks/execute.py
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

FOLDER: Final = Path(__file__).resolve().parent
_KERNEL: Final = "this_python"
_CELL_SECONDS: Final = 600


def read(path: Path) -> Any:
    """A notebook as it is in its file."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def source(path: Path) -> Any:
    """The notebook that a file of cells is, without outputs; the ids of its cells are their numbers."""
    notebook = jupytext.read(path)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def executed(path: Path, package: Path | None = None) -> Any:
    """The notebook of a file of cells with fresh outputs. Raises CellExecutionError where a cell fails.

    `package`: a folder to import settlement_sim from, in place of what this interpreter has.
    """
    notebook = source(path)
    with tempfile.TemporaryDirectory() as folder:
        specs = Path(folder)
        (specs / _KERNEL).mkdir()
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": command, "display_name": "Python 3", "language": "python"}
        (specs / _KERNEL / "kernel.json").write_text(json.dumps(spec), "utf-8")
        manager = AsyncKernelManager(
            kernel_name=_KERNEL, kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(specs)])
        )
        place = {"metadata": {"path": str(path.parent)}}
        env = os.environ | ({"PYTHONPATH": str(package)} if package else {})
        client = NotebookClient(notebook, km=manager, timeout=_CELL_SECONDS, record_timing=False, resources=place)
        client.execute(env=env, cleanup_kc=True)  # a kernel manager of one's own is left running otherwise
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def printed(notebook: Any) -> list[str]:
    """What the cells print or show, one text per cell; of a picture that there is one."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(_text(output) for output in cell.outputs) for cell in cells]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    shown = output.get("data", {})
    return str(shown.get("text/html", "[picture]" if "image/png" in shown else shown.get("text/plain", "")))


def main() -> None:
    """Run every notebook and keep its outputs."""
    for path in sorted(FOLDER.glob("[0-9]*.py")):
        notebook = executed(path)
        text = nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]
        path.with_suffix(".ipynb").write_text(text, "utf-8", newline="\n")
        print(path.name)


if __name__ == "__main__":
    main()
