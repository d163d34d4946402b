"""What may a scenario say? Pydantic models; unknown keys are refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from settlement_sim import dates
from settlement_sim.vocabulary import POOLS, SCHEMES


def _iso(value: Any) -> dt.date:
    """A day written YYYY-MM-DD, nothing else."""
    return value if isinstance(value, dt.date) else dates.date(dates.day(str(value)))


Date = Annotated[dt.date, BeforeValidator(_iso)]
Kind = Literal["history", "backcast", "counterfactual", "extrapolation"]
Pool = Literal[POOLS]  # type: ignore[valid-type]
Scheme = Literal[SCHEMES]  # type: ignore[valid-type]


class Model(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Model):
    """What a person reads, in both languages."""

    zh: str
    en: str


class Question(Words):
    """The question a scenario answers; ids are those of the twenty policy questions."""

    id: str = ""


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

    use: str
    where: Literal["others"] | Where = Where()
    first: Date | None = Field(None, alias="from")
    last: Date | None = Field(None, alias="until")
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")


Slot = Annotated[list[Entry], Field(min_length=1)]


class Policies(Model):
    """The slots; each list covers pool × scheme × time exactly once."""

    access: Slot
    catalogue: Slot
    benefit: Slot
    channel: Slot
    clearing: Slot


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


class Manual(Model):
    """Claims by hand: paid a fixed number of days after discharge."""

    delay_days: int = Field(
        30, ge=1, le=300, description="calendar days from discharge to reimbursement (assumption, 10-90)"
    )


class WorldOptions(Model):
    """The population's own seed, and a smaller world for quick looks."""

    world_seed: int = Field(20240101, ge=0)
    scale: Annotated[float, Field(gt=0, le=1)] = Field(1.0, description="share of each unit's travellers; 1 is 1:1")
    overlays: str | None = None


class Overlays(Model):
    """Own files of the same form, used beside the packaged ones."""

    overlays: list[str] = Field(default_factory=list)


class Scenario(Model):
    """One scenario file, after `extends` has been merged."""

    format: Literal["1", 1]
    question: Question
    kind: Kind
    window: Window
    warm_up: Date
    seed: int = Field(1, ge=0, lt=2**63)
    readings: Readings = Readings()
    world: WorldOptions = WorldOptions()
    rules: Overlays = Overlays()
    observed: Overlays = Overlays()
    calibration: str | None = None
    calendar: Literal["notices", "weekday_pattern"] = "notices"
    manual: Manual = Manual()
    policies: Policies
