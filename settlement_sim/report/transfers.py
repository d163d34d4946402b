"""How does a person read the comparison of transfers? A table, a figure, and every assumption behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from settlement_sim.scenario.load import Loaded
from settlement_sim.study.assumptions import assumptions as on_what
from settlement_sim.study.assumptions import parameters
from settlement_sim.study.transfers import formulas

if TYPE_CHECKING:
    import pandas as pd
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
    below = Table(title="假设" if lang == "zh" else "assumptions", title_justify="left")
    for head in ("name", "value", "range", "grade", "basis"):
        below.add_column(head)
    for said in assumptions(loaded):
        below.add_row(*(str(said[key]) for key in ("name", "value", "range", "grade", "basis")))
    return Group(table, "", below)


def _title(loaded: Loaded, seeds: int) -> str:
    return f"{loaded.scenario.question.en} (mean of {seeds} seeds)"


def assumptions(loaded: Loaded) -> list[dict[str, Any]]:
    """Every prior, parameter, setting and rule that the comparison rests on: name, value, range, grade, basis."""
    of_scenario = [row for row in on_what(loaded) if row.kind in ("career", "setting", "rule")]
    of_formulas = [row for label, policy in formulas() for row in parameters("policy", label, policy)]
    return [row.to_dict() for row in (*of_formulas, *of_scenario)]


def names(formula: str) -> tuple[str, str]:
    """What a formula is called, in Chinese and English."""
    return _NAMES[formula]


def figure(frame: pd.DataFrame) -> Figure:
    """Change per case of both provinces' funds by formula, and the sd of yearly transfers. English labels only.

    Chinese text needs a font that a machine may not have; the table has both languages.
    """
    import matplotlib.pyplot as plt

    labels = list(dict.fromkeys(frame["formula"]))
    drawn, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for offset, (province, colour) in enumerate((("chongqing", "#0072b2"), ("sichuan", "#d55e00"))):
        part = frame[frame["retires_in"] == province].set_index("formula").loc[labels]
        at = [place + 0.4 * offset - 0.2 for place in range(len(labels))]
        left.bar(at, part["change_per_case"] / 1_000, 0.38, label=_PROVINCES[province][1], color=colour)
        right.bar(at, part["volatility"] / 1_000_000, 0.38, color=colour)
    left.axhline(0, color="black", linewidth=0.8)
    left.set(title="How far is each fund from before recognition?", ylabel="1,000 yuan per recognised case")
    right.set(title="How much do yearly transfers vary?", ylabel="million yuan, sd of years")
    called = [f"{label.split()[0]}\n" + _NAMES[label][1].replace(" ", "\n", 1) for label in labels]
    for axes in (left, right):
        axes.set_xticks(range(len(labels)), called, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    drawn.legend(loc="outside lower center", ncols=2, frameon=False)
    plt.close(drawn)
    return drawn
