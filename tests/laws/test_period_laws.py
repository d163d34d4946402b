"""Do all days of a period follow from the printed notices, does more time never bring money earlier, and does nothing
depend on the order in which things are written, on hash seeds or on who else is there?
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
import itertools
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from clearing_worlds import (
    DAYS,
    RICH,
    Case,
    Cleared,
    broken,
    clear,
    disturbances,
    gross,
    moves,
    notices,
    policies,
    tried,
    under,
    worked,
    worlds,
    yuan,
)
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim import dates
from settlement_sim.clearing import disturbances as disturbed
from settlement_sim.clearing.actors import Actors
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.disturbances import months_later
from settlement_sim.clearing.payments import Payment
from settlement_sim.clearing.prepayments import Prepayments
from settlement_sim.policies.clearing import cycle
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import end_of, latest_end
from settlement_sim.policies.registry import built_in
from settlement_sim.study import clear as study

FIRST, LAST = dates.day("2023-01-01"), dates.day("2025-12-31")
ANY_DAY = st.integers(FIRST, LAST)
#: After the last notice Monday to Friday are worked.
CALENDAR = notices("weekday_pattern")
KINDS = [kind for kind in built_in() if issubclass(kind, ClearingPolicy)]
#: What takes time, and may take more.
STEPS = ("statement_after", "upload_days", "submission_days", "collection_days", "remittance_days", "hospital_after",
         "hospital_days")  # fmt: skip


@st.composite
def procedures(draw: st.DrawFn) -> ClearingPolicy:
    """Any preset with any days."""
    kind = draw(st.sampled_from(KINDS))
    return kind.model_validate(draw(st.fixed_dictionaries({}, optional=DAYS)))


# periods, by the Gregorian calendar ----------------------------------------------------------------------


def ends(period: str, first: int, last: int) -> list[int]:
    """Last days of periods from a day to a day."""
    found = []
    for day in range(first, last + 1):
        date = dt.date(2023, 1, 1) + dt.timedelta(day)
        month_end = date.day == gregorian.monthrange(date.year, date.month)[1]
        if period == "day" or month_end or (period == "half_month" and date.day == 15):
            found.append(day)
    return found


@given(st.sampled_from(["month", "half_month", "day"]), ANY_DAY)
def test_a_day_lies_in_the_period_whose_end_follows_it(period: Any, day: int) -> None:
    around = ends(period, day - 31, day + 31)
    assert end_of(period, day) == min(end for end in around if end >= day)
    assert latest_end(period, day) == max(end for end in around if end <= day)


@given(ANY_DAY, st.integers(0, 30))
def test_months_later_is_the_same_day_or_the_last(day: int, months: int) -> None:
    then, now = dates.date(months_later(day, months)), dates.date(day)
    assert (then.year - now.year) * 12 + then.month - now.month == months
    assert then.day == min(now.day, gregorian.monthrange(then.year, then.month)[1])


# dates of a period, counted over the notices -------------------------------------------------------------


def counted(day: int, count: int) -> int:
    """So many working days later."""
    while count:
        day += 1
        count -= worked(day)
    return day


def first_day(day: int, fits: Callable[[int], bool]) -> int:
    return next(later for later in itertools.count(day) if fits(later))


def stated(policy: ClearingPolicy, until: int) -> int:
    day = until + max(policy.statement_after, policy.upload_days)
    return first_day(day, worked) if policy.statement_roll == "next_working_day" else day


def dates_are_counted(policy: ClearingPolicy, day: int) -> None:
    until = end_of(policy.period, day)
    found = policy.dates(until, CALENDAR)
    opens = lambda on: first_day(on, lambda later: moves(policy.bank, later))  # noqa: E731
    statement = stated(policy, until)
    submitted = counted(statement, policy.submission_days)
    collected = opens(counted(submitted, policy.collection_days))
    remitted = max(collected, opens(counted(submitted, policy.remittance_days)))
    reconciled = until + policy.hospital_after
    hospitals = opens(counted(reconciled, policy.hospital_days))
    assert found == cycle.Dates(until, statement, submitted, collected, remitted, reconciled, hospitals)
    assert until <= statement <= submitted <= collected <= remitted and until <= reconciled <= hospitals
    assert all(moves(policy.bank, on) for on in (collected, remitted, hospitals))


@given(procedures(), ANY_DAY)
def test_dates_of_a_period_are_counted_over_the_notices(policy: ClearingPolicy, day: int) -> None:
    dates_are_counted(policy, day)


def every_period_has_one_statement(policy: ClearingPolicy, day: int) -> None:
    """On the day that its dates say; a statement covers all that were not covered by the one before."""
    lag, roll = max(policy.statement_after, policy.upload_days), 12
    of = [end for end in ends(policy.period, day - lag - roll, day) if stated(policy, end) == day]
    assert policy.covers(day, CALENDAR) == max(of, default=None)


@given(procedures(), ANY_DAY)
def test_every_period_has_one_statement(policy: ClearingPolicy, day: int) -> None:
    every_period_has_one_statement(policy, day)


def more_time_is_never_sooner(policy: ClearingPolicy, day: int, step: str, more: int) -> None:
    until = end_of(policy.period, day)
    slower = policy.model_copy(update={step: getattr(policy, step) + more})
    now, next_one = policy.dates(until, CALENDAR), policy.dates(end_of(policy.period, until + 1), CALENDAR)
    for name, on in vars(now).items():
        assert on <= getattr(slower.dates(until, CALENDAR), name), f"{name} is sooner when {step} takes longer"
        assert on <= getattr(next_one, name), f"{name} is sooner for a later period"


@given(procedures(), ANY_DAY, st.sampled_from(STEPS), st.integers(1, 5))
def test_more_time_is_never_sooner(policy: ClearingPolicy, day: int, step: str, more: int) -> None:
    more_time_is_never_sooner(policy, day, step, more)


@given(procedures(), st.integers(2022, 2024), st.integers(1, 6))
def test_the_annual_closing_is_the_last_working_day_of_its_month(policy: ClearingPolicy, year: int, month: int) -> None:
    policy = policy.model_copy(update={"closing_month": month})
    last = dates.day(dt.date(year + 1, month, gregorian.monthrange(year + 1, month)[1]))
    while not worked(last):
        last -= 1
    assert policy.closing(year, CALENDAR) == first_day(last, lambda on: moves(policy.bank, on))


# money of whole cases ------------------------------------------------------------------------------------

Rows = dict[Any, list[tuple[int, int]]]


def discharged(found: Cleared) -> Rows:
    """Days and fen on which obligations of each group and care pool were remitted or set off."""
    rows: Rows = defaultdict(list)
    for row in found.log.discharges:
        for care_pool in np.flatnonzero(row.by_care_pool).tolist():
            rows[row.group, care_pool].append((row.day, int(row.by_care_pool[care_pool])))
    return rows


def received(found: Cleared) -> Rows:
    """Days and fen that hospitals received."""
    rows: Rows = defaultdict(list)
    for paid in found.log.payments:
        if paid.kind != "return":
            rows[paid.member, paid.place].append((paid.day, paid.amount))
    return rows


def assert_never_sooner(slow: Rows, quick: Rows) -> None:
    """By the end of no day has more arrived in the slow case."""
    for key, rows in slow.items():
        for day in {day for day, _ in rows}:
            in_one, in_other = (sum(fen for on, fen in some if on <= day) for some in (rows, quick[key]))
            assert in_one <= in_other, f"{key} has {in_one} and not {in_other} on {dates.iso(day)}"


#: Each account pays for itself: where accounts lend, who is first takes what another would have had.
PLAIN = {"pooling": "earmarked", "advance": "0"}
settled_only = worlds(back=False, opened=False)


def slower_steps_never_bring_money_sooner(case: Case, step: str, more: int) -> None:
    quick = clear(case)
    slow = clear(under(case, **{step: getattr(quick.policies[0], step) + more}))
    assert_never_sooner(discharged(slow), discharged(quick))
    assert_never_sooner(received(slow), received(quick))


@tried(12)
@given(settled_only, policies(delays="latest", **PLAIN), st.sampled_from(STEPS), st.integers(1, 9))
def test_slower_steps_never_bring_money_sooner(case: Case, policy: Case, step: str, more: int) -> None:
    slower_steps_never_bring_money_sooner(under(case, policy), step, more)


def keyed_delays_are_never_longer(case: Case) -> None:
    keyed, latest = (clear(under(case, delays=delays)) for delays in ("keyed", "latest"))
    assert_never_sooner(discharged(latest), discharged(keyed))
    assert_never_sooner(received(latest), received(keyed))


@tried(10)
@given(settled_only, policies(delays="keyed", **PLAIN))
def test_keyed_delays_are_never_longer(case: Case, policy: Case) -> None:
    keyed_delays_are_never_longer(under(case, policy))


def later_payers_never_bring_money_sooner(case: Case, more: int) -> None:
    late = case["disturbances"][0]
    later = late | {"months": late["months"] + more}
    quick, slow = (clear(case | {"disturbances": [one]}) for one in (late, later))
    assert_never_sooner(discharged(slow), discharged(quick))
    assert_never_sooner(received(slow), received(quick))


@tried(10)
@given(settled_only.flatmap(lambda case: st.tuples(st.just(case), disturbances(case))), policies(**PLAIN),
       st.integers(1, 3))  # fmt: skip
def test_later_payers_never_bring_money_sooner(drawn: tuple[Case, Case], policy: Case, more: int) -> None:
    case, one = drawn
    late = {"months": 0} | one | {"what": "late"}
    later_payers_never_bring_money_sooner(under(case, policy) | {"disturbances": [late]}, more)


def more_prepaid_never_lets_hospitals_wait(case: Case, more: list[Case]) -> None:
    """As long as nothing is topped up or set anew: that depends on the amount itself."""
    alone = (mock.patch.object(Prepayments, name, lambda *_: None) for name in ("used", "adjustment"))
    with next(alone), next(alone):
        little, much = clear(case), clear(case | {"opening": [*case["opening"], *more]})
    assert_never_sooner(received(little), received(much))


@tried(12)
@given(worlds(back=False), policies(**PLAIN), st.lists(st.integers(0, 400) | st.integers(10**9, 10**11), min_size=1))
def test_more_prepaid_never_lets_hospitals_wait(case: Case, policy: Case, fen: list[int]) -> None:
    more = [opening(owed, case, amount) for owed, amount in zip(case["obligations"], fen, strict=False)]
    more_prepaid_never_lets_hospitals_wait(under(case, policy), more)


def opening(owed: Case, case: Case, fen: int) -> Case:
    """A prepayment from which an obligation can be paid."""
    (at,) = (name for name, pools in case["provinces"].items() if owed["at"] in pools)
    return {"from": owed["from"], "at": at, "scheme": owed["scheme"], "amount": yuan(fen)}


# what nothing depends on ---------------------------------------------------------------------------------


def assert_same(one: Cleared, other: Cleared, without: tuple[str, ...] = ()) -> None:
    """The same tables, but for rows that name somebody."""
    for name in study.COLUMNS:
        tables = (found.result.tables[name] for found in (one, other))
        left, right = (table[~table.isin(without).any(axis=1)].reset_index(drop=True) for table in tables)
        assert left.equals(right), f"{name}:\n{left}\n{right}"


def the_order_of_lines_is_nothing(case: Case, order: Any) -> None:
    shuffled = {name: order(case.get(name, [])) for name in ("obligations", "opening")}
    one, other = clear(case), clear(case | shuffled)
    assert_same(one, other)
    assert one.result.positions == other.result.positions


@tried(10)
@given(worlds(), policies(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_nothing(case: Case, policy: Case, days: int, random: Any) -> None:
    capped = under(case, policy, cap=yuan(gross(case) // days + 1))
    the_order_of_lines_is_nothing(capped, lambda lines: random.sample(lines, len(lines)))


def the_order_of_provinces_is_nothing(case: Case, order: list[str]) -> None:
    one, other = clear(case), clear(case | {"provinces": {name: case["provinces"][name] for name in order}})
    assert_same(one, other)
    assert one.result.positions == other.result.positions


@tried(12)
@given(worlds(), policies(pooling="province") | policies(pooling="earmarked"), st.randoms(use_true_random=False))
def test_the_order_of_provinces_is_nothing(case: Case, policy: Case, random: Any) -> None:
    """But for caps and for prepayments of all provinces together: who is served first is a matter of their order."""
    the_order_of_provinces_is_nothing(under(case, policy), random.sample([*case["provinces"]], len(case["provinces"])))


def others_change_nothing(case: Case, first: bool) -> None:
    """One more province, before or after the others in the mapping; then it also owes and is owed."""
    more, there = {"z": ["z0"]}, case["provinces"]
    inert = case | {"provinces": more | there if first else there | more}
    pools = [pools[0] for pools in there.values()]
    added = [{"on": on, "from": payer, "at": at, "scheme": "employee", "amount": "3.21"}
             for on in case["window"].values() for payer, at in (("z0", pools[0]), (pools[-1], "z0"))]  # fmt: skip
    alone = clear(case)
    assert_same(alone, clear(inert))
    assert_same(alone, clear(inert | {"obligations": case["obligations"] + added}), without=("z", "z0"))


@tried(8)
@given(worlds(), policies(netting="none", pooling="province"), st.booleans())
def test_others_change_nothing(case: Case, policy: Case, first: bool) -> None:
    """Whatever is drawn, a step takes as long as it would without them: keys are names."""
    others_change_nothing(under(case, policy, delays="keyed"), first)


HASHED = """
import json, sys, settlement_sim as ss
print([*map(str, {*"abcdefgh"})])
result = ss.clear(json.load(sys.stdin), plugins=False)
print(result.positions, *(table.to_csv() for table in result.tables.values()))
"""


def test_hash_seeds_change_nothing() -> None:
    told = []
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", HASHED], input=json.dumps(RICH), env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
        )  # fmt: skip
        told.append(ran.stdout.split("\n", 1))
    assert told[0][0] != told[1][0], "the two runs have one hash seed"
    assert told[0][1] == told[1][1] and "2024-02-26" in told[0][1]


# a law that is never broken proves nothing ---------------------------------------------------------------


def counting() -> Callable[..., int]:
    """Delays drawn one after the other, whoever they are for."""
    turn = itertools.count()
    return lambda _, step, most, *key: min(most, next(turn) % 3)


def by_position(actors: Actors, step: str, most: int, policy: Any, until: int, who: tuple[str, str]) -> int:
    return min(most, [*actors.members.provinces, *actors.members.pools].index(who[0]))


def last_line(case: Any, members: Any) -> Any:
    """Only the last line of a row counts."""
    kept = {(owed.on, owed.payer, owed.at, owed.scheme): owed for owed in case.obligations}
    return POSTED(mock.Mock(wraps=case, obligations=[*kept.values()], pools=case.pools), members)


def stingy(self: Bank, payment: Payment) -> int:
    found = AVAILABLE(self, payment)
    return -1 if found > 20_000 else found


POSTED, AVAILABLE = study._posted, Bank.available
CASE = under(RICH, pooling="earmarked", cap="1000000.00", retention=0)
MONTHLY = KINDS[0].model_validate({"statement_roll": "next_working_day", "submission_days": 3, "collection_days": 0})
SUNDAY = dates.day("2024-03-31")
BREAKS: list[tuple[Callable[[], None], Any]] = [
    (lambda: dates_are_counted(MONTHLY, SUNDAY),
     mock.patch.object(cycle, "working_days_on", lambda calendar, day, count: day + count)),
    (lambda: dates_are_counted(MONTHLY, SUNDAY), mock.patch.object(cycle, "on_bank_day", lambda _, bank, day: day + 1)),
    (lambda: every_period_has_one_statement(MONTHLY, MONTHLY.dates(SUNDAY, CALENDAR).statement),
     mock.patch.object(cycle, "latest_end", lambda period, day: latest_end(period, day - 2))),
    (lambda: more_time_is_never_sooner(MONTHLY, SUNDAY, "submission_days", 2),
     mock.patch.object(cycle, "working_days_on", lambda calendar, day, count: day + 9 - count)),
    (lambda: slower_steps_never_bring_money_sooner(under(CASE, delays="latest"), "remittance_days", 3),
     mock.patch.object(ClearingPolicy, "remitted", lambda policy, day, count, calendar: day + 20 - count)),
    (lambda: slower_steps_never_bring_money_sooner(under(CASE, delays="latest"), "hospital_days", 3),
     mock.patch.object(Actors, "hospital_bills", lambda actors, cohort, code, policy: actors._pay_on(
         cohort.until + 40 - policy.hospital_days, "hospitals", cohort, code, policy))),
    (lambda: keyed_delays_are_never_longer(CASE | {"disturbances": []}),
     mock.patch.object(Actors, "_days", lambda _, step, most, policy, *key: most + 3 * (policy.delays == "keyed"))),
    (lambda: later_payers_never_bring_money_sooner(CASE, 1),
     mock.patch.object(disturbed, "months_later", lambda day, months: day + 120 - 30 * months)),
    (lambda: more_prepaid_never_lets_hospitals_wait(CASE, [opening(RICH["obligations"][0], CASE, 30_000)]),
     mock.patch.object(Bank, "available", stingy)),
    (lambda: the_order_of_lines_is_nothing(CASE, lambda lines: lines[::-1]),
     mock.patch.object(study, "_posted", last_line)),
    (lambda: the_order_of_provinces_is_nothing(under(CASE, delays="latest"), ["c", "b", "a"]),
     mock.patch.object(Actors, "_days", by_position)),
    (lambda: others_change_nothing(under(CASE, netting="none", delays="latest"), False),
     mock.patch.object(Actors, "_days", counting())),
]  # fmt: skip


@pytest.mark.parametrize(("law", "patch"), BREAKS)
def test_a_broken_engine_breaks(law: Callable[[], None], patch: Any) -> None:
    law()
    with broken(patch), pytest.raises(AssertionError):
        law()
