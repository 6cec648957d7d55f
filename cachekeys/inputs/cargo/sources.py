"""The files that rustc reads for a crate: its modules, and what they include."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.cargo.rust import Scan, scan
from cachekeys.inputs.texts import project_path
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from cachekeys.inputs.cargo.rust import Module
    from cachekeys.project import Project

__all__ = ["SourceFile", "crate_files", "modules", "scanned"]

MAX_FILES = 20_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, or directory with all that is in it, that the compiler reads because of ``by`` in ``line``."""

    path: str
    by: str
    line: int
    kind: Literal["module", "content", "directory"]
    chain: tuple[tuple[str, int], ...] = ()


_SCANS: WeakKeyDictionary[Project, dict[str, Scan]] = WeakKeyDictionary()


def scanned(project: Project, path: str) -> Scan:
    """Return what a file of Rust source makes the compiler read."""
    known = _SCANS.setdefault(project, {})
    if path not in known:
        raw = project.read_bytes(path)
        known[path] = Scan() if raw is None else scan(raw.decode("utf-8", "replace"))
    return known[path]


def modules(project: Project, root: str) -> Iterator[SourceFile]:
    """Yield the other files of the crate whose root is *root*, without whole directories."""
    return (file for file in crate_files(project, root, posixpath.dirname(root)) if file.kind != "directory")


def crate_files(project: Project, root: str, package: str) -> Iterator[SourceFile]:
    """Yield the files of the crate whose root is *root*, without the root itself; each once.

    :param package: the directory of the manifest, from which some macros start.
    """
    seen = {root}
    # A file, the directory of its child modules, and how we came there
    pending: list[tuple[str, str, tuple[tuple[str, int], ...]]] = [(root, posixpath.dirname(root), ())]
    while pending and len(seen) < MAX_FILES:
        current, directory, chain = pending.pop()
        found = scanned(project, current)
        for module in found.modules:
            path = _file_of(project, current, directory, module)
            if path is None or path in seen:
                continue
            seen.add(path)
            yield SourceFile(path, current, module.line, "module", chain)
            owns = module.path is not None or posixpath.basename(path) == "mod.rs"
            children = posixpath.dirname(path) if owns else posixpath.splitext(path)[0]
            pending.append((path, children, ((current, module.line), *chain)))
        for include in found.includes:
            base = package if include.kind in {"package", "directory"} else posixpath.dirname(current)
            path = project_path(include.text, base or ".")
            if path is None or path in seen:
                continue
            if project.is_file(path):
                seen.add(path)
                is_code = include.kind == "code"
                yield SourceFile(path, current, include.line, "module" if is_code else "content", chain)
                if is_code:
                    pending.append((path, directory, ((current, include.line), *chain)))
            elif include.kind == "directory" and project.is_dir(path):
                seen.add(path)
                yield SourceFile(path, current, include.line, "directory", chain)


def _file_of(project: Project, current: str, directory: str, module: Module) -> str | None:
    """Return the file of ``mod name;`` (the Rust reference, "Module source filenames"), None when it is not there."""
    if module.path is not None:
        # Inside inline modules, the path starts from their directory, else from that of the file
        base = posixpath.join(directory, *module.inside) if module.inside else posixpath.dirname(current)
        candidates = [posixpath.join(base, module.path.replace("\\\\", "/"))]
    else:
        base = posixpath.join(directory, *module.inside)
        candidates = [posixpath.join(base, f"{module.name}.rs"), posixpath.join(base, module.name, "mod.rs")]
    for candidate in candidates:
        path = posixpath.normpath(candidate)
        if project.is_file(path):
            return path
    return None
