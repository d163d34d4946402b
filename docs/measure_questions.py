"""What do the scenarios of `docs/questions.md` answer? Runs them one after the other and writes the tables of the page.

    python docs/measure_questions.py            every table, some 15 minutes
    python docs/measure_questions.py q6 q12     those of these sections

A table stands between `<!-- measured: SECTION -->` and `<!-- end -->`. Its first row is the reference; the others show
their difference from it. `tests/data/test_question_page.py` says when the page is behind the pinned baseline.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from build_reference import table
from measure_years import q9, q10

import settlement_sim as ss
from settlement_sim.record.measures import MEASURE, measures
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.usage import usage_by_reading

PAGE: Final = Path(__file__).resolve().parent / "questions.md"
BASELINE: Final = "baseline_2024q1q3"
USAGE: Final = "q3_usage"
#: What a run is read by: whole numbers by name.
Answers = Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """One run: what the page calls it, the scenario, settings of the command line, a line of an own file above it."""

    label: str = field(compare=False)
    scenario: str = BASELINE
    settings: tuple[str, ...] = ()
    own: str = ""


@dataclass(frozen=True)
class Column:
    """A number of a table: heading, name of the answer, decimals that are cut off, decimals that are shown."""

    head: str
    answer: str
    scale: int = 0
    shown: int = 0

    def show(self, value: int, against: int | None) -> str:
        """A value, or its difference from the reference."""
        change = value - (against or 0)
        text = f"{abs(change) / 10**self.scale:,.{self.shown}f}"
        sign = "−" if change < 0 else "+" if change and against is not None else ""
        return sign + text


def million(head: str, answer: str) -> Column:
    """Fen shown as million yuan."""
    return Column(head, answer, 8, 2)


SETTLEMENTS: Final = Column("direct settlements 直接结算人次", "settlements")
STAYS: Final = Column("of which stays 其中住院", "stays")
BY_HAND: Final = Column("by hand 手工报销", "by_hand")
AT_HOME: Final = Column("cared for at home 留在本地", "at_home")
GROSS: Final = million("gross 总费用", "total_fee")
FUNDS: Final = million("funds 基金", "fund_total")
ACCOUNTS: Final = million("accounts 个人账户", "personal_account")
CASH: Final = million("cash 现金", "cash")
USUAL: Final = (SETTLEMENTS, STAYS, BY_HAND, GROSS, FUNDS, ACCOUNTS, CASH)
HOME_COST: Final = million("their bills there 其本地费用", "home_cost")
RESPONDING: Final = (SETTLEMENTS, STAYS, BY_HAND, AT_HOME, HOME_COST, GROSS, FUNDS, ACCOUNTS, CASH)
ADVANCES: Final = (
    CASH,
    million("assistance settled 结算中的救助", "medical_assistance"),
    million("assistance claimed later 事后救助", "assistance_later"),
    million("million yuan × days of it 垫付金额×天", "assistance_days"),
    million("deposits 押金", "deposits"),
    million("million yuan × days of them 押金×天", "deposit_days"),
    million("never paid 坏账", "unpaid"),
)
DAYS: Final = Column("mean days to cash 医院到账平均天数", "mean_days", 2, 1)
NINETY: Final = Column("90 % by day 90%分位", "p90")
LONGEST: Final = Column("longest 最长", "longest")
OWED: Final = million("owed to hospitals, mean of month ends 月末应付医院", "owed")
IDLE: Final = million("prepayment lying idle 闲置预付金", "idle")
TOP_UPS: Final = million("topped up 紧急调增", "top_up")
WAITED: Final = million("instructions that waited 排队指令金额", "waited")
WAITED_DAYS: Final = million("million yuan × days they waited 排队金额×天", "waited_days")
WAITING: Final = (DAYS, NINETY, LONGEST, OWED, IDLE, TOP_UPS, WAITED, WAITED_DAYS)
TRANSFERS: Final = (
    Column("remittances 划款笔数", "remittances"), million("crossed 跨省划款", "crossed"),
    million("largest day of a payer 单日最大", "largest_day"), *WAITING[:1], *WAITING[3:5],
)  # fmt: skip
IN_SCOPE: Final = million("in scope 政策范围内", "in_scope")
SCOPE: Final = (SETTLEMENTS, GROSS, IN_SCOPE, FUNDS, ACCOUNTS, CASH)


def with_(slot: str, entry: int, *settings: str) -> tuple[str, ...]:
    """Settings of one entry of a slot."""
    return tuple(f"policies.{slot}.{entry}.with.{setting}" for setting in settings)


def filing(label: str, *settings: str, name: str = "q1_filing_reinstated") -> Row:
    """Filing reinstated on 1 July, counted from that day."""
    return Row(label, name, ("window.from=2024-07-01", *with_("access", 1, *settings)))


CUT: Final = "q2_cut_and_response"
TABLES: Final[dict[str, tuple[tuple[Column, ...], tuple[Row, ...]]]] = {
    "q1": (USUAL, (
        Row("`baseline_2024q1q3`, July to September 7—9月", settings=("window.from=2024-07-01",)),
        filing("filing, no cut 备案但不降比例", "cut_referral=0", "cut_other=0"),
        filing("5/5 points 个百分点", "cut_referral=5", "cut_other=5"),
        filing("10/10", "cut_other=10"),
        filing("10/20: `q1_filing_reinstated`"),
        filing("10/20, half file late 一半补备案", "late_filers=50"),
        filing("10/20, no late filing 不许补备案", "late_filing=not_allowed"),
        filing("10/20, border free 毗邻地区免备案: `border_local`", name="border_local"),
    )),
    "q1_prefectures": (USUAL, (
        Row("`baseline_2024q1q3`"), Row("`q1_filing_in_20_prefectures`", "q1_filing_in_20_prefectures"),
    )),
    "q2": (RESPONDING, (
        Row("`q2_reference`", "q2_reference"),
        Row("5/5 points 个百分点", CUT, with_("access", 1, "cut_referral=5", "cut_other=5")),
        Row("10/10", CUT, with_("access", 1, "cut_other=10")),
        Row("10/20: `q2_cut_and_response`", CUT),
        Row("10/20, elasticity 弹性 0 %", CUT, own="demand: {response: {elasticity: 0}}"),
        Row("10/20, elasticity 弹性 150 %", CUT, own="demand: {response: {elasticity: 150}}"),
    )),
    "q3": (WAITING, (
        Row("two months 两个月: `q3_prepayment`", "q3_prepayment"),
        Row("one month 一个月: `q3_one_month`", "q3_one_month"),
        Row("three months 三个月", "q3_one_month", with_("clearing", 0, "prepayment_months=3")),
        Row("one month, no lending between schemes 险种间不调剂", "q3_one_month",
            with_("clearing", 0, "prepayment_months=1", "pooling=earmarked")),
    )),
    "q4": (TRANSFERS, (
        Row("monthly, gross 按月全额: `baseline_2024q1q3`"),
        Row("twice a month 半月: `q4_half_monthly`", "q4_half_monthly"),
        Row("daily, net 每日轧差: `q4_daily_net`", "q4_daily_net"),
        Row("real time, gross 实时全额: `q4_real_time_gross`", "q4_real_time_gross"),
    )),
    "q5": (TRANSFERS, (Row("`baseline_2024q1q3`"), Row("`q5_bilateral_net`", "q5_bilateral_net"))),
    "q18": (WAITING, (
        Row("`baseline_2024q1q3`"),
        Row("Sichuan three months late 四川晚三个月: `q18_late_payer`", "q18_late_payer"),
        Row("Chongqing stops 重庆停付: `q18_side_stops`", "q18_side_stops"),
    )),
    "q6": (RESPONDING, (Row("`baseline_2024q1q3`"), Row("`q6_ten_diseases`", "q6_ten_diseases"))),
    "q7": (USUAL, (
        Row("`baseline_2024q1q3`"),
        Row("`q7_no_pharmacy`", "q7_no_pharmacy"),
        Row("cap 限额 100: `q7_basket_cap`", "q7_basket_cap"),
        Row("cap 限额 200", "q7_basket_cap", with_("channel", 1, "basket_cap=200")),
    )),
    "q8": (ADVANCES, (
        Row("`baseline_2024q1q3`"),
        Row("`q8_assistance_later`", "q8_assistance_later"),
        Row("`q8_treat_first_pay_later`", "q8_treat_first_pay_later"),
        Row("15 % never pay 不付", "q8_treat_first_pay_later", with_("channel", 1, "defaults=15")),
        Row("everybody 所有人", "q8_treat_first_pay_later", with_("channel", 1, "eligible=everybody")),
    )),
    "q12": (SCOPE, (Row("`baseline_2024q1q3`"), Row("`q12_mutual_catalogue`", "q12_mutual_catalogue"))),
    "q12_gap": (SCOPE, (
        Row("`q12_gap_reference`", "q12_gap_reference"),
        Row("union 并集: `q12_with_a_gap`", "q12_with_a_gap"),
        Row("intersection 交集", "q12_with_a_gap", with_("catalogue", 1, "rule=intersection")),
    )),
    "network": (USUAL, (Row("`baseline_2024q1q3`"), Row("`network_target_2020`", "network_target_2020"))),
}  # fmt: skip


def main(*sections: str) -> None:
    """Write the tables of these sections, or all of them, and what they rest on."""
    for name in sections or (*TABLES, *OWN):
        replace(name, measured(name))
    replace("about", about())


def replace(name: str, text: str) -> None:
    """Put a text between the marks of a section."""
    block = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page, found = block.subn(lambda marks: marks[1] + text + marks[2], PAGE.read_text("utf-8"))
    assert found == 1, f"the page has no place for {name}"
    PAGE.write_text(page, "utf-8")


def measured(section: str) -> str:
    """The table of a section; from the second row on, differences from the first."""
    if section in OWN:
        return OWN[section]()
    columns, rows = TABLES[section]
    first = answers(rows[0])
    lines = [(rows[0].label, *(column.show(first[column.answer], None) for column in columns))]
    for row in rows[1:]:
        found = answers(row)
        lines.append((row.label, *(column.show(found[column.answer], first[column.answer]) for column in columns)))
    return table(["", *(column.head for column in columns)], lines)


def usage_table() -> str:
    """Usage of the prepayment in percent: basis × definition, under each distinct reading of growth."""
    lines = []
    for names, frame in usage_by_reading("q3_prepayment"):
        for (insured, care, basis), rows in frame.groupby(["insured_province", "care_province", "basis"], sort=False):
            shown = (
                f"{row.usage:.1f} (highest {row.highest:.1f}; yellow {row.yellow_days}, red {row.red_days} days)"
                for row in rows.itertuples()
            )
            lines.append((" = ".join(names), f"{insured} → {care}", f"`{basis}`", *shown))
    head = [
        "growth 增长口径",
        "direction 方向",
        "basis 基数",
        "month ÷ prepayment 月清算额, %",
        "unpaid ÷ prepayment 未付款, %",
    ]
    return table(head, lines)


#: Sections whose tables have a form of their own.
OWN: Final = {USAGE: usage_table, "q9": q9, "q10": q10}


def about() -> str:
    """What the tables rest on."""
    found = answers(Row(""))
    gross = f"{found['total_fee'] / 100:,.2f}"
    return f"Version {ss.__version__}, seed 1; baseline: {found['settlements']:,} settlements, {gross} yuan.\n"


@cache
def answers(row: Row) -> Answers:
    """Run a scenario and read it."""
    print(row.scenario, *row.settings, row.own, flush=True)
    result = ss.simulate(loaded(row))
    assert isinstance(result, ss.Result), "every row has visits"
    return read(result)


def loaded(row: Row) -> Loaded:
    """A scenario as the page runs it."""
    if not row.own:
        return ss.load(row.scenario, *row.settings)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.yaml"
        path.write_text(f"format: 1\nextends: {row.scenario}\n{row.own}\n", "utf-8")
        return ss.load(path, *row.settings)


def read(result: ss.Result) -> Answers:
    """The numbers of a run that the tables show: its measures, days in hundredths, and two that are no measures."""
    of = result.tables
    found = measures(of, result.exact["counts"])
    cash, window = of["days_to_cash"].query("level == 'all' and kind == 'main'"), of["prepayment"].month
    owed = of["receivables"][of["receivables"].month.isin(window)]
    return {name: int(value) for name, value in found.items() if MEASURE[name].whole} | {
        "mean_days": round(100 * found["mean_days"]), "longest": int(found["longest"]), "p90": int(cash.p90.max()),
        "owed": int(owed.amount.sum()) // window.nunique(),
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
