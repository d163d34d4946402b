"""Do the engine and an independent model of the funds agree on every statement, remittance, payment and balance?"""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import settlement_sim as ss

from .funds_case import SCHEMES, solve
from .funds_terms import PRESETS

Case = dict[str, Any]
LISTS = ("dates", "statements", "remittances", "hospitals", "prepayments")
STARTS = ("2024-01-01", "2023-11-01", "2023-10-01", "2023-12-12", "2024-03-01", "2024-09-15")
TERMS: dict[str, st.SearchStrategy[Any]] = {
    "period": st.sampled_from(["month", "half_month", "day"]),
    "netting": st.sampled_from(["none", "bilateral", "multilateral"]),
    "statement_after": st.integers(0, 40),
    "upload_days": st.integers(0, 6),
    "statement_roll": st.sampled_from(["same_day", "next_working_day"]),
    "submission_days": st.integers(0, 7),
    "collection_days": st.integers(0, 14),
    "remittance_days": st.integers(0, 12),
    "bank": st.sampled_from(["with_offices", "not_on_makeup_days", "every_day"]),
    "prepayment_months": st.integers(0, 3),
    "yellow": st.sampled_from([50, 70, 80, 110]),
    "red": st.integers(81, 130),
    "top_up_to": st.sampled_from([40, 70, 80, 120]),
    "pooling": st.sampled_from(["earmarked", "province", "together"]),
    "cap": st.sampled_from(["0.30", "1.00", "2.50", "7.00"]),
    "hospital_after": st.integers(0, 40),
    "hospital_days": st.integers(0, 8),
    "retention": st.sampled_from(["0", "3", "12.5", "50"]),
    "advance": st.sampled_from(["0", "20", "33.33", "80", "100"]),
    "closing_month": st.integers(2, 5),
}
#: What may be asked of one policy and not of the one beside it without a question about which of them holds.
OF_ITS_OWN = ("statement_after", "submission_days", "collection_days", "remittance_days", "hospital_after", "retention")


@st.composite
def cases(draw: st.DrawFn, busy: int = 1) -> Case:
    """Two to four provinces that owe one another little amounts, under a clearing policy of any kind.

    `busy`: how many obligations there are at least, and how many times as many at most.
    """
    names = "abcd"[: draw(st.integers(2, 4))]
    provinces = {name: [f"{name}{n}" for n in range(1, draw(st.integers(1, 3)) + 1)] for name in names}
    first = dt.date.fromisoformat(draw(st.sampled_from(STARTS)))
    last = first + dt.timedelta(draw(st.integers(20, 150)))
    case: Case = {
        "format": 1, "title": {"zh": "算例", "en": "A case"}, "provinces": provinces,
        "window": {"from": first.isoformat(), "until": last.isoformat()},
        "policy": draw(policies(busy)),
        "obligations": draw(st.lists(obligations(provinces, first, last), min_size=busy, max_size=14 * busy)),
        "opening": draw(st.lists(openings(provinces), max_size=4 * busy)),
        "disturbances": draw(st.lists(disturbances(provinces, first, last), max_size=2)),
    }  # fmt: skip
    case["obligations"] += [draw(taken_back(owed, last)) for owed in case["obligations"] if not draw(st.integers(0, 5))]
    return case


@st.composite
def taken_back(draw: st.DrawFn, owed: Case, last: dt.date) -> Case:
    """A settlement that is taken back on its day or later, in full or in part."""
    day = dt.date.fromisoformat(owed["on"])
    later = day + dt.timedelta(draw(st.integers(0, min(60, (last - day).days))))
    fen = int(Decimal(owed["amount"]) * 100)
    return owed | {"on": later.isoformat(), "amount": yuan(-draw(st.sampled_from([fen, (fen + 1) // 2])))}


@st.composite
def policies(draw: st.DrawFn, least: int) -> Any:
    """A preset with some parameters of its own; sometimes one more for the residents."""
    names = draw(st.lists(st.sampled_from(sorted(TERMS)), min_size=least - 1, max_size=6 + least, unique=True))
    terms: Case = {name: draw(TERMS[name]) for name in names}
    terms["usage"] = draw(st.sampled_from(["month", "outstanding"]))
    terms["basis"] = draw(st.sampled_from(["last_q4_mean", "last_year_mean"]))
    one: Case = {"use": draw(st.sampled_from(sorted(PRESETS))), "with": terms}
    if draw(st.integers(0, 4)):
        return one
    others = draw(st.lists(st.sampled_from(OF_ITS_OWN), min_size=1, max_size=2, unique=True))
    two = copy.deepcopy(one)
    two["with"] |= {name: draw(TERMS[name]) for name in others}
    return [one | {"until": "2024-01-20"}, two | {"from": "2024-01-21"}]


@st.composite
def obligations(draw: st.DrawFn, provinces: dict[str, list[str]], first: dt.date, last: dt.date) -> Case:
    payer = draw(st.sampled_from(sorted(provinces)))
    payee = draw(st.sampled_from([name for name in sorted(provinces) if name != payer]))
    return {
        "on": (first + dt.timedelta(draw(st.integers(0, (last - first).days)))).isoformat(),
        "from": draw(st.sampled_from(provinces[payer])), "at": draw(st.sampled_from(provinces[payee])),
        "scheme": draw(st.sampled_from(SCHEMES)), "amount": yuan(draw(st.integers(1, 400))),
    }  # fmt: skip


@st.composite
def openings(draw: st.DrawFn, provinces: dict[str, list[str]]) -> Case:
    payer = draw(st.sampled_from(sorted(provinces)))
    at = draw(st.sampled_from([name for name in sorted(provinces) if name != payer]))
    return {"from": draw(st.sampled_from(provinces[payer])), "at": at, "scheme": draw(st.sampled_from(SCHEMES)),
            "amount": yuan(draw(st.integers(1, 600)))}  # fmt: skip


@st.composite
def disturbances(draw: st.DrawFn, provinces: dict[str, list[str]], first: dt.date, last: dt.date) -> Case:
    province = draw(st.sampled_from(sorted(provinces)))
    begin = first + dt.timedelta(draw(st.integers(20, 90)))
    told: Case = {
        "what": draw(st.sampled_from(["late", "stops"])), "from": begin.isoformat(),
        "payer": draw(st.sampled_from([province, provinces[province][:1]])),
    }  # fmt: skip
    if told["what"] == "late":
        told["months"] = draw(st.integers(1, 4))
    if told["what"] == "late" or draw(st.integers(0, 3)):
        told["until"] = (begin + dt.timedelta(draw(st.integers(0, 60)))).isoformat()
    return told


def of_engine(case: Case) -> Case:
    """What the engine says, in the words of the independent model."""
    result = ss.clear(case)
    tables = {name: frame.itertuples(index=False, name=None) for name, frame in result.tables.items()}
    found: Case = {name: {row[:-1]: int(row[-1]) for row in rows} for name, rows in tables.items() if name != "dates"}
    found["dates"] = list(tables["dates"]) if isinstance(case["policy"], dict) else None
    return found | {"receivable": result.receivable, "positions": result.positions}


def differences(case: Case, **changed: Any) -> list[str]:
    """One text per line that differs, list by list; `changed`: what the independent model is given instead."""
    engine, (oracle, funds) = of_engine(case), solve(case | changed)
    oracle["positions"] = funds.positions
    found = []
    for name in engine:
        theirs, mine = engine[name], oracle[name]
        if isinstance(mine, dict):
            keys = sorted(k for k in mine.keys() | theirs.keys() if mine.get(k) != theirs.get(k))
            found += [f"{name} {key}: engine {theirs.get(key)}, oracle {mine.get(key)}" for key in keys]
        elif theirs != mine:
            found.append(f"{name}: engine {theirs}, oracle {mine}")
    return found


@given(cases())
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_every_line_agrees(case: Case) -> None:
    assert not differences(case)


def yuan(fen: int) -> str:
    return f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02d}"
