"""Does the documentation site hold every page, and does every link of it lead somewhere?"""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "index.md"
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md")} - {INDEX})
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TREES = re.findall(r"^```{toctree}\n(.*?)^```$", INDEX.read_text("utf-8"), re.MULTILINE | re.DOTALL)
ENTRIES = [line for tree in TREES for line in tree.splitlines() if line and not line.startswith(":")]
#: Words, or characters of Chinese, below which a page says nothing.
LEAST = 50


def test_every_page_stands_once_in_the_navigation() -> None:
    named = [(DOCS / f"{entry}{'.ipynb' if 'notebooks/' in entry else '.md'}").resolve() for entry in ENTRIES]
    assert sorted(named) == sorted([*PAGES, *NOTEBOOKS])


def test_every_page_is_linked_from_the_table_of_the_index() -> None:
    text = INDEX.read_text("utf-8").split("```{toctree}")[0]
    links = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#]+\.md)\)", text)}
    assert set(PAGES) <= links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_title_and_says_something(page: Path) -> None:
    first, _, rest = page.read_text("utf-8").partition("\n")
    assert first.startswith("# ")
    assert len(re.findall(r"[a-z]+|[一-鿿]", rest)) >= LEAST


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(name, reason=f"{name} is of the dependency group docs; `make site` installs it and builds")
    out = tmp_path_factory.mktemp("site")
    command = ["-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", "-c", str(DOCS), str(ROOT), str(out)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_every_link_of_the_built_site_leads_to_a_file_and_an_anchor(site: Path) -> None:
    texts = {page: page.read_text("utf-8") for page in site.rglob("*.html")}
    anchors = {page: {unescape(one) for one in re.findall(r' id="([^"]+)"', text)} for page, text in texts.items()}
    lost = []
    for page, text in texts.items():
        for link in set(re.findall(r' (?:href|src)="([^"]+)"', text)):
            path, _, anchor = unquote(unescape(link)).partition("#")
            at = (page.parent / path.split("?")[0]).resolve() if path else page
            if not link.startswith(("https:", "data:")) and not (
                at.exists() and (not anchor or at not in anchors or anchor in anchors[at])
            ):
                lost.append(f"{page.name}: {link}")
    assert lost == []


def test_notebooks_are_pages_with_their_pictures(site: Path) -> None:
    for notebook in NOTEBOOKS:
        drawn = notebook.read_text("utf-8").count('"image/png"')
        text = (site / f"notebooks/{notebook.stem}.html").read_text("utf-8")
        assert len(re.findall(r'<img [^>]*src="\.\./_images/', text)) == drawn


def test_who_opens_the_folder_is_sent_to_the_first_page(site: Path) -> None:
    (target,) = re.findall(r'<a href="([^"]+)"', (site / "index.html").read_text("utf-8"))
    assert (site / target).exists()
