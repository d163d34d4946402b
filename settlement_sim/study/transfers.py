"""Which transfer between pooled funds keeps each fund whole? T0 to T4 on the same recognitions, over several seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.engine.slots import Timeline
from settlement_sim.errors import InputError, Problem
from settlement_sim.money import WHOLE, share
from settlement_sim.policies.registry import Registry
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.recognition.track import Track
from settlement_sim.scenario.load import Loaded
from settlement_sim.scenario.timeline import GROUPS
from settlement_sim.study.track import track_of
from settlement_sim.vocabulary import PROVINCES

if TYPE_CHECKING:
    import pandas as pd

#: T0 to T4, each with its parameters as declared; `prospective` both ways of paying.
FORMULAS: Final[tuple[tuple[str, str, Mapping[str, str]], ...]] = (
    ("T0", "none", {}), ("T1", "account_only", {}), ("T2", "retrospective", {}), ("T3", "prospective", {}),
    ("T3 yearly", "prospective", {"paid": "yearly"}), ("T4", "reciprocal_band", {}),
)  # fmt: skip
#: What each formula is read by, per province whose fund bears the retirees; money in yuan.
COLUMNS: Final = (
    "cases", "claimed_per_case", "received", "received_present_value", "volatility", "surplus_per_retiree",
    "surplus_spread", "change_per_case",
)  # fmt: skip
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


def compare(loaded: Loaded, seeds: Sequence[int], progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Formula × province of retirement: `COLUMNS`, means over the seeds, and the spread of `received` over them.

    Raises InputError where the scenario has no recognition.
    """
    import pandas as pd

    track = track_of(loaded)
    if track is None:
        raise InputError(Problem(str(loaded.path), "no recognition", "a scenario with recognition: {window: …}"))
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for number, (seed, (label, policy)) in enumerate((seed, way) for seed in seeds for way in formulas()):
        ran = under(track, policy, seed).run()
        for province, row in enumerate(rows(ran)):
            found.setdefault((label, PROVINCES[province]), []).append(row)
        if progress:
            progress(number + 1, len(seeds) * len(FORMULAS))
    told = [(*key, *_over_seeds(several)) for key, several in found.items()]
    return pd.DataFrame(told, columns=["formula", "retires_in", *COLUMNS, "spread_over_seeds"])


def formulas() -> list[tuple[str, TransferPolicy]]:
    """T0 to T4 with their declared parameters."""
    found = []
    for label, name, given in FORMULAS:
        policy = Registry(plugins=False).find("transfer", name).model_validate(given)
        assert isinstance(policy, TransferPolicy), "the decorator sees to it"
        found.append((label, policy))
    return found


def under(track: Track, policy: TransferPolicy, seed: int) -> Track:
    """The track with one transfer policy for everybody at all times, not yet run."""
    everywhere = Timeline((policy,), np.array([track.plan.first]), np.zeros((1, len(GROUPS)), np.int16))
    return track.with_plan(seed=seed, timelines={**track.plan.timelines, "transfer": everywhere}, predecessors={})


@dataclass(frozen=True)
class Flow:
    """Pooled money that a province received, in yuan: net of what it paid."""

    total: float
    present_value: float
    volatility: float  # standard deviation of the years


def rows(track: Track) -> list[dict[str, float]]:
    """One run: `COLUMNS` for each province."""
    a, kept = track.assessed, track.accepted
    rights = np.bincount(track.left.person, track.claimed, len(a)) / 100
    own = share(a.own, WHOLE - 100 * track.priors["money.claims_ratio"])
    waits = _nets(track)
    found = []
    for province in range(len(PROVINCES)):
        here, flow = kept & _in(a.after.place, province), _flow(track, province)
        cases = max(int(here.sum()), 1)
        received = np.full(cases, flow.total / cases) if waits else rights[here]
        surplus = (own + a.price_after - a.cost)[here] / 100 + received[: int(here.sum())]
        transferred = flow.total if waits else _entitled(track, rights, province)
        found.append({
            "cases": float(here.sum()), "claimed_per_case": rights[here].sum() / cases, "received": flow.total,
            "received_present_value": flow.present_value, "volatility": flow.volatility,
            "surplus_per_retiree": float(surplus.mean()) if here.any() else 0.0,
            "surplus_spread": float(surplus.std()) if here.any() else 0.0,
            "change_per_case": (_liability(track, province) + transferred) / max(int(kept.sum()), 1),
        })  # fmt: skip
    return found


def _liability(track: Track, province: int) -> float:
    """Yuan that recognition alone gains or costs a province: back-payments less retirees' cost, against before."""
    a, kept = track.assessed, track.accepted
    now, then = kept & _in(a.after.place, province), kept & _in(a.before.place, province)
    return float((a.price_after - a.cost)[now].sum() - (a.price_before - a.cost_before)[then].sum()) / 100


def _entitled(track: Track, rights: npt.NDArray[np.float64], province: int) -> float:
    """Yuan of claims of a province's retirees less claims on it, years to come included."""
    a, kept, left = track.assessed, track.accepted, track.left
    into = rights[kept & _in(a.after.place, province)].sum()
    out = track.claimed[kept[left.person] & _in(left.pool, province)].sum() / 100
    return float(into - out)


def _flow(track: Track, province: int) -> Flow:
    plan = track.plan
    first, last = dates.year(plan.first), dates.year(plan.last)
    by_year, value = np.zeros(last - first + 1), 0.0
    for moved in track.transfers.moved:
        into, out = (int(_province(pool) == province) for pool in (moved.payee, moved.payer))
        if moved.kind == "pooled" and into != out:
            amount = moved.amount / 100 * (into - out)
            by_year[dates.year(moved.day) - first] += amount
            value += amount / (1 + plan.discount / WHOLE) ** ((moved.day - plan.first) / 365.25)
    return Flow(float(by_year.sum()), value, float(by_year.std()))


def _nets(track: Track) -> bool:
    """Whether claims wait for each other, so that what is received is not what was claimed."""
    (policy,) = track.plan.timelines["transfer"].policies
    return type(policy).orders is not TransferPolicy.orders  # type: ignore[attr-defined]


def _province(pool: int) -> int:
    return int(pool > 0)


def _in(place: Codes, province: int) -> npt.NDArray[np.bool_]:
    """Whether each pool lies in a province: Chongqing is one pool, the others are Sichuan's."""
    return (place > 0) == bool(province)


def _over_seeds(several: list[dict[str, float]]) -> tuple[float, ...]:
    received = [row["received"] for row in several]
    spread = float(np.std(received, ddof=1)) if len(received) > 1 else 0.0
    return (*(float(np.mean([row[name] for row in several])) for name in COLUMNS), spread)
