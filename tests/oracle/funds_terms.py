"""On which days do offices and banks work, and which dates and numbers does a clearing procedure name?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

HOLIDAYS = Path(__file__).parents[2] / "settlement_sim" / "world" / "data" / "holidays.yaml"
DAY = dt.timedelta(days=1)


class Kinds(NamedTuple):
    """Days off by notice, and weekend days on which offices work."""

    off: frozenset[dt.date]
    makeup: frozenset[dt.date]


@cache
def notices() -> Kinds:
    """The State Council's notices."""
    off, makeup = set(), set()
    for notice in YAML(typ="safe").load(HOLIDAYS.read_text("utf-8"))["notices"]:
        for holiday in notice["holidays"]:
            first, last = holiday["first"], holiday["last"]
            off |= {first + n * DAY for n in range((last - first).days + 1)}
            makeup |= set(holiday.get("makeup", ()))
    return Kinds(frozenset(off), frozenset(makeup))


def is_working(day: dt.date) -> bool:
    """Whether offices work."""
    return day in notices().makeup or (day.weekday() < 5 and day not in notices().off)


def working(day: dt.date, number: int) -> dt.date:
    """The n-th working day after a day; for none, the day itself."""
    while number:
        day += DAY
        number -= is_working(day)
    return day


def last_working_day(year: int, month: int) -> dt.date:
    """The last working day of a month."""
    day = month_end(dt.date(year, month, 1))
    while not is_working(day):
        day -= DAY
    return day


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of a day."""
    return (day.replace(day=1) + 32 * DAY).replace(day=1) - DAY


def months_later(day: dt.date, number: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + number, 12)
    first = dt.date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def half_up(amount: int, parts: int, of: int) -> int:
    """`parts`/`of` of an amount, half up."""
    return (2 * amount * parts + of) // (2 * of)


@dataclass(frozen=True)
class Dates:
    """What happens when for the period that ends on `until`."""

    until: dt.date
    statement: dt.date
    submitted: dt.date
    collected: dt.date
    remitted: dt.date
    reconciled: dt.date
    hospitals: dt.date


@dataclass(frozen=True, eq=False)
class Procedure:
    """Parameters of a clearing policy; shares in 1/10,000, money in fen. Two with the same parameters are two."""

    period: str = "month"
    netting: str = "none"
    statement_after: int = 21
    upload_days: int = 3
    statement_roll: str = "same_day"
    submission_days: int = 5
    collection_days: int = 5
    remittance_days: int = 10
    delays: str = "latest"
    bank: str = "with_offices"
    prepayment_months: int = 2
    basis: str = "last_q4_mean"
    usage: str = "month"
    yellow: int = 7_000
    red: int = 9_000
    top_up_to: int = 7_000
    pooling: str = "province"
    cap: int | None = None
    hospital_after: int = 20
    hospital_days: int = 5
    retention: int = 500
    advance: int = 0
    closing_month: int = 3
    position: int = 0  # among the policies of the slot

    def equals(self, other: Procedure) -> bool:
        """Whether all parameters are the same."""
        return vars(self) | {"position": 0} == vars(other) | {"position": 0}

    def bank_day(self, day: dt.date) -> dt.date:
        """The first day from here on which money moves."""
        while not self.moves(day):
            day += DAY
        return day

    def moves(self, day: dt.date) -> bool:
        """Whether money moves on a day."""
        if self.bank == "every_day":
            return True
        return is_working(day) and not (self.bank == "not_on_makeup_days" and day in notices().makeup)

    def dates(self, end: dt.date) -> Dates:
        """The dates of the period that ends on a day."""
        stated = end + max(self.statement_after, self.upload_days) * DAY
        if self.statement_roll == "next_working_day" and not is_working(stated):
            stated = working(stated, 1)
        submitted = working(stated, self.submission_days)
        collected = self.bank_day(working(submitted, self.collection_days))
        remitted = max(self.bank_day(working(submitted, self.remittance_days)), collected)
        reconciled = end + self.hospital_after * DAY
        paid = self.bank_day(working(reconciled, self.hospital_days))
        return Dates(end, stated, submitted, collected, remitted, reconciled, paid)

    def end_of_period(self, day: dt.date) -> dt.date:
        """The last day of the period of a day."""
        if self.period == "day":
            return day
        if self.period == "half_month" and day.day <= 15:
            return day.replace(day=15)
        return month_end(day)

    def start_of_period(self, day: dt.date) -> dt.date:
        """The first day of the period of a day."""
        if self.period == "day":
            return day
        return day.replace(day=16 if self.period == "half_month" and day.day > 15 else 1)

    def periods(self, first: dt.date, last: dt.date) -> list[Dates]:
        """The dates of every period that has one of some days."""
        ends: list[dt.date] = []
        day = first
        while not ends or ends[-1] < last:
            ends.append(self.end_of_period(day))
            day = ends[-1] + DAY
        return [self.dates(end) for end in ends]

    def closing(self, end: dt.date) -> dt.date:
        """When what was kept back of a period is paid: at the annual closing of its year."""
        return self.bank_day(last_working_day(end.year + 1, self.closing_month))


_DAYS = ("statement_after", "upload_days", "submission_days", "collection_days", "remittance_days",
         "hospital_after", "hospital_days")  # fmt: skip
PRESETS: dict[str, dict[str, Any]] = {
    "prepaid_monthly_gross": {},
    "bilateral_net": {"netting": "bilateral"},
    "multilateral_net": {"netting": "multilateral"},
    "half_monthly": {
        "period": "half_month", "statement_after": 5, "submission_days": 2, "collection_days": 2, "remittance_days": 5,
        "hospital_after": 5, "hospital_days": 3, "prepayment_months": 1,
    },
    "daily_net": {
        "period": "day", "netting": "bilateral", "statement_after": 1, "upload_days": 1, "submission_days": 0,
        "collection_days": 0, "remittance_days": 1, "hospital_after": 1, "hospital_days": 1, "prepayment_months": 0,
        "statement_roll": "next_working_day",
    },
    "real_time_gross": {
        "period": "day", "netting": "none", "bank": "every_day", "prepayment_months": 0, **dict.fromkeys(_DAYS, 0),
    },
}  # fmt: skip
HUNDREDTHS = ("yellow", "red", "top_up_to", "retention", "advance", "cap")


def procedure(use: str, given: Mapping[str, Any] | None = None, **other: Any) -> Procedure:
    """A preset with parameters of its own, as people write them; `other`: what holds where nothing is said."""
    kinds = {field.name: field.type for field in fields(Procedure)}
    values = {name: _value(name, str(kinds[name]), text) for name, text in (given or {}).items()}
    return replace(Procedure(), **{**other, **PRESETS[use], **values})


def _value(name: str, kind: str, text: Any) -> Any:
    if text in (None, "none") and name == "cap":
        return None
    if kind == "str":
        return text
    return int(Decimal(str(text)) * 100) if name in HUNDREDTHS else int(text)
