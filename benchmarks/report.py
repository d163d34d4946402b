"""How do the measurements read? From the results of `benchmarks.run` to the text of `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from statistics import median
from typing import Any

from benchmarks import lean_simpy

Found = dict[str, Any]
Show = Callable[[float], str]

METHOD = """\
`make bench` measures every program once per round, in turn, each time in a fresh process; a first round is thrown \
away. Figures are the median of the counted rounds (of two rounds, their mean), with the smallest and the largest in \
brackets. A ratio is taken between two measurements of the same round. Seconds are of the run itself: the engine's \
include drawing all needs; imports, and building world and rules, are outside (the latter stands apart). Memory is the \
peak of the whole process.

- **Engine**: `scenarios/baseline_2024q1q3.yaml`, nine months and three of warm-up, on a world of the given scale. \
A settlement is one claim adjudicated, recorded and posted, directly or by hand, warm-up included; the *reported* ones \
are the direct ones of the window. Needs that come to nothing (a person already in a bed, an empty account) cost time \
and are not counted, for the per-patient model neither.
- **Lean simpy**: `benchmarks/lean_simpy.py`, one process per visit of a simpler workload (below). It has no calendar \
of holidays, no bill items, no rules by place, date, age or status, and three numbers of standing per person.
- **Per-patient simpy**: the model of `tests/oracle`, one process per visit, on the needs, beds and rules of the \
engine's own world. Its draws are made before the clock starts, so they are not in its seconds; its beds and its \
memory of rules are replaced by quicker ones (`benchmarks/per_patient.py`). Every measurement is held against the \
engine: the number of claims and the sum of every money column are the same, to the fen."""

REMARKS = """\
- The lean program is the opponent in speed: it does less per visit than the engine. The per-patient model is the one \
in content: it settles the same claims, but keeps no tables, ledger or clearing, and was written to be believed, not \
to be fast.
- One process per visit is the usual way to write such a program in simpy, and not the quickest: visits that never \
wait need no process. No such program was measured.
- The simpy programs use one thread. Where the engine uses more, the ratios by processor time count them all.
- The engine goes through the phases of every day, however few come: the table of growth shows what that does to \
small worlds.
- The sizes of the lean program and of the reduced worlds agree roughly, not exactly; ratios are of settlements per \
second. No simpy program was measured at full scale: there the engine's rate is set against theirs at the larger size.
- The garbage collector sleeps while the simpy programs run, and not while the engine does.
- Numbers of settlements are those of the version that was measured, on the day named above. What the baseline settles \
now is told in [questions.md](questions.md)."""


def write_report(result: Found) -> str:
    """The whole page."""
    sections = [
        ("Machine and versions", _machine(result)),
        ("Method", METHOD),
        ("Full scale", _full_scale(result)),
        ("Side by side", _side_by_side(result)),
        ("Ratios", _ratios(result)),
        ("Growth of cost with size", _growth(result)),
        ("What the numbers are made of", _made_of(result)),
        ("The reference workload of the lean program", _workload()),
        ("Remarks", REMARKS),
    ]
    head = "# Performance\n\nWritten by `make bench`; do not edit.\n"
    return head + "".join(f"\n## {title}\n\n{text}\n" for title, text in sections)


def spread(values: Iterable[float], show: Show) -> str:
    """`median (min-max)`."""
    values = list(values)
    return f"{show(median(values))} ({show(min(values))}–{show(max(values))})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def whole(value: float) -> str:
    return f"{value:,.0f}"


def short(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine(result: Found) -> str:
    machine = result["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GiB, {machine['system']}; "
        f"{libraries}.\nMeasured {result['date']}, {result['rounds']} counted rounds; "
        f"load average before the start {machine['load']:.2f}."
    )


def runs(result: Found, kind: str, size: float) -> list[Found]:
    """The measurements of a program, one per round, each with its number of settlements; none if left out."""
    found: list[Found] = result["measured"].get(f"{kind} {size}", [])
    settled = result["totals"].get(str(size), {}) if kind == "engine" else {}
    return [{**one, **settled, "peak_mb": one["peak_mb"]} for one in found]


def rates(found: list[Found], seconds: str = "seconds", counted: str = "settlements") -> list[float]:
    """Settlements per second, round by round."""
    return [one[counted] / one[seconds] for one in found]


def _full_scale(result: Found) -> str:
    scale = result["growth"][-1]
    found = runs(result, "engine", scale)
    one = found[0]
    rows = [
        ("persons", whole(one["persons"])),
        ("settlements simulated, warm-up and claims by hand included", whole(one["settlements"])),
        ("of them reported: direct, in the window", whole(one["reported"])),
        ("building world and rules, s", spread((f["world_seconds"] for f in found), short)),
        ("**simulation, s**", spread((f["seconds"] for f in found), short)),
        ("processor time of the simulation, s", spread((f["processor_seconds"] for f in found), short)),
        ("**settlements simulated per second**", spread(rates(found), whole)),
        ("settlements reported per second", spread(rates(found, counted="reported"), whole)),
        ("peak memory, MiB", spread((f["peak_mb"] for f in found), whole)),
    ]
    return table((f"engine at scale {scale:g}", "median (min–max)"), rows)


def _programs(result: Found) -> list[tuple[str, list[Found]]]:
    programs = []
    for visits, scale in zip(result["visits"], result["scales"], strict=True):
        programs += [
            (f"engine, scale {scale:g}", runs(result, "engine", scale)),
            (f"lean simpy, {visits:,} visits", runs(result, "lean", visits)),
            (f"per-patient simpy, scale {scale:g}", runs(result, "oracle", scale)),
        ]
    full = result["growth"][-1]
    programs.append((f"engine, scale {full:g}", runs(result, "engine", full)))
    return [(title, found) for title, found in programs if found]


def _side_by_side(result: Found) -> str:
    rows = [
        (
            title, whole(found[0]["settlements"]), spread((f["seconds"] for f in found), short),
            spread(rates(found), whole), spread((1e6 / rate for rate in rates(found)), short),
            spread((f["peak_mb"] for f in found), whole),
        )
        for title, found in _programs(result)
    ]  # fmt: skip
    return table(("program", "settlements", "s", "per second", "µs each", "peak MiB"), rows)


def _ratios(result: Found) -> str:
    rows = []
    sizes = [*zip(result["scales"], (0, 1), strict=True), (result["growth"][-1], 1)]
    for scale, place in sizes:
        visits, other = result["visits"][place], result["scales"][place]
        for title, found in (
            (f"lean simpy, {visits:,} visits", runs(result, "lean", visits)),
            (f"per-patient simpy, scale {other:g}", runs(result, "oracle", other)),
        ):
            if not found:
                continue
            engine = runs(result, "engine", scale)
            clock, processor = (ratios(engine, found, by) for by in ("seconds", "processor_seconds"))
            rows.append((f"engine, scale {scale:g}", title, spread(clock, short), spread(processor, short)))
    head = ("settlements per second of", "÷ those of", "by the clock", "by processor time")
    return table(head, rows)


def ratios(ours: list[Found], theirs: list[Found], seconds: str) -> list[float]:
    """Our rate over theirs, round by round."""
    return [a / b for a, b in zip(rates(ours, seconds), rates(theirs, seconds), strict=True)]


def _growth(result: Found) -> str:
    rows = []
    for scale in sorted({*result["scales"], *result["growth"]}):
        found = runs(result, "engine", scale)
        one = found[0]
        rows.append(
            (
                f"{scale:g}", whole(one["persons"]), whole(one["settlements"]),
                spread((f["world_seconds"] for f in found), short),
                spread((f["seconds"] for f in found), short),
                spread((1e6 / rate for rate in rates(found)), short), spread((f["peak_mb"] for f in found), whole),
            )
        )  # fmt: skip
    head = ("scale of the world", "persons", "settlements", "building, s", "simulation, s", "µs each", "peak MiB")
    return table(head, rows)


def _made_of(result: Found) -> str:
    found = result["measured"][f"phases {result['growth'][-1]}"]
    rows = []
    for phase in found[0]["phases"]:
        seconds = [f["phases"][phase] for f in found]
        shares = [100 * f["phases"][phase] / sum(f["phases"].values()) for f in found]
        days = (1000 * s / f["days"] for s, f in zip(seconds, found, strict=True))
        rows.append((phase, spread(seconds, short), spread(days, short), spread(shares, short)))
    visits = result["visits"][1]
    lean, empty = ([1e6 / r for r in rates(runs(result, kind, visits), "seconds")] for kind in ("lean", "empty"))
    rest = (a - b for a, b in zip(lean, empty, strict=True))
    return "\n\n".join(
        (
            f"The engine at scale {result['growth'][-1]:g}, by phase of the day. What another thread does beside them "
            "appears only where a phase waits for it.",
            table(("phase", "s", "ms a day", "% of the run"), rows),
            f"The lean program at {visits:,} visits, µs a visit.",
            table(
                ("part", "µs"),
                [
                    ("whole", spread(lean, short)),
                    ("simpy and arrivals alone: the same processes, empty", spread(empty, short)),
                    ("draws, beds, rules, books: the difference", spread(rest, short)),
                ],
            ),
        )
    )


def _workload() -> str:
    w = lean_simpy
    care = ("inpatient", "outpatient", "pharmacy")
    rows = [
        ("window", f"{w.DAYS} days from a Monday; month ends after days {', '.join(map(str, w.MONTH_ENDS))}"),
        ("arrivals", f"Poisson, two directions with {_percents(w.DIRECTIONS)} of the visits; Saturday and Sunday "
         f"at {w.WEEKEND:g} of a weekday's rate"),
        ("care", ", ".join(f"{c} {s:.0%}" for c, s in zip(care, w.CARE_SHARES, strict=True))),
        ("bill, yuan", "lognormal; mean and standard deviation: "
         + ", ".join(f"{c} {m:,} and {d:,}" for c, (m, d) in zip(care, w.BILL, strict=True))),
        ("stay, days", f"lognormal, mean {w.STAY[0]}, standard deviation {w.STAY[1]}"),
        ("hospitals", f"{len(w.HOSPITALS)} per direction, weight (rank + 3)^-0.9 with rank from 0; "
         + ", ".join(f"{w.LEVELS.count(x)} {n}" for x, n in ((2, "tertiary"), (1, "secondary"), (0, "community")))),
        ("beds", f"so many that {w.UTILISATION:.0%} would be taken on average, rounded up; first come, first served"),
        ("persons", f"one per {w.VISITS_PER_PERSON} visits, {w.EMPLOYEES:.0%} employees, the rest residents"),
        ("filing", f"filed, temporary, not: {_percents(w.FILINGS)}; {_list(w.CUTS)} points off the ratio"),
        ("in scope", f"{w.ELIGIBLE} % of the bill"),
        ("deductible, fen", "community, secondary, tertiary: " + _by_care(care, w.DEDUCTIBLE)
         + "; half from the second stay on"),
        ("ratio, %", "community, secondary, tertiary: "
         + _by_care([f"{c} {who}" for c in care for who in ("employees", "residents")], [*chain(*w.RATIO)])),
        ("ceiling of the fund, fen a year", f"employees {w.CEILING[0]:,}, residents {w.CEILING[1]:,}"),
        ("large payments", f"{w.LARGE_RATIO} % of what a person has paid in the year above {w.LARGE_FROM:,} fen"),
        ("ledger", "every visit debits fund and patient and credits the hospital; at month ends the obligations of "
         f"each direction are cleared against a prepayment of {w.PREPAID:,} fen per expected visit of a month"),
    ]  # fmt: skip
    return table(("what", "as"), rows).replace("---:", "---")


def _percents(shares: Sequence[float]) -> str:
    return " / ".join(f"{100 * share:g} %" for share in shares)


def _by_care(care: Sequence[str], rows: Sequence[Sequence[int]]) -> str:
    return "; ".join(f"{c} {_list(row)}" for c, row in zip(care, rows, strict=True))


def _list(values: Sequence[int]) -> str:
    return " / ".join(f"{value:,}" for value in values)
