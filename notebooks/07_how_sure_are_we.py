# %% [markdown]
# # How sure are we? 有多确定？
#
# Three kinds of doubt: chance (other seeds), the reading of what was reported, and assumptions without a document. Only the first
# shrinks with more runs.
#
# 三种不确定：随机（换种子）、报道口径的读法、没有文件支持的假设。只有第一种会随运行次数增加而缩小。

# %%
import settlement_sim as ss

scenario = ss.load("baseline_2024q1q3", "world.scale=0.01")
replications = ss.replications(scenario, runs=3, workers=2)
replications

# %% [markdown]
# ## Paired differences 成对差值
#
# Two readings of the reported growth, R1 and R2. With the same seeds most of chance cancels: compare the errors with and without pairing.
# 两种增长口径。相同种子下随机性大多抵消：比较成对与不成对的误差。

# %%
readings = ss.compare(scenario, ss.load("q20_growth_r2", "world.scale=0.01"), runs=3, workers=2)
frame = readings.measures.set_index("measure")[["difference", "se", "se_unpaired"]]
frame.loc[["usage_highest", "red_days", "settlements", "fund_total", "mean_days"]].round(2)

# %%
axes = ss.plot.differences(readings)

# %% [markdown]
# ## Assumptions 假设
#
# No interval covers them. How many are there, by grade? 区间不包含假设的不确定。按等级各有多少？

# %%
ss.assumptions(scenario).groupby(["kind", "grade"]).size().unstack(fill_value=0)
