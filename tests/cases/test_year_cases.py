"""Do the claims of a person's year follow each other as they should, and are impossible ones refused?"""

import json
from pathlib import Path
from typing import Any

import pytest
from case_example import plain
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.errors import InputError
from settlement_sim.policies.views import STANDING
from settlement_sim.report.bill_words import difference_text
from settlement_sim.study.bill import settle

FOLDER = Path(__file__).parent
REVERSAL = FOLDER / "cq_reversal_and_claim_by_hand.yaml"
YEAR = FOLDER / "cq_year_of_a_retiree.yaml"


def stay(last: str, **changes: Any) -> dict[str, Any]:
    """A stay of 1,880.00 in scope at level 3 that ends on a day."""
    claim = plain()["claim"] | {"admitted": last, "discharged": last} | changes
    return {key: value for key, value in claim.items() if value is not None}


def purchase(day: str) -> dict[str, Any]:
    return {
        "care_type": "pharmacy", "hospital": {"pool": "chengdu", "level": "pharmacy"}, "on": day,
        "bill": {"in_scope": "50.00"},
    }  # fmt: skip


def year(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A case with these rows."""
    return {key: value for key, value in plain().items() if key != "claim"} | {"claims": list(rows)} | more


def problems(source: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        settle(source)
    return [str(problem) for problem in caught.value.problems]


def problem(*rows: dict[str, Any], **more: Any) -> str:
    (found,) = problems(year(*rows, **more))
    return found


# one after the other


def test_claims_are_adjudicated_in_the_order_of_decision() -> None:
    settled = settle(FOLDER / "cq_december_stay_decided_in_february.yaml")
    assert [split.number for split in settled.splits] == [2, 1, 3]
    assert [split.day_text for split in settled.splits] == ["2024-01-15", "2024-02-15", "2024-02-20"]
    assert [split.year for split in settled.splits] == [2024, 2023, 2024]
    assert set(settled.years) == {2023, 2024}


def test_claims_of_one_day_stay_in_the_order_of_the_list() -> None:
    settled = settle(year(stay("2024-05-06"), stay("2024-05-06")))
    assert [split.columns["deductible_paid"] for split in settled.splits] == [88_000, 79_200]


def test_the_year_so_far_is_that_of_its_own_year_only() -> None:
    rows = stay("2023-12-20"), stay("2024-01-20")
    settled = settle(year(*rows, year_so_far={"year": "2023", "discharges": "3"}))
    assert [split.columns["deductible_paid"] for split in settled.splits] == [62_000, 88_000]


def test_the_account_of_one_claim_is_that_of_the_next() -> None:
    settled = settle(YEAR)
    assert [split.account for split in settled.splits] == [112_000, 0, 0, 0, 0]


def test_a_list_of_one_claim_is_that_claim() -> None:
    listed, alone = settle(year(stay("2024-05-15"))), settle(plain(claim={"admitted": "2024-05-15"}))
    assert listed.columns == alone.columns
    assert listed.standing == alone.standing


# taken back


def test_a_reversal_is_the_exact_negation() -> None:
    first, second, third = settle(REVERSAL).splits
    assert second.columns == {name: -fen for name, fen in first.columns.items()}
    assert (first.settlements, second.settlements, third.settlements) == (1, -1, 1)
    assert set(second.standing.values()) == {0}
    assert (first.account, second.account) == (0, 100_000)
    assert sum(line.amount or 0 for line in second.lines if line.column == "cash") == -138_000


def test_a_reversal_restores_what_was_used_before() -> None:
    used = {"year": "2024", **{name: "3.00" if money else "3" for name, money in STANDING.items()}}
    before, after = settle(year(stay("2024-05-06"), {"reverses": 1}, year_so_far=used)).splits
    assert before.standing != after.standing
    assert after.standing == {name: 300 if money else 3 for name, money in STANDING.items()}
    assert after.day_text == "2024-05-06", "without a day it is that of the settlement"


def test_only_the_latest_settlement_can_be_taken_back() -> None:
    rows = stay("2024-05-06"), stay("2024-06-06"), {"reverses": 1, "on": "2024-06-07"}
    assert problem(*rows) == "claims.2.reverses: found '1'; expected 2, the latest settlement that still stands"


def test_what_was_taken_back_gives_way_to_the_one_before() -> None:
    rows = stay("2024-05-06"), stay("2024-06-06"), {"reverses": 2}, {"reverses": 1, "on": "2024-06-08"}
    settled = settle(year(*rows))
    assert settled.settlements == 0
    assert set(settled.columns.values()) == {0}
    assert not settled.settles


def test_a_later_decision_stands_before_an_earlier_discharge() -> None:
    by_hand = stay("2024-05-06", path="manual", decided="2024-07-01")
    rows = by_hand, stay("2024-06-06"), {"reverses": 2, "on": "2024-07-02"}
    assert problem(*rows) == "claims.2.reverses: found '2'; expected 1, the latest settlement that still stands"


def test_no_settlement_cannot_be_taken_back() -> None:
    expected = "claims.1.reverses: found '1'; expected a settlement before it"
    assert problem(purchase("2024-05-06"), {"reverses": 1}) == expected
    rows = stay("2024-05-06"), {"reverses": 1}, {"reverses": 1, "on": "2024-05-08"}
    assert problem(*rows) == "claims.2.reverses: found '1'; expected a settlement before it"


@pytest.mark.parametrize(
    "rows",
    [
        ({"reverses": "1"}, stay("2024-05-06")),
        ({"reverses": "2"}, stay("2024-05-06")),
        ({"reverses": "7"}, stay("2024-05-06")),
    ],
)
def test_a_reversal_comes_after_its_claim(rows: tuple[dict[str, Any], ...]) -> None:
    found = rows[0]["reverses"]
    expected = "the number of a claim listed before it, counted from 1"
    assert problem(*rows) == f"claims.0.reverses: found {found!r}; expected {expected}"


def test_a_reversal_is_not_taken_back() -> None:
    (found,) = problems(year(stay("2024-05-06"), {"reverses": "1"}, {"reverses": "2"}))
    assert found.startswith("claims.2.reverses: found '2'; expected the number of a claim")


def test_a_reversal_is_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    text = REVERSAL.read_text("utf-8").replace("{reverses: 1, on: 2024-06-03}", "{reverses: 1, onn: 2024-06-03}")
    path.write_text(text, "utf-8")
    (found,) = problems(path)
    assert found == f"{path}:12:19: found key 'onn'; expected one of reverses, on; did you mean 'on'?"
    assert "found '0'; expected greater than or equal to 1" in problem(stay("2024-05-06"), {"reverses": "0"})


# refused


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            stay("2024-05-06", decided="2024-06-01"),
            "decided: found a decision on 2024-06-01 about a claim that settles directly (no_filing_asked); "
            "expected path: manual, or no decided",
        ),
        (
            stay("2024-05-06", path="manual", decided="2024-05-01"),
            "decided: found a decision on 2024-05-01; expected a day at or after the discharge",
        ),
        (stay("2024-05-06", bill=[]), "bill: found an empty bill; expected at least one line {item: …, amount: …}"),
        (
            stay("2024-05-06", bill=[{"item": "drugb", "amount": "1.00"}]),
            "bill.0.item: found 'drugb'; expected one of drug_a, drug_b, drug_uncovered, consumable, examination, "
            "service; did you mean 'drug_b'?",
        ),
        (
            stay("2024-05-06", bill=[{"item": "drug_a", "amount": "1.00", "cuont": "2"}]),
            "bill.0.cuont: found key 'cuont'; expected one of item, name, amount, count; did you mean 'count'?",
        ),
        (
            stay("2024-05-06", bill=[{"item": "drug_a", "amount": "1.00", "count": "0"}]),
            "bill.0.count: found '0'; expected greater than or equal to 1",
        ),
        (
            stay("2024-05-06", expect={"kash": "1.00"}),
            None,
        ),
        (
            stay("2024-05-06", emergncy="yes"),
            None,
        ),
        (
            stay("2022-05-06"),
            "discharged: found no rule is in force on 2022-05-06; the first begins on 2022-10-01; "
            "expected a day on which every rule of the claim is in force",
        ),
        (
            purchase("2022-05-06"),
            "on: found no rule is in force on 2022-05-06; the first begins on 2022-10-01; "
            "expected a day on which every rule of the claim is in force",
        ),
    ],
)  # fmt: skip
def test_a_row_is_told_where_it_is_wrong(row: dict[str, Any], expected: str | None) -> None:
    found = problem(stay("2024-05-01"), row)
    if expected is not None:
        assert found == f"claims.1.{expected}"
    else:
        assert found.startswith("claims.1.") and found.endswith(("did you mean 'cash'?", "did you mean 'emergency'?"))


def test_one_claim_or_several() -> None:
    both = plain() | {"claims": [stay("2024-05-06")]}
    assert problems(both) == ["claims: found claims beside claim; expected either one claim or a list of claims"]
    neither = {key: value for key, value in plain().items() if key != "claim"}
    assert problems(neither) == ["case: found neither claim nor claims; expected one claim or a list of claims"]
    assert problem() == "claims: found an empty list; expected at least one claim"


def test_what_is_no_claim_is_told() -> None:
    alone = {key: value for key, value in plain().items() if key != "claim"}
    assert problems(alone | {"claim": None}) == ["claim: found nothing; expected a claim"]
    assert problems(alone | {"claims": "x"}) == ["claims: found 'x'; expected a list"]
    (found,) = problems(alone | {"claims": ["x"]})
    assert found.startswith("claims.0: found 'x'; expected a mapping with care_type, path, hospital, ")
    assert problem({"reverses": None}) == "claims.0.reverses: found nothing; expected a valid integer"
    (found,) = problems(plain(claim={"bill": ["x"]}))
    assert found == "claim.bill.0: found 'x'; expected a mapping with item, name, amount, count"


def test_the_year_so_far_is_of_a_year_with_a_claim() -> None:
    found = problem(stay("2023-12-20"), stay("2024-01-20"), year_so_far={"year": "2022"})
    assert found.startswith("year_so_far.year: found '2022'; expected 2023 or 2024, the year of discharge")


# told


def test_differences_name_their_claim_and_their_year() -> None:
    rows = stay("2024-05-06", expect={"cash": "5.00", "path": "manual"}), stay("2024-06-06")
    after = {"year": "2024", "discharges": "3", "account": "1.00"}
    settled = settle(year(*rows, expect={"total_fee": "3760.00", "settlements": "1"}, expect_year=after))
    assert settled.compared == 6
    assert sorted(difference_text(found, "en") for found in settled.differences) == [
        "2024 account: expected 1.00, got 0.00 (off by -1.00)",
        "2024 discharges: expected 3, got 2 (off by -1)",
        "claim 1 cash: expected 5.00, got 1,030.00 (off by +1,025.00)",
        "claim 1 path: expected manual, got direct",
        "settlements: expected 1, got 2 (off by +1)",
    ]
    assert "第 1 笔 cash：应为 5.00，实得 1,030.00（差 +1,025.00）" in {
        difference_text(found, "zh") for found in settled.differences
    }


def test_a_year_without_a_claim_has_used_nothing() -> None:
    settled = settle(year(stay("2024-05-06"), expect_year=[{"year": "2023", "discharges": "1"}]))
    assert [(d.year, d.expected, d.got) for d in settled.differences] == [(2023, 1, 0)]


def test_the_page_tells_every_claim_and_their_sum() -> None:
    said = CliRunner().invoke(main, ["settle", str(REVERSAL), "--lang", "en"])
    assert said.exit_code == 0
    assert "claim 1: stay from 2024-05-20 until 2024-06-01" in said.output
    assert "claim 2: claim 1 taken back, 2024-06-03" in said.output
    assert "claim 3: stay from 2024-05-20 until 2024-06-01, decided on 2024-07-01" in said.output
    assert "the insurance year 2024 after this claim: left in the account 1,000.00" in said.output
    assert "as worked by hand: 16 columns" in said.output
    assert "…" not in said.output


def test_json_of_several_claims() -> None:
    said = json.loads(CliRunner().invoke(main, ["settle", str(REVERSAL), "--json"]).stdout)
    assert [claim["claim"] for claim in said["claims"]] == [1, 2, 3]
    assert [claim["settlements"] for claim in said["claims"]] == [1, -1, 1]
    assert said["settlements"] == 1
    assert said["columns"]["cash"] == {"fen": 238_000, "yuan": "2380.00"}
    assert said["claims"][1]["columns"]["cash"] == {"fen": -138_000, "yuan": "-1380.00"}
    assert said["years_after"]["2024"]["discharges"] == 1
    assert said["account_after"]["yuan"] == "1000.00"
    assert said["differences"] == []
