"""Does a calibration file read as written, and is an incomplete one refused with the remedy?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim.demand.calibration import Calibration
from settlement_sim.errors import InputError
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES


def text(fingerprint: str = "fingerprint: abc\n") -> str:
    lines = ["format: 1", "weights:"]
    for p, province in enumerate(PROVINCES):
        cells = ", ".join(f"{care}: {1000 * p + c}" for c, care in enumerate(CARE_TYPES))
        lines.append(f"  {province}: {{{cells}}}")
    lines.append("prices:")
    for p, province in enumerate(PROVINCES):
        lines.append(f"  {province}:")
        for c, care in enumerate(CARE_TYPES):
            cells = ", ".join(f'"{level}": {p * 100 + c * 10 + n}' for n, level in enumerate(LEVELS))
            lines.append(f"    {care}: {{{cells}}}")
    return "\n".join(lines) + "\n" + fingerprint


def test_weights_and_prices_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "calibration.yaml"
    path.write_text(text(), "utf-8")
    calibration = Calibration.load(path)
    assert calibration.weights["sichuan"] == {
        "inpatient": 1000,
        "outpatient": 1001,
        "chronic": 1002,
        "pharmacy": 1003,
    }
    assert calibration.price.shape == (2, 4, 5)
    assert calibration.price[1, 2].tolist() == [120, 121, 122, 123, 124]
    assert calibration.fingerprint == "abc"


def test_the_base_year_is_2024_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "calibration.yaml"
    path.write_text(text(), "utf-8")
    assert Calibration.load(path).year == 2024
    path.write_text(text() + "year: 2023\n", "utf-8")
    assert Calibration.load(path).year == 2023


def test_the_packaged_calibration_is_that_of_2024() -> None:
    assert Calibration.load().year == 2024


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("weights:", "wheights:"), "no usable 'weights'"),
        (("chronic: 1002", "chronik: 1002"), "no usable 'chronic'"),
        (('"pharmacy": 134', '"farm": 134'), "no usable 'pharmacy'"),
        (
            ("outpatient: 1001", "outpatient: many"),
            "no usable invalid literal for int() with base 10: 'many'",
        ),
        (("fingerprint: abc\n", ""), "no usable 'fingerprint'"),
        (
            ("fingerprint: abc\n", "fingerprint: abc\nyear: this\n"),
            "no usable invalid literal for int() with base 10: 'this'",
        ),
    ],
)
def test_an_incomplete_file_is_refused(tmp_path: Path, change: tuple[str, str], found: str) -> None:
    path = tmp_path / "calibration.yaml"
    path.write_text(text().replace(*change), "utf-8")
    with pytest.raises(InputError) as caught:
        Calibration.load(path)
    (problem,) = caught.value.problems
    assert problem.where.startswith(f"{path}:1:")
    assert problem.found == found
    assert problem.expected == "weights and prices of both provinces and a fingerprint; run `settlement-sim calibrate`"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no such file; expected an existing YAML file"):
        Calibration.load(tmp_path / "calibration.yaml")
