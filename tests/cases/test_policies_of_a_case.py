"""May a case name any policy, is each explained, and is one that fails or asks too much told?"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from case_example import plain
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.errors import InputError, PolicyError
from settlement_sim.policies.answers import DIRECT, Advances, Breakdown, Route, Scope
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.views import Bills, Claims, Money, Needs, Standing
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Rules
from settlement_sim.study.adjudicate import explain_claim
from settlement_sim.study.bill import SettledCase, settle
from settlement_sim.study.case import Case, Policies
from settlement_sim.study.case_load import load_case
from settlement_sim.vocabulary import ITEMS
from settlement_sim.world.geography import Geography

FOLDER = Path(__file__).parent
OWN = FOLDER / "own_policies" / "half_above_deductible.yaml"
BORDER = {"pool": "suining", "unit": "anju", "level": "2"}


def problems(source: Any, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        settle(source, **options)
    return [str(problem) for problem in caught.value.problems]


def lines(settled: SettledCase) -> dict[str, Any]:
    return {line.step.en: line for line in settled.lines}


# Policies that the lines do not know


@policy("access", name="own_access")
class OwnAccess(Policy):
    """Reads every column, asks a rule, and costs seven points."""

    def route(self, needs: Needs, rules: Rules) -> Route:
        read = [getattr(needs, name) for name in Needs.__annotations__]
        assert all(len(column) == 1 for column in read)
        return Route(np.array([DIRECT]), np.array([700]), np.array([0]))


@policy("catalogue", name="own_catalogue")
class OwnCatalogue(Policy):
    """Everything of class A is in scope, everything else outside."""

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        assert rules.place("catalogue.advance", bills.care_place, ITEMS.index("drug_b")) == 1_000
        nothing, inside = np.zeros_like(bills.total_fee), bills.items[ITEMS.index("drug_a")]
        return Scope(bills.total_fee - inside, nothing, nothing, inside)


@policy("catastrophic", name="own_catastrophic")
class OwnCatastrophic(Policy):
    """A tenth of the burden of everybody, employees too."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        used = standing.read("catastrophic_fund")
        assert used.tolist() == [12_300]
        return Breakdown.of(catastrophic_fund=claims.burden() // 10, adds={"catastrophic_fund": claims.burden() // 10})


@policy("assistance", name="own_assistance")
class OwnAssistance(Policy):
    """What catastrophic insurance has paid, once more, by the rules of the district."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        rules.take("tilt.threshold", claims.rule, unit=claims.unit)
        return Breakdown.of(medical_assistance=claims.paid["catastrophic_fund"])


@policy("channel", name="own_channel")
class OwnChannel(Policy):
    """All in cash, a deposit of one yuan."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        rest = claims.total_fee - claims.fund_total
        return Advances(0 * rest, rest, rest >= 0, deposit=np.array([100]))


ALL_OWN = {
    "access": OwnAccess(), "catalogue": OwnCatalogue(), "channel": OwnChannel(),
    "benefit": {"catastrophic": OwnCatastrophic(), "assistance": OwnAssistance()},
}  # fmt: skip
EVERYTHING_OWN = plain(
    person={"unit": "yubei"},
    year_so_far={"year": "2024", "catastrophic_fund": "123.00"},
    claim={"hospital": BORDER, "bill": {"drug_a": "1440.00", "drug_b": "60.00"}},
) | {"policies": ALL_OWN}


def test_every_slot_may_be_filled_with_policies_of_ones_own() -> None:
    settled = settle(EVERYTHING_OWN)
    # deductible 440.00; 1,000.00 × (87 % − 7 %) = 800.00; burden 640.00; a tenth 64.00, twice
    assert {name: fen for name, fen in settled.columns.items() if fen} == {
        "total_fee": 150_000, "outside_scope": 6_000, "in_scope": 144_000, "deductible_paid": 44_000,
        "pooled_fund": 80_000, "catastrophic_fund": 6_400, "medical_assistance": 6_400, "cash": 57_200,
        "fund_total": 92_800, "person_total": 57_200, "cleared": 92_800,
    }  # fmt: skip
    assert settled.memo == {"claimed_later": 0, "deposit": 100, "unpaid": 0}
    assert settled.standing["catastrophic_fund"] == 18_700


def test_a_policy_of_ones_own_is_explained_by_the_rules_it_asked_for() -> None:
    said = lines(settle(EVERYTHING_OWN))
    cited = [rule.address for rule in said["as policy own_catalogue decides"].rules]
    assert cited == ["catalogue.advance[suining, drug_b]"]
    (rule,) = said["as policy own_assistance decides"].rules
    assert (rule.address, rule.value) == ("tilt.threshold[yubei, none]", "3000.00")
    assert said["filing tier long_term_resident"].formula == "own_access: − 7 %"
    assert said["as policy own_channel decides"].rules == ()


def test_a_policy_from_a_file_beside_the_case() -> None:
    said = lines(settle(OWN))["as policy half_above_deductible decides"]
    assert said.formula == "pays 50"
    assert [(rule.address, rule.value) for rule in said.rules] == [("inpatient.deductible[3]", "880.00")]


def test_plug_ins_may_be_forbidden() -> None:
    (found,) = problems(OWN, plugins=False)
    assert found.endswith(
        "found 'half_above_deductible.py:HalfAboveDeductible'; expected a built-in policy, since plug-ins are forbidden"
    )
    assert f"{OWN}:4:29: " in found
    result = CliRunner().invoke(main, ["settle", str(OWN), "--no-plugins"])
    assert result.exit_code == 2 and result.stdout == ""


# Policies that fail


class _Failing(Policy):
    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Any:
        raise ZeroDivisionError("by nobody")


@policy("basic", name="raises")
class Raises(_Failing):
    """Raises."""


@policy("basic", name="negative")
class Negative(_Failing):
    """Pays less than nothing."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        return Breakdown.of(pooled_fund=-claims.in_scope)


@policy("basic", name="generous")
class Generous(_Failing):
    """Pays more than is in scope."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        return Breakdown.of(pooled_fund=claims.in_scope + 1)


@policy("basic", name="elsewhere")
class Elsewhere(_Failing):
    """Pays what another layer pays."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        return Breakdown.of(catastrophic_fund=claims.in_scope)


@policy("basic", name="fractions")
class Fractions(_Failing):
    """Pays fractions of a fen."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        return Breakdown.of(pooled_fund=claims.in_scope / 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failing", "what"),
    [
        (Raises(), "raised ZeroDivisionError: by nobody"),
        (Negative(), "returned a negative pooled_fund"),
        (Generous(), "returned funds above what is in scope"),
        (Elsewhere(), "returned amounts of 'catastrophic_fund'"),
        (Fractions(), "returned pooled_fund as float64"),
    ],
)
def test_a_policy_that_fails_is_named(failing: Policy, what: str) -> None:
    with pytest.raises(PolicyError) as caught:
        settle(plain() | {"policies": {"benefit": {"basic": failing}}})
    assert str(caught.value).startswith(f"policy {failing.name} of slot basic, 2024-05-15, need claim 1: {what}")


@policy("catalogue", name="leaky")
class Leaky(Policy):
    """Loses a fen of the bill."""

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        nothing = 0 * bills.total_fee
        return Scope(nothing, nothing, nothing, bills.total_fee - 1)


@policy("channel", name="greedy")
class Greedy(Policy):
    """Asks for the whole bill."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        return Advances(0 * balance, claims.total_fee, balance >= 0)


@policy("channel", name="never_paid")
class NeverPaid(Policy):
    """More is never paid than was due."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        cash = claims.total_fee - claims.fund_total
        return Advances(0 * balance, cash, balance >= 0, unpaid=cash + 1)


@pytest.mark.parametrize(
    ("policies", "what"),
    [
        ({"catalogue": Leaky()}, "slot catalogue, 2024-05-15, need claim 1: returned parts that are not the bill"),
        ({"channel": Greedy()}, "returned an account and cash that do not pay the rest of the bill"),
        ({"channel": NeverPaid()}, "returned more unpaid than was due in cash"),
    ],
)
def test_an_identity_that_a_policy_breaks_is_named(policies: dict[str, Any], what: str) -> None:
    with pytest.raises(PolicyError) as caught:
        settle(plain(claim={"bill": {"drug_a": "1880.00"}}) | {"policies": policies})
    assert str(caught.value).endswith(what)


def test_a_failing_policy_exits_2(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text(
        "from settlement_sim.policies.base import Policy, policy\n\n\n"
        '@policy("basic")\nclass Failing(Policy):\n    def adjudicate(self, claims, standing, rules):\n'
        "        return claims.in_scope\n",
        "utf-8",
    )
    case = tmp_path / "case.yaml"
    text = OWN.read_text("utf-8").replace("half_above_deductible.py:HalfAboveDeductible", "failing.py:Failing")
    case.write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["settle", str(case)])
    assert result.exit_code == 2
    assert (
        "policy failing of slot basic, 2024-06-14, need claim 1: returned ndarray; expected Breakdown" in result.stderr
    )


# What a case must tell


def access(**parameters: Any) -> dict[str, Any]:
    return {"policies": {"access": {"use": "filing_required", "with": parameters}}}


def test_filed_late_needs_a_policy_that_asks() -> None:
    case = plain(claim={"filed_late": "no"})
    assert problems(case | access()) == [
        "claim.filed_late: found 'no'; expected it left out, since filing_required with these parameters does not ask "
        "who files late"
    ]
    settled = settle(case | access(late_filers="99"))
    assert (settled.splits[0].path, settled.splits[0].reason) == ("manual", "not_filed")
    settled = settle(plain(claim={"filed_late": "yes"}) | access(late_filers="1"))
    assert (settled.splits[0].path, settled.splits[0].reason) == ("direct", "filed_late")


def test_chance_is_told_once_and_for_what_is_asked() -> None:
    both = plain(claim={"filed_late": "no", "uniforms": {"late_filing": "3"}}) | access(late_filers="99")
    assert problems(both) == ["claim.filed_late: found filed_late beside uniforms.late_filing; expected one of them"]
    unknown = plain(claim={"uniforms": {"pth": "3"}})
    assert problems(unknown) == ["claim.uniforms.pth: found key 'pth'; expected what the policies ask for: path"]
    assert problems(plain(claim={"uniforms": {"path": "10000"}})) == [
        "claim.uniforms.path: found '10000'; expected a whole number from 0 to 9999"
    ]


def test_a_unit_lies_in_its_pool() -> None:
    (found,) = problems(plain(person={"unit": "yubai"}))
    assert found.startswith("person.unit: found 'yubai'; expected a unit of chongqing: wanzhou, ")
    assert found.endswith("did you mean 'yubei'?")
    (found,) = problems(plain(claim={"hospital": {"pool": "chengdu", "unit": "anju", "level": "3"}}))
    assert found == "claim.hospital.unit: found 'anju'; expected a unit of chengdu: chengdu"
    (found,) = problems(plain(person={"unit": "yubei", "residence": "nowhere"}))
    assert found.startswith("person.residence: found 'nowhere'; expected a unit of the map: ")


@pytest.mark.parametrize(
    ("known", "asked"),
    [({}, "person.unit"), ({"unit": "yubei"}, "hospital.unit"), ({"residence": "yubei"}, "hospital.unit")],
)
def test_a_policy_that_asks_for_a_place_needs_one(known: dict[str, str], asked: str) -> None:
    far = {"access": f"{FOLDER}/own_policies/commuters.py:Commuters"}
    place = f"claim.{asked}" if asked.startswith("hospital") else asked
    assert problems(plain(person=known) | {"policies": far}) == [
        f"{place}: found no unit; expected {asked}: the access policy asks for it"
    ]


def test_distance_is_measured_from_home() -> None:
    far = {"access": f"{FOLDER}/own_policies/commuters.py:Commuters"}
    case = plain(person={"unit": "wuxi", "residence": "anju"}, claim={"hospital": BORDER}) | {"policies": far}
    assert settle(case).splits[0].reason == "near"


def test_without_units_nobody_is_at_the_border() -> None:
    local = {"access": "border_local"}
    for person, hospital in (({}, {}), ({"unit": "tongnan"}, {}), ({}, {"unit": "anju"})):
        case = plain(person=person, claim={"hospital": {"pool": "suining", "level": "2", **hospital}})
        assert settle(case | {"policies": local}).splits[0].reason == "otherwise"


def test_both_units_lie_on_opposite_sides_of_the_border() -> None:
    hospital = {"pool": "chongqing", "unit": "tongnan", "level": "2"}
    case = plain(person={"unit": "dazu"}, claim={"hospital": hospital}) | {"policies": {"access": "border_local"}}
    assert settle(case).splits[0].reason == "otherwise"


def test_a_policy_leaves_the_decision_to_another() -> None:
    inner = {"use": "network", "with": {"otherwise": {"use": "filing_required", "with": {"cut_other": 15}}}}
    case = plain() | {"policies": {"access": {"use": "border_local", "with": {"otherwise": inner}}}}
    settled = settle(case)
    told = [line.formula for line in settled.lines if line.step.en == "which leaves it to"]
    assert told == ["network: linked", "filing_required: filed_late"]
    assert lines(settled)["filing tier other"].formula == "border_local: − 15 %"


NAMED = "a policy by name, or {use: …, with: {…}}"
ACCESS = "a policy of slot access: filing_free, filing_required, border_local, network, referral_green_channel"


def local(otherwise: Any) -> dict[str, Any]:
    return {"access": {"use": "border_local", "with": {"otherwise": otherwise}}}


#: Policies of a case, and what is said about them: where, what was found, what was expected, the nearest name.
REFUSED = [
    ({"acess": "filing_free"}, "acess", "key 'acess'", "one of access, catalogue, benefit, channel", "access"),
    ({"access": {"usee": "filing_free"}}, "access.usee", "key 'usee'", "use or with", "use"),
    ({"access": ["filing_free"]}, "access", "no name", NAMED, ""),
    ({"access": {"use": "filing_free", "with": "3"}}, "access.with", "no mapping", NAMED, ""),
    (
        {"benefit": {"basic": "care_plase"}},
        "benefit.basic",
        "'care_plase'",
        "a policy of slot basic: insured_place, care_place",
        "care_place",
    ),
    (
        {"channel": "filing_free"},
        "channel",
        "'filing_free'",
        "a policy of slot channel: direct, one_stop, manual, treat_first_pay_later (filing_free is one of slot access)",
        "",
    ),
    (
        {"channel": {"use": "one_stop", "with": {"depozit": "3"}}},
        "channel.with.depozit",
        "key 'depozit'",
        "a parameter of one_stop: deposit, reversed, reversed_after, basket_cap",
        "deposit",
    ),
    (
        local({"use": "network", "with": {"level1": "3"}}),
        "access.with.otherwise.with.level1",
        "key 'level1'",
        "a parameter of network: community, level_1, level_2, level_3, pharmacy, otherwise",
        "level_1",
    ),
    ({"access": None}, "access", "no name", NAMED, ""),
    ({"access": {"with": {}}}, "access", "no 'use'", NAMED, ""),
    (
        {"benefit": "none"},
        "benefit",
        "'none'",
        "a mapping with basic, catastrophic, assistance",
        "",
    ),
    (local("networc"), "access.with.otherwise", "'networc'", ACCESS, "network"),
    (local({"use": "networc"}), "access.with.otherwise.use", "'networc'", ACCESS, "network"),
]


@pytest.mark.parametrize(("policies", "where", "found", "expected", "close"), REFUSED)
def test_refused(policies: dict[str, Any], where: str, found: str, expected: str, close: str) -> None:
    hint = f"; did you mean {close!r}?" if close else ""
    said = f"policies.{where}: found {found}; expected {expected}{hint}"
    assert problems(plain() | {"policies": policies})[0] == said


# Explained from elsewhere


def test_a_claim_of_a_run_is_explained_by_the_same_lines() -> None:
    data = plain() | {"policies": Policies(channel="direct")}
    case = Case.model_validate(data)
    split = explain_claim(case)
    assert split.columns == settle(data).columns
    assert split.lines == explain_claim(case, RuleBook.load(), Geography.load()).lines
    assert explain_claim(load_case(OWN).case).columns["pooled_fund"] == 500_000


def test_only_one_claim_is_explained_at_a_time() -> None:
    case = load_case(FOLDER / "cq_reversal_and_claim_by_hand.yaml").case
    with pytest.raises(ValueError, match="a case with `claim`"):
        explain_claim(case)


@policy("channel", name="closed")
class Closed(Policy):
    """No purchase is a settlement."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        rest = claims.total_fee - claims.fund_total
        return Advances(0 * rest, rest, rest < 0)


def test_what_a_channel_of_ones_own_calls_no_settlement_is_none() -> None:
    settled = settle(plain() | {"policies": {"channel": Closed()}})
    assert set(settled.columns.values()) == {0}
    assert set(settled.standing.values()) == {0}
    assert not settled.settles
