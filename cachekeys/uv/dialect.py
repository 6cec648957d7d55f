"""How one release of uv reads cache keys: everything in which releases differ, as one value.

What each field means and since when is in :mod:`cachekeys.uv.versions`, which also makes a dialect from a version. Releases that
behave alike have equal dialects. The default is the newest uv.
"""

from __future__ import annotations

from cachekeys.values import dataclass, replace

__all__ = ["CURRENT", "Dialect"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which of uv's behaviours are in force; each field is named after the feature in ``versions.FEATURES``."""

    git_commit: bool = True
    missing_file_silent: bool = True
    git_table: bool = True
    env_key: bool = True
    tags_with_slash: bool = True
    dir_key: bool = True
    src_default: bool = True
    glob_base: bool = True
    glob_symlinks: bool = True
    nested_braces: bool = True
    toml_1_1: bool = True
    git_refs: bool = True
    strict_keys: bool = True

    def with_all_forms(self) -> Dialect:
        """Return the dialect that also knows all forms of keys, for judging a list that an old uv would not even read."""
        return replace(self, git_table=True, env_key=True, dir_key=True, strict_keys=True)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of ``uv_cache.json``; ``env`` is left out when it is empty, unless :attr:`writes_empty_env`."""
        known = {"timestamp": True, "commit": True, "tags": self.git_table, "env": self.env_key}
        return (*(name for name, on in known.items() if on), *(("directories",) if self.dir_key else ()))

    @property
    def writes_empty_env(self) -> bool:
        """Whether the field is written even if no variable is among the keys (since 0.6.7)."""
        return self.dir_key


CURRENT = Dialect()
"""The newest uv that was measured."""
