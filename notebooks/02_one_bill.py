# %% [markdown]
# # One bill, from counter to clearing 一张账单：从结算窗口到省间清算
#
# Away from home the catalogue of the place of care says what of a bill is in scope, and the benefits of the insured place say who pays it:
# 就医地目录、参保地待遇. First a bill by hand, line by line; then one of a run, from birth to the day on which the hospital has its money.
#
# 跨省直接结算执行就医地目录、参保地待遇。先逐行手算一张账单；再看一次运行中的账单，直到医院收到钱为止。

# %%
import settlement_sim as ss

case = {
    "format": 1,
    "title": {"zh": "重庆退休职工在成都三级医院第二次住院", "en": "Chongqing retiree, second stay, level 3, Chengdu"},
    "person": {
        "pool": "chongqing", "scheme": "employee", "status": "retired", "born": "1956-03-12",
        "filing": "long_term_resident", "account": "2500.00",
    },
    "year_so_far": {"year": 2024, "discharges": 1, "pooled_fund": "21300.00"},
    "claim": {
        "care_type": "inpatient", "hospital": {"pool": "chengdu", "level": 3},
        "admitted": "2024-05-06 09:00", "discharged": "2024-05-15 10:30",
        "bill": {
            "outside_scope": "1200.00", "above_price_limit": "340.00", "advance_self_pay": "1100.00",
            "in_scope": "16000.00",
        },
    },
}  # fmt: skip
bill = ss.settle(case)
bill

# %% [markdown]
# Every rule says its grade, and the document it comes from or that there is none. The same in Chinese:
# 每条规则均注明等级与依据文件；没有文件的也会写明。中文版：

# %%
print(bill.explanation("zh", width=90))

# %% [markdown]
# Change one thing, a stay as the first of the year, and compare in whole fen: 改动一处（当年首次住院），以分为单位比较：

# %%
first = ss.settle(case | {"year_so_far": {"year": 2024, "discharges": 0, "pooled_fund": "0.00"}})
{name: first.columns[name] - fen for name, fen in bill.columns.items() if first.columns[name] != fen}

# %% [markdown]
# ## In a run 在一次运行中
#
# `ss.find` gives the first needs of a kind, `ss.explain` the whole life of one, in a world with one traveller in a hundred. Read it from
# the top: who, what was fixed at birth, how access decided, what happened when. Then the bill with its rules, and where it is booked:
# the statement of the month, the payment of the hospitals out of the prepayment, the remittance between the provinces, and the 5 % that
# are kept back until the annual closing.
#
# `ss.find` 给出某类需求，`ss.explain` 讲述其中一个的全过程：何人、产生时即定的内容、准入裁定、经过、账单与规则，以及记账去处——月度清算通知、
# 以预付金拨付医院、省间划拨、留待年度清算的5%。

# %%
scenario = ss.load("baseline_2024q1q3", "world.scale=0.01", "window.until=2024-03-31")
needs = ss.find(scenario, "inpatient", "direct")
life = ss.explain(scenario, needs[2])
life

# %% [markdown]
# ## The rules 规则
#
# All of them, with how many values each has and how sure they are. `docs/rules.md` shows every value with its source, and
# `settlement-sim rules` searches them. 全部规则的取值个数与等级；每个取值及出处见 `docs/rules.md`，或用命令 `settlement-sim rules` 查询。

# %%
ss.RuleBook.load()
