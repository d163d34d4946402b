"""The gallery: every question that can be answered has its page and answer, the others say what they need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.scenario.load import load, packaged_scenarios
from settlement_sim.study.library import questions

SMALL = ("--set", "world.scale=0.05", "--set", "recognition.window.until=2024-12-31", "-r", "2")


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["gallery", *arguments])


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gallery") / "rooms"
    done = invoke("--question", "Q9", "--question", "Q10", *SMALL, "--out", str(out))
    assert done.exit_code == 0, done.output
    return out


def test_there_are_twenty_questions_in_both_languages() -> None:
    assert [*questions()] == [f"Q{number}" for number in range(1, 21)]
    assert all(asked["zh"] and asked["en"] for asked in questions().values())


def test_a_question_has_a_scenario_or_says_what_it_needs() -> None:
    asked = {load(name).scenario.question.id for name in packaged_scenarios()}
    assert {name for name, said in questions().items() if "needs" not in said} == asked & set(questions())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_index_names_every_question_and_links_every_page(gallery: Path, lang: str) -> None:
    index = (gallery / f"index.{lang}.html").read_text("utf-8")
    assert re.findall(r'<section id="(Q\d+)">', index) == [*questions()]
    linked = set(re.findall(r'<h3><a href="([^"]+)"', index))
    asked = {name for name in packaged_scenarios() if load(name).scenario.question.id in ("Q9", "Q10")}
    assert linked == {f"{name}.{lang}.html" for name in asked}
    assert all((gallery / page).is_file() for page in linked)
    unanswered = index[index.index('id="Q11"') : index.index('id="Q12"')]
    assert questions()["Q11"]["needs"][lang] in unanswered and "<article>" not in unanswered


def test_the_index_repeats_the_answer_of_the_page(gallery: Path) -> None:
    index, page = ((gallery / name).read_text("utf-8") for name in ("index.en.html", "q9_threshold_15_years.en.html"))
    room = index[index.index('href="q9_threshold_15_years.en.html"') :]
    (answer,) = re.findall(r"<p>(.*?)</p>", room[: room.index("</article>")], re.S)[:1]
    assert "<data" in answer and answer in page


@pytest.mark.parametrize(("question", "says"), [("Q21", "did you mean 'Q2"), ("Q14", "needs examinations")])
def test_what_cannot_be_answered_is_refused(question: str, says: str, tmp_path: Path) -> None:
    done = invoke("--question", question, "--out", str(tmp_path / "rooms"))
    assert done.exit_code == 2 and says in done.output
    assert not (tmp_path / "rooms").exists()


def test_new_says_why_a_question_has_no_scenario() -> None:
    done = CliRunner().invoke(main, ["new", "--question", "Q14"])
    assert done.exit_code == 2 and "needs examinations" in done.output
    listed = CliRunner().invoke(main, ["new", "--lang", "zh"]).output
    assert "Q14" in listed and "尚未模拟" in listed
