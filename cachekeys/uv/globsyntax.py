"""The syntax of one glob: parsing it, and what it means as a regular expression over bytes.

uv's matcher is the ``globset`` crate with ``literal_separator``: a glob is matched against the *bytes* of a path, so
``?`` is one byte and a class is a set of bytes. Measured with uv 0.13.8; the tests hold the vectors. Only braces
were read in another way before (uv 0.9.5, globset 0.4.17).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from cachekeys.errors import CacheKeysError
from cachekeys.uv.text import encode

__all__ = [
    "EVERYTHING",
    "MAX_COST",
    "Alternates",
    "GlobError",
    "Token",
    "Wild",
    "below",
    "cost",
    "decided_by_ending",
    "is_about_name",
    "parse",
    "suffixes",
    "to_regex",
]

MAX_DEPTH = 250
"""uv's regular expression engine refuses deeper nesting (measured: ``{{...}}`` 249 deep works, 250 is an error)."""

_TOO_DEEP = f"alternate groups are nested too deeply (more than {MAX_DEPTH} levels)"

MAX_SUFFIXES = 64
"""Endings per glob that are worth a look before the regular expression is tried."""

_REPEAT_COST = 64
MAX_COST = _REPEAT_COST**3
"""Three wildcards of any length in one glob are harmless for :mod:`re`; much more is not."""

_SLASH = ord("/")


class GlobError(CacheKeysError, ValueError):
    """A glob that uv refuses, and with it the whole project. ``glob`` is the pattern, ``reason`` what is wrong."""

    def __init__(self, glob: str, reason: str) -> None:
        self.glob = glob
        self.reason = reason
        super().__init__(f"error parsing glob '{glob}': {reason}")


class Wild(Enum):
    """A wildcard, and the regular expression for it."""

    ANY = b"[^/]"
    STAR = b"[^/]*"
    PREFIX = b"(?:.*/)?"  # "**/" at the start
    BETWEEN = b"/(?:.*/)?"  # "/**/"
    SUFFIX = b"/.*"  # "/**" at the end


class Alternates(NamedTuple):
    """``{a,b}``: any of the branches; an empty one counts for nothing and is not among them.

    ``depth`` is how deeply nested uv's regular expression engine would find it.
    """

    branches: tuple[tuple[Token, ...], ...]
    depth: int


Token = bytes | frozenset[int] | Wild | Alternates
"""One character (its UTF-8 bytes), a class (the bytes that it admits), a wildcard, or alternatives."""

EVERYTHING: tuple[Token, ...] = (Wild.PREFIX,)
"""The glob ``**`` alone, which matches every path."""


def parse(glob: str, *, nested_braces: bool = True) -> tuple[Token, ...]:
    """Parse *glob*.

    :param nested_braces: as since uv 0.9.5. Before, braces in braces were an error, and a ``}`` without ``{`` none: it
        matched nothing, the text around it did.
    :raises GlobError: as uv does, and with its reasons.
    """
    tokens = _Parser(glob, nested_braces=nested_braces).parse()
    if 1 + _shape(tokens)[1] > MAX_DEPTH:
        raise GlobError(glob, _TOO_DEEP)
    return tokens


class _Parser:
    """A cursor over the glob's characters, and a stack of open alternatives.

    ``branches`` is the stack of token lists being filled, the last one on top; ``opened`` says where in it each
    open ``{`` started.
    """

    def __init__(self, glob: str, *, nested_braces: bool) -> None:
        self.glob = glob
        self.nested_braces = nested_braces
        self.at = 0
        self.branches: list[list[Token]] = [[]]
        self.opened: list[int] = []

    def parse(self) -> tuple[Token, ...]:
        while self.at < len(self.glob):
            char = self.glob[self.at]
            self.at += 1
            if char == "?":
                self._push(Wild.ANY)
            elif char == "*":
                self._star()
            elif char == "[":
                self._push(self._class())
            elif char == "{":
                self._open()
            elif char == "}":
                self._close()
            elif char == "," and self.opened:
                self.branches.append([])
            elif char == "\\":
                self._escape()
            else:
                self._push(encode(char))
        if self.opened:
            raise GlobError(self.glob, "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)")
        return tuple(self.branches[0])

    def _push(self, token: Token) -> None:
        self.branches[-1].append(token)

    def _peek(self) -> str:
        return self.glob[self.at : self.at + 1]

    def _open(self) -> None:
        if self.opened and not self.nested_braces:
            raise GlobError(self.glob, "nested alternate groups are not allowed")
        if len(self.opened) == MAX_DEPTH:
            raise GlobError(self.glob, _TOO_DEEP)
        self.opened.append(len(self.branches))
        self.branches.append([])

    def _close(self) -> None:
        if not self.opened and not self.nested_braces:
            self._push(_alternates([]))
            return
        if not self.opened:
            raise GlobError(self.glob, "unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)")
        start = self.opened.pop()
        branches = [tuple(branch) for branch in self.branches[start:]]
        del self.branches[start:]
        self._push(_alternates([branch for branch in branches if not all(map(_is_void, branch))]))

    def _escape(self) -> None:
        if not self._peek():
            raise GlobError(self.glob, "dangling '\\'")
        self._push(encode(self._peek()))
        self.at += 1

    def _star(self) -> None:
        before = self.glob[self.at - 2 : self.at - 1]
        if self._peek() != "*":
            self._push(Wild.STAR)
            return
        self.at += 1
        after, tokens = self._peek(), self.branches[-1]
        if not tokens:  # at the start, of the glob or of an alternative
            if after in {"", "/"}:
                tokens.append(Wild.PREFIX)
                self.at += len(after)
            else:
                tokens += (Wild.STAR, Wild.STAR)
            return
        # An escaped "{" or "," right before counts as the start of an alternative too, and is swallowed: uv's own slip.
        at_start = before == "/" or (self.opened and before in {",", "{"})
        ends = after == "" or (self.opened and after in {",", "}"})
        if not at_start or not (ends or after == "/"):
            tokens += (Wild.STAR, Wild.STAR)
            return
        self.at += after == "/"
        last = tokens.pop()
        if last is Wild.PREFIX or last is Wild.SUFFIX:
            tokens.append(last)
        else:
            tokens.append(Wild.SUFFIX if ends else Wild.BETWEEN)

    def _class(self) -> frozenset[int]:
        negated = self._peek() in {"!", "^"}
        self.at += negated
        ranges: list[tuple[str, str]] = []
        in_range = False
        while True:
            char = self._peek()
            self.at += 1
            if not char:
                raise GlobError(self.glob, "unclosed character class; missing ']'")
            if char == "]" and ranges:
                break
            if in_range:
                first = ranges[-1][0]
                if char < first:
                    raise GlobError(self.glob, f"invalid range; '{first}' > '{char}'")
                ranges[-1] = (first, char)
                in_range = False
            elif char == "-" and ranges:
                in_range = True
            else:
                ranges.append((char, char))
        if in_range:
            ranges.append(("-", "-"))
        admitted = frozenset[int]().union(*(_byte_range(*pair) for pair in ranges))
        return frozenset(range(256)) - admitted if negated else admitted


def _is_void(token: Token) -> bool:
    return isinstance(token, Alternates) and not token.branches


def _alternates(branches: list[tuple[Token, ...]]) -> Alternates:
    shapes = list(map(_shape, branches))
    depth = 1 + (len(shapes) > 1) + max((deep + (wide > 1) for wide, deep in shapes), default=-1)
    if len(branches) == 1 and len(branches[0]) == 1 and isinstance(branches[0][0], Alternates):
        return branches[0][0]._replace(depth=depth)  # {{x}} means {x}: keeps what follows from recursing deeply
    return Alternates(tuple(branches), depth)


def _shape(tokens: tuple[Token, ...]) -> tuple[int, int]:
    """Return how many nodes *tokens* are in the engine's syntax tree, side by side, and how deep the deepest of them is."""
    wide = deepest = 0
    for token in tokens:
        nodes, depth = 1, 0
        if isinstance(token, bytes):
            nodes = len(token)
        elif isinstance(token, frozenset):
            depth = 1
        elif isinstance(token, Wild):
            nodes = 2 if token is Wild.SUFFIX else 1
            depth = {Wild.ANY: 1, Wild.STAR: 2, Wild.SUFFIX: 1}.get(token, 4)
        else:
            nodes, depth = bool(token.branches), token.depth
        wide += nodes
        deepest = max(deepest, depth)
    return wide, deepest


def _byte_range(first: str, last: str) -> list[int]:
    """Return the bytes that a range admits: beyond ASCII it runs from the last byte of one to the first of the other."""
    if first == last:
        return list(encode(first))
    low, high = encode(first), encode(last)
    return [*low[:-1], *range(low[-1], high[0] + 1), *high[1:]]


# -- meaning -------------------------------------------------------------------------------------------------------


def to_regex(tokens: tuple[Token, ...]) -> bytes:
    """Return the regular expression (to be compiled with ``re.DOTALL`` and matched in full) that *tokens* mean."""
    return b".*" if tokens == EVERYTHING else _regexes(tokens)


def _regexes(tokens: tuple[Token, ...]) -> bytes:
    return b"".join(map(_regex, tokens))


def _regex(token: Token) -> bytes:
    if isinstance(token, bytes):
        return re.escape(token)
    if isinstance(token, Wild):
        return token.value
    if isinstance(token, Alternates):
        return b"(?:" + b"|".join(map(_regexes, token.branches)) + b")" if token.branches else b""
    return _class_regex(token)


def _class_regex(admitted: frozenset[int]) -> bytes:
    negated = len(admitted) > 128  # noqa: PLR2004 - half of all bytes: the shorter spelling
    listed = frozenset(range(256)) - admitted if negated else admitted
    return b"[" + b"^" * negated + b"".join(b"\\x%02x" % byte for byte in sorted(listed)) + b"]"


def suffixes(tokens: tuple[Token, ...]) -> tuple[bytes, ...]:
    """Return endings, one of which the last part of every matching path has; ``b""`` says nothing."""
    return tuple(sorted(_tail(tokens)[0]))


def decided_by_ending(tokens: tuple[Token, ...]) -> bool:
    """Tell whether *tokens* match every path whose last part has one of the :func:`suffixes`, as ``**/*.{c,h}`` does."""
    return tokens == EVERYTHING or (tokens[:2] == (Wild.PREFIX, Wild.STAR) and _tail(tokens[2:])[1])


def is_about_name(tokens: tuple[Token, ...]) -> bool:
    """Tell whether only the last part of a path decides whether *tokens* match, as with ``**/a*.c``."""
    return len(tokens) > 1 and tokens[0] is Wild.PREFIX and not any(map(_crosses, tokens[1:]))


def _tail(tokens: tuple[Token, ...]) -> tuple[set[bytes], bool]:
    """Return the endings and whether they are the whole of what *tokens* match."""
    endings = {b""}
    for token in reversed(tokens):
        if isinstance(token, bytes) and token != b"/":
            endings = {token + ending for ending in endings}
        elif isinstance(token, Alternates):
            tails = list(map(_tail, token.branches)) or [({b""}, True)]
            heads = set[bytes]().union(*(tail for tail, _ in tails))
            if len(heads) * len(endings) > MAX_SUFFIXES:
                return endings, False
            endings = {head + ending for head in heads for ending in endings}
            if not all(whole for _, whole in tails):
                return endings, False
        else:
            return endings, False
    return endings, True


def below(tokens: tuple[Token, ...]) -> bytes | None:
    """Return a regular expression that matches ``directory/`` if anything below it could match; None: always.

    It may match too much (alternatives with a ``/`` in them are not looked into), never too little.
    """
    ways: list[bytes] = []
    head = b""
    for token in tokens:
        if token is Wild.PREFIX or (isinstance(token, Alternates) and _crosses(token)):
            ways.append(head + b".*")
            break
        if token is Wild.BETWEEN or token is Wild.SUFFIX:
            ways.append(head + b"/.*")
            break
        if (isinstance(token, bytes) and token == b"/") or (isinstance(token, frozenset) and _SLASH in token):
            ways.append(head + b"/")
        head += _regex(token)
    if b".*" in ways:
        return None
    return b"(?:" + b"|".join(ways) + b")" if ways else b"(?!)"


def _crosses(token: Token) -> bool:
    """Tell whether what *token* matches can contain a ``/``."""
    if isinstance(token, bytes):
        return token == b"/"
    if isinstance(token, frozenset):
        return _SLASH in token
    if isinstance(token, Alternates):
        return any(_crosses(inner) for branch in token.branches for inner in branch)
    return token is not Wild.ANY and token is not Wild.STAR


def cost(tokens: tuple[Token, ...]) -> int:
    """Return an estimate of the steps that a backtracking matcher needs when the path almost matches, up to a limit."""
    total = 1
    for token in tokens:
        if isinstance(token, Alternates):
            total *= sum(map(cost, token.branches)) or 1
        elif isinstance(token, Wild) and token is not Wild.ANY:
            total *= _REPEAT_COST
        if total > MAX_COST:
            break
    return total
