"""CMake's regular expressions, compiled as Python's: the languages differ in what is special, and where.

Source: string(REGEX) in cmake-string(7), "Regex Specification". A backslash makes the next character a literal one, is nothing
special in brackets, and braces never are; a dot is any character, a line's end too, and ``$`` the end of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["every_match", "replacement", "safe_regex", "substituted"]

_MAX_PATTERN = 200
_MAX_REPETITIONS = 9
_MAX_DOTS = 3
"""``.*`` in one expression: each may go over the whole text."""

_NESTED = re.compile(r"(?<!\\)\((?P<inside>[^()]*)(?<!\\)\)[*+]|(?<!\\)\)\)?[*+]")
_ADJACENT = re.compile(r"(?:(?:\[\^?\]?[^\]]*\]|\\.|[^\\\[])[*+]\)?\(?){3}")
"""Repetitions side by side: they may share a text out in many ways."""


def safe_regex(pattern: str) -> re.Pattern[str] | None:
    """Return a CMake regular expression compiled, or None when it is none, or could run long."""
    if len(pattern) > _MAX_PATTERN or UNKNOWN in pattern or _ADJACENT.search(pattern):
        return None
    if pattern.count(".*") + pattern.count(".+") > _MAX_DOTS or len(re.findall(r"[*+]", pattern)) > _MAX_REPETITIONS:
        return None
    if any(not _is_simple(match["inside"] or "*") for match in _NESTED.finditer(pattern)):
        return None
    return _compiled(pattern)


def _is_simple(group: str) -> bool:
    """Tell whether a repeated group matches in one way only: its alternatives begin with different letters and repeat nothing."""
    starts = [option[:1] for option in group.split("|")]
    return len(set(starts)) == len(starts) and all(starts) and not re.search(r"[\\*+?.\[^$]", group)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    import warnings  # a pattern of a project may be doubtful in Python

    translated = _translated(pattern)
    if pattern.startswith(".*") and "|" not in pattern:
        translated = rf"\A{translated}"  # where it does not match at once it never does, and would try everywhere
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(translated, re.DOTALL)
    except (re.error, RecursionError, OverflowError):
        return None


def _translated(pattern: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            parts.append(re.escape(pattern[at + 1]))
            at += 2
            continue
        if char == "[":
            end = _end_of_bracket(pattern, at)
            if end < 0:
                return "["  # an error in Python too
            parts.append(_bracket(pattern[at + 1 : end]))
            at = end + 1
            continue
        parts.append({"$": r"\Z", "^": r"\A"}.get(char, char if char in ".*+?|()" else re.escape(char)))
        at += 1
    return "".join(parts)


def _end_of_bracket(pattern: str, start: int) -> int:
    first = start + 2 if pattern.startswith("^", start + 1) else start + 1
    return pattern.find("]", first + 1)  # the first one is a member when it stands first


def _bracket(members: str) -> str:
    negated = members.startswith("^")
    inside = members[negated:].replace("\\", "\\\\").replace("[", r"\[").replace("]", r"\]")
    return f"[{'^' if negated else ''}{inside}]"


def replacement(text: str) -> Callable[[re.Match[str]], str]:
    """Return CMake's replacement, in which only a backslash with a digit is a group."""
    parts = re.split(r"\\+(\d)", text)

    def build(match: re.Match[str]) -> str:
        result = []
        for number, part in enumerate(parts):
            if number % 2 == 0:
                result.append(part)
            elif int(part) <= (match.re.groups or 0):
                result.append(match[int(part)] or "")
        return "".join(result)

    return build


def every_match(regex: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    r"""Yield what matches one after the other; ``^`` matches again behind each (before policy CMP0186, CMake 4.1)."""
    if not regex.pattern.startswith(r"\A"):
        yield from regex.finditer(text)
        return
    while match := regex.match(text):
        yield match
        if not match[0]:
            return
        text = text[match.end() :]


def substituted(regex: re.Pattern[str], build: Callable[[re.Match[str]], str], text: str) -> list[str]:
    """Return *text* with every match replaced: two results where a policy decides whether ``^`` matches again."""
    once = regex.sub(build, text)
    if not regex.pattern.startswith(r"\A"):
        return [once]
    parts: list[str] = []
    for match in every_match(regex, text):
        parts.append(build(match))
        text = text[match.end() :]
    return list(dict.fromkeys(("".join([*parts, text]), once)))
