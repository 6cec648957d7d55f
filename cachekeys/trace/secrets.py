"""Take values that nobody is to know out of the command lines of a build: reports are attached to tickets and kept by CI.

A name is written for the value of a variable (``$TOKEN``) that is called like a secret, or that the project's own code asked for; dots
for what an argument gives to a name like that (``-DTOKEN=...``, ``--password ...``) and for the user in a URL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["Secrets"]

_NAME = re.compile(
    r"token|secret|passw|passphrase|passwd|credential|private|(?:api|access)[_-]?key|auth(?!or)|cookie|session[_-]?id",
    re.IGNORECASE,
)
_HIDDEN = "..."
_SHORTEST_SECRET = 4  # characters: shorter ones stand everywhere by chance
_SHORTEST = 8
_GIVEN = re.compile(r"(?P<name>[\w.:-]+)=(?P<value>.+)", re.DOTALL)
_OPTION = re.compile(r"--?[\w-]+")
_USER = re.compile(r"(?<=://)[^/@\s\"']+(?=@)")


class Secrets:
    """What may not be shown.

    :param environment: of the build.
    :param asked: names of variables that the project's own code asks for.
    :param known: texts that are no secret: names of the project's files, which a variable may hold, too.
    """

    def __init__(self, environment: Mapping[str, str], asked: Collection[str], known: Collection[str] = ()) -> None:
        self._values = tuple(
            sorted(
                ((value, f"${name}") for name, value in _secret(environment, asked) if value not in known),
                key=lambda pair: (-len(pair[0]), pair),
            )
        )

    def hide(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """Return a command line without them; the program's name stays."""
        shown = list(arguments[:1])
        before = ""
        for argument in arguments[1:]:
            if _OPTION.fullmatch(before) and _NAME.search(before) and not argument.startswith("-"):
                shown.append(_HIDDEN)
            else:
                shown.append(self._hide(argument))
            before = argument
        return tuple(shown)

    def _hide(self, argument: str) -> str:
        for value, name in self._values:
            argument = argument.replace(value, name)
        given = _GIVEN.fullmatch(argument)
        if given and _NAME.search(given["name"]) and not given["value"].startswith("$"):
            argument = f"{given['name']}={_HIDDEN}"
        return _USER.sub(_HIDDEN, argument) if "@" in argument else argument


def _secret(environment: Mapping[str, str], asked: Collection[str]) -> Iterable[tuple[str, str]]:
    for name, value in environment.items():
        if len(value) >= (_SHORTEST_SECRET if _NAME.search(name) else _SHORTEST) and (
            name in asked or _NAME.search(name)
        ):
            yield name, value
