"""Are policies found by name, in files and in packages, and is everything wrong with a plug-in told plainly?"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import runs

import settlement_sim as ss
from settlement_sim.policies import registry
from settlement_sim.policies.base import EVERY_SLOT, TAKES, Policy
from settlement_sim.policies.loading import UnknownPolicy, own_policies
from settlement_sim.policies.registry import Registry, built_in, looking_in
from settlement_sim.record.beside import decisions
from settlement_sim.study.notices import warnings
from settlement_sim.study.run import run

#: ARCHITECTURE §10, to the letter.
COMMUTER = '''"""May somebody who lives within reach of the hospital settle there as a local?"""
import numpy as np
import settlement_sim as ss


@ss.policy("access", governed_by="born")
class CommuterAccess(ss.Policy):
    """Near patients settle as at home; others need a filing and lose `cut` points."""

    NEAR, FILED, NOT_FILED = ss.reasons("near", "filed", "not_filed")
    reach: ss.Minutes = ss.param(60, "travel that counts as near", low=30, high=120, grade="assumption")
    cut: ss.Points = ss.param(10, grade="secondary", source="nhsa_2022_22")

    def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
        near = needs.travel_minutes <= self.reach
        allowed = near | needs.filed | needs.emergency
        return ss.Route(
            path=np.where(allowed, ss.DIRECT, ss.MANUAL),
            cut=np.where(near, 0, self.cut),
            reason=np.where(near, self.NEAR, np.where(allowed, self.FILED, self.NOT_FILED)),
        )
'''
FUTURE = COMMUTER.replace("import numpy", "from __future__ import annotations\nimport numpy")
Put = Callable[[str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a plug-in; returns its folder."""

    def write(text: str, name: str = "mine.py") -> Path:
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def told(folder: Path, use: str, slot: str = "access", *, plugins: bool = True) -> tuple[str, str, str]:
    """What was found, what was expected, the nearest name."""
    with pytest.raises(UnknownPolicy) as caught:
        Registry(folder, plugins).find(slot, use)
    found, expected, close = caught.value.args
    assert str(caught.value) == f"{expected}; found {found}" + (f"; did you mean {close!r}?" if close else "")
    return found, expected, close


# by name ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: f"{kind.slot} {kind.name}")
def test_a_built_in_policy_is_found_by_slot_and_name(kind: type[Policy]) -> None:
    assert Registry().find(kind.slot, kind.name) is kind
    assert kind.origin == "built-in"
    assert list(Registry(plugins=False).of_slot(kind.slot).values()).count(kind) == 1


def test_a_misspelt_name_gets_the_nearest_of_its_slot(tmp_path: Path) -> None:
    found, expected, close = told(tmp_path, "filing_fre")
    assert (found, close) == ("'filing_fre'", "filing_free")
    assert expected == f"a policy of slot access: {', '.join(Registry().of_slot('access'))}"


def test_the_name_of_another_slot_says_of_which(tmp_path: Path) -> None:
    assert told(tmp_path, "prepaid_monthly_gross")[1].endswith(" (prepaid_monthly_gross is one of slot clearing)")
    assert told(tmp_path, "none")[1].endswith(" (none is one of slot catastrophic, assistance and transfer)")
    assert told(tmp_path, "prepaid_monthly_gross", plugins=False)[1].endswith(" (plug-ins are forbidden)")


# in a file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [COMMUTER, FUTURE], ids=["as designed", "annotations as text"])
@pytest.mark.parametrize("name", ["CommuterAccess", "commuter_access"])
def test_a_policy_is_found_in_a_file_by_either_name(put: Put, text: str, name: str) -> None:
    kind = Registry(put(text)).find("access", f"mine.py:{name}")
    assert (kind.slot, kind.name, kind.reasons) == ("access", "commuter_access", ("near", "filed", "not_filed"))
    assert kind.origin == f"mine.py sha256 {hashlib.sha256(text.encode()).hexdigest()}"
    policy: Any = kind.model_validate({"reach": "45"})
    assert (policy.reach, policy.cut) == (45, 1_000)
    assert Registry(Path("/")).find("access", f"{put(text)}/mine.py:{name}") is kind, "a whole path will do"


def test_a_policy_as_designed_keeps_its_promises(put: Put) -> None:
    report = ss.testing.check_policy(Registry(put(COMMUTER)).find("access", "mine.py:CommuterAccess"))
    assert report.ok, repr(report)


def test_a_policy_as_designed_runs_from_a_scenario(put: Put) -> None:
    folder = put(COMMUTER, "commuter.py")
    put(
        "format: 1\nextends: baseline_2024q1q3\nquestion: {zh: 车程, en: Reach}\nkind: counterfactual\n"
        "policies: {access: [{use: commuter.py:CommuterAccess, with: {reach: 90}}]}\n", "commuter.yaml",
    )  # fmt: skip
    finished = run(runs.prepared(*runs.TINY, scenario=folder / "commuter.yaml"))
    table = decisions(finished.outcome).query("slot == 'access'")
    assert table.policy.tolist() == ["commuter_access"] * 3
    assert table.reason.tolist() == ["near", "filed", "not_filed"] and (table["rows"] > 20).all()
    assert warnings(finished) == []


def test_a_changed_file_is_read_again_and_nothing_is_left_beside_it(put: Put) -> None:
    first = Registry(put(COMMUTER)).find("access", "mine.py:CommuterAccess")
    assert Registry(put(COMMUTER)).find("access", "mine.py:CommuterAccess") is first
    changed = Registry(put(COMMUTER.replace("ss.param(60", "ss.param(90"))).find("access", "mine.py:CommuterAccess")
    assert [kind().model_dump()["reach"] for kind in (first, changed)] == [60, 90]
    assert first.origin != changed.origin
    assert [path.name for path in put(COMMUTER).iterdir()] == ["mine.py"], "no compiled file that could go stale"


def test_plug_ins_can_be_forbidden(put: Put) -> None:
    folder = put("raise SystemExit('it ran')")
    assert told(folder, "mine.py:CommuterAccess", plugins=False) == (
        "'mine.py:CommuterAccess'", "a built-in policy, since plug-ins are forbidden", "",
    )  # fmt: skip


HEAD = "import settlement_sim as ss\n\n\n"
SLOT = '@ss.policy("access")\nclass Mine(ss.Policy):\n'
ROUTE = "    def route(self, needs, rules):\n        return None\n"
MINE = HEAD + SLOT + ROUTE
ORDERS = "    def orders(self, day, obligations, calendar):\n        return None\n"
CLEARS = '@ss.policy("clearing")\nclass Mine(ss.ClearingPolicy):\n'
DECORATED = "a class decorated with @ss.policy(slot)"
PURE = "a policy without chance, clock or engine; for chance it reads needs.uniform(purpose)"
SLOTS_THERE_ARE = (
    "there are access, catalogue, basic, catastrophic, assistance, channel, clearing, recognition, transfer"
)
#: Text of a file that raises, what it raises, in which line, with which words.
RAISING: dict[str, tuple[str, str, int, str]] = {
    "raises": ("x = 1\n\n1 / 0\n", "ZeroDivisionError", 3, "division by zero"),
    "exits": ("import sys\nsys.exit('bye')\n", "SystemExit", 2, "bye"),
    "imports what is not there": ("import none_such\n", "ModuleNotFoundError", 1, "No module named 'none_such'"),
    "has no method": (
        f"{HEAD}{SLOT}    x: int = 1\n", "TypeError", 4, "Mine of slot access has no method route(self, needs, rules)",
    ),
    "takes too little": (
        MINE.replace(", rules)", ")"), "TypeError", 4,
        "Mine.route takes (self, needs); it is given (self, needs, rules)",
    ),
    "names no slot": (
        MINE.replace("access", "acces"), "TypeError", 4, f"no slot 'acces'; {SLOTS_THERE_ARE}; did you mean 'access'?",
    ),
    "is governed by another day": (
        MINE.replace('"access"', '"access", governed_by="discharged"'), "TypeError", 4,
        "a policy of slot access is governed by the day born, not 'discharged'",
    ),
    "is no policy": (
        MINE.replace("(ss.Policy)", ""), "TypeError", 4,
        "<class 'MODULE.Mine'> is no Policy: write class Mine(ss.Policy)",
    ),
    "is no clearing policy": (
        f"{HEAD}@ss.policy('clearing')\nclass Mine(ss.Policy):\n{ORDERS}", "TypeError", 4,
        "Mine of slot clearing is no ClearingPolicy: write class Mine(ss.ClearingPolicy)",
    ),
    "clears without the calendar": (
        f"{HEAD}{CLEARS}{ORDERS.replace(', calendar', '')}", "TypeError", 4,
        "Mine.orders takes (self, day, obligations); it is given (self, day, obligations, calendar)",
    ),
    "misspells the face": (
        f"{HEAD}{SLOT}    reach: ss.Minuts = 5\n{ROUTE}", "AttributeError", 6,
        "settlement_sim has no 'Minuts'; did you mean 'Minutes'?",
    ),
    "names no source": (
        f"{HEAD}{SLOT}    cut: ss.Points = ss.param(5, grade='official')\n{ROUTE}", "TypeError", 6,
        "grade official names its source; without one write grade='assumption' with low and high",
    ),
    "mixes reasons": (
        f"{HEAD}{SLOT}    (A,) = ss.reasons('a')\n    (B,) = ss.reasons('b')\n{ROUTE}", "TypeError", 4,
        "Mine lists reasons with codes [0, 0]; name all of one reasons(…) call",
    ),
    "has an odd name": (
        MINE.replace('"access"', '"access", name="my policy"'), "TypeError", 4,
        "the name 'my policy' of Mine: write small letters, digits and underscores",
    ),
}  # fmt: skip
#: Text of another unfit file, what was found, what was expected, the nearest name.
UNFIT: dict[str, tuple[str, str, str, str]] = {
    "cannot be read": ("def route(self:\n", "mine.py, line 1: '(' was never closed", "a file that Python can read", ""),
    "draws": ("import numpy as np\n\nlot = np.random.default_rng(1)\n", "numpy.random in mine.py, line 3", PURE, ""),
    "imports random": ("import random\n", "random in mine.py, line 1", PURE, ""),
    "holds nothing": ("x = 1\n", "no policy in mine.py", DECORATED, ""),
    "is not decorated": (f"{HEAD}class Mine(ss.Policy):\n{ROUTE}", "class Mine of mine.py", DECORATED, ""),
    "is a plain class": (f"class Mine:\n{ROUTE}", "class Mine of mine.py", DECORATED, ""),
    "inherits its slot": (
        MINE + "\n\nclass Mine2(Mine):\n    pass\n\n\nMine = Mine2\n", "class Mine of mine.py", DECORATED, "",
    ),
    "has another name": (MINE.replace("Mine", "Mime"), "'Mine'", "a policy of mine.py: Mime, mime", "Mime"),
    "is of another slot": (
        MINE.replace("access", "catalogue").replace("route(self, needs", "scope(self, bills"), "'mine.py:Mine'",
        "a policy of slot access; this is one of slot catalogue", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RAISING)
def test_a_file_that_raises_is_told_with_its_line_and_leaves_no_module(put: Put, case: str) -> None:
    text, error, line, words = RAISING[case]
    before = {name for name in sys.modules if name.startswith("settlement_sim_policy_")}
    found, expected, close = told(put(text), "mine.py:Mine")
    words = words.replace("MODULE", f"settlement_sim_policy_{hashlib.sha256(text.encode()).hexdigest()[:16]}_mine")
    assert found == f"mine.py, which raises {error} in line {line}: {words}"
    assert (expected, close) == ("a file that imports", "")
    assert {name for name in sys.modules if name.startswith("settlement_sim_policy_")} == before


@pytest.mark.parametrize("case", UNFIT)
def test_what_is_wrong_with_a_file_is_told(put: Put, case: str) -> None:
    text, *said = UNFIT[case]
    assert told(put(text), "mine.py:Mine") == tuple(said)


def test_a_file_that_is_not_there_gets_the_nearest(put: Put) -> None:
    folder = put(COMMUTER)
    assert told(folder, "mime.py:Mine") == (
        "'mime.py:Mine'", f"a file that exists; looked for {folder / 'mime.py'}", "mine.py:Mine",
    )  # fmt: skip
    assert told(folder, "other.py:Mine")[2] == ""


@pytest.mark.parametrize("use", ["mine.py", "mine.py;Mine", "mine.pyc:Mine"])
def test_a_file_without_a_class_is_told_how_to_write_it(put: Put, use: str) -> None:
    assert told(put(COMMUTER), use) == (repr(use), "file.py:Class, a file beside this one and a class in it", "")


# in a package -------------------------------------------------------------------------------------------


class Installed:
    """Packages that offer policies, without installing any."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.monkeypatch, self.folder, self.points = monkeypatch, folder, list[Any]()
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setattr(registry, "entry_points", lambda group: list(self.points))

    def offer(self, module: str, text: str, name: str = "Mine", package: str = "corridor") -> None:
        (self.folder / f"{module}.py").write_text(text, "utf-8")
        self.monkeypatch.delitem(sys.modules, module, raising=False)
        point = EntryPoint(name.lower(), f"{module}:{name}", registry.GROUP)
        self.points.append(point._for(SimpleNamespace(name=package, version="1.0")))  # type: ignore[attr-defined]
        registry._installed.cache_clear()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Installed]:
    yield Installed(monkeypatch, tmp_path)
    monkeypatch.undo()
    registry._installed.cache_clear()


def test_a_policy_of_a_package_is_found_by_its_name(installed: Installed) -> None:
    installed.offer("corridor_a", COMMUTER, "CommuterAccess")
    kind = Registry().find("access", "commuter_access")
    assert (kind.origin, kind.name) == ("corridor 1.0", "commuter_access")
    assert list(Registry().of_slot("access").values())[-1] is kind
    assert "commuter_access" not in Registry(plugins=False).of_slot("access")
    assert told(Path(), "commuter_acess")[2] == "commuter_access"
    assert told(Path(), "commuter_access", plugins=False)[1].endswith("(plug-ins are forbidden)")
    assert told(Path(), "commuter_access", "clearing")[1].endswith("(commuter_access is one of slot access)")


def test_packages_are_not_touched_as_long_as_nobody_needs_them(installed: Installed) -> None:
    installed.offer("corridor_b", "raise RuntimeError('it ran')")
    assert Registry().find("access", "filing_free").name == "filing_free"
    assert Registry(plugins=False).of_slot("access")
    assert "corridor_b" not in sys.modules
    assert registry._installed.cache_info().currsize == 0


POINT = "entry point 'mine' of corridor 1.0"
#: Text of an unfit module, what was found, what was expected.
PACKAGES = {
    "raises": ("1 / 0\n", f"{POINT}, which raises ZeroDivisionError: division by zero", "one that imports"),
    "has no such class": (
        "x = 1\n", f"{POINT}, which raises AttributeError: module 'corridor_c' has no attribute 'Mine'",
        "one that imports",
    ),
    "is not decorated": (f"{HEAD}class Mine(ss.Policy):\n    pass\n", POINT, DECORATED),
    "is no class": ("Mine = 3\n", POINT, DECORATED),
    "draws": (f"import random\n{MINE}", f"random in {POINT}: corridor_c, line 1", PURE),
    "takes a built-in name": (
        MINE.replace('"access"', '"access", name="filing_free"'), "filing_free of corridor 1.0",
        "a name that this package does not use in slot access",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PACKAGES)
def test_what_is_wrong_with_a_package_is_told_when_it_is_asked_for(installed: Installed, case: str) -> None:
    text, found, expected = PACKAGES[case]
    installed.offer("corridor_c", text)
    with pytest.raises(UnknownPolicy) as caught:
        Registry().of_slot("clearing")
    assert caught.value.args[:2] == (found, expected)
    assert f"{expected}; found " in told(Path(), "mine_too")[1], "beside the names that are known"
    assert Registry().find("access", "filing_free").origin == "built-in"


def test_two_packages_with_one_name_are_told(installed: Installed) -> None:
    installed.offer("corridor_d", MINE, package="first")
    installed.offer("corridor_e", MINE, package="second")
    with pytest.raises(UnknownPolicy) as caught:
        Registry().of_slot("access")
    assert caught.value.args[:2] == ("mine of second 1.0", "a name that first 1.0 does not use in slot access")


# inside parameters --------------------------------------------------------------------------------------


def test_policies_in_parameters_are_looked_up_where_the_scenario_stands(put: Put) -> None:
    folder = put(COMMUTER)
    border = Registry().find("access", "border_local")
    given = {"otherwise": {"use": "mine.py:CommuterAccess", "with": {"reach": 30}}}
    with looking_in(Registry(folder)):
        policy: Any = border.model_validate(given)
    assert (policy.otherwise.name, policy.otherwise.reach) == ("commuter_access", 30)
    with pytest.raises(ValueError, match="a file that exists"):
        border.model_validate(given)
    with looking_in(Registry(folder, plugins=False)), pytest.raises(ValueError, match="plug-ins are forbidden"):
        border.model_validate(given)


# what the decorator is told -----------------------------------------------------------------------------


def test_every_method_is_given_what_the_slot_says() -> None:
    assert {method for method, _ in EVERY_SLOT.values()} == set(TAKES)


def test_reasons_of_a_base_are_inherited_and_may_be_replaced() -> None:
    @ss.policy("access")
    class First(ss.Policy):
        NEAR, FAR = ss.reasons("near", "far")

        def route(self, needs: ss.Needs, rules: ss.Rules) -> ss.Route:
            raise NotImplementedError

    @ss.policy("access")
    class Second(First):
        pass

    @ss.policy("access", name="third_way")
    class Third(First):
        ONE, TWO, THREE = ss.reasons("one", "two", "three")

    assert (First.reasons, Second.reasons, Third.reasons) == (("near", "far"), ("near", "far"), ("one", "two", "three"))
    assert (First.name, Second.name, Third.name) == ("first", "second", "third_way")


def test_a_module_holds_its_own_policies_only() -> None:
    module = ModuleType("of_mine")
    module.FilingFree = Registry().find("access", "filing_free")  # type: ignore[attr-defined]
    assert list(own_policies(module)) == []
