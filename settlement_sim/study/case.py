"""What may a hand-written case say? One person, the year so far, one claim, and what is expected of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from settlement_sim import dates
from settlement_sim.money import ENTRY_LIMIT, format_yuan, parse_fen
from settlement_sim.rules.units import UnreadableError, parse
from settlement_sim.scenario.schema import Model, Overlays, Pool, Scheme, Words
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, FILINGS, ITEMS, LEVELS, STATUSES, TIERS

Status = Literal[STATUSES]  # type: ignore[valid-type]
Tier = Literal[TIERS]  # type: ignore[valid-type]
Assistance = Literal[ASSISTANCE]  # type: ignore[valid-type]
Filing = Literal[FILINGS]  # type: ignore[valid-type]
Level = Literal[LEVELS]  # type: ignore[valid-type]
CareType = Literal[CARE_TYPES]  # type: ignore[valid-type]

#: The four parts of a bill that has already been divided by a catalogue.
SCOPE_PARTS: Final = ("outside_scope", "above_price_limit", "advance_self_pay", "in_scope")
DEFAULT_ACCESS: Final = "filing_free"
_MOST_DISCHARGES: Final = 366


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


def _read_points(value: Any) -> int:
    try:
        return parse(str(value), "points")
    except UnreadableError as error:
        raise ValueError(error.args[1]) from None


def _named(value: Any) -> Any:
    return {"use": value} if isinstance(value, str) else value


Amount = Annotated[int, BeforeValidator(read_amount)]
Moment = Annotated[int, BeforeValidator(read_moment)]
Date = Annotated[dt.date, BeforeValidator(read_date)]
Points = Annotated[int, BeforeValidator(_read_points)]


class Person(Model):
    """Who is insured where. Residents name their premium `tier`; only employees have an account."""

    pool: Pool
    scheme: Scheme
    status: Status
    born: Date
    tier: Tier = "none"
    assistance: Assistance = "none"
    filing: Filing = "none"
    filing_until: Date | None = Field(None, description="last day the filing holds; open when left out")
    account: Amount = Field(0, description="balance of the personal account before the claim")


class YearSoFar(Model):
    """What the person has used in the insurance year (the year of discharge) before this claim."""

    year: int
    discharges: int = Field(0, ge=0, le=_MOST_DISCHARGES)
    pooled_fund: Amount = 0
    outpatient_deductible: Amount = 0
    outpatient_fund: Amount = 0
    chronic_deductible: Amount = 0
    large_sum_fund: Amount = 0
    catastrophic_base: Amount = 0
    catastrophic_fund: Amount = 0
    assistance_base: Amount = 0
    medical_assistance: Amount = 0


class Hospital(Model):
    """Where care was given: the pool and the settlement level of the provider."""

    pool: Pool
    level: Level


class Bill(Model):
    """Either the four scope parts or the item classes; what is left out is 0.00."""

    outside_scope: Amount = 0
    above_price_limit: Amount = 0
    advance_self_pay: Amount = 0
    in_scope: Amount = 0
    drug_a: Amount = 0
    drug_b: Amount = 0
    drug_uncovered: Amount = 0
    consumable: Amount = 0
    examination: Amount = 0
    service: Amount = 0

    @property
    def by_items(self) -> bool:
        """Whether the bill is given in item classes, for the catalogue to divide."""
        return not self.model_fields_set.isdisjoint(ITEMS)

    @property
    def items(self) -> list[int]:
        """Amounts of the item classes in the order of the vocabulary."""
        return [int(getattr(self, item)) for item in ITEMS]

    @property
    def scope(self) -> dict[str, int]:
        """The four scope parts by name."""
        return {part: int(getattr(self, part)) for part in SCOPE_PARTS}


class Claim(Model):
    """One bill: a stay from `admitted` to `discharged`, or a visit `on` a day."""

    care_type: CareType
    path: Literal["direct", "manual"] = "direct"
    hospital: Hospital
    admitted: Moment | None = None
    discharged: Moment | None = None
    on: Moment | None = None
    emergency: Literal["yes", "no"] = "no"
    cut: Points | None = Field(None, description="points off the ratio; by the access policy when left out")
    bill: Bill

    @property
    def began(self) -> int:
        """Day of admission or of the visit: it governs access."""
        return int((self.admitted if self.on is None else self.on) or 0) // dates.SECONDS_PER_DAY

    @property
    def settled_on(self) -> int:
        """Day of discharge or of the visit: it governs the rules, and its year is the insurance year."""
        return int((self.discharged if self.on is None else self.on) or 0) // dates.SECONDS_PER_DAY


class Access(Model):
    """The access policy that says how many points a filing costs."""

    use: str = DEFAULT_ACCESS
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")


class Case(Model):
    """One case file."""

    format: Literal["1"] = "1"
    title: Words
    person: Person
    year_so_far: YearSoFar | None = None
    claim: Claim
    access: Annotated[Access, BeforeValidator(_named)] = Access()
    rules: Overlays = Overlays()
    work: list[str] = Field(default_factory=list, description="the arithmetic, for the reader")
    expect: dict[str, str] = Field(default_factory=dict, description="columns and the amounts worked by hand")
