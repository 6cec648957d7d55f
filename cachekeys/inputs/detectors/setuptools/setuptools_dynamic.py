"""``[tool.setuptools.dynamic]``: fields of a setuptools project from files and attributes.

Every field that ``project.dynamic`` lists: ``file`` (one or a list; setuptools skips a missing one) and ``attr`` (the module is
looked up through ``package-dir``, a single ``where`` of the package finder, or ``src``; a literal value is read from the
source, anything else by executing the module). An unpacked sdist reads them all again. Requirements files are not followed: setuptools 84 refuses ``-r`` and ``-c``
in them, so what they pull in is only a possible input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.attribute import attribute_inputs
from cachekeys.inputs.dynamic import place, relative, strings, table
from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.requirements_file import read_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_SECTION = ("tool", "setuptools", "dynamic")
_TOOL = "setuptools"
_AFFECTS: dict[str, Affects] = {"version": "version", "requires-python": "dependencies", "entry-points": "contents"}


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the files behind dynamic fields."""
    for field, directive in table(project.get(*_SECTION)).items():
        listed = {"entry-points", "scripts", "gui-scripts"} if field == "entry-points" else {field}
        if not listed & project.dynamic:
            continue
        if field == "optional-dependencies":
            for extra, nested in table(directive).items():
                what = f"the dependencies of the extra `{extra}`"
                yield from _requirements(project, nested, (*_SECTION, field, extra), what)
        elif field == "dependencies":
            yield from _requirements(project, directive, (*_SECTION, field), "the dependencies")
        else:
            yield from _field(project, field, table(directive))


def _requirements(project: Project, directive: object, path: tuple[str, ...], what: str) -> Iterator[Detected]:
    for index, file in strings(table(directive).get("file")):
        origin = place(project, *path, "file", *(() if index is None else (index,)))
        yield from read_chain(project, file, origin, reader=_TOOL, what=what, nested="possible")


def _field(project: Project, field: str, directive: dict[str, object]) -> Iterator[Detected]:
    affects = _AFFECTS.get(field, "metadata")
    for index, file in strings(directive.get("file")):
        name = relative(project, file)
        if name is not None:
            origin = place(project, *_SECTION, field, "file", *(() if index is None else (index,)))
            why = f"{_TOOL} takes the field `{field}` from it"
            yield BuildInput("file", name, "dynamic-file", why, origin, affects)
    attribute = directive.get("attr")
    if isinstance(attribute, str):
        yield from attribute_inputs(project, attribute, field, affects, place(project, *_SECTION, field, "attr"))
