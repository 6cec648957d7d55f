"""A matcher that takes time linear in the path, for the globs that make a backtracking one slow.

``*a*a*a*a*b`` against a long name of ``a`` keeps :mod:`re` busy for years; uv's engine, a finite automaton, is not
impressed. This one builds the automaton's states as paths need them. It is slower per byte than :mod:`re` on
harmless globs, so it only steps in for the others; on all of them both agree, which the tests hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.uv.globsyntax import EVERYTHING, Alternates, Token, Wild

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Automaton"]

_ALL = frozenset(range(256))
_NOT_SLASH = _ALL - {ord("/")}
_SLASH = frozenset(b"/")
_MAX_STATES = 4096


class Automaton:
    """Matches whole paths against *tokens*."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._edges: list[list[tuple[frozenset[int], int]]] = []  # state -> (bytes, next state)
        self._free: list[list[int]] = []  # state -> states reached without a byte
        self._everything = tokens == EVERYTHING
        start = self._state()
        self._end = self._add(start, tokens)
        self._start = self._closure([start])
        self._known: dict[frozenset[int], dict[int, frozenset[int]]] = {}

    def matches(self, path: bytes) -> bool:
        """Tell whether the whole *path* matches."""
        states = self._start
        for byte in path:
            steps = self._known.get(states)
            if steps is None:
                if len(self._known) >= _MAX_STATES:
                    self._known.clear()
                steps = self._known[states] = {}
            following = steps.get(byte)
            if following is None:
                following = steps[byte] = self._step(states, byte)
            if not following:
                return self._everything
            states = following
        return self._everything or self._end in states

    def _step(self, states: frozenset[int], byte: int) -> frozenset[int]:
        return self._closure(target for state in states for admitted, target in self._edges[state] if byte in admitted)

    def _closure(self, states: Iterable[int]) -> frozenset[int]:
        pending = list(states)
        found = set(pending)
        while pending:
            for state in self._free[pending.pop()]:
                if state not in found:
                    found.add(state)
                    pending.append(state)
        return frozenset(found)

    # -- construction ------------------------------------------------------------------------------------------

    def _state(self, *, loop: frozenset[int] | None = None) -> int:
        state = len(self._edges)
        self._edges.append([] if loop is None else [(loop, state)])
        self._free.append([])
        return state

    def _add(self, start: int, tokens: tuple[Token, ...]) -> int:
        """Append *tokens* behind *start* and return the state after them."""
        state = start
        for token in tokens:
            if isinstance(token, bytes):
                for byte in token:
                    state = self._edge(state, frozenset((byte,)))
            elif isinstance(token, frozenset):
                state = self._edge(state, token)
            elif isinstance(token, Alternates):
                state = self._alternates(state, token)
            else:
                state = self._wild(state, token)
        return state

    def _edge(self, state: int, admitted: frozenset[int], *, loop: frozenset[int] | None = None) -> int:
        target = self._state(loop=loop)
        self._edges[state].append((admitted, target))
        return target

    def _wild(self, state: int, token: Wild) -> int:
        if token is Wild.ANY:
            return self._edge(state, _NOT_SLASH)
        if token is Wild.STAR:
            target = self._state(loop=_NOT_SLASH)
            self._free[state].append(target)
            return target
        if token is Wild.SUFFIX:
            return self._edge(state, _SLASH, loop=_ALL)
        if token is Wild.BETWEEN:
            state = self._edge(state, _SLASH)
        anything = self._state(loop=_ALL)
        self._free[state].append(anything)
        target = self._edge(anything, _SLASH)
        self._free[state].append(target)
        return target

    def _alternates(self, state: int, token: Alternates) -> int:
        ends = []
        for branch in token.branches:
            start = self._state()
            self._free[state].append(start)
            ends.append(self._add(start, branch))
        target = self._state()
        for end in ends or [state]:
            self._free[end].append(target)
        return target
