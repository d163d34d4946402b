"""Whatever the claim, the policies and the rules: do the lines come to what the policies decided?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_sim.policies.answers import FUNDS
from settlement_sim.policies.views import STANDING
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.adjudicate import explain_claim
from settlement_sim.study.case import Case
from settlement_sim.study.split import Split
from settlement_sim.vocabulary import ASSISTANCE, FILINGS, ITEMS

CASES = Path(__file__).parents[1] / "cases"
OVERLAYS = [None, *sorted(CASES.glob("**/overlays/*.yaml"))]
#: (scheme, status, tier) as the vocabulary allows them.
INSURED = [("employee", "active", "none"), ("employee", "retired", "none")]
INSURED += [("resident", status, tier) for status in ("adult", "minor") for tier in ("1", "2")]
FEN = st.integers(0, 30_000_000) | st.integers(0, 300)


@cache
def book(overlay: Path | None) -> RuleBook:
    return RuleBook.load([overlay] if overlay else [])


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


POLICIES = st.fixed_dictionaries(
    {
        "access": st.sampled_from(
            [
                "filing_free", "filing_required", "border_local", "network", "referral_green_channel",
                {"use": "filing_required", "with": {"cut_referral": 0, "cut_other": 0, "late_filers": 50}},
                {"use": "border_local", "with": {"otherwise": {"use": "network", "with": {"level_1": 50}}}},
            ]
        ),
        "catalogue": st.sampled_from(
            ["care_place", "insured_place", "mutual", {"use": "mutual", "with": {"rule": "intersection"}}]
        ),
        "channel": st.sampled_from(
            ["one_stop", "direct", "manual", "treat_first_pay_later", {"use": "direct", "with": {"basket_cap": 50}}]
        ),
        "benefit": st.fixed_dictionaries(
            {
                "basic": st.sampled_from(["insured_place", "care_place"]),
                "catastrophic": st.sampled_from(["insured_place", "care_place", "none"]),
                "assistance": st.sampled_from(["insured_place", "none"]),
            }
        ),
    }
)  # fmt: skip


@st.composite
def persons(draw: st.DrawFn) -> dict[str, Any]:
    scheme, status, tier = draw(st.sampled_from(INSURED))
    pool, unit = draw(st.sampled_from([("chongqing", "yubei"), ("chongqing", None), ("chengdu", None)]))
    return {
        "pool": pool, "unit": unit, "scheme": scheme, "status": status, "tier": tier,
        "born": f"{draw(st.integers(1930, 2010))}-06-15", "assistance": draw(st.sampled_from(ASSISTANCE)),
        "filing": draw(st.sampled_from(FILINGS)), "account": yuan(draw(FEN) if scheme == "employee" else 0),
    }  # fmt: skip


@st.composite
def claims(draw: st.DrawFn) -> dict[str, Any]:
    care = draw(st.sampled_from(["inpatient", "inpatient", "outpatient", "chronic", "pharmacy"]))
    level = "pharmacy" if care == "pharmacy" else draw(st.sampled_from(["community", "1", "2", "3"]))
    pool, unit = draw(st.sampled_from([("suining", "anju"), ("chengdu", "chengdu"), ("chongqing", "tongnan")]))
    day = draw(st.sampled_from(["2023-01-01", "2023-12-31", "2024-06-05", "2025-03-01"]))
    parts = ("outside_scope", "advance_self_pay", "in_scope") if draw(st.booleans()) else ITEMS
    return {
        "care_type": care, "hospital": {"pool": pool, "unit": unit, "level": level},
        **({"admitted": day, "discharged": day} if care == "inpatient" else {"on": day}),
        "emergency": draw(st.sampled_from(["yes", "no"])), "path": draw(st.sampled_from([None, "direct", "manual"])),
        "uniforms": {purpose: str(draw(st.integers(0, 9_999))) for purpose in ("late_filing", "network", "default")},
        "bill": {part: yuan(draw(FEN)) for part in parts},
    }  # fmt: skip


YEARS = st.fixed_dictionaries({name: FEN if money else st.integers(0, 6) for name, money in STANDING.items()})


def explained(person: Any, claim: Any, used: Any, policies: Any, overlay: Path | None) -> Split:
    day = claim.get("on") or claim["discharged"]
    so_far = {"year": day[:4], **{name: yuan(n) if STANDING[name] else str(n) for name, n in used.items()}}
    case = {
        "title": {"zh": "例", "en": "example"}, "person": person, "claim": claim, "policies": policies,
        "year_so_far": so_far,
    }  # fmt: skip
    return explain_claim(Case.model_validate(case), book(overlay))


@settings(max_examples=150)
@given(persons(), claims(), YEARS, POLICIES, st.sampled_from(OVERLAYS))
def test_lines_agree_and_the_bill_adds_up(person: Any, claim: Any, used: Any, policies: Any, overlay: Any) -> None:
    split = explained(person, claim, used, policies, overlay)
    c = split.columns
    assert c["total_fee"] == sum(c[fund] for fund in FUNDS) + c["personal_account"] + c["cash"]
    assert c["in_scope"] + c["advance_self_pay"] + c["above_price_limit"] + c["outside_scope"] == c["total_fee"]
    assert min(*c.values(), *split.memo.values(), split.account) >= 0
    assert all(split.standing[name] >= used[name] for name in STANDING)
