"""The part of the probe that tells which lines code has, and what of an executed line was left out.

The latter is the other side of a condition, the body of a function on the line that defines it, what an exception cut off. Ranges are
`[line, column, endLine, endColumn, state]`, columns in bytes of UTF-8. `ran` holds the positions of executed instructions, None where the
interpreter tells none (before Python 3.11); `is_cut` says that there may be more of them.
"""

import os


def _positions(code):
    yield from code.co_positions()
    for constant in code.co_consts:
        if hasattr(constant, 'co_code'):
            yield from _positions(constant)


def _range(node):
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) if hasattr(node, 'lineno') else None


class _Parts:
    def __init__(self, tree, code, executed, ran, is_cut):
        self.executed, self.ran = executed, ran
        self.goes_by_lines = ran is None or is_cut
        self.all = None if ran is None else set(_positions(code))
        self.known, self.found = {}, []
        self.visit(tree)

    def has(self, node, kind):
        """Whether an instruction of the node is there at all, or was executed."""
        key = (node, kind)
        if key not in self.known:
            positions = self.all if kind == 'code' else self.ran
            self.known[key] = _range(node) in positions or any([self.has(one, kind) for one in _children(node)])
        return self.known[key]

    def is_missed(self, nodes):
        if self.ran is not None and any(self.has(node, 'run') for node in nodes):
            return False
        if self.goes_by_lines:
            lines = {line for node in nodes for line in range(node.lineno, node.end_lineno + 1)}
            return not lines & self.executed
        return any(self.has(node, 'code') for node in nodes)

    def add(self, start, end, state):
        self.found.append([start[0], start[1], end[0], end[1], state])

    def add_node(self, node, state):
        self.add((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset), state)

    def visit(self, node):
        for one in _guarded(node) if self.goes_by_lines else []:
            if self.ran is None or not self.has(one, 'run'):
                self.add_node(one, 'unknown')
        if not self.goes_by_lines and _range(node) is not None and self.is_missed([node]):
            return self.add_node(node, 'missed')
        self.visit_function(node)
        for one in _children(node):
            self.visit(one)

    def visit_function(self, node):
        """How a function is called and decorated shows when it is called, and a default where the argument is left out."""
        import ast

        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        first = min([node, *getattr(node, 'decorator_list', [])], key=lambda one: (one.lineno, one.col_offset))
        at = (first.lineno, max(0, first.col_offset - (0 if first is node else 1)))
        is_one_line = self.goes_by_lines and body[0].lineno == node.lineno
        if is_one_line or self.is_missed(body):
            self.add(at, (body[0].lineno, body[0].col_offset), 'unknown' if is_one_line else 'missed')
        for one in [*node.args.defaults, *node.args.kw_defaults]:
            if one is not None:
                self.add_node(one, 'unknown')


def _children(node):
    import ast

    # Names of operators and of contexts are shared by all trees, and stand nowhere.
    return [
        one for one in ast.iter_child_nodes(node) if not isinstance(one, (ast.expr_context, ast.operator, ast.cmpop))
    ]


def _guarded(node):
    """What may be left out although its line is executed."""
    import ast

    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp):
        return node.values[1:]
    if isinstance(node, ast.Compare):
        return node.comparators[1:]
    if isinstance(node, ast.Lambda):
        return [node.body]
    if isinstance(node, ast.Assert):
        return [node.msg] if node.msg is not None else []
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return values + [one for part in node.generators for one in part.ifs]
    if isinstance(node, ast.stmt):
        return [
            one
            for name in ('body', 'orelse', 'finalbody')
            for one in getattr(node, name, [])
            if one.lineno == node.lineno
        ]
    return []


def _code_lines(code):
    found = _lines_of(code)
    # The line of a definition itself belongs to what surrounds it.
    for constant in code.co_consts:
        if hasattr(constant, 'co_code'):
            found |= _code_lines(constant)
    return found


def _lines_of(code):
    import dis

    if hasattr(code, 'co_lines'):
        return {line for _, _, line in code.co_lines() if line}
    return {line for _, line in dis.findlinestarts(code) if line}


def _extent(code):
    lines = _code_lines(code)
    return [os.path.realpath(code.co_filename), code.co_firstlineno, max(lines, default=code.co_firstlineno)]


def _statements(tree):
    import ast

    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, 'body', None)
        end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
        yield node.lineno, max(end, node.lineno)
