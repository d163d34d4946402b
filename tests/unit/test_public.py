"""Is the public face what it says: every name there, imported only when used, the same for a type checker?"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import settlement_sim as ss

SOURCE = ast.parse(Path(ss.__file__).read_text("utf-8"))
EXPORTED = [name for name in ss.__all__ if not name.startswith("__")]


@pytest.mark.parametrize("name", EXPORTED)
def test_every_exported_name_is_there_and_documented(name: str) -> None:
    value = getattr(ss, name)
    if callable(value):
        assert value.__doc__, name


def test_a_type_checker_sees_the_same_names() -> None:
    seen = {
        alias.asname or alias.name: node.module
        for block in SOURCE.body if isinstance(block, ast.If)
        for node in ast.walk(block) if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    assert seen == {**ss._HOME, "plot": "settlement_sim", "testing": "settlement_sim"}
    assert sorted(EXPORTED) == sorted(seen)
    assert dir(ss) == sorted(ss.__all__)


def test_importing_the_package_imports_no_library() -> None:
    said = "import sys, settlement_sim; print([m for m in ('numpy', 'pydantic', 'simpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"settlement_sim has no 'Minuts'; did you mean 'Minutes'\?"):
        _ = ss.Minuts
    with pytest.raises(AttributeError, match=r"settlement_sim has no 'xyzzy'$"):
        _ = ss.xyzzy
