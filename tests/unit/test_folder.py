"""Is a run folder all there or not there, and does it say what it rests on?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import runs

from settlement_sim.errors import InputError
from settlement_sim.study.folder import (
    MANIFEST,
    is_run_folder,
    unfinished,
    write_run,
    write_table,
)
from settlement_sim.study.manifest import calibration_state, fingerprints, manifest, peak_memory_mb
from settlement_sim.study.run import Finished, Prepared, run
from settlement_sim.study.saved import read_run

EARLIER, LATER = (f'{{"settlement_sim": "{name}"}}' for name in ("earlier", "later"))


@pytest.fixture(scope="module")
def finished() -> Finished:
    return run(runs.prepared(*runs.TINY))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def a_run(folder: Path, words: str = EARLIER) -> Path:
    """Something that passes for an earlier run."""
    folder.mkdir()
    (folder / MANIFEST).write_text(words, "utf-8")
    return folder


def test_a_folder_appears_when_it_is_done(tmp_path: Path) -> None:
    target = tmp_path / "deep/er/run"
    with unfinished(target) as work:
        assert not target.exists() and work.parent == target.parent and work.name.startswith(".run.")
        (work / MANIFEST).write_text("{}", "utf-8")
    assert names(target) == [MANIFEST] and names(target.parent) == ["run"]
    assert target.stat().st_mode & 0o777 == 0o755, "readable like any other folder"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_folder_that_fails_never_was(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), unfinished(tmp_path / "run") as work:
        (work / MANIFEST).write_text("{}", "utf-8")
        raise error
    assert names(tmp_path) == []


def test_an_earlier_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = a_run(tmp_path / "run")
    (target / "claims.parquet").write_bytes(b"old")
    with unfinished(target) as work:
        (work / MANIFEST).write_text(LATER, "utf-8")
        assert (target / MANIFEST).read_text("utf-8") == EARLIER, "the earlier run stands until the end"
    assert names(target) == [MANIFEST] and (target / MANIFEST).read_text("utf-8") == LATER
    assert names(tmp_path) == ["run"]


def test_an_earlier_run_survives_a_failure(tmp_path: Path) -> None:
    target = a_run(tmp_path / "run")
    with pytest.raises(ValueError, match="half way"), unfinished(target) as work:
        (work / MANIFEST).write_text(LATER, "utf-8")
        raise ValueError("half way")
    assert (target / MANIFEST).read_text("utf-8") == EARLIER and names(tmp_path) == ["run"]


def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    with unfinished(tmp_path / "run") as one, unfinished(tmp_path / "other") as two:
        assert one != two
        (one / MANIFEST).write_text("one", "utf-8")
        (two / MANIFEST).write_text("two", "utf-8")
    assert names(tmp_path) == ["other", "run"]


@pytest.mark.parametrize("make", ["file", "empty folder", "folder"])
def test_what_is_no_run_is_refused_before_anything_is_made(make: str, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    if make == "file":
        target.write_text("mine", "utf-8")
    else:
        target.mkdir()
    if make == "folder":
        (target / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError) as caught, unfinished(target):
        raise AssertionError("the block was entered")
    (problem,) = caught.value.problems
    assert problem.where == str(target) and problem.found == "something that is no run folder"
    assert names(tmp_path) == ["mine"] and (make != "folder" or names(target) == ["thesis.txt"])


def test_a_run_without_its_manifest_is_no_run(finished: Finished, tmp_path: Path) -> None:
    write_run(finished, tmp_path)
    assert is_run_folder(tmp_path)
    (tmp_path / MANIFEST).unlink()
    assert not is_run_folder(tmp_path) and not is_run_folder(tmp_path / "nowhere")


def test_the_manifest_is_written_last(finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails before it leaves a folder that no command takes for a run."""

    def fail(*given: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("settlement_sim.study.folder.write_table", fail)
    with pytest.raises(OSError, match="no space"):
        write_run(finished, tmp_path)
    assert not (tmp_path / MANIFEST).exists()


def test_a_table_comes_with_its_contract(finished: Finished, tmp_path: Path) -> None:
    frame = pd.DataFrame({"direction": ["渝"], "settlements": [3], "total_fee": [12_345]})
    write_table(tmp_path, "mine", frame)
    assert (tmp_path / "mine.csv").read_bytes() == "direction,settlements,total_fee\n渝,3,12345\n".encode()
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "mine.parquet"), frame)
    contract = json.loads((tmp_path / "mine.columns.json").read_text("utf-8"))
    assert contract["columns"][2] == {
        "name": "total_fee", "dtype": "int64", "unit": "fen", "sums": "adds", "zh": "医疗总费用", "en": "gross bill",
        "national": "medfee_sumamt",
    }  # fmt: skip
    with pytest.raises(KeyError, match="unheard_of"):
        write_table(tmp_path, "other", frame.assign(unheard_of=1))


def test_what_is_written_is_what_is_returned(finished: Finished, tmp_path: Path) -> None:
    frames = write_run(finished, tmp_path)
    for name, frame in frames.items():
        assert (tmp_path / f"tables/{name}.csv").read_text("utf-8") == frame.to_csv(index=False)
    assert names(tmp_path) == [
        "assumptions.csv", "manifest.json", "measures.csv", "pools.csv", "tables", "totals.json", "units.csv",
        "warnings.txt",
    ]  # fmt: skip
    assert (tmp_path / "warnings.txt").read_text("utf-8") == "", "everything asked for had its effect"


def test_a_manifest_counts_what_was_simulated(finished: Finished) -> None:
    said = manifest(replace(finished, run_seconds=2.0))
    settlements = int(finished.outcome.recorder.cube["settlements"].sum())
    assert said["settlements_per_second"] == round(settlements / 2) and settlements > 100
    assert json.loads(json.dumps(said)) == said
    assert said["policies"]["access"][0]["use"] == "filing_free"
    memory = peak_memory_mb()
    assert memory is None or 50 < memory < 100_000


def with_calibration(prepared: Prepared, fingerprint: str) -> Prepared:
    calibration = replace(prepared.world.calibration, fingerprint=fingerprint)
    return replace(prepared, world=replace(prepared.world, calibration=calibration))


def test_a_calibration_is_fitted_or_stale(finished: Finished) -> None:
    prepared = finished.prepared
    assert calibration_state(prepared) == "stale"
    fitted = with_calibration(prepared, fingerprints(prepared)["inputs"])
    assert calibration_state(fitted) == "fitted"
    assert fingerprints(fitted)["inputs"] == fingerprints(prepared)["inputs"], "a fingerprint of itself"


def test_a_saved_run_is_checked_like_the_run(finished: Finished, tmp_path: Path) -> None:
    from settlement_sim.study.results import Result

    prepared = finished.prepared
    fitted = with_calibration(prepared, fingerprints(prepared)["inputs"])
    for number, state in enumerate((prepared, fitted)):
        result = Result(replace(finished, prepared=state))
        folder = result.save(tmp_path / str(number))
        rows, hold_outs = read_run(folder)
        assert rows == result.check() and hold_outs == result.beside()


@pytest.mark.parametrize("name", ["totals.json", "tables/totals.csv", "tables/by_scheme.csv"])
def test_a_broken_run_folder_is_told(name: str, finished: Finished, tmp_path: Path) -> None:
    write_run(finished, tmp_path)
    path = tmp_path / name
    for content in (None, "", "{" if name.endswith("json") else "a,b\n1,2\n"):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_text(content, "utf-8")
        with pytest.raises(InputError, match=r"a run folder that cannot be read .* expected an unchanged run folder"):
            read_run(tmp_path)
