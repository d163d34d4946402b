"""Are the parameters of every clearing preset those of its description, graded, and told what they rest on?"""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from settlement_sim import dates
from settlement_sim.cli import main
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.parameters import number
from settlement_sim.policies.registry import built_in
from settlement_sim.provenance import outranks
from settlement_sim.scenario.parameters import Parameter, documents, outside, parameters_of
from settlement_sim.vocabulary import GRADES

PRESETS = {kind.name: kind for kind in built_in() if kind.slot == "clearing"}
#: The national procedure, and what each preset does otherwise.
NATIONAL = {
    "period": "month", "netting": "none", "statement_after": "21", "upload_days": "3", "statement_roll": "same_day",
    "submission_days": "5", "collection_days": "5", "remittance_days": "10", "delays": "latest",
    "bank": "with_offices", "prepayment_months": "2", "basis": None, "usage": None, "yellow": "70", "red": "90",
    "top_up_to": "70", "pooling": "province", "cap": None, "hospital_after": "20", "hospital_days": "5",
    "retention": "5", "advance": "0", "closing_month": "3",
}  # fmt: skip
OTHERWISE: dict[str, dict[str, str]] = {
    "prepaid_monthly_gross": {},
    "bilateral_net": {"netting": "bilateral"},
    "multilateral_net": {"netting": "multilateral"},
    "half_monthly": {
        "period": "half_month", "statement_after": "5", "submission_days": "2", "collection_days": "2",
        "remittance_days": "5", "hospital_after": "5", "hospital_days": "3", "prepayment_months": "1",
    },
    "daily_net": {
        "period": "day", "netting": "bilateral", "statement_after": "1", "upload_days": "1", "submission_days": "0",
        "collection_days": "0", "remittance_days": "1", "hospital_after": "1", "hospital_days": "1",
        "prepayment_months": "0", "statement_roll": "next_working_day",
    },
    "real_time_gross": {
        "period": "day", "statement_after": "0", "upload_days": "0", "submission_days": "0", "collection_days": "0",
        "remittance_days": "0", "hospital_after": "0", "hospital_days": "0", "prepayment_months": "0",
        "bank": "every_day",
    },
}  # fmt: skip
EACH = [(preset, parameter) for preset, kind in PRESETS.items() for parameter in parameters_of(kind)]
each = pytest.mark.parametrize(("preset", "parameter"), EACH, ids=[f"{name}-{p.name}" for name, p in EACH])


def test_the_presets_are_these() -> None:
    assert list(PRESETS) == list(OTHERWISE)
    assert all(issubclass(kind, ClearingPolicy) for kind in PRESETS.values())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_defaults_are_those_of_the_description(preset: str) -> None:
    said = PRESETS[preset]().model_dump(mode="json")
    assert {name: None if value is None else str(value) for name, value in said.items()} == NATIONAL | OTHERWISE[preset]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_says_in_a_sentence_what_it_is(preset: str) -> None:
    first = (PRESETS[preset].__doc__ or "").split("\n\n")[0]
    assert first.endswith(".") and len(first.split()) >= 8


@each
def test_a_parameter_has_a_grade_and_what_it_rests_on(preset: str, parameter: Parameter) -> None:
    assert parameter.grade in GRADES
    if parameter.grade != "assumption":
        assert parameter.source
    if parameter.source:
        assert parameter.source in documents(), "no such document in settlement_sim/sources"
        assert not outranks(parameter.grade, documents()[parameter.source])
    if parameter.since:
        assert dates.iso(dates.day(parameter.since)) == parameter.since and parameter.source


@each
def test_a_range_holds_the_default(preset: str, parameter: Parameter) -> None:
    """A number that is assumed has one; a choice has none, and nothing by default either."""
    default = number(parameter.default)
    assert bool(parameter.low) == bool(parameter.high)
    if parameter.low:
        low, high = number(parameter.low), number(parameter.high)
        assert default is not None and low is not None and high is not None and low <= default <= high
        assert low < high
    elif default is not None:
        assert parameter.grade != "assumption", "an assumed number without its range"


@each
def test_a_meaning_is_a_phrase(preset: str, parameter: Parameter) -> None:
    """Lower case, no period at the end, no name of the parameter in it, like those of every other policy."""
    meaning = parameter.meaning
    assert meaning and not meaning.endswith((".", ";", ",", ":")) and meaning == " ".join(meaning.split())
    assert meaning[0].islower(), meaning
    assert not re.search(rf"\b{parameter.name}\b", meaning) or "_" not in parameter.name


@each
def test_what_a_preset_changes_is_its_own_assumption(preset: str, parameter: Parameter) -> None:
    """A reform rests on no document; what it leaves alone is word for word that of the procedure."""
    national = next(other for other in parameters_of(ClearingPolicy) if other.name == parameter.name)
    if parameter.name in OTHERWISE[preset]:
        assert (parameter.grade, parameter.source, parameter.since) == ("assumption", "", "")
    else:
        assert parameter == national


def test_presets_lie_within_their_own_ranges() -> None:
    assert {name: [*outside(kind())] for name, kind in PRESETS.items()} == {name: [] for name in PRESETS}
    beyond = PRESETS["half_monthly"].model_validate({"statement_after": "11"})
    assert [keys for keys, _ in outside(beyond)] == [("statement_after",)], "a value outside is told"


def test_documents_are_rooms_of_their_own() -> None:
    """What the defaults name stands in the list of clearing or of rules, and every document of the list is named."""
    named = {parameter.source for _, parameter in EACH if parameter.source}
    here = {name for name, document in documents().items() if document.where.split(":")[0].endswith("clearing.yaml")}
    assert here and here <= named
    assert named - here == {"cross_province_procedure"}


def test_the_command_line_lists_them() -> None:
    said = CliRunner().invoke(main, ["policies", "clearing", "--json", "--no-plugins"])
    assert said.exit_code == 0, said.output
    rows = {row["name"]: row["parameters"] for row in json.loads(said.stdout)["policies"]}
    assert list(rows) == list(PRESETS)
    for name, parameters in rows.items():
        assert [parameter["name"] for parameter in parameters] == list(NATIONAL)
        told = {parameter["name"]: parameter["default"] for parameter in parameters}
        written = {key: value for key, value in (NATIONAL | OTHERWISE[name]).items() if value is not None}
        assert {key: told[key] for key in written} == written
