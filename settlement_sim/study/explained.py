"""What tells its own story in words: short where a program prints it, in full where a notebook shows it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import Literal


class Explained(ABC):
    """Base of results of one bill, one career or one need."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """What it is about, in English."""

    @abstractmethod
    def explanation(self, lang: Literal["zh", "en"] = "en", width: int = 110) -> str:
        """The whole story for people, as text of so many columns."""

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.heading}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.explanation())}</pre>"
