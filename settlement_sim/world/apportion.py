"""How is a whole number shared out by weights so that the parts are whole and add up?"""

from __future__ import annotations

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Shares of `total` by whole `weights`: rounded down, then one more to each of the largest remainders.

    Exact whole-number arithmetic; equal remainders go to the earlier place. Hamilton's method.

    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts
