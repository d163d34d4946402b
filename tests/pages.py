"""How do tests follow a page? Its fenced blocks in order: files to write, commands to run, texts that are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; `file` is the name beside its language, if any."""

    language: str
    file: str
    text: str

    def write(self, folder: Path) -> None:
        """Write the file of a block."""
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, "utf-8")


def blocks(page: str) -> list[Block]:
    """The blocks of a page of docs/."""
    return [Block(*found) for found in _BLOCK.findall((DOCS / page).read_text("utf-8"))]


def shown(pattern: str, text: str) -> bool:
    """Whether a text is what a page shows, … standing for anything within a line."""
    parts = (re.escape(line).replace("…", ".*") for line in pattern.splitlines())
    return re.search("\n".join(parts), text) is not None
