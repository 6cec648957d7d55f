"""Which environment variables are build inputs, which steer only speed or output, and which name the machine.

Shared by everything that finds reads of the environment. The judgement is by name, since that is all a reader knows:

- *speed and output* (jobs, threads of a tool, verbosity, colour, caches of a compiler or of downloads): no input, the wheel is the same;
- *session* (``PATH``, ``HOME``, ``TMPDIR`` ...): they differ from shell to shell, and as a cache key they would rebuild
  for nothing; a build reads them to find things, not to decide what is built;
- *credentials* (``GH_TOKEN``, ``TWINE_PASSWORD`` ...): they let a build fetch something, and count like those of the session. A key
  for one would do harm besides: uv writes the value of each keyed variable into the installed metadata;
- *toolchain and host* (``CC``, ``CFLAGS``, ``CUDA_HOME``, ``CI`` ...): real inputs, but overrides that are normally not
  set: *optional*, so they are listed and their absence from the keys is no finding;
- everything else is an input.

``SOURCE_DATE_EPOCH`` is read by every back end, but all they do with it is to set the times of the entries in the wheel's
archive (setuptools 84, hatchling 1.33, flit-core 4.2, meson-python 0.22), which no installer keeps: no detector reports it for a
back end. A script that asks for it itself, for a date in a version, has it as an optional input.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

__all__ = ["EnvKind", "classify"]

EnvKind = Literal["input", "toolchain", "session", "speed"]

_SPEED = r"""
    (?:.*_)? (?: MAX_?JOBS | N?JOBS | NUM_JOBS | NTHREADS | N_?PROCS? | NUM_?PROCS? | NUM_?CORES | NUM_?CPUS? | CPU_COUNT
               | NUM_WORKERS | (?:MAX_)?CONCURRENCY | PARALLEL | PARALLEL_JOBS | PARALLEL_LEVEL | PARALLELISM | VERBOSE | VERBOSE_MAKEFILE
               | VERBOSITY | QUIET | SILENT | COLOU?R | LOG_?LEVEL | PROGRESS_BAR | S?CCACHE(?:_DIR)? )
    | (?:(?!.*(?:USE|WITH|ENABLE|DISABLE|HAVE|BUILD|NO)_) .*_)? (?: NUM_)?THREADS
    | NO_COLOR | FORCE_COLOR | CLICOLOR(?:_FORCE)? | MAKEFLAGS | NINJA_STATUS | SCCACHE_.* | CCACHE_.* | DISTUTILS_DEBUG
    | V | DEBUG_BUILD_OUTPUT | CPM_SOURCE_CACHE | VCPKG_(?: DEFAULT_BINARY_CACHE | DOWNLOADS ) | (?:.*_)? DOWNLOAD_?CACHE (?:_DIR)?
"""

_SESSION = r"""
    PATH | HOME | USER | USERNAME | LOGNAME | USERPROFILE | HOMEDRIVE | HOMEPATH | TMP | TEMP | TMPDIR | PWD | OLDPWD | SHELL
    | TERM(?:_\w+)? | LANG | LANGUAGE | LC_\w+ | DISPLAY | WAYLAND_DISPLAY | COLUMNS | LINES | EDITOR | VISUAL | PAGER | SHLVL
    | SUDO_\w+ | DBUS_\w+_BUS_ADDRESS | HOSTNAME | COMPUTERNAME | PYTHONPATH | PYTHONHOME | PYTHONUNBUFFERED | PYTHONHASHSEED
    | VIRTUAL_ENV | CONDA_PREFIX | CONDA_DEFAULT_ENV | APPDATA | LOCALAPPDATA | PROGRAM(?:FILES|DATA|W6432)(?:\(X86\))?
    | COMMONPROGRAMFILES | SYSTEMROOT | SYSTEMDRIVE | WINDIR | COMSPEC | PATHEXT | XDG_\w+ | SSH_\w+
    | GIT_(?: DIR | WORK_TREE | COMMON_DIR | INDEX_\w+ | EXEC_PATH | (?:AUTHOR|COMMITTER)_\w+ | SSH\w* | \w*EDITOR | PAGER\w* | TRACE\w*
      | CONFIG\w* | CEILING_DIRECTORIES | TERMINAL_PROMPT | ASKPASS | \w*OBJECT_DIRECTOR\w+ | DISCOVERY_ACROSS_FILESYSTEM | NAMESPACE
      | OPTIONAL_LOCKS | PROTOCOL\w* | LFS_\w+ | HTTP_\w+ | SSL_\w+ | PREFIX | REFLOG_ACTION )
    | https?_proxy | HTTPS?_PROXY | no_proxy | NO_PROXY | PIP_\w+ | UV_CACHE_DIR | _ | RANDOM
"""

_CREDENTIALS = r"""
    (?!.*(?:USE|WITH|ENABLE|DISABLE|HAVE)_) (?:\w+_)? (?: \w*TOKEN | PASSW(?:OR)?D | PASSPHRASE | SECRET(?:_KEY)? | (?:API|ACCESS|PRIVATE|SIGNING)_?KEY(?:_ID)? | CREDENTIALS? | NETRC )
"""

_TOOLCHAIN = r"""
    (?:HOST_|TARGET_|BUILD_)? (?: CC | CXX | CPP | FC | F77 | F90 | LD | AR | AS | NM | RANLIB | STRIP | NVCC | HIPCC | CUDACXX
      | CFLAGS | CXXFLAGS | CPPFLAGS | FFLAGS | FCFLAGS | LDFLAGS | LDSHARED | LDCXXSHARED | CCSHARED | ARFLAGS | LIBS | OPT )
    | BASECFLAGS | ARCHFLAGS | _PYTHON_(?:HOST_PLATFORM|SYSCONFIGDATA_NAME|PROJECT_BASE) | PYTHON_CROSSENV | MACOSX_DEPLOYMENT_TARGET | SDKROOT | DEVELOPER_DIR | SOURCE_DATE_EPOCH
    | CUDA_(?:HOME|PATH|ROOT|TOOLKIT_ROOT(?:_DIR)?|INC_PATH|LIB_PATH) | CUDAHOME | CUDNN_(?:HOME|PATH) | ROCM_(?:HOME|PATH)
    | HIP_(?:HOME|PATH) | NVCC_(?:PREPEND|APPEND)_FLAGS | ONEAPI_ROOT | MKLROOT | JAVA_HOME | CARGO_\w+ | RUST\w+
    | LD_LIBRARY_PATH | DYLD_LIBRARY_PATH | LIBRARY_PATH | CPATH | C_INCLUDE_PATH | CPLUS_INCLUDE_PATH | INCLUDE | LIB | LIBPATH
    | LD_RUN_PATH | PKG_CONFIG(?:_\w+)? | CMAKE_(?:PREFIX_PATH|GENERATOR(?:_\w+)?|TOOLCHAIN_FILE|ARGS|OSX_\w+|MAKE_PROGRAM|COMMAND|EXECUTABLE)
    | VC\w*DIR | VS\d+COMNTOOLS | VSCMD_\w+ | VSINSTALLDIR | WindowsSdkDir | DISTUTILS_USE_SDK | MSSdk | INCLUDEPY
    | PREFIX | BUILD_PREFIX | CI | CIBW_\w+ | GITHUB_\w+ | GITLAB_\w+ | TRAVIS\w* | APPVEYOR\w* | CIBUILDWHEEL | CIRCLECI | TF_BUILD | JENKINS_\w+ | READTHEDOCS\w*
    | CONDA_BUILD\w* | CONDA_TOOLCHAIN\w* | MSYSTEM\w* | MINGW\w* | AUDITWHEEL_\w+ | PROCESSOR_\w+ | CROSS_COMPILE\w*
    | G?MAKE | LDLIBS | OS | PYTHON_HOME | HOMEBREW_\w+ | VCPKG_\w+ | DEB_(?:HOST|BUILD|TARGET)_\w+ | RPM_\w+ | NIX_\w+
    | EMSDK\w* | PYODIDE\w* | ANDROID_\w+ | IPHONEOS_DEPLOYMENT_TARGET | SETUPTOOLS_\w+ | PYTHON3?(?:_?(?:EXE|EXECUTABLE|BIN\w*))? | PYEXE
    | [GN]?MAKE | CMAKE | NINJA | SWIG | BISON | YACC | FLEX | NASM | YASM | PERL | PROTOC | WINDRES | DLLTOOL | OBJCOPY | LIPO
    | INSTALL_NAME_TOOL | BLDSHARED | LINKCC
"""


@cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the expressions, compiled when the first name is asked about: it takes 4 ms."""
    return (
        re.compile(_SPEED, re.VERBOSE),
        re.compile(_TOOLCHAIN, re.VERBOSE),
        re.compile(f"{_SESSION} | {_CREDENTIALS}", re.VERBOSE | re.IGNORECASE),
    )


def classify(name: str) -> EnvKind:
    """Return what a build's reading of the variable *name* means for the wheel."""
    speed, toolchain, session = _compiled()
    if speed.fullmatch(name.upper()):
        return "speed"
    if toolchain.fullmatch(name):
        return "toolchain"
    return "session" if session.fullmatch(name) else "input"
