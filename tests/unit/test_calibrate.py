"""Does the fit solve what it says, keep prices at their priors, and know when it no longer applies?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs
from click.testing import CliRunner

from settlement_sim import yamlio
from settlement_sim.cli import main
from settlement_sim.demand.calibration import PACKAGED, Calibration
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError
from settlement_sim.observed import figures as reported
from settlement_sim.observed.growth import growth
from settlement_sim.observed.reported import Figures, Interval, Period
from settlement_sim.observed.targets import Implied, Target, implied, targets
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.load import load
from settlement_sim.study import calibrate as fit
from settlement_sim.study.calibrate import Step, newton, write
from settlement_sim.study.fingerprint import inputs_fingerprint
from settlement_sim.study.manifest import calibration_state
from settlement_sim.study.run import Prepared, calibration_path, prepare, run
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES
from settlement_sim.world.world import level_prices

WEIGHTS = {province: dict.fromkeys(CARE_TYPES, 1_000_000) for province in PROVINCES}
OTHERS = [care for care in CARE_TYPES if care != "inpatient"]


@pytest.fixture(scope="module")
def figures() -> Figures:
    return reported.load()


# one step -----------------------------------------------------------------------------------------------


def test_a_step_by_hand() -> None:
    """Chongqing: 900 other visits of 100 and 100 stays of 5,000 are 1,000 settlements, 590,000 gross.

    Wanted are 1,100 and 790,000: 100 more settlements, 200,000 more gross. With o more visits and s more stays
    o + s = 100 and 100·o + 5,000·s = 200,000, so s = 190,000/4,900 = 38.776 and o = 61.224: stays by 1.38776,
    other visits by 1.068027. Sichuan: 400 visits of 50 and 100 stays of 1,050 with 510 and 125,500 wanted:
    o + s = 10 and 50·o + 1,050·s = 500, so s = 0 and o = 10: other visits by 1.025, stays stay.
    """
    means = np.array([[[900, 90_000], [100, 500_000]], [[400, 20_000], [100, 105_000]]], float)
    step = Step(means.sum(1), np.zeros((2, 2)))
    changed = newton(WEIGHTS, step, means, [Target(1_100, 790_000), Target(510, 125_500)])
    assert changed["chongqing"] == {"inpatient": 1_387_755, **dict.fromkeys(OTHERS, 1_068_027)}
    assert changed["sichuan"] == {"inpatient": 1_000_000, **dict.fromkeys(OTHERS, 1_025_000)}


def test_a_step_from_the_goal_goes_nowhere() -> None:
    means = np.array([[[900, 90_000], [100, 500_000]], [[400, 20_000], [100, 105_000]]], float)
    step = Step(means.sum(1), np.zeros((2, 2)))
    assert newton(WEIGHTS, step, means, [Target(1_000, 590_000), Target(500, 125_000)]) == WEIGHTS


def test_a_step_keeps_the_mix_of_other_visits_and_the_directions_apart() -> None:
    weights = {p: {care: 100_000 * (n + 1) for n, care in enumerate(CARE_TYPES)} for p in PROVINCES}
    means = np.array([[[900, 90_000], [100, 500_000]], [[400, 20_000], [100, 105_000]]], float)
    step = Step(means.sum(1), np.zeros((2, 2)))
    changed = newton(weights, step, means, [Target(1_100, 600_000), Target(500, 125_000)])
    factors = [changed["chongqing"][care] / weights["chongqing"][care] for care in OTHERS]
    assert factors == pytest.approx([factors[0]] * 3, rel=1e-5) and factors[0] > 1
    assert changed["sichuan"] == weights["sichuan"]


def test_targets_are_the_four_figures(figures: Figures) -> None:
    assert targets(figures) == [Target(2_562_800, 120_200_000_000), Target(3_737_100, 303_100_000_000)]


# prices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("province", PROVINCES)
def test_the_mean_over_levels_is_the_prior(province: str, priors: Priors) -> None:
    """Whatever the mix of levels, the mean gross bill is the declared one; no price is rounded by a whole fen."""
    mixes = np.random.default_rng(5).integers(1, 1_000, (50, len(CARE_TYPES), len(LEVELS)))
    for mix in mixes:
        prices = level_prices(priors, province, mix)
        for c, care in enumerate(CARE_TYPES):
            mean = (prices[c] * mix[c]).sum() / mix[c].sum()
            assert abs(mean - priors[f"prices.{province}.{care}"] * 100) < 1, f"{care}: {mean}"
            assert ((prices[c] > 0) == (priors.row(f"prices.level.{care}") > 0)).all()


def test_prices_keep_their_relation(priors: Priors) -> None:
    mix = np.ones((len(CARE_TYPES), len(LEVELS)), np.int64)
    for c, care in enumerate(CARE_TYPES):
        relative = priors.row(f"prices.level.{care}")
        price = level_prices(priors, "sichuan", mix)[c]
        used = relative > 0
        assert price[used] / relative[used] == pytest.approx(price[used][0] / relative[used][0], rel=1e-3)


# the file -----------------------------------------------------------------------------------------------


def test_what_is_written_reads_back(figures: Figures, tmp_path: Path) -> None:
    prices = np.arange(len(PROVINCES) * len(CARE_TYPES) * len(LEVELS)).reshape(2, 4, 5) * 1_234
    calibration = Calibration(runs.WEIGHTS, prices, "f" * 64)
    steps = [Step(np.zeros((2, 2)), np.ones((2, 2))), Step(np.array([[2_562_900.4, 0], [0, 0]]), np.full((2, 2), 7.6))]
    path = tmp_path / "calibration.yaml"
    write(path, calibration, steps, targets(figures))
    back = Calibration.load(path)
    assert back.weights == calibration.weights and back.fingerprint == calibration.fingerprint
    assert (back.price == prices).all() and back.price.dtype == np.int64
    data = yamlio.read(path).data
    assert data["grade"] == "calibrated" and [int(s) for s in data["seeds"]] == list(fit.SEEDS)
    assert data["residuals"]["chongqing_to_sichuan.settlements"] == {
        "reported": "2562800", "residual": "100", "standard_error": "8",
    }  # fmt: skip
    assert data["residuals"]["sichuan_to_chongqing.total_fee"]["reported"] == "303100000000"
    assert back.year == 2024 and data["year"] == "2024" and "implied" not in path.read_text("utf-8")
    assert b"\r" not in path.read_bytes()


def test_a_calibration_of_a_backcast_says_what_it_was_built_from(figures: Figures, tmp_path: Path) -> None:
    goal = implied(figures, growth("R2"))
    path = tmp_path / "calibration.yaml"
    mean = np.array([[1_804_799.4, 0], [0, 0]])
    write(path, replace(runs.CALIBRATION, year=2023), [Step(mean, np.full((2, 2), 7.6))], [*goal])
    text = path.read_text("utf-8")
    assert "built from" in text.lower() and "the factors of R2" in text and "no evidence for it" in text
    assert "reported: " not in text and "less implied" in text
    data = yamlio.read(path).data
    assert data["year"] == "2023" and Calibration.load(path).year == 2023
    assert data["residuals"]["chongqing_to_sichuan.settlements"] == {
        "implied": "1804789", "low": "1798421", "high": "1811201", "residual": "10", "standard_error": "8",
    }  # fmt: skip
    assert data["residuals"]["sichuan_to_chongqing.total_fee"]["implied"] == "268230088496"


# the fit ------------------------------------------------------------------------------------------------

#: Four weeks of a small world with a few seeds and steps.
SETTINGS = ("world.scale=0.02", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-01-28")
WINDOW = ("2024-01-01", "2024-01-28")


def test_only_figures_of_the_window_are_targets(figures: Figures) -> None:
    with pytest.raises(InputError, match="no settlements chongqing_to_sichuan for 2024-01-01 to 2024-01-28"):
        targets(figures, WINDOW)


@pytest.fixture(scope="module")
def fitted(figures: Figures) -> tuple[Prepared, list[Step], Figures]:
    """A small world fitted to figures of its size: four weeks' share of a fiftieth of what was reported."""
    own = Figures(figures.figures | {f.id: smaller(f) for f in figures.comparable()}, {}, figures.sources)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "SEEDS", (9_000_001, 9_000_002, 9_000_003))
        patch.setattr(fit, "SCHEDULE", (3, 3, 3))
        calibration, steps, _ = fit.calibrate(load(runs.BASELINE, SETTINGS), own)
    prepared = runs.prepared(*SETTINGS)
    return with_calibration(prepared, calibration), steps, own


def smaller(figure: Any) -> Any:
    value = figure.value * 28 // (274 * 50)
    return replace(figure, value=value, interval=Interval(value, value + 1), period=Period(*WINDOW))


def with_calibration(prepared: Prepared, calibration: Calibration) -> Prepared:
    world = replace(prepared.world, calibration=calibration, price=calibration.price.ravel())
    return replace(prepared, world=world)


def test_the_fit_meets_its_targets_on_its_seeds(fitted: tuple[Prepared, list[Step], Figures]) -> None:
    _, steps, own = fitted
    goal = np.array([[target.settlements, target.total_fee] for target in targets(own, WINDOW)], float)
    first, last = (abs(step.mean / goal - 1) for step in (steps[0], steps[-1]))
    assert len(steps) == 3
    assert (last < [0.005, 0.05]).all(), f"residuals {last}"
    assert last.max() < max(first.max(), 0.01), "the steps lead away"
    assert (steps[-1].standard_error > 0).all()


def test_the_fit_holds_on_other_seeds(fitted: tuple[Prepared, list[Step], Figures]) -> None:
    from settlement_sim.record.errors_of_sums import standard_errors
    from settlement_sim.record.tables import by_direction

    prepared, _, own = fitted
    recorder = run(prepared).outcome.recorder
    for name, wanted in (("settlements", "settlements"), ("total_fee", "total_fee")):
        found, error = by_direction(recorder)[name].sum(1), standard_errors(recorder)[name][:, -1]
        goal = np.array([getattr(target, wanted) for target in targets(own, WINDOW)])
        assert (abs(found - goal) < 5 * error).all(), f"{name}: {found} for {goal}, errors {error}"


def test_the_fit_rests_on_its_inputs(fitted: tuple[Prepared, list[Step], Figures]) -> None:
    prepared, _, own = fitted
    goal, found = targets(own, WINDOW), prepared.world.calibration.fingerprint
    assert inputs_fingerprint(prepared, goal) == found
    assert inputs_fingerprint(replace(prepared, plan=replace(prepared.plan, seed=99, batch=7)), goal) == found
    assert calibration_state(prepared) == "stale", "it was fitted to other figures than the scenario's"


def test_prices_were_held_at_their_priors(fitted: tuple[Prepared, list[Step], Figures]) -> None:
    """Between the cheapest and the dearest level lies the declared mean."""
    prepared, *_ = fitted
    priors, price = prepared.world.priors, prepared.world.calibration.price
    for p, province in enumerate(PROVINCES):
        for c, care in enumerate(CARE_TYPES):
            used = price[p, c][price[p, c] > 0]
            assert used.min() <= priors[f"prices.{province}.{care}"] * 100 <= used.max()


# a backcast -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backcast(figures: Figures) -> tuple[Prepared, list[Step], list[Target]]:
    """A two-hundredth of the world and of the figures; without a warm-up, so no day lies before 2023."""
    own = Figures(
        figures.figures | {f.id: one_in_200(f) for f in figures.comparable() if f.id in ("A1", "A2", "A3", "A4")},
        {}, figures.sources,
    )  # fmt: skip
    settings = ("world.scale=0.005", "warm_up=2023-01-01")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "SEEDS", (9_000_001, 9_000_002))
        patch.setattr(fit, "SCHEDULE", (2, 2))
        calibration, steps, goal = fit.calibrate(load("backcast_2023q1q3_r2", settings), own)
    prepared = runs.prepared(*settings, scenario="backcast_2023q1q3_r2")
    return with_calibration(prepared, calibration), steps, goal


def one_in_200(figure: Any) -> Any:
    value = figure.value // 200
    return replace(figure, value=value, interval=Interval(value, value + 1))


def test_a_backcast_is_fitted_to_its_reading(backcast: tuple[Prepared, list[Step], list[Target]]) -> None:
    """Reading R2, by hand: 12,814 / 1.42 = 9,023.9 and 18,685 / 1.13 = 16,535.4 settlements."""
    prepared, steps, goal = backcast
    assert [target.settlements for target in goal] == [9_024, 16_535]
    assert all(isinstance(target, Implied) for target in goal)
    wanted = np.array([[target.settlements, target.total_fee] for target in goal], float)
    assert (np.abs(steps[-1].mean / wanted - 1) < [0.01, 0.05]).all()
    assert prepared.world.calibration.year == 2023, "the base year is that of the window"
    assert prepared.world.calibration.fingerprint == inputs_fingerprint(prepared, goal)


def test_a_backcast_runs_with_the_base_year_of_its_calibration(tmp_path: Path) -> None:
    """The year reaches the growth of the run; a run with another base year divides 2023 as well."""
    path = runs.write_calibration(tmp_path / "fit.yaml", replace(runs.CALIBRATION, year=2023))
    settings = ("world.scale=0.002", "warm_up=2023-01-01", f"calibration={path}")
    assert prepare(load("backcast_2023q1q3_r1", settings)).plan.growth.base_year == 2023
    assert runs.prepared(*settings[:2], scenario="backcast_2023q1q3_r1").plan.growth.base_year == 2024


@pytest.mark.parametrize(
    ("scenario", "settings", "found"),
    [
        ("full_year_2024", (), "kind extrapolation, world.scale 1.0"),
        ("baseline_2024q1q3", ("kind=counterfactual",), "kind counterfactual, world.scale 1.0"),
        ("backcast_2023q1q3_r1", ("world.scale=0.5",), "kind backcast, world.scale 0.5"),
    ],
)
def test_what_cannot_be_fitted_is_refused(scenario: str, settings: tuple[str, ...], found: str, tmp_path: Path) -> None:
    options = [word for setting in settings for word in ("--set", setting)]
    said = CliRunner().invoke(main, ["calibrate", scenario, *options, "--out", str(tmp_path / "fit.yaml")])
    assert said.exit_code == 2 and not list(tmp_path.iterdir())
    assert said.stderr.strip().endswith(
        f"found {found}; expected kind history or backcast and world.scale 1: "
        "counterfactuals, extrapolations and reduced worlds are never fitted"
    )


def test_without_an_out_the_scenarios_own_file_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A backcast never overwrites the packaged calibration."""
    path = tmp_path / "mine.yaml"
    path.write_text("format: 1\nextends: backcast_2023q1q3_r1\ncalibration: own_fit.yaml\n", "utf-8")
    nothing = np.zeros((2, 2))
    goal = implied(reported.load(), growth("R1"))
    monkeypatch.setattr(fit, "calibrate", lambda *_: (runs.CALIBRATION, [Step(nothing, nothing)], goal))
    said = CliRunner().invoke(main, ["calibrate", str(path)])
    assert said.exit_code == 0 and said.stdout == f"wrote {tmp_path / 'own_fit.yaml'}\n"
    assert Calibration.load(tmp_path / "own_fit.yaml").weights == runs.WEIGHTS
    assert calibration_path(load("baseline_2024q1q3")) == PACKAGED


# stale --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny() -> Prepared:
    prepared = runs.prepared(*runs.TINY)
    calibration = replace(prepared.world.calibration, fingerprint=inputs_fingerprint(prepared))
    return replace(prepared, world=replace(prepared.world, calibration=calibration))


@pytest.mark.parametrize(
    "setting",
    [
        "window.until=2024-01-13", "warm_up=2023-12-31", "readings.growth=R2", "readings.pharmacy_inside_a1=no",
        "readings.access_of_other_prefectures=filing_required", "manual.delay_days=31",
        "policies.access.0.with.manual_stays=22",
    ],
)  # fmt: skip
def test_another_scenario_is_stale(setting: str, tiny: Prepared) -> None:
    other = replace(tiny, loaded=load(runs.BASELINE, (*runs.TINY, setting)))
    assert calibration_state(other) == "stale"


@pytest.mark.parametrize(
    "setting",
    [
        "seed=8", "question.id=mine", "calibration=other.yaml", "policies.clearing.0.use=daily_net",
        "policies.clearing.0.with.prepayment_months=3", "readings.prepayment_basis=last_year_mean",
        "readings.prepayment_usage=outstanding",
    ],
)  # fmt: skip
def test_what_changes_no_input_is_not_stale(setting: str, tiny: Prepared) -> None:
    other = replace(tiny, loaded=load(runs.BASELINE, (*runs.TINY, setting)))
    assert calibration_state(other) == "fitted"


def test_other_rules_are_stale(tiny: Prepared) -> None:
    hard = sorted((Path(__file__).parents[1] / "oracle/hard_rules").glob("*.yaml"))
    assert hard and calibration_state(replace(tiny, book=RuleBook.load(hard))) == "stale"


def other_people(tiny: Prepared) -> dict[str, Any]:
    return {"population": tiny.world.population.take(np.arange(1, len(tiny.world.population)))}


def other_beds(tiny: Prepared) -> dict[str, Any]:
    geography = tiny.world.geography
    return {"geography": replace(geography, licensed_beds=geography.licensed_beds + 1)}


def other_priors(tiny: Prepared) -> dict[str, Any]:
    return {"priors": replace(tiny.world.priors, fingerprint="0" * 64)}


def other_shapes(tiny: Prepared) -> dict[str, Any]:
    return {"shapes": replace(tiny.world.shapes, knots=tiny.world.shapes.knots + 1)}


def other_calendar(tiny: Prepared) -> dict[str, Any]:
    """As if no day were a holiday or made up."""
    calendar = tiny.world.calendar
    return {"calendar": replace(calendar, notices=(), _kinds=calendar._kinds % 2)}


@pytest.mark.parametrize("change", [other_people, other_beds, other_priors, other_shapes, other_calendar])
def test_another_world_is_stale(change: Any, tiny: Prepared) -> None:
    other = replace(tiny, world=replace(tiny.world, **change(tiny)))
    assert calibration_state(other) == "stale"


def test_another_growth_of_the_same_name_is_stale(tiny: Prepared) -> None:
    """The declared growth sets the volumes of the warm-up: other factors are other inputs."""
    growth = replace(tiny.plan.growth, factor=tiny.plan.growth.factor + 100)
    other = replace(tiny, plan=replace(tiny.plan, growth=growth))
    assert calibration_state(other) == "stale"
