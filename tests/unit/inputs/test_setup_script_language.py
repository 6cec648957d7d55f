"""The same few files, read through every corner of the language and of the standard library that scripts use."""

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
FILES = {
    "pyproject.toml": PYPROJECT,
    "data/a.txt": "one\n",
    "data/b.txt": "two\n",
    "data/sub/c.txt": "three\n",
    "data/d.json": '{"names": ["a", "b"]}\n',
    "data/x.py": "NAME = 'data/b.txt'\nopen('data/a.txt')\n",
    "data/list": "data/a.txt\ndata/b.txt\n",
}
A, B, C, D, X = ("file data/a.txt", "file data/b.txt", "file data/sub/c.txt", "file data/d.json", "file data/x.py")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import os\ndef path(d,*more): return os.path.join(d,'a.txt',*more)\nopen(path('data'))", {A}),
        (
            "import os\nopen(os.path.join('data', os.path.pardir, os.path.curdir, 'data', 'a' + os.path.extsep + 'txt'))",
            {A},
        ),
        ("from os.path import join, pardir, sep\nopen(join('data', pardir) + sep + 'data' + sep + 'a.txt')", {A}),
        ("from os import sep as s, pardir\nopen(s.join(['data', pardir, 'data', 'a.txt']))", {A}),
        ("from os import *\nopen('data' + sep + 'a.txt')", {A}),
        ("from string import ascii_lowercase\nfor c in ascii_lowercase[:2]: open(f'data/{c}.txt')", {A, B}),
        (
            "import os\ndef path(d,*more): return os.path.join(d,*more)\nopen(path('data/a.txt')); open(path('data','b.txt'))",
            {A, B},
        ),
        ("none=[]\ndef pick(a,b='data/a.txt',*c): return b\nopen(pick('data/b.txt',*none,*()))", {A}),
        ("def some():\n    yield from []\n    yield 'data/a.txt'\nfor f in some(): open(f)", {A}),
        ("none=()\nfor f in [*none, *{}, 'data/a.txt'] + list(none): open(f)", {A}),
        ("import functools\nread=functools.partial(open,'data/a.txt')\nread()", {A}),
        (
            "import functools\ndef f(d,n): return open(d+'/'+n)\ng=functools.partial(f,'data')\ng('a.txt'); g(n='b.txt')",
            {A, B},
        ),
        ("import functools\n@functools.lru_cache(maxsize=None)\ndef f(n): return open(n).read()\nf('data/a.txt')", {A}),
        (
            "def deco(fn):\n    def w(*a, **k):\n        return fn(*a, **k)\n    return w\n@deco\ndef f(n): return open(n)\nf('data/a.txt')",
            {A},
        ),
        (
            "import functools\ndef deco(x):\n    def d(fn):\n        @functools.wraps(fn)\n        def w(*a): \n            open(x)\n            return fn(*a)\n        return w\n    return d\n@deco('data/b.txt')\ndef f(n): return open(n)\nf('data/a.txt')",
            {A, B},
        ),
        ("from collections import namedtuple\nP=namedtuple('P','d n')\np=P('data','a.txt')\nopen(p.d+'/'+p.n)", {A}),
        (
            "from collections import namedtuple\nP=namedtuple('P',['d','n'])\np=P('data',n='a.txt')\nd,n=p\nopen(p.d+'/'+p.n)",
            {A},
        ),
        (
            "from typing import NamedTuple\nclass P(NamedTuple):\n    d: str\n    n: str='a.txt'\np=P('data')\nopen(p.d+'/'+p.n)",
            {A},
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass P:\n    d: str\n    n: str='a.txt'\n    def p(self): return f'{self.d}/{self.n}'\nopen(P('data').p())",
            {A},
        ),
        ("from types import SimpleNamespace\nn=SimpleNamespace(a='data/a.txt')\nopen(n.a)", {A}),
        (
            "import enum\nclass E(enum.Enum):\n    X='data/a.txt'\n    Y='data/b.txt'\nfor e in E: open(e.value)\nopen(E.X.value)",
            {A, B},
        ),
        ("import enum\nclass E(str, enum.Enum):\n    X='data/a.txt'\nopen(E.X.value)\nopen(E['X'].value)", {A}),
        ("from string import Template\nopen(Template('data/$x.txt').substitute(x='a'))", {A}),
        ("from string import Template\nopen(Template('data/${x}.txt').safe_substitute({'x':'a'}))", {A}),
        ("import operator\nopen(operator.add('data/','a.txt'))", {A}),
        ("import functools,os\nopen(functools.reduce(os.path.join,['data','a.txt']))", {A}),
        ("import os.path\nopen(os.path.join(*'data/a.txt'.split('/')))", {A}),
        ("import os\nopen(os.path.abspath(__file__).replace('setup.py','data/a.txt'))", {A}),
        ("import os,sys\nopen(os.path.join(os.path.dirname(sys.argv[0]),'data','a.txt'))", {A}),
        (
            "import os,inspect\nopen(os.path.join(os.path.dirname(inspect.getfile(inspect.currentframe())),'data/a.txt'))",
            {A},
        ),
        ("import os,sys\nopen(os.path.join(sys.path[0],'data/a.txt'))", {A}),
        ("import os\nopen(os.path.splitext('data/a.md')[0]+'.txt')", {A}),
        (
            "import os\nhere=os.path.abspath('data')\nopen('data/'+os.path.relpath(os.path.join(here,'a.txt'),here))",
            {A},
        ),
        ("import os\nhere, _ = os.path.split(os.path.abspath(__file__))\nopen(os.path.join(here,'data/a.txt'))", {A}),
        ("from pathlib import Path\nPath.cwd().joinpath('data/a.txt').read_text()", {A}),
        ("from pathlib import Path\nopen(Path(__file__).with_name('data') / 'a.txt')", {A}),
        ("from pathlib import Path\nopen(Path(__file__).parent.joinpath(*['data','a.txt']))", {A}),
        ("from pathlib import Path\nfor f in sorted(Path('data').glob('*.txt')): f.open()", {A, B}),
        (
            "from pathlib import Path\nfor f in filter(lambda p: p.suffix=='.txt', Path('data').iterdir()): f.read_text()",
            {A, B},
        ),
        ("from pathlib import Path\np=Path('data')\np /= 'a.txt'\np.read_text()", {A}),
        (
            "from pathlib import Path\nopen(os.fspath(Path('data')/'a.txt')) if False else open('%s/a.txt' % Path('data'))",
            {A},
        ),
        ("from pathlib import Path\nopen(f'{Path(__file__).parent}/data/a.txt')", {A}),
        ("from pathlib import Path\nopen(Path('data','a').with_suffix('.txt').as_posix())", {A}),
        ("from pathlib import Path\nopen(Path('data/x/../a.txt').resolve())", {A}),
        ("from pathlib import Path\nPath('data/b.txt').with_stem('a').read_text()", {A}),
        ("from distutils.util import convert_path\nopen(convert_path('data/a.txt'))", {A}),
        ("from setuptools._distutils.util import convert_path\nopen(convert_path('data/a.txt'))", {A}),
        ("ns={}\nexec(open('data/a.txt').read(), ns)", {A}),
        ("import os\nwith open(os.path.join('data','a.txt')) as f, open('data/b.txt') as g: pass", {A, B}),
        ("from contextlib import ExitStack\nwith ExitStack() as s:\n    s.enter_context(open('data/a.txt'))", {A}),
        ("import fileinput\nfor l in fileinput.input(['data/a.txt']): pass", {A}),
        ("import fileinput\nfor l in fileinput.FileInput('data/a.txt', inplace=True): pass", {A}),
        ("import tokenize\nwith tokenize.open('data/a.txt') as f: f.read()", {A}),
        ("import gzip\ngzip.open('data/a.txt').read()", {A}),
        ("import zipfile\nzipfile.ZipFile('data/a.txt').extractall('x')", {A}),
        ("import tarfile\ntarfile.open('data/a.txt').extractall('x')", {A}),
        ("import configparser\nc=configparser.ConfigParser()\nc.read('data/a.txt')", {A}),
        ("import configparser\nc=configparser.ConfigParser()\nc.read(['data/a.txt','data/b.txt'])", {A, B}),
        ("from configparser import RawConfigParser as P\nc=P()\nc.read_file(open('data/a.txt'))", {A}),
        ("from xml.etree import ElementTree as ET\nET.parse('data/a.txt')", {A}),
        ("import csv\nlist(csv.reader(open('data/a.txt')))", {A}),
        ("import hashlib\nhashlib.md5(open('data/a.txt','rb').read()).hexdigest()", {A}),
        ("import mmap,os\nfd=os.open('data/a.txt', os.O_RDONLY)\nos.read(fd,10)", {A}),
        ("import py_compile\npy_compile.compile('data/a.txt')", {A}),
        ("import filecmp\nfilecmp.cmp('data/a.txt','data/b.txt')", {A, B}),
        ("import shutil\nshutil.copyfileobj(open('data/a.txt'), open('out','w'))", {A}),
        ("from shutil import copy as cp\ncp('data/a.txt','x')", {A}),
        ("import shutil\nshutil.copytree('data/sub','x')", {"files data/sub/**/*"}),
        ("import ast\nast.literal_eval(open('data/a.txt').read())", {A}),
        ("import yaml\nyaml.safe_load(open('data/a.txt'))", {A}),
        ("import tomllib\nwith open('data/a.txt','rb') as f: tomllib.load(f)", {A}),
        ("try:\n    f=open('data/a.txt')\nexcept IOError:\n    f=open('data/b.txt')", {A, B}),
        (
            "def f():\n    try:\n        return open('data/a.txt').read()\n    except Exception:\n        return ''\n    finally:\n        open('data/b.txt')\nf()",
            {A, B},
        ),
        ("d={'k':{'f':'data/a.txt'}}\nopen(d['k']['f'])", {A}),
        ("d=dict(a='data/a.txt', **{'b':'data/b.txt'})\nfor v in d.values(): open(v)", {A, B}),
        ("d={k:f'data/{k}.txt' for k in ('a','b')}\nopen(d['a'])", {A}),
        ("x=[f'data/{n}' for n in 'a.txt b.txt'.split()]\n[open(i) for i in x]", {A, B}),
        ("x=[]\nx+=['data/a.txt']\nx.extend(('data/b.txt',))\nwhile x:\n    open(x.pop())", {A, B}),
        ("q=['data/a.txt','data/b.txt']\nwhile len(q)>0:\n    f=q.pop(0)\n    open(f)", {A, B}),
        ("files='''\n  data/a.txt\n  data/b.txt\n'''\nfor f in files.split(): open(f)\n", {A, B}),
        (
            "files='''\n  data/a.txt\n  # no\n  data/b.txt\n'''\nfor f in files.splitlines():\n    f=f.strip()\n    if not f or f.startswith('#'): continue\n    open(f)\n",
            {A, B},
        ),
        ("g=globals()\ng['N']='data/a.txt'\nopen(N)", {A}),
        ("import builtins\nbuiltins.open('data/a.txt')", {A}),
        ("__builtins__.open('data/a.txt')", {A}),
        ("o=getattr(__import__('io'),'open')\no('data/a.txt')", {A}),
        ("eval(\"open('data/a.txt')\")", {A}),
        ("exec(\"open('data/a.txt')\")", {A}),
        ("exec(compile(open('data/x.py').read(), 'data/x.py', 'exec'))", {A, X}),
        ("with open('data/x.py') as f:\n    code=compile(f.read(), f.name, 'exec')\n    exec(code, globals())", {A, X}),
        ("with open('data/x.py') as f:\n    exec(f.read(), {'__file__': 'data/x.py'})", {A, X}),
        ("import runpy\nrunpy.run_path('data/x.py', init_globals={'q':1})", {A, X}),
        ("import runpy\nns=runpy.run_path('data/x.py')\nopen(ns['NAME'])", {A, B, X}),
        ("import runpy\nrunpy.run_module('data.x')", {A, X}),
        (
            "import importlib.util as u\ns=u.spec_from_file_location('x','data/x.py')\nm=u.module_from_spec(s)\ns.loader.exec_module(m)\nopen(m.NAME)",
            {A, B, X},
        ),
        (
            "import importlib.machinery as u\nm=u.SourceFileLoader('x','data/x.py').load_module()\nopen(m.NAME)",
            {A, B, X},
        ),
        ("import imp\nm=imp.load_source('x','data/x.py')\nopen(m.NAME)", {A, B, X}),
        ("import types\nm=types.ModuleType('x')\nexec(open('data/x.py').read(), m.__dict__)\nopen(m.NAME)", {A, B, X}),
        (
            "import sys,os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__),'data'))\nimport x\nopen(x.NAME)",
            {A, B, X},
        ),
        ("import sys\nsys.path[:0]=['data']\nfrom x import NAME\nopen(NAME)", {A, B, X}),
        ("import sys\nsys.path=['data']+sys.path\nfrom x import *\nopen(NAME)", {A, B, X}),
        ("import site\nsite.addsitedir('data')\nimport x", {A, X}),
        ("import importlib\nm=importlib.import_module('data.x')\nopen(m.NAME)", {A, B, X}),
        ("import pkgutil,sys\nsys.path.append('data')\nm=__import__('x')\nopen(m.NAME)", {A, B, X}),
        ("def f(n='data/a.txt', /, *, m='data/b.txt'): open(n); open(m)\nf()", {A, B}),
        ("def f(**k): return g(**k)\ndef g(n, m=None): open(n)\nf(n='data/a.txt')", {A}),
        ("def f(*a): return [open(n) for n in a]\nf('data/a.txt','data/b.txt')", {A, B}),
        ("class R:\n    def __call__(self,n): return open(n)\nr=R()\nr('data/a.txt')", {A}),
        (
            "class R:\n    @property\n    def p(self): return 'data/a.txt'\n    @classmethod\n    def c(cls): return cls().p\nopen(R.c())",
            {A},
        ),
        (
            "class B1:\n    f='data/b.txt'\n    def go(self): open(self.f)\nclass C1(B1):\n    f='data/a.txt'\n    def go(self):\n        super().go()\nC1().go()",
            {A},
        ),
        ("class M:\n    def __getitem__(self,k): return open(k)\nM()['data/a.txt']", {A}),
        (
            "class M:\n    def __enter__(self): return open('data/a.txt')\n    def __exit__(self,*a): pass\nwith M() as f: f.read()",
            {A},
        ),
        (
            "from contextlib import contextmanager\n@contextmanager\ndef opened(n):\n    with open(n) as f:\n        yield f\nwith opened('data/list') as f:\n    for n in f: open(n.strip())",
            {A, B, "file data/list"},
        ),
        ("class M:\n    def __iter__(self):\n        yield 'data/a.txt'\nfor n in M(): open(n)", {A}),
        ("class M:\n    def __str__(self): return 'data/a.txt'\nopen(str(M()))", {A}),
        ("class M:\n    def __fspath__(self): return 'data/a.txt'\nopen(M())", {A}),
        ("class M:\n    def __getattr__(self,k): return 'data/'+k+'.txt'\nopen(M().a)", {A}),
        ("f=open\nf('data/a.txt')", {A}),
        ("fs=[open, lambda p: open(p)]\nfor f in fs: f('data/a.txt')", {A}),
        ("t={'r': open}\nt['r']('data/a.txt')", {A}),
        ("x='data/a.txt' if 0 else None\nx=x or 'data/b.txt'\nopen(x)", {B}),
        (
            "def g():\n    yield from ['data/a.txt']\n    yield from (x for x in ['data/b.txt'])\nfor x in g(): open(x)",
            {A, B},
        ),
        ("print(*map(open, ['data/a.txt','data/b.txt']))", {A, B}),
        ("any(open(f) for f in ['data/a.txt'])", {A}),
        ("next(open(f) for f in ['data/a.txt'])", {A}),
        ("sum([open(f).readlines() for f in ['data/a.txt']], [])", {A}),
        ("dict((f, open(f).read()) for f in ['data/a.txt'])", {A}),
        ("sorted(['data/a.txt'], key=lambda f: open(f).read())", {A}),
        ("max(['data/a.txt'], key=lambda f: open(f).read())", {A}),
        ("from operator import itemgetter\nopen(itemgetter('k')({'k':'data/a.txt'}))", {A}),
        ("import re\nv=re.search(r'(\\w+)', open('data/a.txt').read()).group(1)", {A}),
        (
            "import os\nfor e in os.scandir('data'):\n    if e.is_file() and e.name.endswith('.txt'): open(e.path)",
            {A, B},
        ),
        ("import os\nfor e in os.scandir('data'):\n    if e.name.endswith('.txt'): open(e)", {A, B}),
        (
            "import os\nwith os.scandir('data') as it:\n    for e in it:\n        if e.name.endswith('.json'): open(e.path)",
            {D},
        ),
        ("import glob\nfor f in glob.iglob('data/**/*.txt', recursive=True): open(f)", {A, B, C}),
        (
            "import glob,os\nfor f in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)),'data','*.txt')): open(f)",
            {A, B},
        ),
        ("from glob import glob\nfor f in glob('*.txt', root_dir='data'): open('data/'+f)", {A, B}),
        (
            "import os,fnmatch\nfor r,d,fs in os.walk('data'):\n    for f in fnmatch.filter(fs,'*.txt'): open(os.path.join(r,f))",
            {A, B, C},
        ),
        (
            "import os,fnmatch\nfor f in os.listdir('data'):\n    if fnmatch.fnmatch(f,'a*'): open(os.path.join('data',f))",
            {A},
        ),
        (
            "import os\nfor f in [os.path.join(r,f) for r,_,fs in os.walk('data') for f in fs if f.endswith('.json')]: open(f)",
            {D},
        ),
        (
            "import os\nfor r,_,fs,d in os.fwalk('data'):\n    for f in fs:\n        if f.endswith('.txt'): open(os.path.join(r,f))",
            {A, B, C},
        ),
        (
            "from pathlib import Path\nfor r,_,fs in Path('data').walk():\n    for f in fs:\n        if f.endswith('.txt'): (r/f).read_text()",
            {A, B, C},
        ),
        ("from setuptools.glob import glob\nfor f in glob('data/*.txt'): open(f)", {A, B}),
        (
            "import os\ndef rf(*a):\n    p=os.path.join(os.path.dirname(__file__),*a)\n    with open(p) as f:\n        return [l.strip() for l in f if l.strip()]\nfor n in rf('data','list'): open(n)",
            {A, B, "file data/list"},
        ),
        ("async def f():\n    open('data/a.txt')\nimport asyncio\nasyncio.run(f())", {A}),
        ("import threading\nt=threading.Thread(target=open,args=('data/a.txt',))\nt.start()", {A}),
        (
            "from concurrent.futures import ThreadPoolExecutor as E\nwith E() as e:\n    list(e.map(open,['data/a.txt']))\n    e.submit(open,'data/b.txt')",
            {A, B},
        ),
        ("import atexit\natexit.register(open,'data/a.txt')", {A}),
        ("if __name__=='__main__':\n    open('data/a.txt')", {A}),
        ("def main():\n    open('data/a.txt')\nif __name__ in ('__main__','builtins'): main()", {A}),
        (
            "from setuptools import setup\nsetup(long_description=open('data/a.txt').read(), version=open('data/b.txt').read().strip())",
            {A, B},
        ),
        ("import os\nopen(os.path.join('data','a.txt').replace('/',os.sep))", {A}),
        ("import os\nopen(os.getenv('X') or 'data/a.txt')", {"env X", A}),
        ("import os\nopen(os.environ.get('X','data/a.txt'))", {"env X", A}),
        ("import sys\nopen({'linux':'data/a.txt'}.get(sys.platform,'data/b.txt'))", {A, B}),
        (
            "import sys\nn='data/a.txt'\nif sys.platform=='x':\n    n='data/b.txt'\n    sys.exit('not here')\nopen(n)",
            {A},
        ),
        ("x=bytes('data/a.txt','utf8')\nopen(x)", {A}),
        ("open(b'data/a.txt')", {A}),
        ("open('data' '/' 'a.txt')", {A}),
        ("open('data/a.txtz'[:-1])", {A}),
        ("open(''.join(reversed('txt.a/atad')))", {A}),
        ("open('txt.a/atad'[::-1])", {A}),
        ("open(chr(100)+'ata/a.txt')", {A}),
        ("open('{d}/{n}'.format(**{'d':'data','n':'a.txt'}))", {A}),
        ("open('{!s}/{:s}'.format('data','a.txt'))", {A}),
        ("open('{x[d]}/a.txt'.format(x={'d':'data'}))", {A}),
        ("open('%s/%s.txt' % ('data','a'))", {A}),
        ("i=1\nopen(f'data/{\"ab\"[i-1]}.txt')", {A}),
        ("open(f\"data/{'a':s}.txt\")", {A}),
        ("global Z\nZ='data/a.txt'\ndef f():\n    global Z\n    Z='data/b.txt'\nf()\nopen(Z)", {B}),
        (
            "def f():\n    x='data/a.txt'\n    def g():\n        nonlocal x\n        x='data/b.txt'\n    g()\n    open(x)\nf()",
            {B},
        ),
        ("a=b='data/a.txt'\nopen(b)", {A}),
        ("(a,(b,c))=('data',('a','txt'))\nopen(f'{a}/{b}.{c}')", {A}),
        ("for (a,b),c in [(('data','a'),'txt')]: open(f'{a}/{b}.{c}')", {A}),
        ("x={'data/a.txt','data/b.txt'}\nfor i in x: open(i)", {A, B}),
        ("x=set(); x.add('data/a.txt'); x|={'data/b.txt'}\nfor i in x: open(i)", {A, B}),
        ("x={}\nx['a']='data/a.txt'\nx.setdefault('l',[]).append('data/b.txt')\nopen(x['a']); open(x['l'][0])", {A, B}),
        (
            "from collections import defaultdict\nx=defaultdict(list)\nx['k'].append('data/a.txt')\nfor v in x['k']: open(v)",
            {A},
        ),
        (
            "from collections import ChainMap, OrderedDict\nx=OrderedDict([('k','data/a.txt')])\nfor k,v in x.items(): open(v)",
            {A},
        ),
        ("x=['data/a.txt','data/b.txt']\ndel x[1]\nopen(x[0])", {A}),
        ("x=['data/z.txt']\nx[0]='data/a.txt'\nopen(x[0])", {A}),
        ("x=['data/a.txt','x']\nx.remove('x')\nfor f in x: open(f)", {A}),
        ("x=[*['data/a.txt'],*('data/b.txt',)]\nfor f in x: open(f)", {A, B}),
        ("x=['a','b']\nx=list(map('data/{}.txt'.format, x))\nfor f in x: open(f)", {A, B}),
        ("x=['a','b']\nx=['data/'+i+'.txt' for i in x if i in ('a',)]\nfor f in x: open(f)", {A}),
        ("import string\nfor c in string.ascii_lowercase[:2]: open(f'data/{c}.txt')", {A, B}),
        ("for i in range(97,99): open('data/%c.txt' % i)", {A, B}),
        ("for i in range(97,99): open('data/' + chr(i) + '.txt')", {A, B}),
    ],
)
def test_a_path_through_any_part_of_the_language(
    make_project: Callable[..., Path], script: str, expected: set[str]
) -> None:
    assert found(make_project({**FILES, "setup.py": script})) == expected


@pytest.mark.parametrize(
    "call",
    [
        "np.loadtxt('data/a.txt')",
        "lib.parse(source='data/a.txt')",
        "lib.load(['data/a.txt'])",
        "lib.f(Path('data') / 'a.txt')",
    ],
)
def test_a_name_that_an_unknown_library_is_given_is_likely_read(make_project: Callable[..., Path], call: str) -> None:
    script = f"import numpy as np, lib\nfrom pathlib import Path\n{call}"
    assert found(make_project({**FILES, "setup.py": script})) == {"file data/a.txt (likely)"}


@pytest.mark.parametrize(
    "call", ["parser.add_argument('--x', 'data/a.txt')", "re.compile('data/a.txt')", "x.append('data/a.txt')"]
)
def test_a_name_that_is_only_looked_at_is_not(make_project: Callable[..., Path], call: str) -> None:
    assert found(make_project({**FILES, "setup.py": f"import re, parser, x\n{call}"})) == set()


@pytest.mark.parametrize(
    "script",
    [
        "if sys.platform == 'x':\n    o.n = 'a'\nelse:\n    o.n = 'b'\nopen(f'data/{o.n}.txt')",
        "o.n = 'a'\nif sys.platform == 'x':\n    o.n = 'b'\nopen(f'data/{o.n}.txt')",
        "N = 'a'\ndef f():\n    global N\n    if sys.platform == 'x':\n        N = 'b'\nf()\nopen(f'data/{N}.txt')",
        "N = 'a'\ndef f():\n    global N\n    N = 'b'\nif sys.platform == 'x':\n    f()\nopen(f'data/{N}.txt')",
        "d = {'n': 'a'}\nif sys.platform == 'x':\n    d['n'] = 'b'\nopen('data/%s.txt' % d['n'])",
        "O.n = 'a'\nif sys.platform == 'x':\n    O.n = 'b'\nopen('data/%s.txt' % O.n)",
    ],
)
def test_what_outlives_an_undecided_branch_keeps_both_values(make_project: Callable[..., Path], script: str) -> None:
    text = f"import sys\nclass O:\n    pass\no = O()\n{script}"
    assert found(make_project({**FILES, "setup.py": text})) == {A, B}


@pytest.mark.parametrize("name", ["ast.literal_eval", "literal_eval"])
def test_literals_in_a_text(make_project: Callable[..., Path], name: str) -> None:
    own = "def literal_eval(text):\n    def convert(node):\n        return [convert(n) for n in ast.walk(node)] or convert(node)\n    return convert(ast.parse(text))\n"
    script = f"import ast\n{own}lines = ['dict(\\n', \"names=['a', 'b'],\\n\", ')\\n']\nfor n in {name}(''.join(lines))['names']:\n    open(f'data/{{n}}.txt')\n"
    assert found(make_project({**FILES, "setup.py": script})) == {A, B}


def test_a_function_that_calls_itself_without_end_leaves_steps_for_the_rest(make_project: Callable[..., Path]) -> None:
    script = "import tree\ndef walk(node):\n    if node.left: walk(node.left)\n    if node.right: walk(node.right)\n    if node.up: walk(node.up)\n    return [walk(child) for child in node.children]\n"
    root = make_project({**FILES, "setup.py": script + "walk(tree.root)\nwalk(tree.other)\nopen('data/a.txt')\n"})
    assert found(root) == {A}
    assert unresolved(root) == []
