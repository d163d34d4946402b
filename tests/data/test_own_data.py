"""Do the examples of `docs/own-data.md` load, run, and change what they name and nothing else?"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs
from click.testing import CliRunner

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.own_priors import declared, differing
from settlement_sim.observed import figures as reported
from settlement_sim.observed.check import beside, check
from settlement_sim.observed.targets import Target, targets
from settlement_sim.rules.book import RuleBook
from settlement_sim.scenario.load import load
from settlement_sim.study.assumptions import assumptions, by_grade
from settlement_sim.study.calibrate import Step, write
from settlement_sim.study.fingerprint import inputs_fingerprint
from settlement_sim.study.manifest import calibration_state
from settlement_sim.study.results import Result
from settlement_sim.study.run import run
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, POOLS
from settlement_sim.world import travellers
from settlement_sim.world.geography import Geography
from settlement_sim.world.geography_tables import DAY_KINDS

PAGE = Path(__file__).parents[2] / "docs/own-data.md"
EXAMPLES = PAGE.parent / "examples"
DATA = travellers.PATH.parent
#: For editors, of a schema that only a source tree has.
SCHEMA_LINE = "# yaml-language-server: $schema=../schema/scenario-1.json"
#: The first quarter of a small world: 2,500 persons.
QUARTER = ("world.scale=0.002", "warm_up=2024-01-01", "window.until=2024-03-31")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def scenario(folder: Path, said: str) -> Path:
    """The baseline with something of one's own."""
    path = folder / "mine.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\n{said}\n", "utf-8")
    return path


# the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [*blocks("yaml"), *blocks("csv")])
def test_what_the_page_shows_stands_in_an_example(block: str) -> None:
    files = [path.read_text("utf-8") for path in EXAMPLES.rglob("*.*")]
    assert [text for text in files if block in text], "no example says this, word for word"


def test_every_example_is_named_on_the_page() -> None:
    """Those of policies belong to another page."""
    page = PAGE.read_text("utf-8")
    for path in {*EXAMPLES.rglob("*.*")} - {*EXAMPLES.glob("policies/*")}:
        assert f"]({path.relative_to(PAGE.parent)})" in page, path.name


@pytest.mark.parametrize("line", [line for block in blocks("bash") for line in block.splitlines()])
def test_the_commands_of_the_page_exist(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "python":
        assert words[1:3] == ["-m", travellers.__name__]
        return
    assert words[0] == "settlement-sim"
    for name in words:
        if name.startswith("bureau/"):
            assert (EXAMPLES / name.removeprefix("bureau/")).exists(), name
    assert CliRunner().invoke(main, [*words[1:], "--help"]).exit_code == 0


def test_the_template_is_the_examples_and_replaces_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["new", "--own-data", str(tmp_path / "bureau")])
    assert done.exit_code == 0 and done.stdout.split()[0] == str(tmp_path / "bureau/own_data.yaml")
    written = {path.relative_to(tmp_path / "bureau") for path in (tmp_path / "bureau").rglob("*.*")}
    ours = {path.relative_to(EXAMPLES) for path in {*EXAMPLES.rglob("*.*")} - {*EXAMPLES.glob("policies/*")}}
    assert written == ours
    for name in written:
        text = (EXAMPLES / name).read_text("utf-8").replace(f"{SCHEMA_LINE}\n", "")
        assert (tmp_path / "bureau" / name).read_text("utf-8") == text
    again = CliRunner().invoke(main, ["new", "--own-data", str(tmp_path / "bureau")])
    assert again.exit_code == 2 and again.stderr.count("nothing is replaced") == len(written)
    assert CliRunner().invoke(main, ["new", "--own-data", str(tmp_path / "x"), "--question", "Q5"]).exit_code == 2


def test_the_page_says_what_changes_in_the_grades() -> None:
    counts = [by_grade(assumptions(load(path))) for path in (runs.BASELINE, EXAMPLES / "own_data.yaml")]
    page = PAGE.read_text("utf-8")
    names = (("rule", "values of rules"), ("demand", "priors of demand"), ("place", "places and travellers"))
    for kind, name in names:
        for when, counted in zip(("before", "after"), counts, strict=True):
            cells = " | ".join(str(counted[kind][grade]) for grade in ("official", "secondary", "assumption"))
            assert re.search(rf"^\| {name}, {when} .* \| {re.escape(cells)} \|$", page, re.MULTILINE), (kind, when)
    before, after = (counted["place"] for counted in counts)
    assert (after["official"] - before["official"], after["assumption"] - before["assumption"]) == (5, -5)
    assert counts[1]["rule"]["official"] - counts[0]["rule"]["official"] == 8, "four levels, two dates"


# figures ------------------------------------------------------------------------------------------------


def test_own_figures_stand_beside_the_packaged_ones() -> None:
    packaged, own = ss.figures(), ss.figures([EXAMPLES / "own_figures.yaml"])
    names = ["q1_settlements_to_sichuan", "q1_gross_to_sichuan", "q1_settlements_to_chongqing", "q1_gross_to_chongqing"]
    assert list(own.figures) == [*packaged.figures, *names]
    assert list(own.hold_outs) == [*packaged.hold_outs, "q1_share_inpatient"]
    assert all(own.figures[id] == figure for id, figure in packaged.figures.items()), "the packaged ones stay"
    assert {own.sources[own[name].source].grade for name in names} == {"official"}
    assert own.hold_outs["q1_share_inpatient"].grade == "official"


def test_a_fit_would_aim_at_the_own_figures() -> None:
    figures = ss.figures([EXAMPLES / "own_figures.yaml"])
    goal = [Target(812_345, 38_000_000_000), Target(1_198_765, 97_000_000_000)]  # yuan in fen
    assert targets(figures, ("2024-01-01", "2024-03-31")) == goal
    assert targets(figures) == targets(ss.figures()), "of another window are the packaged ones"


# rules --------------------------------------------------------------------------------------------------


def cells(book: RuleBook) -> set[Any]:
    return {(e.leaf.name, e.pool, e.scheme, e.labels, e.cell) for e in book.entries()}


def test_own_rules_change_exactly_their_cells() -> None:
    packaged, own = RuleBook.load(), RuleBook.load([EXAMPLES / "own_rules.yaml"])
    gone, come = cells(packaged) - cells(own), cells(own) - cells(packaged)
    assert {cell[:3] for cell in gone | come} == {
        (leaf, "guangan", "employee") for leaf in ("inpatient.deductible", "outpatient.ceiling")
    }
    assert {cell.inherited_from for *_, cell in gone} == {"chengdu"}, "what stood in is gone"
    said = {(labels[0], f"{cell.start}"): (cell.value, cell.grade, cell.source, cell.low) for *_, labels, cell in come}
    notice = ("official", "example_notice", None)
    assert said == {
        **{("community", day): (20_000, *notice) for day in ("2023-01-01", "2024-03-01")},
        **{("1", day): (30_000, *notice) for day in ("2023-01-01", "2024-03-01")},
        **{("2", day): (50_000, *notice) for day in ("2023-01-01", "2024-03-01")},
        ("3", "2023-01-01"): (90_000, *notice),
        ("3", "2024-03-01"): (100_000, *notice),
        ("active", "2023-01-01"): (180_000, "assumption", "", 150_000),
        ("retired", "2023-01-01"): (240_000, "assumption", "", 180_000),
    }


def test_the_bill_is_split_by_the_own_rule_and_says_so() -> None:
    bill = ss.settle(EXAMPLES / "own_bill.yaml")
    assert bill.differences == ()
    (basis,) = (rule for line in bill.lines for rule in line.rules if rule.leaf == "inpatient.deductible")
    assert (basis.value, basis.grade, basis.source.en) == (
        "1000.00", "official", "Example document (put your own here)",
    )  # fmt: skip


def test_own_rules_change_the_claims_of_their_insured_alone(tmp_path: Path) -> None:
    path = scenario(tmp_path, f"rules: {{overlays: [{EXAMPLES / 'own_rules.yaml'}]}}")
    _, packaged = runs.run_claims(runs.prepared(*QUARTER), tmp_path)
    _, own = runs.run_claims(runs.prepared(*QUARTER, scenario=path), tmp_path)
    packaged, own = runs.by_need(packaged), runs.by_need(own)
    assert (packaged.need == own.need).all(), "who is ill does not follow the rules"
    theirs = (own.pool == "guangan") & (own.scheme == "employee")
    assert theirs.any() and packaged[~theirs].equals(own[~theirs])
    stays = theirs & (own.care_type == "inpatient") & (own.level == "3") & (own.discharges_before == 0)
    stays &= own.in_scope > 100_000
    late = own.discharged >= "2024-03-01"
    assert set(packaged.deductible_paid[stays]) == {80_000}, "Chengdu's stood in"
    assert set(own.deductible_paid[stays & ~late]) == {90_000}
    assert set(own.deductible_paid[stays & late]) == {100_000}


# priors -------------------------------------------------------------------------------------------------


def test_own_priors_change_exactly_their_values() -> None:
    own = declared([EXAMPLES / "own_priors.yaml"])
    assert differing(own.demand, "") == {
        "prices.chongqing.inpatient": (10_200,), "prices.chongqing.outpatient": (230,),
    }  # fmt: skip
    assert {leaf.grade for leaf in own.own.values()} == {"official"}
    assert own.careers == declared().careers


def test_own_mean_bills_are_the_bills_of_the_run(tmp_path: Path) -> None:
    """10,200 for 9,500 yuan and 230 for 210: fen of a level times 102/95 and 23/21, rounded down."""
    path = scenario(tmp_path, f"priors: {{overlays: [{EXAMPLES / 'own_priors.yaml'}]}}")
    packaged, own = runs.prepared(*QUARTER), runs.prepared(*QUARTER, scenario=path)
    price = own.world.price.reshape(packaged.world.calibration.price.shape)
    stays, visits = (price[0, CARE_TYPES.index(care)].tolist() for care in ("inpatient", "outpatient"))
    assert stays == [966_315, 1_073_684, 2_576_842, 4_402_105, 0], "900,000 · 102/95 = 966,315.8"
    assert visits == [12_047, 14_238, 23_000, 33_952, 0], "11,000 · 23/21 = 12,047.6"
    assert (price[1] == packaged.world.calibration.price[1]).all(), "Sichuan's insured"
    claims = [runs.by_need(runs.run_claims(prepared, tmp_path)[1]) for prepared in (packaged, own)]
    others = [table[table.pool != "chongqing"].reset_index(drop=True) for table in claims]
    assert len(others[0]) and others[0].equals(others[1])
    dearer = [table.total_fee[(table.pool == "chongqing") & (table.care_type == "inpatient")] for table in claims]
    assert len(dearer[0]) == len(dearer[1]) > 20
    assert abs(dearer[1].sum() / dearer[0].sum() - 102 / 95) < 1e-5


def test_one_end_of_an_assumption_is_a_file_of_a_few_lines() -> None:
    """The packaged range ends there."""
    lines = (EXAMPLES / "own_end.yaml").read_text("utf-8").splitlines()
    assert len(lines) == 6
    own = declared([EXAMPLES / "own_end.yaml"])
    assert differing(own.demand, "") == {"shapes.inpatient.cv": (180,)}
    (leaf, packaged) = (found.demand.leaf("shapes.inpatient.cv") for found in (own, declared()))
    assert (leaf.low, leaf.high, leaf.unit) == (packaged.low, packaged.high, packaged.unit) and leaf.values[
        0
    ] == leaf.high
    world = runs.prepared(*QUARTER, f"priors.overlays={EXAMPLES / 'own_end.yaml'}").world
    assert (world.shapes.knots != runs.prepared(*QUARTER).world.shapes.knots).any()


# world --------------------------------------------------------------------------------------------------


def test_own_tables_change_exactly_their_cells() -> None:
    packaged, own = Geography.load(), Geography.load([EXAMPLES / "own_world"])
    assert own.units == packaged.units and own.providers == packaged.providers
    for name in ("residents", "minutes", "insured", "border_pairs", "licensed_beds", "unit_pool"):
        assert (getattr(own, name) == getattr(packaged, name)).all(), name
    moved = np.argwhere(own.travellers != packaged.travellers)[:, 0]
    counts = {own.units[unit]: own.travellers[unit].tolist() for unit in moved}
    assert counts == {"linshui": [11_000, 2_000], "guangan": [16_000, 3_000]}
    fuller = {(LEVELS[level], DAY_KINDS[kind]) for level, kind in np.argwhere(own.occupancy != packaged.occupancy)}
    assert fuller == {("3", kind) for kind in DAY_KINDS}, "a make-up day is as full as a workday"
    assert own.occupancy[LEVELS.index("3")].tolist() == [9_400, 9_100, 8_300, 9_400]


def test_own_travellers_are_the_people_of_the_run(tmp_path: Path) -> None:
    """13,000 and 19,000 of them, one in five hundred: 22 + 4 and 32 + 6 persons. Who stands before keeps every draw."""
    path = scenario(tmp_path, f"world: {{overlays: [{EXAMPLES / 'own_world'}]}}")
    packaged, own = runs.prepared(*QUARTER), runs.prepared(*QUARTER, scenario=path)
    units = own.world.geography.units
    before, after = (np.bincount(p.world.population.unit, minlength=len(units)) for p in (packaged, own))
    assert {units[u]: int(after[u]) for u in np.flatnonzero(before != after)} == {"linshui": 26, "guangan": 38}
    claims = [runs.by_need(runs.run_claims(prepared, tmp_path)[1]) for prepared in (packaged, own)]
    first = POOLS[: POOLS.index("guangan")]
    mine, theirs = (table[table.pool.isin(first)].reset_index(drop=True) for table in claims)
    assert len(mine) and mine.equals(theirs), "persons are numbered by pool"
    assert not claims[0].equals(claims[1])


def test_full_hospitals_admit_emergencies_alone(tmp_path: Path) -> None:
    text = (DATA / "occupancy.csv").read_text("utf-8")
    rows = [re.sub(r"^3,(\w+),\d+,\d+,\d+,", r"3,\1,10000,9000,10000,", line) for line in text.splitlines()]
    (tmp_path / "world").mkdir()
    (tmp_path / "world/occupancy.csv").write_text("\n".join(rows), "utf-8")
    path = scenario(tmp_path, "world: {overlays: [world]}")
    packaged, full = (run(runs.prepared(*runs.TINY, scenario=s)).outcome.counts for s in (runs.BASELINE, path))
    assert packaged.waited == packaged.over_capacity == 0, "a small world has beds enough"
    assert full.admitted < packaged.admitted and full.over_capacity > 0


def with_liangjiang(folder: Path) -> Path:
    """The packaged places and one more, half an hour from everywhere; how many travel from there is worked out."""
    folder.mkdir()
    text = {name: (DATA / name).read_text("utf-8") for name in ("units.csv", "travel_minutes.csv", "providers.csv")}
    place = "liangjiang,两江新区,Liangjiang,chongqing,chongqing,district"
    text["units.csv"] += f"{place},900000,official,bulletin,,,29.7,106.6,official,map,0\n"
    head, *rows = text["travel_minutes.csv"].splitlines()
    last = ",".join(["liangjiang", *["30"] * len(rows), "20"])
    text["travel_minutes.csv"] = "\n".join([f"{head},liangjiang", *(f"{row},30" for row in rows), last])
    levels = ("community", "1", "2", "pharmacy")
    beds = [f"liangjiang.{level},liangjiang,{level},{0 if level == 'pharmacy' else 900}" for level in levels]
    text["providers.csv"] += "".join(f"{row},,,official,bulletin\n" for row in beds)
    for name, lines in text.items():
        (folder / name).write_text(lines, "utf-8")
    travellers.main(folder, path=folder / travellers.NAME)
    return folder


def test_a_unit_of_ones_own_sends_and_receives_patients(tmp_path: Path) -> None:
    with_liangjiang(tmp_path / "world")
    finished, claims = runs.run_claims(
        runs.prepared(*QUARTER, scenario=scenario(tmp_path, "world: {overlays: [world]}")), tmp_path
    )
    assert len(finished.prepared.world.geography.units) == 77
    assert (claims.unit == "liangjiang").any(), "persons insured there travel"
    assert claims.provider.str.startswith("liangjiang.").any(), "others are treated there"
    assert set(claims.pool[claims.unit == "liangjiang"]) == {"chongqing"}


# all of them --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quarter() -> Result:
    """The example scenario, reduced."""
    return Result(run(runs.prepared(*QUARTER[:2], scenario=EXAMPLES / "own_data.yaml")))


def test_the_example_scenario_is_held_against_its_figures(quarter: Result) -> None:
    whole = replace(quarter.to_compare(), full_scale=True)
    own = reported.load([EXAMPLES / "own_figures.yaml"])
    rows = {row.figure: row for row in check(whole, own)}
    spoken_to = {id for id, row in rows.items() if row.verdict != "not_spoken_to"}
    mine = set(own.figures) - set(ss.figures().figures)
    assert {id for id in spoken_to if not id.startswith("B")} == mine, "A1 to A4 cover other months"
    assert {rows[id].verdict for id in mine} == {"missed"}, "the numbers are invented, the world is small"
    assert rows["q1_settlements_to_sichuan"].reported == 812_345
    (row,) = (row for row in beside(whole, own) if row.id == "q1_share_inpatient")
    assert all(share is not None and 0 < share < 1 for share in row.simulated.values())


def test_the_scenario_finds_its_files_from_its_own_folder(quarter: Result) -> None:
    assert {row.figure for row in quarter.check()} >= {"q1_gross_to_chongqing"}
    assert quarter.finished.prepared.book.sources["example_notice"].grade == "official"
    assert load(EXAMPLES / "own_data.yaml").scenario.world.overlays == ["own_world"]


def test_a_fit_to_the_own_figures_is_that_of_the_example_scenario(quarter: Result, tmp_path: Path) -> None:
    """What `calibrate --to` would write, without its steps."""
    prepared = quarter.finished.prepared
    goal = targets(reported.load([EXAMPLES / "own_figures.yaml"]), ("2024-01-01", "2024-03-31"))
    fitted = replace(prepared.world.calibration, fingerprint=inputs_fingerprint(prepared, goal))
    write(tmp_path / "mine.yaml", fitted, [Step(np.zeros((2, 2)), np.zeros((2, 2)))], goal)
    assert "chongqing_to_sichuan.settlements: {reported: 812345, " in (tmp_path / "mine.yaml").read_text("utf-8")
    back = Calibration.load(tmp_path / "mine.yaml")
    assert calibration_state(replace(prepared, world=replace(prepared.world, calibration=back))) == "fitted"
    assert calibration_state(prepared) == "stale"
    other = runs.prepared(*QUARTER)
    assert calibration_state(replace(other, world=replace(other.world, calibration=back))) == "stale"
