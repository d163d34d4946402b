"""What tells its own story in words: short where a program prints it, in full where a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import Literal


class Explained:
    """Base of results of one bill, one career or one need."""

    @property
    def heading(self) -> str:
        """What it is about, in English."""
        raise NotImplementedError

    def explanation(self, lang: Literal["zh", "en"] = "en", width: int = 110) -> str:
        """The whole story for people, as text of so many columns."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.heading}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.explanation())}</pre>"
