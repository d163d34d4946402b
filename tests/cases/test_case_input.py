"""Is a wrong case told where it is wrong, all at once, and without a traceback?"""

import re
from pathlib import Path
from typing import Any

import pytest
from case_example import plain
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.study.bill import settle

SECOND = Path(__file__).parent / "cq_retired_second_admission.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["settle", *arguments])


def problems(source: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        settle(source)
    return [str(problem) for problem in caught.value.problems]


def write(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = SECOND.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_unknown_key_is_told_with_place_and_nearest_name(tmp_path: Path) -> None:
    (found,) = problems(write(tmp_path, ("account: 2500.00}", "acount: 2500.00}")))
    assert found == (
        f"{tmp_path}/case.yaml:3:108: found key 'acount'; expected one of pool, scheme, status, born, unit, residence, "
        "tier, assistance, filing, filing_until, account; did you mean 'account'?"
    )


def test_a_thousands_comma_is_explained(tmp_path: Path) -> None:
    (inside,) = problems(write(tmp_path, ("in_scope: 16000.00", "in_scope: 16,000.00")))
    assert "'16,000.00', which YAML reads as separate entries inside {…} or […]" in inside
    block = "bill:\n    in_scope: 16,000.00\n"
    text = SECOND.read_text(encoding="utf-8")
    path = tmp_path / "block.yaml"
    path.write_text(re.sub(r"bill: \{.*\}\n", block, text), encoding="utf-8")
    (found,) = problems(path)
    assert found.endswith(
        "block.yaml:11:15: found '16,000.00'; expected a number without a thousands comma, such as 16000.00: "
        "inside {…} YAML would read two keys"
    )


def test_a_bad_date_is_told(tmp_path: Path) -> None:
    (found,) = problems(write(tmp_path, ("2024-05-15 10:30", "2024-05-32 10:30")))
    assert found.endswith("case.yaml:9:15: found '2024-05-32 10:30'; expected a day that exists")
    (found,) = problems(write(tmp_path, ("2024-05-15 10:30", "15 May")))
    assert "found '15 May'; expected a date and time such as 2024-05-06 09:00, or a date" in found


def test_the_year_so_far_is_that_of_discharge(tmp_path: Path) -> None:
    (found,) = problems(write(tmp_path, ("year: 2024", "year: 2023")))
    assert found.endswith(
        "case.yaml:4:21: found '2023'; expected 2024, the year of discharge: it is the insurance year of the claim"
    )


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(
        write(
            tmp_path,
            ("pool: chongqing", "pool: chongqin"),
            ("status: retired", "status: adult"),
            ("year: 2024", "year: 2023"),
            ("discharges: 1", "discharges: -1"),
            ("1200.00", "1200.005"),
            ("cash:", "kash:"),
        )
    )
    assert [re.sub(r".*case\.yaml:(\d+):\d+: found (.*?);.*", r"\1 \2", problem) for problem in found] == [
        "3 'chongqin'", "3 'adult'", "4 '2023'", "4 '-1'", "10 '1200.005'", "15 key 'kash'",
    ]  # fmt: skip


def test_bad_input_exits_2_with_one_line_each(tmp_path: Path) -> None:
    result = run(str(write(tmp_path, ("year: 2024", "year: 2023"), ("status: retired", "status: minor"))))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2
    assert result.stdout == ""
    missing = run(str(tmp_path / "cases.yaml"))
    assert missing.exit_code == 2
    assert "no such file" in missing.stderr
    assert "did you mean 'case.yaml'?" in missing.stderr


#: A change of a good case, and what is said about it: where, what was found, what was expected.
REFUSED = [
    (
        {"person": {"status": "minor"}},
        "person.status",
        "'minor'",
        "active or retired for scheme employee",
    ),
    (
        {"person": {"tier": "1"}},
        "person.tier",
        "'1'",
        "no tier: only residents have one",
    ),
    (
        {"person": {"filing_until": "2024-01-01"}},
        "person.filing_until",
        "'2024-01-01'",
        "a filing that it could end",
    ),
    (
        {"person": {"born": "2024-06-01"}},
        "person.born",
        "2024-06-01",
        "a day of birth before the claim",
    ),
    (
        {"person": {"born": "1885-06-01"}},
        "person.born",
        "1885-06-01",
        "a person of at most 120 years",
    ),
    (
        {"person": {"pool": None}},
        "person.pool",
        "no 'pool'",
        "it, since it is required",
    ),
    (
        {"person": {"account": 10.5}},
        "person.account",
        "10.5, a number that may have lost its fen",
        "an amount of yuan as text, such as '1234.50'",
    ),
    (
        {"person": {"account": "-1.00"}},
        "person.account",
        "'-1.00'",
        "an amount that is not negative",
    ),
    (
        {"claim": {"discharged": "2024-05-05"}},
        "claim.discharged",
        "a discharge 2024-05-05 before the admission 2024-05-06",
        "a discharge at or after the admission",
    ),
    (
        {"claim": {"discharged": None}},
        "claim.discharged",
        "a stay without 'discharged'",
        "discharged: YYYY-MM-DD HH:MM",
    ),
    (
        {"claim": {"on": "2024-05-06"}},
        "claim.on",
        "'on' of a stay",
        "admitted and discharged instead",
    ),
    (
        {"claim": {"hospital": {"pool": "chengdu", "level": "pharmacy"}}},
        "claim.hospital.level",
        "a stay at a pharmacy",
        "the level of a hospital",
    ),
    (
        {"claim": {"bill": {"total_fee": "5.00"}}},
        "claim.bill.total_fee",
        "key 'total_fee'",
        "the scope parts or the item classes: a total alone does not say what is in scope",
    ),
    (
        {"claim": {"cut": "120"}},
        "claim.cut",
        "'120'",
        "points from 0 to 100",
    ),
    (
        {"claim": {"emergency": "maybe"}},
        "claim.emergency",
        "'maybe'",
        "one of yes, no",
    ),
    (
        {"year_so_far": {"discharges": "0"}},
        "year_so_far.year",
        "no 'year'",
        "it, since it is required",
    ),
    (
        {"year_so_far": {"year": "2024", "discharges": "367"}},
        "year_so_far.discharges",
        "'367'",
        "less than or equal to 366",
    ),
    (
        {"policies": {"access": "filing_fre"}},
        "policies.access",
        "'filing_fre'",
        "a policy of slot access: filing_free, filing_required, border_local, network, referral_green_channel; "
        "did you mean 'filing_free'?",
    ),
    (
        {"policies": {"access": {"use": "filing_required", "with": {"cut_other": "30"}}}},
        "policies.access.with.cut_other",
        "'30'",
        "at most 20, the ceiling that the rule sets",
    ),
    (
        {"expect": {"settlements": "2"}},
        "expect.settlements",
        "'2'",
        "1, or 0 for a purchase that is no settlement",
    ),
]


@pytest.mark.parametrize(("change", "where", "found", "expected"), REFUSED, ids=[row[1] for row in REFUSED])
def test_refused(change: dict[str, Any], where: str, found: str, expected: str) -> None:
    assert problems(plain(**change)) == [f"{where}: found {found}; expected {expected}"]


def test_a_bill_is_in_parts_or_in_items() -> None:
    (found,) = problems(plain(claim={"bill": {"in_scope": "5.00", "drug_a": "5.00"}}))
    assert found.startswith("claim.bill: found in_scope together with drug_a; expected either the scope parts (")
    (found,) = problems(plain(claim={"bill": {}}))
    assert found.startswith("claim.bill: found an empty bill; expected either the scope parts (")


def test_tier_and_status_of_residents() -> None:
    resident = {"scheme": "resident", "status": "adult"}
    assert problems(plain(person=resident)) == [
        "person.tier: found no tier; expected the premium tier of a resident, 1 or 2"
    ]
    minor = {**resident, "status": "minor", "tier": "1"}
    assert problems(plain(person=minor)) == [
        "person.status: found 'minor' at an age of about 39; expected a status that fits: adult from 18"
    ]
    rich = {**resident, "tier": "1", "account": "5.00"}
    assert problems(plain(person=rich)) == [
        "person.account: found '5.00'; expected no account: only employees have one"
    ]


def test_a_day_before_every_rule_is_bad_input() -> None:
    (found,) = problems(plain(claim={"admitted": "2022-05-06", "discharged": "2022-05-15"}))
    assert found.startswith("claim.discharged: found no rule is in force on 2022-05-15; the first begins on 2022-10-01")
