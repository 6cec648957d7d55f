"""What is installed: the ``.dist-info`` of a distribution and the files in it by which uv decides whether to install again.

Read as uv reads them (uv 0.13.8, ``uv-distribution-types``); what uv could not read raises here, since uv then refuses
to work in the whole environment.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from cachekeys.errors import CacheKeysError
from cachekeys.project import normalise
from cachekeys.uv import cachefile
from cachekeys.uv.fileurl import to_path
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.environment import Environment

__all__ = ["BuildSettings", "Installed", "UnreadableError", "find", "unreadable"]

_T = TypeVar("_T")

_NOWHERE: tuple[str | None, bool | None] = (None, None)
_UNTAGGED: tuple[str, ...] = ()
_DIST_INFO = ".dist-info"
_OTHERS = (".egg-info", ".egg-link")
_BUILD = "uv_build.json"
_DIRECT_URL = "direct_url.json"


class UnreadableError(CacheKeysError):
    """A file in a ``.dist-info`` that uv cannot read: every uv command in the environment fails.

    ``path`` is the file.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: uv cannot read it, and refuses to work in this environment: {reason}")


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """The settings that a wheel was built with (``uv_build.json``), or would be.

    They are ``config-settings``, ``extra-build-variables`` and ``extra-build-dependencies`` of ``[tool.uv]``; of the last
    only the normalised names.
    """

    config: Mapping[str, str | tuple[str, ...]]
    variables: Mapping[str, str]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed distribution. ``path`` is its ``.dist-info`` directory; ``name`` is normalised.

    ``directory`` is the local directory that it was installed from, None when it came from elsewhere; ``editable`` is
    the flag in ``direct_url.json``, of which uv tells absent (None) from False. ``cache_info`` and ``build`` are
    None where the file is missing. ``tags`` are those of the wheel, as written. ``unreadable`` is the first file that uv
    could not read, whose content counts as missing here.
    """

    path: str
    name: str
    version: str
    directory: str | None = None
    editable: bool | None = None
    installer: str = ""
    cache_info: CacheInfo | None = None
    build: BuildSettings | None = None
    tags: tuple[str, ...] = ()
    unreadable: UnreadableError | None = None

    def file(self, name: str) -> str:
        """Return the path of a file in the ``.dist-info``."""
        return os.path.join(self.path, name)


def find(environment: Environment, name: str) -> tuple[Installed, ...]:
    """Return everything installed under the (normalised) *name*: normally one distribution or none.

    :raises OSError: the environment cannot be listed.
    """
    found = []
    for path in _listed(environment):
        stem, kind = os.path.splitext(os.path.basename(path))
        written, _, version = stem.partition("-")
        if normalise(written) == name:
            found.append(_read(path, name, version) if kind == _DIST_INFO else Installed(path, name, version))
    return tuple(found)


def unreadable(environment: Environment) -> Iterator[UnreadableError]:
    """Yield every ``uv_cache.json`` that uv could not read, whatever distribution it belongs to."""
    for path in _listed(environment):
        if path.endswith(_DIST_INFO):
            try:
                _cache_info(path)
            except UnreadableError as error:
                yield error


def _listed(environment: Environment) -> Iterator[str]:
    for directory in environment.site_packages:
        for name in sorted(os.listdir(directory)):
            if name.endswith((_DIST_INFO, *_OTHERS)):
                yield os.path.join(directory, name)


def _read(path: str, name: str, version: str) -> Installed:
    problems: list[UnreadableError] = []

    def attempt(read: Callable[[str], _T], default: _T) -> _T:
        try:
            return read(path)
        except UnreadableError as error:
            problems.append(error)
            return default

    # uv's own order: the first file that it cannot read is the one it names.
    cache_info = attempt(_cache_info, None)
    build = attempt(_build, None)
    directory, editable = attempt(_origin, _NOWHERE)
    tags = attempt(_tags, _UNTAGGED)
    installer = attempt(_installer, "")
    return Installed(
        path, name, version, directory, editable, installer, cache_info, build, tags, problems[0] if problems else None
    )


def _installer(path: str) -> str:
    return (_load(path, "INSTALLER") or b"").decode("utf-8", "replace").strip()


def _load(directory: str, name: str) -> bytes | None:
    """Return the content, None when there is no such file."""
    path = os.path.join(directory, name)
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(path, error.strerror or str(error)) from None


def _cache_info(path: str) -> CacheInfo | None:
    data = _load(path, cachefile.NAME)
    if data is None:
        return None
    try:
        return cachefile.parse(data)
    except cachefile.CacheFileError as error:
        raise UnreadableError(os.path.join(path, cachefile.NAME), str(error)) from None


def _json(directory: str, name: str) -> Any:
    data = _load(directory, name)
    if data is None:
        return None
    import json  # 6 ms, and not needed where nothing is installed

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(os.path.join(directory, name), f"no JSON: {error}") from None
    if not isinstance(document, dict):
        raise UnreadableError(os.path.join(directory, name), "it is no JSON object")
    return document


def _origin(path: str) -> tuple[str | None, bool | None]:
    """Return the directory it was installed from and the editable flag (:pep:`610`)."""
    document = _json(path, _DIRECT_URL)
    if document is None or not isinstance(document.get("dir_info"), dict):
        return None, None
    url, editable = document.get("url"), document["dir_info"].get("editable")
    if not isinstance(url, str) or not isinstance(editable, (bool, type(None))) or document.get("subdirectory"):
        return None, None
    return to_path(url), editable


def _build(path: str) -> BuildSettings | None:
    document = _json(path, _BUILD)
    if document is None:
        return None
    config, variables = document.get("config_settings", {}), document.get("extra_build_variables", {})
    requires = document.get("extra_build_requires", [])
    if not (isinstance(config, dict) and isinstance(variables, dict) and isinstance(requires, list)):
        raise UnreadableError(os.path.join(path, _BUILD), "a field has the wrong type")
    return BuildSettings(
        {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()},
        variables,
        tuple(_requirement_name(item) for item in requires),
    )


def _requirement_name(item: Any) -> str:
    requirement = item.get("requirement") if isinstance(item, dict) else None
    name = requirement.get("name") if isinstance(requirement, dict) else None
    return normalise(name) if isinstance(name, str) else ""


def _tags(path: str) -> tuple[str, ...]:
    lines = (line.partition(":") for line in (_load(path, "WHEEL") or b"").decode("utf-8", "replace").splitlines())
    return tuple(value.strip() for name, _, value in lines if name.strip().lower() == "tag")
