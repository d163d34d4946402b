"""What is the answer, in one sentence, with its interval?"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from settlement_sim.record.measures import MEASURE, MEASURES, told
from settlement_sim.report.numbers import called
from settlement_sim.report.page.parts import Page, Section, marked
from settlement_sim.report.page.sections.bureau import net_line
from settlement_sim.report.page.study import Side
from settlement_sim.report.page.values import Values
from settlement_sim.report.table import Language

#: How many sentences follow the first; how many each of several scenarios has.
_MORE, _EACH = 4, 2


def answer(page: Page) -> Section:
    """The measures that the question asks for, then what else changes clearly; with `--pool` what its fund pays net."""
    study = page.study
    sentences = [text for other in study.others for text in _changes(page, other)] or [*_totals(page)][: 1 + _MORE]
    bureau = [net_line(page)] if page.pool and study.has("flows") else []
    notes = [_one_seed(page)] if len(study.reference.seeds) == 1 else []
    return Section("answer", page.say("answer"), [*sentences, *bureau], notes=notes)


def _one_seed(page: Page) -> Markup:
    """Which numbers have no interval."""
    return page.say("answer_one_seed_visits" if page.study.has("totals") else "answer_one_seed")


def _changes(page: Page, other: Side) -> list[Markup]:
    """What the question asks for, in its order; then the usual measures and all others, where they change clearly."""
    known = [one.name for one in MEASURES if one.name in other.measures]
    found = {name: values for name in told(known, other.read) + known if (values := change(page, other, name))}
    names = [name for name in found if name in other.read or found[name].is_clear] or [*found][:1]
    sentences = [_sentence(page, name, found[name]) for name in names]
    if len(page.study.others) == 1:
        return sentences[: 1 + _MORE]
    return [page.say("answer_of", scenario=other.name, sentence=text) for text in sentences[:_EACH]]


def change(page: Page, other: Side, name: str) -> Values | None:
    """Difference of a measure from the reference, paired by seed; None where one of both does not speak to it."""
    mine, theirs = other.measure(name), page.study.reference.measure(name)
    return mine - theirs if mine and theirs else None


def _sentence(page: Page, name: str, values: Values) -> Markup:
    unit = MEASURE[name].unit
    named = {"reference": page.say("the_reference"), "measure": _begins(name, page.lang)}
    if not any(values.by_seed):
        return page.say("answer_same", **named)
    if not values.is_clear:
        return page.say("answer_unclear", **named, change=page.change(values, unit))
    size = page.number(values.times(-1, "−1") if values.mean < 0 else values, unit)
    key = "answer_less" if values.mean < 0 else "answer_more"
    between = page.interval(values, unit, signed=True)
    return page.say(key, **named, size=size, interval=between, percent=_percent(page, name, values))


def _begins(name: str, lang: Language) -> str:
    """A measure at the beginning of a sentence."""
    measure = called(name, lang, unit=False)
    return measure[0].upper() + measure[1:]


def _percent(page: Page, name: str, values: Values) -> Markup:
    """Of the reference."""
    base = page.study.reference.measure(name)
    if not base or not base.mean:
        return page.say("of_nothing")
    percent = Values((100 * values.mean / base.mean,), f"100 × mean {values.of} ÷ mean {base.of}")
    return page.say("of_reference", percent=page.number(percent, "percent", signed=True))


def _totals(page: Page) -> Iterator[Markup]:
    side = page.study.reference
    for name in told([*side.measures.columns], side.read):
        values = side.measure(name)
        assert values is not None
        unit = MEASURE[name].unit
        found = page.interval(values, unit) if len(side.seeds) > 1 else _between_persons(page, name, unit)
        shown = page.say("answer_interval", interval=found) if found else ""
        yield page.say("answer_run", measure=_begins(name, page.lang), value=page.number(values, unit), interval=shown)


def _between_persons(page: Page, name: str, unit: str) -> Markup | str:
    """Of one seed: 1.96 standard errors over the persons, where the run's table `totals` has them."""
    side = page.study.reference
    if not side.has("totals") or f"{name}_se" not in side.table("totals"):
        return ""
    from settlement_sim.report.numbers import interval

    frame = side.table("totals").query("care_type == 'all'")
    middle, error = float(frame[name].sum()), float((frame[f"{name}_se"] ** 2).sum()) ** 0.5
    text = interval(middle - 1.96 * error, middle + 1.96 * error, unit, page.lang)
    return marked(1.96 * error, f"0 totals.{name}_se care_type=all", "between_persons", text)
