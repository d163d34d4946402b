"""What does each fund pay, and what comes back? The view of a bureau: per pool, in its units, net in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from settlement_sim.report.drawing import COLOURS
from settlement_sim.report.numbers import unit_of
from settlement_sim.report.page.axes import rows, zero
from settlement_sim.report.page.parts import Page, Section, Sheet
from settlement_sim.report.page.study import Side
from settlement_sim.report.page.values import Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bureau(page: Page) -> Section | None:
    """A figure of what is net, and a sheet of all pools."""
    side = page.study.asked
    if not side.has("flows") or not side.has("by_pool"):
        return None
    pools = [pool for pool in side.pools.index if any(_settlements(side, pool).by_seed)]
    if not pools:
        return None
    unit = unit_of("fen", page.lang)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        found = [net(side, pool).mean / unit.size for pool in pools]
        axes.barh(range(len(pools)), found, color=[COLOURS["other" if x >= 0 else "sichuan"] for x in found])
        zero(axes)
        rows(axes, [_name(page, pool) for pool in pools], str(page.say("bureau_axis", unit=unit.name)))
        axes.margins(y=0.02)

    picture = page.draw("bureau", "bureau", draw, height=1.0 + 0.24 * len(pools))
    says = [net_line(page), page.say("bureau_says")] if page.pool else [page.say("bureau_says")]
    return Section("bureau", page.say("bureau"), says, [picture], [_sheet(page, side, pools)])


def net_line(page: Page) -> Markup:
    """What the fund of the page's pool pays net, in one line."""
    side, pool = page.study.asked, page.pool
    values = net(side, pool)
    word = page.say("net_receives" if values.mean >= 0 else "net_pays")
    size = values if values.mean >= 0 else values.times(-1, "−1")
    named = {"paid": paid(side, pool), "received": received(side, pool), "net": size}
    numbers = {name: page.number(value, "fen") for name, value in named.items()}
    return page.say("answer_bureau", pool=_name(page, pool), net_word=word, **numbers)


def paid(side: Side, pool: str) -> Values:
    """Cleared for the pool's insured treated across the border."""
    return side.sum("by_pool", "cleared", pool=pool)


def received(side: Side, pool: str) -> Values:
    """Cleared by the other province for care given in the pool's area."""
    return side.sum("flows", "cleared", destination=[str(u) for u in side.units.index[side.units["pool"] == pool]])


def net(side: Side, pool: str) -> Values:
    """Received less paid."""
    return received(side, pool) - paid(side, pool)


def _settlements(side: Side, pool: str) -> Values:
    return side.sum("by_pool", "settlements", pool=pool)


def _name(page: Page, pool: str) -> str:
    return str(page.study.asked.pools.loc[pool, page.lang])


def _sheet(page: Page, side: Side, pools: list[str]) -> Sheet:
    unit = unit_of("fen", page.lang).name
    heads = ["pool", "insured", "pool_settlements", "per_thousand", "pool_fee", "pool_funds", "paid", "received", "net"]
    lines = [_row(page, side, pool) for pool in pools]
    if page.study.others:
        heads.append("net_change")
        theirs = page.study.reference
        lines = [
            [*line, page.number(net(side, pool) - net(theirs, pool), "fen", signed=True, bare=True)]
            for line, pool in zip(lines, pools, strict=True)
        ]
    return Sheet(page.caption(), [page.say(head, unit=unit) for head in heads], lines)


def _row(page: Page, side: Side, pool: str) -> list[Markup | str]:
    insured, visits = int(side.pools.loc[pool, "insured"]), _settlements(side, pool)
    fee, funds = (side.sum("by_pool", column, pool=pool) for column in ("total_fee", "fund_total"))
    people = Values((insured,) * len(side.seeds), f"{side.number} pools.insured pool={pool}")
    scale = float(side.manifest["scale"])
    return [
        _name(page, pool), page.number(people, "ten_thousand", bare=True),
        page.number(visits, "ten_thousand", bare=True),
        page.number(visits.times(1000 / insured / scale, f"1000 ÷ {insured} ÷ {scale:g}"), "rate", bare=True),
        *(page.number(values, "fen", bare=True) for values in (fee, funds, paid(side, pool), received(side, pool))),
        page.number(net(side, pool), "fen", signed=True, bare=True),
    ]  # fmt: skip
