"""Meson's language as a tree; the grammar is that of Meson 1.11 (``mparser.py``)."""

from __future__ import annotations

from cachekeys.inputs.meson import tree
from cachekeys.inputs.meson.lexer import MesonSyntaxError, Token, tokens

__all__ = ["parse"]

MAX_DEPTH = 70
"""Nested brackets and blocks: each takes ten frames of Python's stack."""


def parse(text: str) -> list[tree.Statement]:
    """Return the statements of a ``meson.build`` or of an options file.

    :raises MesonSyntaxError: the text does not follow the grammar.
    """
    return _Parser(list(tokens(text))).whole()


_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


class _Parser:
    """Recursive descent, one method for each level of the grammar."""

    def __init__(self, stream: list[Token]) -> None:
        self.stream = stream
        self.at = 0
        self.depth = 0

    # -- tokens ------------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.stream[self.at]

    def is_next(self, text: str, ahead: int = 0) -> bool:
        token = self.stream[min(self.at + ahead, len(self.stream) - 1)]
        return token.text == text and token.kind in {"operator", "keyword"}

    def accept(self, text: str) -> bool:
        if self.is_next(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(f"expected {text!r}")

    def error(self, message: str) -> MesonSyntaxError:
        return MesonSyntaxError(f"{message}, not {self.token.text!r}", self.token.line)

    # -- statements --------------------------------------------------------------------------------------------

    def whole(self) -> list[tree.Statement]:
        block = self.block(frozenset())
        if self.token.kind != "end":
            raise self.error("expected a statement")
        return block

    def block(self, ends: frozenset[str]) -> list[tree.Statement]:
        statements: list[tree.Statement] = []
        while self.token.kind != "end" and not (self.token.kind == "keyword" and self.token.text in ends):
            if self.token.kind == "newline":
                self.at += 1
                continue
            statements.append(self.statement())
            if self.token.kind not in {"newline", "end"}:
                raise self.error("expected the end of the line")
        return statements

    def statement(self) -> tree.Statement:
        token = self.token
        if self.accept("if"):
            return self.conditional(token.line)
        if self.accept("foreach"):
            return self.loop(token.line)
        if token.kind == "keyword" and token.text in {"continue", "break"}:
            self.at += 1
            return tree.Jump("continue" if token.text == "continue" else "break", token.line)
        if token.kind == "name" and (self.is_next("=", 1) or self.is_next("+=", 1)):
            self.at += 2
            return self.assignment(token)
        return self.expression()

    def assignment(self, name: Token) -> tree.Assignment:
        adds = self.stream[self.at - 1].text == "+="
        return tree.Assignment(name.text, self.expression(), adds, name.line)

    def conditional(self, line: int) -> tree.If:
        branches = []
        otherwise: list[tree.Statement] = []
        ends = frozenset({"elif", "else", "endif"})
        condition = self.expression()
        branches.append((condition, self.nested(ends)))
        while self.accept("elif"):
            condition = self.expression()
            branches.append((condition, self.nested(ends)))
        if self.accept("else"):
            otherwise = self.nested(ends)
        self.expect("endif")
        return tree.If(branches, otherwise, line)

    def loop(self, line: int) -> tree.Foreach:
        names = [self.name()]
        while self.accept(","):
            names.append(self.name())
        self.expect(":")
        items = self.expression()
        body = self.nested(frozenset({"endforeach"}))
        self.expect("endforeach")
        return tree.Foreach(names, items, body, line)

    def nested(self, ends: frozenset[str]) -> list[tree.Statement]:
        self.deeper()
        block = self.block(ends)
        self.depth -= 1
        return block

    def name(self) -> str:
        token = self.token
        if token.kind != "name":
            raise self.error("expected a name")
        self.at += 1
        return token.text

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("nested too deeply")

    # -- expressions -------------------------------------------------------------------------------------------

    def expression(self) -> tree.Expression:
        self.deeper()
        condition = self.disjunction()
        line = self.token.line
        if self.accept("?"):
            yes = self.expression()
            self.expect(":")
            condition = tree.Conditional(condition, yes, self.expression(), line)
        self.depth -= 1
        return condition

    def disjunction(self) -> tree.Expression:
        left = self.conjunction()
        while self.is_next("or"):
            line = self.token.line
            self.at += 1
            left = tree.Binary("or", left, self.conjunction(), line)
        return left

    def conjunction(self) -> tree.Expression:
        left = self.comparison()
        while self.is_next("and"):
            line = self.token.line
            self.at += 1
            left = tree.Binary("and", left, self.comparison(), line)
        return left

    def comparison(self) -> tree.Expression:
        left = self.sum()
        token = self.token
        if token.kind == "operator" and token.text in _COMPARISONS:
            self.at += 1
            return tree.Binary(token.text, left, self.sum(), token.line)
        if self.is_next("in"):
            self.at += 1
            return tree.Binary("in", left, self.sum(), token.line)
        if self.is_next("not") and self.is_next("in", 1):
            self.at += 2
            return tree.Unary("not", tree.Binary("in", left, self.sum(), token.line), token.line)
        return left

    def sum(self) -> tree.Expression:
        left = self.product()
        while self.is_next("+") or self.is_next("-"):
            token = self.token
            self.at += 1
            left = tree.Binary(token.text, left, self.product(), token.line)
        return left

    def product(self) -> tree.Expression:
        left = self.sign()
        while self.is_next("*") or self.is_next("/") or self.is_next("%"):
            token = self.token
            self.at += 1
            left = tree.Binary(token.text, left, self.sign(), token.line)
        return left

    def sign(self) -> tree.Expression:
        token = self.token
        if self.accept("not"):
            return tree.Unary("not", self.postfix(), token.line)
        if self.accept("-"):
            return tree.Unary("-", self.postfix(), token.line)
        return self.postfix()

    def postfix(self) -> tree.Expression:
        left = self.primary()
        while True:
            line = self.token.line
            if self.accept("."):
                line = self.token.line
                name = self.name()
                self.expect("(")
                left = tree.Method(left, name, *self.arguments(), line)
            elif self.accept("["):
                left = tree.Index(left, self.expression(), line)
                self.expect("]")
            else:
                return left

    def primary(self) -> tree.Expression:
        token = self.token
        self.at += 1
        if token.kind == "string":
            return tree.Constant(token.text, token.line)
        if token.kind == "format":
            return tree.Format(token.text, token.line)
        if token.kind == "number":
            digits = token.text if token.text[:2].lower() in {"0x", "0o", "0b"} else token.text.lstrip("0") or "0"
            return tree.Constant(int(digits, 0), token.line)
        if token.kind == "keyword" and token.text in {"true", "false"}:
            return tree.Constant(token.text == "true", token.line)
        if token.kind == "name":
            if self.accept("("):
                return tree.Call(token.text, *self.arguments(), token.line)
            return tree.Name(token.text, token.line)
        if token.kind == "operator" and token.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind == "operator" and token.text == "[":
            return tree.Array(self.items("]"), token.line)
        if token.kind == "operator" and token.text == "{":
            return tree.Dictionary(self.pairs(), token.line)
        self.at -= 1
        raise self.error("expected a value")

    def items(self, end: str) -> list[tree.Expression]:
        items = []
        while not self.accept(end):
            items.append(self.expression())
            if not self.accept(","):
                self.expect(end)
                break
        return items

    def pairs(self) -> list[tuple[tree.Expression, tree.Expression]]:
        pairs = []
        while not self.accept("}"):
            key = self.expression()
            self.expect(":")
            pairs.append((key, self.expression()))
            if not self.accept(","):
                self.expect("}")
                break
        return pairs

    def arguments(self) -> tuple[list[tree.Expression], dict[str, tree.Expression]]:
        positional: list[tree.Expression] = []
        keywords: dict[str, tree.Expression] = {}
        while not self.accept(")"):
            if self.token.kind == "name" and self.is_next(":", 1):
                name = self.name()
                self.at += 1
                keywords[name] = self.expression()
            else:
                positional.append(self.expression())
            if not self.accept(","):
                self.expect(")")
                break
        return positional, keywords
