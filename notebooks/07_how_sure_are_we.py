# %% [markdown]
# # How sure are we? 有多确定？
#
# Three kinds of doubt: chance (other seeds), the reading of what was reported, and assumptions without a document. Only the first
# shrinks with more runs. One traveller in twenty.
#
# 三种不确定：随机（换种子）、报道口径的读法、没有文件支持的假设。只有第一种会随运行次数增加而缩小。人群为二十分之一。

# %%
import settlement_sim as ss

scenario = ss.load("baseline_2024q1q3", "world.scale=0.05")
readings = ss.compare(scenario, ss.load("q20_growth_r2", "world.scale=0.05"), runs=3, workers=2)
readings.reference

# %% [markdown]
# Three seeds of the baseline, shared out to two processes (`ss.replications` runs a scenario alone). The interval is Student's, for the mean of
# the seeds. For few and rare events, such as recognised cases in a small world, it may reach
# below zero, which no run does. 基准情景的三个种子由两个进程分担。区间为各种子均值的 t 区间；事件很少时（如小人群中的互认例数）下限可能为负，实际不会。
#
# ## Paired differences 成对差值
#
# Two readings of the reported growth, R1 and R2, set the volumes of 2023 and so the prepayment. `se` is the standard error of the paired
# difference, `se_unpaired` the one that separate seeds would have: pairing helps much where both runs do nearly the same (settlements),
# and little for the highest of many days (`usage_highest`). 两种增长口径决定2023年业务量，从而决定预付金。`se` 为成对差值的标准误，`se_unpaired`
# 为不成对时的标准误：两次运行几乎相同的指标（人次）受益最大，取最大值的指标受益很小。

# %%
frame = readings.measures.set_index("measure")[["reference", "other", "difference", "se", "se_unpaired", "low", "high"]]
frame.loc[["settlements", "mean_days", "usage_highest", "red_days"]].round(2)

# %%
axes = ss.plot.differences(readings)

# %% [markdown]
# ## Readings 口径
#
# Where sources are ambiguous every reading is kept, and a scenario names one. `docs/questions.md` (Q20) has the results under each.
# 来源有歧义之处保留所有读法，情景写明采用哪一种；各读法的结果见 `docs/questions.md` 第20问。

# %%
known = ss.assumptions(scenario)
known.query("kind == 'reading'")[["name", "value", "basis"]]

# %% [markdown]
# ## Assumptions 假设
#
# No interval covers them. How many are there, by grade? 区间不包含假设的不确定。按等级各有多少？

# %%
known.groupby(["kind", "grade"]).size().unstack(fill_value=0)

# %% [markdown]
# Which share of stays is claimed by hand whatever the rule is such an assumption: 23 %, from 15 to 35. Both ends beside it, with the same
# seed: what of the result hangs on it? 例如“无论规则如何仍手工报销的住院比例”：23%，范围15—35%。取两端与之比较，看结果在多大程度上取决于它：


# %%
def with_by_hand(percent: int) -> ss.Loaded:
    """Both entries of the slot: those of Chongqing and Chengdu, and those of all others."""
    entries = (f"policies.access.{entry}.with.manual_stays={percent}" for entry in (0, 1))
    return ss.load("baseline_2024q1q3", "world.scale=0.05", *entries)


spread = ss.compare(scenario, with_by_hand(15), with_by_hand(35), runs=1, workers=2)
table = spread.measures.assign(percent=lambda row: 100 * row.difference / row.reference)
table = table.pivot(index="measure", columns="scenario", values="percent").set_axis(["15 %", "35 %"], axis=1)
table.loc[["stays", "by_hand", "total_fee", "fund_total", "cash"]].round(1)

# %% [markdown]
# Percent of the reference. An end of a range moves the stays that are settled directly by more than any seed does. Volumes and costs of the
# baseline itself are fitted to what was reported; with other shares it would have to be fitted anew (`settlement-sim calibrate`). Where an assumption is no setting but a prior, a rule or a place,
# a file of a few lines says the other value: `docs/own-data.md`.
#
# 单位为参照的百分比。假设取一端对直接结算住院人次的影响，远大于换种子。基准情景的总量与费用已按报道数校准；改变这一比例后应重新校准（`settlement-sim calibrate`）。先验、规则、地理数据的假设用几行的自有文件替换，见 `docs/own-data.md`。
