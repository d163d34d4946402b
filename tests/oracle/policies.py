"""Which policy answers for whom on which day, with which parameters? The entries of a scenario, read plainly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .funds_terms import Procedure, procedure

#: Parameters that policies declare, and their defaults as people write them.
COUNTER = {"deposit": "30", "reversed": "0", "reversed_after": "1", "basket_cap": None}
DEFAULTS: dict[str, dict[str, Any]] = {
    "access filing_free": {"manual_stays": "23", "manual_other": "0"},
    "access filing_required": {
        "cut_referral": "10", "cut_other": "20", "validity": "6", "late_filing": "until_discharge",
        "late_filers": "100", "manual_stays": "23", "manual_other": "0",
    },
    "access border_local": {"counts": "border_area", "manual_stays": "0", "otherwise": "filing_free"},
    "access network": {
        "community": "0", "level_1": "0", "level_2": "100", "level_3": "100", "pharmacy": "100",
        "otherwise": "filing_free",
    },
    "access referral_green_channel": {"from_level": "2", "cut": "0", "otherwise": "filing_required"},
    "catalogue care_place": {"manual": "insured_place"},
    "catalogue mutual": {"rule": "union", "local_drugs": "5"},
    "channel one_stop": COUNTER,
    "channel direct": COUNTER,
    "channel treat_first_pay_later": COUNTER | {"eligible": "assistance", "defaults": "3"},
}  # fmt: skip
TEXTS = ("late_filing", "counts", "from_level", "manual", "rule", "eligible")
COUNTS = ("validity", "reversed_after")


@dataclass(frozen=True)
class Policy:
    """A policy by name, with all its parameters: 1/10,000, fen, counts, texts, or another policy."""

    slot: str
    name: str
    parameters: Mapping[str, Any]

    def __getitem__(self, parameter: str) -> Any:
        """The value of a parameter."""
        return self.parameters[parameter]


@dataclass
class Policies:
    """The policies of a scenario, from its merged data (all values text)."""

    data: Mapping[str, Any]
    _known: dict[tuple[object, ...], Policy] = field(default_factory=dict)
    _procedures: list[Procedure] = field(default_factory=list)

    def __call__(self, slot: str, group: tuple[str, str], date: dt.date) -> Policy:
        """Who answers for a pool and scheme on a day."""
        key = (slot, group, date)
        if key not in self._known:
            entries = self._entries(slot)
            (entry,) = [e for e in entries if _on(e, date) and _speaks_of(e, group, entries)]
            self._known[key] = self._policy(slot, entry["use"], entry.get("with"))
        return self._known[key]

    def clearing(self, pool: str, scheme: str, date: dt.date) -> Procedure:
        """The clearing procedure in force; entries with equal parameters are one."""
        entries = self._entries("clearing")
        (position,) = [
            n for n, e in enumerate(entries) if _on(e, date) and _speaks_of(e, (pool, scheme), entries)
        ]  # fmt: skip
        if not self._procedures:
            readings = {name: self.data["readings"][f"prepayment_{name}"] for name in ("basis", "usage")}
            for n, entry in enumerate(entries):
                made = procedure(entry["use"], entry.get("with"), position=n, **readings)
                self._procedures.append(next((known for known in self._procedures if known.equals(made)), made))
        return self._procedures[position]

    def _entries(self, slot: str) -> list[dict[str, Any]]:
        policies = self.data["policies"]
        found: list[dict[str, Any]] = policies["benefit" if slot in policies["benefit"] else slot]
        return found[slot] if isinstance(found, dict) else found

    def _policy(self, slot: str, use: str, given: Mapping[str, Any] | None) -> Policy:
        if use.startswith("reading."):
            use = self.data["readings"][use.removeprefix("reading.")]
        if slot == "clearing":  # its parameters are those of `clearing`
            return Policy(slot, use, {})
        parameters = DEFAULTS.get(f"{slot} {use}", {}) | dict(given or {})
        return Policy(slot, use, {name: self._value(slot, name, text) for name, text in parameters.items()})

    def _value(self, slot: str, name: str, text: Any) -> Any:
        if name == "otherwise":
            return self._policy(slot, **({"use": text, "given": None} if isinstance(text, str) else _nested(text)))
        if name in TEXTS or text is None:
            return text
        return int(text) if name in COUNTS else int(Decimal(text) * 100)


def _nested(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"use": entry["use"], "given": entry.get("with")}


def _on(entry: Mapping[str, Any], date: dt.date) -> bool:
    first, last = entry.get("from", "0001-01-01"), entry.get("until", "9999-12-31")
    return str(first) <= date.isoformat() <= str(last)


def _speaks_of(entry: Mapping[str, Any], group: tuple[str, str], entries: list[dict[str, Any]]) -> bool:
    """Whether an entry's `where` names a pool and scheme; `others`: no entry of the slot names it."""
    where = entry.get("where", {})
    if where == "others":
        return not any(_speaks_of(e, group, entries) for e in entries if e.get("where") != "others")
    pool, scheme = where.get("pool", "all"), where.get("scheme", "all")
    return (pool == "all" or group[0] in pool) and scheme in ("all", group[1])
