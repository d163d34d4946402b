"""What does a career come to, by the documents? An independent model: one person at a time, sets of months, fractions.

It reads the rule files, the priors and the life table as text, and shares nothing with the engine. A month counts
12 · year + month − 1.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from career_cases import Person
from ruamel.yaml import YAML

ROOM = Path(__file__).parents[2] / "settlement_sim"
FILES = {
    "chongqing": ROOM / "rules/data/chongqing/careers.yaml",
    "chengdu": ROOM / "rules/data/sichuan/chengdu_careers.yaml",
    "all": ROOM / "rules/data/national/careers.yaml",
}
#: Pools in the order in which a tie between places is broken.
ORDER = ("chongqing", "chengdu", "zigong", "nanchong")
RAISING = 12 * 2025
NEVER = Fraction(10**9)

# rules --------------------------------------------------------------------------------------------------


@cache
def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@cache
def rule(leaf: str, pool: str, day: dt.date, label: str = "") -> Fraction:
    """A number of a rule on a day: months, yuan, or percent; flags are 1 and 0. Other prefectures are as Chengdu."""
    name = "all" if leaf.startswith("retirement.") else "chongqing" if pool == "chongqing" else "chengdu"
    file = read(FILES[name])
    body = file["leaves"][leaf]
    for version in body.get("values") or [{"from": file["from"], "cells": body["cells"]}]:
        until = version.get("until", dt.date.max)
        if version["from"] <= day <= until:
            return _number(_cell(version["cells"], label))
    raise LookupError(f"{leaf} {pool} {day}")


def _cell(cells: Any, label: str) -> Any:
    if isinstance(cells, dict) and "value" not in cells:
        cells = cells[label] if label in cells else cells["others"]
    return cells["value"] if isinstance(cells, dict) else cells


def _number(said: Any) -> Fraction:
    words = {"true": Fraction(1), "false": Fraction(0), "none": NEVER}
    return words[said] if said in words else Fraction(str(said))


@cache
def prior(name: str) -> Any:
    room, leaf = name.split(".")
    found = read(ROOM / "demand/data/careers.yaml")[room][leaf]
    return found["value"] if "value" in found else found["values"]


# recognition --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What counts where, and what is missing."""

    place: str
    counted: int
    deemed: int
    short: int
    required: int
    pools: frozenset[str]
    why: str


@dataclass(frozen=True)
class Agreement:
    """Terms of a mutual recognition."""

    pools: tuple[str, ...] = ("chongqing", "chengdu")
    threshold: int = 240
    place: str = "longest"
    expires: dt.date = dt.date(2028, 3, 1)
    after_expiry: str = "continue"
    choice: str = "cheaper"


def union(person: Person, pools: Iterable[str]) -> set[int]:
    """Months paid in any of some pools."""
    held = person.held
    return set().union(*(held.get(pool, set()) for pool in pools))


def local_rule(person: Person, place: str) -> Found:
    """What the place's own rule says of somebody."""
    here, anywhere = person.held.get(place, set()), union(person, person.held)
    insured = dt.date(min(anywhere) // 12, min(anywhere) % 12 + 1, 1) if anywhere else person.applied
    beside = dict(person.deemed).get(place, 0) * rule("years.deemed", place, person.applied)
    beside += len(anywhere - here) * rule("years.elsewhere", place, person.applied)
    whole = rule("years.cumulative", place, insured, person.retiree)
    unbroken = rule("years.continuous", place, insured, person.retiree)
    least = rule("years.local", place, person.applied)
    lacks, in_a_row = whole - len(here) - beside, unbroken - _last_run(here, anywhere)
    total, at_home = max(min(lacks, in_a_row), Fraction(0)), max(least - len(here), Fraction(0))
    required = least if at_home > total else unbroken if in_a_row < lacks else whole
    why = "too_few_local" if at_home > total else "too_few" if total else "reached"
    return Found(place, len(here), int(beside), int(max(total, at_home)), int(required), frozenset([place]), why)


def _last_run(here: set[int], anywhere: set[int]) -> int:
    """Months without a gap up to the last month paid anywhere."""
    month = max(anywhere, default=0)
    run = 0
    while month in here:
        run, month = run + 1, month - 1
    return run


def mutual(person: Person, terms: Agreement) -> Found:
    """The agreement in the order of its articles."""
    own = local_rule(person, person.pool)
    paid = {pool: len(months) for pool, months in person.held.items() if pool in terms.pools and months}
    lapsed = person.applied > terms.expires and terms.after_expiry == "lapse"
    covered = person.pool in terms.pools and bool(paid.keys() - {person.pool})
    if lapsed or not covered or own.short == 0:
        why = "lapsed" if lapsed else "local_rule" if covered else "not_covered"
        return Found(**{**vars(own), "why": why})
    found = _together(person, terms, paid)
    if terms.choice == "cheaper" and price(person, own) <= price(person, found):
        return Found(**{**vars(own), "why": "local_rule"})
    return found


def _together(person: Person, terms: Agreement, paid: dict[str, int]) -> Found:
    pooled, members = union(person, terms.pools), frozenset(terms.pools)

    def longest(among: Iterable[str]) -> str:
        return max(among, key=lambda pool: (paid.get(pool, 0), pool == person.pool, -ORDER.index(pool)))

    satisfied = [pool for pool in paid if local_rule(person, pool).short == 0]
    if satisfied:
        place = longest(satisfied)
        local = local_rule(person, place)
        outside = union(person, person.held) - pooled  # what the agreement does not count may still be deemed paid
        deemed = dict(person.deemed).get(place, 0) * rule("years.deemed", place, person.applied)
        deemed += len(outside) * rule("years.elsewhere", place, person.applied)
        return Found(place, len(pooled), int(deemed), 0, local.required, members, "reached_elsewhere")
    place = person.pool if terms.place == "last" else longest(terms.pools)
    short = max(terms.threshold - len(pooled), 0)
    why = "back_payment" if short else "pooled_years"
    return Found(place, len(pooled), 0, short, terms.threshold, members, why)


def price(person: Person, found: Found) -> int:
    """Fen: months ÷ 12 × base × rate, half up."""
    base, rate = (
        rule(f"back_payment.{name}", found.place, person.applied, person.insured_as) for name in ("base", "rate")
    )
    return half_up(Fraction(found.short, 12) * base * rate)  # yuan × percent = fen


def half_up(value: Fraction) -> int:
    return (2 * value + 1).__floor__() // 2


# money --------------------------------------------------------------------------------------------------


def left_behind(person: Person, found: Found) -> dict[str, set[int]]:
    """Counted months by pool left: those of the place are its own, each other month belongs to one pool."""
    held, taken = person.held, set(person.held.get(found.place, set()))
    parts = {}
    for pool in ORDER:
        if pool in found.pools and pool != found.place:
            parts[pool] = held.get(pool, set()) - taken
            taken |= parts[pool]
    return {pool: months for pool, months in parts.items() if months}


def contributed(person: Person, pool: str, months: Iterable[int]) -> Fraction:
    """Fen paid for some months: mean base of the year × own ratio × rate."""
    base = rule("contribution.base", pool, person.applied) * 100
    rate = rule("contribution.rate", pool, person.applied, person.insured_as) / 100
    growth = 1 + Fraction(prior("money.base_growth"), 100)
    return sum((base * growth ** (month // 12 - 2024) * person.ratio / 100 * rate for month in months), Fraction(0))


def pooled_part(pool: str, day: dt.date) -> Fraction:
    return rule("contribution.pooled", pool, day) / 100


def account(person: Person, pool: str, months: Iterable[int]) -> Fraction:
    """What is left of the credits to a personal account."""
    credits = contributed(person, pool, months) * (1 - pooled_part(pool, person.applied))
    return credits * prior("career.account_kept") / 100


# lives --------------------------------------------------------------------------------------------------


@cache
def survival(sex: str, mortality: int) -> Sequence[Fraction]:
    """Share that lives at each age, 0 to 106; death rates are whole numbers per million."""
    with (ROOM / "demand/data/life_table.csv").open(encoding="utf-8") as file:
        rates = [min(int(row[sex]) * mortality // 100, 10**6) for row in csv.DictReader(file)]
    alive = [Fraction(1)]
    for rate in [*rates[:-1], 10**6]:
        alive.append(Fraction(round(alive[-1] * (10**6 - rate) * 10**9), 10**15))
    return alive


def expectation(sex: str, mortality: int) -> Fraction:
    """Years at birth; who dies in a year lives half of it."""
    return sum(survival(sex, mortality)[1:], Fraction(1, 2))


def worth(yearly: Fraction, age: int, sex: str, discount: Fraction, mortality: int) -> Fraction:
    """Present value of a retiree's cost: paid at the beginning of each year of age that is reached."""
    alive, growth = survival(sex, mortality), 1 + Fraction(prior("money.cost_growth"), 100)
    by_age = prior("money.cost_by_age")
    value = Fraction(0)
    for then in range(age, 106):
        band = sum(then >= bound for bound in (55, 65, 75, 85))
        value += yearly * by_age[band] / 100 * (growth / (1 + discount)) ** (then - age) * alive[then] / alive[age]
    return value


def retirement(born: int, kind: str) -> int:
    """Month of the statutory retirement: one month later for every 4 (2 for women at 50) begun since January 2025."""
    age, every, most = {"man": (720, 4, 36), "woman_at_55": (660, 4, 36), "woman_at_50": (600, 2, 60)}[kind]
    late = born + age - RAISING
    return born + age + (min(late // every + 1, most) if late >= 0 else 0)


# funds --------------------------------------------------------------------------------------------------


def netted(
    claims: Iterable[Mapping[tuple[str, str], int]], band: int | None, excess: bool
) -> tuple[list[tuple[int, str, str, int]], dict[tuple[str, str], int]]:
    """Payments (evening, payer, payee, fen) and what stays open. `claims`: (payer, payee) by evening."""
    balance: dict[tuple[str, str], int] = {}
    paid = []
    for evening, owed in enumerate(claims):
        for (payer, payee), fen in owed.items():
            pair, sign = (min(payer, payee), max(payer, payee)), 1 if payer < payee else -1
            balance[pair] = balance.get(pair, 0) + sign * fen
        for (one, other), fen in sorted(balance.items()):
            if band is not None and abs(fen) > band:
                amount = abs(fen) - (band if excess else 0)
                paid.append((evening, *((one, other) if fen > 0 else (other, one)), amount))
                balance[one, other] -= amount if fen > 0 else -amount
    still = {((a, b) if fen > 0 else (b, a)): abs(fen) for (a, b), fen in balance.items() if fen}
    return paid, still
