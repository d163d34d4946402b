"""Which packaged scenario asks which question, and how does a scenario of one's own begin with one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.scenario.load import Loaded, find, load, packaged_scenarios, scenario_folder
from settlement_sim.scenario.schema import Question


@dataclass(frozen=True)
class Entry:
    """One packaged scenario: its name, the id of its question, and the question."""

    name: str
    id: str
    asked: Question

    def question(self, lang: str) -> str:
        """The question in a language."""
        return self.asked.zh if lang == "zh" else self.asked.en


@cache
def questions() -> dict[str, Any]:
    """The twenty questions by id: zh, en and, where it cannot be answered here, what it needs."""
    data = yamlio.read(Path(__file__).with_name("questions.yaml")).data
    return {key: value for key, value in data.items() if key != "format"}


def refuse_unanswered(where: str, question: str) -> None:
    """Raises InputError for a question that nobody knows, and for one whose system is not simulated yet."""
    known = questions()
    if question not in known:
        raise InputError(Problem(where, repr(question), f"one of {', '.join(known)}", nearest(question, known)))
    if "needs" in known[question]:
        needs = known[question]["needs"]["en"]
        expected = f"a question that can be answered: this one needs {needs}, not simulated yet"
        raise InputError(Problem(where, repr(question), expected))


def library() -> list[Entry]:
    """All packaged scenarios, by number of the question."""
    entries = [Entry(name, asked.id, asked) for name in packaged_scenarios() if (asked := load(name).scenario.question)]
    return sorted(entries, key=lambda entry: (_number(entry.id), entry.name))


def reference_of(loaded: Loaded, settings: Sequence[str] = ()) -> Loaded:
    """The scenario that a question is asked against, with the same settings.

    Raises InputError where it names none or itself.
    """
    named = loaded.scenario.question.against
    where = loaded.place("question", "against")
    if not named:
        raise InputError(Problem(where, "a question that names no reference", "two scenarios, or `against: SCENARIO`"))
    beside = loaded.beside(named, "question", "against")
    try:
        reference = load(beside if beside.is_file() else named, settings, plugins=loaded.plugins)
    except InputError as error:
        raise InputError([replace(problem, where=f"{where}: {problem.where}") for problem in error.problems]) from None
    if reference.path.resolve() == loaded.path.resolve():
        raise InputError(Problem(where, repr(named), "another scenario than this one"))
    return reference


def begin(question: str, scenario: str, out: Path | None = None) -> Path:
    """Write a file that extends what the scenario of a question extends and says the same; returns it.

    Overlays and a calibration of its own are copied beside it. Raises InputError for an unknown question or scenario,
    one that several scenarios ask, and for files that exist.
    """
    entry = _chosen(question, scenario)
    target = out or Path(f"my_{entry.name}.yaml")
    text, named = _said(entry)
    copies = {target.parent / name: (scenario_folder() / name).read_text("utf-8") for name in named}
    written = {target: text} | copies
    for path in written:
        if path.exists():
            raise InputError(Problem(str(path), "a file of this name", "a new name or folder: nothing is replaced"))
    for path, content in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", newline="\n")
    return target


def _chosen(question: str, scenario: str) -> Entry:
    entries = library()
    ids = list(dict.fromkeys(entry.id for entry in entries))
    if question in questions():
        refuse_unanswered("--question", question)
    if question and question not in ids:
        raise InputError(Problem("--question", repr(question), f"one of {', '.join(ids)}", nearest(question, ids)))
    asking = [entry for entry in entries if question in ("", entry.id)]
    names = [entry.name for entry in asking]
    if scenario and scenario not in names:
        raise InputError(Problem("--scenario", repr(scenario), f"one of {', '.join(names)}", nearest(scenario, names)))
    found = [entry for entry in asking if scenario in ("", entry.name)]
    if len(found) > 1:
        expected = f"--scenario with it: {', '.join(names)}"
        raise InputError(Problem("--question", f"{question!r}, which {len(found)} scenarios ask", expected))
    return found[0]


def _said(entry: Entry) -> tuple[str, list[str]]:
    """What the packaged file says, its parent by name alone, and the files that it names."""
    path = find(entry.name)
    data = yamlio.read(path).data
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("# yaml-language-server")]
    parent = str(data.get("extends", ""))
    text = "\n".join(lines).replace(f"extends: {parent}", f"extends: {Path(parent).stem}", 1) + "\n"
    named = [str(name) for name in (data.get("rules") or {}).get("overlays") or []]
    return text, [*named, str(data["calibration"])] if "calibration" in data else named


def _number(question: str) -> tuple[int, str]:
    digits = question.removeprefix("Q")
    return (int(digits), "") if digits.isdecimal() else (10**6, question)
