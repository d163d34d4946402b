"""Which words do YAML keys, fields, columns and axis labels share? Codes are positions in these tuples."""

from __future__ import annotations

from typing import Final

PROVINCES: Final = ("chongqing", "sichuan")
POOLS: Final = (
    "chongqing", "chengdu", "zigong", "panzhihua", "luzhou", "deyang", "mianyang", "guangyuan", "suining",
    "neijiang", "leshan", "nanchong", "meishan", "yibin", "guangan", "dazhou", "yaan", "bazhong", "ziyang",
    "aba", "garze", "liangshan",
)  # fmt: skip
SCHEMES: Final = ("employee", "resident")
#: Premium tier of the resident scheme; employees have none.
TIERS: Final = ("none", "1", "2")
#: Employees are active or retired, residents adult or minor.
STATUSES: Final = ("active", "retired", "adult", "minor")
STATUSES_OF: Final = {"employee": ("active", "retired"), "resident": ("adult", "minor")}
AGE_BANDS: Final = ("0-17", "18-49", "50-59", "60-69", "70-79", "80-89", "90+")
AGE_BAND_FROM: Final = (0, 18, 50, 60, 70, 80, 90)
LEVELS: Final = ("community", "1", "2", "3", "pharmacy")
CARE_TYPES: Final = ("inpatient", "outpatient", "chronic", "pharmacy")
#: none; 特困; 低保; 低保边缘; 返贫致贫
ASSISTANCE: Final = ("none", "destitute", "low_income", "near_low_income", "fallen_back")
FILINGS: Final = ("none", "long_term_resident", "referral", "emergency", "other")
#: The five national diseases of chronic/special outpatient care that settle directly until November 2024.
DISEASES: Final = ("hypertension", "diabetes", "cancer", "dialysis", "transplant")
#: The five that join them in December 2024 (医保办发〔2024〕19号).
LATER_DISEASES: Final = (
    "copd", "rheumatoid_arthritis", "coronary_heart_disease", "viral_hepatitis", "ankylosing_spondylitis",
)  # fmt: skip
#: What a list of chronic care may contain: `DISEASES`, and from its date on `LATER_DISEASES` too.
DISEASE_GROUPS: Final = ("first_five", "later_five")
ITEMS: Final = ("drug_a", "drug_b", "drug_uncovered", "consumable", "examination", "service")
#: Original statutory retirement: men at 60, women at 55 or at 50 (by kind of work), before the raising of 2025.
RETIREES: Final = ("man", "woman_at_55", "woman_at_50")
#: Who pays contributions, and for the flexibly employed which rate.
INSURED_AS: Final = ("employer", "tier_1", "tier_2")
GRADES: Final = ("article", "official", "secondary", "assumption")

#: Every closed axis a rule leaf or a table may name.
AXES: Final = {
    "pool": POOLS,
    "scheme": SCHEMES,
    "tier": TIERS,
    "status": STATUSES,
    "age_band": AGE_BANDS,
    "level": LEVELS,
    "care_type": CARE_TYPES,
    "assistance": ASSISTANCE,
    "filing": FILINGS,
    "item": ITEMS,
    "admission": ("1", "2", "3", "4", "5"),
    "bracket": ("1", "2", "3", "4"),
    "disease_group": DISEASE_GROUPS,
    "retiree": RETIREES,
    "insured_as": INSURED_AS,
}
