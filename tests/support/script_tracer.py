"""Run a setup.py for real, with a small stand-in for setuptools, and say which of the project's files and variables it reads.

The truth for tests of the analysis of scripts: an audit hook sees every file that Python opens, a subclass of ``os.environ``'s
class every variable that is asked for by its name (``DEMO_*`` only: the standard library asks for many). The stand-in opens
what setuptools would open: sources, data files, scripts; and it calls the methods of command classes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["trace_script"]

_DRIVER = r"""
import json, os, shutil, sys, tempfile, types

root = os.path.realpath(sys.argv[1])
before = {os.path.relpath(os.path.join(top, name), root) for top, _, names in os.walk(root) for name in names}
files, names, written = set(), set(), set()


def note(path, reading=True):
    path = os.path.relpath(os.path.realpath(path), root)
    if path in before:
        (files if reading and path not in written else written).add(path)


def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        mode, flags = args[1], args[2] or 0
        reading = not any(c in mode for c in "wx") if isinstance(mode, str) else not flags & (os.O_WRONLY | os.O_TRUNC)
        note(os.fsdecode(args[0]), reading)
    elif event == "subprocess.Popen":
        words = args[1].split() if isinstance(args[1], str) else [os.fsdecode(word) for word in args[1]]
        for word in words:
            name = os.path.join(args[2] or ".", word.partition("=")[2] if word.startswith("-") else word)
            if os.path.isfile(name):
                note(name)


class Traced(type(os.environ)):
    def __getitem__(self, key):
        names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        names.add(key)
        return super().__contains__(key)


class Extension:
    def __init__(self, name, sources=(), **kwargs):
        self.name, self.sources, self.depends, self.include_dirs, self.define_macros = name, list(sources), [], [], []
        self.extra_compile_args, self.extra_link_args, self.extra_objects, self.libraries = [], [], [], []
        self.__dict__.update(kwargs)


class Distribution:
    def __init__(self, attrs=None):
        self.__dict__.update(attrs or {})
        self.metadata = types.SimpleNamespace()
        self.ext_modules = getattr(self, "ext_modules", None) or []
        self.cmdclass = getattr(self, "cmdclass", None) or {}

    def get_option_dict(self, name):
        return {}


class Command:
    user_options = []

    def __init__(self, dist):
        self.distribution = dist
        self.initialize_options()
        self.finalize_options()

    def initialize_options(self):
        self.build_lib = self.build_temp = os.path.join("/tmp", "demo-build-" + str(os.getpid()))
        self.inplace, self.compiler, self.extensions, self.include_dirs = False, None, self.distribution.ext_modules, []

    def finalize_options(self):
        pass

    def run(self):
        pass

    def run_command(self, name):
        cls = self.distribution.cmdclass.get(name)
        if cls:
            cls(self.distribution).run()

    def get_finalized_command(self, name):
        return self.distribution.cmdclass.get(name, Command)(self.distribution)

    def announce(self, *args, **kwargs):
        pass


class build_ext(Command):
    def run(self):
        if self.extensions:
            self.build_extensions()

    def build_extensions(self):
        for ext in self.extensions:
            self.build_extension(ext)

    def build_extension(self, ext):
        compile_sources(ext)

    def get_ext_fullpath(self, name):
        return os.path.join(self.build_lib, *name.split(".")) + ".so"


def compile_sources(ext):
    for name in [*ext.sources, *ext.depends, *ext.extra_objects]:
        if os.path.isfile(name):
            note(name)


def setup(**attrs):
    dist = Distribution(attrs)
    for entry in attrs.get("data_files") or []:
        for name in entry[1] if isinstance(entry, tuple) else [entry]:
            note(name)
    for name in attrs.get("scripts") or []:
        note(name)
    for entry in attrs.get("libraries") or []:
        compile_sources(Extension(entry[0], **entry[1]))
    order = ["build", "build_py", "build_ext", "egg_info", "install", "develop", "bdist_wheel"]
    commands = {"build_ext": build_ext, **dist.cmdclass}
    for name in sorted(set(order) & set(commands), key=order.index):
        if name != "build_ext" or dist.ext_modules:  # has_ext_modules()
            commands[name](dist).run()
    return dist


def module(name, **names):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
    sys.modules[name].__dict__.update(names)


CHILD = '''
import os, sys


def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        mode, flags = args[1], args[2] or 0
        writing = any(c in mode for c in "wx") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_TRUNC)
        with_log(("w " if writing else "r ") + os.path.abspath(os.fsdecode(args[0])))


log = os.open(os.environ["CHILD_LOG"], os.O_WRONLY | os.O_APPEND)


def with_log(line):
    os.write(log, (line + chr(10)).encode())


sys.addaudithook(hook)
'''
scratch = tempfile.mkdtemp()
os.environ["CHILD_LOG"] = os.path.join(scratch, "log")
os.environ["PYTHONPATH"], os.environ["PYTHONDONTWRITEBYTECODE"] = scratch, "1"
for name, text in (("log", ""), ("sitecustomize.py", CHILD)):
    with open(os.path.join(scratch, name), "w", encoding="utf-8") as file:
        file.write(text)
os.chdir(root)
commands = {name: type(name, (Command,), {}) for name in ("build_py", "build", "egg_info", "install", "develop", "sdist", "bdist_wheel")}
for top in ("setuptools", "distutils"):
    module(top, setup=setup, Extension=Extension, Command=Command, Distribution=Distribution, find_packages=lambda *a, **k: ["demo"])
    module(top + ".core", setup=setup, Extension=Extension, Command=Command)
    module(top + ".extension", Extension=Extension)
    module(top + ".dist", Distribution=Distribution)
    module(top + ".command", **commands)
    module(top + ".command.build_ext", build_ext=build_ext)
    module(top + ".errors", DistutilsError=Exception, CompileError=Exception)
    for name, cls in commands.items():
        module(f"{top}.command.{name}", **{name: cls})
module("Cython")
module("Cython.Build", cythonize=lambda given, **k: [
    Extension("*", [item]) if isinstance(item, str) else item for item in ([given] if isinstance(given, str) else given)])
module("numpy", get_include=lambda: "/usr/include/numpy")
sys.path.insert(0, root)
sys.argv = ["setup.py", "build"]
sys.dont_write_bytecode = True
with open("setup.py", encoding="utf-8") as file:
    code = compile(file.read(), os.path.join(root, "setup.py"), "exec")
sys.addaudithook(hook)
os.environ.__class__ = Traced
names.clear()
failure = ""
try:
    exec(code, {"__name__": "__main__", "__file__": os.path.join(root, "setup.py"), "__builtins__": __builtins__})
except SystemExit:
    pass
except BaseException as error:
    failure = f"{type(error).__name__}: {error}"
os.chdir(root)
with open(os.path.join(scratch, "log"), encoding="utf-8") as file:  # what programs in Python read that it started
    for line in file:
        note(line[2:-1], line[0] == "r")
shutil.rmtree(scratch)
found = {"files": sorted(files), "names": sorted(n for n in names if isinstance(n, str) and n.startswith("DEMO_")), "failure": failure}
sys.__stdout__.write("\n@@" + json.dumps(found) + "\n")
"""


def trace_script(root: Path, environ: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return the files of the project that its setup.py reads, and the variables ``DEMO_*`` that it asks for."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environ}
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", _DRIVER, str(root)],
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    _, mark, answer = done.stdout.rpartition("\n@@")
    assert mark, done.stdout[-2000:]
    found = json.loads(answer)
    assert not found["failure"], found["failure"] + done.stdout[-1500:]
    own = {"setup.py", "pyproject.toml", "setup.cfg"}
    return set(found["files"]) - own, set(found["names"])
