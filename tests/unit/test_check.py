"""Which verdict does a run get? Every one from runs made by hand, against the reported figures and one of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from settlement_sim.errors import InputError
from settlement_sim.observed import figures as reported
from settlement_sim.observed.check import Run, beside, check, missed
from settlement_sim.observed.reported import Figure, Figures, HoldOut, Interval
from settlement_sim.study.results import refuse_unless_history
from settlement_sim.vocabulary import CARE_TYPES

DIRECTIONS = ("chongqing_to_sichuan", "sichuan_to_chongqing")
#: A1 to A4 as printed: settlements, and gross in yuan.
REPORTED = {"A1": 2_562_800, "A2": 1_202_000_000, "A3": 3_737_100, "A4": 3_031_000_000}
#: What may lie between: 0.3 % of settlements, 1 % of gross.
TOLERANCE = {"A1": 7_688.4, "A2": 12_020_000, "A3": 11_211.3, "A4": 30_310_000}
PLACE = {"A1": (0, "settlements"), "A2": (0, "total_fee"), "A3": (1, "settlements"), "A4": (1, "total_fee")}


@pytest.fixture(scope="module")
def figures() -> Figures:
    return reported.load()


def care_types(settlements: int = 0, total_fee: int = 0, **more: int) -> dict[str, dict[str, int]]:
    """Everything in outpatient care, nothing elsewhere."""
    nothing = {"settlements": 0, "total_fee": 0, "cleared": 0, **dict.fromkeys(more, 0)}
    outpatient = {**nothing, "settlements": settlements, "total_fee": total_fee, **more}
    return {care: dict(outpatient if care == "outpatient" else nothing) for care in CARE_TYPES}


def exact_run(**changed: Any) -> Run:
    """A run that meets A1 to A4 exactly, without any error."""
    totals = {
        direction: care_types(REPORTED[f"A{2 * d + 1}"], 100 * REPORTED[f"A{2 * d + 2}"])
        for d, direction in enumerate(DIRECTIONS)
    }
    run = Run(
        first="2024-01-01", last="2024-09-30", full_scale=True, calibration_note="",
        pharmacy_inside=True, totals=totals, by_hand={d: care_types() for d in DIRECTIONS},
        errors={d: {"settlements": 0.0, "total_fee": 0.0} for d in DIRECTIONS},
    )  # fmt: skip
    return replace(run, **changed)


def moved(figure: str, by: float, error: float = 0.0) -> Run:
    """The exact run with one total moved by an amount in the figure's unit, and with a standard error for it."""
    direction, measure = DIRECTIONS[PLACE[figure][0]], PLACE[figure][1]
    per_unit = 100 if measure == "total_fee" else 1
    run = exact_run()
    run.totals[direction]["outpatient"][measure] += round(by * per_unit)
    run.errors[direction][measure] = error * per_unit
    return run


def row(run: Run, figures: Figures, id: str) -> Any:
    (found,) = (row for row in check(run, figures) if row.figure == id)
    return found


def test_an_exact_run_meets_all_four(figures: Figures) -> None:
    rows = {row.figure: row for row in check(exact_run(), figures)}
    assert list(rows) == list(figures.figures), "one row per reported figure, in their order"
    for id, value in REPORTED.items():
        found = rows[id]
        assert (found.reported, found.simulated, found.verdict) == (value, value, "met")
        assert (found.basis, found.standard_error) == ("calibrated", 0)
        assert found.tolerance == pytest.approx(TOLERANCE[id])
        assert found.reason == "differs by +0.000%; inside the printed interval"
    assert {rows[id].verdict for id in rows if id not in REPORTED} == {"not_spoken_to"}
    assert not missed(list(rows.values()))


@pytest.mark.parametrize("figure", REPORTED)
@pytest.mark.parametrize("sign", [1, -1])
def test_the_tolerance_ends_where_it_says(figure: str, sign: int, figures: Figures) -> None:
    inside, beyond = int(TOLERANCE[figure]), int(TOLERANCE[figure]) + 1
    near = row(moved(figure, sign * inside), figures, figure)
    assert near.verdict == "met" and "outside the printed interval" in near.reason
    far = moved(figure, sign * beyond)
    assert row(far, figures, figure).verdict == "missed" and missed(check(far, figures))
    others = [r.verdict for r in check(far, figures) if r.figure in REPORTED and r.figure != figure]
    assert others == ["met"] * 3, "one figure moved and another was missed"


@pytest.mark.parametrize("figure", REPORTED)
def test_within_three_and_a_half_of_its_own_errors(figure: str, figures: Figures) -> None:
    """Where chance is wider than the tolerance, 3.5 standard errors decide."""
    error = float(round(TOLERANCE[figure]))
    near, far = (row(moved(figure, times * error, error), figures, figure) for times in (3.5, 3.51))
    assert (near.verdict, far.verdict) == ("met", "missed")
    assert near.standard_error == error and near.tolerance == pytest.approx(3.5 * error)


def test_a_small_error_does_not_narrow_the_tolerance(figures: Figures) -> None:
    assert row(moved("A1", 7_000, error=1.0), figures, "A1").verdict == "met"


def test_a_miss_says_by_how_much(figures: Figures) -> None:
    assert row(moved("A3", 37_371), figures, "A3").reason.startswith("differs by +1.000%; outside")
    assert row(moved("A4", -303_100_000), figures, "A4").reason.startswith("differs by -10.000%; outside")


@pytest.mark.parametrize("figure", ["A1", "A3"])
def test_the_printed_interval_is_half_open(figure: str, figures: Figures) -> None:
    """256.28万 leaves 2,562,750 up to, not including, 2,562,850."""
    sides = {by: row(moved(figure, by), figures, figure).reason.split("; ")[1] for by in (-51, -50, 49, 50)}
    assert sides == {
        -51: "outside the printed interval", -50: "inside the printed interval",
        49: "inside the printed interval", 50: "outside the printed interval",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"), [("2024-01-01", "2024-09-29"), ("2023-01-01", "2023-09-30"), ("2023-12-31", "2024-09-30")]
)
def test_another_period_is_not_compared(first: str, last: str, figures: Figures) -> None:
    rows = check(exact_run(first=first, last=last), figures)
    assert {r.verdict for r in rows} == {"not_spoken_to"} and not missed(rows)
    found = next(r for r in rows if r.figure == "A1")
    assert (found.simulated, found.standard_error, found.tolerance, found.basis) == (None, None, None, "none")
    assert found.reason == f"the figure covers 2024-01-01 to 2024-09-30, the run {first} to {last}"


def test_a_reduced_world_speaks_to_nothing(figures: Figures) -> None:
    rows = check(exact_run(full_scale=False), figures)
    assert {r.verdict for r in rows} == {"not_spoken_to"}
    found = next(r for r in rows if r.figure == "A2")
    assert found.reason == "the run is of a reduced world, the figure of all settlements"


def test_growth_needs_two_periods(figures: Figures) -> None:
    for id in ("A5", "A6"):
        found = row(exact_run(), figures, id)
        assert found.verdict == "not_spoken_to"
        assert found.reason == "growth needs two periods; a single run has one"


def test_whatever_is_not_spoken_to_says_why(figures: Figures) -> None:
    silent = [r for r in check(exact_run(), figures) if r.verdict == "not_spoken_to"]
    assert len(silent) > 40 and all(r.reason and r.basis == "none" and r.simulated is None for r in silent)


def test_a_pharmacy_is_inside_or_not(figures: Figures) -> None:
    """The reading decides whether purchases are counted with A1 to A4."""
    run = exact_run()
    for direction in DIRECTIONS:
        run.totals[direction]["pharmacy"] |= {"settlements": 500_000, "total_fee": 10_000_000_000}
    inside, outside = (
        {r.figure: r for r in check(replace(run, pharmacy_inside=reading), figures)} for reading in (True, False)
    )
    assert inside["A1"].simulated == REPORTED["A1"] + 500_000 and inside["A1"].verdict == "missed"
    assert inside["A2"].simulated == REPORTED["A2"] + 100_000_000 and inside["A2"].verdict == "missed"
    for id, value in REPORTED.items():
        assert outside[id].simulated == value and outside[id].verdict == "met"


def test_a_stale_calibration_is_no_prediction(figures: Figures) -> None:
    note = "; the calibration is stale: it rests on other inputs"
    found = row(exact_run(calibration_note=note), figures, "A1")
    assert (found.basis, found.verdict) == ("calibrated", "met")
    assert found.reason.endswith(note)


def test_a_figure_of_ones_own(figures: Figures) -> None:
    """Another value, over another period, is compared by the same rule."""
    a1 = figures["A1"]
    assert a1.period is not None
    period = replace(a1.period, from_="2024-03-01", until="2024-03-31")
    own = replace(a1, id="Z1", value=1_000, interval=Interval(1_000, 1_001), period=period)
    mine = Figures({"Z1": own}, {}, figures.sources)
    for settlements, verdict in ((1_003, "met"), (1_004, "missed"), (997, "met"), (996, "missed")):
        run = exact_run(first="2024-03-01", last="2024-03-31", totals={
            DIRECTIONS[0]: care_types(settlements), DIRECTIONS[1]: care_types(),
        })  # fmt: skip
        (found,) = check(run, mine)
        assert found.verdict == verdict, settlements


def test_rows_are_ready_for_json(figures: Figures) -> None:
    keys = {"figure", "reported", "interval", "simulated", "standard_error", "basis", "verdict", "reason"}
    for found in check(exact_run(), figures):
        said = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert set(said) >= keys and said["basis"] in ("input", "calibrated", "predicted", "none")
        assert len(said["interval"]) == 2
    assert row(exact_run(), figures, "A1").to_dict()["reported"] == 2_562_800
    shares = [figure for figure in figures.figures.values() if isinstance(figure.value, Decimal)]
    assert shares and all(isinstance(row(exact_run(), figures, f.id).to_dict()["reported"], str) for f in shares)


# hold-outs ----------------------------------------------------------------------------------------------


def hold_out_run() -> Run:
    """Round numbers: 100 stays, 600 visits, 50 chronic, 250 purchases one way; nothing the other way."""
    way = {
        "inpatient": {"settlements": 100, "total_fee": 100_000_000, "cleared": 60_000_000, "settlements_employee": 40},
        "outpatient": {"settlements": 600, "total_fee": 20_000_000, "cleared": 9_000_000, "settlements_employee": 300},
        "chronic": {"settlements": 50, "total_fee": 10_000_000, "cleared": 5_000_000, "settlements_employee": 10},
        "pharmacy": {"settlements": 250, "total_fee": 5_000_000, "cleared": 4_000_000, "settlements_employee": 250},
    }  # fmt: skip
    for columns in way.values():
        columns["settlements_resident"] = columns["settlements"] - columns["settlements_employee"]
    nothing = {care: dict.fromkeys(columns, 0) for care, columns in way.items()}
    by_hand = {**nothing, "inpatient": {**nothing["inpatient"], "settlements": 25}}
    return exact_run(
        totals={DIRECTIONS[0]: way, DIRECTIONS[1]: nothing},
        by_hand={DIRECTIONS[0]: by_hand, DIRECTIONS[1]: nothing},
    )


@pytest.mark.parametrize(
    ("measure", "where", "expected"),
    [
        ("cleared_share_of_total_fee", {"care_type": "inpatient"}, 0.6),
        ("cleared_share_of_total_fee", {}, 78 / 135),
        ("cleared_per_settlement", {"care_type": "inpatient"}, 6_000.0),
        ("cleared_per_settlement", {"care_type": "outpatient"}, 150.0),
        ("cleared_per_settlement", {"care_type": "chronic"}, 1_000.0),
        ("cleared_per_settlement", {"care_type": "pharmacy"}, 160.0),
        ("share_of_settlements", {"care_type": "inpatient"}, 0.1),
        ("share_of_settlements", {"care_type": "pharmacy"}, 0.25),
        ("share_of_settlements", {"scheme": "employee"}, 0.6),
        ("share_of_settlements", {"scheme": "resident"}, 0.4),
        ("manual_share", {"care_type": "inpatient"}, 0.2),
    ],
)
def test_a_hold_out_stands_beside_what_it_names(
    measure: str, where: dict[str, str], expected: float, figures: Figures
) -> None:
    some = next(iter(figures.hold_outs.values()))
    own = replace(some, id="own", measure=measure, where=where, value_to=None)
    (found,) = beside(hold_out_run(), Figures({}, {"own": own}, figures.sources))
    assert found.simulated == {DIRECTIONS[0]: pytest.approx(expected), DIRECTIONS[1]: None}


def test_every_packaged_hold_out_has_a_number_and_no_verdict(figures: Figures) -> None:
    rows = beside(hold_out_run(), figures)
    assert [found.id for found in rows] == list(figures.hold_outs)
    assert all(found.simulated[DIRECTIONS[0]] is not None for found in rows)
    assert all(found.simulated[DIRECTIONS[1]] is None for found in rows), "a ratio of nothing"
    assert not any(hasattr(found, "verdict") for found in rows)
    for found, hold_out in zip(rows, figures.hold_outs.values(), strict=True):
        assert (found.low, found.high, found.external) == (
            str(hold_out.low), str(hold_out.high), external(hold_out),
        )  # fmt: skip


def external(hold_out: HoldOut) -> str:
    return str(hold_out.value) if hold_out.value_to is None else f"{hold_out.value}–{hold_out.value_to}"


def test_the_fitted_figures_are_no_hold_outs(figures: Figures) -> None:
    assert not {*REPORTED} & {*figures.hold_outs}
    fitted: list[Figure] = list(figures.comparable())
    assert [figure.id for figure in fitted] == list(REPORTED)


# kinds --------------------------------------------------------------------------------------------------


def test_only_history_is_compared() -> None:
    refuse_unless_history("history", "scenario.yaml:7:7")
    with pytest.raises(InputError) as caught:
        refuse_unless_history("backcast", "scenario.yaml:7:7")
    (problem,) = caught.value.problems
    assert str(problem) == (
        "scenario.yaml:7:7: found kind: backcast; expected kind: history; "
        "reported figures describe what was, not what would be"
    )
