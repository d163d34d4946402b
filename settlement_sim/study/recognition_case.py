"""What may a hand-written career say? A person, spells of insurance, policies, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from settlement_sim import dates
from settlement_sim.errors import InputError
from settlement_sim.policies.registry import Registry, looking_in
from settlement_sim.scenario.schema import Model, Words
from settlement_sim.scenario.values import Pool
from settlement_sim.study.case_load import in_order, open_case, schema_findings
from settlement_sim.study.case_policies import Finding, named_policy
from settlement_sim.study.case_values import Date
from settlement_sim.study.recognition_checks import findings
from settlement_sim.study.recognition_expect import Expected
from settlement_sim.vocabulary import INSURED_AS, RETIREES

#: Most months that a spell of deemed years may have, and the bounds of a contribution base in percent of the mean.
MOST_DEEMED: Final = 600
RATIOS: Final = (60, 300)
_DEFAULTS: Final = {"policy": ("recognition", "mutual_2024"), "transfer": ("transfer", "account_only")}


def _month(value: Any) -> int:
    try:
        return dates.month_of(str(value))
    except ValueError:
        raise ValueError("a month such as 2024-05") from None


def _within(low: int, high: int) -> BeforeValidator:
    def read(value: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return BeforeValidator(read)


Month = Annotated[int, BeforeValidator(_month)]


class Person(Model):
    """Who applies, where and when."""

    retiree: Literal[RETIREES]  # type: ignore[valid-type]
    born: Month | None = None
    insured_as: Literal[INSURED_AS]  # type: ignore[valid-type]
    applies_in: Pool
    applied: Date
    base_ratio: Annotated[int, _within(*RATIOS)] = 100


class Spell(Model):
    """Months in one pool, both ends inclusive; deemed ones may be given as a number."""

    pool: Pool
    kind: Literal["actual", "deemed"] = "actual"
    first: Month | None = Field(None, alias="from")
    last: Month | None = Field(None, alias="until")
    months: Annotated[int, _within(1, MOST_DEEMED)] | None = None

    @property
    def length(self) -> int:
        """Months of the spell."""
        if self.months is not None:
            return self.months
        assert self.first is not None and self.last is not None, "the checks see to it"
        return self.last - self.first + 1


class RecognitionCase(Model):
    """A career and what is asked about it."""

    format: Literal["1", 1]
    title: Words
    person: Person
    career: list[Spell] = Field(min_length=1)
    policy: Any
    transfer: Any
    rules: list[str] = Field(default_factory=list)
    work: list[str] = Field(default_factory=list)
    expect: Expected = Field(default_factory=Expected)


@dataclass(frozen=True)
class LoadedRecognition:
    """A valid case, the file it came from, and its overlays."""

    case: RecognitionCase
    path: Path | None
    overlays: tuple[Path, ...]


def load_recognition(source: str | Path | Mapping[str, Any], *, plugins: bool = True) -> LoadedRecognition:
    """A case from a file or a mapping. Raises InputError with every problem, in the order of the file."""
    path, data, where = open_case(source)
    folder = path.parent if path else Path()
    data, wrong = _with_policies(data, Registry(folder, plugins))
    case = None
    try:
        case = RecognitionCase.model_validate(data)
    except ValidationError as error:
        wrong += schema_findings(error, data, RecognitionCase)
    overlays = tuple((folder / name).resolve() for name in case.rules) if case else ()
    if case:
        wrong += findings(case, overlays)
    if wrong or case is None:
        raise InputError(in_order(wrong, where))
    return LoadedRecognition(case, path, overlays)


def _with_policies(data: Mapping[str, Any], registry: Registry) -> tuple[dict[str, Any], list[Finding]]:
    """The data with policies in place of their names, by default those in force."""
    wrong: list[Finding] = []
    found: dict[str, Any] = dict(data)
    with looking_in(registry):
        for key, (slot, usual) in _DEFAULTS.items():
            named = named_policy((key,), slot, data.get(key, usual), registry)
            wrong += named if isinstance(named, list) else []
            found[key] = named
    return found, wrong
