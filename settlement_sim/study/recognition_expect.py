"""What may a career expect, and how does that differ from what came out? Whatever is left out is not compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import Field

from settlement_sim.money import format_yuan
from settlement_sim.scenario.schema import Model
from settlement_sim.scenario.values import Pool
from settlement_sim.study.case_values import Amount, Signed

Row = tuple[Any, ...]
Months = Annotated[int, Field(ge=0, le=1_200)]
#: Values that are fen.
MONEY: Final = ("back_payment", "saved", "pooled", "waits", "account")


class Counted(Model):
    """Where a person retires, what counts there, what is missing and what that costs."""

    place: Pool | None = None
    counted: Months | None = None
    deemed: Months | None = None
    required: Months | None = None
    short: Months | None = None
    reason: str | None = None
    back_payment: Amount | None = None


class Moving(Model):
    """What follows the months of one pool left behind; `waits`: what is claimed and not paid yet."""

    pool_out: Pool = Field(alias="from")
    pool_in: Pool = Field(alias="to")
    months: Months
    pooled: Amount
    waits: Amount = 0
    account: Amount


class Expected(Counted):
    """What is expected under the policy, before it, and of the money that moves."""

    saved: Signed | None = None
    before: Counted | None = None
    transfers: list[Moving] | None = None


def differences(
    expected: Expected, after: Mapping[str, Any], before: Mapping[str, Any], transfers: Sequence[Row]
) -> Iterator[str]:
    """One sentence for each value that came out otherwise. `after` and `before`: by the names of the fields."""
    yield from _of_values("", expected, after)
    if expected.before is not None:
        yield from _of_values("before ", expected.before, before)
    if expected.transfers is not None:
        wanted, there = Counter(tuple(row.model_dump().values()) for row in expected.transfers), Counter(transfers)
        yield from (f"transfers: expected {_row(row)}, which did not happen" for row in (wanted - there).elements())
        yield from (f"transfers: got {_row(row)}, which was not expected" for row in (there - wanted).elements())


def _of_values(prefix: str, expected: Counted, got: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.model_dump(exclude={"before", "transfers"}).items():
        if value is not None and value != got[name]:
            yield f"{prefix}{name}: expected {_shown(name, value)}, got {_shown(name, got[name])}"


def _shown(name: str, value: Any) -> str:
    return format_yuan(value) if name in MONEY else str(value)


def _row(row: Row) -> str:
    return " ".join(f"{name} {_shown(name, cell)}" for name, cell in zip(_ROW, row, strict=True))


_ROW: Final = tuple(field.alias or name for name, field in Moving.model_fields.items())
