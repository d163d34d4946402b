"""Which packaged scenario answers which of the twenty questions, against what, and how are all of them run at once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from settlement_sim.engine.simulation import Progress
from settlement_sim.scenario.load import Loaded, load
from settlement_sim.study.compare import Comparison
from settlement_sim.study.library import library, questions, reference_of, refuse_unanswered
from settlement_sim.study.replications import Replications, replications_of


@dataclass(frozen=True)
class Exhibit:
    """A question, and the runs of the scenario that answers it: compared with its reference where it has one."""

    question: str
    found: Comparison | Replications

    @property
    def scenario(self) -> Loaded:
        """The one that answers."""
        return self.found.others[0].loaded if isinstance(self.found, Comparison) else self.found.loaded


def exhibits(
    asked: Sequence[str], number: int, workers: int, settings: Sequence[str] = (), progress: Progress | None = None
) -> list[Exhibit]:
    """Every scenario of these questions (of all where none is named), each run once. Raises InputError.

    `settings` go to every scenario.
    """
    chosen = _chosen(asked)
    loaded = {name: load(name, settings) for name in chosen}
    against = {name: reference_of(one, settings) for name, one in loaded.items() if one.scenario.question.against}
    all_of_them = loaded | {one.name: one for one in against.values()}
    runs = replications_of(list(all_of_them.values()), number, workers, progress=progress)
    found = dict(zip(all_of_them, runs, strict=True))
    return [
        Exhibit(question, Comparison(found[against[name].name], (found[name],)) if name in against else found[name])
        for name, question in chosen.items()
    ]  # fmt: skip


def _chosen(asked: Sequence[str]) -> dict[str, str]:
    """Scenario → question."""
    for name in asked:
        refuse_unanswered("--question", name)
    return {entry.name: entry.id for entry in library() if entry.id in (asked or questions())}
