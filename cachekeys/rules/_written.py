"""What a build writes into the source tree: what detectors say, and what setuptools, CMake and Cargo are known to leave.

A path need not exist yet: after the first build it does, and then a key that matches it fires on its own build.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Origin
    from cachekeys.project import Project

__all__ = ["Written", "written"]

_EXTENSION_MODULE = r"\.(?:cpython-[^/]*|pypy[^/]*|abi3)\.so$|\.pyd$"
_BUILD_TREE = r"build/(?:lib|temp|bdist|scripts)(?:[.-][^/]*)?/"
_ARCHIVE = r"dist/[^/]+\.(?:whl|tar\.gz)"


class Written(NamedTuple):
    """A path that the build writes. ``shown`` is what to call it: the path, or the glob that it is an example of.

    ``exclude`` is what to leave out of a glob, as a path or glob without the ``!``. ``every_build``: it is written in
    every build, even if nothing changed, so that matching it means a rebuild on every run.
    """

    path: str
    shown: str
    why: str
    exclude: str
    every_build: bool
    origin: Origin | None = None


def written(analysis: Analysis) -> Iterator[Written]:
    """Yield what the build writes, as far as it is known, the surest first."""
    project = analysis.project
    for output in analysis.inputs.outputs:
        for path, shown in _instances(project, output.what):
            yield Written(path, shown, output.why, output.what, every_build=not output.steady, origin=output.origin)
    if project.uses_setuptools:
        yield from _egg_info(project)
    yield from _extension_modules(analysis)
    yield from _left_over(analysis)


def _instances(project: Project, what: str) -> Iterable[tuple[str, str]]:
    """Return the existing files that an output stands for, or a name that it would match, and what to call them."""
    from cachekeys.uv.globs import GlobError, anchored, is_glob  # most projects write nothing

    if not is_glob(what):
        return [(posixpath.normpath(what), posixpath.normpath(what))]
    sample = _sample(what)
    try:
        found = project.glob(what)
        return [(path, path) for path in found] or [(sample, what)] * anchored(what)(sample)
    except GlobError:
        return []


def _sample(glob: str) -> str:
    """Return a path that *glob* should match."""
    text = re.sub(r"\{([^{},]*)[^{}]*\}", r"\1", glob).replace("**/", "").replace("**", "x")
    return re.sub(r"\[([^]!^])[^]]*\]|\*|\?", lambda match: match[1] or "x", text)


def _egg_info(project: Project) -> Iterator[Written]:
    """Setuptools rewrites the whole ``*.egg-info`` in every isolated build, editable ones too (84.2, uv 0.13.8)."""
    name = re.sub(r"[-_.]+", "_", project.name or "project")
    places = [f"{base}{name}.egg-info" for base in ("src/", "")]
    existing = [place for place in places if project.is_dir(place)]
    place = next(iter(existing), places[0] if project.is_dir("src") else places[1])
    for file in ("SOURCES.txt", "PKG-INFO", "top_level.txt", "dependency_links.txt"):
        why = "setuptools rewrites it in every build"
        yield Written(f"{place}/{file}", f"{place}/{file}", why, "*.egg-info", every_build=True)


def _extension_modules(analysis: Analysis) -> Iterator[Written]:
    """Yield a compiled module for each package: an editable build puts them next to the Python ones."""
    project = analysis.project
    if analysis.mode != "editable" or not (project.uses_setuptools or project.build_backend.startswith("maturin")):
        return
    if not any(item.role == "native-source" for item in analysis.inputs.inputs):
        return
    packages = {posixpath.dirname(file) for file in project.files if posixpath.basename(file) == "__init__.py"}
    roots = sorted(package for package in packages if package and posixpath.dirname(package) not in packages)
    for package in roots:
        if package.count("/") <= 1:
            path = f"{package}/x.cpython-311-x86_64-linux-gnu.so"
            why = "an editable build puts compiled modules there"
            yield Written(path, f"{package}/*.so", why, f"{package}/**/*.so", every_build=False)


def _left_over(analysis: Analysis) -> Iterator[Written]:
    """Yield what is watched now and looks like the product of an earlier build."""
    watched = sorted({file for files in analysis.coverage.matched.values() for file in files})
    if not watched:
        return
    for path in watched:
        for tree in _trees(path):
            yield Written(path, path, f"builds write into `{tree}`", f"{tree}/**", every_build=False)
        if re.search(_EXTENSION_MODULE, path):
            why = "an editable build puts compiled modules there"
            yield Written(path, path, why, f"*{posixpath.splitext(path)[1]}", every_build=False)
    project = analysis.project
    for tree in sorted({tree for path in watched for tree in _marked_trees(project, path)}):
        for path in _below(tree, watched):
            yield Written(path, path, f"builds write into `{tree}`", f"{tree}/**", every_build=False)
    if analysis.mode == "wheel" and project.uses_setuptools:
        why = "setuptools copies the packages there"
        yield Written("build/lib/x/x.py", "build/lib", why, "build/**", every_build=False)


def _trees(path: str) -> Iterator[str]:
    if re.match(_BUILD_TREE, path):
        yield "build"
    if re.fullmatch(_ARCHIVE, path):
        yield "dist"


def _marked_trees(project: Project, path: str) -> Iterator[str]:
    """Yield the directory around *path* that CMake or Cargo has marked as its own."""
    parts = path.split("/")[:-1]
    for end in range(1, len(parts) + 1):
        tree = "/".join(parts[:end])
        is_cargo = parts[end - 1] == "target" and project.is_file(f"{tree}/CACHEDIR.TAG")
        if is_cargo or project.is_file(f"{tree}/CMakeCache.txt"):
            yield tree
            return


def _below(tree: str, files: Iterable[str]) -> Iterator[str]:
    return (file for file in files if file.startswith(f"{tree}/"))
