"""Do the committed tables of the geography add up, name their sources, and follow from their routines?"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from settlement_sim import yamlio
from settlement_sim.vocabulary import GRADES, LEVELS, POOLS
from settlement_sim.world import build_minutes, build_pools, build_providers, geography
from settlement_sim.world.build_inputs import assumptions, units
from settlement_sim.world.geography import Geography
from settlement_sim.world.geography_tables import COLUMNS

DATA = Path(geography.__file__).parent / "data"
SOURCES = Path(geography.__file__).parents[1] / "sources"
#: Tables with a source in every row; the numbers behind travel_minutes.csv stand in build_assumptions.csv.
SOURCED = (*(set(COLUMNS) - {"travel_minutes.csv"}), "build_assumptions.csv", "unit_traits.csv")

#: Residents of November 2020 in ten thousands, as published, rounded to one decimal.
PREFECTURES = {
    "chengdu": 2093.8, "zigong": 248.9, "panzhihua": 121.2, "luzhou": 425.4, "deyang": 345.6,
    "mianyang": 486.8, "guangyuan": 230.6, "suining": 281.4, "neijiang": 314.1, "leshan": 316.0,
    "nanchong": 560.8, "meishan": 295.5, "yibin": 458.9, "guangan": 325.5, "dazhou": 538.5,
    "yaan": 143.5, "bazhong": 271.3, "ziyang": 230.9, "aba": 82.3, "garze": 110.7, "liangshan": 485.8,
}  # fmt: skip
#: The five regions, as published on 26 May 2021.
REGIONS = {
    4193.5: ("chengdu", "deyang", "mianyang", "suining", "leshan", "meishan", "yaan", "ziyang"),
    1447.3: ("zigong", "luzhou", "neijiang", "yibin"),
    1926.6: ("guangyuan", "nanchong", "guangan", "dazhou", "bazhong"),
    607.1: ("panzhihua", "liangshan"),
    193.0: ("aba", "garze"),
}


@pytest.fixture(scope="module")
def world() -> Geography:
    return Geography.load()


def _residents(world: Geography, pool: str) -> int:
    return int(world.residents[world.unit_pool == POOLS.index(pool)].sum())


def _minutes(world: Geography, a: str, b: str) -> int:
    return int(world.minutes[world.units.index(a), world.units.index(b)])


def _records(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_76_units_in_the_agreed_order() -> None:
    kinds = [record["kind"] for record in _records("units.csv")]
    assert kinds == ["district"] * 38 + ["border_county"] * 17 + ["remainder"] * 21
    remainders = [record["unit"] for record in _records("units.csv")][55:]
    assert remainders == list(POOLS[1:]), "remainders come in the order of POOLS"


@pytest.mark.parametrize(("pool", "published"), PREFECTURES.items())
def test_residents_of_a_prefecture_round_to_the_published(world: Geography, pool: str, published: float) -> None:
    assert round(_residents(world, pool) / 10_000, 1) == published


@pytest.mark.parametrize(("published", "pools"), REGIONS.items())
def test_residents_of_a_region_round_to_the_published(
    world: Geography, published: float, pools: tuple[str, ...]
) -> None:
    assert round(sum(_residents(world, pool) for pool in pools) / 10_000, 1) == published


def test_residents_of_the_provinces_are_the_published_to_the_person(world: Geography) -> None:
    assert sorted(pool for pools in REGIONS.values() for pool in pools) == sorted(POOLS[1:])
    assert sum(_residents(world, pool) for pool in POOLS[1:]) == 83_674_866
    assert _residents(world, "chongqing") == 32_054_159


def test_insured_add_up_to_the_provincial_totals(world: Geography) -> None:
    assert world.insured[1:].sum(0).tolist() == [19_990_000, 61_340_000]
    assert world.insured[0].tolist() == [8_000_000, 24_000_000]


def test_border_counts_are_those_of_the_article(world: Geography) -> None:
    counties, districts = (set(world.border_pairs[:, side].tolist()) for side in (0, 1))
    prefectures = {int(world.unit_pool[county]) for county in counties}
    assert (len(prefectures), len(counties), len(districts)) == (6, 17, 13), "H7"
    named = {POOLS[pool] for pool in prefectures}
    assert named == {"luzhou", "neijiang", "ziyang", "suining", "guangan", "dazhou"}


def test_minutes_are_symmetric_and_keep_the_triangle(world: Geography) -> None:
    table = world.minutes.astype(np.int64)
    assert (table == table.T).all()
    between = table.copy()
    np.fill_diagonal(between, 0)
    for via in range(len(between)):
        detour = between[:, via, None] + between[None, via, :]
        assert (between <= detour).all(), f"a way is longer than over {world.units[via]}"


@pytest.mark.parametrize(
    ("a", "b", "least", "most"),
    [
        ("anyue", "dazu", 45, 60), ("longchang", "rongchang", 25, 30), ("chengdu", "yuzhong", 200, 240),
        ("garze", "yuzhong", 400, 600), ("garze", "chengkou", 600, 900), ("linshui", "yubei", 55, 85),
        ("kaijiang", "kaizhou", 45, 75), ("wanyuan", "chengkou", 90, 150), ("wusheng", "hechuan", 30, 50),
        ("hejiang", "jiangjin", 45, 75), ("yuzhong", "jiangbei", 10, 25), ("yuzhong", "beibei", 35, 60),
        ("dachuan", "dazhou", 10, 20), ("wanzhou", "yuzhong", 150, 240),
    ],
)  # fmt: skip
def test_well_known_journeys_take_about_as_long_as_they_do(
    world: Geography, a: str, b: str, least: int, most: int
) -> None:
    assert least <= _minutes(world, a, b) <= most


def test_border_neighbours_are_within_three_hours(world: Geography) -> None:
    for a, b in world.border_pairs:
        assert world.minutes[a, b] <= 180, f"{world.units[a]} and {world.units[b]}"


def test_beds_add_up_and_level_3_is_where_it_is_assumed(world: Geography) -> None:
    by_province = [int(world.licensed_beds[world.unit_province[world.provider_unit] == p].sum()) for p in (0, 1)]
    assert by_province == [250_000, 683_900]
    with_level_3 = {provider[:-2] for provider in world.providers if provider.endswith(".3")}
    assert with_level_3 == {unit.name for unit in units() if unit.tertiary != "none"}
    large = {unit.name for unit in units() if unit.kind == "remainder" or unit.residents >= 500_000}
    assert large <= with_level_3, "prefectures and large counties have level 3"
    empty = world.licensed_beds[world.provider_level != LEVELS.index("pharmacy")] == 0
    assert not empty.any(), "a bed in every level of care"


def test_higher_levels_are_fuller_and_holidays_emptier(world: Geography) -> None:
    beds = world.occupancy[:4, :3]
    assert (np.diff(beds, axis=0) > 0).all() and (np.diff(beds, axis=1) < 0).all()


@pytest.mark.parametrize(
    ("name", "routine"),
    [
        ("travel_minutes.csv", build_minutes.table_text),
        ("providers.csv", build_providers.table_text),
        ("pools.csv", build_pools.table_text),
    ],
)
def test_a_routine_gives_the_committed_table(name: str, routine: object) -> None:
    assert callable(routine)
    assert routine() == (DATA / name).read_text(encoding="utf-8"), f"run the routine of {name} again"


def test_every_assumption_of_the_routines_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(dict[str, int]):
        def __getitem__(self, key: str) -> int:
            used.add(key)
            return super().__getitem__(key)

    used: set[str] = set()
    watched = Watched(assumptions())
    monkeypatch.setattr("settlement_sim.world.build_inputs.assumptions", lambda: watched)
    for routine in (build_minutes, build_pools, build_providers):
        routine.table_text()
    unread = {record["name"] for record in _records("build_assumptions.csv")} - used
    assert not unread, "numbers that no routine reads"


def test_every_cell_has_a_known_grade_and_source() -> None:
    known, used = _known_sources(), set()
    for name in SOURCED:
        for record in _records(name):
            for column, value in record.items():
                if column.endswith("grade"):
                    assert value in GRADES, f"{name}: {value}"
                if column.endswith("source"):
                    assert value in known, f"{name}: no source {value!r}"
                    used.add(value)
    ours = yamlio.read(SOURCES / "world.yaml").data["sources"]
    assert not set(ours) - used, "sources that nothing names"


def test_a_source_says_what_it_is() -> None:
    for name, source in yamlio.read(SOURCES / "world.yaml").data["sources"].items():
        assert set(source["title"]) == {"zh", "en"}, name
        assert source["grade"] in GRADES and source["publisher"] and source["date"], name
        assert name.startswith("own_") == (source["grade"] == "assumption"), name


def test_a_row_claims_no_better_grade_than_its_source() -> None:
    grades = {name: source["grade"] for name, source in _known_sources().items()}
    for name in SOURCED:
        for record in _records(name):
            for prefix in {column.removesuffix("source") for column in record if column.endswith("source")}:
                row, source = record[f"{prefix}grade"], grades[record[f"{prefix}source"]]
                assert GRADES.index(row) >= GRADES.index(source), f"{name}: {record}"


def _known_sources() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted(SOURCES.glob("*.yaml")):
        here = yamlio.read(path).data["sources"]
        assert not set(here) & set(found), f"{path.name} repeats {set(here) & set(found)}"
        found |= here
    return found
