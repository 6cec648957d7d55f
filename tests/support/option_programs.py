"""Programs of the kinds that setup.py files of large extensions are: options from the environment by helpers, tables, classes and objects.

Run and checked like those of :mod:`support.script_programs`.
"""

from __future__ import annotations

__all__ = ["OPTION_PROGRAMS"]

ENV = list[dict[str, str]]

OPTION_PROGRAMS: dict[str, tuple[str, ENV]] = {
    "envs of lambdas": (
        """\
def boolean(name, default="0"):
    return os.environ.get(name, default).strip().lower() in ("1", "true", "on")
environment_variables = {
    "DEVICE": lambda: os.getenv("DEMO_DEVICE", "cpu"),
    "PRECOMPILED": lambda: boolean("DEMO_PRECOMPILED"),
    "FLAGS": lambda: (os.environ.get("DEMO_FLAGS") or os.environ.get("DEMO_CXXFLAGS", "")).split(),
}
class Envs:
    def __getattr__(self, name):
        if name in environment_variables:
            return environment_variables[name]()
        raise AttributeError(name)
envs = Envs()
src = ["src/a.c"]
if envs.DEVICE == "gpu" and envs.PRECOMPILED:
    src.append("src/b.c")
setup(version='1', ext_modules=[Extension('x', src, extra_compile_args=envs.FLAGS)])
""",
        [{}, {"DEMO_DEVICE": "gpu", "DEMO_PRECOMPILED": "1"}],
    ),
    "flags by name with a prefix": (
        """\
PREFIX = "DEMO_"
FLAGS = ["USE_CUDA", "USE_ROCM", "USE_MKL"]
def env_flag(name, default=False, *, prefix=PREFIX):
    value = os.environ.get(f"{prefix}{name}")
    if value is None:
        return default
    return value.upper() not in {"0", "OFF", "NO", ""}
config = {flag.lower(): env_flag(flag, default=flag == "USE_MKL") for flag in FLAGS}
macros = [(k.upper(), "1") for k, v in config.items() if v]
setup(version='1', ext_modules=[Extension('x', ['src/a.c'] + (['src/b.c'] if config["use_cuda"] else []), define_macros=macros)])
""",
        [{}, {"DEMO_USE_CUDA": "1"}],
    ),
    "a dict of defaults": (
        """\
DEFAULTS = {"DEMO_ARCH": "80;90", "DEMO_OPT": "-O3", "DEMO_DEBUG": ""}
settings = dict(DEFAULTS)
settings.update({k: os.environ[k] for k in DEFAULTS if k in os.environ})
args = settings["DEMO_OPT"].split() + ["-arch=" + a for a in settings["DEMO_ARCH"].split(";")]
setup(version='1', ext_modules=[Extension('x', ['src/a.c'], extra_compile_args=args)])
""",
        [{}, {"DEMO_ARCH": "90"}],
    ),
    "argparse beside argv": (
        """\
import argparse
parser = argparse.ArgumentParser(add_help=False)
parser.add_argument("--cuda", action="store_true", default=os.environ.get("DEMO_CUDA") == "1")
parser.add_argument("--variant", default=os.getenv("DEMO_VARIANT", "std"), choices=["std", "lite"])
args, rest = parser.parse_known_args()
sys.argv = [sys.argv[0]] + rest
src = ["src/a.c"]
if args.cuda:
    src += ["src/b.c"]
setup(version='1', ext_modules=[Extension('x', src)])
""",
        [{}, {"DEMO_CUDA": "1"}],
    ),
    "argparse namespace by vars": (
        """\
import argparse
parser = argparse.ArgumentParser()
for name in ("with_foo", "with_bar"):
    parser.add_argument("--" + name.replace("_", "-"), default=os.environ.get("DEMO_" + name.upper(), "off"))
opts, sys.argv[1:] = parser.parse_known_args()
for key, value in vars(opts).items():
    if value != "off":
        open("src/" + ("a.c" if key == "with_foo" else "b.c"))
setup(version='1')
""",
        [{"DEMO_WITH_FOO": "1", "DEMO_WITH_BAR": "1"}],
    ),
    "cmake definitions from the environment": (
        """\
PASS = ["DEMO_BLAS", "DEMO_ARCH"]
class CMakeBuild(build_ext):
    def build_extension(self, ext):
        args = []
        for name in PASS:
            value = os.environ.get(name)
            if value is not None:
                args.append("-D%s=%s" % (name, value))
        if "DEMO_CMAKE_ARGS" in os.environ:
            args += [a for a in os.environ["DEMO_CMAKE_ARGS"].split(" ") if a]
        cfg = "Debug" if int(os.environ.get("DEMO_DEBUG", 0)) else "Release"
        subprocess.run(["true", here + "/src", "-DCMAKE_BUILD_TYPE=" + cfg, *args])
setup(version='1', ext_modules=[Extension('x', [])], cmdclass={"build_ext": CMakeBuild})
""",
        [{"DEMO_CMAKE_ARGS": "a"}],
    ),
    "a descriptor": (
        """\
class EnvVar:
    def __init__(self, name, default="", cast=str):
        self.name, self.default, self.cast = name, default, cast
    def __get__(self, instance, owner=None):
        return self.cast(os.environ.get(self.name, self.default))
def as_bool(text):
    return text in ("1", "yes")
class Options:
    cuda = EnvVar("DEMO_CUDA", "0", as_bool)
    threads = EnvVar("DEMO_LANES", "4", int)
options = Options()
if options.cuda:
    open("src/a.c")
if options.threads > 2:
    open("src/b.c")
setup(version='1')
""",
        [{"DEMO_CUDA": "1"}],
    ),
    "a descriptor with its own name": (
        """\
class Var:
    def __set_name__(self, owner, name):
        self.key = "DEMO_" + name.upper()
    def __get__(self, instance, owner):
        return os.environ.get(self.key)
class Build:
    profile = Var()
    backend = Var()
if Build().profile:
    open("src/a.c")
print(Build.backend)
setup(version='1')
""",
        [{"DEMO_PROFILE": "1"}],
    ),
    "a dataclass with factories": (
        """\
from dataclasses import dataclass, field, fields
def env(name, default=""):
    return field(default_factory=lambda: os.environ.get(name, default))
@dataclass
class Settings:
    device: str = env("DEMO_DEVICE", "cpu")
    archs: str = field(default_factory=lambda: os.getenv("DEMO_ARCHS", ""))
    extra: list = field(default_factory=list)
    def __post_init__(self):
        if os.environ.get("DEMO_EXTRA"):
            self.extra.append("src/b.c")
s = Settings()
setup(version='1', ext_modules=[Extension('x', ['src/a.c', *s.extra])])
""",
        [{}, {"DEMO_EXTRA": "1"}],
    ),
    "an enumeration of names": (
        """\
from enum import Enum
class Env(str, Enum):
    CUDA = "DEMO_CUDA"
    HOME = "DEMO_HOME_DIR"
    def get(self, default=None):
        return os.environ.get(self.value, default)
    @property
    def is_set(self):
        return self.value in os.environ
if Env.CUDA.is_set:
    open("src/a.c")
for e in Env:
    print(e.name, e.get())
setup(version='1')
""",
        [{"DEMO_CUDA": "1"}],
    ),
    "mapped getters": (
        """\
from functools import partial
from operator import itemgetter
a, b = map(os.environ.get, ("DEMO_A", "DEMO_B"))
c = partial(os.environ.get, "DEMO_C", "x")()
get = os.environ.__getitem__
try:
    d = get("DEMO_D")
except KeyError:
    d = ""
has = os.environ.__contains__
e = [n for n in ("DEMO_E", "DEMO_F") if has(n)]
f = list(filter(os.environ.get, ["DEMO_G"]))
g = os.getenv(key="DEMO_H", default="0")
h = os.environ.get(*("DEMO_I", "0"))
setup(version='1')
""",
        [{}],
    ),
    "names in a file": (
        """\
with open(os.path.join(here, "demo/data/a.json")) as f:
    opts = json.load(f)
for name in opts:
    os.environ.get("DEMO_" + name.upper())
setup(version=opts["version"])
""",
        [{}],
    ),
    "closures of flags": (
        """\
def flag(name, default="0"):
    def read():
        return os.environ.get("DEMO_" + name, default) == "1"
    return read
FLAGS = {"cuda": flag("CUDA"), "hip": flag("HIP"), "cpu": flag("CPU", "1")}
on = {k for k, f in FLAGS.items() if f()}
src = {"cuda": "src/b.c", "hip": "src/posix/p.c", "cpu": "src/a.c"}
setup(version='1', ext_modules=[Extension('x', [src[k] for k in sorted(on)])])
""",
        [{}, {"DEMO_CUDA": "1"}, {"DEMO_HIP": "1"}],
    ),
    "decorated options": (
        """\
OPTIONS = []
def option(name, default):
    def wrap(function):
        OPTIONS.append((function, os.environ.get(name, default)))
        return function
    return wrap
@option("DEMO_BLAS", "openblas")
def blas(value):
    return ["src/a.c"] if value == "openblas" else ["src/b.c"]
@option("DEMO_FFT", "0")
def fft(value):
    return ["src/posix/p.c"] if value != "0" else []
src = [s for f, v in OPTIONS for s in f(v)]
setup(version='1', ext_modules=[Extension('x', src)])
""",
        [{}, {"DEMO_BLAS": "mkl", "DEMO_FFT": "1"}],
    ),
    "nested defaults": (
        """\
home = os.environ.get("DEMO_HOME_A") or os.environ.get("DEMO_HOME_B", os.environ.get("DEMO_HOME_C"))
if (v := os.getenv("DEMO_VERSION_SUFFIX")) and not os.getenv("DEMO_NO_SUFFIX"):
    suffix = "+" + v
else:
    suffix = ""
n = min(int(os.environ.get("DEMO_LANES", "4")), 8)
setup(version=open("VERSION").read().strip() + suffix)
""",
        [{"DEMO_VERSION_SUFFIX": "x"}, {"DEMO_HOME_A": "1"}],
    ),
    "products of names": (
        """\
import itertools
kernels = []
for dev, kind in itertools.product(("CPU", "GPU"), ("FWD", "BWD")):
    if os.environ.get(f"DEMO_DISABLE_{dev}_{kind}", "FALSE") != "TRUE":
        kernels.append("src/%s.c" % {"CPU": "a", "GPU": "b"}[dev])
setup(version='1', ext_modules=[Extension('x', sorted(set(kernels)))])
""",
        [{}],
    ),
    "a module of options": (
        """\
sys.path.insert(0, os.path.join(here, "tools"))
import helpers
for key, default in vars(helpers).copy().items():
    if key.isupper():
        setattr(helpers, key, os.environ.get("DEMO_" + key, default))
setup(version='1')
""",
        [{}],
    ),
    "locals and exec": (
        """\
for _name, _default in [("ALPHA", 1), ("BETA", 0)]:
    globals()[_name] = int(os.environ.get("DEMO_" + _name, _default))
if ALPHA:
    open("src/a.c")
if BETA:
    open("src/b.c")
setup(version='1')
""",
        [{"DEMO_BETA": "1"}],
    ),
    "a registry of backends": (
        """\
class Backend:
    registry = {}
    variable = None
    sources = []
    def __init_subclass__(cls, variable=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.variable = variable
        Backend.registry[cls.__name__] = cls
    @classmethod
    def enabled(cls):
        return cls.variable is None or os.environ.get(cls.variable, "0") == "1"
class Cpu(Backend):
    sources = ["src/a.c"]
class Cuda(Backend, variable="DEMO_CUDA"):
    sources = ["src/b.c"]
src = [s for b in Backend.registry.values() if b.enabled() for s in b.sources]
setup(version='1', ext_modules=[Extension('x', src)])
""",
        [{}, {"DEMO_CUDA": "1"}],
    ),
    "version of parts": (
        """\
def get_version():
    base = open(os.path.join(here, "VERSION")).read().strip()
    local = []
    for key in ("DEMO_LOCAL_VERSION", "DEMO_BUILD_TAG"):
        if os.environ.get(key):
            local.append(os.environ[key])
    if os.environ.get("DEMO_NIGHTLY", "").lower() in {"1", "true"}:
        base += ".dev" + os.environ["DEMO_DATE"]
    return base + ("+" + ".".join(local) if local else "")
setup(version=get_version())
""",
        [{}, {"DEMO_NIGHTLY": "1", "DEMO_DATE": "1"}],
    ),
    "formatted": (
        """\
a = "{DEMO_A}".format(**os.environ) if "DEMO_A" in os.environ else ""
b = "{DEMO_B}/x".format_map(os.environ) if "DEMO_B" in os.environ else ""
c = "%(DEMO_C)s" % dict(os.environ) if "DEMO_C" in os.environ else ""
d = f"{os.environ.get('DEMO_D')!r:>10}"
def f(DEMO_E=None, **kw):
    return DEMO_E
f(**os.environ)
setup(version='1')
""",
        [{}],
    ),
    "enumerations": (
        """\
from enum import Enum, auto, IntFlag
class Env(str, Enum):
    CUDA = "DEMO_CUDA"
    ROOT = "DEMO_ROOTDIR"
    @property
    def is_set(self):
        return self.value in os.environ
    def read(self, default=None):
        return os.environ.get(self, default)
class Opt(Enum):
    FAST = ("DEMO_FAST", "1")
    SLOW = ("DEMO_SLOW", "0")
    def __init__(self, variable, default):
        self.variable = variable
        self.default = default
    def on(self):
        return os.environ.get(self.variable, self.default) == "1"
print(Env.CUDA.is_set, Env.ROOT.read())
src = ["src/a.c" if o is Opt.FAST else "src/b.c" for o in Opt if o.on()]
print(Opt["FAST"].on(), Env("DEMO_CUDA").read())
setup(version='1', ext_modules=[Extension('x', src)])
""",
        [{}, {"DEMO_SLOW": "1"}],
    ),
    "a settings singleton": (
        """\
class Settings:
    _instance = None
    def __new__(cls, *args):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.load()
        return cls._instance
    def load(self):
        self.cuda = os.environ.get("DEMO_CUDA", "0")
        for key in ("arch", "opt"):
            setattr(self, key, os.environ.get("DEMO_" + key.upper()))
s = Settings()
if s.cuda != "0":
    open("src/a.c")
if getattr(s, "arch", None):
    open("src/b.c")
setup(version='1')
""",
        [{"DEMO_CUDA": "1", "DEMO_ARCH": "1"}],
    ),
    "a mapping of our own": (
        """\
from collections import UserDict
from collections.abc import Mapping
class Env(UserDict):
    def __missing__(self, key):
        return os.environ.get("DEMO_" + key, "")
class View(Mapping):
    def __init__(self, prefix): self.prefix = prefix
    def __getitem__(self, key): return os.environ[self.prefix + key]
    def __iter__(self): return iter(())
    def __len__(self): return 0
e = Env()
if e["FAST"]:
    open("src/a.c")
v = View("DEMO_")
if v.get("SLOW"):
    open("src/b.c")
if "NONE" in v:
    open("VERSION")
class D(dict):
    def __missing__(self, key):
        self[key] = value = os.getenv("DEMO_" + key)
        return value
d = D()
d["X"], d["Y"]
setup(version='1')
""",
        [{"DEMO_FAST": "1", "DEMO_SLOW": "1", "DEMO_NONE": "1"}],
    ),
    "a table of namedtuples": (
        """\
from typing import NamedTuple, Optional
class Var(NamedTuple):
    name: str
    default: str = "0"
    kind: type = str
    @property
    def value(self):
        return self.kind(os.environ.get(self.name, self.default))
VARS = {v.name: v for v in [Var("DEMO_A"), Var("DEMO_B", "1", int), Var(name="DEMO_C", kind=bool)]}
if VARS["DEMO_B"].value:
    open("src/a.c")
values = {name: var.value for name, var in VARS.items()}
setup(version='1')
""",
        [{}],
    ),
    "cached readers": (
        """\
import functools
@functools.lru_cache(maxsize=None)
def env(name, default=None):
    return os.environ.get(name, default)
@functools.cache
def truthy(name): return (env(name, "") or "").lower() in ("1", "on")
@functools.singledispatch
def parse(value): return value
class A:
    @functools.cached_property
    def cuda(self): return truthy("DEMO_CUDA")
    @property
    def flags(self): return (env("DEMO_FLAGS") or "").split()
    @staticmethod
    def home(): return env("DEMO_HOMEDIR", "/x")
    @classmethod
    def build(cls, *names): return [truthy(n) for n in names]
a = A()
if a.cuda or A.build("DEMO_X", "DEMO_Y")[0]:
    open("src/a.c")
print(a.flags, A.home())
setup(version='1')
""",
        [{}, {"DEMO_CUDA": "1"}],
    ),
    "tables of tuples": (
        """\
TABLE = (
    # variable, source, default
    ("DEMO_A", "src/a.c", True),
    ("DEMO_B", "src/b.c", False),
)
sources = []
for variable, source, default in TABLE:
    value = os.environ.get(variable)
    if (value is None and default) or value == "1":
        sources.append(source)
if os.environ.get("DEMO_C"): sources += ["src/posix/p.c"]
macros = [(n.replace("DEMO_", "WITH_"), None) for n, *_ in TABLE if os.environ.get(n)]
setup(version='1', ext_modules=[Extension('x', sources, define_macros=macros)])
""",
        [{}, {"DEMO_B": "1", "DEMO_C": "1"}],
    ),
    "option classes": (
        """\
class Helper(object):
    @staticmethod
    def initialize_options(command):
        for cls in command.__class__.extra_options_classes:
            cls.initialize_options(command)
    @staticmethod
    def finalize_options(command):
        for cls in command.__class__.extra_options_classes:
            cls.finalize_options(command)
class ExtOptions(object):
    @staticmethod
    def initialize_options(command):
        command.with_cuda = None
        command.no_cuda = False
    @staticmethod
    def finalize_options(command):
        if command.with_cuda is not None:
            if command.no_cuda:
                raise RuntimeError("x")
            if not os.path.exists(command.with_cuda):
                raise RuntimeError("y")
        elif not command.no_cuda:
            for root in ("DEMO_CUDA_PATH", "DEMO_CUDA_ROOT"):
                if (root in os.environ) and os.path.exists(os.environ[root]):
                    command.with_cuda = os.environ[root]
                    break
class Build(build_ext):
    extra_options_classes = [ExtOptions]
    def initialize_options(self):
        build_ext.initialize_options(self)
        Helper.initialize_options(self)
    def finalize_options(self):
        build_ext.finalize_options(self)
        Helper.finalize_options(self)
    def run(self):
        if self.with_cuda:
            open("src/b.c")
        super().run()
setup(version='1', ext_modules=[Extension('x', ['src/a.c'])], cmdclass={"build_ext": Build})
""",
        [{}, {"DEMO_CUDA_ROOT": "/"}],
    ),
    "context and generator of options": (
        """\
from contextlib import contextmanager
@contextmanager
def variable(name):
    value = os.environ.get(name)
    yield value
with variable("DEMO_A") as a, variable("DEMO_B") as b:
    if a:
        open("src/a.c")
def options():
    for name in ("DEMO_C", "DEMO_D"):
        yield name, os.environ.get(name)
for n, v in options():
    if v: open("src/b.c")
opts = dict(options())
first = next((v for n in ("DEMO_E", "DEMO_F") if (v := os.environ.get(n))), None)
env = type("Env", (), {"get": staticmethod(lambda n: os.environ.get("DEMO_" + n))})
env.get("G")
print({**dict.fromkeys(["DEMO_H"]), **{k: os.environ.get(k) for k in ["DEMO_I"]}})
lookup = {"x": os.environ.get}["x"]
lookup("DEMO_J")
(lambda n="DEMO_K": os.environ.get(n))()
[os.environ.get(n) for n in "DEMO_L DEMO_M".split()]
for n in "DEMO_N\\nDEMO_O".split():
    os.environ.get(n)
setup(version='1')
""",
        [{"DEMO_A": "1", "DEMO_C": "1"}],
    ),
    "settings in a module of their own": (
        """\
sys.path.insert(0, here)
import importlib
cfg = importlib.import_module("tools.helpers")
print(cfg.DEBUG)
from tools import helpers as h
h.EXTRA = os.environ.get("DEMO_EXTRA")
if getattr(h, "EXTRA", None): open("src/a.c")
setup(version='1')
""",
        [{"DEMO_EXTRA": "1"}],
    ),
    "metaclass of settings": (
        """\
class Meta(type):
    def __getattr__(cls, name):
        return os.environ.get("DEMO_" + name)
    def __getitem__(cls, name):
        return os.environ["DEMO_" + name]
    def __contains__(cls, name):
        return "DEMO_" + name in os.environ
class Env(metaclass=Meta):
    pass
if Env.FAST: open("src/a.c")
if "SLOW" in Env: open("src/b.c")
setup(version='1')
""",
        [{"DEMO_FAST": "1", "DEMO_SLOW": "1"}],
    ),
    "properties of a base": (
        """\
import abc
class Base(abc.ABC):
    prefix = "DEMO"
    @property
    @abc.abstractmethod
    def name(self): ...
    def env(self, key, default=None):
        return os.environ.get("_".join((self.prefix, self.name, key)), default)
    @property
    def enabled(self): return self.env("ENABLED", "1") == "1"
    @property
    def sources(self): return []
class Cpu(Base):
    name = "CPU"
    @property
    def sources(self): return super().sources + ["src/a.c"]
class Gpu(Base):
    @property
    def name(self): return "GPU"
    @property
    def enabled(self): return super().enabled and bool(os.environ.get("DEMO_GPU_HOME"))
    @property
    def sources(self): return ["src/b.c"]
src = []
for cls in Base.__subclasses__():
    b = cls()
    if b.enabled:
        src.extend(b.sources)
setup(version='1', ext_modules=[Extension('x', src)])
""",
        [{}, {"DEMO_GPU_HOME": "1"}],
    ),
    "typed readers": (
        """\
from typing import Callable, TypeVar
T = TypeVar("T")
def read(name: str, cast: Callable[[str], T], default: T) -> T:
    raw = os.environ.get(name)
    return default if raw is None else cast(raw)
def csv(text): return tuple(x.strip() for x in text.split(","))
SPEC = dict(archs=("DEMO_ARCHS", csv, ("80",)), level=("DEMO_OPT_LEVEL", int, 3), lto=("DEMO_LTO", bool, False))
class Config(dict):
    __getattr__ = dict.__getitem__
conf = Config({k: read(*v) for k, v in SPEC.items()})
if conf.lto: open("src/a.c")
read(**{"name": "DEMO_KW", "cast": str, "default": ""})
setup(version='1', ext_modules=[Extension('x', ["src/b.c"], extra_compile_args=[f"-arch={a}" for a in conf.archs])])
""",
        [{"DEMO_LTO": "1"}],
    ),
}
