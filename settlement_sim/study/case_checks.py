"""Do the statements of a case fit each other? Read from raw text, so told beside whatever else is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from settlement_sim import dates
from settlement_sim.study.case import SCOPE_PARTS
from settlement_sim.study.case_expect import expectations
from settlement_sim.study.case_policies import Finding, Loc
from settlement_sim.study.case_values import read_amount, read_date, read_moment
from settlement_sim.vocabulary import ITEMS, STATUSES, STATUSES_OF

Value = TypeVar("Value")
Raw = Mapping[str, Any]

_ADULT: Final = 18
_OLDEST: Final = 120


def findings(data: Raw) -> Iterator[Finding]:
    """Everything that does not fit together; silent about values missing or unreadable by themselves."""
    person = part(data, "person")
    yield from _one_or_many(data)
    yield from _scheme(person)
    if person.get("filing_until") is not None and person.get("filing", "none") == "none":
        yield ("person", "filing_until"), repr(person["filing_until"]), "a filing that it could end", ""
    yield from _unit(("person",), person)
    for loc, claim in claims(data):
        yield from _ages(person, claim)
        yield from _care(loc, claim)
        yield from _bill(loc, claim)
        yield from _chance(loc, claim)
        yield from _unit((*loc, "hospital"), part(claim, "hospital"))
    yield from _rows(data)
    yield from _year(data)
    yield from expectations(data)


def claims(data: Raw) -> Iterator[tuple[Loc, Raw]]:
    """The claims of a case, each with its place; reversals are left out."""
    if isinstance(data.get("claim"), Mapping):
        yield ("claim",), data["claim"]
    for place, row in enumerate(_listed(data)):
        if isinstance(row, Mapping) and "reverses" not in row:
            yield ("claims", place), row


def _listed(data: Raw) -> list[Any]:
    rows = data.get("claims")
    return rows if isinstance(rows, list) else []


def _one_or_many(data: Raw) -> Iterator[Finding]:
    if "claim" in data and "claims" in data:
        yield ("claims",), "claims beside claim", "either one claim or a list of claims", ""
    elif "claim" not in data and "claims" not in data:
        yield (), "neither claim nor claims", "one claim or a list of claims", ""
    elif "claims" in data and data["claims"] in (None, []):
        yield ("claims",), "an empty list", "at least one claim", ""
    elif "claim" in data and data["claim"] is None:
        yield ("claim",), "nothing", "a claim", ""


def _scheme(person: Raw) -> Iterator[Finding]:
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


def _ages(person: Raw, claim: Raw) -> Iterator[Finding]:
    born, end, status = _read(read_date, person.get("born")), settled(claim), person.get("status")
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


def _unit(loc: Loc, place: Raw) -> Iterator[Finding]:
    """A unit lies in its pool; where a person lives may be anywhere."""
    for key in ("unit", "residence"):
        unit, pool = place.get(key), place.get("pool")
        if isinstance(unit, str) and isinstance(pool, str):
            from settlement_sim.study.one_row import unknown_unit

            unknown = unknown_unit(unit, pool if key == "unit" else None)
            if unknown:
                yield (*loc, key), repr(unit), *unknown


def _care(loc: Loc, claim: Raw) -> Iterator[Finding]:
    care, level = claim.get("care_type"), part(claim, "hospital").get("level")
    at = (*loc, "hospital", "level")
    if care == "inpatient" and level == "pharmacy":
        yield at, "a stay at a pharmacy", "the level of a hospital", ""
    if care == "pharmacy" and level not in (None, "pharmacy"):
        yield at, repr(level), "pharmacy, as the care type says", ""
    yield from _times(loc, claim, stay=care == "inpatient")


def _times(loc: Loc, claim: Raw, *, stay: bool) -> Iterator[Finding]:
    wanted, unwanted = (("admitted", "discharged"), ("on",)) if stay else (("on",), ("admitted", "discharged"))
    kind = "a stay" if stay else "a visit"
    if claim.get("care_type") is None:
        return
    for key in wanted:
        if claim.get(key) is None:
            yield (*loc, key), f"{kind} without {key!r}", f"{key}: YYYY-MM-DD" + (" HH:MM" if stay else ""), ""
    for key in unwanted:
        if key in claim:
            yield (*loc, key), f"{key!r} of {kind}", f"{' and '.join(wanted)} instead", ""
    begun, end = _moment(claim, "admitted"), _moment(claim, "discharged")
    if begun is not None and end is not None and end < begun:
        found = f"a discharge {claim['discharged']} before the admission {claim['admitted']}"
        yield (*loc, "discharged"), found, "a discharge at or after the admission", ""
    decided, end = _read(read_date, claim.get("decided")), settled(claim)
    if decided is not None and end is not None and dates.day(decided) < end // dates.SECONDS_PER_DAY:
        yield (*loc, "decided"), f"a decision on {decided}", "a day at or after the discharge", ""


def _bill(loc: Loc, claim: Raw) -> Iterator[Finding]:
    bill = claim.get("bill")
    at = (*loc, "bill")
    either = f"either the scope parts ({', '.join(SCOPE_PARTS)}) or the item classes ({', '.join(ITEMS)})"
    if bill == []:
        yield at, "an empty bill", "at least one line {item: …, amount: …}", ""
    if not isinstance(bill, Mapping):
        return
    parts, items = ([key for key in bill if key in keys] for keys in (SCOPE_PARTS, ITEMS))
    if parts and items:
        yield at, f"{parts[0]} together with {items[0]}", either, ""
    elif not parts and not items and "total_fee" not in bill:
        yield at, "an empty bill", either, ""


def _chance(loc: Loc, claim: Raw) -> Iterator[Finding]:
    if claim.get("filed_late") is not None and "late_filing" in part(claim, "uniforms"):
        yield (*loc, "filed_late"), "filed_late beside uniforms.late_filing", "one of them", ""


def _rows(data: Raw) -> Iterator[Finding]:
    """A reversal takes back a claim that is listed before it."""
    rows = _listed(data)
    for place, row in enumerate(rows):
        wanted = row.get("reverses") if isinstance(row, Mapping) else None
        if not isinstance(wanted, str) or not wanted.isdecimal() or wanted == "0":
            continue
        earlier = rows[int(wanted) - 1] if int(wanted) <= place else {"reverses": ""}
        if isinstance(earlier, Mapping) and "reverses" in earlier:
            expected = "the number of a claim listed before it, counted from 1"
            yield ("claims", place, "reverses"), repr(wanted), expected, ""


def _year(data: Raw) -> Iterator[Finding]:
    """What was used before is of the insurance year of a claim."""
    year = part(data, "year_so_far").get("year")
    moments = [settled(claim) for _, claim in claims(data)]
    if not isinstance(year, str) or not year.isdecimal() or not moments or None in moments:
        return
    years = sorted({dates.year(moment // dates.SECONDS_PER_DAY) for moment in moments if moment is not None})
    if int(year) not in years:
        one = "it is the insurance year of the claim" if len(moments) == 1 else "those are the insurance years"
        expected = f"{' or '.join(map(str, years))}, the year of discharge: {one}"
        yield _at("year_so_far", "year", repr(year), expected)


def _at(owner: str, key: str, found: str, expected: str) -> Finding:
    return (owner, key), found, expected, ""


def part(data: Raw, key: str) -> Raw:
    """A part that should be a mapping; empty where it is none."""
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _read(reader: Callable[[Any], Value], value: Any) -> Value | None:
    try:
        return None if value is None else reader(value)
    except ValueError:
        return None


def _moment(claim: Raw, key: str) -> int | None:
    return _read(read_moment, claim.get(key))


def settled(claim: Raw) -> int | None:
    """Second of discharge or of the visit, where it can be read."""
    return _moment(claim, "discharged" if claim.get("care_type") == "inpatient" else "on")
