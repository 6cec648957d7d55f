"""Which part a file plays in a build, judged by its name and by who read it: a trace does not say what became of the content."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.includes.c_family import C_SUFFIXES
from cachekeys.inputs.long_texts import is_long_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from cachekeys.inputs.model import Affects, Mode, Role
    from cachekeys.project import Project
    from cachekeys.trace.readers import Tool

__all__ = ["modes_of", "role_of"]

_NATIVE = (
    *C_SUFFIXES,
    *(".pyx", ".pxd", ".pxi", ".rs", ".m", ".mm", ".s", ".asm", ".f", ".f77", ".f90", ".f95", ".f03", ".f08", ".for"),
    *(".go", ".zig", ".swift", ".d", ".def", ".i", ".proto", ".l", ".y", ".ll", ".lds", ".map", ".tmpl", ".mako"),
)
_CONFIG_NAMES = frozenset(
    {"CMakeLists.txt", "CMakePresets.json", "meson.build", "meson_options.txt", "meson.options", "Cargo.lock"}
    | {"build.rs", "configure", "config.toml", "rust-toolchain", "rust-toolchain.toml", "setup.cfg", "pyproject.toml"}
    | {"Makefile", "makefile", "GNUmakefile", "SConstruct", "SConscript", "BUILD", "BUILD.bazel", "WORKSPACE"}
)
_CONFIG_SUFFIXES = (".cmake", ".in", ".mk", ".am", ".ac", ".m4", ".bzl", ".ninja", ".pro", ".sh")
_MANIFESTS = frozenset(
    {
        "Cargo.toml",
        "MANIFEST.in",
        "package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "go.mod",
        "go.sum",
    }
    | {"__manifest__.py", "__openerp__.py", "conanfile.txt", "conanfile.py", "vcpkg.json"}
)
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints?|deps|dependencies)(?:[-_.].*)?\.(?:txt|in|pip)")
_VERSION = re.compile(r"(?:\w+[-_.])?_?_?version(?:_?_?|[-_.]\w+)(?:\.\w+)?", re.IGNORECASE)


def role_of(path: str, tools: Collection[Tool]) -> tuple[Role, Affects]:
    """Return the role of a file that programs of these kinds read, and what its change alters."""
    name = posixpath.basename(path)
    lower = name.lower()
    if name in _MANIFESTS:
        return "manifest", "contents"
    if name in _CONFIG_NAMES:
        return "build-config", "code"
    if "compiler" in tools or lower.endswith(_NATIVE):
        return "native-source", "code"
    if _REQUIREMENTS.fullmatch(lower) or (lower.endswith(".txt") and "requirements" in path.lower().split("/")[:-1]):
        return "requirements", "dependencies"
    if is_long_text(path):
        return "dynamic-file", "metadata"
    if lower.endswith(_CONFIG_SUFFIXES) or "cmake" in tools or "meson" in tools:
        return "build-config", "code"
    if _VERSION.fullmatch(lower):
        return "dynamic-file", "version"
    return ("build-script", "code") if lower.endswith(".py") else ("dynamic-file", "contents")


def modes_of(project: Project) -> tuple[Mode, ...]:
    """Return the kinds of installation in which a file matters that only a trace shows.

    What meson-python installs as editable compiles again by itself when it is imported; only metadata could go stale.
    """
    compiles_by_itself = project.build_backend.startswith("mesonpy") and "version" not in project.dynamic
    return ("wheel",) if compiles_by_itself else ("editable", "wheel")
