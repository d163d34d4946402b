"""What may a parameter of a policy be, and how does it say what it rests on?

Parameters are written as people write them (`10` points, `23` percent, `880.00` yuan) and held as the integers the
engine counts in: ratios in 1/10,000, money in fen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from settlement_sim.dates import day, iso
from settlement_sim.errors import nearest
from settlement_sim.rules.units import UnreadableError, parse, show
from settlement_sim.vocabulary import GRADES

#: The largest ratio in percent.
_MOST_RATIO: Final = 1_000
#: Keys of the record that `param` keeps beside a field.
RECORD: Final = ("grade", "source", "low", "high", "at_most", "since")


def param(
    default: Any, meaning: str = "", *, grade: str, source: str = "", low: Any = None, high: Any = None,
    at_most: Any = None, since: str = "",
) -> Any:  # fmt: skip
    """A parameter: default, meaning, grade and source; `low` and `high` are the range of an assumption, `since` the day
    from which the rule that sets the default is in force.

    A value outside that range is allowed and reported; one above `at_most` (a ceiling set by law) is refused.
    Raises TypeError for an unknown grade, half a range, or a graded number without its source.
    """
    if grade not in GRADES:
        close = nearest(str(grade), GRADES)
        raise TypeError(
            f"no grade {grade!r}; there are {', '.join(GRADES)}" + (f"; did you mean {close!r}?" * bool(close))
        )
    if grade != "assumption" and not source:
        raise TypeError(f"grade {grade} names its source; without one write grade='assumption' with low and high")
    if grade == "assumption" and (low is None) != (high is None):
        raise TypeError("an assumption states both low and high, or neither where it is a choice")
    record = {"grade": grade, "source": source, "low": low, "high": high, "at_most": at_most}
    record["since"] = since or None
    return Field(default, description=meaning, json_schema_extra={k: v for k, v in record.items() if v is not None})


def number(value: Any) -> Decimal | None:
    """A parameter as it was written, where it is a number."""
    try:
        written = Decimal(str(value))
    except ArithmeticError:
        return None
    return None if isinstance(value, bool) or not written.is_finite() else written


def _of_unit(unit: str) -> Any:
    """An integer of a unit of the rules, read from text or whole numbers, written back as text."""

    def read(value: Any) -> int:
        try:
            return parse(str(value), unit)
        except UnreadableError as error:
            raise ValueError(error.args[1]) from None

    limits = {"percent": 100, "points": 100}
    schema = {"type": "number", "minimum": 0} | ({"maximum": limits[unit]} if unit in limits else {})
    return Annotated[
        int, BeforeValidator(read), PlainSerializer(lambda value: show(value, unit), return_type=str),
        WithJsonSchema(schema),
    ]  # fmt: skip


def _whole(most: int, least: int = 0) -> Any:
    """A whole number, from text or as it is."""

    def read(value: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most:,}")
        return int(text)

    return Annotated[int, BeforeValidator(read), WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})]


def _ratio(value: Any) -> int:
    """Ten-thousandths of a percentage above 0 that may exceed 100."""
    written = number(value)
    if written is None or not 0 < written <= _MOST_RATIO or written * 100 % 1:
        raise ValueError(f"percent above 0, at most {_MOST_RATIO}, with at most 2 decimals")
    return int(written * 100)


#: A ratio in percent that may exceed 100, held in 1/10,000.
Ratio = Annotated[
    int, BeforeValidator(_ratio), PlainSerializer(lambda value: show(value, "percent"), return_type=str),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": _MOST_RATIO}),
]  # fmt: skip
#: A share, held in 1/10,000.
Percent = _of_unit("percent")
#: Points off or on a ratio, held in 1/10,000.
Points = _of_unit("points")
#: An amount, held in fen.
Yuan = _of_unit("yuan")
Minutes = _whole(10_000)
Months = _whole(120)
#: Months of a working life.
CareerMonths = _whole(600)
#: A day, as ISO text.
Day = Annotated[str, BeforeValidator(lambda value: iso(day(str(value))))]
Days = _whole(1_000)
#: A month of the calendar.
MonthOfYear = _whole(12, 1)
