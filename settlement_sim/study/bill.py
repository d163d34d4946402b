"""Who pays what of hand-written bills, line by line, and is it what was expected?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from settlement_sim.errors import InputError, Problem
from settlement_sim.policies.views import STANDING
from settlement_sim.record.columns import SETTLEMENTS
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.case import Case, ListedClaim
from settlement_sim.study.case_expect import COLUMNS, MEMO, WORDS, read_expected
from settlement_sim.study.case_load import LoadedCase, load_case
from settlement_sim.study.explained import Explained
from settlement_sim.study.lines import Line, amount_dict
from settlement_sim.study.split import Split
from settlement_sim.study.year import RowError, split_all

#: Fen, a count, or a word.
Value = int | str


@dataclass(frozen=True)
class Difference:
    """One value that came out otherwise than expected. `claim` is its number (0: of all), `year` its insurance year."""

    column: str
    expected: Value
    got: Value
    claim: int = 0
    year: int = 0


@dataclass(frozen=True, repr=False)
class SettledCase(Explained):
    """A case, split: every claim and reversal in the order of adjudication."""

    case: Case
    path: Path | None
    splits: tuple[Split, ...]

    @property
    def heading(self) -> str:
        """Its English title."""
        return self.case.title.en

    @property
    def settles(self) -> bool:
        """Whether anything is a settlement in the end."""
        return self.settlements > 0

    @property
    def settlements(self) -> int:
        """Settlements less those taken back."""
        return sum(split.settlements for split in self.splits)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all claims."""
        return tuple(line for split in self.splits for line in split.lines)

    @property
    def columns(self) -> dict[str, int]:
        """Every money column (fen), summed over the claims."""
        return {name: sum(split.columns[name] for split in self.splits) for name in COLUMNS}

    @property
    def memo(self) -> dict[str, int]:
        """What stands beside the columns (fen), summed over the claims."""
        return {name: sum(split.memo[name] for split in self.splits) for name in MEMO}

    @property
    def years(self) -> dict[int, Mapping[str, int]]:
        """Every insurance year after its last claim."""
        return {split.year: split.standing for split in sorted(self.splits, key=lambda split: split.year)}

    @property
    def standing(self) -> Mapping[str, int]:
        """The insurance year of the claim adjudicated last, after it."""
        return self.splits[-1].standing

    @property
    def account(self) -> int:
        """What is left of the personal account."""
        return self.splits[-1].account

    @property
    def expected(self) -> dict[str, Value]:
        """What is expected of all claims together: fen, the count of settlements, words of a single claim."""
        claims = len(self.case.rows)
        return {name: read_expected(name, text, claims) for name, text in self.case.expect.items()}

    def expected_of(self, number: int) -> dict[str, Value]:
        """What is expected of one listed claim."""
        row = self.case.claims[number - 1] if self.case.claims else None
        listed = row.expect if isinstance(row, ListedClaim) else {}
        return {name: read_expected(name, text) for name, text in listed.items()}

    @property
    def compared(self) -> int:
        """How many values were expected."""
        return sum(1 for _ in self._comparisons())

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the result is not what was expected."""
        return tuple(compared for compared in self._comparisons() if compared.expected != compared.got)

    def _comparisons(self) -> Iterator[Difference]:
        for split in self.splits:
            got = _comparable(split.columns, split.memo, split.settlements, split)
            for name, value in self.expected_of(split.number).items():
                yield Difference(name, value, got[name], split.number)
        together = _comparable(self.columns, self.memo, self.settlements, self.splits[-1])
        for name, value in self.expected.items():
            yield Difference(name, value, together[name])
        for wanted in self.case.expect_year:
            after = {**self.years.get(wanted.year, dict.fromkeys(STANDING, 0)), "account": self.account}
            for name in wanted.model_fields_set - {"year"}:
                yield Difference(name, getattr(wanted, name), after[name], year=wanted.year)

    def explanation(self, lang: Literal["zh", "en"] = "en", width: int = 110) -> str:
        """Every step for people, with the arithmetic, the rules and their documents."""
        from settlement_sim.report.bill import bill_page
        from settlement_sim.report.paper import as_text

        return as_text([bill_page(self, lang)], width)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: amounts as integer fen and as text."""
        said = {"format": 1, "title": self.case.title.model_dump(), "settlements": self.settlements}
        if self.case.claim is not None:
            said |= _split_dict(self.splits[0])
        else:
            said |= {
                "claims": [{"claim": s.number, **_split_dict(s)} for s in self.splits],
                "columns": _amounts(self.columns), "memo": _amounts(self.memo),
                "years_after": {str(year): _standing(used) for year, used in self.years.items()},
                "account_after": amount_dict(self.account),
            }  # fmt: skip
        expected = {name: _shown(name, value) for name, value in self.expected.items()}
        return {**said, "expected": expected, "differences": [_difference(d) for d in self.differences]}


def settle(source: str | Path | Mapping[str, Any], *, plugins: bool = True) -> SettledCase:
    """Split the bills of a case file, or of a mapping of the same form.

    Raises InputError with every problem of the case, or where a rule does not cover its day, and PolicyError where a
    policy fails. `plugins`: whether policies may come from packages and files.
    """
    loaded = load_case(source, plugins=plugins)
    overlays = [loaded.beside(name) for name in loaded.case.rules.overlays]
    book = RuleBook.load(overlays) if overlays else _packaged()
    try:
        return SettledCase(loaded.case, loaded.path, split_all(loaded.case, book))
    except RowError as error:
        raise InputError(_problem(loaded, *error.args)) from None


def _problem(loaded: LoadedCase, number: int, key: str, found: str, expected: str) -> Problem:
    """What is wrong with one row, at its place."""
    row = ("claim",) if loaded.case.claim is not None else ("claims", number - 1)
    loc = tuple(key.split("."))
    return Problem(loaded.where(loc if loc[0] == "person" else (*row, *loc), found.startswith("key ")), found, expected)


@cache
def _packaged() -> RuleBook:
    return RuleBook.load()


def _comparable(
    columns: Mapping[str, int], memo: Mapping[str, int], settlements: int, split: Split
) -> dict[str, Value]:
    return {**columns, **memo, SETTLEMENTS.name: settlements, **_words(split)}


def _words(split: Split) -> dict[str, str]:
    return {name: str(getattr(split, name)) for name in WORDS}


def _split_dict(split: Split) -> dict[str, Any]:
    return {
        "day": split.day_text, "reverses": split.reverses, "settlements": split.settlements, **_words(split),
        "lines": [line.to_dict() for line in split.lines], "columns": _amounts(split.columns),
        "memo": _amounts(split.memo), "year": split.year, "year_after": _standing(split.standing),
        "account_after": amount_dict(split.account),
    }  # fmt: skip


def _amounts(columns: Mapping[str, int]) -> dict[str, Any]:
    return {name: amount_dict(fen) for name, fen in columns.items()}


def _standing(used: Mapping[str, int]) -> dict[str, Any]:
    return {name: amount_dict(value) if STANDING[name] else value for name, value in used.items()}


def is_fen(name: str) -> bool:
    """Whether a value of this name is an amount: not a count and not a word."""
    return name not in (SETTLEMENTS.name, *WORDS) and STANDING.get(name, True)


def _shown(name: str, value: Value) -> Any:
    return amount_dict(value) if isinstance(value, int) and is_fen(name) else value


def _difference(difference: Difference) -> dict[str, Any]:
    name = difference.column
    where = {key: value for key in ("claim", "year") if (value := getattr(difference, key))}
    return {**where, "column": name, **{key: _shown(name, getattr(difference, key)) for key in ("expected", "got")}}
