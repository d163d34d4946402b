"""How do several claims of one person follow each other? Standing, account and insurance year carry over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from settlement_sim import dates
from settlement_sim.errors import LookupOutside, SettlementSimError
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.adjudicate import Adjudication, so_far
from settlement_sim.study.case import Case, Claim, ListedClaim, Reversal
from settlement_sim.study.one_row import NotTold
from settlement_sim.study.split import Split, take_back


class RowError(SettlementSimError):
    """What is wrong with one row. Positional: its number, the place inside it, what was found, what was expected."""


def split_all(case: Case, book: RuleBook) -> tuple[Split, ...]:
    """Every claim and reversal of a case, in the order in which they are adjudicated. Raises RowError."""
    years: dict[int, Mapping[str, int]] = {}
    account, done = case.person.account, list[Split]()
    for number, row, day in in_order(case):
        if isinstance(row, Reversal):
            taken = _latest(done, number, row.reverses)
            split = take_back(taken, number, day, years[taken.year], account)
        else:
            standing = years.setdefault(dates.year(row.settled_on), so_far(case, dates.year(row.settled_on)))
            split = _split(case, book, number, row, day, standing, account)
        years[split.year], account = split.standing, split.account
        done.append(split)
    return tuple(done)


def in_order(case: Case) -> Iterator[tuple[int, Claim | Reversal, int]]:
    """The rows with their numbers and days, in the order in which they are adjudicated: by day, then as listed."""
    days: list[int] = []
    for row in case.rows:
        days.append(_day(row, days))
    for place in sorted(range(len(days)), key=lambda place: days[place]):
        yield place + 1, case.rows[place], days[place]


def _day(row: Claim | Reversal, days: list[int]) -> int:
    """Day of adjudication; `days` are those of the rows listed before."""
    if isinstance(row, Reversal):
        return days[row.reverses - 1] if row.on is None else dates.day(row.on)
    decided = row.decided if isinstance(row, ListedClaim) else None
    return row.settled_on if decided is None else dates.day(decided)


def _split(
    case: Case, book: RuleBook, number: int, claim: Claim, day: int, standing: Mapping[str, int], account: int
) -> Split:
    try:
        split = Adjudication(case.person, claim, case.policies, book, standing, account, number, day).split()
    except NotTold as error:
        raise RowError(number, error.args[0], "no unit", f"{error.args[0]}: the access policy asks for it") from None
    except LookupOutside as error:
        key = "on" if claim.discharged is None else "discharged"
        raise RowError(number, key, str(error), "a day on which every rule of the claim is in force") from None
    if isinstance(claim, ListedClaim) and claim.decided is not None and split.path == "direct":
        found = f"a decision on {claim.decided} about a claim that settles directly ({split.reason})"
        raise RowError(number, "decided", found, "path: manual, or no decided")
    _check_chance(case, number, claim, split)
    return split


def _check_chance(case: Case, number: int, claim: Claim, split: Split) -> None:
    """Whatever a claim says about chance, some policy asked for. Raises RowError."""
    for name in claim.uniforms:
        if name not in split.asked:
            known = ", ".join(sorted(split.asked)) or "none"
            raise RowError(number, f"uniforms.{name}", f"key {name!r}", f"what the policies ask for: {known}")
    if claim.filed_late is not None and "late_filing" not in split.asked:
        expected = f"it left out, since {case.policies.access.name} with these parameters does not ask who files late"
        raise RowError(number, "filed_late", repr(claim.filed_late), expected)


def _latest(done: list[Split], number: int, wanted: int) -> Split:
    """The settlement to take back, which must be the latest that still stands."""
    taken = {split.reverses for split in done}
    standing = [split for split in done if not split.reverses and split.settles and split.number not in taken]
    if standing and standing[-1].number == wanted:
        return standing[-1]
    expected = (
        f"{standing[-1].number}, the latest settlement that still stands" if standing else "a settlement before it"
    )
    raise RowError(number, "reverses", f"'{wanted}'", expected)
