"""Which refusals a test file shows: read from its syntax, because a mere mention shows nothing.

Shown is the code that `refused`, `declined` or `problem` is given in a test, and what an assertion
compares for equality. A name stands for what it was given: in the test, by a loop, by the column of
a table that parametrizes it, or in the file.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

CODE_AT: Final = {"refused": 0, "declined": 1, "problem": 2}
"""The helpers that insist on a refusal, and which of their arguments is its code."""

Column = tuple[ast.expr, int | None]
"""A table, and the place in each of its rows; None where the row is the value."""
Bindings = defaultdict[str, list[Column]]


def shown(text: str) -> set[str]:
    """The words that the tests of a file insist on; the codes of refusals are among them."""
    tree = ast.parse(text)
    names = Bindings(list)
    _bind(tree.body, names)
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found |= _shown_by(node, names)
    return found


def _shown_by(test: ast.FunctionDef, of_the_file: Bindings) -> set[str]:
    local = Bindings(list, {each.arg: [] for each in (*test.args.args, *test.args.kwonlyargs)})
    _bind(ast.walk(test), local)
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[columns, table, *_]):
                _bind_columns(ast.literal_eval(columns), table, local)
            case _:
                pass
    reader = _Reader(of_the_file | local)
    return {word for node in ast.walk(test) for code in _insisted(node) for word in reader.of(code)}


def _insisted(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args):
            if name in CODE_AT:
                yield from args[CODE_AT[name] :][:1]
        case ast.Assert(test=ast.Compare(left=left, ops=ops, comparators=others)):
            if all(isinstance(each, ast.Eq) for each in ops):
                yield from (left, *others)
        case _:
            pass


# -- what a name stands for --------------------------------------------------------------------


def _bind(nodes: Iterable[ast.AST], names: Bindings) -> None:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name].append((ast.List([value]), None))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names[name].append((ast.List([value]), None))
            case ast.For(target=ast.Name(id=name), iter=table):
                names[name].append((table, None))
            case ast.For(target=ast.Tuple(elts=parts), iter=table):
                _bind_columns([getattr(part, "id", "") for part in parts], table, names)
            case _:
                pass


def _bind_columns(columns: str | Sequence[str], table: ast.expr, to: Bindings) -> None:
    if isinstance(columns, str):
        to[columns].append((table, None))
        return
    for place, name in enumerate(columns):
        to[name].append((table, place))


@dataclass
class _Reader:
    """Reads the words that an expression can be."""

    names: dict[str, list[Column]]
    open: set[str] = field(default_factory=set)

    def of(self, value: ast.expr) -> Iterator[str]:
        """The value is one of these words, or a tuple or a refusal of one."""
        match value:
            case ast.Constant(value=str() as word):
                yield word
            case ast.Attribute(value=ast.Name(id="Code"), attr=word):
                yield word
            case ast.Call(func=ast.Name(id="Refused"), args=[code, *_]):
                yield from self.of(code)
            case ast.IfExp(body=one, orelse=other):
                yield from (*self.of(one), *self.of(other))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    yield from self.of(part)
            case ast.Name(id=name) if name not in self.open:
                self.open.add(name)
                for table, place in self.names.get(name, []):
                    yield from self.in_column(table, place)
                self.open.remove(name)
            case _:
                pass

    def in_column(self, table: ast.expr, place: int | None) -> Iterator[str]:
        """A word of each row of the table, at that place of the row."""
        match table:
            case ast.List(elts=rows) | ast.Tuple(elts=rows) | ast.Set(elts=rows):
                for row in rows:
                    yield from self._in_row(row, place)
            case ast.Dict(keys=keys) if place is None:
                for key in keys:
                    yield from () if key is None else self.of(key)
            case ast.Name(id=name):
                for each, _ in self.names.get(name, []):
                    for given in each.elts if isinstance(each, ast.List) else ():
                        yield from self.in_column(given, place)
            case _:
                pass

    def _in_row(self, row: ast.expr, place: int | None) -> Iterator[str]:
        if place is None:
            yield from self.of(row)
        elif isinstance(row, ast.Tuple):
            yield from self.of(row.elts[place])
