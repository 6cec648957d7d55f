"""Programs of the kinds that setup.py files are, each with the environments that between them take it through all its ways.

Every one is run for real and analysed (``test_setup_script_against_python``): all that it reads must be found, and what is
found as certain must be read in one of the runs.
"""

from __future__ import annotations

__all__ = ["HEAD", "PROGRAMS", "TREE"]

TREE = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\ndynamic = ["version"]\n',
    "VERSION": "1.2.3\n",
    "README.md": "# demo\n",
    "CHANGES.md": "none\n",
    "requirements/base.txt": "-r common.txt\nattrs\n",
    "requirements/common.txt": "packaging\n",
    "requirements/cpu.txt": "-r base.txt\n",
    "requirements/cuda.txt": "-r base.txt\ncuda\n",
    "requirements/dev.txt": "pytest\n",
    "demo/__init__.py": '"""Demo."""\nfrom ._version import __version__\n',
    "demo/_version.py": '__version__ = "1.2.3"\n',
    "demo/about.py": '__title__ = "demo"\n__version__ = "1.2.3"\n__license__ = "MIT"\n',
    "demo/fast.pyx": "",
    "demo/data/a.json": '{"version": "1.2.3", "files": ["src/a.c", "src/b.c"], "use": "cpu"}\n',
    "demo/data/b.json": "{}\n",
    "src/a.c": "",
    "src/b.c": "",
    "src/win/w.c": "",
    "src/posix/p.c": "",
    "src/gen.c.in": "int @NAME@;\n",
    "include/a.h": "",
    "config/build.cfg": "[build]\nversion = 1.2.3\nsources = src/a.c src/b.c\nrequirements = requirements/cpu.txt\n",
    "config/build.toml": '[build]\nsources = ["src/a.c"]\nversion = "1.2.3"\n',
    "tools/helpers.py": "import os\n\ndef read(*parts):\n    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"
    "    with open(os.path.join(here, *parts)) as f:\n        return f.read()\n\nDEBUG = os.environ.get('DEMO_DEBUG')\n",
    "tools/flags.py": "from .helpers import read\n\ndef flags():\n    return read('src', 'flags.txt').split()\n",
    "tools/__init__.py": "",
    "tools/gen.py": "import os, sys\nfrom pathlib import Path\nhere = Path(__file__).resolve().parent\n"
    "text = (here.parent / 'src' / 'gen.c.in').read_text()\nif __name__ == '__main__':\n    Path(here.parent, 'src', 'gen.c').write_text(text)\n",
    "tools/table.py": "with open('table.csv') as f:\n    rows = f.read().split()\nwith open('../src/table.h', 'w') as g:\n    g.write(','.join(rows))\n",
    "tools/table.csv": "1 2\n",
    "src/flags.txt": "-O2 -g\n",
    "src/list.txt": "# sources\na.c\nb.c  # the other\n\n",
    "Makefile.vars": "SRCS = src/a.c \\\n  src/b.c\nVERSION=1.2.3\n",
    "scripts/run.sh": "",
    "notes/x.txt": "",
}

HEAD = "import os, sys, re, json, glob, subprocess, shutil\nfrom pathlib import Path\nfrom setuptools import setup, Extension, find_packages\nfrom setuptools.command.build_ext import build_ext\nhere = os.path.abspath(os.path.dirname(__file__))\n"
V = "setup(version='1')\n"
ENV = list[dict[str, str]]
NONE: ENV = [{}]

PROGRAMS: dict[str, tuple[str, ENV]] = {
    # -- versions
    "regex over a module": (
        "t = open(os.path.join(here, 'demo', '_version.py')).read()\nsetup(version=re.search('\"(.*)\"', t).group(1))",
        NONE,
    ),
    "line by line": (
        "def get():\n    for line in (Path(here) / 'demo' / 'about.py').open():\n        if line.startswith('__version__'):\n            return eval(line.split('=')[1])\nsetup(version=get())",
        NONE,
    ),
    "exec into a dict": (
        "ns = {}\nwith open('demo/about.py', encoding='utf-8') as f:\n    exec(f.read(), ns)\nsetup(version=ns['__version__'], license=ns['__license__'])",
        NONE,
    ),
    "exec of compile": (
        "exec(compile(Path('demo/_version.py').read_bytes(), 'v', 'exec'))\nsetup(version=__version__)",
        NONE,
    ),
    "runpy": ("import runpy\nsetup(version=runpy.run_path(here + '/demo/about.py')['__version__'])", NONE),
    "spec from a file": (
        "import importlib.util as u\ns = u.spec_from_file_location('v', os.path.join('demo', '_version.py'))\nm = u.module_from_spec(s)\ns.loader.exec_module(m)\nsetup(version=m.__version__)",
        NONE,
    ),
    "source file loader": (
        "from importlib.machinery import SourceFileLoader as L\nsetup(version=L('v', 'demo/_version.py').load_module().__version__)",
        NONE,
    ),
    "ast of a module": (
        "import ast\nfor node in ast.parse(Path('demo/about.py').read_text()).body:\n    if isinstance(node, ast.Assign):\n        pass\n"
        + V,
        NONE,
    ),
    "a dunder read from a list of parts": (
        "def meta(name, *parts):\n    text = Path(here).joinpath(*parts).read_text()\n    return re.search(rf'__{name}__ = \"(.+)\"', text)[1]\nsetup(version=meta('version', 'demo', 'about.py'), license=meta('license', 'demo', 'about.py'))",
        NONE,
    ),
    "version with a suffix": (
        "v = Path('VERSION').read_text().strip()\nif 'DEMO_LOCAL' in os.environ:\n    v += '+' + os.environ['DEMO_LOCAL']\nsetup(version=v)",
        [{}, {"DEMO_LOCAL": "x"}],
    ),
    "fallback chain": (
        "def version():\n    for name in ('VERSION.txt', 'VERSION'):\n        try:\n            with open(os.path.join(here, name)) as f:\n                return f.read()\n        except FileNotFoundError:\n            continue\nsetup(version=version())",
        NONE,
    ),
    "linecache": ("import linecache\nsetup(version=linecache.getline(os.path.join(here, 'VERSION'), 1).strip())", NONE),
    "a file by descriptor": ("fd = os.open('VERSION', os.O_RDONLY)\nsetup(version=os.read(fd, 99).decode())", NONE),
    "path methods": (
        "p = Path(__file__).resolve().with_name('VERSION')\nsetup(version=p.read_text(), description=p.with_name('README').with_suffix('.md').read_text())",
        NONE,
    ),
    "parents": ("root = Path(here, 'demo', 'data').parents[1]\nsetup(version=(root / 'VERSION').read_text())", NONE),
    # -- requirements
    "nested requirement files": (
        "def req(name):\n    out = []\n    for line in open(os.path.join(here, 'requirements', name)):\n        line = line.strip()\n        if line.startswith('-r '):\n            out += req(line[3:])\n        elif line:\n            out.append(line)\n    return out\nsetup(install_requires=req(os.environ.get('DEMO_DEVICE', 'cpu') + '.txt'))",
        [{}, {"DEMO_DEVICE": "cuda"}, {"DEMO_DEVICE": "dev"}, {"DEMO_DEVICE": "base"}, {"DEMO_DEVICE": "common"}],
    ),
    "extras in a comprehension": (
        "extras = {k: Path(f'requirements/{k}.txt').read_text().split() for k in ('cpu', 'cuda')}\nextras['all'] = sum(extras.values(), [])\nsetup(extras_require=extras)",
        NONE,
    ),
    "extras of a listing": (
        "extras = {p.stem: p.read_text().splitlines() for p in sorted(Path('requirements').glob('*.txt')) if p.stem != 'dev'}\nsetup(extras_require=extras)",
        NONE,
    ),
    "a match of the device": (
        "d = os.getenv('DEMO_DEVICE', 'cpu')\nmatch d:\n    case 'cuda':\n        r = open('requirements/cuda.txt').read()\n    case _:\n        r = open('requirements/cpu.txt').read()\nsetup(install_requires=r)",
        [{}, {"DEMO_DEVICE": "cuda"}],
    ),
    "a table of functions": (
        "def cpu():\n    return open('requirements/cpu.txt').read()\ndef cuda():\n    return open('requirements/cuda.txt').read()\nTABLE = {'cpu': cpu, 'cuda': cuda}\nsetup(install_requires=TABLE[os.environ.get('DEMO_DEVICE', 'cpu')]())",
        [{}, {"DEMO_DEVICE": "cuda"}],
    ),
    "map and filter": (
        "names = filter(lambda n: n != 'dev', ['cpu', 'dev', 'cuda'])\nr = list(map(lambda n: open(f'requirements/{n}.txt').read(), names))\nsetup(install_requires=r)",
        NONE,
    ),
    # -- configuration files
    "configparser to sources": (
        "import configparser\nc = configparser.ConfigParser()\nc.read(os.path.join(here, 'config', 'build.cfg'))\nsetup(version=c.get('build', 'version'), ext_modules=[Extension('x', c.get('build', 'sources').split())], install_requires=open(c['build']['requirements']).read())",
        NONE,
    ),
    "toml to sources": (
        "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\nwith open('config/build.toml', 'rb') as f:\n    c = tomllib.load(f)['build']\nsetup(version=c['version'], ext_modules=[Extension('x', c['sources'])])",
        NONE,
    ),
    "json to sources": (
        "d = json.loads(Path('demo/data/a.json').read_text())\nsetup(version=d['version'], ext_modules=[Extension('x', d['files'])], install_requires=open('requirements/%s.txt' % d['use']).read())",
        NONE,
    ),
    "json as keywords": (
        "with open('demo/data/a.json') as f:\n    meta = json.load(f)\nmeta.pop('files')\nsetup(**meta)",
        NONE,
    ),
    "a list of sources in a text": (
        "with open('src/list.txt') as f:\n    names = [l.partition('#')[0].strip() for l in f]\nsetup(ext_modules=[Extension('x', ['src/' + n for n in names if n])])",
        NONE,
    ),
    "a makefile's variable": (
        "text = open('Makefile.vars').read().replace('\\\\\\n', ' ')\nd = dict(l.split('=', 1) for l in text.splitlines() if '=' in l)\nd = {k.strip(): v.strip() for k, v in d.items()}\nsetup(version=d['VERSION'], ext_modules=[Extension('x', d['SRCS'].split())])",
        NONE,
    ),
    "csv": ("import csv\nwith open('src/list.txt', newline='') as f:\n    rows = list(csv.reader(f))\n" + V, NONE),
    # -- extensions
    "sources by platform": (
        "src = ['src/a.c']\nif sys.platform == 'win32':\n    src.append('src/win/w.c')\nelse:\n    src.append('src/posix/p.c')\nsetup(ext_modules=[Extension('x', src)])",
        NONE,
    ),
    "sources in a walk": (
        "src = []\nfor top, dirs, files in os.walk('src'):\n    dirs[:] = [d for d in dirs if d != 'win']\n    src += [os.path.join(top, f) for f in files if f.endswith('.c')]\nsetup(ext_modules=[Extension('x', src)])",
        NONE,
    ),
    "sources by rglob": (
        "src = [str(p) for p in Path('src').rglob('*.c') if 'win' not in p.parts]\nsetup(ext_modules=[Extension('x', src)])",
        NONE,
    ),
    "an extension built in steps": (
        "ext = Extension('x', [])\next.sources = ['src/a.c']\next.sources.append('src/b.c')\next.depends += ['include/a.h']\nsetup(ext_modules=[ext])",
        NONE,
    ),
    "an extension of a table": (
        "SPECS = [('a', dict(depends=['include/a.h'])), ('b', {})]\nsetup(ext_modules=[Extension('demo.' + n, sources=[f'src/{n}.c'], **kw) for n, kw in SPECS])",
        NONE,
    ),
    "a factory with defaults": (
        "def ext(name, *more, base='src', **kw):\n    return Extension(name, [f'{base}/{name}.c', *(os.path.join(base, m) for m in more)], **kw)\nsetup(ext_modules=[ext('a', 'b.c'), ext('p', base='src/posix')])",
        NONE,
    ),
    "a subclass of Extension": (
        "class My(Extension):\n    def __init__(self, name, folder):\n        super().__init__(name, sorted(glob.glob(folder + '/*.c')))\nsetup(ext_modules=[My('x', 'src')])",
        NONE,
    ),
    "an optional extension": (
        "exts = []\nif not os.environ.get('DEMO_PURE'):\n    exts.append(Extension('x', ['src/a.c']))\nsetup(ext_modules=exts)",
        [{}, {"DEMO_PURE": "1"}],
    ),
    "cython or c": (
        "try:\n    from Cython.Build import cythonize\nexcept ImportError:\n    cythonize = None\next = '.pyx' if cythonize else '.c'\ne = [Extension('demo.fast', ['demo/fast' + ext])]\nsetup(ext_modules=cythonize(e) if cythonize else e)",
        NONE,
    ),
    "a build_ext that adds sources": (
        "class B(build_ext):\n    def build_extension(self, ext):\n        if os.name == 'posix':\n            ext.sources.append('src/posix/p.c')\n        super().build_extension(ext)\nsetup(ext_modules=[Extension('x', ['src/a.c'])], cmdclass={'build_ext': B})",
        NONE,
    ),
    "a build_ext that fills a template": (
        "class B(build_ext):\n    def run(self):\n        t = Path('src/gen.c.in').read_text()\n        Path('src/gen.c').write_text(t.replace('@NAME@', 'x'))\n        super().run()\nsetup(ext_modules=[Extension('x', ['src/gen.c', 'src/a.c'])], cmdclass={'build_ext': B})",
        NONE,
    ),
    "a mixin of commands": (
        "class Reads:\n    what = 'README.md'\n    def look(self):\n        return open(os.path.join(here, self.what)).read()\nclass B(Reads, build_ext):\n    def build_extensions(self):\n        self.look()\n        super().build_extensions()\nsetup(ext_modules=[Extension('x', ['src/a.c'])], cmdclass=dict(build_ext=B))",
        NONE,
    ),
    "a command made by a function": (
        "from setuptools.command.build_py import build_py\ndef wrap(base, name):\n    class C(base):\n        def run(self):\n            open(name).read()\n            base.run(self)\n    return C\nsetup(cmdclass={'build_py': wrap(build_py, 'CHANGES.md')})",
        NONE,
    ),
    "commands that call each other": (
        "from setuptools import Command\nfrom setuptools.command.build import build\nclass Gen(Command):\n    def run(self):\n        open('src/gen.c.in').read()\nclass B(build):\n    def run(self):\n        self.run_command('gen')\n        super().run()\nsetup(cmdclass={'build': B, 'gen': Gen})",
        NONE,
    ),
    "libraries": ("setup(libraries=[('z', {'sources': ['src/a.c', 'src/b.c'], 'include_dirs': ['include']})])", NONE),
    "a compiler's command": (
        "cc = os.environ.get('DEMO_CC', 'true')\nsubprocess.check_call([cc, '-c', os.path.join('src', 'a.c'), '-Iinclude', '-o', '/tmp/demo-a.o'])\n"
        + V,
        [{}],
    ),
    # -- helpers and modules
    "helpers on the path": (
        "sys.path.insert(0, here)\nfrom tools.helpers import read\nsetup(version=read('VERSION'))",
        NONE,
    ),
    "helpers beside": (
        "sys.path.append(os.path.join(here, 'tools'))\nimport helpers\nsetup(version=helpers.read('VERSION'), long_description=helpers.read('README.md'))",
        NONE,
    ),
    "a package of helpers": (
        "sys.path.insert(0, os.getcwd())\nfrom tools import flags\nsetup(ext_modules=[Extension('x', ['src/a.c'], extra_compile_args=flags.flags())])",
        NONE,
    ),
    "import_module": (
        "import importlib\nsys.path[:0] = [here]\nh = importlib.import_module('tools.helpers')\nsetup(version=h.read('VERSION'))",
        NONE,
    ),
    # -- environment
    "helpers with defaults": (
        "def env(name, default=None, prefix='DEMO_', env=os.environ):\n    return env.get(prefix + name, default)\nif env('A'):\n    open('CHANGES.md')\nflag = env('B', '0')\n"
        + V,
        [{}, {"DEMO_A": "1"}],
    ),
    "in the body of a class": (
        "class Config:\n    debug = os.getenv('DEMO_CLS') == '1'\n    root = os.environ.get('DEMO_ROOT', here)\n    options = {k: os.environ.get(f'DEMO_{k}') for k in ('X', 'Y')}\n"
        + V,
        NONE,
    ),
    "an alias and a copy": (
        "env = os.environ\ncopy = dict(env)\nmore = {**os.environ, 'Z': '1'}\ne = os.environ.copy()\nenv.get('DEMO_1'), 'DEMO_2' in env\nx = env['DEMO_3'] if 'DEMO_3' in env else None\ne.setdefault('QQ', '1')\n"
        + V,
        NONE,
    ),
    "flags by a loop": (
        "OPTIONS = ['SSE', 'AVX', 'NEON']\nflags = [o for o in OPTIONS if os.environ.get('DEMO_USE_' + o, '1') not in ('0', 'OFF')]\n"
        + V,
        NONE,
    ),
    "a partial and a lambda": (
        "from functools import partial\nget = partial(os.environ.get, 'DEMO_P')\nyes = lambda n, d='0': os.environ.get(n, d) == '1'\nget(), yes('DEMO_L')\n"
        + V,
        NONE,
    ),
    "a dataclass of settings": (
        "from dataclasses import dataclass, field\n@dataclass\nclass S:\n    a: str = field(default_factory=lambda: os.environ.get('DEMO_DC', ''))\n    b: str = os.environ.get('DEMO_DD', '')\nS().a\n"
        + V,
        NONE,
    ),
    "a property": (
        "class C:\n    @property\n    def cuda(self):\n        return os.environ.get('DEMO_PROP')\n    @staticmethod\n    def st():\n        return os.getenv('DEMO_ST')\n    @classmethod\n    def cl(cls):\n        return os.getenv('DEMO_CL')\nc = C()\nc.cuda, C.st(), c.cl()\n"
        + V,
        NONE,
    ),
    "try and except": (
        "try:\n    v = os.environ['DEMO_TRY']\nexcept KeyError:\n    v = open('VERSION').read()\nsetup(version=v)",
        [{}, {"DEMO_TRY": "1"}],
    ),
    "a walrus": (
        "if (v := os.environ.get('DEMO_W')) is not None:\n    open(f'requirements/{v}.txt')\n" + V,
        [{}, {"DEMO_W": "dev"}, {"DEMO_W": "cpu"}, {"DEMO_W": "cuda"}, {"DEMO_W": "base"}, {"DEMO_W": "common"}],
    ),
    # -- files of every kind
    "data files of globs": (
        "setup(data_files=[('share/demo', glob.glob('demo/data/*.json')), ('doc', ['README.md'])], scripts=['scripts/run.sh'])",
        NONE,
    ),
    "long description of parts": (
        "parts = ('README.md', 'CHANGES.md')\nsetup(long_description='\\n'.join(Path(p).read_text() for p in parts))",
        NONE,
    ),
    "a generator function": (
        "def docs():\n    yield 'README.md'\n    yield from ['CHANGES.md']\nsetup(long_description=''.join(open(n).read() for n in docs()))",
        NONE,
    ),
    "zip and enumerate": (
        "for i, (a, b) in enumerate(zip(['README', 'CHANGES'], ['.md', '.md'])):\n    open(a + b)\n" + V,
        NONE,
    ),
    "a context stack": (
        "from contextlib import ExitStack\nwith ExitStack() as s:\n    fs = [s.enter_context(open(n)) for n in ('README.md', 'CHANGES.md')]\n    text = fs[0].read()\n"
        + V,
        NONE,
    ),
    "copied into the package": (
        "shutil.copy(os.path.join(here, 'CHANGES.md'), os.path.join(here, 'demo', 'CHANGES.md'))\n" + V,
        NONE,
    ),
    "a tree copied into it": (
        "dst = os.path.join('demo', 'notes')\nif os.path.isdir(dst):\n    shutil.rmtree(dst)\nshutil.copytree('notes', dst)\n"
        + V,
        NONE,
    ),
    "entered and left": (
        "cwd = os.getcwd()\nos.chdir('requirements')\ntry:\n    r = open('base.txt').read()\nfinally:\n    os.chdir(cwd)\nsetup(install_requires=r, version=open('VERSION').read())",
        NONE,
    ),
    "str and bytes names": (
        "setup(version=open(b'VERSION').read(), description=open(os.fspath(Path('README.md'))).read())",
        NONE,
    ),
    "string building": (
        "n = '-'.join(['x']).replace('x', 'VERS') + 'ION'\nsetup(version=open(n).read(), d=open('%s.%s' % ('README', 'md')).read(), e=open('{0}{ext}'.format('CHANGES', ext='.md')).read())",
        NONE,
    ),
    "slices and cases": (
        "name = 'xxversionxx'[2:-2].upper()\nopen(name)\nopen(' README.md '.strip())\nopen('changes.md'.replace('changes', 'changes'.upper()))\n"
        + V,
        NONE,
    ),
    "reduce and join": (
        "from functools import reduce\np = reduce(os.path.join, [here, 'demo', 'data', 'a.json'])\njson.load(open(p))\nopen(os.sep.join([here, 'VERSION']))\n"
        + V,
        NONE,
    ),
    "a while over a list": (
        "todo = ['requirements/cuda.txt']\nseen = []\nwhile todo:\n    n = todo.pop()\n    seen.append(n)\n    for l in open(n):\n        if l.startswith('-r'):\n            todo.append(os.path.join(os.path.dirname(n), l[2:].strip()))\n"
        + V,
        NONE,
    ),
    "global state": (
        "FILES = []\ndef add(n):\n    global FILES\n    FILES = FILES + [n]\nadd('src/a.c')\nadd('src/b.c')\nsetup(ext_modules=[Extension('x', FILES)])",
        NONE,
    ),
    "nonlocal": (
        "def collect():\n    found = ()\n    def add(n):\n        nonlocal found\n        found += (n,)\n    add('src/a.c')\n    add('src/b.c')\n    return list(found)\nsetup(ext_modules=[Extension('x', collect())])",
        NONE,
    ),
    "a decorator": (
        "REG = {}\ndef reg(name):\n    def inner(f):\n        REG[name] = f\n        return f\n    return inner\n@reg('v')\ndef v():\n    return open('VERSION').read()\nsetup(**{k: f() for k, f in REG.items()})",
        NONE,
    ),
    "a cached function": (
        "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef read(n):\n    return Path(here, n).read_text()\nsetup(version=read('VERSION'), long_description=read('README.md'))",
        NONE,
    ),
    "an enumeration": (
        "import enum\nclass D(enum.Enum):\n    CPU = 'cpu'\n    CUDA = 'cuda'\nfor d in D:\n    open(f'requirements/{d.value}.txt')\n"
        + V,
        NONE,
    ),
    "a class with call": (
        "class Reader:\n    def __init__(self, base):\n        self.base = Path(base)\n    def __call__(self, *parts):\n        return self.base.joinpath(*parts).read_text()\n    def __getitem__(self, n):\n        return self(n + '.md')\nr = Reader(here)\nsetup(version=r('VERSION'), long_description=r['README'])",
        NONE,
    ),
    "a slotted iterator": (
        "class Names:\n    def __init__(self, *n):\n        self.n = n\n    def __iter__(self):\n        for x in self.n:\n            yield x + '.md'\nfor n in Names('README', 'CHANGES'):\n    open(n)\n"
        + V,
        NONE,
    ),
    "methods as values": (
        "read = Path.read_text\nsetup(version=read(Path('VERSION')), d=''.join(map(Path.read_text, [Path('README.md')])))",
        NONE,
    ),
    "io and codecs": (
        "import io, codecs\nwith io.open('README.md', encoding='utf8') as f, codecs.open('CHANGES.md', 'r', 'utf8') as g:\n    t = f.read() + g.read()\nsetup(long_description=t)",
        NONE,
    ),
    "a main guard": (
        "def main():\n    setup(version=open('VERSION').read())\nif __name__ == '__main__':\n    main()",
        NONE,
    ),
    "a string template": (
        "from string import Template\nt = Template('requirements/$d.txt').substitute(d='cpu')\nopen(t)\nopen('requirements/{d}.txt'.format_map({'d': 'cuda'}))\n"
        + V,
        NONE,
    ),
    "operators of sets and dicts": (
        "a = {'README.md'} | {'CHANGES.md'}\nfor n in sorted(a - {'x'}):\n    open(n)\nd = {'v': 'NONE'} | {'v': 'VERSION'}\nopen(d['v'])\n"
        + V,
        NONE,
    ),
    "starred": (
        "first, *rest = ['VERSION', 'README.md', 'CHANGES.md']\nopen(first)\n*_, last = rest\nopen(last)\n" + V,
        NONE,
    ),
    "conditional on a file": (
        "if os.path.exists('README.md'):\n    open('README.md')\nelse:\n    open('CHANGES.md')\nif not Path('notes/y.txt').is_file() and Path('notes').is_dir():\n    open('notes/x.txt')\n"
        + V,
        NONE,
    ),
    "python's version": (
        "if sys.version_info >= (3, 6):\n    open('README.md')\nif sys.version_info[0] == 3:\n    open('CHANGES.md')\n"
        + V,
        NONE,
    ),
    "any and all and next": (
        "n = next(p for p in ('VERSION.rst', 'VERSION') if os.path.isfile(p))\nopen(n)\n" + V,
        NONE,
    ),
    "text wrapped in a function of a module": (
        "import textwrap\nsetup(long_description=textwrap.dedent(open('README.md').read()), version=open(os.path.normpath('demo/../VERSION')).read())",
        NONE,
    ),
    "relpath and commonpath": (
        "open(os.path.relpath(os.path.join(here, 'VERSION'), here))\nopen(os.path.join(*os.path.split('demo/about.py')))\n"
        + V,
        NONE,
    ),
    "splitext and basename": (
        "for p in glob.glob('src/*.in'):\n    stem, _ = os.path.splitext(os.path.basename(p))\n    Path('src', stem).write_text(open(p).read())\nsetup(ext_modules=[Extension('x', ['src/gen.c'])])",
        NONE,
    ),
    "print to a generated file": (
        "with open('demo/_gen.py', 'w') as out:\n    print('v =', repr(Path('VERSION').read_text()), file=out)\n" + V,
        NONE,
    ),
    "overwritten first": (
        "Path('demo/_version.py').write_text('__version__ = %r' % Path('VERSION').read_text())\nns = {}\nexec(Path('demo/_version.py').read_text(), ns)\nsetup(version=ns['__version__'])",
        NONE,
    ),
    "fileinput": (
        "import fileinput\nfor line in fileinput.input(files=('README.md', 'CHANGES.md')):\n    pass\n" + V,
        NONE,
    ),
    "zipped archive of files": (
        "import zipfile\nwith zipfile.ZipFile('/tmp/demo-%d.zip' % os.getpid(), 'w') as z:\n    z.write('notes/x.txt')\n"
        + V,
        NONE,
    ),
    "hashes": (
        "import hashlib\nh = hashlib.sha256(open('src/a.c', 'rb').read())\nfor n in sorted(os.listdir('notes')):\n    h.update(Path('notes', n).read_bytes())\nsetup(version='1+' + h.hexdigest()[:8])",
        NONE,
    ),
    # -- where the script is
    "the directory of argv": (
        "setup(version=open(os.path.join(os.path.dirname(sys.argv[0]), 'VERSION')).read())",
        NONE,
    ),
    "the first of the path": ("open(os.path.join(os.path.dirname(__file__) or '.', 'VERSION'))\n" + V, NONE),
    "realpath of two": (
        "loc = os.path.realpath(os.path.join(os.getcwd(), os.path.dirname(__file__)))\nopen(os.path.join(loc, 'README.md'))\n"
        + V,
        NONE,
    ),
    "the file of a frame": (
        "import inspect\nd = os.path.dirname(os.path.abspath(inspect.getfile(inspect.currentframe())))\nopen(d + '/VERSION')\n"
        + V,
        NONE,
    ),
    "split of file": ("open(os.path.split(os.path.abspath(__file__))[0] + os.sep + 'VERSION')\n" + V, NONE),
    "a sibling of the file": (
        "open(__file__.replace('setup.py', 'VERSION'))\nopen(os.path.abspath(os.path.join(__file__, os.pardir, 'README.md')))\n"
        + V,
        NONE,
    ),
    # -- text
    "format of locals": (
        "d = 'cpu'\nopen('requirements/%(d)s.txt' % locals())\nopen('requirements/{d}.txt'.format(**{'d': 'cuda'}))\n"
        + V,
        NONE,
    ),
    "format of vars": (
        "part = 'README'\nopen('{part}.md'.format(**vars()))\nopen('%(part)s.md' % globals())\n" + V,
        NONE,
    ),
    "nested f-strings": (
        "n = {'a': 'about'}\nopen(f\"demo/{n['a']!s}.{'py'}\")\nopen(f'{here}/{\"VER\" + \"SION\"}')\n" + V,
        NONE,
    ),
    "partition and rsplit": (
        "a, _, b = 'VERSION:README.md'.partition(':')\nopen(a)\nopen('x/CHANGES.md'.rsplit('/', 1)[-1])\nopen(b)\n" + V,
        NONE,
    ),
    "strip of lines by map": (
        "for n in map(str.strip, open('src/list.txt')):\n    if n.endswith('.c'):\n        open('src/' + n)\n" + V,
        [{}],
    ),
    "readlines and slices": (
        "lines = open('requirements/cpu.txt').readlines()\nname = lines[0].split()[1]\nopen(os.path.join('requirements', name))\n"
        + V,
        NONE,
    ),
    "iter with a sentinel": (
        "f = open('README.md')\nfor line in iter(f.readline, ''):\n    pass\nwith open('CHANGES.md', 'rb') as g:\n    while chunk := g.read(4):\n        pass\n"
        + V,
        NONE,
    ),
    "a regular expression over names": (
        "for n in ['a.c', 'b.txt', 'b.c']:\n    if re.match(r'.*\\.c$', n):\n        open('src/' + n)\n" + V,
        NONE,
    ),
    "names found in a file": (
        "names = re.findall(r'(\\w+\\.c)\\b', open('src/list.txt').read())\nsetup(ext_modules=[Extension('x', ['src/' + n for n in names])])",
        NONE,
    ),
    "literal_eval of a file": (
        "import ast\nPath('notes/conf.txt').write_text(\"{'f': 'VERSION'}\")\nd = ast.literal_eval('{\"f\": \"VERSION\"}')\nopen(d['f'])\n"
        + V,
        NONE,
    ),
    "shlex": ("import shlex\nfor n in shlex.split('VERSION \"README.md\"'):\n    open(n.strip('\"'))\n" + V, NONE),
    "bytes and decode": ("n = b'VERSION'.decode()\nopen(n)\nopen('README.md'.encode().decode('ascii'))\n" + V, NONE),
    # -- containers
    "deque and counter": (
        "from collections import deque, OrderedDict, Counter\nq = deque(['VERSION'])\nq.append('README.md')\nwhile q:\n    open(q.popleft())\nfor k in OrderedDict([('CHANGES.md', 1)]):\n    open(k)\n"
        + V,
        NONE,
    ),
    "defaultdict of lists": (
        "from collections import defaultdict\nd = defaultdict(list)\nd['c'].append('src/a.c')\nd['c'] += ['src/b.c']\nsetup(ext_modules=[Extension(k, v) for k, v in d.items()])",
        NONE,
    ),
    "chain map": (
        "from collections import ChainMap\nc = ChainMap({'a': 'VERSION'}, {'b': 'README.md'})\nopen(c['a'])\nopen(c['b'])\n"
        + V,
        NONE,
    ),
    "a simple namespace": (
        "from types import SimpleNamespace as N\nn = N(v='VERSION', more=N(r='README.md'))\nopen(n.v)\nopen(n.more.r)\n"
        + V,
        NONE,
    ),
    "named tuples": (
        "from typing import NamedTuple\nclass S(NamedTuple):\n    name: str\n    files: list\n    base: str = 'src'\nfor s in [S('x', ['a.c']), S(name='y', files=['b.c'])]:\n    [open(os.path.join(s.base, f)) for f in s.files]\n"
        + V,
        NONE,
    ),
    "setdefault and pop": (
        "d = {}\nd.setdefault('f', []).append('VERSION')\nfor n in d.pop('f'):\n    open(n)\nk = {'a': 'README.md'}\nopen(k.pop('a', None))\n"
        + V,
        NONE,
    ),
    "groupby and chain": (
        "import itertools\nfor k, g in itertools.groupby(sorted(['src/a.c', 'src/b.c']), key=os.path.dirname):\n    for n in g:\n        open(n)\nfor n in itertools.chain(['VERSION'], ('README.md',)):\n    open(n)\n"
        + V,
        NONE,
    ),
    "a difference of globs": (
        "src = sorted(set(glob.glob('src/*')) - set(glob.glob('src/*.txt')) - set(glob.glob('src/*.in')))\nsetup(ext_modules=[Extension('x', [s for s in src if os.path.isfile(s)])])",
        NONE,
    ),
    "max and min": ("open(max(['VERSION']))\nopen(min(glob.glob('*.md'), key=len))\n" + V, NONE),
    "star keywords": (
        "def ext(**kw):\n    kw.setdefault('name', 'x')\n    return Extension(**kw)\ncommon = {'depends': ['include/a.h']}\nsetup(**dict(ext_modules=[ext(sources=['src/a.c'], **common)]))",
        NONE,
    ),
    "arguments collected": (
        "args = dict(name='demo')\nargs['version'] = open('VERSION').read()\nargs.update(long_description=open('README.md').read())\nargs |= {'data_files': [('d', ['CHANGES.md'])]}\nsetup(**args)",
        NONE,
    ),
    "a shared default list": (
        "def add(n, seen=[]):\n    seen.append(n)\n    return seen\nadd('src/a.c')\nsetup(ext_modules=[Extension('x', add('src/b.c'))])",
        NONE,
    ),
    "sets of sources": (
        "s = set()\ns.add('src/a.c')\ns.update({'src/b.c'})\ns.discard('x')\nsetup(ext_modules=[Extension('x', list(s))])",
        NONE,
    ),
    "a copy and a removal": (
        "import copy\nbase = ['src/a.c', 'src/win/w.c']\nother = copy.deepcopy(base)\nother.remove('src/win/w.c')\nsetup(ext_modules=[Extension('x', other)])",
        NONE,
    ),
    "insert and reversed": (
        "l = ['README.md']\nl.insert(0, 'VERSION')\nfor n in reversed(l):\n    open(n)\nfor n in ['CHANGES.md', 'x'][::2]:\n    open(n)\n"
        + V,
        NONE,
    ),
    # -- control flow
    "for and else": (
        "for n in ('nope', 'VERSION'):\n    if os.path.isfile(n):\n        open(n)\n        break\nelse:\n    open('README.md')\n"
        + V,
        NONE,
    ),
    "return in finally": (
        "def f():\n    try:\n        return open('VERSION').read()\n    finally:\n        open('README.md')\nsetup(version=f())",
        NONE,
    ),
    "an exception of our own": (
        "class Missing(Exception):\n    pass\ndef f(n):\n    if n == 'a':\n        raise Missing(n)\n    return open(n)\ntry:\n    f('a')\nexcept Missing:\n    f('VERSION')\n"
        + V,
        NONE,
    ),
    "suppressed": (
        "from contextlib import suppress\nwith suppress(FileNotFoundError):\n    open('nope.txt')\nwith suppress(OSError):\n    open('VERSION')\n"
        + V,
        NONE,
    ),
    "two in one with": (
        "with open('VERSION') as a, open('README.md') as b:\n    setup(version=a.read(), long_description=b.read())",
        NONE,
    ),
    "a class of a context": (
        "class Reads:\n    def __init__(self, n):\n        self.n = n\n    def __enter__(self):\n        self.f = open(self.n)\n        return self.f\n    def __exit__(self, *a):\n        self.f.close()\n        open('CHANGES.md')\nwith Reads('VERSION') as f:\n    setup(version=f.read())",
        NONE,
    ),
    "async": (
        "import asyncio\nasync def read(n):\n    return open(n).read()\nasync def main():\n    return await asyncio.gather(read('VERSION'), read('README.md'))\nasyncio.run(main())\n"
        + V,
        NONE,
    ),
    "a pool": (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    list(pool.map(lambda n: open(n).read(), ['VERSION', 'README.md']))\n    pool.submit(open, 'CHANGES.md').result()\n"
        + V,
        NONE,
    ),
    "recursion over directories": (
        "def below(d):\n    for n in sorted(os.listdir(d)):\n        p = os.path.join(d, n)\n        if os.path.isdir(p):\n            yield from below(p)\n        elif p.endswith('.c') and 'win' not in p:\n            yield p\nsetup(ext_modules=[Extension('x', list(below('src')))])",
        NONE,
    ),
    "scandir": (
        "for e in os.scandir('requirements'):\n    if e.name.startswith('c') and e.is_file():\n        open(e.path)\n"
        + V,
        NONE,
    ),
    "fnmatch": (
        "import fnmatch\nfor n in fnmatch.filter(os.listdir('src'), '[ab].c'):\n    open(os.path.join('src', n))\n" + V,
        NONE,
    ),
    "iglob with a root": (
        "for n in glob.iglob('**/p*.c', root_dir='src', recursive=True):\n    open(os.path.join('src', n))\n" + V,
        NONE,
    ),
    "iterdir and suffixes": (
        "for p in sorted(Path('demo').iterdir()):\n    if p.suffix == '.py' and not p.name.startswith('_'):\n        p.read_text()\n"
        + V,
        NONE,
    ),
    # -- functions and classes
    "globals by name": (
        "def read_version():\n    return open('VERSION').read()\nsetup(version=globals()['read_' + 'version']())",
        NONE,
    ),
    "getattr by name": (
        "class R:\n    def md(self):\n        return open('README.md')\n    def vs(self):\n        return open('VERSION')\nr = R()\nfor n in ('md', 'vs'):\n    getattr(r, n)()\n"
        + V,
        NONE,
    ),
    "wraps": (
        "import functools\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n@logged\ndef read(n, *, base=here):\n    return open(os.path.join(base, n)).read()\nsetup(version=read('VERSION'))",
        NONE,
    ),
    "a decorator class": (
        "class memo:\n    def __init__(self, f):\n        self.f = f\n    def __call__(self, *a):\n        return self.f(*a)\n@memo\ndef read(n):\n    return open(n).read()\nsetup(version=read('VERSION'))",
        NONE,
    ),
    "a class made by type": (
        "def run(self):\n    open('CHANGES.md')\n    build_ext.run(self)\nB = type('B', (build_ext,), {'run': run})\nsetup(cmdclass={'build_ext': B})",
        NONE,
    ),
    "an abstract base": (
        "import abc\nclass Base(abc.ABC):\n    @abc.abstractmethod\n    def name(self): ...\n    def read(self):\n        return open(self.name()).read()\nclass A(Base):\n    def name(self):\n        return 'VERSION'\nsetup(version=A().read())",
        NONE,
    ),
    "multiple inheritance": (
        "class A:\n    suffix = '.md'\n    def go(self, n):\n        return open(n + self.suffix)\nclass B:\n    def go(self, n):\n        return super().go(n.upper())\nclass C(B, A):\n    pass\nC().go('readme')\n"
        + V,
        NONE,
    ),
    "a class attribute by name": (
        "class Cfg:\n    FILES = ['VERSION']\n    ALL = FILES + ['README.md']\n    @classmethod\n    def read(cls):\n        return [open(n).read() for n in cls.ALL]\nCfg.read()\n"
        + V,
        NONE,
    ),
    "setattr and vars": (
        "class O: pass\no = O()\nsetattr(o, 'f', 'VERSION')\nopen(o.f)\no.__dict__['g'] = 'README.md'\nopen(vars(o)['g'])\n"
        + V,
        NONE,
    ),
    "a property with a setter": (
        "class P:\n    def __init__(self):\n        self._n = 'x'\n    @property\n    def n(self):\n        return self._n\n    @n.setter\n    def n(self, v):\n        self._n = v.upper()\np = P()\np.n = 'version'\nopen(p.n)\n"
        + V,
        NONE,
    ),
    "a metaclass registry": (
        "REG = []\nclass Base:\n    def __init_subclass__(cls, **k):\n        REG.append(cls)\nclass A(Base):\n    f = 'VERSION'\nfor c in REG:\n    open(c.f)\n"
        + V,
        NONE,
    ),
    "keyword only and positional only": (
        "def f(a, /, b='README', *, ext='.md'):\n    return open(a + ext), open(b + ext)\nf('CHANGES')\n" + V,
        NONE,
    ),
    "a closure in a loop": (
        "readers = [lambda n=n: open(n).read() for n in ('VERSION', 'README.md')]\nfor r in readers:\n    r()\n" + V,
        NONE,
    ),
    "a lazy list of extensions": (
        "class Lazy(list):\n    def __init__(self, f):\n        self.f = f\n    def __iter__(self):\n        return iter(self.f())\n    def __len__(self):\n        return 1\nsetup(ext_modules=Lazy(lambda: [Extension('x', ['src/a.c'])]))",
        [{}],
    ),
    "an ext that knows its options": (
        "class Ext(Extension):\n    def __init__(self, *a, **k):\n        self.opt = k.pop('opt', None)\n        Extension.__init__(self, *a, **k)\n        if self.opt:\n            self.sources.append(self.opt)\nsetup(ext_modules=[Ext('x', ['src/a.c'], opt='src/b.c')])",
        NONE,
    ),
    "sources changed by the command": (
        "class B(build_ext):\n    def finalize_options(self):\n        super().finalize_options()\n        self.distribution.ext_modules[0].sources += ['src/b.c']\nsetup(ext_modules=[Extension('x', ['src/a.c'])], cmdclass={'build_ext': B})",
        NONE,
    ),
    "a command's user options": (
        "class B(build_ext):\n    user_options = build_ext.user_options + [('x=', None, '')]\n    def initialize_options(self):\n        super().initialize_options()\n        self.x = os.environ.get('DEMO_X', 'README.md')\n    def run(self):\n        with open('VERSION') as f:\n            f.read()\nsetup(cmdclass={'build_ext': B})",
        NONE,
    ),
    # -- modules
    "the package itself": ("sys.path.insert(0, here)\nimport demo\nsetup(version=demo.__version__)", NONE),
    "a module of the package": ("from demo import about\nsetup(version=about.__version__)", NONE),
    "import by name": (
        "m = __import__('demo.about', fromlist=['x'])\nsetup(version=m.__version__, license=getattr(m, '__license__', ''))",
        NONE,
    ),
    "a module that is not there": (
        "try:\n    from tools.missing import read\nexcept ImportError:\n    from tools.helpers import read\nsetup(version=read('VERSION'))",
        NONE,
    ),
    "a star from helpers": ("from tools.helpers import *\nsetup(version=read('VERSION'))", NONE),
    "code that defines functions": ("exec(open('tools/helpers.py').read(), globals())\n" + V, NONE),
    # -- environment
    "strtobool": (
        "def strtobool(v):\n    return v.lower() in ('1', 'on', 'yes')\ndef flag(name, default='0'):\n    return strtobool(os.environ.get(name, default))\nif flag('DEMO_FAST') and not flag('DEMO_SLOW', 'no'):\n    open('CHANGES.md')\n"
        + V,
        [{}, {"DEMO_FAST": "1"}],
    ),
    "getter aliases": (
        "from os import environ as E, getenv as G\nget = os.environ.get\nG('DEMO_G'), get('DEMO_GET'), E.get('DEMO_E')\nE['DEMO_SET'] = '1'\n"
        + V,
        NONE,
    ),
    "all of a table of names": (
        "OPTS = {'cuda': 'DEMO_CUDA', 'mpi': ('DEMO_MPI', '0')}\nfor k, v in OPTS.items():\n    n, d = v if isinstance(v, tuple) else (v, None)\n    os.environ.get(n, d)\n"
        + V,
        NONE,
    ),
    "a class that reads its fields": (
        "class Env:\n    prefix = 'DEMO_'\n    def __getattr__(self, n):\n        return os.environ.get(self.prefix + n.upper())\n    def __getitem__(self, n):\n        return os.environ[self.prefix + n]\ne = Env()\ne.jit\ntry:\n    e['AOT']\nexcept KeyError:\n    pass\n"
        + V,
        NONE,
    ),
    "any of several": (
        "if any(os.environ.get(n) for n in ('DEMO_A1', 'DEMO_A2')) or 'DEMO_A3' in os.environ.keys():\n    pass\n{k: v for k, v in os.environ.items() if k == 'PATH'}\n"
        + V,
        NONE,
    ),
    "by a parser of arguments": (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--v', default=os.environ.get('DEMO_ARG', 'VERSION'))\na, rest = p.parse_known_args()\nsys.argv = sys.argv[:1] + rest\nopen('VERSION')\n"
        + V,
        NONE,
    ),
    # -- writing
    "json made of parts": (
        "meta = {'v': Path('VERSION').read_text().strip()}\nwith open('demo/data/gen.json', 'w') as f:\n    json.dump(meta, f)\nsetup(version=json.load(open('demo/data/gen.json'))['v'])",
        NONE,
    ),
    "renamed after writing": (
        "with open('demo/_v.tmp', 'w') as f:\n    f.write(open('VERSION').read())\nos.replace('demo/_v.tmp', 'demo/_v.py')\n"
        + V,
        NONE,
    ),
    "a link or a copy": (
        "for n in ('README.md', 'CHANGES.md'):\n    dst = os.path.join('demo', n)\n    if os.path.lexists(dst):\n        os.unlink(dst)\n    shutil.copyfile(n, dst)\n"
        + V,
        NONE,
    ),
    "a manifest of hashes": (
        "import hashlib\nout = {}\nfor top, _, names in os.walk('demo/data'):\n    for n in names:\n        p = os.path.join(top, n)\n        out[p] = hashlib.md5(open(p, 'rb').read()).hexdigest()\nPath('demo/manifest.json').write_text(json.dumps(out))\n"
        + V,
        NONE,
    ),
    "appended to": ("with open('demo/about.py', 'a') as f:\n    f.write('')\n" + V, NONE),
    "read and write": (
        "with open('demo/about.py', 'r+') as f:\n    t = f.read()\n    f.seek(0)\n    f.write(t)\n" + V,
        NONE,
    ),
    # -- programs that it starts
    "a generator": (
        "subprocess.check_call([sys.executable, 'tools/gen.py'])\nsetup(ext_modules=[Extension('x', ['src/gen.c'])])",
        NONE,
    ),
    "a generator in a shell": (
        "os.system(f'{sys.executable} tools/gen.py')\nsetup(ext_modules=[Extension('x', ['src/gen.c'])])",
        NONE,
    ),
    "a generator as a module": ("subprocess.run([sys.executable, '-m', 'tools.gen'], check=True)\n" + V, NONE),
    "a generator that is run in here": (
        "import runpy\nrunpy.run_path(os.path.join(here, 'tools', 'gen.py'), run_name='__main__')\n" + V,
        NONE,
    ),
    "a generator in its directory": (
        "subprocess.check_call([sys.executable, 'table.py'], cwd=os.path.join(here, 'tools'))\n" + V,
        NONE,
    ),
    "a generator where we are": (
        "os.chdir('tools')\nsubprocess.check_call([sys.executable, 'table.py'])\nos.chdir('..')\nopen('VERSION')\n" + V,
        NONE,
    ),
    "a generator behind cd": (
        "subprocess.check_call('cd tools && ' + sys.executable + ' table.py', shell=True)\n" + V,
        NONE,
    ),
    "a generator of a command class": (
        "class B(build_ext):\n    def run(self):\n        self.generate('gen')\n        super().run()\n    def generate(self, name):\n        cmd = [sys.executable, os.path.join(here, 'tools', name + '.py')]\n        if subprocess.call(cmd) != 0:\n            raise RuntimeError(' '.join(cmd))\nsetup(cmdclass={'build_ext': B}, ext_modules=[Extension('x', ['src/gen.c', 'src/a.c'])])",
        NONE,
    ),
    "a line of code": (
        "subprocess.check_output([sys.executable, '-c', 'print(open(\"VERSION\").read())'])\n" + V,
        NONE,
    ),
    "popen and communicate": (
        "p = subprocess.Popen([sys.executable, 'tools/gen.py'], stdout=subprocess.PIPE, cwd=here)\np.communicate()\n"
        + V,
        NONE,
    ),
    "a list of commands": (
        "for c in (['tools/gen.py'], ['-m', 'tools.gen']):\n    subprocess.check_call([sys.executable, *c])\n" + V,
        NONE,
    ),
    "the interpreter's name": (
        "py = os.environ.get('DEMO_PYTHON', sys.executable)\nsubprocess.check_call([py, '-B', 'tools/gen.py'])\n" + V,
        NONE,
    ),
    "through a helper": (
        "def run(*args, **kw):\n    kw.setdefault('cwd', here)\n    return subprocess.run([str(a) for a in args], check=True, **kw)\nrun(sys.executable, Path('tools') / 'gen.py')\n"
        + V,
        NONE,
    ),
    "spawn of a command": (
        "class B(build_ext):\n    def spawn(self, cmd):\n        subprocess.check_call(cmd)\n    def run(self):\n        self.spawn([sys.executable, 'tools/gen.py'])\nsetup(cmdclass={'build_ext': B})",
        NONE,
    ),
    "an environment for it": (
        "env = dict(os.environ, DEMO_NEW='1')\nenv['PYTHONPATH'] = os.pathsep.join([env.get('PYTHONPATH', ''), here])\nsubprocess.check_call([sys.executable, 'tools/gen.py'], env=env)\n"
        + V,
        NONE,
    ),
    "a chain of generators": (
        "STEPS = [('tools/gen.py', '.'), ('table.py', 'tools')]\nfor script, where in STEPS:\n    subprocess.run([sys.executable, script], cwd=where, check=True)\nsetup(ext_modules=[Extension('x', ['src/gen.c'], depends=['src/table.h'])])",
        NONE,
    ),
    "an import of the generator": (
        "sys.path.insert(0, os.path.join(here, 'tools'))\nimport gen\nsetup(description=gen.text)",
        NONE,
    ),
    "only when it is missing": (
        "if not os.path.exists('src/gen.c'):\n    subprocess.check_call([sys.executable, 'tools/gen.py'])\nsetup(ext_modules=[Extension('x', ['src/gen.c'])])",
        NONE,
    ),
    "newer than its source": (
        "def newer(a, b):\n    return not os.path.exists(b) or os.stat(a).st_mtime > os.stat(b).st_mtime\nif newer('src/gen.c.in', 'src/gen.c'):\n    subprocess.check_call([sys.executable, 'tools/gen.py'])\n"
        + V,
        NONE,
    ),
    "a target's directory is made": (
        "out = Path('demo') / 'generated'\nout.mkdir(parents=True, exist_ok=True)\nfor p in Path('notes').glob('*.txt'):\n    (out / p.name).write_bytes(p.read_bytes())\n"
        + V,
        NONE,
    ),
    "a table of templates": (
        "T = {'src/gen.c.in': 'src/gen.c'}\nfor a, b in T.items():\n    with open(a) as f, open(b, 'w') as g:\n        g.writelines(l.replace('@NAME@', 'n') for l in f)\nsetup(ext_modules=[Extension('x', list(T.values()))])",
        NONE,
    ),
}
