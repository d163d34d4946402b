"""Does a policy that fails stop the run with slot, policy, day and the first need, and leave nothing?"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs
from click.testing import CliRunner

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.base import SLOTS, Policy
from settlement_sim.policies.benefit.insured_place import InsuredPlaceBasic
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.channel.one_stop import OneStop
from settlement_sim.study.run import run

NEED = r"\d+-\d{4}-\d{2}-\d+"
#: What a policy is given → what it answers.
Answer = Callable[..., Any]
FREE, CARE_PLACE, BASIC, COUNTER = FilingFree(), CarePlaceCatalogue(), InsuredPlaceBasic(), OneStop()


def broken(slot: str, answer: Answer) -> Policy:
    """A policy of a slot that answers as told."""
    decide: dict[str, Answer] = {
        "route": lambda self, needs, rules: answer(needs, rules),
        "scope": lambda self, bills, rules: answer(bills, rules),
        "adjudicate": lambda self, claims, standing, rules: answer(claims, standing, rules),
        "settle": lambda self, claims, balance, rules: answer(claims, balance, rules),
        "orders": lambda self, day, obligations, calendar: answer(day, obligations),
    }
    method, base = SLOTS[slot][0], ss.ClearingPolicy if slot == "clearing" else ss.Policy
    kind = type("Broken", (base,), {method: decide[method], "__module__": __name__})
    broken: Policy = ss.policy(slot)(kind)()
    return broken


def stopped(policy: Policy) -> ss.PolicyError:
    """What stops a tiny run in which a policy answers for everybody."""
    tiny = runs.prepared(*runs.TINY)
    timeline = tiny.plan.timelines[policy.slot]
    alone = replace(timeline, policies=(policy,), assigned=np.zeros_like(timeline.assigned))
    plan = replace(tiny.plan, timelines={**tiny.plan.timelines, policy.slot: alone}, predecessors=None)
    with pytest.raises(ss.PolicyError) as caught:
        run(replace(tiny, plan=plan))
    return caught.value


def but(method: Answer, **columns: Any) -> Answer:
    """What a built-in policy answers with other columns, given or made from its answer."""

    def answer(*given: Any) -> Any:
        own = method(*given)
        return replace(own, **{name: made(own) if callable(made) else made for name, made in columns.items()})

    return answer


route, scope, settle = (partial(but, method) for method in (FREE.route, CARE_PLACE.scope, COUNTER.settle))


def and_pays(column: str, amount: Any, rows: Any = None) -> Answer:
    """What the built-in basic policy answers and more, for all or for some of the rows of a batch of that length."""

    def answer(claims: Any, standing: Any, rules: Any) -> Any:
        own = BASIC.adjudicate(claims, standing, rules)
        index = slice(None) if rows is None else rows(len(claims))
        more = amount(claims) if callable(amount) else np.full(len(claims.level[: len(claims)][index]), amount)
        return replace(own, pays=(*own.pays, ss.Amounts(column, index, more)))

    return answer


def and_adds(column: str, amount: int) -> Answer:
    def answer(claims: Any, standing: Any, rules: Any) -> Any:
        own = BASIC.adjudicate(claims, standing, rules)
        return replace(own, adds=(*own.adds, ss.Amounts(column, slice(None), np.full(len(claims), amount))))

    return answer


def raising(*given: Any) -> Any:
    raise ZeroDivisionError("nobody to share with")


def last(column: np.ndarray, value: int) -> np.ndarray:
    """A column with another value in its last row."""
    column = column.astype(np.int64)
    column[-1:] = value
    return column


def two(rows: int) -> np.ndarray:
    return np.zeros(2, np.int64)


FAILURES: dict[str, tuple[str, Answer, str]] = {
    # what it does instead of answering
    "raises": ("access", raising, "raised ZeroDivisionError: nobody to share with"),
    "draws": ("access", lambda needs, rules: random.random(), "touches randomness; read needs.uniform(purpose)"),
    "draws with numpy": ("access", lambda needs, rules: np.random.default_rng(), "touches randomness"),
    "a column that is not there": ("access", lambda needs, rules: needs.travel_minute, "no column 'travel_minute'"),
    "a standing that is not there": ("basic", lambda claims, standing, rules: standing.read("pooled"), "'pooled'"),
    # types
    "another type": ("access", lambda needs, rules: (0, 0, 0), "returned tuple; expected Route"),
    "nothing": ("access", lambda needs, rules: None, "returned NoneType; expected Route"),
    "not a number": ("access", route(cut=lambda r: r.cut * np.nan), "returned cut as float64 with NaN"),
    "fractions": ("access", route(cut=lambda r: r.cut + 0.5), "returned cut as float64; expected whole numbers"),
    "text": ("access", route(path=lambda r: r.path.astype("U1")), "returned path as <U1; expected whole numbers"),
    "flags": ("access", route(path=lambda r: r.path > 0), "returned path as bool; expected whole numbers"),
    "objects": ("access", route(cut=lambda r: r.cut.astype(object)), "returned cut as object; expected whole numbers"),
    "one number": ("access", route(cut=0), "returned int for cut; expected a numpy column"),
    "a list": ("access", route(cut=lambda r: r.cut.tolist()), "returned list for cut; expected a numpy column"),
    "no path": ("access", route(path=None), "returned NoneType for path; expected a numpy column"),
    "too short": ("access", route(cut=lambda r: r.cut[1:]), "rows of cut; expected "),
    "a table": ("access", route(cut=lambda r: r.cut[:, None]), "returned cut with 2 dimensions; expected one column"),
    "fractions of a fen": ("basic", and_pays("pooled_fund", 0.5), "returned pooled_fund as float64"),
    "settles as numbers": ("channel", settle(settles=lambda a: a.cash), "returned settles as int64; expected flags"),
    # ranges
    "a negative cut": ("access", route(cut=lambda r: last(r.cut, -5)), "returned a cut of -5; expected 0 to 10,000"),
    "a cut above all": ("access", route(cut=lambda r: last(r.cut, 10_001)), "a cut of 10001; expected 0 to 10,000"),
    "a third path": ("access", route(path=lambda r: last(r.path, 2)), "returned a path of 2; expected 0 to 1"),
    "a path of 257": ("access", route(path=lambda r: last(r.path, 257)), "returned a path of 257; expected 0 to 1"),
    "a filing of 5": ("access", route(filing=lambda r: last(r.path, 5)), "returned a filing of 5; expected 0 to 4"),
    "a reason unlisted": ("access", route(reason=lambda r: last(r.path, 1)), "returned a reason of 1; expected 0 to 0"),
    "a reason of 256": ("access", route(reason=lambda r: last(r.path, 256)), "a reason of 256; expected 0 to 0"),
    "a negative reason": ("access", route(reason=lambda r: last(r.path, -1)), "a reason of -1; expected 0 to 0"),
    "reversed yesterday": ("channel", settle(reversed_after=lambda a: 0 * a.cash - 1), "a reversed_after of -1"),
    # columns and rows
    "an unknown fund": ("basic", and_pays("pooled_funds", 1), "returned amounts of 'pooled_funds'; this slot may fill"),
    "another slot's fund": ("basic", and_pays("medical_assistance", 1), "returned amounts of 'medical_assistance'"),
    "an unknown standing": ("basic", and_adds("pool_fund", 1), "returned amounts of 'pool_fund'; this slot may fill"),
    "a row that is not there": (
        "basic", and_pays("pooled_fund", lambda c: np.ones(1, np.int64), lambda rows: np.array([rows])), "; there are ",
    ),
    "a row twice": (
        "basic", and_pays("pooled_fund", lambda c: two(0), two), "returned pooled_fund twice for a row",
    ),
    "rows by flags": (
        "basic", and_pays("pooled_fund", 0, lambda rows: np.ones(rows, bool)), "as 1-dimensional bool; expected whole",
    ),
    "rows in a list": (
        "basic", and_pays("pooled_fund", lambda c: two(0), lambda rows: [0, 1]), "as list; expected whole numbers",
    ),
    # money
    "a bill too large": ("catalogue", scope(in_scope=lambda s: s.in_scope + 1), "parts that do not sum to the bill"),
    "a negative part": (
        "catalogue", scope(outside_scope=lambda s: s.outside_scope - 10**9, in_scope=lambda s: s.in_scope + 10**9),
        "returned a negative part of the bill",
    ),
    "a negative fund": ("basic", and_pays("pooled_fund", -1), "returned a negative pooled_fund"),
    "a negative addition": ("basic", and_adds("pooled_fund", -1), "returned a negative pooled_fund"),
    "more than the bill": (
        "basic", and_pays("pooled_fund", lambda claims: claims.total_fee), "funds that pay more than what is in scope",
    ),
    "assistance above the bill": (
        "assistance", lambda claims, standing, rules: ss.Breakdown.of(medical_assistance=claims.total_fee),
        "funds that pay more than what is in scope",
    ),
    "cash too much": ("channel", settle(cash=lambda a: a.cash + 1), "cash that are not what the funds leave"),
    "a negative deposit": ("channel", settle(deposit=lambda a: 0 * a.cash - 1), "returned a negative deposit"),
    "more than the account": (
        "channel", settle(personal_account=lambda a: a.personal_account + a.cash, cash=lambda a: 0 * a.cash),
        "more from a personal account than it holds",
    ),
    "more unpaid than due": ("channel", settle(unpaid=lambda a: a.cash + 1), "more unpaid than was due in cash"),
    "more later than assistance": (
        "channel", settle(claimed_later=lambda a: 0 * a.cash + 1, cash=lambda a: a.cash + 1),
        "more claimed later than assistance pays",
    ),
    "no settlement": ("channel", settle(settles=lambda a: ~a.settles), "no settlement although somebody has paid"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
def test_a_failing_policy_stops_the_run(case: str) -> None:
    slot, answer, what = FAILURES[case]
    found = stopped(broken(slot, answer))
    assert found.args[:2] == (slot, "broken")
    assert re.fullmatch(r"2024-01-\d\d", found.args[2]), found
    assert re.fullmatch(NEED, found.args[3]), found
    assert what in found.args[4], found
    assert str(found) == "policy {1} of slot {0}, {2}, need {3}: {4}".format(*found.args)


CLEARING: dict[str, tuple[Answer, str]] = {
    "raises": (raising, "raised ZeroDivisionError"),
    "more than is due": (lambda day, due: ss.Orders(due.until(day) + 1), "returned more to remit than is due"),
    "less than nothing": (lambda day, due: ss.Orders(due.until(day) - 1), "returned a negative amount to remit"),
    "fractions": (lambda day, due: ss.Orders(due.until(day) / 2), "returned amount as float64"),
    "too few": (lambda day, due: ss.Orders(due.until(day)[:44]), "returned 44 rows of amount; expected 968"),
    "days beside pairs": (lambda day, due: ss.Orders(due.posted), "returned amount with 2 dimensions; expected one"),
    "a bare column": (lambda day, due: due.until(day), "returned ndarray; expected Orders"),
    "nothing": (lambda day, due: None, "returned NoneType; expected Orders"),
    "writes into what is posted": (lambda day, due: due.posted.fill(0), "raised ValueError: assignment destination is"),
    "states by itself": (lambda day, due: due.stated.fill(9), "raised ValueError: assignment destination is read-only"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEARING)
def test_failing_orders_stop_the_run(case: str) -> None:
    """Orders are about pools and schemes; no need is named."""
    answer, what = CLEARING[case]
    found = stopped(broken("clearing", answer))
    assert found.args[:4] == ("clearing", "broken", "2024-01-01", "none")
    assert what in found.args[4], found


def test_the_need_told_is_the_one_of_which_the_answer_is_wrong() -> None:
    """All rows but those of a pool are right: a person of that pool is named."""
    luzhou = ss.POOLS.index("luzhou")

    def answer(needs: Any, rules: Any) -> Any:
        own = FREE.route(needs, rules)
        return ss.Route(own.path, np.where(needs.pool == luzhou, -1, 0), own.path * 0)

    person = int(stopped(broken("access", answer)).args[3].partition("-")[0])
    people = runs.prepared(*runs.TINY).world.population
    assert people.pool[people.id == person].tolist() == [luzhou]


POLICY = """
import numpy as np

import settlement_sim as ss


@ss.policy("access")
class Half(ss.Policy):
    def route(self, needs, rules):
        none = np.zeros(len(needs), np.int64)
        return ss.Route(path=none, cut=none + 0.5, reason=none)
"""
SCENARIO = """
format: 1
question: {id: half, zh: 半点, en: Half a point}
kind: counterfactual
extends: baseline_2024q1q3
policies: {access: [{use: "half.py:Half"}]}
"""


def test_the_command_line_says_so_with_exit_code_2_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("half.py").write_text(POLICY, "utf-8")
    Path("half.yaml").write_text(SCENARIO, "utf-8")
    small = [word for setting in runs.TINY for word in ("--set", setting)]
    done = CliRunner().invoke(main, ["run", "half.yaml", *small, "--out", "runs/half"])
    assert done.exit_code == 2
    said = rf"policy half of slot access, 2024-01-01, need {NEED}: returned cut as float64; expected whole numbers.*\n"
    assert re.fullmatch(said, done.stderr)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["half.py", "half.yaml"]
