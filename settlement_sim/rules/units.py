"""Which integer is the number that a rule file writes, and how is it shown again?

Text goes through Decimal, never a float: `95` percent is 9,500 of 10,000, `880.00` yuan is 88,000 fen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

#: Stands for a ceiling that does not exist: the largest amount that one entry may have, in fen.
NO_LIMIT: Final = 10**12 - 1
FLAGS: Final = ("false", "true")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WITH_COMMAS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


@dataclass(frozen=True)
class Unit:
    """How a unit is written: decimals allowed, and the largest integer it may become."""

    name: str
    decimals: int
    most: int
    example: str
    is_amount: bool = True


UNITS: Final = {
    unit.name: unit
    for unit in (
        Unit("yuan", 2, NO_LIMIT, "880.00"),
        Unit("percent", 2, 10_000, "95"),
        Unit("points", 2, 10_000, "2"),
        Unit("count", 0, 10**9, "5"),
        Unit("flag", 0, 1, "true", is_amount=False),
        Unit("choice", 0, 99, "", is_amount=False),
    )
}


class UnreadableError(ValueError):
    """A text is not a number of its unit. `args`: what was found, what was expected, the nearest name."""


def parse(text: str, unit: str, choices: tuple[str, ...] = (), *, may_be_none: bool = False) -> int:
    """The integer that `text` means in `unit`. Raises UnreadableError.

    >>> parse("880.00", "yuan"), parse("95", "percent"), parse("true", "flag")
    (88000, 9500, 1)
    >>> parse("none", "yuan", may_be_none=True) == NO_LIMIT
    True
    """
    if unit in ("flag", "choice"):
        return _code(text, FLAGS if unit == "flag" else choices)
    if text == "none" and may_be_none:
        return NO_LIMIT
    return _amount(text, UNITS[unit], may_be_none)


def show(value: int, unit: str, choices: tuple[str, ...] = ()) -> str:
    """The text of a value, the inverse of `parse`.

    >>> show(88_000, "yuan"), show(9_550, "percent"), show(0, "flag")
    ('880.00', '95.5', 'false')
    """
    if unit in ("flag", "choice"):
        return (FLAGS if unit == "flag" else choices)[value]
    if value == NO_LIMIT and unit in ("yuan", "count"):
        return "none"
    number = Decimal(value).scaleb(-UNITS[unit].decimals)
    return f"{number:.2f}" if unit == "yuan" else f"{number.normalize():f}"


def _code(text: str, names: tuple[str, ...]) -> int:
    from settlement_sim.errors import nearest

    if text not in names:
        raise UnreadableError(repr(text), f"one of {', '.join(names)}", nearest(text, names))
    return names.index(text)


def _amount(text: str, unit: Unit, may_be_none: bool) -> int:
    wanted = f"a number of {unit.name} such as {unit.example}" + (" or none" if may_be_none else "")
    if _WITH_COMMAS.fullmatch(text):
        raise UnreadableError(repr(text), f"a number without a thousands comma: {text.replace(',', '')}", "")
    if not _NUMBER.fullmatch(text):
        raise UnreadableError(repr(text), wanted, "")
    number = Decimal(text).scaleb(unit.decimals)
    if number != number.to_integral_value() or len(text.partition(".")[2]) > unit.decimals:
        raise UnreadableError(repr(text), f"{unit.name} with at most {unit.decimals} decimals", "")
    if not 0 <= number <= unit.most or number == NO_LIMIT:
        raise UnreadableError(repr(text), f"{unit.name} from 0 to {show_most(unit)}", "")
    return int(number)


def show_most(unit: Unit) -> str:
    """The largest value that may be written in a unit.

    >>> show_most(UNITS["percent"])
    '100'
    """
    return show(unit.most - 1 if unit.name == "yuan" else unit.most, unit.name)
