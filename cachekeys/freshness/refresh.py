"""Make uv see that nothing has changed, where only times moved: after ``cp -a``, in a Docker layer, from a CI cache.

uv compares change times and creation times, which no copy keeps. If every content is as the build's record says, the
installed ``uv_cache.json`` gets what uv would compute now; else nothing is touched. The cache info is computed *before* the
contents are compared, so that what changes during the comparison is newer than what is written, and uv notices it.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal

from cachekeys.errors import CacheKeysError
from cachekeys.freshness.record import of_installation, the_one
from cachekeys.freshness.verdict import judge, requests
from cachekeys.freshness.verify import Difference, compare
from cachekeys.uv import cachefile
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.freshness.installation import Installation
    from cachekeys.freshness.verdict import Verdict
    from cachekeys.record.reader import Record
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.installed import Installed

__all__ = ["Plan", "RefreshError", "State", "apply", "plan"]

State = Literal["fresh", "refreshed", "differs", "impossible"]

_NANO = 10**9
_TICK = _NANO // 20
"""Longer than the clock of any file system stands still."""


class RefreshError(CacheKeysError):
    """What is installed cannot be changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do: ``files`` get a new content, in this order. ``state`` is what it comes to.

    ``differences`` are why nothing may be done (``differs``). ``verdicts`` are what uv's commands would do afterwards; if
    none of them is fresh, no ``uv_cache.json`` can help (``impossible``).
    """

    installation: Installation
    state: State
    files: tuple[tuple[str, bytes], ...] = ()
    differences: tuple[Difference, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def plan(installation: Installation) -> Plan:
    """Find out whether only times moved. Touches nothing.

    :raises RecordError: nothing is installed, or there is no record to compare with.
    :raises RefreshError: what is installed belongs to others, too, or uv refuses the keys.
    """
    installed = the_one(installation)
    if os.path.islink(installed.path):
        raise RefreshError(f"{installed.path}: it is a link, so what is there may belong to others, too")
    now = _settled(installation)
    after = installation.with_cache_info(now)
    verdicts = tuple(judge(after, request) for request in requests(after))
    if all(verdict.outcome != "fresh" for verdict in verdicts):
        return Plan(after, "impossible", verdicts=verdicts)
    if installation.unreadable is None and installed.cache_info == now:
        return Plan(after, "fresh", tuple(_of_record(installed, None)), verdicts=verdicts)
    record = of_installation(installation)
    differences = compare(installation.project, record, installation.environ)
    differences += tuple(_of_values(installed, now, record, {item.what for item in differences if item.kind == "env"}))
    if differences:
        return Plan(after, "differs", differences=differences, verdicts=verdicts)
    content = _content(now)
    files = (*_of_record(installed, content), (installed.file(cachefile.NAME), content))
    return Plan(after, "refreshed", files, verdicts=verdicts)


def apply(plan: Plan) -> None:
    """Write the files of the plan.

    Each of them is at any moment whole, the old or the new one. RECORD comes first, so that no file is ever unknown to the
    installer that removes the package one day; whatever is left undone is done by the next run.

    :raises RefreshError: the files cannot be written.
    """
    from cachekeys.freshness.replace import remove_leftovers, replace_files  # not for a dry run

    directory = plan.installation.installed[0].path
    try:
        remove_leftovers(directory)
        if plan.files:
            replace_files(plan.files)
    except OSError as error:
        where = error.filename or directory
        raise RefreshError(f"{where}: {error.strerror or error}; uv_cache.json is as it was") from None


def _settled(installation: Installation) -> CacheInfo:
    """Return what uv computes now, once the newest file is old enough that a further change would have another time."""
    while (now := installation.compute()) is not None:
        age = _TICK if now.newest is None else time.time_ns() - now.newest.ctime_ns
        if not 0 <= age < _TICK:
            vars(installation)["now"] = now
            return now
        time.sleep((_TICK - age) / _NANO)
    problem = installation.watch.problems[0]
    raise RefreshError(f"uv refuses the cache keys: {problem.path}: {problem.message}")


def _of_values(installed: Installed, now: CacheInfo, record: Record, known: set[str]) -> Iterator[Difference]:
    """Yield the variables whose values differ: the record has none, but the old ``uv_cache.json`` has."""
    then = installed.cache_info.env if installed.cache_info is not None else {}
    for name, value in now.env.items():
        if name in known:
            continue
        if name in then:
            if then[name] != value:
                yield Difference("env", name, "changed", watched=True)
        elif value is not None or record.environment.get(name) != "unset":
            yield Difference("env", name, "unknown", watched=True)


def _content(now: CacheInfo) -> bytes:
    """Return the new ``uv_cache.json``, checked: one that uv cannot read would make every uv command fail."""
    content = now.to_json().encode()
    if cachefile.parse(content) != now:
        raise RefreshError(
            "what would be written could not be read back; this is a bug in cachekeys, nothing was touched"
        )
    return content


def _of_record(installed: Installed, content: bytes | None) -> Iterator[tuple[str, bytes]]:
    """Yield RECORD with a right row for ``uv_cache.json``, if it is not right; *content* None is the present one."""
    from cachekeys.freshness.rows import with_row  # when all else is decided

    path = installed.file("RECORD")
    try:
        with open(path, "rb") as file:
            record = file.read()
        if content is None:
            with open(installed.file(cachefile.NAME), "rb") as file:
                content = file.read()
    except FileNotFoundError:
        return
    except OSError as error:
        raise RefreshError(f"{error.filename}: {error.strerror or error}") from None
    right = with_row(record, f"{os.path.basename(installed.path)}/{cachefile.NAME}", content)
    if right != record:
        yield path, right
