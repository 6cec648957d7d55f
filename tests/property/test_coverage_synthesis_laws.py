"""The laws of the proposed list of keys, on random trees, inputs and declared keys."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.analyses import an_input, an_output, analysis_of

from cachekeys.coverage import name_matcher
from cachekeys.fix.synthesis import complete_keys, paste
from cachekeys.toml.text import quote

if TYPE_CHECKING:
    from cachekeys.inputs.model import BuildInput, BuildOutput

DIRECTORIES = ["", "a/", "a/b/", "a/b/c/", "d/", "d/e/", "build/", "odd [x]/", "d/!e/"]
NAMES = ["x", "y", "z", "x1", "x2", "x3", "x4", "#n", "!m", "w{1}", "q?"]
EXTENSIONS = [".c", ".h", ".txt", ".py", ".in", ""]
GLOB = frozenset("*?[{")
ROLES = ["native-source", "requirements", "build-script", "build-config", "dynamic-file"]

paths = st.builds(
    lambda directory, name, extension: directory + name + extension,
    st.sampled_from(DIRECTORIES),
    st.sampled_from(NAMES),
    st.sampled_from(EXTENSIONS),
)
globs = st.sampled_from(
    [
        "*.c",
        "a/*.c",
        "a/**/*.c",
        "a/**/*.{c,h}",
        "**/*.h",
        "a/b/*.h",
        "d/*",
        "d/e/*.txt",
        "a/*/*.c",
        "*/e/*.txt",
        "build/**",
    ]
)
declared_globs = st.one_of(globs, st.sampled_from(["!a/**", "!b*", "d/!e*", "**/*.py", "a/b/c/*", "**/d/*.h", "!*.h"]))
inputs = st.one_of(
    st.builds(lambda what, role: an_input(what, role=role), paths, st.sampled_from(ROLES)),
    st.builds(lambda what, role: an_input(what, "files", role), globs, st.sampled_from(ROLES)),
    st.sampled_from([an_input("commit", "git", "scm-version"), an_input("tags", "git", "scm-version")]),
    st.sampled_from([an_input("TARGET", "env", "environment"), an_input("MODE", "env", "environment")]),
)
outputs = st.builds(an_output, st.one_of(paths, st.sampled_from(["build/**", "a/b/*.c", "**/x1.c", "d/e/*"])))
keys = st.one_of(
    st.builds(lambda path: f"{{ file = {quote(path)} }}", st.one_of(paths, declared_globs)),
    declared_globs.map(quote),
    st.sampled_from(
        ["{ git = true }", "{ git = { tags = true } }", "{ git = false }", '{ env = "MODE" }', '{ dir = "a" }']
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tree=st.sets(paths, max_size=25),
    declared=st.none() | st.lists(keys, max_size=5),
    found=st.lists(inputs, max_size=12, unique_by=lambda item: (item.kind, item.what)),
    written=st.lists(outputs, max_size=2, unique_by=lambda item: item.what),
)
def test_proposed_list(
    tree: set[str], declared: list[str] | None, found: list[BuildInput], written: list[BuildOutput]
) -> None:
    """complete_keys: "every gap closed, no previously covered input lost, no output matched", and what was declared stays."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for path in tree:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("")
        pyproject = root / "pyproject.toml"
        list_ = "" if declared is None else f"[tool.uv]\ncache-keys = [{', '.join(declared)}]\n"
        pyproject.write_text(list_)
        before = analysis_of(root, found, written)
        proposal = complete_keys(before)
        pyproject.write_text(paste(before) or list_)
        after = analysis_of(root, found, written)

    assert not after.watch.problems
    left = [gap for gap in after.gaps if gap.is_gap and gap.input.kind in ("git", "env")]
    assert left == []
    # A name with glob characters has to be a glob, and a declared exclusion may close its directory.
    assert [name for gap in after.gaps for name in gap.uncovered if GLOB.isdisjoint(name)] == []
    watched_before = {name for names in before.coverage.matched.values() for name in names}
    watched_after = {name for names in after.coverage.matched.values() for name in names}
    assert watched_before <= watched_after
    is_output = {name for name in before.project.files if name not in watched_before}
    matches = name_matcher(output.what for output in written)
    assert not any(matches(name) for name in watched_after & is_output)
    assert complete_keys(after) == proposal or not paste(before)
    if declared is not None:
        assert [key for key in proposal[: len(declared)] if "git" not in key] == [
            key for key in declared if "git" not in key
        ]
