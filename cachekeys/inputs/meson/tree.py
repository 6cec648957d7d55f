"""The nodes of the tree that the parser makes of Meson's language."""

from __future__ import annotations

from typing import Literal

from cachekeys.values import dataclass, field

__all__ = [
    "Array",
    "Assignment",
    "Binary",
    "Call",
    "Composed",
    "Conditional",
    "Constant",
    "Dictionary",
    "Expression",
    "Foreach",
    "Format",
    "If",
    "Index",
    "Jump",
    "Method",
    "Name",
    "Statement",
    "Unary",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number or truth value."""

    value: str | int | bool
    line: int


@dataclass(frozen=True, slots=True)
class Format:
    """``f'...@name@...'``."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Array:
    """``[a, b]``."""

    items: list[Expression]
    line: int


@dataclass(frozen=True, slots=True)
class Dictionary:
    """``{'a': b}``."""

    items: list[tuple[Expression, Expression]]
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function; ``line`` is that of its name."""

    name: str
    positional: list[Expression]
    keywords: dict[str, Expression]
    line: int


@dataclass(frozen=True, slots=True)
class Method:
    """``receiver.name(...)``."""

    receiver: Expression
    name: str
    positional: list[Expression]
    keywords: dict[str, Expression]
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """``receiver[key]``."""

    receiver: Expression
    key: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``not operand`` or ``-operand``."""

    operator: Literal["not", "-"]
    operand: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; ``in`` has the container on its right."""

    operator: str
    left: Expression
    right: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """``condition ? yes : no``."""

    condition: Expression
    yes: Expression
    no: Expression
    line: int


Composed = Format | Array | Dictionary | Call | Method | Index | Unary | Binary | Conditional
"""An expression that makes a new value."""

Expression = Constant | Name | Composed


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = value``; ``adds`` marks ``+=``."""

    name: str
    value: Expression
    adds: bool
    line: int


@dataclass(frozen=True, slots=True)
class If:
    """``branches`` are conditions with their blocks; ``otherwise`` is empty where there is no ``else``."""

    branches: list[tuple[Expression, list[Statement]]]
    otherwise: list[Statement]
    line: int


@dataclass(frozen=True, slots=True)
class Foreach:
    """``foreach names : items``."""

    names: list[str]
    items: Expression
    body: list[Statement] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Jump:
    """``continue`` or ``break``."""

    kind: Literal["continue", "break"]
    line: int


Statement = Assignment | If | Foreach | Jump | Expression
