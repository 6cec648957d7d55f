"""What a Meson build reads, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "d"\nversion = "1"\n'
)
START = "project('d', 'c', 'cython', version: '1')\npy = import('python').find_installation(pure: false)\nfs = import('fs')\n"


@pytest.fixture
def reads(make_project: Callable[..., Path]) -> Callable[..., set[str]]:
    """Return what a build reads besides the top meson.build, without the words."""

    def run(script: str, *present: str, settings: str = "", files: Mapping[str, str] | None = None) -> set[str]:
        tree = {"pyproject.toml": PYPROJECT + settings, "meson.build": START + script}
        tree |= {"meson.options": "option('doc', type: 'feature', value: 'disabled')\n"} if "'doc'" in script else {}
        tree |= dict.fromkeys(present, "")
        root = make_project({**tree, **(files or {})})
        return {text.removeprefix("file ").partition(" (")[0] for text in found(root)} - {"meson.build"}

    return run


@pytest.mark.parametrize(
    ("script", "present", "expected"),
    [
        ("py.extension_module('m', 'm.c', 'absent.c')", ["m.c", "other.c"], {"m.c"}),
        ("py.extension_module('m', sources: files('a.c', ['b.c']))", ["a.c", "b.c"], {"a.c", "b.c"}),
        ("s = ['a.c']\nif host_machine.system() == 'x'\ns += 'b.c'\nendif\nlibrary('l', s)", ["a.c", "b.c"], {"a.c", "b.c"}),
        ("foreach n : ['a', 'b']\npy.extension_module(n, n + '.pyx')\nendforeach", ["a.pyx", "b.pyx"], {"a.pyx", "b.pyx"}),
        ("foreach n, s : {'a': ['x/' + 'a.c']}\nexecutable(n, s)\nendforeach", ["x/a.c"], {"x/a.c"}),
        ("configure_file(input: 'c.h.in', output: 'c.h', configuration: configuration_data())", ["c.h.in"], {"c.h.in"}),
        ("configure_file(input: files('a.in'), output: '@BASENAME@', copy: true)", ["a.in"], {"a.in"}),
        (
            "custom_target('t', input: 'g.y', output: 'g.c', command: [find_program('gen.py'), '@INPUT@'], depend_files: 'd.txt')",
            ["g.y", "gen.py", "d.txt"],
            {"g.y", "gen.py", "d.txt"},
        ),
        ("custom_target('t', output: 'a', command: [py, files('tool.py'), meson.current_source_dir() / 'in.json'])", ["tool.py", "in.json"], {"tool.py", "in.json"}),
        ("g = generator(py, output: '@BASENAME@.c', arguments: ['@INPUT@'])\nlibrary('l', g.process('a.tmpl', files('b.tmpl')))", ["a.tmpl", "b.tmpl"], {"a.tmpl", "b.tmpl"}),
        ("run_command(find_program('scripts/info.py'), 'data.txt', check: true)", ["scripts/info.py", "data.txt"], {"scripts/info.py", "data.txt"}),
        ("run_command(py, ['-c', 'print(open(\"notes.txt\").read())'])", ["notes.txt"], {"notes.txt"}),
        ("x = fs.read('a.txt').strip().split('\\n')", ["a.txt"], {"a.txt"}),
        ("fs.copyfile('m.pyx', 'n.pyx')", ["m.pyx"], {"m.pyx"}),
        ("fs.hash(files('k.bin'), 'sha256')", ["k.bin"], {"k.bin"}),
        ("if fs.exists('opt.c')\nlibrary('o', 'opt.c')\nendif", ["opt.c"], {"opt.c"}),
        ("py.install_sources(['a.py', 'b/c.py'], subdir: 'd')", ["a.py", "b/c.py"], {"a.py", "b/c.py"}),
        ("install_subdir('data', install_dir: 'x')", ["data/a.txt"], {"files data/**/*"}),
        (
            "install_subdir('d', install_dir: 'x', exclude_directories: 'core', exclude_files: ['notes.md', 'sub/b.txt'])",
            ["d/a.py", "d/notes.md", "d/core/c.c", "d/sub/a.txt", "d/sub/b.txt", "d/sub/deep/e.txt", "d/more/core/f.py"],
            {"d/a.py", "d/sub/a.txt", "files d/sub/deep/**/*", "files d/more/**/*"},
        ),
        (
            "install_subdir('d', install_dir: 'x', exclude_directories: ['core'])",
            ["d/a.py", "d/core/c.c"],
            {"files d/*"},
        ),
        ("install_data('share.txt')\ninstall_headers('h.h')", ["share.txt", "h.h"], {"share.txt", "h.h"}),
        ("import('keyval').load('.config')", [".config"], {".config"}),
        ("c = meson.get_compiler('c')\nif c.compiles(files('check.c'))\nendif", ["check.c"], {"check.c"}),
        ("set_variable('s' + '1', ['v.c'])\nlibrary('v', get_variable('s1'))", ["v.c"], {"v.c"}),
        ("meson.add_install_script('post.sh')\nmeson.add_dist_script('dist.sh')", ["post.sh", "dist.sh"], {"post.sh"}),
        ("meson.override_find_program('gen', find_program('gen.pl'))\nrun_command(find_program('gen'))", ["gen.pl"], {"gen.pl"}),
        ("import('something-new').compile('x', 'strange.proto', deps: files('y.dat'))", ["strange.proto", "y.dat"], {"strange.proto", "y.dat"}),
        ("library('l', 'a.c', link_depends: 'map.ver', c_pch: 'pch/p.h', link_args: ['-Wl,--version-script=' + meson.project_source_root() / 'sym.map'])", ["a.c", "map.ver", "pch/p.h", "sym.map"], {"a.c", "map.ver", "pch/p.h", "sym.map"}),
        ("library(structured_sources(['a.rs'], {'m': ['b.rs']}).to_list())\nlibrary('x', structured_sources(['a.rs']))", ["a.rs", "b.rs"], {"a.rs", "b.rs"}),
        ("d = disabler()\nlibrary('l', 'never.c', dependencies: d)\nif d.found()\nlibrary('k', 'nor.c')\nendif", ["never.c", "nor.c"], set()),
        ("o = get_option('doc')\nif find_program('x', required: o).found()\nlibrary('l', 'n.c')\nendif\nif dependency('y', required: o).found()\nlibrary('k', 'n.c')\nendif", ["n.c"], {"meson.options"}),
        ("if import('python').find_installation(modules: ['s'], required: get_option('doc')).found()\nlibrary('l', 'n.c')\nendif", ["n.c"], {"meson.options"}),
        ("if import('python').find_installation('python3', modules: ['s'], required: false).found()\nlibrary('l', 'n.c')\nendif", ["n.c"], {"n.c"}),
        ("c = meson.get_compiler('c')\no = get_option('doc')\nif c.has_header('x.h', required: o) or c.find_library('x', required: o).found()\nlibrary('l', 'n.c')\nendif", ["n.c"], {"meson.options"}),
        ("c = meson.get_compiler('c')\nif c.has_header('x.h', required: get_option('doc').disable_auto_if(false))\nlibrary('l', 'n.c')\nelse\nlibrary('l', 'm.c')\nendif", ["n.c", "m.c"], {"meson.options", "m.c"}),
        ("o = get_option('doc')\nif add_languages('fortran', required: o) or import('fs', required: o).found()\nlibrary('l', 'n.c')\nendif", ["n.c"], {"meson.options"}),
        ("subdir_done()\nlibrary('l', 'never.c')", ["never.c"], set()),
        ("subdir('s', if_found: dependency('z', required: get_option('doc')))", ["s/meson.build"], {"meson.options"}),
        ("subdir('s', if_found: dependency('z', required: false))", ["s/meson.build"], {"s/meson.build"}),
        ("run_command(find_program('gen', dirs: [meson.current_source_dir() / 'tools']))", ["tools/gen", "other/gen"], {"tools/gen"}),
        ("test('t', executable('t', 't.c'), args: files('args.txt'))", ["t.c", "args.txt"], {"t.c"}),
    ],
)  # fmt: skip
def test_what_is_read(reads: Callable[..., set[str]], script: str, present: list[str], expected: set[str]) -> None:
    assert reads(script + "\n", *present) == expected


def test_headers_are_found_in_the_directories_of_the_target(reads: Callable[..., set[str]]) -> None:
    script = """
inc = include_directories('include')
dep = declare_dependency(include_directories: include_directories('vendor/api'), sources: files('vendor/api/gen.c'))
library('l', 'src/a.c', include_directories: inc, dependencies: [dep, dependency('zlib')])
py.extension_module('m', 'src/m.pyx', cython_args: ['-I' + meson.current_source_dir() / 'cy'])
"""
    files = {
        "src/a.c": '#include "a.h"\n#include <deep/b.h>\n#include <api.h>\n#include <zlib.h>\n',
        "src/a.h": "",
        "include/deep/b.h": '#include "c.h"\n',
        "include/deep/c.h": "",
        "vendor/api/api.h": "",
        "vendor/api/gen.c": "",
        "vendor/zlib.h": "",
        "src/m.pyx": 'cimport shared\ninclude "part.pxi"\n',
        "src/part.pxi": "",
        "cy/shared.pxd": "",
        "other/shared.pxd": "",
    }
    wanted = set(files) - {"vendor/zlib.h", "other/shared.pxd"}
    assert reads(script, files=files) == wanted


@pytest.mark.parametrize(("option", "expected"), [("", {"s/h.h"}), (", implicit_include_directories: false", set())])
def test_headers_beside_the_build_file_are_found_unless_it_says_no(
    reads: Callable[..., set[str]], option: str, expected: set[str]
) -> None:
    files = {
        "s/meson.build": f"library('l', 'deep/a.c'{option})\n",
        "s/deep/a.c": "#include <h.h>\n",
        "s/h.h": "",
        "t/h.h": "",
    }
    assert reads("subdir('s')\n", files=files) == {"s/meson.build", "s/deep/a.c", *expected}


def test_subdirectories_share_variables_and_have_paths_of_their_own(
    make_project: Callable[..., Path], reads: Callable[..., set[str]]
) -> None:
    files = {
        "src/meson.build": "names += 'b'\nsubdir('deep')\nsrcs = files('s.c')\n",
        "src/deep/meson.build": "library('d', names[1] + '.c', 'absent.c')\n",
        "src/deep/b.c": "",
        "src/s.c": "",
        "b.c": "",
        "unused/meson.build": "",
    }
    script = "names = ['a']\nsubdir('src')\nlibrary('top', srcs)\n"
    expected = {"src/meson.build", "src/deep/meson.build", "src/deep/b.c", "src/s.c"}
    assert reads(script, files=files) == expected
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": START + script, **files})
    item = the_input(root, "src/deep/b.c")
    places = [(place.file, place.line) for place in item.chain]
    assert places == [("src/deep/meson.build", 1), ("src/meson.build", 2), ("meson.build", 5)]
    assert item.modes == ("wheel",)


def test_options_have_their_defaults_unless_the_build_sets_them(reads: Callable[..., set[str]]) -> None:
    options = "option('fast', type: 'boolean', value: false)\noption('kind', type: 'combo', choices: ['x', 'y'])\n"
    options += "option('extra', type: 'feature')\noption('names', type: 'array', value: ['n'])\n"
    script = """
if get_option('fast')
  library('fast', 'fast.c')
endif
library('kind', get_option('kind') + '.c')
if get_option('extra').enabled()
  library('extra', 'extra.c')
endif
foreach n : get_option('names')
  library(n, n + '.c')
endforeach
if get_option('buildtype') == 'debug'
  library('debug', 'debug.c')
endif
"""
    present = ("fast.c", "x.c", "y.c", "extra.c", "n.c", "debug.c")
    files = {"meson.options": options}
    assert reads(script, *present, files=files) == {"meson.options", "x.c", "n.c"}
    settings = '[tool.meson-python.args]\nsetup = ["-Dfast=true", "-D", "kind=y", "-Dextra=enabled", "-Dnames=[]"]\n'
    assert reads(script, *present, settings=settings, files=files) == {"meson.options", "fast.c", "y.c", "extra.c"}


def test_subprojects_in_the_tree(reads: Callable[..., set[str]]) -> None:
    files = {
        "subprojects/one/meson.build": "project('eins', 'c')\none = declare_dependency(include_directories: include_directories('inc'))\nlibrary('o', get_option('k') + '.c')\n",
        "subprojects/one/meson_options.txt": "option('k', type: 'string', value: 'plain')\n",
        "subprojects/one/inc/one.h": "",
        "subprojects/one/plain.c": "",
        "subprojects/one/set.c": "",
        "subprojects/zwei.wrap": "[wrap-file]\ndirectory = two-1.0\ndiff_files = fix.diff\npatch_directory = two\n[provide]\nlibtwo = two_dep\n",
        "subprojects/packagefiles/fix.diff": "",
        "subprojects/packagefiles/two/meson.build": "",
        "subprojects/packagefiles/unused.diff": "",
        "subprojects/four.wrap": "[wrap-file]\ndirectory = four-1\ndiff_files = four.diff\npatch_directory = four\n",
        "subprojects/packagefiles/four.diff": "",
        "subprojects/packagefiles/four/meson.build": "",
        "subprojects/two-1.0/meson.build": "project('two', 'c')\ntwo_dep = declare_dependency(sources: files('two.c'))\n",
        "subprojects/two-1.0/two.c": "",
        "subprojects/three/meson.build": "project('three', 'c')\nlibrary('t', 't.c')\n",
        "subprojects/three/t.c": "",
        "m.c": "#include <one.h>\n",
    }
    script = "sub = subproject('one', default_options: ['k=set'])\npy.extension_module('m', 'm.c', dependencies: [sub.get_variable('one'), dependency('libtwo')])\n"
    prefix = "subprojects/"
    expected = {"m.c", f"{prefix}one/meson.build", f"{prefix}one/meson_options.txt", f"{prefix}one/inc/one.h"}
    expected |= {f"{prefix}one/set.c", f"{prefix}zwei.wrap", f"{prefix}four.wrap", f"{prefix}packagefiles/four.diff"}
    expected |= {f"files {prefix}packagefiles/four/**/*", f"{prefix}two-1.0/meson.build", f"{prefix}two-1.0/two.c"}
    assert reads(script, files=files) == expected


def test_git_and_scripts_that_find_the_version(make_project: Callable[..., Path]) -> None:
    pyproject = PYPROJECT.replace('version = "1"', 'dynamic = ["version"]')
    build = "project('d', version: run_command('tools/v.py', check: true).stdout().strip())\n"
    script = "import os, subprocess\nfrom helper import x\nprint(open('VERSION').read(), os.environ.get('DEMO_BUILD'), os.environ['MESON_SOURCE_ROOT'])\n"
    files = {"tools/v.py": script, "tools/helper.py": "x = 1\n", "VERSION": "1"}
    root = make_project({"pyproject.toml": pyproject, "meson.build": build, **files})
    wanted = {"file meson.build", "file tools/v.py", "file tools/helper.py", "file VERSION", "env DEMO_BUILD"}
    assert found(root) == wanted
    assert {item.modes for item in inputs_of(root).inputs if not item.optional} == {("editable", "wheel")}
    build = "project('d', version: '1')\nvcs_tag(input: 'v.in', output: 'v.h')\n"
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": build, "v.in": ""}, "tagged")
    assert found(root) == {"file meson.build", "file v.in", "git commit", "git tags"}


def test_install_tags_decide_what_is_packed(reads: Callable[..., set[str]]) -> None:
    script = "py.install_sources('a.py')\npy.install_sources('t.py', install_tag: 'tests')\n"
    settings = '[tool.meson-python.args]\ninstall = ["--tags=runtime,python-runtime"]\n'
    assert reads(script, "a.py", "t.py") == {"a.py", "t.py"}
    assert reads(script, "a.py", "t.py", settings=settings) == {"a.py"}


def test_machine_files_and_a_meson_of_its_own(make_project: Callable[..., Path]) -> None:
    settings = '[tool.meson-python]\nmeson = "vendored/meson.py"\n[tool.meson-python.args]\n'
    settings += 'setup = ["--native-file", "native.ini", "--cross-file=absent.ini"]\n'
    files = {
        "native.ini": "[binaries]\nc = '@GLOBAL_SOURCE_ROOT@' / 'tools/cc.sh'\n",
        "tools/cc.sh": "",
        "vendored/meson.py": "from mesonlib import run\n",
        "vendored/mesonlib/__init__.py": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT + settings, "meson.build": START, **files})
    expected = {"file meson.build", "file native.ini", "file tools/cc.sh (likely)", "file vendored/meson.py"}
    assert found(root) == {*expected, "file vendored/mesonlib/__init__.py (possible)"}


@pytest.mark.parametrize(("given", "expected"), [("", "b.c"), (", default_options: ['fast=true']", "a.c")])
def test_default_options_of_the_project_count(make_project: Callable[..., Path], given: str, expected: str) -> None:
    build = f"project('d', 'c'{given})\nlibrary('l', get_option('fast') ? 'a.c' : 'b.c')\n"
    options = "option('fast', type: 'boolean', value: false)\n"
    files = {"meson.build": build, "meson.options": options, "a.c": "", "b.c": ""}
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert found(root) == {"file meson.build", "file meson.options", f"file {expected}"}


def test_a_template_and_directories_that_the_machine_chooses(make_project: Callable[..., Path]) -> None:
    build = "configure_file(input: 'c.h.in', output: 'c.h', configuration: configuration_data())\n"
    build += "subdir('arch-' + host_machine.cpu_family())\n"
    files = {"c.h.in": "", "arch-x86/meson.build": "library('l', 'a.c')\n", "arch-x86/a.c": "", "other/meson.build": ""}
    files["arch-arm/meson.build"] = ""
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": START + build, **files})
    assert found(root) == {f"file {name}" for name in ("meson.build", *files) if name != "other/meson.build"}


def test_modules_of_rust(reads: Callable[..., set[str]]) -> None:
    files = {"src/r.rs": "mod deep;\n", "src/deep.rs": "", "src/other.rs": ""}
    assert reads("library('r', 'src/r.rs')\n", files=files) == {"src/r.rs", "src/deep.rs"}


def test_the_version_may_stand_in_a_file(make_project: Callable[..., Path]) -> None:
    build = "project('d', 'c', version: files('VERSION'))\nlibrary('l', 'a.c')\n"
    dynamic = PYPROJECT.replace('version = "1"', 'dynamic = ["version"]')
    root = make_project({"pyproject.toml": dynamic, "meson.build": build, "VERSION": "1.0", "a.c": ""})
    assert found(root) == {"file meson.build", "file VERSION", "file a.c"}
    version, source = the_input(root, "VERSION"), the_input(root, "a.c")
    assert (version.role, version.affects, version.modes) == ("dynamic-file", "version", ("editable", "wheel"))
    assert (source.role, source.affects, source.modes) == ("native-source", "code", ("wheel",))


def test_the_sources_of_a_sourceset_are_compiled(make_project: Callable[..., Path]) -> None:
    build = "s = import('sourceset').source_set()\ns.add(when: 'X', if_true: files('a.c'), if_false: 'b.c')\nlibrary('l', s.apply({}).sources())\n"
    files = {"a.c": "", "b.c": '#include "inc/h.h"\n', "inc/h.h": "", "c.c": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": START + build, **files})
    assert found(root) == {"file meson.build", "file a.c", "file b.c", "file inc/h.h"}


@pytest.mark.parametrize("fallback", ["['zsub', 'zed_dep']", "'zsub'"])
def test_a_subproject_stands_in_for_a_dependency(reads: Callable[..., set[str]], fallback: str) -> None:
    script = f"d = dependency('zed', fallback: {fallback})\nlibrary('l', 'a.c', dependencies: d)\n"
    subproject = "project('z', 'c')\nzed_dep = declare_dependency(include_directories: 'inc')\nmeson.override_dependency('zed', zed_dep)\n"
    files = {
        "a.c": "#include <z.h>\n",
        "subprojects/zsub/meson.build": subproject,
        "subprojects/zsub/inc/z.h": "",
        "subprojects/other/meson.build": "project('o')\n",
        "other/z.h": "",
    }
    assert reads(script, files=files) == {"a.c", "subprojects/zsub/meson.build", "subprojects/zsub/inc/z.h"}


def test_a_header_says_which_includes_lead_to_it(make_project: Callable[..., Path]) -> None:
    build = START + "library('l', 'a.c', include_directories: 'inc')\n"
    files = {"a.c": '#include "b.h"\n', "b.h": '// ours\n#include "c.h"\n', "inc/c.h": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": build, **files})
    item = the_input(root, "inc/c.h")
    assert [(place.file, place.line) for place in item.chain] == [("b.h", 2), ("a.c", 1)]
    assert item.modes == ("wheel",)


def test_a_file_that_cannot_be_parsed_is_said(make_project: Callable[..., Path]) -> None:
    files = {"meson.build": START + "subdir('bad')\nlibrary('l', 'a.c')\n", "bad/meson.build": 'x = "no"\n', "a.c": ""}
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert found(root) == {"file meson.build", "file bad/meson.build", "file a.c"}
    assert unresolved(root) == ["bad/meson.build cannot be parsed as Meson's language: unexpected character '\"'"]
