"""Does a page say what its folder speaks to, in a true first sentence, and is a user's mistake told as one?"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import studies
import tinypages
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.report.page import parts as page_parts
from settlement_sim.report.page.page import SECTIONS, page
from settlement_sim.report.page.parts import Page, Section, phrases
from settlement_sim.report.page.study import read

OF_VISITS = {"flows", "months", "care", "payers", "bureau", "prepayment", "days"}
ALWAYS = {"answer", "measures", "ground", "again"}
#: Phrases for what a folder may say of itself, and none of these studies does.
STATES = {
    *(f"kind_{kind}" for kind in ("history", "backcast", "counterfactual", "extrapolation")),
    *("met", "missed", "calibrated", "predicted", "input", "none", "fitted", "carried over", "stale"),
}  # fmt: skip


def sections(folder: Path, lang: str = "zh", pool: str = "") -> dict[str, Section]:
    told = Page(read(folder), lang, pool)  # type: ignore[arg-type]
    return {found.name: found for make in SECTIONS if (found := make(told)) is not None}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the figures, which are not drawn."""
    names: list[str] = []

    def note(draw: object, *, name: str, **_: object) -> str:
        names.append(name)
        return f'<svg id="{name}"></svg>'

    monkeypatch.setattr(page_parts, "svg", note)
    return names


def plain(text: object) -> str:
    return re.sub("<[^>]*>", "", str(text))


@pytest.mark.usefixtures("undrawn")
def test_sections_stand_where_the_run_speaks_to_them(studies_root: Path) -> None:
    found = {name: set(sections(studies.folder(name, studies_root))) for name in studies.NAMES}
    assert found["run"] == ALWAYS | OF_VISITS | {"recognition", "reported"}
    assert found["visits"] == ALWAYS | OF_VISITS | {"recognition"}
    assert found["seeds"] == found["three"] == ALWAYS | {"recognition"}
    assert found["parts"] == ALWAYS | {"recognition", "parts"}


def rewrite(path: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_pharmacies_alone_have_no_row_of_anything_else(
    studies_root: Path, tmp_path: Path, undrawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(studies.folder("visits", studies_root), tmp_path / "visits")
    for path in folder.glob("*/tables/*.csv"):
        if "care_type" in path.read_text("utf-8").partition("\n")[0]:
            rewrite(path, lambda rows: [row for row in rows if row["care_type"] in ("pharmacy", "all")])
    (sheet,) = sections(folder)["care"].sheets
    assert [row[1] for row in sheet.rows] == ["药店购药", "药店购药"]
    assert "care" in undrawn


@pytest.mark.usefixtures("undrawn")
def test_without_recognition_nothing_is_said_of_it(studies_root: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(studies.folder("visits", studies_root), tmp_path / "visits")
    for path in folder.glob("*/tables/*"):
        if path.stem.split(".")[0] in ("recognition_totals", "fund_transfers"):
            path.unlink()
    assert set(sections(folder)) == ALWAYS | OF_VISITS


def test_two_parts_have_a_waterfall_and_one_a_sentence(studies_root: Path, tmp_path: Path, undrawn: list[str]) -> None:
    assert sections(studies.folder("parts", studies_root))["parts"].sheets[0].head[1:] == [
        "合计变化", "policies.recognition", "policies.transfer", "相互作用"
    ]  # fmt: skip
    assert "parts_recognised" in undrawn
    one = sections(one_part(studies_root, tmp_path))["parts"]
    assert one.says == ["两个情景只有一处不同：policies.recognition。变化全部来自它，没有相互作用。"]
    assert not one.figures and not one.sheets


def test_every_phrase_has_both_languages_and_is_said(
    studies_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: set[str] = set()
    say = Page.say

    def note(self: Page, key: str, **values: str) -> object:
        said.add(key)
        return say(self, key, **values)

    def draw(draw: Callable[[object], object], *, width: float, height: float, **_: object) -> str:
        from matplotlib.figure import Figure

        draw(Figure(figsize=(width, height)))
        return "<svg></svg>"

    monkeypatch.setattr(Page, "say", note)
    monkeypatch.setattr(page_parts, "svg", draw)
    monkeypatch.setattr("settlement_sim.report.page.page.font_face", lambda text: "")
    folders = [studies.folder(name, studies_root) for name in studies.NAMES]
    folders += [one_part(studies_root, tmp_path), one_seed(studies_root, tmp_path)]
    folders += [tinypages.comparison(tmp_path / case, *both) for case, (*both, _, _) in tinypages.ANSWERS.items()]
    for folder in folders:
        page(folder, "zh", "chengdu" if folder.name == "visits" else "chongqing")
    assert all(set(both) == {"zh", "en"} and all(both.values()) for both in phrases().values())
    readings = {f"reading_{name}" for name in readings_of(studies_root)}
    of_gallery = {key for key in phrases() if key.startswith("gallery")}  # said by its template: test_gallery
    assert set(phrases()) == said | STATES | readings | of_gallery


def one_part(studies_root: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(studies.folder("parts", studies_root), tmp_path / "one")
    rewrite(folder / "parts_of_measures.csv", lambda rows: [
        {key: row[key] for key in row if key != "policies.transfer"} for row in rows
    ])  # fmt: skip
    return folder


def one_seed(studies_root: Path, tmp_path: Path) -> Path:
    """The first seed of several, as `run` leaves it."""
    folder = shutil.copytree(studies.folder("seeds", studies_root), tmp_path / "seed")
    for path in (folder / "measures.csv", *folder.glob("tables/*.csv")):
        rewrite(path, lambda rows: [row for row in rows if row["seed"] == "1"])
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    said = {**manifest, "what": "run", "seed": 1, "seeds": None}
    (folder / "manifest.json").write_text(json.dumps(said), "utf-8")
    return folder


def readings_of(studies_root: Path) -> list[str]:
    manifest = json.loads((studies.folder("run", studies_root) / "manifest.json").read_text("utf-8"))
    return list(manifest["readings"])


@pytest.mark.parametrize("case", tinypages.ANSWERS)
def test_the_first_sentence_word_for_word(case: str, tmp_path: Path) -> None:
    reference, other, *sentences = tinypages.ANSWERS[case]
    folder = tinypages.comparison(tmp_path / "study", reference, other)
    assert [plain(sections(folder, lang)["answer"].says[0]) for lang in studies.LANGS] == sentences


def test_what_the_question_asks_for_comes_first_and_clear_changes_follow(tmp_path: Path) -> None:
    reference = {"settlements": (1, 2, 3), "stays": (1, 2, 3), "by_hand": (1, 2, 3), "at_home": (1, 2, 3)}
    other = {"settlements": (8, 9, 10), "stays": (1, 2, 3), "by_hand": (0, 2, 4), "at_home": (9, 10, 11)}
    folder = tinypages.comparison(tmp_path / "study", reference, other, read=["stays"])
    begins = [plain(said).split(":")[0] for said in sections(folder, "en")["answer"].says]
    assert begins == ["Of which stays", "Direct settlements", "Cared for at home"]


def test_against_oneself_the_page_says_that_nothing_changes(studies_root: Path, tmp_path: Path) -> None:
    """As `compare A A` leaves it: the same folder twice."""
    own = studies.folder("seeds", studies_root)
    for name in ("0-a", "1-a"):
        shutil.copytree(own, tmp_path / "own" / name)
    manifest = json.loads((own / "manifest.json").read_text("utf-8"))
    said = manifest | {"what": "comparison", "folders": ["0-a", "1-a"]}
    (tmp_path / "own/manifest.json").write_text(json.dumps(said), "utf-8")
    found = sections(tmp_path / "own", "en")
    says = [str(text) for text in found["answer"].says]
    assert says[0] == "Recognised cases: the same as the reference in every seed."
    assert all(text.endswith("the same as the reference in every seed.") for text in says)
    assert not found["measures"].sheets and not found["measures"].figures
    assert plain(found["measures"].notes[0]).startswith(
        "The same in every seed: recognised cases, months of back-payment avoided"
    )


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *(str(word) for word in words)])


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tinypages.comparison(tmp_path / "study", {"settlements": (1, 2, 3)}, {"settlements": (2, 3, 5)})


def refused(outcome: Result, folder: Path, *words: str) -> None:
    assert outcome.exit_code == 2, outcome.output
    assert all(word in outcome.output for word in words), outcome.output
    assert "Traceback" not in outcome.output
    assert [path for path in folder.rglob("*") if ".html" in path.name] == []


def test_what_is_no_folder_of_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    for name in ("missing", "file", "."):
        refused(invoke(tmp_path / name), tmp_path, "run", "compare --out")


@pytest.mark.parametrize("name", ["pools.csv", "units.csv", "measures.csv", "assumptions.csv", "warnings.txt"])
def test_a_folder_of_an_older_form_is_refused(name: str, tiny: Path) -> None:
    (tiny / "1-b" / name).unlink()
    refused(invoke(tiny), tiny.parent, "study", name, "of this version")


@pytest.mark.parametrize("key", ["what", "folders"])
def test_an_older_manifest_is_refused(key: str, tiny: Path) -> None:
    said = json.loads((tiny / "manifest.json").read_text("utf-8"))
    (tiny / "manifest.json").write_text(json.dumps({k: v for k, v in said.items() if k != key}), "utf-8")
    refused(invoke(tiny), tiny.parent, key, "of this version")


def test_an_unknown_pool_is_told_the_nearest(tiny: Path) -> None:
    refused(invoke(tiny, "--pool", "chongqin"), tiny.parent, "--pool", "did you mean 'chongqing'?")


def test_the_page_stands_beside_its_folder(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny)
    assert invoke(".").exit_code == 0
    assert (tiny.parent / "study.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_page_that_cannot_be_written_leaves_the_old_one(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tiny.parent / "page.html"
    out.write_text("the old one", "utf-8")
    write = Path.write_bytes

    def half(path: Path, text: bytes) -> int:
        write(path, text[: len(text) // 2])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    assert invoke(tiny, "--out", out).exit_code != 0
    assert [path.name for path in tiny.parent.iterdir() if ".html" in path.name] == ["page.html"]
    assert out.read_text("utf-8") == "the old one"
