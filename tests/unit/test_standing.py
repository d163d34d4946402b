"""Is what a person has used kept by insurance year, written once and never out of range?"""

from __future__ import annotations

import numpy as np
import pytest

from settlement_sim.demand.priors import Priors
from settlement_sim.engine.standing import StandingStore
from settlement_sim.errors import BrokenLaw
from settlement_sim.policies.answers import Amounts
from settlement_sim.policies.views import STANDING
from settlement_sim.world.population import Population

INT32 = np.iinfo(np.int32).max
ALL = slice(None)


@pytest.fixture
def store(people: Population, priors: Priors) -> StandingStore:
    """Twelve persons: four of each home class, in turns."""
    some = people.take(np.arange(12))
    some.home_class[:] = np.arange(12) % 3
    return StandingStore(some, priors)


def read(store: StandingStore, column: str, year: int) -> list[int]:
    """A column of everybody in a year."""
    return store.view(store.place(np.arange(12), year)).read(column, ALL).tolist()


def write(store: StandingStore, rows: list[int], year: int, column: str, amounts: list[int]) -> None:
    index = np.arange(len(rows))
    store.write(store.place(np.array(rows), year), [Amounts(column, index, np.array(amounts))])


def test_everybody_starts_from_nothing(store: StandingStore) -> None:
    for column in STANDING:
        assert read(store, column, 2023) == read(store, column, 2024) == [0] * 12


def test_what_is_written_is_read_and_adds_up(store: StandingStore) -> None:
    write(store, [3, 0], 2024, "pooled_fund", [500, 7])
    write(store, [3], 2024, "pooled_fund", [20])
    assert read(store, "pooled_fund", 2024) == [7, 0, 0, 520] + [0] * 8
    assert read(store, "large_sum_fund", 2024) == [0] * 12, "another column moved"
    assert read(store, "pooled_fund", 2023) == [0] * 12, "another year moved"


def test_increments_name_rows_of_the_batch(store: StandingStore) -> None:
    place = store.place(np.array([5, 9, 2]), 2024)
    store.write(place, [
        Amounts("discharges", slice(1, 3), np.array([1, 1])),
        Amounts("pooled_fund", np.array([2]), np.array([80])),
    ])  # fmt: skip
    assert [row for row, n in enumerate(read(store, "discharges", 2024)) if n] == [2, 9]
    assert [row for row, n in enumerate(read(store, "pooled_fund", 2024)) if n] == [2]


def test_a_view_reads_the_rows_it_is_asked_for(store: StandingStore) -> None:
    write(store, [4, 5, 6], 2024, "assistance_base", [40, 50, 60])
    view = store.view(store.place(np.array([6, 4, 5]), 2024))
    assert view.read("assistance_base", np.array([2, 0])).tolist() == [50, 60]
    assert view.read("assistance_base", slice(1, 2)).tolist() == [40]
    assert view.read("assistance_base", ALL).dtype == np.int64, "fen are int64 at the surface"


def test_rows_of_one_batch_may_belong_to_different_years(store: StandingStore) -> None:
    place = store.place(np.array([1, 1]), np.array([2023, 2024]))
    store.write(place, [Amounts("pooled_fund", ALL, np.array([23, 24]))])
    assert (read(store, "pooled_fund", 2023)[1], read(store, "pooled_fund", 2024)[1]) == (23, 24)


def test_a_new_year_starts_from_nothing_and_keeps_the_last(store: StandingStore) -> None:
    write(store, [1], 2023, "pooled_fund", [100])
    write(store, [1], 2023, "discharges", [1])
    store.begin_year(2024)
    assert read(store, "pooled_fund", 2024)[1] == 0
    write(store, [1], 2024, "pooled_fund", [7])
    assert read(store, "pooled_fund", 2023)[1] == 100 and read(store, "discharges", 2023)[1] == 1
    store.begin_year(2025)
    assert read(store, "pooled_fund", 2025)[1] == 0, "the year before last is gone"
    assert read(store, "pooled_fund", 2024)[1] == 7


def test_a_late_claim_moves_the_year_it_belongs_to(store: StandingStore) -> None:
    store.begin_year(2024)
    write(store, [2], 2023, "catastrophic_base", [55])
    assert read(store, "catastrophic_base", 2023)[2] == 55 and read(store, "catastrophic_base", 2024)[2] == 0


def test_care_at_home_is_that_of_the_class(store: StandingStore, priors: Priors) -> None:
    store.add_home_care(2024, 1)
    store.add_home_care(2024, 2)
    monthly = ("outpatient_deductible", "outpatient_fund", "pooled_fund", "catastrophic_base")
    for column in set(STANDING) - {"discharges"}:
        yuan = priors.row(f"home_care.monthly.{column}") if column in monthly else np.zeros(3, np.int64)
        assert read(store, column, 2024) == [y * 100 * 2 for y in yuan.tolist()] * 4, f"{column}: two months"
        assert read(store, column, 2023) == [0] * 12, "the other year moved"


def test_the_last_class_is_discharged_at_home_once_a_year(store: StandingStore, priors: Priors) -> None:
    assert priors["home_care.discharge_month"] < 12
    for month in range(1, 13):
        store.add_home_care(2024, month)
        expected = [0, 0, int(month >= priors["home_care.discharge_month"])]
        assert read(store, "discharges", 2024) == expected * 4, f"in month {month}"


@pytest.mark.parametrize("column", STANDING)
def test_nothing_shrinks_without_a_reversal(store: StandingStore, column: str) -> None:
    with pytest.raises(BrokenLaw, match=f"standing {column} would shrink without a reversal"):
        write(store, [0, 1], 2024, column, [5, -1])


def test_nothing_to_write_is_no_problem(store: StandingStore) -> None:
    write(store, [], 2024, "pooled_fund", [])
    store.write(store.place(np.array([1]), 2024), [])
    assert read(store, "pooled_fund", 2024) == [0] * 12


@pytest.mark.parametrize("amounts", [[INT32, 1], [INT32 + 1], [2**32], [10**12 - 1]])
def test_what_32_bits_cannot_hold_is_refused(store: StandingStore, amounts: list[int]) -> None:
    with pytest.raises(BrokenLaw, match="catastrophic_base"):
        for amount in amounts:
            write(store, [0], 2024, "catastrophic_base", [amount])


def test_the_largest_amount_that_32_bits_hold(store: StandingStore) -> None:
    write(store, [0], 2024, "catastrophic_base", [INT32])
    assert read(store, "catastrophic_base", 2024)[0] == INT32 == 2_147_483_647  # 21.4 million yuan


# what is taken back -------------------------------------------------------------------------------------


def take_back(store: StandingStore, rows: list[int], year: int, **amounts: list[int]) -> None:
    store.take_back(store.place(np.array(rows), year), {name: np.array(column) for name, column in amounts.items()})


def test_a_reversal_takes_back_what_was_added(store: StandingStore) -> None:
    write(store, [3, 5], 2024, "pooled_fund", [500, 80])
    write(store, [3, 5], 2024, "discharges", [1, 1])
    write(store, [3], 2024, "pooled_fund", [20])
    take_back(store, [5, 3], 2024, pooled_fund=[80, 20], discharges=[1, 0])
    assert read(store, "pooled_fund", 2024) == [0, 0, 0, 500] + [0] * 8
    assert read(store, "discharges", 2024) == [0, 0, 0, 1] + [0] * 8


def test_a_reversal_keeps_to_its_year(store: StandingStore) -> None:
    for year in (2023, 2024):
        write(store, [2], year, "catastrophic_base", [55])
    take_back(store, [2], 2023, catastrophic_base=[55])
    assert read(store, "catastrophic_base", 2023)[2] == 0 and read(store, "catastrophic_base", 2024)[2] == 55


@pytest.mark.parametrize("column", STANDING)
def test_a_reversal_takes_no_more_than_there_is(store: StandingStore, column: str) -> None:
    write(store, [0, 1], 2024, column, [5, 5])
    with pytest.raises(BrokenLaw, match=f"a reversal takes more from standing {column} than its settlement added"):
        take_back(store, [0, 1], 2024, **{column: [5, 6]})
    assert read(store, column, 2024)[0] == 5, "nothing is written that is not right as a whole"
