"""What a source is made from, and whether the build itself makes it: SWIG, Bison and Flex are programs, which a script has to name to run them.

setuptools runs SWIG for sources that end in ``.i``, and nothing else of these (84.2). An extension that names ``parser.c`` beside a
``parser.y`` compiles what somebody has made by hand before, even if git ignores it: no change of ``parser.y`` makes another wheel.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.chains import literals

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["is_product", "maker_of"]

_GENERATED_FROM = (
    ".pyx",
    ".pyx.in",
    ".pyx.tp",
    ".py",
    ".c.in",
    ".c.src",
    ".i",
    ".swg",
    ".y",
    ".l",
    ".ll",
    ".yy",
    ".cpp.in",
    ".proto",
    ".pyf",
)
"""Endings of what a missing ``.c`` or ``.cpp`` may be made from, the likeliest first."""

_MAKERS = (".pyx", ".pyx.in", ".pyx.tp", ".c.in", ".c.src", ".cpp.in", ".i", ".swg", ".y", ".l", ".ll", ".yy", ".pyf")
"""Those that stand beside no source that somebody wrote under the same name."""
_PROGRAMS = {
    (".i", ".swg"): ("swig",),
    (".y", ".yy"): ("bison", "yacc", "byacc"),
    (".l", ".ll"): ("flex", "lex"),
}
_RUNNING_OTHERS = ("make", "gmake", "nmake", "ninja", "cmake", "scons", "meson", "configure", "autoreconf")


def maker_of(project: Project, path: str) -> str | None:
    """Return the file beside a source, there or not, that it may be made from."""
    stem = posixpath.splitext(path)[0]
    makers = [stem + suffix for suffix in _GENERATED_FROM if stem + suffix != path]
    if stem.endswith("_wrap"):
        makers.append(f"{stem.removesuffix('_wrap')}.i")
    return next(filter(project.is_file, makers), None)


def is_product(project: Project, script: Script | None, path: str, maker: str) -> bool:
    """Tell whether an existing source is what an earlier build made: git knows its maker, but not it, and *script* may run what makes it."""
    if project.is_sdist or not (maker.endswith(_MAKERS) and path.endswith((".c", ".cc", ".cpp", ".cxx", ".pyx"))):
        return False
    from cachekeys.tracked import tracked_files  # few projects have both

    tracked = tracked_files(project)
    return tracked is not None and maker in tracked and path not in tracked and _may_be_made(project, script, maker)


def _may_be_made(project: Project, script: Script | None, maker: str) -> bool:
    """Tell whether a script may run what makes a source from *maker*; True where that takes no program that would have to be named."""
    programs = next((programs for endings, programs in _PROGRAMS.items() if maker.endswith(endings)), None)
    if script is None or programs is None:
        return True
    from cachekeys.inputs.setup_script.shell import program_of  # few projects have both

    wanted = {*programs, *_RUNNING_OTHERS}
    words = (word for file in {script.file, *script.modules} for word in literals(project, script, file))
    return any(program_of(word.strip("'\"")).rstrip("0123456789.") in wanted for word in words)
