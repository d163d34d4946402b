"""Which values may stand in a scenario? Days, names, numbers as people write them, held as the engine counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from settlement_sim import dates
from settlement_sim.policies.parameters import number
from settlement_sim.record.measures import MEASURE_NAMES
from settlement_sim.vocabulary import POOLS, PROVINCES, SCHEMES

#: Births over those of today; what is added is a second count like the first (`demand.rates`).
MOST_POTENTIAL: Final = 2
_MOST_RESPONSE: Final = 1_000
#: Percent of today's needs that a potential of `MOST_POTENTIAL` can add.
_MOST_GAIN: Final = 100 * (MOST_POTENTIAL - 1)


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


def _several(value: Any) -> Any:
    """One name alone is a list of one, as `--set` gives it."""
    return [value] if isinstance(value, str) else value


def _potential(value: Any) -> int:
    """Ten-thousandths of a decimal of at least one."""
    written = number(value)
    if written is None or not written.is_finite() or not 1 <= written <= MOST_POTENTIAL:
        raise ValueError(f"a number from 1 to {MOST_POTENTIAL} such as 1.05")
    if written * 10_000 % 1:
        raise ValueError("a number with at most 4 decimals")
    return int(written * 10_000)


def _percent_to(most: int) -> Callable[[Any], int]:
    """Ten-thousandths of a number of percent, from 0 to `most`."""

    def read(value: Any) -> int:
        written = number(value)
        if written is None or not written.is_finite() or not 0 <= written <= most or written * 100 % 1:
            raise ValueError(f"percent from 0 to {most} with at most 2 decimals")
        return int(written * 100)

    return read


def _show(digits: int) -> PlainSerializer:
    """Writes an integer with so many decimals as people do; nothing for None."""
    return PlainSerializer(lambda value: None if value is None else f"{Decimal(value).scaleb(-digits).normalize():f}")


Date = Annotated[dt.date, BeforeValidator(_iso)]
Kind = Literal["history", "backcast", "counterfactual", "extrapolation"]
MeasureName = Literal[MEASURE_NAMES]  # type: ignore[valid-type]
Names = Annotated[list[str], BeforeValidator(_several)]
Pool = Literal[POOLS]  # type: ignore[valid-type]
Province = Literal[PROVINCES]  # type: ignore[valid-type]
Scheme = Literal[SCHEMES]  # type: ignore[valid-type]
Staff = Annotated[
    int | None, BeforeValidator(_or_none), PlainSerializer(lambda value: "none" if value is None else value),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "integer", "minimum": 1}]}),
]  # fmt: skip
Potential = Annotated[
    int, BeforeValidator(_potential), _show(4),
    WithJsonSchema({"type": "number", "minimum": 1, "maximum": MOST_POTENTIAL}),
]  # fmt: skip
Declared = Annotated[
    int | None, BeforeValidator(_percent_to(_MOST_RESPONSE)), _show(2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST_RESPONSE}),
]  # fmt: skip
Gain = Annotated[
    int | None, BeforeValidator(_percent_to(_MOST_GAIN)), _show(2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST_GAIN}),
]  # fmt: skip
