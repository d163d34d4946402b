# %% [markdown]
# # A first look at the corridor 初看川渝异地就医结算
#
# This notebook simulates January to September 2024 in a world with one traveller in fifty (`world.scale=0.02`), so that it takes
# seconds. Totals are therefore about a fiftieth of the real ones; shares and shapes are those of the full run, with more noise.
# Beds are not thinned with the travellers, so nothing can be learned here about waiting.
#
# 本笔记在缩小到五十分之一的人群中模拟2024年1—9月，数秒即可完成。总数约为实际的五十分之一；构成与形态同完整运行，只是噪声更大。
# 床位并未同比缩小，因此不能据此讨论排队。

# %%
import settlement_sim as ss

result = ss.simulate(ss.load("baseline_2024q1q3", "world.scale=0.02"))
result

# %% [markdown]
# Money is whole fen (分), so sums are exact. The identities of a bill hold to the fen: 金额以分为整数，账单恒等式分毫不差：

# %%
every = result.totals.query("care_type == 'all'").set_index("direction")
scope = every.outside_scope + every.above_price_limit + every.advance_self_pay + every.in_scope
assert (every.total_fee == scope).all()
assert (every.total_fee == every.fund_total + every.personal_account + every.cash).all()
for direction, row in every.iterrows():
    print(f"{direction}: {row.settlements:,} settlements, gross {row.total_fee:,} fen")

# %% [markdown]
# ## By month 按月
#
# February holds the Spring Festival. Whether months really differ as they do here is assumed, not reported: the weekly and holiday
# pattern is a declared prior. 二月有春节；月度差异来自设定的日历规律，并非报道数。

# %%
axes = ss.plot.months(result)

# %% [markdown]
# ## Who pays 谁支付
#
# What the funds pay across this border is not reported anywhere found: these shares are predictions from rules and assumptions. Every
# figure can be had in Chinese. 各支付方占总费用的比例均为由规则和假设推出的预测，没有可对照的报道数。图可用中文：

# %%
axes = ss.plot.payers(result, lang="zh")

# %% [markdown]
# ## Where to 去向
#
# The largest flows between a unit of insurance and a unit of care. Destinations follow travel minutes and assumed preferences.
# 最大的流向（参保地 → 就医地）；去向由行程时间和设定的偏好决定。

# %%
axes = ss.plot.flows(result)

# %% [markdown]
# ## Against what was reported 与报道数对照
#
# A reduced world does not speak to A1–A4, and says so. `make run` makes the comparison at full scale.
# 缩小的人群不与A1—A4比较，并会说明原因；完整对照见 `make run`。

# %%
for row in result.check():
    if row.figure in ("A1", "A2", "A3", "A4"):
        print(f"{row.figure} {row.name_en}: {row.verdict} ({row.reason})")

# %% [markdown]
# Quantities that were never fitted, beside the run; `low` and `high` are the range one would accept, and there is no verdict.
# 从未拟合的旁证，只列出，不作结论。

# %%
for hold_out in result.beside():
    ways = ", ".join(f"{way} {value:.3f}" for way, value in hold_out.simulated.items() if value is not None)
    print(f"{hold_out.name_en} ({hold_out.low}–{hold_out.high}): {ways}")
