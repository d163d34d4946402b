"""Which part of a scenario changes what? Parts are switched on one by one; what they do together is told apart.

    whole = Σ parts + interaction, to the fen, in any order

A part is a slot whose policies differ, or another section of the file. Each is laid over the reference alone.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from settlement_sim.engine.simulation import Progress
from settlement_sim.policies.base import BENEFIT, EVERY_SLOT
from settlement_sim.record.measures import MEASURES
from settlement_sim.scenario.load import OVERLAID, Loaded, load
from settlement_sim.study.compare import Comparison
from settlement_sim.study.replications import Replications, replications_of

if TYPE_CHECKING:
    import pandas as pd

#: What a scenario tells its reader, and the run's own seed.
_POLICIES: Final = "policies."
_NO_PARTS: Final = ("format", "question", "kind", "seed", "policies")
Data = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Attribution:
    """A comparison of two, and the reference with each part of the other, all over the same seeds."""

    comparison: Comparison
    parts: Mapping[str, Replications]

    @property
    def table(self) -> pd.DataFrame:
        """Output × (whole, each part, interaction): sums over the seeds, integers."""
        return self._sums("outputs").rename_axis("output").reset_index()

    @property
    def measures(self) -> pd.DataFrame:
        """The same of every measure that is a whole number."""
        found = self._sums("measures")
        return found.loc[[one.name for one in MEASURES if one.whole and one.name in found.index]]

    def _sums(self, of: str) -> pd.DataFrame:
        import pandas as pd

        sums = {name: getattr(each, of).sum() for name, each in self.parts.items()}
        base, whole = (getattr(each, of).sum() for each in (self.comparison.reference, self.comparison.others[0]))
        frame = pd.DataFrame({"whole": whole} | sums | {"base": base}).fillna(0)
        frame = frame.drop(columns="base").sub(frame["base"], axis=0)
        frame["interaction"] = frame["whole"] - frame[[*self.parts]].sum(axis=1)
        return frame.astype("int64")

    def __repr__(self) -> str:
        return f"Attribution of {self.comparison!r} to {', '.join(self.parts)}"

    def _repr_html_(self) -> str:
        from settlement_sim.report.notebook import of_attribution

        return of_attribution(self)

    def save(self, folder: str | Path) -> Path:
        """Write the folder of the comparison with `parts.csv` in it atomically; returns it."""
        from settlement_sim.study.folder import unfinished
        from settlement_sim.study.folders import write_attribution

        with unfinished(Path(folder)) as work:
            write_attribution(self, work)
        return Path(folder)


def attribute(
    reference: Loaded, other: Loaded, number: int, workers: int = 1, progress: Progress | None = None
) -> Attribution:
    """Run both and every part, over seeds from the reference's own on."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mixed = {name: _with_part(folder, reference, other, name) for name in differing(reference, other)}
        base, whole, *parts = replications_of([reference, other, *mixed.values()], number, workers, progress=progress)
    return Attribution(Comparison(base, (whole,)), dict(zip(mixed, parts, strict=True)))


def differing(reference: Loaded, other: Loaded) -> list[str]:
    """Slots (`policies.SLOT`) and sections in which two scenarios differ."""
    mine, theirs = said(other), said(reference)
    slots = [_POLICIES + slot for slot in EVERY_SLOT if _slot(mine, slot) != _slot(theirs, slot)]
    sections = [key for key in {**theirs, **mine} if key not in _NO_PARTS and mine.get(key) != theirs.get(key)]
    return [*slots, *sections]


def said(loaded: Loaded) -> Data:
    """What a scenario and its parents say, as one file anywhere could say it: paths are whole."""
    data: Data = loaded.scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for part in OVERLAID:
        if (data.get(part) or {}).get("overlays"):
            data[part]["overlays"] = [str(path) for path in loaded.overlays(part)]
    if data.get("calibration"):
        data["calibration"] = str(loaded.beside(data["calibration"], "calibration"))
    for slot in EVERY_SLOT:
        for number, entry in enumerate(_slot(data, slot) or []):
            if ".py" in entry["use"]:
                loc = ("policies", "benefit", slot) if slot in BENEFIT else ("policies", slot)
                entry["use"] = str(loaded.beside(entry["use"], *loc, number, "use"))
    return data


def _slot(data: Data, slot: str) -> Any:
    policies = data["policies"]
    return policies["benefit"][slot] if slot in BENEFIT else policies.get(slot)


def _replace(mine: Data, theirs: Data, key: str) -> None:
    mine.pop(key, None)
    if key in theirs:
        mine[key] = theirs[key]


def _with_part(folder: Path, reference: Loaded, other: Loaded, part: str) -> Loaded:
    """The reference with one part of the other."""
    mine, theirs = said(reference), said(other)
    slot = part.removeprefix(_POLICIES)
    if slot in BENEFIT and slot != part:
        mine["policies"]["benefit"][slot] = theirs["policies"]["benefit"][slot]
    elif slot != part:
        _replace(mine["policies"], theirs["policies"], slot)
    else:
        _replace(mine, theirs, part)
    path = folder / f"{part}.yaml"
    path.write_text(json.dumps(mine, ensure_ascii=False), "utf-8")
    return replace(load(path, plugins=reference.plugins), given=(*reference.given, *other.given))
