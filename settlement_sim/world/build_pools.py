"""How many persons does each pool insure?

Chongqing is one pool. The two totals of Sichuan are spread over its prefectures by residents, because no
document with the insured of each was found: Chengdu's employees are too few, everybody else's too many.
Run `python -m settlement_sim.world.build_pools` to write `pools.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping

from settlement_sim.vocabulary import POOLS, SCHEMES
from settlement_sim.world import build_inputs
from settlement_sim.world.apportion import apportion
from settlement_sim.world.geography_tables import COLUMNS

#: Names in the order of POOLS.
_NAMES = (
    ("重庆市", "Chongqing"), ("成都市", "Chengdu"), ("自贡市", "Zigong"), ("攀枝花市", "Panzhihua"),
    ("泸州市", "Luzhou"), ("德阳市", "Deyang"), ("绵阳市", "Mianyang"), ("广元市", "Guangyuan"),
    ("遂宁市", "Suining"), ("内江市", "Neijiang"), ("乐山市", "Leshan"), ("南充市", "Nanchong"),
    ("眉山市", "Meishan"), ("宜宾市", "Yibin"), ("广安市", "Guang'an"), ("达州市", "Dazhou"),
    ("雅安市", "Ya'an"), ("巴中市", "Bazhong"), ("资阳市", "Ziyang"), ("阿坝州", "Ngawa (Aba)"),
    ("甘孜州", "Garzê"), ("凉山州", "Liangshan"),
)  # fmt: skip


def insured(number: Mapping[str, int]) -> dict[str, list[int]]:
    """Persons by scheme, in the order of POOLS."""
    residents = dict.fromkeys(POOLS, 0)
    for unit in build_inputs.units():
        residents[unit.pool] += unit.residents
    weights = [residents[pool] for pool in POOLS[1:]]
    return {
        scheme: [
            number[f"insured.chongqing.{scheme}"],
            *apportion(number[f"insured.sichuan.{scheme}"], weights),
        ]
        for scheme in SCHEMES
    }


def table_text() -> str:
    """`pools.csv` as it is committed."""
    number = build_inputs.assumptions()
    persons = insured(number)
    rows = []
    for place, (pool, names) in enumerate(zip(POOLS, _NAMES, strict=True)):
        counts = [persons[scheme][place] for scheme in SCHEMES]
        province = "chongqing" if place == 0 else "sichuan"
        source = "chongqing_insured_2023" if place == 0 else "own_insured_spread"
        rows.append([pool, *names, province, *counts, "assumption", source, *_ends(place, counts, number)])
    return build_inputs.table_text(COLUMNS["pools.csv"], rows)


def _ends(place: int, counts: list[int], number: Mapping[str, int]) -> list[int]:
    """Low and high of each scheme: Chongqing's own range, a prefecture's in per cent of its share."""
    if place == 0:
        return [number[f"insured.chongqing.{scheme}.{end}"] for scheme in SCHEMES for end in ("low", "high")]
    return [
        count * number[f"insured.{end}.{scheme}"] // 100
        for scheme, count in zip(SCHEMES, counts, strict=True)
        for end in ("low", "high")
    ]


if __name__ == "__main__":
    build_inputs.write("pools.csv", table_text())
