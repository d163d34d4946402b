# %% [markdown]
# # What filing does 备案改变什么
#
# If filing were reinstated on 1 July 2024 with lower ratios for those who file as temporary travellers: what do patients pay more? Both
# scenarios run the same seeds, so the same people fall ill on the same days, and a difference is the policy's alone.
#
# 如果2024年7月1日起恢复备案，临时外出者降低支付比例，患者多付多少？两个情景用相同的种子：同一批人、同一天就医，差值只来自政策。

# %%
import settlement_sim as ss

settings = ("world.scale=0.01", "window.from=2024-07-01")
comparison = ss.compare(
    ss.load("baseline_2024q1q3", *settings), ss.load("q1_filing_reinstated", *settings), runs=2, workers=2
)
comparison

# %% [markdown]
# Pairing makes the interval narrow: grey is what it would be without. 成对比较使区间变窄；灰色为不成对时的区间。

# %%
axes = ss.plot.differences(comparison)

# %% [markdown]
# Who pays instead of the funds? 基金少付的部分由谁承担？

# %%
axes = ss.plot.payers(comparison)

# %% [markdown]
# This is a reduced world and two seeds: the directions and shares are what to read, not the totals. For a report run
# `settlement-sim compare q1_filing_reinstated -r 8 -j 2 --out runs/filing` and `settlement-sim report runs/filing`.
#
# 这里是缩小的人群和两个种子，应看方向与比例，而非总量。正式结果请用命令行 `compare` 与 `report`。
