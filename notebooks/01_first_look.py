# %% [markdown]
# # A first look at the corridor 初看川渝异地就医结算
#
# This notebook simulates January to September 2024 in a world with one traveller in twenty (`world.scale=0.05`): some seconds instead of
# half a minute. Totals are therefore about a twentieth of the real ones; shares and shapes are those of the full run, with more noise.
# Beds are not thinned with the travellers, so nothing can be learned here about waiting. At the end one policy is changed.
#
# 本笔记在缩小到二十分之一的人群中模拟2024年1—9月，只需数秒。总数约为实际的二十分之一；构成与形态同完整运行，只是噪声更大。
# 床位并未同比缩小，因此不能据此讨论排队。最后改动一项政策。

# %%
import pandas as pd

import settlement_sim as ss

reference = ss.load("baseline_2024q1q3", "world.scale=0.05")
reference

# %% [markdown]
# A scenario says who decides what, from when on. Leave `world.scale` out for everybody (1:1). 情景写明各环节由哪项政策决定；
# 去掉 `world.scale` 即为1:1全量运行。

# %%
result = ss.simulate(reference)
result

# %% [markdown]
# Contribution years have a window of their own, from the first day of recognition on. 缴费年限互认有自己的统计期。
#
# ## Tables 数据表
#
# `result.tables` are pandas frames by name; `result.totals` is the first of them. Money is whole fen (1 yuan = 100 fen), so sums are exact
# and the identities of a bill hold to the fen. 数据表均为 pandas 表；金额以分为整数（1元=100分），账单恒等式分毫不差。

# %%
every = result.totals.query("care_type == 'all'").set_index("direction")
scope = every.outside_scope + every.above_price_limit + every.advance_self_pay + every.in_scope
assert (every.total_fee == scope).all()
assert (every.total_fee == every.fund_total + every.personal_account + every.cash).all()
print("tables:", ", ".join(result.tables))
every[["settlements", "total_fee", "fund_total", "personal_account", "cash"]]

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
# The largest flows from a unit of insurance to a unit of care (a unit is a district or county, or what is left of a prefecture).
# Destinations follow travel minutes and assumed preferences. 最大的流向（参保地 → 就医地，以区县或市州其余部分为单位）；去向由行程时间和设定的偏好决定。

# %%
axes = ss.plot.flows(result)

# %% [markdown]
# ## Against what was reported 与报道数对照
#
# A reduced world does not speak to A1–A4, the reported volumes and costs of both directions, and says so. `make run`, or
# `ss.simulate(ss.load("baseline_2024q1q3")).check()`, makes the comparison at full scale.
# 缩小的人群不与A1—A4（报道的两个方向人次与费用）比较，并会说明原因；完整对照见 `make run`。

# %%
checked = pd.DataFrame(result.check()).set_index("figure").loc[["A1", "A2", "A3", "A4"]]
checked[["name_zh", "name_en", "reported", "basis", "verdict", "reason"]]

# %% [markdown]
# Quantities that were never fitted, beside the run: `low` and `high` are the range that outside sources leave open. They are listed without a
# verdict; one outside its range, such as the share of inpatient bills that funds and accounts pay for Sichuan's insured, is a place to look.
# 从未拟合的旁证：`low`—`high` 为外部资料给出的范围，只列出，不作结论；超出范围者（如四川参保人住院费用由基金与账户支付的比例）值得追究。

# %%
beside = pd.DataFrame(result.beside())
beside[["name_zh", "name_en", "unit", "low", "high"]].join(pd.DataFrame(list(beside.simulated)).round(3))

# %% [markdown]
# ## Change a policy 改一项政策
#
# What if filing were reinstated on 1 July 2024? `cut_other` is how many points temporary travellers would lose: change the number and
# run the cell again. Both scenarios run the same seeds, so that a difference is the policy's alone. Two seeds
# are few, and intervals wide: raise `runs`. Money in million yuan.
#
# 如果2024年7月1日起恢复备案？`cut_other` 为临时外出者降低的百分点：改动数字再运行即可。两个情景用相同的种子，差值只来自政策；两个种子较少，区间较宽，可增大 `runs`。

# %%
changed = ss.load("q1_filing_reinstated", "world.scale=0.05", "policies.access.1.with.cut_other=20")
comparison = ss.compare(reference, changed, runs=2, workers=2)
comparison

# %%
axes = ss.plot.differences(comparison)

# %% [markdown]
# Which policies are there for this slot, with which parameters? 该环节有哪些政策与参数？

# %%
ss.known_policies("access")[["policy", "parameter", "default", "range", "grade", "says"]]

# %% [markdown]
# ## Where to go from here 接下来
#
# Notebook 3 asks what filing does, notebook 6 writes a new policy in a cell, notebook 7 asks how sure one may be. A result is kept with
# `result.save("runs/mine")` and given to others with `ss.export(result, "mine.xlsx", unit="yuan")`. These scenarios come with the package:
#
# 第3篇讲备案，第6篇在单元格里写政策，第7篇讲不确定性。`result.save` 保存结果，`ss.export` 导出表格（XLSX、CSV、Parquet）。随程序提供的情景：

# %%
ss.packaged_scenarios()
