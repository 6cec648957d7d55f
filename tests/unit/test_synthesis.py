"""The proposed list: what is kept, what is added, when a glob is better than names, and what a glob must never do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of

from cachekeys.fix.synthesis import complete_keys, paste
from cachekeys.settings import Settings
from cachekeys.tomlfile import parse
from cachekeys.uv.keys import read_watch_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.inputs.model import BuildInput, BuildOutput

    MakeProject = Callable[..., Path]

BUILT_BY_SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def keys(*entries: str) -> str:
    return f"[tool.uv]\ncache-keys = [{', '.join(entries)}]\n"


def added(root: Path, inputs: list[BuildInput], outputs: list[BuildOutput] | None = None) -> list[str]:
    """Return what is proposed beyond pyproject.toml."""
    proposed = complete_keys(analysis_of(root, inputs, outputs or []))
    return [key for key in proposed if "pyproject.toml" not in key]


def native(*names: str) -> list[BuildInput]:
    return [an_input(name, role="native-source") for name in names]


def tree(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


# -- what is kept -------------------------------------------------------------------------------------------------------


def test_defaults_are_spelled_out_as_far_as_they_exist(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "setup.py": "", "src/a.py": "", "VERSION": ""})
    assert complete_keys(analysis_of(root, [an_input("VERSION")])) == (
        '{ file = "pyproject.toml" }',
        '{ file = "setup.py" }',
        '{ dir = "src" }',
        '{ file = "VERSION" }',
    )


def test_declared_keys_stay_as_they_are(make_project: MakeProject) -> None:
    declared = ['"pyproject.toml"', "{ file = 'a\\b' }", '"*.c"', '"!x*"', '"*.c"', "{ git = true }", '{ env = "E" }']
    root = make_project({"pyproject.toml": keys(*declared), "VERSION": ""})
    proposed = complete_keys(analysis_of(root, [an_input("VERSION")]))
    assert list(proposed) == [*declared, '{ file = "VERSION" }']


def test_dropped_default_comes_back(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": BUILT_BY_SETUPTOOLS + keys('"VERSION"'), "setup.py": "", "VERSION": ""})
    found = [an_input("setup.py", role="build-script", detector="defaults")]
    assert complete_keys(analysis_of(root, found)) == (
        '"VERSION"',
        '{ file = "pyproject.toml" }',
        '{ file = "setup.py" }',
    )


def test_nothing_missing_nothing_to_paste(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', '"VERSION"'), "VERSION": ""})
    analysis = analysis_of(root, [an_input("VERSION")])
    assert complete_keys(analysis) == ('"pyproject.toml"', '"VERSION"')
    assert paste(analysis) == ""


def test_pasted_text_is_toml_that_uv_accepts(make_project: MakeProject) -> None:
    names = ['quo"te.txt', "back\\slash.txt", "[id].py", "{x}.txt", "st*r.c", "ünï.txt", "sub dir/x.txt"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    text = paste(analysis_of(root, [an_input(name) for name in names]))
    assert text.startswith("[tool.uv]\ncache-keys = [\n    ")
    assert text.endswith(",\n]\n")
    watch = read_watch_set(parse("pyproject.toml", text.encode()))
    assert not watch.problems
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    assert analysis_of(root, [an_input(name) for name in names]).gaps == ()


@pytest.mark.skipif(os.name != "posix", reason="bytes in names")
def test_name_that_is_not_utf8_can_be_watched(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "c/plain.c": ""})
    name = os.fsdecode(b"c/caf\xe9.c")
    (root / name).write_text("")
    (root / "pyproject.toml").write_text(paste(analysis_of(root, [an_input(name)])), encoding="utf-8")
    analysis = analysis_of(root, [an_input(name), an_input("c/plain.c")])
    assert [gap.input.what for gap in analysis.gaps] == ["c/plain.c"]


# -- git and environment ---------------------------------------------------------------------------------------------


SCM = [an_input(what, "git", "scm-version", affects="version") for what in ("commit", "tags")]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ([], ["{ git = { commit = true, tags = true } }"]),
        (["{ git = true }"], ["{ git = { commit = true, tags = true } }"]),
        (["{ git = { tags = true } }", '{ env = "X" }'], ["{ git = { commit = true, tags = true } }", '{ env = "X" }']),
        (["{ git = false }"], ["{ git = { commit = true, tags = true } }"]),
        (["{ git = true }", "{ git = { tags = true } }"], ["{ git = true }", "{ git = { tags = true } }"]),
    ],
)
def test_one_git_key_with_everything(make_project: MakeProject, declared: list[str], expected: list[str]) -> None:
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', *declared)})
    assert added(root, SCM) == expected


def test_tags_that_nobody_reads_are_not_added(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": ""})
    assert added(root, SCM[:1]) == ["{ git = { commit = true } }"]


def test_order_git_files_environment(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", **tree("z.c", "CMakeLists.txt", "requirements.txt", "VERSION")})
    inputs = [
        an_input("B", "env", "environment"),
        an_input("A", "env", "environment"),
        an_input("z.c", role="native-source"),
        an_input("CMakeLists.txt", role="build-config"),
        an_input("requirements.txt", role="requirements"),
        an_input("VERSION"),
        *SCM,
    ]
    assert added(root, inputs) == [
        "{ git = { commit = true, tags = true } }",
        '{ file = "VERSION" }',
        '{ file = "requirements.txt" }',
        '{ file = "CMakeLists.txt" }',
        '{ file = "z.c" }',
        '{ env = "A" }',
        '{ env = "B" }',
    ]


def test_unselected_rules_propose_nothing(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", **tree("VERSION", "requirements.txt")})
    inputs = [an_input("VERSION"), an_input("requirements.txt", role="requirements")]
    settings = Settings(ignore={"CK103": "generated by hand"})
    proposed = complete_keys(analysis_of(root, inputs, settings=settings))
    assert proposed == ('{ file = "pyproject.toml" }', '{ file = "requirements.txt" }')


# -- names or globs --------------------------------------------------------------------------------------------------


def test_few_files_are_named(make_project: MakeProject) -> None:
    names = ["c/a.c", "c/b.c", "c/d/e.h"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    assert added(root, native(*names)) == [f'{{ file = "{name}" }}' for name in names]


def test_many_sources_become_one_glob_in_the_safe_spelling(make_project: MakeProject) -> None:
    names = ["csrc/a.cpp", "csrc/b.cu", "csrc/deep/c.cu", "csrc/deep/d.h", "csrc/e.cuh"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    assert added(root, native(*names)) == ['{ file = "csrc/**/*.{cpp,cu,cuh,h}" }']


def test_glob_starts_at_the_deepest_common_directory(make_project: MakeProject) -> None:
    names = [f"src/pkg/ext/{name}.c" for name in "abcd"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    assert added(root, native(*names)) == ['{ dir = "src" }', '{ file = "src/pkg/ext/**/*.c" }']


def test_glob_of_the_detector_is_kept_where_it_is_safe(make_project: MakeProject) -> None:
    names = ["odoo/addons/a/__manifest__.py", "odoo/addons/b/__manifest__.py"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    item = an_input("odoo/addons/*/__manifest__.py", "files", "manifest")
    assert added(root, [item]) == ['{ file = "odoo/addons/*/__manifest__.py" }']


def test_one_level_glob_is_spelled_so_that_other_keys_do_not_change_it(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", **tree("csrc/a.c", "csrc/b.c")})
    assert added(root, [an_input("csrc/*.c", "files", "native-source")]) == ['{ file = "csrc/**/*.c" }']


def test_only_the_missing_extensions_are_added(make_project: MakeProject) -> None:
    names = ["csrc/a.c", "csrc/b.c", "csrc/a.h", "csrc/b.h"]
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', '"csrc/**/*.c"'), **tree(*names)})
    item = an_input("csrc/**/*.{c,h}", "files", "native-source")
    assert added(root, [item]) == ['"csrc/**/*.c"', '{ file = "csrc/**/*.h" }']


def test_no_glob_at_the_top_of_the_project(make_project: MakeProject) -> None:
    names = [f"{name}.c" for name in "abcdef"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    expected = [f'{{ file = "{name}" }}' for name in names]
    assert added(root, native(*names)) == expected
    assert added(root, [an_input("*.c", "files", "native-source")]) == expected
    assert added(root, [an_input("**/*.c", "files", "native-source")]) == expected


def test_requirements_are_globbed_only_if_all_of_them_count(make_project: MakeProject) -> None:
    names = [f"requirements/{name}.txt" for name in ("base", "cpu", "cuda", "rocm")]
    inputs = [an_input(name, role="requirements") for name in names]
    all_count = make_project({"pyproject.toml": "", **tree(*names)}, name="all")
    assert added(all_count, inputs) == ['{ file = "requirements/**/*.txt" }']
    one_more = make_project({"pyproject.toml": "", **tree(*names, "requirements/lint.txt")}, name="one_more")
    assert added(one_more, inputs) == [f'{{ file = "{name}" }}' for name in names]


@pytest.mark.parametrize("others", [6, 7])
def test_a_crowd_of_modules_is_globbed_beside_few_others(make_project: MakeProject, others: int) -> None:
    read = [f"pkg/m{number:02}.py" for number in range(12)]
    root = make_project({"pyproject.toml": "", **tree(*read, *(f"pkg/o{number}.py" for number in range(others)))})
    expected = ["pkg/**/*.py"] if others == 6 else read
    inputs = [an_input(name, role="build-script") for name in read]
    assert added(root, inputs) == [f'{{ file = "{name}" }}' for name in expected]


@pytest.mark.parametrize("others", [11, 12])
def test_a_crowd_read_for_several_reasons_is_globbed(make_project: MakeProject, others: int) -> None:
    """Each kind by itself is too small a part of the directory."""
    modules = [f"pkg/m{number}.py" for number in range(9)]
    data = [f"pkg/d{number}.py" for number in range(9)]
    below = [f"pkg/sub/s{number}.py" for number in range(4)]
    unread = [f"pkg/o{number}.py" for number in range(others)]
    root = make_project({"pyproject.toml": "", **tree(*modules, *data, *below, *unread)})
    inputs = [an_input(name, role="build-script") for name in (*modules, *below)] + [an_input(name) for name in data]
    expected = ["pkg/**/*.py"] if others == 11 else [*data, *modules, "pkg/sub/**/*.py"]
    assert added(root, inputs) == [f'{{ file = "{name}" }}' for name in expected]


def test_a_crowd_adds_no_glob_that_another_has_already(make_project: MakeProject) -> None:
    names = [f"pkg/{part}/{name}.py" for part in ("a", "b") for name in "wxyz"]
    singles = [f"pkg/{part}/{role}{number}.py" for part in ("c", "d") for role in "mn" for number in range(4)]
    unread = [f"pkg/{part}/o{number}.py" for part in ("c", "d", "e") for number in range(8)]
    root = make_project({"pyproject.toml": "", **tree(*names, *singles, *unread)})
    inputs = [an_input(name, role="build-script") for name in names]
    inputs += [an_input(name, role="build-script" if "/m" in name else "dynamic-file") for name in singles]
    proposed = added(root, inputs)
    assert '{ file = "pkg/{a,b}/**/*.py" }' in proposed
    assert not {'{ file = "pkg/a/**/*.py" }', '{ file = "pkg/b/**/*.py" }'} & set(proposed)
    assert {f'{{ file = "{name}" }}' for name in singles} < set(proposed)


def test_headers_without_extension_make_the_whole_directory_the_key(make_project: MakeProject) -> None:
    heads = [f"deps/Alg/{name}" for name in ("Core", "Dense", "Sparse", "QR", "LU")]
    bodies = [f"deps/Alg/src/{name}.h" for name in "abcdefgh"]
    root = make_project(
        {"pyproject.toml": "", **tree(*heads, *bodies, "deps/Alg/SVD", "deps/README", "deps/CMakeLists.txt")}
    )
    assert added(root, native(*heads, *bodies)) == ['{ file = "deps/Alg/**/*" }']
    named = sorted(f'{{ file = "{name}" }}' for name in heads)
    assert added(root, native(*heads, *bodies), [an_output("deps/Alg/Config")]) == [
        *named,
        '{ file = "deps/Alg/**/*.h" }',
    ]
    few = heads[:3]
    assert added(root, native(*few, *bodies))[:3] == [f'{{ file = "{name}" }}' for name in sorted(few)]


@pytest.mark.parametrize("more", [["deps/Alg/gen.py"], [f"deps/Alg/unsupported/{number}.txt" for number in range(20)]])
def test_a_directory_with_python_or_much_else_is_no_key(make_project: MakeProject, more: list[str]) -> None:
    heads = [f"deps/Alg/{name}" for name in ("Core", "Dense", "Sparse", "QR", "LU")]
    root = make_project({"pyproject.toml": "", **tree(*heads, *more)})
    assert added(root, native(*heads)) == sorted(f'{{ file = "{name}" }}' for name in heads)


def test_glob_that_would_take_in_too_much_is_split(make_project: MakeProject) -> None:
    sources = [f"lib/core/{name}.c" for name in "abcd"] + ["lib/main.c"]
    others = [f"lib/tests/t{number}.c" for number in range(20)]
    root = make_project({"pyproject.toml": "", **tree(*sources, *others)})
    assert added(root, native(*sources)) == ['{ file = "lib/core/**/*.c" }', '{ file = "lib/main.c" }']


def test_one_level_of_a_directory_is_globbed_where_what_lies_below_is_not_read(make_project: MakeProject) -> None:
    read = [f"lib/core-1.2/{letter}.{extension}" for letter in "abc" for extension in ("c", "h")]
    below = [f"lib/core-1.2/{place}/{number}.c" for place in ("tests", "examples") for number in range(9)]
    below += [name.replace(".c", ".h") for name in below]
    root = make_project(tree("pyproject.toml", *read, *below, "lib/core-1.2/unused.c"))
    assert added(root, native(*read)) == ['{ file = "lib/{core-1.2}/*.{c,h}" }']
    other = [name.replace("core-1.2", "more") for name in (*read, *below)]
    root = make_project(tree(*other))
    inputs = native(*read, *other[: len(read)])
    assert added(root, inputs) == ['{ file = "lib/{core-1.2,more}/*.{c,h}" }']


@pytest.mark.parametrize(("others", "globbed"), [(1, True), (40, False)])
def test_one_level_takes_in_more_others_where_the_list_would_be_long(
    make_project: MakeProject, others: int, *, globbed: bool
) -> None:
    read = [f"lib/{place}/{number}.h" for place in ("one", "two", "three") for number in range(5)]
    beside = [f"lib/{place}/x{number}.h" for place in ("one", "two", "three") for number in range(6)]
    below = [f"lib/{place}/deep/x{number}.h" for place in ("one", "two", "three") for number in range(40)]
    more = [f"lib/one/y{number}.h" for number in range(others)]
    root = make_project(tree("pyproject.toml", *read, *beside, *below, *more))
    places = "one,three,two" if globbed else "three,two"
    expected = [f'{{ file = "lib/{{{places}}}/*.h" }}']
    if not globbed:
        expected = [f'{{ file = "{name}" }}' for name in read if "/one/" in name] + expected
    assert sorted(added(root, native(*read))) == sorted(expected)


@pytest.mark.parametrize("directory", ["src", "lib/a,b", "lib/[x]"])
def test_one_level_that_cannot_be_spelled_is_listed(make_project: MakeProject, directory: str) -> None:
    read = [f"{directory}/{letter}.c" for letter in "abcd"]
    below = [f"{directory}/tests/{number}.c" for number in range(9)]
    root = make_project(tree("pyproject.toml", *read, *below))
    assert len(added(root, native(*read))) >= len(read)


def test_one_level_in_which_the_build_writes_is_listed(make_project: MakeProject) -> None:
    read = [f"lib/core/{letter}.c" for letter in "abcd"]
    below = [f"lib/core/tests/{number}.c" for number in range(9)]
    root = make_project(tree("pyproject.toml", *read, *below))
    assert len(added(root, native(*read), [an_output("lib/core/made.c")])) == len(read)
    assert len(added(root, native(*read), [an_output("lib/core/gen_*.c")])) == len(read)


@pytest.mark.parametrize("name", ["CMakeLists.txt", "meson.build", "Cargo.toml"])
def test_lists_of_a_build_system_are_globbed_by_their_name(make_project: MakeProject, name: str) -> None:
    read = [f"lib/{place}{name}" for place in ("", "a/", "a/deep/", "b/")]
    beside = [f"lib/c/{number}/{name}" for number in range(6)]
    texts = [f"lib/{number}{name[name.index('.') :]}" for number in range(40)]
    root = make_project(tree("pyproject.toml", *read, *beside, *texts))
    inputs = [an_input(path, role="build-config") for path in read]
    assert added(root, inputs) == [f'{{ file = "lib/**/{name}" }}']
    more = make_project(tree(*[f"lib/d/{number}/{name}" for number in range(40)]))
    assert f'{{ file = "lib/**/{name}" }}' not in added(more, inputs)


def test_lists_that_are_some_of_many_by_that_name_are_joined_or_named(make_project: MakeProject) -> None:
    read = [f"lib/{place}/CMakeLists.txt" for place in ("a", "a/x", "b", "b/y")]
    beside = [f"lib/tests/{number}/CMakeLists.txt" for number in range(40)]
    root = make_project(tree("pyproject.toml", *read, *beside))
    assert added(root, [an_input(path, role="build-config") for path in read]) == [
        '{ file = "lib/{a,b}/**/CMakeLists.txt" }'
    ]


def test_modules_of_cmake_are_globbed_beside_some_others(make_project: MakeProject) -> None:
    read = [f"cmake/{letter}.cmake" for letter in "abcd"]
    root = make_project(tree("pyproject.toml", *read, *[f"cmake/x{number}.cmake" for number in range(4)]))
    assert added(root, [an_input(path, role="build-config") for path in read]) == ['{ file = "cmake/**/*.cmake" }']


def test_outputs_in_one_directory_spare_the_others(make_project: MakeProject) -> None:
    names = ["c/a.h", "c/one/a.cu", "c/one/b.cu", "c/two/c.cu", "c/two/d.cu", "c/gen/e.cu", "c/gen/e.h", "c/b.h"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    assert added(root, native(*names), [an_output("c/gen/kernel_*.cu")]) == [
        '{ file = "c/a.h" }',
        '{ file = "c/b.h" }',
        '{ file = "c/gen/e.cu" }',
        '{ file = "c/gen/e.h" }',
        '{ file = "c/{one,two}/**/*.cu" }',
    ]


def test_long_texts_are_not_in_the_list(make_project: MakeProject) -> None:
    """A readme is worth a remark, but not a compilation for every edit."""
    root = make_project({"pyproject.toml": "", **tree("README.md", "VERSION")})
    analysis = analysis_of(root, [an_input("README.md", affects="metadata"), an_input("VERSION")], mode="wheel")
    assert complete_keys(analysis)[1:] == ('{ file = "VERSION" }',)
    (remark,) = [finding for finding in analysis.findings if finding.subject == "README.md"]
    assert remark.fix is not None
    assert remark.fix.keys == ('{ file = "README.md" }',)


# -- what a glob must never do ---------------------------------------------------------------------------------------


def test_glob_never_matches_an_output(make_project: MakeProject) -> None:
    names = [f"pkg/{name}.c" for name in "abcd"]
    root = make_project({"pyproject.toml": "", **tree(*names, "pkg/made.c")})
    expected = [f'{{ file = "{name}" }}' for name in names]
    assert added(root, native(*names), [an_output("pkg/made.c")]) == expected


def test_glob_never_matches_an_output_that_is_not_there_yet(make_project: MakeProject) -> None:
    names = [f"pkg/{name}.c" for name in "abcd"]
    root = make_project({"pyproject.toml": "", **tree(*names)})
    expected = [f'{{ file = "{name}" }}' for name in names]
    assert added(root, native(*names), [an_output("pkg/made.c")]) == expected
    assert added(root, native(*names), [an_output("pkg/gen_*.c")]) == expected
    assert added(root, native(*names), [an_output("pkg/**/gen.{c,h}")]) == expected


def test_glob_that_changes_the_meaning_of_a_declared_one_is_not_proposed(make_project: MakeProject) -> None:
    """``a/b/*.c`` is recursive until a key with the base ``a`` groups and so anchors it (uv >= 0.7.21)."""
    names = [f"a/{name}.h" for name in "wxyz"]
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', '"a/b/*.c"'), **tree("a/b/deep/x.c", *names)})
    assert added(root, [*native(*names), *native("a/b/deep/x.c")]) == [
        '"a/b/*.c"',
        *(f'{{ file = "{name}" }}' for name in names),
    ]


def test_declared_exclusion_does_not_reopen_the_gap(make_project: MakeProject) -> None:
    names = [f"c/{name}.c" for name in "abcd"]
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', '"*.h"', '"!c*"'), **tree(*names)})
    (root / "pyproject.toml").write_text(paste(analysis_of(root, native(*names))))
    assert analysis_of(root, native(*names)).gaps == ()


@pytest.mark.parametrize(("count", "others", "globbed"), [(14, 28, True), (14, 30, False), (11, 20, False)])
def test_a_long_list_at_the_top_becomes_a_glob_that_takes_in_what_lies_below(
    make_project: MakeProject, count: int, others: int, *, globbed: bool
) -> None:
    read = [f"engine/{number:02}.{'hh' if number % 2 else 'cc'}" for number in range(count)]
    below = [f"engine/tools/{number}.{'hh' if number % 2 else 'cc'}" for number in range(others)]
    root = make_project(tree("pyproject.toml", *read, *below))
    expected = ["engine/**/*.{cc,hh}"] if globbed else read
    assert added(root, native(*read)) == [f'{{ file = "{name}" }}' for name in expected]


def test_no_glob_of_a_detector_beside_one_that_matches_the_same(make_project: MakeProject) -> None:
    sources = [f"src/{version}/core.c" for version in ("3_10", "3_11", "3_12", "3_13")]
    headers = [f"src/{version}/{name}.h" for version in ("3_10", "3_11") for name in "abc"]
    globs = [
        an_input("src/*_*/core.c", "files", "native-source"),
        an_input("src/*_*/core.cu", "files", "native-source"),
    ]
    root = make_project(tree("pyproject.toml", *sources, *headers, "src/3_10/core.cu"))
    assert added(root, [*globs, *native(*sources, *headers)]) == [
        '{ dir = "src" }',
        '{ file = "src/**/*.{c,h}" }',
        '{ file = "src/*_*/core.cu" }',
    ]
