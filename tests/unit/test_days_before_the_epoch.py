"""Does a run that begins before 2023-01-01, where days and seconds are negative, behave like any other?"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import runs

from settlement_sim import dates
from settlement_sim.demand.needs import need_text
from settlement_sim.study.run import Finished

#: Four weeks over the turn of the year, some 13,000 persons.
SETTINGS = ("world.scale=0.01", "warm_up=2022-12-18", "window.from=2022-12-18", "window.until=2023-01-14")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finished, pd.DataFrame]:
    prepared = runs.prepared(*SETTINGS, scenario="backcast_2023q1q3_r1")
    return runs.run_claims(prepared, tmp_path_factory.mktemp("turn"))


def test_every_day_has_its_settlements(told: tuple[Finished, pd.DataFrame]) -> None:
    """Nobody is busy before the run begins: not one of the 28 days is empty, on either side of the epoch."""
    _, claims = told
    by_day = claims.groupby(claims.settled.dt.date).size()
    assert [str(day) for day in by_day.index] == [dates.iso(day) for day in range(-14, 14)]
    assert by_day.min() > 30


def test_moments_are_in_order_and_ids_carry_their_month(told: tuple[Finished, pd.DataFrame]) -> None:
    _, claims = told
    assert (claims.born <= claims.admitted).all() and (claims.admitted <= claims.discharged).all()
    assert (claims.discharged <= claims.settled).all() and (claims.born >= "2022-12-18").all()
    months = claims.need.map(lambda need: need_text(need).split("-", 1)[1].rsplit("-", 1)[0])
    assert (months == claims.born.dt.strftime("%Y-%m")).all()
    assert set(months) == {"2022-12", "2023-01"}


def test_the_insurance_year_is_that_of_discharge(told: tuple[Finished, pd.DataFrame]) -> None:
    _, claims = told
    assert (claims.insurance_year == claims.discharged.dt.year).all()
    stays = claims[claims.care_type == "inpatient"]
    over = stays[(stays.admitted < "2023-01-01") & (stays.discharged >= "2023-01-01")]
    assert len(over) and (over.insurance_year == 2023).all()


def test_a_new_year_begins_from_nothing_but_january_at_home(told: tuple[Finished, pd.DataFrame]) -> None:
    """The first claim of 2023 of a person without care at home has used nothing, whatever was used in 2022."""
    _, claims = told
    healthy = claims[claims.home_class == 0]
    first = healthy.sort_values("need", kind="stable").groupby(["person", "insurance_year"]).first()
    later = first.loc[first.index.get_level_values("insurance_year") == 2023]
    once = claims.groupby(["person", "insurance_year"]).size()
    alone = later[once.loc[later.index] == 1]
    assert len(alone) > 100
    assert (alone[["pooled_fund_before", "outpatient_deductible_before", "discharges_before"]] == 0).all().all()


def test_the_tables_begin_in_december(told: tuple[Finished, pd.DataFrame], tmp_path: Path) -> None:
    finished, claims = told
    runs.files_of(finished, tmp_path)
    months = pd.read_csv(tmp_path / "tables/by_month.csv")
    direct = claims[claims.path == "direct"]
    counted = direct.groupby(direct.settled.dt.strftime("%Y-%m"), observed=True).size()
    assert months.groupby("month").settlements.sum().to_dict() == counted.to_dict()
    assert list(counted.index) == ["2022-12", "2023-01"]


def test_a_warm_up_before_the_epoch_changes_no_id(told: tuple[Finished, pd.DataFrame], tmp_path: Path) -> None:
    """The needs born in January are the same whether the run began in December or not."""
    _, claims = told
    settings = [setting.replace("2022-12-18", "2023-01-01") for setting in SETTINGS]
    _, alone = runs.run_claims(runs.prepared(*settings, scenario="backcast_2023q1q3_r1"), tmp_path)
    both = claims[claims.born >= "2023-01-01"].merge(alone, on="need", suffixes=("", "_alone"))
    assert len(both) > 0.95 * len(alone), "a few lie in a bed since December"
    assert (both.total_fee == both.total_fee_alone).mean() > 0.99 and (both.born == both.born_alone).all()
