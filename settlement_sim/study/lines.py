"""What is one line of a bill's split: a step, its arithmetic, and the rule it rests on?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from settlement_sim.money import WHOLE, format_yuan, share
from settlement_sim.record.columns import DERIVED, MONEY
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.leaf import Cell, Leaf
from settlement_sim.rules.units import NO_LIMIT, show
from settlement_sim.scenario.schema import Words

NOTHING: Final = Words(zh="", en="")
#: Titles of the money columns, Chinese and English.
TITLES: Final = {column.name: (column.zh, column.en) for column in (*MONEY, *DERIVED)}


def yuan(fen: int) -> str:
    """An amount inside a formula; a ceiling that does not exist is ∞.

    >>> yuan(1520800), yuan(NO_LIMIT)
    ('15,208.00', '∞')
    """
    return "∞" if fen == NO_LIMIT else format_yuan(fen)


def percent(bp: int) -> str:
    """A ratio inside a formula.

    >>> percent(9500), percent(9550)
    ('95 %', '95.5 %')
    """
    return f"{show(bp, 'percent') if bp >= 0 else '-' + show(-bp, 'percent')} %"


def summed(amounts: Sequence[int]) -> str:
    """Addends and their sum; nothing to add is 0.00.

    >>> summed([100, 250]), summed([])
    ('1.00 + 2.50 = 3.50', '0.00')
    """
    if len(amounts) < 2:
        return yuan(sum(amounts))
    return f"{' + '.join(map(yuan, amounts))} = {yuan(sum(amounts))}"


@dataclass(frozen=True)
class Basis:
    """One rule as it held on the day of the claim. `number` is its integer, `value` the text of its unit.

    `place` is the district or pool that set it, where that is not plainly the insured pool.
    """

    leaf: str
    place: str
    labels: tuple[str, ...]
    number: int
    value: str
    unit: str
    meaning: Words
    start: dt.date
    from_known: bool
    until: dt.date | None
    grade: str
    low: str
    high: str
    source_id: str
    source: Words
    note: str
    inherited_from: str

    @property
    def address(self) -> str:
        """Leaf, place and labels, as a person reads them."""
        labels = ", ".join((*filter(None, (self.place,)), *self.labels))
        return self.leaf + (f"[{labels}]" if labels else "")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "leaf": self.leaf,
            "place": self.place,
            "labels": list(self.labels),
            "meaning": self.meaning.model_dump(),
            "value": self.value,
            "unit": self.unit,
            "number": self.number,
            "from": self.start.isoformat(),
            "from_known": self.from_known,
            "until": self.until.isoformat() if self.until else None,
            "grade": self.grade,
            "low": self.low,
            "high": self.high,
            "source": {"id": self.source_id, **self.source.model_dump()},
            "note": self.note,
            "inherited_from": self.inherited_from,
        }


@dataclass(frozen=True)
class Line:
    """One step. `amount` is None where the step gives a ratio; `column` names the output it fills."""

    step: Words
    formula: str
    amount: int | None
    column: str
    rules: tuple[Basis, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; amounts as fen and as text."""
        return {
            "step": self.step.model_dump(),
            "formula": self.formula,
            "amount": None if self.amount is None else amount_dict(self.amount),
            "column": self.column,
            "rules": [rule.to_dict() for rule in self.rules],
        }


def amount_dict(fen: int) -> dict[str, int | str]:
    """An amount as integer fen and as yuan that a case file accepts."""
    return {"fen": fen, "yuan": format_yuan(fen).replace(",", "")}


@dataclass(frozen=True)
class Lookup:
    """Cells of the rule book for one person on one day."""

    book: RuleBook
    date: dt.date
    pool: str
    scheme: str
    own: dict[str, str]  # labels of the person's axes: tier, status, assistance, age_band
    district: str = ""  # of insurance, for what districts set
    elsewhere: bool = False  # whether `pool` is another than the insured one

    def in_pool(self, pool: str) -> Lookup:
        """The same person under the rules of another pool."""
        return self if pool == self.pool else replace(self, pool=pool, district="", elsewhere=True)

    def rule(self, leaf: str, **local: str) -> Basis:
        """A rule of the insured place; `local` labels the axes that belong to the claim (level, …)."""
        labels = {axis: local.get(axis) or self.own[axis] for axis in self.book.axes(leaf)}
        common, cell = (
            self.book.cell(leaf, pool=self.pool, scheme=self.scheme, date=self.date, district=district, **labels)
            for district in ("", self.district)
        )
        place = (self.pool if self.elsewhere else "") if cell is common else self.district
        return self._basis(self.book.leaves[leaf], place, tuple(labels.values()), cell)

    def place(self, leaf: str, pool: str, item: str) -> Basis:
        """A rule of the catalogue of `pool`; catalogues are the same for both schemes."""
        cell = self.book.cell(leaf, pool=pool, scheme="employee", date=self.date, item=item)
        return self._basis(self.book.leaves[leaf], pool, (item,), cell)

    def _basis(self, leaf: Leaf, place: str, labels: tuple[str, ...], cell: Cell) -> Basis:
        def text(value: int | None) -> str:
            return "" if value is None else show(value, leaf.unit, leaf.choices)

        source = self.book.sources.get(cell.source)
        return Basis(
            leaf.name, place, labels, cell.value, text(cell.value), leaf.unit, Words(zh=leaf.zh, en=leaf.en),
            cell.start, cell.from_known, cell.until, cell.grade, text(cell.low), text(cell.high), cell.source,
            Words(zh=source.title.zh, en=source.title.en) if source else NOTHING, cell.note, cell.inherited_from,
        )  # fmt: skip


@dataclass
class Tape:
    """Lines in the order of the bill, and the columns they fill."""

    lookup: Lookup
    lines: list[Line] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)

    def add(self, zh: str, en: str, formula: str, amount: int | None = None, *rules: Basis, column: str = "") -> None:
        """Print one line; a `column` keeps its amount."""
        self.lines.append(Line(Words(zh=zh, en=en), formula, amount, column, rules))
        if column and amount is not None:
            self.columns[column] = amount

    def room(self, zh: str, en: str, ceiling: Basis, used: int) -> int:
        """What a fund may still pay this year."""
        left, formula = left_over(ceiling.number, used)
        self.add(f"{zh}剩余额度", f"{en}: left below its ceiling", formula, left, ceiling)
        return left

    def ratio(self, zh: str, en: str, cut: int, *parts: Basis, factor: Basis | None = None) -> int:
        """The sum of ratios times a factor, less the cut, clamped to 0 … 100 %."""
        total, formula = sum(part.number for part in parts), " + ".join(percent(part.number) for part in parts)
        if factor:
            total = share(total, factor.number)
            formula = f"{f'({formula})' if len(parts) > 1 else formula} × {percent(factor.number)}"
        total -= cut
        formula += f" − {percent(cut)}" if cut else ""
        clamped = min(max(total, 0), WHOLE)
        if len(parts) > 1 or cut or factor:
            formula += f" = {percent(total)}"
        shown = formula + (f" → {percent(clamped)}" if clamped != total else "")
        self.add(zh, en, shown, None, *parts, *((factor,) if factor else ()))
        return clamped


def left_over(whole: int, used: int) -> tuple[int, str]:
    """What is left of a yearly amount, and how that is written."""
    if whole == NO_LIMIT:
        return NO_LIMIT, "∞"
    left = max(whole - used, 0)
    inside = f"{yuan(whole)} − {yuan(used)}"
    return left, f"{inside if whole >= used else f'max({inside}, 0.00)'} = {yuan(left)}"
