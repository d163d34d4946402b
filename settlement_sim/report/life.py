"""How does a person read the life of one need? As sections, from who it is to where it is booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from settlement_sim import dates
from settlement_sim.money import format_yuan
from settlement_sim.report.bill import bill_page
from settlement_sim.report.life_words import code, event, field, phrase
from settlement_sim.report.table import Language
from settlement_sim.study.life import POOLS_OF, UNITS_OF, ClaimOfRun, Fen, Life
from settlement_sim.study.lines import percent

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Fields whose text is a code of the vocabulary.
_CODED: Final = (
    "sex", "scheme", "tier", "status", "assistance", "filing", "certificates", "care_type", "disease_group", "level",
    "path", "inside", "filing_terms",
)  # fmt: skip
_PLACES: Final = (*POOLS_OF, *UNITS_OF)
_SECONDS: Final = ("stay_seconds", "waited_seconds", "seconds")


def life_page(life: Life, lang: Language) -> RenderableType:
    """The whole page."""
    from rich.console import Group
    from rich.text import Text

    words = life.question.zh if lang == "zh" else life.question.en
    terms = _fields(life, life.access, lang) if life.access else Text(phrase("never_asked", lang))
    return Group(
        Text(phrase("title", lang, life.need, event(life.outcome, lang)), style="bold"),
        Text(phrase("run", lang, life.scenario, life.seed, words), style="dim"),
        Text(_ends(life, lang)),
        _heading("who", lang), _fields(life, life.person, lang),
        _heading("need", lang), _fields(life, life.birth, lang),
        _heading("terms", lang), terms,
        _heading("happened", lang), _steps(life, lang),
        *(part for claim in life.claims for part in _claim(life, claim, lang)),
        *_booked(life, lang),
    )  # fmt: skip


def _ends(life: Life, lang: Language) -> str:
    if not life.open:
        return phrase("complete", lang, dates.iso(life.until))
    matters = ("、" if lang == "zh" else "; ").join(event(name, lang) for name in life.open)
    return phrase("unfinished", lang, dates.iso(life.until), matters)


def _heading(key: str, lang: Language) -> RenderableType:
    from rich.text import Text

    return Text("\n" + phrase(key, lang), style="bold")


def _grid(*columns: str, lang: Language) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=bool(columns))
    for name in columns:
        table.add_column(phrase(name, lang), overflow="fold")
    return table


def _fields(life: Life, told: Mapping[str, Any], lang: Language) -> RenderableType:
    """Names and values, one below the other; what is empty is left out."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in told.items():
        if value not in (None, [], {}, ""):
            table.add_row(phrase("at", lang) if name == "at" else field(name, lang), _shown(life, name, value, lang))
    return table


def _shown(life: Life, name: str, value: Any, lang: Language) -> str:
    """A value as people read it, by the name of its field."""
    if isinstance(value, Fen):
        return format_yuan(value)
    if isinstance(value, bool):
        return phrase("yes" if value else "no", lang)
    if name in ("draws", "acceptance"):
        return _chance(name, value, lang)
    if isinstance(value, Mapping):
        inside = (f"{field(key, lang)} {_shown(life, key, part, lang)}" for key, part in value.items())
        return ("，" if lang == "zh" else ", ").join(inside)
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(_shown(life, name, part, lang) for part in value)
    if name in _PLACES:
        return life.place(name, value, lang)
    if name in _SECONDS:
        return _duration(value, lang)
    return _plain(name, value, lang)


def _plain(name: str, value: Any, lang: Language) -> str:
    if name == "travel_minutes":
        return phrase("minutes", lang, value)
    if name == "age":
        return phrase("old", lang, value)
    if name == "cut":
        return percent(value)
    return code(str(value), lang) if name in _CODED else str(value)


def _chance(name: str, told: Mapping[str, int], lang: Language) -> str:
    if name == "draws":
        return ", ".join(phrase("draw", lang, purpose, f"{drawn:,}", percent(drawn)) for purpose, drawn in told.items())
    goes = "<" if told["uniform"] * told["potential"] < told["attraction"] * 10_000 else "≥"
    return phrase(
        "accepts", lang, percent(told["uniform"]), percent(told["potential"]), goes, percent(told["attraction"])
    )


def _duration(seconds: int, lang: Language) -> str:
    days, rest = divmod(seconds, dates.SECONDS_PER_DAY)
    return phrase("days", lang, days, rest // 3600, rest % 3600 // 60)


def _steps(life: Life, lang: Language) -> RenderableType:
    table = _grid("at", "what", "details", lang=lang)
    for step in life.steps:
        table.add_row(step.at, event(step.what, lang), _shown(life, "", step.details, lang))
    return table


def _claim(life: Life, claim: ClaimOfRun, lang: Language) -> Iterator[RenderableType]:
    """What had been used before, and every line of the split."""
    from rich.text import Text

    yield Text("\n" + phrase("claim", lang, event(claim.entry, lang), dates.iso(claim.day)), style="bold")
    if not claim.in_window:
        yield Text(phrase("warm_up", lang), style="dim")
    used = {name: value for name, value in claim.before.items() if value}
    before = _shown(life, "", used, lang) or phrase("nothing", lang)
    yield Text(phrase("before", lang, claim.insurance_year, before))
    if claim.split is None:
        yield Text(phrase("taken_back", lang))
    else:
        yield bill_page(claim.split, lang)


def _booked(life: Life, lang: Language) -> Iterator[RenderableType]:
    """Journal entries, statements, remittances, payments."""
    if not life.entries:
        return
    yield _heading("booked", lang)
    yield _cell(life, lang)
    table = _grid("where", "at", "what", "contains", lang=lang)
    for entry in life.entries:
        amounts = {name: amount for name, amount in entry["amounts"].items() if amount}
        holds = phrase("rows", lang, f"{entry['count']:,}", _shown(life, "", amounts, lang))
        table.add_row(phrase("entry", lang), entry["day"], event(entry["event"], lang), holds)
    for claim in life.claims:
        for row in _of_funds(claim, lang):
            table.add_row(*row)
    yield table


def _cell(life: Life, lang: Language) -> RenderableType:
    """Which cell of the journal, and which pair of pools."""
    from rich.text import Text

    told = life.entries[0]
    pair = [_shown(life, name, told[name], lang) for name in ("pool", "scheme")]
    finer = [_shown(life, name, told[name], lang) for name in ("care_type", "provider")]
    care_pool = _shown(life, "care_pool", told["care_pool"], lang)
    return Text(phrase("cell", lang, *pair, *finer, *pair, care_pool), style="dim")


def _of_funds(claim: ClaimOfRun, lang: Language) -> Iterator[tuple[str, str, str, str]]:
    """Statement, remittance and payments of one claim: where, when, what, how much."""
    if told := claim.statement:
        holds = phrase("covers", lang, told["until"], format_yuan(told["amount"]))
        yield phrase("statement", lang), told["day"], event("state", lang), holds
    if told := claim.remittance:
        way = phrase("from_to", lang, code(told["from_province"], lang), code(told["to_province"], lang))
        holds = phrase("moved", lang, format_yuan(told["crossed"]), format_yuan(told["set_off"]))
        yield phrase("remittance", lang), told["day"], way, holds
    if (told := claim.payment) and told["to"] == "patient":
        yield phrase("by_desk", lang), told["day"], event("reimburse", lang), format_yuan(told["amount"])
    elif told:
        holds = phrase("hospitals", lang, format_yuan(told["amount"]), told["due"])
        yield phrase("payment", lang), told["day"], event("pay_hospitals", lang), holds
        yield from _kept_back(told["kept_back"], lang)


def _kept_back(told: Mapping[str, Any] | None, lang: Language) -> Iterator[tuple[str, str, str, str]]:
    """What waits for the annual closing, or what that has paid."""
    if told is None:
        return
    own, closed = format_yuan(told["amount"]), "paid" in told
    holds = phrase("closed", lang, own, format_yuan(told["paid"])) if closed else phrase(
        "kept_back", lang, own, told["due"]
    )  # fmt: skip
    yield phrase("payment", lang), told["day"] if closed else "", event("annual_closing", lang), holds
