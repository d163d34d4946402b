"""Which tables does a run leave? All are sums of the recorder's cube; money is integer fen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.policies.answers import FUNDS
from settlement_sim.record import cash, funds
from settlement_sim.record.beside import advanced, care_at_home, decisions
from settlement_sim.record.columns import COUNTS, DERIVED, DERIVED_NAMES, MONEY_NAMES, typed
from settlement_sim.record.errors_of_sums import standard_errors
from settlement_sim.record.recorder import PATHS, Cube, Recorder, with_derived
from settlement_sim.record.statements import statement_lines
from settlement_sim.record.tidy import tidy
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, POOLS, SCHEMES

if TYPE_CHECKING:
    import pandas as pd

    from settlement_sim.engine.simulation import Outcome

DIRECT: Final = PATHS.index("direct")
BY_HAND: Final = PATHS.index("manual")
PAYERS: Final = (*FUNDS, "personal_account", "cash")
ALL: Final = "all"


def shaped(recorder: Recorder) -> Cube:
    """Every column as paths × months × pools × schemes × care types × providers of the other province."""
    axes = (
        len(PATHS),
        len(recorder.months),
        len(POOLS),
        len(SCHEMES),
        len(CARE_TYPES),
        recorder.keys.providers,
    )
    return {name: column.reshape(axes) for name, column in with_derived(recorder.cube).items()}


def by_direction(recorder: Recorder, path: int = DIRECT) -> Cube:
    """Directions × care types: every column summed over the window."""
    return {name: _directions(column[path].sum((0, 2, 4))) for name, column in shaped(recorder).items()}


def _directions(by_pool: Any) -> Any:
    """Pool axis first: Chongqing's pool, and Sichuan's together."""
    return np.stack([by_pool[0], by_pool[1:].sum(0)])


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """All tables of a run by name."""
    recorder = outcome.recorder
    cube = shaped(recorder)
    direct = {name: column[DIRECT] for name, column in cube.items()}
    by_care = {"direction": DIRECTIONS, "care_type": CARE_TYPES}
    by_pool = {"pool": POOLS, "scheme": SCHEMES, "care_type": CARE_TYPES}
    by_scheme = {"direction": DIRECTIONS, "scheme": SCHEMES, "care_type": CARE_TYPES}
    made = {
        "totals": totals(recorder),
        "by_hand": _frame(by_direction(recorder, BY_HAND), **by_care),
        "by_month": _by_month(recorder, cube),
        "by_pool": _frame({name: column.sum((0, 4)) for name, column in direct.items()}, **by_pool),
        "by_scheme": _frame({name: _directions(column.sum((0, 4))) for name, column in direct.items()}, **by_scheme),
        "by_level": _by_level(recorder, cube),
        "by_payer": _by_payer(recorder),
        "flows": _flows(recorder),
        "statements": statement_lines(recorder, direct),
        **_funds(outcome),
        "decisions": decisions(outcome),
        "advanced": advanced(outcome),
        "care_at_home": care_at_home(outcome),
    }
    return {name: typed(frame) for name, frame in made.items()}


def totals(recorder: Recorder) -> pd.DataFrame:
    """Direction × care type (and all): sums and standard errors."""
    sums = {k: np.concatenate([c, c.sum(1, keepdims=True)], 1) for k, c in by_direction(recorder).items()}
    frame = _frame(sums, direction=DIRECTIONS, care_type=(*CARE_TYPES, ALL))
    for name, error in standard_errors(recorder).items():
        frame[f"{name}_se"] = np.round(error.ravel(), 3)
    return frame


def _frame(sums: Cube, **axes: Any) -> pd.DataFrame:
    """A tidy frame: one row per combination of the axes, one column per sum."""
    sums = {**sums, "net": sums["settlements"] - sums["reversed"]}
    order = (*(column.name for column in COUNTS), *MONEY_NAMES, *DERIVED_NAMES)
    return tidy({name: sums[name] for name in order}, **axes)


def _by_month(recorder: Recorder, cube: Cube) -> pd.DataFrame:
    months = [dates.month_iso(month) for month in recorder.months]
    sums = {k: np.moveaxis(_directions(np.moveaxis(c[DIRECT].sum((2, 4)), 1, 0)), 0, 1) for k, c in cube.items()}
    return _frame(sums, month=months, direction=DIRECTIONS, care_type=CARE_TYPES)


def _by_level(recorder: Recorder, cube: Cube) -> pd.DataFrame:
    """Direction × care type × level of the provider."""
    world, keys = recorder.world, recorder.keys
    province = world.geography.unit_province[world.geography.provider_unit]
    shape = (2, len(CARE_TYPES), len(LEVELS))
    sums = {name: np.zeros(shape, np.int64) for name in cube}
    for name, column in cube.items():
        at = _directions(column[DIRECT].sum((0, 2)))
        for direction in (0, 1):
            providers = np.flatnonzero(province != direction)
            for care in range(len(CARE_TYPES)):
                np.add.at(
                    sums[name][direction, care],
                    world.provider_level[providers],
                    at[direction, care, keys.side[providers]],
                )
    return _frame(sums, direction=DIRECTIONS, care_type=CARE_TYPES, level=LEVELS)


def _by_payer(recorder: Recorder) -> pd.DataFrame:
    """Direction × payer: who pays the bills."""
    import pandas as pd

    sums = by_direction(recorder)
    rows = [
        (direction, care, payer, int(sums[payer][d, c]))
        for d, direction in enumerate(DIRECTIONS) for c, care in enumerate(CARE_TYPES) for payer in PAYERS
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["direction", "care_type", "payer", "paid"])


def _flows(recorder: Recorder) -> pd.DataFrame:
    """Unit of insurance → unit of care, pairs that occur."""
    import pandas as pd

    units = recorder.world.geography.units
    pairs = np.flatnonzero(recorder.flows[0])
    frame = pd.DataFrame(
        {
            "origin": [units[p // len(units)] for p in pairs],
            "destination": [units[p % len(units)] for p in pairs],
        }
    )
    for name, column in zip(("settlements", "total_fee", "cleared"), recorder.flows, strict=True):
        frame[name] = column[pairs]
    return frame


def _funds(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """The money between the funds."""
    house, recorder = outcome.funds, outcome.recorder
    world, keys = recorder.world, recorder.keys
    levels = np.full(house.members.hospital_pool.shape, -1)
    for province in range(len(levels)):
        there = np.flatnonzero(keys.province != province)
        levels[province, keys.side[there]] = world.provider_level[there]
    return {
        "obligations": funds.obligations(house),
        "remittances": funds.remittances(house),
        "collections": funds.collections(house),
        "prepayment": funds.prepayment(house),
        "usage": funds.usage(house),
        "liquidity": cash.liquidity(house),
        "days_to_cash": cash.days_to_cash(house, levels, LEVELS),
        "receivables": cash.receivables(house, levels, LEVELS),
        "waiting": cash.waiting(house),
    }


def exact(outcome: Outcome) -> dict[str, Any]:
    """The integers a run is pinned by: totals by direction and care type, and what was counted beside them."""
    sums, by_hand = by_direction(outcome.recorder), by_direction(outcome.recorder, BY_HAND)
    counts = outcome.counts
    return {
        "format": 1,
        "direct": _nested(sums),
        "by_hand": _nested(by_hand),
        "counts": {
            "absorbed_needs": counts.absorbed,
            "admitted": counts.admitted,
            "waited_for_a_bed": counts.waited,
            "seconds_waited": counts.waited_seconds,
            "admitted_over_capacity": counts.over_capacity,
            "purchases_with_an_empty_account": outcome.empty_accounts,
            "open_stays": outcome.open_stays,
            "waiting_for_a_bed": outcome.waiting,
            "open_claims_by_hand": outcome.open_manual,
            "reversals_refused": outcome.reversals_refused,
            "cared_for_at_home": int(counts.at_home.sum()),
        },
        "funds": funds.exact(outcome.funds),
    }


def _nested(sums: Cube) -> dict[str, Any]:
    names = ("settlements", "reversed", *MONEY_NAMES, *(column.name for column in DERIVED))
    return {
        direction: {care: {name: int(sums[name][d, c]) for name in names} for c, care in enumerate(CARE_TYPES)}
        for d, direction in enumerate(DIRECTIONS)
    }
