"""What may not change a fen? The size of a batch, the process, the processor, a bystander, a policy that does nothing.

And what must move, by how much? The totals from seed to seed, as their standard errors say.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.demand.needs import INPATIENT, OUTPATIENT, Births
from settlement_sim.demand.rates import Rates
from settlement_sim.draws import Draws
from settlement_sim.record.errors_of_sums import standard_errors
from settlement_sim.record.tables import by_direction
from settlement_sim.scenario.load import load
from settlement_sim.study.run import Prepared, prepare, run
from settlement_sim.vocabulary import CARE_TYPES, POOLS
from settlement_sim.world.population import Population

#: From the middle of December to the end of January, two weeks of it counted before the year ends.
SMALL = ("world.scale=0.004", "warm_up=2023-12-10", "window.from=2023-12-18", "window.until=2024-01-31")
SEEDS = range(1, 31)
#: The 0.0005 and 0.9995 quantiles of the chi-square distribution with 29 degrees of freedom, over 29.
SPREAD = (0.334, 2.068)


@pytest.fixture(scope="module")
def small() -> Prepared:
    return runs.prepared(*SMALL)


@pytest.fixture(scope="module")
def small_claims(small: Prepared, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return claims_of(small, tmp_path_factory.mktemp("small"))


def claims_of(prepared: Prepared, folder: Path) -> pd.DataFrame:
    """The claims of a run in the order of their needs."""
    return runs.by_need(runs.run_claims(prepared, folder)[1])


# batches ------------------------------------------------------------------------------------------------


def test_the_size_of_a_batch_changes_nothing(small: Prepared, tmp_path: Path) -> None:
    found = {}
    for rows in (7, 1_000, small.plan.batch):
        finished, claims = runs.run_claims(runs.batched(small, rows), tmp_path)
        found[rows] = runs.files_of(finished, tmp_path / f"in_{rows}"), runs.by_need(claims)
    files, claims = found[small.plan.batch]
    assert len(claims) > 3_000
    for rows in (7, 1_000):
        assert differing(found[rows][0], files) == [], f"batches of {rows}"
        pd.testing.assert_frame_equal(found[rows][1], claims)


def test_one_row_at_a_time_changes_nothing(tmp_path: Path) -> None:
    tiny = runs.prepared(*runs.TINY)
    together, alone = (
        runs.files_of(run(prepared), tmp_path / name)
        for name, prepared in (("together", tiny), ("alone", runs.batched(tiny, 1)))
    )
    assert json.loads(together["totals.json"])["direct"]["sichuan_to_chongqing"]["inpatient"]["settlements"] > 0
    assert differing(alone, together) == []


def differing(some: dict[str, bytes], others: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same byte by byte."""
    return [name for name in sorted(some.keys() | others.keys()) if some.get(name) != others.get(name)]


# processes ----------------------------------------------------------------------------------------------


def dispatchable() -> list[str]:
    """Processor features that numpy would use here and can be told not to."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__[name]]


def started(folder: Path, **environment: str) -> subprocess.Popen[str]:
    """A process of its own that runs the tiny world."""
    command = [sys.executable, runs.__file__, str(folder), *runs.TINY]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def test_processes_and_processors_change_nothing(tmp_path: Path) -> None:
    """Hash seeds, other starts, and numpy without the vector instructions of this processor."""
    features = dispatchable()
    ways = {
        "hash seed 0": {"PYTHONHASHSEED": "0"},
        "hash seed 1, plain processor": {"PYTHONHASHSEED": "1", "NPY_DISABLE_CPU_FEATURES": " ".join(features)},
    }
    processes = {way: started(tmp_path / way, **environment) for way, environment in ways.items()}
    said = {}
    for way, process in processes.items():
        out, err = process.communicate()
        assert process.returncode == 0, f"{way}: {err}"
        said[way] = json.loads(out)
    here = runs.digests(runs.files_of(run(runs.prepared(*runs.TINY)), tmp_path / "here"))
    assert len(here) == 29, "totals.json and twenty-eight tables"
    assert {way: digests["files"] for way, digests in said.items()} == dict.fromkeys(ways, here)
    if features:
        assert said["hash seed 0"]["features"] == features
        assert said["hash seed 1, plain processor"]["features"] == []


def test_a_run_leaves_its_world_as_it_was(small: Prepared, tmp_path: Path) -> None:
    """So a prepared scenario can be run again, in the same process."""
    before = small.world.fingerprint()
    first, second = (runs.files_of(run(small), tmp_path / name) for name in ("first", "second"))
    assert differing(first, second) == []
    assert small.world.fingerprint() == before


# bystanders ---------------------------------------------------------------------------------------------


def never_admitted(prepared: Prepared, like: int) -> Population:
    """One more person, a copy of another under a new number, who needs outpatient care but no bed in this run."""
    people = prepared.world.population
    copies = people.take(np.full(400, like))
    copies = replace(copies, id=len(people) + np.arange(len(copies), dtype=np.int64))
    priors, plan = prepared.world.priors, prepared.plan
    rates = Rates(priors, prepared.world.calendar, prepared.world.calibration.weights, plan.growth)
    births = Births(copies, rates, priors, Draws(plan.seed, plan.replication))
    needed = np.zeros((len(copies), len(CARE_TYPES)), np.int64)
    for month in range(dates.month_index(plan.warm_up), dates.month_index(plan.last) + 1):
        for _, needs in births.month(month):
            np.add.at(needed, (needs.row, needs.care), 1)
    fit = (needed[:, INPATIENT] == 0) & (needed[:, OUTPATIENT] > 1)
    return copies.take(np.flatnonzero(fit)[:1])


def joined(*parts: Population) -> Population:
    """Populations one after the other."""
    names = parts[0].__dataclass_fields__
    return Population(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@pytest.mark.parametrize("where", ["first", "last"])
def test_an_inert_claim_changes_nobody_else(
    where: str, small: Prepared, small_claims: pd.DataFrame, tmp_path: Path
) -> None:
    """Outpatient visits of somebody new, before or behind all others: every other claim stays the same."""
    people = small.world.population
    busy = np.flatnonzero(people.rate_class == people.rate_class.max())
    extra = never_admitted(small, int(busy[0] if where == "first" else busy[-1]))
    parts = (extra, people) if where == "first" else (people, extra)
    claims = claims_of(runs.with_people(small, joined(*parts)), tmp_path)
    own = claims[claims.person == extra.id[0]]
    assert len(own) > 0, "the bystander has no claim in the window"
    pd.testing.assert_frame_equal(runs.others(int(extra.id[0]), claims), small_claims)


def with_beds_for_all(prepared: Prepared) -> Prepared:
    """Nobody waits: a thousand times the beds."""
    geography = prepared.world.geography
    beds = (geography.licensed_beds * 1_000).astype(geography.licensed_beds.dtype)
    return replace(prepared, world=replace(prepared.world, geography=replace(geography, licensed_beds=beds)))


def test_removing_a_person_removes_exactly_their_claims(small: Prepared, tmp_path: Path) -> None:
    free = with_beds_for_all(small)
    finished, claims = runs.run_claims(free, tmp_path)
    claims = runs.by_need(claims)
    assert finished.outcome.counts.waited == 0, "beds couple"
    stays = claims[claims.care_type == "inpatient"]
    gone = int(claims[claims.person.isin(stays.person)].person.value_counts().index[0])
    people = small.world.population
    fewer = with_beds_for_all(runs.with_people(small, people.take(people.id != gone)))
    left = claims_of(fewer, tmp_path)
    assert (claims.person == gone).sum() > 3
    pd.testing.assert_frame_equal(left, runs.others(gone, claims))


# policies -----------------------------------------------------------------------------------------------

#: Entries that say the same as the baseline in other words, by slot.
INERT = {
    "access split in time": """
  access:
    - {use: filing_free, until: 2023-12-25}
    - {use: filing_free, from: 2023-12-26}""",
    "access split by pool": """
  access:
    - {use: filing_free, where: {pool: [chengdu]}}
    - {use: filing_free, where: {pool: [chongqing, luzhou]}}
    - {use: filing_free, where: others}""",
    "a filing that costs nothing": """
  access:
    - {use: filing_required, with: {cut_referral: 0, cut_other: 0}}""",
    "a filing that costs nothing, for some": """
  access:
    - {use: filing_free, where: {pool: [chongqing]}, until: 2024-01-10}
    - {use: filing_required, where: {pool: [chongqing]}, from: 2024-01-11, with: {cut_referral: 0, cut_other: 0}}
    - {use: filing_free, where: others}""",
    "catalogue split by scheme": """
  catalogue:
    - {use: care_place, where: {scheme: employee}}
    - {use: care_place, where: others}""",
    "basic layer split in time and by pool": """
  benefit:
    basic:
      - {use: insured_place, where: {pool: [chengdu]}, until: 2023-12-31}
      - {use: insured_place, where: {pool: [chengdu]}, from: 2024-01-01}
      - {use: insured_place, where: others}""",
    "assistance split by scheme": """
  benefit:
    assistance:
      - {use: insured_place, where: {scheme: resident}}
      - {use: insured_place, where: others}""",
    "channel split in time": """
  channel:
    - {use: one_stop, until: 2023-12-31}
    - {use: one_stop, from: 2024-01-01}""",
    "a network of all": """
  access:
    - {use: network, with: {community: 100, level_1: 100}}""",
    "a border that is like the rest": """
  access:
    - {use: border_local, with: {manual_stays: 23}}""",
    "nobody reversed": """
  channel:
    - {use: one_stop, with: {reversed_after: 9}}""",
    "clearing split by pool": """
  clearing:
    - {use: prepaid_monthly_gross, where: {pool: [chongqing]}}
    - {use: prepaid_monthly_gross, where: others}""",
    "clearing split in time": """
  clearing:
    - {use: prepaid_monthly_gross, until: 2024-01-04}
    - {use: prepaid_monthly_gross, from: 2024-01-05}""",
}


@pytest.fixture(scope="module")
def small_files(small: Prepared, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return runs.files_of(run(small), tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("policies", INERT.values(), ids=INERT)
def test_an_inert_policy_changes_nothing(
    policies: str, small: Prepared, small_files: dict[str, bytes], tmp_path: Path
) -> None:
    path = scenario(tmp_path, policies)
    files = runs.files_of(run(runs.with_plan(small, *SMALL, scenario=path)), tmp_path / "run")
    said = {"decisions.csv"}  # which policy decided, and for which reason
    assert differing(files, small_files) in ([], [*said])
    counts = [by_slot(all_files["decisions.csv"]) for all_files in (files, small_files)]
    assert counts[0] == counts[1], "other decisions than before were asked for"


def by_slot(decisions: bytes) -> dict[str, int]:
    """How many rows each slot decided about."""
    return pd.read_csv(io.BytesIO(decisions)).groupby("slot").rows.sum().to_dict()


def test_when_the_funds_pay_changes_neither_visits_nor_bills(
    small: Prepared, small_files: dict[str, bytes], tmp_path: Path
) -> None:
    """Which is why a calibration does not rest on it. (Where settlements are taken back it decides until when.)"""
    path = scenario(tmp_path, "\n  clearing:\n    - {use: real_time_gross}")
    files = runs.files_of(run(runs.with_plan(small, *SMALL, scenario=path)), tmp_path / "run")
    of_money = {"obligations", "remittances", "collections", "prepayment", "usage", "liquidity", "days_to_cash",
                "receivables", "waiting", "decisions"}  # fmt: skip
    changed = differing(files, small_files)
    assert "remittances.csv" in changed and set(changed) <= {f"{name}.csv" for name in of_money} | {"totals.json"}
    said = [json.loads(each["totals.json"]) for each in (files, small_files)]
    assert {key for key in said[0] if said[0][key] != said[1][key]} == {"funds"}


def test_what_is_netted_is_not_split_by_entries(small: Prepared, tmp_path: Path) -> None:
    """The same policy under two entries is one: provinces net what they owe each other whoever names them."""
    sichuan = f"{{pool: [{', '.join(POOLS[1:])}]}}"
    later, files = "{use: real_time_gross, from: 2024-01-05}", []
    for name, entries in (
        ("one", ["{use: bilateral_net, until: 2024-01-04}", later]),
        ("two", ["{use: bilateral_net, where: {pool: [chongqing]}, until: 2024-01-04}",
                 f"{{use: bilateral_net, where: {sichuan}, until: 2024-01-04}}", later]),
    ):  # fmt: skip
        path = scenario(tmp_path, "\n  clearing:" + "".join(f"\n    - {entry}" for entry in entries))
        files.append(runs.files_of(run(runs.with_plan(small, *SMALL, scenario=path)), tmp_path / name))
    assert b"set_off" in files[0]["remittances.csv"]
    assert differing(*files) in ([], ["decisions.csv"])


def test_a_policy_that_does_something_is_seen(small: Prepared, small_files: dict[str, bytes], tmp_path: Path) -> None:
    path = scenario(tmp_path, "\n  access:\n    - {use: filing_required, with: {cut_other: 1}}")
    files = runs.files_of(run(runs.with_plan(small, *SMALL, scenario=path)), tmp_path / "run")
    assert "totals.json" in differing(files, small_files)


def scenario(folder: Path, policies: str) -> Path:
    """The baseline with other words for its policies."""
    path = folder / "other_words.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\npolicies:{policies}\n", "utf-8")
    return path


# seeds --------------------------------------------------------------------------------------------------


def test_a_run_seed_changes_nothing_in_the_world(small: Prepared) -> None:
    """The population belongs to world_seed; all other settings leave it alone."""
    for setting in ("seed=77", "readings.growth=R2", "manual.delay_days=45", "window.until=2024-01-30"):
        other = prepare(load(runs.BASELINE, (*SMALL, setting)), calibration=runs.CALIBRATION)
        assert other.world.fingerprint() == small.world.fingerprint(), f"{setting} changes the world"
    other = prepare(load(runs.BASELINE, (*SMALL, "world.world_seed=7")), calibration=runs.CALIBRATION)
    assert other.world.fingerprint() != small.world.fingerprint()
    assert len(other.world.population) == len(small.world.population)


@pytest.fixture(scope="module")
def seeds() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Totals and squared standard errors over thirty seeds: seeds × directions, all care types together.

    Nothing is kept back for a year, so that runs end sooner: when the funds pay changes none of these totals.
    """
    retention = "policies.clearing.0.with.retention=0"
    base = runs.prepared(*runs.TINY, "world.scale=0.006", "window.until=2024-01-31", retention)
    totals: dict[str, list[np.ndarray]] = {"settlements": [], "total_fee": [], "fund_total": []}
    squares: dict[str, list[np.ndarray]] = {name: [] for name in totals}
    for seed in SEEDS:
        recorder = run(replace(base, plan=replace(base.plan, seed=seed))).outcome.recorder
        sums, errors = by_direction(recorder), standard_errors(recorder)
        for name, found in totals.items():
            found.append(sums[name].sum(1))
            squares[name].append(errors[name][:, -1] ** 2)
    return (
        {name: np.array(values, float) for name, values in totals.items()},
        {name: np.array(values) for name, values in squares.items()},
    )


Both = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


@pytest.mark.parametrize("name", ["settlements", "total_fee", "fund_total"])
def test_totals_spread_as_their_standard_errors_say(name: str, seeds: Both) -> None:
    """Neither zero, as if conditioned on a total, nor inflated, as if something moved all persons together."""
    totals, squares = (part[name] for part in seeds)
    ratio = totals.var(axis=0, ddof=1) / squares.mean(axis=0)
    low, high = SPREAD
    assert ((low < ratio) & (ratio < high)).all(), f"variance over seeds is {ratio} times the squared error"


def test_the_two_directions_do_not_move_together(seeds: Both) -> None:
    """No draw is shared between persons: a correlation over thirty seeds stays below its 0.001 bound, 0.57."""
    bound = 0.57
    for name, totals in seeds[0].items():
        assert abs(np.corrcoef(totals.T)[0, 1]) < bound, name


def test_neighbouring_seeds_have_nothing_in_common(seeds: Both) -> None:
    """Serial correlation over seeds 1 to 30 stays below its 0.001 bound, 0.58."""
    bound = 0.58
    for name, totals in seeds[0].items():
        centred = totals - totals.mean(axis=0)
        serial = (centred[1:] * centred[:-1]).sum(axis=0) / (centred**2).sum(axis=0)
        assert (abs(serial) < bound).all(), name


def test_seeds_and_replications_are_different_runs(
    small: Prepared, small_files: dict[str, bytes], tmp_path: Path
) -> None:
    for change in ({"seed": small.plan.seed + 1}, {"replication": 1}):
        other = replace(small, plan=replace(small.plan, **change))
        files = runs.files_of(run(other), tmp_path / next(iter(change)))
        assert "totals.json" in differing(files, small_files), change
