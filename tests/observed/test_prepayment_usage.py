"""Does the usage of the prepayment follow from what was posted, and does what was posted grow as was declared?

A run grows by numbers of visits, at one price: stays by their factor, all others by that of settlements. Under R2 both
are the declared growth of gross bills, +42 % and +13 %; under R4 the gross bills of a run grow by more than the +13 %.
What accounts pay grows with what is credited to them, not with visits, so growth is told of the funds.
"""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import pandas as pd
import pytest

from settlement_sim.observed.growth import Growth, growth
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.record.tables import tables
from settlement_sim.scenario.load import load
from settlement_sim.study.run import prepare, run

#: A tenth of the travellers; the window holds both years, so that tables tell of all months but those of 2022.
SETTINGS = ("world.scale=0.1", "window.from=2023-01-01")
NINE = [f"{month:02d}" for month in range(1, 10)]
STANDARD_ERRORS = 4


@dataclass(frozen=True)
class Run:
    """Tables of a run under a reading."""

    reading: str
    tables: dict[str, pd.DataFrame]

    @property
    def declared(self) -> Growth:
        return growth(self.reading)

    @cached_property
    def funds(self) -> dict[tuple[str, str, str], int]:
        """What funds paid in January to September: year, direction, care type."""
        months = self.tables["by_month"]
        nine = months[months.month.str[5:].isin(NINE)]
        sums = nine.groupby([nine.month.str[:4], "direction", "care_type"]).fund_total.sum()
        return {key: int(fen) for key, fen in sums.items()}

    def paid(self, year: str, direction: str) -> int:
        return sum(fen for (y, d, _), fen in self.funds.items() if (y, d) == (year, direction))

    def ratio(self, direction: str) -> float:
        return self.paid("2024", direction) / self.paid("2023", direction)

    def at_one_price(self, direction: str) -> float:
        """What the ratio would be if every care type grew by its declared factor: 2024 led back to 2023."""
        before = sum(
            fen * 10_000 / (self.declared.stays if care == "inpatient" else self.declared.settlements)(direction)
            for (year, d, care), fen in self.funds.items() if (year, d) == ("2024", direction)
        )  # fmt: skip
        return self.paid("2024", direction) / before

    def error(self, direction: str) -> float:
        """Standard error of the ratio, relative.

        From that of the funds' total over the whole window, clustered by person: a variance grows with volume, so
        each nine months have their share of it; both are taken as independent, which makes it rather too large, since
        who travels is the same.
        """
        row = self.tables["totals"].query(f"care_type == 'all' and direction == '{direction}'").iloc[0]
        shares = sum(row.fund_total / self.paid(year, direction) for year in ("2023", "2024"))
        return float(row.fund_total_se / row.fund_total * shares**0.5)


@pytest.fixture(scope="module", params=["R2", "R4"])
def of(request: pytest.FixtureRequest) -> Run:
    loaded = load("q3_prepayment", (*SETTINGS, f"readings.growth={request.param}"))
    return Run(request.param, tables(run(prepare(loaded)).outcome))


def provinces(direction: str) -> tuple[str, str]:
    insured, care = direction.split("_to_")
    return insured, care


def posted(of: Run) -> Counter[tuple[str, str, str, str]]:
    """Fen by insured province, pool, scheme, month."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for row in of.tables["obligations"].itertuples():
        province = "chongqing" if row.payer_pool == "chongqing" else "sichuan"
        found[province, row.payer_pool, row.scheme, row.month] += row.posted
    return found


def test_usage_is_the_arithmetic_of_its_definition(of: Run) -> None:
    """Two months of last year's mean, half up by pool and scheme, in force from March; a month's clearing over it."""
    owed, table = posted(of), of.tables["usage"]
    for insured, care in map(provinces, DIRECTIONS):
        year: Counter[tuple[str, str]] = Counter()
        month_of: Counter[str] = Counter()
        for (province, pool, scheme, month), fen in owed.items():
            if province == insured:
                year[pool, scheme] += fen * month.startswith("2023")
                month_of[month] += fen
        in_force = sum((2 * 2 * fen + 12) // (2 * 12) for fen in year.values())
        used = {f"2024-{n}": month_of[f"2024-{n}"] for n in NINE[2:]}
        days = {level: sum(calendar.monthrange(2024, int(month[5:]))[1] for month, fen in used.items()
                           if 100 * fen >= level * in_force) for level in (70, 90)}  # fmt: skip
        (row,) = table.query(
            f"insured_province == '{insured}' and care_province == '{care}' and basis == 'last_year_mean'"
            " and definition == 'month'"
        ).itertuples()
        shares = [100 * fen / in_force for fen in used.values()]
        assert (row.months, row.yellow_days, row.red_days) == (7, days[70], days[90])
        assert (row.usage, row.highest) == (round(sum(shares) / 7, 2), round(max(shares), 2))


def test_every_way_to_count_is_simulated(of: Run) -> None:
    """Last year's mean from March 2024 on; the last quarter, the basis of the run, in every month of both years."""
    table = of.tables["usage"].set_index(["insured_province", "basis", "definition"])
    for insured, definition in product(("chongqing", "sichuan"), ("month", "outstanding")):
        assert table.months[insured, "last_year_mean", definition] == 7
        assert table.months[insured, "last_q4_mean", definition] == 21
    assert table[["usage", "highest", "yellow_days", "red_days"]].notna().all(axis=None)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_funds_grow_by_visits_at_one_price(of: Run, direction: str) -> None:
    assert of.ratio(direction) == pytest.approx(
        of.at_one_price(direction), rel=STANDARD_ERRORS * of.error(direction)
    )  # fmt: skip
    assert of.error(direction) < 0.03, "a tenth of the world tells growth to a few percent"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_the_declared_growth_of_money_alone_would_give(of: Run, direction: str) -> None:
    """(1 + g) ÷ 2: 56.5 % at +13 %, 71.0 % at +42 %. R2: by direction; R4: +13 % in both."""
    insured, _ = provinces(direction)
    expected = {("R2", "chongqing"): 71.0, ("R2", "sichuan"): 56.5}.get((of.reading, insured), 56.5)
    rows = of.tables["usage"].query(f"insured_province == '{insured}'")
    said = rows.query("basis == 'last_year_mean' and definition == 'month'").by_growth.tolist()
    assert said == [expected] and rows.by_growth.notna().sum() == 1
    half = 100 * of.ratio(direction) / 2
    if of.reading == "R2":
        assert half == pytest.approx(expected, rel=STANDARD_ERRORS * of.error(direction)), "January to September alone"
        assert of.at_one_price(direction) == pytest.approx(of.declared.gross(direction) / 10_000)
    else:
        assert half > expected and of.at_one_price(direction) > of.declared.gross(direction) / 10_000


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_is_posted_grows_less_than_funds_pay(of: Run, direction: str) -> None:
    """Accounts are credited by rule: what they pay grows less, and it is posted too."""
    months = of.tables["by_month"].query(f"direction == '{direction}'")
    nine = months[months.month.str[5:].isin(NINE)]
    sums = nine.groupby(nine.month.str[:4])[["fund_total", "personal_account", "cleared"]].sum()
    ratio = sums.loc["2024"] / sums.loc["2023"]
    assert ratio.personal_account < ratio.cleared < ratio.fund_total
    insured, _ = provinces(direction)
    mine: Counter[str] = Counter()
    for (province, _, _, month), fen in posted(of).items():
        if province == insured and month[5:] in NINE:
            mine[month[:4]] += fen
    assert dict(mine) == sums.cleared.to_dict()
