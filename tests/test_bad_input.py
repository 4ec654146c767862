"""Whatever stands in for an argument, it is taken, or refused by name, and never half taken.

`good_arguments` lists every public function and method with arguments it accepts. Here
each argument in turn is replaced by each of the bad values.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bad_values import BAD
from good_arguments import CALLS

import figures
import nnmath

#: Called by `Optimizer.step` alone, which has checked what it hands over; and the class
#: that others derive from, whose settings are theirs.
FOR_SUBCLASSES = {"update", "Optimizer"}


def public_calls() -> Iterator[tuple[str, Any]]:
    """Yield every public function, class and method that takes arguments, with its name."""
    names = (module.name for module in pkgutil.iter_modules(nnmath.__path__))
    public = (name for name in names if not name.startswith("_") and name != "formula")
    for home in (*(importlib.import_module(f"nnmath.{name}") for name in public), figures):
        for name in home.__all__:
            yield from _calls_of(name, getattr(home, name))


def _calls_of(name: str, member: Any) -> Iterator[tuple[str, Any]]:
    if inspect.isfunction(member):
        yield name, member
    # Named tuples and histories are records: what is in them is looked at where it is used.
    elif inspect.isclass(member) and name not in FOR_SUBCLASSES:
        if not issubclass(member, tuple) and "History" not in name:
            yield name, member
        for method, function in inspect.getmembers(member, callable):
            own = not method.startswith("_") and method not in FOR_SUBCLASSES
            if own and not (issubclass(member, tuple) and method in dir(tuple)):
                yield f"{name}.{method}", function


PUBLIC = {name: list(inspect.signature(member).parameters) for name, member in public_calls()}
#: Fields of an argument are named in its place.
BLOCK = nnmath.BlockParameters._fields
UNBOUNDED = ("infinity", "minus infinity", "large numbers")
#: Nothing to see here: a download, and the error of the caller's own function.
NOT_OURS = {("load_mnist", "folder", "None"), ("numerical_gradient", "f", "a class")}
NOT_OURS |= {("SmallLanguage.ngram_entropy", "n", "7")}  # good, but takes its time
NOT_OURS |= {("assert_gradient", name, "a class") for name in ("f", "gradient")}
NOT_OURS |= {("draw_paths", "height", "a class")}
ARGUMENTS = [(name, argument) for name, call in CALLS.items() for argument in call.arguments]


def test_table_holds_everything_public():
    listed = {name: sorted(call.arguments) for name, call in CALLS.items()}
    public = {name: sorted({*names} - {"self"}) for name, names in PUBLIC.items()}
    assert listed == {name: names for name, names in public.items() if names}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Be in an empty folder, where some bad paths are good."""
    monkeypatch.chdir(tmp_path)


def outcome(name: str, replaced: str | None = None, bad: str = "") -> Exception | None:
    """Call a function with good arguments, one perhaps replaced; return its refusal."""
    call = CALLS[name]
    arguments = {k: argument.make() for k, argument in call.arguments.items()}
    if replaced is not None:
        arguments[replaced] = BAD[bad](arguments[replaced])
    try:
        call.make()(**arguments)
    except (TypeError, ValueError, OSError, FloatingPointError) as error:
        return error
    return None


@pytest.mark.parametrize("name", CALLS)
def test_good_arguments_are_taken(name):
    refusal = outcome(name)
    if isinstance(refusal, OSError):
        assert {"path", "folder"} & {*CALLS[name].arguments}  # there is no such file
    else:
        assert refusal is None


def complaint(name: str, replaced: str, bad: str) -> str:
    """Return what is wrong with the way a bad value is treated, or nothing."""
    arguments = CALLS[name].arguments
    try:
        refusal = outcome(name, replaced, bad)
    except RuntimeWarning as warning:
        # Sums that overflow, and what has no limit, are told in NumPy's own words.
        taken = bad in UNBOUNDED and bad not in arguments[replaced].refused
        return "" if taken else f"{bad}: {warning}"
    except AssertionError:
        return "" if name == "assert_gradient" else f"{bad}: AssertionError"
    except Exception as error:  # noqa: BLE001 (any other one is what we look for)
        return f"{bad}: {type(error).__name__}: {error}"
    if refusal is None:
        return f"{bad}: taken" if bad in arguments[replaced].refused else ""
    words = str(refusal)
    # An array that doesn't fit the others may be told as their fault.
    names = "|".join([replaced, *arguments, *BLOCK * ("parameters" in arguments)])
    if not re.search(rf"\b({names})\b", words) or "expected" not in words:
        return f"{bad}: {refusal!r}"
    return ""


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_bad_values_are_refused_by_name(name, argument):
    complaints = [
        complaint(name, argument, bad) for bad in BAD if (name, argument, bad) not in NOT_OURS
    ]
    assert [c for c in complaints if c] == []
