"""What may a case expect, and is it written as it should be?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from settlement_sim.errors import nearest
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES, SETTLEMENTS
from settlement_sim.study.case_policies import Finding, Loc
from settlement_sim.study.case_values import read_amount

#: Money columns of a settlement, in the order of the bill.
COLUMNS: Final = (*MONEY_NAMES, *(column.name for column in ALWAYS_ZERO), *DERIVED_NAMES)
#: Amounts that stand beside a settlement.
MEMO: Final = ("claimed_later", "deposit", "unpaid")
#: Words: how it was settled, and the reason of the access policy.
WORDS: Final = ("path", "reason")
OF_ONE: Final = (*COLUMNS, SETTLEMENTS.name, *MEMO, *WORDS)
OF_ALL: Final = (*COLUMNS, SETTLEMENTS.name, *MEMO)


def read_expected(name: str, text: Any, claims: int = 1) -> int | str:
    """Fen of an expected amount, the count of settlements, or a word. Raises ValueError with what was expected."""
    if name in WORDS:
        if not isinstance(text, str):
            raise ValueError("direct or manual" if name == "path" else "a reason of the access policy")
        return text
    if name != SETTLEMENTS.name:
        return read_amount(text)
    if not isinstance(text, str) or not text.isdecimal() or int(text) > claims:
        raise ValueError("1, or 0 for a purchase that is no settlement" if claims == 1 else f"a count up to {claims}")
    return int(text)


def expectations(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything wrong with what a case expects, of all claims or of each."""
    several = isinstance(data.get("claims"), list)
    claims = len(data["claims"]) if several else 1
    yield from _of(("expect",), data.get("expect"), OF_ALL if several else OF_ONE, claims)
    for place, row in enumerate(data["claims"] if several else ()):
        if isinstance(row, Mapping) and "reverses" not in row:
            yield from _of(("claims", place, "expect"), row.get("expect"), OF_ONE)


def _of(loc: Loc, expect: Any, known: tuple[str, ...], claims: int = 1) -> Iterator[Finding]:
    for name, text in expect.items() if isinstance(expect, Mapping) else ():
        if name not in known:
            yield (*loc, name), f"key {name!r}", f"one of {', '.join(known)}", nearest(name, known)
            continue
        try:
            read_expected(name, text, claims)
        except ValueError as error:
            yield (*loc, name), "nothing" if text is None else repr(text), str(error), ""
