"""What do the scenarios of contribution years answer? The tables and the figure of Q9 and Q10 in `docs/questions.md`.

Called by `docs/measure_questions.py`; some minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from build_reference import DOCS, table

import settlement_sim as ss
from settlement_sim.report.drawing import standalone
from settlement_sim.report.transfers import figure, names
from settlement_sim.study.transfers import compare
from settlement_sim.study.years import simulate_years

FIGURE: Final = DOCS / "figures/q10_transfers.svg"
SEEDS: Final = range(1, 5)
REFERENCE: Final = "q9_recognition"
#: What the page calls a run, its scenario, its settings.
RUNS: Final = (
    ("`q9_recognition`", REFERENCE, ()),
    ("all prefectures 全部市州: `q9_all_prefectures`", "q9_all_prefectures", ()),
    ("15 years 合计15年: `q9_threshold_15_years`", "q9_threshold_15_years", ()),
    ("25 years 合计25年", "q9_threshold_15_years", ("policies.recognition.0.with.threshold=300",)),
    ("where they apply 在申请地退休", "q9_threshold_15_years",
     ("policies.recognition.0.with.threshold=240", "policies.recognition.0.with.place=last")),
    ("lapse in 2028 到期失效: `q9_lapse`", "q9_lapse", ()),
    ("Chengdu by sex 成都另一口径: `q9_chengdu_by_sex`", "q9_chengdu_by_sex", ()),
)  # fmt: skip
HEADS: Final = (
    "", "recognised 认可例数", "of which in Chongqing 其中重庆办理", "retire in Chongqing 在重庆退休",
    "months spared 少补缴月数", "spared 少缴, million yuan 百万元", "paid back 补缴, million yuan 百万元",
)  # fmt: skip


def q9() -> str:
    """Ten years of recognition, seed 1; from the second row on, differences from the first."""
    first, rows = totals(REFERENCE, ()), []
    for number, (label, scenario, settings) in enumerate(RUNS):
        found = totals(scenario, settings)
        against = first if number else dict.fromkeys(first, 0.0)
        rows.append((label, *(_shown(found[name] - against[name], bool(number), name) for name in found)))
    return table(HEADS, rows)


@cache
def totals(scenario: str, settings: tuple[str, ...]) -> Mapping[str, float]:
    """Cases, months and million yuan of one run."""
    print(scenario, *settings, flush=True)
    frame = simulate_years(ss.load(scenario, *settings)).tables["recognition_totals"]
    here, there = (frame[frame[name] == "chongqing"] for name in ("applied_in", "retires_in"))
    return {
        "cases": frame.accepted.sum(), "handled": here.accepted.sum(), "retire": there.accepted.sum(),
        "months": frame.months_saved.sum(), "saved": frame.saved.sum() / 1e8, "paid": frame.back_payment.sum() / 1e8,
    }  # fmt: skip


def q10() -> str:
    """T0 to T4, means over the seeds; draws the figure as well."""
    print("q10_transfers", flush=True)
    frame = compare(ss.load("q10_transfers"), SEEDS)
    FIGURE.parent.mkdir(exist_ok=True)
    FIGURE.write_text(standalone(figure(frame, "en")), "utf-8")
    columns = (
        "cases", "claimed_per_case", "received_present_value", "volatility", "spread_over_seeds", "surplus_per_retiree",
        "change_per_case",
    )  # fmt: skip
    rows = [
        (f"{row['formula']} {' '.join(names(row['formula']))}", row["retires_in"], *(f"{row[c]:,.0f}" for c in columns))
        for row in frame.to_dict("records")
    ]
    head = (
        "formula 办法", "retires in 退休地", "cases 例数", "claimed per case 每例应划转",
        "received, present value 净收入现值",
        "sd of years 年度波动", "sd of seeds 种子间波动", "surplus per retiree 人均盈余",
        "change per case 每例较互认前",
    )  # fmt: skip
    return table(head, rows)


def _shown(value: float, signed: bool, name: str) -> str:
    digits = 2 if name in ("saved", "paid") else 0
    sign = "−" if value < 0 else "+" if signed else ""
    return f"{sign}{abs(value):,.{digits}f}"
