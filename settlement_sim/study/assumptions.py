"""On which numbers does a run of a scenario rest, by grade? Told before the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic import BaseModel

from settlement_sim.demand.own_priors import declared
from settlement_sim.demand.priors import Priors
from settlement_sim.policies.base import Policy
from settlement_sim.provenance import Source
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.search import Asked, search
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.parameters import documents, parameters_of
from settlement_sim.scenario.schema import Readings
from settlement_sim.scenario.timeline import every_timeline, recognition_timelines
from settlement_sim.world.graded import graded

#: What is listed, in this order.
KINDS: Final = ("reading", "policy", "setting", "demand", "career", "rule", "place")
#: A contested choice has no grade: every reading of it is kept.
CHOICE: Final = "choice"
#: The reading that contribution years rest on.
_OF_YEARS: Final = "recognition_case"


@dataclass(frozen=True)
class Assumption:
    """One number or choice: what it is, where it may lie, how sure it is, what it rests on. Days are ISO."""

    kind: str
    name: str
    value: str
    range: str
    grade: str
    basis: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def assumptions(loaded: Loaded) -> list[Assumption]:
    """Everything a run rests on. Raises InputError for a scenario that cannot run."""
    visits, years = loaded.scenario.visits == "on", loaded.scenario.years is not None
    found = [*_readings(loaded, visits), *_policies(loaded, visits), *_settings(loaded, visits)]
    priors = declared(loaded.overlays("priors"))
    found += _priors("demand", priors.demand, priors.sources) if visits else []
    found += _priors("career", priors.careers, priors.sources) if years else []
    return [*found, *_rules(loaded, visits, years), *_places(loaded, visits, years)]


def by_grade(found: list[Assumption]) -> dict[str, Counter[str]]:
    """How many of each kind have each grade: kind → grade → number."""
    counted = {kind: Counter(row.grade for row in found if row.kind == kind) for kind in KINDS}
    return {kind: grades for kind, grades in counted.items() if grades}


def _readings(loaded: Loaded, visits: bool) -> Iterator[Assumption]:
    said = loaded.scenario.readings.model_dump(mode="json")
    for parameter in (one for one in parameters_of(Readings) if visits or one.name == _OF_YEARS):
        yield Assumption("reading", parameter.name, str(said[parameter.name]), "", CHOICE, parameter.meaning)


def _policies(loaded: Loaded, visits: bool) -> Iterator[Assumption]:
    for slot, timeline in every_timeline(loaded).items() if visits else recognition_timelines(loaded).items():
        for policy in timeline.policies:
            yield from parameters("policy", f"{slot} {policy.name}", policy)


def _settings(loaded: Loaded, visits: bool) -> Iterator[Assumption]:
    scenario = loaded.scenario
    rooms = {"manual": scenario.manual, "demand": scenario.demand} if visits else {}
    for room, model in (rooms | {"recognition": scenario.years}).items():
        if model is not None:
            yield from parameters("setting", room, model)


def parameters(kind: str, owner: str, model: BaseModel) -> Iterator[Assumption]:
    """Graded parameters of a policy or of a part of the scenario, those of policies inside it too."""
    said = model.model_dump(mode="json", by_alias=True)
    for parameter, name in zip(parameters_of(type(model)), type(model).model_fields, strict=True):
        value = model.__dict__[name]
        if isinstance(value, Policy):
            yield from parameters(kind, f"{owner} {parameter.name} {value.name}", value)
        elif parameter.grade:
            source = documents().get(parameter.source)
            basis = parameter.meaning + (f" ({source.title.en})" if source else "")
            shown = "none" if said[parameter.name] is None else str(said[parameter.name])
            yield Assumption(kind, f"{owner} {parameter.name}", shown, parameter.range, parameter.grade, basis)


def _priors(kind: str, priors: Priors, own: Mapping[str, Source]) -> Iterator[Assumption]:
    for prior in priors:
        value, source = ", ".join(map(str, prior.values)), own.get(prior.source)
        basis = prior.basis + (f" ({source.title.en})" if source else "")
        yield Assumption(kind, prior.name, f"{value} {prior.unit}", f"{prior.low}–{prior.high}", prior.grade, basis)


def _rules(loaded: Loaded, visits: bool, years: bool) -> Iterator[Assumption]:
    """Values as files write them; those that other prefectures inherit are assumptions of the same value."""
    book = RuleBook.load(loaded.overlays("rules"))
    for row in search(book, Asked()):
        if years if book.leaves[row.rule].of_careers else visits:
            source = book.sources.get(row.source)
            whom = ", ".join(
                (row.district,) if row.district else row.pools if len(row.pools) < 3 else ("several pools",)
            )
            labels = " ".join(row.labels[0]) + (" …" if len(row.labels) > 1 else "")
            name = " ".join(filter(None, (row.rule, whom, *row.schemes[: 2 - len(row.schemes)], labels)))
            between = f"{row.low}–{row.high}" if row.low else ""
            basis = row.note or (source.title.en if source else "")
            yield Assumption("rule", name, f"{row.value} {row.unit}", between, row.grade, basis)


def _places(loaded: Loaded, visits: bool, years: bool) -> Iterator[Assumption]:
    for found in graded(loaded.overlays("world"), visits, years):
        yield Assumption("place", *found)
