"""Which tables show what a run folder holds: tables, columns, claims, accounts, measures?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow.parquet as pq
from reference_data import PACKAGE, table

import settlement_sim as ss
from settlement_sim import yamlio
from settlement_sim.record.columns import ALWAYS_ZERO, COUNTS, DERIVED, MONEY, contract
from settlement_sim.record.measures import MEASURES

#: Columns of the bill; the glossary shows them.
BILL: Final = tuple(column.name for column in (*COUNTS, *MONEY, *DERIVED))
#: A month of a run with few people: it has every table and column, whatever is in them.
TINY: Final = ("world.scale=0.0002", "warm_up=2024-01-01", "window.until=2024-01-31")
#: What a row of each table is. A table that is not here, or no longer there, stops the page.
ROWS: Final = {
    "totals": ("合计，含标准误", "direct settlements, with standard errors"),
    "by_hand": ("手工报销", "claims reimbursed by hand in the window"),
    "by_month": ("按月", "direct settlements by month"),
    "by_pool": ("按参保统筹区", "direct settlements by insured pool"),
    "by_scheme": ("按险种", "direct settlements by scheme"),
    "by_level": ("按机构等级", "direct settlements by level of the provider"),
    "by_payer": ("按支付方", "what each fund, the accounts and patients paid"),
    "flows": ("参保地到就医地", "direct settlements from unit of insurance to unit of care"),
    "statements": ("清算明细", "what the monthly notices state"),
    "obligations": ("应清算、通知与已清算", "what pools owe pools: posted, stated, remitted"),
    "remittances": ("划款", "every transfer between provinces and the national centre"),
    "collections": ("上解", "what pools paid to their province"),
    "prepayment": ("预付金", "prepayment of each month, its use and alerts"),
    "usage": ("预付金使用率", "use of the prepayment counted four ways"),
    "liquidity": ("头寸", "what left each payer, and its largest day"),
    "days_to_cash": ("医院到账天数", "days until hospitals had their money"),
    "receivables": ("医院应收", "what hospitals were owed at the end of a month, by age"),
    "waiting": ("排队指令", "instructions that waited for money"),
    "decisions": ("政策的决定与理由", "how often each policy decided for which reason"),
    "advanced": ("患者垫付", "what patients advanced, and for how long"),
    "care_at_home": ("留在本地就医", "needs cared for at home instead"),
    "recognitions": ("互认申请逐件", "one application for recognition"),
    "recognition_totals": ("互认合计", "applications by pools of application and retirement"),
    "recognition_months": ("互认按月", "applications by month"),
    "back_payments": ("补缴", "back-payments by month"),
    "fund_transfers": ("基金之间划转", "money that followed recognised months"),
    "fund_claims": ("应划转未付", "what funds still claim from funds"),
    "fund_per_retiree": ("按退休人员的基金盈余", "what recognised retirees bring and cost the fund of retirement"),
}
#: Columns of `claims.parquet` that no table has.
CLAIM: Final = {
    "entry": ("明细类型", "`settle`, `reimburse` or `reverse`; money of a reversal is negative"),
    "need": ("就医需求编号", "id of the need"),
    "person": ("人员编号", "id of the person, in the population of `world_seed`"),
    "unit": ("参保区县", "unit of insurance"),
    "residence": ("居住地", "unit of residence"),
    "tier": ("居民缴费档", "tier of residents"),
    "status": ("身份", "status of the person"),
    "assistance": ("救助类别", "assistance category"),
    "provider": ("机构组", "provider group: level and unit"),
    "born": ("需求发生时间", "moment at which the need is born"),
    "admitted": ("入院（就诊）时间", "moment of admission, or of the visit"),
    "discharged": ("出院（就诊）时间", "moment of discharge, or of the visit"),
    "settled": ("结算时间", "moment of settlement, or day of payment by hand"),
    "insurance_year": ("参保年度", "insurance year whose standing is used"),
    "path": ("结算方式", "`direct` or `manual`"),
    "cut": ("降低的比例", "taken off the ratio, in 1/10,000"),
    "home_class": ("本地就医类别", "class of declared care at home, 0 to 2"),
}
BEFORE: Final = "_before"


def tables() -> str:
    """Every table, what its rows are, its columns."""
    rows = [(f"`{name}`", *ROWS[name], _columns(list(frame.columns))) for name, frame in tiny()[0].items()]
    if set(ROWS) != set(tiny()[0]):
        raise ValueError(f"no such table: {set(ROWS) - set(tiny()[0])}")
    return table(("table", "中文", "rows", "columns"), rows)


def _columns(names: list[str]) -> str:
    """Names in their order; the columns of the bill, which stand together, in two words."""
    whole = set(BILL) <= set(names)
    shown = [name for name in names if not (whole and name in BILL[1:])]
    return ", ".join("*the bill*" if whole and name == BILL[0] else f"`{name}`" for name in shown)


def contracts() -> str:
    """Every column of the tables but those of the bill."""
    head = ("column", "中文", "English", "type", "unit", "sums")
    rows = [
        (f"`{name}`", one["zh"], one["en"], one["dtype"], one["unit"] or "–", one["sums"])
        for name, one in known().items()
        if name not in BILL
    ]
    return table(head, rows)


def claims() -> str:
    """The columns of `claims.parquet` but those of the bill."""
    bill = {column.name for column in (*MONEY, *DERIVED, *ALWAYS_ZERO)}
    rows = [(f"`{one.name}`", *_meaning(one.name), _kind(one)) for one in tiny()[1] if one.name not in bill]
    return table(("column", "中文", "English", "type"), rows)


def _meaning(name: str) -> tuple[str, str]:
    """Of a column of claims alone, of what a person had used before, or of a column that a table has too."""
    if name in CLAIM:
        return CLAIM[name]
    if name.endswith(BEFORE):
        what = name.removesuffix(BEFORE)
        if what == "account":
            return "结算前账户余额", "balance of the personal account before this claim"
        return "结算前年度累计", f"`{what}` that the insurance year had before this claim"
    return known()[name]["zh"], known()[name]["en"]


def _kind(field: Any) -> str:
    return "words" if "dictionary" in str(field.type) else str(field.type)


@cache
def known() -> dict[str, dict[str, str]]:
    """The contract of every column of the tables, in the order in which they occur."""
    return {one["name"]: one for frame in tiny()[0].values() for one in contract(frame)}


def accounts() -> str:
    """The accounts of the journal."""
    chart = yamlio.read(PACKAGE / "ledger/chart.yaml").data["accounts"]
    return table(
        ("account", "中文", "English"), [(f"`{name}`", said["zh"], said["en"]) for name, said in chart.items()]
    )


def measures() -> str:
    """The numbers by which a person reads a run."""
    rows = [(f"`{one.name}`", one.zh, one.en, one.unit.replace("_", " × "), f"`{one.table}`") for one in MEASURES]
    return table(("measure", "中文", "English", "unit", "from table"), rows)


@cache
def tiny() -> tuple[dict[str, Any], Any]:
    """The tables of a tiny run, and the schema of its claims."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "claims.parquet"
        tables = ss.simulate(ss.load("baseline_2024q1q3", *TINY), claims=path).tables
        return tables, pq.read_schema(path)
