"""Is the life of a need told as the run lived it? Beside the claims file, the journal, and what is fixed at birth."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from lives import (
    CLEARED,
    DELAY,
    DESK,
    DETERRED,
    DIRECT,
    FILING,
    REVERSED,
    UNPAID,
    Seen,
    after,
    claim,
    seen,
    step,
    what,
    world_id,
)

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.demand.needs import LATER_FROM, need_text
from settlement_sim.draws import Draws
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES
from settlement_sim.study.explain import explain
from settlement_sim.study.life import ClaimOfRun, Life
from settlement_sim.vocabulary import CARE_TYPES

# beside the claims file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "number"), [((), 10), (REVERSED, 3), (FILING, 3)], ids=["baseline", "reversals", "filing"]
)
def test_random_needs_equal_the_claims_file(settings: tuple[str, ...], number: int) -> None:
    world = seen(*settings)
    needs = random.Random(20240607).sample(sorted(world.claims.need.unique()), number)
    for need in needs:
        life = world.tell(int(need))
        rows = world.claims[world.claims.need == need]
        told = [c for c in life.claims if (c.entry in set(rows.entry))]
        assert [c.entry for c in told] == rows.entry.tolist(), need_text(int(need))
        for one, row in zip(told, rows.itertuples(), strict=True):
            assert_row(life, one, row)


def assert_row(life: Life, told: ClaimOfRun, row: Any) -> None:
    """Everything a row of the claims file says is told, to the fen."""
    money = (*MONEY_NAMES, *DERIVED_NAMES, *(column.name for column in ALWAYS_ZERO))
    assert {name: int(told.columns[name]) for name in money} == {name: getattr(row, name) for name in money}
    used = (*STANDING, "account")
    assert {name: int(told.before[name]) for name in used} == {n: getattr(row, f"{n}_before") for n in used}
    assert (told.day, told.insurance_year) == (dates.day(str(row.settled)[:10]), row.insurance_year)
    if told.split is not None:
        explained_columns = told.split.columns
        assert {name: explained_columns[name] for name in money} == {name: getattr(row, name) for name in money}
    person = {name: life.person[name] for name in ("id", "pool", "unit", "residence", "scheme", "tier", "status")}
    assert person == {name: getattr(row, "person" if name == "id" else name) for name in person}
    birth = {name: life.birth[name] for name in ("care_type", "provider", "level")}
    assert birth == {name: getattr(row, name) for name in birth}
    assert life.birth["at"] == str(row.born).removesuffix(":00")
    assert life.birth["total_fee"] == abs(row.total_fee) == sum(life.birth["items"].values())


# the ways of a need -----------------------------------------------------------------------------------------


def test_a_direct_stay_from_birth_to_clearing() -> None:
    world = seen()
    direct = world.claims[(world.claims.care_type == "inpatient") & (world.claims.path == "direct")]
    row = direct[direct.discharged < "2024-01-28"].iloc[0]
    life = world.tell(int(row.need))
    assert what(life) == ["born", "route", "asks_for_bed", "admit", "discharge", "settle", *CLEARED]
    assert (life.outcome, life.open, dates.iso(life.until)) == ("settled", (), "2024-03-13")
    assert step(life, "admit").at == str(row.admitted).removesuffix(":00")
    assert step(life, "discharge").at == str(row.discharged).removesuffix(":00")
    stay = int((row.discharged - row.admitted).total_seconds())
    assert step(life, "discharge").details == {"seconds": stay} and life.birth["stay_seconds"] == stay
    assert step(life, "admit").details["waited_seconds"] == int((row.admitted - row.born).total_seconds())
    assert life.access is not None and life.access["path"] == "direct" and life.access["cut"] == row.cut
    assert life.access["draws"]["path"] >= 2_300, "23 % of stays settle by hand"
    assert_booked(world, life, row)


def test_an_outpatient_visit_settles_at_once() -> None:
    world = seen()
    visits = world.claims[(world.claims.care_type == "outpatient") & (world.claims.cleared > 0)]
    row = visits[visits.born < "2024-01-20"].iloc[5]
    life = world.tell(int(row.need))
    assert what(life) == ["born", "route", "settle", *CLEARED]
    assert step(life, "settle").at == life.birth["at"] and "stay_seconds" not in life.birth
    assert_booked(world, life, row)


def assert_booked(world: Seen, life: Life, row: Any) -> None:
    """Journal entry, statement and payment, recounted from the files."""
    told, day = claim(life, "settle"), str(row.settled)[:10]
    (entry,) = life.entries
    cell = {name: entry[name] for name in ("pool", "scheme", "care_type", "care_pool", "provider")}
    journal = world.journal
    for name, value in {**cell, "day": day, "event": "settle"}.items():
        journal = journal[journal[name] == value]
    (booked,) = journal.itertuples()
    assert (entry["day"], entry["event"], entry["count"]) == (day, "settle", booked.count)
    assert entry["amounts"]["pooled_fund"] == -booked.pooled_fund
    assert entry["amounts"]["personal_account"] == -booked.personal_accounts
    assert_cleared(world, told, cell)
    assert told.payment is not None and told.payment["kept_back"]["amount"] == (row.cleared * 5 + 50) // 100
    assert [s.at for s in life.steps if s.what in CLEARED] == ["2024-02-21", told.payment["day"], "2024-03-13"]
    assert step(life, "state").details == {"pair_owes": told.statement["amount"]}
    assert step(life, "pay_hospitals").details == {"amount": told.payment["amount"]}


def assert_cleared(world: Seen, told: ClaimOfRun, cell: dict[str, Any]) -> None:
    """What January's direct settlements come to, from the claims file, and the days that the procedure gives it."""
    claims = world.claims[(world.claims.path == "direct") & (world.claims.scheme == cell["scheme"])]
    claims = claims[claims.settled < "2024-02-01"].assign(care_pool=care_pools(world, claims))
    claims = claims[(claims.pool == "chongqing") == (cell["pool"] == "chongqing")]
    there = claims[claims.care_pool == cell["care_pool"]]
    pair = {name: cell[name] for name in ("pool", "scheme", "care_pool")}
    amount = there[there.pool == cell["pool"]].cleared.sum()
    # The 21st of the next month covers the month before.
    assert told.statement == {"day": "2024-02-21", "until": "2024-01-31", **pair, "amount": amount}
    # Five working days from there end on 28 February, ten more on 13 March.
    provinces = ("chongqing", "sichuan") if cell["pool"] == "chongqing" else ("sichuan", "chongqing")
    between = {"from_province": provinces[0], "to_province": provinces[1]}
    assert told.remittance == {"day": "2024-03-13", **between, "crossed": claims.cleared.sum(), "set_off": 0}
    # Reconciled on 20 February, due five working days later; 5 % of each day's bills of a hospital are kept back.
    bills = there.groupby([there.settled.dt.date, "pool", "provider"]).cleared.sum()
    assert told.payment is not None
    kept_back = told.payment["kept_back"]
    assert told.payment == {
        "day": told.payment["day"], "to": "hospitals", "due": "2024-02-27", "from_province": provinces[0],
        "scheme": cell["scheme"], "care_pool": cell["care_pool"], "amount": (bills - (bills * 5 + 50) // 100).sum(),
        "kept_back": {"amount": kept_back["amount"], "due": "2025-03-31"},
    }  # fmt: skip
    # The prepayment of February's volume stands on its last day; nothing could be paid before.
    assert told.payment["day"] == "2024-02-29"


def care_pools(world: Seen, claims: pd.DataFrame) -> pd.Series:
    """The pool of the hospital of each claim."""
    geography = world.prepared.world.geography
    pool_of = {unit: ss.POOLS[pool] for unit, pool in zip(geography.units, geography.unit_pool.tolist(), strict=True)}
    return claims.provider.str.rsplit(".", n=1).str[0].map(pool_of)


def test_a_purchase_that_meets_an_empty_account_is_no_settlement() -> None:
    world = seen()
    bought = set(world.claims.need)
    pharmacy = CARE_TYPES.index("pharmacy")
    simulation = Simulation(world.prepared.world, world.prepared.book, world.prepared.plan)
    needs = [simulation.nursery.births.whole_month(month)[0] for month in (12, 13)]
    purchases = {int(i) for month in needs for i in month.id[month.care == pharmacy]}
    need = min(purchases & set(world.kinds["enter"]) - bought)
    life = world.tell(need)
    assert (life.outcome, life.open, life.claims, life.entries) == ("no_settlement", (), (), ())
    assert what(life) == ["born", "route", "no_settlement"]
    assert dates.iso(life.until) == life.birth["at"][:10], "nothing is left to happen"


def test_a_claim_by_hand_waits_for_staff_and_for_review() -> None:
    world = seen(*DESK)
    by_hand = world.claims[world.claims.entry == "reimburse"]
    row = by_hand.sort_values("settled").iloc[-1]
    life = world.tell(int(row.need))
    expected = ["born", "route", "asks_for_bed", "admit", "discharge", "advance", "reimburse: arrive",
                "reimburse: decide", "reimburse"]  # fmt: skip
    assert what(life) == expected and (life.outcome, life.open) == ("reimbursed", ())
    discharged, paid = str(row.discharged)[:10], str(row.settled)[:10]
    assert step(life, "advance").at == discharged and step(life, "advance").details == {"total_fee": row.total_fee}
    assert step(life, "reimburse: arrive").at == after(discharged, DELAY)
    decided = step(life, "reimburse: decide")
    calendar = world.prepared.world.calendar
    assert calendar.is_working_day(dates.day(decided.at)) and decided.at >= after(discharged, DELAY)
    assert calendar.working_days_between(dates.day(decided.at), dates.day(paid)) == 5
    assert decided.details == {"paid_on": paid} and dates.iso(life.until) == paid
    told = claim(life, "reimburse")
    assert told.payment == {"day": paid, "to": "patient", "amount": row.total_fee - row.cash}
    assert told.statement is None, "no money crosses the border"
    assert [entry["event"] for entry in life.entries] == ["advance", "reimburse"]
    assert life.access is not None and (life.access["path"], life.access["reason"]) == ("manual", "by_hand")
    assert life.access["draws"] == {"path": life.access["draws"]["path"]} and life.access["draws"]["path"] < 2_300


def test_who_is_turned_away_is_cared_for_at_home() -> None:
    world = seen(*DETERRED)
    need = world.first("turned_away")
    life = world.tell(need)
    assert (life.outcome, life.open, life.claims) == ("turned_away", (), ())
    assert what(life) == ["born", "route", "turned_away"]
    home = step(life, "turned_away").details["home_cost"]
    assert home == (int(life.birth["total_fee"]) * 90 + 50) // 100, "the same care costs 90 % at home"
    assert life.access is not None
    chance = life.access["acceptance"]
    assert chance["potential"] == 10_000 and chance["uniform"] >= chance["attraction"]
    stays = explain(world.prepared, world.first("route", "enter")).access
    assert stays is not None and stays["acceptance"]["uniform"] < stays["acceptance"]["attraction"]


def test_a_disease_that_is_not_listed_is_cared_for_at_home() -> None:
    world = seen()
    need = world.first("not_listed")
    assert need & 63 >= LATER_FROM, "the first five diseases are listed"
    life = world.tell(need)
    assert (life.outcome, life.open, life.birth["disease_group"]) == ("not_listed", (), "later_five")
    assert what(life)[-1] == "not_listed" and life.person["certificates"]


def test_a_need_inside_an_own_stay_is_absorbed() -> None:
    world = seen()
    life = world.tell(absorbed_after(world, set(world.kinds["admit"])))
    details = step(life, "absorbed").details
    stay = world.tell(world_id(details["by"]))
    assert stay.person["id"] == life.person["id"] and stay.birth["care_type"] == "inpatient"
    assert details["since"] == step(stay, "admit").at <= life.birth["at"]
    assert details["until"] > life.birth["at"] and (life.claims, life.open) == ((), ())


def absorbed_after(world: Seen, stays: set[int]) -> int:
    """A need that is absorbed, of a person who asked for one of these stays in an earlier month."""
    home = {*world.kinds["not_listed"], *world.kinds["turned_away"]}
    first = {stay >> 18: stay for stay in sorted(stays, reverse=True)}
    return min(n for n in {*world.kinds["not enter"]} - home if first.get(n >> 18, n) >> 6 < n >> 6)


def test_a_settlement_taken_back_is_claimed_by_hand() -> None:
    world = seen(*REVERSED)
    done = world.claims[(world.claims.entry == "reimburse") & (world.claims.care_type == "outpatient")]
    need = int(done[done.need.isin(world.kinds["take_back"])].iloc[0].need)
    life, row = world.tell(need), world.claim(need, "settle")
    names = ["born", "route", "settle", "reverse", "advance", "reimburse: arrive", "reimburse: decide", "reimburse"]
    assert what(life) == names and (life.outcome, life.open) == ("reimbursed", ())
    assert step(life, "reverse").at == after(str(row.settled)[:10], 3) == step(life, "advance").at
    assert step(life, "reimburse").at == after(step(life, "advance").at, DELAY)
    settled, taken = claim(life, "settle").columns, claim(life, "reverse").columns
    assert {n: -fen for n, fen in settled.items()} == dict(taken) and claim(life, "reverse").split is None
    assert claim(life, "settle").payment is None, "it was taken back before it was cleared"
    assert [entry["event"] for entry in life.entries] == ["settle", "reverse", "advance", "reimburse"]


def test_a_settlement_that_may_not_be_taken_back_any_more() -> None:
    world = seen(*REVERSED)
    life = world.tell(min(world.kinds["not take_back"]))
    assert "reversal_refused" in what(life) and "reverse" not in what(life) and life.outcome == "settled"


def test_assistance_is_claimed_later() -> None:
    world = seen(*DIRECT)
    need = world.first("assist")
    life, row = world.tell(need), world.claim(need, "settle")
    told = claim(life, "settle")
    later = told.memo["claimed_later"]
    assert later > 0 and told.columns["medical_assistance"] == 0 and told.columns["cash"] == row.cash >= later
    day = after(str(row.settled)[:10], DELAY)
    assert [step(life, f"assist{stage}").at for stage in (": arrive", ": decide", "")] == [day] * 3
    assert step(life, "assist").details == {"medical_assistance": later}
    (entry,) = (entry for entry in life.entries if entry["event"] == "assist")
    assert entry["day"] == day and entry["amounts"]["medical_assistance"] >= later and entry["count"] >= 1


def test_what_a_patient_never_pays_is_booked() -> None:
    world = seen(*UNPAID)
    stays = world.claims[(world.claims.care_type == "inpatient") & (world.claims.entry == "settle")]
    freed = uniforms(Draws(1), "default", stays.need.to_numpy()) < 1_500
    life = world.tell(int(stays[freed & (stays.cash > 0)].need.iloc[0]))
    unpaid = claim(life, "settle").memo["unpaid"]
    assert 0 < unpaid == claim(life, "settle").columns["cash"]
    assert [entry["event"] for entry in life.entries] == ["settle", "default"]
    assert life.entries[1]["amounts"]["unpaid"] >= unpaid
