"""How do tests make a comparison of three seeds by hand? A folder with measures alone, as `compare --out` leaves it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SEEDS = (1, 2, 3)
#: Measure → its value in each seed.
BySeed = Mapping[str, Sequence[int]]
_ABOUT = {
    "format": 1, "settlement_sim": "0", "kind": "counterfactual", "settings": [], "seeds": SEEDS, "world_seed": 1,
    "scale": 1.0, "window": ["2024-01-01", "2024-09-30"], "recognition": None,
}  # fmt: skip
_FILES = {
    "warnings.txt": "",
    "assumptions.csv": "kind,name,value,range,grade,basis\nprior,trips,2,1-3,assumption,a test\n",
    "units.csv": "unit,zh,en,lat,lon,pool,province\nyubei,渝北区,Yubei,29.7,106.6,chongqing,chongqing\n",
    "pools.csv": "pool,zh,en,insured,province\nchongqing,重庆市,Chongqing,32000000,chongqing\n",
}


def comparison(folder: Path, reference: BySeed, other: BySeed, read: Sequence[str] = ()) -> Path:
    """A reference and another scenario whose question asks for `read`."""
    folders = [_side(folder, number, measures, read) for number, measures in enumerate((reference, other))]
    _write(folder, about("comparison", "a", read) | {"folders": folders})
    return folder


def about(what: str, name: str, read: Sequence[str] = ()) -> dict[str, Any]:
    """A manifest."""
    return {**_ABOUT, "what": what, "scenario": name, "question": {"zh": "问", "en": "asked", "read": list(read)}}


def _side(folder: Path, number: int, measures: BySeed, read: Sequence[str]) -> str:
    path = folder / f"{number}-{'ab'[number]}"
    path.mkdir(parents=True)
    rows = [["seed", *measures], *([seed, *values] for seed, *values in zip(SEEDS, *measures.values(), strict=True))]
    lines = [",".join(str(cell) for cell in row) for row in rows]
    for name, text in {**_FILES, "measures.csv": "\n".join(lines) + "\n"}.items():
        (path / name).write_text(text, "utf-8")
    _write(path, about("replications", "ab"[number], read))
    return path.name


def _write(folder: Path, said: Mapping[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")


_MILLION = 100_000_000
_BILLS = {"total_fee": tuple(million * _MILLION for million in (100, 110, 120))}
#: Of three seeds Student's quantile is 4.303. Differences 10, 11, 12 have 11 ± 4.303 × 1 ÷ √3 = 2.484; −1, 0, 4 have
#: 1 ± 4.303 × √7 ÷ √3 = 6.573. Reference, scenario, the first sentence in Chinese and in English.
ANSWERS: Mapping[str, tuple[BySeed, BySeed, str, str]] = {
    "more": (
        {"settlements": (100, 200, 300)}, {"settlements": (110, 211, 312)},
        "直接结算人次比参照增加 11（差值的 95% 区间 +8.5 至 +13.5），即 +5.5%。",
        "Direct settlements: 11 more than the reference (95 % interval of the difference +8.5 to +13.5), +5.5%.",
    ),
    "less": (
        _BILLS, {"total_fee": tuple(million * _MILLION for million in (90, 99, 108))},
        "医疗总费用比参照减少 1,100.00 万元（差值的 95% 区间 −1,348.43 至 −851.57），即 −10.0%。",
        "Gross bills: 11.000 million yuan less than the reference (95 % interval of the difference −13.484 to −8.516), "
        "−10.0%.",
    ),
    "unclear": (
        {"settlements": (100, 200, 300)}, {"settlements": (99, 200, 304)},
        "直接结算人次与参照相比没有可辨的变化：差值 +1（95% 区间 −5.6 至 +7.6）。",
        "Direct settlements: no clear change against the reference, +1 (95 % interval −5.6 to +7.6).",
    ),
    "same": (
        _BILLS, _BILLS, "医疗总费用在每个种子中都与参照相同。", "Gross bills: the same as the reference in every seed.",
    ),
    "from nothing": (
        {"by_hand": (0, 0, 0)}, {"by_hand": (4, 5, 6)},
        "手工报销人次比参照增加 5（差值的 95% 区间 +2.5 至 +7.5），参照中为零。",
        "Claims by hand: 5 more than the reference (95 % interval of the difference +2.5 to +7.5), "
        "of which the reference has none.",
    ),
}  # fmt: skip
