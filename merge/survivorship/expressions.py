"""A small language for ranking values: arithmetic, comparisons and a few functions over what is known of a candidate.

No code is run: the text is parsed once, every node must be one of a short list, and the tree is walked here. Whole
numbers, texts and truth only, so the answer is the same on every machine; nothing loops, so it ends. Example::

    2 * (kind == 'erp') + (length > 3) - age_days // 365
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.errors import Invalid

Known = int | str | bool
NAMES = ("age_days", "kind", "length", "parts", "position", "priority", "source", "trust", "validity", "value")
"""What an expression may name; all of the candidate. Times are ages in whole days, trust is 0 to 100."""
_LONGEST, _NODES, _LARGEST = 500, 120, 10**12
_BINARY: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,  # type: ignore[dict-item]
    ast.LtE: operator.le,  # type: ignore[dict-item]
    ast.Gt: operator.gt,  # type: ignore[dict-item]
    ast.GtE: operator.ge,  # type: ignore[dict-item]
    ast.In: lambda one, other: one in other,  # type: ignore[operator]
    ast.NotIn: lambda one, other: one not in other,  # type: ignore[operator]
}
_FUNCTIONS: Mapping[str, tuple[int, Callable[..., Known]]] = {
    "len": (1, len),
    "lower": (1, str.lower),
    "startswith": (2, str.startswith),
    "endswith": (2, str.endswith),
    "min": (2, min),
    "max": (2, max),
    "abs": (1, abs),
}
_PLAIN = (ast.Expression, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Constant, ast.Name, ast.Load)
_ALLOWED = (*_PLAIN, ast.And, ast.Or, ast.Not, ast.USub, ast.Tuple, ast.List, ast.Call, *_BINARY, *_COMPARE)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. ``rank`` gives its value as a whole number; larger is better."""

    text: str
    _tree: ast.expr

    def rank(self, known: Mapping[str, Known]) -> int:
        """The value for one candidate; an expression that does not work out (text plus number) counts as 0."""
        try:
            return int(_value(self._tree, known))
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return 0


@lru_cache(maxsize=256)
def expression(text: str) -> Expression:
    """Read an expression. Raises Invalid ``survivorship.expression`` for what is not one, or too large."""
    try:
        tree = ast.parse(text.strip(), mode="eval") if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None:
        raise _refused(f"it must be one expression of at most {_LONGEST} characters")
    nodes = list(ast.walk(tree))
    if len(nodes) > _NODES:
        raise _refused(f"it has more than {_NODES} parts")
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        _check(node, called=id(node) in called)
    return Expression(text.strip(), tree.body)


def _check(node: ast.AST, *, called: bool) -> None:
    if not isinstance(node, _ALLOWED):
        raise _refused(f"'{type(node).__name__}' is not part of the language")
    if isinstance(node, ast.Constant) and not isinstance(node.value, (int, str)):
        raise _refused("only whole numbers and texts are known")
    # A function that is not called says nothing of a candidate.
    if isinstance(node, ast.Name) and node.id not in (_FUNCTIONS if called else NAMES):
        raise _refused(f"there is no '{node.id}'; known are {', '.join((*NAMES, *_FUNCTIONS))}")
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in _FUNCTIONS or node.keywords or len(node.args) != _FUNCTIONS[name][0]:
            raise _refused(f"functions are {', '.join(_FUNCTIONS)}, each with its number of arguments")


def _refused(why: str) -> Invalid:
    return Invalid("survivorship.expression", f"A survivorship expression cannot be used: {why}.")


def _value(node: ast.expr, known: Mapping[str, Known]) -> Known:
    match node:
        case ast.Constant(value=int() | str()) | ast.Name():
            return _leaf(node, known)
        case ast.BoolOp() | ast.UnaryOp():
            return _logic(node, known)
        case ast.BinOp(left=left, op=op, right=right):
            return _number(_BINARY[type(op)](_number(_value(left, known)), _number(_value(right, known))))
        case ast.IfExp():
            return _value(node.body if _value(node.test, known) else node.orelse, known)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name][1](*(_value(one, known) for one in args))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compared(left, ops, others, known)
    raise TypeError


def _leaf(node: ast.Constant | ast.Name, known: Mapping[str, Known]) -> Known:
    if isinstance(node, ast.Name):
        return known[node.id]
    value = node.value
    return value if isinstance(value, (int, str)) else 0


def _logic(node: ast.BoolOp | ast.UnaryOp, known: Mapping[str, Known]) -> Known:
    if isinstance(node, ast.BoolOp):
        every = all if isinstance(node.op, ast.And) else any
        return every(_value(one, known) for one in node.values)
    operand = _value(node.operand, known)
    return not operand if isinstance(node.op, ast.Not) else -_number(operand)


def _compared(left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], known: Mapping[str, Known]) -> bool:
    before = _operand(left, known)
    for op, one in zip(ops, others, strict=True):
        after = _operand(one, known)
        if not _COMPARE[type(op)](before, after):
            return False
        before = after
    return True


def _operand(node: ast.expr, known: Mapping[str, Known]) -> object:
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(one, known) for one in node.elts)
    return _value(node, known)


def _number(value: Known) -> int:
    if isinstance(value, str) or abs(value) > _LARGEST:
        raise ValueError
    return int(value)
