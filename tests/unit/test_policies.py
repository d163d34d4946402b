"""Do the built-in policies decide as docs/model.md says, and do they keep to deciding?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from settlement_sim import dates, policies
from settlement_sim.policies.access.filing_free import FilingFree
from settlement_sim.policies.access.filing_required import FilingRequired
from settlement_sim.policies.base import (
    DIRECT,
    MANUAL,
    SLOTS,
    Advances,
    Bills,
    Breakdown,
    Claims,
    Columns,
    Needs,
    Policy,
    Route,
    Scope,
)
from settlement_sim.policies.catalogue.care_place import CarePlaceCatalogue
from settlement_sim.policies.channel.direct import DirectChannel
from settlement_sim.policies.clearing.month_end import MonthEndClearing
from settlement_sim.policies.registry import policies_of
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.vocabulary import CARE_TYPES, FILINGS, ITEMS, POOLS

ROOM = Path(policies.__file__).parent
FORBIDDEN = (
    "simpy", "random", "secrets", "time", "numpy.random", "settlement_sim.draws", "settlement_sim.engine",
    "settlement_sim.ledger", "settlement_sim.record", "settlement_sim.scenario", "settlement_sim.world",
)  # fmt: skip
DAY = dates.day("2024-05-06")
INPATIENT, OUTPATIENT, CHRONIC, PHARMACY = range(4)


@pytest.fixture(scope="module")
def rules(book: RuleBook) -> Rules:
    one = np.zeros(1, np.int64)
    return Rules(book, Profiles.of(one, one, one, one, one)[0], DAY, DAY)


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
    return [name for name in names_used(text) if any(f"{name}.".startswith(f"{bad}.") for bad in FORBIDDEN)]


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
        "from random import random",
    ],
)  # fmt: skip
def test_an_impure_policy_would_be_found(text: str) -> None:
    assert impure(text), f"not found: {text}"


def test_a_pure_policy_is_let_through() -> None:
    assert impure("import numpy as np\nfrom settlement_sim.engineering import x\nnp.where(1, 2, 3)") == []


# registry -----------------------------------------------------------------------------------------------


def test_policies_are_known_by_slot_and_name() -> None:
    names = {slot: sorted(policies_of(slot)) for slot in SLOTS}
    assert names == {
        "access": ["filing_free", "filing_required"],
        "catalogue": ["care_place"],
        "benefit": ["insured_place"],
        "channel": ["direct"],
        "clearing": ["month_end"],
    }  # fmt: skip


@pytest.mark.parametrize("slot", SLOTS)
def test_policies_are_frozen_and_refuse_unknown_parameters(slot: str) -> None:
    for kind in policies_of(slot).values():
        assert issubclass(kind, Policy) and kind.__doc__, "what a policy does is documented"
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            kind.model_validate({"no_such_parameter": 1})
        with pytest.raises(ValueError, match="frozen"):
            kind().slot_of_nothing = 1  # type: ignore[attr-defined]


# access -------------------------------------------------------------------------------------------------


def needs(**columns: object) -> Needs:
    """Stays on DAY with valid filings and the highest draw, but for the columns given."""
    rows = max(len(np.atleast_1d(column)) for column in columns.values())
    default = {
        "care": INPATIENT,
        "filing": 0,
        "filing_until": DAY,
        "day": DAY,
        "emergency": False,
        "manual_draw": 9_999,
    }
    made = {name: np.broadcast_to(np.asarray(value), rows) for name, value in (default | columns).items()}
    return Needs({name: lambda i, c=column: c[i] for name, column in made.items()}, np.arange(rows))


def filing(*names: str) -> np.ndarray:
    return np.array([FILINGS.index(name) for name in names])


def reasons(route: Route) -> list[str]:
    return [FILINGS[code] for code in route.reason]


def test_without_filing_everybody_settles_directly_and_uncut(rules: Rules) -> None:
    route = FilingFree().route(needs(filing=filing(*FILINGS)), rules)
    assert route.path.tolist() == [DIRECT] * 5 and route.cut.tolist() == [0] * 5
    assert route.path.dtype == np.int8 and route.cut.dtype == np.int64


@pytest.mark.parametrize("policy", [FilingFree, FilingRequired])
def test_the_manual_share_is_below_the_draw(policy: type[FilingFree | FilingRequired], rules: Rules) -> None:
    draws = np.array([0, 2_299, 2_300, 9_999])
    stays = policy().route(needs(manual_draw=draws), rules)
    assert stays.path.tolist() == [MANUAL, MANUAL, DIRECT, DIRECT], "23 % of stays"
    others = policy().route(needs(manual_draw=draws, care=OUTPATIENT), rules)
    assert others.path.tolist() == [DIRECT] * 4, "0 % of other visits"
    own = policy(manual_stays=0, manual_other=100)
    assert own.route(needs(manual_draw=draws), rules).path.tolist() == [DIRECT] * 4
    for care in (OUTPATIENT, CHRONIC, PHARMACY):
        assert own.route(needs(manual_draw=draws, care=care), rules).path.tolist() == [MANUAL] * 4


def test_the_cut_of_each_filing_category(rules: Rules) -> None:
    route = FilingRequired().route(needs(filing=filing(*FILINGS)), rules)
    assert dict(zip(FILINGS, route.cut.tolist(), strict=True)) == {
        "none": 2_000, "long_term_resident": 0, "referral": 1_000, "emergency": 1_000, "other": 2_000,
    }  # fmt: skip
    assert reasons(route) == list(FILINGS)
    assert route.path.tolist() == [DIRECT] * 5, "who has not filed files late"


def test_cuts_are_parameters_in_points(rules: Rules) -> None:
    route = FilingRequired(cut_referral=5, cut_other=15).route(needs(filing=filing(*FILINGS)), rules)
    assert route.cut.tolist() == [1_500, 0, 500, 500, 1_500]


@pytest.mark.parametrize("care", [OUTPATIENT, CHRONIC, PHARMACY])
def test_only_stays_are_cut(care: int, rules: Rules) -> None:
    route = FilingRequired().route(needs(filing=filing(*FILINGS), care=care), rules)
    assert route.cut.tolist() == [0] * 5


def test_a_filing_holds_on_its_last_day_and_not_on_the_next(rules: Rules) -> None:
    until = np.array([DAY - 1, DAY, DAY + 1])
    route = FilingRequired().route(needs(filing=filing(*["referral"] * 3), filing_until=until), rules)
    assert reasons(route) == ["none", "referral", "referral"]
    assert route.cut.tolist() == [2_000, 1_000, 1_000], "an expired filing counts as none"


def test_an_emergency_is_deemed_filed_but_for_long_term_residents(rules: Rules) -> None:
    route = FilingRequired().route(needs(filing=filing(*FILINGS), emergency=True), rules)
    assert reasons(route) == ["emergency", "long_term_resident", "emergency", "emergency", "emergency"]
    assert route.cut.tolist() == [1_000, 0, 1_000, 1_000, 1_000]


def test_an_emergency_with_an_expired_filing_is_deemed_filed(rules: Rules) -> None:
    expired = needs(filing=filing("other", "long_term_resident"), filing_until=DAY - 1, emergency=True)
    assert FilingRequired().route(expired, rules).cut.tolist() == [1_000, 1_000]


@pytest.mark.parametrize(
    "parameters", [{"cut_referral": 11}, {"cut_other": 21}, {"cut_other": -1}, {"manual_stays": 101}]
)
def test_parameters_beyond_the_national_ceilings_are_refused(parameters: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"Input should be (less|greater) than or equal to"):
        FilingRequired(**parameters)


def test_a_need_says_which_columns_it_has() -> None:
    with pytest.raises(AttributeError, match="a need has no column 'income'; it has care, filing, filing_until, day"):
        _ = needs(filing=0).income


def test_columns_of_needs_are_cut_with_their_rows() -> None:
    part = needs(manual_draw=np.array([5, 6, 7])).take(np.array([2, 0]))
    assert part.manual_draw.tolist() == [7, 5] and len(part) == 2


# catalogue ----------------------------------------------------------------------------------------------


class Shares:
    """Shares of one catalogue per place: (outside, above limit, advance) of every item class, in 1/10,000."""

    def __init__(self, *places: tuple[int, int, int]) -> None:
        self.places = dict(
            zip(
                ("catalogue.outside", "catalogue.above_limit", "catalogue.advance"),
                zip(*places, strict=True),
                strict=True,
            )
        )

    def place(self, leaf: str, rows: np.ndarray, item: int) -> np.ndarray:
        return np.array(self.places[leaf])[rows]


def bills(items: list[list[int]], *, care: object = 0, insured: object = 0, path: object = DIRECT) -> Bills:
    """`items`: one row of six amounts per bill."""
    columns = [np.array(column) for column in zip(*items, strict=True)]
    rows = len(items)
    places = (np.broadcast_to(np.asarray(place), rows) for place in (care, insured, path))
    return Bills(columns, sum(columns), *places)


def parts(scope: Scope) -> list[tuple[int, ...]]:
    columns = (scope.outside_scope, scope.above_price_limit, scope.advance_self_pay, scope.in_scope)
    return [tuple(row) for row in np.stack(columns, 1).tolist()]


def test_each_share_is_of_what_the_one_before_has_left() -> None:
    # 10 % of 1,000.00 is outside; 5 % of 900.00 above the limit; 20 % of 855.00 paid first; 684.00 in scope.
    scope = CarePlaceCatalogue().scope(bills([[100_000, 0, 0, 0, 0, 0]]), Shares((1_000, 500, 2_000)))
    assert parts(scope) == [(10_000, 4_500, 17_100, 68_400)]


def test_shares_are_rounded_item_by_item() -> None:
    # Six items of 1 fen at 50 %: each goes up to 1 fen outside.
    scope = CarePlaceCatalogue().scope(bills([[1] * 6, [0, 0, 0, 0, 0, 3]]), Shares((5_000, 0, 0)))
    assert parts(scope) == [(6, 0, 0, 0), (2, 0, 0, 1)]


def test_by_hand_the_catalogue_of_the_insured_place_holds() -> None:
    shares = Shares((1_000, 0, 0), (0, 0, 3_000))
    rows = bills([[1_000, 0, 0, 0, 0, 0]] * 2, care=0, insured=1, path=[DIRECT, MANUAL])
    assert parts(CarePlaceCatalogue().scope(rows, shares)) == [(100, 0, 0, 900), (0, 0, 300, 700)]
    everywhere = CarePlaceCatalogue(by_hand="care_place").scope(rows, shares)
    assert parts(everywhere) == [(100, 0, 0, 900)] * 2


@pytest.mark.parametrize("pool", ["chongqing", "chengdu", "liangshan"])
def test_the_real_catalogues_item_by_item(pool: str, book: RuleBook, rules: Rules) -> None:
    place, date = rules.places(DAY, np.array([POOLS.index(pool)])), dates.date(DAY)
    for code, item in enumerate(ITEMS):
        left, expected = 100_001, []
        for leaf in ("outside", "above_limit", "advance"):
            cell = book.cell(f"catalogue.{leaf}", pool=pool, scheme="employee", date=date, item=item)
            expected.append((left * cell.value + 5_000) // 10_000)
            left -= expected[-1]
        bill = [[100_001 if i == code else 0 for i in range(6)]]
        (found,) = parts(CarePlaceCatalogue().scope(bills(bill, care=place, insured=place), rules))
        assert found == (*expected, left), item


def test_amounts_of_the_bill_are_not_written_to() -> None:
    rows = bills([[1_000] * 6])
    CarePlaceCatalogue().scope(rows, Shares((1_000, 500, 2_000)))
    assert [int(item[0]) for item in rows.items] == [1_000] * 6 and rows.total_fee.tolist() == [6_000]


# channel and clearing -----------------------------------------------------------------------------------


class Pays:
    """A rule book of one rule: what an account may pay (0 the in-scope part, 1 the whole personal part)."""

    def __init__(self, *whole: int) -> None:
        self.whole = np.array(whole)

    def take(self, leaf: str, rows: np.ndarray) -> np.ndarray:
        assert leaf == "account.pays"
        return self.whole[rows]


def settled(whole: int, *rows: tuple[int, int, int, int], care: int = INPATIENT, path: int = DIRECT) -> Advances:
    """Advances of claims, each (total fee, in scope, paid by the pooled fund, balance of the account)."""
    total, in_scope, fund, balance = (np.array(column) for column in zip(*rows, strict=True))
    same = np.zeros(len(rows), np.int8)
    claims = Claims(
        care=same + care, level=same, rule=same.astype(np.int64), path=same + path, cut=same.astype(np.int64),
        total_fee=total, in_scope=in_scope,
    )  # fmt: skip
    paid = replace(Breakdown.zeros(len(rows)), pooled_fund=fund)
    return DirectChannel().settle(claims, paid, balance, Pays(whole))


def test_the_account_pays_the_whole_personal_part_as_far_as_it_holds() -> None:
    advances = settled(1, (900, 800, 400, 1_000), (900, 800, 400, 200), (900, 800, 400, 0), (400, 400, 400, 50))
    assert advances.personal_account.tolist() == [500, 200, 0, 0]
    assert advances.cash.tolist() == [0, 300, 500, 0]
    assert advances.settles.all(), "a stay settles with an empty account too"


def test_the_account_may_be_bound_to_the_in_scope_part() -> None:
    advances = settled(0, (900, 800, 400, 1_000), (900, 800, 400, 200), (900, 0, 0, 1_000))
    assert advances.personal_account.tolist() == [400, 200, 0]
    assert advances.cash.tolist() == [100, 300, 900]


def test_by_hand_the_account_pays_nothing() -> None:
    advances = settled(1, (900, 800, 400, 1_000), path=MANUAL)
    assert (advances.personal_account.tolist(), advances.cash.tolist()) == ([0], [500])


def test_a_purchase_with_an_empty_account_is_no_settlement() -> None:
    purchases = settled(1, (90, 80, 0, 0), (90, 80, 0, 1), (90, 80, 0, 500), care=PHARMACY)
    assert purchases.settles.tolist() == [False, True, True]
    assert purchases.personal_account.tolist() == [0, 1, 90]
    visits = settled(1, (90, 80, 0, 0), care=OUTPATIENT)
    assert visits.settles.tolist() == [True]


def test_obligations_are_paid_on_the_last_day_of_the_month() -> None:
    due = np.array([5, 0, 7])
    paid = {day: MonthEndClearing().orders(dates.day(day), due).tolist() for day in (
        "2024-02-28", "2024-02-29", "2024-03-01", "2023-02-28", "2024-12-31",
    )}  # fmt: skip
    nothing, all_of_it = [0, 0, 0], [5, 0, 7]
    assert list(paid.values()) == [nothing, all_of_it, nothing, all_of_it, all_of_it]


# columns ------------------------------------------------------------------------------------------------


def test_columns_are_cut_together() -> None:
    scope = Scope(*(np.arange(3) + 10 * i for i in range(4)))
    assert parts(scope.take(np.array([2]))) == [(2, 12, 22, 32)]
    assert parts(scope.take(np.array([True, False, False]))) == [(0, 10, 20, 30)]
    cut = bills([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]).take(slice(1, 2))
    assert [int(item[0]) for item in cut.items] == [7, 8, 9, 10, 11, 12] and cut.total_fee.tolist() == [57]
    assert isinstance(cut, Columns)


def test_all_funds_together() -> None:
    paid = Breakdown(*(np.array([amount]) for amount in (1_000_000, 1, 20, 300, 4_000)))
    assert paid.fund_total.tolist() == [4_321], "the deductible is a base, not a payer"
    assert Breakdown.zeros(3).fund_total.tolist() == [0, 0, 0]


def test_care_types_are_in_the_order_of_the_tests() -> None:
    assert CARE_TYPES == ("inpatient", "outpatient", "chronic", "pharmacy")
