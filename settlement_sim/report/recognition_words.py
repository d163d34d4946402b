"""How is the recognition of contribution years told in Chinese and English?"""

from __future__ import annotations

from typing import Final

from settlement_sim.report.table import Language

_WORDS: Final = {
    "applies": ("{}，{}，{} 于 {} 申请", "{}, insured as {}, applies in {} on {}"),
    "retires": ("法定退休月 {}；申请时 {} 周岁", "statutory retirement in {}; {} years old at the application"),
    "age_assumed": (
        "未写出生年月：费用按延迟前的退休年龄（{} 周岁）计算",
        "no month of birth: costs are those of the retirement age before any raising, {} years",
    ),
    "months": ("各统筹区的月数", "months by pool"),
    "rules": ("各规则的认定", "what each rule counts"),
    "moves": ("随认定转移的资金（元）", "money that follows the months (yuan)"),
    "pool": ("统筹区", "pool"),
    "paid": ("实际缴费", "paid"),
    "overlapping": ("其中重复", "of them paid elsewhere too"),
    "deemed": ("视同", "deemed"),
    "together": ("任何一地有缴费的月份（重复只计一次）：{}", "months paid anywhere, each once: {}"),
    "rule": ("规则", "rule"),
    "place": ("退休地", "retires in"),
    "counted": ("计入实际月数", "counted"),
    "required": ("要求", "required"),
    "short": ("缺", "short"),
    "back_payment": ("补缴（元）", "back-payment (yuan)"),
    "reason": ("理由", "why"),
    "before": ("此前：", "before: "),
    "after": ("现在：", "after: "),
    "also": ("比较：", "compare: "),
    "price_before": ("此前补缴（月 ÷ 12 × 年基数 × 费率）：{}", "back-payment before (months ÷ 12 × base × rate): {}"),
    "price_after": ("现在补缴：{}", "back-payment after: {}"),
    "saved": ("少缴：{}", "saved: {}"),
    "transfer": ("资金转移：{}", "transfer policy: {}"),
    "first_year": ("逐年支付：所列为第一年", "claimed every year: what follows is that of the first"),
    "from": ("转出地", "from"),
    "to": ("退休地", "to"),
    "shared": ("认定月数", "months recognised"),
    "total": ("全部计入", "of all counted"),
    "contributed": ("这些月份的统筹缴费", "pooled fund was paid for them"),
    "cost": ("退休人员预期支出", "cost of the retiree"),
    "pooled": ("统筹基金转移", "pooled fund pays"),
    "waits": ("挂账未付", "claimed, not paid yet"),
    "account": ("个人账户", "personal account"),
    "nothing": ("没有认定其他统筹区的月份，无资金转移", "no months of another pool are recognised: nothing moves"),
    "rules_used": ("所用规则", "rules used"),
    "sources": ("依据文件", "sources"),
    "no_source": ("无文件依据", "no document"),
    "work": ("手工演算", "worked by hand"),
}  # fmt: skip
#: Codes of persons, policies and reasons; others are shown as they are.
_NAMES: Final = {
    "man": ("男", "man"),
    "woman_at_55": ("女（原 55 岁退休）", "woman (retirement at 55)"),
    "woman_at_50": ("女（原 50 岁退休）", "woman (retirement at 50)"),
    "employer": ("单位参保", "employer"),
    "tier_1": ("个人参保一档", "tier 1"),
    "tier_2": ("个人参保二档", "tier 2"),
    "local_rule": ("申请地规则", "local rule"),
    "mutual_2024": ("成渝互认（2024）", "mutual recognition of 2024"),
    "reached": ("已满足", "reached"),
    "too_few": ("累计不足", "too few months in total"),
    "too_few_local": ("本地实缴不足", "too few months paid in this pool"),
    "not_covered": ("不在互认范围", "not covered by the agreement"),
    "reached_elsewhere": ("已满足一地规则", "the rule of one place is reached"),
    "pooled_years": ("合并年限已够", "months together suffice"),
    "back_payment": ("合并后补缴", "missing months are paid back"),
    "lapsed": ("互认已到期", "the agreement has lapsed"),
    "none": ("不转移：0", "none: nothing moves"),
    "account_only": (
        "仅个人账户：统筹基金不转移", "account only: the personal account moves, the pooled fund does not",
    ),
    "retrospective": (
        "已缴结余：认定月份的统筹缴费 ×（1 − 赔付率）",
        "retrospective: pooled contributions of the months × (1 − claims ratio)",
    ),
    "prospective": (
        "未来支出分摊：退休后预期支出 × 认定月数 ÷ 全部计入月数",
        "prospective: expected cost of the retiree × months recognised ÷ all months counted",
    ),
    "reciprocal_band": (
        "互抵：两地差额超过约定额度才付",
        "reciprocal band: nothing is paid until the balance of two funds exceeds the band",
    ),
}  # fmt: skip


def word(key: str, lang: Language, *values: object) -> str:
    """A phrase of this page in a language."""
    return _WORDS[key][lang == "en"].format(*values)


def name(code: str, lang: Language) -> str:
    """A code as people call it; that of a policy of one's own stays as it is."""
    return _NAMES[code][lang == "en"] if code in _NAMES else code
