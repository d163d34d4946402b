"""What does `ss.recognise` return: fields, differences, explanation; and what may policies of one's own do to it?"""

from __future__ import annotations

import csv
import json
from dataclasses import FrozenInstanceError, asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import settlement_sim as ss
from settlement_sim.policies.transfer.reciprocal_band import ReciprocalBand
from settlement_sim.study.recognition_result import Moved, Outcome, PoolMonths, RecognisedCareer

PERSON = {
    "retiree": "woman_at_50", "born": "1974-05", "insured_as": "tier_2", "applies_in": "chongqing",
    "applied": "2024-06-03",
}  # fmt: skip
#: 235 months in Chongqing, 17 in Chengdu.
CAREER = [
    {"pool": "chongqing", "from": "2003-06", "until": "2022-12"},
    {"pool": "chengdu", "from": "2023-01", "until": "2024-05"},
]
CASE = {"format": 1, "title": {"zh": "一段经历", "en": "One career"}, "person": PERSON, "career": CAREER}


def recognised(person: dict[str, Any] | None = None, **changes: Any) -> RecognisedCareer:
    return ss.recognise({**CASE, "person": PERSON | (person or {}), **changes})


# Fields


def test_it_tells_months_places_prices_and_transfers() -> None:
    career = recognised()
    assert career.months == (PoolMonths("chongqing", 235, 0, 0), PoolMonths("chengdu", 17, 0, 0))
    assert (career.together, career.retires, career.age) == (252, "2024-05", 50)
    # 300 are asked for in Chongqing: 48 × 671.66; together 252, at least 240.
    assert career.before == Outcome("local_rule", "chongqing", 235, 17, 300, 48, "too_few", 32_239_68)
    assert career.after == Outcome("mutual_2024", "chongqing", 252, 0, 240, 0, "pooled_years", 0)
    assert career.saved == 32_239_68
    # 12 months of 2023 at 6,944.43 and 5 of 2024 at 7,500.00, 7.41 % to the pooled fund; 30 % of the account is left.
    (moved,) = career.transfers
    assert moved == Moved("chengdu", "chongqing", 17, 0, 0, 757_62, 8_953_74, moved.cost, 252)
    with pytest.raises(FrozenInstanceError):
        career.age = 51  # type: ignore[misc]


def test_every_built_in_policy_is_laid_beside() -> None:
    career = recognised(policy={"use": "mutual_2024", "with": {"threshold": 300}})
    assert [row.policy for row in career.compared] == ["local_rule", "mutual_2024"]
    assert career.compared[0] == career.before
    assert (career.after.required, career.compared[1].required) == (300, 240)


def test_deemed_months_may_have_dates() -> None:
    dated = [*CAREER, {"pool": "chongqing", "kind": "deemed", "from": "1995-01", "until": "1996-12"}]
    counted = [*CAREER, {"pool": "chongqing", "kind": "deemed", "months": 20},
               {"pool": "chongqing", "kind": "deemed", "months": 4}]  # fmt: skip
    assert recognised(career=dated).before == recognised(career=counted).before
    assert recognised(career=dated).before.short == 48 - 24


@pytest.mark.parametrize(
    ("retiree", "born", "retires"),
    [
        ("woman_at_50", "1974-12", "2024-12"), ("woman_at_50", "1975-01", "2025-02"),
        ("woman_at_50", "1975-03", "2025-05"), ("woman_at_55", "1970-05", "2025-07"), ("man", "1965-01", "2025-02"),
    ],
)  # fmt: skip
def test_the_statutory_month_is_raised_step_by_step_from_2025(retiree: str, born: str, retires: str) -> None:
    person = {"retiree": retiree, "born": born, "applied": "2025-12-01"}
    assert recognised(person).retires == retires


def test_without_a_month_of_birth_costs_are_those_of_the_usual_age() -> None:
    one, other = recognised(), recognised({"born": "1974-06"})
    unknown = ss.recognise({**CASE, "person": {key: PERSON[key] for key in PERSON if key != "born"}})
    assert (unknown.retires, unknown.age) == (None, 50)
    assert unknown.transfers == other.transfers == one.transfers


def test_the_present_value_is_that_of_a_plain_sum_over_ages() -> None:
    rows = csv.DictReader((files("settlement_sim") / "demand/data/life_table.csv").read_text("utf-8").splitlines())
    death = {int(row["age"]): min(int(row["woman"]) / 1e6 * 1.3, 1.0) for row in rows}
    value, alive = 0.0, 1.0
    for age in range(50, 106):
        years = age - 50
        index = next(share for until, share in ((54, 65), (64, 85), (74, 115), (84, 140), (200, 130)) if age <= until)
        value += alive * 5_200 * index / 100 * (1.05 / 1.03) ** years
        alive *= 1 - death[age]
    (moved,) = recognised(transfer="prospective").transfers
    assert moved.cost / 100 == pytest.approx(value, rel=1e-5)
    assert moved.pooled == (2 * moved.cost * 17 + 252) // 504


def test_nothing_is_left_behind_without_months_elsewhere() -> None:
    career = recognised(career=CAREER[:1], transfer="retrospective")
    assert career.transfers == () and career.after.reason == "not_covered" and career.saved == 0


@pytest.mark.parametrize("band", ["none", None])
def test_a_band_without_limit_may_be_written_as_none(band: str | None) -> None:
    assert ReciprocalBand.model_validate({"band": band}).band is None
    (moved,) = recognised(transfer={"use": "reciprocal_band", "with": {"band": band}}).transfers
    assert (moved.pooled, moved.waits) == (0, 3_133_81)


def test_rules_of_the_career_and_their_documents_are_told() -> None:
    career = recognised()
    told = {rule.address: rule.value for rule in career.rules}
    assert told["years.cumulative[chongqing, woman_at_50]"] == "300"
    assert told["back_payment.base[chongqing, tier_2]"] == "73272.00"
    assert told["contribution.rate[chengdu, tier_2]"] == "9.5"
    assert told["retirement.age[chongqing, woman_at_50]"] == "600"
    titles = [en for _, en in career.sources]
    assert len(titles) == len(set(titles))
    for part in ("official reply on contribution years", "recognition of contribution years", "2021, no. 43"):
        assert any(part in title for title in titles), part


# Expectations


def test_what_is_left_out_is_not_compared() -> None:
    assert recognised().check() == []
    assert recognised(expect={"saved": "32239.68"}).check() == []
    assert recognised(expect={"saved": "32239.69", "before": {"short": 47}}).check() == [
        "saved: expected 32,239.69, got 32,239.68", "before short: expected 47, got 48",
    ]  # fmt: skip


def test_transfers_are_compared_whole() -> None:
    row = {"from": "chengdu", "to": "chongqing", "months": 17, "pooled": "0.00", "account": "757.62"}
    assert recognised(expect={"transfers": [row]}).check() == []
    assert recognised(expect={"transfers": [row | {"months": 16}]}).check() == [
        "transfers: expected from chengdu to chongqing months 16 pooled 0.00 waits 0.00 account 757.62, which did not "
        "happen",
        "transfers: got from chengdu to chongqing months 17 pooled 0.00 waits 0.00 account 757.62, which was not "
        "expected",
    ]


# What people and machines read


def test_the_explanation_holds_the_arithmetic() -> None:
    text = recognised(transfer="retrospective", work=["235 + 17 = 252"]).explanation(width=160)
    lines = text.splitlines()
    assert lines[0] == "One career" and lines[-1] == "  235 + 17 = 252"
    for said in (
        "statutory retirement in 2024-05; 50 years old", "months paid anywhere, each once: 252",
        "48 ÷ 12 × 73,272.00 × 11 % = 32,239.68", "back-payment after: 0.00", "saved: 32,239.68",
        "pooled contributions of the months × (1 − claims ratio)", "8,953.74", "3,133.81",
        "years.local[chongqing] = 120", "Measures for the recognition of contribution years",
    ):  # fmt: skip
        assert said in text, said
    assert not [line for line in lines if line != line.rstrip()]


def test_the_explanation_speaks_chinese() -> None:
    text = recognised(transfer="none").explanation("zh", 160)
    for said in (
        "一段经历",
        "重庆市",
        "成都市",
        "各统筹区的月数",
        "累计不足",
        "合并年限已够",
        "少缴：32,239.68",
        "不转移",
        "依据文件",
    ):
        assert said in text, said
    assert "months" not in text and "back-payment" not in text


def test_it_says_where_nothing_moves_and_no_birth_is_known() -> None:
    person = {key: PERSON[key] for key in PERSON if key != "born"}
    text = ss.recognise({**CASE, "person": person, "policy": "local_rule"}).explanation()
    assert "no months of another pool are recognised: nothing moves" in text
    assert "no month of birth" in text and "statutory retirement in" not in text


def test_it_says_that_a_yearly_claim_is_that_of_the_first_year() -> None:
    said = "claimed every year: what follows is that of the first"
    yearly = recognised(transfer={"use": "prospective", "with": {"paid": "yearly"}})
    assert said in yearly.explanation() and said not in recognised(transfer="prospective").explanation()


def test_machines_get_fen() -> None:
    career = recognised()
    said = json.loads(json.dumps(career.to_dict(), ensure_ascii=False))
    assert (said["format"], said["saved"], said["differences"]) == (1, 32_239_68, [])
    assert said["before"] == asdict(career.before) and said["after"] == asdict(career.after)
    assert said["transfers"] == [asdict(row) for row in career.transfers]
    assert {"zh", "en"} == set(said["sources"][0])


# Policies and rules of one's own

PLUG_IN = """import numpy as np
import settlement_sim as ss


@ss.policy("recognition")
class Mine(ss.Policy):
    \"\"\"Counts every month paid anywhere.\"\"\"

    ENOUGH, = ss.reasons("enough")

    def recognise(self, careers, rules):
        none, all_of_them = careers.all_months * 0, careers.all_months
        return ss.Recognition(careers.pool, COUNTED, none, none, none, none + 3, none)


@ss.policy("transfer")
class Tenth(ss.TransferPolicy):
    \"\"\"A tenth of what was contributed.\"\"\"

    def pooled(self, cases):
        return cases.contributed // 10 * SIGN
"""


def with_plug_in(folder: Path, counted: str = "all_of_them", sign: str = "1") -> RecognisedCareer:
    (folder / "mine.py").write_text(PLUG_IN.replace("COUNTED", counted).replace("SIGN", sign), "utf-8")
    lines = (
        "format: 1", "title: {zh: 例, en: Mine}", "person: {" + ", ".join(f"{k}: {v}" for k, v in PERSON.items()) + "}",
        "career:", *(f"  - {{{', '.join(f'{k}: {v}' for k, v in row.items())}}}" for row in CAREER),
        "policy: mine.py:Mine", "transfer: {use: mine.py:Tenth}",
    )  # fmt: skip
    (folder / "case.yaml").write_text("\n".join(lines), "utf-8")
    return ss.recognise(folder / "case.yaml")


def test_policies_of_ones_own_are_asked(tmp_path: Path) -> None:
    career = with_plug_in(tmp_path)
    assert career.after == Outcome("mine", "chongqing", 252, 0, 0, 0, "enough", 0)
    assert [(row.months, row.pooled) for row in career.transfers] == [(17, 895_37)]
    assert "mine" in career.explanation() and "transfer policy: tenth" in career.explanation()


@pytest.mark.parametrize(
    ("counted", "sign", "what"),
    [
        (
            "all_of_them + 1",
            "1",
            "policy mine of slot recognition, 2024-06-03, need none: returned more months counted",
        ),
        ("all_of_them / 2", "1", "policy mine of slot recognition, 2024-06-03, need none: returned counted as float64"),
        ("nonsense", "1", "policy mine of slot recognition, 2024-06-03, need none: raised NameError"),
        ("all_of_them", "-1", "policy tenth of slot transfer, 2024-06-03, need none: returned a negative pooled"),
    ],
)
def test_a_policy_that_fails_is_told(tmp_path: Path, counted: str, sign: str, what: str) -> None:
    with pytest.raises(ss.PolicyError) as caught:
        with_plug_in(tmp_path, counted, sign)
    assert str(caught.value).startswith(what)


def test_a_file_of_rules_that_changes_is_read_again(tmp_path: Path) -> None:
    text = (
        "format: 1\npools: [chongqing]\nscheme: employee\nfrom: 1999-01-01\nfrom_known: false\ngrade: assumption\n"
        "note: invented\nleaves:\n  years.local: {unit: count, cells: {value: 240, low: 0, high: 300}}\n"
    )
    path = tmp_path / "local.yaml"
    path.write_text(text, "utf-8")
    assert recognised(rules=[str(path)]).before.reason == "too_few"  # 5 local ones are short, and 48 in total
    path.write_text(text.replace("240", "290"), "utf-8")
    assert recognised(rules=[str(path)]).before.reason == "too_few_local"
