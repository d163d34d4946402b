"""Which contribution years are recognised, and what money follows?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.report.drawing import COLOURS, INK, SEQUENCE
from settlement_sim.report.numbers import unit_of
from settlement_sim.report.page.axes import rows
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_COLUMNS = (("accepted", "count"), ("months_saved", "count"), ("saved", "fen"), ("back_payment", "fen"))
_KINDS = ("account", "pooled")
#: Pairs of pools that are shown.
_ROWS = 12


def recognition(page: Page) -> Section | None:
    """Cases by pool of application and of retirement; transfers by pair of funds."""
    side = page.study.asked
    if not side.has("recognition_totals") or not any(side.sum("recognition_totals", "accepted").by_seed):
        return None
    pairs = _pairs(side, "recognition_totals", ["applied_in", "retires_in"], "accepted")
    window = side.manifest["recognition"]["window"]
    says = page.say("recognition_says", first=window["from"], last=window["until"])
    moved = [_transfers(page, side)] if side.has("fund_transfers") else []
    sheets = [_sheet(page, side, pairs), *moved]
    return Section("recognition", page.say("recognition"), [says], [_figure(page, pairs)], sheets)


def _pairs(side: Side, table: str, keys: list[str], column: str) -> pd.DataFrame:
    """Pairs of pools in the order of what they hold."""
    frame = side.table(table).groupby(keys, as_index=False)[column].sum()
    frame = frame[frame[column] > 0]
    return frame.sort_values(column, ascending=False, kind="stable").head(_ROWS)


def _pool(page: Page, pool: str) -> str:
    return str(page.study.asked.pools.loc[pool, page.lang])


def _figure(page: Page, pairs: pd.DataFrame) -> Markup:
    sides = page.study.differing("recognition_totals")
    shown = [(row.applied_in, row.retires_in) for row in pairs.itertuples()]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        thick = 0.8 / len(sides)
        for number, side in enumerate(sides):
            found = [side.sum("recognition_totals", "accepted", applied_in=a, retires_in=r) for a, r in shown]
            at = [place + thick * (number - (len(sides) - 1) / 2) for place in range(len(shown))]
            error = [values.half_width for values in found] if len(side.seeds) > 1 else None
            colour = COLOURS["reference"] if number == 0 and len(sides) > 1 else SEQUENCE[number % len(SEQUENCE)]
            axes.barh(
                at,
                [v.mean for v in found],
                thick * 0.9,
                xerr=error,
                color=colour,
                label=page.which(side),
                ecolor=INK,
            )
        labels = [f"{_pool(page, applied)} → {_pool(page, retires)}" for applied, retires in shown]
        rows(axes, labels, str(page.say("recognition_axis")))
        axes.set_xlim(left=0)
        if len(sides) > 1:
            figure.legend(loc="outside lower center", ncols=1)

    return page.draw("recognition", "recognition", draw, height=1.3 + 0.42 * len(shown))


def _sheet(page: Page, side: Side, pairs: pd.DataFrame) -> Sheet:
    def cells(**where: str) -> list[Markup]:
        found = ((side.sum("recognition_totals", column, **where), unit) for column, unit in _COLUMNS)
        return [page.number(values, unit, bare=True) for values, unit in found]

    lines = [
        [_pool(page, a), _pool(page, r), *cells(applied_in=a, retires_in=r)]
        for a, r in pairs[["applied_in", "retires_in"]].to_numpy()
    ]
    unit = unit_of("fen", page.lang).name
    heads = [page.say(head, unit=unit) for head in ("applied_in", "retires_in", *(column for column, _ in _COLUMNS))]
    return Sheet(page.caption(), heads, [*lines, [page.say("all"), "", *cells()]], labels=2)


def _transfers(page: Page, side: Side) -> Sheet:
    def cells(payer: str, payee: str) -> list[Markup]:
        found = (side.sum("fund_transfers", "amount", payer_pool=payer, payee_pool=payee, kind=kind) for kind in _KINDS)
        return [page.number(values, "fen", bare=True) for values in found]

    pairs = _pairs(side, "fund_transfers", ["payer_pool", "payee_pool"], "amount")
    lines = [
        [_pool(page, payer), _pool(page, payee), *cells(payer, payee)]
        for payer, payee in pairs[["payer_pool", "payee_pool"]].to_numpy()
    ]
    heads = [page.say(head) for head in ("payer_pool", "payee_pool", *_KINDS)]
    caption = page.caption(page.say("transfers_sheet", unit=unit_of("fen", page.lang).name))
    return Sheet(caption, heads, lines, labels=2)
