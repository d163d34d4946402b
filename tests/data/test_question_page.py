"""Does the page of the policy questions tell of every scenario, with commands and YAML that can be given?"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import runs
from click.testing import CliRunner
from questions import ALL

from settlement_sim import yamlio
from settlement_sim.cli import main
from settlement_sim.scenario.load import load, packaged_scenarios

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/questions.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```bash\n(.*?)^```", PAGE, re.M | re.S) for line in block.splitlines()]


@pytest.mark.parametrize("name", ALL)
def test_the_page_tells_of_every_scenario(name: str) -> None:
    assert f"](../scenarios/{name}.yaml)" in PAGE


def test_the_page_names_every_packaged_scenario() -> None:
    assert {name for name in packaged_scenarios() if name not in PAGE} == set()


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_of_the_page_can_be_given(line: str) -> None:
    """Each runs a packaged scenario with settings that load; `usage` has one of its own."""
    words = shlex.split(line, comments=True)
    assert words[0] == "settlement-sim" and words[1] in ("run", "compare", "usage", "transfers")
    name = "q3_prepayment" if words[1] == "usage" else words[2]
    assert name in packaged_scenarios()
    assert load(name, [words[at + 1] for at, word in enumerate(words) if word == "--set"])
    assert CliRunner().invoke(main, [*words[1:], "--help"]).exit_code == 0


def test_the_yaml_of_the_page_is_a_scenario(tmp_path: Path) -> None:
    for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)):
        path = tmp_path / f"own_{number}.yaml"
        path.write_text(text, "utf-8")
        assert load(path).scenario.kind == "counterfactual"


@pytest.fixture(scope="module")
def of_the_page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the Python of Q19 computes on two weeks of a small world."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    folder = tmp_path_factory.mktemp("q19") / "runs/q19"
    folder.mkdir(parents=True)
    _, claims = runs.run_claims(runs.prepared(*runs.TINY, scenario="q19_distribution"), folder)
    computed: dict[str, Any] = {}
    exec(code.replace("runs/q19", str(folder)), computed)
    return computed | {"by_hand": claims}


def test_the_inequality_of_cash_is_the_mean_difference_of_two_patients(of_the_page: dict[str, Any]) -> None:
    """Gini is half of it over the mean; the share of the top tenth, one by one."""
    by_person: dict[int, int] = {}
    for person, cash in of_the_page["by_hand"][["person", "cash"]].itertuples(index=False):
        by_person[person] = by_person.get(person, 0) + cash
    cash = sorted(by_person.values())
    assert len(cash) > 100
    differences = sum(abs(one - other) for one in cash for other in cash) / len(cash) ** 2
    assert of_the_page["gini"] == pytest.approx(differences / 2 / (sum(cash) / len(cash)))
    assert of_the_page["top_tenth"] == pytest.approx(sum(cash[int(0.9 * len(cash)) :]) / sum(cash))


def test_every_fen_has_its_distance(of_the_page: dict[str, Any]) -> None:
    sums = of_the_page["by_distance"].sum()
    assert sums.to_dict() == of_the_page["by_hand"][[*sums.index]].sum().to_dict()
    assert len(of_the_page["by_distance"]) == 4


def test_the_measured_tables_rest_on_the_pinned_baseline() -> None:
    """When this fails, results have changed: `python docs/measure_questions.py` measures every table again."""
    pinned = yamlio.read(ROOT / "tests/snapshots/baseline_2024q1q3.json").data["direct"]
    settlements = sum(int(care["settlements"]) for cares in pinned.values() for care in cares.values())
    gross = sum(int(care["total_fee"]) for cares in pinned.values() for care in cares.values())
    assert f"baseline: {settlements:,} settlements, {gross / 100:,.2f} yuan" in PAGE
