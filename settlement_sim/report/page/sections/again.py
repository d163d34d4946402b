"""How is the same page had again? Commands, version, seeds, fingerprints."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from markupsafe import Markup

from settlement_sim.report.page.parts import Page, Section, Sheet, Text


def again(page: Page) -> Section:
    """The command lines, and what they rest on."""
    commands = Markup("<pre><code>{}</code></pre>").format("\n".join(commands_of(page)))
    sheet = Sheet(page.say("again_settings"), ["", ""], [*_rows(page)], labels=2)
    return Section("again", page.say("again"), [page.say("again_says"), commands], sheets=[sheet])


def commands_of(page: Page) -> list[str]:
    """What to type."""
    study = page.study
    seeds = study.reference.seeds
    said = [text for text in study.manifest["settings"] if not text.startswith("seed=")]
    settings = [part for text in said for part in ("--set", text)]
    names = [side.name for side in study.sides]
    if study.what == "run":
        how = ["run", *names, "--seed", str(seeds[0])]
    elif study.what == "replications":
        how = ["run", *names, "-r", str(len(seeds)), "--seed", str(seeds[0])]
    else:
        parts = ["--parts"] if study.parts is not None else []
        how = ["compare", *names, "-r", str(len(seeds)), *parts, "--set", f"seed={seeds[0]}"]
    show = ["report", "runs/again", "--lang", page.lang, *(["--pool", page.pool] if page.pool else [])]
    return [shlex.join(["settlement-sim", *words]) for words in ([*how, *settings, "--out", "runs/again"], show)]


def _rows(page: Page) -> Iterator[list[Text]]:
    about = page.study.asked.manifest
    yield [page.say("version"), f"settlement-sim {about['settlement_sim']}"]
    yield [page.say("seed_list"), ", ".join(map(str, page.study.reference.seeds))]
    yield [page.say("world_seed"), str(about["world_seed"])]
    if "calibration" in about:
        yield [page.say("calibration"), page.say(about["calibration"])]
    for part, digest in about.get("fingerprints", {}).items():
        yield [page.say("fingerprint", part=part), str(digest)[:16]]
