"""What may a hand-written case say? One person, the year so far, one claim or a list of them, and what is expected."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from settlement_sim import dates
from settlement_sim.policies.registry import policy_of
from settlement_sim.scenario.schema import Model, Overlays, Words
from settlement_sim.scenario.values import Pool, Scheme
from settlement_sim.study.case_values import Amount, Date, Moment, Points, Uniform
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, FILINGS, ITEMS, LEVELS, STATUSES, TIERS

Status = Literal[STATUSES]  # type: ignore[valid-type]
Tier = Literal[TIERS]  # type: ignore[valid-type]
Assistance = Literal[ASSISTANCE]  # type: ignore[valid-type]
Filing = Literal[FILINGS]  # type: ignore[valid-type]
Level = Literal[LEVELS]  # type: ignore[valid-type]
CareType = Literal[CARE_TYPES]  # type: ignore[valid-type]
Item = Literal[ITEMS]  # type: ignore[valid-type]
YesNo = Literal["yes", "no"]

#: The four parts of a bill that has already been divided by a catalogue.
SCOPE_PARTS: Final = ("outside_scope", "above_price_limit", "advance_self_pay", "in_scope")
_MOST_DISCHARGES: Final = 366
_MOST_COUNT: Final = 10_000


class Person(Model):
    """Who is insured where. Residents name their premium `tier`; only employees have an account."""

    pool: Pool
    scheme: Scheme
    status: Status
    born: Date
    unit: str | None = Field(None, description="district or county of insurance")
    residence: str | None = Field(None, description="unit from which distance is measured; `unit` when left out")
    tier: Tier = "none"
    assistance: Assistance = "none"
    filing: Filing = "none"
    filing_until: Date | None = Field(None, description="last day the filing holds; open when left out")
    account: Amount = Field(0, description="balance of the personal account before the first claim")


class YearSoFar(Model):
    """What the person has used in an insurance year (the year of discharge) before the first claim."""

    year: int
    discharges: int = Field(0, ge=0, le=_MOST_DISCHARGES)
    pooled_fund: Amount = 0
    inpatient_deductible: Amount = 0
    outpatient_deductible: Amount = 0
    outpatient_fund: Amount = 0
    chronic_deductible: Amount = 0
    large_sum_fund: Amount = 0
    catastrophic_base: Amount = 0
    catastrophic_fund: Amount = 0
    assistance_base: Amount = 0
    medical_assistance: Amount = 0
    tilt_base: Amount = 0
    tilt_assistance: Amount = 0


class YearAfter(YearSoFar):
    """What the person should have used in an insurance year after the last claim; what is left out is not compared."""

    account: Amount | None = Field(None, description="balance of the personal account at the end")


class Hospital(Model):
    """Where care was given: the pool, the unit and the settlement level of the provider."""

    pool: Pool
    unit: str | None = Field(None, description="district or county of the provider")
    level: Level


class BillItem(Model):
    """One line of a listed bill: `amount` for one, `count` times; the name is for the reader."""

    item: Item
    name: str = ""
    amount: Amount
    count: int = Field(1, ge=1, le=_MOST_COUNT)


class Bill(Model):
    """Either the four scope parts or the item classes (in sums, or listed line by line); what is left out is 0.00."""

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
    listed: tuple[BillItem, ...] = Field((), exclude=True)

    @property
    def by_items(self) -> bool:
        """Whether the bill is given in item classes, for the catalogue to divide."""
        return bool(self.listed) or not self.model_fields_set.isdisjoint(ITEMS)

    @property
    def items(self) -> list[int]:
        """Amounts of the item classes in the order of the vocabulary."""
        sums = {item: int(getattr(self, item)) for item in ITEMS}
        for line in self.listed:
            sums[line.item] += line.amount * line.count
        return list(sums.values())

    @property
    def scope(self) -> dict[str, int]:
        """The four scope parts by name."""
        return {part: int(getattr(self, part)) for part in SCOPE_PARTS}


def _listed(value: Any) -> Any:
    return {"listed": value} if isinstance(value, list | tuple) else value


class Claim(Model):
    """One bill: a stay from `admitted` to `discharged`, or a visit `on` a day."""

    care_type: CareType
    path: Literal["direct", "manual"] | None = Field(None, description="by the access policy when left out")
    hospital: Hospital
    admitted: Moment | None = None
    discharged: Moment | None = None
    on: Moment | None = None
    emergency: YesNo = "no"
    filed_late: YesNo | None = Field(None, description="whether a filing is made before the discharge settlement")
    uniforms: dict[str, Uniform] = Field(
        default_factory=dict,
        description="what chance says, 0 to 9999 by purpose; 9999, the least likely, when left out",
    )
    cut: Points | None = Field(None, description="points off the ratio; by the access policy when left out")
    bill: Annotated[Bill, BeforeValidator(_listed)]

    @property
    def began(self) -> int:
        """Day of admission or of the visit: it governs access."""
        return int((self.admitted if self.on is None else self.on) or 0) // dates.SECONDS_PER_DAY

    @property
    def ended(self) -> int:
        """Second of discharge or of the visit."""
        return int((self.discharged if self.on is None else self.on) or 0)

    @property
    def settled_on(self) -> int:
        """Day of discharge or of the visit: it governs the rules, and its year is the insurance year."""
        return self.ended // dates.SECONDS_PER_DAY


class ListedClaim(Claim):
    """One of several claims, with its own work and expectations."""

    decided: Date | None = Field(None, description="day on which a claim by hand is decided; its discharge if left out")
    work: list[str] = Field(default_factory=list)
    expect: dict[str, str] = Field(default_factory=dict)


class Reversal(Model):
    """Takes back the claim of this number (counted from 1 in the list), wholly."""

    reverses: int = Field(ge=1)
    on: Date | None = Field(None, description="day of the reversal; the day the claim was decided when left out")


def _kind_of_row(value: Any) -> str:
    reverses = "reverses" in value if isinstance(value, dict) else isinstance(value, Reversal)
    return Reversal.__name__ if reverses else ListedClaim.__name__


Row = Annotated[
    Annotated[ListedClaim, Tag(ListedClaim.__name__)] | Annotated[Reversal, Tag(Reversal.__name__)],
    Discriminator(_kind_of_row),
]


class Benefit(Model):
    """Who pays which layer."""

    basic: policy_of("basic") = Field("insured_place", validate_default=True)  # type: ignore[valid-type]
    catastrophic: policy_of("catastrophic") = Field("insured_place", validate_default=True)  # type: ignore[valid-type]
    assistance: policy_of("assistance") = Field("insured_place", validate_default=True)  # type: ignore[valid-type]


class Policies(Model):
    """The policies that decide, each a name or {use: …, with: {…}}; those of the baseline where left out."""

    access: policy_of("access") = Field("filing_free", validate_default=True)  # type: ignore[valid-type]
    catalogue: policy_of("catalogue") = Field("care_place", validate_default=True)  # type: ignore[valid-type]
    benefit: Benefit = Benefit()
    channel: policy_of("channel") = Field("one_stop", validate_default=True)  # type: ignore[valid-type]

    def of(self, slot: str) -> Any:
        """The policy of a slot or of a sub-slot of `benefit`."""
        return getattr(self.benefit if slot in Benefit.model_fields else self, slot)


def _list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Case(Model):
    """One case file: `claim`, or `claims` in the order of time."""

    format: Literal["1"] = "1"
    title: Words
    person: Person
    year_so_far: YearSoFar | None = None
    claim: Claim | None = None
    claims: tuple[Row, ...] = ()
    policies: Policies = Policies()
    rules: Overlays = Overlays()
    work: list[str] = Field(default_factory=list, description="the arithmetic, for the reader")
    expect: dict[str, str] = Field(
        default_factory=dict, description="columns and amounts worked by hand, of all claims"
    )
    expect_year: Annotated[tuple[YearAfter, ...], BeforeValidator(_list)] = Field(
        (), description="what each insurance year should have come to"
    )

    @property
    def rows(self) -> tuple[Claim | Reversal, ...]:
        """Everything that is settled or taken back, as listed."""
        return self.claims if self.claim is None else (self.claim,)
