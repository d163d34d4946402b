"""Can a number of one's own stand in the place of a packaged prior? What is refused is what a run could not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from settlement_sim.demand.priors import Prior, Priors
from settlement_sim.demand.quantiles import SHAPES
from settlement_sim.errors import Problem

#: The most that a number of a unit can mean, where the packaged range does not go beyond it itself.
_MOST: Final = {"percent": 100, "per_1000": 1_000, "month": 12, "days": 366}
#: Compound growth over a life stays whole in 64 bits; where everybody goes to Chengdu nobody is left to share out.
_MOST_OF: Final = {"money.base_growth": 12, "money.cost_growth": 12, "cohort.chengdu_share": 99}
#: Times the packaged high end: beyond it a number is a slip, or in another unit.
_TIMES: Final = 10
_LEAST_HIGH: Final = 1_000
_PREFERENCE: Final = "destination.preference."
_QUANTILES: Final = ("fifths", "quarters")
#: Rows of which only the proportions count.
_RELATIVE: Final = ("prices.level.", _PREFERENCE, "home_care.class_share", "persons.rate_class.share")


def check_leaf(leaf: Prior, packaged: Prior) -> Iterator[Problem]:
    """What is wrong with one leaf in place of the packaged one of the same name."""
    if leaf.unit != packaged.unit:
        yield Problem(leaf.where, f"unit {leaf.unit!r}", f"{packaged.unit!r}, the unit of {leaf.name}")
    if leaf.axis and leaf.axis != packaged.axis:
        yield Problem(leaf.where, f"axis {leaf.axis!r}", f"{packaged.axis!r}, the axis of {leaf.name}")
    wanted = len(packaged.values)
    if len(leaf.values) != wanted:
        places = f": {', '.join(packaged.places)}" if packaged.places else ""
        yield Problem(leaf.where, f"{len(leaf.values)} values", f"{wanted} for {leaf.name}{places}")
        return
    least, most = _bounds(packaged)
    if min(leaf.values) < least or max(leaf.values) > most:
        yield Problem(leaf.where, f"{leaf.name} {_shown(leaf)}", f"nothing below {least} or above {most}")
    elif wrong := _as_a_row(leaf, packaged):
        yield Problem(leaf.where, f"{leaf.name} {_shown(leaf)}", wrong)


def check_together(priors: Priors, own: Mapping[str, Prior]) -> Iterator[Problem]:
    """What two leaves say against each other, told of the own one."""
    pairs = [(f"shapes.{shape}.lower", f"shapes.{shape}.upper") for shape in SHAPES]
    for low, high in (*pairs, ("hours.opening", "hours.closing")):
        place = own.get(high, own.get(low))
        apart = zip(priors.leaf(low).values, priors.leaf(high).values, strict=True)
        if place and any(below >= above for below, above in apart):
            yield Problem(place.where, f"{low} {_shown(priors.leaf(low))}, {high} {_shown(priors.leaf(high))}",
                          f"{low} below {high}")  # fmt: skip


def _bounds(packaged: Prior) -> tuple[int, int]:
    """What a value may be: a single share may be nothing; others only where the packaged range says that they may."""
    share = packaged.unit in ("percent", "per_1000") and len(packaged.values) == 1
    least, most = int(packaged.low > 0 and not share), _TIMES * max(packaged.high, _LEAST_HIGH)
    if packaged.name.startswith("hours."):
        return 0, 24
    if packaged.name.startswith("shapes."):
        part = packaged.name.rpartition(".")[2]
        return {"lower": (0, 99), "upper": (101, 100_000), "cv": (1, 1_000)}[part]
    if packaged.name.startswith(_PREFERENCE):
        return 0, 250  # times beds and decay, in the bits that tables of destinations have
    natural = _MOST_OF.get(packaged.name, _MOST.get(packaged.unit, most))
    return least, natural if packaged.high <= natural else most


def _as_a_row(leaf: Prior, packaged: Prior) -> str:
    """What a row as a whole would have to be; nothing where it is."""
    if packaged.name.startswith("items.") and sum(leaf.values) != 100:
        return "shares that sum to 100 %"
    if packaged.axis in _QUANTILES and any(one > other for one, other in pairwise(leaf.values)):
        return "values that never fall"
    if packaged.axis == "level" and any(
        mine and not theirs for mine, theirs in zip(leaf.values, packaged.values, strict=True)
    ):
        return "0 where the packaged row has 0: nobody is treated so at this level"
    if packaged.axis not in _QUANTILES and len(leaf.values) > 1 and _weighs(packaged) and not any(leaf.values):
        return "at least one value above zero"
    return ""


def _weighs(packaged: Prior) -> bool:
    """Whether the values of a row are weighed against each other."""
    return packaged.unit == "weight" or packaged.name.startswith(_RELATIVE)


def _shown(leaf: Prior) -> str:
    return ", ".join(map(str, leaf.values))
