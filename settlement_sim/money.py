"""How is money written, read, shared and split? Always in integer fen, ratios in 1/10,000."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

Fen = npt.NDArray[np.int64]
Amount = TypeVar("Amount", int, Fen)

#: One basis point is 1/10,000; the whole is 10,000.
WHOLE: Final = 10_000
#: One entry stays below this, so that accumulated sums stay exact in 53 bits.
ENTRY_LIMIT: Final = 10**12
SUM_LIMIT: Final = 2**53
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")


def share(fen: Amount, bp: Amount | int) -> Amount:
    """`bp`/10,000 of `fen`, half up to the fen. Shapes broadcast; both non-negative.

    >>> share(1_520_800, 9_500)
    1444760
    """
    return (fen * bp + 5_000) // WHOLE


def ceil_div(numerator: Fen, denominator: Fen) -> Fen:
    """Smallest whole number not below the quotient; denominator positive."""
    return -(-numerator // denominator)


def parse_fen(text: str) -> int:
    """Integer fen of a plain decimal amount of yuan.

    Raises ValueError with a sentence for commas, exponents and fractions of a fen.

    >>> parse_fen("18640.00")
    1864000
    """
    if not _AMOUNT.fullmatch(text):
        reason = "a thousands comma is not accepted" if "," in text else "at most two decimals, digits only"
        raise ValueError(f"an amount of yuan such as 1234.50 ({reason})")
    return int(Decimal(text) * 100)


def format_yuan(fen: int) -> str:
    """Yuan with two decimals and thousands separators, for people.

    >>> format_yuan(-123456789)
    '-1,234,567.89'
    """
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def split(total: Fen, cumulative: Sequence[Fen]) -> list[Fen]:
    """`total` by cumulative shares (one column per part but the last, 1/10,000); the last part takes the rest.

    Cumulative rounding: the parts always sum to the total, to the fen.
    """
    bounds = [np.zeros_like(total), *(share(total, column) for column in cumulative), total]
    return [upper - lower for lower, upper in zip(bounds, bounds[1:], strict=False)]
