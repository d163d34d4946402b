"""Is a life told whole where the run ends before it, where money moves on, stops or is kept back?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs
from lives import BASE, BY_HAND, Seen, claim, page, see, seen, step, what, world_id

from settlement_sim import dates
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.explain import explain, find
from settlement_sim.study.run import Prepared
from settlement_sim.world.world import build_world


def test_a_stay_still_open_at_the_end() -> None:
    world = seen()
    done = set(world.claims.need)
    admitted = [need for need in world.kinds["admit"] if need not in done and need not in world.kinds["advance"]]
    life = world.tell(admitted[0])
    assert (life.outcome, life.open) == ("in_bed", ("in_bed",)) and life.until == world.prepared.plan.last
    assert what(life)[-1] == "admit" and life.claims == ()


def test_a_claim_still_on_its_way_or_at_the_desk_at_the_end() -> None:
    world = seen(*BY_HAND)
    paid = set(world.claims[world.claims.entry == "reimburse"].need)
    handed_in, decided = set(world.kinds["reimburse: arrive"]), set(world.kinds["reimburse: decide"])
    for needs, stage in (
        (set(world.kinds["advance"]) - handed_in, "on_its_way"), (handed_in - decided, "at_the_desk"),
        (decided - paid, "decided"),
    ):  # fmt: skip
        life = world.tell(min(needs))
        assert (life.outcome, life.open, life.claims) == ("advanced", (stage,), ())


def of_february() -> int:
    """A need that is settled directly in February, for money of the insured place."""
    claims = seen().claims
    row = claims[(claims.settled > "2024-02-02") & (claims.settled < "2024-02-20") & (claims.cleared > 0)].iloc[0]
    assert row.path == "direct"
    return int(row.need)


def test_money_goes_on_moving_after_the_window() -> None:
    """February is stated on 21 March; 28 March and, over the days of Qingming, 12 April. No whole month after the
    run-in gives a prepayment, so hospitals, due on 27 March, are paid out of that remittance."""
    prepared = runs.with_plan(seen().prepared, *BASE[:-2], "window.until=2024-02-20")
    life = explain(prepared, of_february())
    assert (life.outcome, life.open, dates.iso(life.until)) == ("settled", (), "2024-04-12")
    told = claim(life, "settle")
    assert told.statement is not None
    assert (told.statement["day"], told.statement["until"]) == ("2024-03-21", "2024-02-29")
    assert told.remittance is not None and told.remittance["day"] == "2024-04-12"
    assert told.payment is not None and (told.payment["due"], told.payment["day"]) == ("2024-03-27", "2024-04-12")


def stopped(folder: Path, until: str = "") -> Prepared:
    """No pool pays its province any more, or not until a day."""
    (folder / "stops.yaml").write_text(
        f"format: 1\nextends: {runs.BASELINE}\nquestion: {{zh: 停, en: Stops}}\nkind: counterfactual\ndisturbances:\n"
        f"- {{what: stops, payer: chongqing, from: 2024-01-01{until}}}\n"
        f"- {{what: stops, payer: sichuan, from: 2024-01-01{until}}}\n", "utf-8",
    )  # fmt: skip
    return runs.with_plan(seen().prepared, *BASE[:-2], "window.until=2024-02-20", scenario=folder / "stops.yaml")


def test_a_payer_that_stops_leaves_it_open(tmp_path: Path) -> None:
    life = explain(stopped(tmp_path), of_february())
    assert (life.outcome, life.open) == ("settled", ("not_remitted", "not_paid"))
    assert what(life)[-1] == "state" and dates.iso(life.until) == "2025-12-31", "the last day on which money may move"
    told = claim(life, "settle")
    assert told.statement is not None and told.remittance is told.payment is None
    assert "its remittance; the payment of its hospitals" in page(life, "en")
    assert "省间划拨、拨付医院" in page(life, "zh")


def test_what_was_kept_back_is_told_once_it_is_paid(tmp_path: Path) -> None:
    """Pools pay again after April 2025, on the first bank day after Labour Day: so are hospitals, and what the closing
    of March would have brought."""
    life = explain(stopped(tmp_path, ", until: 2025-04-30"), of_february())
    assert (life.open, dates.iso(life.until)) == ((), "2025-05-06")
    assert what(life)[-4:] == ["state", "remit", "pay_hospitals", "annual_closing"]
    told = claim(life, "settle")
    assert told.payment is not None and told.payment["day"] == "2025-05-06"
    kept_back = told.payment["kept_back"]
    assert (kept_back["due"], kept_back["day"]) == ("2025-03-31", "2025-05-06")
    assert kept_back["amount"] == (int(told.columns["cleared"]) * 5 + 50) // 100 <= kept_back["paid"]
    assert step(life, "annual_closing").details == {"amount": kept_back["paid"]}
    assert "paid in all" in page(life, "en") and "拨付合计" in page(life, "zh")


def test_without_retention_nothing_is_kept_back() -> None:
    prepared = runs.with_plan(seen().prepared, *BASE, "policies.clearing.0.with.retention=0")
    row = seen().claims[(seen().claims.cleared > 0) & (seen().claims.settled < "2024-01-20")].iloc[0]
    life = explain(prepared, int(row.need))
    told = claim(life, "settle").payment
    assert told is not None and told["kept_back"] is None and "annual closing" not in page(life, "en")


def test_what_provinces_set_off_does_not_cross() -> None:
    """Bilateral netting, per scheme: of what both owe, the smaller side crosses not at all."""
    prepared = runs.with_plan(seen().prepared, *BASE, "policies.clearing.0.use=bilateral_net")
    claims = seen().claims
    employee = claims[(claims.path == "direct") & (claims.scheme == "employee") & (claims.settled < "2024-02-01")]
    from_chongqing = employee.pool == "chongqing"
    theirs = {"chongqing": employee[from_chongqing], "sichuan": employee[~from_chongqing]}
    owed = {name: int(rows.cleared.sum()) for name, rows in theirs.items()}
    for name, rows in theirs.items():
        life = explain(prepared, int(rows[rows.cleared > 0].iloc[0].need))
        told = claim(life, "settle").remittance
        assert told is not None
        crossed = max(owed[name] - min(owed.values()), 0)
        assert (told["crossed"], told["set_off"]) == (crossed, min(owed.values()))
        assert what(life)[-1] == ("remit" if crossed else "set_off")


def elsewhere(**columns: Any) -> Prepared:
    """The same people on another map."""
    prepared = runs.prepared(*BASE)
    world = prepared.world
    other = build_world(
        1, world.calibration, calendar=world.calendar, priors=world.priors, population=world.population,
        geography=replace(world.geography, **columns),
    )  # fmt: skip
    return replace(prepared, world=other)


def test_a_map_of_ones_own() -> None:
    units, known = runs.prepared(*BASE).world.geography.units, RuleBook.load().districts
    prepared = elsewhere(units=tuple(unit if unit in known else f"my_{unit}" for unit in units))
    life = explain(prepared, find(prepared, "inpatient")[0])
    # One of the two lies in Sichuan, where no district has rules of its own.
    assert any(place.startswith("my_") for place in (life.person["unit"], life.birth["care_unit"]))
    assert life.claims[0].split is not None


@pytest.fixture(scope="module")
def crowded() -> Seen:
    """The same people where every hospital has ten licensed beds."""
    beds = runs.prepared(*BASE).world.geography.licensed_beds
    return see(elsewhere(licensed_beds=np.where(beds > 0, 10, 0).astype(beds.dtype)))


def test_who_waits_for_a_bed(crowded: Seen) -> None:
    waited = crowded.claims[(crowded.claims.admitted > crowded.claims.born) & (crowded.claims.path == "direct")]
    row = waited.iloc[0]
    life = crowded.tell(int(row.need))
    seconds = int((row.admitted - row.born).total_seconds())
    assert seconds > 0 and step(life, "admit").details["waited_seconds"] == seconds
    assert life.access is not None and life.access["governing_day"] == str(row.born)[:10]


def test_a_need_inside_an_own_wait_is_absorbed(crowded: Seen) -> None:
    still = set(crowded.kinds["asks_for_bed"]) - set(crowded.kinds["admit"])
    persons = {need >> 18 for need in still}
    lives = (crowded.tell(need) for need in sorted(crowded.kinds["not enter"]) if need >> 18 in persons)
    told = (step(life, "absorbed").details for life in lives if life.outcome == "absorbed")
    details = next(details for details in told if details["inside"] == "wait")
    assert set(details) == {"inside", "by", "since"}
    assert crowded.tell(world_id(details["by"])).birth["at"] == details["since"]


def test_who_still_waits_at_the_end(crowded: Seen) -> None:
    life = crowded.tell(min(set(crowded.kinds["asks_for_bed"]) - set(crowded.kinds["admit"])))
    assert (life.outcome, life.open) == ("waiting_for_bed", ("waiting_for_bed",))
