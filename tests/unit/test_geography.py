"""Does the geography load, stay frozen, and refuse every broken row at its place?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from settlement_sim.errors import InputError
from settlement_sim.vocabulary import LEVELS, POOLS, SCHEMES
from settlement_sim.world import calendar
from settlement_sim.world.apportion import apportion
from settlement_sim.world.build_minutes import shortest
from settlement_sim.world.geography import Geography
from settlement_sim.world.geography_tables import COLUMNS, DAY_KINDS, EVERYWHERE

DATA = Path(calendar.__file__).parent / "data"
Change = Callable[[str], str]


@pytest.fixture(scope="module")
def geography() -> Geography:
    return Geography.load()


def test_shapes_and_types_are_as_the_docstring_says(geography: Geography) -> None:
    n, p = len(geography.units), len(geography.providers)
    expected = {
        "unit_pool": ("int8", (n,)), "unit_province": ("int8", (n,)), "residents": ("int64", (n,)),
        "lat": ("float64", (n,)), "lon": ("float64", (n,)), "border": ("bool", (n,)),
        "minutes": ("int16", (n, n)), "insured": ("int64", (len(POOLS), len(SCHEMES))),
        "border_pairs": ("int16", (len(geography.border_pairs), 2)), "provider_unit": ("int16", (p,)),
        "provider_level": ("int8", (p,)), "licensed_beds": ("int32", (p,)), "occupancy": ("int32", (5, 4)),
        "travellers": ("int64", (n, 2)),
    }  # fmt: skip
    for field, (dtype, shape) in expected.items():
        array = getattr(geography, field)
        assert (array.dtype.name, array.shape) == (dtype, shape), f"{field} has another type or shape"
        assert not array.flags.writeable, f"{field} can be written to"
    assert len(geography.unit_zh) == len(geography.unit_en) == n
    assert len(geography.pool_zh) == len(geography.pool_en) == len(POOLS)


def test_kinds_of_day_share_the_codes_of_the_calendar(geography: Geography) -> None:
    assert DAY_KINDS == calendar.KINDS
    makeup, workday = (geography.occupancy[:, getattr(calendar, kind)] for kind in ("MAKEUP", "WORKDAY"))
    assert (makeup == workday).all(), "a make-up working day is as full as a working day"


def test_provider_names_say_unit_and_level(geography: Geography) -> None:
    named = [
        f"{geography.units[unit]}.{LEVELS[level]}"
        for unit, level in zip(geography.provider_unit, geography.provider_level, strict=True)
    ]
    assert tuple(named) == geography.providers


def test_the_fingerprint_follows_what_counts_and_nothing_else(tmp_path: Path) -> None:
    packaged = Geography.load().fingerprint()
    assert packaged == Geography.load().fingerprint()
    renamed = _overlay(tmp_path / "a", "units.csv", lambda text: text.replace("Anyue", "Anyue county"))
    assert Geography.load([renamed]).fingerprint() == packaged, "a name changes no result"
    fewer = _overlay(tmp_path / "b", "units.csv", lambda text: text.replace("950939", "950938"))
    assert Geography.load([fewer]).fingerprint() != packaged, "residents do"


def test_an_overlay_stands_in_place_of_the_packaged_file(tmp_path: Path) -> None:
    beds = _overlay(tmp_path, "providers.csv", lambda text: text.replace("dazu.3,dazu,3,1232", "dazu.3,dazu,3,1500"))
    own, packaged = Geography.load([beds]), Geography.load()
    changed = np.flatnonzero(own.licensed_beds != packaged.licensed_beds)
    assert [own.providers[place] for place in changed] == ["dazu.3"]
    assert own.licensed_beds[changed] == [1500]


def test_of_several_folders_the_last_with_a_file_wins(tmp_path: Path) -> None:
    first = _overlay(
        tmp_path / "a", "providers.csv", lambda text: text.replace("dazu.3,dazu,3,1232", "dazu.3,dazu,3,1500")
    )
    _overlay(first, "travellers.csv", lambda text: text.replace("yuzhong,7703,", "yuzhong,7000,"))
    last = _overlay(tmp_path / "b", "travellers.csv", lambda text: text.replace("yuzhong,7703,", "yuzhong,6000,"))
    for folders, beds, travellers in (((first, last), 1500, 6000), ((last, first), 1500, 7000), ((last,), 1232, 6000)):
        own = Geography.load(folders)
        assert own.licensed_beds[own.providers.index("dazu.3")] == beds
        assert own.travellers[own.units.index("yuzhong")].tolist() == [travellers, 2920]


def test_a_unit_that_only_one_table_knows_is_refused_in_the_others(tmp_path: Path) -> None:
    line = (
        "liangjiang,两江新区,Liangjiang,chongqing,chongqing,district,9,official,bulletin,,,29.7,106.6,official,map,0\n"
    )
    _overlay(tmp_path, "units.csv", lambda text: text + line)
    _refused(
        tmp_path,
        "world/data/travel_minutes.csv:1:1: found no column 'liangjiang'",
        "world/data/providers.csv:371:1: found no provider 'liangjiang.community'",
        "world/data/travellers.csv:77:1: found no row of unit 'liangjiang'",
    )
    packaged = (DATA / "travellers.csv").read_text(encoding="utf-8")
    (tmp_path / "units.csv").unlink()
    (tmp_path / "travellers.csv").write_text(packaged + "liangjiang,1,1,official,bulletin\n", encoding="utf-8")
    _refused(tmp_path, "travellers.csv:78:1: found unit 'liangjiang'", "units.csv ends before")


def test_nobody_travels_before_travellers_are_counted(tmp_path: Path) -> None:
    line = (
        "liangjiang,两江新区,Liangjiang,chongqing,chongqing,district,9,official,bulletin,,,29.7,106.6,official,map,0\n"
    )
    assert not Geography.uninhabited().travellers.any()
    assert Geography.uninhabited().fingerprint() == Geography.load().fingerprint()
    folder = _overlay(tmp_path, "units.csv", lambda text: text + line)
    with pytest.raises(InputError) as caught:
        Geography.uninhabited([folder])
    assert "travellers" not in str(caught.value), "the table that is to be made is not asked for"


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = (DATA / "pools.csv").read_text(encoding="utf-8")
    (tmp_path / "pools.csv").write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert Geography.load([tmp_path]).fingerprint() == Geography.load().fingerprint()


def test_quoted_cells_keep_their_place(tmp_path: Path) -> None:
    broken = '"Anyue, SC",sichuan,ziyan'
    folder = _overlay(tmp_path, "units.csv", lambda text: text.replace("Anyue,sichuan,ziyang", broken))
    _refused(folder, "units.csv:", "pool 'ziyan'", "'ziyang'", column=31)


#: File, a piece of it, what stands there instead, and the words of the complaint.
GUARDS: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("units.csv", "zh,en,", "zh,enn,", (":1:9", "column 'enn'", "did you mean 'en'", "no column 'en'")),
    ("units.csv", "unit,zh,", "unit,zh,zh,", (":1:9", "'zh' a second time")),
    ("units.csv", "anyue,安岳县,", "anyue,", (":52:1", "15 cells", "16 cells")),
    ("units.csv", "安岳县,Anyue", ",Anyue", (":52:7", "nothing as zh", "a text")),
    ("units.csv", "\nanyue,", "\nhejiang,", ("unit 'hejiang' a second time", "each unit once")),
    ("units.csv", "sichuan,ziyang,border", "sichuan,ziang,border", (":52:25", "'ziang'", "'ziyang'")),
    ("units.csv", "sichuan,ziyang,border", "chongqing,ziyang,border", (":52:17", "that of pool 'ziyang'")),
    ("units.csv", "ziyang,border_county", "ziyang,county", (":52:32", "kind 'county'", "remainder")),
    ("units.csv", "\naba,", "\nngawa,", ("'ngawa', a remainder", "'aba'")),
    ("units.csv", "950939", "950,939", (":52:1", "17 cells")),
    ("units.csv", "950939", "95.09", (":52:46", "'95.09'", "a whole number")),
    ("units.csv", "950939,official", "950939,assumption", ("residents_low ''", "a whole number")),
    ("units.csv", "950939,official", "950939,certain", (":52:53", "'certain'", "official")),
    ("units.csv", "950939,official,ziyang_census_2020", "950939,official,", ("nothing as residents_source",)),
    ("units.csv", "30.0970", "N30", ("lat 'N30'", "decimal degrees from 20 to 40")),
    ("units.csv", "30.0970,105.3360", "105.3360,30.0970", ("lat '105.3360'", "lon '30.0970'")),
    ("pools.csv", "\nzigong,", "\nchengdu,", (":2:1", "one row each for chongqing, chengdu")),
    ("pools.csv", ",8000000,", ",9000000,", ("insured_employee 9000000", "employee_low 7400000")),
    ("pools.csv", ",8000000,", ",8e6,", (":2:35", "'8e6'", "a whole number")),
    ("border_pairs.csv", "anyue,dazu,", "anyue,bishan,", ("'bishan'", "a border unit of chongqing")),
    ("border_pairs.csv", "anyue,dazu,", "dazu,anyue,", ("a border unit of sichuan",)),
    ("border_pairs.csv", "anyue,dazu,", "anyeu,dazu,", ("'anyeu'", "did you mean 'anyue'")),
    (
        "border_pairs.csv",
        "anyue,dazu,",
        "anyue,tongnan,",
        ("anyue and tongnan a second time", "no pair with 'dazu'"),
    ),
    (
        "travel_minutes.csv",
        "\naba,",
        "\nabba,",
        (":75:1", "unit 'abba'", "'aba': one row per unit in the order of units.csv"),
    ),
    ("providers.csv", "dazu.3,", "dazu.2,", ("provider 'dazu.2'", "'dazu.3', once")),
    ("providers.csv", ",dazu,3,", ",dazu,4,", ("level '4'", "pharmacy")),
    ("providers.csv", ",dazu,3,1232,", ",dazu,3,12320,", ("licensed_beds 12320", "to high")),
    ("providers.csv", ",dazu,pharmacy,0,0,0", ",dazu,pharmacy,3,0,9", ("3 beds in a pharmacy", "expected 0")),
    ("occupancy.csv", "3,workday,8900", "3,workday,89000", ("'89000'", "from 0 to 10000")),
    ("occupancy.csv", "3,weekend,", "3,workday,", ("level '3' on a workday again", "level '3' on a weekend")),
    ("occupancy.csv", "3,weekend,", "pharmacy,weekend,", ("level 'pharmacy'", "community, 1, 2, 3")),
    ("travellers.csv", "\naba,", "\nabba,", (":75:1", "unit 'abba'", "'aba': one row per unit")),
    ("travellers.csv", "yuzhong,7703,", "yuzhong,7703.5,", (":5:9", "temporary '7703.5'", "a whole number from 0")),
    (
        "travellers.csv",
        "yuzhong,7703,",
        "yuzhong,588718,",
        (":5:9", "588718 travellers", "at most its 588717 residents"),
    ),
    ("travellers.csv", "2920,assumption", "2920,counted", (":5:19", "grade 'counted'", "article, official")),
    ("travellers.csv", "2920,assumption,demand.yaml travellers", "2920,assumption,", ("nothing as basis", "a text")),
]


@pytest.mark.parametrize(("name", "piece", "instead", "words"), GUARDS)
def test_a_broken_row_is_refused_at_its_place(
    tmp_path: Path, name: str, piece: str, instead: str, words: tuple[str, ...]
) -> None:
    folder = _overlay(tmp_path, name, lambda text: text.replace(piece, instead))
    _refused(folder, f"{name}:", *words)


@pytest.mark.parametrize(
    ("name", "piece", "words"),
    [
        ("units.csv", ",aba,remainder", "no unit of pool 'aba'"),
        ("providers.csv", "dazu.1,", "no provider 'dazu.1'"),
        ("occupancy.csv", "2,holiday,", "no row for level '2' on a holiday"),
        ("travellers.csv", "liangshan,", "76:1: found no row of unit 'liangshan'"),
        ("travellers.csv", "aba,", "75:1: found unit 'garze'; expected 'aba': one row per unit"),
    ],
)
def test_a_missing_row_is_named(tmp_path: Path, name: str, piece: str, words: str) -> None:
    folder = _overlay(tmp_path, name, lambda text: "\n".join(line for line in text.splitlines() if piece not in line))
    _refused(folder, f"{name}:", words)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", ("qianjiang '0'", "from 1 to 3000")),
        ("7", ("7 minutes from wanzhou to qianjiang", "as from qianjiang")),
    ],
)
def test_a_wrong_travel_time_is_refused(tmp_path: Path, value: str, words: tuple[str, ...]) -> None:
    folder = _overlay(tmp_path, "travel_minutes.csv", lambda text: _cell(text, 1, 2, value))
    _refused(folder, ":2:12", *words)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    _overlay(tmp_path, "pools.csv", lambda text: text.replace(",8000000,", ",many,"))
    _overlay(tmp_path, "occupancy.csv", lambda text: text.replace("8900", "full"))
    _refused(tmp_path, "pools.csv:2:", "'many'", "occupancy.csv:", "'full'")
    with pytest.raises(InputError) as caught:
        Geography.load([tmp_path])
    told = [problem.where for problem in caught.value.problems]
    assert len(told) == len(set(told)) == 2, "each problem once"


def test_a_folder_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path, "none of its files", "units.csv")
    _refused(tmp_path / "nowhere", "none of its files")


def test_a_nearly_right_file_name_is_refused(tmp_path: Path) -> None:
    _overlay(tmp_path, "pools.csv", str)
    (tmp_path / "provider.csv").write_text("")
    _refused(tmp_path, "provider.csv:1:1", "which no run reads", "did you mean 'providers.csv'")


@pytest.mark.parametrize("name", ["unit_traits.csv", "holidays.yaml", "hospitals.csv"])
def test_a_file_that_no_run_reads_is_refused(tmp_path: Path, name: str) -> None:
    _overlay(tmp_path, "pools.csv", str)
    (tmp_path / name).write_text("")
    (tmp_path / "README.md").write_text("where our beds come from")
    _refused(tmp_path, f"{name}:1:1: found the file {name!r}, which no run reads; expected one of units.csv, pools.csv")


def test_an_empty_file_and_a_foreign_encoding_are_refused(tmp_path: Path) -> None:
    _overlay(tmp_path / "a", "units.csv", lambda text: "")
    _refused(tmp_path / "a", "units.csv:1:1", "no column 'unit'")
    folder = _overlay(tmp_path / "b", "units.csv", str)
    (folder / "units.csv").write_bytes((DATA / "units.csv").read_text(encoding="utf-8").encode("gb18030"))
    _refused(folder, "not UTF-8")


def test_apportioned_parts_add_up() -> None:
    for total in range(50):
        parts = apportion(total, [3, 1, 0, 5])
        assert sum(parts) == total and parts[2] == 0
        assert all(abs(part - total * w / 9) < 1 for part, w in zip(parts, (3, 1, 0, 5), strict=True))


def test_the_shortest_way_may_lead_over_a_third_place() -> None:
    assert shortest([[0, 9, 2], [9, 0, 3], [2, 3, 0]]) == [[0, 5, 2], [5, 0, 3], [2, 3, 0]]


def test_every_unit_has_the_levels_that_are_everywhere(geography: Geography) -> None:
    for unit in geography.units:
        for level in EVERYWHERE:
            assert f"{unit}.{level}" in geography.providers
    assert all((DATA / name).is_file() for name in COLUMNS)


def _cell(text: str, line: int, column: int, value: str) -> str:
    """The same table with another cell."""
    lines = [row.split(",") for row in text.splitlines()]
    lines[line][column] = value
    return "\n".join(",".join(row) for row in lines)


def _overlay(folder: Path, name: str, change: Change) -> Path:
    folder.mkdir(exist_ok=True)
    text = (DATA / name).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text or change is str, f"the test changes nothing in {name}"
    (folder / name).write_text(changed, encoding="utf-8")
    return folder


def _refused(folder: Path, *words: str, column: int | None = None) -> None:
    with pytest.raises(InputError) as caught:
        Geography.load([folder])
    told = str(caught.value)
    for word in words:
        assert word in told, f"{word!r} is not in: {told}"
    if column is not None:
        assert caught.value.problems[0].where.endswith(f":{column}"), told
