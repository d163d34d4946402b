"""Does `check_policy` pass what is sound, and does each kind of sabotage fail exactly the check made for it?"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import settlement_sim as ss
from settlement_sim import dates
from settlement_sim.policies.base import SLOTS, Policy
from settlement_sim.policies.registry import built_in
from settlement_sim.policies.views import STANDING, Claims, Needs
from settlement_sim.study.trial import Trial
from settlement_sim.testing import check_policy
from settlement_sim.vocabulary import CARE_TYPES
from settlement_sim.world.calendar import Calendar

NAMES = [
    "no_randomness", "types", "conservation", "determinism", "vectorised", "changes_something", "equal_before_its_date",
]  # fmt: skip
#: The baseline's own, and those whose data is the same on both sides of the border unless an overlay says otherwise.
CHANGE_NOTHING = {
    "access filing_free", "catalogue care_place", "catalogue insured_place", "catalogue mutual", "basic insured_place",
    "catastrophic insured_place", "assistance insured_place", "channel one_stop",
    "clearing prepaid_monthly_gross", "recognition mutual_2024", "transfer account_only",
}  # fmt: skip

HEAD = """
import numpy as np

import settlement_sim as ss


"""
ACCESS = """
@ss.policy("access")
class Mine(ss.Policy):
    NEAR, FAR = ss.reasons("near", "far")

    def route(self, needs, rules):
        far = needs.travel_minutes > 90
        path, cut = np.where(far, ss.MANUAL, ss.DIRECT), np.where(far, 1_000, 0)
        reason = np.where(far, self.FAR, self.NEAR)
        # sabotage
        return ss.Route(path, cut, reason)
"""
CATALOGUE = """
@ss.policy("catalogue")
class Mine(ss.Policy):
    def scope(self, bills, rules):
        outside, none = ss.share(bills.total_fee, 500), np.zeros_like(bills.total_fee)
        # sabotage
        return ss.Scope(outside, none, none, bills.total_fee - outside)
"""
BASIC = """
@ss.policy("basic")
class Mine(ss.Policy):
    def adjudicate(self, claims, standing, rules):
        pays = np.where(claims.path == ss.DIRECT, ss.share(claims.in_scope, 6_000), 0)
        # sabotage
        return ss.Breakdown.of(pooled_fund=pays, adds={"pooled_fund": pays})
"""
CHANNEL = """
@ss.policy("channel")
class Mine(ss.Policy):
    def settle(self, claims, balance, rules):
        person = claims.total_fee - claims.fund_total
        account = np.minimum(ss.share(person, 5_000), balance)
        cash, settles = person - account, np.ones(len(person), bool)
        # sabotage
        return ss.Advances(account, cash, settles)
"""
CLEARING = """
@ss.policy("clearing")
class Mine(ss.ClearingPolicy):
    def orders(self, day, obligations, calendar):
        orders = ss.share(obligations.until(day), 5_000)
        # sabotage
        return ss.Orders(orders)
"""
SOUND = {"access": ACCESS, "catalogue": CATALOGUE, "basic": BASIC, "channel": CHANNEL, "clearing": CLEARING}


def written(folder: Path, text: str) -> type[Policy]:
    """The class of a file, imported without the registry, which would refuse some of them."""
    path = folder / "sabotaged.py"
    path.write_text(HEAD + text, "utf-8")
    spec = importlib.util.spec_from_file_location(f"sabotaged_{abs(hash(text))}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    kind: type[Policy] = module.Mine
    return kind


def sabotaged(slot: str, line: str) -> str:
    """A sound policy with one line more."""
    assert "# sabotage" in SOUND[slot]
    return SOUND[slot].replace("# sabotage", line)


# sound ones ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_every_built_in_policy_keeps_its_promises(kind: type[Policy]) -> None:
    report = check_policy(kind)
    assert [check.name for check in report.checks] == NAMES
    failed = {check.name for check in report.checks if not check.ok}
    assert failed == ({"changes_something"} if f"{kind.slot} {kind.name}" in CHANGE_NOTHING else set()), repr(report)


@pytest.mark.parametrize("slot", SOUND)
def test_a_sound_policy_of_each_slot_passes(slot: str, tmp_path: Path) -> None:
    report = check_policy(written(tmp_path, SOUND[slot]))
    assert report.ok, repr(report)
    report.raise_if_failed()


def test_parameters_are_those_of_the_instance() -> None:
    required = next(kind for kind in built_in() if kind.name == "filing_required")
    report = check_policy(required.model_validate({"late_filing": "not_allowed"}), rows=300)
    assert report.ok, repr(report)
    assert report.policy.model_dump()["late_filing"] == "not_allowed"
    assert report["types"].detail == "300 rows, and none"


def test_another_scenario_is_tried_on_its_own_days(tmp_path: Path) -> None:
    (tmp_path / "spring.yaml").write_text(
        "format: 1\nextends: baseline_2024q1q3\nquestion: {zh: 春, en: Spring}\nkind: counterfactual\n"
        "window: {from: 2024-04-10, until: 2024-06-30}\npolicies: {access: [{use: filing_required}]}\n", "utf-8",
    )  # fmt: skip
    required = next(kind for kind in built_in() if kind.name == "filing_required")
    report = check_policy(required, scenario=tmp_path / "spring.yaml")
    assert not report["changes_something"].ok, "it is the scenario's own"
    assert report["changes_something"].detail.endswith("decided otherwise than by filing_required of the scenario")
    assert report["equal_before_its_date"].detail.startswith("taking over on 2024-05-01, it leaves the 21 days before")


# sabotage -----------------------------------------------------------------------------------------------

LOOP = "cut = np.array([1_000 if minutes > 90 else 0 for minutes in needs.travel_minutes], np.int64)"
MAP = "cut = np.array(list(map(lambda minutes: 1_000 * int(minutes > 90), needs.travel_minutes)), np.int64)"
COUNT = "type(self).asked_before = getattr(type(self), 'asked_before', 0) + 1; cut = cut + self.asked_before % 9"
AGAIN = "path, cut = np.where((needs.care_type == 0) & (needs.uniform('path') < 2_300), 1, 0), 0 * cut"
#: Slot, line, the check that fails, what it says.
SABOTAGE: dict[str, tuple[str, str, str, str]] = {
    "draws": ("access", "cut = cut + np.random.randint(0, 9)", "no_randomness", "numpy.random in line 16"),
    "asks the clock": (
        "access", "import datetime as d; cut += d.datetime.now().second", "no_randomness", "datetime.now in line 16",
    ),
    "hides its chance": ("access", "getattr(np, 'ran' + 'dom').rand()", "no_randomness", "touches randomness"),
    "raises": ("access", "cut = cut / none", "types", "raised NameError: name 'none' is not defined"),
    "not a number": ("access", "cut = np.where(far, np.nan, 0)", "types", "returned cut as float64 with NaN"),
    "too short": ("access", "cut = cut[1:]", "types", "returned 9027 rows of cut; expected 9028"),
    "fails without rows": (
        "access", "path[0] = ss.DIRECT", "types", "asked about no rows, as on a day without any: raised IndexError",
    ),
    "an unknown fund": ("basic", "return ss.Breakdown.of(pool=pays)", "types", "returned amounts of 'pool'"),
    "a reason unlisted": ("access", "reason = reason + 1", "conservation", "returned a reason of 2; expected 0 to 1"),
    "a negative cut": ("access", "cut = cut - 1", "conservation", "returned a cut of -1; expected 0 to 10,000"),
    "a negative part": ("catalogue", "outside = outside - 10**7", "conservation", "returned a negative outside_scope"),
    "above the bill": ("catalogue", "none = none + 1", "conservation", "four parts that do not sum to the bill in 8,6"),
    "a negative fund": ("basic", "pays = pays - 1", "conservation", "returned a negative pooled_fund"),
    "a fund above the bill": ("basic", "pays = pays * 2 + 1", "conservation", "funds that pay more than what is in"),
    "a deductible above the bill": (
        "basic", "return ss.Breakdown.of(deductible_paid=claims.in_scope + 1)", "conservation", "a deductible above",
    ),
    "above the account": ("channel", "account, cash = person, 0 * cash", "conservation", "more from a personal"),
    "cash from nowhere": ("channel", "cash = cash + 1", "conservation", "account and cash that are not what the funds"),
    "no settlement": ("channel", "settles = ~settles", "conservation", "no settlement although somebody has paid"),
    "remits too much": (
        "clearing", "orders = obligations.most(day) + 1", "conservation", "more to remit than is due in 968 of 968",
    ),
    "remits less than nothing": ("clearing", "orders = -orders", "conservation", "a negative amount to remit"),
    "looks at the batch": ("access", "cut = cut + far.sum() % 7", "determinism", "half of the rows at a time"),
    "looks at the order": ("access", "cut = cut + np.arange(len(cut)) % 2", "determinism", "cut of "),
    "remembers": ("access", COUNT, "determinism", "the same rows again"),
    "writes into what it is given": (
        "basic", "claims.cut[:] += 1; pays = pays - np.minimum(pays, claims.cut)", "determinism", "the same rows again",
    ),
    "loops in one line": ("access", LOOP, "vectorised", "steps of Python for 9,028 rows, "),
    "loops over a map": ("access", MAP, "vectorised", "steps of Python"),
    "loops by np.vectorize": (
        "catalogue", "outside = np.vectorize(lambda fee: fee // 20, [int])(bills.total_fee)", "vectorised", "steps",
    ),
    "remits as the sum of all is odd": (
        "clearing", "orders = orders * (orders.sum() % 2)", "determinism", "half of the rows at a time",
    ),
    "remits one by one": (
        "clearing", "orders = np.array([due // 2 for due in obligations.until(day).tolist()], np.int64)",
        "vectorised", "steps of Python for 968 rows, ",
    ),
    "does what is done": (
        "access", AGAIN, "changes_something", "0 of 9,028 rows are decided otherwise than by filing_free",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SABOTAGE)
def test_sabotage_fails_exactly_the_check_made_for_it(case: str, tmp_path: Path) -> None:
    slot, line, name, what = SABOTAGE[case]
    report = check_policy(written(tmp_path, sabotaged(slot, line)))
    assert [check.name for check in report.checks if check.ok is False] == [name], repr(report)
    assert what in report[name].detail, repr(report)
    later = [check for check in report.checks if check.ok is None]
    assert later == list(report.checks[NAMES.index(name) + 1 :] if later else []), "without answers nothing can be said"
    assert all(check.detail == f"not tried: {name} comes first" for check in later)
    assert bool(later) or name not in ("no_randomness", "types")


def test_a_policy_that_reaches_back_in_time_is_found(tmp_path: Path) -> None:
    """It says that no settlement is ever reversed, and while it is asked that, rewrites the policy before it."""
    reach_back = """
    @property
    def reverses(self):
        from settlement_sim.policies.access.filing_free import FilingFree

        ROUTE = FilingFree.route
        FilingFree.route = lambda self, needs, rules: ss.Route(0 * needs.level, 0 * needs.level + 1, 0 * needs.level)
        return False
"""
    from settlement_sim.policies.access.filing_free import FilingFree

    Trial.of("baseline_2024q1q3").as_it_stands  # noqa: B018  before anything is rewritten
    kept = FilingFree.route
    try:
        report = check_policy(written(tmp_path, CHANNEL + reach_back))
    finally:
        FilingFree.route = kept  # type: ignore[method-assign]
    assert [check.name for check in report.checks if check.ok is False] == ["equal_before_its_date"], repr(report)
    assert report["equal_before_its_date"].detail == (
        "taking over on 2024-01-22, it changes 2024-01-01, 2024-01-02, 2024-01-03 …"
    )


def test_what_the_engine_refuses_breaks_conservation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the laws say nothing, the run still has its say."""
    monkeypatch.setattr("settlement_sim.study.promises.breaches", lambda *_: iter(()))
    report = check_policy(written(tmp_path, sabotaged("channel", "cash = cash + 1")))
    assert report["conservation"].ok is False
    said = r"policy mine of slot channel, 2024-01-22, need \d+-2024-01-\d+: returned account and cash that are not .*"
    assert re.fullmatch(said, report["conservation"].detail)
    assert report["equal_before_its_date"].ok, "the days before it took over are there to compare"


# what moves is more than what is stated -----------------------------------------------------------------

STATES_ALIKE: dict[str, tuple[str, bool, str]] = {
    "nothing else": ("pass", False, "and everything is paid alike"),
    "a later remittance": (
        "def remitted(self, submitted, days, calendar):\n"
        "        return super().remitted(submitted + 1, days, calendar)",
        True, "but money between the funds moves otherwise",
    ),
    "what a short run does not reach": (
        "prepayment_months: ss.Months = ss.param(3, 'more', grade='assumption')", True,
        "but it has another prepayment_months",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STATES_ALIKE)
def test_a_clearing_policy_that_states_alike_may_pay_otherwise(case: str, tmp_path: Path) -> None:
    body, ok, what = STATES_ALIKE[case]
    report = check_policy(written(tmp_path, f'\n@ss.policy("clearing")\nclass Mine(ss.ClearingPolicy):\n    {body}\n'))
    assert [check.name for check in report.checks if not check.ok] == ["changes_something"] * (not ok), repr(report)
    begins = "0 of 78,408 rows are decided otherwise than by prepaid_monthly_gross of the scenario, "
    assert report["changes_something"].detail == begins + what


# what is no policy --------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [object(), dict, Policy, 3], ids=["object", "class", "base", "number"])
def test_what_is_no_policy_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match=r"is no policy: decorate a class Mine\(ss.Policy\) with @ss.policy\(slot\)"):
        check_policy(thing)  # type: ignore[arg-type]


def test_a_report_reads_as_a_table_and_fails_as_one(tmp_path: Path) -> None:
    report = check_policy(written(tmp_path, sabotaged("access", LOOP)), rows=100)
    lines = repr(report).splitlines()
    assert lines[0] == "Mine: mine of slot access"
    assert [line.split()[0] for line in lines[1:]] == ["ok", "ok", "ok", "ok", "FAILED", "ok", "ok"]
    assert [line.split()[1] for line in lines[1:]] == NAMES
    with pytest.raises(AssertionError, match="FAILED  vectorised"):
        report.raise_if_failed()
    with pytest.raises(KeyError, match="no check 'vectorized'; did you mean 'vectorised'"):
        report["vectorized"]


# what it is tried on ------------------------------------------------------------------------------------


def test_the_batches_hold_what_a_year_can_bring() -> None:
    trial = Trial.of("baseline_2024q1q3")
    (batch,) = trial.batches("channel", 10_000)
    claims, balance = batch.given
    assert isinstance(claims, Claims) and len(balance) == len(claims) == len(batch)
    assert set(claims.care_type.tolist()) == set(range(len(CARE_TYPES)))
    assert set(claims.path.tolist()) == {ss.DIRECT, ss.MANUAL} and claims.cut.any() and len(set(claims.filing)) > 2
    for fund in ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance"):
        assert claims.paid[fund].any(), f"nobody is paid by {fund}"
    assert (claims.in_scope <= claims.total_fee).all() and (claims.fund_total <= claims.in_scope).all()
    (batch,) = trial.batches("basic", 10_000)
    used = batch.given[1]
    assert {name for name in STANDING if used.read(name).any()} >= {"pooled_fund", "discharges", "outpatient_fund"}


def test_needs_that_are_cut_and_joined_keep_their_columns_and_uniforms() -> None:
    (batch,) = Trial.of("baseline_2024q1q3").batches("access", 50)
    (needs,) = batch.given
    assert isinstance(needs, Needs)
    assert set(needs.columns()) == set(Needs.__annotations__), "what is documented is what there is"
    back = np.arange(len(needs))[::-1]
    (turned,) = batch.take(back).given
    assert all((turned.columns()[name] == column[back]).all() for name, column in needs.columns().items())
    assert (turned.uniform("lot") == needs.uniform("lot")[back]).all()
    assert len(set(needs.uniform("lot").tolist())) > 40


def test_every_slot_is_heard() -> None:
    trial = Trial.of("baseline_2024q1q3")
    assert all(sum(map(len, trial.batches(slot, 100))) > 0 for slot in SLOTS)
    days = [dates.iso(batch.given[0]) for batch in trial.batches("clearing", 100)]
    assert (days[0], days[-1], len(days)) == ("2024-01-01", "2024-03-21", 81), "until the last of it is stated"
    assert all(isinstance(batch.beside, Calendar) for batch in trial.batches("clearing", 100))
