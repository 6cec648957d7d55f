"""Whether the build itself makes a source from another: SWIG, Bison and Flex are programs, which a script has to name to run them.

setuptools runs SWIG for sources that end in ``.i``, and nothing else of these (84.2). An extension that names ``parser.c`` beside a
``parser.y`` compiles what somebody has made by hand before, even if git ignores it: no change of ``parser.y`` makes another wheel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.chains import literals

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["may_be_made"]

_PROGRAMS = {
    (".i", ".swg"): ("swig",),
    (".y", ".yy"): ("bison", "yacc", "byacc"),
    (".l", ".ll"): ("flex", "lex"),
}
_RUNNING_OTHERS = ("make", "gmake", "nmake", "ninja", "cmake", "scons", "meson", "configure", "autoreconf")


def may_be_made(project: Project, script: Script | None, maker: str) -> bool:
    """Tell whether a script may run what makes a source from *maker*; True where that takes no program that would have to be named."""
    programs = next((programs for endings, programs in _PROGRAMS.items() if maker.endswith(endings)), None)
    if script is None or programs is None:
        return True
    from cachekeys.inputs.setup_script.shell import program_of  # few projects have both

    wanted = {*programs, *_RUNNING_OTHERS}
    words = (word for file in {script.file, *script.modules} for word in literals(project, script, file))
    return any(program_of(word.strip("'\"")).rstrip("0123456789.") in wanted for word in words)
