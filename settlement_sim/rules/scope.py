"""For whom does a rule file speak? Pools and schemes, and districts for what districts set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from settlement_sim.errors import Problem, nearest
from settlement_sim.rules.leaf import Leaf
from settlement_sim.vocabulary import POOLS, SCHEMES
from settlement_sim.yamlio import Document, Loc

#: Names that stand for several pools in a `pools:` list.
POOL_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {"all": POOLS, "sichuan": POOLS[1:]}
#: (leaf, pool, scheme, district); no district: what the pool sets for all of them.
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Scope:
    """The pools, the schemes and, where it speaks for districts only, the districts of one file."""

    pools: tuple[str, ...]
    schemes: tuple[str, ...]
    districts: tuple[str, ...]

    def keys(self, leaf: Leaf) -> Iterator[Key]:
        """Whom a leaf of the file is filled for."""
        for pool in self.pools:
            for scheme in self.schemes:
                for district in self.districts or ("",):
                    yield leaf.name, pool, scheme, district


class ScopeReader:
    """Reads `pools`, `scheme` and `districts` of one document. What is wrong is added to `problems`."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document, self.problems = document, problems

    def read(self) -> Scope:
        """The scope of the file, as far as it could be read."""
        return Scope(self._pools(), self._schemes(), self._districts())

    def fits(self, loc: Loc, leaf: Leaf, scope: Scope) -> None:
        """Districts speak of what districts set; a catalogue is filled for both schemes, a national rule for all."""
        if scope.districts and not leaf.by_district:
            self._say(loc, f"{leaf.name} for districts", "a leaf that leaves.yaml declares by_district")
        if leaf.for_both_schemes and len(scope.schemes) == 1:
            found, expected = f"{leaf.name} for the {scope.schemes[0]} scheme alone", "a file without `scheme`"
            self._say(loc, found, f"{expected}: catalogues hold for both schemes")
        if not set(scope.schemes) <= set(leaf.schemes):
            expected = f"a file with scheme: {leaf.schemes[0]}"
            self._say(loc, f"{leaf.name} for the {' and the '.join(scope.schemes)} scheme", expected)
        if leaf.national and (scope.pools, scope.schemes) != (POOLS, SCHEMES):
            self._say(loc, f"{leaf.name} for some pools or one scheme", "pools: [all] and no scheme, as it is national")

    def one_of(self, loc: Loc, name: Any, known: tuple[str, ...]) -> bool:
        """Whether a name is known; noted where it is not."""
        if name not in known:
            found = Problem(
                self.document.where(loc), repr(name), f"one of {', '.join(known)}", nearest(str(name), known)
            )
            self.problems.append(found)
        return name in known

    def _pools(self) -> tuple[str, ...]:
        listed = self._names("pools")
        for index, name in enumerate(listed):
            self.one_of(("pools", index), name, (*POOLS, *POOL_GROUPS))
        named = {pool for name in listed for pool in POOL_GROUPS.get(str(name), (name,))}
        return tuple(pool for pool in POOLS if pool in named)

    def _schemes(self) -> tuple[str, ...]:
        scheme = self.document.data.get("scheme")
        if scheme is None:
            return SCHEMES
        return (scheme,) if self.one_of(("scheme",), scheme, SCHEMES) else ()

    def _districts(self) -> tuple[str, ...]:
        if "districts" not in self.document.data:
            return ()
        if self.document.data.get("pools") != ["chongqing"]:
            self._say(("districts",), "districts", "pools: [chongqing], whose districts set rules of their own")
        return tuple(map(str, self._names("districts")))

    def _names(self, key: str) -> list[Any]:
        listed = self.document.data.get(key)
        if isinstance(listed, list) and listed:
            return listed
        self.problems.append(Problem(self.document.where((key,)), f"no list of {key}", f"{key}: [name, …]"))
        return []

    def _say(self, loc: Loc, found: str, expected: str) -> None:
        self.problems.append(Problem(self.document.where_key(loc), found, expected))
