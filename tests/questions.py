"""Which scenarios ask the policy questions, and beside what is each run?"""

from __future__ import annotations

from dataclasses import dataclass

import runs

NEW_YEAR, JULY = "2024-01-01", "2024-07-01"


@dataclass(frozen=True)
class Question:
    """What a scenario is compared with, and the day on which it departs from that (None: from the first day)."""

    reference: str = runs.BASELINE
    since: str | None = NEW_YEAR
    id: str = ""
    warnings: tuple[str, ...] = ()
    kind: str = "counterfactual"
    #: Part of the scenario file that says otherwise.
    departs: str = ""


QUESTIONS = {
    "q1_filing_reinstated": Question(since=JULY, id="Q1"),
    "q1_filing_in_20_prefectures": Question(id="Q1"),
    "q2_reference": Question(since=None, id="Q2"),
    "q2_cut_and_response": Question("q2_reference", id="Q2"),
    "q6_ten_diseases": Question(id="Q6"),
    "q7_no_pharmacy": Question(id="Q7"),
    "q7_basket_cap": Question(id="Q7"),
    "q8_assistance_later": Question(id="Q8"),
    "q8_treat_first_pay_later": Question(id="Q8"),
    "q12_mutual_catalogue": Question(
        id="Q12",
        warnings=(
            "policy mutual of slot catalogue, entry 2, changed nothing: every decision was what it would have been"
            " without it",
        ),
    ),
    "q12_gap_reference": Question(since=None, id="Q12"),
    "q12_with_a_gap": Question("q12_gap_reference", id="Q12"),
    "border_local": Question("q1_filing_reinstated", since=JULY, id="border_local"),
    "network_target_2020": Question(id="network_2020"),
}
#: Scenarios of the money between the funds: visits and bills are those of the reference, to the fen.
MONEY = {
    "q3_prepayment": Question(id="Q3", kind="extrapolation", departs="warm_up"),
    "q3_one_month": Question("q3_prepayment", id="Q3", departs="policies"),
    "q4_half_monthly": Question(id="Q4", departs="policies"),
    "q4_daily_net": Question(id="Q4", departs="policies"),
    "q4_real_time_gross": Question(id="Q4", departs="policies"),
    "q5_bilateral_net": Question(id="Q5", departs="policies"),
    "q18_late_payer": Question(id="Q18", departs="disturbances"),
    "q18_side_stops": Question(id="Q18", departs="disturbances"),
}
#: What came before the window is another.
READINGS = {"q20_growth_r2": Question(id="Q20", kind="extrapolation", departs="readings")}
ALL = QUESTIONS | MONEY | READINGS
