"""Where do the committed tables of bills, stays and distance decay come from? From this routine and the priors.

    python -m settlement_sim.demand.build_tables

Floating point and exp are used here only; the simulation reads the integers. Those of a scenario with own priors
behind them are made when it runs.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.own_priors import differing
from settlement_sim.demand.priors import DATA, Priors
from settlement_sim.demand.quantiles import KNOT_BITS, SHAPES, TRAVEL, UNIT_BITS, Shapes, load_decay, load_shapes

MAX_MINUTES = 2_000


def quantile_knots(cv: float, lower: float, upper: float) -> list[int]:
    """Knots of a log-normal cut below and above, scaled so that its piecewise linear mean is one."""
    sigma = math.sqrt(math.log1p(cv * cv))
    steps = 1 << KNOT_BITS
    normal = NormalDist()
    inner = [math.exp(sigma * normal.inv_cdf(step / steps)) for step in range(1, steps)]
    scale = math.exp(-sigma * sigma / 2)
    for _ in range(60):
        cut = [lower, *(min(max(scale * x, lower), upper) for x in inner), upper]
        scale /= trapezoid_mean(cut)
    return [round(x * (1 << UNIT_BITS)) for x in cut]


def trapezoid_mean(knots: list[float]) -> float:
    """Mean of the piecewise linear quantile function through equally spaced knots."""
    return (sum(knots) - (knots[0] + knots[-1]) / 2) / (len(knots) - 1)


def shape_rows(priors: Priors) -> Iterable[list[int]]:
    """One row per knot: its number, then one column per shape."""
    columns = [
        quantile_knots(*(priors[f"shapes.{shape}.{part}"] / 100 for part in ("cv", "lower", "upper")))
        for shape in SHAPES
    ]
    return ([knot, *values] for knot, values in enumerate(zip(*columns, strict=True)))


def decay_rows(priors: Priors) -> Iterable[list[int]]:
    """One row per minute of travel: everyday travel plus a share of deliberate travel, by care type."""
    near, far = priors.row("destination.near_minutes"), priors.row("destination.far_minutes")
    share = priors.row("destination.far_share") / 100
    for minute in range(MAX_MINUTES + 1):
        yield [
            minute,
            *(
                max(1, round(10_000 * ((1 - s) * math.exp(-minute / n) + s * math.exp(-minute / f))))
                for n, f, s in zip(near, far, share, strict=True)
            ),
        ]


def shapes_of(priors: Priors) -> Shapes:
    """The committed quantile tables, or those of own priors."""
    return Shapes(_table(shape_rows(priors)).ravel()) if differing(priors, "shapes.") else load_shapes()


def decay_of(priors: Priors) -> npt.NDArray[np.int64]:
    """The committed decay by care type and minute, or that of own priors."""
    behind = ("destination.near_minutes", "destination.far_minutes", "destination.far_share")
    return _table(decay_rows(priors)) if differing(priors, *behind) else load_decay()


def _table(rows: Iterable[list[int]]) -> npt.NDArray[np.int64]:
    """Columns × rows, without the first column, as the committed files are read."""
    return np.ascontiguousarray(np.array(list(rows), np.int64)[:, 1:].T)


def write(name: str, header: Iterable[str], rows: Iterable[list[int]], folder: Path = DATA) -> None:
    """Write one table as CSV."""
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: Path = DATA) -> None:
    """Make both tables."""
    priors = Priors.load()
    write("shapes.csv", ("knot", *SHAPES), shape_rows(priors), folder)
    write("decay.csv", ("minutes", *TRAVEL), decay_rows(priors), folder)


if __name__ == "__main__":
    main()
