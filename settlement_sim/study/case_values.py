"""Which values may stand in a case? Amounts, days and points, read from the text that a clerk writes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from settlement_sim import dates
from settlement_sim.money import ENTRY_LIMIT, format_yuan, parse_fen
from settlement_sim.rules.units import UnreadableError, parse

#: Uniforms count from 0 to this.
LAST_UNIFORM: Final = 9_999


def read_amount(value: Any) -> int:
    """Fen of an amount written as text. Raises ValueError with what was expected.

    >>> read_amount("18640.00")
    1864000
    """
    if not isinstance(value, str):
        raise ValueError("an amount of yuan as text, such as '1234.50'")
    if "," in value:
        raise ValueError(
            f"a number without a thousands comma, such as {value.replace(',', '')}: "
            "inside {…} YAML would read two keys"
        )
    fen = parse_fen(value)
    if fen < 0:
        raise ValueError("an amount that is not negative")
    if fen >= ENTRY_LIMIT:
        raise ValueError(f"an amount below {format_yuan(ENTRY_LIMIT)}")
    return fen


def read_moment(value: Any) -> int:
    """Seconds of `dates` of a date with or without a time. Raises ValueError with what was expected."""
    try:
        return dates.parse_moment(str(value))
    except ValueError as error:
        missing = "no such day" in str(error)
        expected = "a day that exists" if missing else "a date and time such as 2024-05-06 09:00, or a date"
        raise ValueError(expected) from None


def read_date(value: Any) -> dt.date:
    """A date written as YYYY-MM-DD. Raises ValueError with what was expected."""
    try:
        return dates.date(dates.day(str(value)))
    except ValueError as error:
        missing = "no such day" in str(error)
        raise ValueError("a day that exists" if missing else "a date such as 1956-03-12") from None


def _read_signed(value: Any) -> int:
    taken_back = isinstance(value, str) and value.startswith("-")
    return -read_amount(value[1:]) if taken_back else read_amount(value)


def _read_points(value: Any) -> int:
    try:
        return parse(str(value), "points")
    except UnreadableError as error:
        raise ValueError(error.args[1]) from None


def _read_uniform(value: Any) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) > LAST_UNIFORM:
        raise ValueError(f"a whole number from 0 to {LAST_UNIFORM}")
    return int(text)


Amount = Annotated[int, BeforeValidator(read_amount)]
#: An amount that may be negative: something taken back.
Signed = Annotated[int, BeforeValidator(_read_signed)]
Moment = Annotated[int, BeforeValidator(read_moment)]
Date = Annotated[dt.date, BeforeValidator(read_date)]
Points = Annotated[int, BeforeValidator(_read_points)]
Uniform = Annotated[int, BeforeValidator(_read_uniform)]
