"""A field of a named tuple is listed when it has a comment of its own, `#:` above it.

Without one Python calls it "Alias for field number 0". Then the class describes it, and it
isn't listed a second time.
"""

from __future__ import annotations

import inspect
import re
from functools import cache

from api_links import homes
from sphinx.application import Sphinx

import nnmath


@cache
def bare_fields() -> frozenset[int]:
    """Return the identities of the fields without a comment, in all public named tuples."""
    public = [getattr(nnmath, name, None) for name in homes()]
    tuples = [one for one in public if inspect.isclass(one) and hasattr(one, "_fields")]
    return frozenset(
        id(vars(one)[field])
        for one in tuples
        for field in one._fields
        if not re.search(rf"^ *#: .*\n +{field}:", inspect.getsource(one), re.MULTILINE)
    )


def skip(app: Sphinx, what: str, name: str, obj: object, skipped: bool, options: object) -> bool:
    """Skip what Python itself describes."""
    return skipped or id(obj) in bare_fields()


def setup(app: Sphinx) -> dict[str, bool]:
    """Be asked about every member that is to be listed."""
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
