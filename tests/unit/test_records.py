"""Does the recorder keep every row in its cell, and are standard errors what one would work out by hand?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import runs

from settlement_sim import dates
from settlement_sim.engine.admissions import AT_HOME, Counts
from settlement_sim.engine.advanced import Advanced
from settlement_sim.ledger.ledger import GROUPS, Entry, Ledger
from settlement_sim.policies.base import SLOTS
from settlement_sim.record import beside
from settlement_sim.record.columns import (
    ALWAYS_ZERO,
    COUNTS,
    DERIVED,
    DERIVED_NAMES,
    FUNDS,
    MONEY,
    MONEY_NAMES,
    contract,
)
from settlement_sim.record.errors_of_sums import standard_errors
from settlement_sim.record.journal import JournalFile
from settlement_sim.record.recorder import CLUSTERED, Keys, Recorder, with_derived
from settlement_sim.record.tables import by_direction, exact, shaped, tables
from settlement_sim.study.run import Finished, run
from settlement_sim.vocabulary import CARE_TYPES, POOLS, SCHEMES
from settlement_sim.world.population import Population
from settlement_sim.world.world import World

DAY = dates.day("2024-03-05")


# keys ---------------------------------------------------------------------------------------------------


def possible(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every group, care type and provider of the other province."""
    province = world.geography.unit_province[world.geography.provider_unit]
    rows = [
        (group, care, provider)
        for group in range(GROUPS) for care in range(len(CARE_TYPES))
        for provider in np.flatnonzero(province != (group >= len(SCHEMES)))
    ]  # fmt: skip
    group, care, provider = np.array(rows).T
    return group, care, provider


def test_every_possible_row_has_a_cell_of_its_own(small_world: World) -> None:
    keys, (group, care, provider) = Keys.of(small_world), possible(small_world)
    cells = keys.of_rows(group, care, provider)
    assert len(np.unique(cells)) == len(cells) > 10_000
    assert cells.min() >= 0 and cells.max() < keys.cells


def test_a_cell_tells_its_row(small_world: World) -> None:
    keys, (group, care, provider) = Keys.of(small_world), possible(small_world)
    rest, side = np.divmod(keys.of_rows(group, care, provider), keys.providers)
    assert (np.divmod(rest, len(CARE_TYPES))[0] == group).all()
    assert (np.divmod(rest, len(CARE_TYPES))[1] == care).all()
    assert (keys.provider(group, side) == provider).all()


def test_groups_are_contiguous(small_world: World) -> None:
    """The cells of a group lie together, so that a group is a slice of the obligations."""
    keys, (group, care, provider) = Keys.of(small_world), possible(small_world)
    assert (keys.of_rows(group, care, provider) // (keys.cells // GROUPS) == group).all()


# recorder -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished() -> Finished:
    """January and a day, with a week that is left out of the tables."""
    settings = ("world.scale=0.002", "warm_up=2023-12-25", "window.from=2024-01-01", "window.until=2024-02-01")
    return run(runs.prepared(*settings))


def test_months_of_the_window(finished: Finished) -> None:
    recorder = finished.outcome.recorder
    assert [dates.month_iso(month) for month in recorder.months] == ["2024-01", "2024-02"]
    february = recorder.cube["settlements"][0, 1].sum()
    assert 0 < february < recorder.cube["settlements"][0, 0].sum() / 5, "one day of February"


def test_nothing_settled_outside_the_window_is_kept(small_world: World) -> None:
    recorder = Recorder(small_world, DAY, DAY + 1)
    for day, kept in ((DAY - 1, 0), (DAY, 1), (DAY + 1, 2), (DAY + 2, 2)):
        recorder.batch(day, 0, one_visit(small_world))
        assert recorder.cube["settlements"].sum() == kept
    assert recorder.cube["total_fee"].sum() == recorder.clustered()["total_fee"].sum() == 2 * 1_000


def test_claims_by_hand_are_kept_apart(small_world: World) -> None:
    recorder = Recorder(small_world, DAY, DAY)
    recorder.batch(DAY, 1, one_visit(small_world))
    assert recorder.cube["settlements"][1].sum() == 1 and recorder.cube["settlements"][0].sum() == 0
    assert not recorder.flows.any(), "flows are of direct settlements"
    assert not any(column.any() for column in recorder.clustered().values())


def one_visit(world: World) -> Any:
    """One settlement of 10 yuan of the first person, as far as the recorder looks at it."""
    provider = np.flatnonzero(world.geography.unit_province[world.geography.provider_unit] == 1)[:1]
    amounts = {
        "total_fee": 1_000, "outside_scope": 100, "above_price_limit": 50, "advance_self_pay": 150,
        "deductible_paid": 200, "pooled_fund": 300, "personal_account": 250,
    }  # fmt: skip

    def money(name: str, sign: int = 1) -> np.ndarray:
        return np.array([sign * amounts.get(name, 0)])

    visits = SimpleNamespace(row=np.zeros(1, np.int32), care=np.ones(1, np.int8))
    return SimpleNamespace(
        visits=visits, provider=provider, counted=np.ones(1, np.int64), money=money, total_fee=money("total_fee"),
        advances=SimpleNamespace(personal_account=money("personal_account")),
        cleared=money("pooled_fund") + money("personal_account"),
    )  # fmt: skip


def test_what_the_identities_say_is_made_from_what_is_kept(small_world: World) -> None:
    recorder = Recorder(small_world, DAY, DAY)
    recorder.batch(DAY, 0, one_visit(small_world))
    sums = {name: int(column.sum()) for name, column in with_derived(recorder.cube).items()}
    assert {name: amount for name, amount in sums.items() if amount} == {
        "settlements": 1, "total_fee": 1_000, "outside_scope": 100, "above_price_limit": 50, "advance_self_pay": 150,
        "in_scope": 700, "deductible_paid": 200, "pooled_fund": 300, "personal_account": 250, "cash": 450,
        "fund_total": 300, "person_total": 700, "cleared": 550,
    }  # fmt: skip
    unit = small_world.population.unit[0]
    assert recorder.flows[:, unit * small_world.units : (unit + 1) * small_world.units].sum(1).tolist() == [
        1,
        1_000,
        550,
    ]


def test_what_is_taken_back_is_counted_apart_and_its_money_is_gone(small_world: World) -> None:
    """Settled twice, taken back once: two settlements, one reversal, the money of one."""
    recorder = Recorder(small_world, DAY, DAY + 1)
    for day in (DAY, DAY + 1):
        recorder.batch(day, 0, one_visit(small_world))
    recorder.batch(DAY + 1, 0, one_visit(small_world), sign=-1)
    sums = {name: int(column.sum()) for name, column in with_derived(recorder.cube).items()}
    assert (sums["settlements"], sums["reversed"]) == (2, 1)
    once = {"total_fee": 1_000, "in_scope": 700, "pooled_fund": 300, "personal_account": 250, "cash": 450}
    assert {name: sums[name] for name in once} == once
    assert recorder.flows.sum(1).tolist() == [1, 1_000, 550], "flows are of what is left"
    kept = {name: int(column[1, 0]) for name, column in recorder.clustered().items()}
    assert kept == {"settlements": 1, "total_fee": 1_000, "fund_total": 300}


def test_what_was_settled_before_the_window_may_be_taken_back_in_it(small_world: World) -> None:
    """The books of the window show the reversal alone: one taken back, and its money as a minus."""
    recorder = Recorder(small_world, DAY, DAY)
    recorder.batch(DAY - 1, 0, one_visit(small_world))
    recorder.batch(DAY, 0, one_visit(small_world), sign=-1)
    sums = {name: int(column.sum()) for name, column in recorder.cube.items()}
    assert (sums["settlements"], sums["reversed"], sums["total_fee"], sums["pooled_fund"]) == (0, 1, -1_000, -300)
    kept = {name: int(column[1, 0]) for name, column in recorder.clustered().items()}
    assert kept == {"settlements": -1, "total_fee": -1_000, "fund_total": -300}


def test_tables_show_settlements_reversals_and_what_is_left(finished: Finished) -> None:
    assert [column.name for column in COUNTS] == ["settlements", "reversed", "net"]
    for name in ("totals", "by_hand", "by_month", "by_pool", "by_scheme", "by_level"):
        frame = tables(finished.outcome)[name]
        assert (frame.net == frame.settlements - frame.reversed).all()
        assert (frame.reversed == 0).all(), "the baseline takes nothing back"


def test_sums_of_persons_are_those_of_the_cube(finished: Finished) -> None:
    recorder = finished.outcome.recorder
    of_care = by_direction(recorder)
    for name, column in recorder.clustered().items():
        assert column.sum(1).tolist() == of_care[name].sum(0).tolist(), name
        province = recorder.world.population.province
        assert column[:, province == 0].sum() == of_care[name][0].sum()


def test_a_large_bill_of_one_person_keeps_apart_from_its_count(small_world: World) -> None:
    """Counts and fen of a person share an integer: ten thousand settlements of a hundred thousand yuan fit."""
    recorder = Recorder(small_world, DAY, DAY)
    visit = one_visit(small_world)
    visit.counted, visit.total_fee = np.array([10_000]), np.array([10**11])
    recorder.batch(DAY, 0, visit)
    kept = recorder.clustered()
    assert (kept["settlements"][1, 0], kept["total_fee"][1, 0]) == (10_000, 10**11)


# standard errors ----------------------------------------------------------------------------------------


@dataclass
class ByHand:
    """A recorder of few persons with given sums of outpatient care."""

    world: Any
    first: int
    sums: list[int]

    def clustered(self) -> dict[str, np.ndarray]:
        column = np.zeros((len(CARE_TYPES), len(self.sums)), np.int64)
        column[CARE_TYPES.index("outpatient")] = self.sums
        return {"settlements": column, "total_fee": 100 * column, "fund_total": 0 * column}


def alike(people: Population, province: int, number: int) -> np.ndarray:
    """Rows of persons of one province between whom the model sees no difference."""
    band = people.age_band(DAY)
    same = (people.province == province) & (people.scheme == 1) & (people.chronic_class == 0)
    rows = np.flatnonzero(same & (people.rate_class == 0) & (band == 3))
    assert len(rows) >= number
    return rows[:number]


def errors(people: Population, rows: np.ndarray, sums: list[int]) -> dict[str, np.ndarray]:
    recorder: Any = ByHand(SimpleNamespace(population=people.take(rows)), DAY, sums)
    return standard_errors(recorder)


def test_a_standard_error_by_hand(people: Population) -> None:
    """Three alike with 1, 2 and 6: mean 3, squares 4 + 1 + 9 = 14; 14 · 3/2 = 21."""
    found = errors(people, alike(people, 0, 3), [1, 2, 6])
    outpatient, everything = CARE_TYPES.index("outpatient"), len(CARE_TYPES)
    assert set(found) == set(CLUSTERED) and found["settlements"].shape == (2, len(CARE_TYPES) + 1)
    assert found["settlements"][0, outpatient] == pytest.approx(math.sqrt(21))
    assert found["settlements"][0, everything] == pytest.approx(math.sqrt(21))
    assert found["total_fee"][0, everything] == pytest.approx(100 * math.sqrt(21))
    assert not found["settlements"][1].any(), "the other direction"
    assert not found["settlements"][0, [c for c in range(everything) if c != outpatient]].any()


def test_what_persons_differ_in_is_no_chance(people: Population) -> None:
    """Two strata: 0 and 4 of one (mean 2, 8 · 2/1 = 16), 10 and 16 of another (mean 13, 18 · 2/1 = 36)."""
    few, often = alike(people, 0, 2), np.flatnonzero((people.province == 0) & (people.rate_class == 3))
    same = often[stratum_of(people)[often] == stratum_of(people)[often[0]]][:2]
    found = errors(people, np.concatenate([few, same]), [0, 4, 10, 16])
    assert found["settlements"][0, -1] == pytest.approx(math.sqrt(16 + 36))


def stratum_of(people: Population) -> np.ndarray:
    from settlement_sim.demand.rates import stratum

    return stratum(people, DAY)


def test_directions_have_their_own_errors(people: Population) -> None:
    """1 and 3 one way (mean 2, 2 · 2/1 = 4), 0, 0 and 3 the other (mean 1, 6 · 3/2 = 9)."""
    rows = np.concatenate([alike(people, 0, 2), alike(people, 1, 3)])
    found = errors(people, rows, [1, 3, 0, 0, 3])["settlements"][:, -1]
    assert found.tolist() == pytest.approx([2, 3])


def test_equal_persons_have_no_error_and_care_types_add_within_a_person(people: Population) -> None:
    assert not errors(people, alike(people, 1, 4), [5, 5, 5, 5])["settlements"].any()
    recorder: Any = ByHand(SimpleNamespace(population=people.take(alike(people, 0, 2))), DAY, [0, 2])
    column = recorder.clustered()["settlements"]
    column[CARE_TYPES.index("pharmacy")] = [2, 0]
    recorder.clustered = lambda: dict.fromkeys(CLUSTERED, column)
    found = standard_errors(recorder)["settlements"][0]
    assert found[CARE_TYPES.index("pharmacy")] == found[CARE_TYPES.index("outpatient")] == pytest.approx(2)
    assert found[-1] == 0, "what one visits more the other visits less: the sum of all care types is certain"


# tables -------------------------------------------------------------------------------------------------


def test_tables_have_a_row_for_every_combination(finished: Finished) -> None:
    found = tables(finished.outcome)
    rows = {
        "totals": 2 * 5, "by_hand": 2 * 4, "by_month": 2 * 2 * 4, "by_pool": 22 * 2 * 4, "by_scheme": 2 * 2 * 4,
        "by_level": 2 * 4 * 5, "by_payer": 2 * 4 * 6, "advanced": 4 * 22 * 2, "care_at_home": 2 * 22 * 2 * 4,
    }  # fmt: skip
    assert {name: len(found[name]) for name in rows} == rows
    for name in ("totals", "by_hand", "by_month", "by_pool", "by_scheme", "by_level", "advanced", "care_at_home"):
        assert not found[name].isna().any(axis=None)


def test_decisions_are_counted_by_policy_and_reason(finished: Finished) -> None:
    """The baseline asks twice about access (two entries of the same policy), and every settlement passes each slot."""
    frame = tables(finished.outcome)["decisions"].set_index(["slot", "policy", "reason"]).rows
    settled = finished.outcome.recorder.cube["settlements"]
    # A purchase with an empty account is adjudicated too.
    adjudicated = settled.sum() + finished.outcome.empty_accounts
    for slot, policy in (
        ("catalogue", "care_place"), ("basic", "insured_place"), ("catastrophic", "insured_place"),
        ("assistance", "insured_place"), ("channel", "one_stop"),
    ):  # fmt: skip
        assert frame[slot, policy, "any"] == adjudicated, slot
    asked = frame["clearing", "prepaid_monthly_gross", "any"]
    assert asked == 22 * 2 * 22 * 32, "pools by schemes by care pools by days of the window"
    free, by_hand = frame["access", "filing_free"][["no_filing_asked", "by_hand"]]
    born = finished.outcome.counts
    assert by_hand > 0 and free + by_hand > adjudicated - born.waited > 0
    assert set(frame.index.get_level_values("slot")) == {*SLOTS}


def test_what_is_beside_a_run_by_hand() -> None:
    """Two advances of Chengdu's residents: 100 for 3 days, 200 for 5; one of Chongqing's employees, of another kind."""
    sums = Advanced()
    sums.add("manual", np.array([3, 3]), np.array([100, 200]), np.array([3, 5]))
    sums.add("deposit", np.array([0]), np.array([7]), 2)
    outcome: Any = SimpleNamespace(advanced=sums)
    frame = beside.advanced(outcome).set_index(["kind", "pool", "scheme"])
    assert frame.loc["manual", "chengdu", "resident"].tolist() == [2, 300, 300 + 1_000]
    assert frame.loc["deposit", "chongqing", "employee"].tolist() == [1, 7, 14]
    assert frame.sum().tolist() == [3, 307, 1_314]


def test_care_at_home_by_hand() -> None:
    counts = Counts()
    group, chronic = 2 * POOLS.index("chengdu") + SCHEMES.index("resident"), CARE_TYPES.index("chronic")
    cell = group * len(CARE_TYPES) + chronic
    counts.at_home[AT_HOME.index("not_listed"), cell], counts.home_cost[AT_HOME.index("not_listed"), cell] = 2, 55
    counts.at_home[AT_HOME.index("turned_away"), 0], counts.home_cost[AT_HOME.index("turned_away"), 0] = 1, 7
    outcome: Any = SimpleNamespace(counts=counts)
    frame = beside.care_at_home(outcome).set_index(["reason", "pool", "scheme", "care_type"])
    assert frame.loc["not_listed", "chengdu", "resident", "chronic"].tolist() == [2, 55]
    assert frame.loc["turned_away", "chongqing", "employee", "inpatient"].tolist() == [1, 7]
    assert frame.sum().tolist() == [3, 62]


@pytest.fixture(scope="module")
def by_hand_alone() -> Finished:
    """A run in which nothing crosses the border: many of its tables are empty."""
    return run(runs.prepared(*runs.TINY, "policies.channel.0.use=manual"))


@pytest.mark.parametrize("which", ["finished", "by_hand_alone"])
def test_every_column_of_every_table_has_a_contract(which: str, request: pytest.FixtureRequest) -> None:
    for name, frame in tables(request.getfixturevalue(which).outcome).items():
        said = contract(frame)
        assert [column["name"] for column in said] == list(frame.columns), name
        for column in said:
            # Whole numbers of which some are missing have a type of their own.
            kind = str(frame[column["name"]].dtype).lower()
            assert column["dtype"] == (kind if kind in ("int64", "float64") else "str"), f"{name}.{column['name']}"
            assert column["sums"] in ("adds", "counts", "key", "none")


def test_columns_have_one_name_and_the_name_of_the_national_interface() -> None:
    money = [*MONEY, *ALWAYS_ZERO, *DERIVED]
    national = [column.national for column in money]
    assert len({column.name for column in money}) == len(money) == 20
    assert [column.name for column in money if not column.national] == ["cleared"], "it has no such name"
    assert len(set(national)) == len(money), "two columns of one national name"
    assert {*FUNDS} < {*MONEY_NAMES} and not {*MONEY_NAMES} & {*DERIVED_NAMES}
    for parts in DERIVED.values():
        assert {*parts} <= {*MONEY_NAMES}


def test_exact_totals_are_plain_integers(finished: Finished) -> None:
    said = exact(finished.outcome)
    assert set(said) == {"format", "direct", "by_hand", "counts", "funds"}

    def leaves(node: Any) -> list[Any]:
        return [leaf for child in node.values() for leaf in leaves(child)] if isinstance(node, dict) else [node]

    assert all(type(leaf) is int for leaf in leaves(said))
    assert shaped(finished.outcome.recorder)["cash"].shape[2:5] == (len(POOLS), len(SCHEMES), len(CARE_TYPES))


# files --------------------------------------------------------------------------------------------------


def test_a_file_of_no_claims_can_be_read(finished: Finished, tmp_path: Path) -> None:
    """Whoever asks for claims finds a file, if only with its columns."""
    prepared = finished.prepared
    calibration = prepared.world.calibration
    never = {province: dict.fromkeys(weights, 0) for province, weights in calibration.weights.items()}
    world = replace(prepared.world, calibration=replace(calibration, weights=never))
    run(replace(prepared, world=world), claims=tmp_path / "claims.parquet")
    table = pq.read_table(tmp_path / "claims.parquet")
    assert table.num_rows == 0 and {"need", "person", *MONEY_NAMES} <= {*table.column_names}


def test_claims_of_the_warm_up_are_left_out(finished: Finished, tmp_path: Path) -> None:
    again, claims = runs.run_claims(finished.prepared, tmp_path)
    assert claims.settled.min() >= pd.Timestamp("2024-01-01") and claims.settled.max() < pd.Timestamp("2024-02-02")
    assert len(claims) == again.outcome.recorder.cube["settlements"].sum()


def test_a_journal_entry_by_hand(small_world: World, tmp_path: Path) -> None:
    """One direct settlement: 300 from the pool, 250 from the account, 450 in cash; then the hospital is paid, and the
    pool pays its province."""
    ledger, keys, path = Ledger(), Keys.of(small_world), tmp_path / "journal.parquet"
    provider = int(np.flatnonzero(keys.province == 1)[0])
    cell = keys.of_rows(np.array([1]), np.array([2]), np.array([provider]))
    nothing = {name: np.zeros(1, np.int64) for name in ledger.amounts("settle")}
    bill = {"pooled_fund": 300, "personal_account": 250, "cash": 450, "cleared": 550}
    paid = {name: np.array([fen]) for name, fen in bill.items()}
    journal = JournalFile(path, small_world, ledger)
    journal(Entry(DAY, "settle", cell, np.array([1]), nothing | paid))
    hospital, all_of_it = np.array([1 * keys.providers + keys.side[provider]]), np.array([550])
    journal(Entry(DAY + 1, "pay_hospitals", hospital, np.array([1]), {"paid": all_of_it}, "hospital"))
    journal(Entry(DAY + 2, "collect", np.array([1]), np.array([1]), {"collected": all_of_it}, "group"))
    journal.close()
    rows = pq.read_table(path).to_pylist()
    name, pool = small_world.geography.providers[provider], POOLS[small_world.provider_pool[provider]]
    where = [
        ("2024-03-05", "settle", "chongqing", "resident", "chronic", pool, name, 1),
        ("2024-03-06", "pay_hospitals", "chongqing", "resident", None, pool, name, 1),
        ("2024-03-07", "collect", "chongqing", "resident", None, None, None, 1),
    ]
    keys_of_a_row = ("day", "event", "pool", "scheme", "care_type", "care_pool", "provider", "count")
    assert [tuple(row[key] for key in keys_of_a_row) for row in rows] == where
    moved = [{k: v for k, v in row.items() if isinstance(v, int) and v and k != "count"} for row in rows]
    assert moved == [
        {
            "pooled_fund": -300, "personal_accounts": -250, "set_aside": 550, "hospital_receivable": 550,
            "payable_to_hospitals": -550, "hospital_cash": 450, "patients": -450,
        },
        {"prepayment": -550, "hospital_receivable": -550, "payable_to_hospitals": 550, "hospital_cash": 550},
        {"set_aside": -550, "province_account": 550},
    ]  # fmt: skip


@pytest.mark.parametrize("grain", ["care", "hospital", "group"])
def test_a_cell_of_each_grain_tells_what_it_can(grain: Any, small_world: World) -> None:
    """Of group 3, care type 2, provider 5: the care type at the finest grain alone, no provider at the widest."""
    keys = Keys.of(small_world)
    cell = {"care": 3 * keys.of_group + 2 * keys.providers + 4, "hospital": 3 * keys.providers + 4, "group": 3}[grain]
    found = [int(part[0]) for part in keys.split(np.array([cell]), grain)]
    assert found == {"care": [3, 2, 4], "hospital": [3, 0, 4], "group": [3, 0, 0]}[grain]
