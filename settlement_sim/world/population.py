"""Who may travel for care? The potential travellers, one row per person, all traits drawn from `world_seed`.

"1:1" means every settlement, not every insured person: care at home is not simulated. How many travellers there
are, how often each goes and who they are is assumed (see demand.yaml); A1-A4 identify only their product.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.arrays import gather
from settlement_sim.demand.alias import build, spare
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits, Draws, below
from settlement_sim.errors import InputError, Problem
from settlement_sim.vocabulary import AGE_BAND_FROM, DISEASES, FILINGS, LATER_DISEASES, PROVINCES, SCHEMES, STATUSES
from settlement_sim.world.geography import Geography

#: Traits are as on this day; births are spread so that ages are exact on it.
REFERENCE: Final = dates.day("2024-01-01")
EMPLOYEE, RESIDENT = (SCHEMES.index(s) for s in ("employee", "resident"))
LONG_TERM_RESIDENT: Final = FILINGS.index("long_term_resident")
_INTENSIVE: Final = sum(1 << DISEASES.index(d) for d in ("cancer", "dialysis", "transplant"))

#: Units of the priors of certificates, in 1/10,000.
_PERCENT: Final = 100
_PER_MILLE: Final = 10

#: Age band of an age in whole years, 0..127.
BAND_OF_AGE: Final = (np.searchsorted(AGE_BAND_FROM, np.arange(128), side="right") - 1).astype(np.int64)


def packed_date(year: int, month: int, day: int) -> int:
    """A date as year · 512 + month · 32 + day, so that (later − born) >> 9 is the exact age in years."""
    return year * 512 + month * 32 + day


def packed_day(day: int) -> int:
    """The packed date of a day number."""
    date = dates.date(day)
    return packed_date(date.year, date.month, date.day)


@dataclass(frozen=True)
class Population:
    """Columns of equal length, persons contiguous by pool and scheme. Codes are those of `vocabulary`."""

    id: npt.NDArray[np.int64]
    pool: npt.NDArray[np.int8]
    scheme: npt.NDArray[np.int8]
    unit: npt.NDArray[np.int16]
    residence: npt.NDArray[np.int16]
    tier: npt.NDArray[np.int8]
    status: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    born: npt.NDArray[np.int32]  # packed date
    assistance: npt.NDArray[np.int8]
    diseases: npt.NDArray[np.uint8]  # one bit per disease of the first five
    later_diseases: npt.NDArray[np.uint8]  # one bit per disease of the later five
    filing: npt.NDArray[np.int8]
    filing_until: npt.NDArray[np.int32]  # day number; long-term residents: far future
    rate_class: npt.NDArray[np.int8]
    home_class: npt.NDArray[np.int8]
    account: npt.NDArray[np.int32]  # fen on the first simulated day

    def __len__(self) -> int:
        return len(self.id)

    @property
    def province(self) -> npt.NDArray[np.int8]:
        """Insured province: 0 Chongqing, 1 Sichuan (pool 0 is Chongqing)."""
        return (self.pool > 0).astype(np.int8)

    @property
    def chronic_class(self) -> npt.NDArray[np.int8]:
        """0 no certificate, 1 drugs (hypertension, diabetes), 2 intensive (cancer, dialysis, transplant).

        Of the first five alone: needs for later diseases are born beside the others and change none of them.
        """
        intensive = (self.diseases & _INTENSIVE) > 0
        return np.where(intensive, 2, self.diseases > 0).astype(np.int8)

    def age_band(self, day: int) -> npt.NDArray[np.int64]:
        """Age band of every person on a day; who is not yet born counts as an infant."""
        return gather(BAND_OF_AGE, (packed_day(day) - self.born) >> 9)

    def take(self, keep: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Population:
        """The persons of a mask or index; ids, and so all draws, stay theirs."""
        return replace(self, **{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def fingerprint(self) -> str:
        """sha256 over every column."""
        digest = hashlib.sha256()
        for field in fields(self):
            digest.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return digest.hexdigest()


def build_population(geography: Geography, priors: Priors, world_seed: int, scale_bp: int = 10_000) -> Population:
    """Draw the potential travellers. `scale_bp` thins every unit's count (1/10,000; 10,000 is 1:1)."""
    unit, scheme, long_term = _quotas(geography, priors, scale_bp)
    traits = _Traits(geography, priors, Draws(world_seed), unit, scheme, long_term)
    band, born, sex = traits.age()
    assistance = traits.alias("assistance", scheme, _scheme_rows(priors, "persons.assistance"))
    filing, until = traits.filing()
    return Population(
        id=traits.id,
        pool=geography.unit_pool[unit],
        scheme=scheme,
        unit=unit,
        residence=traits.residence(),
        tier=traits.tier(),
        status=traits.status(born, sex),
        sex=sex,
        born=born,
        assistance=assistance.astype(np.int8),
        diseases=traits.certificates("persons.disease", DISEASES, _PERCENT, band),
        later_diseases=traits.certificates("persons.later_disease", LATER_DISEASES, _PER_MILLE, band),
        filing=filing,
        filing_until=until,
        rate_class=traits.alias("rate_class", scheme, priors.row("persons.rate_class.share")),
        home_class=traits.alias("home_class", scheme, priors.row("home_care.class_share")),
        account=traits.account(),
    )


def _quotas(
    geography: Geography, priors: Priors, scale_bp: int
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Unit, scheme and long-term flag per person, ordered by pool, scheme, unit."""
    share = priors["travellers.employee_share"]
    groups = []
    for flag, counts in enumerate(geography.travellers.T):
        counts = counts * scale_bp // 10_000
        employees = (counts * share + 50) // 100
        for scheme, number in ((EMPLOYEE, employees), (RESIDENT, counts - employees)):
            groups += [(int(geography.unit_pool[u]), scheme, u, flag, int(n)) for u, n in enumerate(number)]
    table = np.array(sorted(groups))
    if not table[:, -1].sum():
        raise InputError(
            Problem("world.scale", f"{scale_bp / 10_000}: nobody travels", "a larger share of the travellers")
        )
    _, scheme, unit, flag, number = table.T
    return (
        np.repeat(unit, number).astype(np.int16),
        np.repeat(scheme, number).astype(np.int8),
        np.repeat(flag, number).astype(bool),
    )


def _scheme_rows(priors: Priors, prefix: str) -> npt.NDArray[np.int64]:
    return np.stack([priors.row(f"{prefix}.{scheme}") for scheme in SCHEMES])


class _Traits:
    """Draws of the traits; each from its own stream, so that a new trait never changes an old one."""

    def __init__(
        self,
        geography: Geography,
        priors: Priors,
        draws: Draws,
        unit: npt.NDArray[np.int16],
        scheme: npt.NDArray[np.int8],
        long_term: npt.NDArray[np.bool_],
    ) -> None:
        self.geography, self.priors, self.draws = geography, priors, draws
        self.unit, self.scheme, self.long_term = unit, scheme, long_term
        self.id = np.arange(len(unit), dtype=np.int64)

    def bits(self, stream: str) -> Bits:
        return self.draws.bits(f"person/{stream}", self.id)

    def alias(
        self, stream: str, table: npt.NDArray[np.integer], weights: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int8]:
        tables = build(np.broadcast_to(weights, (max(len(SCHEMES), int(table.max(initial=0)) + 1), weights.shape[-1])))
        return tables.pick(table, self.bits(stream)).astype(np.int8)

    def age(self) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        """Band, packed birth date and sex (0 female, 1 male)."""
        band = self.alias("age_band", self.scheme, _scheme_rows(self.priors, "persons.age"))
        bits = self.bits("born")
        lower = np.array(AGE_BAND_FROM)[band]
        width = np.diff([*AGE_BAND_FROM, 100])[band]
        age = lower + ((bits >> np.uint64(44)).astype(np.int64) * width >> 20)
        # Never 1 January, which is the reference day itself.
        since = 1 + ((bits & np.uint64(0xFFFF)).astype(np.int64) * 364 >> 16)
        month, day = since // 31 + 1, since % 31 + 1
        born = packed_date(1, 0, 0) * (2023 - age) + month * 32 + np.minimum(day, 28)
        return band, born.astype(np.int32), (bits >> np.uint64(40) & np.uint64(1)).astype(np.int8)

    def status(self, born: npt.NDArray[np.int32], sex: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        age = (packed_day(REFERENCE) - born) >> 9
        limits = np.array([self.priors[f"persons.retired_from.{s}"] for s in ("female", "male")])
        retired, minor = age >= limits[sex], age < 18
        first = np.where(self.scheme == EMPLOYEE, STATUSES.index("active"), STATUSES.index("adult"))
        second = np.where(self.scheme == EMPLOYEE, retired, minor)
        return (first + second).astype(np.int8)

    def tier(self) -> npt.NDArray[np.int8]:
        second = below(self.bits("tier"), self.priors["persons.tier_2_share"] * 100)
        return np.where(self.scheme == RESIDENT, 1 + second, 0).astype(np.int8)

    def certificates(
        self, prior: str, diseases: tuple[str, ...], unit: int, band: npt.NDArray[np.int8]
    ) -> npt.NDArray[np.uint8]:
        """One bit per disease that a person is certified for; `unit`: that of the prior, in 1/10,000."""
        mask = np.zeros(len(self.id), np.uint8)
        for bit, disease in enumerate(diseases):
            holds = below(self.bits(disease), self.priors.row(f"{prior}.{disease}")[band] * unit)
            mask |= holds.astype(np.uint8) << np.uint8(bit)
        return mask

    def residence(self) -> npt.NDArray[np.int16]:
        """The unit of insurance; for long-term residents elsewhere a unit of the care side, by its residents."""
        province = self.geography.unit_province
        weights = np.stack([np.where(province != p, self.geography.residents, 0) for p in range(len(PROVINCES))])
        away = build(weights).pick(province[self.unit], self.bits("residence"))
        return np.where(self.long_term, away, self.unit).astype(np.int16)

    def filing(self) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32]]:
        """Filing category and the last day it holds."""
        kinds = np.array([FILINGS.index(f) for f in ("none", "referral", "other")], np.int8)
        bits = self.bits("filing")
        drawn = kinds[build(self.priors.row("persons.filing.temporary")[None]).pick(np.zeros(len(bits), int), bits)]
        category = np.where(self.long_term, LONG_TERM_RESIDENT, drawn).astype(np.int8)
        length = self.priors["persons.filing_months"] * 30
        until = REFERENCE + (spare(bits, 2, 16) * 366 >> 16) + length
        far = np.iinfo(np.int32).max
        return category, np.where(category == LONG_TERM_RESIDENT, far, until).astype(np.int32)

    def account(self) -> npt.NDArray[np.int32]:
        """Opening balance in fen: a declared class plus up to one tenth; residents have no account."""
        bits = self.bits("account")
        weights = self.priors.row("account.opening_weight")[None]
        yuan = self.priors.row("account.opening")[build(weights).pick(np.zeros(len(bits), int), bits)]
        balance = yuan * 100 + (yuan * 10 * spare(bits, 3, 16) >> 16)
        return np.where(self.scheme == EMPLOYEE, balance, 0).astype(np.int32)
