"""What cargo reads for a crate, case by case."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs, the_input
from support.fuzz import commit_all

from cachekeys.inputs.cargo.rust import Include, Module, scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n[project]\nname = "d"\nversion = "1"\n'
CRATE = '[package]\nname = "d"\nversion = "0.1.0"\nedition = "2021"\n'
ALWAYS = {"file Cargo.toml", "file src/lib.rs"}


@pytest.fixture
def crate(make_project: Callable[..., Path]) -> Callable[..., set[str]]:
    def make(files: dict[str, str], settings: str = "") -> set[str]:
        tree = {"pyproject.toml": PYPROJECT + settings, "Cargo.toml": CRATE, "src/lib.rs": "", **files}
        return found(make_project(tree)) - ALWAYS

    return make


def test_scan() -> None:
    text = r"""
//! mod comment;
/* mod block; /* nested */ mod still; */
const S: &str = "mod text; {"; const R: &str = r#"mod raw; "quoted" "#; const C: char = '{'; fn f<'a>(x: &'a str) {}
pub(crate) mod plain;
#[cfg(test)] mod tests;
#[cfg(test)]
mod inline_tests { mod never; const X: &str = include_str!("never.txt"); }
#[cfg(windows)] #[path = "os/win.rs"] mod imp;
mod outer { mod inner; pub mod deeper { mod leaf; } }
mod r#type;
#[doc = include_str!("../README.md")] struct S1;
const D: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/a.bin"));
include!(concat!(env!("OUT_DIR"), "/generated.rs"));
include!("part.in");
const V: Option<&str> = option_env!("DEMO_BUILD"); const W: &str = env!("DEMO_NEEDED", "set it");
#[derive(Parser)] #[grammar = "g.pest"] struct P;
"""
    result = scan(text)
    modules = [(m.name, m.inside, m.path) for m in result.modules]
    assert modules == [
        ("plain", (), None),
        ("imp", (), "os/win.rs"),
        ("inner", ("outer",), None),
        ("leaf", ("outer", "deeper"), None),
        ("type", (), None),
    ]
    assert result.modules[0] == Module("plain", (), None, 5)
    assert [(i.text, i.kind) for i in result.includes] == [
        ("../README.md", "content"),
        ("data/a.bin", "package"),
        ("part.in", "code"),
        ("src/g.pest", "package"),
    ]
    assert result.includes[2] == Include("part.in", "code", 15)
    assert [name for name, _ in result.variables] == ["DEMO_BUILD", "DEMO_NEEDED"]


def test_modules_are_found_where_rustc_looks(crate: Callable[..., set[str]]) -> None:
    files = {
        "src/lib.rs": 'mod a;\nmod b;\nmod c { mod d; }\n#[path = "odd/e.rs"] mod e;\nmacro_use! { mod f; }\n',
        "src/a.rs": 'mod x;\n#[path = "y.rs"] mod y;\nmod in_ { #[path = "z.rs"] mod z; }\n',
        "src/a/x.rs": "",
        "src/y.rs": "",
        "src/a/in_/z.rs": "",
        "src/b/mod.rs": "mod sub;\n",
        "src/b/sub.rs": "",
        "src/c/d.rs": "",
        "src/odd/e.rs": "mod beside;\n",
        "src/odd/beside.rs": "",
        "src/f.rs": "",
    }
    strays = {"src/stray.rs": "", "src/a/y.rs": "", "src/bin/tool.rs": "", "tests/t.rs": "", "examples/e.rs": ""}
    assert crate({**files, **strays}) == {f"file {name}" for name in files if name != "src/lib.rs"}


def test_what_is_compiled_in(crate: Callable[..., set[str]]) -> None:
    code = 'const T: &str = include_str!("t.txt");\nconst B: &[u8] = include_bytes!("../b.bin");\n'
    code += 'static D: Dir = include_dir!("$CARGO_MANIFEST_DIR/assets");\ninclude!("more.in");\n'
    files = {
        "src/lib.rs": code,
        "src/t.txt": "",
        "b.bin": "",
        "assets/x/y": "",
        "src/more.in": "mod deep;",
        "src/deep.rs": "",
    }
    expected = {"file src/t.txt", "file b.bin", "files assets/**/* (likely)", "file src/more.in", "file src/deep.rs"}
    assert crate({**files, "t.txt": "", "src/b.bin": ""}) == expected


def test_a_chain_leads_from_the_module_to_the_root(make_project: Callable[..., Path]) -> None:
    files = {"src/lib.rs": "// root\nmod a;\n", "src/a.rs": "mod b;\n", "src/a/b.rs": "mod c;", "src/a/b/c.rs": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "Cargo.toml": CRATE, **files})
    item = the_input(root, "src/a/b/c.rs")
    assert [(place.file, place.line) for place in item.chain] == [("src/a/b.rs", 1), ("src/a.rs", 1), ("src/lib.rs", 2)]
    assert the_input(root, "src/a.rs").chain == ()


def test_build_script(crate: Callable[..., set[str]]) -> None:
    script = r"""
mod helper;
use std::env;
const FLAG: &str = "DEMO_FLAG";
fn main() {
    println!("cargo:rerun-if-changed=proto/x.proto"); // println!("cargo:rerun-if-changed=commented.txt");
    println!("cargo::rerun-if-changed=schemas");
    println!("cargo:rerun-if-env-changed=DEMO_SDK");
    println!("cargo:rustc-env=GIVEN_BY_SCRIPT=1");
    let out = env::var("OUT_DIR").unwrap();
    if std::env::var_os(FLAG).is_some() || env::var("NUM_JOBS").is_ok() || env::var("DOCS_RS").is_ok() {}
    cc::Build::new().file("c/fast.c").include("c/include").compile("fast");
    let text = std::fs::read_to_string(std::path::Path::new("data").join("table.csv"));
}
"""
    files = {
        "build.rs": script,
        "helper.rs": "",
        "proto/x.proto": "",
        "commented.txt": "",
        "schemas/a.json": "",
        "c/fast.c": "#include <fast.h>\n",
        "c/include/fast.h": "",
        "c/slow.c": "",
        "data/table.csv": "",
        "src/lib.rs": 'const A: &str = env!("GIVEN_BY_SCRIPT"); const B: &str = env!("OUT_DIR");\n',
    }
    assert crate(files) == {
        *("file build.rs", "file helper.rs", "file proto/x.proto", "files schemas/**/*", "file c/fast.c (likely)"),
        *("file c/include/fast.h (likely)", "file data/table.csv (likely)", "env DEMO_SDK", "env DEMO_FLAG"),
    }


def test_build_script_elsewhere_and_none(crate: Callable[..., set[str]]) -> None:
    text = CRATE + 'build = "tools/make.rs"\n'
    assert crate({"Cargo.toml": text, "tools/make.rs": "", "build.rs": ""}) == {"file tools/make.rs"}
    assert crate({"Cargo.toml": CRATE + "build = false\n", "build.rs": ""}) == set()


def test_programs_count_for_a_wheel_of_programs(crate: Callable[..., set[str]]) -> None:
    files = {
        "Cargo.toml": CRATE + '[[bin]]\nname = "x"\npath = "cli/x.rs"\n',
        "cli/x.rs": "mod y;",
        "cli/y.rs": "",
        "src/main.rs": "",
        "src/bin/two/main.rs": "",
    }
    assert crate(files) == set()
    programs = {"cli/x.rs", "cli/y.rs", "src/main.rs", "src/bin/two/main.rs"}
    assert crate(files, '[tool.maturin]\nbindings = "bin"\n') == {f"file {name}" for name in programs}


def test_optional_crates_count_when_a_feature_asks_for_them(crate: Callable[..., set[str]]) -> None:
    manifest = (
        CRATE + '[features]\ndefault = ["one"]\none = ["dep:first"]\ntwo = ["second?/x", "more"]\nmore = ["second"]\n'
    )
    manifest += (
        '[dependencies]\nfirst = { path = "first", optional = true }\nsecond = { path = "second", optional = true }\n'
    )
    manifest += 'third = { path = "third", default-features = false, features = ["on"] }\n'
    files = {
        "Cargo.toml": manifest,
        "first/Cargo.toml": CRATE,
        "first/src/lib.rs": "",
        "second/Cargo.toml": CRATE,
        "second/src/lib.rs": "",
        "third/Cargo.toml": CRATE
        + '[features]\ndefault = ["off"]\noff = ["dep:fourth"]\non = ["dep:fifth"]\n[dependencies]\n'
        + 'fourth = { path = "../fourth", optional = true }\nfifth = { path = "../fifth", optional = true }\n',
        "third/src/lib.rs": "",
        "fourth/Cargo.toml": CRATE,
        "fourth/src/lib.rs": "",
        "fifth/Cargo.toml": CRATE,
        "fifth/src/lib.rs": "",
    }
    always = {"file first/Cargo.toml", "file first/src/lib.rs", "file third/Cargo.toml", "file third/src/lib.rs"}
    always |= {"file fifth/Cargo.toml", "file fifth/src/lib.rs", "file fourth/Cargo.toml (possible)"}
    assert crate(files) == {*always, "file second/Cargo.toml (possible)"}
    second = {"file second/Cargo.toml", "file second/src/lib.rs"}
    assert crate(files, '[tool.maturin]\nfeatures = ["two"]\n') == {*always, *second}
    without = crate(files, "[tool.maturin]\nno-default-features = true\n")
    assert "file first/src/lib.rs" not in without
    assert "file third/src/lib.rs" in without


def test_a_library_in_another_place(crate: Callable[..., set[str]]) -> None:
    files = {"Cargo.toml": CRATE + '[lib]\npath = "rust/main_lib.rs"\n', "rust/main_lib.rs": "mod x;", "rust/x.rs": ""}
    assert crate(files) == {"file rust/main_lib.rs", "file rust/x.rs"}


def test_dependencies_of_other_platforms_count_and_those_of_tests_do_not(crate: Callable[..., set[str]]) -> None:
    manifest = CRATE + "[target.'cfg(windows)'.dependencies]\nw = { path = \"w\" }\n"
    manifest += '[patch.crates-io]\np = { path = "p" }\n[dev-dependencies]\nt = { path = "t" }\n'
    files = {
        f"{name}/{file}": CRATE if file == "Cargo.toml" else ""
        for name in "wpt"
        for file in ("Cargo.toml", "src/lib.rs")
    }
    expected = {
        "file w/Cargo.toml",
        "file w/src/lib.rs",
        "file p/Cargo.toml (possible)",
        "file t/Cargo.toml (possible)",
    }
    assert crate({"Cargo.toml": manifest, **files}) == expected


def test_members_of_a_workspace(make_project: Callable[..., Path]) -> None:
    workspace = '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/alone"]\n[workspace.dependencies]\nshared = { path = "crates/shared" }\n'
    files = {f"crates/{name}/Cargo.toml": CRATE for name in ("py", "shared", "idle", "alone")}
    files |= {f"crates/{name}/src/lib.rs": "" for name in ("py", "shared", "idle", "alone")}
    files["crates/py/Cargo.toml"] += "[dependencies]\nshared.workspace = true\n"

    def read(name: str) -> set[str]:
        settings = f'[tool.maturin]\nmanifest-path = "crates/{name}/Cargo.toml"\n'
        return found(make_project({"pyproject.toml": PYPROJECT + settings, "Cargo.toml": workspace, **files}))

    own = {f"file crates/{name}/{file}" for name in ("py", "shared") for file in ("Cargo.toml", "src/lib.rs")}
    assert read("py") == {"file Cargo.toml", *own, "file crates/idle/Cargo.toml (possible)"}
    assert read("alone") == {"file crates/alone/Cargo.toml", "file crates/alone/src/lib.rs"}


def test_a_crate_that_names_its_workspace(make_project: Callable[..., Path]) -> None:
    settings = '[tool.maturin]\nmanifest-path = "deep/py/Cargo.toml"\n'
    files = {
        "deep/py/Cargo.toml": CRATE + 'workspace = "../../ws"\n',
        "deep/py/src/lib.rs": "",
        "ws/Cargo.toml": '[workspace]\nmembers = ["../deep/py"]\n',
        "ws/Cargo.lock": "",
        "Cargo.toml": "[workspace]\n",
        "Cargo.lock": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT + settings, **files})
    assert found(root) == {f"file {name}" for name in files if not name.startswith("Cargo.")}


def test_a_weak_feature_switches_nothing_on(crate: Callable[..., set[str]]) -> None:
    manifest = (
        CRATE + '[features]\ndefault = ["second?/x"]\n[dependencies]\nsecond = { path = "second", optional = true }\n'
    )
    files = {"Cargo.toml": manifest, "second/Cargo.toml": CRATE, "second/src/lib.rs": ""}
    assert crate(files) == {"file second/Cargo.toml (possible)"}
    files["Cargo.toml"] = manifest.replace("second?/x", "second/x")
    assert crate(files) == {"file second/Cargo.toml", "file second/src/lib.rs"}


def test_features_that_several_crates_ask_for_add_up(crate: Callable[..., set[str]]) -> None:
    shared = CRATE + '[features]\nx = ["dep:one"]\ny = ["dep:two"]\n[dependencies]\n'
    shared += "".join(f'{name} = {{ path = "../{name}", optional = true }}\n' for name in ("one", "two", "three"))
    files = {
        "Cargo.toml": CRATE
        + '[dependencies]\nshared = { path = "shared", features = ["x"] }\nuser = { path = "user" }\n',
        "user/Cargo.toml": CRATE + '[dependencies]\nshared = { path = "../shared", features = ["y"] }\n',
        "shared/Cargo.toml": shared,
        **dict.fromkeys(("one/Cargo.toml", "two/Cargo.toml", "three/Cargo.toml"), CRATE),
        **dict.fromkeys([f"{name}/src/lib.rs" for name in ("user", "shared", "one", "two", "three")], ""),
    }
    code = {name.partition("/")[0] for name in crate(files) if name.endswith(".rs")}
    assert code == {"file user", "file shared", "file one", "file two"}


def test_toolchain_and_configuration_by_their_old_names(crate: Callable[..., set[str]]) -> None:
    files = {"rust-toolchain": "stable\n", ".cargo/config": 'paths = ["local"]\n', "local/Cargo.toml": CRATE}
    assert crate(files) == {"file rust-toolchain", "file .cargo/config", "files local/**/* (likely)"}


def test_the_nearest_toolchain_and_the_newer_name_of_the_configuration_count(crate: Callable[..., set[str]]) -> None:
    files = {
        "rust/Cargo.toml": CRATE,
        "rust/src/lib.rs": "",
        "rust/rust-toolchain": "",
        "rust-toolchain.toml": "",
        "rust/.cargo/config": "",
        ".cargo/config.toml": "",
        ".cargo/config": "",
    }
    expected = {"rust/Cargo.toml", "rust/src/lib.rs", "rust/rust-toolchain", "rust/.cargo/config", ".cargo/config.toml"}
    assert crate(files, '[tool.maturin]\nmanifest-path = "rust/Cargo.toml"\n') == {f"file {name}" for name in expected}


def test_the_lock_file_counts_unless_git_ignores_it(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "Cargo.toml": CRATE, "src/lib.rs": "", "Cargo.lock": ""})
    assert found(root) == {*ALWAYS, "file Cargo.lock"}
    (root / ".gitignore").write_text("Cargo.lock\n", encoding="utf-8")
    commit_all(root, "v1")
    assert found(root) == ALWAYS


def test_vendored_crates(crate: Callable[..., set[str]]) -> None:
    files = {
        ".cargo/config.toml": '[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "vendor"\n',
        "Cargo.toml": CRATE + '[dependencies]\nused = "1"\n',
        "vendor/used/Cargo.toml": CRATE.replace('"d"', '"used"'),
        "vendor/used/src/lib.rs": "",
        "vendor/unused/Cargo.toml": CRATE.replace('"d"', '"unused"'),
        "vendor/unused/src/lib.rs": "",
    }
    names = crate(files)
    assert {"files vendor/used/**/* (likely)", "file vendor/unused/Cargo.toml (likely)"} <= names
    assert not any("vendor/unused/src" in name or "vendor/unused/**" in name for name in names)


def test_what_lies_above_the_project_in_its_checkout(make_project: Callable[..., Path], tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    root = make_project(
        {
            "pyproject.toml": PYPROJECT,
            "Cargo.toml": CRATE.replace('version = "0.1.0"', "version.workspace = true"),
            "src/lib.rs": "",
        },
        "repository/bindings",
    )
    for name, text in {
        "Cargo.toml": '[workspace]\nmembers = ["bindings"]\n[workspace.package]\nversion = "1.0.0"\n',
        "Cargo.lock": "",
        "rust-toolchain.toml": "",
        ".cargo/config.toml": "",
    }.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text, encoding="utf-8")
    above = {"file ../Cargo.toml", "file ../Cargo.lock", "file ../rust-toolchain.toml", "file ../.cargo/config.toml"}
    assert not above & found(root)  # without a checkout, what lies above is the machine's
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
    assert above <= found(root)


def test_files_that_maturin_packs(crate: Callable[..., set[str]]) -> None:
    settings = '[tool.maturin]\nmodule-name = "d"\ninclude = ["a.txt", { path = "b/**/*", format = "sdist" }, { path = "c/*", format = ["wheel", "sdist"] }]\n'
    expected = {"file a.txt", "files c/*", "files d.data/**/*"}
    assert crate({"d.data/scripts/x": "", "a.txt": "", "b/b": "", "c/c": ""}, settings) == expected


def test_the_compiled_module_lands_in_the_python_source(make_project: Callable[..., Path]) -> None:
    for settings, place in (("", ""), ('[tool.maturin]\npython-source = "python"\n', "python/")):
        root = make_project({"pyproject.toml": PYPROJECT + settings, "Cargo.toml": CRATE, "src/lib.rs": ""})
        assert outputs(root) == {f"{place}**/*.so", f"{place}**/*.pyd", "target/**/*"}


def test_the_header_that_cbindgen_writes(crate: Callable[..., set[str]]) -> None:
    files = {"cbindgen.toml": "", "Cargo.toml": CRATE + '[dependencies]\npyo3 = "0.25"\n'}
    assert crate(files) == set()
    assert crate(files, '[tool.maturin]\nbindings = "cffi"\n') == {"file cbindgen.toml (likely)"}
    assert crate({"cbindgen.toml": ""}) == {"file cbindgen.toml (likely)"}


def test_files_with_settings_that_maturin_hands_to_cargo(crate: Callable[..., set[str]]) -> None:
    settings = '[tool.maturin]\nconfig = ["extra.toml", "build.jobs=2"]\ncargo-extra-args = "--config more.toml --target x.json"\n'
    files = dict.fromkeys(("extra.toml", "more.toml", "x.json", "other.toml"), "")
    assert crate(files, settings) == {"file extra.toml", "file more.toml", "file x.json"}


def test_broken_manifests_are_survived(crate: Callable[..., set[str]]) -> None:
    text = (
        CRATE
        + "build = 3\n[lib]\npath = 1\n[dependencies]\na = { path = 7 }\nb = 2\n[features]\nx = 1\n[[bin]]\n[patch]\ny = 3\n"
    )
    assert crate({"Cargo.toml": text}) == set()
    assert crate({"Cargo.toml": CRATE + '[dependencies]\nd = { path = "." }\n'}) == set()
    assert crate({"src/lib.rs": 'mod a; /* never closed "\n'}) == set()


def test_the_readme_of_the_crate_counts_where_the_project_leaves_it_to_the_back_end(
    crate: Callable[..., set[str]], make_project: Callable[..., Path]
) -> None:
    manifest = CRATE.replace('version = "0.1.0"', 'version = "0.1.0"\nreadme = "CRATE.md"')
    files = {"Cargo.toml": manifest, "src/lib.rs": "", "CRATE.md": "", "README.md": ""}
    assert crate(files) == set()  # [project] has no readme: then there is none
    without = PYPROJECT.partition("[project]")[0]
    assert found(make_project({"pyproject.toml": without, **files})) == {*ALWAYS, "file CRATE.md"}
    left = PYPROJECT + 'dynamic = ["readme"]\n'
    assert found(make_project({"pyproject.toml": left, **files})) == {*ALWAYS, "file CRATE.md"}
    usual = {**files, "Cargo.toml": CRATE, "README.txt": ""}
    assert found(make_project({"pyproject.toml": left, **usual})) == {*ALWAYS, "file README.md"}
    none = {**files, "Cargo.toml": CRATE.replace("[package]", "[package]\nreadme = false")}
    assert found(make_project({"pyproject.toml": left, **none})) == ALWAYS


def test_a_readme_that_the_workspace_hands_down(make_project: Callable[..., Path]) -> None:
    manifest = CRATE + 'readme.workspace = true\n[workspace.package]\nreadme = "docs/R.md"\n'
    files = {"Cargo.toml": manifest, "src/lib.rs": "", "docs/R.md": ""}
    left = PYPROJECT + 'dynamic = ["readme"]\n'
    assert found(make_project({"pyproject.toml": left, **files})) == {*ALWAYS, "file docs/R.md"}


def test_the_licence_file_of_the_crate_is_packed_and_dependencies_describe_nothing(
    crate: Callable[..., set[str]],
) -> None:
    manifest = CRATE.replace('"d"', '"d"\nlicense-file = "TERMS"') + '[dependencies]\ninner = { path = "inner" }\n'
    inner = CRATE.replace('"d"', '"inner"\nreadme = "ABOUT.md"\nlicense-file = "TERMS"')
    files = {"Cargo.toml": manifest, "TERMS": "", "inner/Cargo.toml": inner, "inner/src/lib.rs": ""}
    files |= {"inner/ABOUT.md": "", "inner/TERMS": ""}
    assert crate(files) == {"file TERMS", "file inner/Cargo.toml", "file inner/src/lib.rs"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('Command::new("git").args(["rev-parse", "HEAD"]).output();', {"commit"}),
        ('Command::new("git").arg("log").arg("-1").arg("--format=%h %(describe:tags)").output();', {"commit", "tags"}),
        ('let sha = run("git", &["describe", "--always", "--dirty"]);', {"commit", "tags"}),
        ('let sha = cmd!(sh, "git rev-parse --short HEAD").read()?;', {"commit"}),
        ("let tag = run_fun!(git describe --tags)?;", {"commit", "tags"}),
        ('fn git(a: &[&str]) { Command::new("git").args(a).output(); } git(&["tag", "-l"]); // describe', {"commit"}),
        ('Command::new("git").args(&["submodule", "update", "--init"]).status();', set()),
        ('Command::new("git").arg("--version").status();', set()),
        ('println!("cargo:rerun-if-changed=.git/HEAD"); let x = "git";', set()),
        ("vergen::EmitBuilder::builder().all_build().all_git().emit();", {"commit", "tags"}),
        ("vergen::EmitBuilder::builder().git_sha(true).emit();", {"commit"}),
        ("vergen::EmitBuilder::builder().all_build().emit();", set()),
        ("let git2 = Git2Builder::default().sha(true).build()?;", {"commit"}),
        ("shadow_rs::ShadowBuilder::builder().build()?;", {"commit", "tags"}),
        ('let repo = git2::Repository::discover(".")?;', {"commit"}),
        ("built::write_built_file();", set()),
    ],
)
def test_a_build_script_asks_git(crate: Callable[..., set[str]], script: str, expected: set[str]) -> None:
    names = crate({"build.rs": f"fn main() {{ {script} }}\n"})
    assert {name.removeprefix("git ") for name in names if name.startswith("git ")} == expected


def test_what_libraries_ask_git_for(crate: Callable[..., set[str]]) -> None:
    manifest = CRATE + '[build-dependencies]\nbuilt = { version = "0.8", features = ["git2"] }\n'
    script = "fn main() { built::write_built_file().unwrap(); }\n"
    asked = {"git commit", "git tags"}
    assert asked <= crate({"Cargo.toml": manifest, "build.rs": script})
    macro = 'mod v;\nconst S: &str = env!("VERGEN_GIT_SHA"); // git_version!()\n'
    without = {"Cargo.toml": CRATE + "build = false\n", "src/v.rs": ""}
    assert crate({**without, "src/lib.rs": macro}) == {"file src/v.rs"}
    macro = 'const V: &str = git_version::git_version!(args = ["--always"]);\n'
    assert crate({**without, "src/lib.rs": "mod v;\n", "src/v.rs": macro}) == {"file src/v.rs", *asked}


@pytest.mark.parametrize("directory", ["rust", "native"])
def test_the_usual_places_of_a_manifest(make_project: Callable[..., Path], directory: str) -> None:
    files = {f"{directory}/Cargo.toml": CRATE, f"{directory}/src/lib.rs": "", "other/Cargo.toml": CRATE}
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert found(root) == {f"file {directory}/Cargo.toml", f"file {directory}/src/lib.rs"}


def test_setuptools_rust_features_and_programs(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["setuptools", "setuptools-rust"]\nbuild-backend = "setuptools.build_meta"\n'
    text += '[project]\nname = "d"\nversion = "1"\n[[tool.setuptools-rust.ext-modules]]\ntarget = "d._d"\npath = "rs/Cargo.toml"\nfeatures = ["x"]\n'
    manifest = CRATE + '[features]\nx = ["dep:deep"]\n[dependencies]\ndeep = { path = "deep", optional = true }\n'
    files = {"rs/Cargo.toml": manifest, "rs/src/lib.rs": "", "rs/src/main.rs": "", "rs/deep/Cargo.toml": CRATE}
    files["rs/deep/src/lib.rs"] = ""
    library = {"file rs/Cargo.toml", "file rs/src/lib.rs", "file rs/deep/Cargo.toml", "file rs/deep/src/lib.rs"}
    assert found(make_project({"pyproject.toml": text, **files})) == library
    programs = text.replace("ext-modules", "bins")
    assert found(make_project({"pyproject.toml": programs, **files}, "bins")) == {*library, "file rs/src/main.rs"}
