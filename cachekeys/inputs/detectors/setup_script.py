"""setup.py: everything that running it reads.

The script is interpreted, not run: helper functions with their arguments, both ways of a condition, loops over known
values, local imports, files loaded by path, command classes, the distribution class with the commands that it brings along. Found this way are

- requirements files, also those chosen at run time (``requirements/{device}.txt`` becomes ``requirements/*.txt``), and what
  they pull in with ``-r`` and ``-c``;
- files that it opens, with what they decide: the version, dependencies, the description;
- templates that it fills with Jinja or Mako, and what these pull in;
- local modules that it imports, ``exec``s or loads by path, also those beside an in-tree back end;
- environment variables, also behind helper functions and behind a module's ``__getattr__``; those that only steer speed
  or output are left out, those of the toolchain (``CC``, ``CFLAGS``, ``CUDA_HOME`` ...), and those that only decide
  whether it prints something or fails, are optional;
- git, when it is asked for a version, directly or by setuptools-scm and its kin;
- scripts and files of the project handed to other programs (``make``, ``ninja``, ``protoc``, ``configure`` ...), what makefiles and
  shell scripts name, and all that a Python program of the project reads, configures and compiles when the build runs it;
- files whose name a library is given of which nothing is known: it is *likely* that it opens them;
- data files and scripts listed in ``setup()``.

What only ``install``, ``install_lib``, ``install_data``, ``bdist_wheel`` or ``build`` itself read as they run counts for wheels, and so do the files
that ``data_files`` and ``package_data`` list; what ``editable_wheel`` reads counts for editable installations. ``develop`` and ``sdist`` run for
neither, ``build_ext`` only where there are extension modules (setuptools 84).

Relative names start in the script's working directory, also in programs that it starts elsewhere. A file that the script writes before
anything reads it is an output, and no input for anybody.

Every input has a chain of places: the line that reads, the calls that lead there, and where the name is written down. What stays
unknown (a family of variables, a script that is too long) is reported as CK901 with its line; a file whose name only the run knows
(``open(sys.argv[3])``) is reported when its content can reach ``setup()``, an extension, a generated file, a command or a decision.

Code to compile is the business of the detectors ``native`` and ``cmake``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import reads_setup_files
from cachekeys.inputs.setup_script import analyse_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what setup.py reads, when setuptools builds the project."""
    if not reads_setup_files(project):
        return
    script = analyse_script(project)
    if script is None:
        return
    from cachekeys.inputs.setup_script.report import detected  # nothing to report without a script

    yield from detected(project, script)
