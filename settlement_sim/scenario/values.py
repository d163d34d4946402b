"""Which values may stand in a scenario? Days, names, numbers as people write them, held as the engine counts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from settlement_sim import dates
from settlement_sim.policies.parameters import number
from settlement_sim.record.measures import MEASURE_NAMES
from settlement_sim.vocabulary import POOLS, PROVINCES, SCHEMES

_MOST_POTENTIAL: Final = 10
_MOST_RESPONSE: Final = 1_000


def _iso(value: Any) -> dt.date:
    """A day written YYYY-MM-DD, nothing else."""
    return value if isinstance(value, dt.date) else dates.date(dates.day(str(value)))


def _or_none(value: Any) -> int | None:
    """A whole number of at least one, or `none` for no limit."""
    if value in (None, "none"):
        return None
    if not str(value).isdecimal() or int(value) < 1:
        raise ValueError("a whole number from 1, or none")
    return int(value)


def _potential(value: Any) -> int:
    """Ten-thousandths of a decimal of at least one."""
    written = number(value)
    if written is None or not written.is_finite() or not 1 <= written <= _MOST_POTENTIAL:
        raise ValueError(f"a number from 1 to {_MOST_POTENTIAL} such as 1.05")
    if written * 10_000 % 1:
        raise ValueError("a number with at most 4 decimals")
    return int(written * 10_000)


def _response(value: Any) -> int:
    """Ten-thousandths of a number of percent."""
    written = number(value)
    if written is None or not written.is_finite() or not 0 <= written <= _MOST_RESPONSE or written * 100 % 1:
        raise ValueError(f"percent from 0 to {_MOST_RESPONSE} with at most 2 decimals")
    return int(written * 100)


def _show(digits: int) -> PlainSerializer:
    """Writes an integer with so many decimals as people do; nothing for None."""
    return PlainSerializer(lambda value: None if value is None else f"{Decimal(value).scaleb(-digits).normalize():f}")


Date = Annotated[dt.date, BeforeValidator(_iso)]
Kind = Literal["history", "backcast", "counterfactual", "extrapolation"]
MeasureName = Literal[MEASURE_NAMES]  # type: ignore[valid-type]
Pool = Literal[POOLS]  # type: ignore[valid-type]
Province = Literal[PROVINCES]  # type: ignore[valid-type]
Scheme = Literal[SCHEMES]  # type: ignore[valid-type]
Staff = Annotated[
    int | None, BeforeValidator(_or_none), PlainSerializer(lambda value: "none" if value is None else value),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "integer", "minimum": 1}]}),
]  # fmt: skip
Potential = Annotated[
    int, BeforeValidator(_potential), _show(4),
    WithJsonSchema({"type": "number", "minimum": 1, "maximum": _MOST_POTENTIAL}),
]  # fmt: skip
Declared = Annotated[
    int | None, BeforeValidator(_response), _show(2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST_RESPONSE}),
]  # fmt: skip
