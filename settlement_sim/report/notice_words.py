"""Which words does a clearing notice use, in Chinese and English, and what does the national interface call them?"""

from __future__ import annotations

from typing import Final

from settlement_sim.record.columns import Column
from settlement_sim.report.table import Language

#: The national names of what the lines are by: of the message head, of transaction 3203 (application for clearing) and
#: of a settlement. There the values are codes; here they are names.
NATIONAL: Final = {
    "month": "setlym", "pool": "insuplc_admdvs", "scheme": "insutype", "care_pool": "mdtrtarea_admvs",
    "care_type": "med_type", "net": "psntime",
}  # fmt: skip
KEY_COLUMNS: Final = {
    column.name: column
    for column in (
        Column("month", "str", "", "key", "清算年月", "month"),
        Column("pool", "str", "", "key", "参保统筹区", "insured pool"),
        Column("scheme", "str", "", "key", "险种", "scheme"),
        Column("care_pool", "str", "", "key", "就医统筹区", "pool of care"),
        Column("care_type", "str", "", "key", "就医类型", "care type"),
    )
}
_PROVINCES: Final = {"chongqing": ("重庆市", "Chongqing"), "sichuan": ("四川省", "Sichuan")}
_WORDS: Final = {
    "notice": ("清算通知书", "Clearing notice"),
    "pairs": ("分统筹区汇总", "Pairs of pools"),
    "detail": ("对账明细", "Reconciliation detail"),
    "of_pair": ("{0}：{1}参保、{2}就医，{3}（模拟数据）", "{0}: insured in {1}, treated in {2}, {3} (simulated)"),
    "run": ("情景 {0}，种子 {1}", "scenario {0}, seed {1}"),
    "status": ("性质", "Nature"),
    "simulated": (
        "模拟数据，不是任何经办机构的记录，不得作为付款依据",
        "Simulated data: no agency's record, no ground for a payment",
    ),
    "payer": ("参保省（付款方）", "Insured province (pays)"),
    "payee": ("就医省（收款方）", "Care province (receives)"),
    "period": ("清算年月", "Month"),
    "only": ("范围", "Part"),
    "part": ("仅含{0}，不是全部", "only {0}; not the whole notice"),
    "amount": ("清算金额（小写）", "Amount to be cleared"),
    "capitals": ("清算金额（大写）", "In capital numerals"),
    "scenario": ("情景", "Scenario"),
    "question": ("情景问题", "Its question"),
    "seed": ("种子", "Seed"),
    "scale": ("规模", "Scale"),
    "whole": ("全规模（1:1）", "full (1:1)"),
    "sampled": ("抽样 {0}，金额只是相应的一部分", "a sample of {0}; amounts are that part of the whole"),
    "readings": ("读法", "Readings"),
    "clearing": ("清算政策", "Clearing policy"),
    "calibration": ("校准", "Calibration"),
    "fitted": ("已按这些输入校准", "fitted to these inputs"),
    "carried over": ("沿用另一情景的校准", "carried over from another scenario"),
    "stale": ("已过期：所依据的输入与本次不同", "stale: it rests on other inputs"),
    "history": ("历史", "history"),
    "backcast": ("回推", "backcast"),
    "counterfactual": ("假设情景", "counterfactual"),
    "extrapolation": ("外推", "extrapolation"),
    "ours": ("本程序字段", "our field"),
    "national_field": ("国家接口字段", "national field"),
    "total": ("合计", "total"),
    "assumed": (
        "1. 金额由模拟得出，依赖假设：外出人数与频次、费用水平与离散、多数统筹区的待遇规则（docs/assumptions.md）。",
        "1. The amounts are simulated and rest on assumptions: how many travel and how often, level and spread of "
        "bills, the rules of most pools (docs/assumptions.md).",
    ),
    "lines": (
        "2. 范围：当月发生的跨省直接结算，减去当月撤销的结算；不含回参保地手工报销。",
        "2. Stated are the cross-province direct settlements of the month less those taken back in it; claims by hand "
        "are not.",
    ),
    "identity": (
        "3. 医疗总费用 = 清算金额 + 个人现金；清算金额 = 基金支付总额 + 个人账户。",
        "3. Gross bill = amount to be cleared + cash; amount to be cleared = all funds + personal account.",
    ),
    "paid": (
        "4. 何时拨付、是否轧差由情景的清算政策决定，本通知书不载；负数表示当月撤销多于结算，应由就医省退回。",
        "4. When money moves, and whether it is netted, is up to the clearing policy of the scenario and not stated "
        "here; a negative amount is due back from the care province.",
    ),
    "national": (
        "5. 国家接口字段为对应的字段名；险种、区划、医疗类别在国家接口中为代码，这里为名称；“—”表示没有对应字段。",
        "5. National fields are those that correspond; scheme, places and care type are codes there and names here; "
        "“—”: none corresponds.",
    ),
}  # fmt: skip


def word(key: str, lang: Language, *values: object) -> str:
    """A word of the notice."""
    return _WORDS[key][lang == "en"].format(*values)


def province(name: str, lang: Language) -> str:
    """The name of a province."""
    return _PROVINCES[name][lang == "en"]
