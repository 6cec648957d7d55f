"""What Cython writes into the tree: the C or C++ file beside each source, and headers for what that makes public.

``cythonize()`` and setuptools' build_ext put them beside the source, not into the build directory (Cython 3.2, setuptools 84), so a key
for ``src/**/*.cpp`` that is meant for hand-written code matches them, and the build fires it itself.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import escape_glob
from cachekeys.inputs.setup_script.values import External, alternatives
from cachekeys.inputs.texts import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.project import Project

__all__ = ["BUILD_DIR", "CYTHONIZED", "made_by_cython"]

BUILD_DIR = "cythonize(build_dir)"
CYTHONIZED = "cythonize()"
"""Attributes of extensions that went through ``cythonize()``: where it was told to write, and that it compiles modules, too."""

_COMPILED = (".c", ".cpp", ".cc", ".cxx")
_BY_ITSELF = ("pyproject.toml", "setup.py")


def made_by_cython(project: Project, path: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what Cython writes for a source of an extension, as globs, without what is maintained by hand, too.

    :param path: as the script gives it: it may have unknown parts, be a pattern, or be the C file that Cython is to write.
    :param attributes: of the extension, as given to its constructor and to ``cythonize()``.
    """
    if attributes.get(BUILD_DIR) is not None or _in_temporary_directory(project, attributes):
        return
    sources = expand(project, path)
    if path.endswith(_COMPILED) and project.is_file(f"{posixpath.splitext(path)[0]}.pyx"):
        sources = [f"{posixpath.splitext(path)[0]}.pyx"]
    modules = (".pyx", ".py") if attributes.get(CYTHONIZED) else (".pyx",)
    for source in sources:
        if source.endswith(modules) and source not in _BY_ITSELF:
            for made in _products(project, source, attributes):
                if not _is_kept(project, made):
                    yield escape_glob(made)


def _in_temporary_directory(project: Project, attributes: Mapping[str, Any]) -> bool:
    """Tell whether setup.cfg has build_ext write into the build directory; ``cythonize()`` does not look there."""
    cfg = project.setup_cfg
    if cfg is None or attributes.get(CYTHONIZED):
        return False
    given = cfg.get("build_ext", "cython_c_in_temp") or cfg.get("build_ext", "cython-c-in-temp") or ""
    return given.strip().lower() in {"1", "true", "yes", "on"}


def _products(project: Project, source: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    stem = posixpath.splitext(source)[0]
    raw = project.read_bytes(source) or b""
    language, public = _compiled()
    given = [option for option in alternatives(attributes.get("language")) if option is not None]
    known = {str(option).lower() for option in given if isinstance(option, str)}
    is_cpp = "c++" in known or language.search(raw) is not None
    unsure = len(known) < len(given) or any(isinstance(option, External) for option in given)
    if is_cpp:
        yield f"{stem}.cpp"
    if unsure or not is_cpp or known - {"c++"}:
        yield f"{stem}.c"
    if unsure and not is_cpp:
        yield f"{stem}.cpp"
    for word in sorted({match[1] for match in public.finditer(raw)}):
        yield f"{stem}.h" if word == b"public" else f"{stem}_api.h"


@cache
def _compiled() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    return (
        re.compile(rb"^#[ \t]*distutils[ \t]*:[ \t]*language[ \t]*=[ \t]*[\"']?c\+\+", re.MULTILINE | re.IGNORECASE),
        re.compile(rb"^(?:cdef|ctypedef)[ \t]+(?:class[ \t]+)?(public|api)\b", re.MULTILINE),
    )


def _is_kept(project: Project, name: str) -> bool:
    """Tell whether the file is there and, as far as one can know, in the repository: then it is an input as well."""
    if not project.is_file(name):
        return False
    from cachekeys.tracked import tracked_files  # few projects have such files

    tracked = None if project.is_sdist else tracked_files(project)
    return tracked is None or name in tracked
