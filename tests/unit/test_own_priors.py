"""Do own priors stand in the place of the packaged ones, and is what cannot stand there told with its place?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from settlement_sim.demand.build_tables import decay_of, decay_rows, shape_rows, shapes_of
from settlement_sim.demand.careers import career_priors
from settlement_sim.demand.own_priors import declared, differing, packaged
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.quantiles import load_decay, load_shapes
from settlement_sim.errors import InputError

HEAD = "format: 1\ngrade: assumption\nbasis: mine\n"


def written(folder: Path, body: str, head: str = HEAD, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(head + body, "utf-8")
    return path


def wrong(folder: Path, body: str, head: str = HEAD) -> list[str]:
    """What is said about a file, with its folder left out."""
    with pytest.raises(InputError) as caught:
        declared([written(folder, body, head)])
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


# what stands where ---------------------------------------------------------------------------------------


def test_without_files_they_are_the_packaged_ones(priors: Priors) -> None:
    assert declared() is packaged()
    assert packaged().demand.leaves == priors.leaves and packaged().careers.leaves == career_priors().leaves
    assert differing(priors, "") == {}


def test_a_file_replaces_its_leaves_and_no_other(tmp_path: Path, priors: Priors) -> None:
    """Of demand and of careers, in one file; the order of leaves and what a row stands for are the packaged ones."""
    body = (
        "prices: {unit: yuan, chongqing: {inpatient: {value: 8000, low: 7000, high: 9000}}}\n"
        "stay: {unit: hours, level: {values: [100, 100, 150, 200, 0], low: 0, high: 300}}\n"
        "money: {unit: percent, grade: secondary, source: life_table_2013, "
        "mortality: {value: 100, low: 100, high: 100}}\n"
    )
    found = declared([written(tmp_path, body)])
    assert differing(found.demand, "") == {
        "prices.chongqing.inpatient": (8000,), "stay.level": (100, 100, 150, 200, 0),
    }  # fmt: skip
    assert found.demand.names == priors.names
    leaf = found.demand.leaf("prices.chongqing.inpatient")
    assert (leaf.low, leaf.high, leaf.grade, leaf.basis, leaf.where) == (
        7000, 9000, "assumption", "mine", f"{tmp_path}/own.yaml:4:45",
    )  # fmt: skip
    assert found.demand.leaf("stay.level").places[0] == "community"
    assert found.careers["money.mortality"] == 100 and found.careers.leaf("money.mortality").grade == "secondary"
    moved = [leaf.name for leaf in found.careers if leaf != career_priors().leaf(leaf.name)]
    assert moved == ["money.mortality"] and [*found.own][-1] == "money.mortality"


def test_the_last_file_wins(tmp_path: Path) -> None:
    body = (
        "mix: {{unit: percent, outpatient: {{value: {}, low: 0, high: 100}}, chronic: {{value: 4, low: 0, high: 9}}}}\n"
    )
    first = written(tmp_path, body.format(60), name="first.yaml")
    last = written(tmp_path, "mix: {unit: percent, outpatient: {value: 70, low: 0, high: 100}}\n", name="last.yaml")
    assert differing(declared([first, last]).demand, "") == {"mix.outpatient": (70,), "mix.chronic": (4,)}
    assert differing(declared([last, first]).demand, "") == {"mix.outpatient": (60,), "mix.chronic": (4,)}


def test_one_pattern_of_several_is_named_by_its_number(tmp_path: Path) -> None:
    row = "{values: [20, 20, 20, 20, 10, 10], low: 0, high: 100}"
    found = declared([written(tmp_path, f"items: {{unit: percent, axis: item, inpatient: {{2: {row}}}}}\n")])
    assert differing(found.demand, "") == {"items.inpatient.2": (20, 20, 20, 20, 10, 10)}


def test_the_fingerprint_is_of_the_numbers(tmp_path: Path, priors: Priors) -> None:
    body = "emergency_share: {{unit: percent, value: {}, low: 8, high: 30}}\n"
    same = declared([written(tmp_path, body.format(15))])
    assert same.demand.fingerprint == priors.fingerprint and "emergency_share" in same.own
    assert declared([written(tmp_path, body.format(16))]).demand.fingerprint != priors.fingerprint


# what is refused -----------------------------------------------------------------------------------------


def test_a_name_that_the_package_lacks_is_told_with_the_nearest(tmp_path: Path) -> None:
    body = "prices:\n  unit: yuan\n  chongqin:\n    inpatient: {value: 1, low: 0, high: 2}\n"
    assert wrong(tmp_path, body) == [
        "own.yaml:7:5: found prior 'prices.chongqin.inpatient'; expected the name of a packaged prior; "
        "did you mean 'prices.chongqing.inpatient'?"
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "prices: {unit: fen, chongqing: {chronic: {value: 1, low: 0, high: 2}}}",
            ":42: found unit 'fen'; expected 'yuan', the unit of prices.chongqing.chronic",
        ),
        (
            "stay: {unit: hours, level: {values: [1, 2, 3], low: 0, high: 9}}",
            ":28: found 3 values; expected 5 for stay.level: community, 1, 2, 3, pharmacy",
        ),
        ("mix: {unit: percent, chronic: {values: [1, 2], low: 0, high: 9}}", ":31: found 2 values; expected 1 for"),
        (
            "stay: {unit: hours, axis: home_class, level: {values: [1, 2, 3, 4, 5], low: 0, high: 9}}",
            "found 5 values along 'home_class'; expected 3, one for each home_class",
        ),
        ("mix: {unit: percent, chronic: {value: 101, low: 0, high: 900}}", "nothing below 0 or above 100"),
        (
            "stay: {unit: hours, level: {values: [9, 9, 9, 9, 9], low: 0, high: 9}}",
            "stay.level 9, 9, 9, 9, 9; expected 0 where the packaged row has 0",
        ),
        ("money: {unit: percent, cost_growth: {value: 13, low: 0, high: 13}}", "nothing below 0 or above 12"),
        ("prices: {unit: yuan, chongqing: {chronic: {value: 0, low: 0, high: 9}}}", "nothing below 1 or above"),
        (
            "home_care: {unit: percent, class_share: {values: [0, 0, 0], low: 0, high: 9}}",
            "home_care.class_share 0, 0, 0; expected at least one value above zero",
        ),
        (
            "items: {unit: percent, chronic: {4: {values: [1, 1, 1, 1, 1, 95], low: 0, high: 95}, "
            "0: {values: [1, 1, 1, 1, 1, 95], low: 0, high: 95}, 1: {values: [1, 1, 1, 1, 1, 1], low: 0, high: 95}}}",
            "items.chronic.1 1, 1, 1, 1, 1, 1; expected shares that sum to 100 %",
        ),
        (
            "career: {unit: months, overlap: {values: [1, 2, 3, 2, 5], low: 0, high: 9}}",
            "career.overlap 1, 2, 3, 2, 5; expected values that never fall",
        ),
        ("hours: {unit: hours, closing: {values: [24, 8, 18, 21], low: 0, high: 24}}", "hours.opening below hours."),
        (
            "shapes: {unit: percent, stay: {upper: {value: 90, low: 0, high: 90}}}",
            "shapes.stay.upper 90; expected nothing below 101 or above 100000",
        ),
        ("mix: {unit: percent, chronic: {value: 9, low: 0, high: 3}}", "[9]; expected values between low 0 and high 3"),
        ("", "found no prior; expected at least one, such as"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_its_place(tmp_path: Path, body: str, said: str) -> None:
    (told,) = wrong(tmp_path, body + "\n")
    assert told.startswith("own.yaml:") and said in told


@pytest.mark.parametrize("name", ["{}: {{chongqing: {}}}", "{}: {{long_term_resident_share: {{sichuan: {}}}}}"])
def test_how_many_travel_is_brought_as_a_table(tmp_path: Path, name: str) -> None:
    (told,) = wrong(tmp_path, "unit: persons\n\n" + name.format("travellers", "{value: 1, low: 1, high: 1}") + "\n")
    assert told.startswith("own.yaml:6:") and "expected travellers.csv in a folder of world.overlays" in told


def test_their_schemes_are_a_prior_like_others(tmp_path: Path) -> None:
    body = "travellers: {unit: percent, employee_share: {value: 60, low: 60, high: 60}}\n"
    assert differing(declared([written(tmp_path, body)]).demand, "") == {"travellers.employee_share": (60,)}


def test_what_is_known_names_its_document(tmp_path: Path) -> None:
    document = "  bulletin: {title: {zh: 月报, en: Bulletin}, publisher: Bureau, date: 2024-04, grade: secondary}\n"
    head = f"format: 1\nbasis: counted\nunit: percent\nsources:\n{document}"
    body = "emergency_share: {{value: 12, low: 12, high: 12, grade: {}}}\n"
    assert "graded secondary without a source; expected a source" in wrong(tmp_path, body.format("secondary"), head)[0]
    (high,) = wrong(tmp_path, body.format("official, source: bulletin"), head)
    assert high == (
        "own.yaml:6:18: found a prior graded official; expected at most secondary, the grade of its source 'bulletin'"
    )
    (unknown,) = wrong(tmp_path, body.format("secondary, source: buletin"), head)
    assert "'buletin'; expected the id of a document" in unknown and unknown.endswith("did you mean 'bulletin'?")
    found = declared([written(tmp_path, body.format("secondary, source: bulletin"), head)])
    assert found.sources["bulletin"].title.en == "Bulletin"


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    paths = [written(tmp_path, "mx: {unit: percent, value: 1, low: 0, high: 2}\n", name=f"{n}.yaml") for n in "ab"]
    with pytest.raises(InputError) as caught:
        declared([*paths, tmp_path / "none.yaml"])
    assert [Path(p.where.split(":")[0]).name for p in caught.value.problems] == ["a.yaml", "b.yaml", "none.yaml"]


# tables made from them ------------------------------------------------------------------------------------


def test_tables_in_memory_are_the_committed_ones_for_the_packaged_priors(priors: Priors) -> None:
    made = np.array([row[1:] for row in decay_rows(priors)]).T
    assert (made == load_decay()).all() and (decay_of(priors) == load_decay()).all()
    made = np.array([row[1:] for row in shape_rows(priors)]).T
    assert (made.ravel() == load_shapes().knots).all() and (shapes_of(priors).knots == load_shapes().knots).all()


def test_tables_follow_own_priors(tmp_path: Path) -> None:
    body = (
        "destination: {unit: minutes, near_minutes: {values: [45, 35, 35, 50], low: 1, high: 90}}\n"
        "shapes: {unit: percent, stay: {upper: {value: 400, low: 101, high: 500}}}\n"
    )
    own = declared([written(tmp_path, body)]).demand
    decay, shapes = decay_of(own), shapes_of(own).knots.reshape(5, -1)
    assert (decay[:3] == load_decay()[:3]).all(), "other care types decay as before"
    # 50 minutes away: everyday travel e^-1, deliberate travel (3 %) e^-0.25: 0.97 · 0.36788 + 0.03 · 0.77880.
    assert decay[3, 50] == 3802
    assert (shapes[:4] == load_shapes().knots.reshape(5, -1)[:4]).all()
    assert shapes[4, -1] == 4 << 20, "no stay is longer than four times the mean"


def test_a_test_of_other_numbers_needs_no_file(priors: Priors) -> None:
    leaf = replace(priors.leaf("emergency_share"), values=(20,))
    assert differing(Priors.of({**priors.leaves, leaf.name: leaf}), "emergency") == {"emergency_share": (20,)}
