"""The model of ``[tool.uv] cache-keys``: what may be written, and what uv makes of it.

uv's own model is the ``CacheKey`` enum of ``uv-cache-info``; accepted and rejected forms follow uv 0.13.8, which
refuses the whole list for one bad entry. Here every bad entry is named at once. Older uv take the defaults instead, and
do not know some of the forms: see :class:`~cachekeys.uv.dialect.Dialect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.toml.text import describe, dotted, kind, quote, show
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from cachekeys.tomlfile import TomlFile

__all__ = [
    "DEFAULT_KEYS",
    "CacheKey",
    "DirKey",
    "EnvKey",
    "FileKey",
    "GitKey",
    "KeyProblem",
    "WatchSet",
    "as_toml",
    "default_keys",
    "file_key_value",
    "in_force",
    "read_watch_set",
]

_FIELDS = ("file", "dir", "git", "env")
_GIT_FIELDS = ("commit", "tags")
_Path = tuple[str | int, ...]
_GLOB = frozenset("*?[{")


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file or, if it contains one of ``* ? [ {``, a glob. ``index`` is its place in the list."""

    index: int
    path: str

    @property
    def excludes(self) -> bool:
        """Whether it is written to take files out instead of watching some."""
        return self.path.startswith("!") or "/!" in self.path


@dataclass(frozen=True, slots=True)
class DirKey:
    """A directory, of which uv watches only the creation time."""

    index: int
    path: str


@dataclass(frozen=True, slots=True)
class GitKey:
    """The current commit, the tags, both or (``git = false``) nothing."""

    index: int
    commit: bool
    tags: bool


@dataclass(frozen=True, slots=True)
class EnvKey:
    """An environment variable of uv's own process."""

    index: int
    name: str


CacheKey = FileKey | DirKey | GitKey | EnvKey

DEFAULT_KEYS: tuple[CacheKey, ...] = (
    FileKey(0, "pyproject.toml"),
    FileKey(1, "setup.py"),
    FileKey(2, "setup.cfg"),
    DirKey(3, "src"),
)
"""What uv watches when nothing is declared (``src`` since 0.6.7)."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """One thing that uv rejects: ``path`` is the TOML path (``tool.uv.cache-keys[2].tag``).

    ``message`` names the value and the remedy; ``line`` and ``column`` are 1-based. ``is_glob``: it is a glob, which stops
    every uv; anything else makes uv before 0.13.5 take the defaults.
    """

    path: str
    message: str
    line: int
    column: int
    is_glob: bool = False


@dataclass(frozen=True, slots=True)
class WatchSet:
    """What uv watches: the declared keys, or the defaults.

    With ``problems``, ``keys`` holds the entries that are valid by themselves; uv >= 0.13.5 refuses the whole list.
    ``dialect`` says for which uv all this holds.
    """

    keys: tuple[CacheKey, ...]
    declared: bool
    problems: tuple[KeyProblem, ...] = ()
    dialect: Dialect = CURRENT


def default_keys(dialect: Dialect = CURRENT) -> tuple[CacheKey, ...]:
    """Return what uv watches when nothing is declared."""
    return DEFAULT_KEYS if dialect.src_default else DEFAULT_KEYS[:-1]


def in_force(watch: WatchSet) -> tuple[CacheKey, ...] | None:
    """Return the keys that uv really uses: before 0.13.5 the defaults in place of a bad list; None if uv refuses it."""
    if not watch.problems:
        return watch.keys
    if watch.dialect.strict_keys or all(problem.is_glob for problem in watch.problems):
        return None
    return default_keys(watch.dialect)


def read_watch_set(document: TomlFile | None, dialect: Dialect = CURRENT) -> WatchSet:
    """Return the watch set that *document* (a pyproject.toml, or None when there is none) declares.

    :param dialect: the uv that reads it; what it does not know yet is a problem.
    """
    if document is None:
        return WatchSet(default_keys(dialect), declared=False, dialect=dialect)
    reader = _Reader(document, dialect)
    uv, path = reader.table()
    if uv is None or "cache-keys" not in uv:
        keys = default_keys(dialect)
        return WatchSet(keys, declared=False, problems=tuple(reader.problems), dialect=dialect)
    listed = uv["cache-keys"]
    path = (*path, "cache-keys")
    keys = ()
    if isinstance(listed, list):
        keys = reader.keys(path, listed)
    else:
        example = f"[{show(listed)}]" if isinstance(listed, (str, dict)) else '["pyproject.toml", "setup.py"]'
        reader.refuse(path, f"is {_a(listed)}, but uv expects an array of keys: write cache-keys = {example}")
    problems = sorted(reader.problems, key=lambda problem: (problem.line, problem.column))
    return WatchSet(keys, declared=True, problems=tuple(problems), dialect=dialect)


class _Reader:
    """Collects the keys of one list and everything that is wrong with it."""

    def __init__(self, document: TomlFile, dialect: Dialect) -> None:
        self._document = document
        self._dialect = dialect
        self.problems: list[KeyProblem] = []

    def refuse(self, path: _Path, message: str, *, is_glob: bool = False) -> None:
        """Note what is wrong at *path*; a message without a subject gets the key as its subject."""
        if message.startswith("is "):
            message = f"`{path[-1]}` {message}"
        position = self._document.position(*path)
        self.problems.append(KeyProblem(dotted(*path), message, position.line, position.column, is_glob))

    def table(self) -> tuple[dict[str, Any] | None, _Path]:
        """Return ``[tool.uv]``, or None when it is absent or no table, and its path.

        uv's parser also takes the first element of an *array* ``tool`` for ``tool.uv`` (0.13.8).
        """
        path: _Path = ("tool",)
        tool = self._document.get("tool")
        if isinstance(tool, list) and tool and isinstance(tool[0], dict):
            return tool[0], (*path, 0)
        uv = tool
        if isinstance(tool, dict):
            path = (*path, "uv")
            uv = tool.get("uv")
        if uv is None or (isinstance(uv, dict) and path[-1] == "uv"):
            return uv, path
        self.refuse(path, f"is {_a(uv)}, but uv expects a table: write [{dotted(*path)}]")
        return None, path

    def keys(self, path: _Path, entries: list[Any]) -> tuple[CacheKey, ...]:
        """Return the keys of the list at *path* that are valid by themselves."""
        keys: list[CacheKey] = []
        for index, entry in enumerate(entries):
            if isinstance(entry, str):
                keys.append(FileKey(index, entry))
            elif isinstance(entry, dict):
                key = self._table(index, (*path, index), entry)
                if key is not None:
                    keys.append(key)
            else:
                self.refuse(
                    (*path, index),
                    f'{describe(entry)} is no cache key: write a file name ("setup.py") or a table with one of '
                    "`file`, `dir`, `git` or `env`",
                )
        refused = self._refused_globs(path, keys)
        return tuple(key for key in keys if key.index not in refused)

    def _table(self, index: int, path: _Path, entry: dict[str, Any]) -> CacheKey | None:
        if not entry:
            self.refuse(path, 'the table is empty: give it one of `file`, `dir`, `git` or `env`, as in { file = "x" }')
            return None
        before = len(self.problems)
        known = [name for name in entry if name in _FIELDS]
        for name, value in entry.items():
            if name not in _FIELDS:
                self.refuse((*path, name), _unknown_field(name, value))
        for extra in known[1:]:
            self.refuse(
                (*path, extra),
                f"`{extra}` is a second field beside `{known[0]}`, but a key has exactly one: split it into "
                f"{{ {known[0]} = {show(entry[known[0]])} }}, {{ {extra} = {show(entry[extra])} }}",
            )
        for name in known:
            self._check_value(path, name, entry[name])
            if (name == "env" and not self._dialect.env_key) or (name == "dir" and not self._dialect.dir_key):
                self.refuse((*path, name), f"this uv does not know `{name}` keys yet")
        if len(self.problems) > before:
            return None
        return _build(index, known[0], entry[known[0]])

    def _check_value(self, path: _Path, name: str, value: Any) -> None:
        if name != "git":
            if not isinstance(value, str):
                self.refuse((*path, name), _not_a_string(name, value))
            return
        if isinstance(value, bool):
            return
        if _is_pair_of_switches(value) and self._dialect.git_table and not self._dialect.strict_keys:
            return
        if not isinstance(value, dict):
            self.refuse(
                (*path, name),
                f"is {_a(value)}, but uv expects a boolean or a table: write git = {{ commit = true, tags = true }}",
            )
            return
        if not self._dialect.git_table:
            self.refuse((*path, name), "this uv does not know tables as the value of `git` yet")
        for field, switch in value.items():
            if field not in _GIT_FIELDS:
                self.refuse((*path, name, field), _unknown_git_field(field))
            elif not isinstance(switch, bool):
                self.refuse(
                    (*path, name, field), f"is {_a(switch)}, but uv expects a boolean: write {field} = true or false"
                )

    def _refused_globs(self, path: _Path, keys: list[CacheKey]) -> set[int]:
        """Report the globs that uv cannot parse and return their indexes.

        The whole list goes at once, since a glob's neighbours decide how uv rewrites it before parsing.
        """
        globs = [(key.path, key.index) for key in keys if isinstance(key, FileKey) and not _GLOB.isdisjoint(key.path)]
        if not globs:
            return set()
        from cachekeys.uv.globs import find_errors  # lists without globs do not pay

        values = {index: value for value, index in globs}
        refused = set()
        for index, error in find_errors(globs, self._dialect):
            refused.add(index)
            place: _Path = (*path, index)
            if isinstance(self._document.get(*place), dict):
                place = (*place, "file")
            message = f"{quote(values[index])} is not a valid glob: {error.reason}; {_GLOB_REMEDY}"
            self.refuse(place, message, is_glob=True)
        return refused


_GLOB_REMEDY = "close or escape it; a file that is really so called is written with `\\` before each of * ? [ ] { }"


_SYNONYMS = {
    "path": "file",
    "glob": "file",
    "pattern": "file",
    "directory": "dir",
    "folder": "dir",
    "environment": "env",
    "var": "env",
    "variable": "env",
}


def _build(index: int, name: str, value: Any) -> CacheKey:
    if name == "file":
        return FileKey(index, value)
    if name == "dir":
        return DirKey(index, value)
    if name == "env":
        return EnvKey(index, value)
    if isinstance(value, bool):  # `git = true` means the commit only
        return GitKey(index, commit=value, tags=False)
    if isinstance(value, list):
        return GitKey(index, *value)
    return GitKey(index, commit=value.get("commit", False), tags=value.get("tags", False))


def _is_pair_of_switches(value: object) -> bool:
    """Tell whether uv 0.4.23 to 0.13.4 took an array for the table with ``commit`` and ``tags``, in this order."""
    return isinstance(value, list) and len(value) == 2 and all(isinstance(item, bool) for item in value)  # noqa: PLR2004 - two fields


def _a(value: object) -> str:
    text = describe(value)
    return text if text.startswith("an empty") else f"{kind(value)} ({show(value)})"


def _not_a_string(name: str, value: Any) -> str:
    message = f"is {_a(value)}, but uv expects a string"
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return f"{message}: write one key for each, " + ", ".join(f"{{ {name} = {quote(item)} }}" for item in value[:3])
    example = {"file": "setup.py", "dir": "src", "env": "MY_VARIABLE"}[name]
    return f'{message}: write {name} = "{example}"'


def _unknown_field(name: str, value: object) -> str:
    from difflib import get_close_matches  # only a wrong list pays

    message = f"uv knows no field {quote(name)} of a cache key (only `file`, `dir`, `git` and `env`)"
    lowered = name.lower()
    git = get_close_matches(lowered, _GIT_FIELDS, 1, 0.7)
    if git:
        return f"{message}: did you mean {{ git = {{ {git[0]} = true }} }}?"
    close = get_close_matches(lowered, _FIELDS, 1, 0.6)
    meant = _SYNONYMS.get(lowered) or (close[0] if close else None)
    if meant:
        return f"{message}: did you mean `{meant}`?"
    example = show(value) if isinstance(value, str) else '"setup.py"'
    return f"{message}: remove it, or say what to watch, as in {{ file = {example} }}"


def _unknown_git_field(name: str) -> str:
    from difflib import get_close_matches  # only a wrong list pays

    message = f"uv knows no field {quote(name)} of a git key (only `commit` and `tags`)"
    close = get_close_matches(name.lower(), _GIT_FIELDS, 1, 0.5)
    return f"{message}: did you mean `{close[0]}`?" if close else f"{message}: remove it"


def as_toml(key: CacheKey) -> str:
    """Return the key as one would write it in the list, always in the table form."""
    if isinstance(key, FileKey):
        return f"{{ file = {quote(key.path)} }}"
    if isinstance(key, DirKey):
        return f"{{ dir = {quote(key.path)} }}"
    if isinstance(key, EnvKey):
        return f"{{ env = {quote(key.name)} }}"
    fields = [f"{name} = true" for name, on in (("commit", key.commit), ("tags", key.tags)) if on]
    return f"{{ git = {{ {', '.join(fields)} }} }}" if fields else "{ git = false }"


def file_key_value(path: str) -> str:
    r"""Return the value of a ``file`` key that makes uv watch the file at *path* and nothing else.

    A name without any of ``* ? [ {`` stands for itself. Otherwise the value has to be a glob, and a glob without ``/``
    matches at any depth (uv >= 0.7.21), in its own directory or, beside other keys, in another's. The alternatives
    ``{NAME,/}`` hold a slash that anchors, and the second one can match no path. The part before them is taken literally
    only as long as no other key's directory is above it, so a part that would then read as an exclusion (``!``),
    a comment (``#``) or an escape (``\``) goes into the braces as well.

    A byte that is not UTF-8 (a surrogate escape in *path*) cannot be written in TOML: ``?`` stands for it, any one byte.
    """
    undecodable = any("\udc80" <= char <= "\udcff" for char in path)
    if _GLOB.isdisjoint(path) and not undecodable:
        return path
    absolute = path.startswith("/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    plain = 0
    while plain < len(parts) - 1 and _is_plain_part(parts[plain]):
        plain += 1
    escaped = "/".join("".join(_escape_glob(char) for char in part) for part in parts[plain:])
    return "/" * absolute + "".join(f"{part}/" for part in parts[:plain]) + f"{{{escaped},/}}"


def _is_plain_part(part: str) -> bool:
    return not part.startswith(("!", "#")) and not any(
        char in "*?[]{}\\" or "\udc80" <= char <= "\udcff" for char in part
    )


def _escape_glob(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return "?"
    return f"\\{char}" if char in "*?[]{}\\," else char
