"""How does a person read the comparison of transfers? A table, a figure, and every assumption behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from settlement_sim.report.assumption_table import assumption_list
from settlement_sim.report.drawing import COLOURS, INK, svg
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.assumptions import Assumption, parameters
from settlement_sim.study.assumptions import assumptions as on_what
from settlement_sim.study.transfers import formulas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import RenderableType

_NAMES: Final = {
    "T0": ("不划转", "none"), "T1": ("只转个人账户", "account only"), "T2": ("已结余缴费", "saved contributions"),
    "T3": ("预期费用", "expected cost"), "T3 yearly": ("预期费用逐年付", "paid while alive"),
    "T4": ("T2 限额内轧差", "T2 in a band"),
}  # fmt: skip
_HEADS: Final = {
    "zh": (
        "办法", "退休地", "例数", "每例应划转", "净收入", "净收入现值", "年度波动", "种子间波动", "人均盈余", "标准差",
        "每例较互认前",
    ),
    "en": (
        "formula", "retires in", "cases", "claimed per case", "received, net", "present value", "sd of years",
        "sd of seeds", "surplus per retiree", "sd", "change per case",
    ),
}  # fmt: skip
_SHOWN: Final = (
    "cases", "claimed_per_case", "received", "received_present_value", "volatility", "spread_over_seeds",
    "surplus_per_retiree", "surplus_spread", "change_per_case",
)  # fmt: skip
_PROVINCES: Final = {"chongqing": ("重庆", "Chongqing"), "sichuan": ("四川", "Sichuan")}
_NOTE: Final = {
    "zh": (
        "金额单位：元。净收入为统筹基金之间，窗口期内。人均盈余＝本地结余缴费＋补缴＋划入−退休医疗费用现值。"
        "“每例较互认前”＝互认与划转一起使该省基金较原政策每例增减多少：越接近 0，越“与收支责任相一致”。"
        "T1 为国家规定，其余均为反事实。"
    ),
    "en": (
        "Yuan. Received: between pooled funds, in the window. Surplus: saved contributions here + back-payment + "
        "transfer − present value of the retiree's cost. Change per case: what recognition and transfer together add "
        "to the province's fund, against the rule before; the nearer to 0, the better income follows liability. T1 is "
        "the national rule, all others are counterfactual."
    ),
}  # fmt: skip

#: Title and unit of both halves of the figure.
_AXES: Final = {
    "zh": {
        "change_per_case": ("两省基金与互认前相差多少？", "千元／认可例"),
        "volatility": ("各年划转额波动多大？", "百万元，各年标准差"),
    },
    "en": {
        "change_per_case": ("How far is each fund from before recognition?", "1,000 yuan per recognised case"),
        "volatility": ("How much do yearly transfers vary?", "million yuan, sd of years"),
    },
}


def page(frame: pd.DataFrame, loaded: Loaded, seeds: int, lang: str) -> RenderableType:
    """The table, how to read it, and what it rests on."""
    from rich.console import Group
    from rich.table import Table

    title = f"{getattr(loaded.scenario.question, lang)}（{seeds}）" if lang == "zh" else _title(loaded, seeds)
    table = Table(title=title, title_justify="left", caption=_NOTE[lang], caption_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="left" if place < 2 else "right", no_wrap=place < 2)
    for row in frame.to_dict("records"):
        name, where = _NAMES[row["formula"]][lang == "en"], _PROVINCES[row["retires_in"]][lang == "en"]
        table.add_row(f"{row['formula']} {name}", where, *(f"{row[column]:,.0f}" for column in _SHOWN))
    below = assumption_list(_rests_on(loaded), lang, "假设" if lang == "zh" else "assumptions")
    return Group(table, "", below)


def _title(loaded: Loaded, seeds: int) -> str:
    return f"{loaded.scenario.question.en} (mean of {seeds} seeds)"


def assumptions(loaded: Loaded) -> list[dict[str, Any]]:
    """Every prior, parameter, setting and rule that the comparison rests on: name, value, range, grade, basis."""
    return [row.to_dict() for row in _rests_on(loaded)]


def _rests_on(loaded: Loaded) -> list[Assumption]:
    of_scenario = [row for row in on_what(loaded) if row.kind in ("career", "setting", "rule")]
    return [*(row for label, policy in formulas() for row in parameters("policy", label, policy)), *of_scenario]


def names(formula: str) -> tuple[str, str]:
    """What a formula is called, in Chinese and English."""
    return _NAMES[formula]


def figure(frame: pd.DataFrame, lang: str) -> str:
    """Change per case of both provinces' funds by formula, and the sd of yearly transfers, as SVG."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        _bars(left, frame, lang, "change_per_case", 1_000)
        _bars(right, frame, lang, "volatility", 1_000_000)
        left.axhline(0, color=INK, linewidth=0.8)
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)

    said = " · ".join(title for title, _ in _AXES[lang].values())
    return svg(draw, width=10, height=4.2, name="transfers", title=said)


def _bars(axes: Axes, frame: pd.DataFrame, lang: str, column: str, unit: int) -> None:
    """One bar of each province by formula."""
    labels = list(dict.fromkeys(frame["formula"]))
    for offset, (province, called) in enumerate(_PROVINCES.items()):
        part = frame[frame["retires_in"] == province].set_index("formula").loc[labels]
        at = [place + 0.4 * offset - 0.2 for place in range(len(labels))]
        axes.bar(at, part[column] / unit, 0.38, label=called[lang == "en"], color=COLOURS[province])
    title, unit_name = _AXES[lang][column]
    axes.set(title=title, ylabel=unit_name)
    shown = [f"{label.split()[0]}\n{_broken(_NAMES[label][lang == 'en'])}" for label in labels]
    axes.set_xticks(range(len(labels)), shown, fontsize=8)


def _broken(name: str) -> str:
    """In two lines: at the first space, or else after four Chinese characters."""
    first, space, rest = name.partition(" ")
    return f"{first}\n{rest}" if space or len(name) < 6 else f"{name[:4]}\n{name[4:]}"
