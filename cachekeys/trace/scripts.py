"""What the project's own files tell about a sighting: whose doing it was, and where a name is mentioned.

An origin is the innermost line of the project that was executing. That line may do the deed itself, or hand over to the back
end: ``setup(...)`` and a custom command's ``super().run()`` are on the stack whatever setuptools does.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin

if TYPE_CHECKING:
    from cachekeys.inputs.model import Role
    from cachekeys.project import Project

__all__ = ["Scripts"]

_HANDS_OVER = re.compile(
    r"\bsetup\s*\(|\bsuper\(|\.run\(|\brun_command\(|\.run_setup\(|\.build_\w+\(|\.(?:initialize|finalize)_options\(|\.copy_\w+\("
    r"|\bcythonize\(|\b(?:build_wheel|build_editable|prepare_metadata_\w+|get_requires_\w+)\("
)
_IMPORTS = re.compile(r"^\s*(?:from\s+[\w.]+\s+)?import\b|\bimport_module\(|\b__import__\(")
_VERSION_CONTROL = frozenset(
    {
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        ".mailmap",
        ".hgignore",
        ".hgtags",
        ".hgeol",
        ".hgsub",
        ".bzrignore",
    }
    | {".git_archival.txt", ".hg_archival.txt", ".git", ".hg", ".svn", ".jj"}
)
_FRONT_END = frozenset(
    {"uv.lock", "uv.toml", ".python-version", ".python-versions", "cachekeys.trace.json", "pylock.toml"}
)
_PRODUCTS = re.compile(
    r"build/(?:lib|temp|bdist|scripts)(?:[.-][^/]*)?(?:/|$)|_skbuild/|\.pdm-build/|dist/[^/]+\.(?:whl|tar\.gz)$|.*\.py[co]$"
)
_BUILD_LIB = re.compile(r"/build/(?:lib|temp|bdist|scripts)(?:[.-][^/]*)?$")
_READS_VARIABLES = re.compile(
    r"(?:.*\.(?:cmake|rs|sh|mk|in|ac|m4|build|pl)|CMakeLists\.txt|(?:GNU)?[Mm]akefile|configure|.*\.options)"
)
_ENVIRONMENT = {
    "cmake": r"\$ENV\{%s\}",
    "rust": r"""(?:\benv|\bvar\w*|\boption_env|rerun-if-env-changed)[!(=]*\s*\(?\s*"?%s\b""",
    "shell": r"\$[{(]?%s\b",
    "python": r"(?<![\w])%s(?![\w])",
}


class Scripts:
    """The build's own files in *project*; *read* are the files that the build read."""

    def __init__(self, project: Project, read: set[str]) -> None:
        self._project = project
        self._read = read
        self._never: dict[str, str] = {}

    def is_own(self, origin: Origin | None, *, own: bool | None = None) -> bool:
        """Tell whether the project's code did the deed itself.

        :param own: what the observer says. If it cannot tell, the line does; without a line the code gets the benefit of the doubt.
        """
        if origin is None or own is False:
            return False
        line = self._line(origin.file, origin.line) if origin.line else ""
        return not _IMPORTS.search(line) and (own is True or not _HANDS_OVER.search(line))

    def mention(self, name: str, origin: Origin | None) -> Origin | None:
        """Return where a file that the build read asks for the variable *name*.

        Programs other than Python read variables through C, so that no place is known; what the files say is.
        """
        files = [
            path
            for path in sorted(self._read)
            if _READS_VARIABLES.fullmatch(posixpath.basename(path)) and not self.never(path)
        ]
        if origin is not None:
            files.insert(0, origin.file)
        for path in files:
            text = self._project.read_text(path) if not path.startswith("../") else None
            match = re.search(_ENVIRONMENT[_language(path)] % re.escape(name), text) if text and name in text else None
            if match is not None and text is not None:
                return Origin(path, text.count("\n", 0, match.start()) + 1)
        return None

    def never(self, path: str) -> str:
        """Return why a file of this name is no input whoever reads it, "" when it may be one."""
        name = posixpath.basename(path)
        if not _VERSION_CONTROL.isdisjoint(path.split("/")):
            return "it belongs to version control"
        if name in _FRONT_END:
            return "it belongs to the front end"
        if name == "PKG-INFO":
            return "it is made from the other files"
        directory = posixpath.dirname(path)
        if _PRODUCTS.match(path):
            return "an earlier build left it"
        if not path.startswith("../") and self._project.leaves_out(directory):
            return "it lies in a cache, a virtual environment or the like"
        return self._left_over(directory)

    def is_package_source(self, path: str) -> bool:
        """Tell whether the file lies in an import package, or is a module of its own at the top."""
        parts = path.split("/")
        if len(parts) == 1:
            module = (self._project.name or "").replace("-", "_")
            return path in (f"{module}.py", f"{module}.pyi")
        top = self._package_roots
        return any("/".join(parts[:end]) in top for end in range(1, len(parts)))

    def blame(self, path: str, role: Role, source: str | None) -> Origin:
        """Return the file to point at for an input that no line of the project's code led to."""
        if source is not None and source != path:
            return Origin(source)
        if role in ("native-source", "build-config"):
            for name in ("CMakeLists.txt", "meson.build", "Cargo.toml", "setup.py"):
                if name in self._read and name != path:
                    return Origin(name)
        return Origin("pyproject.toml" if self._project.pyproject is not None else "setup.py")

    @cached_property
    def _package_roots(self) -> frozenset[str]:
        found = {
            posixpath.dirname(file) for file in self._project.files if file.endswith(("/__init__.py", "/__init__.pyi"))
        }
        name = (self._project.name or "").replace("-", "_")
        found.update({name, f"src/{name}", "src"} if name else {"src"})
        return frozenset(found)

    def _left_over(self, directory: str) -> str:
        if directory in ("", "..") or directory.startswith("../"):
            return ""
        if directory not in self._never:
            parent = self._left_over(posixpath.dirname(directory))
            name = posixpath.basename(directory)
            is_build_tree = self._project.is_file(f"{directory}/CMakeCache.txt") or (
                name == "target" and self._project.is_file(f"{directory}/CACHEDIR.TAG")
            )
            if _BUILD_LIB.search(directory):  # of a project below this one
                above = directory.rpartition("/build/")[0]
                is_build_tree |= any(
                    self._project.is_file(f"{above}/{file}") for file in ("setup.py", "pyproject.toml")
                )
            self._never[directory] = parent or ("an earlier build left it" if is_build_tree else "")
        return self._never[directory]

    def _line(self, file: str, line: int) -> str:
        text = "" if file.startswith("../") else self._project.read_text(file) or ""
        lines = text.split("\n")
        return lines[line - 1] if 0 < line <= len(lines) else ""


def _language(path: str) -> str:
    name = posixpath.basename(path)
    if name.endswith(".py"):
        return "python"
    if name.endswith((".cmake", ".cmake.in")) or name == "CMakeLists.txt":
        return "cmake"
    return "rust" if name.endswith(".rs") else "shell"
