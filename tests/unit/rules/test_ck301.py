from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import SETUPTOOLS, analysis_of, findings, keys, native, output, pyproject

from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

VERSION = output("src/demo/_version.py")
TREE = {"src/demo/__init__.py": "", "src/demo/core.py": "", "src/demo/sub/_version.py": "", "lib/a.c": "", "top.h": ""}


def with_fix(analysis: Analysis, finding: Finding) -> Watcher:
    """Return the list as the fix makes it."""
    assert finding.fix is not None
    values = [key.removeprefix('{ file = "').removesuffix('" }') for key in finding.fix.keys]
    keys = analysis.watch.keys
    if finding.fix.replaces is not None:
        keys = tuple(key for key in keys if key.index != finding.fix.replaces)
    return Watcher((*keys, *(FileKey(len(keys) + n, value) for n, value in enumerate(values))))


@pytest.mark.parametrize(
    "entries",
    [
        ('"src/**/*.py"',),
        ('"**/*.py"',),
        ('"*.py"',),
        ('"src/*.py"',),
        ('"src/**"',),
        ('"src/demo/*.py"',),
        ('"src/**/*.py"', '"lib/**/*.c"'),
        ('"top.h"', '"src/**/*.py"'),
    ],
)
def test_the_version_file_and_a_fix_that_works(make_project: Make, entries: tuple[str, ...]) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', *entries)), **TREE})
    analysis = analysis_of(root, VERSION)
    (finding,) = findings("CK301", analysis)
    assert (finding.severity, finding.confidence, finding.subject) == ("error", "certain", "src/demo/_version.py")
    assert "rebuilds on every run" in finding.message
    assert finding.fix is not None
    assert not finding.fix.safe
    assert finding.fix.keys
    after = with_fix(analysis, finding)
    before = Watcher(analysis.watch.keys)
    assert after.covers("src/demo/_version.py") is None
    for file in TREE:
        assert (after.covers(file) is None) == (before.covers(file) is None)


@pytest.mark.parametrize(
    "entries",
    [
        ('"**/*.h"', '"src/**/*.py"'),
        ('"*.h"', '"src/**/*.py"', '"lib/**/*.c"'),
        ('"src/demo/**"', '"src/**/*.py"'),
    ],
)
def test_no_exclusion_is_offered_where_none_can_work(make_project: Make, entries: tuple[str, ...]) -> None:
    # A glob further down is sorted behind every exclusion, and the last match wins.
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', *entries)), **TREE})
    (finding,) = findings("CK301", analysis_of(root, VERSION))
    assert finding.fix is not None
    assert finding.fix.keys == ()
    assert "narrower" in finding.fix.title


def test_a_directory_can_be_closed_even_there(make_project: Make) -> None:
    entries = ('"**/*.h"', '"lib/**/*.c"')
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', *entries)), **TREE, "lib/gen/b.c": ""})
    analysis = analysis_of(root, output("lib/gen/**"))
    (finding,) = findings("CK301", analysis)
    after = with_fix(analysis, finding)
    assert after.covers("lib/gen/b.c") is None
    assert after.covers("lib/gen/deeper/b.c") is None
    assert after.covers("lib/a.c") is not None
    assert after.covers("top.h") is not None


def test_a_key_that_is_the_product(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '"src/demo/_version.py"')), **TREE})
    (finding,) = findings("CK301", analysis_of(root, VERSION))
    assert finding.fix is not None
    assert finding.fix.keys == ()
    assert "remove" in finding.fix.title


@pytest.mark.parametrize(
    "entry", ['"src/demo/core.py"', '"src/**/*.c"', '"src/demo/!*.py"', '{ dir = "src" }', '{ env = "X" }']
)
def test_keys_that_do_not_match_it(make_project: Make, entry: str) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    assert not findings("CK301", analysis_of(root, VERSION))


def test_it_is_already_excluded(make_project: Make) -> None:
    text = pyproject(keys('"src/**/*.py"', '"src/!demo/_version.p[y]"'))
    assert not findings("CK301", analysis_of(make_project({"pyproject.toml": text, **TREE}), VERSION))


def test_a_default_key(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(), **TREE})
    (finding,) = findings("CK301", analysis_of(root, output("pyproject.toml")))
    assert "default key" in finding.message
    assert finding.line == 2  # where the tool is configured


@pytest.mark.parametrize(
    ("entry", "hit"),
    [
        ('"*.txt"', "src/demo.egg-info/SOURCES.txt"),
        ('"**/*.txt"', "src/demo.egg-info/SOURCES.txt"),
        ('"src/**"', "src/demo.egg-info/SOURCES.txt"),
        ('"src/**/PKG-*"', "src/demo.egg-info/PKG-INFO"),
        ('"requirements/*.txt"', None),
        ('"requirements.txt"', None),
        ('"src/**/*.py"', None),
        ('"requirements*.txt"', None),
    ],
)
def test_egg_info(make_project: Make, entry: str, hit: str | None) -> None:
    files = {**TREE, "requirements.txt": "", "requirements/a.txt": ""}
    text = pyproject(keys('"pyproject.toml"', entry), build_system=SETUPTOOLS)
    analysis = analysis_of(make_project({"pyproject.toml": text, **files}))
    found = findings("CK301", analysis)
    assert [finding.subject for finding in found] == ([hit] if hit else [])
    for finding in found:
        after = with_fix(analysis, finding)
        assert after.covers("src/demo.egg-info/SOURCES.txt") is None
        assert after.covers("src/demo.egg-info/PKG-INFO") is None
        assert (after.covers("requirements.txt") is None) == (
            Watcher(analysis.watch.keys).covers("requirements.txt") is None
        )
    hatch = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **files}, "hatch")
    assert not findings("CK301", analysis_of(hatch))


def test_a_flat_layout_has_its_egg_info_at_the_top(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys('"*.txt"'), build_system=SETUPTOOLS), "demo/__init__.py": ""}
    (finding,) = findings("CK301", analysis_of(make_project(files)))
    assert finding.subject == "demo.egg-info/SOURCES.txt"


def test_several_products_need_several_exclusions(make_project: Make) -> None:
    text = pyproject(keys('"pyproject.toml"', '"src/**"'), build_system=SETUPTOOLS)
    analysis = analysis_of(make_project({"pyproject.toml": text, **TREE}), VERSION)
    (finding,) = findings("CK301", analysis)
    assert finding.fix is not None
    assert len(finding.fix.keys) == 2
    after = with_fix(analysis, finding)
    assert after.covers("src/demo/_version.py") is None
    assert after.covers("src/demo.egg-info/PKG-INFO") is None
    assert after.covers("src/demo/core.py") is not None


def test_what_an_earlier_build_left(make_project: Make) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": pyproject(keys('"pyproject.toml"', '"**/*.c"', '"**/*.rs"', '"**/*.whl"', '"**/*.so"')),
        "csrc/a.c": "",
        "build/temp.linux-x86_64-cpython-311/a.c": "",
        "out/CMakeCache.txt": "",
        "out/CMakeFiles/id.c": "",
        "target/CACHEDIR.TAG": "",
        "target/debug/build/x/out/bindings.rs": "",
        "native/target/lib.rs": "",  # only called so
        "dist/demo-1.0-py3-none-any.whl": b"",
        "demo/fast.cpython-311-x86_64-linux-gnu.so": b"",
        "demo/libvendored.so": b"",
    }
    analysis = analysis_of(make_project(files))
    found = findings("CK301", analysis)
    assert {finding.subject for finding in found} == {
        "build/temp.linux-x86_64-cpython-311/a.c",
        "target/debug/build/x/out/bindings.rs",
        "dist/demo-1.0-py3-none-any.whl",
        "demo/fast.cpython-311-x86_64-linux-gnu.so",
    }
    for finding in found:
        assert (finding.severity, finding.confidence) == ("warning", "likely")
        after = with_fix(analysis, finding)
        assert after.covers("csrc/a.c") is not None
        assert after.covers("native/target/lib.rs") is not None
        assert after.covers("demo/libvendored.so") is not None
    (c_files,) = (finding for finding in found if finding.subject.endswith(".c"))
    assert "and 1 more" in c_files.message
    after = with_fix(analysis, c_files)
    assert after.covers("out/CMakeFiles/id.c") is None
    assert after.covers("build/temp.linux-x86_64-cpython-311/a.c") is None


def test_build_scripts_that_live_in_build(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject(keys('"build/**/*.py"', '"build/generate.py"')),
        "build/generate.py": "",
        "build/lib.py": "",
    }
    assert not findings("CK301", analysis_of(make_project(files)))


@pytest.mark.parametrize(("entry", "expected"), [('"src/**"', True), ('"**/*.so"', True), ('"src/**/*.c"', False)])
def test_compiled_modules_before_the_first_build(make_project: Make, entry: str, *, expected: bool) -> None:
    text = pyproject(keys('"pyproject.toml"', entry), build_system=SETUPTOOLS)
    root = make_project({"pyproject.toml": text, **TREE, "src/demo/fast.c": ""})
    subjects = {finding.subject for finding in findings("CK301", analysis_of(root, native("src/demo/fast.c")))}
    assert bool(subjects) == expected
    pure = {finding.message for finding in findings("CK301", analysis_of(root))}
    assert not any(".so" in message for message in pure)


def test_generated_globs(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"lib/**/*.{c,h}"')), **TREE})
    (finding,) = findings("CK301", analysis_of(root, output("lib/gen/**/*_gen.c")))
    assert finding.subject == "lib/gen/**/*_gen.c"


def test_a_glob_without_a_suffix_is_better_made_narrower(make_project: Make) -> None:
    files = {"python/demo/__init__.py": "", "python/demo/py.typed": "", "python/demo/data.json": "", "src/lib.rs": ""}
    entries = keys('"pyproject.toml"', '"**/*.rs"', '"python/**/*"')
    root = make_project({"pyproject.toml": pyproject(entries), **files})
    analysis = analysis_of(root, output("python/demo/*.pyd"), output("python/demo/*.so"))
    (finding,) = findings("CK301", analysis)
    assert finding.subject == "python/demo/*.so"
    assert "and 1 more" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "python/**/*.{json,py,typed}" }',)
    assert finding.fix.replaces == 2
    after = with_fix(analysis, finding)
    assert all(after.covers(file) is not None for file in files)
    assert after.covers("python/demo/demo.cpython-311-x86_64-linux-gnu.so") is None


def test_no_list_that_uv_refuses(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"src/**"', "3")), **TREE})
    assert not findings("CK301", analysis_of(root, VERSION))
