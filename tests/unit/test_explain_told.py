"""Which needs may be told, how far is the run replayed for it, and how is a life printed?"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
import runs
from click.testing import CliRunner, Result
from lives import BASE, DESK, DETERRED, DIRECT, FILING, REVERSED, claim, page, seen, what, world_id

from settlement_sim import dates
from settlement_sim.cli import main
from settlement_sim.demand.needs import need_text
from settlement_sim.errors import BrokenLaw, InputError
from settlement_sim.rules.book import RuleBook
from settlement_sim.study.claim_of_run import explained
from settlement_sim.study.explain import explain, find, replay

# ids --------------------------------------------------------------------------------------------------------


def test_an_id_may_be_text_or_a_number_and_exists_under_every_policy() -> None:
    need = int(seen().claims.need.iloc[0])
    assert seen().tell(need) == explain(seen().prepared, need_text(need))
    lives = [explain(seen(*settings).prepared, need) for settings in ((), FILING, DIRECT, DETERRED)]
    assert all(life.birth == lives[0].birth and life.person == lives[0].person for life in lives)


@pytest.mark.parametrize(
    ("need", "words"),
    [
        ("7-2024-13-1", "need id: found '7-2024-13-1'; expected person-year-month-k, such as 7-2024-01-1"),
        ("7-2024-01-64", "found '7-2024-01-64'; expected person-year-month-k"),
        ("seven", "found 'seven'; expected person-year-month-k"),
        ("999999-2024-01-0", "found 999999-2024-01-0: no person 999999; expected an id whose person is one of the"),
        ("7-2023-06-0", "found 7-2023-06-0, of 2023-06; expected a month of the run, 2024-01 to 2024-02"),
    ],
)
def test_an_id_that_cannot_be(need: str, words: str) -> None:
    with pytest.raises(InputError) as told:
        explain(seen().prepared, need)
    assert words in str(told.value)


def test_an_id_that_is_never_born_names_those_that_are() -> None:
    need = int(seen().claims.need.iloc[0])
    person, year, month, _ = need_text(need).split("-")
    mine = [need_text(n) for n in seen().kinds["route"] if need_text(n).startswith(f"{person}-{year}-{month}-")]
    with pytest.raises(InputError) as told:
        explain(seen().prepared, f"{person}-{year}-{month}-40")
    listed = ", ".join(sorted(mine, key=lambda text: int(text.rsplit("-", 1)[1])))
    assert f"expected a need of person {person} in {year}-{month}: {listed}" in str(told.value)


def test_a_person_without_needs_that_month_is_told_the_others() -> None:
    months = defaultdict(set)
    for need in seen().kinds["route"]:
        person, _, month, _ = need_text(need).split("-")
        months[person].add(month)
    person = next(person for person, found in months.items() if found == {"02"})
    with pytest.raises(InputError, match=f"person {person}, who has none in 2024-01: {person}-2024-02-0"):
        explain(seen().prepared, f"{person}-2024-01-0")


# the replay -------------------------------------------------------------------------------------------------


def test_the_replay_ends_when_nothing_is_left_to_happen() -> None:
    """Stated, remitted and paid within the day: the replay ends on it, though 5 % wait for the annual closing."""
    prepared = runs.with_plan(seen().prepared, *BASE, "policies.clearing.0.use=real_time_gross")
    row = seen().claims[(seen().claims.cleared > 0) & (seen().claims.settled < "2024-01-20")].iloc[0]
    days: list[int] = []
    life = explain(prepared, int(row.need), progress=lambda done, total: days.append(total))
    assert life.until == dates.day(str(row.settled)[:10]) and life.open == () and what(life)[-3:] == [
        "state", "remit", "pay_hospitals",
    ]  # fmt: skip
    assert len(days) == row.settled.day - 1 and set(days) <= {60}, "the last day is cut short"
    told = claim(life, "settle").payment
    assert told is not None and told["kept_back"]["due"] == "2025-03-31"


def test_lines_that_differ_from_the_run_are_a_defect() -> None:
    need = int(seen().claims[seen().claims.care_type == "inpatient"].need.iloc[0])
    telling = replay(seen().prepared, need)
    (event,) = telling.story.claims
    book = RuleBook.load()
    explained(telling.simulation, book, event, telling.story.moment, emergency=False)
    event.beside["settled"].advances.cash[0] += 1
    with pytest.raises(BrokenLaw, match=r"the lines of .* differ from the run: cash is"):
        explained(telling.simulation, book, event, telling.story.moment, emergency=False)


@pytest.mark.parametrize(("care_type", "path"), [("inpatient", "manual"), ("outpatient", None), ("chronic", "direct")])
def test_ids_to_begin_with(care_type: str, path: str | None) -> None:
    found = find(seen().prepared, care_type, path)
    rows = seen().claims.set_index("need").loc[[world_id(text) for text in found]]
    assert len(found) == 5 and (rows.care_type == care_type).all()
    assert path is None or (rows.path == path).all()


# how it is printed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "kind"),
    [((), "not enter"), ((), "not_listed"), (DETERRED, "turned_away"), (REVERSED, "take_back"),
     (REVERSED, "not take_back"), (DESK, "advance"), (DIRECT, "assist")],
)  # fmt: skip
def test_every_life_can_be_printed_in_both_languages(settings: tuple[str, ...], kind: str) -> None:
    need = seen(*settings).kinds[kind][0]
    life = seen(*settings).tell(need)
    assert need_text(need) in page(life, "en") and "何人" in page(life, "zh")
    json.dumps(life.to_dict(), ensure_ascii=False)


def test_the_page_holds_what_was_asked_for() -> None:
    row = seen().claims[(seen().claims.care_type == "inpatient") & (seen().claims.path == "direct")].iloc[0]
    life = seen().tell(int(row.need))
    english, chinese = page(life, "en"), page(life, "zh")
    for words in ("Who", "Need, as fixed at birth", "Terms", "What happened", "used before in 2024", "deductible",
                  "journal entry", "statement", "remittance", "payment instruction",
                  "paid at the annual closing"):  # fmt: skip
        assert words in english, words
    assert f"{row.total_fee / 100:,.2f}" in english
    for words in (
        "住院",
        "何种条件",
        "经过",
        "起付线",
        "日记账",
        "清算通知",
        "省间划拨",
        "拨付指令",
        "年度清算拨付",
        "依据文件",
    ):
        assert words in chinese, words


def test_machines_read_the_same_life() -> None:
    row = seen().claims[seen().claims.care_type == "outpatient"].iloc[0]
    said = seen().tell(int(row.need)).to_dict()
    assert said["format"] == 1 and said["need_id"] == row.need and said["need"] == need_text(int(row.need))
    (told,) = said["claims"]
    assert told["columns"]["cash"] == {"fen": row.cash, "yuan": f"{row.cash / 100:.2f}"}
    assert told["lines"][0]["column"] == "total_fee" and told["entry"] == "settle" and told["in_window"]
    cited = [rule for line in told["lines"] for rule in line["rules"]]
    assert cited and all({"value", "from", "grade", "source"} <= set(rule) for rule in cited)


# the command ------------------------------------------------------------------------------------------------


def command(*arguments: str, folder: Path) -> Result:
    settings = (*BASE, f"calibration={runs.write_calibration(folder / 'calibration.yaml')}")
    sets = [part for setting in settings for part in ("--set", setting)]
    return CliRunner().invoke(main, ["explain", runs.BASELINE, *arguments, *sets])


def test_the_command_finds_ids_and_tells_their_lives(tmp_path: Path) -> None:
    found = command("--find", "inpatient", "--path", "manual", folder=tmp_path)
    assert found.exit_code == 0 and found.output.split() == find(seen().prepared, "inpatient", "manual")
    need = found.output.split()[0]
    told = command(need, "--json", folder=tmp_path)
    assert told.exit_code == 0 and json.loads(told.output) == json.loads(
        json.dumps(seen().tell(world_id(need)).to_dict())
    )
    chinese = command(need, "--lang", "zh", "--no-plugins", folder=tmp_path)
    assert chinese.exit_code == 0 and f"需求 {need}：已手工报销" in chinese.output


def test_the_command_refuses_an_id_that_is_never_born(tmp_path: Path) -> None:
    refused = command("7-2024-01-40", folder=tmp_path)
    assert refused.exit_code == 2 and "7-2024-01-40, which is never born; expected" in refused.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "name a NEED_ID"), (("7-2024-01-0", "--find", "chronic"), "name a NEED_ID"),
     (("7-2024-01-0", "--path", "manual"), "--path goes with --find")],
)  # fmt: skip
def test_the_command_says_how_it_is_used(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    told = command(*arguments, folder=tmp_path)
    assert told.exit_code == 2 and words in told.output
