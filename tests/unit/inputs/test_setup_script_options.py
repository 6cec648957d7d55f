"""Options of a build as objects: descriptors, enumerations, records and mappings that ask the environment when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)

DESCRIPTOR = """
class Switch:
    def __init__(self, name, default=''):
        self.name, self.default = name, default
    def __get__(self, instance, owner=None):
        return os.environ.get(self.name, self.default)
class Options:
    gpu = Switch('DEMO_GPU')
    lanes = Switch('DEMO_LANES', '4')
"""
NAMED = """
class Named:
    prefix = 'DEMO_'
    def __set_name__(self, owner, name):
        self.key = self.prefix + name.upper()
    def __get__(self, instance, owner):
        return os.getenv(self.key)
    def __set__(self, instance, value):
        os.environ.get(self.key + '_BEFORE')
class Build:
    profile = Named()
"""
MEMBERS = """
from enum import Enum
class Name(str, Enum):
    GPU = 'DEMO_GPU'
    CPU = 'DEMO_CPU'
    def read(self, default=None):
        return os.environ.get(self, default)
    @property
    def is_set(self):
        return self.value in os.environ
class Option(Enum):
    FAST = ('DEMO_FAST', '1')
    SLOW = ('DEMO_SLOW', '0')
    def __init__(self, variable, default):
        self.variable, self.default = variable, default
    def on(self):
        return os.environ.get(self.variable, self.default) == '1'
class Made(str, Enum):
    A = 'a', 'DEMO_A'
    def __new__(cls, value, variable):
        member = str.__new__(cls, value)
        member._value_ = value
        member.variable = variable
        return member
"""
RECORD = """
from dataclasses import dataclass, field
@dataclass
class Settings:
    device: str = field(default_factory=lambda: os.getenv('DEMO_DEVICE', 'cpu'))
    sources: list = field(default_factory=list)
    def __post_init__(self):
        if os.environ.get('DEMO_MORE'):
            self.sources.append('more.c')
"""
SINGLE = """
class Single:
    found = None
    def __new__(cls):
        if cls.found is None:
            cls.found = super().__new__(cls)
            cls.found.mode = os.environ.get('DEMO_MODE')
        return cls.found
"""
MAPPINGS = """
from collections import UserDict
from collections.abc import Mapping
class Missing(dict):
    def __missing__(self, key):
        return os.environ['DEMO_' + key]
class View(Mapping):
    def __getitem__(self, key):
        return os.environ['DEMO_' + key]
class Asked:
    def __contains__(self, key):
        return 'DEMO_' + key in os.environ
"""
METACLASS = """
class Meta(type):
    def __getattr__(cls, name):
        return os.environ.get('DEMO_' + name)
    def __getitem__(cls, name):
        return os.environ['DEMO_' + name]
    def __contains__(cls, name):
        return 'DEMO_' + name in os.environ
    @property
    def mode(cls):
        return os.environ.get('DEMO_MODE')
class Env(metaclass=Meta):
    known = 1
"""
FLAG = """
class Flag:
    def __init__(self, name):
        self.name = 'DEMO_' + name
    def __bool__(self):
        return os.environ.get(self.name) == '1'
    def __str__(self):
        return os.environ.get(self.name + '_TEXT', '')
    def __int__(self):
        return int(os.environ.get(self.name + '_INT', '0'))
    def __eq__(self, other):
        return os.environ.get(self.name + '_EQ') == other
class Sized:
    def __len__(self):
        return len(os.environ.get('DEMO_LEN', ''))
"""
STATIC = """
class Ours:
    @staticmethod
    def read(command):
        return os.environ.get(command.variable)
class Command:
    variable = 'DEMO_A'
    helpers = [Ours]
    def run(self):
        for helper in self.__class__.helpers:
            helper.read(self)
class Base:
    @property
    def on(self):
        return os.environ.get('DEMO_' + self.key)
class Derived(Base):
    key = 'KEY'
    @property
    def on(self):
        return super().on and 1
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (METACLASS + "Env.FAST", {"FAST"}),
        (METACLASS + "Env['FAST']", {"FAST"}),
        (METACLASS + "'FAST' in Env", {"FAST"}),
        (METACLASS + "Env.mode", {"MODE"}),
        (METACLASS + "Env.known", set()),
        (FLAG + "if Flag('A'): pass", {"A"}),
        (FLAG + "not Flag('A')", {"A"}),
        (FLAG + "1 if Flag('A') else 0", {"A"}),
        (FLAG + "Flag('A') or 1", {"A"}),
        (FLAG + "[x for x in (1, 2) if Flag('A')]", {"A"}),
        (FLAG + "bool(Flag('A'))", {"A"}),
        (FLAG + "f'{Flag(\"A\")}'", {"A_TEXT"}),
        (FLAG + "str(Flag('A'))", {"A_TEXT"}),
        (FLAG + "int(Flag('A'))", {"A_INT"}),
        (FLAG + "Flag('A') == '1'", {"A_EQ"}),
        (FLAG + "Flag('A') != '1'", {"A_EQ"}),
        (FLAG + "if Sized(): pass", {"LEN"}),
        (FLAG + "len(Sized())", {"LEN"}),
        (STATIC + "Command().run()", {"A"}),
        (STATIC + "Ours().read(Command())", {"A"}),
        (STATIC + "Derived().on", {"KEY"}),
        (
            "class E:\n    get = staticmethod(lambda n: os.environ.get('DEMO_' + n))\nE().get('A'); E.get('B')",
            {"A", "B"},
        ),
        ("class E:\n    def _a(self):\n        return os.environ.get('DEMO_A')\n    a = property(_a)\nE().a", {"A"}),
        (
            "class E:\n    def _a(cls):\n        return os.environ.get('DEMO_' + cls.__name__)\n    a = classmethod(_a)\nE.a()",
            {"E"},
        ),
        (DESCRIPTOR + "Options().gpu", {"GPU"}),
        (DESCRIPTOR + "Options.lanes", {"LANES"}),
        (DESCRIPTOR + "class More(Options):\n    pass\ngetattr(More(), 'gpu')", {"GPU"}),
        (DESCRIPTOR + "[getattr(Options, n) for n in ('gpu', 'lanes')]", {"GPU", "LANES"}),
        (DESCRIPTOR + "Options()", set()),
        (NAMED + "Build().profile", {"PROFILE"}),
        (NAMED + "Build().profile = 1", {"PROFILE_BEFORE"}),
        (MEMBERS + "Name.GPU.read()", {"GPU"}),
        (MEMBERS + "[n.is_set for n in Name]", {"GPU", "CPU"}),
        (MEMBERS + "Name['CPU'].is_set", {"CPU"}),
        (MEMBERS + "Name('DEMO_CPU').is_set", {"CPU"}),
        (MEMBERS + "os.environ[Name.GPU.value]", {"GPU"}),
        (MEMBERS + "Name.__members__['CPU'].read()", {"CPU"}),
        (MEMBERS + "Option.FAST.on()", {"FAST"}),
        (MEMBERS + "[o for o in Option if o.on()]", {"FAST", "SLOW"}),
        (MEMBERS + "os.environ.get(Made.A.variable)", {"A"}),
        (RECORD + "Settings()", {"DEVICE", "MORE"}),
        (SINGLE + "Single().mode", {"MODE"}),
        (MAPPINGS + "Missing()['X']", {"X"}),
        (MAPPINGS + "View()['X']", {"X"}),
        (MAPPINGS + "View().get('X', '1')", {"X"}),
        (MAPPINGS + "'X' in View()", {"X"}),
        (MAPPINGS + "'X' not in Asked()", {"X"}),
        ("match os.environ:\n    case {'DEMO_A': '1'}: pass\n    case {'DEMO_B': x, **rest}: pass", {"A", "B"}),
        ("match dict(os.environ), 1:\n    case ({'DEMO_A': _}, 1): pass", {"A"}),
        ("match 'DEMO_A', 2:\n    case (name, _) if name in os.environ: pass", {"A"}),
        ("match ['DEMO_A', 'x', 'DEMO_B']:\n    case [a, *_, b]: os.getenv(a); os.getenv(b)", {"A", "B"}),
        ("match {'k': 'DEMO_A'}:\n    case {'k': str(name)} | {'l': name}: os.getenv(name)", {"A"}),
        ("{'DEMO_A'} <= os.environ.keys()", {"A"}),
        ("os.environ.keys() >= {'DEMO_A', 'DEMO_B'}", {"A", "B"}),
        ("{'DEMO_A'} - os.environ.keys()", {"A"}),
        ("{'DEMO_A'} - set(os.environ)", {"A"}),
        ("{'DEMO_A'}.isdisjoint(os.environ)", {"A"}),
        ("{'DEMO_A'}.issubset(os.environ.keys())", {"A"}),
        ("set(['DEMO_A']).difference(set(os.environ))", {"A"}),
        ("from collections import ChainMap\nChainMap(os.environ, {'DEMO_A': '1'})['DEMO_A']", {"A"}),
        ("from collections import ChainMap\nChainMap({'DEMO_A': '1'}, os.environ)['DEMO_A']", set()),
        ("{**{'DEMO_A': '0'}, **os.environ}['DEMO_A']", {"A"}),
        ("{**os.environ, 'DEMO_A': '0'}['DEMO_A']", set()),
        ("d = {'DEMO_A': '0'}\nd.update(os.environ)\nd.get('DEMO_A')", {"A"}),
        ("d = dict(os.environ, DEMO_A='1')\nd['DEMO_A']", set()),
        ("d = os.environ.copy()\nd['DEMO_A'] = '1'\nd['DEMO_A']", set()),
        ("d = os.environ.copy()\nif len(d) > 3:\n    d['DEMO_A'] = '1'\nd['DEMO_A']", {"A"}),
        ("d = os.environ.copy()\n[d[k] for k in d if k == 'DEMO_A']", {"A"}),
        ("d = dict(os.environ)\n[v for k, v in d.items() if k in ('DEMO_A', 'DEMO_B')]", {"A", "B"}),
    ],
)
def test_variables_are_found_however_the_options_are_made(
    make_project: Callable[..., Path], script: str, expected: set[str]
) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"import os\n{script}\n"})
    assert found(root) == {f"env DEMO_{name}" for name in expected}
    assert unresolved(root) == []


def test_a_family_of_variables_in_a_copy_is_said(make_project: Callable[..., Path]) -> None:
    script = "import os\nd = os.environ.copy()\n[v for k, v in d.items() if k.startswith('DEMO_')]\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert unresolved(root) == ["reads every environment variable whose name starts with DEMO_"]


def test_of_many_extensions_each_kind_is_followed(make_project: Callable[..., Path]) -> None:
    script = """
import os
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
class Build(build_ext):
    def build_extension(self, ext):
        if [name for name in ext.sources if os.path.splitext(name)[1] == '.cu']:
            print(os.environ.get('DEMO_ARCH'))
        super().build_extension(ext)
names = [f'm{number}.c' for number in range(60)] + ['kernel.cu']
setup(name='demo', ext_modules=[Extension(name[:-2], [name]) for name in names], cmdclass={'build_ext': Build})
"""
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "kernel.cu": ""})
    assert {"env DEMO_ARCH", "file kernel.cu"} <= found(root)


@pytest.mark.parametrize("function", ["copy", "deepcopy"])
def test_what_is_done_to_a_copy_is_not_done_to_the_original(make_project: Callable[..., Path], function: str) -> None:
    script = f"""
import copy, os
names = ['DEMO_A']
more = copy.{function}(names)
more.append('DEMO_B')
for name in names:
    os.environ.get(name)
"""
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert found(root) == {"env DEMO_A"}
