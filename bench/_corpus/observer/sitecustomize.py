"""Names of the environment variables that a project's own Python code reads during its build, written to a file.

The kernel sees no reads of ``os.environ``. This is put on PYTHONPATH, which uv hands on to the back end, and is on purpose not
the observer of ``cachekeys trace``: what is measured must not be its own measure. Only the direct reader counts: a
variable that setuptools reads on behalf of a project is setuptools'. No value is written.
"""

from __future__ import annotations

import os
import sys

_LOG = os.environ.get("CORPUS_VARIABLES")
_ROOT = os.environ.get("CORPUS_ROOT", "")
_OWN = (os.__file__, __file__, "<frozen os>", "<frozen _collections_abc>")


def _reader() -> str | None:
    """Return the project's file and line that read the variable, or None when it was somebody else."""
    frame = sys._getframe(2)  # noqa: SLF001 - inspect would be imported into every process
    while frame is not None and (frame.f_code.co_filename in _OWN or "_collections_abc" in frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    name = frame.f_code.co_filename
    if name == "<string>":  # setuptools runs setup.py by exec()
        name = str(frame.f_globals.get("__file__", ""))
    path = os.path.abspath(name) if name and not name.startswith("<") else ""
    return f"{path[len(_ROOT) + 1 :]}:{frame.f_lineno}" if path.startswith(_ROOT + os.sep) else None


class _Observed(type(os.environ)):  # type: ignore[misc]
    def __getitem__(self, key: str) -> str:
        _note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        _note(key)
        try:
            super().__getitem__(key)
        except KeyError:
            return False
        return True


def _note(key: object) -> None:
    place = _reader()
    if place is not None:
        descriptor = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(descriptor, f"{key}\t{place}\n".encode())
        os.close(descriptor)


if _LOG and _ROOT:
    os.environ.__class__ = _Observed
