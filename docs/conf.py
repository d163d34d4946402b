"""How do the Markdown pages become a site? Read by Sphinx: `make site`, then open `docs/_build/index.html`.

The root of the repository is the source, so links mean here what they mean on GitHub, and README, CHANGELOG and
CONTRIBUTING are pages like those of docs/; so are the notebooks. MyST turns a link to any other file into a download
of it. Whatever is wrong with a page or a link is a warning, and `make site` makes warnings errors.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

ROOT: Final = Path(__file__).parents[1]

project = "settlement-sim"
author = copyright = "settlement-sim contributors"
(release,) = re.findall(r'\n__version__ = "(.+)"\n', (ROOT / "settlement_sim/__init__.py").read_text("utf-8"))
version = release

extensions = ["myst_nb"]
#: Notebooks are kept with their outputs, which the test suite holds against today's.
nb_execution_mode = "off"
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "notebooks/*.ipynb"]
exclude_patterns = [".*", "docs/_build"]
nitpicky = True
#: Headings down to the third level get the anchors that they have on GitHub.
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"settlement-sim {release}"
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["tables.css"]
#: The first page stands under docs/; who opens the folder is sent there.
html_extra_path = ["site"]


def folders(app: Sphinx, page: nodes.document) -> None:
    """A link to a folder of the repository keeps its words only: what can be downloaded is a file."""
    for link in list(page.findall(pending_xref)):
        beside = Path(app.env.doc2path(link["refdoc"])).parent
        if link["reftarget"] and (beside / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def setup(app: Sphinx) -> None:
    """What Sphinx, MyST and Pygments do not know by themselves."""
    app.connect("doctree-read", folders)
    app.add_lexer("csv", TextLexer)
