"""Which table shows the places: every unit, its pool, whether it lies at the border, who lives and travels there?"""

from __future__ import annotations

from reference_data import records, table


def units() -> str:
    """The 76 units in the order of their codes."""
    travellers = {row["unit"]: row for row in records("travellers.csv")}
    rows = [
        (
            row["zh"], row["en"], f"`{row['unit']}`", f"`{row['pool']}`", "yes 是" if row["border"] == "1" else "–",
            f"{int(row['residents']):,}",
            *(f"{int(travellers[row['unit']][kind]):,}" for kind in ("temporary", "long_term")),
        )
        for row in records("units.csv")
    ]  # fmt: skip
    head = ("中文", "English", "unit", "pool", "border area", "residents, 2020", "temporary travellers")
    return table((*head, "long-term residents elsewhere"), rows)
