"""How do tests read a page? Its numbers, with their units as a reader finds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

#: Unit words in the order in which they are looked for, and how many of the whole numbers in the tables make one.
UNITS = {
    "zh": (("%", 1), ("万元", 10**6), ("万", 10**4), ("元", 100)),
    "en": (("%", 1), ("million yuan", 10**8), ("thousand", 10**3), ("yuan", 100)),
}
_NUMBER = re.compile(r"([−+]?)([\d,]+(?:\.(\d+))?)")


@dataclass
class Number:
    """One `<data>`: `around` is where its unit may stand, the nearest first."""

    value: float
    of: str
    stat: str
    section: str
    around: list[str]
    shown: str = ""

    def size(self, lang: str) -> int:
        """How many of the whole numbers in the tables make one of what is shown."""
        for text in (self.shown, *self.around):
            for word, size in UNITS[lang]:
                if re.search(rf"(^|[（(,]|\d) ?{word}", re.sub("95 ?%", "", text)):
                    return size
        return 1

    def ends(self) -> list[tuple[float, int]]:
        """What is shown, and its decimals; of an interval both ends."""
        found = _NUMBER.findall(self.shown.replace("1,000", "1000"))
        signs = {"−": -1, "+": 1, "": 1}
        return [(signs[sign] * float(text.replace(",", "")), len(decimals)) for sign, text, decimals in found]


class Reader(HTMLParser):
    """Numbers of a page, and digits in its cells that are no `<data>`: (section, column, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.numbers: list[Number] = []
        self.loose: list[tuple[str, str, str]] = []
        self.section = self.caption = self.row = self.before = ""
        self.heads: list[str] = []
        self.column = -1
        self.inside: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Where we are."""
        said = {name: value or "" for name, value in attrs}
        if tag in ("meta", "link", "path", "rect", "use"):
            return
        self.inside.append((tag, said.get("class", "")))
        if tag == "section":
            self.section = said["id"]
        elif tag == "table":
            self.caption, self.heads = "", []
        elif tag == "tr":
            self.row, self.column = "", -1
        elif tag in ("th", "td"):
            self.column += 1
        elif tag == "p":
            self.before = ""
        elif tag == "data":
            self.numbers.append(self._number(said))

    def handle_endtag(self, tag: str) -> None:
        """Out of an element."""
        if (tag, "") in self.inside or any(name == tag for name, _ in self.inside):
            while self.inside and self.inside.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """A text, to where it belongs."""
        names = [name for name, _ in self.inside]
        if not names or "style" in names or "svg" in names:
            return
        if names[-1] == "data":
            self.numbers[-1].shown += data
            self.before += data
        elif "caption" in names:
            self.caption += data
        elif "thead" in names and names[-1] == "th":
            self.heads.append(data)
        elif names[-1] == "th":
            self.row += data
        elif ("td", "n") in self.inside and re.search(r"\d", data):
            self.loose.append((self.section, self.heads[self.column], data))

    def _number(self, said: Mapping[str, str]) -> Number:
        if any(name == "td" for name, _ in self.inside):
            around = [self._head(), self.row, self.caption]
        else:
            around = [self.before]
        return Number(float(said["value"]), said["data-of"], said["data-stat"], self.section, around)

    def _head(self) -> str:
        return self.heads[self.column] if self.column < len(self.heads) else ""
