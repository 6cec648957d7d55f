"""Environment variables that setup.py reads, and which of them decide what is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, the_input

from cachekeys.inputs.environment import classify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)


@pytest.mark.parametrize(
    "script",
    [
        "import os\nos.environ['DEMO_X']",
        "import os\nos.environ.get('DEMO_X')",
        "import os\nos.environ.get('DEMO_X', '0') == '1'",
        "import os\nos.getenv('DEMO_X', default=None)",
        "import os\nif 'DEMO_X' in os.environ: pass",
        "import os\nif 'DEMO_X' not in os.environ: raise SystemExit",
        "import os\nos.environ.pop('DEMO_X', None)",
        "import os\nos.environ.setdefault('DEMO_X', '1')",
        "from os import environ\nenviron['DEMO_X']",
        "from os import getenv as g\ng('DEMO_X')",
        "import os as o\ne = o.environ\ne.get(key='DEMO_X')",
        "import os\nenv = os.environ.copy()\nenv['DEMO_X']",
        "import os\nenv = dict(os.environ, CC='gcc')\nenv.get('DEMO_X')",
        "import os\nPREFIX = 'DEMO_'\nos.environ[PREFIX + 'X']",
        "import os\ndef flag(name, default=False):\n    return bool(int(os.environ.get('DEMO_' + name, default)))\nflag('X')",
        "import os\nfor name in ['X']: os.environ.get(f'DEMO_{name}')",
        "import os\noptions = {n: os.environ.get('DEMO_' + n) for n in ('X',)}",
        "import os\nclass Env:\n    def __getitem__(self, n): return os.environ['DEMO_' + n]\nEnv()['X']",
        "import os\nlookups = {'X': lambda: os.getenv('DEMO_X')}\nlookups['X']()",
        "import os\nassert os.environ.get('DEMO_X')",
        "import os\ntry:\n    v = os.environ['DEMO_X']\nexcept KeyError:\n    v = None",
        "import os\nwhile os.environ.get('DEMO_X') == '1': break",
        "import os\nos.environb.get(b'DEMO_X')",
        # what an undecided condition leaves over
        "import os, sysconfig\n{k: v for k, v in sysconfig.get_config_vars().items() if k in ('DEMO_X',) and k not in os.environ}",
        "import os, x\n[os.environ[k] for k in x.names() if k in {'DEMO_X'}]",
        "import os, x\n[1 for k in x.names() if k == 'DEMO_X' if os.getenv(k)]",
        "import os, x\nfor k in x.names():\n    if k == 'DEMO_X' and os.getenv(k): pass",
        "import os, x\nk = x.name()\nv = os.environ[k] if k in ('DEMO_X',) else None",
    ],
)
def test_every_form_of_reading_a_variable(make_project: Callable[..., Path], script: str) -> None:
    assert found(make_project({"pyproject.toml": PYPROJECT, "setup.py": script})) == {"env DEMO_X"}


@pytest.mark.parametrize(
    "script",
    [
        "import os\nos.environ['DEMO_X'] = '1'",
        "import os\nsubprocess_env = dict(os.environ)",
        "import os, x\nk = x.name()\nfine = k in ('DEMO_X',) and True\nos.environ.get(k)",  # outside of the condition, it is any name
        "import os\ndef never(): return os.environ['DEMO_X']",
        "environ = {}\nenviron.get('DEMO_X')",
        "import os\nos.environ.update(DEMO_X='1')",
    ],
)
def test_what_is_no_reading_of_it(make_project: Callable[..., Path], script: str) -> None:
    assert found(make_project({"pyproject.toml": PYPROJECT, "setup.py": script})) == set()


def test_variables_behind_a_module_that_evaluates_them_on_demand(make_project: Callable[..., Path]) -> None:
    """PEP 562: only those that setup.py asks for are read."""
    script = """
    import importlib.util
    import os

    def load(name, path):
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    settings = load("settings", os.path.join(os.path.dirname(__file__), "demo", "settings.py"))

    if settings.DEMO_DEVICE == "gpu":
        print(settings.DEMO_ARCH or "any", settings.MAX_JOBS)
    """
    settings = """
    import os
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        DEMO_DEVICE: str = "cpu"

    def _flag(name):
        return os.getenv(name, "0") == "1"

    variables = {
        "DEMO_DEVICE": lambda: os.getenv("DEMO_DEVICE", "cpu").lower(),
        "DEMO_ARCH": lambda: os.environ.get("DEMO_ARCH") if _flag("DEMO_CROSS") else None,
        "DEMO_CACHE": lambda: os.getenv("DEMO_CACHE"),
        "MAX_JOBS": lambda: os.getenv("MAX_JOBS"),
    }

    def __getattr__(name):
        if name in variables:
            return variables[name]()
        raise AttributeError(name)
    """
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "demo/settings.py": settings})
    assert found(root) == {"file demo/settings.py", "env DEMO_DEVICE", "env DEMO_ARCH", "env DEMO_CROSS"}
    item = the_input(root, "DEMO_ARCH")
    assert (item.origin.file, item.origin.line) == ("setup.py", 13)
    assert item.why == "setup.py reads it (in demo/settings.py:12)"
    assert (item.role, item.affects) == ("environment", "code")


def test_names_that_a_module_makes_when_they_are_imported(make_project: Callable[..., Path]) -> None:
    settings = "import os\ntable = {'DEVICE': lambda: os.getenv('DEMO_DEVICE'), 'ARCH': lambda: os.getenv('DEMO_ARCH')}\ndef __getattr__(name):\n    return table[name]()\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": "from envs import DEVICE\n", "envs.py": settings})
    assert found(root) == {"file envs.py", "env DEMO_DEVICE"}


def test_a_variable_that_flows_into_the_version_says_so(make_project: Callable[..., Path]) -> None:
    script = "import os\nfrom setuptools import setup\nsetup(version='1.0' + os.environ.get('DEMO_SUFFIX', ''))"
    item = the_input(make_project({"pyproject.toml": PYPROJECT, "setup.py": script}), "DEMO_SUFFIX")
    assert item.affects == "version"


def test_toolchain_variables_are_optional_and_speed_is_none(make_project: Callable[..., Path]) -> None:
    names = ["CC", "CFLAGS", "CUDA_HOME", "CI", "PATH", "HOME", "MAX_JOBS", "NVCC_THREADS", "VERBOSE", "DEMO_X"]
    script = "import os\n" + "\n".join(f"os.environ.get('{name}')" for name in names)
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert found(root) == {"env DEMO_X"}
    assert optional(root) == {"env CC", "env CFLAGS", "env CUDA_HOME", "env CI"}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "speed",
            (
                "MAX_JOBS NVCC_THREADS CMAKE_BUILD_PARALLEL_LEVEL VERBOSE NO_COLOR MAKEFLAGS DEMO_BUILD_JOBS MAX_CONCURRENCY DEMO_NUM_PROCS "
                "DEMO_VERBOSE DEMO_LOG_LEVEL GRPC_PYTHON_BUILD_EXT_COMPILER_JOBS NUM_THREADS CCACHE_DIR V CCACHE DEMO_USE_CCACHE SCCACHE "
                "CPM_SOURCE_CACHE DEMO_DOWNLOAD_CACHE_DIR"
            ),
        ),
        (
            "input",
            (
                "DEMO_X DEMO_USE_THREADS DEMO_WITH_THREADS DEMO_ENABLE_PARALLEL_X JOBSITE CMAKE_BUILD_TYPE FORCE_CUDA DEMO_NO_EXT "
                "TORCH_CUDA_ARCH_LIST DEMO_PATH VERBOSELY OPENSSL_DIR DEMO_OS OSX MAKER MAKER DEMO_MAKE PYTHONS DEMO_PYTHON CACHE USE_CACHE"
            ),
        ),
        (
            "toolchain",
            (
                "CC CXX CFLAGS HOST_CC LDFLAGS CUDA_HOME ROCM_PATH CI GITHUB_ACTIONS MACOSX_DEPLOYMENT_TARGET CMAKE_ARGS PYTHON_CROSSENV "
                "MAKE GMAKE CMAKE SWIG NASM PROTOC BLDSHARED LINKCC PYTHON PYTHON3 PYTHON_EXE PYTHONEXECUTABLE PYEXE"
            ),
        ),
        (
            "session",
            "LANGUAGE COLUMNS TERM_PROGRAM SUDO_USER EDITOR PATH HOME TMPDIR PWD LC_ALL XDG_CACHE_HOME VIRTUAL_ENV APPDATA ProgramFiles(x86)",
        ),
        (
            "session",
            "GH_TOKEN HF_TOKEN DEMO_AUTH_TOKEN DEMO_PASSWORD AWS_SECRET_ACCESS_KEY DEMO_API_KEY DEMO_CREDENTIALS",
        ),
        ("input", "TOKENIZER_DIR DEMO_TOKENS DEMO_USE_TOKEN DEMO_KEY DEMO_PASSWORDLESS"),
    ],
)
def test_judgement_by_name(kind: str, names: str) -> None:
    assert {name: classify(name) for name in names.split()} == dict.fromkeys(names.split(), kind)
