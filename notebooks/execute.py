"""How are the notebooks run? In a fresh kernel of this interpreter; outputs are kept in the file.

python notebooks/execute.py
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

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


def executed(path: Path) -> Any:
    """The notebook with fresh outputs, run from its own folder. Raises CellExecutionError where a cell fails."""
    notebook = read(path)
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
        NotebookClient(notebook, km=manager, timeout=_CELL_SECONDS, record_timing=False, resources=place).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def printed(notebook: Any) -> list[str]:
    """What the cells print, one text per cell."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(o.text for o in cell.outputs if o.output_type == "stream") for cell in cells]


def main() -> None:
    """Run every notebook and keep its outputs."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = executed(path)
        path.write_text(nbformat.writes(notebook) + "\n", "utf-8", newline="\n")  # type: ignore[no-untyped-call]
        print(path.name)


if __name__ == "__main__":
    main()
