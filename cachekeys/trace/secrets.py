"""Take values that nobody is to know out of what is shown of a build: reports are attached to tickets and kept by CI.

A name is written for the value of a variable (``$TOKEN``) that is called like a secret, or that the project's own code asked for; dots
for what an argument gives to a name like that (``-DTOKEN=...``, ``--password ...``), for the user in a URL, and for what has the
form of a well-known kind of token.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = ["Secrets"]

_NAME = re.compile(
    r"token|secret|passw|passphrase|passwd|credential|private|auth(?!or)|cookie|session[_-]?id|"
    r"(?:api|access|account|auth|encryption|license|service|sign|signing|storage)[_-]?key|"
    r"(?<![a-z0-9])key(?![a-z0-9])|[a-z][_-]pwd$",
    re.IGNORECASE,
)
_NO_SECRETS = re.compile(r"pwd|oldpwd|ssh_auth_sock|\w*author\w*", re.IGNORECASE)
_HIDDEN = "..."
_SHORTEST_SECRET = 4  # characters: shorter ones stand everywhere by chance
_SHORTEST = 8
_WORDS = frozenset({"true", "false", "none", "null", "auto", "test", "main", "user", "root", "admin", "basic", "bearer", "python", "token", "secret", "password"})  # fmt: skip
"""Values that stand everywhere, too, and keep nothing secret."""
_SHORTEST_LINE = 16  # of a secret of several lines: a private key
_GIVEN = re.compile(r"(?P<name>[\w.:-]+)=(?P<value>.+)", re.DOTALL)
_OPTION = re.compile(r"--?[\w-]+")
_DASHES = re.compile(r"^-+D?")
_USER = re.compile(r"(?<=://)[^/@\s\"'<>]+(?=@)")
_PASSWORD = re.compile(r"://[^/@\s:]*:([^/@\s]+)@")
_TOKEN = re.compile(
    r"\b(?:gh[opsur]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|pypi-[\w-]{30,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)|(?<=\b[Bb]earer )[\w.~+/=-]{8,}|(?<=\b[Bb]asic )[\w+/=]{16,}"
)
"""GitHub, GitLab, PyPI, AWS, Slack, JSON Web Tokens, and the headers of HTTP."""
_GIVEN_IN_TEXT = re.compile(
    r"(?<![\w$.-])(?P<name>--?[\w-]+|[A-Z][A-Z0-9_]*)(?P<between>=|(?<=\w) +(?!-))(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+)"
)
"""An argument of a command line within other text, a shell's assignment: no statement of Python in a traceback."""


class Secrets:
    """What may not be shown.

    :param environment: of the build.
    :param asked: names of variables that the project's own code asks for.
    :param known: texts that are no secret: names of the project's files, which a variable may hold, too.
    """

    def __init__(
        self, environment: Mapping[str, str], asked: Collection[str] = (), known: Collection[str] = ()
    ) -> None:
        pairs = {(value, name) for value, name in _secret(environment, asked) if value not in known}
        self._values = tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))

    def hide(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """Return a command line without them; the program's name stays."""
        shown = list(arguments[:1])
        before = ""
        for argument in arguments[1:]:
            if _OPTION.fullmatch(before) and _is_secret(before) and not argument.startswith("-"):
                shown.append(_HIDDEN)
            else:
                shown.append(self._hide(argument))
            before = argument
        return tuple(shown)

    def text(self, text: str) -> str:
        """Return a program's output, or a part of it that ends at the end of a line, without them."""
        text = self._values_hidden(text)
        text = _GIVEN_IN_TEXT.sub(_hidden_value, text)
        return _forms_hidden(text)

    def _hide(self, argument: str) -> str:
        argument = self._values_hidden(argument)
        given = _GIVEN.fullmatch(argument)
        if given and _is_secret(given["name"]) and not given["value"].startswith("$"):
            argument = f"{given['name']}={_HIDDEN}"
        return _forms_hidden(argument)

    def _values_hidden(self, text: str) -> str:
        for value, name in self._values:
            text = text.replace(value, name)
        return text


def _forms_hidden(text: str) -> str:
    return _TOKEN.sub(_HIDDEN, _USER.sub(_HIDDEN, text) if "@" in text else text)


def _hidden_value(match: re.Match[str]) -> str:
    name, between, value = match["name"], match["between"], match["value"]
    if not _is_secret(name) or value.strip("\"'").startswith("$") or (between != "=" and not name.startswith("-")):
        return match[0]
    return f"{name}{between}{_HIDDEN}"


def _is_secret(name: str) -> bool:
    name = _DASHES.sub("", name)
    return _NAME.search(name) is not None and not _NO_SECRETS.fullmatch(name)


def _secret(environment: Mapping[str, str], asked: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield texts and what to write for them."""
    for name, value in environment.items():
        if _is_secret(name):
            if len(value) >= _SHORTEST_SECRET and value.lower() not in _WORDS:
                yield value, f"${name}"
            if "\n" in value:  # shown line by line
                yield from ((line.strip(), f"${name}") for line in value.splitlines() if len(line) >= _SHORTEST_LINE)
        elif name in asked and len(value) >= _SHORTEST and not (os.path.isabs(value) and os.path.exists(value)):
            yield value, f"${name}"
        if "://" in value:
            yield from ((each, _HIDDEN) for each in _PASSWORD.findall(value) if len(each) >= _SHORTEST_SECRET)
