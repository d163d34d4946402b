"""Can a page be read in a browser: on a phone and a desk, light and dark, printed, without script, network or fonts?

Needs Debian's Chromium or another of its family; without one, or without Playwright, these tests are skipped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import studies

api = pytest.importorskip("playwright.sync_api", reason="Playwright cannot be imported")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: nobody looked at the pages of `report`")

NAMES = ("run", "visits", "three")
CASES = [(name, lang) for name in NAMES for lang in studies.LANGS]
VIEWS = [(width, scheme) for width in (390, 1100) for scheme in ("light", "dark")]
#: A4 less margins of 14 mm, in CSS pixels.
PAPER = 688

#: Texts that are cut, or that leave the view; what is folded away or hidden for readers of screens is not looked at.
CUT = """() => [...document.querySelectorAll('h1, h2, p, li, dt, dd, th, td, caption, pre, summary, data')]
 .filter(e => {
  const box = e.getBoundingClientRect();
  if (!e.checkVisibility() || e.closest('details:not([open]) table') || getComputedStyle(e.closest('thead') || e)
      .clipPath !== 'none' || box.width === 0) return false;
  const range = document.createRange(); range.selectNodeContents(e);
  const text = range.getBoundingClientRect(), wide = document.documentElement.clientWidth + 1;
  const cut = e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1;
  return cut || Math.max(box.right, text.right) > wide || box.left < -1;
}).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""

#: Texts whose contrast with what is behind them is under 4.5, as WCAG 2 defines it; opaque colours alone are expected.
PALE = """() => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(x => x / 255)
    .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) {
    const found = rgb(getComputedStyle(e).backgroundColor); if (found.length === 3 || found[3] === 1) return found;
  } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && [...e.childNodes].some(
    n => n.nodeType === 3 && n.textContent.trim())).map(e => {
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName + ' ' + e.textContent.slice(0, 40)];
  }).filter(([contrast]) => contrast < 4.5);
}"""
WIDTH = "() => document.documentElement.scrollWidth"
FONT = """async () => (await document.fonts.load('16px "settlement-sim"', '医')).map(font => font.status)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@contextmanager
def opened(browser: Any, path: Path, **options: Any) -> Iterator[Any]:
    """A page, with whatever it complained of or asked for in `page.heard`."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(message.text))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("request", lambda request: page.heard.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()


def asked(heard: list[str], path: Path) -> list[str]:
    """What was heard besides the request of the page; its font and its icon are within it."""
    return [said for said in heard if said != path.as_uri() and not said.startswith("data:")]


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
@pytest.mark.parametrize(("name", "lang"), CASES)
def test_nothing_is_asked_for_and_nothing_complains(
    name: str, lang: str, script: bool, browser: Any, studies_root: Path
) -> None:
    path = studies.page(name, lang, studies_root)
    with opened(browser, path, java_script_enabled=script) as page:
        assert page.heard[0] == path.as_uri() and asked(page.heard, path) == []
        assert page.locator("#answer p").first.is_visible()


def test_a_page_that_asks_or_complains_is_noticed(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text("<script>console.log('here')</script><img src=other.png><script>broken(</script>", "utf-8")
    with opened(browser, path) as page:
        found = asked(page.heard, path)
    assert (
        "here" in found
        and any(said.endswith("other.png") for said in found)
        and any("Unexpected" in said for said in found)
    )


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize(("name", "lang"), CASES)
def test_everything_fits_and_can_be_read(
    name: str, lang: str, width: int, scheme: str, browser: Any, studies_root: Path
) -> None:
    view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with opened(browser, studies.page(name, lang, studies_root), **view) as page:
        assert page.evaluate(WIDTH) <= width
        assert page.evaluate(CUT) == []
        assert page.evaluate(PALE) == []
        page.locator("summary").click()
        assert page.evaluate(WIDTH) <= width
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_it_prints_on_a4(name: str, lang: str, browser: Any, studies_root: Path) -> None:
    with opened(browser, studies.page(name, lang, studies_root), viewport={"width": PAPER, "height": 1000}) as page:
        page.emulate_media(media="print")
        assert page.evaluate(WIDTH) <= PAPER
        assert page.evaluate(CUT) == []
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
        assert len(sheets) > 1


@pytest.mark.parametrize("name", NAMES)
def test_chinese_letters_come_with_the_page(name: str, browser: Any, studies_root: Path) -> None:
    with opened(browser, studies.page(name, "zh", studies_root)) as page:
        assert page.evaluate(FONT) == ["loaded"]


def test_what_is_cut_pale_or_too_wide_is_noticed(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<!DOCTYPE html><body style='margin: 0'>"
        "<p style='width: 50px; overflow: hidden; white-space: nowrap'>this text is cut off</p>"
        "<p style='color: #aaa'>pale</p><p style='width: 1200px'>wide</p><p>fine</p>",
        "utf-8",
    )
    with opened(browser, path, viewport={"width": 390, "height": 900}) as page:
        assert page.evaluate(WIDTH) == 1200
        assert page.evaluate(CUT) == ["P this text is cut off", "P wide"]
        assert [text for _, text in page.evaluate(PALE)] == ["P pale"]
        assert page.evaluate(FONT) == []
