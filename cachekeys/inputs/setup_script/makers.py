"""Whether the build itself makes a source from another: SWIG, Bison and Flex are programs, which a script has to name to run them.

setuptools runs SWIG for sources that end in ``.i``, and nothing else of these (84.2). An extension that names ``parser.c`` beside a
``parser.y`` compiles what somebody has made by hand before, even if git ignores it: no change of ``parser.y`` makes another wheel.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.scripts import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["may_be_made"]

_PROGRAMS = {
    (".i", ".swg"): r"swig[\d.]*",
    (".y", ".yy"): "bison|b?yacc",
    (".l", ".ll"): "flex|lex",
}
_RUNNING_OTHERS = "make|gmake|nmake|ninja|cmake|scons|meson|configure|autoreconf"


def may_be_made(project: Project, script: Script | None, maker: str) -> bool:
    """Tell whether a script may run what makes a source from *maker*; True where that takes no program that would have to be named."""
    program = next((program for endings, program in _PROGRAMS.items() if maker.endswith(endings)), None)
    if script is None or program is None:
        return True
    named = re.compile(rf"(?:^|[\s/'\"])(?:{program}|{_RUNNING_OTHERS})(?:\.exe)?(?:$|[\s'\"])")
    return any(named.search(text) for file in {script.file, *script.modules} for text in _texts(project, file))


def _texts(project: Project, file: str) -> Iterator[str]:
    tree = parse(project, file) if file.endswith(".py") else None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
