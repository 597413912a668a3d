"""The house rules, so that nobody has to remember them. Each is shown to fail on a bad sample."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("ledger", "api", "tests", "bench")
ALONE = ("docs/verifier.py",)  # what an auditor takes along keeps the rules of the house too

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
TEST_FILE_LINES_MAX = 400

LISTS = {
    "ledger/domain/refusals.py": "a closed list in order of precedence reads best whole",
    "ledger/domain/catalogue.py": "every name of the ledger is looked up in one place",
    "ledger/domain/postings.py": "the rule book is one file that an auditor can read",
}

UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")
BARE_EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?:\s*:\s*[A-Z0-9, ]+|\[[\w, -]+\])?\s*$")
CLOCK_OR_DICE = re.compile(
    r"(?:.*\.)?(?:(?:date|datetime)\.(?:now|utcnow|today)|time\.(?:time|time_ns)|uuid[14])"
)
CLOCK_AND_DICE_MODULES = {"time", "random", "secrets"}
SENDS_SQL = {"execute", "executemany", "copy", "stream", "SQL"}


@dataclass(frozen=True)
class Source:
    path: PurePosixPath
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(ast.parse(self.text)))

    @property
    def is_test(self) -> bool:
        return self.path.parts[0] == "tests"

    @property
    def is_domain(self) -> bool:
        return self.path.parts[:2] == ("ledger", "domain")

    @property
    def speaks_to_a_terminal(self) -> bool:
        return self.path.name in {"cli.py", "verifier.py"} or self.path.parts[0] == "bench"


Complaints = Iterator[tuple[int, str]]


def short_functions(source: Source) -> Complaints:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno, f"{node.name} has {lines} lines, {FUNCTION_LINES_MAX} at most"


def short_files(source: Source) -> Complaints:
    lines_max = TEST_FILE_LINES_MAX if source.is_test else FILE_LINES_MAX
    lines = len(source.text.splitlines())
    if lines > lines_max and str(source.path) not in LISTS:
        yield 1, f"{lines} lines, {lines_max} at most: a word is missing, find the noun"


def module_docstrings(source: Source) -> Complaints:
    if not ast.get_docstring(ast.parse(source.text)):
        yield 1, "a module says what it is for"


def no_print(source: Source) -> Complaints:
    for node in source.nodes:
        if isinstance(node, ast.Name) and node.id == "print" and not source.speaks_to_a_terminal:
            yield node.lineno, "only a cli prints"


def no_float_in_the_domain(source: Source) -> Complaints:
    for node in source.nodes if source.is_domain else ():
        match node:
            case ast.Constant(value=float()) | ast.Name(id="float"):
                yield node.lineno, "fen and minutes are integers"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield node.lineno, "/ makes a float; divide with //"
            case _:
                pass


def no_clock_and_no_dice_in_the_domain(source: Source) -> Complaints:
    for node in source.nodes if source.is_domain else ():
        match node:
            case ast.Call(func=called) if CLOCK_OR_DICE.fullmatch(ast.unparse(called)):
                yield node.lineno, "what changes comes in as an argument"
            case ast.Import(names=names) if {n.name for n in names} & CLOCK_AND_DICE_MODULES:
                yield node.lineno, "what changes comes in as an argument"
            case ast.ImportFrom(module=module) if module in CLOCK_AND_DICE_MODULES:
                yield node.lineno, "what changes comes in as an argument"
            case _:
                pass


def nothing_unfinished(source: Source) -> Complaints:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if UNFINISHED.search(line):
            yield number, "finish it, or file an issue"


def exceptions_have_reasons(source: Source) -> Complaints:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if not source.is_test and BARE_EXCEPTION.search(line):
            yield number, "say why the rule does not hold here: # noqa: CODE - reason"


def sql_is_composed(source: Source) -> Complaints:
    for node in source.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]) if (
                name in SENDS_SQL and is_formatted(first)
            ):
                yield node.lineno, "compose SQL with psycopg.sql, never format it"
            case _:
                pass


def is_formatted(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod()):
            return True
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return any(isinstance(side, ast.Constant | ast.JoinedStr) for side in (left, right))
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant())):
            return True
        case _:
            return False


Rule = Callable[[Source], Complaints]
RULES: tuple[Rule, ...] = (
    short_functions,
    short_files,
    module_docstrings,
    no_print,
    no_float_in_the_domain,
    no_clock_and_no_dice_in_the_domain,
    nothing_unfinished,
    exceptions_have_reasons,
    sql_is_composed,
)


def sources() -> Iterator[Source]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield Source(PurePosixPath(path.relative_to(ROOT)), path.read_text())
    for name in ALONE:
        yield Source(PurePosixPath(name), (ROOT / name).read_text())


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    complaints = [
        f"{source.path}:{line}: {complaint}"
        for source in sources()
        for line, complaint in rule(source)
    ]
    assert not complaints, "\n".join(("", *complaints))


LONG_FUNCTION = "def f():\n" + "    pass\n" * FUNCTION_LINES_MAX
LONG_FILE = '"""Long."""\n' * (FILE_LINES_MAX + 1)
LONG_TEST_FILE = '"""Long."""\n' * (TEST_FILE_LINES_MAX + 1)

BAD: tuple[tuple[Rule, str, str], ...] = (
    (short_functions, "ledger/engine.py", LONG_FUNCTION),
    (short_functions, "ledger/engine.py", "async " + LONG_FUNCTION),
    (short_files, "ledger/engine.py", LONG_FILE),
    (short_files, "tests/test_engine.py", LONG_TEST_FILE),
    (module_docstrings, "api/app.py", "import os"),
    (no_print, "api/app.py", "print(1)"),
    (no_print, "ledger/engine.py", "map(print, [])"),
    (no_float_in_the_domain, "ledger/domain/meals.py", "price_fen = 1.0"),
    (no_float_in_the_domain, "ledger/domain/meals.py", "def f(x: float): ..."),
    (no_float_in_the_domain, "ledger/domain/meals.py", "share = price // 2 / 3"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "datetime.now(tz)"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "date.today()"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "datetime.datetime.utcnow()"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "x = uuid4()"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "import random"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "from time import sleep"),
    (nothing_unfinished, "api/app.py", "# todo: later".upper()),
    (nothing_unfinished, "api/app.py", "x = 1  # fixme".upper()),
    (exceptions_have_reasons, "api/app.py", "x = 1  # noqa"),
    (exceptions_have_reasons, "api/app.py", "x = 1  # noqa: S101, E501"),
    (exceptions_have_reasons, "api/app.py", "x = 1  # type: ignore[arg-type]"),
    (sql_is_composed, "ledger/engine.py", 'cursor.execute(f"SELECT {x}")'),
    (sql_is_composed, "ledger/engine.py", 'cursor.execute("SELECT %s" % x)'),
    (sql_is_composed, "ledger/engine.py", 'cursor.execute("SELECT " + x)'),
    (sql_is_composed, "ledger/engine.py", 'cursor.executemany("SELECT {}".format(x), rows)'),
    (sql_is_composed, "ledger/engine.py", 'sql.SQL(f"SELECT {x}")'),
)

GOOD: tuple[tuple[Rule, str, str], ...] = (
    (short_functions, "ledger/engine.py", LONG_FUNCTION.replace("    pass\n", "", 1)),
    (short_files, "tests/test_engine.py", LONG_FILE),
    (module_docstrings, "api/app.py", '"""The application."""'),
    (no_print, "api/cli.py", "print(1)"),
    (no_print, "api/app.py", "x = 'print(1)'"),
    (no_float_in_the_domain, "ledger/domain/meals.py", "share = price // 2"),
    (no_float_in_the_domain, "ledger/projections/meals.py", "seconds = 0.5"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "x = context.now"),
    (no_clock_and_no_dice_in_the_domain, "ledger/domain/meals.py", "x = context.today()"),
    (no_clock_and_no_dice_in_the_domain, "ledger/engine.py", "datetime.now(UTC)"),
    (exceptions_have_reasons, "api/app.py", "x = 1  # noqa: S101 - the reason"),
    (exceptions_have_reasons, "api/app.py", "x = 1  # type: ignore[arg-type] - the reason"),
    (sql_is_composed, "ledger/engine.py", 'cursor.execute("SELECT %s", [x])'),
    (sql_is_composed, "ledger/engine.py", 'cursor.execute(sql.SQL("SELECT {}").format(x))'),
)


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_each_rule_can_fail(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_each_rule_lets_good_work_pass(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Source(PurePosixPath(path), text)))


def test_every_rule_has_a_bad_sample() -> None:
    assert {rule for rule, _, _ in BAD} == set(RULES)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ERA001", "# price = share(1)"),
        ("S608", "x = f'SELECT a FROM {b}'"),
        ("S602", "import subprocess\nsubprocess.run('ls', shell=True)"),
        ("E501", f"x = '{'x' * 100}'"),
    ],
)
def test_ruff_refuses_what_it_is_asked_to_refuse(code: str, text: str) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    command = (ruff, "check", "--output-format=concise", "--stdin-filename=ledger/sample.py", "-")
    answer = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        input=f'"""A sample."""\n\n{text}\n',
        capture_output=True,
        text=True,
    )
    assert code in answer.stdout
