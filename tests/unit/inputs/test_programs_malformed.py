"""Descriptions of builds that are no good: nothing fails, and what is certain is still found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BACKENDS = (
    "setuptools.build_meta",
    "sipbuild.api",
    "enscons.api",
    "jupyter_packaging.build_api",
    "maturin",
    "scikit_build_core.build",
)
TABLES = (
    "sip",
    "jupyter-packaging",
    "setuptools-gettext",
    "setuptools-protobuf",
    "scikit-build",
    "maturin",
    "distutils",
)
SETUP = """
import os, subprocess, sass
from setuptools import setup
for line in ("npm run build", "bazel build //x", "scons", "waf build", "conan install .", "./configure", "go build", "gradle build",
             "mvn package", "zig build", "dotnet build", "just x", "task x", "invoke x", "meson setup b", "pybabel compile", "cd", "env", "A=b", "&&", "make"):
    os.system(line)
    subprocess.run(line.split())
sass.compile(filename=1, dirname=None)
setup(sass_manifests=[1], build_golang=3, cmake_source_dir=4, cmake_args=5)
"""
NAMES = (
    *(
        "package.json",
        "WORKSPACE",
        "x/BUILD",
        "SConstruct",
        "wscript",
        "conanfile.py",
        "conanfile.txt",
        "configure.ac",
        "Makefile.am",
    ),
    *(
        "go.mod",
        "build.gradle",
        "pom.xml",
        "build.zig",
        "x.csproj",
        "justfile",
        "Taskfile.yml",
        "tasks.py",
        "meson.build",
        "Makefile",
    ),
    *(
        "vcpkg.json",
        "vcpkg-configuration.json",
        "CMakeLists.txt",
        "CMakePresets.json",
        "Cargo.toml",
        "cbindgen.toml",
        "project.py",
    ),
    *("a.po", "a.scss", "a.g4", "a.sip"),
)
CONTENTS = {
    "empty": b"",
    "no text": b"\xff\xfe\x00\x01\x80" * 20,
    "brackets": b"([{" * 400,
    "list": b'["a", 1, null]',
    "wrong types": b'{"scripts": [1], "include": 3, "configurePresets": {"a": 1}, "overlay-ports": "x", "vcpkg-configuration": []}',
    "itself": b'include Makefile\nimport "a.scss"\n@import "a";\nimport a;\n%Include a.sip\nload("//x:x")\n"SConstruct" "wscript" "justfile"\n just x\n task x\n',
}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_no_detector_fails(make_project: Callable[..., Path], backend: str, content: str) -> None:
    requires = '["setuptools", "setuptools-gettext", "setuptools-protobuf", "scikit-build", "scikit-build-core"]'
    head = f'[build-system]\nrequires = {requires}\nbuild-backend = "{backend}"\n[project]\nname = "demo"\nversion = "1"\n[tool]\n'
    for values in (
        "[1, {}]",
        '{ project = 1, bindings = [2], builder = "x", protobufs = { a = 1 }, proto_path = 4, cmake = [1] }',
    ):
        files: dict[str, str | bytes] = dict.fromkeys(NAMES, CONTENTS[content])
        tables = "".join(f"{name} = {values}\n" for name in TABLES)
        root = make_project({"pyproject.toml": head + tables, "setup.py": SETUP, **files})
        assert any(item.what == "pyproject.toml" for item in inputs_of(root).inputs)
