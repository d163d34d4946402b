"""How does what a terminal shows become plain text, for a notebook or a file?"""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType


def as_text(parts: Iterable[RenderableType], width: int) -> str:
    """Pages one below the other, without colours or spaces at the ends of lines."""
    from rich.console import Console

    page = StringIO()
    # In a notebook the console would show its pages itself.
    console = Console(file=page, width=width, highlight=False, color_system=None, force_jupyter=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())
