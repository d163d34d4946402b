"""Is the life of a need told as the run lived it? Beside the claims file, the journal, and what is fixed at birth."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import runs
from click.testing import CliRunner, Result
from rich.console import Console

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.cli import main
from settlement_sim.demand.needs import LATER_FROM, need_id, need_text
from settlement_sim.draws import Draws
from settlement_sim.engine.probe import Probe
from settlement_sim.engine.simulation import Simulation
from settlement_sim.engine.uniforms import uniforms
from settlement_sim.errors import BrokenLaw, InputError
from settlement_sim.policies.views import STANDING
from settlement_sim.record.claims import ClaimsFile
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES
from settlement_sim.record.journal import JournalFile
from settlement_sim.report.life import life_page
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.claim_of_run import explained
from settlement_sim.study.explain import explain, find, replay
from settlement_sim.study.life import ClaimOfRun, Life, Step
from settlement_sim.study.run import Prepared
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.world import build_world

DELAY = 10
BASE = (
    "world.scale=0.002", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-29",
    f"manual.delay_days={DELAY}",
)  # fmt: skip
DIRECT = ("policies.channel.0.use=direct",)
REVERSED = (*DIRECT, "policies.channel.0.with.reversed=30", "policies.channel.0.with.reversed_after=3")
DESK = (*DIRECT, "manual.review_days=5", "manual.staff=1", "manual.claims_per_day=1")
BY_HAND = (*DESK, "policies.channel.0.use=manual")
UNPAID = (
    "policies.channel.0.use=treat_first_pay_later", "policies.channel.0.with.eligible=everybody",
    "policies.channel.0.with.defaults=15",
)  # fmt: skip
DETERRED = ("demand.response=declared", "policies.access.0.use=filing_required")
#: Steps of the funds, in the order in which they come where the prepayment suffices.
CLEARED = ["state", "pay_hospitals", "remit"]
FILING = ("policies.access.0.use=filing_required", "policies.access.0.with.late_filers=50")


class Kinds(Probe):
    """Which needs met which event, of everybody."""

    def __init__(self) -> None:
        self.ids: dict[str, list[int]] = defaultdict(list)

    def note(self, event: str, batch: Any, **beside: Any) -> None:
        flag = {"enter": "free", "take_back": "allowed"}.get(event)
        ids = batch.id
        if event == "enter":
            self.ids["asks_for_bed"] += ids[beside["free"] & (batch.care == CARE_TYPES.index("inpatient"))].tolist()
        if flag:
            self.ids[f"not {event}"] += ids[~beside[flag]].tolist()
            ids = ids[beside[flag]]
        self.ids[event] += ids.tolist()


@dataclass(frozen=True)
class Seen:
    """One run as it wrote itself down."""

    prepared: Prepared
    kinds: dict[str, list[int]]
    claims: pd.DataFrame
    journal: pd.DataFrame

    def claim(self, need: int, entry: str) -> Any:
        (row,) = self.claims[(self.claims.need == need) & (self.claims.entry == entry)].itertuples()
        return row

    def first(self, *kinds: str) -> int:
        """The first need that met all of these events."""
        found = set.intersection(*(set(self.kinds[kind]) for kind in kinds))
        return min(found)

    def tell(self, need: int) -> Life:
        return explain(self.prepared, need)


@cache
def seen(*settings: str) -> Seen:
    return see(runs.prepared(*BASE, *settings))


def see(prepared: Prepared) -> Seen:
    from tempfile import TemporaryDirectory

    kinds = Kinds()
    simulation = Simulation(prepared.world, prepared.book, prepared.plan, kinds)
    ledger = simulation.outcome.ledger
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "claims.parquet", Path(folder) / "journal.parquet"
        with (
            closing(ClaimsFile(paths[0], prepared.world, prepared.plan.first)) as settled,
            closing(JournalFile(paths[1], prepared.world, ledger)) as entries,
        ):
            simulation.observers.append(settled)
            ledger.listeners.append(entries)
            simulation.run()
        claims, journal = (pd.read_parquet(path) for path in paths)
    plain = {name: claims[name].astype(str) for name in claims.select_dtypes("category")}
    return Seen(prepared, kinds.ids, claims.assign(**plain), journal)


def what(life: Life) -> list[str]:
    return [step.what for step in life.steps]


def step(life: Life, name: str) -> Step:
    (found,) = (step for step in life.steps if step.what == name)
    return found


def claim(life: Life, entry: str) -> ClaimOfRun:
    (found,) = (claim for claim in life.claims if claim.entry == entry)
    return found


def after(day: str, days: int) -> str:
    return dates.iso(dates.day(day) + days)


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


def world_id(text: str) -> int:
    person, year, month, k = map(int, text.split("-"))
    return int(need_id(np.array([person]), dates.month_of(f"{year}-{month:02d}"), k)[0])


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


# when the run ends before -----------------------------------------------------------------------------------


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


# ids --------------------------------------------------------------------------------------------------------


def test_an_id_may_be_text_or_a_number_and_exists_under_every_policy() -> None:
    need = int(seen().claims.need.iloc[0])
    assert seen().tell(need) == explain(seen().prepared, need_text(need))
    lives = [explain(seen(*settings).prepared, need) for settings in ((), FILING, DIRECT, DETERRED)]
    assert all(life.birth == lives[0].birth and life.person == lives[0].person for life in lives)


@pytest.mark.parametrize(
    ("need", "words"),
    [
        ("7-2024-13-1", "need id: found '7-2024-13-1'; expected person-year-month-k, such as 7-2024-01-1"),
        ("7-2024-01-64", "found '7-2024-01-64'; expected person-year-month-k"),
        ("seven", "found 'seven'; expected person-year-month-k"),
        ("999999-2024-01-0", "found 999999-2024-01-0: no person 999999; expected an id whose person is one of the"),
        ("7-2023-06-0", "found 7-2023-06-0, of 2023-06; expected a month of the run, 2024-01 to 2024-02"),
    ],
)
def test_an_id_that_cannot_be(need: str, words: str) -> None:
    with pytest.raises(InputError) as told:
        explain(seen().prepared, need)
    assert words in str(told.value)


def test_an_id_that_is_never_born_names_those_that_are() -> None:
    need = int(seen().claims.need.iloc[0])
    person, year, month, _ = need_text(need).split("-")
    mine = [need_text(n) for n in seen().kinds["route"] if need_text(n).startswith(f"{person}-{year}-{month}-")]
    with pytest.raises(InputError) as told:
        explain(seen().prepared, f"{person}-{year}-{month}-40")
    listed = ", ".join(sorted(mine, key=lambda text: int(text.rsplit("-", 1)[1])))
    assert f"expected a need of person {person} in {year}-{month}: {listed}" in str(told.value)


def test_a_person_without_needs_that_month_is_told_the_others() -> None:
    months = defaultdict(set)
    for need in seen().kinds["route"]:
        person, _, month, _ = need_text(need).split("-")
        months[person].add(month)
    person = next(person for person, found in months.items() if found == {"02"})
    with pytest.raises(InputError, match=f"person {person}, who has none in 2024-01: {person}-2024-02-0"):
        explain(seen().prepared, f"{person}-2024-01-0")


# the replay -------------------------------------------------------------------------------------------------


def test_the_replay_ends_when_nothing_is_left_to_happen() -> None:
    """Stated, remitted and paid within the day: the replay ends on it, though 5 % wait for the annual closing."""
    prepared = runs.with_plan(seen().prepared, *BASE, "policies.clearing.0.use=real_time_gross")
    row = seen().claims[(seen().claims.cleared > 0) & (seen().claims.settled < "2024-01-20")].iloc[0]
    days: list[int] = []
    life = explain(prepared, int(row.need), progress=lambda done, total: days.append(total))
    assert life.until == dates.day(str(row.settled)[:10]) and life.open == () and what(life)[-3:] == [
        "state", "remit", "pay_hospitals",
    ]  # fmt: skip
    assert len(days) == row.settled.day - 1 and set(days) <= {60}, "the last day is cut short"
    told = claim(life, "settle").payment
    assert told is not None and told["kept_back"]["due"] == "2025-03-31"


def test_lines_that_differ_from_the_run_are_a_defect() -> None:
    need = int(seen().claims[seen().claims.care_type == "inpatient"].need.iloc[0])
    telling = replay(seen().prepared, need)
    (event,) = telling.story.claims
    book = RuleBook.load()
    explained(telling.simulation, book, event, telling.story.moment, emergency=False)
    event.beside["settled"].advances.cash[0] += 1
    with pytest.raises(BrokenLaw, match=r"the lines of .* differ from the run: cash is"):
        explained(telling.simulation, book, event, telling.story.moment, emergency=False)


@pytest.mark.parametrize(("care_type", "path"), [("inpatient", "manual"), ("outpatient", None), ("chronic", "direct")])
def test_ids_to_begin_with(care_type: str, path: str | None) -> None:
    found = find(seen().prepared, care_type, path)
    rows = seen().claims.set_index("need").loc[[world_id(text) for text in found]]
    assert len(found) == 5 and (rows.care_type == care_type).all()
    assert path is None or (rows.path == path).all()


# how it is printed ------------------------------------------------------------------------------------------


def page(life: Life, lang: Any) -> str:
    out = StringIO()
    Console(file=out, width=200).print(life_page(life, lang))
    return out.getvalue()


@pytest.mark.parametrize(
    ("settings", "kind"),
    [((), "not enter"), ((), "not_listed"), (DETERRED, "turned_away"), (REVERSED, "take_back"),
     (REVERSED, "not take_back"), (DESK, "advance"), (DIRECT, "assist")],
)  # fmt: skip
def test_every_life_can_be_printed_in_both_languages(settings: tuple[str, ...], kind: str) -> None:
    need = seen(*settings).kinds[kind][0]
    life = seen(*settings).tell(need)
    assert need_text(need) in page(life, "en") and "何人" in page(life, "zh")
    json.dumps(life.to_dict(), ensure_ascii=False)


def test_the_page_holds_what_was_asked_for() -> None:
    row = seen().claims[(seen().claims.care_type == "inpatient") & (seen().claims.path == "direct")].iloc[0]
    life = seen().tell(int(row.need))
    english, chinese = page(life, "en"), page(life, "zh")
    for words in ("Who", "Need, as fixed at birth", "Terms", "What happened", "used before in 2024", "deductible",
                  "journal entry", "statement", "remittance", "payment instruction",
                  "paid at the annual closing"):  # fmt: skip
        assert words in english, words
    assert f"{row.total_fee / 100:,.2f}" in english
    for words in (
        "住院",
        "何种条件",
        "经过",
        "起付线",
        "日记账",
        "清算通知",
        "省间划拨",
        "拨付指令",
        "年度清算拨付",
        "依据文件",
    ):
        assert words in chinese, words


def test_machines_read_the_same_life() -> None:
    row = seen().claims[seen().claims.care_type == "outpatient"].iloc[0]
    said = seen().tell(int(row.need)).to_dict()
    assert said["format"] == 1 and said["need_id"] == row.need and said["need"] == need_text(int(row.need))
    (told,) = said["claims"]
    assert told["columns"]["cash"] == {"fen": row.cash, "yuan": f"{row.cash / 100:.2f}"}
    assert told["lines"][0]["column"] == "total_fee" and told["entry"] == "settle" and told["in_window"]
    cited = [rule for line in told["lines"] for rule in line["rules"]]
    assert cited and all({"value", "from", "grade", "source"} <= set(rule) for rule in cited)


# the command ------------------------------------------------------------------------------------------------


def command(*arguments: str, folder: Path) -> Result:
    settings = (*BASE, f"calibration={runs.write_calibration(folder / 'calibration.yaml')}")
    sets = [part for setting in settings for part in ("--set", setting)]
    return CliRunner().invoke(main, ["explain", runs.BASELINE, *arguments, *sets])


def test_the_command_finds_ids_and_tells_their_lives(tmp_path: Path) -> None:
    found = command("--find", "inpatient", "--path", "manual", folder=tmp_path)
    assert found.exit_code == 0 and found.output.split() == find(seen().prepared, "inpatient", "manual")
    need = found.output.split()[0]
    told = command(need, "--json", folder=tmp_path)
    assert told.exit_code == 0 and json.loads(told.output) == json.loads(
        json.dumps(seen().tell(world_id(need)).to_dict())
    )
    chinese = command(need, "--lang", "zh", "--no-plugins", folder=tmp_path)
    assert chinese.exit_code == 0 and f"需求 {need}：已手工报销" in chinese.output


def test_the_command_refuses_an_id_that_is_never_born(tmp_path: Path) -> None:
    refused = command("7-2024-01-40", folder=tmp_path)
    assert refused.exit_code == 2 and "7-2024-01-40, which is never born; expected" in refused.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "name a NEED_ID"), (("7-2024-01-0", "--find", "chronic"), "name a NEED_ID"),
     (("7-2024-01-0", "--path", "manual"), "--path goes with --find")],
)  # fmt: skip
def test_the_command_says_how_it_is_used(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    told = command(*arguments, folder=tmp_path)
    assert told.exit_code == 2 and words in told.output
