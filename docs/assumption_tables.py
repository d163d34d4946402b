"""Which tables make the register of assumptions: how many, priors, rules, world, settings, readings?"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from typing import Final

from reference_data import PACKAGE, Row, book, records, table, title
from rule_tables import pools_of, rows_for, written

from settlement_sim import yamlio
from settlement_sim.demand.careers import career_priors
from settlement_sim.demand.priors import Prior, Priors
from settlement_sim.observed.growth import growth
from settlement_sim.observed.terms import READINGS
from settlement_sim.policies.registry import built_in
from settlement_sim.rules.units import show
from settlement_sim.scenario.parameters import Parameter, parameters_of
from settlement_sim.scenario.schema import Demand, Manual, Readings, RecognitionOptions
from settlement_sim.vocabulary import GRADES

#: World tables by the column that holds their grade.
WORLD_GRADES: Final = (
    ("units.csv", "residents_grade", "residents of the 76 units"),
    ("units.csv", "coordinate_grade", "coordinates of the 76 units"),
    ("pools.csv", "grade", "insured persons of the 22 pools"),
    ("border_pairs.csv", "grade", "border pairs"),
    ("unit_traits.csv", "grade", "town, terrain and level-3 class of the units"),
    ("providers.csv", "grade", "licensed beds of the provider groups"),
    ("occupancy.csv", "grade", "local occupancy by level and kind of day"),
    ("travellers.csv", "grade", "potential travellers of the units"),
    ("build_assumptions.csv", "grade", "numbers behind travel minutes, beds and insured persons"),
)
#: Ages at which the life table is shown; at the last one nobody lives on.
AGES: Final = range(50, 105, 5)


def rests_on(note: str, source: str) -> str:
    """What is said of a number, and the document it leans on."""
    return "; ".join(part for part in (note, f"leans on: {title(source)}" if title(source) else "") if part)


def _counted(name: str, grades: Iterable[str]) -> Row:
    count = Counter(grades)
    return name, *(count[grade] for grade in GRADES)


def counts() -> str:
    """How many numbers have which grade."""
    entries, said = list(book().entries()), yamlio.read(PACKAGE / "observed/growth.yaml").data["readings"]
    directions = [direction for reading in said.values() for direction in reading["directions"].values()]
    factors = [factor for direction in directions for factor in direction.values() if isinstance(factor, dict)]
    rows = [
        _counted("rules as written (one per place in a file)", (group[0].cell.grade for group in written())),
        _counted("rule cells (every combination of labels, inherited ones included)", (e.cell.grade for e in entries)),
        _counted("priors of demand", (prior.grade for prior in Priors.load())),
        _counted("priors of contribution years", (prior.grade for prior in career_priors())),
        _counted("death rates by age", (row["grade"] for row in deaths())),
        _counted("growth factors of the readings", (factor["grade"] for factor in factors)),
        *(_counted(what, (row[key] for row in records(name))) for name, key, what in WORLD_GRADES),
    ]
    return table(("what", *GRADES), rows)


def priors() -> str:
    """The priors of demand."""
    return _priors(Priors.load())


def career_assumptions() -> str:
    """The priors of contribution years."""
    return _priors(career_priors())


def _priors(known: Iterable[Prior]) -> str:
    rows = [_prior_row(prior) for prior in known if prior.grade == "assumption"]
    return table(("name", "value", "low – high", "unit", "basis"), rows)


def _prior_row(prior: Prior) -> Row:
    value, span = valued(prior), f"{prior.low} – {prior.high}"
    return f"`{prior.name}`", value, span, prior.unit, rests_on(prior.basis, prior.source)


def valued(prior: Prior) -> str:
    """The value; of a row its axis, and every value with its place on it."""
    if not prior.places:
        return ", ".join(map(str, prior.values))
    along = "; ".join(f"{place}: {value}" for place, value in zip(prior.places, prior.values, strict=True))
    return f"*{prior.axis}* {along}"


def deaths() -> list[dict[str, str]]:
    """The life table: deaths of a year per million of an age, men and women."""
    with (PACKAGE / "demand/data/life_table.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def life_table() -> str:
    """Every fifth age of the life table from retirement on, as printed and as raised, with its document."""
    raised = career_priors()["money.mortality"]
    rows = [
        (row["age"], row["man"], row["woman"], *(int(row[sex]) * raised // 100 for sex in ("man", "woman")),
         row["grade"], title(row["source"]))
        for row in deaths() if int(row["age"]) in AGES
    ]  # fmt: skip
    return table(("age", "men", "women", "men, raised", "women, raised", "grade", "source"), rows)


def assumed_rules() -> str:
    """Rule values that are assumptions."""
    rows = []
    for group in written():
        leaf, cell = group[0].leaf, group[0].cell
        if cell.grade == "assumption":
            low, high = (show(bound, leaf.unit, leaf.choices) for bound in (cell.low or 0, cell.high or 0))
            value, basis = show(cell.value, leaf.unit, leaf.choices), rests_on(cell.note, cell.source)
            name = f"`{leaf.name}`, {pools_of(group)}, {rows_for(group)}"
            rows.append((name, value, f"{low} – {high}", leaf.unit, basis))
    return table(("rule, pools, for", "value", "low – high", "unit", "basis"), rows)


def world() -> str:
    """The assumed numbers behind the tables of the world."""
    occupancy = [
        {**r, "name": f"occupancy.{r['level']}.{r['day_kind']}", "value": r["occupancy"], "unit": "1/10000"}
        for r in records("occupancy.csv")
    ]
    rows = [
        (f"`{r['name']}`", r["value"], f"{r['low']} – {r['high']}", r["unit"], rests_on(r["basis"], r["source"]))
        for r in (*records("build_assumptions.csv"), *occupancy)
        if r["grade"] == "assumption"
    ]
    return table(("name", "value", "low – high", "unit", "basis"), rows)


def settings() -> str:
    """Choices of a scenario and parameters of its policies."""
    parts: list[tuple[str, Iterable[Parameter]]] = [
        (f"{room}.{{}}", parameters_of(model))
        for room, model in (
            ("readings", Readings), ("demand", Demand), ("manual", Manual), ("recognition", RecognitionOptions),
        )
    ]  # fmt: skip
    parts += [(f"{kind.slot}: {kind.name}, {{}}", parameters_of(kind)) for kind in built_in()]
    rows = [
        (f"`{where.format(p.name)}`", p.default or "none", p.range or "–", p.grade or "choice", basis)
        for where, parameters in parts
        for p, basis in ((p, rests_on(p.meaning, p.source)) for p in parameters)
    ]
    return table(("name", "default", "range", "grade", "meaning and basis"), rows)


def readings() -> str:
    """The readings of the reported growth."""
    rows = [(name, growth(name).text.zh, growth(name).text.en) for name in READINGS]
    return table(("reading", "中文", "English"), rows)
