"""How is a number written for a person? Money in 万元 or million yuan, differences with their sign."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import Final

from settlement_sim.record.measures import MEASURE

_NOTHING: Final = "—"
#: Percentages below this are written as 0.
_LEAST: Final = 0.001


@dataclass(frozen=True)
class Unit:
    """What a unit is called, how many of the whole numbers in the tables make one, and its decimals."""

    name: str
    size: int = 1
    decimals: int = 0


_UNITS: Final = {
    "zh": {
        "count": Unit(""), "ten_thousand": Unit("万", 10**4, 2), "months": Unit("个月"), "days": Unit("天", 1, 2),
        "percent": Unit("%", 1, 1), "rate": Unit("", 1, 1), "fen": Unit("万元", 10**6, 2),
        "fen_days": Unit("万元·天", 10**6, 2),
        "yuan": Unit("元", 100, 0),
    },
    "en": {
        "count": Unit(""), "ten_thousand": Unit("thousand", 10**3, 1), "months": Unit("months"),
        "days": Unit("days", 1, 2), "percent": Unit("%", 1, 1), "rate": Unit("", 1, 1),
        "fen": Unit("million yuan", 10**8, 3),
        "fen_days": Unit("million yuan × days", 10**8, 3), "yuan": Unit("yuan", 100, 0),
    },
}  # fmt: skip


def unit_of(unit: str, lang: str) -> Unit:
    """How a unit of the tables is shown in a language."""
    return _UNITS[lang][unit]


def written(value: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    """A number without its unit; — where there is none.

    >>> written(-7263_0000_00, "fen", "zh", signed=True), written(2_562_800, "count", "en")
    ('−7,263.00', '2,562,800')
    >>> written(79.25, "percent", "en"), written(0.0377, "percent", "en")
    ('79.2', '0.038')
    """
    if value is None or value != value:
        return _NOTHING
    shown = unit_of(unit, lang)
    text = f"{abs(value) / shown.size:,.{_decimals(value, unit, shown.decimals)}f}"
    nothing = not text.strip("0.,")
    sign = "" if nothing else "−" if value < 0 else "+" * signed
    return sign + text


def _decimals(value: float, unit: str, usual: int) -> int:
    """Means of small counts have one; percentages that would be written 0.0 but are more than noise have two digits."""
    if unit == "percent" and _LEAST <= abs(value) < 0.05:
        return 1 - floor(log10(abs(value)))
    return 1 if unit == "count" and value != int(value) and abs(value) < 1_000 else usual


def with_unit(value: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    """The same with its unit behind.

    >>> with_unit(12_34567_00, "fen", "zh"), with_unit(12_34567_00, "fen", "en")
    ('123.46 万元', '1.235 million yuan')
    """
    name = unit_of(unit, lang).name
    text = written(value, unit, lang, signed=signed)
    gap = "" if name == "%" else " "
    return text + gap + name if name and text != _NOTHING else text


def interval(low: float | None, high: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    """Both ends; — where one run alone has no spread."""
    ends = [written(end, unit, lang, signed=signed) for end in (low, high)]
    if _NOTHING in ends:
        return _NOTHING
    return (" 至 " if lang == "zh" else " to ").join(ends)


def called(measure: str, lang: str, *, unit: bool = True) -> str:
    """What a measure is called, with its unit.

    >>> called("fund_total", "zh"), called("settlements", "en")
    ('基金支付（万元）', 'direct settlements')
    """
    one = MEASURE[measure]
    name = unit_of(one.unit, lang).name if unit else ""
    behind = (f"（{name}）" if lang == "zh" else f", {name}") if name else ""
    return (one.zh if lang == "zh" else one.en) + behind
