"""npm, yarn, pnpm and bun: the package in the directory in which they run, or that ``--prefix`` or ``--cwd`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.npm import npm_inputs
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"npm", "yarn", "pnpm", "bun", "jlpm", "npx", "yarnpkg"})
_DIRECTORY = ("--prefix", "--cwd", "-C", "--dir")
_ASKING = frozenset({"--version", "-v", "bin", "root", "config", "prefix", "view", "help"})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the package and its sources."""
    if not _ASKING.isdisjoint(start.words[1:2]):
        return
    base = start.inside(start.option(*_DIRECTORY) or ".")
    package = "package.json" if base == "." else f"{base}/package.json"
    if not base.startswith("..") and start.project.is_file(package):
        for item in npm_inputs(start.project, base, start.origin):
            yield replace(item, chain=start.chain) if isinstance(item, BuildInput) else item
