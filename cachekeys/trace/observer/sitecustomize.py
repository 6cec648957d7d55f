# ruff: noqa: INP001 - a directory for PYTHONPATH, no package
"""Start the observer in a Python process of the build; Python imports a module of this name when it starts, from PYTHONPATH.

It may run in any Python, an old one included: it only has to parse there. Nothing that goes wrong here may reach the build.
"""

import sys

_here = __file__.rpartition("/")[0] or __file__.rpartition("\\")[0]

if sys.version_info >= (3, 8) and "_cachekeys_observer" not in sys.modules:
    _dont_write = sys.dont_write_bytecode
    sys.dont_write_bytecode = False  # this is a directory of ours: every further process of the build starts sooner
    try:
        import _cachekeys_observer  # type: ignore[import-not-found, unused-ignore]

        _cachekeys_observer.start()
    except Exception:  # noqa: BLE001, S110 - the build goes on without us
        pass
    sys.dont_write_bytecode = _dont_write

# Step aside: the build sees the path that it would have seen, and the sitecustomize that it would have had (a distribution's, pip's).
sys.path[:] = [_entry for _entry in sys.path if _entry.rstrip("/\\") != _here]
_mine = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # type: ignore[import-not-found, unused-ignore]  # noqa: F401 - the next one
except ImportError as _error:
    if getattr(_error, "name", "sitecustomize") != "sitecustomize":
        raise
finally:
    if _mine is not None:
        sys.modules.setdefault("sitecustomize", _mine)
