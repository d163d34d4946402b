"""Do the built-in policies keep to deciding, are they found by name, and what may a policy class look like?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from settlement_sim import policies
from settlement_sim.columns import Columns
from settlement_sim.policies.answers import FUNDS, LOCAL, PAYS, Amounts, Breakdown, Route, Scope
from settlement_sim.policies.base import BENEFIT, EVERY_SLOT, Policy, policy, reasons, snake_case
from settlement_sim.policies.loading import UnknownPolicy
from settlement_sim.policies.parameters import Days, Minutes, Months, Percent, Points, Yuan, param
from settlement_sim.policies.registry import Registry, built_in
from settlement_sim.policies.views import Bills, Claims
from settlement_sim.vocabulary import CARE_TYPES, FILINGS

ROOM = Path(policies.__file__).parent
FORBIDDEN = (
    "simpy", "random", "secrets", "time", "numpy.random", "settlement_sim.draws", "settlement_sim.engine",
    "settlement_sim.ledger", "settlement_sim.record", "settlement_sim.scenario", "settlement_sim.world",
)  # fmt: skip
#: Working days are a table that policies of the slot clearing are given.
ALLOWED = "settlement_sim.world.calendar"


# purity -------------------------------------------------------------------------------------------------


def names_used(text: str) -> Iterator[str]:
    """Dotted names of all imports, and of attributes of numpy."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            assert node.level == 0, "imports are absolute"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            yield f"numpy.{node.attr}"


def impure(text: str) -> list[str]:
    names = (name for name in names_used(text) if not f"{name}.".startswith(f"{ALLOWED}."))
    return [name for name in names if any(f"{name}.".startswith(f"{bad}.") for bad in FORBIDDEN)]


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM)))
def test_a_policy_imports_neither_clock_nor_chance_nor_money_movers(path: Path) -> None:
    assert impure(path.read_text("utf-8")) == [], f"{path.name} reaches beyond deciding"


@pytest.mark.parametrize(
    "text",
    [
        "import simpy", "import random", "from numpy.random import default_rng", "import numpy.random as r",
        "import numpy as np\nx = np.random.rand()", "from settlement_sim.engine import clock",
        "from settlement_sim.engine.clock import Clock", "from settlement_sim import ledger",
        "from settlement_sim.record.recorder import Recorder", "def f():\n    import simpy.core",
        "from random import random", "from settlement_sim.world.population import Population",
        "from settlement_sim.world.calendar_notices import read_notices",
    ],
)  # fmt: skip
def test_an_impure_policy_would_be_found(text: str) -> None:
    assert impure(text), f"not found: {text}"


def test_a_pure_policy_is_let_through() -> None:
    assert impure("import numpy as np\nfrom settlement_sim.engineering import x\nnp.where(1, 2, 3)") == []


# found by name ------------------------------------------------------------------------------------------


def test_policies_are_known_by_slot_and_name() -> None:
    names = {slot: sorted(Registry().of_slot(slot)) for slot in EVERY_SLOT}
    assert names == {
        "access": ["border_local", "filing_free", "filing_required", "network", "referral_green_channel"],
        "catalogue": ["care_place", "insured_place", "mutual"],
        "basic": ["care_place", "insured_place"],
        "catastrophic": ["care_place", "insured_place", "none"],
        "assistance": ["insured_place", "none"],
        "channel": ["direct", "manual", "one_stop", "treat_first_pay_later"],
        "clearing": [
            "bilateral_net", "daily_net", "half_monthly", "multilateral_net", "prepaid_monthly_gross",
            "real_time_gross",
        ],
        "recognition": ["local_rule", "mutual_2024"],
        "transfer": ["account_only", "none", "prospective", "reciprocal_band", "retrospective"],
    }  # fmt: skip
    assert len(built_in()) == sum(map(len, names.values())), "two policies of one slot and name"


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_policies_are_frozen_and_refuse_unknown_parameters(kind: type[Policy]) -> None:
    assert kind.__doc__, "what a policy does is documented"
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        kind.model_validate({"no_such_parameter": 1})
    with pytest.raises(ValueError, match="frozen"):
        kind().slot_of_nothing = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_every_parameter_says_what_it_rests_on(kind: type[Policy]) -> None:
    for name, field in kind.model_fields.items():
        record: Any = field.json_schema_extra
        assert field.description, f"{name} has no meaning"
        assert record["grade"] in ("article", "official", "secondary", "assumption"), name
        assert record["grade"] == "assumption" or record["source"], f"{name} has a grade and no source"


def test_equal_policies_have_equal_class_and_parameters() -> None:
    required = Registry().find("access", "filing_required")
    assert required() == required.model_validate({"cut_other": "20"}), "what is left out is the default"
    assert required() != required.model_validate({"cut_other": 19})
    assert Registry().find("access", "filing_free")() != required()


@pytest.mark.parametrize(
    ("slot", "use", "said"),
    [
        ("access", "filing_fre", "did you mean 'filing_free'"),
        ("channel", "one_step", "did you mean 'one_stop'"),
        ("access", "prepaid_monthly_gross", "prepaid_monthly_gross is one of slot clearing"),
        ("basic", "none", "a policy of slot basic: insured_place, care_place"),
    ],
)
def test_an_unknown_policy_is_told_with_the_nearest_name(slot: str, use: str, said: str) -> None:
    with pytest.raises(UnknownPolicy, match=said):
        Registry().find(slot, use)


# the decorator ------------------------------------------------------------------------------------------


class Plain(Policy):
    """A policy that no decorator has seen."""

    def route(self, needs: Any, rules: Any) -> Any:
        return None


def test_a_policy_is_called_like_its_class_unless_it_says_otherwise() -> None:
    @policy("access")
    class CommuterAccess(Plain):
        """One."""

    @policy("access", name="near_by", governed_by="born")
    class Other(Plain):
        """Two."""

    assert (CommuterAccess.slot, CommuterAccess.name) == ("access", "commuter_access")
    assert (Other.slot, Other.name) == ("access", "near_by")
    assert Plain.name == "", "the decorator writes into the class it is given alone"


@pytest.mark.parametrize(
    ("slot", "words", "said"),
    [
        ("acess", {}, "no slot 'acess'.*did you mean 'access'"),
        ("access", {"governed_by": "discharged"}, "slot access is governed by the day born, not 'discharged'"),
        ("channel", {}, "Plain of slot channel has no method settle"),
    ],
)
def test_a_class_that_does_not_fit_its_slot_is_refused(slot: str, words: dict[str, str], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        policy(slot, **words)(Plain)


def test_only_policies_are_decorated() -> None:
    class Mine:
        def route(self) -> None:
            """Nothing."""

    with pytest.raises(TypeError, match=r"is no Policy: write class Mine\(ss\.Policy\)"):
        policy("access")(Mine)  # type: ignore[type-var]


def test_reasons_are_numbered_and_listed_in_the_order_of_their_codes() -> None:
    @policy("access")
    class WithReasons(Plain):
        """One."""

        NEAR, FAR = reasons("near", "far")

    assert WithReasons.reasons == ("near", "far")
    assert (int(WithReasons.NEAR), int(WithReasons.FAR), WithReasons.FAR.label) == (0, 1, "far")
    assert np.where([True, False], WithReasons.NEAR, WithReasons.FAR).dtype.kind == "i"


@pytest.mark.parametrize(
    ("written", "known"),
    [("FilingFree", "filing_free"), ("TreatFirst", "treat_first"), ("Area30Local", "area30_local"), ("X", "x")],
)
def test_names_in_snake_case(written: str, known: str) -> None:
    assert snake_case(written) == known


# parameters ---------------------------------------------------------------------------------------------


class OfEveryUnit(Policy):
    """One parameter of each unit."""

    slot: ClassVar = "access"
    share: Percent = param(23, "a share", grade="assumption", low=0, high=50)
    points: Points = param("2.5", "points", grade="secondary", source="a summary", at_most=10)
    amount: Yuan = param("880.00", "an amount", grade="official", source="a notice")
    minutes: Minutes = param(60, "minutes", grade="assumption")
    months: Months = param(6, "months", grade="assumption")
    days: Days = param(0, "days", grade="assumption")


def test_parameters_are_written_as_people_write_and_held_as_the_engine_counts() -> None:
    held = OfEveryUnit()
    assert (held.share, held.points, held.amount) == (2_300, 250, 88_000), "1/10,000 and fen"
    assert (held.minutes, held.months, held.days) == (60, 6, 0)
    assert held.model_dump() == {
        "share": "23", "points": "2.5", "amount": "880.00", "minutes": 60, "months": 6, "days": 0,
    }  # fmt: skip
    assert OfEveryUnit.model_validate(held.model_dump()) == held, "what is written can be read again"


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 101}, {"share": -1}, {"share": "a lot"}, {"points": "10.01"}, {"amount": "1,000.00"},
        {"amount": "0.001"}, {"minutes": 10_001}, {"months": 121}, {"days": "1.5"}, {"days": -1},
    ],
    ids=str,
)  # fmt: skip
def test_parameters_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        OfEveryUnit.model_validate(wrong)


def test_a_ceiling_set_by_law_is_kept_and_the_range_of_an_assumption_is_not() -> None:
    assert OfEveryUnit(points=10).points == 1_000
    with pytest.raises(ValueError, match="at most 10, the ceiling that the rule sets"):
        OfEveryUnit(points="10.5")
    assert OfEveryUnit(share=90).share == 9_000, "outside 0 to 50, which is only reported"


def test_a_range_has_two_ends() -> None:
    with pytest.raises(TypeError, match="both low and high"):
        param(1, "one", grade="assumption", low=0)


# columns ------------------------------------------------------------------------------------------------


def test_columns_are_cut_together() -> None:
    scope = Scope(*(np.arange(3) + 10 * i for i in range(4)))
    assert [column.tolist() for column in vars(scope.take(np.array([2]))).values()] == [[2], [12], [22], [32]]
    assert scope.take(np.array([True, False, False])).in_scope.tolist() == [30]
    items = [np.array([column, 6 + column]) for column in range(1, 7)]
    cut = Bills(items, np.array([21, 57]), *(np.zeros(2, np.int8),) * 3).take(slice(1, 2))
    assert [int(item[0]) for item in cut.items] == [7, 8, 9, 10, 11, 12] and cut.total_fee.tolist() == [57]
    assert isinstance(cut, Columns)


def claims(**paid: int) -> Claims:
    """One claim of 5,000 in scope on which some columns have been paid."""
    zero = np.zeros(1, np.int64)
    columns = {name: np.array([paid.get(name, 0)]) for name in ("deductible_paid", *FUNDS)}
    return Claims(*(zero,) * 8, zero + 9_000, zero, zero + 5_000, None, columns)


def test_what_all_funds_pay_and_what_they_leave_in_scope() -> None:
    paid = dict(zip(("deductible_paid", *FUNDS), (1_000_000, 1, 20, 300, 4_000), strict=True))
    assert claims(**paid).fund_total.tolist() == [4_321], "the deductible is a base, not a payer"
    assert claims(**paid).burden().tolist() == [5_000 - 4_321]
    assert claims().fund_total.tolist() == [0] and claims().burden().tolist() == [5_000]
    some = np.array([0, 0])
    assert claims(**paid).funds(some).tolist() == [4_321] * 2 and claims(**paid).burden(some).tolist() == [679] * 2


def test_every_fund_is_filled_by_one_slot() -> None:
    assert list(PAYS) == list(BENEFIT)
    filled = [column for columns in PAYS.values() for column in columns]
    assert sorted(filled) == sorted(("deductible_paid", *FUNDS)) and len(set(filled)) == len(filled)


def test_a_breakdown_of_whole_columns() -> None:
    made = Breakdown.of(pooled_fund=np.array([3, 4]), adds={"discharges": np.array([1, 1])})
    assert made.pays == (Amounts("pooled_fund", slice(None), made.pays[0].amount),)
    assert [(part.column, part.amount.tolist()) for part in (*made.pays, *made.adds)] == [
        ("pooled_fund", [3, 4]), ("discharges", [1, 1]),
    ]  # fmt: skip


def test_rows_set_free_have_terms_of_their_own() -> None:
    """Path, cut and reason of the free rows; no reduction by filing; the others keep theirs, but for the reason."""
    other = FILINGS.index("other")
    route = Route(np.array([1, 1]), np.array([2_000, 2_000]), np.array([5, 5]), np.array([other, other]))
    freed = route.set_free(np.array([True, False]), 0, 300, free=7, rest=8)
    assert (freed.path.tolist(), freed.cut.tolist(), freed.reason.tolist()) == ([0, 1], [300, 2_000], [7, 8])
    assert freed.filing is not None and freed.filing.tolist() == [LOCAL, other]
    plain = Route(np.array([1, 1]), np.array([0, 0]), np.array([5, 5])).set_free(np.array([True, False]), 0, 0, 7, 8)
    assert plain.filing is None, "local terms for everybody stay so"


def test_care_types_are_in_the_order_of_the_tests() -> None:
    assert CARE_TYPES == ("inpatient", "outpatient", "chronic", "pharmacy")
