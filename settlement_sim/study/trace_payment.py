"""How is written down who decided that a claim settles directly, and how its rest is paid at the counter?"""

from __future__ import annotations

from typing import Final

from settlement_sim.policies.answers import DIRECT, FUNDS, MANUAL
from settlement_sim.policies.channel.counter import Counter
from settlement_sim.policies.channel.direct import Direct
from settlement_sim.policies.channel.manual import Manual
from settlement_sim.policies.channel.one_stop import OneStop
from settlement_sim.policies.channel.treat_first_pay_later import TreatFirstPayLater
from settlement_sim.study.facts import LOCAL_TERMS, Facts, as_told
from settlement_sim.study.lines import TITLES, Tape, percent, summed, yuan

#: What a settlement leaves beside its columns, with their titles.
MEMO_TITLES: Final = {
    "claimed_later": ("先行垫付、事后报销的基金款", "fund money advanced by the patient and claimed later by hand"),
    "deposit": ("押金（入院交、出院退）", "deposit from admission to discharge"),
    "unpaid": ("未付清的个人现金部分", "part of the cash that is never paid"),
}
_REASONS: Final = {
    "none": "未备案", "long_term_resident": "异地长期居住备案", "referral": "转诊备案", "emergency": "急诊视同备案",
    "other": "其他临时外出备案", "filed_late": "出院前补办备案", "not_filed": "出院时仍未备案",
    "by_hand": "未能直接结算", "no_filing_asked": "无需备案", "local": "视同本地", "otherwise": "按其他规定",
    "linked": "机构已联网", "not_linked": "机构未联网", "green_channel": "转诊绿色通道",
    "as_told": "依案例所述", "at_the_desk": "一律手工报销",
}  # fmt: skip
_CHANNELS: Final = (Direct, OneStop, TreatFirstPayLater, Manual)


def access(facts: Facts, tape: Tape) -> None:
    """Directly or by hand, why, under which filing, and what that costs in points."""
    way, policy = facts.way, facts.policy("access").name
    zh, en = ("直接结算", "settled directly") if way.path == DIRECT else ("手工报销", "settled by hand")
    tape.add(f"{zh}（{_REASONS.get(way.reason, way.reason)}）", en, f"{policy}: {way.reason}")
    for name, reason in way.inner:
        tape.add("该政策转交", "which leaves it to", f"{name}: {reason}")
    if way.filing != LOCAL_TERMS or way.cut:
        source = "claim.cut" if "cut" in way.told else policy
        tape.add(f"备案类别 {way.filing}", f"filing tier {way.filing}", f"{source}: − {percent(way.cut)}")


def payment(facts: Facts, tape: Tape) -> None:
    """Funds together, the person's part, and how it is paid."""
    later = _claimed_later(facts, tape)
    total, paid = tape.columns["total_fee"], [tape.columns[fund] for fund in FUNDS if tape.columns[fund]]
    funds = sum(paid)
    tape.add("基金支付总额", "all funds", summed(paid), funds, column="fund_total")
    person = total - funds
    tape.add(
        "个人负担总额", "the person", f"{yuan(total)} − {yuan(funds)} = {yuan(person)}", person, column="person_total"
    )
    if not _is_settlement(facts, funds):
        tape.add("账户无余额，不构成结算", "no account, or an empty one: this is no settlement", "", 0)
        tape.columns = dict.fromkeys(tape.columns, 0)
        return
    _paid(facts, tape, person, funds)
    cleared = funds + tape.columns["personal_account"]
    formula = f"{yuan(funds)} + {yuan(tape.columns['personal_account'])} = {yuan(cleared)}"
    tape.add("清算金额", "crosses the border: funds and account", formula, cleared, column="cleared")
    _beside(facts, tape, later)


def _is_settlement(facts: Facts, funds: int) -> bool:
    """A direct purchase at a pharmacy that meets an empty account is none."""
    if type(facts.policy("channel")) not in _CHANNELS:
        return facts.settles
    return facts.claim.care_type != "pharmacy" or facts.way.path == MANUAL or facts.account > 0 or funds > 0


def _claimed_later(facts: Facts, tape: Tape) -> int:
    """Assistance that is not settled at the counter leaves the settlement and stands beside it."""
    later = facts.memo["claimed_later"]
    if type(facts.policy("channel")) is Direct and facts.way.path == DIRECT:
        later = tape.columns["medical_assistance"]
    if later:
        tape.add(*MEMO_TITLES["claimed_later"], "channel direct", later, column="claimed_later")
        tape.columns["medical_assistance"] -= later
    return later


def _paid(facts: Facts, tape: Tape, person: int, funds: int) -> None:
    """Account, then cash."""
    if type(facts.policy("channel")) not in _CHANNELS:
        as_told(facts, tape, "channel", {name: TITLES[name] for name in ("personal_account", "cash")})
        return
    if facts.person.scheme == "employee" and facts.way.path == DIRECT:
        _account(facts, tape, person, funds)
    account = tape.columns["personal_account"]
    formula = f"{yuan(person)} − {yuan(account)} = {yuan(person - account)}"
    tape.add(*TITLES["cash"], formula, person - account, column="cash")


def _account(facts: Facts, tape: Tape, person: int, funds: int) -> None:
    rule, balance, cap = tape.lookup.rule("account.pays"), facts.account, facts.policy("channel").basket_cap
    payable = person if rule.number else max(tape.columns["in_scope"] - funds, 0)
    limits = [payable, balance] + [cap] * (facts.claim.care_type == "pharmacy" and cap is not None)
    formula = f"min({', '.join(map(yuan, limits))}) = {yuan(min(limits))}"
    tape.add(*TITLES["personal_account"], formula, min(limits), rule, column="personal_account")


def _beside(facts: Facts, tape: Tape, later: int) -> None:
    """What is no payer of the bill: deposit, what is never paid, and what comes back later."""
    channel, deposit, unpaid = facts.policy("channel"), facts.memo["deposit"], facts.memo["unpaid"]
    if deposit:
        known = isinstance(channel, Counter)
        formula = f"{yuan(tape.columns['total_fee'])} × {percent(channel.deposit)} = {yuan(deposit)}" if known else ""
        tape.add(*MEMO_TITLES["deposit"], formula, deposit, column="deposit")
    if unpaid:
        tape.add(*MEMO_TITLES["unpaid"], f"channel {channel.name}", unpaid, column="unpaid")
    if later:
        left = tape.columns["cash"] - later
        formula = f"{yuan(tape.columns['cash'])} − {yuan(later)} = {yuan(left)}"
        tape.add("事后报销到账后的个人现金", "cash of the patient once that is paid back", formula, left)
