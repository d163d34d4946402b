"""Parts of a scenario: each alone, and what they do together; the sum is the whole to the fen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from settlement_sim.scenario.load import Loaded, load, packaged_scenarios
from settlement_sim.study.attribute import attribute, differing, said

SMALL = ("world.scale=0.1", "recognition.window.until=2026-02-28", "recognition.hazard=4000")
REFERENCE = "q9_recognition"
RECOGNITION, TRANSFER = "policies.recognition", "policies.transfer"
#: Two slots and a section: a lower threshold, another formula, another discount.
OTHER = """format: 1
extends: q9_recognition
question: {zh: 两处不同, en: Two things differ}
kind: counterfactual
policies:
  recognition: [{use: mutual_2024, with: {threshold: 180}}]
  transfer: [{use: retrospective}]
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    path = tmp_path_factory.mktemp("attribute") / "other.yaml"
    path.write_text(OTHER, "utf-8")
    return load(path, SMALL)


def test_differing_names_slots_and_sections(other: Loaded) -> None:
    reference = load(REFERENCE, SMALL)
    assert differing(reference, other) == [RECOGNITION, TRANSFER]
    assert differing(reference, reference) == []
    by_sex = load("q9_chengdu_by_sex", (*SMALL, "recognition.discount=5"))
    assert differing(reference, by_sex) == ["recognition", "rules"], "options and overlays, no policy"


def test_parts_and_interaction_sum_to_the_whole(other: Loaded) -> None:
    reference = load(REFERENCE, SMALL)
    found = attribute(reference, other, 2)
    table = found.table.set_index("output")
    assert list(table.columns) == ["whole", RECOGNITION, TRANSFER, "interaction"]
    assert (table[[RECOGNITION, TRANSFER, "interaction"]].sum(axis=1) == table.whole).all()
    saved, pooled = table.loc["recognition/applied_in/chongqing/saved"], table.loc["recognition/moved/pooled"]
    assert saved[RECOGNITION] == saved["whole"] > 0 == saved[TRANSFER], "money between funds spares nobody anything"
    assert pooled[RECOGNITION] == 0 < pooled[TRANSFER], "without a formula more recognitions move nothing"
    assert pooled["interaction"] != 0, "the formula moves more for those whom the threshold lets in"


def test_nothing_differs_from_oneself() -> None:
    reference = load(REFERENCE, ("world.scale=0.02", "recognition.window.until=2024-12-31"))
    found = attribute(reference, reference, 2)
    assert not found.parts and not found.table[["whole", "interaction"]].to_numpy().any()


def test_the_other_way_round_the_whole_turns_its_sign(other: Loaded) -> None:
    reference = load(REFERENCE, SMALL)
    there, back = (attribute(*pair, 1).table.set_index("output") for pair in ((reference, other), (other, reference)))
    assert (there.whole + back.whole == 0).all()


@pytest.mark.parametrize("name", packaged_scenarios())
def test_a_scenario_said_as_one_file_is_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    loaded = load(name)
    path.write_text(json.dumps(said(loaded), ensure_ascii=False), "utf-8")
    again = load(path)
    apart = {"calibration", "rules"}  # whole paths to the same files
    assert again.scenario.model_dump(exclude=apart) == loaded.scenario.model_dump(exclude=apart)
    assert again.overlays("rules") == loaded.overlays("rules")
