"""Does every hand-worked bill come out to the fen, with every line explained?"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from case_example import plain
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.commands.settle import settle as command
from settlement_sim.errors import BrokenLaw
from settlement_sim.money import parse_fen
from settlement_sim.policies.answers import FUNDS
from settlement_sim.policies.base import BENEFIT
from settlement_sim.policies.registry import Registry
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES
from settlement_sim.rules.book import RuleBook
from settlement_sim.study import trace_basic
from settlement_sim.study.bill import SettledCase, settle
from settlement_sim.study.case import Case, Claim, ListedClaim, YearSoFar
from settlement_sim.study.split import Split
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES, FILINGS, LEVELS, SCHEMES, STATUSES, TIERS

FOLDER = Path(__file__).parent
#: Cases with rules or policies of their own stand in folders of their own.
CASES = sorted(path for folder in (".", "other_cities", "own_policies") for path in (FOLDER / folder).glob("*.yaml"))
SECOND = FOLDER / "cq_retired_second_admission.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["settle", *arguments])


# Hand-worked bills


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_bill(path: Path) -> None:
    settled = settle(path)
    worked = [settled.case.work, *(row.work for row in settled.case.claims if isinstance(row, ListedClaim))]
    assert any(worked), "the arithmetic is written down"
    assert settled.compared, "amounts are expected"
    assert not settled.differences, "as worked by hand"
    for split in settled.splits:
        identities_hold(split)
    json.dumps(settled.to_dict())


def identities_hold(split: Split) -> None:
    c = split.columns
    assert list(c) == [*MONEY_NAMES, *(column.name for column in ALWAYS_ZERO), *DERIVED_NAMES], "every column"
    parts = c["outside_scope"] + c["above_price_limit"] + c["advance_self_pay"] + c["in_scope"]
    funds = sum(c[fund] for fund in FUNDS)
    assert c["total_fee"] == parts, "the four scope parts are the bill"
    assert c["total_fee"] == funds + c["personal_account"] + c["cash"], "the payers are the bill"
    assert c["fund_total"] == funds
    assert c["person_total"] == c["personal_account"] + c["cash"]
    assert c["cleared"] == funds + c["personal_account"], "what crosses the border"
    if not split.reverses:
        assert min(c.values()) >= 0, "nobody pays a negative amount"
        assert split.memo["claimed_later"] <= c["cash"], "what is claimed later was advanced"


def every_claim() -> Iterator[tuple[Case, Claim]]:
    for path in CASES:
        case = settle(path).case
        yield from ((case, row) for row in case.rows if isinstance(row, Claim))


def test_the_cases_speak_about_every_label() -> None:
    cases, claims = zip(*every_claim(), strict=True)
    assert {case.person.scheme for case in cases} == set(SCHEMES)
    assert {case.person.status for case in cases} == set(STATUSES)
    assert {case.person.tier for case in cases} == set(TIERS)
    assert {case.person.assistance for case in cases} == set(ASSISTANCE)
    assert {claim.care_type for claim in claims} == set(CARE_TYPES)
    assert {claim.hospital.level for claim in claims} == set(LEVELS)
    # "emergency" is what access makes of an emergency.
    assert {case.person.filing for case in cases} == set(FILINGS) - {"emergency"}


def test_the_cases_try_every_policy_of_a_claim() -> None:
    cases = [case for case, _ in every_claim()]
    for slot in ("access", "catalogue", *BENEFIT, "channel"):
        tried = {case.policies.of(slot).name for case in cases}
        assert set(Registry(plugins=False).of_slot(slot)) <= tried, f"built-in policies of {slot}"


def test_the_cases_give_every_reason_of_the_access_policies() -> None:
    given = {(settle(path).case.policies.access.name, s.reason) for path in CASES for s in settle(path).splits}
    known = {(p.name, label) for p in Registry(plugins=False).of_slot("access").values() for label in p.reasons}
    # The packaged shares settle nobody by hand below the least likely of chances, except where a case says so.
    assert known - given <= {
        ("filing_required", label) for label in ("none", "by_hand")
    } | {("referral_green_channel", "otherwise")}  # fmt: skip


def test_the_cases_cite_every_rule_and_move_every_column() -> None:
    settled = [settle(path) for path in CASES]
    cited = {rule.leaf for case in settled for line in case.lines for rule in line.rules}
    # The account is credited each month, and the list of diseases decides who travels at all.
    of_settlement = {name for name, leaf in RuleBook.load().leaves.items() if not leaf.of_careers}
    assert of_settlement - cited == {"account.monthly_credit", "chronic.listed"}, "not a rule of a bill"
    zero = {column.name for column in ALWAYS_ZERO}
    for name in {*settled[0].columns, *settled[0].memo} - zero:
        assert len({{**case.columns, **case.memo}[name] for case in settled}) > 1, f"{name} varies"
    assert {name for case in settled for name, used in case.standing.items() if used} == set(STANDING)


def test_the_year_so_far_has_the_columns_of_standing() -> None:
    assert set(YearSoFar.model_fields) == {"year", *STANDING}


def test_one_claim_leaves_behind_what_the_next_begins_with() -> None:
    first = settle(FOLDER / "cd_catastrophic_across_brackets.yaml").standing
    second = settle(FOLDER / "cd_catastrophic_second_claim_of_the_year.yaml").case.year_so_far
    assert second is not None
    used = {name: getattr(second, name) for name in STANDING if getattr(second, name)}
    assert used == {
        "discharges": 1,
        "pooled_fund": 3_000_000,
        "inpatient_deductible": 50_000,
        "catastrophic_base": 4_050_000,
        "catastrophic_fund": 1_755_000,
    }
    assert {name: amount for name, amount in first.items() if amount} == used


def test_a_purchase_without_settlement_leaves_the_year_alone() -> None:
    settled = settle(FOLDER / "cq_pharmacy_account_empty.yaml")
    assert not settled.settles
    assert set(settled.columns.values()) == {0}
    assert set(settled.standing.values()) == {0}


def test_a_resident_at_a_pharmacy_has_no_account_to_settle_with() -> None:
    resident = {"scheme": "resident", "status": "adult", "tier": "2"}
    where = {"care_type": "pharmacy", "hospital": {"pool": "chengdu", "level": "pharmacy"}}
    when = {"on": "2024-05-06", "admitted": None, "discharged": None}
    case = plain(person=resident, claim={**where, **when})
    assert not settle(case).settles


# Lines


def line(settled: SettledCase, english: str) -> Any:
    return next(found for found in settled.lines if found.step.en == english)


def test_a_line_shows_formula_and_rule() -> None:
    settled = settle(SECOND)
    due = line(settled, "admission 2 of the year")
    (rule,) = due.rules
    assert (due.formula, due.amount) == ("880.00 × 90 % = 792.00", 79_200)
    assert (rule.address, rule.value, rule.unit, rule.grade) == (
        "inpatient.deductible_share[2]", "90", "percent", "secondary",
    )  # fmt: skip
    assert (str(rule.start), rule.from_known) == ("2022-10-01", False)
    assert rule.source.zh == "重庆职工医保住院与门诊待遇（网页汇总）"


def test_every_printed_formula_ends_in_its_amount() -> None:
    for path in CASES:
        for found in settle(path).lines:
            if found.amount is not None and re.search(r"= [\d,.]+$", found.formula):
                last = found.formula.rsplit("= ", 1)[1].replace(",", "")
                assert parse_fen(last) == found.amount, f"{path.stem}: {found.formula}"


def test_a_dated_rule_names_its_days() -> None:
    (rule,) = line(settle(FOLDER / "cd_threshold_of_2023.yaml"), "threshold of catastrophic insurance").rules
    assert (rule.value, str(rule.start), str(rule.until)) == ("17500.00", "2023-01-01", "2023-12-31")


def test_an_inheriting_prefecture_says_so() -> None:
    settled = settle(FOLDER / "nanchong_resident_inherits_chengdu.yaml")
    ratio = line(settled, "ratio of the pooled fund").rules[0]
    assert (ratio.grade, ratio.inherited_from) == ("assumption", "chengdu")
    shown = run(str(FOLDER / "nanchong_resident_inherits_chengdu.yaml"), "--lang", "en").output
    assert "stands in from chengdu" in " ".join(shown.split())


def test_lines_that_differ_from_the_policies_are_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_basic, "share", lambda fen, bp: fen * bp // 10_000 + 1)
    with pytest.raises(BrokenLaw, match="the lines of a bill differ from the policies: deductible_paid is"):
        settle(SECOND)


def test_amounts_in_json_are_fen_and_text() -> None:
    result = run(str(SECOND), "--json")
    shown = json.loads(result.output)
    assert result.exit_code == 0
    assert shown["columns"]["pooled_fund"] == {"fen": 1_444_760, "yuan": "14447.60"}
    assert shown["columns"]["hospital_borne"] == {"fen": 0, "yuan": "0.00"}
    assert shown["expected"]["cash"] == {"fen": 169_240, "yuan": "1692.40"}
    assert shown["year_after"]["discharges"] == 2
    assert shown["differences"] == []
    rules = [rule for each in shown["lines"] for rule in each["rules"]]
    assert {"leaf", "value", "unit", "from", "from_known", "grade", "source"} <= set(rules[0])


def test_a_case_may_be_a_mapping() -> None:
    settled = settle(plain())
    assert (settled.columns["deductible_paid"], settled.columns["pooled_fund"]) == (88_000, 85_000)
    assert settled.path is None


# The command


def test_the_command_speaks_both_languages() -> None:
    chinese, english = run(str(SECOND), "--lang", "zh"), run(str(SECOND), "--lang", "en")
    assert (chinese.exit_code, english.exit_code) == (0, 0)
    assert "统筹基金：15,208.00 × 95 % = 14,447.60" in chinese.output
    assert "现行，起始日不详 · 二手资料 · [1]" in "".join(chinese.output.split("\n    ")).replace("  ", "")
    assert "pooled fund: 15,208.00 × 95 % = 14,447.60" in english.output
    assert "as worked by hand: 6 columns" in english.output
    assert "[1] Chongqing employee medical insurance" in english.output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_cut_short(lang: str) -> None:
    for path in CASES[::5]:
        assert "…" not in run(str(path), "--lang", lang).output.split("worked by hand")[0].split("手工演算")[0]


def test_the_help_has_an_example() -> None:
    assert "settlement-sim settle tests/cases/" in run("--help").output
    assert isinstance(command, click.Command)


def test_a_wrong_expectation_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(SECOND.read_text(encoding="utf-8").replace("14447.60,", "14447.61,"), encoding="utf-8")
    result = run(str(path), "--lang", "en")
    assert result.exit_code == 1
    assert "pooled_fund: expected 14,447.61, got 14,447.60 (off by -0.01)" in result.stderr
    assert run(str(path), "--json").exit_code == 1


def test_a_rule_of_another_place_names_it() -> None:
    mutual = settle(FOLDER / "cd_mutual_catalogue_union.yaml")
    cited = [rule.address for rule in line(mutual, "drug_b: advance self-pay").rules]
    assert cited == ["catalogue.advance[chongqing, drug_b]", "catalogue.advance[chengdu, drug_b]"]
    there = settle(FOLDER / "cq_care_place_benefit_retired.yaml")
    assert [rule.address for rule in line(there, "deductible").rules] == ["inpatient.deductible[chengdu, 3]"]
    district = settle(FOLDER / "cq_yubei_tilt_layer.yaml")
    (rule,) = line(district, "ratio of the tilt layer").rules
    assert (rule.address, rule.grade) == ("tilt.ratio[yubei, near_low_income]", "official")
    assert rule.to_dict()["place"] == "yubei"


def test_what_stands_beside_a_settlement_is_shown() -> None:
    said = run(str(FOLDER / "cq_assistance_claimed_later.yaml"), "--lang", "en").output
    beside = "beside the settlement: fund money advanced by the patient and claimed later by hand 8,494.29"
    assert beside in " ".join(said.split())
    assert "cash of the patient once that is paid back: 11,325.72" in " ".join(said.split())
    shown = json.loads(run(str(FOLDER / "cq_assistance_claimed_later.yaml"), "--json").stdout)
    assert shown["memo"]["claimed_later"] == {"fen": 849_429, "yuan": "8494.29"}
    assert (shown["path"], shown["reason"], shown["account_after"]["fen"]) == ("direct", "no_filing_asked", 0)


def test_a_listed_bill_is_shown_line_by_line() -> None:
    settled = settle(FOLDER / "cq_bill_listed_by_items.yaml")
    listed = line(settled, "consumable 输液管路")
    assert (listed.formula, listed.amount) == ("250.00 × 4 = 1,000.00", 100_000)
    assert line(settled, "drug_uncovered 营养口服液").formula == ""
