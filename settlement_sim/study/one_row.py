"""What do policies see of one hand-written claim? The same views as in a run, with one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np

from settlement_sim import dates
from settlement_sim.errors import LookupOutside, nearest
from settlement_sim.policies.views import Bills, Claims, Codes, Money, Needs, Standing
from settlement_sim.rules.compiled import Rules
from settlement_sim.study.case import Claim, Person
from settlement_sim.study.case_values import LAST_UNIFORM
from settlement_sim.vocabulary import AXES, CARE_TYPES, FILINGS, LEVELS
from settlement_sim.world.geography import Geography
from settlement_sim.world.population import BAND_OF_AGE, packed_date, packed_day

_FOREVER: Final = 2**31 - 1
#: What a claim says about chance in words, and the purpose it stands for.
_LATE: Final = "late_filing"
NOWHERE: Final = -1


class NotTold(LookupOutside):
    """A policy asks for something that the case does not tell. Positional: its key."""


def one(value: int) -> Money:
    """A column of one row."""
    return np.array([value], np.int64)


def code(axis: str, label: str) -> Money:
    """The code of a label, as a column of one row."""
    return one(AXES[axis].index(label))


@cache
def geography() -> Geography:
    """The packaged geography, loaded once a case names a unit."""
    return Geography.load()


class Chance:
    """What chance says about one claim: as told, else the least likely. Remembers what was asked."""

    def __init__(self, claim: Claim) -> None:
        self.told: dict[str, int] = dict(claim.uniforms)
        if claim.filed_late is not None:
            self.told[_LATE] = 0 if claim.filed_late == "yes" else LAST_UNIFORM
        if claim.path == "manual":
            self.told.setdefault("path", 0)
        self.asked: set[str] = set()

    def of(self, purpose: str, index: Any = None) -> Codes:
        """0 … 9,999 for a purpose."""
        self.asked.add(purpose)
        column = one(self.told.get(purpose, LAST_UNIFORM))
        return column if index is None else column[index]


class Used(Standing):
    """The insurance year as it stands."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self._values = values

    def read(self, column: str, index: Any = slice(None)) -> Money:
        """One value for the one row, if `index` names it."""
        values: Money = one(self._values[column])[index]
        return values


class OneRow:
    """One claim of one person, as policies see it."""

    def __init__(self, person: Person, claim: Claim, rules: Rules, first: Codes, places: Geography | None) -> None:
        """`first`: the person's first profile of `rules` (age band 0). `places`: the map, packaged where None."""
        self.person, self.claim, self.rules, self._places = person, claim, rules, places
        self.chance = Chance(claim)
        self.unit, self.care_unit = self._unit(person.unit), self._unit(claim.hospital.unit)
        self.rule = rules.rows(claim.settled_on, first + int(BAND_OF_AGE[self._age(claim.settled_on)]))
        #: Rows of the rules on the day that governs access, for whoever asks them.
        self.pool, self.care_pool = code("pool", person.pool), code("pool", claim.hospital.pool)

    @property
    def places(self) -> Geography:
        """The map."""
        return geography() if self._places is None else self._places

    def _unit(self, name: str | None) -> int:
        return NOWHERE if name is None else self.places.units.index(name)

    def _age(self, day: int) -> int:
        born = self.person.born
        return max((packed_day(day) - packed_date(born.year, born.month, born.day)) >> 9, 0)

    def needs(self) -> Needs:
        """The claim as access sees it on the day of admission."""
        makers: dict[str, Callable[[Any], Any]] = {name: column.__getitem__ for name, column in self._columns().items()}
        makers["unit"] = lambda index: self._known("person.unit", self.unit)[index]
        makers["care_unit"] = lambda index: self._known("hospital.unit", self.care_unit)[index]
        makers["residence"] = lambda index: self._residence()[index]
        makers["travel_minutes"] = lambda index: self._minutes()[index]
        return Needs(makers, one(0), self.chance.of)

    def _columns(self) -> dict[str, Any]:
        person, claim = self.person, self.claim
        until = dates.day(person.filing_until) if person.filing_until else _FOREVER
        filing = FILINGS.index(person.filing)
        return {
            "pool": self.pool, "care_pool": self.care_pool, "level": one(LEVELS.index(claim.hospital.level)),
            "scheme": code("scheme", person.scheme), "status": code("status", person.status),
            "assistance": code("assistance", person.assistance), "age": one(self._age(claim.began)),
            "care_type": one(CARE_TYPES.index(claim.care_type)),
            "border": np.array([self._across_the_border()]), "neighbouring": np.array([self._touching()]),
            "filing": one(filing), "filing_until": one(until),
            "filed": np.array([filing > 0 and until >= claim.began]),
            "day": one(claim.began), "emergency": np.array([claim.emergency == "yes"]),
        }  # fmt: skip

    def _across_the_border(self) -> bool:
        """Insured and treated in units of the border area, on opposite sides; false where a unit is not told."""
        if NOWHERE in (self.unit, self.care_unit):
            return False
        pair = [self.unit, self.care_unit]
        return bool(self.places.border[pair].all() and len(set(self.places.unit_province[pair])) > 1)

    def _touching(self) -> bool:
        if NOWHERE in (self.unit, self.care_unit):
            return False
        return {self.unit, self.care_unit} in [set(map(int, pair)) for pair in self.places.border_pairs]

    def _known(self, key: str, unit: int) -> Money:
        if unit == NOWHERE:
            raise NotTold(key)
        return one(unit)

    def _residence(self) -> Money:
        told = self._unit(self.person.residence)
        return self._known("person.unit", self.unit) if told == NOWHERE else one(told)

    def _minutes(self) -> Money:
        minutes = self.places.minutes[self._residence(), self._known("hospital.unit", self.care_unit)]
        return minutes.astype(np.int64)

    def bills(self, path: int) -> Bills:
        """The bill in item classes, as a catalogue sees it."""
        items = self.claim.bill.items
        there, here = (self.rules.places(self.claim.settled_on, pool) for pool in (self.care_pool, self.pool))
        return Bills([one(item) for item in items], one(sum(items)), there, here, one(path))

    def claims(self, path: int, cut: int, filing: int, total: int, parts: Mapping[str, int]) -> Claims:
        """The divided bill, as benefit and channel see it."""
        claim = self.claim
        return Claims(
            care_type=one(CARE_TYPES.index(claim.care_type)), level=one(LEVELS.index(claim.hospital.level)),
            rule=self.rule, care_pool=self.care_pool, unit=one(self.unit), path=one(path), cut=one(cut),
            filing=one(filing), total_fee=one(total), advance_self_pay=one(parts["advance_self_pay"]),
            in_scope=one(parts["in_scope"]), uniforms=self.chance,
        )  # fmt: skip


def unknown_unit(name: str, pool: str | None) -> tuple[str, str] | None:
    """What is expected instead of a unit that does not lie in a pool (None: anywhere), and the nearest name.

    None where it does.
    """
    places = geography()
    units = zip(places.units, places.unit_pool, strict=True)
    inside = [unit for unit, of in units if pool in (None, AXES["pool"][of])]
    return None if name in inside else (f"a unit of {pool or 'the map'}: {', '.join(inside)}", nearest(name, inside))
