"""Do the lines of the statements sum to the tables, and does a notice say what one would work out by hand?"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.errors import InputError
from settlement_sim.policies.answers import FUNDS
from settlement_sim.record.recorder import Recorder
from settlement_sim.record.statements import KEYS, NUMBERS, statement_lines
from settlement_sim.record.tables import tables
from settlement_sim.report.capitals import capitals
from settlement_sim.report.grid import Grid, column_widths, lines, longest_word, row_lines, shown, width, yuan
from settlement_sim.report.notice import SUMMARY, grids, title
from settlement_sim.study.folder import unfinished, write_run
from settlement_sim.study.run import Finished
from settlement_sim.study.statements import (
    NOTICES,
    PROVINCE_OF,
    Asked,
    Basis,
    Notice,
    Statements,
    read_statements,
)
from settlement_sim.vocabulary import CARE_TYPES, POOLS, SCHEMES
from settlement_sim.world.world import World

#: Six weeks; one settlement in ten is taken back after two, so that a later month has some of an earlier one.
WEEKS = ("world.scale=0.005", "warm_up=2024-01-01", "window.from=2024-01-01", "window.until=2024-02-10")
CHANNEL = "[{use: one_stop, with: {reversed: 10, reversed_after: 14}}]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statements")


@pytest.fixture(scope="module")
def ran(folder: Path) -> tuple[Finished, pd.DataFrame]:
    """A run, and its claims."""
    path = folder / "reversed.yaml"
    path.write_text(f"format: 1\nextends: {runs.BASELINE}\npolicies: {{channel: {CHANNEL}}}\n", "utf-8")
    finished, claims = runs.run_claims(runs.prepared(*WEEKS, scenario=path), folder)
    return finished, runs.by_need(claims)


@pytest.fixture(scope="module")
def made(ran: tuple[Finished, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return tables(ran[0].outcome)


@pytest.fixture(scope="module")
def saved(ran: tuple[Finished, pd.DataFrame], folder: Path) -> Path:
    (folder / "run").mkdir()
    write_run(ran[0], folder / "run")
    return folder / "run"


# lines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["by_month", "by_pool", "by_scheme"])
def test_lines_sum_to_the_other_tables(made: dict[str, pd.DataFrame], table: str) -> None:
    stated = made["statements"].copy()
    stated["direction"] = np.where(stated.pool == "chongqing", "chongqing_to_sichuan", "sichuan_to_chongqing")
    other = made[table]
    keys = [column for column in other.columns if column not in NUMBERS]
    sums = stated.groupby(keys)[list(NUMBERS)].sum().reindex(pd.MultiIndex.from_frame(other[keys]), fill_value=0)
    pd.testing.assert_frame_equal(sums.reset_index(), other[[*keys, *NUMBERS]], check_dtype=False)
    assert sums.reversed.sum() > 50 and (sums.net == sums.settlements - sums.reversed).all()


def test_lines_are_the_claims_one_by_one(ran: tuple[Finished, pd.DataFrame], made: dict[str, pd.DataFrame]) -> None:
    """The same frame from the claim file: what was settled at the counter, less what was taken back."""
    finished, claims = ran
    world = finished.prepared.world
    pool_of = dict(zip(world.geography.providers, np.array(POOLS)[world.provider_pool], strict=True))
    claims = claims[claims.entry != "reimburse"]
    claims = claims.assign(
        month=claims.settled.dt.strftime("%Y-%m"), care_pool=claims.provider.map(pool_of),
        settlements=(claims.entry == "settle").astype(int), reversed=(claims.entry == "reverse").astype(int),
    )  # fmt: skip
    claims["net"] = claims.settlements - claims.reversed
    by_claim = claims.groupby(list(KEYS))[list(NUMBERS)].sum()
    pd.testing.assert_frame_equal(made["statements"].set_index(list(KEYS)).sort_index(), by_claim, check_dtype=False)


def test_what_is_stated_is_what_the_funds_owe(made: dict[str, pd.DataFrame]) -> None:
    """The lines are sums of the recorder, obligations those of the clearing house: the same fen by pair and scheme."""
    pair = ["month", "pool", "scheme", "care_pool"]
    stated = made["statements"].groupby(pair).cleared.sum()
    owed = made["obligations"].rename(columns={"payer_pool": "pool"}).set_index(pair).posted
    assert (stated.reindex(owed.index, fill_value=0) == owed).all() and stated.sum() == owed.sum() > 0


def test_every_line_adds_up_and_nobody_is_at_home(made: dict[str, pd.DataFrame]) -> None:
    stated = made["statements"]
    assert list(stated.columns) == [*KEYS, *NUMBERS]
    assert (stated.cleared == stated[[*FUNDS]].sum(axis=1) + stated.personal_account).all()
    assert (stated.total_fee == stated.cleared + stated.cash).all()
    assert (stated.pool.map(PROVINCE_OF) != stated.care_pool.map(PROVINCE_OF)).all()
    assert not stated.duplicated(list(KEYS)).any()
    order = [stated[key].map({name: code for code, name in enumerate(names)}) for key, names in
             (("pool", POOLS), ("scheme", SCHEMES), ("care_pool", POOLS), ("care_type", CARE_TYPES))]  # fmt: skip
    assert [*zip(stated.month, *order, strict=True)] == sorted(zip(stated.month, *order, strict=True))


def test_a_line_stays_while_anything_is_on_it(small_world: World) -> None:
    """One stay of Chengdu's employees, taken back; one purchase of Chongqing's residents for 5 fen in Luzhou."""
    recorder = Recorder(small_world, dates.day("2024-03-05"), dates.day("2024-04-02"))
    shape = (2, len(POOLS), len(SCHEMES), len(CARE_TYPES), recorder.keys.providers)
    direct = {name: np.zeros(shape, np.int64) for name in NUMBERS if name != "net"}
    side, pool = recorder.keys.side, small_world.provider_pool
    home = np.flatnonzero(pool == 0)[-1]
    luzhou = np.flatnonzero(pool == POOLS.index("luzhou"))
    direct["settlements"][0, 1, 0, 0, side[home]] = direct["reversed"][0, 1, 0, 0, side[home]] = 1
    for provider in luzhou[:2]:
        direct["total_fee"][1, 0, 1, 3, side[provider]] = 5
    found = statement_lines(recorder, direct)
    assert found[list(KEYS)].to_numpy().tolist() == [
        ["2024-03", "chengdu", "employee", "chongqing", "inpatient"],
        ["2024-04", "chongqing", "resident", "luzhou", "pharmacy"],
    ]
    assert found[["settlements", "reversed", "net", "total_fee"]].to_numpy().tolist() == [[1, 1, 0, 0], [0, 0, 0, 10]]


# capital numerals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        # the examples of the rules, in the form that they give first
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        # by hand
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("0.55", "伍角伍分"),
        ("1.00", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("10.00", "壹拾元整"),
        ("10.50", "壹拾元零伍角"),
        ("1005.00", "壹仟零伍元整"),
        ("10000.00", "壹万元整"),
        ("20000.20", "贰万元零贰角"),
        ("100203.40", "壹拾万零贰佰零叁元肆角"),
        ("1001000.00", "壹佰万壹仟元整"),
        ("10000001.10", "壹仟万零壹元壹角"),
        ("100000000.00", "壹亿元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("100001000.00", "壹亿零壹仟元整"),
        ("100010000.00", "壹亿零壹万元整"),
        ("102000000.00", "壹亿零贰佰万元整"),
        ("120000000.00", "壹亿贰仟万元整"),
        ("1010000000.00", "壹拾亿零壹仟万元整"),
        ("987654321.98", "玖亿捌仟柒佰陆拾伍万肆仟叁佰贰拾壹元玖角捌分"),
        ("1000000000000.00", "壹万亿元整"),
        ("1200000000000.00", "壹万贰仟亿元整"),
        ("-5.20", "负伍元贰角"),
    ],
)
def test_capital_numerals(amount: str, written: str) -> None:
    assert capitals(int(Decimal(amount) * 100)) == f"人民币{written}"


# notices ------------------------------------------------------------------------------------------------

BASIS = Basis(
    "mine", {"zh": "问？", "en": "What if?"}, "counterfactual", ("2024-03-05", "2024-04-02"), 7, 0.5,
    {"growth": "R1", "usage": "month"}, ("daily_net", "real_time_gross"), "carried over", "abc",
)  # fmt: skip


def a_line(*keys: str, settled: int, back: int, **money: int) -> dict[str, Any]:
    """A line in fen; what is not named is zero, and the sums are made."""
    made = dict.fromkeys(NUMBERS, 0) | money
    made |= {"settlements": settled, "reversed": back, "net": settled - back}
    made["fund_total"] = sum(made[fund] for fund in FUNDS)
    made["cleared"] = made["fund_total"] + made["personal_account"]
    made["person_total"] = made["personal_account"] + made["cash"]
    made["total_fee"] = made["in_scope"] = made["fund_total"] + made["person_total"]
    return {**dict(zip(KEYS, keys, strict=True)), **made}


LINES = pd.DataFrame(
    [
        a_line("2024-03", "chengdu", "employee", "chongqing", "inpatient", settled=2, back=1, pooled_fund=150_000,
               personal_account=2_005, cash=40_000),
        a_line("2024-03", "chengdu", "employee", "chongqing", "pharmacy", settled=3, back=0, personal_account=995),
        a_line("2024-03", "chengdu", "resident", "chongqing", "inpatient", settled=1, back=0, pooled_fund=30_000,
               medical_assistance=1_000, cash=9_000),
        a_line("2024-03", "chongqing", "employee", "aba", "outpatient", settled=0, back=1, pooled_fund=-520),
        a_line("2024-04", "luzhou", "resident", "chongqing", "chronic", settled=1, back=0, pooled_fund=1),
    ]
)  # fmt: skip
STATED = Statements(Path("run"), BASIS, LINES)


def test_one_notice_per_month_and_pair_of_provinces() -> None:
    found = STATED.notices(Asked())
    assert [(n.name, n.first, n.last, len(n.lines), n.total("cleared")) for n in found] == [
        ("chongqing_sichuan_2024-03", "2024-03-05", "2024-03-31", 1, -520),
        ("sichuan_chongqing_2024-03", "2024-03-05", "2024-03-31", 3, 184_000),
        ("sichuan_chongqing_2024-04", "2024-04-01", "2024-04-02", 1, 1),
    ]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (Asked(month="2024-04"), ["sichuan_chongqing_2024-04"]),
        (Asked(pool="chengdu"), ["sichuan_chongqing_2024-03_chengdu"]),
        (Asked(pool="chengdu", scheme="resident"), ["sichuan_chongqing_2024-03_chengdu_resident"]),
        (Asked("2024-03", scheme="employee"), [f"{p}_2024-03_employee" for p in ("chongqing_sichuan",
                                                                                 "sichuan_chongqing")]),
    ],
)  # fmt: skip
def test_only_what_was_asked_for(asked: Asked, names: list[str]) -> None:
    assert [notice.name for notice in STATED.notices(asked)] == names


def grid(lang: Any, asked: Asked = Asked(), number: int = 0, basis: Basis = BASIS) -> Grid:  # noqa: B008
    """One sheet of Sichuan's notice of March."""
    (notice,) = (n for n in STATED.notices(asked) if (n.insured, n.month) == ("sichuan", "2024-03"))
    return grids(notice, basis, lang)[number]


def test_a_notice_by_hand() -> None:
    found = grid("zh")
    facts = dict(row for row in found.rows if len(row) == 2)
    assert found.rows[0] == ("清算通知书：四川省参保、重庆市就医，2024-03（模拟数据）",)
    assert facts == {
        "性质": "模拟数据，不是任何经办机构的记录，不得作为付款依据",
        "参保省（付款方）": "四川省", "就医省（收款方）": "重庆市", "清算年月": "2024-03 (2024-03-05 – 2024-03-31)",
        "清算金额（小写）": "¥1,840.00", "清算金额（大写）": "人民币壹仟捌佰肆拾元整",
        "情景": "mine (假设情景)", "情景问题": "问？", "种子": "7", "规模": "抽样 0.5，金额只是相应的一部分",
        "读法": "growth=R1, usage=month", "清算政策": "daily_net, real_time_gross", "校准": "沿用另一情景的校准",
    }  # fmt: skip
    head = found.head.start
    assert found.rows[head] == ("中文", "English", "本程序字段", "国家接口字段", "职工医保", "居民医保", "合计")
    table = {row[2]: row[3:] for row in found.rows[head + 1 : head + 1 + len(SUMMARY)]}
    assert list(table) == list(SUMMARY)
    assert table["settlements"] == ("—", 5, 1, 6) and table["reversed"] == ("—", 1, 0, 1)
    assert table["net"] == ("psntime", 4, 1, 5)
    assert table["total_fee"] == ("medfee_sumamt", Decimal("1930.00"), Decimal("400.00"), Decimal("2330.00"))
    assert table["pooled_fund"] == ("hifp_pay", Decimal("1500.00"), Decimal("300.00"), Decimal("1800.00"))
    assert table["medical_assistance"] == ("maf_pay", Decimal("0.00"), Decimal("10.00"), Decimal("10.00"))
    assert table["personal_account"] == ("acct_pay", Decimal("30.00"), Decimal("0.00"), Decimal("30.00"))
    assert table["cash"] == ("psn_cash_pay", Decimal("400.00"), Decimal("90.00"), Decimal("490.00"))
    assert table["cleared"] == ("—", Decimal("1530.00"), Decimal("310.00"), Decimal("1840.00"))
    notes = [row[0] for row in found.rows[-5:]]
    assert [str(note)[0] for note in notes] == list("12345") and "依赖假设" in str(notes[0])


def test_a_notice_in_english_and_one_that_is_due_back() -> None:
    (back, *_) = STATED.notices(Asked())
    assert title(back, "en") == "Clearing notice: insured in Chongqing, treated in Sichuan, 2024-03 (simulated)"
    facts = dict(row for row in grids(back, replace(BASIS, scale=1), "en")[0].rows if len(row) == 2)
    assert facts["Amount to be cleared"] == "¥-5.20" and facts["In capital numerals"] == "人民币负伍元贰角"
    assert facts["Nature"].startswith("Simulated data") and facts["Scale"] == "full (1:1)"


def test_a_part_says_so_and_has_its_own_columns() -> None:
    found = grid("en", Asked(pool="chengdu", scheme="resident"))
    facts = dict(row for row in found.rows if len(row) == 2)
    assert facts["Part"] == "only Chengdu, resident; not the whole notice"
    assert found.rows[found.head.start][4:] == ("resident", "total")
    assert "Part" not in dict(row for row in grid("en").rows if len(row) == 2)


def test_the_detail_by_hand() -> None:
    found = grid("zh", number=2)
    assert found.rows[0] == ("对账明细：四川省参保、重庆市就医，2024-03（模拟数据） · 情景 mine，种子 7",)
    zh, en, ours, national = found.rows[1:5]
    assert list(ours) == [*KEYS, *NUMBERS]
    assert (zh[0], en[0], national[0]) == ("清算年月", "month", "setlym")
    assert national[:8] == ("setlym", "insuplc_admdvs", "insutype", "mdtrtarea_admvs", "med_type", "—", "—", "psntime")
    assert (zh[8], en[8], national[8]) == ("医疗总费用", "gross bill", "medfee_sumamt")
    at = [*range(9), ours.index("pooled_fund"), ours.index("cleared")]
    assert [tuple(row[i] for i in at) for row in found.rows[5:]] == [
        ("2024-03", "成都市", "职工医保", "重庆市", "住院", 2, 1, 1, yuan(192_005), yuan(150_000), yuan(152_005)),
        ("2024-03", "成都市", "职工医保", "重庆市", "药店购药", 3, 0, 3, yuan(995), yuan(0), yuan(995)),
        ("2024-03", "成都市", "居民医保", "重庆市", "住院", 1, 0, 1, yuan(40_000), yuan(30_000), yuan(31_000)),
        ("", "", "", "", "合计", 6, 1, 5, yuan(233_000), yuan(180_000), yuan(184_000)),
    ]
    assert {len(row) for row in found.rows[1:]} == {len(KEYS) + len(NUMBERS)}


def test_pairs_sum_over_care_types() -> None:
    found = grid("en", number=1)
    at = [*range(7), found.rows[3].index("cleared")]
    assert [tuple(row[i] for i in at) for row in found.rows[5:]] == [
        ("2024-03", "Chengdu", "employee", "Chongqing", 5, 1, 4, yuan(153_000)),
        ("2024-03", "Chengdu", "resident", "Chongqing", 1, 0, 1, yuan(31_000)),
        ("", "", "", "total", 6, 1, 5, yuan(184_000)),
    ]


# sheets -------------------------------------------------------------------------------------------------


def test_csv_by_hand() -> None:
    rows = (("a, b",), ("清算", 5, yuan(-123_456_705)), ())
    found = Grid("x", "x", rows, range(0), frozenset(), frozenset()).to_csv()
    assert found == '\ufeff"a, b"\n清算,5,-1234567.05\n\n'.encode()


@pytest.mark.parametrize(
    ("text", "room", "count"),
    [("", 5, 1), ("abc", 3, 1), ("abc de", 6, 1), ("abc de", 5, 2), ("清算通知书", 10, 1), ("清算通知书", 9, 2),
     ("a 清算", 4, 2), ("abcdef", 3, 1), ("a b c d", 3, 2)],
)  # fmt: skip
def test_lines_are_counted(text: str, room: int, count: int) -> None:
    assert lines(text, room) == count


def test_widths_by_hand() -> None:
    """No number is cut off, no word broken, and a row that runs on asks for nothing but its height."""
    rows = (("long " * 10,), ("deductible paid", "中文"), ("金额", yuan(123_456_789_05)))
    found = Grid("x", "x", rows, range(1, 2), frozenset(), frozenset({0}))
    assert column_widths(found, 1) == [len("deductible") + 2, len("123,456,789.05") + 2]
    # Ten words of four letters run over 12 + 16, less a twelfth and 2: four on a line.
    assert [row_lines(found, column_widths(found, 1), number) for number in range(3)] == [3, 2, 1]
    assert longest_word("清算 amount") == 6 and width("清算 amount") == 11 and shown(1234) == "1,234"


# a saved run --------------------------------------------------------------------------------------------


def test_a_saved_run_says_the_same(saved: Path, made: dict[str, pd.DataFrame]) -> None:
    stated = read_statements(saved)
    pd.testing.assert_frame_equal(stated.lines, made["statements"], check_dtype=False)
    manifest = json.loads((saved / "manifest.json").read_text("utf-8"))
    assert (stated.basis.scenario, stated.basis.seed) == (manifest["scenario"], manifest["seed"])
    assert stated.basis.readings == manifest["readings"] and stated.basis.months == ["2024-01", "2024-02"]
    assert len(stated.notices(Asked())) == 4


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    """The parts of the run that are read."""
    for name in ("manifest.json", "totals.json", "tables/statements.csv"):
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((saved / name).read_bytes())
    return tmp_path / "copy"


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_statements(folder)
    return str(caught.value)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path)
    assert said == f"{tmp_path}: found no run folder; expected a folder that `settlement-sim run` has written"


def test_a_run_without_the_table_is_refused(copy: Path) -> None:
    (copy / "tables/statements.csv").unlink()
    assert "found no such table; expected a run of this version; simulate the scenario again" in refused(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("tables/statements.csv", "net,", "nett,", "has other columns"),
        ("tables/statements.csv", ",chengdu,", ",chendgu,", "care_pool 'chendgu'"),
        ("tables/statements.csv", ",0,", ",x,", "invalid"),
        ("totals.json", '"cleared": ', '"cleared": 1', "does not sum to totals.json: chongqing_to_sichuan, inpatient"),
        ("totals.json", '"direct"', '"indirect"', "'direct'"),
        ("manifest.json", '"seed"', '"sed"', "'seed'"),
        ("manifest.json", '"window": [', '"window": [1, ', "too many values"),
    ],
)
def test_a_changed_run_is_refused(copy: Path, file: str, old: str, new: str, words: str) -> None:
    spoil(copy / file, old, new)
    said = refused(copy)
    assert "a run folder that cannot be read" in said and words in said and "an unchanged run folder" in said


def test_a_line_that_is_gone_is_missed(copy: Path) -> None:
    path = copy / "tables/statements.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    assert "does not sum to totals.json: sichuan_to_chongqing" in refused(copy)


def test_everything_unknown_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        STATED.notices(Asked("2024-05", "chengd", "employe"))
    month, pool, scheme = map(str, caught.value.problems)
    assert month.startswith("--month: found '2024-05'; expected one of 2024-03, 2024-04; did you mean ")
    assert pool.startswith("--pool: found 'chengd'; expected one of chongqing, chengdu, ")
    assert pool.endswith("; did you mean 'chengdu'?")
    assert scheme == "--scheme: found 'employe'; expected one of employee, resident; did you mean 'employee'?"


def test_nothing_to_state_is_an_error() -> None:
    with pytest.raises(InputError, match=r"run: found no settlement \(month 2024-04, pool yaan\)"):
        STATED.notices(Asked("2024-04", "yaan"))


# the folder of notices ----------------------------------------------------------------------------------


def notices(folder: Path, words: str = "{}") -> Path:
    with unfinished(folder, NOTICES) as work:
        (work / NOTICES.file).write_text('{"settlement_sim": "x"}', "utf-8")
        (work / "a.csv").write_text(words, "utf-8")
    return folder


def test_notices_appear_when_they_are_done_and_replace_earlier_ones_as_a_whole(tmp_path: Path) -> None:
    target = notices(tmp_path / "deep/out", "old")
    (target / "b.csv").write_text("old", "utf-8")
    assert NOTICES.on(target)
    notices(target, "new")
    assert sorted(p.name for p in target.iterdir()) == ["a.csv", NOTICES.file]
    assert (target / "a.csv").read_text("utf-8") == "new"
    assert [p.name for p in target.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("earlier", [False, True])
def test_what_fails_leaves_what_was(tmp_path: Path, earlier: bool) -> None:
    target = tmp_path / "out"
    if earlier:
        notices(target, "old")
    with pytest.raises(ValueError, match="half way"), unfinished(target, NOTICES) as work:
        (work / NOTICES.file).write_text("{}", "utf-8")
        raise ValueError("half way")
    assert [p.name for p in tmp_path.iterdir()] == ["out"] * earlier
    assert not earlier or (target / "a.csv").read_text("utf-8") == "old"


def test_earlier_notices_survive_a_rename_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, rename = notices(tmp_path / "out", "old"), Path.rename

    def fails(self: Path, to: Path) -> Any:
        if to == target and not self.name.endswith(".old"):
            raise OSError("no")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="no"):
        notices(target, "new")
    assert (target / "a.csv").read_text("utf-8") == "old" and [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("index", [None, "[]", "1", "{", '{"other": 1}'])
def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path, index: str | None) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "thesis.txt").write_text("mine", "utf-8")
    if index is not None:
        (target / NOTICES.file).write_text(index, "utf-8")
    with pytest.raises(InputError, match="something that is no folder of notices"), unfinished(target, NOTICES):
        raise AssertionError("it was opened")
    assert (target / "thesis.txt").read_text("utf-8") == "mine"


def test_a_run_is_never_replaced_by_its_notices(copy: Path) -> None:
    with pytest.raises(InputError), unfinished(copy, NOTICES):
        raise AssertionError("it was opened")
    assert (copy / "totals.json").exists()


def test_a_notice_is_named_by_what_it_holds() -> None:
    notice = Notice("sichuan", "chongqing", "2024-03", "2024-03-01", "2024-03-31", Asked(), LINES)
    assert notice.name == "sichuan_chongqing_2024-03" and notice.total("net", "resident") == 2
