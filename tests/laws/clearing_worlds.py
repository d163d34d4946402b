"""Which worlds of funds do the laws of clearing draw, and how is one of them cleared under watch?

Two to four provinces of one to three pools, both schemes; policies with drawn parameters, one or two of them in time;
amounts from one fen to a thousand million yuan; settlements taken back; openings, disturbances and caps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
from hypothesis import Phase, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.census import Census
from settlement_sim.clearing.house import ClearingHouse
from settlement_sim.clearing.log import Log
from settlement_sim.clearing.members import Members
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.money import parse_fen
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.registry import built_in
from settlement_sim.study import clear as study
from settlement_sim.vocabulary import SCHEMES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.calendar_notices import HOLIDAYS

Case = dict[str, Any]
Whole = npt.NDArray[np.int64]
PRESETS = sorted(kind.name for kind in built_in() if kind.slot == "clearing")
STARTS = ("2023-09-20", "2023-11-01", "2023-12-12", "2024-01-01", "2024-01-20", "2024-04-10", "2024-09-12")
NETTINGS = ("none", "bilateral", "multilateral")
#: When things happen, and when and how money moves.
DAYS: dict[str, st.SearchStrategy[Any]] = {
    "period": st.sampled_from(["month", "half_month", "day"]),
    "statement_after": st.integers(0, 31),
    "upload_days": st.integers(0, 5),
    "statement_roll": st.sampled_from(["same_day", "next_working_day"]),
    "submission_days": st.integers(0, 6),
    "collection_days": st.integers(0, 12),
    "remittance_days": st.integers(0, 12),
    "delays": st.sampled_from(["latest", "keyed"]),
    "bank": st.sampled_from(["with_offices", "not_on_makeup_days", "every_day"]),
    "hospital_after": st.integers(0, 31),
    "hospital_days": st.integers(0, 6),
}
TERMS = DAYS | {
    "netting": st.sampled_from(NETTINGS),
    "prepayment_months": st.integers(0, 3),
    "basis": st.sampled_from(["last_q4_mean", "last_year_mean"]),
    "usage": st.sampled_from(["month", "outstanding"]),
    "red": st.integers(40, 150),
    "top_up_to": st.integers(30, 90),
    "pooling": st.sampled_from(["earmarked", "province", "together"]),
    "retention": st.sampled_from(["0", "5", "12.5"]),
    "advance": st.sampled_from(["0", "33.33", "100"]),
    "closing_month": st.integers(1, 6),
}
FEN = st.integers(1, 400) | st.integers(10**9, 10**11)

# worlds -------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn, *, back: bool = True, opened: bool = True) -> Case:
    """Everything but the policy and what disturbs it."""
    names = "abcd"[: draw(st.integers(2, 4))]
    provinces = {name: [f"{name}{n}" for n in range(draw(st.integers(1, 3)))] for name in names}
    first = dates.day(draw(st.sampled_from(STARTS)))
    last = first + draw(st.integers(5, 95))
    owed = draw(st.lists(obligations(provinces, first, last), min_size=1, max_size=10))
    if back:
        owed += draw(st.lists(st.sampled_from(owed).flatmap(lambda one: taken_back(one, last)), max_size=2))
    return {
        "format": 1, "title": {"zh": "算例", "en": "A case"}, "provinces": provinces,
        "window": {"from": dates.iso(first), "until": dates.iso(last)}, "policy": {"use": PRESETS[0]},
        "opening": draw(st.lists(openings(provinces), max_size=3)) if opened else [], "obligations": within(owed),
    }  # fmt: skip


@st.composite
def obligations(draw: st.DrawFn, provinces: dict[str, list[str]], first: int, last: int) -> Case:
    payer, payee = draw(st.permutations(sorted(provinces)))[:2]
    return {
        "on": dates.iso(draw(st.integers(first, last))), "from": draw(st.sampled_from(provinces[payer])),
        "at": draw(st.sampled_from(provinces[payee])), "scheme": draw(st.sampled_from(SCHEMES)),
        "amount": yuan(draw(FEN)),
    }  # fmt: skip


def taken_back(one: Case, last: int) -> st.SearchStrategy[Case]:
    """Some of an obligation, on its day or later."""
    fen = parse_fen(one["amount"])
    on = st.integers(dates.day(one["on"]), last).map(dates.iso)
    return st.builds(lambda on, part: one | {"on": on, "amount": yuan(-part)}, on, st.integers(1, fen) | st.just(fen))


def within(owed: list[Case]) -> list[Case]:
    """Without what would take back more than there was."""
    kept: list[Case] = []
    left: dict[tuple[str, ...], int] = {}
    for one in sorted(owed, key=lambda one: (one["on"], one["amount"].startswith("-"))):
        row = one["from"], one["at"], one["scheme"]
        rest = left.get(row, 0) + parse_fen(one["amount"])
        if rest >= 0:
            left[row] = rest
            kept.append(one)
    return kept


@st.composite
def openings(draw: st.DrawFn, provinces: dict[str, list[str]]) -> Case:
    payer, at = draw(st.permutations(sorted(provinces)))[:2]
    pool = draw(st.sampled_from(provinces[payer]))
    return {"from": pool, "at": at, "scheme": draw(st.sampled_from(SCHEMES)), "amount": yuan(draw(FEN))}


@st.composite
def policies(draw: st.DrawFn, **fixed: Any) -> Case:
    """A preset with some parameters of its own; often nothing is kept back, so that a case ends soon."""
    names = draw(st.lists(st.sampled_from(sorted(TERMS.keys() - fixed)), max_size=7, unique=True))
    drawn = {"retention": draw(st.sampled_from(["0", "0", "5"]))} | {name: draw(TERMS[name]) for name in names}
    return {"use": draw(st.sampled_from(PRESETS)), "with": drawn | fixed}


@st.composite
def disturbances(draw: st.DrawFn, case: Case) -> Case:
    province = draw(st.sampled_from(sorted(case["provinces"])))
    begin = dates.day(case["window"]["from"]) + draw(st.integers(0, 90))
    what = draw(st.sampled_from(["late", "stops"]))
    return {
        "what": what, "payer": draw(st.sampled_from([province, case["provinces"][province][:1]])),
        "from": dates.iso(begin), "until": dates.iso(begin + draw(st.integers(0, 60))),
    } | ({"months": draw(st.integers(0, 4))} if what == "late" else {})  # fmt: skip


@st.composite
def mixtures(draw: st.DrawFn) -> Case:
    """Any world under any policy or two, perhaps capped, late or with a payer that stops for good."""
    case = draw(worlds())
    first, last = (dates.day(case["window"][end]) for end in ("from", "until"))
    one, two = draw(policies()), draw(st.none() | policies())
    if draw(st.booleans()):
        one["with"]["cap"] = yuan(-(-gross(case) // draw(st.integers(1, 8))))
    case["policy"] = one
    if two:
        turn = draw(st.integers(first + 1, last))
        case["policy"] = [one | {"until": dates.iso(turn - 1)}, two | {"from": dates.iso(turn)}]
    case["disturbances"] = draw(st.lists(disturbances(case), max_size=2))
    if case["disturbances"] and draw(st.integers(0, 3)) == 0:
        case["disturbances"][0] = stop(case["disturbances"][0]["payer"], case)
    return case


def stop(payer: str | list[str], case: Case) -> Case:
    """Nothing more is paid, from the first day on."""
    return {"what": "stops", "payer": payer, "from": case["window"]["from"]}


def yuan(fen: int) -> str:
    return f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def gross(case: Case) -> int:
    """Fen of everything that was settled."""
    return sum(max(parse_fen(one["amount"]), 0) for one in case["obligations"])


#: One case in which much happens, for broken engines: mutual debts of three provinces, little prepaid, days off.
RICH: Case = {
    "format": 1, "title": {"zh": "算例", "en": "A case"},
    "provinces": {"a": ["a0", "a1"], "b": ["b0"], "c": ["c0", "c1"]},
    "window": {"from": "2024-01-01", "until": "2024-03-10"},
    "policy": {"use": "bilateral_net", "with": {
        "hospital_after": 24, "hospital_days": 0, "collection_days": 3, "remittance_days": 8, "usage": "outstanding",
        "retention": "12.5", "delays": "keyed", "cap": "60.00",
    }},
    "opening": [{"from": "a0", "at": "b", "scheme": "employee", "amount": "30.00"},
                {"from": "c0", "at": "a", "scheme": "resident", "amount": "5.00"}],
    "obligations": [
        {"on": f"2024-0{month}-0{day}", "from": payer, "at": at, "scheme": scheme, "amount": f"{month}{n}.0{day}"}
        for month in (1, 2, 3) for scheme in SCHEMES
        for n, (day, payer, at) in enumerate([(1, "a0", "b0"), (1, "a1", "c1"), (1, "a0", "b0"), (5, "b0", "a1"),
                                              (8, "c1", "a0"), (9, "b0", "c0"), (6, "c0", "b0")])
    ],
    "disturbances": [{"what": "late", "payer": ["c1"], "months": 2, "from": "2024-02-20", "until": "2024-03-31"}],
}  # fmt: skip


def under(case: Case, policy: Case | None = None, /, **parameters: Any) -> Case:
    """The case under another policy (its own if None), or with other parameters."""
    policy = policy or case["policy"]
    return case | {"policy": {"use": policy["use"], "with": policy.get("with", {}) | parameters}}


def tried(examples: int) -> settings:
    """Examples are whole cases: one that fails is not made smaller."""
    return settings(max_examples=examples, phases=[Phase.generate])


# clearing ------------------------------------------------------------------------------------------------


class Watched(ClearingHouse):
    """A clearing house that keeps what stands in its books every evening.

    `books`: accounts × groups. `prepaid`: members × care provinces. `held_back`: day, and a member whose money was due
    and has not left.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.books: list[Whole] = []
        self.prepaid: list[Whole] = []
        self.held_back: list[tuple[int, int]] = []

    def settle(self, day: int) -> None:
        super().settle(day)
        self.books.append(np.stack([*self.ledger.balances.values()]))
        self.prepaid.append(self.bank.prepaid.copy())
        self.held_back += [
            (day, int(self.members.member_of_group[part.group]))
            for part in self.bank.collected if part.due <= day and moves(part.policy.bank, day)
        ]  # fmt: skip


@dataclass(frozen=True)
class Cleared:
    """A case and what came of it."""

    case: Case
    result: study.ClearingResult

    @property
    def house(self) -> Watched:
        assert isinstance(self.result.house, Watched)
        return self.result.house

    @property
    def log(self) -> Log:
        return self.house.log

    @property
    def members(self) -> Members:
        return self.house.members

    @property
    def policies(self) -> tuple[ClearingPolicy, ...]:
        return self.house.policies.policies

    def account(self, name: str) -> Whole:
        """What an account held every evening: days × groups."""
        return np.stack(self.house.books)[:, [*self.house.ledger.balances].index(name)]

    def by_member(self, by_group: Whole) -> Whole:
        """Days × groups → days × members."""
        return self.members.by_member(by_group.T).T

    @property
    def finished(self) -> bool:
        """Whether nobody has stopped for good, and no bill waits for what was taken back of it (docs/limits.md)."""
        bank = self.house.bank
        taken_back = (payment for payment in bank.queue if bank.amount(payment) < 0)
        return all("until" in one for one in self.case.get("disturbances", [])) and not any(taken_back)

    @property
    def posted(self) -> Iterator[tuple[int, int, int, int]]:
        """Day, group, care pool and fen of every obligation of the case."""
        pools = self.members.pools
        for one in self.case["obligations"]:
            group = pools.index(one["from"]) * len(SCHEMES) + SCHEMES.index(one["scheme"])
            yield dates.day(one["on"]), group, pools.index(one["at"]), parse_fen(one["amount"])


_LOAD = Calendar.load


@cache
def notices(assume: str | None = None) -> Calendar:
    """The packaged calendar, read once."""
    return _LOAD(assume=assume)


def clear(case: Case) -> Cleared:
    """Clear a case under watch."""
    with (
        mock.patch.object(study, "ClearingHouse", Watched),
        mock.patch.object(study.Calendar, "load", staticmethod(notices)),
    ):
        return Cleared(case, ss.clear(case, plugins=False))


@contextmanager
def broken(*patches: Any) -> Iterator[None]:
    """An engine with something broken, and with its own watchmen asleep."""
    asleep = ((Ledger, "check"), (Bank, "_assert_sound"), (Census, "assert_whole"))
    with ExitStack() as stack:
        for owner, name in asleep:
            stack.enter_context(mock.patch.object(owner, name, lambda *args: None))
        for patch in patches:
            stack.enter_context(patch)
        yield


# the calendar by hand ------------------------------------------------------------------------------------


@cache
def _printed() -> tuple[frozenset[int], frozenset[int]]:
    """Days off and make-up days of the notices, read without the calendar."""
    off, made_up = set(), set()
    for notice in YAML(typ="base", pure=True).load(HOLIDAYS.read_text(encoding="utf-8"))["notices"]:
        for holiday in notice["holidays"]:
            off |= {*range(dates.day(holiday["first"]), dates.day(holiday["last"]) + 1)}
            made_up |= {dates.day(day) for day in holiday.get("makeup", [])}
    return frozenset(off), frozenset(made_up)


def worked(day: int) -> bool:
    """Whether offices work, by the notices; from Monday to Friday where there is none."""
    off, made_up = _printed()
    return day in made_up or (day not in off and dates.date(day).weekday() < 5)


def moves(bank: str, day: int) -> bool:
    """Whether money moves."""
    return bank == "every_day" or (worked(day) and not (bank == "not_on_makeup_days" and day in _printed()[1]))
