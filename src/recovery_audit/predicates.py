"""Words about results, bound to what they say.

A word such as *below*, *most* or *nearly a third* asserts something about numbers. It is printed
through `holds("predicate-id", "phrase")`; the predicate (`paper/predicates.yaml`) is a comparison
of numbers of the ledger, evaluated in fractions each time the paper is built.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from recovery_audit.errors import LedgerError
from recovery_audit.ledger import Entry, Printer
from recovery_audit.rounding import print_fraction

_NUMBER = re.compile(r"\{([^{}]+)\}")
_ARITHMETIC: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {"abs": abs, "min": min, "max": max}


def exact_value(entry: Entry) -> Fraction:
    """Return the value of a number: the fraction where there is one, else the digits it has."""
    return Fraction(entry.fraction or entry.value)


def numbers_in(expression: str) -> tuple[str, ...]:
    """
    Return the numbers that a predicate compares.

    Examples
    --------
    >>> numbers_in("{scott-upper} < {service} / 2")
    ('scott-upper', 'service')
    """
    return tuple(dict.fromkeys(_NUMBER.findall(expression)))


def evaluate(expression: str, values: Mapping[str, Fraction]) -> bool:
    """
    Say whether a comparison of numbers holds, in exact arithmetic.

    Parameters
    ----------
    expression : str
        Numbers of the ledger in braces, decimals, ``+ - * /``, comparisons (also chained),
        ``and``, ``or``, ``not``, ``abs``, ``min`` and ``max``.
    values : mapping of str to Fraction
        By id of the number.

    Raises
    ------
    LedgerError
        If it names a number that does not exist, or is no such comparison.

    Examples
    --------
    >>> values = {"scott-upper": Fraction("17.8"), "service": Fraction(50)}
    >>> evaluate("{scott-upper} < {service} / 2", values), evaluate("{service} < 50", values)
    (True, False)
    """
    names: dict[str, Fraction] = {}

    def name(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise LedgerError(f"predicate {expression!r}: no number {found[1]!r} in the ledger")
        names[key := f"n{len(names)}"] = values[found[1]]
        return key

    text = _NUMBER.sub(name, expression)
    try:
        result = _Evaluator(text, names).visit(ast.parse(text, mode="eval").body)
    except (SyntaxError, KeyError, ValueError, ZeroDivisionError) as error:
        raise LedgerError(f"predicate {expression!r} cannot be evaluated: {error}") from None
    if not isinstance(result, bool):
        raise LedgerError(f"predicate {expression!r} compares nothing")
    return result


class _Evaluator(ast.NodeVisitor):
    """Evaluates the few kinds of nodes that a comparison of numbers is made of."""

    def __init__(self, text: str, names: Mapping[str, Fraction]) -> None:
        self._text = text
        self._names = names

    def visit_Name(self, node: ast.Name) -> Fraction:
        return self._names[node.id]

    def visit_Constant(self, node: ast.Constant) -> Fraction:
        return Fraction(str(ast.get_source_segment(self._text, node)))  # 0.1 as it is written

    def visit_BinOp(self, node: ast.BinOp) -> Fraction:
        return _ARITHMETIC[type(node.op)](self.visit(node.left), self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Fraction | bool:
        value = self.visit(node.operand)
        return not value if isinstance(node.op, ast.Not) else -value

    def visit_BoolOp(self, node: ast.BoolOp) -> bool:
        parts = [self.visit(part) for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)

    def visit_Compare(self, node: ast.Compare) -> bool:
        terms = [self.visit(term) for term in (node.left, *node.comparators)]
        pairs = zip(node.ops, terms, terms[1:], strict=False)
        return all(_COMPARISONS[type(op)](one, other) for op, one, other in pairs)

    def visit_Call(self, node: ast.Call) -> Fraction:
        return _FUNCTIONS[ast.unparse(node.func)](*map(self.visit, node.args))

    def generic_visit(self, node: ast.AST) -> Any:
        raise SyntaxError(f"{ast.unparse(node)!r} is not part of a comparison of numbers")


#: How the entries of predicates begin, so that none is called like a number.
PREFIX = "holds-"


class Witness:
    """Prints words that assert something, if what they assert holds."""

    def __init__(
        self,
        predicates: Sequence[Mapping[str, str]],
        entries: Mapping[str, Entry],
        printer: Printer,
        template: str,
    ) -> None:
        self._predicates = {one["id"]: one for one in predicates}
        self._entries = entries
        self._values = {number: exact_value(entry) for number, entry in entries.items()}
        self._printer = printer
        self._template = template

    def holds(self, predicate: str, phrase: str) -> str:
        """
        Return a phrase as a link to the comparison that it asserts.

        Raises
        ------
        LedgerError
            If there is no such predicate, or if it is false; the message quotes the sentence.
        """
        if predicate not in self._predicates:
            raise LedgerError(f"the manuscript asks for predicate {predicate!r}: there is none")
        expression = self._predicates[predicate]["holds"]
        if not evaluate(expression, self._values):
            sentence = sentence_with(self._template, predicate)
            raise LedgerError(
                f"the manuscript says {phrase!r} where predicate {predicate!r} is false: "
                f"{self._filled(expression)}. The sentence: {sentence}"
            )
        return self._printer.link(PREFIX + predicate, phrase)

    def _filled(self, expression: str) -> str:
        return _NUMBER.sub(lambda found: print_fraction(self._values[found[1]], 2), expression)

    def require_all_used(self) -> None:
        """Raise `LedgerError` if a predicate was never asserted."""
        unused = [name for name in self._predicates if PREFIX + name not in self._printer.uses]
        if unused:
            raise LedgerError(f"predicates that the paper never asserts: {unused}")

    @property
    def numbers(self) -> dict[str, list[str]]:
        """Predicates by the numbers that they compare."""
        found: dict[str, list[str]] = {}
        for name, one in self._predicates.items():
            for number in numbers_in(one["holds"]):
                found.setdefault(number, []).append(name)
        return found

    def entries(self) -> list[str]:
        """Return one entry per predicate, for the appendix of the paper."""
        return [self._entry(one) for one in self._predicates.values()]

    def _entry(self, one: Mapping[str, str]) -> str:
        number = PREFIX + one["id"]
        shown = _NUMBER.sub(self._linked, _in_signs(one["holds"]))
        lines = [f"**{one['says']}** {one['id']}", f"*holds because* {shown}"]
        links = " ".join(
            f"[{use}](#use-{number}-{use})" for use in range(1, self._printer.uses[number] + 1)
        )
        lines.append(f"*used* {links}")
        return f":::: {{.entry #num-{number}}}\n" + "\n\n".join(lines) + "\n::::\n"

    def _linked(self, found: re.Match[str]) -> str:
        entry = self._entries[found[1]]
        counted = f" {entry.unit}" if entry.text.isdigit() and entry.unit != "size" else ""
        return f"[{entry.text}](#num-{found[1]}){counted}"


def _in_signs(expression: str) -> str:
    """Return a comparison as mathematics prints it; the ids in braces have no such signs."""
    signs = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", " * ": " × ", " - ": " − "}
    for written, sign in signs.items():
        expression = expression.replace(written, sign)
    return expression


def sentence_with(template: str, predicate: str) -> str:
    """
    Return the sentence of a template that asserts a predicate, numbers as their ids.

    Examples
    --------
    >>> text = 'It is so. The rate {{ num("a") }} is {{ holds("b-c", "far below") }} it. More.'
    >>> sentence_with(text, "b-c")
    'The rate a is far below it.'
    """
    plain = re.sub(r'\{\{ num\("([^"]+)"\) \}\}', r"\1", template)
    marked = re.sub(
        r'\{\{ holds\("([^"]+)", "([^"]+)"\) \}\}',
        lambda found: ("\0" if found[1] == predicate else "") + found[2],
        plain,
    )
    sentences = re.split(r"(?<=[.!?])\s+|\n+", marked)
    return next((one.replace("\0", "") for one in sentences if "\0" in one), "")


def judge_predicates(
    predicates: Sequence[Mapping[str, str]], entries: Mapping[str, Entry]
) -> dict[str, bool]:
    """
    Return for each predicate whether it holds of the ledger; false where a number is gone.

    Parameters
    ----------
    predicates : sequence of mapping
        `id` and `holds`, as in `paper/predicates.yaml`.
    entries : mapping of str to Entry
        The number ledger.
    """
    values = {number: exact_value(entry) for number, entry in entries.items()}
    return {
        one["id"]: all(number in values for number in numbers_in(one["holds"]))
        and evaluate(one["holds"], values)
        for one in predicates
    }
