"""Native code compiled by setuptools: extension modules in setup.py and pyproject.toml, with all that they include.

Covers ``Extension`` and its relatives (``CppExtension``, ``CUDAExtension``, ``Pybind11Extension``, ``cythonize``, ``mypycify``,
cffi with the code that it is given, own subclasses), ``libraries=``, and ``[tool.setuptools] ext-modules``: their sources, ``depends`` and the headers found by
following includes, for every platform that the script knows. A generated ``.c`` that is not in the tree stands for the ``.pyx``
or the SWIG interface that it comes from, and so does one that git does not know beside a ``.pyx`` that it knows; what SWIG writes is an output, and so is the
``.c`` or ``.cpp`` that Cython writes beside its source, unless git tracks it.
What decides about types for mypyc counts too: the project's modules that compiled ones import, a stub in the place of its module, and mypy's configuration.
Directories that a command of the script adds to its compiler's (``self.include_dirs``, ``self.compiler.add_include_dir()``) are searched.
``Setup`` files (``read_setup_file``) are read, or the templates that the build makes them from. Where setup() gets extension modules that nobody can
know, that is said (CK901), and the sources that the script names are likely theirs.

Words for the compiler and the linker count (``-isystem DIR``, ``-include FILE``, ``-Wl,--version-script=FILE``, a macro that names a header), and so do
libraries that lie in a directory of the project. The variables that setuptools (``CC``, ``CFLAGS`` ...) and torch
(``TORCH_CUDA_ARCH_LIST`` ...) themselves read to compile are optional inputs. What is handed to a compiler by a call or on a command line counts as well. Hooks and back ends in the tree are
read by the same means where they are found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import reads_setup_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield sources and headers of extension modules."""
    if not reads_setup_files(project):
        return
    if not project.is_file("setup.py") and not project.get("tool", "setuptools", "ext-modules"):
        return
    from cachekeys.inputs.setup_script.native import extension_inputs  # setuptools projects only

    yield from extension_inputs(project)
