# %% [markdown]
# # Recognised years, and who should pay 互认的缴费年限，与谁来付
#
# Since 1 March 2024 months of employee insurance that were paid in Chongqing and Chengdu are recognised mutually. One career by hand, then
# ten years of them.
#
# 2024年3月1日起，重庆与成都的职工医保缴费年限互认。先手算一个人，再模拟十年。

# %%
import settlement_sim as ss

career = {
    "format": 1,
    "title": {"zh": "重复缴费月份只计一次", "en": "Months paid in both places count once"},
    "person": {
        "retiree": "woman_at_50", "born": "1974-05", "insured_as": "tier_2", "applies_in": "chongqing",
        "applied": "2024-06-03",
    },
    "career": [
        {"pool": "chengdu", "from": "2003-01", "until": "2010-06"},
        {"pool": "chongqing", "from": "2010-01", "until": "2024-05"},
    ],
}  # fmt: skip
print(ss.recognise(career).explanation("en", width=150))

# %% [markdown]
# Both rules count her 257 months. Chongqing's own rule takes those of Chengdu as deemed and asks for 300: 43 are missing. The agreement
# asks for 240 months (20 years) together, so nothing is missing; what she saves comes from the shorter period, not from the counting.
#
# 两种规则都计入257个月。重庆原规则把成都月份视同缴费，但要求300个月，缺43个月；互认办法只要求合计240个月（20年），已满足。少缴的钱来自年限要求较低。
#
# ## Ten years 十年
#
# Nobody travels in this scenario: only careers and applications are simulated; a tenth of them here. What if fifteen years together
# sufficed instead of twenty? 此情景不模拟就医，只模拟职业生涯与申请；此处取十分之一。若合计年限由20年改为15年？

# %%
comparison = ss.compare(
    *(ss.load(name, "world.scale=0.1") for name in ("q9_recognition", "q9_threshold_15_years")), runs=2, workers=2
)
comparison

# %%
axes = ss.plot.recognition(comparison)

# %% [markdown]
# ## Who should pay 谁来付
#
# The fund of the place of retirement bears the retiree's care. There are five ways of asking the other fund for a share; today only the
# account moves. 退休地基金承担退休人员的医疗费用。转出地基金分担的办法有五种，目前只划转个人账户：

# %%
ss.known_policies("transfer")[["policy", "meaning"]].drop_duplicates()

# %% [markdown]
# With a share of the expected cost (`prospective`), how much would move, and which fund pays which? Million yuan in ten years, a tenth of
# the people. 若按预期费用分担（`prospective`），会划转多少，谁付给谁？单位百万元，十年，人群为十分之一。

# %%
transfers = ss.compare(
    ss.load("q9_recognition", "world.scale=0.1"), ss.load("q10_transfers", "world.scale=0.1"), runs=2, workers=2
)
transfers

# %%
paid = transfers.others[0].tables["fund_transfers"].query("kind == 'pooled'")
(
    paid.groupby(["seed", "payer_pool", "payee_pool"]).amount.sum().groupby(["payer_pool", "payee_pool"]).mean() / 1e8
).round(1)

# %% [markdown]
# Careers, costs of retirees and the contribution base in Chengdu are assumptions; only the number of cases was fitted, to the 154 that were
# reported. `docs/recognition.md` compares all five ways, and `settlement-sim transfers q10_transfers` prints them for both sides.
#
# 职业生涯、退休人员费用与成都的缴费基数均为假设；拟合的只有例数（报道的154例）。五种办法的比较见 `docs/recognition.md` 与命令 `settlement-sim transfers`。
