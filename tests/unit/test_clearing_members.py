"""Do groups, members, provinces and hospitals belong together as they should?"""

from __future__ import annotations

import numpy as np
import pytest
from tiny_funds import A1, A2, B1, C1, A, B, C, by_group, members

from settlement_sim.engine.clearing import members_of
from settlement_sim.record.recorder import Keys
from settlement_sim.vocabulary import POOLS, PROVINCES, SCHEMES
from settlement_sim.world.world import World

OWN = members()


def test_how_many_there_are() -> None:
    assert (OWN.groups, OWN.members, OWN.hospitals) == (8, 6, 3)


def test_a_group_is_pool_and_scheme_a_member_province_and_scheme() -> None:
    assert OWN.province_of_group.tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert OWN.member_of_group.tolist() == [0, 1, 0, 1, 2, 3, 4, 5]
    assert [OWN.groups_of(member).tolist() for member in range(6)] == [[0, 2], [1, 3], [4], [5], [6], [7]]
    assert OWN.of_group(A2 + 1) == ("a2", "resident") and OWN.of_member(B + 1) == ("b", "resident")


@pytest.mark.parametrize(
    ("member", "care_pool", "slots"),
    [(A, 2, [0, 1]), (A + 1, 3, [2]), (A, 0, []), (B, 1, [1]), (B, 2, []), (C, 2, [1])],
)
def test_hospitals_are_those_that_a_province_may_visit(member: int, care_pool: int, slots: list[int]) -> None:
    assert OWN.hospitals_of(member, care_pool).tolist() == slots


def test_hospitals_are_summed_to_their_pools_province_by_province() -> None:
    """Slot 0 is a hospital of b1 for the insured of a, one of a1 for all others; c has no third hospital."""
    bills = by_group((A1, 0, 1), (A1, 1, 20), (A2 + 1, 2, 300), (B1, 0, 4), (B1, 2, 50), (C1, 0, 6), (C1, 1, 70))
    expected = by_group(
        (A1, 2, 21), (A2 + 1, 3, 300), (B1, 0, 4), (B1, 3, 50), (C1, 0, 6), (C1, 2, 70), columns=4
    )  # fmt: skip
    assert (OWN.by_care_pool(bills) == expected).all()
    assert OWN.by_care_province(expected).tolist() == by_group(
        (A1, 1, 21), (A2 + 1, 2, 300), (B1, 0, 4), (B1, 2, 50), (C1, 0, 6), (C1, 1, 70)
    ).tolist()  # fmt: skip


def test_groups_are_summed_to_members_and_provinces() -> None:
    owed = by_group((A1, 1, 1), (A2, 1, 20), (A2 + 1, 1, 300), (B1, 0, 4_000))
    assert OWN.by_member(owed)[:3].tolist() == [[0, 21, 0], [0, 300, 0], [4_000, 0, 0]]
    assert OWN.by_province(owed).tolist() == [[0, 321, 0], [4_000, 0, 0], [0, 0, 0]]
    assert OWN.by_member(np.arange(8)).tolist() == [0 + 2, 1 + 3, 4, 5, 6, 7], "columns or none"


def test_the_hospitals_of_the_corridor_are_those_of_the_world(small_world: World) -> None:
    keys, world = Keys.of(small_world), small_world
    corridor = members_of(world, keys)
    assert (corridor.provinces, corridor.pools, corridor.schemes) == (PROVINCES, POOLS, SCHEMES)
    home = world.geography.unit_province[world.geography.provider_unit]
    for province in range(2):
        away = np.flatnonzero(home != province)
        there = corridor.hospital_pool[province]
        assert (there[keys.side[away]] == world.provider_pool[away]).all()
        assert (there >= 0).sum() == len(away)
    for member in range(4):
        slots = [slot for pool in range(len(POOLS)) for slot in corridor.hospitals_of(member, pool).tolist()]
        assert sorted(slots) == list(range((home != member // 2).sum())), "a hospital twice, or none"
