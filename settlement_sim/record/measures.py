"""By which numbers does a person read a run? Each is a sum, a mean or a maximum of the run's tables.

A scenario's question may name those that answer it. Money is whole fen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
#: Counts of `totals.json`, by name.
Counts = Mapping[str, int]
Value = int | float


@dataclass(frozen=True)
class Measure:
    """One number of a run: what it counts (count, months, days, percent, fen, fen_days), and what it is called."""

    name: str
    unit: str
    zh: str
    en: str
    table: str
    of: Callable[[pd.DataFrame, Counts], Value | None]

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, so that the parts of a difference add up to it exactly."""
        return self.unit in ("count", "months", "fen", "fen_days")


def _total(column: str, care: str = "all") -> Callable[[pd.DataFrame, Counts], Value]:
    return lambda frame, counts: int(frame.loc[frame["care_type"] == care, column].sum())


def _sum(column: str, **only: str) -> Callable[[pd.DataFrame, Counts], Value]:
    return lambda frame, counts: int(_only(frame, only)[column].sum())


def _highest(column: str, **only: str) -> Callable[[pd.DataFrame, Counts], Value | None]:
    return lambda frame, counts: _max(_only(frame, only)[column])


def _max(column: pd.Series) -> Value | None:
    """None where nothing is to be seen."""
    highest = column.max()
    return None if highest != highest else highest.item()


def _only(frame: pd.DataFrame, only: Mapping[str, str]) -> pd.DataFrame:
    for column, value in only.items():
        frame = frame[frame[column] == value]
    return frame


def _by_hand(frame: pd.DataFrame, counts: Counts) -> Value:
    """Reimbursed by hand, or still open at the end of the window."""
    return int(frame["settlements"].sum()) + counts["open_claims_by_hand"]


def _mean_days(frame: pd.DataFrame, counts: Counts) -> Value | None:
    cash = frame[(frame["level"] == "all") & (frame["kind"] == "main")]
    paid = int(cash["amount"].sum())
    return round(float((cash["mean_days"] * cash["amount"]).sum()) / paid, 2) if paid else None


def _fen_days_waited(frame: pd.DataFrame, counts: Counts) -> Value:
    waited = frame[frame["kind"] == "hospitals"]
    return int((waited["amount"] * waited["days"].fillna(0)).sum())


def _month_ends(column: str) -> Callable[[pd.DataFrame, Counts], Value | None]:
    """Mean over the months of the sum over everything else."""
    return lambda frame, counts: int(frame[column].sum()) // frame["month"].nunique() if len(frame) else None


def _of_payers(column: str) -> Callable[[pd.DataFrame, Counts], Value]:
    return lambda frame, counts: int(_payers(frame)[column].sum())


def _largest_day(frame: pd.DataFrame, counts: Counts) -> Value | None:
    return _max(_payers(frame)["largest_day"])


def _payers(frame: pd.DataFrame) -> pd.DataFrame:
    """The centre only passes on what others pay."""
    return frame[frame["payer"] != "centre"]


#: In the order in which they are told.
MEASURES: Final = (
    Measure("settlements", "count", "直接结算人次", "direct settlements", "totals", _total("settlements")),
    Measure("stays", "count", "其中住院人次", "of which stays", "totals", _total("settlements", "inpatient")),
    Measure("by_hand", "count", "手工报销人次", "claims by hand", "by_hand", _by_hand),
    Measure("at_home", "count", "留在本地就医人次", "cared for at home", "care_at_home", _sum("needs")),
    Measure("home_cost", "fen", "留在本地的费用", "their bills at home", "care_at_home", _sum("home_cost")),
    Measure("total_fee", "fen", "医疗总费用", "gross bills", "totals", _total("total_fee")),
    Measure("in_scope", "fen", "政策范围内费用", "in scope", "totals", _total("in_scope")),
    Measure("fund_total", "fen", "基金支付", "fund payments", "totals", _total("fund_total")),
    Measure("personal_account", "fen", "个人账户支付", "payments from personal accounts", "totals",
            _total("personal_account")),
    Measure("cash", "fen", "个人现金", "patients' cash", "totals", _total("cash")),
    Measure("medical_assistance", "fen", "结算中的医疗救助", "assistance at settlement", "totals",
            _total("medical_assistance")),
    Measure("assistance_later", "fen", "患者先垫付的救助", "assistance that patients advance", "advanced",
            _sum("advanced", kind="assistance")),
    Measure("assistance_days", "fen_days", "救助垫付金额×天数", "its amount × days", "advanced",
            _sum("fen_days", kind="assistance")),
    Measure("deposits", "fen", "住院押金", "deposits", "advanced", _sum("advanced", kind="deposit")),
    Measure("deposit_days", "fen_days", "押金金额×天数", "deposits × days", "advanced",
            _sum("fen_days", kind="deposit")),
    Measure("unpaid", "fen", "医院坏账", "never paid to hospitals", "advanced", _sum("advanced", kind="unpaid")),
    Measure("mean_days", "days", "医院到账平均天数", "mean days to hospitals' cash", "days_to_cash", _mean_days),
    Measure("longest", "days", "医院到账最长天数", "longest days to hospitals' cash", "days_to_cash",
            _highest("longest", level="all", kind="main")),
    Measure("usage_highest", "percent", "预付金最高使用率（当月清算）",
            "highest use of the prepayment by a month's clearing", "prepayment",
            _highest("usage_month")),
    Measure("red_days", "count", "预付金红色预警天数（按未付款，两省合计）",
            "days of red alert, by all that is unpaid, of both provinces", "prepayment",
            _sum("red_days_outstanding")),
    Measure("idle", "fen", "平均闲置预付金", "prepayment lying idle, mean", "prepayment", _month_ends("mean_balance")),
    Measure("top_up", "fen", "紧急调增预付金", "topped up in emergencies", "remittances",
            _sum("amount", kind="top_up")),
    Measure("remittances", "count", "划款笔数", "remittances", "liquidity", _of_payers("remittances")),
    Measure("crossed", "fen", "跨省划款金额", "sent between provinces", "liquidity", _of_payers("sent")),
    Measure("largest_day", "fen", "单日最大划款", "largest day of a payer", "liquidity", _largest_day),
    Measure("waited", "fen", "排队等候的应付医院款", "payments to hospitals that waited", "waiting",
            _sum("amount", kind="hospitals")),
    Measure("waited_days", "fen_days", "排队金额×天数", "their amount × days", "waiting", _fen_days_waited),
    Measure("recognised", "count", "互认办结例数", "recognised cases", "recognition_totals", _sum("accepted")),
    Measure("months_saved", "months", "少补缴月数", "months of back-payment avoided", "recognition_totals",
            _sum("months_saved")),
    Measure("saved", "fen", "少补缴金额", "back-payments avoided", "recognition_totals", _sum("saved")),
    Measure("back_payment", "fen", "补缴金额", "back-payments still due", "recognition_totals", _sum("back_payment")),
    Measure("moved", "fen", "统筹基金划转", "moved between pooled funds", "fund_transfers",
            _sum("amount", kind="pooled")),
)  # fmt: skip
MEASURE_NAMES: Final = tuple(measure.name for measure in MEASURES)
MEASURE: Final = {measure.name: measure for measure in MEASURES}
#: What every run is told by.
USUAL: Final = ("settlements", "total_fee", "fund_total", "personal_account", "cash", "recognised", "saved")


def measures(tables: Tables, counts: Counts) -> dict[str, Value]:
    """Every measure that the tables of a run speak to."""
    found = {one.name: one.of(tables[one.table], counts) for one in MEASURES if one.table in tables}
    return {name: value for name, value in found.items() if value is not None}


def told(known: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Which measures to tell first: those that a question asks for, then the usual ones, of those there are."""
    return [name for name in dict.fromkeys((*asked, *USUAL)) if name in set(known)]
