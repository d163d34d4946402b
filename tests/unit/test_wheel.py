"""Does the built wheel work without the source tree?

The wheel is installed into an empty environment; a `.pth` file lends it the libraries it needs, so no network is used.
Then `docs/writing-a-policy.md` is followed there, package and all.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages import blocks, shown

ROOT = Path(__file__).parents[2]
SMALL = ("--set", "world.scale=0.002", "--set", "window.until=2024-01-31")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and an empty directory to work in."""

    wheel: Path
    home: Path
    bin: Path
    work: Path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the environment, from the empty directory, without the developer's variables."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        words, env = [str(self.bin / command), *arguments], kept | {"PYTHONUTF8": "1"}
        return subprocess.run(words, cwd=self.work, env=env, capture_output=True, encoding="utf-8", check=False)

    def install(self, what: Path) -> None:
        """Install a wheel or a source folder without an index: libraries and build tools are lent."""
        offline = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
        pip = [sys.executable, "-m", "pip", "--python", str(self.home), "install", *offline, str(what)]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _build(folder: Path) -> Path:
    if importlib.util.find_spec("hatchling"):
        command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    else:
        command = ["-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    if built.returncode and not importlib.util.find_spec("hatchling"):
        pytest.skip("no wheel can be built: hatchling is not installed and no index is reachable")
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("settlement_sim-*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel, home = _build(folder / "dist"), folder / "environment"
    venv.create(home, with_pip=False)
    paths = {"base": str(home), "platbase": str(home)}
    scheme = "venv" if "venv" in sysconfig.get_scheme_names() else sysconfig.get_default_scheme()
    site, scripts = (Path(sysconfig.get_path(name, scheme, vars=paths)) for name in ("purelib", "scripts"))
    (folder / "work").mkdir()
    environment = Installed(wheel, home, scripts, folder / "work")
    environment.install(wheel)
    # The lent folder comes after the environment's own, and .pth files inside it (an editable install) are not read.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return environment


@pytest.fixture(scope="module")
def small_run(installed: Installed) -> Path:
    """A run folder of a reduced world, written by the installed command."""
    done = installed.run("settlement-sim", "run", "baseline_2024q1q3", *SMALL, "--out", "r")
    assert done.returncode == 0, done.stderr
    assert "Run folder: r" in done.stdout
    return installed.work / "r"


def test_the_package_is_the_installed_one(installed: Installed) -> None:
    said = installed.run("python", "-c", "import settlement_sim; print(settlement_sim.__file__)")
    assert said.returncode == 0, said.stderr
    place = Path(said.stdout.strip())
    assert installed.bin.parent in place.parents
    assert ROOT not in place.parents


def test_scenarios_data_and_types_travel_in_the_wheel(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    data = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "settlement_sim").rglob("*")
        if path.suffix in (".yaml", ".csv", ".otf", ".txt") or path.name == "py.typed"
    }  # fmt: skip
    assert {"settlement_sim/report/font/NotoSansSC-GB2312.otf", "settlement_sim/report/font/OFL.txt"} <= data
    scenarios = {f"settlement_sim/scenarios/{path.name}" for path in (ROOT / "scenarios").glob("*.yaml")}
    assert (data | scenarios) - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_tells_its_version(installed: Installed) -> None:
    said = installed.run("settlement-sim", "--version")
    assert (said.returncode, said.stderr) == (0, "")
    assert re.fullmatch(r"settlement-sim, version \d+\.\d+\.\d+\n", said.stdout)


def test_it_validates_a_packaged_scenario(installed: Installed) -> None:
    said = installed.run("settlement-sim", "validate", "baseline_2024q1q3", "--rules")
    assert said.returncode == 0, said.stderr
    assert said.stdout.endswith("valid\n")


def test_it_brings_the_template_of_own_data(installed: Installed) -> None:
    """Where no documents are: every file that it names comes with it."""
    assert installed.run("settlement-sim", "new", "--own-data", "bureau").returncode == 0
    said = installed.run("settlement-sim", "validate", "bureau/own_data.yaml", "--rules")
    assert (said.returncode, said.stderr) == (0, "") and said.stdout.endswith("valid\n")
    for command, case in (("settle", "own_bill.yaml"), ("recognise", "own_career.yaml")):
        assert installed.run("settlement-sim", command, f"bureau/{case}").returncode == 0


def test_it_runs(small_run: Path) -> None:
    manifest = json.loads((small_run / "manifest.json").read_text("utf-8"))
    assert (manifest["format"], manifest["scale"], manifest["window"][1]) == (1, 0.002, "2024-01-31")
    direct = json.loads((small_run / "totals.json").read_text("utf-8"))["direct"]
    assert sum(row["settlements"] for cares in direct.values() for row in cares.values()) > 500


def test_the_readme_names_every_table(small_run: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    tables = sorted(path.stem for path in (small_run / "tables").glob("*.csv"))
    assert tables
    for text in readme.split("\n## 中文说明\n"):
        assert [name for name in tables if f"`{name}`" not in text] == []


def test_it_checks_the_run(installed: Installed, small_run: Path) -> None:
    said = installed.run("settlement-sim", "check", small_run.name, "--json")
    assert said.returncode == 0, said.stderr
    verdicts = {row["figure"]: row["verdict"] for row in json.loads(said.stdout)["figures"]}
    assert {verdicts[figure] for figure in ("A1", "A2", "A3", "A4")} == {"not_spoken_to"}, "a reduced world says so"


@pytest.fixture(scope="module")
def followed(installed: Installed) -> dict[str, str]:
    """The whole of `docs/writing-a-policy.md` followed in the empty directory: what each command printed."""
    if not importlib.util.find_spec("hatchling"):
        pytest.skip("the package of the page cannot be built: hatchling is not installed")
    printed = {}
    for block in blocks("writing-a-policy.md"):
        if block.file and block.language != "text":
            block.write(installed.work)
        for line in block.text.splitlines() if block.language == "bash" else ():
            command, *words = line.split()
            if command == "cp":
                shutil.copy(*(installed.work / word for word in words))
            elif command == "pip":
                installed.install(installed.work / words[-1])
            else:
                done = installed.run(command, *words)
                assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
                printed[line] = done.stdout + done.stderr
    return printed


def test_a_policy_of_another_package_runs_by_its_name(installed: Installed, followed: dict[str, str]) -> None:
    table = (installed.work / "installed_run/tables/decisions.csv").read_text("utf-8")
    ours = [line.split(",") for line in table.splitlines() if line.startswith("access,")]
    assert [row[:4] for row in ours] == [
        ["access", "commuter_access", "2023-10-01", reason] for reason in ("near", "filed", "not_filed")
    ]
    assert all(int(row[4]) > 100 for row in ours)
    manifest = json.loads((installed.work / "installed_run/manifest.json").read_text("utf-8"))
    assert manifest["origins"]["access"] == ["commuter_access: commuter-access 1.0"]


def test_it_is_listed_with_where_it_comes_from(followed: dict[str, str]) -> None:
    before, after = (
        followed["settlement-sim policies access --scenario commuter.yaml"],
        followed["settlement-sim policies access"],
    )
    assert "commuter.py sha256" in before and "commuter-access 1.0" not in before
    assert "commuter-access 1.0" in after and "commuter.py" not in after


def test_the_page_shows_what_is_printed_there(followed: dict[str, str]) -> None:
    report = next(block for block in blocks("writing-a-policy.md") if block.language == "text" and not block.file)
    assert shown(report.text, followed["python check_commuter.py"])


def test_plug_ins_may_be_forbidden(installed: Installed, followed: dict[str, str]) -> None:
    said = installed.run("settlement-sim", "validate", "installed.yaml", "--no-plugins")
    assert said.returncode == 2
    assert said.stderr.startswith("installed.yaml:6:18: found 'commuter_access'; expected a policy of slot access: ")
    assert said.stderr.strip().endswith("(plug-ins are forbidden)")
