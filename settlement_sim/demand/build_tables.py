"""Where do the committed tables of bills, stays and distance decay come from? From this routine and the priors.

    python -m settlement_sim.demand.build_tables

Floating point and exp are used here only; the simulation reads the integers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from statistics import NormalDist

from settlement_sim.demand.priors import Priors
from settlement_sim.demand.quantiles import KNOT_BITS, SHAPES, TRAVEL, UNIT_BITS

MAX_MINUTES = 2_000
DATA = Path(str(files("settlement_sim") / "demand/data"))


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
