"""Make uv's cache keys exactly right: no stale install, no needless rebuild.

The public names are loaded on first use: a build back end that merely sees us in its environment must not pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.analysis import Analysis
    from cachekeys.api import build_inputs, cache_info, check, digest
    from cachekeys.errors import CacheKeysError, CacheKeysWarning
    from cachekeys.findings import Finding
    from cachekeys.fingerprint.digest import Digest
    from cachekeys.hookspecs import hookimpl
    from cachekeys.inputs.model import BuildInput, BuildOutput, Origin, Unresolved
    from cachekeys.pipeline import analyse
    from cachekeys.project import Project

__all__ = [
    "Analysis",
    "BuildInput",
    "BuildOutput",
    "CacheKeysError",
    "CacheKeysWarning",
    "Digest",
    "Finding",
    "Origin",
    "Project",
    "Unresolved",
    "__version__",
    "analyse",
    "build_inputs",
    "cache_info",
    "check",
    "digest",
    "hookimpl",
]

_HOMES = {
    "Analysis": "analysis",
    "BuildInput": "inputs.model",
    "BuildOutput": "inputs.model",
    "CacheKeysError": "errors",
    "CacheKeysWarning": "errors",
    "Digest": "fingerprint.digest",
    "Finding": "findings",
    "Origin": "inputs.model",
    "Project": "project",
    "Unresolved": "inputs.model",
    "analyse": "pipeline",
    "build_inputs": "api",
    "cache_info": "api",
    "check": "api",
    "digest": "api",
    "hookimpl": "hookspecs",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "__version__":
        return _read_version()
    if name in _HOMES:
        return getattr(import_module(f"cachekeys.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'cachekeys' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


def _read_version() -> str:  # not _version: importing the submodule of that name would replace it
    try:
        from cachekeys._version import __version__  # written by the build
    except ImportError:  # a source tree that was never built
        return "0.0.0+unknown"
    return str(__version__)
