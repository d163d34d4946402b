# %% [markdown]
# # Two months of prepayment 两个月的预付金
#
# Each province prepays two months of its volume; a usage of 70 % is a yellow alert, of 90 % a red one. Whether it is enough depends on
# what one divides by the prepayment: the month's clearing, or all that is unpaid. The documents leave that open, so both are counted.
#
# 各省预付两个月的清算额度；使用率70%黄色预警，90%红色预警。够不够取决于分子：当月清算额，还是全部未付款。文件未写明，两种口径都计算。

# %%
import settlement_sim as ss

result = ss.simulate(ss.load("baseline_2024q1q3", "world.scale=0.01"))
axes = ss.plot.prepayment(result)

# %% [markdown]
# By basis and definition, over the nine months. 按额度基数与使用率口径。

# %%
columns = ["insured_province", "basis", "definition", "usage", "highest", "yellow_days", "red_days"]
result.tables["usage"][columns]

# %% [markdown]
# When do hospitals have their money? 医院几天拿到钱？

# %%
axes = ss.plot.days(result)

# %% [markdown]
# In a world of one in a hundred a single large bill weighs a hundred times too much: months jump more than they would.
# 百分之一的人群中，单笔大额账单的影响被放大百倍，逐月波动大于实际。
