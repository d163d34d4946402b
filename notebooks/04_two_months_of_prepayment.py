# %% [markdown]
# # Two months of prepayment 两个月的预付金
#
# Each province prepays two months of its volume; a usage of 70 % is a yellow alert, of 90 % a red one. Whether it is enough depends on
# what one divides by the prepayment: what the month's clearing asks for, or all that is unpaid. The documents leave that open, so both
# are counted. One traveller in ten.
#
# 各省预付两个月的清算额度；使用率70%黄色预警，90%红色预警。够不够取决于分子：当月清算额，还是全部未付款。文件未写明，两种口径都计算。人群为十分之一。

# %%
import settlement_sim as ss

result = ss.simulate(ss.load("baseline_2024q1q3", "world.scale=0.1"))
axes = ss.plot.prepayment(result)

# %% [markdown]
# By definition, over the nine months: `usage` is the mean of the months, `highest` the highest day; a red day is a yellow one too. The
# basis is the mean month of last year's fourth quarter; that of the whole year before is not simulated here.
# 按使用率口径，九个月合计：`usage` 为各月平均，`highest` 为最高一日；红色预警日同时计入黄色。预付基数为上年四季度月均。

# %%
usage = result.tables["usage"].query("basis == 'last_q4_mean'")
usage[["insured_province", "definition", "months", "usage", "highest", "yellow_days", "red_days"]]

# %% [markdown]
# So two months are enough for what a month's clearing asks for, with yellow alerts; counted by all that is unpaid, the alert is red on
# nearly every day, as bills of two to three months are always under way. 按当月清算额，两个月够用，只有黄色预警；按全部未付款，几乎天天红色，
# 因为在途账单总有两三个月。
#
# ## One month instead 如果只预付一个月

# %%
reference = ss.load("baseline_2024q1q3", "world.scale=0.02")
one_month = ss.load("baseline_2024q1q3", "world.scale=0.02", "policies.clearing.0.with.prepayment_months=1")
comparison = ss.compare(reference, one_month, runs=2, workers=2)
comparison

# %% [markdown]
# When do hospitals have their money? Dot: mean; thick: 50 % to 90 % of the money; thin: to the longest.
# 医院几天拿到钱？圆点为平均，粗线为50%—90%分位，细线到最长。

# %%
axes = ss.plot.days(comparison)

# %% [markdown]
# In a world of one in fifty a single large bill weighs fifty times too much: months jump more than they would. `docs/questions.md` (Q3)
# has the measurement at full scale. 五十分之一的人群中，单笔大额账单的影响被放大五十倍；全量结果见 `docs/questions.md` 第3问。
