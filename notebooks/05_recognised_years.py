# %% [markdown]
# # Recognised years, and who should pay 互认的缴费年限，与谁来付
#
# Months of contribution paid in Chongqing and Chengdu count together since 1 March 2024. One career by hand, then ten years of them.
#
# 2024年3月1日起，重庆与成都的医保缴费年限互认。先手算一个人，再模拟十年。

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
print(ss.recognise(career).explanation("en"))

# %% [markdown]
# ## Ten years 十年
#
# Nobody travels in this scenario: only careers and applications are simulated; a tenth of them here. 此情景不模拟就医，只模拟职业生涯与申请；此处取十分之一。

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
# The fund of retirement bears the retiree. With a transfer of the expected cost (T3), what would move between the funds?
# 退休地基金承担退休人员的医疗费用。若按预期费用划转（T3），基金之间会划转多少？

# %%
transfers = ss.compare(
    ss.load("q9_recognition", "world.scale=0.1"), ss.load("q10_transfers", "world.scale=0.1"), runs=2, workers=2
)
transfers

# %% [markdown]
# Careers, costs of retirees and the price in Chengdu are assumptions; `ss.load("q9_recognition")` fits only the number of cases.
# 职业生涯、退休人员费用与成都的缴费基数均为假设；拟合的只有例数。
