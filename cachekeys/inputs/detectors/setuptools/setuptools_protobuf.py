"""setuptools-protobuf: protocol buffers that every build compiles (``[tool.setuptools-protobuf]``).

``protobufs`` lists files or patterns in ``proto_path``; without it, all ``.proto`` files count. What they import follows. The modules are
written beside the sources (setuptools-protobuf 0.1.17). ``protobufs=`` of setup() is found by the analysis of setup.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, everything_below, is_glob, place, relative, strings, table, uv_glob
from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.inputs.texts import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "setuptools-protobuf")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the sources, what they import, and the modules that are made from them."""
    settings = table(project.get(*_SECTION))
    if not settings or "setuptools-protobuf" not in project.build_requires:
        return
    base = relative(project, settings.get("proto_path")) or "."
    why = "setuptools-protobuf compiles it"
    origin = place(project, *_SECTION)
    sources: list[str] = []
    if "protobufs" not in settings:
        yield BuildInput("files", everything_below(base) + ".proto", "native-source", why, origin, "code")
        below = project.files if base == "." else project.files_below(f"{base}/")
        sources += [name for name in below if name.endswith(".proto")]
    for index, text in strings(settings.get("protobufs")):
        path = relative(project, text, base)
        if path is not None:
            where = place(project, *_SECTION, "protobufs", *([] if index is None else [index]))
            sources += expand(project, path)
            what = uv_glob(path)
            yield BuildInput("files" if is_glob(path) else "file", what, "native-source", why, where, "code")
    for item in follow(project, sources, [base]):
        place_of = Origin(item.by, item.line)
        yield BuildInput(
            "file", item.path, "native-source", f"{item.by} includes it", place_of, "code", item.confidence
        )
    for name in sources:
        written = escape_glob(f"{name.removesuffix('.proto')}_pb2.py")
        yield BuildOutput(written, "setuptools-protobuf writes it", origin)
