"""The files that rustc and cargo say they read (their dependency files), against what we find in sources and manifests."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.cargo import crate_inputs
from cachekeys.inputs.cargo.sources import crate_files, modules
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(shutil.which("cargo") is None or shutil.which("rustc") is None, reason="needs Rust"),
]


class _Tree:
    """A random crate of modules: every way to name a file, and files that look as if they were named."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.files: dict[str, str] = {}
        self.count = 0
        self.files["src/lib.rs"] = self.body("src", "src", 3)

    def body(self, own: str, children: str, depth: int) -> str:
        """Return the text of a file in the directory *own*, whose child modules lie in *children*."""
        lines = ["// mod commented;", "/* mod blocked; */", 'const A: &str = "mod quoted;";', "const B: char = '\"';"]
        for _ in range(self.random.randint(1, 3) if depth else 0):
            self.count += 1
            lines += self.member(f"m{self.count}", own, children, depth - 1)
        return "\n".join(lines) + "\n"

    def member(self, name: str, own: str, children: str, depth: int) -> list[str]:
        way = self.random.choice(["file", "mod.rs", "path", "inline", "inline path", "test", "str", "bytes", "include"])
        if way in {"file", "mod.rs", "test"}:
            path = f"{children}/{name}.rs" if way != "mod.rs" else f"{children}/{name}/mod.rs"
            self.files[path] = self.body(
                f"{children}/{name}" if way == "mod.rs" else children, f"{children}/{name}", depth
            )
            return ["#[cfg(test)]" if way == "test" else "#[allow(dead_code)]", f"pub mod {name};"]
        if way == "path":
            self.files[f"{own}/odd_{name}.rs"] = self.body(own, own, depth)
            return [f'#[path = "odd_{name}.rs"]', f"mod {name};"]
        if way == "inline":
            self.files[f"{children}/{name}/in_{name}.rs"] = ""
            return [f"mod {name} {{", f"    mod in_{name};", "}"]
        if way == "inline path":
            self.files[f"{children}/{name}/x/{name}.rs"] = ""
            return [f"mod {name} {{", f'    #[path = "x/{name}.rs"] mod inner;', "}"]
        if way == "include":
            self.files[f"{own}/{name}.in"] = f"const INCLUDED_{name.upper()}: i32 = 1;\n"
            return [f'include!("{name}.in");']
        self.files[f"{own}/{name}.txt"] = "text"
        if way == "bytes":
            manifest = f'concat!(env!("CARGO_MANIFEST_DIR"), "/{own}/{name}.txt")'
            return [f"const C_{name.upper()}: &[u8] = include_bytes!({manifest});"]
        return [f'const D_{name.upper()}: &str = include_str!(r"{name}.txt");']


def _dependencies(path: Path, root: Path) -> set[str]:
    """Return the files of the project in a dependency file of rustc or cargo."""
    found = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        for name in line.partition(": ")[2].split():
            relative = os.path.relpath(os.path.join(root, name), root).replace(os.sep, "/")
            if not relative.startswith(("..", "target/")):
                found.add(relative)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_modules_are_those_that_rustc_reads(make_project: Callable[..., Path], seed: int) -> None:
    """For random crates, the files that we follow are exactly those in rustc's dep-info."""
    tree = _Tree(seed)
    root = make_project({"pyproject.toml": "[project]\nname = 'd'\n", "Cargo.toml": "", **tree.files})
    command = ["rustc", "--crate-type=lib", "--emit=dep-info", "-Awarnings", "-o", "target.d", "src/lib.rs"]
    environment = {**os.environ, "CARGO_MANIFEST_DIR": str(root)}
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    project = Project(root)
    ours = {"src/lib.rs"}
    ours |= {file.path for file in crate_files(project, "src/lib.rs", "")}
    assert ours == _dependencies(root / "target.d", root)
    assert {file.path for file in modules(project, "src/lib.rs")} <= ours | {"src/lib.rs"}


MANIFEST = '[package]\nname = "{0}"\nversion = "0.1.0"\nedition = "2021"\n'
FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["crates/*", "py"]\nresolver = "2"\n'
    '[workspace.dependencies]\nshared = { path = "crates/shared" }\n',
    "py/Cargo.toml": MANIFEST.format("py")
    + '[lib]\ncrate-type = ["cdylib"]\n[features]\ndefault = ["fast"]\nfast = ["dep:fast"]\n[dependencies]\nshared = { workspace = true, features = ["extra"] }\n'
    + 'fast = { path = "../crates/fast", optional = true }\nslow = { path = "../crates/slow", optional = true }\n',
    "py/src/lib.rs": "mod a;\n",
    "py/src/a.rs": 'const T: &str = include_str!("../data/t.txt");\n',
    "py/data/t.txt": "",
    "py/build.rs": 'fn main() { println!("cargo:rerun-if-changed=data/t.txt"); println!("cargo:rerun-if-changed=grammar"); '
    'println!("cargo:rerun-if-env-changed=DEMO_X"); }\n',
    "py/grammar/g.txt": "",
    "crates/shared/Cargo.toml": MANIFEST.format("shared")
    + '[features]\nextra = ["deep/on"]\n[dependencies]\ndeep = { path = "../deep" }\n',
    "crates/shared/src/lib.rs": "mod s;\n",
    "crates/shared/src/s.rs": "",
    "crates/deep/Cargo.toml": MANIFEST.format("deep") + "[features]\non = []\n",
    "crates/deep/src/lib.rs": "",
    "crates/fast/Cargo.toml": MANIFEST.format("fast") + '[lib]\npath = "code/fast.rs"\n',
    "crates/fast/code/fast.rs": "mod f;\n",
    "crates/fast/code/f.rs": "",
    "crates/slow/Cargo.toml": MANIFEST.format("slow"),
    "crates/slow/src/lib.rs": "mod never;\n",
    "crates/slow/src/never.rs": "",
}


def test_a_workspace_is_read_as_cargo_reads_it(make_project: Callable[..., Path]) -> None:
    """What cargo lists as the dependencies of the library is found, and no source besides."""
    root = make_project({"pyproject.toml": "[project]\nname = 'd'\n", **FILES})
    command = [
        "cargo",
        "build",
        "--offline",
        "--quiet",
        "--lib",
        "--manifest-path",
        "py/Cargo.toml",
        "--target-dir",
        "target",
    ]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (listing,) = (root / "target/debug").glob("libpy.d")
    real = _dependencies(listing, root)
    found = list(crate_inputs(Project(root), "py/Cargo.toml", "cargo", Origin("pyproject.toml", 1)))
    files = {item.what for item in found if isinstance(item, BuildInput) and item.kind == "file"}
    globs = {item.what for item in found if isinstance(item, BuildInput) and item.kind == "files"}
    assert "py/grammar" in real  # cargo lists the directory itself
    assert real - {"py/grammar"} <= files
    assert globs == {"py/grammar/**/*"}
    manifests = {name for name in FILES if name.endswith("Cargo.toml")}
    assert files - real == manifests | {"Cargo.lock"}
    assert {item.what for item in found if isinstance(item, BuildInput) and item.kind == "env"} == {"DEMO_X"}
