# %% [markdown]
# # Write a policy in a cell 在单元格里写一项政策
#
# A policy is a frozen set of parameters and one function over columns. It decides; it moves no money and draws nothing. This one asks
# who may settle directly: whoever lives near the hospital, and whoever filed.
#
# 政策是一组固定参数加一个按列计算的函数：只作决定，不动资金，不产生随机数。下面的政策规定谁可以直接结算：住得近的，或已备案的。

# %%
import numpy as np

import settlement_sim as ss


@ss.policy("access", governed_by="born")
class CommuterAccess(ss.Policy):
    """Near patients settle as at home; others need a filing and lose `cut` points."""

    NEAR, FILED, NOT_FILED = ss.reasons("near", "filed", "not_filed")
    reach: ss.Minutes = ss.param(60, low=30, high=120, grade="assumption", source="made up for this notebook")
    cut: ss.Points = ss.param(10, low=0, high=20, grade="assumption", source="made up for this notebook")

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        """Directly when near, filed or an emergency; by hand otherwise."""
        near = needs.travel_minutes <= self.reach
        allowed = near | needs.filed | needs.emergency
        return ss.Route(
            path=np.where(allowed, ss.DIRECT, ss.MANUAL),
            cut=np.where(near, 0, self.cut),
            reason=np.where(near, self.NEAR, np.where(allowed, self.FILED, self.NOT_FILED)),
        )


# %% [markdown]
# Does it keep the promises a run rests on? 它是否遵守运行所依赖的约定？

# %%
ss.testing.check_policy(CommuterAccess)

# %% [markdown]
# Put it into the baseline from 1 July on and compare, on two processes. 从7月1日起放进基准情景，用两个进程比较。

# %%
reference = ss.load("baseline_2024q1q3", "world.scale=0.01", "window.from=2024-07-01")
comparison = ss.compare(reference, reference.using(CommuterAccess(cut=5), since="2024-07-01"), runs=2, workers=2)
comparison

# %% [markdown]
# What it decided, and why. 它作了哪些决定，理由是什么。

# %%
result = ss.simulate(reference.using(CommuterAccess(cut=5), since="2024-07-01"))
result.tables["decisions"].query("slot == 'access'")

# %% [markdown]
# To keep a policy, put it into a file and name it in a scenario: `use: my_policies.py:CommuterAccess`.
# 要长期使用，请写成文件并在情景中写明 `use: my_policies.py:CommuterAccess`。
