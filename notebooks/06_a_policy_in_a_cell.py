# %% [markdown]
# # Write a policy in a cell 在单元格里写一项政策
#
# A policy is a frozen set of parameters and one function over columns. It decides; it moves no money and draws nothing. This one asks
# who may settle a stay directly: whoever lives near the hospital, whoever filed, and emergencies. Everything else settles directly.
#
# 政策是一组固定参数加一个按列计算的函数：只作决定，不动资金，不产生随机数。下面的政策规定谁的住院可以直接结算：住得近的、已备案的和急诊；住院以外一律直接结算。

# %%
import numpy as np
import pandas as pd

import settlement_sim as ss


@ss.policy("access", governed_by="born")
class CommuterAccess(ss.Policy):
    """Stays of the near settle as at home; others need a filing, unless they are emergencies, and lose `cut` points."""

    NO_STAY, NEAR, FILED, EMERGENCY, NOT_FILED = ss.reasons("no_stay", "near", "filed", "emergency", "not_filed")
    reach: ss.Minutes = ss.param(60, low=30, high=120, grade="assumption", source="made up for this notebook")
    cut: ss.Points = ss.param(10, low=0, high=20, grade="assumption", source="made up for this notebook")

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        """One row per need; `self.cut` is in 1/10,000, however it was written."""
        no_stay = needs.care_type != ss.CARE_TYPES.index("inpatient")
        near = needs.travel_minutes <= self.reach
        why = [no_stay, near, needs.filed, needs.emergency]
        return ss.Route(
            path=np.where(np.any(why, axis=0), ss.DIRECT, ss.MANUAL),
            cut=np.where(no_stay | near, 0, self.cut),
            reason=np.select(why, [self.NO_STAY, self.NEAR, self.FILED, self.EMERGENCY], self.NOT_FILED),
        )


# %% [markdown]
# What a policy of this slot may look at, and the words behind the codes: 该环节可用的列，以及代码的含义：

# %%
print("needs.", ", ".join(ss.Needs.__annotations__))
print("ss.CARE_TYPES:", *ss.CARE_TYPES)
print("ss.FILINGS:", *ss.FILINGS)

# %% [markdown]
# Does it keep the promises a run rests on? 它是否遵守运行所依赖的约定？

# %%
ss.testing.check_policy(CommuterAccess)

# %% [markdown]
# Put it into the baseline from 1 July on and compare, on two processes. Change `cut`, `reach` or the policy itself and run the cells again.
# 从7月1日起放进基准情景，用两个进程比较。可改动 `cut`、`reach` 或政策本身，再运行一遍。

# %%
reference = ss.load("baseline_2024q1q3", "world.scale=0.05", "warm_up=2024-01-01", "window.from=2024-07-01")
mine = reference.using(CommuterAccess(cut=5, reach=60), since="2024-07-01")
comparison = ss.compare(reference, mine, runs=3, workers=2)
comparison

# %%
axes = ss.plot.differences(comparison)

# %% [markdown]
# More claims by hand, and less of everything else: bills that are not settled directly leave the rows of direct settlement. Their patients
# pay the whole bill first. What the desks have decided until the last day (means of the seeds, million yuan; "claims by hand" above counts
# those still open, too): 手工报销增加，其余各行减少：未直接结算的账单不再
# 计入直接结算各行，患者先全额垫付。截至末日已办结的手工报销（各种子平均，百万元；上表“手工报销人次”含未办结的）：

# %%
by_hand = {
    name: found.tables["by_hand"].groupby("seed")[["settlements", "total_fee", "fund_total", "cash"]].sum().mean()
    for name, found in (("reference", comparison.reference), ("mine", comparison.others[0]))
}
frame = pd.DataFrame(by_hand).T
frame.assign(**frame[["total_fee", "fund_total", "cash"]] / 1e8).round(2)

# %% [markdown]
# What it decided, and why. 它作了哪些决定，理由是什么。

# %%
result = ss.simulate(mine)
result.tables["decisions"].query("slot == 'access'")

# %% [markdown]
# ## And then 然后
#
# There are nine slots: `ss.known_policies()` lists what is built in for each, `docs/writing-a-policy.md` says what each decides and
# returns. To change no more than a parameter, no class is needed: `ss.load("q1_filing_reinstated", "policies.access.1.with.cut_other=5")`.
# To keep a policy, put it into a file and name it in a scenario beside it:
#
# 共有九个环节：`ss.known_policies()` 列出内置政策，`docs/writing-a-policy.md` 说明各环节决定什么。只改参数不必写类。要长期使用，请写成文件并在情景中写明：
#
# ```yaml
# format: 1
# extends: baseline_2024q1q3
# question: {zh: 住得近的人不再备案会怎样？, en: What if whoever lives near needed no filing?}
# kind: counterfactual
# policies:
#   access:
#     - {use: filing_free, until: 2024-06-30}
#     - {use: my_policies.py:CommuterAccess, from: 2024-07-01, with: {cut: 5}}
# ```
