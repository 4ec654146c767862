"""Sphinx settings of the book: `sphinx-build -c conf docs OUT`, or better `nox -s docs`.

Each setting has its reason. What takes more than a setting is a module beside this one.
"""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

CONF = Path(__file__).parent
ROOT = CONF.parent
sys.path[:0] = [str(CONF), str(ROOT)]  # for the modules beside this file, and the trials

import cells  # noqa: E402 -- only importable after the line above

project = "Machine Learning: With Math"
author = "the nnmath developers"
copyright = "2026, the nnmath developers (text: CC BY 4.0, code: BSD-3-Clause)"  # noqa: A001
version = release = installed_version("nnmath")
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "sphinx_proof",
    "sphinx_exercise",
    "sphinxcontrib.bibtex",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "numpydoc",
    "nnmath.formula.sphinx",  # reads, runs and checks every displayed equation
    "trials.sphinx",  # shows how the check stood its trials
    # ours, in this folder
    "mathml",
    "cells",
    "api_fields",
    "api_links",
    "notebooks",
    "repairs",
]
# Outputs of cells may lie inside the source when someone builds there.
exclude_patterns = ["jupyter_execute", "_build", "**/.ipynb_checkpoints"]
templates_path = ["templates"]

# -- strictness: the session `docs` turns every warning into an error ---------------------------
nitpicky = True  # a reference that leads nowhere is a warning
show_warning_types = True

# -- text ------------------------------------------------------------------------------------
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "smartquotes",
]
myst_dmath_double_inline = True  # the document prints $$...$$ inside a sentence
myst_heading_anchors = 3  # [text](page.md#heading)
myst_update_mathjax = False  # there is none
numfig = True  # "Fig. 2", for figures, tables and exercises
numfig_format = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s"}
html_math_renderer = "mathml"
bibtex_bibfiles = ["../docs/references.bib"]  # relative to this folder
bibtex_default_style = "unsrt"
proof_minimal_theme = True
exercise_style = "solution_follow_exercise"  # the solution stands right below its exercise

# -- cells -----------------------------------------------------------------------------------
nb_execution_mode = "cache"
nb_execution_cache_path = str(cells.cache_folder(ROOT / "build" / "cells"))
nb_execution_in_temp = True  # a cell that writes a file doesn't write it into docs/
nb_execution_timeout = 300
nb_execution_show_tb = True  # a failing cell shows its traceback; `cells` then ends the build
nb_output_stderr = "error"  # a traceback in a figure's formatter is otherwise only text
nb_merge_streams = True  # one box for what several print() wrote

# -- API reference -----------------------------------------------------------------------------
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # types and shapes are in the docstrings
autodoc_default_options = {"members": True}
numpydoc_show_class_members = False  # autodoc lists them already
numpydoc_class_members_toctree = False
python_display_short_literal_types = True
add_module_names = False
default_role = "autolink"  # `linear` in a docstring is a link if there is something of that name
toc_object_entries_show_parents = "hide"  # "copy", not "Network.copy", under its class
# Short lists kept by hand, so that no build asks another host.
intersphinx_mapping = {
    name: (url, str(CONF / "inventories" / f"{name}.txt"))
    for name, url in {
        "python": "https://docs.python.org/3/",
        "numpy": "https://numpy.org/doc/stable/",
        "matplotlib": "https://matplotlib.org/stable/",
    }.items()
}

# -- site ----------------------------------------------------------------------------------
html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "static/favicon.svg"
html_static_path = ["static"]
html_css_files = ["temml/temml.css", "custom.css", "maths.css", "formulas.css"]
html_js_files = [
    (name, {"defer": "defer"}) for name in ("scrollable.js", "print.js", "symbols.js", "folds.js")
]
html_copy_source = True  # readers can download a page as notebook
html_show_sourcelink = False
html_last_updated_fmt = None  # the same source gives the same site
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_sidebars = {"**": ["home.html", "search-button-field.html", "contents.html"]}
html_theme_options = {
    "logo": {
        "image_light": str(CONF / "static" / "logo-light.svg"),
        "image_dark": str(CONF / "static" / "logo-dark.svg"),
        "text": project,
        "alt_text": "",  # the name stands beside it
    },
    "use_fullscreen_button": False,
    "use_download_button": True,
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "toc_title": "On this page",
    "navigation_with_keys": False,  # arrow keys scroll wide equations
    # The search field in the side bar is the only one.
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
copybutton_selector = "div.cell_input div.highlight pre, div.highlight-bash div.highlight pre"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

linkcheck_timeout = 20
linkcheck_workers = 4
