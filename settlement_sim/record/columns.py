"""What does every money column mean, what is it called elsewhere, and how does it sum?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.policies.answers import FUNDS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column of a table: name, dtype, unit, how it sums, the national interface's name, meaning."""

    name: str
    dtype: str
    unit: str
    sums: str  # "adds", "counts" or "key"
    zh: str
    en: str
    national: str = ""


def _money(name: str, zh: str, en: str, national: str = "") -> Column:
    return Column(name, "int64", "fen", "adds", zh, en, national)


def _share(name: str, zh: str, en: str) -> Column:
    return Column(name, "float64", "percent", "none", zh, en)


def _count(name: str, zh: str, en: str) -> Column:
    return Column(name, "int64", "count", "none", zh, en)


def _months(name: str, zh: str, en: str) -> Column:
    return Column(name, "int64", "months", "none", zh, en)


def _days(name: str, zh: str, en: str) -> Column:
    return Column(name, "int64", "days", "none", zh, en)


#: Columns the engine computes for every settlement, in the order of the bill.
MONEY: Final = (
    _money("total_fee", "医疗总费用", "gross bill", "medfee_sumamt"),
    _money("outside_scope", "全自费", "outside the catalogue", "fulamt_ownpay_amt"),
    _money("above_price_limit", "超限价自费", "above the price limit", "overlmt_selfpay"),
    _money("advance_self_pay", "先行自付", "advance self-pay of class B", "preselfpay_amt"),
    _money("in_scope", "符合政策范围", "in scope", "inscp_scp_amt"),
    _money("deductible_paid", "实际支付起付线", "deductible paid (a base, not a payer)", "act_pay_dedc"),
    _money("pooled_fund", "统筹基金", "pooled fund", "hifp_pay"),
    _money("large_sum_fund", "大额医疗互助", "large-sum insurance", "hifob_pay"),
    _money("catastrophic_fund", "大病保险", "catastrophic insurance", "hifmi_pay"),
    _money("medical_assistance", "医疗救助", "medical assistance", "maf_pay"),
    _money("personal_account", "个人账户", "personal account", "acct_pay"),
    _money("cash", "个人现金", "cash", "psn_cash_pay"),
)
MONEY_NAMES: Final = tuple(column.name for column in MONEY)

#: Zero in 2024; they stay so that the identities read like the national interface.
ALWAYS_ZERO: Final = (
    _money("civil_servant_fund", "公务员补助", "civil-servant supplement", "cvlserv_pay"),
    _money("enterprise_fund", "企业补充", "enterprise supplement", "hifes_pay"),
    _money("other_fund", "其他基金", "other funds", "oth_pay"),
    _money("family_account", "家庭共济账户", "family account", "acct_mulaid_pay"),
    _money("hospital_borne", "医院负担", "borne by the hospital", "hosp_part_amt"),
)

#: Sums of the columns above.
DERIVED: Final = {
    _money("fund_total", "基金支付总额", "all funds", "fund_pay_sumamt"): FUNDS,
    _money("person_total", "个人负担总额", "the person", "psn_part_amt"): ("personal_account", "cash"),
    _money("cleared", "清算金额", "crosses the border: funds and account"): (*FUNDS, "personal_account"),
}
DERIVED_NAMES: Final = tuple(column.name for column in DERIVED)

SETTLEMENTS: Final = Column("settlements", "int64", "count", "counts", "结算人次", "settlements")
#: How often something was settled, taken back, and what is left; money columns are what is left.
COUNTS: Final = (
    SETTLEMENTS,
    Column("reversed", "int64", "count", "counts", "撤销人次", "settlements taken back"),
    Column("net", "int64", "count", "counts", "净结算人次", "settlements less those taken back"),
)

_KEYS: Final = {
    "direction": Column("direction", "str", "", "key", "方向", "insured province to province of care"),
    "care_type": Column("care_type", "str", "", "key", "就医类型", "care type; `all` is their sum"),
    "month": Column("month", "str", "YYYY-MM", "key", "月份", "month of settlement, or of what happened to the money"),
    "pool": Column("pool", "str", "", "key", "统筹区", "insured pool"),
    "scheme": Column("scheme", "str", "", "key", "险种", "scheme"),
    "level": Column("level", "str", "", "key", "机构等级", "level of the provider"),
    "payer": Column("payer", "str", "", "key", "付款方", "who pays: a fund or person, a province, the national centre"),
    "origin": Column("origin", "str", "", "key", "参保地", "unit of insurance"),
    "destination": Column("destination", "str", "", "key", "就医地", "unit of care"),
    "day": Column("day", "str", "YYYY-MM-DD", "key", "日期", "day on which money moved"),
    "payer_pool": Column("payer_pool", "str", "", "key", "付款统筹区", "pool that pays"),
    "care_pool": Column("care_pool", "str", "", "key", "就医统筹区", "pool where care was given"),
    "slot": Column("slot", "str", "", "key", "环节", "slot of the policy"),
    "policy": Column("policy", "str", "", "key", "政策", "policy that decided"),
    "from": Column("from", "str", "YYYY-MM-DD", "key", "起始日", "first day of the entry in this run"),
    "reason": Column("reason", "str", "", "key", "理由", "why it decided so, or why care was given at home"),
    "kind": Column("kind", "str", "", "key", "类型", "what the money was for"),
    "payee": Column("payee", "str", "", "key", "收款方", "province, or the national centre, that receives"),
    "insured_province": Column("insured_province", "str", "", "key", "参保省份", "province whose funds pay"),
    "care_province": Column("care_province", "str", "", "key", "就医省份", "province where care was given"),
    "basis": Column("basis", "str", "", "key", "额度基数", "months whose mean is prepaid"),
    "definition": Column("definition", "str", "", "key", "使用率口径", "what is divided by the prepayment"),
    "age": Column("age", "str", "days", "key", "账龄", "days since settlement"),
    "due": Column("due", "str", "YYYY-MM-DD", "key", "应付日", "day on which an instruction was due"),
    "place": Column("place", "str", "", "key", "收款地", "care pool whose hospitals are paid, or province"),
    "applied": Column("applied", "int64", "count", "counts", "申请数", "applications made"),
    "applied_in": Column("applied_in", "str", "", "key", "申请地", "pool in which the application is made"),
    "retires_in": Column("retires_in", "str", "", "key", "退休地", "pool whose fund bears the retiree"),
    "left_behind": Column(
        "left_behind", "str", "", "key", "转出地", "pool with most of the months recognised elsewhere"
    ),
    "payee_pool": Column("payee_pool", "str", "", "key", "收款统筹区", "pool that receives"),
    "decided": Column("decided", "str", "YYYY-MM-DD", "key", "办结日", "day of the decision; empty while open"),
    "retiree": Column("retiree", "str", "", "key", "退休类别", "statutory retirement by sex and kind of work"),
    "insured_as": Column("insured_as", "str", "", "key", "参保身份", "employer, or tier of the flexibly employed"),
    "state": Column("state", "str", "", "key", "状态", "accepted, refused or open at the end of the window"),
    "paid_on": Column("paid_on", "str", "YYYY-MM-DD", "key", "付款日", "day of payment; empty while it waits"),
}
_SUMS: Final = {
    "paid": _money("paid", "支付金额", "amount paid"),
    "amount": _money("amount", "金额", "amount"),
    "posted": _money("posted", "应清算金额", "obligations of the settlements of a month, less those taken back"),
    "stated": _money("stated", "通知金额", "what statements of a month ask for"),
    "remitted": _money("remitted", "已清算金额", "remitted or set off in a month"),
    "sent": _money("sent", "划出金额", "money that left"),
    "gross": _money("gross", "全额", "what left, and what was set off"),
    "largest_day": _money("largest_day", "单日最大划出", "most that left on one day"),
    "remittances": Column("remittances", "int64", "count", "counts", "划款笔数", "transfers of clearing"),
    "in_force": Column(
        "in_force", "int64", "fen", "none", "预付金额度", "prepayment in force on the first of the month"
    ),
    "mean_balance": Column("mean_balance", "int64", "fen", "none", "平均余额", "mean balance of the prepayment"),
    "lowest_balance": Column(
        "lowest_balance", "int64", "fen", "none", "最低余额", "lowest balance: idle all the while"
    ),
    "usage_month": _share("usage_month", "月清算额÷预付金", "posted in the month over the prepayment"),
    "usage_outstanding": _share("usage_outstanding", "未付款÷预付金", "unpaid over the prepayment, mean of days"),
    "usage": _share("usage", "使用率", "usage, mean of the months or days"),
    "highest": _share("highest", "最高使用率", "highest usage of a month or day"),
    "by_growth": _share("by_growth", "按申报增长率", "usage that the declared growth of money alone would give"),
    "months": _count("months", "月数", "months of the window for which the basis was simulated"),
    "yellow_days": _count("yellow_days", "黄色预警天数", "days at or above the yellow threshold"),
    "red_days": _count("red_days", "红色预警天数", "days at or above the red threshold"),
    "yellow_days_outstanding": _count("yellow_days_outstanding", "黄色预警天数", "days with unpaid at or above yellow"),
    "red_days_outstanding": _count("red_days_outstanding", "红色预警天数", "days with unpaid at or above red"),
    "mean_days": Column("mean_days", "float64", "days", "none", "平均天数", "mean days to cash, weighted by fen"),
    "p50": _days("p50", "50%分位", "half of the money had come by then"),
    "p90": _days("p90", "90%分位", "nine tenths of the money had come by then"),
    "p95": _days("p95", "95%分位", "95 percent of the money had come by then"),
    "longest": _days("longest", "最长天数", "longest wait"),
    "days": _days("days", "等待天数", "days that an instruction waited for money; empty while it waits"),
    "rows": Column("rows", "int64", "count", "counts", "次数", "decisions in the window"),
    "needs": Column("needs", "int64", "count", "counts", "需求数", "needs cared for at home"),
    "home_cost": _money("home_cost", "本地费用", "what their care costs at home (assumption)"),
    "cases": Column("cases", "int64", "count", "counts", "件数", "cases that came back in the window"),
    "advanced": _money("advanced", "垫付金额", "money that patients advanced"),
    "fen_days": Column(
        "fen_days", "int64", "fen × days", "adds", "垫付金额×天", "money advanced times days until it came back"
    ),
    "age_in_years": _count("age_in_years", "年龄", "age in whole years on the day of the application"),
    "months_here": _months("months_here", "退休地实缴月数", "months paid in the pool of retirement"),
    "months_elsewhere": _months("months_elsewhere", "互认月数", "months paid elsewhere alone and counted"),
    "overlapping": _months("overlapping", "重叠月数", "calendar months paid in several pools, counted once"),
    "deemed": _months("deemed", "视同月数", "months counted as if paid"),
    "required": _months("required", "要求月数", "months that the deciding test asks for"),
    "short_before": _months("short_before", "原政策差缴月数", "months missing by the local rule"),
    "short": _months("short", "差缴月数", "months missing under the policy"),
    "months_saved": Column("months_saved", "int64", "months", "adds", "少补缴月数", "months of back-payment spared"),
    "price_before": _money("price_before", "原政策补缴额", "back-payment by the local rule"),
    "back_payment": _money("back_payment", "补缴额", "back-payment under the policy"),
    "saved": _money("saved", "少缴金额", "back-payment spared"),
    "claimed": _money("claimed", "应划转额", "what may be claimed from pooled funds left behind"),
    "corrected": Column("corrected", "int64", "count", "counts", "补正", "papers were sent back once"),
    "accepted": Column("accepted", "int64", "count", "counts", "办结认可数", "applications recognised"),
    "refused": Column("refused", "int64", "count", "counts", "不予认可数", "applications refused"),
    "open": Column("open", "int64", "count", "counts", "在办数", "applications not yet decided"),
    "payments": Column("payments", "int64", "count", "counts", "笔数", "payments"),
    "own": _money("own", "本地结余缴费", "saved pooled contributions of the pool of retirement"),
    "cost": _money("cost", "退休医疗费用现值", "present value of what retirees will cost the pooled fund"),
    "surplus": _money(
        "surplus",
        "基金盈余",
        "saved contributions, back-payments and claims, paid or not, less cost; the command `transfers` takes what was "
        "paid under T4",
    ),
    "settlements_se": Column(
        "settlements_se", "float64", "count", "none", "标准误", "standard error, clustered by person"
    ),
    "total_fee_se": Column("total_fee_se", "float64", "fen", "none", "标准误", "standard error, clustered by person"),
    "fund_total_se": Column("fund_total_se", "float64", "fen", "none", "标准误", "standard error, clustered by person"),
}


def contract(frame: Any) -> list[dict[str, str]]:
    """The contract of a table's columns, in their order; a column without one is an error."""
    columns = known()
    return [asdict(columns[name]) for name in frame.columns]


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with the types of its contract; whole numbers are `Int64` where a cell is empty."""
    columns = known()
    types = {name: columns[name].dtype for name in frame.columns}
    empty = {name for name, kind in types.items() if kind == "int64" and frame[name].isna().any()}
    return frame.astype({name: "Int64" if name in empty else kind for name, kind in types.items()})


def known() -> dict[str, Column]:
    """Every column that tables may have, by name."""
    return {**_KEYS, **_SUMS, **{c.name: c for c in (*MONEY, *DERIVED, *ALWAYS_ZERO, *COUNTS)}}
