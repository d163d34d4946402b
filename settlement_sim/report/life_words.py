"""What are the things called that a need's life tells of? Chinese for every code; English reads the code itself."""

from __future__ import annotations

from typing import Final

from settlement_sim.record.columns import DERIVED, MONEY
from settlement_sim.report.table import Language
from settlement_sim.study.trace_payment import MEMO_TITLES

#: Phrases of the page: Chinese, English.
PHRASES: Final = {
    "title": ("需求 {}：{}", "Need {}: {}"),
    "told": ("{}：{}", "{}: {}"),
    "run": ("情景 {}，种子 {}：{}", "{}, seed {}: {}"),
    "complete": ("全程至 {} 了结", "complete on {}"),
    "unfinished": ("模拟至 {} 时尚待：{}", "when the run ended on {}, still to come: {}"),
    "who": ("何人", "Who"),
    "need": ("何种就医（出生时即定）", "Need, as fixed at birth"),
    "terms": ("何种条件（就医准入）", "Terms, by the access policy"),
    "never_asked": ("未曾询问准入政策", "access was never asked"),
    "happened": ("经过", "What happened"),
    "claim": ("{}（{}）", "{} on {}"),
    "warm_up": ("预热期内，不计入各表", "in the warm-up: in no table"),
    "before": ("此前 {} 年度已用：{}", "used before in {}: {}"),
    "nothing": ("无", "nothing"),
    "taken_back": ("原结算逐项冲回", "every amount of the settlement with the sign turned"),
    "booked": ("入账", "Where it is booked"),
    "entry": ("日记账", "journal entry"),
    "statement": ("清算通知", "statement"),
    "covers": ("截至 {}，应付 {}", "to {}, the pool owes {}"),
    "remittance": ("省间划拨", "remittance"),
    "from_to": ("{} → {}", "{} → {}"),
    "moved": ("划拨 {}，互抵 {}", "crossed {}, set off {}"),
    "payment": ("拨付指令", "payment instruction"),
    "hospitals": ("{}（到期 {}）", "{}, due {}"),
    "kept_back": ("本笔预留 {}，到期 {}", "of this bill {}, due {}"),
    "closed": ("本笔预留 {}，拨付合计 {}", "of this bill {}, {} paid in all"),
    "by_desk": ("报销拨付", "paid by the desk"),
    "where": ("何处", "where"),
    "what": ("事项", "event"),
    "at": ("时间", "when"),
    "details": ("详情", "details"),
    "contains": ("内含", "holds"),
    "rows": ("{} 笔：{}", "count {}: {}"),
    "cell": (
        "日记账粒度：{} {} {} {}；清算与拨付：{} {} → {}",
        "journal: {} {}, {}, {}; statement and payment: {} {} → {}",
    ),
    "days": ("{} 天 {} 小时 {} 分", "{} d {} h {} min"),
    "minutes": ("{} 分钟", "{} min"),
    "points": ("{} 个百分点", "{} points"),
    "draw": ("{} = {} / 10,000（{}）", "{} = {} of 10,000 ({})"),
    "accepts": (
        "随机数 {} × 潜力 {} {} 吸引力 {}",
        "uniform {} × potential {} {} attraction {}",
    ),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "old": ("{} 岁", "{} years"),
    "none_open": ("长期", "open"),
}  # fmt: skip

#: Names of the fields of a life.
FIELDS: Final = {
    "id": ("参保人", "person"), "sex": ("性别", "sex"), "age": ("年龄", "age"), "pool": ("参保统筹区", "insured pool"),
    "scheme": ("险种", "scheme"), "tier": ("居民档次", "premium tier"), "status": ("参保状态", "status"),
    "assistance": ("救助身份", "assistance category"), "unit": ("参保地", "unit of insurance"),
    "residence": ("居住地", "residence"), "born": ("出生日期", "born"), "filing": ("备案", "filing"),
    "filing_terms": ("适用待遇", "terms of filing"), "filing_holds": ("当日有效", "filing holds that day"),
    "filing_until": ("备案有效至", "filing holds until"), "certificates": ("慢特病认定", "certified diseases"),
    "home_class": ("本地就医类别（假设）", "class of care at home (assumed)"),
    "home_care_a_month": ("每月计入年度累计的本地就医（假设）", "care at home added to standing each month (assumed)"),
    "account_at_first": ("模拟首日账户余额", "account on the first day"),
    "care_type": ("就医类型", "care type"), "disease_group": ("病种组", "disease group"),
    "provider": ("医药机构组", "provider group"), "care_pool": ("就医统筹区", "pool of care"),
    "care_unit": ("就医地", "unit of care"), "level": ("机构等级", "level"),
    "travel_minutes": ("单程用时", "travel, one way"), "items": ("费用分类", "item classes"),
    "stay_seconds": ("住院时长", "length of stay"), "emergency": ("急诊", "emergency"),
    "policy": ("政策", "policy"), "parameters": ("参数", "parameters"), "governing_day": ("依据日", "governing day"),
    "reason": ("理由", "reason"), "path": ("结算方式", "path"), "cut": ("待遇下降", "cut off the ratio"),
    "draws": ("所读随机数（出生时即定）", "uniforms it read, fixed at birth"),
    "acceptance": ("是否前往", "whether it goes"),
    "home_cost": ("本地就医费用（假设）", "cost at home (assumed)"), "waited_seconds": ("候床", "waited"),
    "over_capacity": ("超出床位收治", "over capacity"), "seconds": ("住院", "stayed"), "by": ("因需求", "by need"),
    "inside": ("处于", "inside its"), "since": ("始于", "since"), "until": ("至", "until"),
    "paid_on": ("拨付日", "paid on"), "paid_back": ("报销金额", "paid back"),
    "pair_owes": ("本对统筹区应付", "its pools owe"), "amount": ("金额", "amount"),
    "account": ("账户余额", "account"), "discharges": ("住院次数", "discharges"),
    "inpatient_deductible": ("住院起付线", "inpatient deductible"),
    "outpatient_deductible": ("门诊起付线", "outpatient deductible"),
    "outpatient_fund": ("门诊统筹", "outpatient fund"),
    "chronic_deductible": ("慢特病起付线", "chronic deductible"),
    "catastrophic_base": ("大病基数", "catastrophic base"),
    "assistance_base": ("救助基数", "assistance base"), "tilt_base": ("倾斜救助基数", "tilt base"),
    "tilt_assistance": ("倾斜救助", "tilt assistance"),
    **MEMO_TITLES,
    **{column.name: (column.zh, column.en) for column in (*MONEY, *DERIVED)},
    "cleared": ("清算金额", "cleared"),
}  # fmt: skip

#: Events of a life, and where a claim may be when the run ends.
EVENTS: Final = {
    "born": ("产生", "comes up"), "route": ("准入裁定", "access decides"),
    "not_listed": ("病种未纳入跨省直接结算，在本地就医", "cared for at home: its disease is not listed"),
    "turned_away": ("因条件放弃，在本地就医", "cared for at home: its terms kept it"),
    "absorbed": ("本人正在候床或住院，归入其中", "absorbed inside an own wait or stay"),
    "asks_for_bed": ("申请住院", "asks for a bed"), "admit": ("入院", "admitted"), "discharge": ("出院", "discharged"),
    "no_settlement": ("账户无余额，不构成结算", "the account is empty: no settlement"),
    "settle": ("直接结算", "settled directly"), "reverse": ("结算撤销", "settlement taken back"),
    "reversal_refused": (
        "不得撤销（已非最近一笔、已通知清算或已拨付）", "not taken back: no longer the latest, stated or paid"
    ),
    "advance": ("全额垫付", "the patient pays everything"),
    "reimburse: arrive": ("报销材料送达", "the claim reaches the desk"),
    "reimburse: decide": ("报销审核", "the desk decides"), "reimburse": ("手工报销", "reimbursed"),
    "assist: arrive": ("救助材料送达", "the assistance claim reaches the desk"),
    "assist: decide": ("救助审核", "the desk decides on assistance"), "assist": ("救助拨付", "assistance is paid"),
    "default": ("欠费", "never paid"), "state": ("清算通知", "stated"), "remit": ("省间划拨", "remitted"),
    "set_off": ("省间互抵", "set off between the provinces"), "pay_hospitals": ("拨付医院", "hospitals are paid"),
    "annual_closing": ("年度清算拨付", "paid at the annual closing"),
    "settled": ("已直接结算", "settled directly"),
    "advanced": ("已垫付，尚未报销", "paid by the patient, not yet reimbursed"),
    "reimbursed": ("已手工报销", "reimbursed by hand"), "waiting_for_bed": ("候床", "waiting for a bed"),
    "in_bed": ("住院", "in bed"), "on_its_way": ("报销材料在途", "the claim is on its way to the desk"),
    "at_the_desk": ("报销待审", "the claim waits at the desk"), "decided": ("报销待拨", "decided, not yet paid"),
    "assistance_on_its_way": ("救助材料在途", "the assistance claim is on its way"),
    "assistance_at_the_desk": ("救助待审", "the assistance claim waits at the desk"),
    "assistance_decided": ("救助待拨", "assistance decided, not yet paid"),
    "reversal_due": ("撤销到期", "it is to be taken back"), "not_stated": ("清算通知", "its statement"),
    "not_remitted": ("省间划拨", "its remittance"), "not_paid": ("拨付医院", "the payment of its hospitals"),
    "not_born": ("尚未产生", "not yet come up"),
}  # fmt: skip

#: Chinese of codes; in English a code is read as it stands.
_CODES: Final = {
    "inpatient": "住院", "outpatient": "普通门诊", "chronic": "门诊慢特病", "pharmacy": "药店购药", "community": "社区",
    "1": "一级", "2": "二级", "3": "三级", "first_five": "前五种病", "later_five": "后五种病", "employee": "职工医保",
    "resident": "居民医保", "active": "在职", "retired": "退休", "adult": "成年", "minor": "未成年", "female": "女",
    "male": "男", "none": "无", "destitute": "特困", "low_income": "低保", "near_low_income": "低保边缘",
    "fallen_back": "返贫致贫", "long_term_resident": "异地长期居住", "referral": "转诊", "emergency": "急诊",
    "other": "其他临时外出", "hypertension": "高血压", "diabetes": "糖尿病", "cancer": "恶性肿瘤", "dialysis": "透析",
    "transplant": "器官移植", "copd": "慢阻肺", "rheumatoid_arthritis": "类风湿关节炎",
    "coronary_heart_disease": "冠心病", "viral_hepatitis": "病毒性肝炎", "ankylosing_spondylitis": "强直性脊柱炎",
    "drug_a": "甲类药", "drug_b": "乙类药", "drug_uncovered": "目录外药",
    "consumable": "耗材", "examination": "检查检验",
    "service": "医疗服务", "direct": "直接结算", "manual": "手工报销", "wait": "候床期间", "stay": "住院期间",
    "local": "按本地待遇", "chongqing": "重庆", "sichuan": "四川",
}  # fmt: skip


def phrase(key: str, lang: Language, *values: object) -> str:
    """A phrase of the page."""
    return PHRASES[key][lang == "en"].format(*values)


def field(name: str, lang: Language) -> str:
    """The name of a field; of one that has none, its code."""
    return FIELDS[name][lang == "en"] if name in FIELDS else code(name, lang)


def event(name: str, lang: Language) -> str:
    """The name of an event, an outcome or an open matter."""
    return EVENTS[name][lang == "en"]


def code(name: str, lang: Language) -> str:
    """A code as people read it.

    >>> code("near_low_income", "en")
    'near low income'
    """
    return _CODES.get(name, name) if lang == "zh" else name.replace("_", " ")
