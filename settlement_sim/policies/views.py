"""What does a policy see? Columns of equal length: money in fen, ratios in 1/10,000, codes of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import Rows, rows_of
from settlement_sim.columns import Columns
from settlement_sim.vocabulary import CARE_TYPES

Money = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]
#: Uniforms of some needs for a purpose: 0 … 9,999, fixed at birth.
Uniforms = Callable[[str, npt.NDArray[np.int64]], Codes]


class Needs:
    """What an access policy sees of needs on their governing day (that of birth); columns are made when asked for."""

    pool: Codes
    scheme: Codes
    status: Codes
    assistance: Codes
    age: Codes  # in years, today
    care_type: Codes
    level: Codes  # of the provider
    unit: Codes  # of insurance
    residence: Codes  # unit from which distance is measured
    care_unit: Codes
    care_pool: Codes
    travel_minutes: Codes  # residence to the unit of care, one way
    border: Flags  # insured and treated in units of the border area, on opposite sides
    neighbouring: Flags  # the two units touch
    filing: Codes
    filing_until: Codes  # last day the filing holds
    filed: Flags  # holds a filing that is valid today
    day: Codes
    emergency: Flags

    def __init__(
        self,
        makers: Mapping[str, Callable[[npt.NDArray[np.int64]], Any]],
        index: npt.NDArray[np.int64],
        uniforms: Callable[[str, npt.NDArray[np.int64]], Codes],
    ) -> None:
        """`makers`: how each column is made for some rows of the day; `index`: the rows of this view."""
        self._makers, self._index, self._uniforms = makers, index, uniforms

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._makers:
            raise AttributeError(f"a need has no column {name!r}; it has {', '.join(self._makers)}")
        column = self._makers[name](self._index)
        self.__dict__[name] = column
        return column

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._makers]

    def __len__(self) -> int:
        return len(self._index)

    def take(self, index: Any) -> Needs:
        """The rows of an index."""
        return Needs(self._makers, self._index[index], self._uniforms)

    def columns(self) -> dict[str, Any]:
        """Every column by name."""
        return {name: getattr(self, name) for name in self._makers}

    def uniform(self, purpose: str) -> Codes:
        """0 … 9,999 for each row and a purpose of your own, fixed at birth: the same under every policy."""
        return self._uniforms(purpose, self._index)


@dataclass(frozen=True)
class Bills(Columns):
    """Gross bills in item classes at the place of care."""

    items: list[Money]  # one column per item class of the vocabulary
    total_fee: Money
    care_place: Codes  # row of the care place's catalogue, for `rules.place`
    insured_place: Codes  # row of the insured place's catalogue
    path: Codes

    def __len__(self) -> int:
        return len(self.total_fee)


@dataclass(frozen=True)
class Claims(Columns):
    """What benefit and channel policies see. `rule` is the row of the compiled rules on the governing date
    (discharge): ask `rules.take(leaf, claims.rule)`; who is insured is `rules.insured(axis, claims.rule)`.
    """

    care_type: Codes
    level: Codes
    rule: Codes
    care_pool: Codes  # pool of the provider: `rules.in_pool(claims.rule, claims.care_pool)` are its rules
    unit: Codes  # of insurance; districts set medical assistance
    path: Codes
    cut: Money
    filing: Codes  # category whose reductions away from home apply; long_term_resident: local terms
    total_fee: Money
    advance_self_pay: Money
    in_scope: Money
    uniforms: Any = None
    #: What the layers before have decided, by column: deductible_paid and the funds.
    paid: dict[str, Money] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.care_type)

    @cached_property
    def of_care(self) -> list[Rows]:
        """Rows of each care type; slices, since the engine sorts a batch by care type."""
        return rows_of(self.care_type, len(CARE_TYPES))

    @property
    def fund_total(self) -> Money:
        """What all funds pay so far."""
        return self.funds(slice(None))

    def funds(self, index: Rows) -> Money:
        """What all funds pay so far on some rows."""
        return reduce(np.add, (column[index] for name, column in self.paid.items() if name != "deductible_paid"))

    def burden(self, index: Rows = slice(None)) -> Money:
        """In-scope amount of some rows that no fund has paid so far."""
        return self.in_scope[index] - self.funds(index)

    def uniform(self, purpose: str) -> Codes:
        """0 … 9,999 for each row and a purpose of your own, fixed at birth."""
        drawn: Codes = self.uniforms.of(purpose)
        return drawn


#: Standing columns: what a person has used in an insurance year, and whether it is money.
STANDING: Final = {
    "discharges": False,
    "pooled_fund": True,
    "inpatient_deductible": True,
    "outpatient_deductible": True,
    "outpatient_fund": True,
    "chronic_deductible": True,
    "large_sum_fund": True,
    "catastrophic_base": True,
    "catastrophic_fund": True,
    "assistance_base": True,
    "medical_assistance": True,
    "tilt_base": True,
    "tilt_assistance": True,
}


class Standing:
    """Read access to what the persons of the rows had used before, by column name of `STANDING`."""

    def read(self, column: str, index: Rows = slice(None)) -> Money:
        """Values of a column for some rows of the batch (all by default)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Obligations(Columns):
    """What a clearing policy sees: what insured pools owe care pools for direct settlements, one row per insured pool,
    scheme and care pool. Negative postings are settlements that were taken back.
    """

    pool: Codes  # whose fund owes
    scheme: Codes
    care_pool: Codes  # whose hospitals treated
    posted: Money  # rows × days from `first`: fen posted up to the end of each day
    stated: Money  # fen that earlier statements have asked for
    first: int  # day number of the first column

    def __len__(self) -> int:
        return len(self.stated)

    def until(self, day: int) -> Money:
        """Fen of each row posted up to a day and not yet stated; a credit counts as nothing owed."""
        if day < self.first:
            return np.zeros(len(self), np.int64)
        at = min(day - self.first, self.posted.shape[1] - 1)
        return np.maximum(self.posted[:, at] - self.stated, 0)

    def most(self, day: int) -> Money:
        """The most that may be stated of each row: what was owed at the end of any day so far.

        What is taken back before its statement is a credit of its own day.
        """
        at = max(day - self.first + 1, 0)
        return np.maximum(self.posted[:, :at].max(1, initial=0) - self.stated, 0)
