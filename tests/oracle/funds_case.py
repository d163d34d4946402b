"""What does the independent model of the funds say about a clearing case?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from typing import Any

from settlement_sim.vocabulary import POOLS, PROVINCES

from .funds import Disturbed, Funds, Row
from .funds_terms import DAY, Procedure, procedure

SCHEMES = ("employee", "resident")
#: The provinces of a case that names none.
CORRIDOR = {PROVINCES[0]: POOLS[:1], PROVINCES[1]: POOLS[1:]}
Lists = dict[str, Any]


def solve(case: Mapping[str, Any]) -> tuple[Lists, Funds]:
    """The lists of a case's `expect` and the positions, amounts in fen, and the model as it stands at the end."""
    case = {"provinces": CORRIDOR, **case}
    first, last = (_date(case["window"][name]) for name in ("from", "until"))
    entries = _entries(case["policy"])

    @cache
    def in_force(pool: str, scheme: str, day: dt.date) -> Procedure:
        """After the window whoever was in force on its last day."""
        day = min(day, last)
        return next(terms for entry, terms in entries if _holds(entry, pool, scheme, day, entries))

    funds = Funds(case["provinces"], SCHEMES, in_force, first, last,
                  disturbances(case.get("disturbances", ()), case["provinces"]))  # fmt: skip
    _open(funds, case)
    by_day: dict[dt.date, list[Mapping[str, Any]]] = {}
    for owed in case["obligations"]:
        by_day.setdefault(_date(owed["on"]), []).append(owed)
    day = first
    while day <= last or (not funds.settled(day - DAY) and day <= dt.date(last.year + 1, 12, 31)):
        for owed in by_day.get(day, ()):
            _post(funds, day, owed)
        funds.close(day)
        day += DAY
    return _lists(funds, entries, first, last), funds


def _post(funds: Funds, day: dt.date, owed: Mapping[str, Any]) -> None:
    row, fen = Row(owed["from"], owed.get("scheme", "employee"), owed["at"]), _fen(owed["amount"])
    funds.move(row.group, fen, "pooled_fund", "set_aside")
    funds.move(row.group, fen, "payable_to_hospitals", "hospital_receivable")
    funds.post(day, row, fen)


def _open(funds: Funds, case: Mapping[str, Any]) -> None:
    amounts: Counter[Any] = Counter()
    for amount in case.get("opening", ()):
        amounts[(amount["from"], amount.get("scheme", "employee")), amount["at"]] += _fen(amount["amount"])
    funds.prepaid.open(funds.first, amounts, funds.first)


def _entries(policy: Any) -> list[tuple[Mapping[str, Any], Procedure]]:
    listed = policy if isinstance(policy, list) else [policy]
    return [(entry, procedure(entry["use"], entry.get("with"), position=n)) for n, entry in enumerate(listed)]


def _holds(entry: Mapping[str, Any], pool: str, scheme: str, day: dt.date, entries: list[Any]) -> bool:
    if not str(entry.get("from", "0001")) <= day.isoformat() <= str(entry.get("until", "9999")):
        return False
    where = entry.get("where", {})
    if where == "others":
        return not any(_named(other.get("where", {}), pool, scheme) for other, _ in entries)
    return _named(where, pool, scheme)


def _named(where: Any, pool: str, scheme: str) -> bool:
    if where == "others":
        return False
    pools = where.get("pool", "all")
    return (pools == "all" or pool in pools) and where.get("scheme", "all") in ("all", scheme)


def disturbances(told_of: Iterable[Mapping[str, Any]], provinces: Mapping[str, Sequence[str]]) -> list[Disturbed]:
    """Payers that are late or stop, from a case or a scenario."""
    found = []
    for told in told_of:
        payer = told["payer"]
        pools = frozenset(provinces[payer] if isinstance(payer, str) else payer)
        last = _date(told["until"]) if "until" in told else None
        found.append(Disturbed(told["what"], pools, _date(told["from"]), last, int(told.get("months", 0))))
    return found


def _lists(funds: Funds, entries: list[tuple[Mapping[str, Any], Procedure]], first: dt.date, last: dt.date) -> Lists:
    return {
        "dates": _dates(entries[0][1], first, last) if len(entries) == 1 else None,
        "statements": sums(funds.statements),
        "remittances": sums(funds.remittances),
        "hospitals": sums(funds.paying.hospitals),
        "prepayments": sums(funds.prepaid.moved),
        "receivable": sum(funds.balances["hospital_receivable"].values()),
        "positions": funds.positions,
    }


def written(expect: Mapping[str, Any]) -> Lists:
    """What a case expects, as `solve` says it."""
    found: Lists = {}
    for name, lines in expect.items():
        if name == "receivable":
            found[name] = _fen(lines)
        elif name == "dates":
            found[name] = [tuple(str(day) for day in line.values()) for line in lines]
        else:
            sums: Counter[tuple[str, ...]] = Counter()
            for line in lines:
                keys = [line.get("from"), line.get("to"), line.get("at"), line.get("for")]
                scheme = line.get("scheme", "employee")
                sums[str(line["on"]), *(key for key in keys if key), scheme] += _fen(line["amount"])
            found[name] = dict(sums)
    return found


def _dates(terms: Procedure, first: dt.date, last: dt.date) -> list[tuple[str, ...]]:
    """The periods that end in the window."""
    periods = (dates for dates in terms.periods(first, last) if dates.until <= last)
    return [tuple(day.isoformat() for day in asdict(dates).values()) for dates in periods]


def sums(rows: Iterable[tuple[dt.date, str, str, str, int]]) -> dict[tuple[str, ...], int]:
    """By day, from, to or at, and scheme."""
    found: Counter[tuple[str, ...]] = Counter()
    for day, giver, taker, scheme, fen in rows:
        found[day.isoformat(), giver, taker, scheme] += fen
    return {key: fen for key, fen in sorted(found.items()) if fen}


def _date(text: Any) -> dt.date:
    return text if isinstance(text, dt.date) else dt.date.fromisoformat(text)


def _fen(text: Any) -> int:
    return int(Decimal(str(text)) * 100)
