"""When is a claim by hand decided, and when is it paid? Worked by hand over a holiday and a made-up weekend.

    Fri 27 Sep   Sat 28   Sun 29 (made up)   Mon 30   Tue 1 - Mon 7 Oct (holiday)   Tue 8   Wed 9   Thu 10   Fri 11
    works        off      works              works    off                           works   works   works    works

Saturday 12 October is made up too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.columns import Columns
from settlement_sim.engine.desk import Desk, DeskRules
from settlement_sim.errors import InputError
from settlement_sim.world.calendar import Calendar

FRIDAY = dates.day("2024-09-27")
#: Pool and scheme of claims.
A, B = 0, 3


@dataclass(frozen=True)
class Claim(Columns):
    """A claim that is only a number."""

    id: np.ndarray

    def __len__(self) -> int:
        return len(self.id)


def paid(
    calendar: Calendar, rules: DeskRules, arrivals: dict[str, list[tuple[int, list[int]]]]
) -> dict[str, list[int]]:
    """Which claims are paid on which day. `arrivals`: by day, batches of one pool and scheme, in order."""
    desk: Desk[Claim] = Desk(calendar, rules)
    found = {}
    for day in range(FRIDAY, FRIDAY + 60):
        for group, ids in arrivals.get(dates.iso(day), []):
            desk.arrive(np.full(len(ids), group), Claim(np.array(ids)))
        today = desk.open(day)
        if today is not None:
            found[dates.iso(day)[5:]] = today.id.tolist()
    return found


SEVEN_AND_ONE = {"2024-09-27": [(A, [1, 2, 3, 4, 5, 6, 7]), (B, [8])]}


def test_without_a_limit_claims_are_paid_on_the_day_they_arrive(calendar: Calendar) -> None:
    """A weekend and a holiday too: nobody is there to be away."""
    arrivals = {"2024-09-28": [(A, [1, 2])], "2024-10-03": [(A, [3]), (B, [4])]}
    assert paid(calendar, DeskRules(), arrivals) == {"09-28": [1, 2], "10-03": [3, 4]}


def test_staff_decide_first_come_first_served_on_working_days(calendar: Calendar) -> None:
    rules = DeskRules(staff=1, claims_per_day=2)
    assert paid(calendar, rules, SEVEN_AND_ONE) == {
        "09-27": [1, 2, 8], "09-29": [3, 4], "09-30": [5, 6], "10-08": [7],
    }  # fmt: skip


def test_every_pool_and_scheme_has_a_desk_of_its_own(calendar: Calendar) -> None:
    """A long queue at one desk keeps nobody waiting at another."""
    arrivals = {"2024-09-27": [(A, [1, 2, 3])], "2024-09-29": [(B, [4, 5]), (A, [6])]}
    assert paid(calendar, DeskRules(staff=1, claims_per_day=1), arrivals) == {
        "09-27": [1], "09-29": [2, 4], "09-30": [3, 5], "10-08": [6],
    }  # fmt: skip


def test_more_staff_decide_more(calendar: Calendar) -> None:
    rules = DeskRules(staff=3, claims_per_day=2)
    assert paid(calendar, rules, SEVEN_AND_ONE) == {"09-27": [1, 2, 3, 4, 5, 6, 8], "09-29": [7]}


def test_who_comes_later_waits_behind(calendar: Calendar) -> None:
    """Who arrives on a day off is decided on the next working day, behind those that wait."""
    arrivals = {"2024-09-27": [(A, [1, 2, 3])], "2024-09-28": [(A, [4])], "2024-10-01": [(A, [5])]}
    assert paid(calendar, DeskRules(staff=1, claims_per_day=2), arrivals) == {
        "09-27": [1, 2], "09-29": [3, 4], "10-08": [5],
    }  # fmt: skip


def test_a_review_takes_working_days(calendar: Calendar) -> None:
    """Three working days after Fri 27: Sun 29, Mon 30, Tue 8 October; after Tue 8: Wed, Thu, Fri 11."""
    rules = DeskRules(staff=1, claims_per_day=2, review_days=3)
    assert paid(calendar, rules, SEVEN_AND_ONE) == {
        "10-08": [1, 2, 8], "10-09": [3, 4], "10-10": [5, 6], "10-11": [7],
    }  # fmt: skip


def test_a_review_ends_on_a_made_up_saturday(calendar: Calendar) -> None:
    """Ten working days after Fri 27 September: 29, 30, 8, 9, 10, 11, Sat 12, 14, 15, 16 October."""
    rules = {days: DeskRules(staff=9, review_days=days) for days in (7, 8, 10)}
    ends = {days: list(paid(calendar, rule, {"2024-09-27": [(A, [1])]})) for days, rule in rules.items()}
    assert ends == {7: ["10-12"], 8: ["10-14"], 10: ["10-16"]}


def test_without_a_limit_a_review_still_takes_working_days(calendar: Calendar) -> None:
    """Taken on Tue 1 October, a day off: one working day after it is Tue 8."""
    arrivals = {"2024-10-01": [(A, [1])], "2024-10-08": [(A, [2])]}
    assert paid(calendar, DeskRules(review_days=1), arrivals) == {"10-08": [1], "10-09": [2]}


def test_who_is_decided_on_different_days_may_be_paid_on_one(calendar: Calendar) -> None:
    """Decided on Tue 1 and Fri 4 October, both paid one working day later: Tue 8, in the order of decisions."""
    arrivals = {"2024-10-01": [(A, [2])], "2024-10-04": [(A, [1])]}
    assert paid(calendar, DeskRules(review_days=1), arrivals) == {"10-08": [2, 1]}


def test_nothing_waits_nothing_is_paid(calendar: Calendar) -> None:
    assert paid(calendar, DeskRules(staff=1), {}) == {} == paid(calendar, DeskRules(), {})


# in a run -----------------------------------------------------------------------------------------------


SHORT = ("world.scale=0.004", "warm_up=2024-08-20", "window.from=2024-08-20", "window.until=2024-10-10")


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Claims by hand of a run whose desks have no limit: they reach the desk 30 days after discharge."""
    return by_hand(tmp_path_factory.mktemp("free"))


def by_hand(folder: object, *settings: str) -> pd.DataFrame:
    _, claims = runs.run_claims(runs.prepared(*SHORT, *settings), folder)  # type: ignore[arg-type]
    return runs.by_need(claims[claims.path == "manual"])


def test_claims_reach_the_desk_after_calendar_days(free: pd.DataFrame, tmp_path: object) -> None:
    waited = free.settled.dt.normalize() - free.discharged.dt.normalize()
    assert len(free) > 50 and (waited == pd.Timedelta(days=30)).all()
    earlier = by_hand(tmp_path, "manual.delay_days=10")
    waited = earlier.settled.dt.normalize() - earlier.discharged.dt.normalize()
    assert (waited == pd.Timedelta(days=10)).all()


def test_a_desk_decides_no_more_than_its_staff_can(free: pd.DataFrame, tmp_path: object, calendar: Calendar) -> None:
    limited = by_hand(tmp_path, "manual.staff=1", "manual.claims_per_day=1")
    day = limited.settled.dt.strftime("%Y-%m-%d")
    assert limited.groupby([day, "pool", "scheme"]).size().max() == 1
    assert all(calendar.is_working_day(dates.day(one)) for one in day.unique())
    both = free.merge(limited, on="need", suffixes=("", "_limited"))
    assert len(both) == len(limited) < len(free), "some still wait"
    assert (both.settled_limited.dt.normalize() >= both.settled.dt.normalize()).all()
    assert (both.settled_limited.dt.normalize() > both.settled.dt.normalize()).any()
    for _, queue in limited.groupby(["pool", "scheme"]):
        settled = queue.settled.dt.normalize().groupby(queue.discharged.dt.normalize())
        assert (settled.min().iloc[1:].values >= settled.max().iloc[:-1].values).all(), "somebody was overtaken"


def test_a_review_that_ends_after_the_last_notice_is_no_error_of_the_run(tmp_path: object) -> None:
    """The payment falls beyond the window: the claim is open at its end, whatever the calendar of later years is."""
    assert len(by_hand(tmp_path, "manual.review_days=250")) == 0


def test_a_calendar_without_notices_is_told(calendar: Calendar) -> None:
    late = Desk[Claim](calendar, DeskRules(staff=1))
    late.arrive(np.array([A]), Claim(np.array([1])))
    with pytest.raises(InputError, match="no State Council notice"):
        late.open(calendar.last + 1)
