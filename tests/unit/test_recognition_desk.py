"""On which day is an application decided? By hand on the calendar of 2024."""

from __future__ import annotations

import numpy as np
import pytest
import simpy
from career_cases import priors

from settlement_sim import dates
from settlement_sim.draws import Draws
from settlement_sim.recognition.desk import OPEN, Decided, Desk, Paper, papers
from settlement_sim.world.calendar import Calendar

MONDAY = dates.day("2024-03-04")


def decided(*applications: tuple[int, str, Paper], staff: int | None = None, until: str = "2024-12-31") -> list[str]:
    """Days of decision of (pool, day, paper); empty where none is decided."""
    env = simpy.Environment(initial_time=dates.day("2024-03-01"))
    desk, found = Desk(env, Calendar.load(), staff), Decided.of(len(applications))
    then: list[int] = []
    for number, (pool, day, paper) in enumerate(applications):
        env.process(desk.application(number, pool, dates.day(day), paper, found, then.append))
    env.run(until=dates.day(until) + 1)
    assert sorted(then) == np.flatnonzero(found.day != OPEN).tolist()
    return ["" if day == OPEN else dates.iso(day) for day in found.day.tolist()]


def paper(out: int, decision: int, correction: int = 0) -> Paper:
    return Paper(out, decision, correction, True, 1)


@pytest.mark.parametrize(
    ("day", "sent", "expected"),
    [
        # Monday 4 March: one working day for the records, one for the decision.
        ("2024-03-04", paper(1, 1), "2024-03-06"),
        ("2024-03-04", paper(10, 5), "2024-03-25"),
        # Friday 29 March: Monday to Wednesday, then 4 to 6 April off, Sunday the 7th made up.
        ("2024-03-29", paper(3, 1), "2024-04-07"),
        # Papers sent back: 2 + 1, then 4, then 1 again.
        ("2024-03-04", paper(2, 1, 4), "2024-03-14"),
    ],
)
def test_working_days(day: str, sent: Paper, expected: str) -> None:
    assert decided((0, day, sent)) == [expected]


def test_who_was_sent_back() -> None:
    env, found = simpy.Environment(initial_time=MONDAY), Decided.of(2)
    desk = Desk(env, Calendar.load(), None)
    for number, sent in enumerate((paper(1, 1), paper(1, 1, 1))):
        env.process(desk.application(number, 0, MONDAY, sent, found, lambda _: None))
    env.run(until=MONDAY + 30)
    assert found.corrected.tolist() == [False, True]


def test_a_decision_of_the_last_day_is_one_and_a_later_one_is_none() -> None:
    assert decided((0, "2024-03-04", paper(1, 1)), until="2024-03-06") == ["2024-03-06"]
    assert decided((0, "2024-03-04", paper(1, 1)), until="2024-03-05") == [""]


def test_one_counter_per_pool() -> None:
    """With one official, the second of Chongqing waits until the first is decided; Chengdu has its own."""
    three = [(0, "2024-03-04", paper(1, 3)), (0, "2024-03-04", paper(1, 3)), (1, "2024-03-04", paper(1, 3))]
    assert decided(*three, staff=1) == ["2024-03-08", "2024-03-13", "2024-03-08"]
    assert decided(*three, staff=2) == decided(*three) == ["2024-03-08"] * 3


def test_nobody_holds_the_counter_while_papers_are_sent_for() -> None:
    """The first is back on the 13th; the second is decided meanwhile, on the 8th."""
    two = [(0, "2024-03-04", paper(1, 1, 5)), (0, "2024-03-04", paper(2, 2))]
    assert decided(*two, staff=1) == ["2024-03-14", "2024-03-08"]


def test_a_queue_is_served_in_the_order_of_arrival() -> None:
    """Records of the second and the third are there on the 6th: the earlier application comes first."""
    two = [(0, "2024-03-04", paper(3, 1)), (0, "2024-03-05", paper(1, 1)), (0, "2024-03-04", paper(2, 1))]
    assert decided(*two, staff=1) == ["2024-03-11", "2024-03-08", "2024-03-07"]


# papers ------------------------------------------------------------------------------------------------


def test_what_papers_are_drawn() -> None:
    """Every number of days up to the most, alike; 12 of 100 sent back, 3 refused. 4.5 standard errors."""
    found = papers(np.arange(20_000), Draws(1), priors())
    columns = np.array(found)
    for column, most in ((0, 10), (1, 5), (4, 20)):
        days, counts = np.unique(columns[:, column], return_counts=True)
        assert days.tolist() == list(range(1, most + 1))
        assert (abs(counts - 20_000 / most) < 4.5 * (20_000 / most) ** 0.5).all()
    back = columns[:, 2] > 0
    assert abs(back.sum() - 2_400) < 4.5 * (20_000 * 0.12 * 0.88) ** 0.5
    assert set(columns[back, 2]) == set(range(1, 21))
    assert abs((~columns[:, 3].astype(bool)).sum() - 600) < 4.5 * (20_000 * 0.03 * 0.97) ** 0.5


def test_papers_belong_to_the_application() -> None:
    identity = np.arange(100)
    assert papers(identity[40:], Draws(1), priors()) == papers(identity, Draws(1), priors())[40:]
    assert papers(identity, Draws(1), priors()) != papers(identity, Draws(2), priors())


@pytest.mark.parametrize(("refused", "proven"), [(0, True), (100, False)])
def test_certain_refusal(refused: int, proven: bool) -> None:
    assert {p.proven for p in papers(np.arange(50), Draws(1), priors(application__refused=refused))} == {proven}
    assert all(p.correction == 0 for p in papers(np.arange(50), Draws(1), priors(application__corrected=0)))
