"""Does everybody go across the border, by capacity, level and minutes, and do the integer tables say so?"""

from __future__ import annotations

import numpy as np
import pytest
from helpers import masses

from settlement_sim.demand.alias import AliasTables
from settlement_sim.demand.destinations import (
    destination_shares,
    destination_tables,
    destination_weights,
    table_of,
)
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.quantiles import load_decay
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES
from settlement_sim.world.geography import Geography

PHARMACY = LEVELS.index("pharmacy")
BOTH = [(province, care) for province in range(2) for care in range(4)]


@pytest.fixture(scope="module")
def tables(geography: Geography, priors: Priors) -> AliasTables:
    return destination_tables(geography, priors)


@pytest.fixture(scope="module")
def side(geography: Geography) -> np.ndarray:
    """Province of each provider."""
    return geography.unit_province[geography.provider_unit]


@pytest.mark.parametrize(("province", "care"), BOTH)
def test_shares_sum_to_one_and_leave_the_own_province_out(
    geography: Geography, priors: Priors, side: np.ndarray, province: int, care: int
) -> None:
    shares = destination_shares(geography, priors, province, care)
    assert shares.shape == (76, len(geography.providers))
    assert np.abs(shares.sum(1) - 1).max() < 1e-12, "shares of a residence do not sum to one"
    assert not shares[:, side == province].any(), "somebody settles across provinces at home"
    assert shares.min() >= 0


def test_pharmacies_sell_and_the_others_treat(geography: Geography, priors: Priors) -> None:
    pharmacy = geography.provider_level == PHARMACY
    for province, care in BOTH:
        shares = destination_shares(geography, priors, province, care)
        sells = CARE_TYPES[care] == "pharmacy"
        assert not shares[:, pharmacy != sells].any(), f"{CARE_TYPES[care]} at the wrong kind of provider"


def test_the_share_is_capacity_times_preference_times_decay(geography: Geography, priors: Priors) -> None:
    shares = destination_shares(geography, priors, PROVINCES.index("sichuan"), CARE_TYPES.index("inpatient"))
    home = geography.units.index("dazhu")
    three, one = (geography.providers.index(name) for name in ("wanzhou.3", "dianjiang.1"))
    preference = priors.row("destination.preference.inpatient")
    decay = load_decay()[0]
    place = geography.provider_unit[[three, one]]
    weight = geography.licensed_beds[[three, one]] * preference[[LEVELS.index("3"), LEVELS.index("1")]]
    weight = weight * decay[geography.minutes[home, place]]
    assert shares[home, three] / shares[home, one] == pytest.approx(weight[0] / weight[1], rel=1e-12)


def test_pharmacies_weigh_by_the_residents_of_their_unit(geography: Geography, priors: Priors) -> None:
    shares = destination_shares(geography, priors, 1, CARE_TYPES.index("pharmacy"))
    home = geography.units.index("dazhu")
    a, b = (geography.providers.index(f"{unit}.pharmacy") for unit in ("dianjiang", "yubei"))
    place = geography.provider_unit[[a, b]]
    weight = geography.residents[place] // 100 * load_decay()[3][geography.minutes[home, place]]
    assert shares[home, a] / shares[home, b] == pytest.approx(weight[0] / weight[1], rel=1e-12)


def test_the_nearest_hospital_outside_a_border_county_can_lie_across_the_border(
    geography: Geography, priors: Priors
) -> None:
    unit = geography.units.index
    dazhu = geography.minutes[unit("dazhu")].astype(int)
    dazhu[unit("dazhu")] = 9_999
    assert geography.units[dazhu.argmin()] == "dianjiang", "from Dazhu the next place is in Chongqing"
    shares = destination_shares(geography, priors, 1, CARE_TYPES.index("outpatient"))
    per_place = np.bincount(geography.provider_unit, shares[unit("dazhu")], len(geography.units))
    beds = np.bincount(geography.provider_unit, geography.licensed_beds)
    pull = per_place[:38] / beds[:38]
    assert geography.units[pull.argmax()] == "dianjiang", "bed for bed, the nearest place draws most"


def test_long_term_residents_go_next_door(geography: Geography, priors: Priors) -> None:
    unit = geography.units.index
    shares = destination_shares(geography, priors, PROVINCES.index("chongqing"), CARE_TYPES.index("outpatient"))
    at_home = shares[unit("wanzhou"), geography.provider_unit == unit("chengdu")].sum()
    in_chengdu = shares[unit("chengdu"), geography.provider_unit == unit("chengdu")].sum()
    assert in_chengdu > 0.5 and in_chengdu > 2 * at_home, "who lives in Chengdu is mostly treated in Chengdu"


def test_weights_of_residences_look_across_the_border(geography: Geography, priors: Priors, side: np.ndarray) -> None:
    weights = destination_weights(geography, priors, 0)
    home = geography.unit_province[:, None] == side[None, :]
    assert not weights[home].any() and weights[~home].any()
    for province in range(2):
        inside = geography.unit_province == province
        shares = destination_shares(geography, priors, province, 0)[inside]
        assert np.allclose(weights[inside] / weights[inside].sum(1, keepdims=True), shares, atol=1e-15)


def test_each_province_care_type_and_residence_has_its_own_table() -> None:
    places = [
        int(table_of(np.array([p], np.int8), np.array([c], np.int8), np.array([r], np.int16), 76)[0])
        for p in range(2) for c in range(4) for r in range(76)
    ]  # fmt: skip
    assert places == list(range(2 * 4 * 76))


@pytest.mark.parametrize("home", ["wanzhou", "dazhu", "chengdu", "panzhihua"])
def test_the_integer_tables_say_what_the_shares_say(
    geography: Geography, priors: Priors, tables: AliasTables, home: str
) -> None:
    residence = geography.units.index(home)
    for province, care in BOTH:
        table = int(table_of(np.array(province), np.array(care), np.array(residence), 76))
        found = masses(tables, table) / 2.0 ** (32 + tables.slot_bits)
        shares = destination_shares(geography, priors, province, care)[residence]
        # Weights are whole parts of 2**24 of the largest: 370 roundings of at most 1 / 2**24.
        assert np.abs(found[: len(shares)] - shares).max() < 370 / 2**24
        assert not found[: len(shares)][shares == 0].any(), "an impossible destination is drawn"
        assert not found[len(shares) :].any(), "a provider that does not exist is drawn"
