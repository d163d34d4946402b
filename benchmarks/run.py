"""How fast is the engine, beside a lean simpy program and the per-patient model, measured in turn?

    python -m benchmarks.run            writes docs/performance.md
    python -m benchmarks.run --quick    small sizes, prints; its figures mean nothing

Every measurement is a fresh process. One round measures every program once, in turn; the first round is thrown away.
A ratio is taken inside one round, so that a busy machine slows both sides.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks.report import write_report

ROOT: Final = Path(__file__).resolve().parent.parent
REPORT: Final = ROOT / "docs" / "performance.md"
LIBRARIES: Final = ("settlement-sim", "simpy", "numpy")
Found = dict[str, Any]


@dataclass(frozen=True)
class Sizes:
    """Visits of the lean program, scales of the world at which the engine settles about as many, scales of growth."""

    visits: tuple[int, int]
    scales: tuple[float, float]
    growth: tuple[float, ...]

    def programs(self, large_oracle: bool = True) -> list[tuple[str, float]]:
        """(kind, size) of every measurement of a round, each once, kinds taking turns."""
        turns = [("engine", self.growth[-1]), ("lean", self.visits[1]), ("oracle", self.scales[1])]
        turns += [("engine", self.scales[1]), ("empty", self.visits[1])]
        turns += [("engine", self.scales[0]), ("lean", self.visits[0]), ("oracle", self.scales[0])]
        turns += [("phases", self.growth[-1]), *(("engine", scale) for scale in self.growth)]
        left_out = () if large_oracle else (("oracle", self.scales[1]),)
        return [turn for turn in dict.fromkeys(turns) if turn not in left_out]


FULL: Final = Sizes((100_000, 1_000_000), (0.0134, 0.1336), (0.02, 0.05, 0.1, 0.25, 0.5, 1.0))
QUICK: Final = Sizes((5_000, 20_000), (0.001, 0.003), (0.001, 0.003))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, printed instead of written")
    parser.add_argument("--rounds", type=int, help="rounds that count (5; quick: 2)")
    parser.add_argument("--no-large-oracle", action="store_true", help="leave the per-patient model at 10^6 out")
    asked = parser.parse_args()
    sizes, rounds = (QUICK, asked.rounds or 2) if asked.quick else (FULL, asked.rounds or 5)
    result = measure(sizes, rounds, not asked.no_large_oracle)
    text = write_report(result)
    if asked.quick:
        print(text)
    else:
        REPORT.write_text(text, "utf-8", newline="\n")
        say(f"wrote {REPORT.relative_to(ROOT)}")


def measure(sizes: Sizes, rounds: int, large_oracle: bool = True) -> Found:
    """One discarded round, then `rounds` that count; what the engine settles is found once, apart."""
    load = os.getloadavg()[0]
    programs = sizes.programs(large_oracle)
    scales = sorted({size for kind, size in programs if kind == "engine"})
    totals = {str(scale): alone("totals", scale) for scale in scales}
    measured: dict[str, list[Found]] = {name(*program): [] for program in programs}
    for number in range(rounds + 1):
        for program in programs:
            found = alone(*program)
            same_results(program, found, totals)
            if number:
                measured[name(*program)].append(found)
            say(f"round {number} of {rounds}  {name(*program):16} {found.get('seconds', 0):8.2f} s")
    return {
        "visits": sizes.visits, "scales": sizes.scales, "growth": sizes.growth, "rounds": rounds,
        "totals": totals, "measured": measured, "machine": machine() | {"load": load}, "versions": versions(),
        "date": dt.date.today().isoformat(),
    }  # fmt: skip


def alone(kind: str, size: float) -> Found:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measure", kind, str(size)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def same_results(program: tuple[str, float], found: Found, totals: dict[str, Found]) -> None:
    """The per-patient model has settled what the engine has, to the fen; stops the benchmark otherwise."""
    kind, size = program
    if kind != "oracle":
        return
    ours = totals[str(size)]
    for what in ("settlements", "sums"):
        if found[what] != ours[what]:
            sys.exit(f"{what} at scale {size}: per-patient model {found[what]}, engine {ours[what]}")


def name(kind: str, size: float) -> str:
    """How a measurement is called in the results."""
    return f"{kind} {size}"


def machine() -> Found:
    """What the figures were measured on."""
    return {
        "processor": _after_colon("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
    }


def _after_colon(path: str, key: str) -> str | None:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), None)


def versions() -> dict[str, str]:
    """Python and the libraries that the figures depend on."""
    return {"Python": platform.python_version()} | {library: version(library) for library in LIBRARIES}


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
