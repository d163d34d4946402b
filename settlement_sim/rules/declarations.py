"""Which rules exist? One table, `leaves.yaml`, names them all; whatever is not in it is a mistake."""

from __future__ import annotations

from typing import Any

from settlement_sim.errors import InputError, Problem, nearest
from settlement_sim.rules.leaf import Leaf
from settlement_sim.rules.units import UNITS
from settlement_sim.vocabulary import AXES, SCHEMES
from settlement_sim.yamlio import Document

_KEYS = ("unit", "axes", "without", "choices", "may_be_none", "by_district", "national", "scheme", "zh", "en")


def read_declarations(document: Document, *, of_careers: bool = False) -> dict[str, Leaf]:
    """Every leaf by name, in the order of the table. Raises InputError with every problem found."""
    problems: list[Problem] = []
    leaves = {}
    for name, entry in (document.data.get("leaves") or {}).items():
        found = _problems(document, name, entry)
        problems += found
        if not found:
            leaves[name] = _leaf(document, name, entry, of_careers)
    if problems:
        raise InputError(problems)
    return leaves


def _leaf(document: Document, name: str, entry: dict[str, Any], of_careers: bool) -> Leaf:
    return Leaf(
        name=name,
        unit=entry["unit"],
        axes=tuple(entry.get("axes") or ()),
        zh=entry["zh"],
        en=entry["en"],
        without={axis: tuple(labels) for axis, labels in (entry.get("without") or {}).items()},
        choices=tuple(entry.get("choices") or ()),
        may_be_none=entry.get("may_be_none") == "true",
        by_district=entry.get("by_district") == "true",
        national=entry.get("national") == "true",
        where=document.where_key(("leaves", name)),
        schemes=(entry["scheme"],) if "scheme" in entry else SCHEMES,
        of_careers=of_careers,
    )


def _problems(document: Document, name: str, entry: Any) -> list[Problem]:
    loc = ("leaves", name)
    if not isinstance(entry, dict):
        return [Problem(document.where(loc), "no mapping", "a mapping with unit, zh and en")]
    problems = [
        Problem(document.where_key((*loc, key)), f"key {key!r}", f"one of {', '.join(_KEYS)}", nearest(key, _KEYS))
        for key in entry
        if key not in _KEYS
    ]
    for key in ("unit", "zh", "en"):
        if entry.get(key) is None:
            problems.append(Problem(document.where_key(loc), f"leaf {name!r} without {key!r}", "it given"))
    if entry.get("unit") not in (None, *UNITS):
        where, unit = document.where((*loc, "unit")), str(entry["unit"])
        problems.append(Problem(where, f"unit {unit!r}", f"one of {', '.join(UNITS)}", nearest(unit, UNITS)))
    if entry.get("scheme") not in (None, *SCHEMES):
        where, scheme = document.where((*loc, "scheme")), str(entry["scheme"])
        problems.append(Problem(where, f"scheme {scheme!r}", f"one of {', '.join(SCHEMES)}", nearest(scheme, SCHEMES)))
    for key in ("may_be_none", "by_district", "national"):
        if entry.get(key) not in (None, "true", "false"):
            problems.append(Problem(document.where((*loc, key)), repr(entry[key]), "true or false"))
    return problems + _axis_problems(document, loc, entry)


def _axis_problems(document: Document, loc: tuple[str, ...], entry: dict[str, Any]) -> list[Problem]:
    problems = []
    for index, axis in enumerate(entry.get("axes") or ()):
        if axis not in AXES:
            where = document.where((*loc, "axes", index))
            problems.append(Problem(where, f"axis {axis!r}", f"one of {', '.join(AXES)}", nearest(axis, AXES)))
    for axis, labels in (entry.get("without") or {}).items():
        for index, label in enumerate(labels or ()):
            if label not in AXES.get(axis, ()):
                where = document.where((*loc, "without", axis, index))
                known = AXES.get(axis, ())
                problems.append(
                    Problem(
                        where,
                        f"label {label!r} of {axis}",
                        f"one of {', '.join(known)}",
                        nearest(label, known),
                    )
                )
    return problems
