"""What does a run do with own priors: what moves, what stays, and what is said about it?"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import runs
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.own_priors import declared
from settlement_sim.demand.priors import DATA, Priors
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.applicant import application
from settlement_sim.study.assumptions import assumptions
from settlement_sim.study.attribute import differing, said
from settlement_sim.study.calibrate import analytic_start
from settlement_sim.study.fingerprint import goal_of, inputs_fingerprint
from settlement_sim.study.manifest import calibration_state, own_files
from settlement_sim.study.notices import warnings
from settlement_sim.study.run import figures, run
from settlement_sim.study.years import simulate_years
from settlement_sim.vocabulary import CARE_TYPES

HEAD = "format: 1\ngrade: assumption\nbasis: mine\n"
YEARS = ("visits=off", "world.scale=0.1", "recognition.hazard=100000")


def own(folder: Path, body: str, name: str = "own.yaml") -> str:
    """A file of own priors, and the setting that names it."""
    (folder / name).write_text(HEAD + body, "utf-8")
    return f"priors.overlays={folder / name}"


@cache
def tiny() -> runs.Prepared:
    return runs.prepared(*runs.TINY)


def price_of(prepared: runs.Prepared, province: int, care: str) -> list[int]:
    shape = prepared.world.calibration.price.shape
    return prepared.world.price.reshape(shape)[province, CARE_TYPES.index(care)].tolist()


# visits --------------------------------------------------------------------------------------------------


def test_the_packaged_values_said_again_change_no_fen(tmp_path: Path) -> None:
    """All of them, but those of travellers.csv."""
    text = (DATA / "demand.yaml").read_text("utf-8")
    head, rest = text[: text.index("travellers:")], text[text.index("persons:") :]
    careers = (DATA / "careers.yaml").read_text("utf-8").partition("grade: assumption")[2]
    (tmp_path / "all.yaml").write_text(head + rest + careers, "utf-8")
    again = runs.prepared(*runs.TINY, f"priors.overlays={tmp_path / 'all.yaml'}")
    assert inputs_fingerprint(again) == inputs_fingerprint(tiny())
    files = [runs.files_of(run(each), tmp_path / str(n)) for n, each in enumerate((tiny(), again))]
    assert files[0] == files[1]


def test_a_mean_bill_moves_the_bills_of_its_direction_in_proportion(tmp_path: Path) -> None:
    """Twice 9,500 yuan: every stay of Chongqing's insured costs twice as much, to the fen of rounding."""
    body = "prices: {unit: yuan, chongqing: {inpatient: {value: 19000, low: 9000, high: 20000}}}\n"
    dear = runs.prepared(*runs.TINY, own(tmp_path, body))
    assert price_of(dear, 0, "inpatient") == [1_800_000, 2_000_000, 4_800_000, 8_200_000, 0]
    assert price_of(dear, 0, "outpatient") == price_of(tiny(), 0, "outpatient")
    before, after = (runs.by_need(runs.run_claims(each, tmp_path)[1]) for each in (tiny(), dear))
    assert before.need.tolist() == after.need.tolist(), "who settles is the same"
    moved = (before.pool == "chongqing") & (before.care_type == "inpatient")
    assert moved.any() and (~moved).any()
    assert (after.total_fee[moved] - 2 * before.total_fee[moved]).abs().max() <= 1
    assert (after.total_fee[~moved] == before.total_fee[~moved]).all()
    other = before.pool != "chongqing"
    assert before[other].equals(after[other]), "the other direction pays as before"


def test_a_calibration_says_on_which_prices_it_rests(tmp_path: Path) -> None:
    """One that was fitted with a mean of 19,000 is not moved again by it, and is halved without it."""
    body = "prices: {unit: yuan, chongqing: {inpatient: {value: 19000, low: 9000, high: 20000}}}\n"
    fitted = replace(runs.CALIBRATION, own_priors={"prices.chongqing.inpatient": (19_000,)})
    path = runs.write_calibration(tmp_path / "fitted.yaml", fitted)
    assert Calibration.load(path).own_priors == fitted.own_priors
    with_it, without = (
        runs.prepare(load(runs.BASELINE, (*runs.TINY, f"calibration={path}", *more)))
        for more in ((own(tmp_path, body),), ())
    )
    assert price_of(with_it, 0, "inpatient") == [900_000, 1_000_000, 2_400_000, 4_100_000, 0]
    assert price_of(without, 0, "inpatient") == [450_000, 500_000, 1_200_000, 2_050_000, 0]


def test_a_fit_begins_with_own_prices_and_mix_and_writes_them_down(tmp_path: Path) -> None:
    body = (
        "prices: {unit: yuan, sichuan: {chronic: {value: 2400, low: 1, high: 9000}}}\n"
        "mix: {unit: percent, outpatient: {value: 33, low: 1, high: 90}, pharmacy: {value: 64, low: 1, high: 90}}\n"
    )
    begun = [
        analytic_start(each, goal_of(each.loaded, figures.load())).world.calibration
        for each in (runs.prepared("world.scale=0.002"), runs.prepared("world.scale=0.002", own(tmp_path, body)))
    ]
    assert begun[0].own_priors == {}
    assert begun[1].own_priors == {
        "mix.outpatient": (33,), "mix.pharmacy": (64,), "prices.sichuan.chronic": (2400,),
    }  # fmt: skip
    prices = [found.price[1, CARE_TYPES.index("chronic")] for found in begun]
    assert np.abs(prices[1] - 2 * prices[0]).max() <= 1
    assert (begun[0].price[0] == begun[1].price[0]).all()
    # Chongqing's prices are as before: 33 in place of 66 % of visits other than stays, whose number barely moves.
    halved = begun[1].weights["chongqing"]["outpatient"] / begun[0].weights["chongqing"]["outpatient"]
    assert 0.48 < halved < 0.52


def test_own_priors_make_a_calibration_stale(tmp_path: Path) -> None:
    fitted = replace(tiny().world.calibration, fingerprint=inputs_fingerprint(tiny()))
    other = runs.prepared(*runs.TINY, own(tmp_path, "emergency_share: {unit: percent, value: 16, low: 8, high: 30}\n"))
    states = [calibration_state(replace(p, world=replace(p.world, calibration=fitted))) for p in (tiny(), other)]
    assert states == ["fitted", "stale"]


def test_shapes_and_decay_of_own_priors_are_those_of_the_world(tmp_path: Path) -> None:
    body = (
        "destination: {unit: minutes, near_minutes: {values: [15, 15, 15, 15], low: 1, high: 90}}\n"
        "shapes: {unit: percent, inpatient: {upper: {value: 300, low: 101, high: 500}}}\n"
    )
    world = runs.prepared(*runs.TINY, own(tmp_path, body)).world
    assert world.shapes.knots.reshape(5, -1)[0, -1] == 3 << 20
    assert (world.destinations.entry != tiny().world.destinations.entry).any()
    assert (world.population.unit == tiny().world.population.unit).all(), "travellers.csv says who travels"


def test_a_declared_response_is_that_of_the_own_priors(tmp_path: Path) -> None:
    body = "behaviour: {unit: percent, elasticity: {value: 7, low: 0, high: 150}}\n"
    plan = runs.prepared(*runs.TINY, own(tmp_path, body), "demand.response=declared").plan
    assert (plan.response.elasticity, plan.response.manual_deterrence) == (700, 500)


# what is said --------------------------------------------------------------------------------------------


def test_a_run_says_which_own_priors_it_did_not_read(tmp_path: Path) -> None:
    body = (
        "mix: {unit: percent, chronic: {value: 4, low: 1, high: 9}}\n"
        "behaviour: {unit: percent, elasticity: {value: 7, low: 0, high: 150}}\n"
        "money: {unit: percent, base_growth: {value: 7, low: 0, high: 150}}\n"
        "emergency_share: {unit: percent, value: 16, low: 8, high: 30}\n"
    )
    setting = own(tmp_path, body)
    finished = run(runs.prepared(*runs.TINY, setting, "recognition=none"))
    where = tmp_path / "own.yaml"
    assert [text for text in warnings(finished) if str(where) in text] == [
        f"{where}:4:31: mix.chronic is read by `calibrate` alone, "
        "and the calibration of this run rests on another value",
        f"{where}:5:40: behaviour.elasticity was never read: demand.response is off",
        f"{where}:6:37: money.base_growth was never read: recognition is none",
    ]
    fitted = replace(runs.CALIBRATION, own_priors={"mix.chronic": (4,)})
    world = replace(finished.prepared.world, calibration=fitted)
    told = warnings(replace(finished, prepared=replace(finished.prepared, world=world)))
    assert not [text for text in told if "mix.chronic" in text]
    off = simulate_years(load(runs.BASELINE, (*YEARS, setting))).warnings()
    assert [text.split()[1] for text in off if str(where) in text] == [
        "mix.chronic", "behaviour.elasticity", "emergency_share",
    ]  # fmt: skip


def loaded_with(folder: Path, body: str, *settings: str) -> Loaded:
    (folder / "own.yaml").write_text(HEAD + body, "utf-8")
    path = folder / "mine.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\npriors: {{overlays: [own.yaml]}}\n", "utf-8")
    return load(path, settings)


BODY = "emergency_share: {unit: percent, value: 16, low: 8, high: 30}\n"


def test_the_assumptions_of_a_run_are_those_of_its_priors(tmp_path: Path) -> None:
    (row,) = (row for row in assumptions(loaded_with(tmp_path, BODY)) if row.name == "emergency_share")
    assert (row.value, row.range, row.basis) == ("16 percent", "8–30", "mine")


def test_the_manifest_holds_the_digest_of_each_own_file(tmp_path: Path) -> None:
    loaded = loaded_with(tmp_path, BODY)
    digest = hashlib.sha256((tmp_path / "own.yaml").read_bytes()).hexdigest()
    assert own_files(loaded) == {"priors": {"own.yaml": digest}}
    assert own_files(load(runs.BASELINE)) == {}
    (tmp_path / "world").mkdir()
    (tmp_path / "world/pools.csv").write_text("x", "utf-8")
    other = load(runs.BASELINE, [f"world.overlays={tmp_path / 'world'}"])
    assert [*own_files(other)["world"]] == [f"{tmp_path}/world/pools.csv"]


def test_own_priors_are_a_part_of_a_comparison(tmp_path: Path) -> None:
    loaded = loaded_with(tmp_path, BODY)
    assert differing(load(runs.BASELINE), loaded) == ["priors"]
    assert said(loaded)["priors"] == {"overlays": [str(tmp_path / "own.yaml")]}


def test_validate_reads_them(tmp_path: Path) -> None:
    loaded_with(tmp_path, "emergency_shar: {unit: percent, value: 16, low: 8, high: 30}\n")
    done = CliRunner().invoke(main, ["validate", str(tmp_path / "mine.yaml")])
    assert done.exit_code == 2 and "own.yaml:4:1: found prior 'emergency_shar'" in done.stderr
    assert "did you mean 'emergency_share'" in done.stderr


@pytest.mark.parametrize("more", [(), ("--recognition",)])
def test_a_fit_with_own_priors_never_replaces_a_packaged_file(tmp_path: Path, more: tuple[str, ...]) -> None:
    loaded_with(tmp_path, BODY)
    done = CliRunner().invoke(main, ["calibrate", str(tmp_path / "mine.yaml"), *more])
    assert done.exit_code == 2 and "own priors: name a file with --out" in done.stderr


# contribution years --------------------------------------------------------------------------------------


def test_own_careers_are_those_of_the_run_and_of_its_explanation(tmp_path: Path) -> None:
    """No account kept: nothing of it is moved. Whether months count does not hang on it."""
    body = "career: {unit: percent, account_kept: {value: 0, low: 0, high: 0}}\n"
    settings = (*YEARS, "policies.transfer.0.use=account_only")
    plain, none = (simulate_years(load("q10_transfers", (*settings, *more))) for more in ((), (own(tmp_path, body),)))
    assert len(plain.track.assessed) == len(none.track.assessed) > 0
    assert (plain.track.assessed.after.counted == none.track.assessed.after.counted).all()
    kept = [each.tables["fund_transfers"].amount.sum() for each in (plain, none)]
    assert kept[0] > 0 and kept[1] == 0
    told = application(load("q10_transfers", (*settings, own(tmp_path, body))), 1)
    assert all(moved.account == 0 for moved in told.career.transfers)


def test_twice_as_many_with_months_on_both_sides_are_twice_as_many(tmp_path: Path) -> None:
    body = (
        "cohort: {unit: per_1000, both_per_1000: {chongqing: {value: 80, low: 1, high: 99}, "
        "sichuan: {value: 80, low: 1, high: 99}}}\n"
    )
    tracks = [simulate_years(load(runs.BASELINE, (*YEARS, *more))).track for more in ((), (own(tmp_path, body),))]
    one, two = (len(track.assessed) for track in tracks)
    assert abs(two - 2 * one) < 4 * (2 * one + 2 * one) ** 0.5, "within four standard deviations"
    assert tracks[0].priors.fingerprint != tracks[1].priors.fingerprint


def test_careers_change_nothing_about_visits(tmp_path: Path, priors: Priors) -> None:
    own(tmp_path, "money: {unit: percent, mortality: {value: 100, low: 100, high: 100}}\n")
    assert declared([tmp_path / "own.yaml"]).demand.fingerprint == priors.fingerprint
