"""``os.environ`` read in every form that Python has for it."""

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
FILES = {"pyproject.toml": PYPROJECT}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import os\nos.environ['X']", {"env X"}),
        ("import os\nos.environ.get('X')", {"env X"}),
        ("import os\nos.getenv('X')", {"env X"}),
        ("from os import environ\nenviron['X']", {"env X"}),
        ("from os import environ as e, getenv as g\ne.get('X'); g('Y')", {"env X", "env Y"}),
        ("import os\ne=os.environ.copy()\ne['X']; e.get('Y')", {"env X", "env Y"}),
        ("import os\ne=dict(os.environ)\ne['X']", {"env X"}),
        ("import os\ne={**os.environ}\ne['X']\ne.get('Y')", {"env X", "env Y"}),
        ("import os\ne={**os.environ,'A':'1'}\ne['X']\ne.get('Y')", {"env X", "env Y"}),
        ("import os\ne=os.environ|{'A':'b'}\ne['X']", {"env X"}),
        ("import os\ne={'A':'b'}|os.environ\ne['X']", {"env X"}),
        ("import os\ne={}\ne.update(os.environ)\ne['X']", {"env X"}),
        ("import os\ne=dict(os.environ, A='1')\ne['X']\ne.get('Y')", {"env X", "env Y"}),
        ("import os\nos.environb[b'X']", {"env X"}),
        ("import os\nos.getenvb(b'X')", {"env X"}),
        ("import os\nos.environb.get(b'X')", {"env X"}),
        ("import os\n'X' in os.environ", {"env X"}),
        ("import os\n'X' not in os.environ", {"env X"}),
        ("import os\n'X' in os.environ.keys()", {"env X"}),
        ("import os\n'X' in list(os.environ)", {"env X"}),
        ("import os\n'X' in set(os.environ.keys())", {"env X"}),
        ("import os\nos.environ.keys() & {'X'}", {"env X"}),
        ("import os\nset(os.environ) & {'X','Y'}", {"env X", "env Y"}),
        ("import os\nos.path.expandvars('$X/data')", {"env X"}),
        ("import os\nos.path.expandvars('${X}/data')", {"env X"}),
        ("import os\nos.environ.get(key='X')", {"env X"}),
        ("import os\nos.getenv(key='X', default='1')", {"env X"}),
        ("import os\nos.environ.__getitem__('X')", {"env X"}),
        ("import os\nos.environ.setdefault('X','1')", {"env X"}),
        ("import os\nos.environ.pop('X',None)", {"env X"}),
        ("import os\nget=os.environ.get\nget('X')", {"env X"}),
        ("import os\nget=os.getenv\nget('X')", {"env X"}),
        ("import os\nlist(map(os.getenv,['X','Y']))", {"env X", "env Y"}),
        ("import os,functools\ng=functools.partial(os.environ.get,'X')\ng()", {"env X"}),
        ("import os\n[k for k in ('X','Y') if k in os.environ]", {"env X", "env Y"}),
        ("import os\nany(k in os.environ for k in ['X','Y'])", {"env X", "env Y"}),
        ("import os\nany(map(os.environ.__contains__,['X','Y']))", {"env X", "env Y"}),
        ("import os\nlist(filter(os.environ.get,['X','Y']))", {"env X", "env Y"}),
        ("import os\n'{X}'.format(**os.environ)", {"env X"}),
        ("import os\n'%(X)s' % os.environ", {"env X"}),
        ("import os\nfrom string import Template\nTemplate('$X').substitute(os.environ)", {"env X"}),
        ("import os\n'{X}'.format_map(os.environ)", {"env X"}),
        ("import os\ngetattr(os,'environ')['X']", {"env X"}),
        ("import os\nos.environ.get('X') or os.environ.get('Y')", {"env X", "env Y"}),
        ("import os\nos.environ.get('X', os.environ.get('Y'))", {"env X", "env Y"}),
        ("import os\nos.environ.get('X', os.environ['Y'])", {"env X", "env Y"}),
        ("import os\nP='X'\ndef f(n,d=None): return os.environ.get(n,d)\nf(P)", {"env X"}),
        ("import os\ndef f(n, e=os.environ): return e.get(n)\nf('X')", {"env X"}),
        ("import os\ndef f(n): return os.environ[n.upper()]\nf('x')", {"env X"}),
        ("import os\nclass C:\n    e=os.environ\n    def g(self,n): return self.e.get(n)\nC().g('X')", {"env X"}),
        (
            "import os\nE={'a': lambda: os.getenv('X'), 'b': lambda: os.getenv('Y')}\nE['a'](); E['b']()",
            {"env X", "env Y"},
        ),
        ("import os\ndef __getattr__(n): return os.environ[n]\n__getattr__('X')", {"env X"}),
        ("import os\ntry:\n    os.environ['X']\nexcept KeyError:\n    os.environ['Y']", {"env X", "env Y"}),
        ("import sys\nos.environ[f'{\"X\"}']", {"env X"}),
        ("import os\nfor n in 'X','Y': os.environ.get(n)", {"env X", "env Y"}),
        ("import os\nfor n in ['X']: print(os.environ.get(n + ''))", {"env X"}),
        ("import os\nfor s in ('A','B'): os.environ.get('X_%s' % s)", {"env X_A", "env X_B"}),
        ("import os\nos.environ['X']='1'", set()),
        ("import os\nos.environ.update(X='1')", set()),
        ("import os\ndel os.environ['X']", set()),
        ("import os\nos.environ.setdefault('X','1')\nos.environ['X']", {"env X"}),
        ("import os\nfor k,v in os.environ.items():\n    if k=='X': x = v", {"env X"}),
        ("import subprocess\nsubprocess.run(['x'],env=dict(os.environ,A='1'))", set()),
        ("from os import *\nenviron.get('X')", {"env X"}),
        ("import os as o\no.environ.get('X')", {"env X"}),
        ("import posix\nposix.environ[b'X']", {"env X"}),
        ("import os\nm=os\nm.environ['X']", {"env X"}),
        ("import os\nmatch os.environ.get('X'):\n    case '1': os.environ.get('Y')", {"env X", "env Y"}),
        ("import os\nx=os.environ.get\ny=lambda n: x(n)\ny('X')", {"env X"}),
        ("import os\nif (v := os.environ.get('X')) is not None: os.getenv('Y')", {"env X", "env Y"}),
        (
            "import os\ndef env_bool(name, default=False):\n    v=os.environ.get(name)\n    if v is None: return default\n    return v.lower() in ('1','true')\nenv_bool('X')\nenv_bool('Y', True)",
            {"env X", "env Y"},
        ),
        ("import os\nfrom distutils.util import strtobool\nstrtobool(os.environ.get('X','0'))", {"env X"}),
        ("import os\nint(os.environ.get('X',0))", {"env X"}),
        ("import os\nx=bool(int(os.getenv('X','0')))\nif x: os.getenv('Y')", {"env X", "env Y"}),
        ("import os\nos.environ.get('X','').split(',')", {"env X"}),
        ("from collections import ChainMap\nimport os\nChainMap({}, os.environ)['X']", {"env X"}),
        ("import os\nfrom types import MappingProxyType\nMappingProxyType(os.environ).get('X')", {"env X"}),
        ("import os\nclass E:\n    def __getattr__(self,n): return os.environ.get(n)\nE().X", {"env X"}),
        ("import os\nclass E:\n    def __getitem__(self,n): return os.environ.get('X_'+n)\nE()['A']", {"env X_A"}),
        ("import os\nx={'k':'X'}\nos.environ.get(x['k'])", {"env X"}),
        ("import os,shlex\nshlex.split(os.environ.get('X',''))", {"env X"}),
        ("from setuptools import setup\nsetup(version=os.environ['X'])", {"env X"}),
        ("import os\ndef f(): return os.environ\nf()['X']", {"env X"}),
        ("import os\nf=lambda: os.environ\nf().get('X')", {"env X"}),
        ("import os\nwith_x = 'X' in os.environ and os.environ['X'] != '0'", {"env X"}),
        ("import os\nassert os.environ.get('X')", {"env X"}),
        ("import os\nprint(f\"{os.environ.get('X')}\")", {"env X"}),
        ("import os\ndel_ = [os.environ.get(v) for v in ('X','Y')][0]", {"env X", "env Y"}),
        ("import sys,os\nos.environ['X'] if sys.platform=='win32' else os.environ['Y']", {"env X", "env Y"}),
        ("import os\na=os.environ.get('X'); os.environ.get(a)", {"env X"}),
        (
            "import os\nfrom contextlib import suppress\ndef f(cfg=None, name=None):\n    for src, key, e in ((cfg,'q',(KeyError, TypeError)),(os.environ,name,KeyError)):\n        if key is None: continue\n        with suppress(e):\n            return bool(src[key])\n    return 1\nf(name='X')",
            {"env X"},
        ),
    ],
)
def test_every_form_of_reading_the_environment(
    make_project: Callable[..., Path], script: str, expected: set[str]
) -> None:
    assert found(make_project({**FILES, "setup.py": script})) == expected


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import os, sys\nos.environ.get('X_' + sys.platform)", "of whose name only a part is known (X_*)"),
        (
            "import os\nfor k, v in os.environ.items():\n    if k.startswith('X_'): print(v)",
            "whose name starts with X_",
        ),
        ("import os\n[k for k in os.environ if k.endswith('_X')]", "whose name ends with _X"),
        ("import os\n{k: v for k, v in os.environ.items() if k.startswith(('A_', 'B_'))}", "whose name starts with A_"),
    ],
)
def test_families_of_variables_are_said(make_project: Callable[..., Path], script: str, message: str) -> None:
    root = make_project({**FILES, "setup.py": script})
    assert found(root) == set()
    assert any(message in said for said in unresolved(root))


@pytest.mark.parametrize(
    "test", ["k.startswith('LC_')", "k.startswith(('LC_', 'XDG_', 'SSH_'))", "k.startswith('CCACHE_')"]
)
def test_families_that_differ_from_shell_to_shell_are_not(make_project: Callable[..., Path], test: str) -> None:
    script = f"import os\nclean = {{k: v for k, v in os.environ.items() if not {test}}}"
    root = make_project({**FILES, "setup.py": script})
    assert (found(root), unresolved(root)) == (set(), [])
