"""What little cases of clearing are there? Drawn at random, and one of a whole year in which everything happens."""

from __future__ import annotations

import copy
import datetime as dt
import random
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from .funds_case import SCHEMES
from .funds_terms import DAY, PRESETS

Case = dict[str, Any]
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
    "closing_month": st.integers(1, 6),
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
    names = draw(st.lists(st.sampled_from(sorted(TERMS)), min_size=3, max_size=6 + least, unique=True))
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


def yuan(fen: int) -> str:
    return f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def year() -> Case:
    """Three provinces, from April 2023 to April 2024: prepayments too small, a payer who is late, one who stops."""
    chance = random.Random(5)
    provinces = {"a": ["a1", "a2"], "b": ["b1", "b2"], "c": ["c1"]}
    home = {pool: name for name, pools in provinces.items() for pool in pools}
    first = dt.date(2023, 4, 1)
    owed = []
    for number in range(120):
        payer = chance.choice(sorted(home))
        payee = chance.choice([pool for pool in sorted(home) if home[pool] != home[payer]])
        day = first + chance.randrange(365) * DAY
        one = {"on": day.isoformat(), "from": payer, "at": payee, "scheme": chance.choice(SCHEMES),
               "amount": yuan(chance.randint(1, 3_000))}  # fmt: skip
        back = one | {"on": (day + 9 * DAY).isoformat(), "amount": "-" + one["amount"]}
        owed += [one] if number % 9 else [one, back]
    places = [(pools[0], at, scheme) for name, pools in provinces.items() for at in provinces if at != name
              for scheme in SCHEMES]  # fmt: skip
    opening = [{"from": pool, "at": at, "scheme": scheme, "amount": yuan(chance.randint(500, 2_000))}
               for pool, at, scheme in places]  # fmt: skip
    return {
        "format": 1, "title": {"zh": "一年", "en": "A year"}, "provinces": provinces,
        "window": {"from": "2023-04-01", "until": "2024-04-20"}, "obligations": owed, "opening": opening,
        "policy": {"use": "bilateral_net", "with": {
            "usage": "month", "basis": "last_q4_mean", "advance": "20", "cap": "25.00", "statement_after": 15,
        }},
        "disturbances": [
            {"what": "late", "payer": ["a1"], "months": 1, "from": "2023-07-01", "until": "2023-08-31"},
            {"what": "stops", "payer": "b", "from": "2023-11-01", "until": "2023-12-20"},
        ],
    }  # fmt: skip


YEAR = year()
#: Another value of every parameter that lines depend on; `yellow` is seen in alerts alone, `delays` needs other draws.
SEEN_BY: Case = {
    "period": "half_month", "netting": "none", "statement_after": 16, "upload_days": 16,
    "statement_roll": "next_working_day", "submission_days": 6, "collection_days": 11, "remittance_days": 11,
    "bank": "every_day", "prepayment_months": 1, "basis": "last_year_mean", "usage": "outstanding", "red": 150,
    "top_up_to": 71, "pooling": "earmarked", "cap": "24.99", "hospital_after": 19, "hospital_days": 6,
    "retention": "5.1", "advance": "20.1", "closing_month": 4,
}  # fmt: skip
