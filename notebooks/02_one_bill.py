# %% [markdown]
# # One bill, from counter to clearing 一张账单：从结算窗口到省间清算
#
# A bill is split by the rules of the insured place on the day of discharge, line by line. Then the money moves between funds.
#
# 一张账单按参保地待遇、出院日的规则逐行分解；随后资金在基金之间流动。

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
print(ss.settle(case).explanation("en"))

# %% [markdown]
# The same in Chinese. Every rule has a grade and a document. 中文版；每条规则均有等级与出处。

# %%
print(ss.settle(case).explanation("zh", width=90))

# %% [markdown]
# ## In a run 在一次运行中
#
# A need of a run has a whole life: birth, destination, bed, bill, entry in the ledger, statement, remittance, payment of the hospital.
# Here a world with one traveller in a hundred. 运行中的一次就医需求有完整经历：产生、去向、床位、账单、记账、清算、划拨、到账。此处人群为百分之一。

# %%
scenario = ss.load("baseline_2024q1q3", "world.scale=0.01", "window.until=2024-03-31")
needs = ss.find(scenario, "inpatient", "direct")
print(ss.explain(scenario, needs[0]).explanation("en"))

# %% [markdown]
# ## The rules 规则
#
# All of them, with how many values each has and how sure they are. 全部规则：取值个数与等级。

# %%
ss.RuleBook.load()
