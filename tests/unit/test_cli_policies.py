"""Do `validate`, `policies` and `schema` say what there is, and do a policy's mistakes end in one line?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import COMMANDS, main
from settlement_sim.errors import InputError, PolicyError
from settlement_sim.policies.base import SLOTS
from settlement_sim.policies.loading import UnknownPolicy
from settlement_sim.policies.registry import Registry, built_in
from settlement_sim.scenario.json_schema import schema_text
from settlement_sim.scenario.listing import listed

OWN = '''"""Mine."""
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.parameters import Points, param


@policy("access")
class Mine(Policy):
    """Everybody settles directly.

    And more words that the list leaves out.
    """

    cut: Points = param(5, "points off the ratio", grade="assumption", source="docs/mine.md", low=0, high=10)

    def route(self, needs, rules):
        """Never asked here."""
'''


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A scenario with a policy of a file beside it."""
    (tmp_path / "mine.py").write_text(OWN, "utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(
        "format: 1\nextends: baseline_2024q1q3\npolicies: {access: [{use: mine.py:Mine, with: {cut: 11}}]}\n", "utf-8"
    )
    return path


def test_the_commands_in_their_order() -> None:
    assert list(COMMANDS)[:15] == [
        "run", "compare", "report", "gallery", "check", "validate", "settle", "recognise", "explain", "policies",
        "rules", "assumptions", "new", "schema", "calibrate",
    ]  # fmt: skip


# validate -----------------------------------------------------------------------------------------------


def test_validate_warns_of_a_parameter_outside_its_range(own: Path) -> None:
    said = invoke("validate", own)
    assert (said.exit_code, said.stdout) == (0, f"{own}: valid\n")
    assert said.stderr == f"warning: {own}:3:53: cut 11 lies outside 0–10 (mine, access)\n"


def test_validate_may_forbid_plug_ins(own: Path) -> None:
    said = invoke("validate", own, "--no-plugins")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == (
        f"{own}:3:27: found 'mine.py:Mine'; expected a built-in policy, since plug-ins are forbidden\n"
    )
    assert invoke("validate", "--no-plugins").exit_code == 0


# policies -----------------------------------------------------------------------------------------------


def test_policies_lists_every_policy_of_every_slot() -> None:
    said = invoke("policies", "--json", "--no-plugins")
    assert said.exit_code == 0, said.stderr
    rows = json.loads(said.stdout)
    assert rows["format"] == 1
    assert {(row["slot"], row["name"]) for row in rows["policies"]} == {(kind.slot, kind.name) for kind in built_in()}
    assert [slot for slot in SLOTS if slot in {row["slot"] for row in rows["policies"]}] == list(SLOTS)
    assert all(row["meaning"] and row["origin"] == "built-in" for row in rows["policies"])


def test_policies_says_all_of_a_policy() -> None:
    (row,) = (
        row for row in json.loads(invoke("policies", "access", "--json").stdout)["policies"]
        if row["name"] == "filing_required"
    )  # fmt: skip
    assert (row["slot"], row["method"], row["governed_by"]) == ("access", "route", "born")
    assert {"referral", "by_hand"} <= set(row["reasons"])
    (cut,) = (each for each in row["parameters"] if each["name"] == "cut_other")
    title = cut["source"].pop("title")
    assert title["en"] == "Procedure for direct settlement of cross-province care" and title["zh"]
    assert cut == {
        "name": "cut_other", "default": "20", "grade": "secondary", "low": "", "high": "", "at_most": "20", "since": "",
        "meaning": "points off the ratio for other temporary travellers and those who file late; 20 is the national "
        "ceiling",
        "source": {"id": "cross_province_procedure"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ["the day on which the need is born", "filing_required", "late_filers", "50–100", "assumption", "built-in"],
        ),
        ("zh", ["以就医需求发生日为准", "filing_required", "late_filers", "50–100", "假设", "内置"]),
    ],
)
def test_policies_for_people(lang: str, words: list[str]) -> None:
    said = invoke("policies", "access", "--lang", lang)
    assert said.exit_code == 0 and all(word in said.stdout for word in words)
    assert "\x1b" not in said.stdout and "clearing" not in said.stdout


def test_policies_of_a_slot_that_is_none_gets_the_nearest() -> None:
    said = invoke("policies", "acess")
    assert said.exit_code == 2 and said.stdout == ""
    assert said.stderr == (
        "SLOT: found 'acess'; expected one of access, catalogue, basic, catastrophic, assistance, channel, clearing, "
        "recognition, transfer; "
        "did you mean 'access'?\n"
    )


def test_policies_of_a_file_are_listed_with_their_digest(own: Path) -> None:
    digest = hashlib.sha256((own.parent / "mine.py").read_bytes()).hexdigest()
    said = invoke("policies", "access", "--scenario", own, "--json")
    assert said.exit_code == 0, said.stderr
    row = json.loads(said.stdout)["policies"][-1]
    assert (row["name"], row["meaning"]) == ("mine", "Everybody settles directly.")
    assert digest in row["origin"] and "mine.py" in row["origin"]
    (cut,) = row["parameters"]
    assert (cut["default"], cut["low"], cut["high"]) == ("5", "0", "10"), "what the policy declares, not the entry"
    assert cut["source"] == {"id": "docs/mine.md", "title": None}
    shown = invoke("policies", "access", "--scenario", own).stdout
    assert digest not in shown and "docs/mine.md" in shown, "the digest is cut for people"
    assert invoke("policies", "--scenario", own, "--no-plugins").exit_code == 2


def test_a_policy_that_an_entry_names_twice_is_listed_once() -> None:
    names = [
        row["name"]
        for row in json.loads(invoke("policies", "--scenario", "baseline_2024q1q3", "--json").stdout)["policies"]
    ]
    assert names.count("filing_free") == 1


def test_a_package_that_cannot_be_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Registry, slot: str) -> dict[str, Any]:
        raise UnknownPolicy("entry point 'mine' of own 1.0", "a class decorated with @ss.policy(slot)", "")

    monkeypatch.setattr(Registry, "of_slot", broken)
    with pytest.raises(InputError) as caught:
        listed("access")
    said = "plug-ins: found entry point 'mine' of own 1.0; expected a class decorated with @ss.policy(slot)"
    assert str(caught.value) == said


# schema -------------------------------------------------------------------------------------------------


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    said = invoke("schema")
    assert said.exit_code == 0 and said.stdout == schema_text()
    target = tmp_path / "new/schema.json"
    said = invoke("schema", "--out", target)
    assert (said.exit_code, said.stdout) == (0, f"{target}\n")
    assert target.read_bytes() == schema_text().encode()


# a policy that fails ------------------------------------------------------------------------------------


def test_a_policy_that_fails_ends_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise PolicyError("access", "mine", "2024-05-06", "17-202405-1", "raised ValueError: two\nlines")

    monkeypatch.setattr("settlement_sim.scenario.timeline.timelines", failing)
    said = invoke("validate")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == "policy mine of slot access, 2024-05-06, need 17-202405-1: raised ValueError: two lines\n"
