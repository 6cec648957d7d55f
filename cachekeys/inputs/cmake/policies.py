"""CMake's policies, as far as they change what variables hold: which version's behaviour a directory asks for.

Source: cmake-policies(7). They are of a directory or an included file; what is set there ends with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import Value, text_of
from cachekeys.inputs.texts import is_known
from cachekeys.values import dataclass, field, replace

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["Policies", "is_new", "policy_command", "require"]

_SINCE = {"CMP0077": (3, 13), "CMP0126": (3, 21)}
"""The version in which the new behaviour of a policy came."""


@dataclass(frozen=True, slots=True)
class Policies:
    """The version that a lists file asks for (none: the oldest), and the policies that it sets one by one."""

    version: tuple[int, ...] = ()
    chosen: dict[str, bool] = field(default_factory=dict)


def is_new(m: Interpreter, name: str) -> bool:
    """Tell whether the new behaviour of the policy *name* holds where the interpreter is."""
    return m.policies.chosen.get(name, m.policies.version >= _SINCE[name])


def require(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_minimum_required(VERSION min[...max])`` and ``cmake_policy(VERSION ...)``: the highest version that is named.

    A policy that is newer has the behaviour that ``CMAKE_POLICY_DEFAULT_<name>`` says.
    """
    text = text_of(arguments, 1)
    if text_of(arguments, 0) == "VERSION" and is_known(text):
        versions = [tuple(map(int, part.split("."))) for part in re.findall(r"\d+(?:\.\d+)*", text)]
        asked = max(versions, default=())
        defaults = {name: f"CMAKE_POLICY_DEFAULT_{name}" for name, since in _SINCE.items() if asked < since}
        chosen = {name: m.variable(default) == ("NEW",) for name, default in defaults.items() if m.is_set(default)}
        m.policies = Policies(asked, chosen)


def policy_command(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_policy(VERSION|SET|GET|PUSH|POP ...)``."""
    mode, name = text_of(arguments, 0), text_of(arguments, 1)
    if mode == "VERSION":
        require(m, arguments)
    elif mode == "SET" and name in _SINCE:
        m.policies = replace(m.policies, chosen={**m.policies.chosen, name: text_of(arguments, 2) == "NEW"})
    elif mode == "PUSH":
        m.pushed.append(m.policies)
    elif mode == "POP" and m.pushed:
        m.policies = m.pushed.pop()
