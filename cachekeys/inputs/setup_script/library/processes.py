"""Processes that the script starts: git, cmake, make, and scripts or sources of the project among the arguments."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.arguments import parse_arguments
from cachekeys.inputs.programs import is_followed
from cachekeys.inputs.programs.message_catalogs import COMMANDS as CATALOGUES
from cachekeys.inputs.setup_script import flags
from cachekeys.inputs.setup_script.facts import CMakeCall
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model, named
from cachekeys.inputs.setup_script.library.loading import execute
from cachekeys.inputs.setup_script.library.makefiles import note_named
from cachekeys.inputs.setup_script.library.unnamed import note_flow
from cachekeys.inputs.setup_script.shell import commands_of, program_of, words_of
from cachekeys.inputs.setup_script.swig import swigged
from cachekeys.inputs.setup_script.values import EMPTY, External, Scope, Value, alternatives, as_text
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

_TAG_COMMANDS = {"describe", "tag", "ls-remote", "for-each-ref", "name-rev"}
_STATELESS_COMMANDS = frozenset(
    {
        "submodule",
        "clone",
        "fetch",
        "pull",
        "checkout",
        "init",
        "config",
        "apply",
        "am",
        "reset",
        "clean",
        "--version",
        "version",
    }
    | {"remote", "add", "commit", "push", "lfs", "worktree", "-C"}
)
"""git commands that change the tree or ask about the set-up: what they return does not come from a commit."""


@model(
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
    "commands.getoutput",
    "distutils.spawn.spawn",
    "asyncio.create_subprocess_shell",
    "pty.spawn",
)
@named("spawn")
def _start(call: Call) -> Value:
    command = call.argument(0, "args", call.kwargs.get("cmd"))
    directory = call.kwargs.get("cwd")
    sources = EMPTY
    note_flow(call.machine, call.values(), "a command")
    for option in alternatives(command):
        for words, place in commands_of(words_of(option), directory):
            sources |= _note(call.machine, words, place)
    return External(f"{call.name}()", sources | call.sources())


@model("asyncio.create_subprocess_exec")
def _start_words(call: Call) -> Value:
    """Start the program that the arguments are the words of."""
    return _start(Call(call.machine, call.function, [call.args], {"cwd": call.kwargs.get("cwd")}))


@model(
    "os.execv",
    "os.execvp",
    "os.execve",
    "os.execvpe",
    "os.execl",
    "os.execlp",
    "os.spawnv",
    "os.spawnvp",
    "os.spawnl",
    "os.spawnlp",
)
def _start_later_words(call: Call) -> Value:
    """Start the program; the words come after its name, and after the mode of ``spawn``."""
    skipped = 2 if "spawn" in call.name else 1
    words = call.args[skipped:]
    return _start(
        Call(
            call.machine, call.function, words[:1] if isinstance(call.argument(skipped), (list, tuple)) else [words], {}
        )
    )


@named(*CATALOGUES, "call_command")
def _catalogues(call: Call) -> Value:
    """Compile message catalogues by an object of Babel's command, or by Django's ``call_command("compilemessages")``."""
    name = as_text(call.argument(0)) if call.name.endswith("call_command") else call.name.rpartition(".")[2]
    if name in {*CATALOGUES, "compilemessages"}:
        call.machine.facts.note("programs", (".", name), call.machine.place())
    return call.result()


@model("sh.git", "plumbum.cmd.git", "sh.make", "plumbum.cmd.make", "sh.cmake", "plumbum.cmd.cmake")
def _command_object(call: Call) -> Value:
    return _start(Call(call.machine, call.function, [[call.name.rpartition(".")[2], *call.args]], {}))


@model("shutil.which", "distutils.spawn.find_executable", "setuptools._distutils.spawn.find_executable")
def _which(call: Call) -> Value:
    """Return the name that is looked for: it is still that program wherever it is found, or there is none."""
    return join_values((call.argument(0), None))


def _note(m: Machine, words: list[str], directory: Value) -> frozenset[tuple[str, str]]:
    """Note what the command *words*, started in *directory*, reads; return its output's sources."""
    base = m.directory if directory is None else join(m.directory, as_text(directory))
    if base == ROOT:
        base = ""
    program = program_of(words[0])
    if program == "git":
        return _git(m, words[1:])
    if program in {"cmake", "cmake3"} or program.startswith("cmake"):
        _cmake(m, words[1:], base)
    elif program in {"make", "gmake", "nmake", "mingw32-make"}:
        _make(m, words[1:], base)
    elif program == "meson":
        m.facts.read("run", _inside(base, "meson.build") or "meson.build", m.place(), "meson")
    elif program == "ninja":
        named = words[words.index("-f") + 1] if "-f" in words[:-1] else "build.ninja"
        m.facts.read("run", _inside(base, named) or named, m.place(), "ninja")
    elif program == "cargo":
        if not any(word.startswith("--manifest-path") for word in words):
            m.facts.read("run", _inside(base, "Cargo.toml") or "Cargo.toml", m.place(), "cargo")
    elif program in {"configure", "autogen.sh", "autoreconf", "bootstrap.sh"}:
        _tree(m, posixpath.dirname(words[0]) if program != "autoreconf" else "", base, program)
    elif program.startswith("swig"):
        for made in swigged(m.project, words, _directory(base)):
            m.facts.outputs.setdefault(made, m.place())
            m.facts.products.add(made)
    if any(posixpath.basename(word) in {"waf", "scons", "SConstruct", "b2", "bjam"} for word in words):
        _tree(m, "", base, "its own build system")
    _follow(m, words, base)
    if program.startswith(("python", "pypy")) or words[0] == UNKNOWN:
        _python(m, words[1:], base)
    _arguments(m, words, base)
    return EMPTY


def _follow(m: Machine, words: list[str], base: str) -> None:
    """Note a program that reads by rules of its own, also one that Python runs (``python waf build``, ``python -m conans``)."""
    rest = words
    if program_of(words[0]).startswith(("python", "pypy")) or words[0] in {UNKNOWN, ""}:
        rest = words[2:] if words[1:2] == ["-m"] else words[1:]
    directory = project_path(base or ".")
    if rest and directory is not None and is_known(directory) and is_followed(rest[0]):
        m.facts.note("programs", (directory, *rest), m.place())


def _tree(m: Machine, directory: str, base: str, program: str) -> None:
    """Note that a directory of sources is built by its own build system, which we do not follow."""
    path = project_path(join(base, directory) if directory else base)
    if path is not None and is_known(path) and path != "." and m.project.is_dir(path):
        m.facts.read("tree", f"{path}/**/*", m.place(), program)


def _git(m: Machine, words: list[str]) -> frozenset[tuple[str, str]]:
    while words and words[0] in {"-C", "--git-dir", "--work-tree", "-c"}:
        words = words[2:]
    command = next((word for word in words if not word.startswith("-")), "")
    if command in _STATELESS_COMMANDS or (not command and "--version" in words):
        return EMPTY
    what = "tags" if command in _TAG_COMMANDS or "--tags" in words else "commit"
    m.facts.note("git", what, m.place())
    if what == "tags":
        m.facts.note("git", "commit", m.place())
    return frozenset({("git", what)})


def _cmake(m: Machine, words: list[str], base: str) -> None:
    """Note a configure step; building, installing and cmake's other modes read nothing new."""
    if not words or words[0] in {"--build", "--install", "--version", "-E", "--help", "--open", "--find-package"}:
        return
    found = parse_arguments(words)
    for file in (found.script, *(name[2:] for name in found.files if name.startswith("-C"))):
        if file and (script := _inside(base, file)):
            m.facts.read("run", script, m.place(), "cmake")
    if found.script is not None:
        return
    directory = None if found.source is None else _inside(base or ROOT, found.source)
    definitions, files = tuple(found.definitions), tuple(found.files)
    m.facts.cmake.append(CMakeCall(directory, definitions, m.place(), files, modes=m.facts.modes, builds=False))


def _inside(base: str, word: str) -> str | None:
    path = project_path(join(base, word) if base else word)
    return path if path is not None and is_known(path) else None


def _make(m: Machine, words: list[str], base: str) -> None:
    for flag in ("-C", "--directory"):
        if flag in words[:-1]:
            base = join(base, words[words.index(flag) + 1])
    names = [words[words.index("-f") + 1]] if "-f" in words[:-1] else ["GNUmakefile", "makefile", "Makefile"]
    for name in names:
        path = _inside(base, name)
        if path is not None and m.project.is_file(path):
            m.facts.read("run", path, m.place(), "make")
            note_named(m, path, "make")
            _tree(m, posixpath.dirname(path) or ".", "", "make")


def _python(m: Machine, words: list[str], base: str) -> None:
    """Note the module that ``python -m`` runs, with its packages, and follow the code of ``python -c``."""
    flag = next(
        (number for number, word in enumerate(words[:-1]) if not word.startswith("-") or word in {"-m", "-c"}), -1
    )
    if flag < 0 or words[flag] not in {"-m", "-c"}:
        return
    directory, name = _directory(base), words[flag + 1]
    if words[flag] == "-c":
        before, m.directory = m.directory, directory
        if "(" in name:  # otherwise it is a file that an unknown compiler is given
            execute(m, [name], {}, Scope())
        m.directory = before
        return
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        stem = posixpath.normpath(posixpath.join(directory, *parts[:count]))
        for path in (f"{stem}/__init__.py", *((f"{stem}/__main__.py", f"{stem}.py") if count == len(parts) else ())):
            if m.project.is_file(path):
                m.facts.read("run", path, m.place(), "python", directory)


def _directory(base: str) -> str:
    """Return a working directory relative to the project; one that is elsewhere or not known counts as the project's."""
    path = project_path(base or ".")
    return path if path is not None and path != "." and is_known(path) else ""


def _arguments(m: Machine, words: list[str], base: str) -> None:
    """Note every file of the project that is named on the command line, and the directories for includes."""
    current = _directory(base)
    m.facts.include_dirs += flags.directories(words, current)
    for word in words:
        text = word.partition("=")[2] if word.startswith("-") and "=" in word else word
        for candidate in (_inside(base, text), _inside("", text)) if base else (_inside("", text),):
            if candidate is not None and m.project.is_file(candidate):
                program = posixpath.basename(words[0])
                program = program if is_known(program) else ""
                m.facts.read("run", candidate, m.place(), program, current)
                if candidate.endswith((".sh", ".bash")):
                    _shell_script(m, candidate, base)
                if candidate.endswith((".sh", ".bash", "/configure", ".mk")) or candidate == "configure":
                    note_named(m, candidate, "a shell")
                break


_FOLLOWED = frozenset({"cmake", "cmake3", "make", "gmake", "meson", "ninja", "cargo", "sh", "bash", "swig", "protoc"})


def _shell_script(m: Machine, path: str, base: str) -> None:
    """Follow the build tools and programs that a shell script starts, as far as the commands stand there in full."""
    if path in m.shells:
        return
    m.shells.append(path)
    directory: Value = join(ROOT, base) if base else ROOT
    for line in (m.project.read_text(path) or "").replace("\\\n", " ").splitlines():
        words = words_of(line.partition(" #")[0])
        if not words or line.lstrip().startswith("#"):
            continue
        for command, place in commands_of(words, directory):
            program = program_of(command[0])
            if (program in _FOLLOWED or program.startswith("python")) and "$" not in "".join(command):
                _note(m, command, place)
        if words[0] == "cd" and len(words) > 1:
            directory = join(as_text(directory), words[1]) if "$" not in words[1] else directory
