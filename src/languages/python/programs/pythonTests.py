"""What tests a module holds, and how much each of them asserts."""

import ast
import copy

EXACT = {
    'assertEqual',
    'assertIs',
    'assertIsNone',
    'assertListEqual',
    'assertDictEqual',
    'assertSetEqual',
    'assertTupleEqual',
    'assertMultiLineEqual',
    'assertSequenceEqual',
    'assertCountEqual',
    'assertRaises',
    'assertRaisesRegex',
    'assert_called_once_with',
    'assert_called_with',
    'assert_has_calls',
}


def is_skip(node):
    return any(word in unparse(node) for word in ('skip', 'xfail', 'expectedFailure'))


def tests(tree):
    found = []

    def add(body, prefix, skipped):
        for node in body:
            if isinstance(node, ast.ClassDef):
                add(node.body, prefix + node.name + '.', skipped or any(is_skip(one) for one in node.decorator_list))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append(test(node, prefix, skipped))

    add(
        tree.body,
        '',
        any(
            isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == 'pytestmark' for t in node.targets)
            and is_skip(node.value)
            for node in tree.body
        ),
    )
    return found


def test(node, prefix, skipped):
    assertions = exact = 0
    swallows = False
    for one in own(node):
        if isinstance(one, ast.Assert):
            if not isinstance(one.test, ast.Constant):
                assertions += 1
            if (
                isinstance(one.test, ast.Compare)
                and any(isinstance(op, (ast.Eq, ast.Is, ast.In)) for op in one.test.ops)
                and 'approx' not in unparse(one.test)
            ):
                exact += 1
        name = called(one)
        if name.startswith('assert') or name in ('raises', 'fail', 'warns'):
            assertions += 1
            if name in EXACT or name == 'raises':
                exact += 1
        if isinstance(one, ast.ExceptHandler):
            kinds = unparse(one.type)
            if (kinds == '' or any(word in kinds for word in ('Exception', 'AssertionError'))) and not any(
                isinstance(inner, ast.Raise) or called(inner).startswith(('assert', 'fail')) for inner in own(one)
            ):
                swallows = True
        if isinstance(one, ast.Call) and called(one) == 'suppress':
            swallows = True
    early = any(isinstance(statement, ast.Return) for statement in node.body[:-1])
    skips = (
        skipped
        or any(is_skip(one) for one in node.decorator_list)
        or any(
            isinstance(one, ast.Call) and called(one) in ('skip', 'skipTest', 'xfail', 'importorskip')
            for one in own(node)
        )
    )
    return {
        'name': prefix + node.name,
        'assertions': assertions,
        'exact': exact,
        'isSkipped': skips,
        'returnsEarly': early,
        'swallows': swallows,
    }


class Blind(ast.NodeTransformer):
    def __init__(self):
        self.names = []

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ('id', 'arg', 'name', 'asname', 'module', 'attr'):
            value = getattr(node, field, None)
            if isinstance(value, str) and not (field == 'attr' and (value.startswith('assert') or value in KEPT)):
                self.names.append(value)
                setattr(node, field, '_')
        return node


KEPT = {
    'raises',
    'skip',
    'skipTest',
    'xfail',
    'skipif',
    'approx',
    'fail',
    'patch',
    'mark',
    'parametrize',
    'warns',
    'suppress',
}


def is_assertion(node):
    return (
        isinstance(node, ast.Assert) or called(node).startswith('assert') or called(node) in ('raises', 'warns', 'fail')
    )


def assertions(tree):
    found = []

    def visit(node, around):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around = ['parametrize' if called(one) == 'parametrize' else unparse(one) for one in node.decorator_list]
        elif isinstance(node, (ast.If, ast.While, ast.Try, ast.ExceptHandler, ast.For, ast.With, ast.Lambda)):
            around = around + [type(node).__name__]
        if is_assertion(node):
            found.append('|'.join(around) + ':' + ast.dump(Blind().visit(copy.deepcopy(node))))
        for one in ast.iter_child_nodes(node):
            visit(one, around)

    visit(tree, [])
    return found


def rows(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for one in node.decorator_list:
                if called(one) != 'parametrize':
                    continue
                for table in [*one.args, *(word.value for word in one.keywords)][1:2]:
                    for row in table.elts if isinstance(table, (ast.List, ast.Tuple)) else [table]:
                        found.append(node.name + ': ' + unparse(row))
    return found


def patched(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ('patch', 'setattr', 'object') and node.args:
            text = unparse(node.func)
            if 'patch' in text:
                found.append(unparse(node.args[0]))
    return found
