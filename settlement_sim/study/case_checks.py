"""Do the statements of a case fit each other? Read from raw text, so told beside whatever else is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from settlement_sim import dates
from settlement_sim.errors import nearest
from settlement_sim.policies.registry import policies_of
from settlement_sim.record.columns import ALWAYS_ZERO, DERIVED_NAMES, MONEY_NAMES, SETTLEMENTS
from settlement_sim.study.case import DEFAULT_ACCESS, SCOPE_PARTS, read_amount, read_date, read_moment
from settlement_sim.vocabulary import ITEMS, STATUSES, STATUSES_OF

Loc = tuple[str | int, ...]
#: Where, what was found, what was expected, the nearest known name.
Finding = tuple[Loc, str, str, str]
Value = TypeVar("Value")

#: Everything that `expect:` may name, in the order of the bill.
COLUMNS: Final = (*MONEY_NAMES, *(column.name for column in ALWAYS_ZERO), *DERIVED_NAMES)
EXPECTABLE: Final = (*COLUMNS, SETTLEMENTS.name)
_ADULT: Final = 18
_OLDEST: Final = 120


def findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that does not fit together; silent about values missing or unreadable by themselves."""
    person, claim = _part(data, "person"), _part(data, "claim")
    yield from _scheme(person)
    yield from _ages(person, claim)
    yield from _care(claim)
    yield from _bill(claim)
    yield from _year(_part(data, "year_so_far"), claim)
    yield from _access(data.get("access"))
    yield from _expect(_part(data, "expect"))


def read_expected(name: str, text: Any) -> int:
    """Fen of an expected amount, or the count of settlements. Raises ValueError with what was expected."""
    if name != SETTLEMENTS.name:
        return read_amount(text)
    if text not in ("0", "1"):
        raise ValueError("1, or 0 for a purchase that is no settlement")
    return int(text)


def _scheme(person: Mapping[str, Any]) -> Iterator[Finding]:
    scheme, status, tier = (person.get(key) for key in ("scheme", "status", "tier"))
    if not isinstance(scheme, str) or scheme not in STATUSES_OF:
        return
    if status in STATUSES and status not in STATUSES_OF[scheme]:
        yield _at("person", "status", repr(status), f"{' or '.join(STATUSES_OF[scheme])} for scheme {scheme}")
    if scheme == "resident" and tier in (None, "none"):
        found = "no tier" if tier is None else repr(tier)
        yield _at("person", "tier", found, "the premium tier of a resident, 1 or 2")
    if scheme == "employee" and tier in ("1", "2"):
        yield _at("person", "tier", repr(tier), "no tier: only residents have one")
    balance = _read(read_amount, person.get("account"))
    if scheme == "resident" and balance:
        yield _at("person", "account", repr(person["account"]), "no account: only employees have one")


def _ages(person: Mapping[str, Any], claim: Mapping[str, Any]) -> Iterator[Finding]:
    born, end, status = _read(read_date, person.get("born")), _settled(claim), person.get("status")
    if person.get("filing_until") is not None and person.get("filing", "none") == "none":
        yield _at("person", "filing_until", repr(person["filing_until"]), "a filing that it could end")
    if born is None or end is None:
        return
    begun = _moment(claim, "admitted")
    first = end if begun is None else min(begun, end)
    if dates.day(born) * dates.SECONDS_PER_DAY > first:
        yield _at("person", "born", str(born), "a day of birth before the claim")
        return
    age, oldest = (dates.year(moment // dates.SECONDS_PER_DAY) - born.year for moment in (first, end))
    if oldest > _OLDEST:
        yield _at("person", "born", str(born), f"a person of at most {_OLDEST} years")
    # Who turns 18 during the year may still be insured as a minor, so only the years are compared.
    wrong = (status == "minor" and age > _ADULT) or (status == "adult" and age < _ADULT)
    if wrong and person.get("scheme") == "resident":
        expected = f"a status that fits: adult from {_ADULT}"
        yield _at("person", "status", f"{status!r} at an age of about {age}", expected)


def _care(claim: Mapping[str, Any]) -> Iterator[Finding]:
    care, level = claim.get("care_type"), _part(claim, "hospital").get("level")
    if care == "inpatient" and level == "pharmacy":
        yield (("claim", "hospital", "level"), "a stay at a pharmacy", "the level of a hospital", "")
    if care == "pharmacy" and level not in (None, "pharmacy"):
        yield (("claim", "hospital", "level"), repr(level), "pharmacy, as the care type says", "")
    yield from _times(claim, stay=care == "inpatient")


def _times(claim: Mapping[str, Any], *, stay: bool) -> Iterator[Finding]:
    wanted, unwanted = (("admitted", "discharged"), ("on",)) if stay else (("on",), ("admitted", "discharged"))
    kind = "a stay" if stay else "a visit"
    if claim.get("care_type") is None:
        return
    for key in wanted:
        if claim.get(key) is None:
            yield _at("claim", key, f"{kind} without {key!r}", f"{key}: YYYY-MM-DD" + (" HH:MM" if stay else ""))
    for key in unwanted:
        if key in claim:
            yield _at("claim", key, f"{key!r} of {kind}", f"{' and '.join(wanted)} instead")
    begun, end = _moment(claim, "admitted"), _moment(claim, "discharged")
    if begun is not None and end is not None and end < begun:
        found = f"a discharge {claim['discharged']} before the admission {claim['admitted']}"
        yield _at("claim", "discharged", found, "a discharge at or after the admission")


def _bill(claim: Mapping[str, Any]) -> Iterator[Finding]:
    bill = claim.get("bill")
    if not isinstance(bill, Mapping):
        return
    parts, items = ([key for key in bill if key in keys] for keys in (SCOPE_PARTS, ITEMS))
    either = f"either the scope parts ({', '.join(SCOPE_PARTS)}) or the item classes ({', '.join(ITEMS)})"
    if parts and items:
        yield _at("claim", "bill", f"{parts[0]} together with {items[0]}", either)
    elif not parts and not items and "total_fee" not in bill:
        yield _at("claim", "bill", "an empty bill", either)


def _year(so_far: Mapping[str, Any], claim: Mapping[str, Any]) -> Iterator[Finding]:
    end, year = _settled(claim), so_far.get("year")
    if end is None or not isinstance(year, str) or not year.isdecimal():
        return
    insurance_year = dates.year(end // dates.SECONDS_PER_DAY)
    if int(year) != insurance_year:
        expected = f"{insurance_year}, the year of discharge: it is the insurance year of the claim"
        yield _at("year_so_far", "year", repr(year), expected)


def _access(access: Any) -> Iterator[Finding]:
    given = access if isinstance(access, Mapping) else {"use": access}
    name, known, parameters = given.get("use", DEFAULT_ACCESS), policies_of("access"), given.get("with") or {}
    if not isinstance(name, str) or not isinstance(parameters, Mapping):
        return
    if name not in known:
        yield (("access", "use"), repr(name), f"one of {', '.join(known)}", nearest(name, known))
        return
    fields = known[name].model_fields
    try:
        known[name].model_validate(parameters)
    except ValidationError as error:
        for item in error.errors():
            key, unknown = str(item["loc"][0]), item["type"] == "extra_forbidden"
            expected = f"one of {', '.join(fields)}" if unknown else str(item["msg"]).removeprefix("Input should be ")
            close = nearest(key, fields) if unknown else ""
            yield (
                ("access", "with", key),
                f"key {key!r}" if unknown else repr(item["input"]),
                expected,
                close,
            )


def _expect(expect: Mapping[str, Any]) -> Iterator[Finding]:
    for name, text in expect.items():
        if name not in EXPECTABLE:
            yield (
                ("expect", name),
                f"key {name!r}",
                f"one of {', '.join(EXPECTABLE)}",
                nearest(name, EXPECTABLE),
            )
            continue
        try:
            read_expected(name, text)
        except ValueError as error:
            yield _at("expect", name, "nothing" if text is None else repr(text), str(error))


def _at(part: str, key: str, found: str, expected: str) -> Finding:
    return (part, key), found, expected, ""


def _part(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = data.get(key)
    return part if isinstance(part, Mapping) else {}


def _read(reader: Callable[[Any], Value], value: Any) -> Value | None:
    try:
        return None if value is None else reader(value)
    except ValueError:
        return None


def _moment(claim: Mapping[str, Any], key: str) -> int | None:
    return _read(read_moment, claim.get(key))


def _settled(claim: Mapping[str, Any]) -> int | None:
    return _moment(claim, "discharged" if claim.get("care_type") == "inpatient" else "on")
