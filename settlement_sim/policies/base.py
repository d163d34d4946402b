"""What does a policy see, and what does it return? Columns in, decisions out; it moves no money and draws nothing.

A policy is a frozen pydantic model whose fields are its YAML parameters, with one method for its slot:

    access     route(needs, rules) -> Route
    catalogue  scope(bills, rules) -> Scope
    benefit    adjudicate(claims, standing, rules) -> Breakdown
    channel    settle(claims, breakdown, balance, rules) -> Advances
    clearing   orders(day, obligations) -> amounts to remit

All columns have one entry per row; money is int64 fen, ratios are 1/10,000, codes are those of `vocabulary`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from settlement_sim.arrays import Rows, rows_of
from settlement_sim.columns import Columns
from settlement_sim.vocabulary import CARE_TYPES

Money = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]

DIRECT: Final = 0
MANUAL: Final = 1
SLOTS: Final = ("access", "catalogue", "benefit", "channel", "clearing")


def param(default: Any, meaning: str, *, grade: str, source: str = "", **bounds: Any) -> Any:
    """A parameter of a policy: default, meaning, grade, source, and the values it may take (`low`, `high`)."""
    limits = {"ge": bounds["low"], "le": bounds["high"]} if bounds else {}
    return Field(default, description=meaning, json_schema_extra={"grade": grade, "source": source, **bounds}, **limits)


class Policy(BaseModel):
    """Base of all policies: frozen, unknown parameters refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slot: ClassVar[str]
    name: ClassVar[str]


class Needs:
    """What an access policy sees of needs on their governing day (admission); columns are made when asked for."""

    pool: Codes
    scheme: Codes
    care: Codes
    filing: Codes
    filing_until: Codes  # last day the filing holds
    day: Codes
    emergency: Flags
    manual_draw: Codes  # uniform 0..9,999, fixed at birth: below the manual share the visit settles by hand

    def __init__(
        self, makers: Mapping[str, Callable[[npt.NDArray[np.int64]], Any]], index: npt.NDArray[np.int64]
    ) -> None:
        """`makers`: how each column is made for some rows of the day; `index`: the rows of this view."""
        self._makers, self._index = makers, index

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._makers:
            raise AttributeError(f"a need has no column {name!r}; it has {', '.join(self._makers)}")
        column = self._makers[name](self._index)
        self.__dict__[name] = column
        return column

    def __len__(self) -> int:
        return len(self._index)

    def take(self, index: Any) -> Needs:
        """The rows of an index."""
        return Needs(self._makers, self._index[index])


@dataclass(frozen=True)
class Route(Columns):
    """Path (DIRECT or MANUAL), points off the ratio (1/10,000) and the reason code of the class."""

    path: npt.NDArray[np.int8]
    cut: npt.NDArray[np.int64]
    reason: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Bills(Columns):
    """Gross bill in item classes (rows × items) at the place of care."""

    items: list[Money]
    total_fee: Money
    care_place: Codes  # rule row of the care place's catalogue
    insured_place: Codes  # rule row of the insured place's catalogue
    path: Codes


@dataclass(frozen=True)
class Scope(Columns):
    """The four parts of a bill; they sum to the total fee."""

    outside_scope: Money
    above_price_limit: Money
    advance_self_pay: Money
    in_scope: Money


@dataclass(frozen=True)
class Claims(Columns):
    """What a benefit policy sees. `rule` is the row of the compiled rules on the governing date (discharge); it
    also tells who is insured (`rules.insured`).
    """

    care: Codes
    level: Codes
    rule: Codes
    path: Codes
    cut: Money
    total_fee: Money
    in_scope: Money

    @cached_property
    def of_care(self) -> list[Rows]:
        """Rows of each care type; slices, since the engine sorts a batch by care type."""
        return rows_of(self.care, len(CARE_TYPES))


#: Standing columns: what a person has used in an insurance year, and whether it is money.
STANDING: Final = {
    "discharges": False,
    "pooled_fund": True,
    "outpatient_deductible": True,
    "outpatient_fund": True,
    "chronic_deductible": True,
    "large_sum_fund": True,
    "catastrophic_base": True,
    "catastrophic_fund": True,
    "assistance_base": True,
    "medical_assistance": True,
}


class Standing:
    """Read access to what the persons of the rows had used before, by column name of `STANDING`."""

    def read(self, column: str, index: Rows) -> Money:
        """Values of a column for some rows of the batch."""
        raise NotImplementedError


@dataclass(frozen=True)
class Increment:
    """What some rows of a batch add to one standing column."""

    column: str
    index: Rows
    amount: Money


@dataclass(frozen=True)
class Breakdown(Columns):
    """Who pays which layer of each row, and what it adds to the person's standing."""

    deductible_paid: Money
    pooled_fund: Money
    large_sum_fund: Money
    catastrophic_fund: Money
    medical_assistance: Money
    increments: list[Increment] = field(default_factory=list)  # written before rows are cut or joined

    def take(self, index: Any) -> Self:
        """The payments of some rows; increments belong to the whole batch and have been written."""
        return replace(super().take(index), increments=[])

    @classmethod
    def zeros(cls, rows: int) -> Breakdown:
        """Nothing paid by anyone yet."""
        deductible, pooled, large_sum, catastrophic, assistance = np.zeros((5, rows), np.int64)
        return cls(deductible, pooled, large_sum, catastrophic, assistance)

    @property
    def fund_total(self) -> Money:
        """All funds together."""
        return self.pooled_fund + self.large_sum_fund + self.catastrophic_fund + self.medical_assistance


@dataclass(frozen=True)
class Advances(Columns):
    """What the person pays at the counter, from the personal account and in cash, and whether it is a settlement."""

    personal_account: Money
    cash: Money
    settles: Flags
