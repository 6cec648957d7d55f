"""The same comparison as in ``test_uv_differential.py``, with releases of uv on both sides of what changed since 0.4.

They come from the package index (``uv pip install --target``). ``CACHEKEYS_DIFFERENTIAL_CASES`` says how many key lists each of them
is to be asked about; ``tox -e uv-versions`` asks 500.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.differential import LISTS_PER_TREE, compare
from support.git_states import GIT_STATES
from support.rule_cases import analysis_of, findings
from support.uv_oracle import Oracle, UvError, cache_keys

from cachekeys.tomlfile import parse
from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.keys import GitKey, in_force, read_watch_set
from cachekeys.uv.versions import NEWEST, dialect, exact, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.uv,
    pytest.mark.network,
    pytest.mark.skipif(shutil.which("git") is None, reason="makes real repositories"),
]

CASES = int(os.environ.get("CACHEKEYS_DIFFERENTIAL_CASES", "50"))
VERSIONS = (
    "0.4.10", "0.4.18", "0.4.30", "0.5.11", "0.5.18", "0.5.31", "0.6.6", "0.6.17", "0.7.20", "0.7.22", "0.8.24", "0.9.4",
    "0.9.8", "0.10.12", "0.11.19", "0.11.33", "0.12.5", "0.13.4", "0.13.8",
)  # fmt: skip


@pytest.fixture(scope="session")
def oracle_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Oracle]:
    """Return what installs a release, once, and makes it answer."""
    oracles: dict[str, Oracle] = {}

    def find(version: str) -> Oracle:
        if version not in oracles:
            import uv  # only where uv is installed

            place = tmp_path_factory.mktemp(f"uv-{version}")
            command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--target", f"{place}/uv", f"uv=={version}"]
            subprocess.run(command, check=True)
            oracles[version] = Oracle(place / "oracle", place / "uv/bin/uv")
        return oracles[version]

    return find


def test_the_newest_known_release_is_among_them() -> None:
    assert text(NEWEST) in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_same_cache_info_as_uv(version: str, tmp_path: Path, oracle_of: Callable[[str], Oracle]) -> None:
    oracle = oracle_of(version)
    assert text(oracle.version) == version
    seed = cases = 0
    while cases < CASES:
        result = compare(seed, tmp_path / f"tree-{seed}", oracle, lists=min(LISTS_PER_TREE, CASES))
        assert result.differences == []
        seed, cases = seed + 1, cases + result.cases


@pytest.mark.parametrize("version", VERSIONS)
def test_real_repositories(version: str, tmp_path: Path, oracle_of: Callable[[str], Oracle]) -> None:
    oracle = oracle_of(version)
    reads = dialect(oracle.version)
    for number, (make, _, _) in enumerate(GIT_STATES.values()):
        project = make(tmp_path / str(number)) / "packages" / "one"
        project.mkdir(parents=True)
        keys = [GitKey(0, commit=True, tags=reads.git_table)]
        listed = {"git": {"commit": True, "tags": True}} if reads.git_table else {"git": True}
        (project / "pyproject.toml").write_text(cache_keys([listed]), encoding="utf-8")
        assert compute(str(project), keys, {}, dialect=reads).to_json() == oracle.text(project), number


FORMS = (
    '"a.c"', '{ file = "a.c" }', "{ git = true }", "{ git = {} }", "{ git = [true, true] }", "{ git = [true] }",
    "{ git = { commit = true } }", '{ env = "X" }', '{ dir = "src" }', "3", "{}", '{ file = "a.c", dir = "src" }',
    '"[a"', '"{a,{b,c}}.c"', '"a}.c*"', '"*", 3', '"[a", 3',
)  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_forms(version: str, tmp_path: Path, oracle_of: Callable[[str], Oracle]) -> None:
    """What a release accepts, what it refuses, and where it takes the defaults instead."""
    oracle = oracle_of(version)
    reads = dialect(oracle.version)
    for name in ("a.c", "ab.c", "setup.py", "src/a.c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for form in FORMS:
        raw = f"[tool.uv]\ncache-keys = [{form}]\n".encode()
        (tmp_path / "pyproject.toml").write_bytes(raw)
        keys = in_force(read_watch_set(parse("pyproject.toml", raw), reads))
        ours = None if keys is None else compute(str(tmp_path), keys, {}, dialect=reads).to_json()
        try:
            theirs: str | None = oracle.text(tmp_path)
        except UvError:
            theirs = None
        assert ours == theirs, form


CLAIMS = (
    # keys, specifier, an old release that is said to differ, a new one, the file
    (['"src/*.c"'], ">=0.7", "0.7.20", "0.7.22", "src/deep/b.c"),
    (['"./*.c"'], ">=0.7", "0.7.20", "0.7.22", "a.c"),
    (['"*.c"'], ">=0.7", "0.7.20", "0.7.22", "link.c"),
    (['"a.c"', '{ dir = "src" }'], ">=0.6", "0.6.6", "0.6.17", "a.c"),
    (['"a.c"', '{ env = "X" }'], ">=0.5", "0.5.11", "0.5.18", "a.c"),
    (['"a.c"', "{ git = { tags = true } }"], ">=0.4.18", "0.4.18", "0.4.30", "a.c"),
    (['"../*.c"'], ">=0.7", "0.7.20", "0.7.22", "a.c"),
)


@pytest.mark.parametrize(("entries", "specifier", "old", "new", "file"), CLAIMS)
def test_ck005_names_what_an_older_uv_does_not_watch(
    entries: list[str],
    specifier: str,
    *,
    old: str,
    new: str,
    file: str,
    tmp_path: Path,
    oracle_of: Callable[[str], Oracle],
) -> None:
    root = tmp_path / "project"
    for name in ("a.c", "src/a.c", "src/deep/b.c", "x.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "link.c").symlink_to("x.txt")
    keys = ", ".join(entries)
    text = f'[project]\nname = "x"\n[tool.cachekeys]\nuv = "{specifier}"\n[tool.uv]\ncache-keys = [{keys}]\n'
    (root / "pyproject.toml").write_text(text)
    assert any(old_release_is_named(finding.message, old) for finding in findings("CK005", analysis_of(root)))
    os.utime(root / file)
    changed = os.stat(root / file).st_ctime_ns
    assert time_of(oracle_of(new), root) == changed
    assert time_of(oracle_of(old), root) != changed


def old_release_is_named(message: str, old: str) -> bool:
    """Tell whether the finding is about this release: as the last of a range, or below the one that is needed."""
    needed = re.search(r"needs uv (\d+\.\d+\.\d+)", message)
    if needed is None:
        return f"to {old}" in message
    return (exact(old) or NEWEST) < (exact(needed[1]) or NEWEST)


def time_of(oracle: Oracle, root: Path) -> int | None:
    found = oracle.cache_info(root)["timestamp"]
    return None if found is None else int(found["secs_since_epoch"]) * 10**9 + int(found["nanos_since_epoch"])
