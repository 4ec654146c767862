"""The shape of the package: who imports whom, what is public, described and tested."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import catalogue
import pytest

import nnmath

TESTS = Path(__file__).parent
PACKAGE = Path(nnmath.__file__).parent
PAGES = TESTS.parent / "docs" / "api"

# A public module imports only from those before it. Private modules may stand
# anywhere, as long as nothing goes round in a circle.
ORDER = [
    "activations",
    "costs",
    "layers",
    "superposition",
    "directions",
    "normalization",
    "embeddings",
    "attention",
    "regularization",
    "network",
    "memories",
    "backprop",
    "optimizers",
    "training",
    "checkpoints",
    "transformer",
    "datasets",
    "augmentation",
    "tokenizer",
    "testing",
]
#: The engine's own layers: each imports from itself and those before it.
FORMULA_ORDER = ["errors", "values", "tree", "reading", "running", "checking", "api"]
#: Modules of formulas: a function here is an equation, and takes arrays of any library.
FORMULA_MODULES = [
    "activations",
    "costs",
    "layers",
    "superposition",
    "directions",
    "normalization",
    "embeddings",
    "attention",
    "regularization",
    "memories",
]
#: Not formulas: they look something up, change a network, decompose or train.
NO_FORMULA = {"get_activation", "get_cost", "ablate", "svd_embeddings", "train_skip_gram"}
#: It draws an array, and takes none.
OF_CHANCE = {"dropout_mask"}
#: Labels go in here, so they stand apart from the functions of floats.
OF_LABELS = {"one_hot", "accuracy"}
#: Formulas of whole numbers, not of arrays.
OF_COUNTS = {
    "welch_bound",
    "coherence_bound",
    "guaranteed_directions",
    "sinusoidal_positions",
    "cooccurrences",
}
#: What is imported when it is first needed, and never before.
LATE = ["matplotlib", "tqdm", "pooch", "array_api_compat", "jax", "torch", "scipy"]


def sources() -> dict[str, ast.Module]:
    """Return the syntax tree of every module under its name within the package."""
    trees = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


SOURCES = sources()


def imported(node: ast.AST) -> set[str]:
    """Return the modules of this package that an import statement loads."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide where a name comes from"
        # `from package import module` means the module, `from module import name` its home.
        full = {f"{node.module}.{alias.name}" for alias in node.names}
        names = {f if f.removeprefix("nnmath.") in SOURCES else node.module for f in full}
    else:
        return set()
    return {name.removeprefix("nnmath.") for name in names} & set(SOURCES)


def outside(tree: ast.Module) -> set[str]:
    """Return the top-level packages that a module imports, at once or later."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.partition(".")[0])
    return names


def for_types_only(node: ast.AST) -> bool:
    """Say whether a block is read by type checkers alone."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports_somewhere(tree: ast.Module) -> set[str]:
    """Return what a module imports, at once or later."""
    return set().union(*(imported(node) for node in ast.walk(tree)))


def imports_at_once(tree: ast.Module) -> set[str]:
    """Return what a module imports while it is imported itself."""
    waiting: list[ast.AST] = list(tree.body)
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        found |= imported(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not for_types_only(
            node
        ):
            waiting.extend(ast.iter_child_nodes(node))
    return found


GRAPH = {name: imports_somewhere(tree) - {name} for name, tree in SOURCES.items() if name}


def reachable(start: str) -> set[str]:
    """Return all modules that a module needs, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in GRAPH[waiting.pop()] - found:
            found.add(name)
            waiting.append(name)
    return found


def family(name: str) -> str:
    """Return the module or folder directly under the package."""
    return name.partition(".")[0]


def members(module_name: str) -> list[str]:
    """Return a module and everything in its folder."""
    return [name for name in GRAPH if family(name) == module_name]


def public_functions() -> list[tuple[str, str]]:
    """Return module and name of every public function."""
    return [
        (module_name, name)
        for module_name in ORDER
        for name in importlib.import_module(f"nnmath.{module_name}").__all__
        if inspect.isfunction(getattr(importlib.import_module(f"nnmath.{module_name}"), name))
    ]


def lookup(module_name: str, name: str) -> object:
    """Return what a public module calls by this name."""
    return getattr(importlib.import_module(f"nnmath.{module_name}"), name)


# Imports


def test_order_holds_every_public_module():
    public = {family(name) for name in GRAPH if not name.startswith("_")}
    assert public == {*ORDER, "formula"}


@pytest.mark.parametrize("module_name", ORDER)
def test_imports_go_one_way(module_name):
    needed = {family(name) for member in members(module_name) for name in reachable(member)}
    before = set(ORDER[: ORDER.index(module_name)])
    assert {name for name in needed if not name.startswith("_")} <= before | {module_name}


def test_no_module_is_imported_by_what_it_imports():
    waiting = {name: imports_at_once(tree) - {name} for name, tree in SOURCES.items() if name}
    # Take away what needs nothing any more, until nothing is left, or only circles.
    while ready := [name for name, needs in waiting.items() if not needs & set(waiting)]:
        for name in ready:
            del waiting[name]
    assert waiting == {}


def test_formula_engine_knows_nothing_of_the_rest():
    needed = {name for member in members("formula") for name in reachable(member)}
    assert {family(name) for name in needed} <= {"formula"}
    users = {family(name) for name in GRAPH if "formula" in map(family, GRAPH[name])}
    assert users <= {"formula"}


@pytest.mark.parametrize("part", FORMULA_ORDER)
def test_the_engine_is_layered(part):
    inside = [name for name in SOURCES if f"{name}.".startswith(f"formula.{part}.")]
    needed = {need for name in inside for need in imports_at_once(SOURCES[name])}
    parts = {name.split(".")[1] for name in needed if name.startswith("formula.")}
    assert inside
    assert parts <= {*FORMULA_ORDER[: FORMULA_ORDER.index(part) + 1]}


def test_package_does_not_need_what_is_beside_it():
    # The trials, the benchmarks and the settings of the book aren't in the wheel.
    beside = {path.parent.name for path in TESTS.parent.glob("*/*.py")} - {PACKAGE.name}
    assert {"trials", "benchmarks", "conf", "tools"} <= beside
    assert {
        name: needs for name, tree in SOURCES.items() if (needs := outside(tree) & beside)
    } == {}


def test_import_stays_light():
    code = f"import sys, nnmath; print([name for name in {LATE} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_library_code_has_no_assert():
    # Python drops them when asked to optimise, and with them what they guard.
    guilty = {n for n, tree in SOURCES.items() for x in ast.walk(tree) if isinstance(x, ast.Assert)}
    assert guilty == set()


# What is public


@pytest.mark.parametrize("module_name", [*ORDER, "formula"])
def test_all_names_what_is_there(module_name):
    module = importlib.import_module(f"nnmath.{module_name}")
    assert len(set(module.__all__)) == len(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert [name for name in module.__all__ if name.startswith("_")] == []


@pytest.mark.parametrize("module_name", ORDER)
def test_all_leaves_nothing_out(module_name):
    defined = {
        node.name
        for node in SOURCES[module_name].body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    # What isn't for users is there for other modules, or it should have an underscore.
    shared = {
        alias.name
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == f"nnmath.{module_name}"
        for alias in node.names
    }
    public = set(importlib.import_module(f"nnmath.{module_name}").__all__)
    assert defined - public <= shared


def test_package_gives_all_of_it_flat():
    flat = {"__version__"}
    for module_name in ORDER:
        module = importlib.import_module(f"nnmath.{module_name}")
        flat.update(module.__all__)
        assert all(getattr(nnmath, name) is getattr(module, name) for name in module.__all__)
    assert set(nnmath.__all__) == flat
    assert len(nnmath.__all__) == len(flat)


def test_no_name_stands_for_two_things():
    homes: dict[str, str] = {}
    for module_name in ORDER:
        for name in importlib.import_module(f"nnmath.{module_name}").__all__:
            assert homes.setdefault(name, module_name) == module_name


# Described


def section(docstring: str, title: str) -> str:
    """Return one section of a numpydoc docstring, empty if it isn't there."""
    pattern = rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}$|\Z)"
    match = re.search(pattern, docstring, re.MULTILINE | re.DOTALL)
    return match.group(1).strip() if match else ""


@pytest.mark.parametrize(("module_name", "name"), public_functions())
def test_functions_are_described(module_name, name):
    function = lookup(module_name, name)
    docstring = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    parameters = section(docstring, "Parameters")
    for parameter in signature.parameters:
        entry = rf"^(?:.*, )?\**{parameter}(?:, .*)? : "
        assert re.search(entry, parameters, re.MULTILINE), f"{parameter} isn't described"
    if signature.return_annotation not in (None, "None"):
        assert section(docstring, "Returns")
    assert ">>> " in section(docstring, "Examples")


@pytest.mark.parametrize(("module_name", "name"), public_functions())
def test_formulas_state_their_equation(module_name, name):
    if module_name in FORMULA_MODULES and name not in NO_FORMULA | OF_CHANCE:
        docstring = inspect.getdoc(lookup(module_name, name)) or ""
        assert ".. formula::" in section(docstring, "Notes")
        assert section(docstring, "Raises")


def test_no_equation_is_displayed_unchecked():
    # The engine documents itself; what an equation is there, is an example.
    for path in sorted(PACKAGE.rglob("*.py")):
        if "formula" not in path.relative_to(PACKAGE).parts:
            assert ".. math::" not in path.read_text("utf-8"), f"{path}: make it a formula"


@pytest.mark.parametrize("module_name", ORDER)
def test_classes_are_described(module_name):
    module = importlib.import_module(f"nnmath.{module_name}")
    classes = [getattr(module, name) for name in module.__all__]
    # A named tuple without a docstring is given a useless one.
    described = [c for c in classes if inspect.isclass(c) and not c.__doc__.startswith(c.__name__)]
    assert described == [c for c in classes if inspect.isclass(c)]
    for method in (m for c in described for m in vars(c).items() if not m[0].startswith("_")):
        if inspect.isfunction(method[1]):
            assert method[1].__doc__, method


@pytest.mark.parametrize("module_name", ORDER)
def test_module_has_its_page(module_name):
    page = (PAGES / f"{module_name}.md").read_text(encoding="utf-8")
    assert f"nnmath.{module_name}" in page


# Tested


@pytest.mark.parametrize("module_name", ORDER)
def test_public_names_are_tested_where_one_looks(module_name):
    # In the module's own test files, or those of the private modules it is made of.
    private = {name[1:] for name in GRAPH[module_name] if name.startswith("_")}
    files = [
        path for stem in (module_name, *private) for path in sorted(TESTS.glob(f"test_{stem}*.py"))
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    names = importlib.import_module(f"nnmath.{module_name}").__all__
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_catalogue_holds_every_formula():
    listed = {name.partition(",")[0] for name in catalogue.FORMULAS}
    functions = {name for module_name, name in public_functions() if module_name in FORMULA_MODULES}
    assert listed == functions - NO_FORMULA - OF_CHANCE - OF_LABELS - OF_COUNTS


def test_catalogue_pairs_every_derivative():
    listed = {name.partition(",")[0] for name in catalogue.PAIRS}
    derivatives = {name for name in catalogue.FORMULAS if re.search(r"_(prime|backward)$", name)}
    # Activations that mix entries have their backward function in the table.
    in_table = {f"{name}_backward" for name in nnmath.ACTIVATIONS if f"{name}.backward" in listed}
    assert derivatives <= listed | in_table
