"""Laws of the rules, on random key lists and trees."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.rule_cases import SETUPTOOLS, analysis_of, output, pyproject

from cachekeys.rules import registry
from cachekeys.toml.text import quote
from cachekeys.uv.keys import FileKey, read_watch_set
from cachekeys.uv.walk import Watcher, watched_files

if TYPE_CHECKING:
    from random import Random

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

NAMES = ("a.c", "b.h", "x.py", "_gen.py", "README", "Cargo.toml", "cargo.lock", "t.txt")
DIRECTORIES = ("", "src/", "src/demo/", "src/demo/sub/", "lib/", "build/lib/", "demo.egg-info/")
FILES = st.lists(st.sampled_from([d + n for d in DIRECTORIES for n in NAMES]), max_size=14, unique=True)
PATTERNS = ("*", "**", "*.c", "**/*.py", "*.{c,h}", "[a-b].?", "**/*", "*.py", "demo/*", "_gen.py", "!*.py", "*.{h, c}")
BASES = ("", "src/", "src/demo/", "lib/", "Src/", "srcs/", "./", "../", "build/", "!src/")
VALUES = st.one_of(
    st.builds(str.__add__, st.sampled_from(BASES), st.sampled_from(PATTERNS)),
    st.sampled_from([d + n for d in DIRECTORIES for n in NAMES]),
    st.sampled_from(["", ".", "src", "lib/", "!lib", "pyproject.toml", "Lib\\a.c", " README", "missing/x.bin"]),
)
KEYS = st.lists(VALUES, max_size=5)
MANY_FILES = st.lists(st.sampled_from([d + n for d in DIRECTORIES[:5] for n in NAMES[:4]]), min_size=8, unique=True)
POSITIVES = st.lists(
    st.sampled_from(
        ["src/**/*.{c,h}", "**/*.py", "*.h", "src/**", "src/*.c", "src/demo/**/*.py", "lib/*", "**", "src/demo/a.c"]
    ),
    min_size=1,
    max_size=3,
)
EXCLUSIONS = st.one_of(
    st.builds("{}!{}".format, st.sampled_from(["", "", "src/", "src/demo/", "lib/"]), st.sampled_from(PATTERNS)),
    st.sampled_from(
        ["!lib", "!src/demo/*", "!src/demo/**", "!src/de[m]o", "src/!demo", "src/!de[m]o", "!*.{c,h}", "!/li[b]"]
    ),
)


def write(root: Path, files: list[str], text: str) -> None:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    for file in files:
        path = root / file
        if path.parent.is_file() or path.is_dir():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def listed(values: list[str]) -> str:
    return pyproject(
        f"[tool.uv]\ncache-keys = [{', '.join(quote(value) for value in values)}]\n", build_system=SETUPTOOLS
    )


def with_fix(analysis: Analysis, finding: Finding) -> tuple[FileKey, ...]:
    """Return the file keys as they are when the finding's fix is applied, numbered anew."""
    fix = finding.fix
    assert fix is not None
    kept = [key.path for key in analysis.watch.keys if isinstance(key, FileKey) and key.index != fix.replaces]
    added = json.dumps([]) if not fix.keys else f"[tool.uv]\ncache-keys = [{', '.join(fix.keys)}]\n"
    from cachekeys.tomlfile import parse  # only where a fix has keys

    new = read_watch_set(parse("fix.toml", added.encode())).keys if fix.keys else ()
    values = [*kept, *(key.path for key in new if isinstance(key, FileKey))]
    return tuple(FileKey(index, value) for index, value in enumerate(values))


@settings(max_examples=120, deadline=None)
@given(FILES, KEYS)
def test_a_fix_of_ck301_keeps_out_the_products_and_nothing_else(files: list[str], values: list[str]) -> None:
    """rules.md: a key must not match what the build writes; the fix narrows, so it may take away nothing else."""
    written = ("src/demo/_gen.py", "lib/_gen.py")
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        write(root, [*files, written[0]], listed(values))
        analysis = analysis_of(root, *(output(path) for path in written))
        before_fix = Watcher(analysis.watch.keys, str(root))
        before = {file.path for file in watched_files(str(root), analysis.watch.keys).files}
        for finding in registry.get("CK301").check(analysis):
            if finding.fix is None or not finding.fix.keys:
                continue
            keys = with_fix(analysis, finding)
            after = {file.path for file in watched_files(str(root), keys).files}
            watcher = Watcher(keys, str(root))
            lost = before - after
            assert all(_is_product(path) or path in written for path in lost), (lost, keys)
            stopped = [path for path in written if before_fix.covers(path) == _index(analysis, finding)]
            assert all(watcher.covers(path) is None for path in stopped), keys


def _is_product(path: str) -> bool:
    return "egg-info/" in path or path.startswith("build/lib")


def _index(analysis: Analysis, finding: Finding) -> int:
    """Return the index of the key that a finding stands at."""
    document = analysis.project.pyproject
    assert document is not None
    places = [document.position("tool", "uv", "cache-keys", key.index) for key in analysis.watch.keys]
    return next(i for i, place in enumerate(places) if (place.line, place.column) == (finding.line, finding.column))


@settings(max_examples=150, deadline=None)
@given(FILES, KEYS)
def test_a_key_is_dead_exactly_if_it_matches_no_file_that_counts(files: list[str], values: list[str]) -> None:
    """CK201: uv 0.13.8 counts a file for the last glob of a group that matches; a key before it is not dead."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        write(root, files, listed(values))
        analysis = analysis_of(root)
        if analysis.watch.problems:
            return
        watcher = Watcher(analysis.watch.keys, str(root))
        counted = watched_files(str(root), analysis.watch.keys).files
        alive = {index for file in counted for index in (file.key, *watcher.matching(file.path))}
        found = [finding for finding in registry.get("CK201").check(analysis) if "a part of it" not in finding.message]
        dead = {_index(analysis, finding) for finding in found}
        assert not dead & {file.key for file in counted}
        for key in analysis.watch.keys:
            assert isinstance(key, FileKey)
            if key.index in dead:
                assert key.index not in alive
            elif key.index not in alive:  # another rule's business
                exclusion = "!" in key.path
                default = os.path.normpath(key.path or ".") in {"pyproject.toml", "setup.py", "setup.cfg"}
                assert exclusion or default or (root / key.path).is_dir(), key


@settings(max_examples=150, deadline=None)
@given(MANY_FILES, POSITIVES, st.lists(EXCLUSIONS, min_size=1, max_size=2), st.randoms(use_true_random=False))
def test_ck206_tells_which_exclusions_do_not_exclude(
    files: list[str], values: list[str], exclusions: list[str], random: Random
) -> None:
    """rules.md: an exclusion excludes what it names, or is reported; a fix makes it so and takes away nothing else."""
    values = [*values, *exclusions]
    random.shuffle(values)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        write(root, files, listed(values))
        analysis = analysis_of(root)
        if analysis.watch.problems:
            return
        counted = {file.path for file in watched_files(str(root), analysis.watch.keys).files}
        found = {_index(analysis, finding): finding for finding in registry.get("CK206").check(analysis)}
        for index, finding in found.items():
            without = tuple(key for key in analysis.watch.keys if key.index != index)
            before = {file.path for file in watched_files(str(root), without).files}
            # Without the key, another exclusion may get an effect: uv groups the globs anew.
            assert bool(before - counted) is ("excludes nothing" not in finding.message), finding.message
            if finding.fix is not None and finding.fix.keys:
                keys = _applied(analysis, finding, index)
                after = {file.path for file in watched_files(str(root), keys).files}
                example = finding.message.split(": `", 1)[1].split("`", 1)[0]
                assert example in counted - after
                assert after <= counted


def _applied(analysis: Analysis, finding: Finding, index: int) -> tuple[FileKey, ...]:
    """Return the keys with the one entry of a fix in the place of the key, or at the end if it says so."""
    assert finding.fix is not None
    (entry,) = _file_keys(finding.fix.keys)
    files = [key for key in analysis.watch.keys if isinstance(key, FileKey)]
    if finding.fix.replaces is not None:
        return tuple(FileKey(key.index, entry.path if key.index == index else key.path) for key in files)
    rest = files if finding.fix.title.startswith("add ") else [key for key in files if key.index != index]
    return (*rest, FileKey(len(files), entry.path))


def _file_keys(entries: tuple[str, ...]) -> tuple[FileKey, ...]:
    from cachekeys.tomlfile import parse  # only where a fix has keys

    document = parse("fix.toml", f"[tool.uv]\ncache-keys = [{', '.join(entries)}]\n".encode())
    return tuple(key for key in read_watch_set(document).keys if isinstance(key, FileKey))


@settings(max_examples=150, deadline=None)
@given(FILES, KEYS)
def test_what_replaces_a_glob_watches_the_same(files: list[str], values: list[str]) -> None:
    """CK302, CK303: the narrower keys watch every file that counts now, but for the volatile ones, and no other."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        write(root, [*files, ".venv/pyvenv.cfg", ".venv/lib/a.c", "src/demo/__pycache__/x.py"], listed(values))
        analysis = analysis_of(root)
        if analysis.watch.problems:
            return
        before = {file.path for file in watched_files(str(root), analysis.watch.keys).files}
        for finding in registry.get("CK302").check(analysis):
            if finding.fix is None or not finding.fix.keys:
                continue
            index = _index(analysis, finding)
            keys: list[FileKey] = []
            for key in analysis.watch.keys:
                assert isinstance(key, FileKey)
                if key.index == index and finding.fix.replaces == index:
                    keys += (FileKey(index, new.path) for new in _file_keys(finding.fix.keys))
                else:
                    keys.append(key)
            if finding.fix.replaces is None:
                keys += (FileKey(len(keys), new.path) for new in _file_keys(finding.fix.keys))
            after = {file.path for file in watched_files(str(root), keys).files}
            assert after <= before
            volatile = {path for path in before if ".venv/" in path or "__pycache__/" in path}
            assert before - after <= volatile
            mine = {file.path for file in watched_files(str(root), analysis.watch.keys).files if file.key == index}
            assert not mine & volatile & after


JUNK = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text(max_size=4), VALUES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["file", "dir", "git", "env", "commit", "tags", "tag", "x"]), inner, max_size=2
        ),
    ),
    max_leaves=6,
)


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + "}"
    return str(value)


@settings(max_examples=150, deadline=None)
@given(FILES, JUNK, st.one_of(st.none(), JUNK), st.sampled_from(["", ">=0.4", ">=0.6,<0.9"]))
def test_no_rule_breaks_on_odd_settings(files: list[str], keys: Any, reinstall: Any, required: str) -> None:
    """design.md: bad input never ends in a traceback. A rule that broke would be reported as CK902."""
    lines = [f"cache-keys = {toml(keys)}"]
    lines += [f"reinstall-package = {toml(reinstall)}"] if reinstall is not None else []
    lines += [f'required-version = "{required}"'] if required else []
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        root.mkdir()
        write(root, files, pyproject("[tool.uv]\n" + "\n".join(lines) + "\n", build_system=SETUPTOOLS))
        analysis = analysis_of(root, output("src/demo/_gen.py"), output("lib/**"))
        found = registry.run(analysis)
    assert [finding for finding in found if finding.code == "CK902"] == []
    order = [(f.file, f.line or 0, f.column or 0, f.code) for f in found]
    assert order == sorted(order)
