"""Seeded random project trees, key lists and git states, for comparing us with the real uv.

Everything is drawn from one :class:`random.Random`, so a seed names a case. Names and patterns are picked so that they
collide often: a random glob that matches nothing would prove nothing.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from cachekeys.uv.keys import CacheKey, DirKey, EnvKey, FileKey, GitKey
from support.uv_oracle import cache_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

__all__ = [
    "Bumper",
    "as_keys",
    "random_environ",
    "random_git",
    "random_keys",
    "random_pyproject",
    "random_tree",
]

DIRECTORIES = ("src", "lib", "sub", "a", "b.c", ".hid", "#d", "!src", "su[b]", "{g}", "é", "a-b", "x y", "back\\slash")
FILES = (
    "a.c", "b.c", "ab.c", "a.h", "x.py", "é.c", "[id].py", "{x}.txt", ".hid.c", "#h.c", "!b.c", "s p.c", "a\\b.c",
    "trail ", "noext", "a,b.c", "Makefile", "A.C", "new\nline.c", "a]b.c", "a-.c", "^.c",
)  # fmt: skip
RAW_FILES = (b"\xff.c", b"a\xffb.h")
ENVIRONMENT = ("ALPHA", "BETA", "GAMMA", "EMPTY", "RAW", "A=B", "A", "", "éé")


class Bumper:
    """Gives files change times that all differ."""

    def __init__(self) -> None:
        self.last = 0

    def bump(self, path: bytes) -> None:
        """Make the inode change time of *path* later than that of any file bumped before."""
        for attempt in range(1000):
            if attempt > 2:  # Linux >= 6.13 gives a finer time to a file that was looked at since its last change
                time.sleep(0.001)
            os.chmod(path, os.stat(path).st_mode & 0o7777)
            changed = os.stat(path).st_ctime_ns
            if changed > self.last:
                self.last = changed
                return
        raise AssertionError(f"the clock stands still: {path!r}")


def random_tree(random: Random, root: Path, bumper: Bumper) -> list[bytes]:
    """Make a project at *root* with a sibling directory, and return the regular files in both."""
    top = os.fsencode(root)
    os.makedirs(top, exist_ok=True)
    directories = [top]
    for _ in range(random.randint(2, 9)):
        parent = random.choice(directories)
        made = os.path.join(parent, random.choice(DIRECTORIES).encode())
        if made.count(b"/") - top.count(b"/") < 5 and not os.path.lexists(made):
            os.mkdir(made)
            directories.append(made)
    if random.random() < 0.1:
        directories += _deep(random, random.choice(directories))
    outside = os.path.join(os.path.dirname(top), b"sib")
    os.makedirs(os.path.join(outside, b"sub"), exist_ok=True)
    directories += [outside, os.path.join(outside, b"sub")]
    files = []
    for _ in range(random.randint(6, 26)):
        name = random.choice(RAW_FILES) if random.random() < 0.05 else random.choice(FILES).encode()
        path = os.path.join(random.choice(directories), name)
        if not os.path.lexists(path):
            with open(path, "wb"):
                files.append(path)
    for _ in range(random.randint(0, 5)):
        _link(random, directories, files)
    if random.random() < 0.2:
        _special(os.path.join(random.choice(directories), b"fifo.c"))
    random.shuffle(files)
    for path in files:
        bumper.bump(path)
    return files


def _deep(random: Random, parent: bytes) -> list[bytes]:
    """Make a chain of directories, as deep as the paths may be long, and return some of them."""
    made = []
    for _ in range(random.randint(6, 40)):
        name = random.choice(DIRECTORIES).encode() if random.random() < 0.97 else b"n" * 255
        if len(parent) + len(name) > 3000 or os.path.lexists(os.path.join(parent, name)):
            break
        parent = os.path.join(parent, name)
        os.mkdir(parent)
        made.append(parent)
    return made[-1:] + made[len(made) // 2 : len(made) // 2 + 1]


def _link(random: Random, directories: Sequence[bytes], files: Sequence[bytes]) -> None:
    place = random.choice(directories)
    targets = [random.choice(directories), random.choice(files) if files else b".", b"nowhere", b"link.c", b".", b".."]
    target = random.choice(targets)
    if random.random() < 0.5:
        target = os.path.relpath(target, place) if os.path.isabs(target) else target
    path = os.path.join(place, random.choice((b"link.c", b"linkd", b"src", b"l.h")))
    if not os.path.lexists(path):
        os.symlink(target, path)


def _special(path: bytes) -> None:
    if hasattr(os, "mkfifo") and not os.path.lexists(path):
        os.mkfifo(path)


# -- keys ----------------------------------------------------------------------------------------------------------


def random_keys(random: Random, root: Path, files: Sequence[bytes]) -> list[Any]:
    """Return the value of ``cache-keys``: globs for the most part, many of them made from the paths of *files*."""
    keys: list[Any] = []
    for _ in range(random.randint(1, 6)):
        choice = random.random()
        if choice < 0.76:
            keys.append(_glob(random, root, files))
        elif choice < 0.86:
            keys.append({"file": _path(random)})
        elif choice < 0.91:
            keys.append({"dir": random.choice((*DIRECTORIES, *ODD_DIRECTORIES))})
        elif choice < 0.96:
            keys.append({"env": random.choice(ENVIRONMENT)})
        else:
            keys.append({"git": random.choice(GIT_VALUES)})
    return keys


ODD_DIRECTORIES = ("", ".", "src/", "./src", "../sib", "linkd", "a.c", "/proc", "a\0")
GIT_VALUES: tuple[Any, ...] = (True, False, {}, {"commit": True}, {"tags": True}, {"commit": True, "tags": True})


def _path(random: Random) -> str:
    parts = [random.choice((*DIRECTORIES, "..", ".", "", "linkd")) for _ in range(random.choice((0, 0, 1, 1, 2)))]
    path = "/".join([*parts, random.choice((*FILES, "link.c", "sub", ""))])
    return path.lstrip("/")  # "/{x}" would walk the whole machine


def _glob(random: Random, root: Path, files: Sequence[bytes]) -> str:
    inside = [path for path in files if path.startswith(os.fsencode(root) + b"/")]
    if inside and random.random() < 0.65:
        real = os.path.relpath(random.choice(inside), os.fsencode(root)).decode("utf-8", "replace")
        parts = _weakened(random, real.split("/"))
    else:
        parts = [_part(random) for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4)))]
    glob = "/".join(parts)
    if random.random() < 0.1:
        around = ("./", "/", "//", "../", "../sib/", f"{root}/", f"{root}/../sib/", f"../{root.name}/")
        glob = random.choice(around) + glob
    if glob.startswith("/") and not glob.startswith(str(root)):
        glob = glob.lstrip("/") or "*"  # walking the whole machine is slow
    if random.random() < 0.15:
        glob = "!" + glob
    if random.random() < 0.05:
        glob += random.choice((" ", "\t", "\u3000", "\\ ", "/", "/ ", "\x1f", "\\"))
    return glob


def _weakened(random: Random, parts: list[str]) -> list[str]:
    """Return the parts of a real path with wildcards for some of them: a pattern that is likely to match."""
    weak = []
    for part in parts:
        choice = random.random()
        if choice < 0.3:
            weak.append(part)
        elif choice < 0.45:
            weak.append("*")
        elif choice < 0.6:
            weak.append("**")
        elif choice < 0.75:
            stem, dot, ending = part.rpartition(".")
            weak.append(f"*{dot}{ending}" if stem else "*")
        elif choice < 0.82:
            weak.append(f"{{{part},{random.choice(FILES)}}}")
        else:
            weak.append(_mutated(random, part))
    if random.random() < 0.3:
        weak[random.randrange(len(weak))] = "**"
    return weak[random.choice((0, 0, 0, len(weak) - 1)) :]


def _part(random: Random) -> str:
    choice = random.random()
    if choice < 0.16:
        return "**"
    if choice < 0.36:
        return random.choice(("*", "*.c", "*.h", "*.py", "?.c", "*.{c,h}", "[ab].c", "[!a].c", "???", "!*", "*b*"))
    if choice < 0.48:
        return random.choice(DIRECTORIES)
    if choice < 0.52:
        return random.choice((".", "..", ""))
    return _mutated(random, random.choice((*DIRECTORIES, *FILES)))


def _mutated(random: Random, name: str) -> str:
    """Return a pattern that comes from a real name, so that it has a chance to match."""
    chars = list(name)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(chars) + 1)
        piece = random.choice(PIECES if random.random() < 0.9 else ODD_PIECES)
        if piece == "[X]" and at < len(chars):
            classes = ("[{}]", "[!{}z]", "[^z{}]", "[{}-~]", "[!-{}]", "[]{}]", "\\{}", "{{{},x}}")
            chars[at] = random.choice(classes).format(chars[at])
        elif random.random() < 0.6 and at < len(chars):
            chars[at] = piece
        else:
            chars.insert(at, piece)
    return "".join(chars)


PIECES = (
    *(
        "*",
        "*",
        "*",
        "?",
        "?",
        "**",
        "***",
        "[X]",
        "[X]",
        "[X]",
        "[X]",
        "{a,b}",
        "{c,h}",
        "{,x}",
        "{a,{b,c}}",
        "{**/,}",
        "{a/**,b}",
    ),
    *("{b,**}", "[/]", "\\*", "{a\\,**/}", "{}", "[é]", "é", "[[]", "[*-]", "[!-a]", ",", "!", "#", "-", " "),
)
ODD_PIECES = ("{", "}", "[", "]", "\\", "[z-a]", "\\,**", "\\{**")


INVALID: tuple[Any, ...] = (
    3,
    True,
    {},
    ["a.c"],
    {"File": "a.c"},
    {"file": 3},
    {"file": "a.c", "dir": "src"},
    {"env": ["A"]},
    {"git": "true"},
    {"git": {"tag": True}},
    {"git": [True, True]},
    {"git": [False, True, True]},
    {"git": []},
    {"git": {"commit": 1}},
)


def random_pyproject(random: Random, keys: Sequence[Any]) -> str:
    """Return a pyproject.toml that declares *keys*; now and then one that uv refuses, or with no keys at all."""
    choice = random.random()
    listed = list(keys)
    if choice < 0.02:
        return random.choice(("", '[project]\nname = "x"\n', "[tool.uv]\n", "[tool]\nuv = {}\n"))
    if choice < 0.04:
        listed.insert(random.randint(0, len(listed)), random.choice(INVALID))
    elif choice < 0.06:
        return random.choice(('[tool.uv]\ncache-keys = "a.c"\n', '[tool.uv]\ncache-keys = { file = "a.c" }\n'))
    elif choice < 0.2:
        listed = [{"file": key} if isinstance(key, str) and random.random() < 0.7 else key for key in listed]
    return cache_keys(listed)


def as_keys(listed: Sequence[Any]) -> tuple[CacheKey, ...]:
    """Return the keys that a (valid) list in pyproject.toml means."""
    return tuple(_as_key(index, value) for index, value in enumerate(listed))


def _as_key(index: int, value: Any) -> CacheKey:
    if isinstance(value, str):
        return FileKey(index, value)
    ((kind, inner),) = value.items()
    if kind == "git":
        git = {"commit": inner} if isinstance(inner, bool) else inner
        return GitKey(index, git.get("commit", False), git.get("tags", False))
    if kind == "env":
        return EnvKey(index, inner)
    return DirKey(index, inner) if kind == "dir" else FileKey(index, inner)


def random_environ(random: Random) -> dict[str, str | bytes]:
    """Return variables for uv's environment; one may be undecodable."""
    environ: dict[str, str | bytes] = {"EMPTY": ""}
    for name in ("ALPHA", "BETA", "A", "éé"):
        if random.random() < 0.6:
            environ[name] = random.choice(("1", "é", 'say "hi"\\', "tab\tnewline\n", "B=C", "B=", "B", "\x7f\x01/"))
    environ["RAW"] = random.choice((b"ok", b"\xff\xfe", b"a\xffb"))
    return environ


# -- git -----------------------------------------------------------------------------------------------------------

ID = "1b6638fdb424e993d8354e75c55a3e524050c857"
OTHER = "A1A42CBD10D83BAFD8600BA81F72BBEF6C579385"
LOOSE = (
    ID,
    f"{ID}\n",
    f" {OTHER}\r\n",
    "",
    "\n",
    "ref: refs/heads/other\n",
    ID[:-1],
    ID + "0",
    ID * 2,
    "x" * 40,
    ID + "\x1f",
    ID + "\x85",
)
HEADS = (
    "ref: refs/heads/main\n", "ref: refs/heads/main\n", "ref: refs/heads/feature/x\n", f"{ID}\n", OTHER, "", "ref:refs/heads/main",
    "ref: refs/heads/main more words", "ref:\u3000refs/heads/main", "ref: /etc/hostname", "ref: refs/heads/none", "ref: refs/tags/v1",
    "ref: refs/heads", "ref:\x1frefs/heads/main", "ref: ../outside", ID * 2,
)  # fmt: skip
PACKED = (
    f"# pack-refs with: peeled fully-peeled sorted \n{ID} refs/heads/main\n{OTHER} refs/tags/v1\n^{ID}\n",
    f"{ID} refs/tags/v1\r\n{OTHER} refs/tags/v2\n\n  {ID} refs/tags/rel/1.0  \n",
    f"{OTHER} refs/heads/feature/x\n{ID}  refs/tags/two-blanks\n{ID} refs/tags/\n",
    "garbage\n",
    f"{ID}\trefs/heads/main\n",
    f"{ID[:-1]} refs/heads/main\n",
    "",
)  # fmt: skip


def random_git(random: Random, project: Path) -> None:
    """Make something that may be a git repository around *project*."""
    home = random.choice((project, project.parent))
    dot_git = home / ".git"
    style = random.random()
    if style < 0.1:
        return
    if style < 0.15:
        dot_git.symlink_to("nowhere")
        return
    if style < 0.45:
        store = home / random.choice(("stored", "deep/stored"))
        text = random.choice((f"gitdir: {store}\n", f"gitdir: {os.path.relpath(store, home)}\n", f"gitdir:{store}"))
        if random.random() < 0.3:
            text = random.choice(
                ("gitdir: nowhere", "gitdir:", "", f"gitdir: {home}/.git", f"worktree: {store}", f" gitdir: {store}")
            )
        dot_git.write_text(text)
    elif style < 0.5:
        store = home / "linked"
        dot_git.symlink_to(store)
    else:
        store = dot_git
    store.mkdir(parents=True, exist_ok=True)
    common = store
    if random.random() < 0.3:
        common = home / "common.git"
        common.mkdir()
        text = random.choice((f"{common}\n", f"{os.path.relpath(common, store)}\n"))
        (store / "commondir").write_text(text if random.random() < 0.8 else random.choice(("", "nowhere", "HEAD")))
    _fill(random, store, common)


def _fill(random: Random, store: Path, common: Path) -> None:
    if random.random() < 0.93:
        (store / "HEAD").write_text(random.choice(HEADS))
    if random.random() < 0.5:
        _write(common / "packed-refs", random.choice(PACKED).encode() + random.choice((b"", b"", b"", b"\xff")))
    if random.random() < 0.6:
        _write(random.choice((store, common)) / "refs/heads/main", random.choice(LOOSE[:4] + LOOSE).encode())
    if random.random() < 0.2:
        _write(common / "refs/heads/feature/x", random.choice(LOOSE).encode())
    for name in ("v1", "v2", "rel/1.0", "é", "v9.lock", "\udcff"):
        if random.random() < 0.3:
            good = random.random() < 0.9
            _write(common / "refs/tags" / name, random.choice(LOOSE[:3] if good else LOOSE).encode())
    if random.random() < 0.05:
        (common / "refs").mkdir(exist_ok=True)
        _link_tags(random, common)


def _link_tags(random: Random, common: Path) -> None:
    tags = common / "refs/tags"
    if tags.is_dir():
        (tags / "link").symlink_to("v1")
    elif random.random() < 0.5:
        tags.write_text(ID)
    else:
        tags.symlink_to("../..")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
