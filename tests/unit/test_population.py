"""Is the population a function of its seed, of the declared size, and possible person by person?"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Draws
from settlement_sim.vocabulary import (
    AGE_BANDS,
    DISEASES,
    FILINGS,
    LATER_DISEASES,
    POOLS,
    PROVINCES,
    SCHEMES,
    STATUSES,
    STATUSES_OF,
)
from settlement_sim.world import population as module
from settlement_sim.world.geography import Geography
from settlement_sim.world.population import (
    BAND_OF_AGE,
    REFERENCE,
    Population,
    build_population,
    packed_date,
    packed_day,
)

EMPLOYEE, RESIDENT = 0, 1
LONG_TERM = FILINGS.index("long_term_resident")


def near(found: int, number: int, share: float) -> bool:
    """Whether a count is within five standard deviations of a binomial mean."""
    return abs(found - number * share) <= 5 * np.sqrt(number * share * (1 - share)) + 1e-9


def ages(people: Population, day: int) -> np.ndarray:
    return (packed_day(day) - people.born) >> 9


def test_the_same_seed_gives_the_same_people(geography: Geography, priors: Priors, people: Population) -> None:
    again = build_population(geography, priors, world_seed=7, scale_bp=200)
    assert again.fingerprint() == people.fingerprint()


def test_another_seed_gives_others_of_the_same_number(geography: Geography, priors: Priors, people: Population) -> None:
    other = build_population(geography, priors, world_seed=8, scale_bp=200)
    assert other.fingerprint() != people.fingerprint()
    assert (other.unit == people.unit).all() and (other.scheme == people.scheme).all(), "quotas are not drawn"


def test_the_whole_population_is_the_declared_one(geography: Geography, priors: Priors) -> None:
    unit, scheme, long_term = module._quotas(geography, priors, 10_000)
    province = geography.unit_province[unit]
    totals = [priors[f"travellers.{p}"] for p in PROVINCES]
    away = [priors[f"travellers.long_term_resident_share.{p}"] for p in PROVINCES]
    assert np.bincount(province).tolist() == totals
    assert np.bincount(province[long_term]).tolist() == [t * a // 100 for t, a in zip(totals, away, strict=True)]
    assert abs((scheme == EMPLOYEE).mean() - priors["travellers.employee_share"] / 100) < 1e-3


@pytest.mark.parametrize("scale_bp", [20, 200, 3_333])
def test_quotas_are_thinned_by_unit_and_rounded_down(geography: Geography, priors: Priors, scale_bp: int) -> None:
    unit, scheme, long_term = module._quotas(geography, priors, scale_bp)
    for flag, counts in enumerate(geography.travellers.T):
        mine = unit[long_term == bool(flag)]
        thinned = counts * scale_bp // 10_000
        assert np.bincount(mine, minlength=76).tolist() == thinned.tolist()
        employees = unit[(long_term == bool(flag)) & (scheme == EMPLOYEE)]
        half_up = (thinned * priors["travellers.employee_share"] + 50) // 100
        assert np.bincount(employees, minlength=76).tolist() == half_up.tolist()


def test_persons_are_contiguous_by_pool_and_scheme(people: Population) -> None:
    group = people.pool.astype(int) * 2 + people.scheme
    assert (np.diff(group) >= 0).all()
    assert (people.id == np.arange(len(people))).all()
    assert len(np.unique(group)) == len(POOLS) * len(SCHEMES), "every pool has both schemes"


def test_the_unit_of_insurance_lies_in_the_pool(people: Population, geography: Geography) -> None:
    assert (geography.unit_pool[people.unit] == people.pool).all()
    assert (geography.unit_province[people.unit] == people.province).all()


def test_statuses_fit_the_scheme_the_age_and_the_sex(people: Population, priors: Priors) -> None:
    age = ages(people, REFERENCE)
    for scheme, name in enumerate(SCHEMES):
        found = {STATUSES[s] for s in np.unique(people.status[people.scheme == scheme])}
        assert found == set(STATUSES_OF[name])
    male, female = (priors[f"persons.retired_from.{sex}"] for sex in ("male", "female"))
    retired = np.where(people.sex == 1, age >= male, age >= female)
    assert ((people.status == STATUSES.index("retired")) == (retired & (people.scheme == EMPLOYEE))).all()
    assert ((people.status == STATUSES.index("minor")) == ((age < 18) & (people.scheme == RESIDENT))).all()
    assert age[people.scheme == EMPLOYEE].min() >= 18, "an employee of less than 18 years"


def test_tiers_belong_to_residents(people: Population, priors: Priors) -> None:
    employee = people.scheme == EMPLOYEE
    assert not people.tier[employee].any(), "an employee has a premium tier"
    second = int((people.tier[~employee] == 2).sum())
    assert set(people.tier[~employee].tolist()) == {1, 2}
    assert near(second, int((~employee).sum()), priors["persons.tier_2_share"] / 100)


def test_residents_have_no_account_and_employees_one_of_the_classes(people: Population, priors: Priors) -> None:
    employee = people.scheme == EMPLOYEE
    assert not people.account[~employee].any(), "a resident has an account"
    balance = people.account[employee].astype(np.int64)
    classes, weight = priors.row("account.opening") * 100, priors.row("account.opening_weight")
    lower = classes[np.searchsorted(classes, balance, side="right") - 1]
    assert ((balance >= lower) & (balance <= lower * 11 // 10)).all(), "up to a tenth above its class"
    for opening, share in zip(classes, weight / weight.sum(), strict=True):
        assert near(int((lower == opening).sum()), int(employee.sum()), share), f"class {opening}"


def test_long_term_residents_live_on_the_care_side(people: Population, geography: Geography, priors: Priors) -> None:
    long_term = people.filing == LONG_TERM
    side = geography.unit_province[people.residence]
    assert (side[long_term] != people.province[long_term]).all(), "a long-term resident lives at home"
    assert (people.residence[~long_term] == people.unit[~long_term]).all(), "everybody else lives where insured"
    assert (people.filing_until[long_term] == np.iinfo(np.int32).max).all(), "their filing does not end"
    for province, name in enumerate(PROVINCES):
        share = priors[f"travellers.long_term_resident_share.{name}"] / 100
        assert abs(long_term[people.province == province].mean() - share) < 0.01, "thinning rounds down by unit"


def test_long_term_residents_live_where_people_live(people: Population, geography: Geography) -> None:
    away = (people.filing == LONG_TERM) & (people.province == 0)
    chengdu = geography.units.index("chengdu")
    sichuan = geography.residents[geography.unit_province == 1].sum()
    share = float(geography.residents[chengdu] / sichuan)
    assert near(int((people.residence[away] == chengdu).sum()), int(away.sum()), share)


def test_temporary_filings_have_the_declared_shares_and_hold_as_long_as_declared(
    people: Population, priors: Priors
) -> None:
    temporary = people.filing != LONG_TERM
    number = int(temporary.sum())
    weight = priors.row("persons.filing.temporary")
    for name, share in zip(("none", "referral", "other"), weight / weight.sum(), strict=True):
        found = int((people.filing[temporary] == FILINGS.index(name)).sum())
        assert near(found, number, share), f"{name}: {found} of {number}"
    assert not (people.filing == FILINGS.index("emergency")).any(), "an emergency is decided per need"
    until, held = people.filing_until[temporary], priors["persons.filing_months"] * 30
    assert until.min() >= REFERENCE + held and until.max() <= REFERENCE + 365 + held


def test_traits_have_the_declared_shares(people: Population, priors: Priors) -> None:
    resident, anybody = people.scheme == RESIDENT, people.scheme >= 0
    for trait, who, prior in (
        ("rate_class", anybody, "persons.rate_class.share"),
        ("home_class", anybody, "home_care.class_share"),
        ("assistance", resident, "persons.assistance.resident"),
        ("assistance", ~resident, "persons.assistance.employee"),
    ):
        weight = priors.row(prior)
        for code, share in enumerate(weight / weight.sum()):
            found = int((getattr(people, trait)[who] == code).sum())
            assert near(found, int(who.sum()), share), f"{trait} {code}: {found}"
    assert near(int(people.sex.sum()), len(people), 0.5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ages_have_the_declared_shares(people: Population, priors: Priors, scheme: str) -> None:
    band = people.age_band(REFERENCE)[people.scheme == SCHEMES.index(scheme)]
    weight = priors.row(f"persons.age.{scheme}")
    for code, share in enumerate(weight / weight.sum()):
        assert near(int((band == code).sum()), len(band), share), f"{scheme} {AGE_BANDS[code]}"


def test_traits_come_of_streams_of_their_own(people: Population) -> None:
    age = ages(people, REFERENCE)
    pairs = ((people.sex, people.rate_class), (people.rate_class, people.home_class), (people.sex, age))
    for a, b in pairs:
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(len(people)), "two traits go together"


@pytest.mark.parametrize(
    ("column", "prior", "diseases", "unit"),
    [("diseases", "disease", DISEASES, 100), ("later_diseases", "later_disease", LATER_DISEASES, 1_000)],
)
def test_certificates_follow_age(
    people: Population, priors: Priors, column: str, prior: str, diseases: tuple[str, ...], unit: int
) -> None:
    band, mask = people.age_band(REFERENCE), getattr(people, column)
    assert mask.dtype == np.uint8 and mask.max() < 1 << len(diseases)
    for bit, disease in enumerate(diseases):
        holds = (mask >> bit & 1).astype(bool)
        for code, share in enumerate(priors.row(f"persons.{prior}.{disease}")):
            inside = band == code
            assert near(int(holds[inside].sum()), int(inside.sum()), share / unit), f"{disease} at {AGE_BANDS[code]}"


def test_later_diseases_come_of_draws_of_their_own(geography: Geography, priors: Priors, people: Population) -> None:
    none = {name: replace(leaf, values=(0,) * 7) for name, leaf in priors.leaves.items() if "later_disease" in name}
    without = build_population(geography, replace(priors, leaves={**priors.leaves, **none}), world_seed=7, scale_bp=200)
    assert not without.later_diseases.any() and people.later_diseases.any()
    for field in fields(Population):
        same = (getattr(without, field.name) == getattr(people, field.name)).all()
        assert same == (field.name != "later_diseases"), field.name


def test_later_diseases_leave_the_chronic_class_alone(people: Population) -> None:
    some = people.take(np.arange(3))
    some.diseases[:], some.later_diseases[:] = [0, 0b00001, 0b00100], 0b11111
    assert some.chronic_class.tolist() == [0, 1, 2]


def test_the_chronic_class_is_the_gravest_certificate(people: Population) -> None:
    some = people.take(np.arange(6))
    masks = [0, 0b00001, 0b00010, 0b00100, 0b01001, 0b10000]
    some.diseases[:] = masks
    assert some.chronic_class.tolist() == [0, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1964-05-06", "2024-05-05", 59),  # the day before
        ("1964-05-06", "2024-05-06", 60),  # the birthday
        ("1964-05-06", "2024-05-07", 60),
        ("1964-05-31", "2024-06-01", 60),
        ("2000-12-31", "2024-01-01", 23),
        ("2000-01-01", "2024-01-01", 24),
        ("2000-02-29", "2023-02-28", 22),
        ("2000-02-29", "2023-03-01", 23),
        ("2000-02-29", "2024-02-29", 24),
        ("2023-06-01", "2024-05-31", 0),
        ("1920-01-02", "2024-01-01", 103),
    ],
)
def test_ages_are_exact_by_packed_dates(born: str, day: str, age: int) -> None:
    date = dt.date.fromisoformat(born)
    assert (packed_day(dates.day(day)) - packed_date(date.year, date.month, date.day)) >> 9 == age
    assert packed_day(dates.day(born)) == packed_date(date.year, date.month, date.day)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-17"), (17, "0-17"), (18, "18-49"), (49, "18-49"), (50, "50-59"), (69, "60-69"), (89, "80-89")],
)
def test_bands_of_ages(age: int, band: str) -> None:
    assert AGE_BANDS[BAND_OF_AGE[age]] == band


def test_a_birthday_moves_a_person_to_the_next_band(people: Population) -> None:
    person = people.take(np.array([0]))
    person.born[0] = packed_date(1964, 5, 6)
    assert person.age_band(dates.day("2024-05-05"))[0] == AGE_BANDS.index("50-59")
    assert person.age_band(dates.day("2024-05-06"))[0] == AGE_BANDS.index("60-69")


def test_every_birth_is_a_day_of_the_calendar(people: Population) -> None:
    for born in np.unique(people.born).tolist():
        dt.date(born >> 9, born >> 5 & 15, born & 31)


def test_ages_on_the_day_of_reference_are_the_drawn_ones(geography: Geography, priors: Priors) -> None:
    unit, scheme, long_term = module._quotas(geography, priors, 200)
    traits = module._Traits(geography, priors, Draws(7), unit, scheme, long_term)
    band, born, _ = traits.age()
    age = (packed_day(REFERENCE) - born) >> 9
    wrong = np.flatnonzero(BAND_OF_AGE[age] != band)
    assert not wrong.size, f"{wrong.size} persons, born {sorted({b & 511 for b in born[wrong].tolist()})} (packed)"


def test_nobody_is_old_before_being_born(people: Population) -> None:
    infants = people.take(ages(people, REFERENCE) == 0)
    assert len(infants) > 50
    for day in ("2023-01-01", "2023-10-01", "2023-12-31"):
        bands = np.unique(infants.age_band(dates.day(day))).tolist()
        assert bands == [0], f"infants of 2024 are of the bands {[AGE_BANDS[b] for b in bands]} on {day}"


def test_taking_some_keeps_their_ids_and_traits(people: Population) -> None:
    keep = np.arange(len(people)) % 3 == 1
    some = people.take(keep)
    assert (some.id == np.flatnonzero(keep)).all()
    assert (some.born == people.born[keep]).all() and (some.account == people.account[keep]).all()
    assert len(some.take(np.array([2, 0]))) == 2 and some.take(np.array([2, 0])).id.tolist() == [7, 1]
    assert some.fingerprint() != people.fingerprint()


def test_the_fingerprint_sees_one_fen(people: Population) -> None:
    some = people.take(np.arange(100))
    before = some.fingerprint()
    some.account[3] += 1
    assert some.fingerprint() != before
