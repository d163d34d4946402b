"""The comparison of transfers: the same recognitions under every formula; what one fund gains another loses."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from settlement_sim import cli
from settlement_sim.errors import InputError
from settlement_sim.recognition.track import Track
from settlement_sim.report.transfers import assumptions, figure, names
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.track import track_of
from settlement_sim.study.transfers import FORMULAS, compare, formulas, rows, under

SMALL = ("world.scale=0.3", "recognition.window.until=2026-02-28", "recognition.hazard=4000")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load("q10_transfers", SMALL)


@pytest.fixture(scope="module")
def runs(loaded: Loaded) -> dict[str, Track]:
    track = track_of(loaded)
    assert track is not None
    return {label: under(track, policy, 1).run() for label, policy in formulas()}


def test_every_formula_is_asked_about_the_same_recognitions(runs: dict[str, Track]) -> None:
    first, *others = runs.values()
    assert first.accepted.sum() > 50
    for other in others:
        assert other.assessed.id.tolist() == first.assessed.id.tolist()
        assert other.assessed.price_after.tolist() == first.assessed.price_after.tolist()


@pytest.mark.parametrize("label", [label for label, *_ in FORMULAS])
def test_what_one_province_receives_the_other_pays(runs: dict[str, Track], label: str) -> None:
    chongqing, sichuan = rows(runs[label])
    assert chongqing["received"] == pytest.approx(-sichuan["received"], abs=0.01)
    assert chongqing["received_present_value"] == pytest.approx(-sichuan["received_present_value"], abs=0.01)


def test_nothing_is_received_without_a_formula(runs: dict[str, Track]) -> None:
    for label in ("T0", "T1"):
        assert [row["received"] for row in rows(runs[label])] == [0, 0]
        assert [row["claimed_per_case"] for row in rows(runs[label])] == [0, 0]
    assert any(moved.kind == "account" for moved in runs["T1"].transfers.moved)
    assert not runs["T0"].transfers.moved


def test_transfers_only_share_out_what_recognition_costs(runs: dict[str, Track]) -> None:
    """Both provinces together lose the same under every formula: what the insured are spared, and what costs move."""
    together = {label: sum(row["change_per_case"] for row in rows(track)) for label, track in runs.items()}
    for label, change in together.items():
        assert change == pytest.approx(together["T0"], abs=0.02), label


def test_the_loss_is_what_the_insured_are_spared_and_the_dearer_place(runs: dict[str, Track]) -> None:
    track = runs["T0"]
    a, kept = track.assessed, track.accepted
    spared = (a.price_before - a.price_after)[kept].sum() / 100
    dearer = (a.cost - a.cost_before)[kept].sum() / 100
    change = sum(row["change_per_case"] for row in rows(track)) * kept.sum()
    assert change == pytest.approx(-spared - dearer, abs=0.05)


def test_paid_at_once_or_yearly_is_the_same_right(runs: dict[str, Track]) -> None:
    once, yearly = rows(runs["T3"]), rows(runs["T3 yearly"])
    assert [row["claimed_per_case"] for row in once] == [row["claimed_per_case"] for row in yearly]
    assert abs(yearly[0]["received"]) < abs(once[0]["received"])


def test_the_frame_has_every_formula_for_both_provinces() -> None:
    told: list[tuple[int, int]] = []
    frame = compare(
        load("q10_transfers", (*SMALL, "world.scale=0.1")), [1, 2], lambda done, total: told.append((done, total))
    )
    assert frame["formula"].tolist() == [label for label, *_ in FORMULAS for _ in range(2)]
    assert told[-1] == (12, 12)
    assert (frame["spread_over_seeds"][frame["formula"] == "T3"] > 0).all()
    titles = {lang: ElementTree.fromstring(figure(frame, lang))[0].text for lang in ("en", "zh")}
    assert titles == {
        "en": "How far is each fund from before recognition? · How much do yearly transfers vary?",
        "zh": "两省基金与互认前相差多少？ · 各年划转额波动多大？",
    }


def test_every_assumption_is_listed_with_its_grade(loaded: Loaded) -> None:
    said = {row["name"]: row for row in assumptions(loaded)}
    assert said["money.claims_ratio"]["value"] == "65 percent"
    assert said["T2 claims_ratio"]["value"] == "65"
    assert said["recognition discount"]["value"] == "3"
    assert all(row["grade"] for row in said.values())
    assert {label for label, *_ in FORMULAS} == {
        label for label in ("T0", "T1", "T2", "T3", "T3 yearly", "T4") if names(label)
    }


def test_the_command_speaks_one_language_throughout(tmp_path: Path) -> None:
    settings = [word for setting in (*SMALL, "world.scale=0.1") for word in ("--set", setting)]
    said = CliRunner().invoke(cli.main, ["transfers", "-r", "1", "--out", str(tmp_path), "--lang", "zh", *settings])
    assert said.exit_code == 0, said.output
    for heads in (("办法", "退休地", "例数"), ("名称", "值", "区间", "等级", "依据")):
        assert any(all(head in line for head in heads) for line in said.output.splitlines()), heads
    drawn = ElementTree.fromstring((tmp_path / "transfers.svg").read_text("utf-8"))
    assert drawn[0].text == "两省基金与互认前相差多少？ · 各年划转额波动多大？"
    assert len((tmp_path / "transfers.csv").read_text("utf-8").splitlines()) == 1 + 2 * len(FORMULAS)


def test_a_scenario_without_recognition_is_refused() -> None:
    with pytest.raises(InputError, match="a scenario with recognition"):
        compare(load("baseline_2024q1q3", ("recognition=none",)), [1])
