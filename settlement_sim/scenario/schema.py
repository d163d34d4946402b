"""What may a scenario say? Pydantic models; unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from settlement_sim.policies.base import BENEFIT
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.remembering import Remembering
from settlement_sim.scenario.values import (
    Date,
    Declared,
    Gain,
    Kind,
    MeasureName,
    Names,
    Pool,
    Potential,
    Province,
    Scheme,
    Staff,
)  # fmt: skip


class Model(Remembering):
    """Part of a scenario: frozen, strict about unknown keys, and it remembers which of its fields were read."""


class Words(Model):
    """What a person reads, in both languages."""

    zh: str
    en: str


class Question(Words):
    """The question a scenario answers; ids are those of the twenty policy questions."""

    id: str = ""
    against: str = Field("", description="scenario it is compared with: a packaged name, or a file beside this one")
    read: list[MeasureName] = Field(default_factory=list, description="measures that answer it, in this order")


class Window(Model):
    """First and last day, both inclusive."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="until")


class Where(Model):
    """Rows an entry answers for: pools and schemes."""

    pool: Literal["all"] | Annotated[list[Pool], Field(min_length=1)] = "all"
    scheme: Literal["all"] | Scheme = "all"


class Entry(Model):
    """One policy of a slot: which, for whom, from when until when, with which parameters."""

    use: str = Field(description="a built-in policy, one of an installed package, or file.py:Class beside this file")
    where: Literal["others"] | Where = Field(default_factory=Where, description="everybody when left out")
    first: Date | None = Field(None, alias="from", description="first day; open when left out")
    last: Date | None = Field(None, alias="until", description="last day, inclusive; open when left out")
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with", description="parameters of the policy")


Slot = Annotated[list[Entry], Field(min_length=1)]


class Benefit(Model):
    """Who pays which layer of a bill, in this order."""

    basic: Slot
    catastrophic: Slot
    assistance: Slot


class Policies(Model):
    """The slots; each list covers pool × scheme × time exactly once."""

    access: Slot
    catalogue: Slot
    benefit: Benefit
    channel: Slot
    clearing: Slot
    recognition: Slot = Field(default_factory=lambda: [Entry(use="local_rule")], description="read by `recognition`")
    transfer: Slot = Field(default_factory=lambda: [Entry(use="none")], description="read by `recognition`")


def slot_loc(slot: str) -> tuple[str | int, ...]:
    """Where the entries of a slot stand in a scenario.

    >>> slot_loc("access"), slot_loc("basic")
    (('policies', 'access'), ('policies', 'benefit', 'basic'))
    """
    return ("policies", "benefit", slot) if slot in BENEFIT else ("policies", slot)


class Readings(Model):
    """Every contested choice, named. The run folder repeats them."""

    growth: Literal["R1", "R2", "R3", "R4", "R5", "R6"] = Field(
        "R1", description="which growth A5/A6 mean; sets the 2023 volumes of the warm-up"
    )
    access_of_other_prefectures: Literal["filing_free", "filing_required"] = Field(
        "filing_free", description="whether the 20 prefectures besides Chengdu ask for a filing in Chongqing"
    )
    pharmacy_inside_a1: Literal["yes", "no"] = Field("yes", description="whether A1-A4 count pharmacy purchases")
    insurance_year_of_a_stay: Literal["discharge"] = Field(
        "discharge", description="the year whose standing a stay uses; the only reading implemented"
    )
    prepayment_basis: Literal["last_q4_mean", "last_year_mean"] = Field(
        "last_q4_mean", description="months of the year before whose mean is prepaid"
    )
    recognition_case: Literal["approved", "applied"] = Field(
        "approved", description="whether B6 counts recognitions that were approved, or applications that were made"
    )
    prepayment_usage: Literal["month", "outstanding"] = Field(
        "month", description="what the usage ratio divides by the prepayment: a month's clearing, or all that is unpaid"
    )


class Manual(Model):
    """Claims by hand: when they reach the desk of the insured pool, who decides them, when they are paid."""

    delay_days: Annotated[int, Field(ge=1, le=300)] = param(
        30, "calendar days from discharge until the claim reaches the desk", grade="assumption", low=10, high=90
    )
    staff: Staff = param(
        None, "people who decide claims, per insured pool and scheme; none: nobody ever waits", grade="assumption"
    )
    claims_per_day: Annotated[int, Field(ge=1, le=1_000)] = param(
        12, "claims that one of them decides in a working day", grade="assumption", low=5, high=40
    )
    review_days: Annotated[int, Field(ge=0, le=250)] = param(
        0, "working days from the decision to the payment", grade="assumption", low=0, high=30
    )


class Response(Model):
    """How needs answer to the terms of a visit, in percent; what is left out is as declared in demand.yaml."""

    manual_deterrence: Declared = param(
        None, "needs that stay away where they would settle by hand", grade="assumption", low=0, high=20
    )
    elasticity: Declared = param(
        None, "points of needs lost for each point cut off the ratio", grade="assumption", low=0, high=150
    )
    direct_gain: Gain = param(
        None, "needs beyond those of today that direct settlement draws; demand.potential has to bear them",
        grade="assumption", low=0, high=10,
    )  # fmt: skip


class Demand(Model):
    """Needs beyond those of the reference, and how people respond to a policy."""

    potential_bp: Annotated[Potential, Field(alias="potential")] = param(
        10_000, "needs born for each one of the reference; a policy may raise demand up to it", grade="assumption",
        low="1", high="2",
    )  # fmt: skip
    response: Literal["off", "declared"] | Response = Field(
        "off", description="whether people respond: not, as declared, or with parameters of their own"
    )


class Disturbance(Model):
    """Payments of some pools that are due in a span of days and come late, or not at all until it is over."""

    what: Literal["late", "stops"] = Field(description="late: so many months later; stops: on the day after the span")
    payer: Province | Annotated[list[Pool], Field(min_length=1)] = Field(description="pools, or all of a province")
    months: Annotated[int, Field(ge=1, le=24)] | None = Field(None, description="of a late payer")
    first: Date = Field(alias="from", description="first due day")
    last: Date | None = Field(None, alias="until", description="last due day, inclusive; left out: for ever")

    @model_validator(mode="after")
    def _sensible(self) -> Disturbance:
        if (self.what == "late") != (self.months is not None):
            raise ValueError("months with what: late, and only there")
        if self.last is not None and self.last < self.first:
            raise ValueError("an until on or after from")
        return self


class RecognitionOptions(Model):
    """The track of contribution years: its own window, who applies, how missing months are paid."""

    window: Window = Field(description="days of applications and decisions")
    hazard: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="thoughts of an application per million months of retirement; fitted to B6 when left out"
    )
    calibration: str | None = Field(None, description="file of a fitted hazard; the packaged one when left out")
    staff: Staff = param(None, "applications that a pool decides at a time; none: nobody waits", grade="assumption")
    payment: Literal["lump_sum", "monthly"] = param(
        "lump_sum", "missing months are paid at once, or month by month", grade="assumption"
    )
    discount: Percent = param(300, "yearly discount of what retirees will cost", grade="assumption", low="1", high="5")


class WorldOptions(Model):
    """The population's own seed, and a smaller world for quick looks."""

    world_seed: int = Field(20240101, ge=0, description="seed of the population; all replications share it")
    scale: Annotated[float, Field(gt=0, le=1)] = Field(1.0, description="share of each unit's travellers; 1 is 1:1")
    overlays: Names = Field(
        default_factory=list, description="folders of own tables, in place of packaged ones of the same name"
    )


class Overlays(Model):
    """Own files of the same form, used beside the packaged ones."""

    overlays: Names = Field(default_factory=list, description="own files; a later one replaces what earlier ones say")


class Scenario(Model):
    """One scenario file, after `extends` has been merged."""

    format: Literal["1", 1] = Field(description="version of this form")
    question: Question
    kind: Kind = Field(description="`check` compares only a history with what was reported")
    window: Window
    warm_up: Date = Field(description="first simulated day; days before the window are left out of the tables")
    seed: int = Field(1, ge=0, lt=2**63, description="seed of the run")
    readings: Readings = Field(default_factory=Readings)
    world: WorldOptions = Field(default_factory=WorldOptions)
    demand: Demand = Field(default_factory=Demand)
    priors: Overlays = Field(default_factory=Overlays)
    rules: Overlays = Field(default_factory=Overlays)
    observed: Overlays = Field(default_factory=Overlays)
    calibration: str | None = Field(None, description="calibration file; the packaged one when left out")
    calendar: Literal["notices", "weekday_pattern"] = Field(
        "notices", description="working days: by notices alone, or Monday to Friday in years after the last notice"
    )
    manual: Manual = Field(default_factory=Manual)
    disturbances: list[Disturbance] = Field(default_factory=list, description="payers that are late or stop")
    visits: Literal["on", "off"] = Field("on", description="off: nobody travels, only contribution years are simulated")
    recognition: RecognitionOptions | Literal["none"] = Field(
        "none", description="contribution years; none: they are not simulated"
    )
    policies: Policies

    @property
    def years(self) -> RecognitionOptions | None:
        """How contribution years are simulated; None where they are not."""
        return self.recognition if isinstance(self.recognition, RecognitionOptions) else None
