"""Which closed words may the files of this room use?"""

from __future__ import annotations

from typing import Final

#: Whose insured go where.
DIRECTIONS: Final = ("chongqing_to_sichuan", "sichuan_to_chongqing")
#: The simulated totals a reported figure can stand beside, and the unit of each.
MEASURES: Final = {"settlements": "settlements", "total_fee": "yuan"}
#: What a run must contain before a figure can be compared. Every run settles.
SETTLEMENT: Final = "settlement"
SPEAKS_TO: Final = (
    SETTLEMENT, "two_periods", "recognition", "examination", "emergency", "card", "shortage", "assistance",
    "agreement", "demography",
)  # fmt: skip
#: The readings of the two growth rates A5 and A6.
READINGS: Final = ("R1", "R2", "R3", "R4", "R5", "R6")
#: The simulated quantities a hold-out can stand beside: the unit, and the axes it may or must be narrowed to.
HOLD_OUT_MEASURES: Final = {
    "cleared_share_of_total_fee": ("share", ("", "care_type")),
    "cleared_per_settlement": ("yuan", ("", "care_type")),
    "share_of_settlements": ("share", ("care_type", "scheme")),
    "manual_share": ("share", ("care_type",)),
}
#: What grew, in `growth.yaml`.
GROWING: Final = ("settlements", "gross", "stays")

#: Units whose values carry decimals; every other number is whole.
DECIMAL_UNITS: Final = ("share", "growth", "percentage_points")
UNITS: Final = (
    *DECIMAL_UNITS, "date", "yuan",
    "settlements", "persons", "patients", "cases", "views", "examinations", "scans",
    "institutions", "hospitals", "pools", "counties", "areas", "tasks", "items", "issues", "batch",
    "operations", "dispatches", "services", "mechanisms",
    "years_of_age", "years", "months", "days", "hours", "seconds",
)  # fmt: skip
