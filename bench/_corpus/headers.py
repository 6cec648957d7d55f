"""The headers of sources that were listed by hand: every include that can be found, on both branches of every condition.

Written apart from the analyser that is measured with it. It knows the preprocessor's rule (the directory of the including file, then
the include directories in their order) and nothing else; a name that a macro makes is not followed.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["closure"]

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*(?:include|import)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)


def closure(root: Path, sources: Iterable[str], directories: Iterable[str]) -> set[str]:
    """Return the files below *root* that *sources* include, directly or not.

    :param directories: the include directories, relative to *root*.
    """
    wanted = list(sources)
    places = list(directories)
    found: set[str] = set()
    seen = set(wanted)
    while wanted:
        source = wanted.pop()
        for quoted, bracketed in _INCLUDE.findall(_COMMENT.sub(b"", (root / source).read_bytes())):
            name = (quoted or bracketed).decode(errors="replace").strip()
            own = [posixpath.dirname(source)] if quoted else []
            for place in (*own, *places):
                path = posixpath.normpath(posixpath.join(place, name))
                if not path.startswith("../") and (root / path).is_file():
                    found.add(path)
                    if path not in seen:
                        seen.add(path)
                        wanted.append(path)
                    break
    return found
